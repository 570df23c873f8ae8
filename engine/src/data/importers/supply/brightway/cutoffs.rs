//! Inputs that nothing supplies: packages of ours list them beside their matrices.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::base::diagnostic::Place;
use crate::data::importers::names::Names;

use super::super::amount::{Amount, amount as read};
use super::super::draft::Of;
use super::super::units::spelt;
use super::Work;

/// Columns of the table.
const COLUMNS: [&str; 6] = ["process", "product id", "product", "product unit", "amount", "unit"];

impl Work<'_, '_> {
    /// Rows of inputs that are cut off, and of products that nothing makes.
    pub(super) fn cutoffs(&mut self, products: &mut Names, listed: &mut BTreeSet<String>) {
        let mut count = 0;
        for table in &self.system.cutoffs {
            let columns = COLUMNS.map(|name| table.column(name));
            for row in 0..table.len() {
                let cells = table.row(row, &columns);
                let [process, product, name, own_unit, amount, unit] = &cells[..] else { continue };
                let place = || Place::row(table.file.clone(), table.line(row));
                let process = process.parse().ok().and_then(|process: i64| self.processes.get(&process));
                let Some(&at) = process else {
                    let reason = "inputs that are cut off, of a process that the technosphere does not have";
                    self.draft.told.leave(reason, place());
                    continue;
                };
                if product.is_empty() {
                    self.draft.told.leave("inputs that are cut off, without the id of a product", place());
                    continue;
                }
                let id = products.kept(product);
                let spelt = |text: &str| spelt(text, None, &self.reference.units).unit;
                if listed.insert(id.clone()) {
                    let name = if name.is_empty() { &id } else { name };
                    self.draft.row(Of::Products, [&id, name, &spelt(own_unit), "", ""]);
                }
                let (taker, unit) = (&self.ids[at], spelt(unit));
                let amount = written(amount);
                let cells =
                    [taker.as_str(), &id, &amount, &unit, "", "", "yes", "cut off before it was exported"];
                self.draft.row(Of::Inputs, cells);
                count += 1;
            }
        }
        self.draft.told.take_many("inputs, cut off", count);
    }
}

/// An amount as a table keeps it. What cannot be kept stays as it is, and is refused with its row.
fn written(text: &str) -> Cow<'_, str> {
    match read(text) {
        Amount::Kept(text) => text,
        Amount::Zero | Amount::TooSmall => "0".into(),
        Amount::TooLarge | Amount::NotANumber => text.into(),
    }
}
