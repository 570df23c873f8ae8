//! `truecost export pact`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::base::diagnostic::Diagnostics;
use crate::data::importers::Input;
use crate::data::importers::supply::pact::parts::Version;
use crate::data::reference::Reference;
use crate::data::source::read_file;
use crate::report::interop::{self, Exported};

use super::export::supply;
use super::import_supply::BiogenicUptake;

/// Arguments of `export pact`.
#[derive(Debug, clap::Args)]
pub struct PactArguments {
    /// Folder of a supply dataset
    pub dataset: PathBuf,
    /// The product
    #[arg(value_name = "PRODUCT", required_unless_present = "named")]
    pub product: Option<String>,
    /// The same as PRODUCT
    #[arg(long = "product", value_name = "ID", conflicts_with = "product")]
    pub named: Option<String>,
    /// Where it is made; needed if it is made in several places
    #[arg(long, value_name = "CODE")]
    pub origin: Option<String>,
    /// Version of the specification
    #[arg(long, value_enum, value_name = "VERSION", default_value_t = Spec::Three)]
    pub spec: Spec,
    /// What climate change of the dataset is: the footprint without the carbon that plants took up, or with it
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = BiogenicUptake::Excluded)]
    pub biogenic_uptake: BiogenicUptake,
    /// What the dataset does not say, as TOML: names of the company, ids of the product, exemptions
    #[arg(long, value_name = "FILE")]
    pub about: PathBuf,
    /// File to write
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Versions of PACT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Spec {
    /// 2.3
    #[value(name = "2.3")]
    Two,
    /// 3.0
    #[value(name = "3.0")]
    Three,
}

/// The footprint that is asked for.
pub(super) fn footprint(
    arguments: &PactArguments,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Exported> {
    let bytes = read_file(&arguments.about, diagnostics)?;
    let about = Input { name: arguments.about.to_string_lossy().into_owned(), bytes };
    let asked = interop::pact::Pact {
        product: arguments.product.as_deref().or(arguments.named.as_deref()).unwrap_or_default(),
        origin: arguments.origin.as_deref(),
        version: if arguments.spec == Spec::Two { Version::Two } else { Version::Three },
        uptake: arguments.biogenic_uptake.uptake(),
        about: &about,
    };
    let supply = supply(&arguments.dataset, reference, diagnostics);
    interop::pact(supply.as_ref(), &asked, reference, diagnostics)
}
