//! Footprints as a table for people, as columns, as JSON.

use std::fmt::Write as _;
use std::ops::Range;

use serde_json::{Map, Value, json};

use crate::study::footprints::{Covered, Footprint, FootprintTable};

use super::columns::Columns;
use super::display::amount;
use super::json::lineage;
use super::table::aligned;

/// Rows of a part.
const PART: usize = 65_536;
/// Indicators that stand beside each other in a table; of more, each has a line.
const BESIDE: usize = 6;

/// One row a product x origin x indicator, in parts; at least one part, which may be empty.
pub fn parts(table: &FootprintTable) -> impl Iterator<Item = Columns> {
    let count = table.indicators.len();
    let total = table.points.len() * count;
    (0..total.div_ceil(PART).max(1)).map(move |part| rows(table, part * PART..total.min((part + 1) * PART)))
}

/// Some of the rows.
pub fn rows(table: &FootprintTable, range: Range<usize>) -> Columns {
    let count = table.indicators.len();
    let rows: Vec<(usize, usize)> = range.map(|at| (at / count, at % count)).collect();
    let (points, heads) = (&table.points, &table.indicators);
    Columns::of(&rows)
        .text("product", |&(point, _)| &points[point].product)
        .text("name", |&(point, _)| &points[point].name)
        .text("category", |&(point, _)| &points[point].category)
        .text("origin", |&(point, _)| &points[point].origin)
        .text("unit", |&(point, _)| &points[point].unit)
        .text("indicator", |&(_, k)| &heads[k].id)
        .text("indicator_name", |&(_, k)| &heads[k].name)
        .text("dimension", |&(_, k)| heads[k].dimension.word())
        .text("method", |&(_, k)| &heads[k].method)
        .number("amount", |&(point, k)| stated(table.get(point, k)))
        .text("amount_unit", |&(_, k)| &heads[k].unit)
        .number("error_bound", |&(point, k)| stated(table.get(point, k)).map(|_| table.get(point, k).bound))
        .flag("proved", |&(point, k)| table.get(point, k).proved)
        .text("coverage", |&(point, k)| table.get(point, k).stated.word())
        .flag("cut_off", |&(point, _)| points[point].cut_off)
        .done()
}

/// The amount; nothing, and not 0, where nothing is stated.
fn stated(footprint: Footprint) -> Option<f64> {
    (footprint.stated != Covered::Absent).then_some(footprint.amount)
}

/// The whole answer.
pub fn json(table: &FootprintTable) -> Value {
    let head = |k: &crate::study::footprints::Head| {
        json!({
            "indicator": k.id, "name": k.name, "dimension": k.dimension.word(), "unit": k.unit, "method": k.method,
        })
    };
    let products = table.points.iter().enumerate().map(|(at, point)| {
        let footprints: Map<String, Value> = table
            .indicators
            .iter()
            .enumerate()
            .map(|(k, head)| {
                let footprint = table.get(at, k);
                let silent = point.silent.get(k);
                let value = json!({
                    "amount": stated(footprint),
                    "error_bound": stated(footprint).map(|_| footprint.bound),
                    "proved": footprint.proved,
                    "coverage": footprint.stated.word(),
                    "not_stated_by": silent,
                });
                (head.id.clone(), value)
            })
            .collect();
        json!({
            "product": point.product,
            "name": point.name,
            "category": point.category,
            "origin": point.origin,
            "unit": point.unit,
            "cut_off": point.cut_off,
            "footprints": footprints,
        })
    });
    json!({
        "indicators": table.indicators.iter().map(head).collect::<Vec<_>>(),
        "products": products.collect::<Vec<_>>(),
        "lineage": lineage(&table.lineage),
    })
}

/// The whole answer as text.
pub fn table(table: &FootprintTable) -> String {
    let mut text = if table.indicators.len() <= BESIDE { wide(table) } else { long(table) };
    let cells =
        || (0..table.points.len()).flat_map(|p| (0..table.indicators.len()).map(move |k| table.get(p, k)));
    if cells().any(|cell| cell.stated == Covered::Partial) {
        text.push_str("\n* partial: some processes of the chain do not state it\n");
    }
    if cells().any(|cell| !cell.proved) {
        text.push_str("\n~ an estimate: it has no proved bound\n");
    }
    let worst = cells()
        .filter(|cell| cell.proved && cell.amount != 0.0)
        .map(|cell| cell.bound / cell.amount.abs())
        .reduce(f64::max);
    // Where nothing is proved there is nothing to say of it.
    let proved = match worst {
        Some(worst) => format!("; proved to {} of each footprint", amount(worst)),
        None if cells().all(|cell| cell.proved) => "; proved to 0 of each footprint".to_owned(),
        None => String::new(),
    };
    let _ = writeln!(text, "\nper unit of the product{proved}");
    let cut_off = table.points.iter().filter(|point| point.cut_off).count();
    if cut_off > 0 {
        let _ = writeln!(text, "inputs are cut off in the chains of {cut_off} of {}", table.points.len());
    }
    for caution in &table.lineage.cautions {
        let _ = writeln!(text, "caution: {caution}");
    }
    text
}

fn cell(footprint: Footprint) -> String {
    let mark = match (footprint.stated, footprint.proved) {
        (Covered::Absent, _) => return "not stated".to_owned(),
        (Covered::Partial, true) => "*",
        (Covered::Partial, false) => "*~",
        (Covered::Complete, true) => "",
        (Covered::Complete, false) => "~",
    };
    format!("{}{mark}", amount(footprint.amount))
}

fn wide(table: &FootprintTable) -> String {
    let heads: Vec<String> = table.indicators.iter().map(|k| format!("{}, {}", k.id, k.unit)).collect();
    let mut header = vec!["product", "origin", "unit"];
    header.extend(heads.iter().map(String::as_str));
    let rows = table.points.iter().enumerate().map(|(at, point)| {
        let own = [&point.product, &point.origin, &point.unit].map(Clone::clone);
        own.into_iter().chain((0..heads.len()).map(|k| cell(table.get(at, k)))).collect()
    });
    aligned(&header, &rows.collect::<Vec<Vec<String>>>(), 3)
}

fn long(table: &FootprintTable) -> String {
    let rows = table.points.iter().enumerate().flat_map(|(at, point)| {
        table.indicators.iter().enumerate().map(move |(k, head)| {
            vec![
                point.product.clone(),
                point.origin.clone(),
                head.id.clone(),
                cell(table.get(at, k)),
                format!("{} per {}", head.unit, point.unit),
            ]
        })
    });
    aligned(&["product", "origin", "indicator", "amount", "unit"], &rows.collect::<Vec<Vec<String>>>(), 3)
}
