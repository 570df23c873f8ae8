//! Figures and draws as Arrow tables. Columns hang on the percentiles and indicators that were asked for.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType};

use crate::study::sample::Measure;

use super::{Row, Uncertainty};

type Columns = Vec<(String, ArrayRef, bool)>;

fn text(name: &str, values: impl Iterator<Item = String>) -> (String, ArrayRef, bool) {
    (name.to_owned(), Arc::new(StringArray::from(values.collect::<Vec<_>>())), false)
}

fn number(name: &str, values: impl Iterator<Item = Option<f64>>) -> (String, ArrayRef, bool) {
    (name.to_owned(), Arc::new(Float64Array::from(values.collect::<Vec<_>>())), true)
}

fn count(name: &str, values: impl Iterator<Item = usize>) -> (String, ArrayRef, bool) {
    (name.to_owned(), Arc::new(Int64Array::from(values.map(|value| value as i64).collect::<Vec<_>>())), false)
}

fn batch(columns: Columns) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_from_iter_with_nullable(columns)
}

/// How a percentile is called: `p2_5`.
fn percentile(p: f64) -> String {
    format!("p{}", p.to_string().replace('.', "_"))
}

fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}

/// One row a product x origin x measure: what the data say as they are, mean, spread, percentiles. Money of the report, as
/// doubles.
pub fn summary(uncertainty: &Uncertainty) -> Result<RecordBatch, ArrowError> {
    let rows = uncertainty.rows();
    let target = uncertainty.prices.target;
    let figure = |name: &str, get: fn(&Row) -> Option<f64>| number(name, rows.iter().map(get));
    let mut columns = vec![
        text("product", rows.iter().map(|row| row.product.product.clone())),
        text("origin", rows.iter().map(|row| row.product.origin.to_string())),
        text("unit", rows.iter().map(|row| row.product.unit.clone())),
        text("measure", rows.iter().map(|row| row.name.to_owned())),
        text("currency", rows.iter().map(|_| target.currency.to_string())),
        count("price_year", rows.iter().map(|_| target.year as usize)),
        count("samples", rows.iter().map(|row| row.statistics.count)),
        figure("central", |row| row.central),
        figure("mean", |row| finite(row.statistics.mean)),
        figure("sd", |row| finite(row.statistics.sd)),
        figure("standard_error", |row| finite(row.statistics.standard_error)),
    ];
    for (at, p) in uncertainty.samples.asked.percentiles.iter().enumerate() {
        columns.push(number(&percentile(*p), rows.iter().map(|row| finite(row.statistics.percentiles[at]))));
    }
    batch(columns)
}

/// One row a pair of products: how often the first is above the second.
pub fn comparisons(uncertainty: &Uncertainty) -> Result<RecordBatch, ArrowError> {
    let rows = &uncertainty.comparisons;
    let product = |at: usize| uncertainty.product(at);
    let origin = |at: usize| product(at).origin.to_string();
    batch(vec![
        text("a", rows.iter().map(|row| product(row.a).product.clone())),
        text("a_origin", rows.iter().map(|row| origin(row.a))),
        text("b", rows.iter().map(|row| product(row.b).product.clone())),
        text("b_origin", rows.iter().map(|row| origin(row.b))),
        text("by", rows.iter().map(|row| uncertainty.name(row.by).to_owned())),
        count("samples", rows.iter().map(|row| row.difference.count)),
        count("above", rows.iter().map(|row| row.above)),
        count("equal", rows.iter().map(|row| row.equal)),
        number("probability", rows.iter().map(|row| finite(row.probability()))),
        number("standard_error", rows.iter().map(|row| finite(row.standard_error()))),
        number("mean_difference", rows.iter().map(|row| finite(row.difference.mean))),
        number("sd_difference", rows.iter().map(|row| finite(row.difference.sd))),
    ])
}

/// One row a product x origin x iteration, with a column for each indicator.
pub fn draws(uncertainty: &Uncertainty) -> Result<RecordBatch, ArrowError> {
    let samples = &uncertainty.samples;
    let products: Vec<usize> =
        (0..samples.products.len()).filter(|at| samples.products[*at].has_gap).collect();
    let each =
        || products.iter().flat_map(|at| samples.iterations.iter().map(move |iteration| (*at, *iteration)));
    let mut columns = vec![
        count("iteration", each().map(|(_, iteration)| iteration)),
        text("product", each().map(|(at, _)| uncertainty.product(at).product.clone())),
        text("origin", each().map(|(at, _)| uncertainty.product(at).origin.to_string())),
    ];
    for measure in uncertainty.measures() {
        let is_priced =
            |at: usize| !matches!(measure, Measure::Indicator(k) if !samples.products[at].priced[k]);
        let values =
            products.iter().flat_map(|&at| match samples.column(at, measure).filter(|_| is_priced(at)) {
                Some(draws) => draws.into_iter().map(Some).collect::<Vec<_>>(),
                None => vec![None; samples.iterations.len()],
            });
        columns.push(number(uncertainty.name(measure), values));
    }
    batch(columns)
}

/// A table as CSV, numbers with all their digits.
pub fn csv(batch: &RecordBatch) -> String {
    let schema = batch.schema();
    let mut text = schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(",");
    text.push('\n');
    for row in 0..batch.num_rows() {
        let cells: Vec<String> = batch.columns().iter().map(|column| cell(column, row)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// Ids, codes and units need no quotes but where a unit holds a comma.
fn cell(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    match column.data_type() {
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        _ => {
            let text = column.as_string::<i32>().value(row);
            if text.contains([',', '"', '\n']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        }
    }
}
