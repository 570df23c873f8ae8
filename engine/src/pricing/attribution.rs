//! What some activity causes and what that costs: footprints and money of a part of a chain.

use std::collections::BTreeMap;

use crate::base::float::Double;
use crate::base::money::{FACTOR_SCALE, Factor, Money, Overflow};
use crate::base::region::Location;
use crate::data::factors::Band;
use crate::data::reference::{Indicator, IndicatorKind};

use super::indicator::IndicatorCost;
use super::run::Run;
use super::solve::Class;

/// An amount of an indicator whose money is decided in one way.
#[derive(Clone, Copy, Debug)]
pub struct Caused {
    /// Index of the indicator: of [`super::TruePrice::indicators`], and of [`Run::indicator`].
    pub indicator: usize,
    /// Amount, in the unit of the indicator.
    pub amount: f64,
    /// What a unit costs others, in the target currency and year; `None`: it has no factor, or another indicator is
    /// priced. Of a benefit it is negative.
    pub factor: Option<Band<Factor>>,
}

impl<'a> Run<'a> {
    /// How many indicators any process has a row for.
    pub fn indicator_count(&self) -> usize {
        self.indicators.len()
    }

    /// An indicator that any process has a row for.
    pub fn indicator(&self, index: usize) -> &'a Indicator {
        self.indicators[index]
    }

    /// What some activity of processes causes: one for each indicator and factor that is stated there, sorted.
    /// An indicator that nobody states has none.
    pub fn caused(&self, activity: &[(usize, f64)]) -> Vec<Caused> {
        let mut sums: BTreeMap<(u32, u32), Double> = BTreeMap::new();
        for &(node, amount) in activity {
            let amount = amount * self.prepared.chain.nodes[node].share;
            for row in self.rows(node) {
                let Some(class) = self.classes.of_status(self.valued.status_index(row)) else { continue };
                let profile = self.prepared.supply.interventions.profile_index(row);
                let sum = sums.entry((self.indicator_of[profile], class)).or_default();
                *sum = sum.plus_product(amount, Double::new(self.valued.amount(row)));
            }
        }
        let caused = |((indicator, class), sum): ((u32, u32), Double)| Caused {
            indicator: indicator as usize,
            amount: sum.hi,
            factor: self.factor_of(indicator as usize, class),
        };
        sums.into_iter().map(caused).collect()
    }

    fn factor_of(&self, indicator: usize, class: u32) -> Option<Band<Factor>> {
        match self.classes.get(class) {
            Class::Priced(factor) if self.indicators[indicator].kind == IndicatorKind::Benefit => {
                Some(factor.map(Factor::negated))
            }
            Class::Priced(factor) => Some(factor),
            _ => None,
        }
    }

    /// What each node causes of an indicator itself, per activity as recorded: amount, and central cost as a double, which
    /// serves to rank and to draw, never to add up.
    pub fn direct(&self, indicator: usize) -> (Vec<f64>, Vec<f64>) {
        let interventions = &self.prepared.supply.interventions;
        let nodes = self.prepared.chain.nodes.iter().enumerate().map(|(node, own)| {
            let (mut amount, mut cost) = (0.0, 0.0);
            for row in interventions.with_profiles(&self.rows(node), &self.profiles_of[indicator]) {
                let Some(class) = self.classes.of_status(self.valued.status_index(row)) else { continue };
                let value = own.share * self.valued.amount(row);
                amount += value;
                let factor = self.factor_of(indicator, class).unwrap_or_default().central;
                cost += value * (factor.units() as f64 / 10_f64.powi(FACTOR_SCALE as i32));
            }
            (amount, cost)
        });
        nodes.unzip()
    }

    /// Place and product of the supply points that were asked for, in the order of their true prices.
    pub fn points(&self) -> impl Iterator<Item = usize> + '_ {
        let asked = &self.request.products;
        let points = self.prepared.chain.points.iter().enumerate();
        points
            .filter(move |(_, point)| {
                asked.is_empty() || asked.contains(&self.prepared.supply.products[point.product].id)
            })
            .map(|(at, _)| at)
    }

    /// A place as results name it: for published footprints, the one that was given.
    pub fn place_of<'b>(&'b self, location: &'b Location) -> &'b Location {
        self.place(location)
    }
}

/// Whether a scenario of an indicator is part of the external cost, and not a benefit.
pub fn is_burden(cost: &IndicatorCost) -> Band<bool> {
    cost.cost.map(|cost| cost > Money::ZERO)
}

/// Each scenario of the cost of some amounts, born on its own.
pub fn born(caused: &[Caused]) -> Result<Band<Money>, Overflow> {
    if caused.iter().any(|part| !part.amount.is_finite()) {
        return Err(Overflow);
    }
    let of = |get: fn(&Band<Factor>) -> Factor| {
        Money::born(caused.iter().filter_map(|part| Some((part.amount, get(&part.factor?)))))
    };
    Ok(Band { lower: of(|f| f.lower)?, central: of(|f| f.central)?, upper: of(|f| f.upper)? })
}
