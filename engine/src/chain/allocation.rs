//! How the burden of a process with several products was divided among them, and how it could have been.

use num_traits::ToPrimitive;

use crate::base::decimal::Exact;
use crate::data::supply::Rule;

/// What one rule gives each product of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    /// The rule.
    pub rule: Rule,
    /// The share of each product, in their order; together 1.
    pub shares: Vec<Exact>,
    /// What each share rests on, in words.
    pub basis: Vec<String>,
}

impl Shares {
    /// The share of a product as a double.
    pub fn share(&self, product: usize) -> f64 {
        self.shares[product].to_f64().unwrap_or(f64::NAN)
    }
}

/// One product of a process.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Product.
    pub product: String,
    /// How much, as recorded.
    pub amount: f64,
    /// In which unit.
    pub unit: String,
}

/// The allocation of one process with several products.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// The process.
    pub process: String,
    /// Was the rule stated in the data? Otherwise it is the default.
    pub stated: bool,
    /// Its products, by id.
    pub outputs: Vec<Output>,
    /// What was used.
    pub used: Shares,
    /// What the data permit beside it, by rule.
    pub others: Vec<Shares>,
}

impl Allocation {
    /// All rules that the data permit, the one that was used first.
    pub fn methods(&self) -> impl Iterator<Item = &Shares> {
        std::iter::once(&self.used).chain(&self.others)
    }
}
