//! `truecost export`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::data::supply::Supply;
use crate::data::write;
use crate::fairtrade::living;
use crate::report::interop;
use crate::valuation::Overrides;

use super::export_pact::{self, PactArguments};
use super::outcome::{Outcome, note, settle};

/// Writes a dataset in a format of other programs.
pub(super) fn run(arguments: &ExportArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let reference = Reference::read(library, &mut diagnostics);
    let (exported, out) = match &arguments.format {
        ExportFormat::Brightway { dataset, out } => {
            let supply = supply(dataset, &reference, &mut diagnostics);
            let archive = supply.and_then(|supply| interop::brightway(&supply, &reference, &mut diagnostics));
            let archive = settle(archive, diagnostics)?;
            write::replace(out, &archive.bytes)?;
            told(&archive.what, &archive.notes, out);
            return Ok(());
        }
        ExportFormat::Valueflows { dataset, out } => {
            (interop::valueflows(Source::at(dataset), &reference, &mut diagnostics), out)
        }
        ExportFormat::Komunitin { dataset, unit, out } => {
            (interop::komunitin(Source::at(dataset), unit, &reference, &mut diagnostics), out)
        }
        ExportFormat::Pact(arguments) => {
            (export_pact::footprint(arguments, &reference, &mut diagnostics), &arguments.out)
        }
    };
    let exported = settle(exported, diagnostics)?;
    write::replace(out, exported.text.as_bytes())?;
    told(&exported.what, &exported.notes, out);
    Ok(())
}

/// A supply dataset, with what workers and households of a co-op lack.
pub(super) fn supply(folder: &Path, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Supply> {
    living::supply(Source::at(folder), reference, &Overrides::default(), &(), diagnostics)
}

fn told(what: &str, notes: &[String], out: &Path) {
    for said in notes {
        note(&format!("note: {said}"));
    }
    note(&format!("wrote {what} to {}", out.display()));
}

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct ExportArguments {
    /// Format to write
    #[command(subcommand)]
    pub format: ExportFormat,
}

/// Formats to export to.
#[derive(Debug, Subcommand)]
pub enum ExportFormat {
    /// Valueflows 1.0 as JSON-LD; what it has no word for is kept beside it
    Valueflows {
        /// Folder of a dataset of flows
        dataset: PathBuf,
        /// File to write
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// CSV of Komunitin: the transfers of one unit of member credit, in its smallest part
    Komunitin {
        /// Folder of a dataset of flows
        dataset: PathBuf,
        /// Id of the unit
        #[arg(long, value_name = "ID")]
        unit: String,
        /// File to write
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// A datapackage of Brightway: the chain as matrices, each indicator as a method
    Brightway {
        /// Folder of a supply dataset
        dataset: PathBuf,
        /// Zip to write
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// A product footprint of PACT as JSON: what the dataset knows, and what its publisher states beside it
    Pact(PactArguments),
}
