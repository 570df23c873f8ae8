//! Datasets that were read, and those that a caller names by their path.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};

use crate::arguments::{Maybe, wrong_type};
use crate::library::library;
use crate::long::long;
use crate::watch::Watch;

/// A kind of dataset that Python has a class of.
pub(crate) trait Readable: Send + Sync + Sized + 'static {
    /// The class, for people.
    const CLASS: &'static str;

    /// Reads it; every problem is reported.
    fn read(
        source: Source,
        reference: &Reference,
        watch: &Watch,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self>;

    /// What was read, if the value is of its class.
    fn of(value: &Bound<'_, PyAny>) -> Option<Read<Self>>;
}

/// A dataset that was read, and what it was read with.
pub(crate) struct Read<T> {
    pub(crate) data: Arc<T>,
    pub(crate) reference: Arc<Reference>,
    pub(crate) library: Library,
    pub(crate) warnings: Vec<Diagnostic>,
}

impl<T> Clone for Read<T> {
    fn clone(&self) -> Self {
        let (data, reference) = (self.data.clone(), self.reference.clone());
        Self { data, reference, library: self.library.clone(), warnings: self.warnings.clone() }
    }
}

impl<T: Readable> Read<T> {
    /// Reads a dataset from where `source` says, and looks over it with `check`.
    pub(crate) fn new(
        py: Python<'_>,
        progress: Maybe,
        library: Library,
        source: impl FnOnce(&Watch, &mut Diagnostics) -> Option<Source> + Send,
        check: fn(&T, &Reference, &mut Diagnostics) -> Option<()>,
    ) -> PyResult<Self> {
        let ((data, reference), warnings) = long(py, progress, |watch, found| {
            let source = source(watch, found)?;
            let reference = Reference::read(&library, found);
            let data = T::read(source, &reference, watch, found)?;
            check(&data, &reference, found)?;
            Some((data, reference))
        })?;
        Ok(Self { data: Arc::new(data), reference: Arc::new(reference), library, warnings })
    }
}

/// The dataset that a caller gave: one that was read, or the path of one that was not.
pub(crate) enum Given<T> {
    /// Read.
    Read(Read<T>),
    /// To be read.
    Folder(Source, Library),
}

impl<T: Readable> Given<T> {
    /// The argument `name`, with the library of the argument `datasets`.
    pub(crate) fn new(
        py: Python<'_>,
        name: &str,
        value: &Bound<'_, PyAny>,
        datasets: Maybe,
    ) -> PyResult<Self> {
        if let Some(read) = T::of(value) {
            if datasets.is_none() {
                return Ok(Self::Read(read));
            }
            let library = library(py, datasets)?;
            let (reference, _) = long(py, None, |_, found| Some(Arc::new(Reference::read(&library, found))))?;
            return Ok(Self::Read(Read { reference, library, ..read }));
        }
        let accepted = format!("a {}, or the path of one (str or os.PathLike)", T::CLASS);
        let folder: PathBuf = value.extract().map_err(|_| wrong_type(name, value, &accepted))?;
        Ok(Self::Folder(Source::at(&folder), library(py, datasets)?))
    }

    /// What was noticed when it was read.
    pub(crate) fn warnings(&self) -> Vec<Diagnostic> {
        match self {
            Self::Read(read) => read.warnings.clone(),
            Self::Folder(..) => Vec::new(),
        }
    }

    /// What is built in, with what is laid over it.
    pub(crate) fn library(&self) -> &Library {
        match self {
            Self::Read(read) => &read.library,
            Self::Folder(_, library) => library,
        }
    }

    /// Reads it, if that was not done yet. The tables of reference are there even if the dataset cannot be read.
    pub(crate) fn open(
        self,
        watch: &Watch,
        found: &mut Diagnostics,
    ) -> (Option<Arc<T>>, Arc<Reference>, Library) {
        match self {
            Self::Read(read) => (Some(read.data), read.reference, read.library),
            Self::Folder(source, library) => {
                let reference = Reference::read(&library, found);
                let data = T::read(source, &reference, watch, found);
                (data.map(Arc::new), Arc::new(reference), library)
            }
        }
    }
}
