//! Wages: what an hour of work is worth, on which basis.

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, Number, RowRef};

use super::agents::Agent;

/// On which basis an hour is valued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// What one person costs who does all of it: a housekeeper.
    Generalist,
    /// What those cost who do each task for a living.
    Specialist,
    /// What who does it would earn in that time.
    Opportunity,
}

const BASES: &[(&str, Basis)] = &[
    ("generalist", Basis::Generalist),
    ("specialist", Basis::Specialist),
    ("opportunity", Basis::Opportunity),
];

impl Basis {
    /// All, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Generalist, Self::Specialist, Self::Opportunity];

    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Generalist => "generalist",
            Self::Specialist => "specialist",
            Self::Opportunity => "opportunity",
        }
    }
}

/// Money for an hour.
#[derive(Clone, Debug)]
pub struct Wage {
    /// On which basis.
    pub basis: Basis,
    /// Of which task, or of which agent; empty for a generalist.
    pub of: String,
    /// Money for an hour.
    pub amount: Number,
    /// Currency.
    pub currency: Currency,
    /// Year of the money.
    pub year: i32,
    /// Source.
    pub source: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by basis and what the wage is of.
pub(super) fn wages(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<Wage> {
    let mut wages: Vec<Wage> = bound.collect(|row| {
        let basis = row.word("basis", BASES, diagnostics);
        let task = row.optional_id("task", diagnostics);
        let agent = row.optional_id("agent", diagnostics);
        let amount = row.non_negative("amount", diagnostics);
        let currency = row.currency("currency", diagnostics);
        let year = row.required("year", diagnostics).and_then(|_| row.optional_year("year", diagnostics));
        let source = row.required("source", diagnostics).map(str::to_owned);
        let basis = basis?;
        let of = match basis {
            Basis::Generalist => Some(String::new()),
            Basis::Specialist => needed(&row, basis, ("task", task.clone()), diagnostics),
            Basis::Opportunity => needed(&row, basis, ("agent", agent.clone()), diagnostics),
        };
        for (column, cell, holds) in
            [("task", &task, basis == Basis::Specialist), ("agent", &agent, basis == Basis::Opportunity)]
        {
            if cell.is_some() && !holds {
                unneeded(&row, basis, column, diagnostics);
            }
        }
        Some(Wage {
            basis,
            of: of?,
            amount: amount?,
            currency: currency?,
            year: year?,
            source: source?,
            row: row.row_ref(),
        })
    });
    wages.sort_by(|a, b| (a.basis, &a.of).cmp(&(b.basis, &b.of)));
    wages
}

/// What a wage is of must be stated.
fn needed(
    row: &Cells,
    basis: Basis,
    (column, cell): (&str, Option<String>),
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    if cell.is_none() && row.text(column).is_none() {
        let (message, hint) = match basis {
            Basis::Opportunity => ("whose wage is it?", "an opportunity cost is the own wage of an agent"),
            _ => ("for which task is it?", "a specialist is paid for a task, a word of `resources.task`"),
        };
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
    }
    cell
}

fn unneeded(row: &Cells, basis: Basis, column: &str, diagnostics: &mut Diagnostics) {
    let message = format!("a wage of basis `{}` has no `{column}`", basis.word());
    let hint = "generalist: neither; specialist: a task; opportunity: an agent";
    let place = row.place().column(column);
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
}

/// Who earns an own wage is an agent.
pub(super) fn check_agents(wages: &[Wage], agents: &[Agent], diagnostics: &mut Diagnostics) {
    for wage in wages.iter().filter(|wage| wage.basis == Basis::Opportunity) {
        if agents.binary_search_by(|agent| agent.id.cmp(&wage.of)).is_err() {
            let hint = match diagnostics.nearest(&wage.of, agents.iter().map(|agent| agent.id.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add it to the table `agents`".to_owned(),
            };
            let message = format!("there is no agent `{}`", wage.of);
            let place = wage.row.place().column("agent");
            diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
        }
    }
}
