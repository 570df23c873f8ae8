//! What shows whether a co-op turns into an ordinary firm, measure by measure. There is no grade of them all.

use crate::base::decimal::Exact;

/// A measure of drift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Business with who is no member, of all business.
    NonMemberShare,
    /// The highest pay by the lowest.
    PayRatio,
    /// Of the surplus, what went to capital.
    SurplusToCapital,
    /// Of the surplus, what went to labour.
    SurplusToLabour,
    /// Of the surplus, what went to members by their business.
    SurplusToMembers,
    /// Of the surplus, what went to reserves and funds.
    SurplusToReserves,
    /// Of the value of all flows, that of conventional markets.
    ConventionalFlows,
    /// Herfindahl index of who decided.
    DecisionConcentration,
}

/// What more of a measure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// More like a firm.
    Firm,
    /// Less like a firm.
    Coop,
    /// Neither: it can be either.
    Neither,
}

/// Where a measure goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards a firm.
    Towards,
    /// Away from a firm.
    Away,
    /// It stays.
    Same,
    /// It changes, and that means neither.
    NotJudged,
    /// There is one year only.
    OneYear,
    /// It is the first year, that others are compared with.
    First,
}

impl Metric {
    /// All, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::NonMemberShare,
        Self::PayRatio,
        Self::SurplusToCapital,
        Self::SurplusToLabour,
        Self::SurplusToMembers,
        Self::SurplusToReserves,
        Self::ConventionalFlows,
        Self::DecisionConcentration,
    ];

    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NonMemberShare => "non_member_share",
            Self::PayRatio => "pay_ratio",
            Self::SurplusToCapital => "surplus_to_capital",
            Self::SurplusToLabour => "surplus_to_labour",
            Self::SurplusToMembers => "surplus_to_members",
            Self::SurplusToReserves => "surplus_to_reserves",
            Self::ConventionalFlows => "conventional_flows",
            Self::DecisionConcentration => "decision_concentration",
        }
    }

    /// What it is, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::NonMemberShare => "Business with non-members, of all business",
            Self::PayRatio => "Highest pay, times the lowest",
            Self::SurplusToCapital => "Surplus to capital",
            Self::SurplusToLabour => "Surplus to labour",
            Self::SurplusToMembers => "Surplus to members by their business",
            Self::SurplusToReserves => "Surplus to reserves and funds",
            Self::ConventionalFlows => "Conventional market, of the value of all flows",
            Self::DecisionConcentration => "Concentration of decisions (Herfindahl)",
        }
    }

    /// What more of it means.
    pub fn more(self) -> More {
        match self {
            Self::NonMemberShare
            | Self::PayRatio
            | Self::SurplusToCapital
            | Self::ConventionalFlows
            | Self::DecisionConcentration => More::Firm,
            Self::SurplusToLabour | Self::SurplusToMembers => More::Coop,
            Self::SurplusToReserves => More::Neither,
        }
    }

    /// Is it a part of a whole?
    pub fn is_share(self) -> bool {
        self != Self::PayRatio
    }

    /// Where it went from one value to another.
    pub fn direction(self, first: &Exact, last: &Exact) -> Direction {
        match (last.cmp(first), self.more()) {
            (std::cmp::Ordering::Equal, _) => Direction::Same,
            (_, More::Neither) => Direction::NotJudged,
            (std::cmp::Ordering::Greater, More::Firm) | (std::cmp::Ordering::Less, More::Coop) => {
                Direction::Towards
            }
            _ => Direction::Away,
        }
    }
}

impl Direction {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Towards => "towards a firm",
            Self::Away => "away from a firm",
            Self::Same => "no change",
            Self::NotJudged => "not judged",
            Self::OneYear => "one year only",
            Self::First => "first year",
        }
    }
}
