//! Actions of Valueflows by what they do: a versioned table, for implementations disagree.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostics, nearest};

use super::bound::Bound;
use super::cells::Cells;

/// What passes from the provider of an event to its receiver, where these are two agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passes {
    /// The thing with all rights in it.
    All,
    /// The rights in it; it may stay where it is.
    Rights,
    /// Only that one has it: a loan, a transport.
    Custody,
    /// A copy; the giver keeps the original.
    Copy,
    /// A service.
    Service,
    /// Work.
    Work,
    /// The use of a thing that stays whose it is.
    Use,
    /// Knowledge, which is not used up.
    Knowledge,
    /// Nothing: the action concerns one agent.
    Nothing,
}

const PASSES: &[(&str, Passes)] = &[
    ("all", Passes::All),
    ("rights", Passes::Rights),
    ("custody", Passes::Custody),
    ("copy", Passes::Copy),
    ("service", Passes::Service),
    ("work", Passes::Work),
    ("use", Passes::Use),
    ("knowledge", Passes::Knowledge),
    ("nothing", Passes::Nothing),
];

const QUANTITIES: &[(&str, bool)] = &[("resource", false), ("effort", true), ("both", false)];
const SIDES: &[(&str, ())] = &[("input", ()), ("output", ()), ("both", ()), ("none", ())];
const YES_NO: &[(&str, bool)] = &[("yes", true), ("no", false)];

/// An action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// What passes between two agents.
    pub passes: Passes,
    /// Does the action only imply that it passes?
    pub implied: bool,
    /// Is it measured by the effort, and not by the resource?
    pub by_effort: bool,
}

impl Action {
    /// Custody that passes by the way, in a transport or a repair: no part of an exchange.
    pub fn is_handling(self) -> bool {
        self.implied && self.passes == Passes::Custody
    }
}

/// Actions by id.
#[derive(Clone, Debug, Default)]
pub struct Actions(BTreeMap<String, Action>);

impl Actions {
    /// Reads the table.
    pub(super) fn read(bound: &Bound, diagnostics: &mut Diagnostics) -> Self {
        let row = |row: Cells, diagnostics: &mut Diagnostics| {
            let id = row.id("id", diagnostics);
            let by_effort = row.word("quantity", QUANTITIES, diagnostics);
            row.word("side", SIDES, diagnostics);
            let passes = row.word("passes", PASSES, diagnostics);
            let implied = row.word("implied", YES_NO, diagnostics);
            Some((id?, Action { passes: passes?, implied: implied?, by_effort: by_effort? }))
        };
        Self(bound.collect(|cells| row(cells, diagnostics)))
    }

    /// What an action does. `None`: not known.
    pub fn get(&self, id: &str) -> Option<Action> {
        self.0.get(id).copied()
    }

    /// The id that was probably meant.
    pub fn like(&self, id: &str) -> Option<&str> {
        nearest(id, self.0.keys().map(String::as_str))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
