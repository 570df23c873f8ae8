//! Drift of a co-op, as a table a measure, one a year, a page and a drawing.

use serde_json::{Value, json};

use crate::base::decimal::{Exact, plain, scaled};
use crate::base::money::Money;
use crate::data::source::Opened;
use crate::fairtrade::drift::{Direction, Drift, FlowYears, More, Point, Series};
use crate::regime::Judged;

use super::super::columns::Columns;
use super::drift_drawing::drawing;
use super::drift_page::page;
use super::source::{coop, dataset, lineage};
use super::{CoopReport, Sheet};

/// Decimals of a measure that are shown.
const DECIMALS: u32 = 6;

/// The answer of `truecost fairtrade drift`.
///
/// # Errors
/// If the page cannot be rendered, which is a fault of the program.
pub fn drift(
    found: &Drift,
    flows: Option<(&FlowYears, Value)>,
    opened: &Opened,
) -> Result<CoopReport, minijinja::Error> {
    let mut datasets = vec![coop(opened)];
    let mut choices = json!({});
    if let Some((flows, of)) = flows {
        datasets.push(of);
        choices = json!({"unit": flows.unit, "agent": flows.agent});
    }
    let mut notes = found.notes.clone();
    if !found.silent.is_empty() {
        let words: Vec<&str> = found.silent.iter().map(|metric| metric.word()).collect();
        notes.push(format!("nothing is known of {}", words.join(", ")));
    }
    notes.push("measures are reported and not graded: whether a change is wanted, members decide".to_owned());
    let title = opened.manifest.coop.name.clone().unwrap_or_else(|| opened.manifest.title.clone());
    let picture = drawing(&found.series, &title);
    let html = page(&title, found, &notes, &picture)?;
    Ok(CoopReport {
        name: "drift",
        sheets: vec![
            Sheet { name: "drift", columns: measures(&found.series) },
            Sheet { name: "years", columns: years(&found.series) },
        ],
        notes,
        pages: vec![
            ("drift.html".to_owned(), html.into_bytes()),
            ("drift.svg".to_owned(), picture.into_bytes()),
        ],
        lineage: lineage(&datasets, &choices, &[]),
        failed: false,
    })
}

/// A dataset of flows in the lineage.
pub fn flows_in_lineage(judged: &Judged) -> Value {
    dataset("flows", &judged.data.name, &judged.data.manifest, &judged.data.hash)
}

/// A value as a table has it: rounded half-even to six decimals.
pub(super) fn shown(value: &Exact) -> String {
    plain(&scaled(value, DECIMALS), DECIMALS)
}

fn number(value: &Exact) -> Option<f64> {
    shown(value).parse().ok()
}

/// What more of a measure means, in words.
fn more(more: More) -> &'static str {
    match more {
        More::Firm => "towards a firm",
        More::Coop => "away from a firm",
        More::Neither => "not judged",
    }
}

/// A measure with its first and its last year.
pub(super) struct Row<'a> {
    pub(super) series: &'a Series,
    pub(super) first: &'a Point,
    pub(super) last: &'a Point,
    pub(super) direction: Direction,
}

/// The measures with their ends.
pub(super) fn rows(series: &[Series]) -> Vec<Row<'_>> {
    series
        .iter()
        .filter_map(|series| {
            let (first, last) = series.ends()?;
            Some(Row { series, first, last, direction: series.direction(last) })
        })
        .collect()
}

fn measures(series: &[Series]) -> Columns {
    let rows = rows(series);
    let change = |row: &Row| &row.last.value - &row.first.value;
    Columns::of(&rows)
        .text("measure", |row| row.series.metric.word())
        .year("first_year", |row| Some(row.first.year))
        .number("first", |row| number(&row.first.value))
        .year("last_year", |row| Some(row.last.year))
        .number("last", |row| number(&row.last.value))
        .number("change", |row| number(&change(row)))
        .text("direction", |row| row.direction.word())
        .text("more_is", |row| more(row.series.metric.more()))
        .done()
}

fn years(series: &[Series]) -> Columns {
    let rows: Vec<(&Series, &Point)> =
        series.iter().flat_map(|series| series.points.iter().map(move |point| (series, point))).collect();
    let first = |series: &Series| series.points.first().map(|point| point.value.clone());
    Columns::of(&rows)
        .text("measure", |(series, _)| series.metric.word())
        .year("year", |(_, point)| Some(point.year))
        .number("value", |(_, point)| number(&point.value))
        .number("change", |(series, point)| number(&(&point.value - first(series)?)))
        .text("direction", |(series, point)| series.direction(point).word())
        .text("from", |(_, point)| point.from)
        .money("whole", |(_, point)| point.parts.as_ref().and_then(|(all, _)| Money::round(all).ok()))
        .money("part", |(_, point)| point.parts.as_ref().and_then(|(_, part)| Money::round(part).ok()))
        .done()
}
