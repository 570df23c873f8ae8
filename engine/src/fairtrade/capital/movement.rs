//! What moves capital: rows of the books, and parts of a surplus that are kept.

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::data::cells::RowRef;
use crate::data::coop::capital::{CapitalKind, CapitalRow};

/// A movement of the capital of a member.
#[derive(Clone, Debug)]
pub struct Movement {
    /// Day, counted from 1970-01-01.
    pub day: i32,
    /// Id; empty where it was computed.
    pub id: String,
    /// Member.
    pub member: String,
    /// What it is.
    pub kind: CapitalKind,
    /// How much, 0 or more.
    pub amount: Money,
    /// The year it was allocated in; of what is taken away, which year it is taken from, if that is stated.
    pub year: Option<i32>,
    /// Row; `None`: it was computed.
    pub row: Option<RowRef>,
}

impl Movement {
    /// One of the books.
    pub fn booked(row: &CapitalRow) -> Self {
        let year = if row.kind.takes() { row.stated_year } else { Some(row.year()) };
        Self {
            day: row.day,
            id: row.id.clone(),
            member: row.member.clone(),
            kind: row.kind,
            amount: row.amount,
            year,
            row: Some(row.row.clone()),
        }
    }

    /// What it adds; below 0 what it takes.
    pub fn change(&self) -> Money {
        if self.kind.takes() { -self.amount } else { self.amount }
    }
}

/// The capital of each member at the start of a day.
pub fn balances_before(movements: &[Movement], day: i32) -> BTreeMap<String, Money> {
    let mut balances = BTreeMap::new();
    for movement in movements.iter().filter(|movement| movement.day < day) {
        let balance = balances.entry(movement.member.clone()).or_insert(Money::ZERO);
        *balance = *balance + movement.change();
    }
    // What is below 0 is reported with its row; interest is paid on what is there.
    balances.retain(|_, balance| *balance > Money::ZERO);
    balances
}
