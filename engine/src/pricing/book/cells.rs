//! Costs in money: products that are made somewhere, and those whose place matters in more ways than by a factor.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostics, codes};
use crate::base::money::{Money, Overflow};
use crate::base::progress::{Progress, Stage, stopped};
use crate::base::region::Location;
use crate::chain::Chain;
use crate::data::factors::Band;
use crate::data::reference::Reference;
use crate::pricing::prepare::Prepared;
use crate::pricing::request::Request;
use crate::pricing::run::Run;
use crate::valuation::matching::Matcher;
use crate::valuation::{PriceLevel, Status};

use super::answers::Answers;
use super::fallback;
use super::footprints::too_large;
use super::{Cell, Cost};

/// Costs of a cell: indicator, cost, paid.
type Costs = Vec<(u32, Band<Money>, Money)>;

/// What a cell says, without its key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Value {
    fallback: String,
    unpriced: String,
    costs: Costs,
}

/// Prices points of a dataset at any place and in any year, as `price` does.
pub(super) struct Pricer<'a> {
    /// The dataset; its emission year is set for each run.
    pub(super) prepared: Prepared,
    /// The request; its origin is set for each run.
    pub(super) request: Request,
    /// Forgiving: what is missing for others than the points does not matter.
    pub(super) matcher: &'a Matcher<'a>,
    /// Reference tables.
    pub(super) reference: &'a Reference,
    /// Target.
    pub(super) level: &'a PriceLevel<'a>,
}

impl Pricer<'_> {
    /// What points cost at `origin`, by point and year; years in which nothing differs are priced once.
    pub(super) fn values(
        &mut self,
        points: &[usize],
        origin: &Location,
        of_origin: bool,
        years: &[(i32, Vec<u32>)],
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Vec<Value>>> {
        self.request.origin = match origin {
            Location::Code(code) => Some(code.clone()),
            Location::Origin => None,
        };
        let mut known: BTreeMap<&[u32], usize> = BTreeMap::new();
        let mut values: Vec<Vec<Value>> = points.iter().map(|_| Vec::with_capacity(years.len())).collect();
        for (at, (year, signature)) in years.iter().enumerate() {
            if let Some(&same) = known.get(signature.as_slice()) {
                for values in &mut values {
                    values.push(values[same].clone());
                }
                continue;
            }
            known.insert(signature, at);
            self.prepared.emission_year = *year;
            let mut found = Diagnostics::new();
            let priced = self.priced(points, of_origin.then_some(origin), progress, &mut found);
            found.forgive(&[codes::PRICE_UNUSED, codes::NOT_CERTIFIED]);
            diagnostics.extend(found);
            values.iter_mut().zip(priced?).for_each(|(values, value)| values.push(value));
        }
        Some(values)
    }

    fn priced(
        &self,
        points: &[usize],
        place: Option<&Location>,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Value>> {
        let run = Run::matched(
            self.matcher,
            &self.prepared,
            &self.request,
            self.reference,
            self.level,
            progress,
            diagnostics,
        )?;
        let mut values = Vec::with_capacity(points.len());
        for (done, &point) in points.iter().enumerate() {
            if !progress.tick(Stage::Pricing, done, points.len()) {
                diagnostics.push(stopped());
                return None;
            }
            match value(&run, point, place) {
                Ok(value) => values.push(value),
                Err(Overflow) => {
                    let product = self.prepared.chain.points[point].product;
                    diagnostics.push(too_large(&self.prepared.supply.products[product].id));
                    values.push(Value::default());
                }
            }
        }
        Some(values)
    }
}

/// What one point costs.
fn value(run: &Run, point: usize, place: Option<&Location>) -> Result<Value, Overflow> {
    let node = run.prepared.chain.points[point].node;
    let mut unpriced = Vec::new();
    let mut costs = Vec::new();
    for k in 0..run.indicators.len() {
        let cost = run.indicator_cost(k, node)?;
        if !cost.unpriced_reasons.is_empty() {
            unpriced.push(cost.indicator);
        }
        if cost.is_priced {
            costs.push((k as u32, cost.cost, cost.paid));
        }
    }
    let fallback = place.map(|place| stand_ins(run, node, place)).unwrap_or_default();
    Ok(Value { fallback, unpriced: unpriced.join(" "), costs })
}

/// The levels of factors that stand in for those of a place, each once for each indicator.
fn stand_ins(run: &Run, node: usize, place: &Location) -> String {
    let mut words: BTreeSet<(u32, String)> = BTreeSet::new();
    for fact in run.said().of(node).filter(|fact| !fact.is_open()) {
        if let Status::Priced(factor) = &run.valued.statuses[fact.status as usize] {
            words.insert((fact.key.0, fallback::of(&run.valued.uses[*factor], place)));
        }
    }
    fallback::summary(words.iter().map(|(_, word)| word.as_str()))
}

/// Cells on their way into a book.
#[derive(Default)]
pub(super) struct Cells {
    all: Vec<(Cell, Costs)>,
}

impl Cells {
    /// Adds the cells of a product at a place, one a year, or one if they are all the same.
    pub(super) fn add(
        &mut self,
        product: u32,
        place: Option<u32>,
        of_origin: bool,
        years: &[i32],
        values: Vec<Value>,
    ) {
        let is_constant = values.windows(2).all(|pair| pair[0] == pair[1]);
        let count = if is_constant { 1 } else { values.len() };
        for (value, &year) in values.into_iter().zip(years).take(count) {
            let year = (!is_constant).then_some(year);
            let Value { fallback, unpriced, costs } = value;
            self.all.push((Cell { product, place, year, of_origin, fallback, unpriced }, costs));
        }
    }

    /// The places of a product.
    pub(super) fn places_of(&self) -> BTreeSet<(u32, Option<u32>)> {
        self.all.iter().map(|(cell, _)| (cell.product, cell.place)).collect()
    }

    /// Sorted, as tables of a book.
    pub(super) fn tables(mut self) -> (Vec<Cell>, Vec<Cost>) {
        self.all.sort_by_key(|(cell, _)| cell.key());
        let mut cells = Vec::with_capacity(self.all.len());
        let mut costs = Vec::new();
        for (cell, its) in self.all {
            let at = cells.len() as u32;
            costs.extend(its.into_iter().map(|(indicator, cost, paid)| Cost {
                cell: at,
                indicator,
                cost,
                paid,
            }));
            cells.push(cell);
        }
        (cells, costs)
    }
}

impl Cell {
    /// What rows are sorted by.
    pub(super) fn key(&self) -> (u32, Option<u32>, Option<i32>) {
        (self.product, self.place, self.year)
    }
}

/// The part of a chain without inputs that these points need: what one unit of them sets in motion is in it.
pub(super) fn part(chain: &Chain, points: &[usize]) -> Chain {
    let mut nodes: BTreeSet<usize> = BTreeSet::new();
    let mut waiting: Vec<usize> = points.iter().map(|&point| chain.points[point].node).collect();
    while let Some(node) = waiting.pop() {
        if nodes.insert(node) {
            waiting.extend(chain.nodes[node].inputs.iter().map(|(supplier, _)| *supplier));
        }
    }
    let nodes: Vec<usize> = nodes.into_iter().collect();
    let new = |old: usize| nodes.partition_point(|node| *node < old);
    let mut part = Chain { products: chain.products.clone(), ..Chain::default() };
    for &old in &nodes {
        let mut node = chain.nodes[old].clone();
        node.inputs.iter_mut().for_each(|(supplier, _)| *supplier = new(*supplier));
        part.nodes.push(node);
    }
    part.points = points.iter().map(|&point| chain.points[point].clone()).collect();
    part.points.iter_mut().for_each(|point| point.node = new(point.node));
    part
}

/// The years of a book with all that is told in them of subjects at places: years with the same have the same costs.
pub(super) fn years(answers: &Answers, subjects: &[(usize, usize)]) -> Vec<(i32, Vec<u32>)> {
    let told =
        |year: i32| subjects.iter().map(|(subject, place)| answers.told(*subject, year)[*place]).collect();
    answers.years.iter().map(|&year| (year, told(year))).collect()
}
