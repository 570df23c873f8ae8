//! The accounts: every movement replayed in order, never below nothing, the oldest part taken first.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::coop::capital::CapitalKind;

use super::movement::Movement;

/// The capital of a member over a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapitalYear {
    /// Year.
    pub year: i32,
    /// Member.
    pub member: String,
    /// At the start of its first day.
    pub start: Money,
    /// What was stated as standing there when the books begin.
    pub opening: Money,
    /// Paid in.
    pub paid_in: Money,
    /// Kept of shares of surpluses.
    pub retained: Money,
    /// Of that, computed here and not booked.
    pub computed: Money,
    /// Interest.
    pub interest: Money,
    /// Paid back.
    pub redeemed: Money,
    /// Lost.
    pub written_off: Money,
    /// At the end of its last day.
    pub end: Money,
}

/// What is left of the capital that a member was allocated in a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Member.
    pub member: String,
    /// Year of the allocation.
    pub year: i32,
    /// What is left.
    pub amount: Money,
    /// The year at whose end it falls due.
    pub due: Option<i32>,
}

/// The capital accounts of all members.
#[derive(Clone, Debug)]
pub struct CapitalAccounts {
    /// Currency.
    pub currency: Currency,
    /// By year and member.
    pub years: Vec<CapitalYear>,
    /// By member and year, at the end of the last year.
    pub lots: Vec<Lot>,
    /// That year.
    pub last: i32,
}

impl CapitalAccounts {
    /// Replays movements; those that take more than there is are reported with their row. Years are those from `years.0` to
    /// `years.1`; lots are those at the end of the latter.
    pub fn new(
        movements: &[Movement],
        currency: Currency,
        (first, last): (i32, i32),
        redeem_after: Option<u32>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut by_member: BTreeMap<&str, Vec<&Movement>> = BTreeMap::new();
        for movement in movements {
            by_member.entry(&movement.member).or_default().push(movement);
        }
        let (mut years, mut lots) = (Vec::new(), Vec::new());
        for (member, mut moved) in by_member {
            // What comes in on a day is there before anything is taken on it.
            moved.sort_by(|a, b| (a.day, a.kind.takes(), &a.id).cmp(&(b.day, b.kind.takes(), &b.id)));
            let account = Account::replay(&moved, last, diagnostics);
            years.extend(account.over_years(member, (first, last)));
            lots.extend(account.lots.into_iter().filter(|(_, amount)| *amount > Money::ZERO).map(
                |(year, amount)| {
                    let due = redeem_after.map(|after| year.saturating_add_unsigned(after));
                    Lot { member: member.to_owned(), year, amount, due }
                },
            ));
        }
        years.sort_by(|a, b| (a.year, &a.member).cmp(&(b.year, &b.member)));
        Self { currency, years, lots, last }
    }

    /// What all members have at the end of a year.
    pub fn total(&self, year: i32) -> Money {
        self.years.iter().filter(|line| line.year == year).map(|line| line.end).sum()
    }

    /// The parts by year of allocation are what members have at the end of the last year.
    pub fn adds_up(&self) -> bool {
        self.lots.iter().map(|lot| lot.amount).sum::<Money>() == self.total(self.last)
    }

    /// What is due for redemption at the end of the last year.
    pub fn due(&self) -> Money {
        let is_due = |lot: &&Lot| lot.due.is_some_and(|due| due <= self.last);
        self.lots.iter().filter(is_due).map(|lot| lot.amount).sum()
    }
}

/// The account of one member.
#[derive(Default)]
struct Account {
    /// Changes by year, by kind; those that were computed once more.
    changes: BTreeMap<i32, [Money; 7]>,
    /// By year of allocation, at the end of the last year.
    lots: BTreeMap<i32, Money>,
}

const COMPUTED: usize = 6;

impl Account {
    fn replay(moved: &[&Movement], last: i32, diagnostics: &mut Diagnostics) -> Self {
        let mut account = Self::default();
        let mut lots: BTreeMap<i32, Money> = BTreeMap::new();
        for (at, movement) in moved.iter().enumerate() {
            if movement.kind == CapitalKind::Opening && moved[..at].iter().any(|m| m.kind != movement.kind) {
                report(
                    movement,
                    codes::CONTRADICTION,
                    "an opening balance after other movements",
                    diagnostics,
                );
            }
            let taken = if movement.kind.takes() {
                take(&mut lots, movement, diagnostics)
            } else {
                let lot = lots.entry(movement.year.unwrap_or_default()).or_default();
                *lot = *lot + movement.amount;
                movement.amount
            };
            let year = Period::of_day(movement.day).map(Period::year).unwrap_or_default();
            let changes = account.changes.entry(year).or_default();
            changes[movement.kind as usize] = changes[movement.kind as usize] + taken;
            if movement.row.is_none() {
                changes[COMPUTED] = changes[COMPUTED] + taken;
            }
            if year <= last {
                account.lots.clone_from(&lots);
            }
        }
        account
    }

    /// The years in which the member has capital, or had.
    fn over_years(&self, member: &str, (first, last): (i32, i32)) -> Vec<CapitalYear> {
        let mut start: Money = self.changes.range(..first).map(|(_, changes)| change(changes)).sum();
        let mut lines = Vec::new();
        for year in first..=last {
            let changes = self.changes.get(&year).copied();
            if start == Money::ZERO && changes.is_none() {
                continue;
            }
            let changes = changes.unwrap_or_default();
            let [opening, paid_in, retained, interest, redeemed, written_off, computed] = changes;
            let end = start + change(&changes);
            let member = member.to_owned();
            lines.push(CapitalYear {
                year,
                member,
                start,
                opening,
                paid_in,
                retained,
                computed,
                interest,
                redeemed,
                written_off,
                end,
            });
            start = end;
        }
        lines
    }
}

fn change(changes: &[Money; 7]) -> Money {
    let [opening, paid_in, retained, interest, redeemed, written_off, _] = *changes;
    opening + paid_in + retained + interest - redeemed - written_off
}

/// Takes from the year that is stated, or from the oldest; gives what was there to take.
fn take(lots: &mut BTreeMap<i32, Money>, movement: &Movement, diagnostics: &mut Diagnostics) -> Money {
    let there: Money = match movement.year {
        Some(year) => lots.get(&year).copied().unwrap_or_default(),
        None => lots.values().copied().sum(),
    };
    if movement.amount > there {
        let day = Period::of_day(movement.day).map(|day| day.to_string()).unwrap_or_default();
        let of = movement.year.map(|year| format!(" of {year}")).unwrap_or_default();
        let message = format!(
            "`{}` has {there} of capital{of} on {day}: {} cannot be taken from it",
            movement.member, movement.amount
        );
        report(movement, codes::NEGATIVE, &message, diagnostics);
    }
    let mut open = movement.amount.min(there);
    let taken = open;
    for (year, lot) in lots.iter_mut() {
        if movement.year.is_none_or(|stated| stated == *year) {
            let part = open.min(*lot);
            *lot = *lot - part;
            open = open - part;
        }
    }
    taken
}

fn report(movement: &Movement, code: &'static str, message: &str, diagnostics: &mut Diagnostics) {
    let diagnostic = Diagnostic::error(code, message);
    let hint =
        "capital is never below 0 on any day; what comes in on a day counts before what goes out on it";
    diagnostics.push(match &movement.row {
        Some(row) => diagnostic.at(row.place().column("amount")).hint(hint),
        None => diagnostic.hint(hint),
    });
}
