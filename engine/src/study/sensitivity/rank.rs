//! The strongest first: by what a datum may be off, or by elasticity where nobody says.

use super::adjoint::Adjoint;
use super::effects::{Effect, Effects};
use super::row::Row;
use super::spread::{Spread, Variance};

/// What is asked for first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// What moves the result: all data by |elasticity|.
    Effect,
    /// What makes it unsure: data whose spread is known, by |derivative| x standard deviation.
    Uncertainty,
}

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
    pub(super) spread: Option<Spread>,
    /// Its part of the variance of the result; `None`: it has no spread, or the variance is 0.
    pub(super) share: Option<f64>,
    pub(super) by: RankedBy,
    /// What it is ranked by, 0 or more; below 0: it is too large for a number.
    pub(super) size: f64,
}

/// All data that are asked for, the strongest of each ranking first.
pub(super) struct Ranking {
    all: Vec<Ranked>,
    /// Standard deviation of the result, to first order; `None`: no datum that moves it has a spread.
    pub(super) deviation: Option<f64>,
    /// How many data have a spread.
    pub(super) unsure: usize,
}

impl Ranking {
    pub(super) fn new(adjoint: &Adjoint, effects: Effects, value: Option<f64>, by: Option<By>) -> Self {
        let value = value.filter(|value| *value != 0.0);
        let found: Vec<(Effect, Option<Spread>)> =
            effects.all().into_iter().map(|effect| (effect, adjoint.spread(&effect))).collect();
        let mut variance = Variance::default();
        for (effect, spread) in &found {
            if let Some(spread) = spread {
                variance.add(*spread, effect.stronger());
            }
        }
        // A part that is too large for a number leaves the whole unknown.
        let whole = variance.whole();
        let unsure = found.iter().filter(|(_, spread)| spread.is_some()).count();
        let ranked = |(effect, spread): (Effect, Option<Spread>)| {
            let amount = adjoint.amount(effect.datum);
            let derivative = effect.stronger();
            let elasticity = value.map(|value| derivative * amount / value).filter(|e| e.is_finite());
            let share = spread
                .filter(|_| whole > 0.0 && whole.is_finite())
                .map(|s| variance.part(s, derivative) / whole);
            let (ranked_by, size) = match (spread, elasticity) {
                (Some(spread), _) if by != Some(By::Effect) => {
                    (RankedBy::Spread, spread.of_result(derivative))
                }
                (_, elasticity) if value.is_some() => {
                    (RankedBy::Elasticity, elasticity.map_or(f64::NAN, f64::abs))
                }
                _ => (RankedBy::Derivative, derivative.abs()),
            };
            // What is too large for a number comes last: nobody knows how far up it belongs.
            let size = if size.is_finite() && effect.is_known() { size } else { -1.0 };
            Ranked { effect, amount, elasticity, spread, share, by: ranked_by, size }
        };
        let mut all: Vec<Ranked> = found.into_iter().map(ranked).collect();
        if by == Some(By::Uncertainty) {
            all.retain(|ranked| ranked.by == RankedBy::Spread);
        }
        all.sort_unstable_by(|a, b| {
            let size = b.size.total_cmp(&a.size);
            a.by.cmp(&b.by).then(size).then(a.effect.datum.cmp(&b.effect.datum))
        });
        Self { all, deviation: (unsure > 0 && whole.is_finite()).then(|| libm::sqrt(whole)), unsure }
    }

    /// The first rows of each ranking, and how many each has.
    pub(super) fn listed(&self, adjoint: &Adjoint, top: Option<usize>) -> (Vec<Row>, Vec<(RankedBy, usize)>) {
        let (mut rows, mut counts) = (Vec::new(), Vec::new());
        for of_ranking in self.all.chunk_by(|a, b| a.by == b.by) {
            counts.push((of_ranking[0].by, of_ranking.len()));
            let shown = &of_ranking[..of_ranking.len().min(top.unwrap_or(usize::MAX))];
            rows.extend(shown.iter().enumerate().map(|(at, ranked)| adjoint.row(ranked, at + 1)));
        }
        (rows, counts)
    }
}
