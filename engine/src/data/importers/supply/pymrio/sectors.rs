//! Sectors of regions: what each is called, where it is, what it counts in, and how much it makes.

use std::collections::{BTreeMap, HashMap};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::float::Double;
use crate::data::importers::names::Names;
use crate::data::reference::Reference;

use super::super::amount::{Amount, amount, refused};
use super::super::archive::Archive;
use super::super::units::{Spelt, spelt};
use super::HINT;
use super::grid::{Head, Labels, Row, Spec, Take, read};

/// The world, where a region is none that is known.
const WORLD: &str = "001";
/// Rest-of-the-world regions of EXIOBASE, and the regions of UN M49 that they are parts of.
const RESTS: [(&str, &str); 5] = [("WA", "142"), ("WE", "150"), ("WF", "002"), ("WL", "019"), ("WM", "145")];

/// A sector of a region: a process that makes one product.
#[derive(Clone, Debug)]
pub(super) struct Sector {
    pub(super) region: String,
    pub(super) name: String,
    /// Ids of its process and its product.
    pub(super) process: String,
    pub(super) product: String,
    /// Code of its place.
    pub(super) place: String,
    /// As the source spells it, and as we do.
    pub(super) spelt: String,
    pub(super) unit: Spelt,
    /// What it makes in all; `None`: nothing.
    pub(super) output: Option<Output>,
}

/// What a sector makes.
#[derive(Clone, Debug)]
pub(super) struct Output {
    /// Above zero.
    pub(super) amount: String,
    pub(super) value: f64,
    /// Was it below zero? All that it takes and causes then has the other sign too, so that the ratios stay.
    pub(super) is_negative: bool,
}

/// All of them, found by their labels.
#[derive(Debug, Default)]
pub(super) struct Sectors {
    pub(super) all: Vec<Sector>,
    by_labels: HashMap<Labels, usize>,
    /// Where the labels have the region.
    region: Option<usize>,
}

impl Sectors {
    /// Of the columns of `Z` or `A`.
    pub(super) fn new(file: &str, head: &Head, diagnostics: &mut Diagnostics) -> Option<Self> {
        let levels = head.names.len();
        let named = head.names.iter().position(|name| name.eq_ignore_ascii_case("region"));
        let mut found = Self { region: named.or((levels > 1).then_some(0)), ..Self::default() };
        let before = diagnostics.errors();
        for labels in &head.columns {
            if found.by_labels.insert(labels.clone(), found.all.len()).is_some() {
                let message = format!("two columns are `{}`", labels.join(", "));
                diagnostics.push(Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(Place::file(file)));
            }
            let rest = labels.iter().enumerate().filter(|(level, _)| Some(*level) != found.region);
            let name = rest.map(|(_, label)| label.as_str()).collect::<Vec<_>>().join(", ");
            let region = found.region.map(|level| labels[level].clone()).unwrap_or_default();
            found.all.push(Sector {
                region,
                name,
                process: String::new(),
                product: String::new(),
                place: WORLD.to_owned(),
                spelt: String::new(),
                unit: Spelt { unit: String::new(), indicator: String::new(), is_named: true },
                output: None,
            });
        }
        if found.all.is_empty() {
            let message = "there is no sector";
            diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(file)).hint(HINT));
        }
        (diagnostics.errors() == before).then_some(found)
    }

    /// The sector of these labels; one that is none is reported.
    pub(super) fn at(
        &self,
        labels: &[String],
        place: &Place,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        let found = self.by_labels.get(labels).copied();
        if found.is_none() {
            let message = format!("`{}` is no sector: `Z` or `A` has no such column", labels.join(", "));
            diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place.clone()));
        }
        found
    }

    /// The sector of the labels of a row, which must be the first of it.
    pub(super) fn once(
        &self,
        labels: &[String],
        place: &Place,
        is_new: impl FnOnce(usize) -> bool,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        let found = self.at(labels, place, diagnostics)?;
        if is_new(found) {
            return Some(found);
        }
        let message = format!("two rows are `{}`", labels.join(", "));
        diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place.clone()));
        None
    }

    /// For each column of a table its sector. All sectors must be there, each once.
    pub(super) fn columns(
        &self,
        file: &str,
        head: &Head,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<usize>> {
        let place = Place::file(file);
        let before = diagnostics.errors();
        let columns: Vec<usize> =
            head.columns.iter().filter_map(|labels| self.at(labels, &place, diagnostics)).collect();
        let mut seen = vec![false; self.all.len()];
        for &column in &columns {
            if std::mem::replace(&mut seen[column], true) {
                let message = format!("two columns are `{}`", self.all[column].name);
                diagnostics.push(Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(place.clone()));
            }
        }
        if diagnostics.errors() == before && columns.len() < self.all.len() {
            let message = format!("the table has {} of {} sectors", columns.len(), self.all.len());
            diagnostics.push(Diagnostic::error(codes::RAGGED_ROW, message).at(place).hint(HINT));
        }
        (diagnostics.errors() == before).then_some(columns)
    }

    /// Reads what they count in, as it is spelt.
    pub(super) fn spellings(
        &mut self,
        files: &Archive,
        spec: &Spec,
        diagnostics: &mut Diagnostics,
    ) -> Option<()> {
        let mut take = Words::default();
        let label = files.label_of(&spec.file);
        read(files, spec, diagnostics, &mut take).then_some(())?;
        for (line, labels, word) in take.rows {
            let place = Place::row(&label, line);
            let Some(at) = self.at(&labels, &place, diagnostics) else { continue };
            self.all[at].spelt = word;
        }
        for sector in self.all.iter().filter(|sector| sector.spelt.is_empty()) {
            let message = format!("`{}` of `{}` has no unit", sector.name, sector.region);
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(Place::file(&label)));
        }
        Some(())
    }

    /// Says what their units are to us.
    pub(super) fn units(&mut self, price_year: i32, reference: &Reference) {
        for sector in &mut self.all {
            sector.unit = spelt(&sector.spelt, Some(price_year), &reference.units);
        }
    }

    /// Gives places and ids. Sectors of one name, unit and kind are one product that is made in many places, where
    /// each region is a place of its own; else each is a product of its own. Gives the regions that are no places, and
    /// those that were taken for one.
    pub(super) fn name(&mut self, reference: &Reference) -> (Vec<String>, Vec<(String, String)>) {
        let mut regions: Vec<&str> = self.all.iter().map(|sector| sector.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        let has_rests = RESTS.iter().all(|(rest, _)| regions.contains(rest));
        let rest = |region: &str| {
            RESTS.iter().find(|(rest, _)| has_rests && *rest == region).map(|(_, place)| *place)
        };
        let place = |region: &str| {
            let own = reference.regions.contains(region).then_some(region);
            rest(region).or(own).or_else(|| reference.regions.code_of(region)).map(str::to_owned)
        };
        let places: BTreeMap<String, Option<String>> =
            regions.iter().map(|region| ((*region).to_owned(), place(region))).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for place in places.values().flatten() {
            *counts.entry(place).or_default() += 1;
        }
        let is_own = |region: &str| {
            places.get(region).and_then(Option::as_deref).is_some_and(|place| counts.get(place) == Some(&1))
        };
        let (mut products, mut processes) = (Names::default(), Names::default());
        for sector in &mut self.all {
            let region = sector.region.clone();
            let wish = if region.is_empty() || is_own(&region) {
                sector.name.clone()
            } else {
                format!("{}-{region}", sector.name)
            };
            sector.product = products.id(&format!("{wish}\n{}", sector.unit.unit), &wish);
            sector.place = places.get(&region).cloned().flatten().unwrap_or_else(|| WORLD.to_owned());
            let wish =
                if region.is_empty() { sector.name.clone() } else { format!("{}-{region}", sector.name) };
            sector.process = processes.fresh(&wish);
        }
        let unknown = places.iter().filter(|(region, place)| place.is_none() && !region.is_empty());
        let unknown = unknown.map(|(region, _)| region.clone()).collect();
        let taken = places.into_iter().filter_map(|(region, place)| place.map(|place| (region, place)));
        (unknown, taken.filter(|(region, place)| region != place).collect())
    }

    /// Reads what each makes.
    pub(super) fn outputs(&mut self, files: &Archive, spec: &Spec, diagnostics: &mut Diagnostics) -> bool {
        let mut take = Words::default();
        let label = files.label_of(&spec.file);
        let fine = read(files, spec, diagnostics, &mut take);
        let mut seen = vec![false; self.all.len()];
        for (line, labels, word) in take.rows {
            let place = Place::row(&label, line);
            let Some(at) = self.at(&labels, &place, diagnostics) else { continue };
            seen[at] = true;
            self.all[at].output = output(&word, place, diagnostics);
        }
        for (sector, _) in self.all.iter().zip(seen).filter(|(_, seen)| !seen) {
            let message = format!("`{}` of `{}` has no row", sector.name, sector.region);
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(Place::file(&label)));
        }
        fine
    }
}

/// What stands in a cell of `x`.
fn output(text: &str, place: Place, diagnostics: &mut Diagnostics) -> Option<Output> {
    match amount(text) {
        Amount::Kept(kept) => {
            let is_negative = kept.starts_with('-');
            let amount = kept.trim_start_matches(['-', '+']).to_owned();
            Some(Output { value: amount.parse().unwrap_or(f64::NAN), amount, is_negative })
        }
        Amount::Zero | Amount::TooSmall => None,
        problem @ (Amount::TooLarge | Amount::NotANumber) => {
            diagnostics.push(refused(text, problem == Amount::TooLarge, place));
            None
        }
    }
}

/// What a calculated output is.
pub(super) fn calculated_output(value: f64, place: Place, diagnostics: &mut Diagnostics) -> Option<Output> {
    let text = if value == 0.0 { "0".to_owned() } else { format!("{value:e}") };
    output(&text, place, diagnostics)
}

/// Tables with one column of words or numbers: line, labels, cell.
#[derive(Default)]
pub(super) struct Words {
    pub(super) names: Labels,
    pub(super) rows: Vec<(u64, Labels, String)>,
}

impl Take for Words {
    fn head(&mut self, head: &Head, _: &mut Diagnostics) -> bool {
        self.names.clone_from(&head.names);
        true
    }

    fn row(&mut self, row: &Row, _: &mut Diagnostics) {
        let cell = row.cells().next().unwrap_or_default().to_owned();
        self.rows.push((row.line, row.labels.to_vec(), cell));
    }
}

/// Adds up the rows of `Z` and `Y`: what each sector makes, where `x` is not there.
pub(super) struct RowSums<'a> {
    pub(super) file: String,
    pub(super) sectors: &'a Sectors,
    pub(super) sums: Vec<Double>,
}

impl Take for RowSums<'_> {
    fn head(&mut self, _: &Head, _: &mut Diagnostics) -> bool {
        true
    }

    fn row(&mut self, row: &Row, diagnostics: &mut Diagnostics) {
        let place = Place::row(&self.file, row.line);
        let Some(at) = self.sectors.at(row.labels, &place, diagnostics) else { return };
        for (column, cell) in row.cells().enumerate() {
            match cell.parse::<f64>().ok().filter(|value| value.is_finite()) {
                Some(value) => self.sums[at] = self.sums[at].plus_f64(value),
                None => {
                    diagnostics.push(refused(cell, false, place.clone().column((column + 1).to_string())));
                }
            }
        }
    }
}
