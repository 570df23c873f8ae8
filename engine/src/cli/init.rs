//! `truecost init`.

use std::path::{Path, PathBuf};

use crate::base::diagnostic::{Diagnostic, Place, codes};
use crate::data::write::Batch;

use super::arguments::InitArguments;
use super::outcome::{Outcome, print};

const FILES: &[(&str, &str)] = &[
    ("manifest.toml", include_str!("init/manifest.toml")),
    ("products.csv", include_str!("init/products.csv")),
    ("processes.csv", include_str!("init/processes.csv")),
    ("inputs.csv", include_str!("init/inputs.csv")),
    ("interventions.csv", include_str!("init/interventions.csv")),
    ("prices.csv", include_str!("init/prices.csv")),
];

/// Writes the small dataset, and says what to try next.
pub(super) fn run(arguments: &InitArguments) -> Outcome {
    let count = init(&arguments.folder)?.len();
    let folder = arguments.folder.display();
    print(&format!(
        "wrote {count} files to {folder}; now try\n  truecost price {folder}\n  truecost explain {folder} bread\n"
    ))
}

/// Writes the small dataset and gives its files; a folder that holds something is left alone.
pub fn init(folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    must_be_free(folder)?;
    let mut batch = Batch::new(folder)?;
    for (name, text) in FILES {
        batch.add(name, text.as_bytes())?;
    }
    batch.commit()
}

/// A folder that holds something is left alone.
pub fn must_be_free(folder: &Path) -> Result<(), Diagnostic> {
    let holds_something = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds_something || folder.is_file() {
        let message = "is not empty, and nothing is overwritten";
        let place = Place::file(folder.to_string_lossy());
        return Err(Diagnostic::error(codes::UNWRITABLE, message).at(place).hint("name a new folder"));
    }
    Ok(())
}
