//! `truecost import`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::flows::Field;
use crate::data::importers::{Currency, Format, Input, Komunitin, import, valid_unit};
use crate::data::reference::Reference;
use crate::data::source::{Library, read_file};
use crate::data::write::Batch;

use super::import_supply::{self, SupplyImport};
use super::init::must_be_free;
use super::outcome::{Outcome, note, print, settle};

/// Reads files of other programs and writes a dataset of flows, or of supply data.
pub(super) fn run(arguments: &ImportArguments, library: &Library) -> Outcome {
    let (files, to) = match &arguments.format {
        ImportFormat::Supply(supply) => return import_supply::run(supply, library),
        ImportFormat::Valueflows { files, to, .. }
        | ImportFormat::Komunitin { files, to, .. }
        | ImportFormat::Timeoverflow { files, to }
        | ImportFormat::Csv { files, to, .. } => (files, &to.out),
    };
    must_be_free(to)?;
    let mut diagnostics = Diagnostics::new();
    let format = format(&arguments.format, &mut diagnostics);
    let inputs: Vec<Input> = files.iter().filter_map(|file| input(file, &mut diagnostics)).collect();
    let reference = Reference::read(library, &mut diagnostics);
    let imported = match format {
        Some(format) if !diagnostics.has_errors() => import(&format, &inputs, &reference, &mut diagnostics),
        _ => None,
    };
    let imported = settle(imported, diagnostics)?;
    let mut batch = Batch::new(to)?;
    let files = imported.files();
    for (name, bytes) in &files {
        batch.add(name, bytes)?;
    }
    print(&imported.told.text())?;
    batch.commit()?;
    let folder = to.display();
    note(&format!("wrote {} files to {folder}; now try `truecost classify {folder}`", files.len()));
    Ok(())
}

fn input(path: &Path, diagnostics: &mut Diagnostics) -> Option<Input> {
    let bytes = read_file(path, diagnostics)?;
    Some(Input { name: path.to_string_lossy().into_owned(), bytes })
}

fn format(format: &ImportFormat, diagnostics: &mut Diagnostics) -> Option<Format> {
    let mut refuse = |message: String, hint: String| {
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).hint(hint));
    };
    match format {
        ImportFormat::Valueflows { currencies, .. } => {
            let mut read = Vec::new();
            for text in currencies {
                match Currency::parse(text) {
                    Ok(currency) => read.push(currency),
                    Err(hint) => refuse(format!("--money cannot be `{text}`"), hint),
                }
            }
            Some(Format::Valueflows(read))
        }
        ImportFormat::Komunitin { unit, decimals, members, .. } => {
            if Field::FromKind.code(members).is_none() {
                let hint = format!("one of {}", Field::FromKind.values().join(", "));
                refuse(format!("--members cannot be `{members}`"), hint);
            }
            if !valid_unit(unit) {
                let hint = "ids are made of letters a to z, digits, `-`, `_` and `.`";
                refuse(format!("--unit cannot be `{unit}`"), hint.to_owned());
            }
            let (unit, members) = (unit.clone(), members.clone());
            Some(Format::Komunitin(Komunitin { unit, decimals: *decimals, members }))
        }
        ImportFormat::Timeoverflow { .. } => Some(Format::TimeOverflow),
        ImportFormat::Csv { mapping, .. } => mapping_file(mapping, diagnostics),
        // Supply data go another way.
        ImportFormat::Supply(_) => None,
    }
}

fn mapping_file(path: &Path, diagnostics: &mut Diagnostics) -> Option<Format> {
    input(path, diagnostics).map(Format::Csv)
}

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct ImportArguments {
    /// What the files are
    #[command(subcommand)]
    pub format: ImportFormat,
}

/// The folder that an import writes.
#[derive(Debug, clap::Args)]
pub struct ImportedTo {
    /// Folder to write; it must not exist, or be empty
    #[arg(short, long, value_name = "DIR")]
    pub out: PathBuf,
}

/// What files to import are.
#[derive(Debug, Subcommand)]
pub enum ImportFormat {
    /// Valueflows 1.0 as JSON-LD or YAML: events in which something passed from one agent to another
    Valueflows {
        /// Files, read together: they may name each other's things
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A resource that is a currency: RESOURCE=UNIT, or RESOURCE=UNIT:KIND for a unit of your own; may be repeated
        #[arg(long = "money", value_name = "RESOURCE=UNIT")]
        currencies: Vec<String>,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// CSV of Komunitin: transfers, and accounts
    Komunitin {
        /// Files of transfers and of accounts, told apart by their headers
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Id of the unit of member credit
        #[arg(long, value_name = "ID")]
        unit: String,
        /// Decimals of the unit: amounts are counted in its smallest part
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=9))]
        decimals: u32,
        /// What the members are, as `kind` in the table of agents
        #[arg(long, value_name = "KIND", default_value = "person")]
        members: String,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// CSV of `TimeOverflow`: its import without a header, or its report
    Timeoverflow {
        /// Files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// CSV of a bank or a shop, with a mapping that says how to read it and what holds of which lines
    Csv {
        /// Files of one account
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The mapping, as TOML
        #[arg(long, value_name = "MAP")]
        mapping: PathBuf,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// Supply data
    #[command(flatten)]
    Supply(SupplyImport),
}
