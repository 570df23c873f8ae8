//! One indicator in every factor set, in one currency and year.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Factor;
use crate::base::region::{Location, WORLD};
use crate::data::factors::{Band, FactorRow, FactorSet};
use crate::data::reference::{Indicator, Reference, like};
use crate::data::source::Library;
use crate::pricing::choices::currency;
use crate::report::columns::{Columns, words};
use crate::valuation::matching::{Matcher, Question};
use crate::valuation::{Order, Outside, Overrides, PriceLevel, Target, Unpriced};

use super::sets;

/// What to compare.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// Id of an indicator.
    pub indicator: &'a str,
    /// Code of the currency to compare in.
    pub currency: &'a str,
    /// Price year; `None`: the latest that all tables have.
    pub year: Option<i32>,
    /// Emission year; `None`: the price year.
    pub emission_year: Option<i32>,
}

/// What one unit of an indicator costs in every set and variant.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// The indicator.
    pub indicator: &'a Indicator,
    /// Currency and price year.
    pub target: Target,
    /// Emission year.
    pub emission_year: i32,
    /// One row a set, variant, method and region.
    pub columns: Columns,
}

/// [`Comparison::new`] without what it was made for.
pub fn comparison(
    choice: &Choice,
    library: &Library,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Columns> {
    Comparison::new(choice, library, reference, diagnostics).map(|comparison| comparison.columns)
}

impl<'a> Comparison<'a> {
    /// Finds the factor of the indicator in every set and variant, and moves it to one currency and year.
    ///
    /// `status` is `priced`, `unpriced`, or `error` where a figure is missing without which the factor cannot be
    /// used; `reason` says why there is no factor.
    pub fn new(
        choice: &Choice,
        library: &Library,
        reference: &'a Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let currency = currency(choice.currency, diagnostics);
        let indicator = known(choice.indicator, reference, diagnostics)?;
        let currency = currency?;
        let overrides = Overrides::default();
        let sets = sets(library, reference, diagnostics);
        let with: Vec<&FactorSet> =
            sets.iter().filter(|set| set.rows.iter().any(|row| row.indicator == indicator.id)).collect();
        let rows = with.iter().flat_map(|set| set.rows.iter().map(|row| (row, set.head(row))));
        let money = rows.map(|(row, head)| (row.currency, Some(head.settings.index.as_str()))).collect();
        let latest = PriceLevel::latest_year(reference, &overrides, currency, &money);
        let year = choice.year.or(latest)?;
        let emission_year = choice.emission_year.unwrap_or(year);
        let target = Target { currency, year };
        let level = PriceLevel::new(reference, target, Order::InflateFirst, &overrides);
        let mut lines = Vec::new();
        for set in &sets {
            for variant in set.variants() {
                let spec = format!("{}:{variant}", set.name);
                let Some(set) = FactorSet::read(&spec, library, reference, diagnostics) else { continue };
                lines.extend(compared(&set, &indicator.id, emission_year, &level, reference));
            }
        }
        let columns = columns(&lines, indicator, target, emission_year);
        Some(Self { indicator, target, emission_year, columns })
    }
}

fn known<'a>(id: &str, reference: &'a Reference, diagnostics: &mut Diagnostics) -> Option<&'a Indicator> {
    let known = reference.indicators.get(id);
    if known.is_none() {
        let mut diagnostic = Diagnostic::error(codes::NOT_FOUND, format!("there is no indicator `{id}`"));
        if let Some(hint) = like(id, &reference.indicators) {
            diagnostic = diagnostic.hint(hint);
        }
        diagnostics.push(diagnostic);
    }
    known
}

/// A factor of a set, or why it has none.
struct Line {
    set: String,
    variant: String,
    valid_in: String,
    /// The first of the rows it is found among; `None`: the set has no factor.
    row: Option<FactorRow>,
    status: &'static str,
    value: Option<Band<Factor>>,
    reason: String,
}

/// One line a method and region of the set; a set without a factor says so.
fn compared(
    set: &FactorSet,
    indicator: &str,
    emission_year: i32,
    level: &PriceLevel,
    reference: &Reference,
) -> Vec<Line> {
    let rows: Vec<&FactorRow> = set.rows.iter().filter(|row| row.indicator == indicator).collect();
    let line = Line {
        set: set.name.clone(),
        variant: set.variant.clone(),
        valid_in: String::new(),
        row: None,
        status: "unpriced",
        value: None,
        reason: Unpriced::NoFactor.to_string(),
    };
    let Some(first) = rows.first() else { return vec![line] };
    let settings = &set.head(first).settings;
    let mut keys: Vec<(&str, &str)> = rows.iter().map(|row| key(row)).collect();
    keys.dedup();
    keys.into_iter()
        .map(|(method, region)| {
            let of_key: Vec<FactorRow> =
                rows.iter().filter(|row| key(row) == (method, region)).map(|row| (*row).clone()).collect();
            let row = of_key.first().cloned();
            let place = settings.groups.get(region).and_then(|members| members.first());
            let place = place.cloned().or_else(|| (!region.is_empty()).then(|| region.to_owned()));
            let question = Question {
                indicator: indicator.to_owned(),
                method: method.to_owned(),
                place: place.map_or_else(|| default_place(set), Location::Code),
                year: emission_year,
            };
            let one = FactorSet { rows: of_key, ..set.clone() };
            let matcher = Matcher::new(&one, reference, level, Outside::AsIs);
            let (status, value, reason) = match matcher.answers([question]).into_values().next() {
                Some(Ok(Ok(factor))) => ("priced", Some(factor.value), String::new()),
                Some(Ok(Err(why))) => ("unpriced", None, why.to_string()),
                Some(Err(error)) => ("error", None, error.to_string()),
                None => ("unpriced", None, String::new()),
            };
            Line {
                set: line.set.clone(),
                variant: line.variant.clone(),
                valid_in: words(&settings.valid_in),
                row,
                status,
                value,
                reason,
            }
        })
        .collect()
}

fn key(row: &FactorRow) -> (&str, &str) {
    (&row.method, &row.region)
}

/// A place inside the set's own regions.
fn default_place(set: &FactorSet) -> Location {
    let settings = set.heads.first().map(|head| &head.settings);
    let area = settings.and_then(|s| {
        s.valid_in.first().map(|area| s.groups.get(area).and_then(|g| g.first()).unwrap_or(area))
    });
    Location::Code(area.cloned().unwrap_or_else(|| WORLD.to_owned()))
}

fn columns(lines: &[Line], indicator: &Indicator, target: Target, emission_year: i32) -> Columns {
    let text = |line: &Line, get: fn(&FactorRow) -> String| line.row.as_ref().map(get).unwrap_or_default();
    Columns::of(lines)
        .text("set", |l| &l.set)
        .text("variant", |l| &l.variant)
        .text("method", |l| text(l, |row| row.method.clone()))
        .text("valid_in", |l| &l.valid_in)
        .text("region", |l| text(l, |row| row.region.clone()))
        .factor("lower", |l| l.value.map(|v| v.lower))
        .factor("central", |l| l.value.map(|v| v.central))
        .factor("upper", |l| l.value.map(|v| v.upper))
        .target(target)
        .text("unit", |_| indicator.unit.to_string())
        .year("emission_year", |_| Some(emission_year))
        .text("published", |l| text(l, published))
        .text("verification", |l| text(l, |row| row.verification.word().to_owned()))
        .text("source", |l| text(l, |row| row.source.clone()))
        .text("note", |l| text(l, |row| row.note.clone()))
        .text("status", |l| l.status)
        .text("reason", |l| &l.reason)
        .done()
}

/// The money a factor was published in.
fn published(row: &FactorRow) -> String {
    if row.unit.is_money() {
        "a ratio".to_owned()
    } else {
        format!("{}{} per {}", row.currency, row.price_year, row.unit)
    }
}
