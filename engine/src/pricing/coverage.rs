//! What a true price covers, and what it does not.

use std::collections::BTreeMap;

use super::indicator::IndicatorCost;

/// How far a chain states an indicator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stated {
    /// Every process states it.
    Complete,
    /// Some do; these do not.
    Partial(Vec<String>),
    /// None does.
    #[default]
    Absent,
}

/// An input without a supplier.
#[derive(Clone, Debug, PartialEq)]
pub struct CutOff {
    /// Process that takes it.
    pub process: String,
    /// Product.
    pub product: String,
    /// Amount as recorded.
    pub recorded: String,
    /// The same in the unit of the product.
    pub amount: f64,
}

/// Indicators of a product by what became of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    /// With a factor.
    pub priced: Vec<String>,
    /// Stated, and without a factor, with why.
    pub unpriced: BTreeMap<String, String>,
    /// Measured twice, and priced under another indicator, with which.
    pub excluded: BTreeMap<String, String>,
    /// Not stated by some process of the chain, with which.
    pub partial: BTreeMap<String, Vec<String>>,
    /// Not stated by any process of the chain, while other products state it.
    pub not_stated: Vec<String>,
    /// Inputs without a supplier.
    pub cutoffs: Vec<CutOff>,
}

impl Coverage {
    /// Adds what became of an indicator.
    pub fn add(&mut self, cost: &IndicatorCost) {
        let id = || cost.indicator.clone();
        match &cost.stated {
            Stated::Absent => self.not_stated.push(id()),
            Stated::Partial(processes) => {
                self.partial.insert(id(), processes.clone());
            }
            Stated::Complete => {}
        }
        if cost.is_priced {
            self.priced.push(id());
        }
        if !cost.unpriced_reasons.is_empty() {
            self.unpriced.insert(id(), cost.unpriced_reasons.join("; "));
        }
        if !cost.excluded_for.is_empty() {
            self.excluded.insert(id(), cost.excluded_for.join(", "));
        }
    }

    /// Do two products differ in what is covered? Which processes are silent does not matter, but that some are.
    pub fn differs(&self, other: &Self) -> bool {
        let words = |c: &Self| {
            let keys = [&c.unpriced, &c.excluded].map(|map| map.keys().cloned().collect::<Vec<_>>());
            let partial: Vec<String> = c.partial.keys().cloned().collect();
            (c.priced.clone(), keys, partial, c.not_stated.clone())
        };
        words(self) != words(other)
    }

    /// In a few words: `4 priced, 2 unpriced, 1 partial`.
    pub fn summary(&self) -> String {
        let parts = [
            (self.priced.len(), "priced"),
            (self.unpriced.len(), "unpriced"),
            (self.excluded.len(), "excluded"),
            (self.partial.len(), "partial"),
            (self.not_stated.len(), "not stated"),
            (self.cutoffs.len(), "cut off"),
        ];
        let some = parts.iter().enumerate().filter(|(i, (count, _))| *i == 0 || *count > 0);
        some.map(|(_, (count, word))| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }
}
