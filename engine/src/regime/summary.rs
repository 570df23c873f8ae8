//! What was given and received, by agent, year or month, unit and class; sums are exact, and add up.

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::data::flows::{Class, FlowData, When};

use super::classify::Classified;

/// How finely time is told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// By year.
    #[default]
    Year,
    /// By month, where one is stated.
    Month,
}

/// A year or a month; nothing where nothing is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Year.
    pub year: Option<i32>,
    /// Month of the year, from 1; nothing where sums are by year, or where only a year is stated.
    pub month: Option<u8>,
}

impl By {
    /// Where a date belongs.
    pub fn span(self, when: When) -> Span {
        Span { year: when.year(), month: when.month().filter(|_| self == Self::Month) }
    }
}

/// How many flows, and their value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many flows.
    pub flows: usize,
    /// Value of those that state one.
    pub value: Money,
    /// How many state no value.
    pub without_value: usize,
}

impl Sum {
    /// Adds a flow.
    pub fn add(&mut self, value: Option<Money>) {
        self.flows += 1;
        self.without_value += usize::from(value.is_none());
        self.value = self.value + value.unwrap_or_default();
    }
}

/// What is summed up together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Place of the agent; `None`: it is not stated.
    pub agent: Option<usize>,
    /// Year, or month.
    pub span: Span,
    /// Unit of account; empty where none is stated.
    pub unit: String,
    /// Class.
    pub class: Class,
}

/// What an agent gave and received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is summed up.
    pub cell: Cell,
    /// What it gave.
    pub given: Sum,
    /// What it received.
    pub received: Sum,
}

/// What all gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Class.
    pub class: Class,
    /// Unit of account.
    pub unit: String,
    /// Year, or month.
    pub span: Span,
    /// All of it.
    pub sum: Sum,
}

/// The summary of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How finely time is told apart.
    pub by: By,
    /// By agent, span, unit and class.
    pub lines: Vec<Line>,
    /// By class, unit and span: what all gave, which is what all received.
    pub totals: Vec<Total>,
}

/// What both directions of a cell sum up to, by number of the unit.
type Sums<K> = BTreeMap<K, (Sum, Sum)>;

/// Sums up a dataset.
pub fn summary(data: &FlowData, classified: &Classified, by: By) -> Summary {
    let flows = &data.flows;
    let mut names: Vec<&str> = flows.terms().iter().map(|terms| &*terms.unit_of_account).collect();
    names.sort_unstable();
    names.dedup();
    let unit_of: Vec<u32> = flows
        .terms()
        .iter()
        .map(|terms| names.binary_search(&&*terms.unit_of_account).unwrap_or_default() as u32)
        .collect();
    let mut lines: Sums<(Option<usize>, Span, u32, Class)> = BTreeMap::new();
    let mut totals: Sums<(Class, u32, Span)> = BTreeMap::new();
    for flow in 0..flows.len() {
        let class = classified.judgement(flow).class;
        let (span, unit) = (by.span(flows.when(flow)), unit_of[flows.term(flow)]);
        let value = flows.value(flow);
        lines.entry((flows.from(flow), span, unit, class)).or_default().0.add(value);
        lines.entry((flows.to(flow), span, unit, class)).or_default().1.add(value);
        totals.entry((class, unit, span)).or_default().0.add(value);
    }
    let name = |unit: u32| names[unit as usize].to_owned();
    Summary {
        by,
        lines: lines
            .into_iter()
            .map(|((agent, span, unit, class), (given, received))| Line {
                cell: Cell { agent, span, unit: name(unit), class },
                given,
                received,
            })
            .collect(),
        totals: totals
            .into_iter()
            .map(|((class, unit, span), (sum, _))| Total { class, unit: name(unit), span, sum })
            .collect(),
    }
}
