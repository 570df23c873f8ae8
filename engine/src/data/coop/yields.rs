//! Yields: how much of a product is made of another.

use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::cells::{Cells, RowRef};
use crate::data::schema;
use crate::data::source::Opened;

use super::validity::{self, Validity};

/// A yield.
#[derive(Clone, Debug)]
pub struct Yield {
    /// What is used up.
    pub input: String,
    /// What is made.
    pub output: String,
    /// Weight of the output per weight of the input, greater than 0.
    pub rate: Exact,
    /// Outputs of one input with one process are made together.
    pub process: Option<String>,
    /// Certificate it is for, if it is for one only.
    pub certificate: Option<String>,
    /// Site it is for, if it is for one only.
    pub site: Option<String>,
    /// Days it holds.
    pub validity: Validity,
    /// Source.
    pub source: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by key and day; `None` if there is none.
pub fn read(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<Yield>> {
    opened.read(&schema::YIELDS, &(), diagnostics, |bound, diagnostics| {
        let mut yields: Vec<Yield> = bound.collect(|row| rate(&row, diagnostics));
        let key = |y: &Yield| (y.input.clone(), y.output.clone(), y.certificate.clone(), y.site.clone());
        validity::check(yields.iter().map(|y| (key(y), y.validity, y.row.clone())), diagnostics);
        yields.sort_by_cached_key(|y| (key(y), y.validity));
        yields
    })
}

fn rate(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Yield> {
    let before = diagnostics.len();
    let input = row.id("input", diagnostics);
    let output = row.id("output", diagnostics);
    let rate = row.positive("yield", diagnostics);
    let process = row.optional_id("process", diagnostics);
    let certificate = row.optional_id("certificate", diagnostics);
    let site = row.optional_id("site", diagnostics);
    let validity = Validity::of(row, diagnostics);
    if input.is_some() && input == output {
        let message = format!("`{}` is made of itself", row.text("input").unwrap_or_default());
        let hint = "what is lost in storage is a movement of kind `lost`";
        let place = row.place().column("output");
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }
    if diagnostics.len() > before {
        return None;
    }
    Some(Yield {
        input: input?,
        output: output?,
        rate: rate?.exact,
        process,
        certificate,
        site,
        validity: validity?,
        source: row.string("source"),
        row: row.row_ref(),
    })
}
