//! The journal: what happened, in order, each event with its postings. It is only ever added to.

use std::ops::Range;

use crate::base::money::Money;

use super::names::Names;

/// Stands for an agent that is not stated.
pub const NOBODY: u32 = u32::MAX;

/// How well the day of an event is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dated {
    /// It is stated.
    Day,
    /// A month or a year is stated: booked on its first day.
    Period,
    /// Nothing is stated: booked on the first day of the books.
    Unstated,
}

impl Dated {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Period => "period",
            Self::Unstated => "unstated",
        }
    }
}

/// Why there is a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostingKind {
    /// An opening balance.
    Opening,
    /// A flow.
    Flow,
    /// A flow that corrects another one.
    Correction,
    /// What one owes another is set off against what the other owes it.
    SetOff,
    /// A claim in one unit is exchanged for a debt in another.
    Swap,
    /// External cost that goes with what passes.
    Embodied,
    /// A positive balance loses value.
    Demurrage,
}

impl PostingKind {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Flow => "flow",
            Self::Correction => "correction",
            Self::SetOff => "set-off",
            Self::Swap => "swap",
            Self::Embodied => "embodied",
            Self::Demurrage => "demurrage",
        }
    }
}

/// An amount on an account of an agent: above 0 debit, below 0 credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Place of the agent, or [`NOBODY`].
    pub agent: u32,
    /// Number of the account.
    pub account: u32,
    /// Number of the unit.
    pub unit: u32,
    /// How much.
    pub amount: Money,
    /// Why.
    pub kind: PostingKind,
    /// The flow.
    pub flow: Option<usize>,
    /// Place of the row of the table of postings.
    pub row: Option<usize>,
}

/// An event: per agent and unit its postings sum to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Id: that of the flow, or `AGREEMENT/DAY`, `opening/UNIT/DAY`, `demurrage/UNIT/DAY`.
    pub id: String,
    /// Day, counted from 1970-01-01.
    pub day: i32,
    /// How well the day is known.
    pub dated: Dated,
    /// Its postings.
    pub postings: Range<usize>,
}

/// All that happened, by day and id.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Events.
    pub transactions: Vec<Transaction>,
    /// Their postings.
    pub postings: Vec<Posting>,
    /// Accounts.
    pub accounts: Names,
    /// Units.
    pub units: Names,
}

impl Journal {
    /// The postings of an event.
    pub fn of(&self, transaction: &Transaction) -> &[Posting] {
        &self.postings[transaction.postings.clone()]
    }

    /// The first and the last day; `None`: nothing happened.
    pub fn days(&self) -> Option<(i32, i32)> {
        Some((self.transactions.first()?.day, self.transactions.last()?.day))
    }
}

/// External cost that goes with what passes in a flow, in one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbodiedCost {
    /// The flow.
    pub flow: usize,
    /// Environmental, social or health.
    pub dimension: String,
    /// Currency it is valued in.
    pub currency: String,
    /// How much.
    pub amount: Money,
}

impl EmbodiedCost {
    /// The unit it is booked in: one of its own, which no money is ever in.
    pub fn unit(&self) -> String {
        format!("{}.{}", self.currency, self.dimension)
    }
}
