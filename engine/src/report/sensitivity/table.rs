//! What moves a result, for a terminal.

use std::fmt::Write as _;

use crate::study::sensitivity::{By, RankedBy, Row, Sensitivity};

use crate::report::display::amount;
use crate::report::table::aligned;

/// The whole answer as text: one list a ranking, for they do not compare.
pub fn table(found: &Sensitivity) -> String {
    let value = found
        .value
        .map_or_else(|| "not known".to_owned(), |value| format!("{} {}", amount(value), found.unit));
    let mut text = format!(
        "what moves {} of {} ({}) from {}: {value} per {}\n",
        found.of, found.product, found.name, found.origin, found.per
    );
    for (by, count) in &found.counts {
        let rows: Vec<&Row> = found.rows.iter().filter(|row| row.ranked_by == *by).collect();
        let _ = writeln!(text, "\n{}", heading(*by, *count, rows.len(), found));
        let lines: Vec<Vec<String>> = rows.iter().map(|row| cells(row)).collect();
        // What no row has needs no column.
        let is_kept = |at: &usize| !FIGURES.contains(at) || lines.iter().any(|line| !line[*at].is_empty());
        let kept: Vec<usize> = (0..HEADER.len()).filter(is_kept).collect();
        let header: Vec<&str> = kept.iter().map(|&at| HEADER[at]).collect();
        let lines: Vec<Vec<String>> =
            lines.iter().map(|line| kept.iter().map(|&at| line[at].clone()).collect()).collect();
        text.push_str(&aligned(&header, &lines, 3));
    }
    if found.counts.is_empty() && found.by == Some(By::Uncertainty) {
        text.push_str("\nnobody states how far any datum that moves it may be off\n");
    } else if found.counts.is_empty() {
        text.push_str("\nno datum moves it\n");
    }
    text.push_str(&how_sure(found));
    let bent = found.rows.iter().filter(|row| row.is_one_sided()).count();
    if bent > 0 {
        let _ = writeln!(
            text,
            "\n* a derivative to one side: upwards / downwards; the result bends where the datum is, at a cap or at 0"
        );
    }
    let _ = writeln!(
        text,
        "\nderivative: change of the result, in {} per {}, per unit of the datum as recorded; elasticity: percent per percent",
        found.unit, found.per
    );
    if found.unsure > 0 {
        text.push_str(
            "+/-: standard deviation of the datum; share: of the variance of the result; factors of a set rise and fall together\n",
        );
    }
    for caution in &found.lineage.cautions {
        let _ = writeln!(text, "caution: {caution}");
    }
    text
}

/// Columns of each list.
const HEADER: [&str; 11] = [
    "table",
    "process",
    "item",
    "amount",
    "unit",
    "+/-",
    "elasticity",
    "derivative",
    "spread",
    "share",
    "where, verification",
];
/// Those that a list may lack.
const FIGURES: std::ops::Range<usize> = 5..10;

/// The standard deviation of the result, and what it rests on.
fn how_sure(found: &Sensitivity) -> String {
    let Some(deviation) = found.deviation else { return String::new() };
    let part = found.value.filter(|value| *value != 0.0).map(|value| deviation / value.abs());
    let part = part.map(|part| format!(", {} of it", percent(part))).unwrap_or_default();
    let data = if found.unsure == 1 { "datum" } else { "data" };
    format!(
        "\nstandard deviation, to first order: {} {}{part}; {} {data} with a known range, all else taken as sure\n",
        amount(deviation),
        found.unit,
        found.unsure
    )
}

/// What rounds to nothing is still something.
fn percent(part: f64) -> String {
    if part != 0.0 && part.abs() < 0.0005 {
        return "< 0.1 %".to_owned();
    }
    format!("{:.1} %", 100.0 * part)
}

fn heading(by: RankedBy, count: usize, shown: usize, found: &Sensitivity) -> String {
    let data = if count == 1 { "datum" } else { "data" };
    let shown = if shown < count { format!(", the first {shown} shown") } else { String::new() };
    // With one list of all data nothing is said of their ranges.
    let unknown = if found.by.is_none() { " whose range nobody states" } else { "" };
    match by {
        RankedBy::Spread => format!(
            "by spread, |derivative| x standard deviation in {}: {count} {data} whose range is known{shown}",
            found.unit
        ),
        RankedBy::Elasticity => format!("by |elasticity|: {count} {data}{unknown}{shown}"),
        RankedBy::Derivative => {
            format!("by |derivative|, which do not compare across units: {count} {data}{shown}")
        }
    }
}

fn cells(row: &Row) -> Vec<String> {
    let is_known = row.derivative.is_finite() && row.derivative_down.is_finite();
    let derivative = if !is_known {
        "too large".to_owned()
    } else if row.is_one_sided() {
        format!("{} / {} *", amount(row.derivative), amount(row.derivative_down))
    } else {
        amount(row.derivative)
    };
    let column = if ["amount", "central"].contains(&row.column) {
        row.table.to_owned()
    } else {
        format!("{}.{}", row.table, row.column)
    };
    let name = row.place.file.to_string();
    let file = name.rsplit(['/', '\\']).next().unwrap_or(&name);
    let seen = if row.verification.is_empty() { String::new() } else { format!(", {}", row.verification) };
    vec![
        column,
        row.process.clone(),
        row.item.clone(),
        amount(row.amount),
        row.unit.clone(),
        row.relative.map(percent).unwrap_or_default(),
        row.elasticity.map(|elasticity| format!("{elasticity:.4}")).unwrap_or_default(),
        derivative,
        row.spread.map(amount).unwrap_or_default(),
        row.share.map(percent).unwrap_or_default(),
        format!("{file}:{}{seen}", row.place.row),
    ]
}
