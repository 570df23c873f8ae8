//! Interventions with their factors: priced, unpriced, excluded or not stated.

use std::collections::BTreeMap;

use crate::base::decimal::to_f64_at_18;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::region::Location;
use crate::base::unit::Measure;
use crate::data::factors::FactorSet;
use crate::data::manifest::RateType;
use crate::data::supply::{Intervention, Process, Supply};

use super::ValuationError;
use super::exclusive::excluded;
use super::matching::{Answer, FactorUse, Matcher, Question, Unpriced};
use super::price_level::PriceLevel;

/// What became of an intervention.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// It has a factor: index into [`Valued::uses`].
    Priced(usize),
    /// It has none.
    Unpriced(Unpriced),
    /// Another indicator that measures the same thing is priced.
    Excluded(String),
    /// No amount is stated.
    NotStated,
}

/// Interventions, in the order of the dataset, with their amounts in the indicator's unit.
#[derive(Clone, Debug)]
pub struct Valued {
    /// Amount and status of each.
    pub rows: Vec<(f64, Status)>,
    /// Factors in use.
    pub uses: Vec<FactorUse>,
    /// How amounts of money were moved, by row.
    pub moves: BTreeMap<usize, Vec<String>>,
}

/// Puts factors on all interventions. `emission_year` is for processes that do not state their own,
/// `origin` the place of published footprints that are valued where the line comes from.
pub fn value_interventions(
    supply: &Supply,
    set: &FactorSet,
    matcher: &Matcher,
    level: &PriceLevel,
    emission_year: i32,
    origin: &Location,
    diagnostics: &mut Diagnostics,
) -> Option<Valued> {
    let processes: BTreeMap<&str, &Process> = supply.processes.iter().map(|p| (p.id.as_str(), p)).collect();
    let questions: Vec<Option<Question>> = supply
        .interventions
        .iter()
        .map(|row| {
            let process = processes.get(row.process.as_str())?;
            row.amount.as_ref()?;
            Some(Question {
                indicator: row.indicator.clone(),
                method: row.method.clone(),
                place: place_of(process, origin).clone(),
                year: process.period.map_or(emission_year, crate::base::period::Period::year),
            })
        })
        .collect();
    let answers = matcher.answers(questions.iter().flatten().cloned());
    report_errors(supply, &questions, &answers, diagnostics);
    let mut valued = Valued { rows: Vec::new(), uses: Vec::new(), moves: BTreeMap::new() };
    let mut use_of: BTreeMap<&Question, usize> = BTreeMap::new();
    let before = diagnostics.errors();
    for (index, (row, question)) in supply.interventions.iter().zip(&questions).enumerate() {
        let status = match question {
            None => Status::NotStated,
            Some(question) => match answers[question].as_ref().ok()? {
                Answer::Ok(factor) => Status::Priced(*use_of.entry(question).or_insert_with(|| {
                    valued.uses.push(factor.clone());
                    valued.uses.len() - 1
                })),
                Answer::Err(why) => Status::Unpriced(why.clone()),
            },
        };
        let amount =
            amount(supply, row, processes.get(row.process.as_str()), level, index, &mut valued, diagnostics);
        valued.rows.push((amount.unwrap_or(0.0), status));
    }
    exclude(supply, set, &mut valued);
    (diagnostics.errors() == before).then_some(valued)
}

/// Each error once, at the first row that asked.
fn report_errors(
    supply: &Supply,
    questions: &[Option<Question>],
    answers: &BTreeMap<Question, Result<Answer, ValuationError>>,
    diagnostics: &mut Diagnostics,
) {
    let mut reported = Vec::new();
    for (row, question) in supply.interventions.iter().zip(questions) {
        let Some(Err(error)) = question.as_ref().and_then(|question| answers.get(question)) else { continue };
        if !reported.contains(&error) {
            reported.push(error);
            diagnostics.push(error.diagnostic().at(row.row.place().column("indicator")));
        }
    }
}

/// Where a process is valued.
pub fn place_of<'a>(process: &'a Process, origin: &'a Location) -> &'a Location {
    if process.location == Location::Origin { origin } else { &process.location }
}

/// The amount in the indicator's unit; money is moved to the target itself.
fn amount(
    supply: &Supply,
    row: &Intervention,
    process: Option<&&Process>,
    level: &PriceLevel,
    index: usize,
    valued: &mut Valued,
    diagnostics: &mut Diagnostics,
) -> Option<f64> {
    let number = row.amount.as_ref()?;
    let indicator = supply.indicators.get(&row.indicator)?;
    let amount = match (&row.unit, &indicator.unit) {
        (Measure::Physical(own), Measure::Physical(its)) => own.ratio_to(its).ok()?.apply(number.float),
        (Measure::Money(currency, year), _) => {
            let year =
                year.or_else(|| process.and_then(|p| p.period).map(crate::base::period::Period::year))?;
            match level.moved(*currency, year, None, RateType::Market) {
                Ok(moved) => {
                    valued.moves.insert(index, moved.steps);
                    to_f64_at_18(&(&number.exact * moved.multiplier))
                }
                Err(error) => {
                    diagnostics.push(error.diagnostic().at(row.row.place().column("unit")));
                    return None;
                }
            }
        }
        _ => return None,
    };
    if !amount.is_finite() {
        let message = format!("the amount of `{}` is too large", row.indicator);
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(row.row.place().column("amount")));
        return None;
    }
    Some(amount)
}

fn exclude(supply: &Supply, set: &FactorSet, valued: &mut Valued) {
    if set.exclusive.is_empty() {
        return;
    }
    let rows = &supply.interventions;
    let mut groups: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        if matches!(valued.rows[index].1, Status::Priced(_)) {
            groups.entry((&row.process, &row.subject)).or_default().push(index);
        }
    }
    for members in groups.into_values() {
        let indicators: Vec<&str> = members.iter().map(|&i| rows[i].indicator.as_str()).collect();
        let out = excluded(&indicators, &set.exclusive);
        for index in members {
            if let Some(other) = out.get(rows[index].indicator.as_str()) {
                valued.rows[index].1 = Status::Excluded((*other).to_owned());
            }
        }
    }
}
