//! A gap is made of straight pieces: how its parts count, and where two pieces meet.

use crate::pricing::{IndicatorCost, TruePrice};

use super::of::Of;

/// What of the cost of an indicator, and of what is paid for it, is in a result: one weight an indicator.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    pub(super) cost: Vec<f64>,
    pub(super) paid: Vec<f64>,
}

/// Where a quantity stands against a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Below,
    At,
    Above,
}

impl Stands {
    /// What a double cannot tell apart is at the bound: there a derivative to one side is all that holds.
    fn of(amount: f64, bound: f64) -> Self {
        let near = 1e-9 * amount.abs().max(bound.abs()) + 2e-12;
        if (amount - bound).abs() <= near {
            Self::At
        } else if amount > bound {
            Self::Above
        } else {
            Self::Below
        }
    }

    /// How `max(amount, bound)` - bound moves when the amount moves so much against it.
    fn part(self, step: f64) -> f64 {
        match self {
            Self::Below => 0.0,
            Self::At => step.max(0.0),
            Self::Above => step,
        }
    }
}

/// An indicator whose part in the result bends where it is: `max(max(cost, 0) - paid, 0)`.
#[derive(Clone, Copy, Debug)]
struct Kink {
    /// Its cost, against 0.
    cost: Stands,
    /// What it costs others, against what is paid.
    gap: Stands,
}

impl Kink {
    fn step(self, cost: f64, paid: f64) -> f64 {
        self.gap.part(self.cost.part(cost) - paid)
    }
}

/// Right-hand sides to carry: the first for all that is straight, then two for each indicator that bends.
#[derive(Clone, Debug)]
pub(super) struct Lanes {
    /// Weights of each lane.
    pub(super) weights: Vec<Weights>,
    kinks: Vec<Kink>,
    /// Are amounts wanted, and not money?
    pub(super) physical: bool,
}

impl Lanes {
    /// The lanes of a result. `priced` says for each indicator whether it has a price, or would have one if an amount or a share
    /// that is 0 grew: that is a part of 0 now, and none of nothing.
    pub(super) fn of(of: &Of, price: &TruePrice, netting: bool, priced: &[bool]) -> Self {
        let none = || vec![0.0; price.indicators.len()];
        let mut straight = Weights { cost: none(), paid: none() };
        let mut lanes =
            Self { weights: Vec::new(), kinks: Vec::new(), physical: matches!(of, Of::Footprint(_)) };
        let mut bent = Vec::new();
        for (k, indicator) in price.indicators.iter().enumerate() {
            let part = match of {
                Of::Cost(id) | Of::Footprint(id) => {
                    Part::straight(f64::from(*id == indicator.indicator), 0.0)
                }
                Of::External if priced[k] => Part::external(indicator),
                // What is paid counts only against what has a price.
                Of::TruePrice | Of::Gap if priced[k] && netting => {
                    Part::straight(1.0, if indicator.is_priced { -1.0 } else { 0.0 })
                }
                Of::TruePrice | Of::Gap if priced[k] => Part::gap(indicator),
                _ => Part::straight(0.0, 0.0),
            };
            match part {
                Part::Straight { cost, paid } => (straight.cost[k], straight.paid[k]) = (cost, paid),
                Part::Bent(kink) => {
                    let mut pair = [(); 2].map(|()| Weights { cost: none(), paid: none() });
                    pair[0].cost[k] = 1.0;
                    pair[1].paid[k] = f64::from(indicator.is_priced);
                    bent.extend(pair);
                    lanes.kinks.push(kink);
                }
            }
        }
        lanes.weights.push(straight);
        lanes.weights.extend(bent);
        lanes
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.weights.len()
    }

    /// The derivative of the result upwards and downwards, of what each lane changes.
    pub(super) fn sides(&self, change: &[f64]) -> (f64, f64) {
        let (mut up, mut down) = (change[0], change[0]);
        for (kink, pair) in self.kinks.iter().zip(change[1..].chunks_exact(2)) {
            up += kink.step(pair[0], pair[1]);
            down -= kink.step(-pair[0], -pair[1]);
        }
        (up, down)
    }
}

/// How an indicator counts.
enum Part {
    Straight { cost: f64, paid: f64 },
    Bent(Kink),
}

impl Part {
    fn straight(cost: f64, paid: f64) -> Self {
        Self::Straight { cost, paid }
    }

    /// `max(cost, 0)`.
    fn external(indicator: &IndicatorCost) -> Self {
        match Stands::of(indicator.cost.central.to_f64(), 0.0) {
            Stands::Below => Self::straight(0.0, 0.0),
            Stands::Above => Self::straight(1.0, 0.0),
            cost @ Stands::At => Self::Bent(Kink { cost, gap: Stands::Above }),
        }
    }

    /// `max(cost, 0) - min(paid, max(cost, 0))`, which is `max(max(cost, 0) - paid, 0)`.
    fn gap(indicator: &IndicatorCost) -> Self {
        let cost = Stands::of(indicator.cost.central.to_f64(), 0.0);
        let gap = Stands::of(indicator.external().central.to_f64(), indicator.paid.to_f64());
        match (cost, gap) {
            (_, Stands::Below) => Self::straight(0.0, 0.0),
            (Stands::Above, Stands::Above) => Self::straight(1.0, -1.0),
            (Stands::Below, Stands::Above) => Self::straight(0.0, -1.0),
            _ => Self::Bent(Kink { cost, gap }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(cost: Stands, gap: Stands) -> Lanes {
        let weights = vec![Weights { cost: vec![], paid: vec![] }; 3];
        Lanes { weights, kinks: vec![Kink { cost, gap }], physical: false }
    }

    #[test]
    fn each_side_of_a_bend_has_its_own_slope() {
        // Paid all that it costs: a greater cost opens a gap, a smaller one does not.
        let capped = at(Stands::Above, Stands::At);
        assert_eq!(capped.sides(&[0.0, 2.0, 0.0]), (2.0, 0.0));
        assert_eq!(capped.sides(&[0.0, 0.0, 2.0]), (0.0, -2.0));
        assert_eq!(capped.sides(&[1.0, 2.0, 3.0]), (1.0, 0.0));
        // Nothing stated yet: the first burden counts, a benefit does not.
        let nothing = at(Stands::At, Stands::At);
        assert_eq!(nothing.sides(&[0.0, 2.0, 0.0]), (2.0, 0.0));
        assert_eq!(nothing.sides(&[0.0, -2.0, 0.0]), (0.0, -2.0));
    }
}
