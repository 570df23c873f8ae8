//! `truecost init`.

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

/// Writes the small dataset; a folder that holds something is left alone.
pub(super) fn run(arguments: &InitArguments) -> Outcome {
    let folder = &arguments.folder;
    let holds_something = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds_something || folder.is_file() {
        let message = "is not empty, and nothing is overwritten";
        let place = Place::file(folder.to_string_lossy());
        return Err(Diagnostic::error(codes::UNWRITABLE, message).at(place).hint("name a new folder").into());
    }
    let mut batch = Batch::new(folder)?;
    for (name, text) in FILES {
        batch.add(name, text.as_bytes())?;
    }
    batch.commit()?;
    let (count, folder) = (FILES.len(), folder.display());
    print(&format!(
        "wrote {count} files to {folder}; now try\n  truecost price {folder}\n  truecost explain {folder} bread\n"
    ))
}
