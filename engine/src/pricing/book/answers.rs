//! What a book asks of the factor set: each indicator and method, at each place, in each year.

use std::collections::{BTreeMap, HashMap};

use crate::base::money::Factor;
use crate::base::region::Location;
use crate::data::factors::Band;
use crate::data::reference::IndicatorKind;
use crate::pricing::lineage::FactorsUsed;
use crate::valuation::matching::{Matcher, Question};
use crate::valuation::{Unpriced, ValuationError};

use super::fallback;

/// A factor at a place, or why there is none, in words that do not name the place.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Told {
    /// Cost per unit, negative for a benefit.
    pub(super) value: Option<Band<Factor>>,
    /// Level of the region whose factor stands in.
    pub(super) fallback: String,
    /// Why there is none.
    pub(super) unpriced: String,
}

/// What is asked: an indicator by a method, where and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Subject<'a> {
    /// Indicator.
    pub(super) indicator: &'a str,
    /// Characterisation method.
    pub(super) method: &'a str,
    /// Where; `None`: wherever a line comes from.
    pub(super) place: Option<&'a Location>,
    /// When; `None`: in the year of the line.
    pub(super) year: Option<i32>,
}

/// The answers for one subject in one year.
#[derive(Debug, Default)]
struct Column {
    /// By place, as an index into what was told.
    told: Vec<u32>,
    /// Is there a factor anywhere?
    is_priced: bool,
    /// Has a factor an emission year?
    depends: bool,
    /// The first figure that is missing.
    error: Option<ValuationError>,
    used: FactorsUsed,
}

/// All that was asked, and told.
pub(super) struct Answers<'a> {
    matcher: &'a Matcher<'a>,
    /// Benefits count against costs.
    kinds: BTreeMap<&'a str, IndicatorKind>,
    /// Emission years of the rows of the set, by index.
    emission_years: Vec<Option<i32>>,
    places: &'a [Location],
    /// Subjects, with the first row that asks.
    pub(super) subjects: Vec<(Subject<'a>, usize)>,
    index: HashMap<Subject<'a>, usize>,
    columns: Vec<BTreeMap<i32, Column>>,
    /// What was told, each once.
    pub(super) told: Vec<Told>,
    known: BTreeMap<Told, u32>,
    /// Emission year of what does not hang on the year.
    standard: i32,
    /// Years of the book.
    pub(super) years: Vec<i32>,
    /// The first and the last of them; `None`: nothing hangs on the year, or it is the same for all lines.
    pub(super) range: Option<(i32, i32)>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(
        matcher: &'a Matcher<'a>,
        kinds: BTreeMap<&'a str, IndicatorKind>,
        emission_years: Vec<Option<i32>>,
        places: &'a [Location],
        standard: i32,
    ) -> Self {
        Self {
            matcher,
            kinds,
            emission_years,
            places,
            subjects: Vec::new(),
            index: HashMap::new(),
            columns: Vec::new(),
            told: Vec::new(),
            known: BTreeMap::new(),
            standard,
            years: vec![standard],
            range: None,
        }
    }

    /// Adds a subject, and the row that asks.
    pub(super) fn add(&mut self, subject: Subject<'a>, row: usize) -> usize {
        let (subjects, columns) = (&mut self.subjects, &mut self.columns);
        *self.index.entry(subject).or_insert_with_key(|subject| {
            subjects.push((subject.clone(), row));
            columns.push(BTreeMap::new());
            subjects.len() - 1
        })
    }

    /// The number of a subject.
    pub(super) fn find(&self, subject: &Subject<'a>) -> Option<usize> {
        self.index.get(subject).copied()
    }

    /// Asks for a subject in a year, if nobody did yet.
    pub(super) fn ask(&mut self, subject: usize, year: i32) {
        if self.columns[subject].contains_key(&year) {
            return;
        }
        let asked = self.subjects[subject].0.clone();
        let mut column = Column::default();
        let places = match asked.place {
            Some(place) => std::slice::from_ref(place),
            None => self.places,
        };
        for place in places {
            let told = self.at_place(&asked, place, year, &mut column);
            column.told.push(told);
        }
        self.columns[subject].insert(year, column);
    }

    fn at_place(&mut self, asked: &Subject, place: &Location, year: i32, column: &mut Column) -> u32 {
        let question = Question {
            indicator: asked.indicator.to_owned(),
            method: asked.method.to_owned(),
            place: place.clone(),
            year,
        };
        let told = match self.matcher.answer(&question) {
            Ok(Ok(factor)) => {
                column.is_priced = true;
                column.depends |= factor.rows.iter().any(|&row| self.emission_years[row].is_some());
                column.used.add(&factor);
                let is_benefit = self.kinds.get(asked.indicator) == Some(&IndicatorKind::Benefit);
                let value = if is_benefit { factor.value.map(Factor::negated) } else { factor.value };
                Told { value: Some(value), fallback: fallback::of(&factor, place), unpriced: String::new() }
            }
            Ok(Err(why)) => {
                if let Unpriced::Failed(error) = &why {
                    column.depends |= matches!(error, ValuationError::EmissionYear { .. });
                    column.error.get_or_insert_with(|| error.clone());
                }
                Told { unpriced: because(&why), ..Told::default() }
            }
            Err(error) => {
                let unpriced = error.to_string();
                column.error.get_or_insert(error);
                Told { unpriced, ..Told::default() }
            }
        };
        if let Some(&known) = self.known.get(&told) {
            return known;
        }
        self.told.push(told.clone());
        self.known.insert(told, self.told.len() as u32 - 1);
        self.told.len() as u32 - 1
    }

    /// Does a subject hang on the year of the line?
    pub(super) fn depends(&self, subject: usize) -> bool {
        let at_standard = self.columns[subject].get(&self.standard);
        self.subjects[subject].0.year.is_none() && at_standard.is_some_and(|column| column.depends)
    }

    /// Why a subject has a factor nowhere, if the reason is that a figure is missing.
    pub(super) fn failure(&self, subject: usize, year: i32) -> Option<&ValuationError> {
        let column = self.columns[subject].get(&year)?;
        column.error.as_ref().filter(|_| !column.is_priced)
    }

    /// The years in which a subject is asked for.
    pub(super) fn years_of(&self, subject: usize) -> Vec<i32> {
        match self.subjects[subject].0.year {
            Some(own) => vec![own],
            None if self.depends(subject) => self.years.clone(),
            None => vec![self.standard],
        }
    }

    /// What was told of a subject in a year of the book, by place.
    pub(super) fn told(&self, subject: usize, year: i32) -> &[u32] {
        let columns = &self.columns[subject];
        let own = self.subjects[subject].0.year;
        let column = columns.get(&own.unwrap_or(year)).or_else(|| columns.get(&self.standard));
        column.map_or(&[], |column| &column.told)
    }

    /// All factors in the book.
    pub(super) fn used(&self) -> FactorsUsed {
        let mut used = FactorsUsed::default();
        for subject in 0..self.subjects.len() {
            for year in self.years_of(subject) {
                if let Some(column) = self.columns[subject].get(&year) {
                    used.rows.extend(&column.used.rows);
                    used.repeated |= column.used.repeated;
                    used.outside |= column.used.outside;
                }
            }
        }
        used
    }
}

/// Why there is no factor, without the place: it holds wherever the answer is the same.
fn because(why: &Unpriced) -> String {
    match why {
        Unpriced::Place { .. } => "the set has no factor for the place".to_owned(),
        Unpriced::Outside { valid_in, .. } => {
            format!("the place is outside {valid_in}, where the set is valid")
        }
        Unpriced::Failed(ValuationError::Income { year, set, .. }) => {
            format!(
                "there is no income per head of the place in {year}, which the income transfer of `{set}` needs"
            )
        }
        other => other.to_string(),
    }
}
