//! How sure an amount is: its distribution, in the conventions of `stats_arrays`.

mod deviation;
mod draws;
mod law;
pub mod pedigree;
mod read;

pub use draws::{Datum, Draws};
pub use law::{Law, Sampler};
pub use pedigree::{ASPECTS, Pedigree};
pub(super) use read::{DistributionColumns, distribution};

/// The distribution of an amount, in the unit of its row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distribution {
    /// Which kind.
    pub law: Law,
    /// Is it of a negative amount? The law is then that of its size.
    pub negative: bool,
    /// Lognormal: mean of ln|x|; normal, extreme value: mean, mode; triangular: mode; Bernoulli: probability of 1;
    /// Weibull: where it begins.
    pub loc: f64,
    /// Lognormal: standard deviation of ln|x|; normal: of x; Weibull, extreme value: scale.
    pub scale: f64,
    /// Weibull: k.
    pub shape: f64,
    /// No draw lies below; minus infinity if not stated.
    pub minimum: f64,
    /// No draw lies above; infinity if not stated.
    pub maximum: f64,
}

/// Distributions of the rows of a table, of those that state one: by row.
#[derive(Clone, Debug, Default)]
pub struct Distributions {
    rows: Vec<u32>,
    of: Vec<Distribution>,
}

impl Distributions {
    /// Adds one; rows come in ascending order.
    pub(super) fn push(&mut self, row: usize, distribution: Distribution) {
        self.rows.push(row as u32);
        self.of.push(distribution);
    }

    /// Has no row one?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows have one.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// That of a row.
    pub fn get(&self, row: usize) -> Option<&Distribution> {
        let at = self.rows.binary_search(&(row as u32)).ok()?;
        Some(&self.of[at])
    }

    /// Of these rows alone, which ascend and move up; those that are `fixed` have none any more.
    pub(super) fn kept(self, kept: &[usize], fixed: &std::collections::BTreeSet<usize>) -> Self {
        let of_row = self.rows.iter().map(|row| *row as usize).zip(self.of);
        let stays = of_row.filter(|(row, _)| !fixed.contains(row));
        let found = stays.filter_map(|(row, one)| Some((kept.binary_search(&row).ok()? as u32, one)));
        let (rows, of) = found.unzip();
        Self { rows, of }
    }

    /// The same after rows moved: `order[to]` is where a row came from. An empty order: no row moved.
    pub(super) fn moved(self, order: &[u32]) -> Self {
        if order.is_empty() || self.is_empty() {
            return self;
        }
        let mut to_of = vec![0_u32; order.len()];
        for (to, from) in order.iter().enumerate() {
            to_of[*from as usize] = to as u32;
        }
        let mut moved: Vec<(u32, Distribution)> =
            self.rows.iter().map(|row| to_of[*row as usize]).zip(self.of).collect();
        moved.sort_unstable_by_key(|(row, _)| *row);
        let (rows, of) = moved.into_iter().unzip();
        Self { rows, of }
    }
}
