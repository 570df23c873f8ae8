//! How far data may be off, as samples draw them, and how much of the doubt of a result each of them brings.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;

use crate::base::decimal::Exact;
use crate::data::factors::{Band, FactorRow};
use crate::valuation::FactorUse;

use super::adjoint::Adjoint;
use super::datum::Datum;
use super::effects::Effect;

/// How far something reaches below and above its central value: on straight lines, half of the draws on each side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Reach {
    pub(super) below: f64,
    pub(super) above: f64,
}

impl Reach {
    /// Of a range.
    fn of<T>(band: &Band<T>, float: impl Fn(&T) -> f64) -> Self {
        let [lower, central, upper] = [&band.lower, &band.central, &band.upper].map(float);
        Self { below: central - lower, above: upper - central }
    }

    /// Is there a range?
    pub(super) fn is_any(self) -> bool {
        self.below != 0.0 || self.above != 0.0
    }

    fn size(self) -> f64 {
        self.below.abs().max(self.above.abs())
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

/// What each row that a factor is made of brings to its range, as it is drawn: money of the target per unit of the indicator.
///
/// A row brings its own range. What the way from the row to the factor adds, by the band of an elasticity or by a path that is
/// not straight, goes to the rows by what they bring to the central value. All of them add up to the range of the factor.
pub(super) fn reaches(factor: &FactorUse, rows: &[FactorRow]) -> Vec<Reach> {
    let of_row = |(row, slope): (&usize, &f64)| {
        let value = &rows[*row].value;
        let float = |exact: &Exact| exact.to_f64().unwrap_or(f64::NAN);
        (Reach::of(value, float).times(*slope), slope * float(&value.central))
    };
    let own: Vec<(Reach, f64)> = factor.rows.iter().zip(&factor.slopes).map(of_row).collect();
    let whole = Reach::of(&factor.value, |factor| factor.units() as f64 / 1e18);
    let rest = own.iter().fold(whole, |rest, (reach, _)| rest.plus(reach.times(-1.0)));
    let size = own.iter().fold(whole.size(), |size, (reach, _)| size.max(reach.size()));
    // What is left by rounding alone is no range.
    let rest = if rest.size() <= 1e-12 * size { Reach::default() } else { rest };
    let central: f64 = own.iter().map(|(_, central)| central).sum();
    let part = |own: f64| if central == 0.0 { 1.0 / factor.rows.len() as f64 } else { own / central };
    own.into_iter().map(|(reach, central)| reach.plus(rest.times(part(central)))).collect()
}

/// How a datum is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Spread {
    /// On its own, with a standard deviation in the unit in which it is recorded.
    Alone(&'static str, f64),
    /// With all factors of its set: what its range does to the result.
    InSet(usize, Reach),
}

impl Spread {
    /// How far the result may be off because of the datum, by its derivative.
    pub(super) fn of_result(self, derivative: f64) -> f64 {
        match self {
            Self::Alone(_, deviation) => (derivative * deviation).abs(),
            Self::InSet(_, reach) => libm::sqrt(reach.covariance(reach)),
        }
    }

    /// The standard deviation of the datum as recorded. A factor that is moved to several places has the one that does to the
    /// result what all of them do; `None`: what they do to the central result adds up to nothing.
    pub(super) fn deviation(self, derivative: f64) -> Option<f64> {
        match self {
            Self::Alone(_, deviation) => Some(deviation),
            Self::InSet(..) => Some(self.of_result(derivative) / derivative.abs()).filter(|d| d.is_finite()),
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
    pub(super) fn spread(&self, effect: &Effect) -> Option<Spread> {
        let supply = self.supply();
        let distribution = match effect.datum {
            Datum::Input(row) => supply.inputs[row].distribution.as_deref(),
            Datum::Output(row) => supply.processes[row].distribution.as_deref(),
            Datum::Intervention(row) => {
                self.run.valued.scale(row).and_then(|_| supply.interventions.distribution(row))
            }
            Datum::Factor(row) => {
                let set = self.run.prepared.set.rows[row].set;
                return Some(effect.range).filter(|range| range.is_any()).map(|r| Spread::InSet(set, r));
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
                *sum = sum.plus(reach);
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
                reach.covariance(whole)
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
            (Spread::InSet(0, low.times(4.0)), 4.0),
            (Spread::InSet(0, high.times(-0.5)), -0.5),
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
