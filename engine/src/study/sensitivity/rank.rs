//! The strongest first: by what a datum may be off, or by elasticity where nobody says.

use std::cmp::Ordering;

use num_traits::ToPrimitive;

use crate::data::factors::FactorRow;

use super::adjoint::Adjoint;
use super::datum::{Datum, Spreads};
use super::effects::{Effect, Effects};
use super::row::Row;

/// What a row is ranked by. Rows of different rankings do not compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RankedBy {
    /// |derivative| x standard deviation: how far the result may be off because of the datum.
    Spread,
    /// |elasticity|: percent of the result per percent of the datum.
    Elasticity,
    /// |derivative|, where the result is 0 or not known.
    Derivative,
}

impl RankedBy {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Spread => "spread",
            Self::Elasticity => "elasticity",
            Self::Derivative => "derivative",
        }
    }
}

/// A datum with what it is ranked by.
pub(super) struct Ranked {
    pub(super) effect: Effect,
    pub(super) amount: f64,
    pub(super) elasticity: Option<f64>,
    pub(super) deviation: Option<f64>,
    pub(super) by: RankedBy,
    /// What it is ranked by, 0 or more.
    pub(super) size: f64,
}

impl Ranked {
    /// The derivative of the side on which more moves.
    pub(super) fn derivative(&self) -> f64 {
        stronger(&self.effect)
    }
}

fn stronger(effect: &Effect) -> f64 {
    if effect.down.abs() > effect.up.abs() { effect.down } else { effect.up }
}

/// All data that move the result, the strongest of each ranking first.
pub struct Ranking(Vec<Ranked>);

impl Ranking {
    pub(super) fn new(
        adjoint: &Adjoint,
        effects: Effects,
        value: Option<f64>,
        spreads: &dyn Spreads,
    ) -> Self {
        let value = value.filter(|value| *value != 0.0);
        let ranked = |effect: Effect| {
            let amount = adjoint.amount(effect.datum);
            let derivative = stronger(&effect);
            let elasticity = value.map(|value| derivative * amount / value);
            let deviation = spreads.deviation(effect.datum).or_else(|| match effect.datum {
                Datum::Factor(row) => triangular(&adjoint.run.prepared.set.rows[row]),
                _ => None,
            });
            let (by, size) = match (deviation, elasticity) {
                (Some(deviation), _) => (RankedBy::Spread, (derivative * deviation).abs()),
                (None, Some(elasticity)) => (RankedBy::Elasticity, elasticity.abs()),
                (None, None) => (RankedBy::Derivative, derivative.abs()),
            };
            Ranked { effect, amount, elasticity, deviation, by, size }
        };
        let mut all: Vec<Ranked> = effects.all().into_iter().map(ranked).collect();
        all.sort_unstable_by(|a, b| {
            let size = b.size.partial_cmp(&a.size).unwrap_or(Ordering::Equal);
            a.by.cmp(&b.by).then(size).then(a.effect.datum.cmp(&b.effect.datum))
        });
        Self(all)
    }

    /// The first rows of each ranking, and how many each has.
    pub(super) fn listed(&self, adjoint: &Adjoint, top: Option<usize>) -> (Vec<Row>, Vec<(RankedBy, usize)>) {
        let (mut rows, mut counts) = (Vec::new(), Vec::new());
        for of_ranking in self.0.chunk_by(|a, b| a.by == b.by) {
            counts.push((of_ranking[0].by, of_ranking.len()));
            let shown = &of_ranking[..of_ranking.len().min(top.unwrap_or(usize::MAX))];
            rows.extend(shown.iter().enumerate().map(|(at, ranked)| adjoint.row(ranked, at + 1)));
        }
        (rows, counts)
    }
}

/// The standard deviation of a triangle from lower to upper with its peak at central; `None` without a range.
fn triangular(row: &FactorRow) -> Option<f64> {
    let number = |value: &crate::base::decimal::Exact| value.to_f64();
    let (a, b, c) = (number(&row.value.lower)?, number(&row.value.upper)?, number(&row.value.central)?);
    let variance = (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0;
    (!row.repeated && row.value.lower != row.value.upper).then(|| libm::sqrt(variance.max(0.0)))
}
