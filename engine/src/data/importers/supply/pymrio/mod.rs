//! Input-output tables as pymrio saves them, and as EXIOBASE 3 is published: sectors of regions that take of one
//! another, and what they cause.

mod economy;
mod grid;
mod layout;
mod sectors;
mod stressors;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::float::Double;
use crate::data::importers::Told;
use crate::data::importers::tree::{Node, documents};
use crate::data::reference::Reference;
use crate::data::write::Batch;

use super::Flows;
use super::about::About;
use super::amount::{Amount, amount, refused};
use super::archive::{Archive, DOCUMENT};
use super::characterise::Characterisation;
use super::draft::{Draft, Of};
use super::units::money_of;

pub use economy::{Economy, EconomySettings, Sector as EconomySector, Stressor, economy};

use grid::{Head, Row, Spec, Take, read};
use layout::{Layout, PARAMETERS};
use sectors::{Output, RowSums, Sectors, calculated_output};

/// What a folder of pymrio is.
pub(super) const HINT: &str = "a folder or zip as pymrio's `save_all` writes it, or of EXIOBASE 3: Z or A, x or Y, unit, \
                               and folders with F or S and unit, as .txt or .parquet";

/// What the files do not say.
#[derive(Clone, Debug)]
pub struct Pymrio {
    /// The folder, or a zip of it.
    pub source: PathBuf,
    /// The year whose money the tables count in.
    pub price_year: i32,
    /// Folders or names of the extensions to read; all if empty.
    pub extensions: Vec<String>,
    /// How stressors become indicators.
    pub flows: Flows,
}

/// What processes are recorded by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Basis {
    /// `Z` and `x`: what each sector took in all, and what it made.
    Flows,
    /// `A`: what a unit of its output takes.
    Coefficients,
}

pub(super) fn import(
    settings: &Pymrio,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    let files = Archive::open(&settings.source, &[], HINT, diagnostics)?;
    let files = files.beginning_at(&[PARAMETERS, "Z.txt", "A.txt"], diagnostics)?;
    let table = match &settings.flows.table {
        Some(source) => Characterisation::read(source.clone(), reference, diagnostics)?,
        None => Characterisation::default(),
    };
    let layout = Layout::read(&files, diagnostics)?;
    let (basis, spec) = basis(&layout, &files, diagnostics)?;
    let mut first = First { file: files.label_of(&spec.file), sectors: None };
    if !read(&files, &spec, diagnostics, &mut first) {
        return None;
    }
    let mut sectors = first.sectors?;
    sectors.spellings(&files, unit(&layout, &files, diagnostics)?, diagnostics)?;
    sectors.units(settings.price_year, reference);
    outputs(&mut sectors, &layout, basis, &files, None, diagnostics)?;
    let mut work = Work {
        files: &files,
        settings,
        reference,
        basis,
        sectors,
        draft: Draft::new(batch, "numbers", files.label()),
    };
    work.processes();
    work.inputs(&spec, diagnostics);
    let read = stressors::stressors(&mut work, &layout, &table, diagnostics);
    work.finish(&layout, &read, diagnostics)
}

/// `Z` with what each sector makes, or else `A`.
fn basis(layout: &Layout, files: &Archive, diagnostics: &mut Diagnostics) -> Option<(Basis, Spec)> {
    let has = |table: &str| layout.core.contains_key(table);
    if let Some(spec) = layout.core.get("Z")
        && (has("x") || has("Y"))
    {
        return Some((Basis::Flows, spec.clone()));
    }
    if let Some(spec) = layout.core.get("A") {
        return Some((Basis::Coefficients, spec.clone()));
    }
    let message = if has("Z") {
        "there is `Z`, but neither `x` nor `Y`: what each sector makes is not known"
    } else {
        "there is neither `Z` nor `A`"
    };
    diagnostics.push(files.lacks(message));
    None
}

/// The table of units.
fn unit<'a>(layout: &'a Layout, files: &Archive, diagnostics: &mut Diagnostics) -> Option<&'a Spec> {
    let found = layout.core.get("unit");
    if found.is_none() {
        let place = Place::file(files.label());
        let diagnostic = Diagnostic::error(codes::MISSING_TABLE, "there is no `unit`");
        diagnostics.push(diagnostic.at(place).hint(HINT));
    }
    found
}

/// What each sector makes: `x`, or the sums of the rows of `Z` (`sums`, where they are known) and `Y`.
fn outputs(
    sectors: &mut Sectors,
    layout: &Layout,
    basis: Basis,
    files: &Archive,
    sums: Option<Vec<Double>>,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    if let Some(spec) = layout.core.get("x") {
        return sectors.outputs(files, spec, diagnostics).then_some(());
    }
    if basis == Basis::Coefficients {
        for sector in &mut sectors.all {
            sector.output = Some(Output { amount: "1".to_owned(), value: 1.0, is_negative: false });
        }
        return Some(());
    }
    let tables: &[&str] = if sums.is_some() { &["Y"] } else { &["Z", "Y"] };
    let mut sums = sums.unwrap_or_else(|| vec![Double::default(); sectors.all.len()]);
    for table in tables {
        let spec = layout.core.get(*table)?;
        let mut take = RowSums { file: files.label_of(&spec.file), sectors, sums };
        if !read(files, spec, diagnostics, &mut take) {
            return None;
        }
        sums = take.sums;
    }
    let place = Place::file(files.label());
    for (sector, sum) in sectors.all.iter_mut().zip(sums) {
        sector.output = calculated_output(sum.hi, place.clone(), diagnostics);
    }
    Some(())
}

/// Reads the header of `Z` or `A` only.
struct First {
    file: String,
    sectors: Option<Sectors>,
}

impl Take for First {
    fn head(&mut self, head: &Head, diagnostics: &mut Diagnostics) -> bool {
        self.sectors = Sectors::new(&self.file, head, diagnostics);
        false
    }

    fn row(&mut self, _: &Row, _: &mut Diagnostics) {}
}

struct Work<'a, 'b> {
    files: &'a Archive,
    settings: &'a Pymrio,
    reference: &'a Reference,
    basis: Basis,
    sectors: Sectors,
    draft: Draft<'b>,
}

/// Numbers that are no row.
#[derive(Default)]
struct Left {
    zeros: usize,
    small: usize,
}

impl Left {
    fn tell(&self, file: &str, meaning: &str, draft: &mut Draft) {
        draft.told.leave_many(format!("zeros: {meaning}"), Place::file(file), self.zeros);
        draft.told.leave_many("too small: only 59 decimals are kept", Place::file(file), self.small);
    }
}

/// The number with the other sign.
fn negated(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) => rest.to_owned(),
        None => format!("-{}", text.trim_start_matches('+')),
    }
}

/// Hands the numbers of a row other than 0 to `look`, with their columns.
fn numbers(
    file: &str,
    row: &Row,
    left: &mut Left,
    diagnostics: &mut Diagnostics,
    mut look: impl FnMut(usize, &str),
) {
    for (column, cell) in row.cells().enumerate() {
        match amount(cell) {
            Amount::Kept(text) => look(column, &text),
            Amount::Zero => left.zeros += 1,
            Amount::TooSmall => left.small += 1,
            problem @ (Amount::TooLarge | Amount::NotANumber) => {
                let place = Place::row(file, row.line).column((column + 1).to_string());
                diagnostics.push(refused(cell, problem == Amount::TooLarge, place));
            }
        }
    }
}

/// Takes `Z` or `A` for inputs.
struct Inputs<'a, 'b> {
    file: String,
    basis: Basis,
    sectors: &'a Sectors,
    draft: &'a mut Draft<'b>,
    /// Sector of each column.
    columns: Vec<usize>,
    seen: BTreeSet<usize>,
    left: Left,
}

impl Take for Inputs<'_, '_> {
    fn head(&mut self, head: &Head, diagnostics: &mut Diagnostics) -> bool {
        self.columns = self.sectors.columns(&self.file, head, diagnostics).unwrap_or_default();
        !self.columns.is_empty()
    }

    fn row(&mut self, row: &Row, diagnostics: &mut Diagnostics) {
        let place = Place::row(&self.file, row.line);
        let is_new = |from| self.seen.insert(from);
        let Some(from) = self.sectors.once(row.labels, &place, is_new, diagnostics) else { return };
        let supplier = &self.sectors.all[from];
        let (sectors, columns, draft, basis) = (self.sectors, &self.columns, &mut *self.draft, self.basis);
        let (mut idle, mut from_idle) = (0, 0);
        numbers(&self.file, row, &mut self.left, diagnostics, |column, text| {
            let taker = &sectors.all[columns[column]];
            let Some(output) = &taker.output else {
                idle += 1;
                return;
            };
            if supplier.output.is_none() {
                from_idle += 1;
                return;
            }
            let flipped;
            let text = if output.is_negative && basis == Basis::Flows {
                flipped = negated(text);
                &flipped
            } else {
                text
            };
            let (product, place, process) = (&supplier.product, &supplier.place, &supplier.process);
            draft.row(Of::Inputs, [&taker.process, product, text, &supplier.unit.unit, place, process]);
            draft.told.take_many("inputs", 1);
        });
        self.draft.told.leave_many("inputs of a sector whose output is 0", place.clone(), idle);
        self.draft.told.leave_many("inputs from a sector whose output is 0", place, from_idle);
    }
}

impl Work<'_, '_> {
    fn processes(&mut self) {
        let (unknown, taken) = self.sectors.name(self.reference);
        for region in unknown {
            let text =
                "is not a region that is known: what it makes are products of its own, in 001, the world";
            self.draft.told.note(format!("`{region}` {text}"));
        }
        for (region, place) in taken {
            self.draft.told.note(format!("`{region}` was taken for {place}"));
        }
        let year = self.settings.price_year;
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let (mut idle, mut negative) = (0, 0);
        for sector in &self.sectors.all {
            let Some(output) = &sector.output else {
                idle += 1;
                continue;
            };
            let coins = money_of(&sector.unit.unit);
            if known.insert(&sector.product) {
                let unit = coins.map_or(sector.unit.unit.as_str(), |(unit, _)| unit);
                self.draft.row(Of::Products, [&sector.product, &sector.name, unit, "", ""]);
                if let Some((unit, currency)) = coins {
                    let source = "a unit of money's worth of it, in the prices of the tables";
                    let cells = [&sector.product, "1", currency, unit, &year.to_string(), "excluded", source];
                    self.draft.row(Of::Prices, cells.map(|cell: &str| cell));
                }
            }
            let (source, amount) = match self.basis {
                Basis::Flows => ("x", output.amount.as_str()),
                Basis::Coefficients => ("A", "1"),
            };
            negative += usize::from(output.is_negative);
            let cells =
                [&sector.process, &sector.product, amount, &sector.unit.unit, &sector.place, "", "", source];
            self.draft.row(Of::Processes, cells.map(|cell: &str| cell));
        }
        self.draft.told.take_many("processes", self.sectors.all.len() - idle);
        let place = || Place::file(self.files.label());
        self.draft.told.leave_many("sectors whose output is 0", place(), idle);
        if negative > 0 && self.basis == Basis::Flows {
            let text = "sectors have an output below 0: it was taken as above 0, with the sign of all that they take \
                        and cause turned, which leaves the ratios as they are";
            self.draft.told.note(format!("{negative} {text}"));
        }
    }

    fn inputs(&mut self, spec: &Spec, diagnostics: &mut Diagnostics) {
        let file = self.files.label_of(&spec.file);
        let mut take = Inputs {
            file: file.clone(),
            basis: self.basis,
            sectors: &self.sectors,
            draft: &mut self.draft,
            columns: Vec::new(),
            seen: BTreeSet::new(),
            left: Left::default(),
        };
        read(self.files, spec, diagnostics, &mut take);
        let (seen, left) = (take.seen.len(), take.left);
        left.tell(&file, "nothing is taken in", &mut self.draft);
        if seen < self.sectors.all.len() && !diagnostics.has_errors() {
            let message =
                format!("the table has {seen} rows, not one for each of {} sectors", self.sectors.all.len());
            let diagnostic = Diagnostic::error(codes::RAGGED_ROW, message).at(Place::file(file));
            diagnostics.push(diagnostic.hint(HINT));
        }
    }

    fn finish(mut self, layout: &Layout, read: &[String], diagnostics: &mut Diagnostics) -> Option<Told> {
        if diagnostics.has_errors() {
            return None;
        }
        let used = |table: &str| match (self.basis, table) {
            (_, "unit" | "x") | (Basis::Flows, "Z") | (Basis::Coefficients, "A") => true,
            (Basis::Flows, "Y") => !layout.core.contains_key("x"),
            _ => false,
        };
        let core = layout.core.iter().filter(|(table, _)| !used(table)).map(|(_, spec)| spec.file.clone());
        let mut others: Vec<String> = core.collect();
        for extension in &layout.extensions {
            let is_read = read.contains(&extension.folder);
            let table = if extension.tables.contains_key("F") { "F" } else { "S" };
            let tables = extension.tables.iter();
            let left = tables.filter(|(name, _)| !is_read || !(*name == table || *name == "unit"));
            others.extend(left.map(|(_, spec)| spec.file.clone()));
        }
        if !others.is_empty() {
            self.draft.told.note(format!("not read: {}", others.join(", ")));
        }
        let said = self.said(diagnostics);
        let (year, count) = (self.settings.price_year, self.sectors.all.len());
        let title = said.first().cloned().unwrap_or_else(|| self.files.title());
        let about = About {
            title: format!("Input-output tables {title}"),
            description: format!(
                "{count} sectors of regions: what each takes of the others and causes, from {}. Money is that of {year}.",
                read.join(", ")
            ),
            caveat: "the average of a whole sector of a region, per unit of money or of mass as the tables count it"
                .to_owned(),
            producer: "not stated: tables as pymrio reads them".to_owned(),
            version: said.get(1).cloned().unwrap_or_default(),
            geography: "as the regions of the tables".to_owned(),
            is_zero_where_absent: true,
            ..About::default()
        };
        self.draft.finish(&about, self.reference, diagnostics)
    }

    /// Name and version that `metadata.json` states.
    fn said(&self, diagnostics: &mut Diagnostics) -> Vec<String> {
        if !self.files.has("metadata.json") {
            return Vec::new();
        }
        let file = self.files.bytes("metadata.json", DOCUMENT, diagnostics);
        // What is wrong with a file that is not needed is no error.
        let root = file.and_then(|file| documents(&file, &mut Diagnostics::new())?.into_iter().next());
        let text = |key: &str| root.as_ref()?.get(key).and_then(Node::text).map(str::to_owned);
        text("name").map(|name| vec![name, text("version").unwrap_or_default()]).unwrap_or_default()
    }
}
