//! A figure of a table of prices: an amount, none by rule, or not stated. The three are never one another.

use crate::base::decimal::Exact;
use crate::base::diagnostic::Diagnostics;
use crate::data::cells::Cells;

/// The word of a cell that says: there is none, by rule.
const NONE: &str = "none";

/// An amount of money per unit, as a table states it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Figure {
    /// The cell is empty: there may be one.
    #[default]
    NotStated,
    /// The cell is `none`: there is none, by rule.
    None,
    /// An amount of 0 or more.
    Amount(Exact),
}

impl Figure {
    /// A cell: a number of 0 or more, `none`, or empty. What is neither is reported, and `None`.
    pub fn of(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Self> {
        match row.text(column) {
            None => Some(Self::NotStated),
            Some(NONE) => Some(Self::None),
            Some(_) => amount(row, column, diagnostics).map(Self::Amount),
        }
    }

    /// Is it an amount, or none by rule?
    pub fn is_stated(&self) -> bool {
        *self != Self::NotStated
    }

    /// As a table prints it.
    pub fn amount(&self) -> Option<&Exact> {
        match self {
            Self::Amount(amount) => Some(amount),
            _ => None,
        }
    }

    /// This one if it is stated, else the other.
    #[must_use]
    pub fn or<'a>(&'a self, other: &'a Self) -> &'a Self {
        if self.is_stated() { self } else { other }
    }
}

/// An amount of 0 or more that must be there.
fn amount(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Exact> {
    row.non_negative(column, diagnostics).map(|number| number.exact)
}

/// An amount of 0 or more, if the cell is not empty; `Err` if it is neither, and was reported.
pub(super) fn optional(
    row: &Cells,
    column: &str,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Exact>, ()> {
    if row.text(column).is_none() {
        return Ok(None);
    }
    amount(row, column, diagnostics).map(Some).ok_or(())
}
