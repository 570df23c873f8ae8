//! Answers of many rows, whose table is made part by part as it is taken.

use std::ops::Range;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use truecost::base::diagnostic::Diagnostic;
use truecost::report::columns::Columns;

use crate::answers::Notices;
use crate::table::{Parts, Table};

/// What the engine found, by rows.
pub(crate) trait Parted: Send + Sync + 'static {
    /// How many rows.
    fn count(&self) -> usize;

    /// Some of them, of one schema also where there are none.
    fn some(&self, rows: Range<usize>) -> Columns;

    /// What the table rests on, as JSON.
    fn lineage(&self) -> String;

    /// All rows as CSV.
    fn csv(&self) -> String;

    /// All of it as JSON.
    fn json(&self) -> String;
}

/// What was found and noticed, with its table once somebody asks for it.
pub(crate) struct Answer<T> {
    pub(crate) found: Arc<T>,
    warnings: Vec<Diagnostic>,
    table: PyOnceLock<Py<Table>>,
}

struct Rows<T>(Arc<T>);

impl<T: Parted> Parts for Rows<T> {
    fn rows(&self) -> usize {
        self.0.count()
    }

    fn part(&self, from: usize, to: usize) -> Columns {
        self.0.some(from..to)
    }
}

impl<T: Parted> Answer<T> {
    pub(crate) fn new(found: T, warnings: Vec<Diagnostic>) -> Self {
        Self { found: Arc::new(found), warnings, table: PyOnceLock::new() }
    }

    pub(crate) fn table(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        let rows = || Arc::new(Rows(self.found.clone()));
        let make = || Py::new(py, Table::in_parts(rows(), &self.found.lineage())?);
        self.table.get_or_try_init(py, make).map(|table| table.clone_ref(py))
    }

    pub(crate) fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    pub(crate) fn json(&self, py: Python<'_>) -> String {
        py.detach(|| self.found.json())
    }

    pub(crate) fn csv(&self, py: Python<'_>) -> String {
        py.detach(|| self.found.csv())
    }
}
