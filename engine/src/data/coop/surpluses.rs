//! Surpluses: what was left of a year, and by which rules it is shared out.

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::Diagnostics;
use crate::base::money::Money;
use crate::data::bound::Bound;
use crate::data::cells::RowRef;
use crate::data::schema;
use crate::data::source::Opened;

use super::amounts::{Amounts, booked, day, fraction, year};

/// The surplus of a year.
#[derive(Clone, Debug)]
pub struct Surplus {
    /// Year.
    pub year: i32,
    /// What was left; below 0 a loss.
    pub amount: Money,
    /// That from business with members, where it is stated.
    pub member_surplus: Option<Money>,
    /// Name of the rule set, where it is stated.
    pub rules: Option<String>,
    /// Currency.
    pub currency: Currency,
    /// What part of a member's share is paid in cash, where it is stated.
    pub cash_rate: Option<Exact>,
    /// The day it was shared out, counted from 1970-01-01.
    pub day: Option<i32>,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, by year. `None`: it is not there.
pub fn surpluses(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<Surplus>> {
    let amounts = Amounts::of(opened, diagnostics);
    opened.read(&schema::SURPLUSES, &(), diagnostics, |bound, diagnostics| rows(bound, amounts, diagnostics))
}

fn rows(bound: &Bound, mut amounts: Amounts, diagnostics: &mut Diagnostics) -> Vec<Surplus> {
    let mut all: Vec<Surplus> = bound.collect(|row| {
        let year = year(&row, diagnostics);
        let amount = row.number("surplus", diagnostics);
        let of_members = row.optional_number("member_surplus", diagnostics);
        let currency = amounts.currency(&row, diagnostics);
        let cash_rate = fraction(&row, "cash_rate", diagnostics);
        let day = day(&row, "date", diagnostics);
        let currency = currency?;
        let amount = booked(&row, "surplus", &amount?, currency, diagnostics);
        let member_surplus = match of_members {
            Some(number) => Some(booked(&row, "member_surplus", &number, currency, diagnostics)?),
            None => None,
        };
        Some(Surplus {
            year: year?,
            amount: amount?,
            member_surplus,
            rules: row.text("rules").map(str::to_owned),
            currency,
            cash_rate,
            day,
            row: row.row_ref(),
        })
    });
    all.sort_by_key(|surplus| surplus.year);
    all
}
