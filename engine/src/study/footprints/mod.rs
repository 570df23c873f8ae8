//! Footprints of all products in physical units: no factor set is needed.

mod amounts;
mod coverage;
mod describe;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::float::Double;
use crate::base::progress::{Progress, Stage, stopped};
use crate::chain::{self, Chain};
use crate::data::products;
use crate::data::reference::{Dimension, Reference};
use crate::data::supply::Supply;
use crate::pricing::{Lineage, Request};
use crate::rollup::{self, footprints_of};

use amounts::Amounts;
use coverage::Coverage;

pub use coverage::Covered;

/// Right-hand sides that are solved together.
const TOGETHER: usize = 32;

/// A product from one place.
#[derive(Clone, Debug)]
pub struct Point {
    /// Product.
    pub product: String,
    /// Name.
    pub name: String,
    /// Category.
    pub category: String,
    /// Place it is made in.
    pub origin: String,
    /// Reference unit.
    pub unit: String,
    /// Is an input cut off somewhere in its chain?
    pub cut_off: bool,
    /// Processes that do not state an indicator, by indicator; found only for products that are named.
    pub silent: Vec<Vec<String>>,
}

/// An indicator that the dataset states.
#[derive(Clone, Debug)]
pub struct Head {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Dimension.
    pub dimension: Dimension,
    /// Unit of its footprints; money is that of the choice.
    pub unit: String,
    /// Characterisation methods that the amounts are by, with commas between.
    pub method: String,
}

/// One footprint, per reference unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    /// How much; of what is stated, if that is not all.
    pub amount: f64,
    /// A bound on its error.
    pub bound: f64,
    /// Is the bound proved, or an estimate?
    pub proved: bool,
    /// How far the chain states it.
    pub stated: Covered,
}

/// Footprints of products by indicator.
#[derive(Clone, Debug)]
pub struct FootprintTable {
    /// Products x origins, sorted.
    pub points: Vec<Point>,
    /// Indicators, by id.
    pub indicators: Vec<Head>,
    /// Those of the first product, by indicator, then those of the next.
    footprints: Vec<Footprint>,
    /// Were products named, and indicators? What was asked for by name is shown also where it is 0.
    pub named: (bool, bool),
    /// Where everything comes from.
    pub lineage: Lineage,
}

impl FootprintTable {
    /// The footprint of a product in an indicator.
    pub fn get(&self, point: usize, indicator: usize) -> Footprint {
        self.footprints[point * self.indicators.len() + indicator]
    }
}

/// Finds the footprints of the products that `request` names, or of all, in these indicators, or in all. Of the request only
/// products, currency, year and the user's own figures count: amounts of money are moved by them.
pub fn footprints(
    supply: &Supply,
    request: &Request,
    indicators: &[String],
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<FootprintTable> {
    let before = diagnostics.errors();
    let chain = chain::build(supply, reference, diagnostics);
    check_products(supply, &request.products, diagnostics);
    let amounts = Amounts::new(supply, request, indicators, reference, diagnostics);
    let (chain, amounts) = (chain?, amounts?);
    if diagnostics.errors() > before {
        return None;
    }
    let points = wanted(supply, &chain, request, diagnostics)?;
    let nodes: Vec<usize> = points.iter().map(|&point| chain.points[point].node).collect();
    let solver =
        if request.products.is_empty() { rollup::footprints(&chain) } else { footprints_of(&chain, &nodes) };
    let solver = solver.map_err(|error| diagnostics.push(error.diagnostic())).ok()?;
    for names in solver.uncertified() {
        diagnostics.push(rollup::not_certified(&names));
    }
    let mut cells = solved(&solver, &amounts, &nodes, progress, diagnostics)?;
    let count = amounts.indicators.len();
    if let Some(at) = cells.iter().position(|cell| !cell.amount.is_finite() || !cell.bound.is_finite()) {
        diagnostics.push(too_large(supply, &chain, points[at / count], &amounts.indicators[at % count].id));
        return None;
    }
    let coverage = Coverage::new(&chain, &amounts, solver.blocks());
    for (at, cell) in cells.iter_mut().enumerate() {
        cell.stated = coverage.stated(nodes[at / count], at % count);
    }
    let (named, asked) = (!request.products.is_empty(), !indicators.is_empty());
    let point = |&at: &usize| {
        let node = chain.points[at].node;
        let silent = if named { coverage.silent(node) } else { Vec::new() };
        described(supply, &chain, at, coverage.cut_off(node), silent)
    };
    let points: Vec<Point> = points.iter().map(point).collect();
    let proved = cells.iter().all(|cell| cell.proved);
    let lineage = describe::lineage(supply, &chain, &amounts, proved);
    let indicators = amounts.indicators;
    (diagnostics.errors() == before).then_some(FootprintTable {
        points,
        indicators,
        footprints: cells,
        named: (named, asked),
        lineage,
    })
}

/// Footprints of these nodes by indicator, not yet with how far they are stated.
fn solved(
    solver: &rollup::Footprints,
    amounts: &Amounts,
    nodes: &[usize],
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Footprint>> {
    let count = amounts.indicators.len();
    let nothing = Footprint { amount: 0.0, bound: 0.0, proved: true, stated: Covered::Absent };
    let mut cells = vec![nothing; nodes.len() * count];
    if let Some(few) = solver.few(nodes, count) {
        for k in 0..count {
            if !progress.tick(Stage::Solving, k, count) {
                diagnostics.push(stopped());
                return None;
            }
            for (at, found) in few.footprints(solver, &amounts.right(solver.chain(), k)).iter().enumerate() {
                let cell = &mut cells[at * count + k];
                (cell.amount, cell.bound) = (found.value, found.bound);
            }
        }
        return Some(cells);
    }
    let all: Vec<usize> = (0..count).collect();
    for some in all.chunks(TOGETHER) {
        if !progress.tick(Stage::Solving, some[0], count) {
            diagnostics.push(stopped());
            return None;
        }
        let rights: Vec<Vec<Double>> = some.iter().map(|&k| amounts.right(solver.chain(), k)).collect();
        let rights: Vec<&[Double]> = rights.iter().map(Vec::as_slice).collect();
        for (&k, solution) in some.iter().zip(solver.solve_all(&rights)) {
            for (at, &node) in nodes.iter().enumerate() {
                let cell = &mut cells[at * count + k];
                (cell.amount, cell.bound, cell.proved) =
                    (solution.values[node], solution.bounds[node], solution.proved[node]);
            }
        }
    }
    Some(cells)
}

fn described(supply: &Supply, chain: &Chain, at: usize, cut_off: bool, silent: Vec<Vec<String>>) -> Point {
    let point = &chain.points[at];
    let product = &supply.products[point.product];
    Point {
        product: product.id.clone(),
        name: product.name.clone(),
        category: product.category.clone(),
        origin: point.origin.to_string(),
        unit: product.unit.text().to_owned(),
        cut_off,
        silent,
    }
}

fn too_large(supply: &Supply, chain: &Chain, point: usize, indicator: &str) -> Diagnostic {
    let product = &supply.products[chain.points[point].product].id;
    let message = format!("the footprint of `{product}` in {indicator} is too large");
    let hint = "check the largest amounts of its chain, and their units";
    Diagnostic::error(codes::OVERFLOW, message).hint(hint)
}

fn check_products(supply: &Supply, asked: &[String], diagnostics: &mut Diagnostics) {
    let known = || supply.products.iter().map(|product| product.id.as_str());
    for id in asked.iter().filter(|id| known().all(|known| known != **id)) {
        diagnostics.push(products::unknown(id, &supply.products));
    }
}

/// Points of the products that are asked for; one that nothing makes has none.
fn wanted(
    supply: &Supply,
    chain: &Chain,
    request: &Request,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<usize>> {
    let id = |point: usize| &supply.products[chain.points[point].product].id;
    let is_asked = |point: &usize| request.products.is_empty() || request.products.contains(id(*point));
    let points: Vec<usize> = (0..chain.points.len()).filter(is_asked).collect();
    let unmade = request.products.iter().filter(|asked| points.iter().all(|&point| id(point) != *asked));
    let mut complete = true;
    for product in unmade {
        complete = false;
        let message = format!("nothing makes `{product}`: it has no footprint");
        diagnostics.push(Diagnostic::error(codes::NO_PROCESS, message).hint("add a process that makes it"));
    }
    complete.then_some(points)
}
