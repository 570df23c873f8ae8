//! Rows that share a key.

use std::collections::BTreeMap;
use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::schema::Schema;
use super::table::Table;

/// What makes the rows of a table unique.
pub struct Keys<'a> {
    pub(super) table: &'a Table,
    pub(super) schema: &'static Schema,
    /// Columns of the key, where the table has them.
    pub(super) columns: Vec<Option<usize>>,
}

impl Keys<'_> {
    /// Reports rows that share a key. Rows are compared where the hashes of their keys are equal. `go_on` hears how
    /// many rows are done; where it says no, that is the answer.
    pub fn check(&self, go_on: &dyn Fn(usize) -> bool, diagnostics: &mut Diagnostics) -> bool {
        let mut rows: Vec<(u64, u32)> = Vec::with_capacity(self.table.len());
        for chunk in self.table.chunks() {
            rows.extend((0..chunk.len()).map(|row| {
                let mut hasher = FxHasher::default();
                for column in &self.columns {
                    let cell = column.and_then(|column| chunk.cell(row, column)).unwrap_or_default();
                    hasher.write(cell.as_bytes());
                    hasher.write_usize(cell.len());
                }
                (hasher.finish(), chunk.index(row) as u32)
            }));
            if !go_on(rows.len()) {
                return false;
            }
        }
        rows.sort_unstable();
        for same in rows.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let mut first_of: BTreeMap<Vec<String>, u64> = BTreeMap::new();
            for &(_, row) in same {
                let key = self.table.row(row as usize, &self.columns);
                let line = self.table.line(row as usize);
                if let Some(first) = first_of.get(&key) {
                    diagnostics.push(self.duplicate(&key, *first, line));
                } else {
                    first_of.insert(key, line);
                }
            }
        }
        true
    }

    fn duplicate(&self, key: &[String], first: u64, line: u64) -> Diagnostic {
        let named = self.schema.key.iter().zip(key).filter(|(_, cell)| !cell.is_empty());
        let named: Vec<String> = named.map(|(column, cell)| format!("{column} `{cell}`")).collect();
        let message = format!("{} is already in row {first}", named.join(", "));
        let hint = format!("{} must be unique in `{}`", self.schema.key.join(", "), self.schema.table);
        let place = Place::row(&self.table.file, line);
        let place = if let [only] = self.schema.key { place.column(*only) } else { place };
        Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint)
    }
}
