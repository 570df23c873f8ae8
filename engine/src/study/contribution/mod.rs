//! What a footprint or an external cost is made of: by stage, process, region or supplier tier, and by structural path.

mod divide;
pub mod graph;
mod measure;
mod parts;
mod walked;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{Money, Overflow};
use crate::base::progress::Progress;
use crate::data::factors::Band;
use crate::data::reference::Reference;
use crate::pricing::{Lineage, Prepared, Request, Run, TruePrice, TruePrices};
use crate::valuation::{PriceLevel, Target};

pub use graph::{Embodied, Graph, Link, Slot, SlotKind, graph};
pub use walked::{PathRow, Walked};

/// Supplier tiers that are told apart, if nobody says.
pub const TIERS: usize = 8;
/// The most tiers that are.
pub const MOST_TIERS: usize = 1_000;
/// The share of the whole that a path has to contribute to be listed, if nobody says.
pub const CUTOFF: f64 = 0.01;
/// Paths that are listed, if nobody says.
pub const LISTED: usize = 100;

/// What a contribution is a contribution of: a stage, a process, …
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Stages of the chain.
    #[default]
    Stage,
    /// Processes.
    Process,
    /// Regions.
    Region,
    /// Supplier tiers: 0 makes the product, 1 supplies tier 0, and so on.
    Tier,
}

impl By {
    /// All of them, with their words.
    pub const ALL: [(&str, Self); 4] =
        [("stage", Self::Stage), ("process", Self::Process), ("region", Self::Region), ("tier", Self::Tier)];

    /// As a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Process => "process",
            Self::Region => "region",
            Self::Tier => "tier",
        }
    }
}

/// What is divided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The external cost: all indicators that cost others something, in money.
    #[default]
    Total,
    /// The external cost, and each indicator.
    All,
    /// One indicator: its footprint, and what it costs.
    Indicator(String),
}

impl Measure {
    /// `total`, `all`, or the id of an indicator.
    pub fn parse(text: &str) -> Self {
        match text {
            "total" => Self::Total,
            "all" => Self::All,
            id => Self::Indicator(id.to_owned()),
        }
    }
}

/// How paths are searched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Share of the whole that a path has to contribute itself, 0 to 1.
    pub share: f64,
    /// How many are listed at most.
    pub most: usize,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Parts of what kind.
    pub by: By,
    /// Of what.
    pub measure: Measure,
    /// The last supplier tier that is told from deeper ones.
    pub tiers: usize,
    /// How many parts are listed; the others are put together. Of tiers, all are.
    pub top: Option<usize>,
    /// Only what is made in this place.
    pub made_in: Option<String>,
    /// Structural paths too?
    pub paths: Option<Cut>,
}

impl Default for Asked {
    fn default() -> Self {
        let (by, measure) = (By::default(), Measure::default());
        Self { by, measure, tiers: TIERS, top: None, made_in: None, paths: None }
    }
}

/// An amount of an indicator and what it costs. A total over indicators has no amount.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figure {
    /// Footprint per unit of the product; `None`: not stated, or a total.
    pub amount: Option<f64>,
    /// Cost per unit of the product; `None`: without a price.
    pub cost: Option<Band<Money>>,
}

/// What is divided, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// Index among the indicators of the true price; `None`: the external cost.
    pub(crate) index: Option<usize>,
    /// Id of the indicator; `total`: the external cost.
    pub indicator: String,
    /// Unit of the amount; empty: there is none.
    pub unit: String,
    /// The whole.
    pub figure: Figure,
}

/// One of the parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Stage, id of the process, region, or tier.
    pub name: String,
    /// Stage of a process.
    pub stage: String,
    /// Region of a process.
    pub region: String,
    /// One for each whole.
    pub figures: Vec<Figure>,
}

/// Contributions to a product from one place, per reference unit.
#[derive(Clone, Debug)]
pub struct OfProduct {
    /// Product.
    pub product: String,
    /// Name.
    pub name: String,
    /// Place it is made in.
    pub origin: String,
    /// Reference unit.
    pub unit: String,
    /// What is divided.
    pub wholes: Vec<Whole>,
    /// The parts: tiers in their order, others by size.
    pub parts: Vec<Part>,
    /// Structural paths, if they were asked for.
    pub paths: Option<Walked>,
    /// Its chain, to draw; `None`: it costs others nothing that has a price.
    pub graph: Option<Graph>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Contributions {
    /// Currency and price year of all money.
    pub target: Target,
    /// What the parts are.
    pub by: By,
    /// One for each place that the product is made in.
    pub products: Vec<OfProduct>,
    /// Where everything comes from.
    pub lineage: Lineage,
}

/// The share of a part; `None`: the whole is nothing, or not known.
pub fn share(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    let (part, whole) = (part?, whole.filter(|whole| *whole != 0.0)?);
    Some(part / whole)
}

/// The share of a cost.
pub fn cost_share(part: &Figure, whole: &Figure) -> Option<f64> {
    let central = |figure: &Figure| figure.cost.map(|cost| cost.central.to_f64());
    share(central(part), central(whole))
}

/// Prices the products of a request and divides what they cost and cause.
pub fn answer(
    prepared: &Prepared,
    request: &Request,
    reference: &Reference,
    asked: &Asked,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Contributions> {
    let level = PriceLevel::new(reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(prepared, request, reference, &level, progress, diagnostics)?;
    contributions(&run, asked, progress, diagnostics)
}

/// The chains of true prices that were made before, to draw.
pub fn graphs_of(
    prices: &TruePrices,
    prepared: &Prepared,
    request: &Request,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Option<Graph>>> {
    let level = PriceLevel::new(reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(prepared, request, reference, &level, progress, diagnostics)?;
    Some(graphs(&run, prices))
}

/// The chains of true prices, to draw: one for each, `None` where nothing of it has a price.
pub fn graphs(run: &Run, prices: &TruePrices) -> Vec<Option<Graph>> {
    let embodied = Embodied::new(run);
    let points = run.points().zip(&prices.products);
    points.map(|(point, price)| graph(run, &embodied, point, price)).collect()
}

/// Divides what the products of a run cost and cause; the run has what is needed of them.
pub fn contributions(
    run: &Run,
    asked: &Asked,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Contributions> {
    let before = diagnostics.errors();
    let prices = run.true_prices(progress, diagnostics)?;
    measure::check(run, &prices, asked, diagnostics);
    if diagnostics.errors() > before {
        return None;
    }
    let embodied = Embodied::new(run);
    let mut products = Vec::new();
    for (point, price) in run.points().zip(&prices.products) {
        let origin = price.origin.to_string();
        if asked.made_in.as_ref().is_some_and(|place| *place != origin) {
            continue;
        }
        let rows = prices.breakdown.iter().filter(|row| row.product == price.product && row.origin == origin);
        match of_product(run, point, price, rows.collect(), asked, diagnostics) {
            Ok(of) => {
                let graph = graph(run, &embodied, point, price);
                products.push(OfProduct { graph, ..of });
            }
            Err(Overflow) => {
                let message =
                    format!("a contribution to `{}` is too large to be kept exactly", price.product);
                diagnostics.push(Diagnostic::error(codes::OVERFLOW, message));
            }
        }
    }
    let contributions =
        Contributions { target: prices.target, by: asked.by, products, lineage: prices.lineage };
    (diagnostics.errors() == before).then_some(contributions)
}

fn of_product(
    run: &Run,
    point: usize,
    price: &TruePrice,
    rows: Vec<&crate::pricing::BreakdownRow>,
    asked: &Asked,
    diagnostics: &mut Diagnostics,
) -> Result<OfProduct, Overflow> {
    let wholes = measure::wholes(price, &asked.measure);
    let divided = match asked.by {
        By::Stage => divide::by_rows(price, &rows, |row| &row.stage),
        By::Region => divide::by_rows(price, &rows, |row| &row.region),
        By::Process => divide::by_activity(run, price, divide::processes(run, &run.activity(point)))?,
        By::Tier => divide::by_activity(run, price, divide::tiers(run, point, asked.tiers))?,
    };
    let mut parts = parts::parts(price, divided, &wholes);
    parts::warn_of_rest(price, &wholes, &parts, diagnostics);
    if asked.by != By::Tier {
        parts::by_size(&mut parts, asked.top);
    }
    let paths = asked.paths.map(|cut| walked::walk(run, point, price, &wholes, cut)).transpose()?;
    Ok(OfProduct {
        product: price.product.clone(),
        name: price.name.clone(),
        origin: price.origin.to_string(),
        unit: price.unit.clone(),
        wholes,
        parts,
        paths,
        graph: None,
    })
}
