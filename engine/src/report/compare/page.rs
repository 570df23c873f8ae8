//! The comparison as a page that needs nothing but itself.

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use crate::base::money::Money;
use crate::report::display::fixed;
use crate::report::html::sources::{card, dataset_title};
use crate::report::web::dataset::Dataset;
use crate::report::web::environment;
use crate::study::compare::{Compared, Comparison, IndicatorDifference, ProductDifference};

use super::drawing::{Part, waterfall};
use super::shown::{COLUMNS, Figure, Figures, GAP, TRUE_PRICE, causes, difference, digits, price, text};
use super::table::{indicators, times};

const TEMPLATE: &str = concat!(
    include_str!("../web/templates/style.html.jinja"),
    include_str!("../web/templates/dataset.html.jinja"),
    include_str!("templates/compare.html.jinja"),
);

/// Products of a page for each scenario; the tables have all.
const PRODUCTS: usize = 100;
/// Indicators of a product that are listed.
const INDICATORS: usize = 12;

/// A line of a table: its first cell, and figures as text.
#[derive(Serialize)]
struct Line {
    name: String,
    about: String,
    cells: Vec<String>,
}

/// A product of a scenario.
#[derive(Serialize)]
struct Product {
    heading: String,
    unit: String,
    drawing: Option<Value>,
    sides: Vec<Line>,
    causes: Vec<Line>,
    total: Line,
    indicators: Vec<Line>,
    more_indicators: usize,
    coverage: Vec<String>,
    shared: Option<String>,
}

/// A scenario.
#[derive(Serialize)]
struct Scenario {
    name: String,
    title: String,
    description: String,
    source: String,
    rule: &'static str,
    evaluations: String,
    causes: Vec<String>,
    products: Vec<Product>,
    more: usize,
    notes: Vec<String>,
    card: Option<Dataset>,
}

/// The page as the template sees it.
#[derive(Serialize)]
struct Page {
    title: String,
    currency: String,
    year: i32,
    columns: [&'static str; 7],
    scenarios: Vec<Scenario>,
    cautions: Vec<String>,
    datasets: Vec<Dataset>,
    engine: &'static str,
}

/// The page.
///
/// # Errors
/// If it cannot be rendered, which is a fault of the program.
pub fn page(comparison: &Comparison) -> Result<String, minijinja::Error> {
    let base = &comparison.base;
    let page = Page {
        title: dataset_title(&base.lineage),
        currency: base.target.currency.to_string(),
        year: base.target.year,
        columns: COLUMNS,
        scenarios: comparison.scenarios.iter().map(|compared| scenario(comparison, compared)).collect(),
        cautions: base.lineage.cautions.clone(),
        datasets: base.lineage.datasets.iter().map(card).collect(),
        engine: base.lineage.engine,
    };
    let mut environment = environment()?;
    environment.add_template("compare.html", TEMPLATE)?;
    environment.get_template("compare.html")?.render(Serde(&page))
}

fn scenario(comparison: &Comparison, compared: &Compared) -> Scenario {
    let of = &compared.scenario;
    let shown = compared.products.iter().take(PRODUCTS);
    let before = &comparison.base.lineage.notes;
    Scenario {
        name: of.name.clone(),
        title: of.title.clone(),
        description: of.description.clone(),
        source: of.source.clone(),
        rule: compared.rule.words(),
        evaluations: times(compared.evaluations),
        causes: compared.causes.iter().map(|(id, title)| format!("{id}: {title}")).collect(),
        products: shown.map(|product| section(comparison, compared, product)).collect(),
        more: compared.products.len().saturating_sub(PRODUCTS),
        notes: compared.prices.lineage.notes.iter().filter(|note| !before.contains(note)).cloned().collect(),
        card: compared.prices.lineage.datasets.iter().find(|d| d.role == "scenario").map(card),
    }
}

fn line(name: &str, about: &str, figures: &Figures, digits: u32, signed: bool) -> Line {
    let cells = figures.iter().map(|figure| text(*figure, digits, signed)).collect();
    Line { name: name.to_owned(), about: about.to_owned(), cells }
}

fn section(comparison: &Comparison, compared: &Compared, product: &ProductDifference) -> Product {
    let digits = digits(comparison.base.target.currency);
    let (own, other) = (&comparison.base.products[product.base], &compared.prices.products[product.scenario]);
    let (before, after) = (price(own, digits), price(other, digits));
    let change = difference(&before, &after);
    let parts = causes(product, &change, compared.causes.len(), digits);
    let named = compared.causes.iter().zip(&parts);
    let mut moved: Vec<&IndicatorDifference> = product
        .indicators
        .iter()
        .filter(|k| k.external.difference != Money::ZERO || k.gap.difference != Money::ZERO)
        .collect();
    moved.sort_by_key(|k| (std::cmp::Reverse(k.external.difference.units().abs()), k.indicator.clone()));
    let money = |money: Money| text(Figure::Value(money.at_scale(digits)), digits, true);
    let indicator = |k: &&IndicatorDifference| Line {
        name: k.name.clone(),
        about: k.dimension.word().to_owned(),
        cells: [&k.external, &k.internalised, &k.gap].map(|split| money(split.difference)).to_vec(),
    };
    let at_scale = |money: Money| fixed(money.at_scale(digits), digits);
    let shared = product.is_made_up_for().then(|| {
        let (before, after) = product.shared_external;
        format!(
            "Over the {} that both state and price: {} as it is, {} in the scenario.",
            indicators(product.shared.len()),
            at_scale(before),
            at_scale(after)
        )
    });
    Product {
        heading: format!("{} ({})", own.name, own.origin),
        unit: own.unit.clone(),
        drawing: drawing(compared, product, (&before, &after), &parts, digits),
        sides: vec![
            line("As it is", "", &before, digits, false),
            line(&compared.scenario.title, "", &after, digits, false),
        ],
        causes: named.map(|((id, title), figures)| line(title, id, figures, digits, true)).collect(),
        total: line("Difference", "", &change, digits, true),
        indicators: moved.iter().take(INDICATORS).map(indicator).collect(),
        more_indicators: moved.len().saturating_sub(INDICATORS),
        coverage: product.coverage.clone(),
        shared,
    }
}

/// The drawing of the true price, or of the gap where there is no market price.
fn drawing(
    compared: &Compared,
    product: &ProductDifference,
    (before, after): (&Figures, &Figures),
    parts: &[Figures],
    digits: u32,
) -> Option<Value> {
    let column = if before[TRUE_PRICE].value().is_some() { TRUE_PRICE } else { GAP };
    let scale = 10_f64.powi(i32::try_from(digits).unwrap_or_default());
    let number = |figure: Figure| figure.value().map(|value| value as f64 / scale);
    let steps: Option<Vec<Part>> = compared
        .causes
        .iter()
        .zip(parts)
        .map(|((_, title), figures)| {
            let figure = figures[column];
            Some(Part { title, shown: text(figure, digits, true), value: number(figure)? })
        })
        .collect();
    let ends = [before[column], after[column]].map(|figure| (text(figure, digits, false), number(figure)));
    let [(first, Some(from)), (last, Some(to))] = ends else { return None };
    let id = format!("{}-{}", compared.scenario.name, product.base);
    let what = format!("The {} from cause to cause, per unit", COLUMNS[column]);
    Some(waterfall(&id, &what, &compared.scenario.title, [(first, from), (last, to)], &steps?))
}
