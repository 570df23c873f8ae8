//! Structural paths of a product, with what their last processes cause and cost.

use crate::base::money::{Money, Overflow};
use crate::data::factors::Band;
use crate::pricing::attribution::born;
use crate::pricing::{Caused, Run, TruePrice};
use crate::rollup::contribution::{Passing, Path, absolute, paths};

use super::measure::total;
use super::{Cut, Figure, Whole};

/// A path, and what its last process causes on this way.
#[derive(Clone, Debug, PartialEq)]
pub struct PathRow {
    /// Nodes of the chain by id, the product first. A mix of suppliers is `product@origin`.
    pub nodes: Vec<String>,
    /// Supplier tier of the last one.
    pub tier: usize,
    /// How much of its product is needed on this way.
    pub amount: f64,
    /// Which.
    pub product: String,
    /// Unit of the amount.
    pub unit: String,
    /// What it causes itself.
    pub figure: Figure,
}

/// Paths of one product.
#[derive(Clone, Debug)]
pub struct Walked {
    /// What they contribute to.
    pub whole: Whole,
    /// The share of the whole from which on they are listed.
    pub cutoff: f64,
    /// The largest.
    pub rows: Vec<PathRow>,
    /// How many reach the cut-off.
    pub above: usize,
    /// Were all paths looked at that may reach it? Else the search ended at its limit.
    pub is_complete: bool,
    /// Is it sure that no path was cut that reaches it? Not where credits go round without a finite sum.
    pub is_proved: bool,
    /// What is not listed: the whole less all rows.
    pub rest: Figure,
}

/// Searches paths of the first whole.
pub(super) fn walk(
    run: &Run,
    point: usize,
    price: &TruePrice,
    wholes: &[Whole],
    cut: Cut,
) -> Result<Walked, Overflow> {
    let chain = &run.prepared.chain;
    let node = chain.points[point].node;
    let Some(whole) = wholes.first().cloned() else { return Err(Overflow) };
    let direct = direct(run, price, &whole);
    let bound = absolute(&run.footprints, node, &direct);
    let size = match (whole.index, whole.figure) {
        (Some(_), figure) => figure.amount.unwrap_or_default().abs(),
        (None, figure) => figure.cost.unwrap_or_default().central.to_f64().abs(),
    };
    // Where burdens and credits cancel there is no whole to be a share of; the sum of their sizes is.
    let size = if size > 0.0 { size } else { bound.values[node] };
    let passing = Passing::new(chain);
    let found = paths(chain, &passing, node, &direct, &bound.values, (cut.share * size, cut.most));
    let rows: Vec<PathRow> =
        found.paths.iter().map(|path| row(run, price, &whole, path)).collect::<Result<_, _>>()?;
    let listed = |get: fn(&Band<Money>) -> Money| -> Money {
        rows.iter().filter_map(|row| row.figure.cost.as_ref().map(get)).sum()
    };
    let rest = Figure {
        amount: whole
            .figure
            .amount
            .map(|all| all - rows.iter().filter_map(|row| row.figure.amount).sum::<f64>()),
        cost: whole.figure.cost.map(|cost| Band {
            lower: cost.lower - listed(|c| c.lower),
            central: cost.central - listed(|c| c.central),
            upper: cost.upper - listed(|c| c.upper),
        }),
    };
    Ok(Walked {
        whole,
        cutoff: cut.share,
        rows,
        above: found.above,
        is_complete: found.is_complete,
        is_proved: bound.is_proved,
        rest,
    })
}

/// What each node contributes itself, per activity: amounts of an indicator, or the money of all burdens.
pub(super) fn direct(run: &Run, price: &TruePrice, whole: &Whole) -> Vec<f64> {
    if let Some(index) = whole.index {
        return run.direct(index).0;
    }
    let mut sum = vec![0.0; run.prepared.chain.nodes.len()];
    let burdens = price.indicators.iter().enumerate().filter(|(_, k)| k.cost.central > Money::ZERO);
    for (index, _) in burdens {
        for (sum, own) in sum.iter_mut().zip(run.direct(index).1) {
            *sum += own;
        }
    }
    sum
}

fn row(run: &Run, price: &TruePrice, whole: &Whole, path: &Path) -> Result<PathRow, Overflow> {
    let chain = &run.prepared.chain;
    let last = path.nodes[path.nodes.len() - 1];
    let product = &run.prepared.supply.products[chain.nodes[last].product];
    let caused = run.caused(&[(last, path.activity)]);
    let figures: Vec<(usize, Figure)> =
        caused.chunk_by(|a, b| a.indicator == b.indicator).map(of_indicator).collect::<Result<_, _>>()?;
    let figure = match whole.index {
        Some(index) => figures.iter().find(|(at, _)| *at == index).map(|(_, f)| *f).unwrap_or_default(),
        None => Figure { amount: None, cost: total(price, figures.iter().map(|(at, f)| (*at, f))) },
    };
    Ok(PathRow {
        nodes: path.nodes.iter().map(|&node| chain.nodes[node].id.clone()).collect(),
        tier: path.tier,
        amount: path.amount,
        product: product.id.clone(),
        unit: product.unit.text().to_owned(),
        figure,
    })
}

/// What some activity causes of one indicator.
fn of_indicator(caused: &[Caused]) -> Result<(usize, Figure), Overflow> {
    let is_priced = caused.iter().any(|part| part.factor.is_some());
    let amount = caused.iter().map(|part| part.amount).sum();
    let cost = is_priced.then(|| born(caused)).transpose()?;
    Ok((caused[0].indicator, Figure { amount: Some(amount), cost }))
}
