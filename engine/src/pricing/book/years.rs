//! The years of a book: found by asking, for which years the factors in use have a figure.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::factors::FactorSet;
use crate::data::interventions::Interventions;
use crate::valuation::ValuationError;

use super::answers::Answers;

/// The most years a book may have.
pub(super) const MOST: i32 = 500;

/// How the years of a book are chosen.
pub(super) struct Wanted {
    /// The one year of all lines.
    pub(super) fixed: Option<i32>,
    /// What was asked for.
    pub(super) range: Option<(i32, i32)>,
    /// Emission year of lines that state none.
    pub(super) standard: i32,
}

/// Asks all questions in all years, and finds the range of years.
pub(super) fn ask(
    answers: &mut Answers,
    wanted: &Wanted,
    set: &FactorSet,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let count = answers.subjects.len();
    for subject in 0..count {
        if !progress.tick(Stage::Pricing, subject, count) {
            diagnostics.push(stopped());
            return None;
        }
        answers.ask(subject, answers.subjects[subject].0.year.unwrap_or(wanted.standard));
    }
    let dependent: Vec<usize> = (0..count).filter(|&subject| answers.depends(subject)).collect();
    if dependent.is_empty() || wanted.fixed.is_some() {
        return Some(());
    }
    let (first, last) = match wanted.range {
        Some((first, last)) if first > last || last.saturating_sub(first) >= MOST => {
            let message = format!("{first} to {last} is no range of years for a price book");
            let hint = format!("the first year, then the last, and no more than {MOST}");
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).hint(hint));
            return None;
        }
        Some(range) => range,
        None => (first_year(answers, &dependent, wanted.standard, set), wanted.standard),
    };
    for year in first..=last {
        for &subject in &dependent {
            answers.ask(subject, year);
        }
        if !progress.tick(Stage::Pricing, count, count) {
            diagnostics.push(stopped());
            return None;
        }
    }
    answers.years = (first..=last).collect();
    answers.range = Some((first, last));
    Some(())
}

/// The first year from which on all factors in use have a figure in each year up to the last one.
fn first_year(answers: &mut Answers, dependent: &[usize], last: i32, set: &FactorSet) -> i32 {
    let indicators: BTreeSet<&str> =
        dependent.iter().map(|&subject| answers.subjects[subject].0.indicator).collect();
    let paths = set.rows.iter().filter(|row| indicators.contains(row.indicator.as_str()));
    let lowest = paths.filter_map(|row| row.emission_year).min().unwrap_or(last).max(last - MOST + 1);
    let mut first = last;
    for year in (lowest..last).rev() {
        for &subject in dependent {
            answers.ask(subject, year);
        }
        if dependent.iter().any(|&subject| answers.failure(subject, year).is_some()) {
            break;
        }
        first = year;
    }
    first
}

/// Reports what has a factor nowhere because a figure is missing; each error once, at the first row that asks.
pub(super) fn report(
    answers: &Answers,
    is_fixed: bool,
    interventions: &Interventions,
    diagnostics: &mut Diagnostics,
) {
    let mut reported: Vec<&ValuationError> = Vec::new();
    let mut order: Vec<usize> = (0..answers.subjects.len()).collect();
    order.sort_by_key(|&subject| answers.subjects[subject].1);
    for subject in order {
        let (asked, row) = &answers.subjects[subject];
        for error in answers.years_of(subject).into_iter().filter_map(|year| answers.failure(subject, year)) {
            if !reported.contains(&error) {
                reported.push(error);
                let own = is_fixed || asked.year.is_some();
                diagnostics.push(diagnostic(error, own).at(interventions.place(*row).column("indicator")));
            }
        }
    }
}

/// An error of a year that is that of lines can be helped by other years.
pub(super) fn diagnostic(error: &ValuationError, own: bool) -> Diagnostic {
    let diagnostic = error.diagnostic();
    match error {
        ValuationError::EmissionYear { .. } if !own => {
            diagnostic.hint("choose other years for the book: --years FROM-TO, within those of its table")
        }
        _ => diagnostic,
    }
}
