//! Divides the footprints and costs of a product: each part with what it causes of each indicator.

use std::collections::BTreeMap;

use crate::base::money::{Factor, Money, Overflow};
use crate::data::factors::Band;
use crate::pricing::breakdown::split;
use crate::pricing::{BreakdownRow, IndicatorCost, Run, TruePrice};
use crate::rollup::contribution::{Passing, tiers as tiers_of};

use super::Figure;

/// A part by what it causes, indicators by their index.
pub(super) struct Divided {
    pub(super) name: String,
    pub(super) stage: String,
    pub(super) region: String,
    pub(super) makes: String,
    /// Is there no process in it at all? Then it causes nothing, which is stated.
    pub(super) is_empty: bool,
    pub(super) of: BTreeMap<usize, Figure>,
}

/// A part by the activity in it.
pub(super) struct Active {
    name: String,
    stage: String,
    region: String,
    makes: String,
    activity: Vec<(usize, f64)>,
}

/// By a column of the breakdown: the cells of one name together, so that margins agree with it to the last digit.
pub(super) fn by_rows(
    price: &TruePrice,
    rows: &[&BreakdownRow],
    name: impl Fn(&BreakdownRow) -> &String,
) -> Vec<Divided> {
    let index: BTreeMap<&str, usize> =
        price.indicators.iter().enumerate().map(|(at, k)| (k.indicator.as_str(), at)).collect();
    let mut parts: BTreeMap<&str, BTreeMap<usize, Figure>> = BTreeMap::new();
    for row in rows {
        let Some(&at) = index.get(row.indicator.as_str()) else { continue };
        parts.entry(name(row)).or_default().entry(at).or_default().add(row.amount, row.cost);
    }
    let part = |(name, of): (&str, BTreeMap<usize, Figure>)| Divided {
        name: name.to_owned(),
        stage: String::new(),
        region: String::new(),
        makes: String::new(),
        is_empty: false,
        of,
    };
    parts.into_iter().map(part).collect()
}

impl Figure {
    /// Adds an amount, and a cost if it has a price.
    pub(super) fn add(&mut self, amount: f64, cost: Option<Band<Money>>) {
        self.amount = Some(self.amount.unwrap_or_default() + amount);
        if let Some(cost) = cost {
            self.cost = Some(self.cost.unwrap_or_default().zip(cost).map(|(a, b)| a + b));
        }
    }
}

/// Processes, all products of one together.
pub(super) fn processes(run: &Run, activity: &[(usize, f64)]) -> Vec<Active> {
    let mut parts: BTreeMap<&str, Active> = BTreeMap::new();
    for &(node, amount) in activity {
        let Some(process) = run.prepared.chain.nodes[node].process else { continue };
        let process = &run.prepared.supply.processes[process];
        let part = parts.entry(&process.id).or_insert_with(|| Active {
            name: process.id.clone(),
            stage: process.stage.clone(),
            region: run.place_of(&process.location).to_string(),
            makes: String::new(),
            activity: Vec::new(),
        });
        let name = &run.prepared.supply.products[run.prepared.chain.nodes[node].product].name;
        part.makes = if part.makes.is_empty() { name.clone() } else { format!("{}, {name}", part.makes) };
        part.activity.push((node, amount));
    }
    parts.into_values().collect()
}

/// Supplier tiers 0 to `last`, and deeper ones together.
pub(super) fn tiers(run: &Run, point: usize, last: usize) -> Vec<Active> {
    let chain = &run.prepared.chain;
    let divided = tiers_of(&run.footprints, &Passing::new(chain), chain.points[point].node, last);
    let part = |name: String, mut activity: Vec<(usize, f64)>| {
        activity.retain(|(node, _)| chain.nodes[*node].process.is_some());
        Active { name, stage: String::new(), region: String::new(), makes: String::new(), activity }
    };
    let mut parts: Vec<Active> = Vec::with_capacity(last + 2);
    for (tier, activity) in divided.tiers.into_iter().enumerate() {
        parts.push(part(format!("tier {tier}"), activity));
    }
    parts.push(part("deeper tiers".to_owned(), divided.deeper));
    parts
}

/// What a part causes of an indicator: the part, an amount, its factor.
type Cell = (usize, f64, Option<Band<Factor>>);

/// By activity: each indicator's cost is split over what the parts cause of it, by largest remainder.
pub(super) fn by_activity(
    run: &Run,
    price: &TruePrice,
    parts: Vec<Active>,
) -> Result<Vec<Divided>, Overflow> {
    let mut cells: Vec<Vec<Cell>> = vec![Vec::new(); price.indicators.len()];
    for (at, part) in parts.iter().enumerate() {
        for caused in run.caused(&part.activity) {
            if !caused.amount.is_finite() {
                return Err(Overflow);
            }
            cells[caused.indicator].push((at, caused.amount, caused.factor));
        }
    }
    let names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
    let divided = |part: Active| Divided {
        name: part.name,
        stage: part.stage,
        region: part.region,
        makes: part.makes,
        is_empty: part.activity.is_empty(),
        of: BTreeMap::new(),
    };
    let mut parts: Vec<Divided> = parts.into_iter().map(divided).collect();
    for ((index, cells), cost) in cells.iter().enumerate().zip(&price.indicators) {
        let (priced, costs) = costs(cost, cells, &names)?;
        let mut costs = priced.into_iter().zip(costs).peekable();
        for (cell, (part, amount, _)) in cells.iter().enumerate() {
            let own = costs.next_if(|(at, _)| *at == cell).map(|(_, cost)| cost);
            parts[*part].of.entry(index).or_default().add(*amount, own);
        }
    }
    Ok(parts)
}

/// The cells of an indicator that have a factor, and their shares of its cost.
fn costs(
    cost: &IndicatorCost,
    cells: &[Cell],
    names: &[String],
) -> Result<(Vec<usize>, Vec<Band<Money>>), Overflow> {
    let priced: Vec<usize> = (0..cells.len()).filter(|&at| cells[at].2.is_some()).collect();
    let ids: Vec<&str> = priced.iter().map(|&at| names[cells[at].0].as_str()).collect();
    let shares = |total: Money, get: fn(&Band<Factor>) -> Factor| {
        let terms: Vec<(f64, Factor)> = priced
            .iter()
            .map(|&at| (cells[at].1, cells[at].2.as_ref().map(get).unwrap_or_default()))
            .collect();
        split(total, &terms, &ids)
    };
    let lower = shares(cost.cost.lower, |f| f.lower)?;
    let central = shares(cost.cost.central, |f| f.central)?;
    let upper = shares(cost.cost.upper, |f| f.upper)?;
    let bands = (0..priced.len())
        .map(|at| Band { lower: lower[at], central: central[at], upper: upper[at] })
        .collect();
    Ok((priced, bands))
}
