//! The classes of flows: a regime and a subregime.

/// A regime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Regime {
    /// Held and used in common.
    Commons,
    /// Given, and answered or not, between those who are tied.
    Reciprocity,
    /// Sold.
    Market,
    /// Collected by a centre, and given out by it.
    Redistribution,
    /// None of them can be said.
    Unclassified,
}

impl Regime {
    /// All.
    pub const ALL: [Self; 5] =
        [Self::Commons, Self::Reciprocity, Self::Market, Self::Redistribution, Self::Unclassified];

    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Commons => "commons",
            Self::Reciprocity => "reciprocity",
            Self::Market => "market",
            Self::Redistribution => "redistribution",
            Self::Unclassified => "unclassified",
        }
    }

    /// The regime of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|regime| regime.word() == word)
    }
}

/// A regime with a subregime, as its place among all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(u8);

/// Every class.
const CLASSES: &[(Regime, &str)] = &[
    (Regime::Commons, "open_digital"),
    (Regime::Commons, "pooled"),
    (Regime::Commons, "household"),
    (Regime::Reciprocity, "gift"),
    (Regime::Reciprocity, "solidarity"),
    (Regime::Reciprocity, "timebank"),
    (Regime::Reciprocity, "mutual_credit"),
    (Regime::Reciprocity, "barter"),
    (Regime::Reciprocity, "balanced"),
    (Regime::Market, "fair_trade"),
    (Regime::Market, "coop_internal"),
    (Regime::Market, "conventional"),
    (Regime::Redistribution, "tax"),
    (Regime::Redistribution, "levy"),
    (Regime::Redistribution, "subsidy"),
    (Regime::Redistribution, "public_service"),
    (Regime::Redistribution, "internal_hierarchy"),
    (Regime::Unclassified, "insufficient_evidence"),
    (Regime::Unclassified, "ecosystem_flow"),
    (Regime::Unclassified, "non_consensual"),
];

impl Class {
    /// What is said where the evidence does not reach.
    pub const INSUFFICIENT: Self = Self(17);

    /// All classes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CLASSES.len() as u8).map(Self)
    }

    /// The class of `regime.subregime`.
    pub fn named(text: &str) -> Option<Self> {
        Self::all().find(|class| class.to_string() == text)
    }

    /// Its regime.
    pub fn regime(self) -> Regime {
        CLASSES[usize::from(self.0)].0
    }

    /// Its subregime.
    pub fn subregime(self) -> &'static str {
        CLASSES[usize::from(self.0)].1
    }

    /// Its place among all classes.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.regime().word(), self.subregime())
    }
}

/// What the keeper of a dataset calls a flow: a regime, or a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Declared {
    /// The regime.
    pub regime: Regime,
    /// The class, where a subregime is given.
    pub class: Option<Class>,
}

impl Declared {
    /// Reads `regime` or `regime.subregime`.
    pub fn parse(text: &str) -> Option<Self> {
        let class = Class::named(text);
        let regime = class.map(Class::regime).or_else(|| Regime::named(text))?;
        Some(Self { regime, class })
    }

    /// Is it what was found?
    pub fn agrees(self, found: Class) -> bool {
        self.class.map_or(self.regime == found.regime(), |class| class == found)
    }
}

impl std::fmt::Display for Declared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.class {
            Some(class) => class.fmt(f),
            None => f.write_str(self.regime.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_read_as_it_is_written() {
        assert_eq!(Class::INSUFFICIENT.to_string(), "unclassified.insufficient_evidence");
        for class in Class::all() {
            assert_eq!(Class::named(&class.to_string()), Some(class));
            assert!(Declared::parse(&class.to_string()).unwrap().agrees(class));
            assert!(Declared::parse(class.regime().word()).unwrap().agrees(class));
        }
        assert_eq!((Declared::parse("market.gift"), Declared::parse("")), (None, None));
    }
}
