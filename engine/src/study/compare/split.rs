//! A difference and its parts.

use crate::base::money::Money;

use super::rule::Rule;

/// A difference of money to the dataset as it is, and what of it comes from each cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Scenario less dataset as it is.
    pub difference: Money,
    /// By cause, in the order of the scenario; they add up to the difference exactly. `None`: some set of causes has no such
    /// amount, so that there is nothing to split by.
    pub parts: Option<Vec<Money>>,
}

impl Split {
    /// Nothing, of so many causes.
    pub(super) fn nothing(causes: usize) -> Self {
        Self { difference: Money::ZERO, parts: Some(vec![Money::ZERO; causes]) }
    }

    /// Splits by the amounts of no cause and of the sets of a rule; `None` if one of the two ends has no amount.
    pub(super) fn of(values: &[Option<Money>], rule: Rule, ids: &[&str]) -> Option<Self> {
        let (first, last) = ((*values.first()?)?, (*values.last()?)?);
        let all: Option<Vec<i128>> = values.iter().map(|value| value.map(Money::units)).collect();
        let parts = all.and_then(|all| rule.split(&all, ids));
        let parts = parts.map(|parts| parts.into_iter().map(Money::of_units).collect());
        Some(Self { difference: last - first, parts })
    }

    /// The sum of two.
    #[must_use]
    pub(super) fn plus(&self, other: &Self) -> Self {
        self.joined(other, |a, b| a + b)
    }

    /// What is left of it without another.
    #[must_use]
    pub(super) fn less(&self, other: &Self) -> Self {
        self.joined(other, |a, b| a - b)
    }

    fn joined(&self, other: &Self, join: fn(Money, Money) -> Money) -> Self {
        let parts = self.parts.as_ref().zip(other.parts.as_ref());
        Self {
            difference: join(self.difference, other.difference),
            parts: parts.map(|(own, other)| own.iter().zip(other).map(|(a, b)| join(*a, *b)).collect()),
        }
    }
}
