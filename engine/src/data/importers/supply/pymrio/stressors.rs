//! Stressors and impacts of the sectors: extensions of pymrio, satellites of EXIOBASE.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;

use super::super::amount::{Amount, calculated};
use super::super::archive::Archive;
use super::super::characterise::{Characterisation, Met, Sums};
use super::super::draft::{Draft, Of};
use super::super::things::{Goes, Places, Thing};
use super::super::units::spelt;
use super::grid::{Head, Labels, Row, Take, read};
use super::layout::{Extension, Layout};
use super::sectors::{Sectors, Words};
use super::{Basis, HINT, Left, Work, negated, numbers};

/// Reads the extensions that are asked for. Gives their folders.
pub(super) fn stressors(
    work: &mut Work,
    layout: &Layout,
    table: &Characterisation,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let extensions = asked(&work.settings.extensions, layout, work.files, diagnostics);
    let processes: Vec<String> = work.sectors.all.iter().map(|sector| sector.process.clone()).collect();
    let mut sums = Sums::new(table, processes.len());
    let mut places = Places::new(work.reference, "pymrio-", work.files.title());
    places.price_year = Some(work.settings.price_year);
    places.is_own_table = work.settings.flows.table.is_some();
    places.leave_others = work.settings.flows.leave_others;
    let mut keys = BTreeSet::new();
    let mut met = Met::default();
    let mut found = Vec::new();
    for extension in extensions {
        one(work, extension, &mut places, &mut sums, (&mut keys, &mut met), diagnostics);
        found.push(extension.folder.clone());
    }
    if let Some(text) = table.unmet(&met) {
        work.draft.told.note(text);
    }
    for (sector, indicator) in sums.write(&processes, &mut work.draft) {
        let message = format!("`{indicator}` of `{}` is too large", processes[sector]);
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(Place::file(work.files.label())));
    }
    found
}

/// The extensions of these folders or names; all if none is named.
pub(super) fn asked<'a>(
    names: &[String],
    layout: &'a Layout,
    files: &Archive,
    diagnostics: &mut Diagnostics,
) -> Vec<&'a Extension> {
    let is = |name: &String, extension: &Extension| *name == extension.folder || *name == extension.name;
    for name in names {
        if !layout.extensions.iter().any(|extension| is(name, extension)) {
            let known: Vec<&str> =
                layout.extensions.iter().map(|extension| extension.folder.as_str()).collect();
            let message = format!("there is no extension `{name}`");
            let hint = format!("there are: {}", known.join(", "));
            let place = Place::file(files.label());
            diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).at(place).hint(hint));
        }
    }
    let is_asked = |extension: &&Extension| names.is_empty() || names.iter().any(|name| is(name, extension));
    layout.extensions.iter().filter(is_asked).collect()
}

/// Units of the rows of an extension, by their labels.
pub(super) fn units(
    files: &Archive,
    extension: &Extension,
    diagnostics: &mut Diagnostics,
) -> Option<BTreeMap<Labels, String>> {
    let Some(spec) = extension.tables.get("unit") else {
        let message = format!("`{}` has no `unit`", extension.folder);
        let place = Place::file(files.label());
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(HINT));
        return None;
    };
    let mut take = Words::default();
    read(files, spec, diagnostics, &mut take).then_some(())?;
    Some(take.rows.into_iter().map(|(_, labels, unit)| (labels, unit)).collect())
}

fn one(
    work: &mut Work,
    extension: &Extension,
    places: &mut Places,
    sums: &mut Sums,
    (keys, met): (&mut BTreeSet<String>, &mut Met),
    diagnostics: &mut Diagnostics,
) {
    let Some(units) = units(work.files, extension, diagnostics) else { return };
    let totals = extension.tables.get("F");
    let Some(spec) = totals.or_else(|| extension.tables.get("S")) else { return };
    let file = work.files.label_of(&spec.file);
    let mut take = Causes {
        file: file.clone(),
        of_totals: totals.is_some(),
        basis: work.basis,
        extension,
        units,
        names: Labels::new(),
        columns: Vec::new(),
        sectors: &work.sectors,
        draft: &mut work.draft,
        places,
        sums,
        keys,
        met,
        left: Left::default(),
    };
    read(work.files, spec, diagnostics, &mut take);
    let left = take.left;
    left.tell(&file, "nothing is caused", &mut work.draft);
}

/// Takes `F` or `S` for interventions.
struct Causes<'a, 'b, 'c, 'd> {
    file: String,
    of_totals: bool,
    basis: Basis,
    extension: &'a Extension,
    units: BTreeMap<Labels, String>,
    names: Labels,
    columns: Vec<usize>,
    sectors: &'a Sectors,
    draft: &'a mut Draft<'b>,
    places: &'a mut Places<'c>,
    sums: &'a mut Sums<'d>,
    keys: &'a mut BTreeSet<String>,
    met: &'a mut Met,
    left: Left,
}

impl Causes<'_, '_, '_, '_> {
    fn thing(&self, labels: &[String], unit: &str, place: Place) -> Thing {
        let key = labels.join(", ");
        let level = |name: &str| self.names.iter().position(|level| level.eq_ignore_ascii_case(name));
        let compartment = level("compartment").map(|at| labels[at].clone()).unwrap_or_default();
        let is_social =
            ["employment", "vulnerable employment"].iter().any(|start| key.to_lowercase().starts_with(start));
        let dimension = if is_social { "social" } else { "environmental" };
        let note = format!("extension {}", self.extension.name);
        Thing { name: key.clone(), key, unit: unit.to_owned(), dimension, compartment, note, place }
    }

    fn is_money(&self, unit: &str) -> bool {
        spelt(unit, self.places.price_year, &self.places.reference.units).indicator == "money"
    }
}

impl Take for Causes<'_, '_, '_, '_> {
    fn head(&mut self, head: &Head, diagnostics: &mut Diagnostics) -> bool {
        self.names.clone_from(&head.names);
        self.columns = self.sectors.columns(&self.file, head, diagnostics).unwrap_or_default();
        !self.columns.is_empty()
    }

    fn row(&mut self, row: &Row, diagnostics: &mut Diagnostics) {
        let place = Place::row(&self.file, row.line);
        let Some(unit) = self.units.get(row.labels).cloned() else {
            let message = format!("`{}` has no unit", row.labels.join(", "));
            let hint = format!("`unit` of `{}` has a row for each row of `F`", self.extension.folder);
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
            return;
        };
        if self.is_money(&unit) {
            let mut count = 0;
            numbers(&self.file, row, &mut self.left, diagnostics, |_, _| count += 1);
            let reason =
                "amounts of money: value added and taxes are parts of the price, not what it leaves out";
            self.draft.told.leave_many(reason, place, count);
            return;
        }
        let thing = self.thing(row.labels, &unit, place.clone());
        thing.add_to(self.met);
        if !self.keys.insert(thing.key.clone()) && !self.places.leave_others {
            let text = format!("`{}` is in several extensions: each is an indicator of its own", thing.key);
            self.draft.told.note(text);
        }
        let goes = self.places.place(&thing, self.sums, self.draft, diagnostics);
        let told = Tally::default();
        let mut writer = Writer {
            goes,
            source: format!("{} of {}", if self.of_totals { "F" } else { "S" }, self.extension.name),
            sectors: self.sectors,
            draft: self.draft,
            sums: self.sums,
            scale: match (self.of_totals, self.basis) {
                (true, Basis::Flows) => Scale::Turned,
                (false, Basis::Coefficients) => Scale::None,
                (true, Basis::Coefficients) => Scale::PerOutput,
                (false, Basis::Flows) => Scale::TimesOutput,
            },
            tally: told,
        };
        let columns = &self.columns;
        let mut wrong = Vec::new();
        numbers(&self.file, row, &mut self.left, diagnostics, |column, text| {
            if writer.cause(columns[column], text).is_err() {
                wrong.push(column);
            }
        });
        writer.tally.clone().tell(&mut writer.draft.told, &place);
        for column in wrong {
            let place = place.clone().column((column + 1).to_string());
            diagnostics.push(Diagnostic::error(codes::OVERFLOW, "the amount is too large").at(place));
        }
    }
}

/// What became of the numbers of a row.
#[derive(Clone, Debug, Default)]
struct Tally {
    taken: usize,
    idle: usize,
    nowhere: usize,
    small: usize,
}

impl Tally {
    fn tell(self, told: &mut Told, place: &Place) {
        told.take_many("interventions", self.taken);
        told.leave_many("caused by a sector whose output is 0", place.clone(), self.idle);
        told.leave_many(
            "flows that the table of characterisation does not have",
            place.clone(),
            self.nowhere,
        );
        told.leave_many("too small: only 59 decimals are kept", place.clone(), self.small);
    }
}

/// What amounts are multiplied by, to be on the basis of the processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    None,
    /// Where the output is below 0, with the other sign.
    Turned,
    PerOutput,
    TimesOutput,
}

struct Writer<'a, 'b, 'd> {
    goes: Goes,
    source: String,
    sectors: &'a Sectors,
    draft: &'a mut Draft<'b>,
    sums: &'a mut Sums<'d>,
    scale: Scale,
    tally: Tally,
}

impl Writer<'_, '_, '_> {
    fn cause(&mut self, sector: usize, text: &str) -> Result<(), ()> {
        let sector_of = &self.sectors.all[sector];
        let Some(output) = &sector_of.output else {
            self.tally.idle += 1;
            return Ok(());
        };
        let value = || text.parse::<f64>().unwrap_or(f64::NAN);
        let signed = if output.is_negative { -output.value } else { output.value };
        let scaled = match self.scale {
            Scale::Turned if output.is_negative => Amount::Kept(negated(text).into()),
            Scale::None | Scale::Turned => Amount::Kept(text.into()),
            Scale::PerOutput => calculated(value() / signed),
            // The process makes the output without its sign, so the amount has none of it either.
            Scale::TimesOutput => calculated(value() * output.value),
        };
        let text = match &scaled {
            Amount::Kept(text) => text.as_ref(),
            Amount::Zero | Amount::TooSmall => {
                self.tally.small += 1;
                return Ok(());
            }
            Amount::TooLarge | Amount::NotANumber => return Err(()),
        };
        match &self.goes {
            Goes::To(targets) => {
                for target in targets {
                    self.sums.add(*target, sector, text);
                }
                self.tally.taken += 1;
            }
            Goes::Own(own) => {
                let cells = [&sector_of.process, &own.id, text, &own.unit, "", &self.source];
                self.draft.row(Of::Interventions, cells.map(|cell: &str| cell));
                self.tally.taken += 1;
            }
            Goes::Nowhere => self.tally.nowhere += 1,
        }
        Ok(())
    }
}
