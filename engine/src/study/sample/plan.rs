//! What an iteration changes, and where: made once, so that an iteration looks up no name.

use crate::base::diagnostic::Diagnostics;
use crate::data::distribution::{Datum, Draws};
use crate::data::factors::Band;
use crate::pricing::{Run, TruePrices};
use crate::rollup::{Direction, Spot, Varying};

use super::make::Maker;
use super::{Counts, Sampled, Vary};

/// Stands for no draw, no share and no factor.
pub(super) const NONE: u32 = u32::MAX;

/// A part of a number of the equations: coefficient x draw x share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    pub(super) draw: u32,
    pub(super) share: u32,
    pub(super) coefficient: f64,
}

/// An amount of the equations that is one draw and nothing else: coefficient x draw. Nearly all are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Single {
    pub(super) coefficient: f64,
    pub(super) entry: u32,
    pub(super) draw: u32,
}

/// Another number of the equations that changes: what stays of it, and the end of its terms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) spot: Spot,
    pub(super) fixed: f64,
    pub(super) end: u32,
}

/// A product of a process whose shares change: its share is weight x amount over the sum of these.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) weight: f64,
    pub(super) draw: u32,
    /// Reference units in one unit of the draw; without a draw, the amount.
    pub(super) ratio: f64,
    /// Has its process more products behind it?
    pub(super) goes_on: bool,
}

/// What a node causes or pays itself: value x draw x share x factor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cause {
    pub(super) place: u32,
    pub(super) class: u32,
    pub(super) draw: u32,
    pub(super) share: u32,
    pub(super) value: f64,
}

/// A factor with its range, as doubles; its set decides the draw. What is paid has the factor 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    pub(super) column: u32,
    pub(super) set: u32,
    pub(super) band: Band<f64>,
}

/// All that an iteration needs.
pub(super) struct Plan {
    pub(super) direction: Direction,
    pub(super) varying: Varying,
    pub(super) draws: Draws,
    /// Keys of the factor sets.
    pub(super) sets: Vec<u64>,
    pub(super) singles: Vec<Single>,
    pub(super) slots: Vec<Slot>,
    pub(super) terms: Vec<Term>,
    pub(super) members: Vec<Member>,
    pub(super) causes: Vec<Cause>,
    pub(super) classes: Vec<Class>,
    /// What each column of causes is: an indicator, or, beyond all of them, what is paid for one.
    pub(super) columns: Vec<usize>,
    /// Places of the products.
    pub(super) wanted: Vec<usize>,
    pub(super) products: Vec<Sampled>,
    pub(super) counts: Counts,
    pub(super) not_drawn: usize,
}

impl Plan {
    pub(super) fn new(run: &Run, prices: &TruePrices, vary: Vary, diagnostics: &mut Diagnostics) -> Self {
        let mut products = Vec::new();
        let mut nodes = Vec::new();
        // They are in the same order.
        for (index, (product, point)) in prices.products.iter().zip(run.points()).enumerate() {
            nodes.push(run.prepared.chain.points[point].node);
            let market = product.market.as_ref().map(|market| market.amount.to_f64());
            let priced = product.indicators.iter().map(|k| k.is_priced).collect();
            products.push(Sampled { index, market, has_gap: product.gap.is_some(), priced });
        }
        let columns = used_columns(run, prices);
        let direction = if nodes.len() < columns.len() { Direction::Activity } else { Direction::Footprints };
        let varying = Varying::new(&run.footprints, direction);
        let mut maker = Maker::new(run, vary, direction);
        maker.add_members();
        let (slots, terms) = maker.slots(&varying);
        let (causes, classes, sets) = maker.causes(prices, &columns, &varying, diagnostics);
        let mut plan = Self {
            direction,
            wanted: nodes.iter().map(|&node| varying.place(node)).collect(),
            varying,
            draws: Draws::new(&[]).0,
            singles: Vec::new(),
            slots,
            terms,
            causes,
            classes,
            sets,
            columns,
            products,
            members: maker.members,
            counts: maker.counts,
            not_drawn: maker.not_drawn,
        };
        plan.put_in_order(&maker.data);
        plan.set_singles_apart();
        plan
    }

    /// Gives draws the order in which an iteration looks for them.
    fn put_in_order(&mut self, data: &[Datum]) {
        let (mut rank_of, mut order) = (vec![NONE; data.len()], Vec::with_capacity(data.len()));
        for draw in self.uses() {
            let rank = &mut rank_of[*draw as usize];
            if *rank == NONE {
                *rank = order.len() as u32;
                order.push(data[*draw as usize]);
            }
        }
        let (draws, places) = Draws::new(&order);
        for draw in self.uses() {
            *draw = places[rank_of[*draw as usize] as usize];
        }
        self.draws = draws;
    }

    /// All that says which draw is meant.
    fn uses(&mut self) -> impl Iterator<Item = &mut u32> {
        let terms = self.terms.iter_mut().map(|term| &mut term.draw);
        let causes = self.causes.iter_mut().map(|cause| &mut cause.draw);
        let members = self.members.iter_mut().map(|member| &mut member.draw);
        terms.chain(causes).chain(members).filter(|draw| **draw != NONE)
    }

    fn set_singles_apart(&mut self) {
        let (all, terms) = (std::mem::take(&mut self.slots), std::mem::take(&mut self.terms));
        let mut first = 0;
        for slot in all {
            let own = &terms[first..slot.end as usize];
            first = slot.end as usize;
            match (slot.spot, own) {
                (Spot::Amount(entry), [term])
                    if slot.fixed == 0.0 && term.share == NONE && term.draw != NONE =>
                {
                    let (coefficient, entry) = (term.coefficient, entry as u32);
                    self.singles.push(Single { coefficient, entry, draw: term.draw });
                }
                _ => {
                    self.terms.extend_from_slice(own);
                    self.slots.push(Slot { end: self.terms.len() as u32, ..slot });
                }
            }
        }
    }
}

/// Indicators that any product has a priced part of, and payments.
pub(super) fn used_columns(run: &Run, prices: &TruePrices) -> Vec<usize> {
    let indicators = prices.products.first().map_or(&[][..], |product| &product.indicators);
    let is_priced = |k: &usize| prices.products.iter().any(|product| product.indicators[*k].is_priced);
    let paid = &run.prepared.supply.paid;
    let is_paid = |k: &usize| paid.iter().any(|row| row.indicator == indicators[*k].indicator);
    let count = indicators.len();
    (0..count).filter(is_priced).chain((0..count).filter(is_paid).map(|k| count + k)).collect()
}

impl Class {
    /// Takes its range away.
    pub(super) fn fix(&mut self) {
        self.band = Band { lower: self.band.central, central: self.band.central, upper: self.band.central };
    }

    /// The factor at `u`: lower at 0, central at 1/2, upper at 1, and straight lines between. It never falls as `u` rises, if
    /// lower <= central <= upper.
    pub(super) fn at(&self, u: f64) -> f64 {
        let Band { lower, central, upper } = self.band;
        if u < 0.5 {
            lower + 2.0 * u * (central - lower)
        } else {
            central + (2.0 * u - 1.0) * (upper - central)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_central_at_the_median_and_within_its_range() {
        let class = Class { column: 0, set: 0, band: Band { lower: 1.0, central: 3.0, upper: 11.0 } };
        let found: Vec<f64> = [0.0, 0.25, 0.5, 0.75, 1.0].iter().map(|u| class.at(*u)).collect();
        assert_eq!(found, [1.0, 2.0, 3.0, 7.0, 11.0]);
    }
}
