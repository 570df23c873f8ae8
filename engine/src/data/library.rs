//! Where datasets are found by name: built in, or under `--datasets DIR`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::base::diagnostic::{Diagnostic, Place, codes, nearest};

use super::source::Source;

static FACTORS: Dir = include_dir!("$CARGO_MANIFEST_DIR/../datasets/factors");
static REFERENCE: Dir = include_dir!("$CARGO_MANIFEST_DIR/../datasets/reference");
static PRICES: Dir = include_dir!("$CARGO_MANIFEST_DIR/../datasets/prices");
static POSTINGS: Dir = include_dir!("$CARGO_MANIFEST_DIR/../datasets/postings");
static REGIMES: Dir = include_dir!("$CARGO_MANIFEST_DIR/../datasets/regimes");
static FAIRTRADE: Dir = include_dir!("$CARGO_MANIFEST_DIR/../datasets/fairtrade");
#[cfg(feature = "xlsx")]
static EXAMPLE: Dir = include_dir!("$CARGO_MANIFEST_DIR/../datasets/coop/coffee");
static SURPLUS: Dir = include_dir!("$CARGO_MANIFEST_DIR/../datasets/surplus");
static CHARACTERISATION: Dir = include_dir!("$CARGO_MANIFEST_DIR/../datasets/characterisation");

/// The shelves a dataset is found on by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// Factor sets.
    Factors,
    /// Units, regions, indicators, indices, rates, incomes.
    Reference,
    /// Price lists.
    Prices,
    /// Sets of rules that say what a flow is.
    Regimes,
    /// Tables that say where flows are booked.
    Postings,
    /// Minimum prices and premiums, living incomes and living wages.
    Fairtrade,
    /// Rules by which a surplus is shared out.
    Surplus,
    /// Tables that say what flows of inventories are of indicators.
    Characterisation,
}

impl Shelf {
    fn folder(self) -> &'static str {
        match self {
            Self::Factors => "factors",
            Self::Reference => "reference",
            Self::Prices => "prices",
            Self::Regimes => "regimes",
            Self::Postings => "postings",
            Self::Fairtrade => "fairtrade",
            Self::Surplus => "surplus",
            Self::Characterisation => "characterisation",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Factors => "factor set",
            Self::Reference => "reference table",
            Self::Prices => "price list",
            Self::Regimes => "set of rules",
            Self::Postings => "table of postings",
            Self::Fairtrade => "fair-trade table",
            Self::Surplus => "set of rules of a surplus",
            Self::Characterisation => "table of characterisation",
        }
    }

    fn embedded(self) -> &'static Dir<'static> {
        match self {
            Self::Factors => &FACTORS,
            Self::Reference => &REFERENCE,
            Self::Prices => &PRICES,
            Self::Regimes => &REGIMES,
            Self::Postings => &POSTINGS,
            Self::Fairtrade => &FAIRTRADE,
            Self::Surplus => &SURPLUS,
            Self::Characterisation => &CHARACTERISATION,
        }
    }
}

#[cfg(feature = "xlsx")]
impl Source {
    /// The co-op that is built in, as an example.
    pub fn example() -> Self {
        Self::embedded(&EXAMPLE)
    }
}

/// Finds datasets by path or name.
#[derive(Clone, Debug, Default)]
pub struct Library {
    folder: Option<PathBuf>,
}

impl Library {
    /// Built-in datasets, and those under `folder/{factors,reference,prices,regimes,postings,fairtrade,surplus,characterisation}`, which win.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// The folder must be there: what it holds would be missed in silence.
    pub fn check(&self) -> Result<(), Diagnostic> {
        match &self.folder {
            Some(folder) if !folder.is_dir() => {
                let message = "is not a folder with factors, reference or prices";
                let hint = "it is what --datasets or TRUECOST_DATASETS names";
                Err(Diagnostic::error(codes::UNREADABLE, message)
                    .at(Place::file(folder.to_string_lossy()))
                    .hint(hint))
            }
            _ => Ok(()),
        }
    }

    /// A path to a folder, or a name on a shelf.
    pub fn find(&self, shelf: Shelf, name: &str) -> Result<Source, Diagnostic> {
        if name.contains(['/', '\\']) || Path::new(name).join("manifest.toml").is_file() {
            return Ok(Source::folder(Path::new(name)));
        }
        if let Some(folder) = &self.folder {
            let path = folder.join(shelf.folder()).join(name);
            if path.is_dir() {
                return Ok(Source::folder(&path));
            }
        }
        if let Some(dir) = shelf.embedded().get_dir(name) {
            return Ok(Source::embedded(dir));
        }
        let names = self.names(shelf);
        let hint = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}; a path to a folder works too", names.join(", ")),
        };
        Err(Diagnostic::error(codes::NOT_FOUND, format!("there is no {} `{name}`", shelf.noun())).hint(hint))
    }

    /// All names on a shelf.
    pub fn names(&self, shelf: Shelf) -> Vec<String> {
        let mut names: BTreeSet<String> =
            shelf.embedded().dirs().map(|dir| Source::embedded(dir).name).collect();
        if let Some(folder) = &self.folder
            && let Ok(entries) = std::fs::read_dir(folder.join(shelf.folder()))
        {
            names.extend(
                entries
                    .filter_map(Result::ok)
                    .filter(|entry| entry.path().is_dir())
                    .map(|entry| entry.file_name().to_string_lossy().into_owned()),
            );
        }
        names.into_iter().collect()
    }
}
