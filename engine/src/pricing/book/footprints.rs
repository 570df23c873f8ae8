//! Products of the place `origin` whose costs are a footprint times a factor.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{Factor, Money, Overflow};
use crate::data::factors::FactorSet;
use crate::data::manifest::Absent;
use crate::pricing::run::Run;
use crate::pricing::{IndicatorCost, Stated};
use crate::valuation::exclusive::excluded;

use super::Footprint;
use super::answers::{Answers, Subject};
use super::factors::{ABSENT, Asked};
use super::places::Places;

/// What is known of all products of the place `origin`.
pub(super) struct Generic<'a> {
    /// The dataset without factors: all amounts, whatever they cost.
    run: &'a Run<'a>,
    set: &'a FactorSet,
    answers: &'a Answers<'a>,
    /// Subjects with the same answers everywhere and always have the same number.
    alike: Vec<usize>,
    /// Which exclusive subjects are priced, in all that occur.
    patterns: Vec<BTreeSet<usize>>,
    /// The largest factor of each subject.
    largest: Vec<Factor>,
}

/// An indicator of a product.
#[derive(Default)]
struct Stating {
    subjects: BTreeSet<usize>,
    excluded: usize,
    rows: usize,
}

impl<'a> Generic<'a> {
    pub(super) fn new(run: &'a Run<'a>, set: &'a FactorSet, answers: &'a Answers<'a>) -> Self {
        let mut known: BTreeMap<Vec<&[u32]>, usize> = BTreeMap::new();
        let mut alike = Vec::new();
        let mut largest = Vec::new();
        for subject in 0..answers.subjects.len() {
            let mut columns: Vec<&[u32]> =
                answers.years_of(subject).iter().map(|&year| answers.told(subject, year)).collect();
            let factors =
                columns.iter().copied().flatten().filter_map(|&told| answers.told[told as usize].value);
            let size = |factor: Factor| if factor.units() < 0 { factor.negated() } else { factor };
            let sizes = factors.flat_map(|f| [size(f.lower), size(f.central), size(f.upper)]);
            largest.push(sizes.max().unwrap_or_default());
            if columns.windows(2).all(|pair| pair[0] == pair[1]) {
                columns.truncate(1);
            }
            let next = known.len();
            alike.push(*known.entry(columns).or_insert(next));
        }
        Self { run, set, answers, alike, patterns: patterns(set, answers), largest }
    }

    /// The footprints of a point; `None`: its costs are no footprint times one factor for each indicator.
    pub(super) fn of(
        &self,
        point: usize,
        product: u32,
        asked: &mut Asked<'a>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Footprint>> {
        let prepared = self.run.prepared;
        let place = &prepared.chain.points[point];
        let stating = self.stating(&self.run.chain_of(place.node))?;
        let mut footprints = Vec::new();
        let mut used = Vec::new();
        for k in 0..self.run.indicators.len() {
            let id = &self.run.indicators[k].id;
            let said = stating.get(&(k as u32));
            let excluded = said.is_some_and(|said| said.excluded > 0);
            if said.is_some_and(|said| excluded && said.excluded < said.rows) {
                return None;
            }
            let subject = said.filter(|_| !excluded).and_then(|said| said.subjects.first().copied());
            if let (Some(said), Some(first)) = (said, subject)
                && said.subjects.iter().any(|&other| self.alike[other] != self.alike[first])
            {
                return None;
            }
            let cost = match self.run.indicator_cost(k, place.node) {
                Ok(cost) => cost,
                Err(Overflow) => {
                    diagnostics.push(too_large(&prepared.supply.products[place.product].id));
                    return Some(Vec::new());
                }
            };
            let footprint = |method: &str, amount| Footprint {
                product,
                indicator: k as u32,
                method: method.into(),
                year: None,
                amount,
                paid: cost.paid,
            };
            match subject {
                Some(subject) => {
                    let (asked, _) = &self.answers.subjects[subject];
                    let largest = Money::born([(cost.unpriced_amount, self.largest[subject])]);
                    if largest.is_err() {
                        diagnostics.push(too_large(&prepared.supply.products[place.product].id));
                    }
                    used.push((k as u32, asked.method, Some(subject)));
                    let own = asked.year;
                    footprints.push(Footprint { year: own, ..footprint(asked.method, cost.unpriced_amount) });
                }
                None if self.means_zero(&cost, id) => {
                    used.push((k as u32, ABSENT, None));
                    footprints.push(footprint(ABSENT, 0.0));
                }
                None => {}
            }
        }
        for (k, method, subject) in used {
            match subject {
                Some(subject) => asked.add(k, method, subject),
                None => asked.add_absent(k),
            }
        }
        Some(footprints)
    }

    /// Do absent rows of an indicator cost nothing, and not: nobody knows?
    fn means_zero(&self, cost: &IndicatorCost, indicator: &str) -> bool {
        self.run.prepared.supply.manifest.supply.absent_interventions == Absent::Zero
            && cost.stated == Stated::Complete
            && self.set.rows.binary_search_by(|row| (*row.indicator).cmp(indicator)).is_ok()
    }

    /// What the processes of a product state, by indicator; `None`: what excludes what hangs on place or year.
    fn stating(&self, nodes: &[usize]) -> Option<BTreeMap<u32, Stating>> {
        let supply = &self.run.prepared.supply;
        let interventions = &supply.interventions;
        let mut stating: BTreeMap<u32, Stating> = BTreeMap::new();
        for &node in nodes {
            let Some(process) = self.run.prepared.chain.nodes[node].process else { continue };
            let year = supply.processes[process].period.map(crate::base::period::Period::year);
            let mut groups: BTreeMap<&str, Vec<(u32, usize)>> = BTreeMap::new();
            for row in self.run.rows(node).filter(|&row| interventions.amount(row).is_some()) {
                let profile = interventions.profile(row);
                let asked =
                    Subject { indicator: &profile.indicator, method: &profile.method, place: None, year };
                let subject = self.answers.find(&asked)?;
                let k = self.run.indicator_of[interventions.profile_index(row)];
                let said = stating.entry(k).or_default();
                said.subjects.insert(subject);
                said.rows += 1;
                if self.set.exclusive.contains_key(&*profile.indicator) {
                    groups.entry(&profile.subject).or_default().push((k, subject));
                }
            }
            for members in groups.values().filter(|members| members.len() > 1) {
                let out = self.left_out(members)?;
                for member in members.iter().filter(|member| out.contains(member)) {
                    stating.entry(member.0).or_default().excluded += 1;
                }
            }
        }
        Some(stating)
    }

    /// Rows that others exclude, everywhere and always the same; `None`: it hangs on place or year.
    fn left_out(&self, members: &[(u32, usize)]) -> Option<BTreeSet<(u32, usize)>> {
        let id = |k: u32| &*self.run.indicators[k as usize].id;
        let mut outcomes = self.patterns.iter().map(|priced| {
            let standing = || members.iter().filter(|(_, subject)| priced.contains(subject));
            let ids: Vec<&str> = standing().map(|(k, _)| id(*k)).collect();
            let out = excluded(&ids, &self.set.exclusive);
            standing().filter(|(k, _)| out.contains_key(id(*k))).copied().collect::<BTreeSet<_>>()
        });
        let first = outcomes.next().unwrap_or_default();
        outcomes.all(|other| other == first).then_some(first)
    }
}

/// Which subjects of exclusive indicators are priced together, somewhere in some year.
fn patterns(set: &FactorSet, answers: &Answers) -> Vec<BTreeSet<usize>> {
    let subjects = answers.subjects.iter().enumerate();
    let exclusive: Vec<usize> = subjects
        .filter(|(_, (asked, _))| asked.place.is_none() && set.exclusive.contains_key(asked.indicator))
        .map(|(subject, _)| subject)
        .collect();
    let mut all: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    for &year in &answers.years {
        let columns: Vec<(usize, &[u32])> =
            exclusive.iter().map(|&subject| (subject, answers.told(subject, year))).collect();
        let count = columns.first().map_or(0, |(_, told)| told.len());
        all.extend((0..count).map(|place| {
            let is_priced = |told: &[u32]| answers.told[told[place] as usize].value.is_some();
            columns.iter().filter(|(_, told)| is_priced(told)).map(|(subject, _)| *subject).collect()
        }));
    }
    all.into_iter().collect()
}

/// A cost that cannot be kept.
pub(super) fn too_large(product: &str) -> Diagnostic {
    let message = format!("a cost of `{product}` is too large to be kept exactly");
    let hint = "check the largest amounts of its chain, and their units";
    Diagnostic::error(codes::OVERFLOW, message).hint(hint)
}

/// What was told at a place, of all subjects of the place `origin` in all years: places with the same have the same costs.
pub(super) fn signature(answers: &Answers, place: Option<u32>) -> Vec<u32> {
    let generic = (0..answers.subjects.len()).filter(|&s| answers.subjects[s].0.place.is_none());
    let told = |subject: usize| {
        let years = answers.years_of(subject).into_iter();
        years.map(move |year| answers.told(subject, year)[Places::at(place)]).collect::<Vec<u32>>()
    };
    generic.flat_map(told).collect()
}
