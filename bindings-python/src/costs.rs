//! What flows cost others, and the statement of it.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use truecost::base::diagnostic::{Diagnostic, Diagnostics, codes};
use truecost::data::flows::FlowData;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::data::supply::Supply;
use truecost::network::Statement;
use truecost::pricing::{Choices, FlowCosts, FlowPrices, Lineage, UnitCosts, supply_of};
use truecost::regime::Judged;
use truecost::report::columns::Columns;
use truecost::report::statement as report;

use crate::arguments::{Maybe, wrong_type};
use crate::given::Readable;
use crate::table::Parts;
use crate::watch::Watch;

/// The supply dataset to price flows with, as a caller gives it.
pub(crate) enum Supplied {
    /// Read.
    Read(Arc<Supply>),
    /// To be read; `None`: the one that the flow dataset names, if it does.
    Folder(Option<PathBuf>),
}

impl Supplied {
    /// The argument `supply`, with what was noticed when it was read.
    pub(crate) fn new(value: Maybe) -> PyResult<(Self, Vec<Diagnostic>)> {
        let Some(value) = value else { return Ok((Self::Folder(None), Vec::new())) };
        if let Some(read) = Supply::of(value) {
            return Ok((Self::Read(read.data), read.warnings));
        }
        let accepted = format!("a {}, or the path of one (str or os.PathLike)", Supply::CLASS);
        let folder = value.extract().map_err(|_| wrong_type("supply", value, &accepted))?;
        Ok((Self::Folder(Some(folder)), Vec::new()))
    }

    /// The prices of what passes; without a supply dataset there are none, and no problem either.
    fn prices(
        self,
        data: &FlowData,
        choices: &Choices,
        library: &Library,
        reference: &mut Reference,
        watch: &Watch,
        found: &mut Diagnostics,
    ) -> Option<FlowPrices> {
        match self {
            Self::Read(supply) => {
                let supply = Arc::unwrap_or_clone(supply);
                FlowPrices::new(data, supply, choices, library, reference, watch, found)
            }
            Self::Folder(given) => {
                let folder = supply_of(data, given.as_deref(), choices, found)?;
                let supply = <Supply as Readable>::read(Source::at(&folder), reference, watch, found)?;
                FlowPrices::new(data, supply, choices, library, reference, watch, found)
            }
        }
    }
}

/// Flows with their prices, and the statement of them.
#[derive(Clone)]
pub(crate) struct Priced {
    judged: Arc<Judged>,
    prices: Arc<FlowPrices>,
    units: Arc<UnitCosts>,
    pub(crate) statement: Arc<Statement>,
}

impl Priced {
    /// Prices what passes; `None` where there is no supply dataset, or where there are errors.
    pub(crate) fn new(
        judged: &Arc<Judged>,
        (supply, choices): (Supplied, &Choices),
        library: &Library,
        reference: Arc<Reference>,
        watch: &Watch,
        found: &mut Diagnostics,
    ) -> Option<Self> {
        let mut reference = Arc::unwrap_or_clone(reference);
        let prices = supply.prices(&judged.data, choices, library, &mut reference, watch, found)?;
        let costs = FlowCosts::new(judged, &prices, &reference, watch, found)?;
        let statement = Arc::new(Statement::new(&costs, &reference, watch, found)?);
        let units = costs.units;
        Some(Self { judged: judged.clone(), prices: Arc::new(prices), units, statement })
    }

    /// The costs of all flows.
    pub(crate) fn costs(&self) -> FlowCosts<'_> {
        FlowCosts::with(&self.judged, &self.prices, self.units.clone())
    }

    /// What the prices rest on.
    pub(crate) fn lineage(&self) -> &Lineage {
        &self.prices.prices.lineage
    }

    /// The factor set, with its variant.
    pub(crate) fn factors(&self) -> String {
        self.prices.prepared.set.label()
    }
}

/// What each flow costs others, made part by part whenever it is asked for.
impl Parts for Priced {
    fn rows(&self) -> usize {
        self.judged.data.flows.len()
    }

    fn part(&self, from: usize, to: usize) -> Columns {
        report::cost_columns(&self.costs(), from, to)
    }
}

/// What is said where somebody asks for the costs of flows that have none.
pub(crate) fn not_priced() -> Diagnostic {
    Diagnostic::error(codes::MISSING_CHOICE, "these flows were classified, and not priced").hint(
        "name a supply dataset: supply=PATH in `classify`, or `supply` under [flows] in the manifest of the flows",
    )
}
