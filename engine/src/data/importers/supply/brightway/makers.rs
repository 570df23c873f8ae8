//! Which process makes which product: each column of the technosphere has one product of its own.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::super::amount::{Amount, calculated};
use super::arrays::Index;
use super::matrix::Cell;

/// A cell with its row and column.
type Entry = (Index, Cell);

/// Problems that are reported one by one.
const REPORTED: usize = 100;

/// Who makes what.
#[derive(Debug, Default)]
pub(super) struct Makers {
    /// Process of each product, with what it makes of it.
    pub(super) by_product: BTreeMap<i64, (i64, Cell)>,
    /// Product of each process.
    pub(super) of_process: FxHashMap<i64, i64>,
    /// Id, unit, process and place of each product, once they are named.
    pub(super) made: FxHashMap<i64, (String, String, String, String)>,
}

impl Makers {
    /// Of cells sorted by column. The own product of a process is what is marked as its reference; else that of its own
    /// id; else the only thing that it makes; else the only one of these that no other process makes.
    pub(super) fn find(cells: &[Entry], place: &Place, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut found = Self::default();
        let mut problems: Vec<(&'static str, String)> = Vec::new();
        let mut open: Vec<Vec<Entry>> = Vec::new();
        for column in cells.chunk_by(|a, b| a.0.1 == b.0.1) {
            match candidates(column).as_slice() {
                [one] => found.take(*one, &mut problems),
                several => open.push(several.to_vec()),
            }
        }
        loop {
            let before = open.len();
            open.retain(|several| {
                let left: Vec<_> =
                    several.iter().filter(|((row, _), _)| !found.by_product.contains_key(row)).collect();
                if let [one] = left.as_slice() {
                    found.take(**one, &mut problems);
                }
                left.len() != 1
            });
            if open.len() == before {
                break;
            }
        }
        let open_columns = cells.chunk_by(|a, b| a.0.1 == b.0.1).map(|column| column[0].0.1);
        for process in open_columns.filter(|process| !found.of_process.contains_key(process)) {
            let message = format!(
                "of what process {process} makes nothing is called its own: neither a reference nor one of its id"
            );
            problems.push((codes::CO_PRODUCT, message));
        }
        let mut rows: Vec<i64> = cells.iter().map(|((row, _), _)| *row).collect();
        rows.sort_unstable();
        rows.dedup();
        for row in rows.into_iter().filter(|row| !found.by_product.contains_key(row)) {
            problems.push((codes::NO_PROCESS, format!("no process makes product {row} as its own")));
        }
        for (product, (process, cell)) in &found.by_product {
            if !matches!(calculated(cell.value.abs()), Amount::Kept(_)) {
                let message = format!(
                    "what process {process} makes of product {product} is too small or too large to divide by"
                );
                problems.push((codes::OVERFLOW, message));
            }
        }
        let hint =
            "Brightway cannot calculate such a matrix either: it must be square; is a package missing?";
        let count = problems.len();
        for (code, message) in problems.into_iter().take(REPORTED) {
            diagnostics.push(Diagnostic::error(code, message).at(place.clone()).hint(hint));
        }
        if count > REPORTED {
            let message = format!("and {} more of this kind", count - REPORTED);
            diagnostics.push(Diagnostic::error(codes::NO_PROCESS, message).at(place.clone()));
        }
        (count == 0).then_some(found)
    }

    fn take(&mut self, ((product, process), cell): Entry, problems: &mut Vec<(&'static str, String)>) {
        self.of_process.insert(process, product);
        if let Some((other, _)) = self.by_product.insert(product, (process, cell)) {
            let message = format!("processes {other} and {process} both make product {product} as their own");
            problems.push((codes::DUPLICATE_KEY, message));
        }
    }

    /// -1 where the product is one that its process takes away.
    pub(super) fn sign(&self, product: i64) -> f64 {
        self.by_product.get(&product).map_or(1.0, |(_, cell)| cell.value.signum())
    }
}

/// What could be the own product of a process.
fn candidates(column: &[Entry]) -> Vec<Entry> {
    let those =
        |is: &dyn Fn(&Entry) -> bool| column.iter().filter(|one| is(one)).copied().collect::<Vec<_>>();
    let marked = those(&|(_, cell)| cell.is_reference);
    if !marked.is_empty() {
        return marked;
    }
    let own = those(&|((row, process), _)| row == process);
    if !own.is_empty() {
        return own;
    }
    let made = those(&|(_, cell)| cell.is_output && cell.value > 0.0);
    if made.is_empty() { those(&|(_, cell)| cell.is_output) } else { made }
}
