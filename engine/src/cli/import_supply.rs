//! `truecost import` of supply data.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use crate::base::diagnostic::Diagnostics;
use crate::data::importers::Told;
use crate::data::importers::supply::{
    Agribalyse, Allocation, As, Brightway, Ecospold, Flows, Openlca, Pact, Pymrio, SupplyFormat, Uptake,
    Useeio, find_characterisation, import_supply,
};
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::data::write::Batch;

use super::import::ImportedTo;
use super::init::must_be_free;
use super::outcome::{Outcome, note, print, settle};

/// What supply data to import are.
#[derive(Debug, Subcommand)]
pub enum SupplyImport {
    /// A USEEIO model in JSON: what a dollar of each sector takes and causes
    Useeio {
        /// Folder or zip with sectors.json, indicators.json, flows.json and the folder matrix
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// The year whose dollars the model counts in; its files do not say
        #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2100))]
        price_year: i32,
        /// What the interventions are
        #[arg(long = "as", value_enum, value_name = "WHAT", default_value_t = Interventions::Indicators)]
        interventions: Interventions,
        /// Take what is made in the country only: the matrix `A_d` instead of `A`
        #[arg(long)]
        domestic: bool,
        /// How flows become indicators
        #[command(flatten)]
        flows: FlowArguments,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// AGRIBALYSE, foods by stage: the CSV with its French header
    Agribalyse {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The method of its indicators, such as EF 3.0 or EF 3.1; the file does not say
        #[arg(long, value_name = "METHOD")]
        method: String,
        /// Where the foods are eaten: factors are taken for this place
        #[arg(long, value_name = "CODE", default_value = "FR")]
        region: String,
        /// What its columns are of our indicators: a table of characterisation, CSV or Parquet. Left out: the one for
        /// AGRIBALYSE that is built in
        #[arg(long, value_name = "TABLE")]
        characterisation: Option<PathBuf>,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// Input-output tables as pymrio saves them, or EXIOBASE 3: what sectors of regions take of one another and cause
    Pymrio {
        /// Folder or zip with Z or A, x or Y, unit, and folders with F or S and unit
        #[arg(value_name = "SOURCE")]
        source: PathBuf,
        /// The year whose money the tables count in; they do not say
        #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2100))]
        price_year: i32,
        /// Only this extension, by its folder or name, such as satellite; may be repeated. All if left out
        #[arg(long = "extension", value_name = "NAME")]
        extensions: Vec<String>,
        /// How stressors become indicators
        #[command(flatten)]
        flows: FlowArguments,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// A database of openLCA: JSON-LD of its versions 1 and 2, a zip or a folder
    Openlca {
        /// The zip, or its folder
        #[arg(value_name = "SOURCE")]
        source: PathBuf,
        /// The method of the archive whose categories become indicators; none: flows stay flows. Left out: the only one
        #[arg(long, value_name = "NAME")]
        method: Option<String>,
        /// How the burden of a process with several products is divided
        #[arg(long, value_enum, value_name = "HOW", default_value_t = Dividing::Stated)]
        allocation: Dividing,
        /// How flows become indicators
        #[command(flatten)]
        flows: FlowArguments,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// Datapackages of Brightway: matrices by integer ids, with their names where they are there
    Brightway {
        /// Zips or folders with datapackage.json: of an inventory and of methods, later ones on top of earlier ones
        #[arg(required = true, value_name = "SOURCE")]
        sources: Vec<PathBuf>,
        /// What the interventions are. Scores if a package holds a method, else flows, if left out
        #[arg(long = "as", value_enum, value_name = "WHAT")]
        interventions: Option<Interventions>,
        /// How scores or flows become indicators
        #[command(flatten)]
        flows: FlowArguments,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// A database in ecoSpold, versions 1 and 2: XML files, alone, in a zip or in a folder
    Ecospold {
        /// The zip, folder or file
        #[arg(value_name = "SOURCE")]
        source: PathBuf,
        /// How flows become indicators
        #[command(flatten)]
        flows: FlowArguments,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
    /// Product footprints of PACT as JSON, versions 2.x and 3.x
    Pact {
        /// Files: one footprint, a list of them, or an answer of a host
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// What is climate change: the footprint without the carbon that plants took up, or with it
        #[arg(long, value_enum, value_name = "WHAT", default_value_t = BiogenicUptake::Excluded)]
        biogenic_uptake: BiogenicUptake,
        /// Where to
        #[command(flatten)]
        to: ImportedTo,
    },
}

/// How the burden of a process of openLCA is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dividing {
    /// As each process states; where it states nothing, its reference product bears all
    Stated,
    /// By its physical factors
    Physical,
    /// By its economic factors
    Economic,
    /// By its causal factors, one for each exchange and product
    Causal,
    /// Its reference product bears all
    Reference,
}

impl Dividing {
    fn allocation(self) -> Allocation {
        match self {
            Self::Stated => Allocation::Stated,
            Self::Physical => Allocation::Physical,
            Self::Economic => Allocation::Economic,
            Self::Causal => Allocation::Causal,
            Self::Reference => Allocation::Reference,
        }
    }
}

/// What is climate change of a footprint of PACT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BiogenicUptake {
    /// The footprint without biogenic uptake
    Excluded,
    /// The footprint with it
    Included,
}

/// What the interventions of an import are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Interventions {
    /// Indicators: the matrix D, or C times B, of a model; scores by a method
    Indicators,
    /// Flows: the matrix B
    Flows,
}

impl Interventions {
    fn kind(self) -> As {
        match self {
            Self::Indicators => As::Indicators,
            Self::Flows => As::Flows,
        }
    }
}

impl BiogenicUptake {
    /// As the engine calls it.
    pub(super) fn uptake(self) -> Uptake {
        match self {
            Self::Excluded => Uptake::Excluded,
            Self::Included => Uptake::Included,
        }
    }
}

/// How flows of a source become indicators.
#[derive(Debug, clap::Args)]
pub struct FlowArguments {
    /// What flows are of indicators: a table of characterisation, CSV or Parquet, or a name that is built in, such as
    /// gwp100-ar4. Left out: what is built in for USEEIO; of other sources flows stay flows
    #[arg(long, value_name = "TABLE")]
    pub characterisation: Option<PathBuf>,
    /// Leave out what the table does not have; otherwise each is an indicator of the dataset's own
    #[arg(long)]
    pub leave_others: bool,
}

impl FlowArguments {
    fn flows(&self, library: &Library, diagnostics: &mut Diagnostics) -> Flows {
        let table = table(self.characterisation.as_deref(), library, diagnostics);
        Flows { table, leave_others: self.leave_others }
    }
}

fn table(path: Option<&Path>, library: &Library, diagnostics: &mut Diagnostics) -> Option<Source> {
    let found = find_characterisation(&path?.to_string_lossy(), library);
    found.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()
}

/// What is asked for, and where it goes.
fn format<'a>(
    format: &'a SupplyImport,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> (SupplyFormat, &'a Path) {
    match format {
        SupplyImport::Useeio { folder, price_year, interventions, domestic, flows, to } => {
            let settings = Useeio {
                folder: folder.clone(),
                price_year: *price_year,
                interventions: interventions.kind(),
                is_domestic: *domestic,
                flows: flows.flows(library, diagnostics),
            };
            (SupplyFormat::Useeio(settings), &to.out)
        }
        SupplyImport::Brightway { sources, interventions, flows, to } => {
            let settings = Brightway {
                sources: sources.clone(),
                interventions: interventions.map(Interventions::kind),
                flows: flows.flows(library, diagnostics),
            };
            (SupplyFormat::Brightway(settings), &to.out)
        }
        SupplyImport::Pymrio { source, price_year, extensions, flows, to } => {
            let settings = Pymrio {
                source: source.clone(),
                price_year: *price_year,
                extensions: extensions.clone(),
                flows: flows.flows(library, diagnostics),
            };
            (SupplyFormat::Pymrio(settings), &to.out)
        }
        SupplyImport::Agribalyse { file, method, region, characterisation, to } => {
            let settings = Agribalyse {
                file: file.clone(),
                method: method.trim().to_owned(),
                region: region.clone(),
                table: table(characterisation.as_deref(), library, diagnostics),
            };
            (SupplyFormat::Agribalyse(settings), &to.out)
        }
        SupplyImport::Openlca { source, method, allocation, flows, to } => {
            let settings = Openlca {
                path: source.clone(),
                flows: flows.flows(library, diagnostics),
                method: method.as_ref().map(|method| method.trim().to_owned()),
                allocation: allocation.allocation(),
            };
            (SupplyFormat::Openlca(settings), &to.out)
        }
        SupplyImport::Ecospold { source, flows, to } => {
            let settings = Ecospold { path: source.clone(), flows: flows.flows(library, diagnostics) };
            (SupplyFormat::Ecospold(settings), &to.out)
        }
        SupplyImport::Pact { files, biogenic_uptake, to } => {
            (SupplyFormat::Pact(Pact { files: files.clone(), uptake: biogenic_uptake.uptake() }), &to.out)
        }
    }
}

/// Reads supply data of other programs and writes a supply dataset.
pub(super) fn run(asked: &SupplyImport, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let (format, to) = format(asked, library, &mut diagnostics);
    let (told, files) = import_into(&format, to, library, diagnostics)?;
    print(&told.text())?;
    let folder = to.display();
    note(&format!("wrote {files} files to {folder}; now try `truecost check {folder}`"));
    Ok(())
}

/// Imports into a folder that is free: what was told, and the count of files.
fn import_into(
    format: &SupplyFormat,
    to: &Path,
    library: &Library,
    mut diagnostics: Diagnostics,
) -> Result<(Told, usize), Diagnostics> {
    must_be_free(to)?;
    let reference = Reference::read(library, &mut diagnostics);
    let mut batch = Batch::new(to)?;
    let told = if diagnostics.has_errors() {
        None
    } else {
        import_supply(format, &mut batch, &reference, &mut diagnostics)
    };
    let told = settle(told, diagnostics)?;
    Ok((told, batch.commit()?.len()))
}
