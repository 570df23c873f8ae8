//! Factors by place and year: rows only where a place differs from the one that contains it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::money::Factor;
use crate::data::factors::Band;

use super::PlaceFactor;
use super::answers::Answers;
use super::places::Places;

/// The method of footprints of 0 that stand for rows the dataset leaves out where that means zero. They cost nothing
/// anywhere.
pub(super) const ABSENT: &str = "absent means zero";

/// The factors that footprints ask for.
#[derive(Default)]
pub(super) struct Asked<'a> {
    /// Subjects by indicator and method.
    subjects: BTreeMap<(u32, &'a str), BTreeSet<usize>>,
    /// Indicators with footprints of 0.
    absent: BTreeSet<u32>,
}

impl<'a> Asked<'a> {
    pub(super) fn add(&mut self, indicator: u32, method: &'a str, subject: usize) {
        self.subjects.entry((indicator, method)).or_default().insert(subject);
    }

    pub(super) fn add_absent(&mut self, indicator: u32) {
        self.absent.insert(indicator);
    }

    /// The rows, and the indicators and methods whose factors hang on the year.
    pub(super) fn rows(
        self,
        answers: &Answers,
        places: &Places,
    ) -> (Vec<PlaceFactor>, BTreeSet<(u32, &'a str)>) {
        let mut rows = Vec::new();
        let mut hanging = BTreeSet::new();
        for ((indicator, method), subjects) in self.subjects {
            let mut columns: BTreeMap<i32, &[u32]> = BTreeMap::new();
            for subject in subjects {
                let own = answers.subjects[subject].0.year;
                let years = own.map_or_else(|| answers.years.clone(), |own| vec![own]);
                columns.extend(years.into_iter().map(|year| (year, answers.told(subject, year))));
            }
            let at = |place: Option<u32>| -> Vec<u32> {
                columns.values().map(|told| told[Places::at(place)]).collect()
            };
            for place in places.widest_first() {
                let own = at(place);
                let parent = place.map(|place| places.list[place as usize].parent);
                if parent.is_some_and(|parent| at(parent) == own) {
                    continue;
                }
                let is_constant = own.windows(2).all(|pair| pair[0] == pair[1]);
                if !is_constant {
                    hanging.insert((indicator, method));
                }
                let years = columns.keys().map(|year| (!is_constant).then_some(*year));
                let of_year = years.zip(own).take(if is_constant { 1 } else { usize::MAX });
                rows.extend(of_year.map(|(year, told)| {
                    let told = &answers.told[told as usize];
                    PlaceFactor {
                        place,
                        year,
                        indicator,
                        method: method.to_owned(),
                        value: told.value,
                        fallback: told.fallback.clone(),
                        unpriced: told.unpriced.clone(),
                    }
                }));
            }
        }
        let nothing = Some(Band::<Factor>::default());
        rows.extend(self.absent.into_iter().map(|indicator| PlaceFactor {
            place: None,
            year: None,
            indicator,
            method: ABSENT.to_owned(),
            value: nothing,
            fallback: String::new(),
            unpriced: String::new(),
        }));
        rows.sort_by(|a, b| a.key().cmp(&b.key()));
        (rows, hanging)
    }
}

impl PlaceFactor {
    /// What rows are sorted by.
    pub(super) fn key(&self) -> (Option<u32>, Option<i32>, u32, &str) {
        (self.place, self.year, self.indicator, &self.method)
    }
}
