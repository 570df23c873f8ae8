//! `truecost import` of supply data.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use crate::base::diagnostic::Diagnostics;
use crate::data::importers::Input;
use crate::data::importers::supply::{As, Flows, SupplyFormat, Useeio, import_supply};
use crate::data::reference::Reference;
use crate::data::source::{Library, read_file};
use crate::data::write::Batch;

use super::arguments::ImportedTo;
use super::init::must_be_free;
use super::outcome::{Outcome, note, print, settle};

/// What supply data to import are.
#[derive(Debug, Subcommand)]
pub enum SupplyImport {
    /// A USEEIO model in JSON: what a dollar of each sector takes and causes
    Useeio {
        /// Folder with sectors.json, indicators.json, flows.json and the folder matrix
        #[arg(value_name = "FOLDER")]
        source: PathBuf,
        /// The year whose dollars the model counts in; its files do not say
        #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2100))]
        price_year: i32,
        /// What the interventions are
        #[arg(long = "as", value_enum, value_name = "WHAT", default_value_t = Interventions::Indicators)]
        interventions: Interventions,
        /// Take what is made in the country only: the matrix A_d instead of A
        #[arg(long)]
        domestic: bool,
        /// How flows become indicators
        #[command(flatten)]
        flows: FlowArguments,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
}

/// What the interventions of an import are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Interventions {
    /// Indicators of the model: its matrix D, or C times B
    Indicators,
    /// Flows of the model: its matrix B
    Flows,
}

/// How flows of a source become indicators.
#[derive(Debug, clap::Args)]
pub struct FlowArguments {
    /// Table of characterisation, CSV or Parquet, instead of the one that the program brings
    #[arg(long, value_name = "FILE")]
    pub characterisation: Option<PathBuf>,
    /// Leave out what the table does not have; otherwise each is an indicator of the dataset's own
    #[arg(long)]
    pub leave_others: bool,
}

impl FlowArguments {
    fn flows(&self, diagnostics: &mut Diagnostics) -> Flows {
        let table = self.characterisation.as_deref().and_then(|path| input(path, diagnostics));
        Flows { table, leave_others: self.leave_others }
    }
}

fn input(path: &Path, diagnostics: &mut Diagnostics) -> Option<Input> {
    let bytes = read_file(path, diagnostics)?;
    Some(Input { name: path.to_string_lossy().into_owned(), bytes })
}

/// Reads supply data of other programs and writes a supply dataset.
pub(super) fn run(format: &SupplyImport, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let (source, to, format) = match format {
        SupplyImport::Useeio { source, price_year, interventions, domestic, flows, to } => {
            let interventions = match interventions {
                Interventions::Indicators => As::Indicators,
                Interventions::Flows => As::Flows,
            };
            let flows = flows.flows(&mut diagnostics);
            let settings = Useeio { price_year: *price_year, interventions, is_domestic: *domestic, flows };
            (source, to, SupplyFormat::Useeio(settings))
        }
    };
    must_be_free(&to.out)?;
    let reference = Reference::read(library, &mut diagnostics);
    let mut batch = Batch::new(&to.out)?;
    let told = if diagnostics.has_errors() {
        None
    } else {
        import_supply(&format, source, &mut batch, &reference, &mut diagnostics)
    };
    let told = settle(told, diagnostics)?;
    print(&told.text())?;
    let files = batch.commit()?.len();
    let folder = to.out.display();
    note(&format!("wrote {files} files to {folder}; now try `truecost check {folder}`"));
    Ok(())
}
