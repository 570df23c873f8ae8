//! The matrices of all packages, those of later packages on top.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::table::Table;

use super::super::archive::Archive;
use super::HINT;
use super::matrix::Matrix;
use super::names::Book;
use super::package::{DATAPACKAGE, Group, Package};

const TECHNOSPHERE: &str = "technosphere_matrix";
const BIOSPHERE: &str = "biosphere_matrix";
const CHARACTERISATION: &str = "characterization_matrix";

/// A method: what a unit of each flow is of it.
pub(super) struct Method {
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) matrix: Matrix,
    pub(super) label: String,
}

/// The matrices of all packages.
pub(super) struct System {
    pub(super) technosphere: Matrix,
    pub(super) biosphere: Matrix,
    pub(super) methods: Vec<Method>,
    /// Their places, by name.
    by_method: BTreeMap<String, usize>,
    pub(super) book: Book,
    pub(super) label: String,
    pub(super) names: Vec<String>,
    /// Inputs that nothing supplies, of packages of ours.
    pub(super) cutoffs: Vec<Table>,
}

impl System {
    pub(super) fn read(sources: &[PathBuf], told: &mut Told, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut packages = Vec::new();
        let before = diagnostics.errors();
        for source in sources {
            let files = Archive::open(source, &[], HINT, diagnostics)
                .and_then(|files| files.beginning_at(&[DATAPACKAGE], diagnostics));
            let Some(files) = files else { continue };
            packages.extend(Package::read(&files, told, diagnostics));
        }
        if diagnostics.errors() > before {
            return None;
        }
        let label = sources.first().map(|source| source.to_string_lossy().into_owned()).unwrap_or_default();
        let mut system = Self {
            technosphere: Matrix::default(),
            biosphere: Matrix::default(),
            methods: Vec::new(),
            by_method: BTreeMap::new(),
            book: Book::default(),
            label,
            names: packages.iter().map(|package| package.name.clone()).collect(),
            cutoffs: Vec::new(),
        };
        let globals: Vec<Option<i64>> =
            packages.iter().flat_map(|package| &package.groups).map(|group| group.global).collect();
        let global = globals.into_iter().flatten().next();
        for package in &packages {
            system.book.add(package, diagnostics);
            let cutoffs = package.named.cutoffs.as_ref();
            let table = cutoffs.and_then(|input| Table::from_csv(&input.name, &input.bytes, diagnostics));
            system.cutoffs.extend(table);
            for group in &package.groups {
                system.put(package, group, global, told, diagnostics);
            }
        }
        for (matrix, name) in [(&system.technosphere, TECHNOSPHERE), (&system.biosphere, BIOSPHERE)] {
            let (kept, zeros) =
                (matrix.cells.len(), matrix.cells.values().filter(|cell| cell.value == 0.0).count());
            let place = || Place::file(&system.label);
            let reason =
                format!("numbers of `{name}` in a cell that another number adds to, or takes the place of");
            told.leave_many(reason, place(), matrix.put - kept);
            told.leave_many(format!("zeros of `{name}`"), place(), zeros);
        }
        if system.technosphere.cells.is_empty() {
            let message = format!("no package has numbers of `{TECHNOSPHERE}`");
            diagnostics.push(
                Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(&system.label)).hint(HINT),
            );
        }
        (diagnostics.errors() == before).then_some(system)
    }

    fn put(
        &mut self,
        package: &Package,
        group: &Group,
        global: Option<i64>,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) {
        match group.matrix.as_str() {
            TECHNOSPHERE => self.technosphere.put(group, Some, told, diagnostics),
            BIOSPHERE => self.biosphere.put(group, Some, told, diagnostics),
            CHARACTERISATION => {
                let name = if group.identifier.is_empty() { &package.name } else { &group.identifier };
                let at = *self.by_method.entry(name.clone()).or_insert(self.methods.len());
                if at == self.methods.len() {
                    let (unit, label) = (group.unit.clone(), group.label.clone());
                    self.methods.push(Method { name: name.clone(), unit, matrix: Matrix::default(), label });
                }
                let is_other = |column: i64| global.is_some_and(|global| global != column);
                let other = group.indices.iter().filter(|(_, column)| is_other(*column)).count();
                let reason = "factors of a method that hold in one place only: Brightway leaves them out too";
                told.leave_many(reason, Place::file(&group.label), other);
                let place_of = |(row, column)| (!is_other(column)).then_some((row, row));
                self.methods[at].matrix.put(group, place_of, told, diagnostics);
            }
            other => {
                let reason = format!("numbers of `{other}`");
                told.leave_many(reason, Place::file(&group.label), group.indices.len());
            }
        }
    }
}
