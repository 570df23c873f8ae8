//! The surplus of a year, shared out: every part, and what each member gets.

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::money::Money;
use crate::data::coop::surplus_rules::{Base, ChargedTo};
use crate::data::reference::Verification;

/// How it is known which part of a surplus is from business with members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is stated.
    Stated,
    /// By how much of the business was with members.
    Prorated {
        /// Business with members.
        members: Exact,
        /// All business.
        all: Exact,
    },
    /// There is nothing to share out, and nobody says it.
    Nothing,
}

/// What a line of the distribution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The surplus, and its two parts.
    Surplus,
    /// Taken for a reserve, a fund or a purpose.
    Reserve,
    /// Interest on the capital of members.
    Interest,
    /// What members share: no part of its own, the parts follow.
    Distributable,
    /// Paid to members.
    Cash,
    /// Kept for members.
    Retained,
    /// What members would share, if there had been business with any of them.
    Unshared,
    /// What is left of the surplus from business with others.
    NonMembers,
    /// A loss, and who bears it.
    Loss,
}

impl Step {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Surplus => "surplus",
            Self::Reserve => "reserve",
            Self::Interest => "interest",
            Self::Distributable => "distributable",
            Self::Cash => "cash",
            Self::Retained => "retained",
            Self::Unshared => "unshared",
            Self::NonMembers => "non_members",
            Self::Loss => "loss",
        }
    }

    /// Is it a part of the surplus? All parts add up to it.
    pub fn is_part(self) -> bool {
        !matches!(self, Self::Surplus | Self::Distributable | Self::Loss)
    }
}

/// A line of the distribution.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is.
    pub step: Step,
    /// Id of the rule; empty where it is no rule's.
    pub rule: String,
    /// What the rate is of.
    pub of: Option<Base>,
    /// How much that is.
    pub base: Option<Money>,
    /// Rate.
    pub rate: Option<Exact>,
    /// Whose surplus a reserve is taken from, by its rule.
    pub charged_to: Option<ChargedTo>,
    /// Amount.
    pub amount: Money,
    /// Of it, from business with members.
    pub members: Money,
    /// Of it, from business with others.
    pub non_members: Money,
    /// Account it goes to.
    pub to: String,
    /// Source of the rule.
    pub source: String,
    /// How that was read.
    pub verification: Option<Verification>,
}

/// What a member gets.
#[derive(Clone, Debug)]
pub struct MemberShare {
    /// Member.
    pub member: String,
    /// Business with the member.
    pub patronage: Exact,
    /// Share of what members share: cash and what is kept.
    pub share: Money,
    /// Paid.
    pub cash: Money,
    /// Kept as capital.
    pub retained: Money,
    /// Interest on the capital.
    pub interest: Money,
}

/// The surplus of a year, shared out.
#[derive(Clone, Debug)]
pub struct YearShares {
    /// Year.
    pub year: i32,
    /// The day it was shared out, where it is stated.
    pub day: Option<i32>,
    /// Currency.
    pub currency: Currency,
    /// The surplus; below 0 a loss.
    pub amount: Money,
    /// How its part from business with members is known.
    pub known: Known,
    /// Name of the rules.
    pub rules: String,
    /// Account of what is owed to members in cash, of what is kept, and of interest.
    pub accounts: [String; 3],
    /// What part of a share is paid in cash; `None` where nothing is shared.
    pub cash_rate: Option<Exact>,
    /// Unit of the business.
    pub unit: String,
    /// All lines, in order.
    pub lines: Vec<Line>,
    /// Members, by id.
    pub members: Vec<MemberShare>,
}

impl YearShares {
    /// The amounts of all lines of a step.
    pub fn sum(&self, step: Step) -> Money {
        self.lines.iter().filter(|line| line.step == step).map(|line| line.amount).sum()
    }

    /// Of a line, from business with members and with others; `None`: nobody knows.
    pub fn sides(&self, line: &Line) -> [Option<Money>; 2] {
        let is_known = self.known != Known::Nothing || line.amount == Money::ZERO;
        [line.members, line.non_members].map(|side| is_known.then_some(side))
    }

    /// Do the parts add up, line by line and member by member?
    pub fn adds_up(&self) -> bool {
        let parts: Money = self.lines.iter().filter(|l| l.step.is_part()).map(|line| line.amount).sum();
        let sides = self.lines.iter().all(|line| line.members + line.non_members == line.amount);
        let of = |get: fn(&MemberShare) -> Money| self.members.iter().map(get).sum::<Money>();
        let shares = self.members.iter().all(|member| member.cash + member.retained == member.share);
        (self.amount <= Money::ZERO || parts == self.amount)
            && sides
            && shares
            && of(|m| m.cash) == self.sum(Step::Cash)
            && of(|m| m.retained) == self.sum(Step::Retained)
            && of(|m| m.interest) == self.sum(Step::Interest)
    }
}
