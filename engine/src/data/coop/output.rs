//! What was made in a period.

use crate::base::decimal::Exact;
use crate::base::diagnostic::Diagnostics;
use crate::base::period::Period;
use crate::base::unit::{Unit, Units};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::schema;
use crate::data::source::Opened;

/// How much of a product was made.
#[derive(Clone, Debug)]
pub struct Output {
    /// Product.
    pub product: String,
    /// Process that made it.
    pub process: Option<String>,
    /// When.
    pub period: Period,
    /// How much.
    pub quantity: Exact,
    /// In which unit.
    pub unit: Unit,
    /// Row.
    pub row: RowRef,
}

/// The table `output`, sorted by its key.
pub(super) fn table(opened: &mut Opened, units: &Units, diagnostics: &mut Diagnostics) -> Vec<Output> {
    let read = opened.read(&schema::OUTPUT, &(), diagnostics, |bound: &Bound, diagnostics| {
        bound.collect::<_, Vec<Output>>(|row| output(&row, units, diagnostics))
    });
    let mut rows = read.unwrap_or_default();
    rows.sort_by(|a, b| (&a.product, &a.process, a.period).cmp(&(&b.product, &b.process, b.period)));
    rows
}

fn output(row: &Cells, units: &Units, diagnostics: &mut Diagnostics) -> Option<Output> {
    let product = row.id("product", diagnostics);
    let process = row.optional_id("process", diagnostics);
    let period = row.period("period", diagnostics);
    let quantity = row.positive("quantity", diagnostics);
    let unit = row.unit("unit", units, diagnostics);
    Some(Output {
        product: product?,
        process,
        period: period?,
        quantity: quantity?.exact,
        unit: unit?,
        row: row.row_ref(),
    })
}
