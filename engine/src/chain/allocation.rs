//! How the burden of a process with several products was divided among them, and how it could have been.

use num_traits::ToPrimitive;

use crate::base::decimal::Exact;
use crate::data::supply::Rule;

/// A datum that the value of a product rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datum {
    /// The price in the product's own row of `processes`.
    Stated,
    /// A row of the dataset's prices.
    Price(usize),
    /// `mass_kg` of the pack in a row of the dataset's prices.
    Pack(usize),
    /// A row of the properties.
    Property(usize),
    /// `mass_kg` of the product.
    Mass,
}

/// How the value of a product changes with a datum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rest {
    /// The datum.
    pub on: Datum,
    /// Value per unit of the datum as recorded.
    pub slope: f64,
    /// Is the value 0 below it? A product that is worth nothing is waste, however little it is worth.
    pub only_up: bool,
}

/// What a product of a process is worth under a rule.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// How much.
    pub(super) amount: Exact,
    /// What it rests on, in words.
    pub(super) basis: String,
    /// What it rests on; its amount as recorded is not listed.
    pub(super) rests: Vec<Rest>,
}

/// What one rule gives each product of a process.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// The rule.
    pub rule: Rule,
    /// The share of each product, in their order; together 1.
    pub shares: Vec<Exact>,
    /// What each share rests on, in words.
    pub basis: Vec<String>,
    /// The data that the value of each product rests on, beside its amount.
    pub rests: Vec<Vec<Rest>>,
    /// The value of all, in the unit of the slopes.
    pub sum: Exact,
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
