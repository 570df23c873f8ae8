//! What values are counted in: currencies, hours, member credit, things.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostics, nearest};
use crate::data::bound::Bound;

use super::field::Field;

/// Kinds of units.
const KINDS: &[(&str, &str)] = &[
    ("currency", "currency"),
    ("hours", "hours"),
    ("member_credit", "member_credit"),
    ("physical", "physical"),
];

/// Units of account that everybody knows beside the currencies of ISO 4217.
const COMMON: [(&str, &str); 5] = [
    ("h", "hours"),
    ("hour", "hours"),
    ("hours", "hours"),
    ("CHW", "member_credit"),
    ("CHE", "member_credit"),
];

/// Decimals of a unit that states none.
const DECIMALS: u32 = 2;

/// A unit of the dataset.
#[derive(Clone, Debug)]
pub struct FlowUnit {
    /// Name; the id where none is given.
    pub name: String,
    /// A value of [`Field::UnitKind`].
    pub kind: u8,
    /// Decimals of its smallest part.
    pub decimals: u32,
}

/// The units of a dataset, and those that everybody knows.
#[derive(Clone, Debug, Default)]
pub struct FlowUnits(BTreeMap<String, FlowUnit>);

impl FlowUnits {
    /// Reads the table.
    pub(super) fn read(bound: &Bound, diagnostics: &mut Diagnostics) -> Self {
        Self(bound.collect(|row| {
            let id = row.id("id", diagnostics);
            let kind = row.word("kind", KINDS, diagnostics);
            let digits: [(&str, u32); 10] =
                std::array::from_fn(|n| (["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][n], n as u32));
            let decimals = row.optional_word("decimals", &digits, diagnostics).unwrap_or(DECIMALS);
            let id = id?;
            let name = row.text("name").unwrap_or(&id).to_owned();
            Some((id, FlowUnit { name, kind: Field::UnitKind.known(kind?), decimals }))
        }))
    }

    /// The kind of a unit: a value of [`Field::UnitKind`]; `none` where nothing is counted. `None`: not known.
    pub fn kind(&self, id: &str) -> Option<u8> {
        if let Some(unit) = self.0.get(id) {
            return Some(unit.kind);
        }
        let common = COMMON.iter().find(|(name, _)| *name == id).map(|(_, kind)| *kind);
        let currency = || Currency::from_code(id).map(|_| "currency");
        let none = || (id == "none").then_some("none");
        common.or_else(currency).or_else(none).map(|kind| Field::UnitKind.known(kind))
    }

    /// Decimals of the smallest part of a unit.
    pub fn decimals(&self, id: &str) -> u32 {
        let own = self.0.get(id).map(|unit| unit.decimals);
        own.or_else(|| Currency::from_code(id).map(Currency::minor_digits)).unwrap_or(DECIMALS)
    }

    /// A unit of the dataset.
    pub fn get(&self, id: &str) -> Option<&FlowUnit> {
        self.0.get(id)
    }

    /// The id that was probably meant.
    pub fn like(&self, id: &str) -> Option<&str> {
        nearest(id, self.0.keys().map(String::as_str))
    }
}
