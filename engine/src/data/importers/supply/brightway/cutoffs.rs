//! Inputs that nothing supplies: packages of ours list them beside their matrices.

use std::collections::BTreeSet;

use crate::data::importers::names::Names;

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
                let process = process.parse().ok().and_then(|process: i64| self.processes.get(&process));
                let Some(&at) = process.filter(|_| !product.is_empty()) else { continue };
                let id = products.kept(product);
                let spelt = |text: &str| spelt(text, None, &self.reference.units).unit;
                if listed.insert(id.clone()) {
                    let name = if name.is_empty() { &id } else { name };
                    self.draft.row(Of::Products, [&id, name, &spelt(own_unit), "", ""]);
                }
                let (taker, unit) = (&self.ids[at], spelt(unit));
                let cells =
                    [taker.as_str(), &id, amount, &unit, "", "", "yes", "cut off before it was exported"];
                self.draft.row(Of::Inputs, cells);
                count += 1;
            }
        }
        self.draft.told.take_many("inputs, cut off", count);
    }
}
