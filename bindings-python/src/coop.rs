//! Datasets of co-ops as a caller gives them: a path, or tables by their names.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyMapping;
use truecost::base::diagnostic::{Diagnostics, nearest};
use truecost::data::coop;
use truecost::data::manifest::Kind;
use truecost::data::source::{Opened, tables_of};

use crate::arguments::{path, text, wrong_type};
use crate::arrow::{Tables, speaks};
use crate::manifest::Facts;
use crate::watch::Watch;

/// A dataset of a co-op before it is opened.
pub(crate) enum GivenCoop {
    /// A folder, a workbook, or a file that is one table.
    Path(PathBuf),
    /// Tables in memory, with their manifest.
    Tables(Tables, String),
    /// One table in memory, with its manifest: it is the one that is asked for.
    One(Tables, String),
}

impl GivenCoop {
    /// The argument `name`: a path, one table, or a mapping of names of tables to tables. `settings` in it is a mapping too: what
    /// the section `[coop]` of a manifest says.
    pub(crate) fn new(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let manifest = |settings| {
            let facts = Facts { kind: "coop", texts: Vec::new(), licence: None, settings, defaults: None };
            facts.manifest("tables")
        };
        if speaks(value) {
            return Ok(Self::One(Tables::new([(name, Some(value))])?, manifest(None)?));
        }
        let Ok(mapping) = value.cast::<PyMapping>() else { return Ok(Self::Path(path(name, value)?)) };
        let mut settings = None;
        let mut given = Vec::new();
        for item in mapping.items()?.iter() {
            let (key, table) = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
            let key = text(name, &key)?;
            let known = tables_of(Kind::Coop);
            if key != "settings" && !known.contains(&key.as_str()) {
                let near = nearest(&key, known.iter().copied());
                let hint = near.map_or_else(|| known.join(", "), |near| format!("did you mean {near:?}?"));
                return Err(PyValueError::new_err(format!("{name}: there is no table {key:?}: {hint}")));
            }
            if key == "settings" {
                let Ok(table) = table.cast::<PyMapping>() else {
                    return Err(wrong_type("settings", &table, "a mapping, such as {\"currency\": \"USD\"}"));
                };
                settings = Some(crate::manifest::mapping("settings", table.as_any())?);
            } else {
                given.push((key, table));
            }
        }
        let tables = Tables::named(given.iter().map(|(name, table)| (name.as_str(), table)))?;
        Ok(Self::Tables(tables, manifest(settings)?))
    }

    /// The file or folder that it is in, where it is in one.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        if let Self::Path(path) = self { Some(path.clone()) } else { None }
    }

    /// Opens it. `table` is what a file or a single table holds.
    pub(crate) fn open(self, table: &'static str, watch: &Watch, found: &mut Diagnostics) -> Option<Opened> {
        match self {
            Self::Path(path) => coop::open(&path, table, found),
            Self::One(tables, manifest) => {
                let source = tables.called(table).fetch("tables", manifest, watch, found)?;
                source.open(Kind::Coop, found)
            }
            Self::Tables(tables, manifest) => {
                let source = tables.fetch("tables", manifest, watch, found)?;
                source.open(Kind::Coop, found)
            }
        }
    }
}
