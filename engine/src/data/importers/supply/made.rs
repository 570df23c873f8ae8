//! The tables that an importer made, looked at once more before they are files.

use arrow_array::RecordBatch;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::data::reference::Reference;
use crate::data::source::Source;
use crate::data::supply::Supply;

use super::draft::texts;

/// What the tables are called while they are checked.
const IMPORTED: &str = "imported";

/// The tables of a source.
pub(super) struct Made {
    /// What diagnostics call the source.
    pub(super) source: String,
    /// Those with rows, by name.
    pub(super) tables: Vec<(&'static str, Vec<RecordBatch>)>,
}

impl Made {
    /// What is written can be read: whatever an importer let pass is said here, of the rows it made.
    pub(super) fn check(&self, manifest: &str, reference: &Reference) -> Diagnostics {
        let tables = self.tables.iter().map(|(name, rows)| ((*name).to_owned(), rows.clone())).collect();
        let mut found = Diagnostics::new();
        Supply::read(Source::tables(IMPORTED, manifest.to_owned(), tables), reference, &(), &mut found);
        let mut told = Diagnostics::new();
        found.into_list().into_iter().for_each(|problem| told.push(self.of_source(problem)));
        told
    }

    /// A problem of a row that was made, as one of the source that it was made of.
    fn of_source(&self, problem: Diagnostic) -> Diagnostic {
        let place = problem.place.unwrap_or_default();
        let table = self.tables.iter().find(|(name, _)| *place.file == *format!("{IMPORTED}/{name}"));
        let made = match (table, place.row) {
            (Some((name, rows)), Some(row)) => {
                let first = cell(rows, row, 0);
                let source = rows.first().and_then(|rows| rows.schema().index_of("source").ok());
                let source = source.and_then(|column| cell(rows, row, column));
                let from = source.map(|source| format!(", from {source}")).unwrap_or_default();
                format!(" (row {row} of {name}, `{}`{from})", first.unwrap_or_default())
            }
            _ => String::new(),
        };
        let place = Some(Place::file(&self.source));
        if problem.severity == Severity::Warning {
            return Diagnostic { place, message: format!("{}{made}", problem.message), ..problem };
        }
        let message = format!("what it becomes is no dataset: {}{made}", problem.message);
        Diagnostic { place, message, ..problem }.hint("correct it in the source")
    }
}

/// A cell that is filled, by its row from 1.
fn cell(batches: &[RecordBatch], row: u64, column: usize) -> Option<&str> {
    let mut cells = batches.iter().flat_map(|rows| texts(rows.column(column)));
    cells.nth(usize::try_from(row.checked_sub(1)?).ok()?).filter(|text| !text.is_empty())
}
