//! Interventions with their factors: priced, unpriced, excluded or not stated.

use std::collections::{BTreeMap, HashMap};

use num_traits::ToPrimitive;

use crate::base::decimal::to_f64_at_18;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::region::Location;
use crate::base::unit::{Measure, Ratio};
use crate::data::factors::FactorSet;
use crate::data::interventions::{Interventions, Profile};
use crate::data::manifest::RateType;
use crate::data::supply::{Process, Supply};

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

/// Interventions, by row of the dataset, with their amounts in the indicator's unit.
#[derive(Clone, Debug)]
pub struct Valued<'a> {
    interventions: &'a Interventions,
    /// What there is to become of an intervention.
    pub statuses: Vec<Status>,
    /// What became of each, as an index into it.
    status: Vec<u32>,
    /// From the unit of a profile to that of its indicator; `None` for money.
    ratios: Vec<Option<Ratio>>,
    /// Amounts that are money, moved to the target, with what they were multiplied with.
    money: BTreeMap<usize, (f64, f64)>,
    /// Factors in use.
    pub uses: Vec<FactorUse>,
    /// How amounts of money were moved, by row.
    pub moves: BTreeMap<usize, Vec<String>>,
}

impl Valued<'_> {
    /// What became of a row.
    pub fn status(&self, row: usize) -> &Status {
        &self.statuses[self.status_index(row)]
    }

    /// What became of a row, as an index into the statuses.
    pub fn status_index(&self, row: usize) -> usize {
        self.status[row] as usize
    }

    /// The amount of a row in the indicator's unit, money in the target; 0 if it is not stated.
    pub fn amount(&self, row: usize) -> f64 {
        let Some(amount) = self.interventions.amount(row) else { return 0.0 };
        match &self.ratios[self.interventions.profile_index(row)] {
            Some(ratio) => ratio.apply(amount),
            None => self.money.get(&row).map_or(0.0, |(moved, _)| *moved),
        }
    }

    /// What one unit of the amount of a row as recorded is in the indicator's unit, or in money of the target.
    pub fn per_recorded(&self, row: usize) -> f64 {
        match &self.ratios[self.interventions.profile_index(row)] {
            Some(ratio) => ratio.apply(1.0),
            None => self.money.get(&row).map_or(0.0, |(_, multiplier)| *multiplier),
        }
    }
}

/// Puts factors on all interventions. `emission_year` is for processes that do not state their own,
/// `origin` the place of published footprints that are valued where the line comes from.
pub fn value_interventions<'a>(
    supply: &'a Supply,
    set: &FactorSet,
    matcher: &Matcher,
    level: &PriceLevel,
    emission_year: i32,
    origin: &Location,
    diagnostics: &mut Diagnostics,
) -> Option<Valued<'a>> {
    let interventions = &supply.interventions;
    let processes: BTreeMap<&str, &Process> = supply.processes.iter().map(|p| (p.id.as_str(), p)).collect();
    let asked = Asked::of(supply, &processes, emission_year, origin);
    let answers = matcher.answers(asked.questions.values().map(|(question, _)| question.clone()));
    report_errors(supply, &asked, &answers, diagnostics);
    let mut valued = Valued {
        interventions,
        statuses: vec![Status::NotStated],
        status: Vec::with_capacity(interventions.len()),
        ratios: interventions.profiles().iter().map(|profile| ratio(supply, profile)).collect(),
        money: BTreeMap::new(),
        uses: Vec::new(),
        moves: BTreeMap::new(),
    };
    let before = diagnostics.errors();
    let status_of = statuses(&asked, &answers, &mut valued)?;
    for ((id, rows), situation) in interventions.processes().zip(&asked.situation_of) {
        let process = processes.get(id).copied();
        for row in rows {
            let key = |situation: &u32| (interventions.profile_index(row) as u32, *situation);
            let stated = situation.as_ref().filter(|_| interventions.amount(row).is_some());
            valued.status.push(stated.and_then(|s| status_of.get(&key(s)).copied()).unwrap_or(0));
            check_amount(row, process, level, &mut valued, diagnostics);
        }
    }
    exclude(set, &mut valued);
    (diagnostics.errors() == before).then_some(valued)
}

/// What has to be known of factors: profiles in the situations of their processes.
struct Asked {
    /// Place and year of the processes that have rows, in their order; `None`: no such process.
    situation_of: Vec<Option<u32>>,
    /// By profile and situation, with the first row that asks.
    questions: HashMap<(u32, u32), (Question, usize)>,
}

impl Asked {
    fn of(
        supply: &Supply,
        processes: &BTreeMap<&str, &Process>,
        emission_year: i32,
        origin: &Location,
    ) -> Self {
        let interventions = &supply.interventions;
        let mut situations: BTreeMap<(Location, i32), u32> = BTreeMap::new();
        let mut asked = Self { situation_of: Vec::new(), questions: HashMap::new() };
        for (id, rows) in interventions.processes() {
            let Some(process) = processes.get(id) else {
                asked.situation_of.push(None);
                continue;
            };
            let place = place_of(process, origin);
            let year = process.period.map_or(emission_year, Period::year);
            let count = situations.len() as u32;
            let situation = *situations.entry((place.clone(), year)).or_insert(count);
            asked.situation_of.push(Some(situation));
            for row in rows.filter(|&row| interventions.amount(row).is_some()) {
                let profile = interventions.profile(row);
                let question = || Question {
                    indicator: profile.indicator.to_string(),
                    method: profile.method.to_string(),
                    place: place.clone(),
                    year,
                };
                let key = (interventions.profile_index(row) as u32, situation);
                asked.questions.entry(key).or_insert_with(|| (question(), row));
            }
        }
        asked
    }

    /// In the order of the rows that ask.
    fn in_order(&self) -> Vec<(&(u32, u32), &Question, usize)> {
        let mut all: Vec<_> =
            self.questions.iter().map(|(key, (question, row))| (key, question, *row)).collect();
        all.sort_unstable_by_key(|(_, _, row)| *row);
        all
    }
}

type Answers = BTreeMap<Question, Result<Answer, ValuationError>>;

/// The status of each question, as an index; `None` if an answer is an error.
fn statuses(asked: &Asked, answers: &Answers, valued: &mut Valued) -> Option<HashMap<(u32, u32), u32>> {
    let mut status_of = HashMap::with_capacity(asked.questions.len());
    let mut known: BTreeMap<&Question, u32> = BTreeMap::new();
    for (key, question, _) in asked.in_order() {
        let index = match known.get(question) {
            Some(index) => *index,
            None => {
                let status = match answers[question].as_ref().ok()? {
                    Answer::Ok(factor) => {
                        valued.uses.push(factor.clone());
                        Status::Priced(valued.uses.len() - 1)
                    }
                    Answer::Err(why) => Status::Unpriced(why.clone()),
                };
                valued.statuses.push(status);
                known.insert(question, valued.statuses.len() as u32 - 1);
                valued.statuses.len() as u32 - 1
            }
        };
        status_of.insert(*key, index);
    }
    Some(status_of)
}

/// Each error once, at the first row that asked.
fn report_errors(supply: &Supply, asked: &Asked, answers: &Answers, diagnostics: &mut Diagnostics) {
    let mut reported = Vec::new();
    for (_, question, row) in asked.in_order() {
        let Some(Err(error)) = answers.get(question) else { continue };
        if !reported.contains(&error) {
            reported.push(error);
            diagnostics.push(error.diagnostic().at(supply.interventions.place(row).column("indicator")));
        }
    }
}

/// Where a process is valued.
pub fn place_of<'a>(process: &'a Process, origin: &'a Location) -> &'a Location {
    if process.location == Location::Origin { origin } else { &process.location }
}

fn ratio(supply: &Supply, profile: &Profile) -> Option<Ratio> {
    match (&*profile.unit, &supply.indicators.get(&*profile.indicator)?.unit) {
        (Measure::Physical(own), Measure::Physical(its)) => own.ratio_to(its).ok(),
        _ => None,
    }
}

/// Moves money to the target, and reports what became too large.
fn check_amount(
    row: usize,
    process: Option<&Process>,
    level: &PriceLevel,
    valued: &mut Valued,
    diagnostics: &mut Diagnostics,
) {
    let interventions = valued.interventions;
    let profile = interventions.profile(row);
    if let (Measure::Money(currency, year), Some(exact)) = (&*profile.unit, interventions.money(row))
        && let Some(year) = year.or_else(|| process.and_then(|p| p.period).map(Period::year))
    {
        match level.moved(*currency, year, None, RateType::Market) {
            Ok(moved) => {
                valued.moves.insert(row, moved.steps);
                let multiplier = moved.multiplier.to_f64().unwrap_or(f64::NAN);
                valued.money.insert(row, (to_f64_at_18(&(exact * moved.multiplier)), multiplier));
            }
            Err(error) => diagnostics.push(error.diagnostic().at(interventions.place(row).column("unit"))),
        }
    }
    if !valued.amount(row).is_finite() {
        let message = format!("the amount of `{}` is too large", profile.indicator);
        let place = interventions.place(row).column("amount");
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place));
    }
}

/// Of indicators that measure the same thing of one process and subject, one is priced.
fn exclude(set: &FactorSet, valued: &mut Valued) {
    let interventions = valued.interventions;
    let is_exclusive = |profile: &Profile| set.exclusive.contains_key(&*profile.indicator);
    if !interventions.profiles().iter().any(is_exclusive) {
        return;
    }
    let mut index_of: BTreeMap<&str, u32> = BTreeMap::new();
    // Processes often state the same indicators: the answer for the last group is kept.
    let mut last: (Vec<&str>, BTreeMap<&str, &str>) = Default::default();
    for (_, rows) in interventions.processes() {
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for row in rows.filter(|&row| is_exclusive(interventions.profile(row))) {
            if matches!(valued.status(row), Status::Priced(_)) {
                groups.entry(&interventions.profile(row).subject).or_default().push(row);
            }
        }
        for members in groups.into_values() {
            let indicators: Vec<&str> =
                members.iter().map(|&row| &*interventions.profile(row).indicator).collect();
            if indicators != last.0 {
                let out = excluded(&indicators, &set.exclusive);
                last = (indicators, out);
            }
            for row in members {
                if let Some(other) = last.1.get(&*interventions.profile(row).indicator) {
                    valued.status[row] = *index_of.entry(other).or_insert_with(|| {
                        valued.statuses.push(Status::Excluded((*other).to_owned()));
                        valued.statuses.len() as u32 - 1
                    });
                }
            }
        }
    }
}
