//! What a footprint or an external cost is made of: by stage, process, region or supplier tier, and by structural path.

mod asked;
mod divide;
mod divided;
pub mod graph;
mod measure;
mod parts;
mod walked;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Overflow;
use crate::base::progress::Progress;
use crate::data::reference::Reference;
use crate::pricing::{BreakdownRow, Prepared, Request, Run, TruePrice, TruePrices};
use crate::valuation::PriceLevel;

pub use asked::{Asked, By, CUTOFF, Cut, LISTED, MOST_TIERS, Measure, TIERS};
pub use divided::{Contributions, Figure, OfProduct, Part, Whole, cost_share, share};
pub use graph::{Embodied, Graph, Link, Slot, SlotKind, graph};
pub use walked::{PathRow, Walked};

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

/// Products whose chains are drawn; of more, each would take longer than its price.
const DRAWN: usize = 1_000;

/// The chains of true prices, to draw: one for each, `None` where nothing of it has a price; none of more than 1,000
/// products.
pub fn graphs(run: &Run, prices: &TruePrices) -> Vec<Option<Graph>> {
    if prices.products.len() > DRAWN {
        return Vec::new();
    }
    let mut embodied = Embodied::new(run);
    let points = run.points().zip(&prices.products);
    points.map(|(point, price)| graph(run, &mut embodied, point, price)).collect()
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
    let mut embodied = Embodied::new(run);
    let mut products = Vec::new();
    for (point, price) in run.points().zip(&prices.products) {
        let origin = price.origin.to_string();
        if asked.made_in.as_ref().is_some_and(|place| *place != origin) {
            continue;
        }
        let rows = prices.breakdown.iter().filter(|row| row.product == price.product && row.origin == origin);
        match of_product(run, point, price, &rows.collect::<Vec<_>>(), asked, diagnostics) {
            Ok(of) => {
                let graph = graph(run, &mut embodied, point, price);
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
    rows: &[&BreakdownRow],
    asked: &Asked,
    diagnostics: &mut Diagnostics,
) -> Result<OfProduct, Overflow> {
    let wholes = measure::wholes(price, &asked.measure);
    let divided = match asked.by {
        By::Stage => divide::by_rows(price, rows, |row| &row.stage),
        By::Region => divide::by_rows(price, rows, |row| &row.region),
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
