//! True prices as web pages that need nothing but themselves: no network, no script to read them, fit to print.

mod build_up;
mod cross;
mod indicators;
mod label;
mod overview;
mod page;
mod place;
mod product;
mod scale;
pub(in crate::report) mod sources;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;

use crate::base::currency::Currency;
use crate::pricing::{BreakdownRow, TruePrices};
use crate::report::display::Shelf;
use crate::report::web;
use crate::study::contribution::Graph;

use label::Label;
use overview::Overview;
use page::Page;
use product::Section;
use sources::{Sources, dataset_title};

/// Up to so many products share one page; beyond, each has its own and the first page is an index.
pub const PAGE_LIMIT: usize = 200;

const TEMPLATE: &str = concat!(
    include_str!("../web/templates/style.html.jinja"),
    include_str!("templates/drawing.html.jinja"),
    include_str!("templates/label.html.jinja"),
    include_str!("templates/product.html.jinja"),
    include_str!("templates/overview.html.jinja"),
    include_str!("../web/templates/dataset.html.jinja"),
    include_str!("templates/sources.html.jinja"),
    include_str!("templates/page.html.jinja"),
);

const LABELS: &str = concat!(
    include_str!("../web/templates/style.html.jinja"),
    include_str!("templates/drawing.html.jinja"),
    include_str!("templates/label.html.jinja"),
    include_str!("templates/labels.html.jinja"),
);

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = web::environment()?;
    environment.add_template("page.html", TEMPLATE)?;
    environment.add_template("labels.html", LABELS)?;
    Ok(environment)
}

/// A sheet of shelf labels to print and cut, one a product x origin.
pub fn labels(prices: &TruePrices, currency: Currency) -> Result<String, minijinja::Error> {
    let labels: Vec<Label> = place::places(&prices.products)
        .iter()
        .map(|place| {
            let price = &prices.products[place.index];
            Label::new(price, &place.heading, &Shelf::new(price, currency), currency, &prices.lineage)
        })
        .collect();
    let sheet = Sheet {
        engine: prices.lineage.engine,
        title: dataset_title(&prices.lineage),
        currency: currency.to_string(),
        labels,
    };
    environment()?.get_template("labels.html")?.render(Serde(&sheet))
}

/// A sheet of labels as the template sees it.
#[derive(Serialize)]
struct Sheet {
    engine: &'static str,
    title: String,
    currency: String,
    labels: Vec<Label>,
}

/// The pages of true prices, by relative file name; the first is `index.html`.
///
/// `graphs` are the chains to draw, one a true price or none at all. The bytes depend on nothing but what is given.
pub fn render(
    prices: &TruePrices,
    graphs: &[Option<Graph>],
    currency: Currency,
) -> Result<Vec<(String, String)>, minijinja::Error> {
    let environment = environment()?;
    let template = environment.get_template("page.html")?;
    let write = |page: &Page| template.render(Serde(page));

    let places = place::places(&prices.products);
    let mut cells: BTreeMap<(&str, &str), Vec<&BreakdownRow>> = BTreeMap::new();
    for row in &prices.breakdown {
        cells.entry((&row.product, &row.origin)).or_default().push(row);
    }
    let section = |place: &place::Place| {
        let price = &prices.products[place.index];
        let origin = price.origin.to_string();
        let rows = cells.get(&(price.product.as_str(), origin.as_str())).map_or(&[][..], Vec::as_slice);
        let graph = graphs.get(place.index).and_then(Option::as_ref);
        Section::new(price, place, (rows, graph), prices, currency)
    };

    let paged = prices.products.len() > PAGE_LIMIT;
    let overview = Overview::new(prices, &places, currency, paged);
    if !paged {
        let sections = places.iter().map(section).collect();
        let page = Page::whole(prices, currency, overview, sections, Sources::new(&prices.lineage, true));
        return Ok(vec![("index.html".to_owned(), write(&page)?)]);
    }
    let index = Page::whole(prices, currency, overview, Vec::new(), Sources::new(&prices.lineage, true));
    let mut files = vec![("index.html".to_owned(), write(&index)?)];
    for place in &places {
        let page = Page::single(prices, currency, section(place), Sources::new(&prices.lineage, false));
        files.push((place.file(), write(&page)?));
    }
    Ok(files)
}
