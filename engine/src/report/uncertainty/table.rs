//! Figures of draws as a table for a terminal.

use std::fmt::Write as _;

use crate::report::table::aligned;
use crate::study::sample::{Counts, Measure};

use super::{Row, Uncertainty};

/// Significant digits of a figure: an estimate has few.
const DIGITS: i32 = 4;

/// A number with a few digits that count.
pub(in crate::report) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let whole = libm::floor(libm::log10(value.abs())) as i32 + 1;
    format!("{value:.*}", (DIGITS - whole).clamp(0, 12) as usize)
}

/// The whole answer as text: true price or gap of each product, what stands beside, who is dearer than whom.
pub fn uncertainty(uncertainty: &Uncertainty) -> String {
    let samples = &uncertainty.samples;
    let percentiles = &samples.asked.percentiles;
    let names: Vec<String> = percentiles.iter().map(|p| format!("{p} %")).collect();
    let mut header = vec!["product", "unit", "measure", "as stated", "mean", "sd", "std. error"];
    header.extend(names.iter().map(String::as_str));
    header.push("");
    let line = |at: usize, row: &Row| {
        let statistics = &row.statistics;
        let mut cells = vec![
            uncertainty.label(at),
            row.product.unit.clone(),
            row.name.replace('_', " "),
            row.central.map_or_else(|| "-".to_owned(), figure),
        ];
        cells.extend([statistics.mean, statistics.sd, statistics.standard_error].map(figure));
        cells.extend(statistics.percentiles.iter().map(|value| figure(*value)));
        cells.push(String::new());
        cells
    };
    let mut rows = Vec::new();
    for at in 0..samples.products.len() {
        let whole = [Measure::TruePrice, Measure::Gap];
        rows.extend(whole.into_iter().filter_map(|m| uncertainty.row(at, m)).map(|row| line(at, &row)));
    }
    let target = uncertainty.prices.target;
    let mut text = String::new();
    if !rows.is_empty() {
        text.push_str(&aligned(&header, &rows, 3));
    }
    let _ = writeln!(
        text,
        "\n{} {} per unit; {} samples, seed {}; drawn: {}",
        target.currency,
        target.year,
        samples.iterations.len(),
        samples.asked.seed,
        drawn(&samples.counts)
    );
    for told in uncertainty.told() {
        let _ = writeln!(text, "{told}");
    }
    for (_, pair) in uncertainty.pairs() {
        let _ = writeln!(text, "{pair}");
    }
    text
}

/// What was drawn, in words.
fn drawn(counts: &Counts) -> String {
    let parts = [
        (counts.inputs, "inputs"),
        (counts.outputs, "outputs"),
        (counts.interventions, "interventions"),
        (counts.factors, "factors"),
    ];
    let some: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if some.is_empty() { "nothing".to_owned() } else { some.join(", ") }
}
