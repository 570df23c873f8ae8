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

/// What of a table is shown to people: what is 0 all over was not asked for by name.
struct Shown {
    points: Vec<usize>,
    indicators: Vec<usize>,
    /// How many products and indicators are left out.
    left: (usize, usize),
    /// Of more indicators than stand beside each other, how many single footprints are left out.
    lines: usize,
}

fn is_zero(cell: Footprint) -> bool {
    cell.amount == 0.0 && cell.proved && cell.stated == Covered::Complete
}

impl Shown {
    fn of(table: &FootprintTable) -> Self {
        let (points, indicators) = (0..table.points.len(), 0..table.indicators.len());
        let (are_points_named, are_indicators_named) = table.named;
        let has =
            |point: &usize| are_points_named || !indicators.clone().all(|k| is_zero(table.get(*point, k)));
        let is_of_use =
            |k: &usize| are_indicators_named || !points.clone().all(|point| is_zero(table.get(point, *k)));
        let (shown, of_use): (Vec<usize>, Vec<usize>) =
            (points.clone().filter(has).collect(), indicators.clone().filter(is_of_use).collect());
        let left = (points.len() - shown.len(), indicators.len() - of_use.len());
        let mut this = Self { points: shown, indicators: of_use, left, lines: 0 };
        if !this.is_wide() && !are_indicators_named {
            let cells = this
                .points
                .iter()
                .flat_map(|&point| this.indicators.iter().map(move |&k| table.get(point, k)));
            this.lines = cells.filter(|cell| is_zero(*cell)).count();
        }
        this
    }

    fn is_wide(&self) -> bool {
        self.indicators.len() <= BESIDE
    }

    fn said(&self) -> Option<String> {
        let count = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {many}")),
        };
        let parts = [
            count(self.left.0, "product", "products"),
            count(self.left.1, "indicator", "indicators"),
            count(self.lines, "single footprint", "single footprints"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("left out, for they are 0: {}", parts.join(", ")))
    }
}

/// The whole answer as text.
pub fn table(table: &FootprintTable) -> String {
    let shown = Shown::of(table);
    let mut text = if shown.is_wide() { wide(table, &shown) } else { long(table, &shown) };
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
    if let Some(said) = shown.said() {
        let _ = writeln!(text, "{said}");
    }
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

fn wide(table: &FootprintTable, shown: &Shown) -> String {
    let heads = shown.indicators.iter().map(|&k| &table.indicators[k]);
    let heads: Vec<String> = heads.map(|k| format!("{}, {}", k.id, k.unit)).collect();
    let mut header = vec!["product", "origin", "unit"];
    header.extend(heads.iter().map(String::as_str));
    let rows = shown.points.iter().map(|&at| {
        let point = &table.points[at];
        let own = [&point.product, &point.origin, &point.unit].map(Clone::clone);
        own.into_iter().chain(shown.indicators.iter().map(|&k| cell(table.get(at, k)))).collect()
    });
    aligned(&header, &rows.collect::<Vec<Vec<String>>>(), 3)
}

fn long(table: &FootprintTable, shown: &Shown) -> String {
    let rows = shown.points.iter().flat_map(|&at| {
        let point = &table.points[at];
        let is_said = move |k: &&usize| table.named.1 || !is_zero(table.get(at, **k));
        shown.indicators.iter().filter(is_said).map(move |&k| {
            let head = &table.indicators[k];
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
