//! Licences by what they let others do: open, conditional, club or closed.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostics, nearest};

use super::bound::Bound;
use super::cells::Cells;

/// What a licence lets others do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LicenceClass {
    /// Anyone may use, change and pass on, for any purpose.
    Open,
    /// Anyone may use, but not for every purpose, or not change.
    Conditional,
    /// Reserved to those who share.
    Club,
    /// All else.
    Closed,
}

const CLASSES: &[(&str, LicenceClass)] = &[
    ("open", LicenceClass::Open),
    ("conditional", LicenceClass::Conditional),
    ("club", LicenceClass::Club),
    ("closed", LicenceClass::Closed),
];

const FLAG: &[(&str, bool)] = &[("yes", true), ("no", false)];

impl LicenceClass {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Conditional => "conditional",
            Self::Club => "club",
            Self::Closed => "closed",
        }
    }
}

/// Licences by SPDX id.
#[derive(Clone, Debug, Default)]
pub struct Licences(BTreeMap<String, LicenceClass>);

impl Licences {
    /// Reads the table: a licence that the OSI approves or the FSF calls free is open, unless the row says otherwise.
    pub(super) fn read(bound: &Bound, diagnostics: &mut Diagnostics) -> Self {
        let row = |row: Cells, diagnostics: &mut Diagnostics| {
            let id = row.required("id", diagnostics);
            let osi = row.word("osi", FLAG, diagnostics);
            let fsf = row.word("fsf", FLAG, diagnostics);
            let stated = row.optional_word("class", CLASSES, diagnostics);
            let flags = if osi? || fsf? { LicenceClass::Open } else { LicenceClass::Closed };
            Some((id?.to_owned(), stated.unwrap_or(flags)))
        };
        Self(bound.collect(|cells| row(cells, diagnostics)))
    }

    /// What a licence lets others do; a `LicenceRef-` of one's own is closed. `None`: not known.
    pub fn class(&self, id: &str) -> Option<LicenceClass> {
        let own = id.starts_with("LicenseRef-") || id.starts_with("LicenceRef-");
        self.0.get(id).copied().or(own.then_some(LicenceClass::Closed))
    }

    /// The id that was probably meant.
    pub fn like(&self, id: &str) -> Option<&str> {
        nearest(id, self.0.keys().map(String::as_str))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
