//! What values are counted in: currencies, hours, member credit, things.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, one, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes, nearest};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};

use super::agents::Agent;
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

/// What happens where a balance goes beyond its limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    /// It is listed.
    #[default]
    Flag,
    /// It is an error.
    Hard,
}

/// When demurrage falls due: at the end of the last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Of each month.
    Month,
    /// Of each year.
    Year,
}

/// What positive balances lose, to the account of the community.
#[derive(Clone, Debug)]
pub struct Demurrage {
    /// Part of the balance.
    pub rate: Exact,
    /// When.
    pub every: Every,
    /// Id of the agent that gets it.
    pub to: String,
}

/// A unit of the dataset.
#[derive(Clone, Debug)]
pub struct FlowUnit {
    /// Name; the id where none is given.
    pub name: String,
    /// A value of [`Field::UnitKind`].
    pub kind: u8,
    /// Decimals of its smallest part.
    pub decimals: u32,
    /// Are limits of balances hard?
    pub limits: Limits,
    /// What positive balances lose.
    pub demurrage: Option<Demurrage>,
    /// Row.
    pub row: RowRef,
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
            let limits = [("flag", Limits::Flag), ("hard", Limits::Hard)];
            let limits = row.optional_word("limits", &limits, diagnostics).unwrap_or_default();
            let demurrage = demurrage(&row, kind, diagnostics);
            let id = id?;
            let name = row.text("name").unwrap_or(&id).to_owned();
            let kind = Field::UnitKind.known(kind?);
            Some((id, FlowUnit { name, kind, decimals, limits, demurrage, row: row.row_ref() }))
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

    /// Decimals of the smallest part of a unit that is counted in whole ones: money, credit of members, hours.
    pub fn minor(&self, id: &str) -> Option<u32> {
        let kind = Field::UnitKind.word(self.kind(id)?);
        ["currency", "hours", "member_credit"].contains(&kind).then(|| self.decimals(id))
    }

    /// Is it counted in a ledger of members, where what one has another owes?
    pub fn is_ledger(&self, id: &str) -> bool {
        let kind = self.kind(id).map(|kind| Field::UnitKind.word(kind));
        kind.is_some_and(|kind| ["hours", "member_credit"].contains(&kind))
    }

    /// Units of the dataset, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FlowUnit)> {
        self.0.iter().map(|(id, unit)| (id.as_str(), unit))
    }

    /// What demurrage is credited to must be an agent.
    pub(super) fn check(&self, agents: &[Agent], diagnostics: &mut Diagnostics) {
        for unit in self.0.values() {
            let Some(demurrage) = &unit.demurrage else { continue };
            if agents.binary_search_by(|agent| agent.id.cmp(&demurrage.to)).is_err() {
                let hint = match diagnostics.nearest(&demurrage.to, agents.iter().map(|a| a.id.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "add it to the table `agents`".to_owned(),
                };
                let message = format!("there is no agent `{}`", demurrage.to);
                let place = unit.row.place().column("demurrage_to");
                diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
            }
        }
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

/// What positive balances lose: a rate, when, and to whom, all three or none.
fn demurrage(row: &Cells, kind: Option<&str>, diagnostics: &mut Diagnostics) -> Option<Demurrage> {
    let rate = row.optional_number("demurrage", diagnostics);
    let every = [("month", Every::Month), ("year", Every::Year)];
    let every = row.optional_word("demurrage_every", &every, diagnostics);
    let to = row.optional_id("demurrage_to", diagnostics);
    let columns = ["demurrage", "demurrage_every", "demurrage_to"];
    if columns.iter().all(|column| row.text(column).is_none()) {
        return None;
    }
    for column in columns.into_iter().filter(|column| row.text(column).is_none()) {
        let message = format!("`{column}` is empty, and demurrage is stated");
        let hint = "state a rate, when it falls due (month or year), and the agent it is credited to";
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
    }
    let rate = rate?;
    if rate.exact < zero() || rate.exact > one() {
        let message = format!("`demurrage` is {}", row.text("demurrage").unwrap_or_default());
        let hint = "it is the part of a balance that is lost: from 0 to 1, 0.01 for one in a hundred";
        let place = row.place().column("demurrage");
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        return None;
    }
    if kind.is_some_and(|kind| !["member_credit", "hours"].contains(&kind)) {
        let message = "only credit of members and hours can lose value to their community";
        let hint = "the unit is no ledger of members; leave the three columns empty";
        let place = row.place().column("demurrage");
        diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
    }
    Some(Demurrage { rate: rate.exact, every: every?, to: to? })
}
