//! What rows of the tables of a co-op leave to its manifest, and words that several tables share.

use std::cell::Cell;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, one};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, Number};
use crate::data::manifest::CoopSettings;

/// The currency of rows that state none. That there is none is said once a table, not once a row.
pub(super) struct OwnCurrency {
    settings: Option<Currency>,
    is_missing: Cell<bool>,
}

impl OwnCurrency {
    pub(super) fn new(settings: &CoopSettings) -> Self {
        let settings = settings.currency.as_deref().and_then(Currency::from_code);
        Self { settings, is_missing: Cell::new(false) }
    }

    /// The currency of a row, or that of the co-op.
    pub(super) fn of(&self, row: &Cells, diagnostics: &mut Diagnostics) -> Option<Currency> {
        if row.text("currency").is_some() {
            return row.currency("currency", diagnostics);
        }
        self.is_missing.set(self.is_missing.get() || self.settings.is_none());
        self.settings
    }

    /// Says that rows have no currency, if one had none.
    pub(super) fn report(&self, bound: &Bound, diagnostics: &mut Diagnostics) {
        if self.is_missing.get() {
            let message = "there are amounts without a currency";
            let hint = "fill the column `currency`, or state `currency` under [coop] in the manifest";
            let place = bound.place().column("currency");
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        }
    }
}

/// Net or gross of what the law takes off a wage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// What is left after taxes and contributions.
    Net,
    /// Before them.
    Gross,
}

pub(super) const BASES: &[(&str, Basis)] = &[("net", Basis::Net), ("gross", Basis::Gross)];

impl Basis {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Net => "net",
            Self::Gross => "gross",
        }
    }
}

/// What an amount of money is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Per {
    /// An hour of the contract.
    Hour,
    /// A day of work.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

pub(super) const PERS: &[(&str, Per)] = &[
    ("hour", Per::Hour),
    ("day", Per::Day),
    ("week", Per::Week),
    ("month", Per::Month),
    ("year", Per::Year),
];

impl Per {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// How often it is in a month: a year has 52 weeks and 12 months. Hours and days need their number in a week.
    pub(super) fn times_a_month(self, hours: Option<&Exact>, days: Option<&Exact>) -> Option<Exact> {
        let weeks = Exact::new(52.into(), 12.into());
        match self {
            Self::Hour => hours.map(|hours| hours * weeks),
            Self::Day => days.map(|days| days * weeks),
            Self::Week => Some(weeks),
            Self::Month => Some(one()),
            Self::Year => Some(Exact::new(1.into(), 12.into())),
        }
    }
}

/// A number from 0 to 1, if the cell is not empty.
pub(super) fn share(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Exact> {
    let number = row.optional_number(column, diagnostics)?;
    if number.float >= 0.0 && number.exact <= one() {
        return Some(number.exact);
    }
    let message = format!("`{column}` is {}, and not from 0 to 1", row.text(column).unwrap_or_default());
    let hint = "write 0.3 for 30 %";
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(row.place().column(column)).hint(hint));
    None
}

/// A number of 0 or more, if the cell is not empty.
pub(super) fn some(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Exact> {
    let number: Number = row.optional_number(column, diagnostics)?;
    row.at_least_zero(column, &number, diagnostics).then_some(number.exact)
}
