//! How far data may be off, as samples draw them, and how much of the doubt of a result each of them brings.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;

use crate::data::factors::FactorRow;

use super::adjoint::Adjoint;
use super::datum::Datum;

/// How far a factor reaches below and above its central value: on straight lines, half of the draws on each side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Reach {
    below: f64,
    above: f64,
}

impl Reach {
    /// Of a factor that states a range.
    fn of(row: &FactorRow) -> Option<Self> {
        let [lower, central, upper] =
            [&row.value.lower, &row.value.central, &row.value.upper].map(ToPrimitive::to_f64);
        let (lower, central, upper) = (lower?, central?, upper?);
        let has_range = !row.repeated && (lower < central || central < upper || upper < lower);
        has_range.then_some(Self { below: central - lower, above: upper - central })
    }

    fn times(self, by: f64) -> Self {
        Self { below: by * self.below, above: by * self.above }
    }

    fn plus(self, other: Self) -> Self {
        Self { below: self.below + other.below, above: self.above + other.above }
    }

    /// Covariance with another one that the same number draws: ∫ f g du - ∫ f du ∫ g du.
    fn covariance(self, other: Self) -> f64 {
        let products = self.below * other.below + self.above * other.above;
        products / 6.0 - (self.above - self.below) * (other.above - other.below) / 16.0
    }
}

/// How a datum is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Spread {
    /// On its own, with a standard deviation in the unit in which it is recorded.
    Alone(&'static str, f64),
    /// With all factors of its set.
    InSet(usize, Reach),
}

impl Spread {
    /// The standard deviation.
    pub(super) fn deviation(self) -> f64 {
        match self {
            Self::Alone(_, deviation) => deviation,
            Self::InSet(_, reach) => libm::sqrt(reach.covariance(reach)),
        }
    }

    /// The distribution.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Alone(word, _) => word,
            Self::InSet(..) => "range",
        }
    }
}

impl Adjoint<'_> {
    /// How far a datum may be off; `None`: nobody says, or it is not drawn.
    pub(super) fn spread(&self, datum: Datum) -> Option<Spread> {
        let supply = self.supply();
        let distribution = match datum {
            Datum::Input(row) => supply.inputs[row].distribution.as_deref(),
            Datum::Output(row) => supply.processes[row].distribution.as_deref(),
            Datum::Intervention(row) => {
                self.run.valued.scale(row).and_then(|_| supply.interventions.distribution(row))
            }
            Datum::Factor(row) => {
                let row = &self.run.prepared.set.rows[row];
                return Reach::of(row).map(|reach| Spread::InSet(row.set, reach));
            }
            _ => None,
        }?;
        Some(Spread::Alone(distribution.law.word(), distribution.deviation()))
    }
}

/// The variance of a result to first order: data on their own, factors of a set together.
#[derive(Clone, Debug, Default)]
pub(super) struct Variance {
    alone: f64,
    /// What all factors of a set do to the result.
    sets: BTreeMap<usize, Reach>,
}

impl Variance {
    /// Adds a datum by the derivative of the result to it.
    pub(super) fn add(&mut self, spread: Spread, derivative: f64) {
        match spread {
            Spread::Alone(_, deviation) => self.alone += (derivative * deviation).powi(2),
            Spread::InSet(set, reach) => {
                let sum = self.sets.entry(set).or_default();
                *sum = sum.plus(reach.times(derivative));
            }
        }
    }

    /// All of it.
    pub(super) fn whole(&self) -> f64 {
        self.alone + self.sets.values().map(|reach| reach.covariance(*reach)).sum::<f64>()
    }

    /// The covariance of what a datum does with the result: over all data they add up to the variance.
    pub(super) fn part(&self, spread: Spread, derivative: f64) -> f64 {
        match spread {
            Spread::Alone(_, deviation) => (derivative * deviation).powi(2),
            Spread::InSet(set, reach) => {
                let whole = self.sets.get(&set).copied().unwrap_or_default();
                reach.times(derivative).covariance(whole)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} is not {expected}");
    }

    #[test]
    fn a_range_by_hand() {
        // 1, 3, 11: even on 1 to 3 and on 3 to 11. Mean (2 + 7) / 2, mean of squares (13 + 163) / 6.
        let reach = Reach { below: 2.0, above: 8.0 };
        close(reach.covariance(reach), 176.0 / 6.0 - 4.5 * 4.5);
        // As wide on both sides: even over all of it.
        let even = Reach { below: 3.0, above: 3.0 };
        close(even.covariance(even), 36.0 / 12.0);
        // A benefit is high when a cost is high.
        close(reach.covariance(even.times(-1.0)), -30.0 / 6.0);
    }

    #[test]
    fn parts_add_up_to_the_variance() {
        let (low, high) = (Reach { below: 1.0, above: 2.0 }, Reach { below: 5.0, above: 1.0 });
        let data = [
            (Spread::Alone("normal", 2.0), 3.0),
            (Spread::InSet(0, low), 4.0),
            (Spread::InSet(0, high), -0.5),
            (Spread::InSet(1, low), 1.0),
        ];
        let mut variance = Variance::default();
        for (spread, derivative) in &data {
            variance.add(*spread, *derivative);
        }
        close(
            data.iter().map(|(spread, derivative)| variance.part(*spread, *derivative)).sum(),
            variance.whole(),
        );
        // 4 x (1, 2) - (5, 1) / 2 is (1.5, 7.5); another set is drawn on its own.
        close(variance.whole(), 36.0 + (58.5 / 6.0 - 36.0 / 16.0) + (5.0 / 6.0 - 1.0 / 16.0));
        // The factor that pulls the other way takes doubt away.
        assert!(variance.part(data[2].0, -0.5) < 0.0);
    }
}
