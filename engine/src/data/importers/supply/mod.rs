//! Importers of supply data: models and footprints of other programs become the tables of a supply dataset.
//!
//! One module a format. Each reads its files from an archive (whose limits hold for all), fills a draft and gives what
//! became of all that was read. A new format is a module beside these, a variant of [`SupplyFormat`] and an arm of
//! [`import_supply`]; flows of an inventory go through [`Characterisation`].

mod about;
mod agribalyse;
mod amount;
mod archive;
mod brightway;
mod characterise;
mod draft;
mod ecospold;
mod inventory;
mod made;
mod matrix;
mod openlca;
pub mod pact;
mod pymrio;
mod things;
mod units;
mod useeio;

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::Reference;
use crate::data::write::Batch;

use crate::data::source::Source;

use super::Told;

pub use agribalyse::Agribalyse;
pub use brightway::Brightway;
pub use characterise::{Characterisation, Characterised, find as find_characterisation};
pub use ecospold::Ecospold;
pub use openlca::{Allocation, Openlca};
pub use pact::{Pact, Uptake};
pub use pymrio::{Economy, EconomySector, EconomySettings, Pymrio, Stressor, economy};
pub use useeio::{As, Useeio};

/// How flows of a source become indicators.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    /// A table of characterisation of the user, instead of the one that the importer brings.
    pub table: Option<Source>,
    /// Are flows that the table does not have left out? Otherwise each is an indicator of the dataset's own.
    pub leave_others: bool,
}

/// What a source is, with what has to be said about it.
#[derive(Clone, Debug)]
pub enum SupplyFormat {
    /// A folder or zip with a USEEIO model in JSON.
    Useeio(Useeio),
    /// Product footprints of PACT, 2.x and 3.x.
    Pact(Pact),
    /// The CSV of AGRIBALYSE by stage.
    Agribalyse(Agribalyse),
    /// Datapackages of Brightway.
    Brightway(Brightway),
    /// Input-output tables as pymrio saves them, and EXIOBASE 3.
    Pymrio(Pymrio),
    /// An archive of openLCA in JSON-LD.
    Openlca(Openlca),
    /// A database in ecoSpold 1 or 2.
    Ecospold(Ecospold),
}

/// Imports files or a folder into the files of a batch, which the caller commits. All that is wrong with it is
/// reported, and then there is nothing to commit.
pub fn import_supply(
    format: &SupplyFormat,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    let told = match format {
        SupplyFormat::Useeio(settings) => useeio::import(settings, batch, reference, diagnostics),
        SupplyFormat::Agribalyse(settings) => agribalyse::import(settings, batch, reference, diagnostics),
        SupplyFormat::Brightway(settings) => brightway::import(settings, batch, reference, diagnostics),
        SupplyFormat::Pymrio(settings) => pymrio::import(settings, batch, reference, diagnostics),
        SupplyFormat::Ecospold(settings) => ecospold::import(settings, batch, reference, diagnostics),
        SupplyFormat::Openlca(settings) => openlca::import(settings, batch, reference, diagnostics),
        SupplyFormat::Pact(settings) => pact::import(settings, batch, reference, diagnostics),
    };
    told.filter(|_| !diagnostics.has_errors())
}
