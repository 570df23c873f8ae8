//! Costs of a line with all that may belong to them, exactly: where something is paid for, taken up or a benefit, and where
//! a double would not do.

use crate::base::money::{Money, Overflow};
use crate::data::factors::Band;
use crate::pricing::line::Quantity;

use super::costs::{Costs, Much, of, steps, within};
use super::kernel;
use super::pricer::{Pricer, Shape};
use super::rates::{BOUNDS, CENTRAL, Rate};
use super::texts::NONE;

/// Footprints with payments, uptake and benefits.
pub(super) fn exact_feet(
    pricer: &Pricer,
    feet: u32,
    row: u32,
    much: &Much,
    externals: &mut [i64],
) -> Result<Costs, Overflow> {
    let rates = pricer.index.rates.exact(row);
    let own = &pricer.index.book.footprints[pricer.index.goods.feet[feet as usize].footprints()];
    let slots = pricer.index.goods.slots(feet).iter();
    let priced = slots.zip(own).filter_map(|(slot, own)| Some((own, rates[*slot as usize].value?)));
    let costs = priced.map(|(own, value)| {
        let cost = value.try_map(|factor| kernel::born(own.amount, factor))?;
        Ok((own.indicator, cost, own.paid))
    });
    exactly(externals, pricer.shape, costs, &much.quantity()?)
}

/// Costs with all that may belong to them, exactly as `pricing::flow_costs` has them.
pub(super) fn exactly(
    externals: &mut [i64],
    shape: Shape,
    costs: impl Iterator<Item = Result<(u32, Band<Money>, Money), Overflow>>,
    quantity: &Quantity,
) -> Result<Costs, Overflow> {
    let mut sums = [[0_i128; 4]; BOUNDS];
    for cost in costs {
        let (indicator, cost, paid) = cost?;
        for bound in shape.bounds() {
            let cost = of(cost, bound);
            let external = cost.or_zero();
            let internalised = external.min(paid);
            let line = |money: Money| quantity.line(money).and_then(steps).map(i128::from);
            let parts = [
                line(external)?,
                line(internalised)?,
                line(paid)? - line(internalised)?,
                line((-cost).or_zero())?,
            ];
            for (sum, part) in sums[bound].iter_mut().zip(parts) {
                *sum += part;
            }
            if bound == CENTRAL {
                let external = &mut externals[indicator as usize];
                *external = within(i128::from(*external) + parts[0])?;
            }
        }
    }
    let mut costs = Costs { fallback: NONE, unpriced: NONE, ..Costs::default() };
    for bound in shape.bounds() {
        let [external, internalised, overpaid, benefits] = sums[bound];
        costs.external[bound] = within(external)?;
        let gap = external - internalised - if shape.netting { benefits + overpaid } else { 0 };
        costs.gap[bound] = within(gap)?;
        if bound == CENTRAL {
            costs.internalised = within(internalised)?;
            costs.overpaid = within(overpaid)?;
            costs.benefits = within(benefits)?;
        }
    }
    Ok(costs)
}

/// The lines that doubles leave in doubt, one by one.
#[cold]
pub(super) fn carefully(
    footprints: &[f64],
    rates: &[Rate],
    factors: &[f64],
    bound: usize,
    much: &Much,
    lines: &mut [i64],
) -> Result<(), Overflow> {
    let mut quantity = None;
    for (at, line) in lines.iter_mut().enumerate() {
        let Some(value) = rates[at].value else { continue };
        let near = kernel::unit(footprints[at], factors[at]);
        let unit = match near {
            Some(unit) => Money::of_units(i128::from(unit as i64)),
            None => kernel::born(footprints[at], of(value, bound))?,
        };
        // Up to here a double holds it exactly.
        let short = || Some(unit.units() as f64).filter(|_| unit.units().unsigned_abs() < 1 << 52);
        if let Some(unit) = near.or_else(short) {
            let (amount, sure) = kernel::nearest(unit * much.near, kernel::LINE_ERROR);
            if sure {
                *line = amount as i64;
                continue;
            }
        }
        if quantity.is_none() {
            quantity = Some(much.quantity()?);
        }
        if let Some(quantity) = &quantity {
            *line = steps(quantity.line(unit)?)?;
        }
    }
    Ok(())
}
