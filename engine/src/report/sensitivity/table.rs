//! What moves a result, for a terminal.

use std::fmt::Write as _;

use crate::study::sensitivity::{RankedBy, Row, Sensitivity};

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
        let _ = writeln!(text, "\n{}", heading(*by, *count, rows.len(), &found.unit));
        // What a ranking does not have needs no column.
        let kept: Vec<usize> = (0..HEADER.len()).filter(|&at| at != empty_column(*by)).collect();
        let header: Vec<&str> = kept.iter().map(|&at| HEADER[at]).collect();
        let lines: Vec<Vec<String>> = rows
            .iter()
            .map(|row| cells(row))
            .map(|line| kept.iter().map(|&at| line[at].clone()).collect())
            .collect();
        text.push_str(&aligned(&header, &lines, 3));
    }
    if found.counts.is_empty() {
        text.push_str("\nno datum moves it\n");
    }
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
    for caution in &found.lineage.cautions {
        let _ = writeln!(text, "caution: {caution}");
    }
    text
}

/// Columns of each list.
const HEADER: [&str; 9] = [
    "table",
    "process",
    "item",
    "amount",
    "unit",
    "elasticity",
    "derivative",
    "spread",
    "where, verification",
];

/// The column that is empty in a ranking.
fn empty_column(by: RankedBy) -> usize {
    match by {
        RankedBy::Spread => HEADER.len(),
        RankedBy::Elasticity => 7,
        RankedBy::Derivative => 5,
    }
}

fn heading(by: RankedBy, count: usize, shown: usize, unit: &str) -> String {
    let data = if count == 1 { "datum" } else { "data" };
    let shown = if shown < count { format!(", the first {shown} shown") } else { String::new() };
    match by {
        RankedBy::Spread => format!(
            "by spread, |derivative| x standard deviation in {unit}: {count} {data} whose range is known{shown}"
        ),
        RankedBy::Elasticity => {
            format!("by |elasticity|: {count} {data} whose range nobody states{shown}")
        }
        RankedBy::Derivative => {
            format!("by |derivative|, which do not compare across units: {count} {data}{shown}")
        }
    }
}

fn cells(row: &Row) -> Vec<String> {
    let derivative = if row.is_one_sided() {
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
        row.elasticity.map(|elasticity| format!("{elasticity:.4}")).unwrap_or_default(),
        derivative,
        row.spread.map(amount).unwrap_or_default(),
        format!("{file}:{}{seen}", row.place.row),
    ]
}
