//! The tables of a whole economy as dense numbers: what multipliers are made of. A matrix is read row by row into its
//! place, and held once.

use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::float::Double;
use crate::base::progress::{Progress, Stage, stopped};

use super::super::amount::{Amount, amount, refused};
use super::super::archive::Archive;
use super::grid::{Head, Row, Spec, Take, read};
use super::layout::{Extension, Layout, PARAMETERS};
use super::sectors::Sectors;
use super::stressors::{asked, units};
use super::{Basis, First, HINT, basis, outputs, unit};

/// Which tables to read.
#[derive(Clone, Debug, Default)]
pub struct EconomySettings {
    /// The folder, or a zip of it.
    pub source: PathBuf,
    /// Folders or names of the extensions to read; all if empty.
    pub extensions: Vec<String>,
    /// Stressors to read, by all their labels with a comma between or by one of them; all if empty.
    pub stressors: Vec<String>,
}

/// A sector of a region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sector {
    /// Its region; empty where the tables have none.
    pub region: String,
    /// Its name.
    pub name: String,
    /// What its output is counted in, as the tables spell it.
    pub unit: String,
}

/// What sectors cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stressor {
    /// The extension it stands in.
    pub extension: String,
    /// Its labels, with a comma between.
    pub name: String,
    /// What it is counted in.
    pub unit: String,
}

/// What sectors take of one another and cause, per unit of their output.
#[derive(Clone, Debug, Default)]
pub struct Economy {
    /// In the order of the columns.
    pub sectors: Vec<Sector>,
    /// In the order of the extensions and their rows.
    pub stressors: Vec<Stressor>,
    /// `A`, row after row: `requirements[i * sectors + j]` is what a unit of sector `j` takes of `i`.
    pub requirements: Vec<f64>,
    /// `S`: `intensities[k * sectors + i]` is how much of stressor `k` a unit of sector `i` causes.
    pub intensities: Vec<f64>,
}

/// Reads the tables that pymrio saves, or of EXIOBASE 3. `None`: something is wrong, and was reported.
pub fn economy(
    settings: &EconomySettings,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Economy> {
    let files = Archive::open(&settings.source, &[], HINT, diagnostics)?;
    let files = files.beginning_at(&[PARAMETERS, "Z.txt", "A.txt"], diagnostics)?;
    let layout = Layout::read(&files, diagnostics)?;
    let (basis, spec) = basis(&layout, &files, diagnostics)?;
    let extensions = asked(&settings.extensions, &layout, &files, diagnostics);
    let mut first = First { file: files.label_of(&spec.file), sectors: None };
    if !read(&files, &spec, diagnostics, &mut first) || diagnostics.has_errors() {
        return None;
    }
    let mut sectors = first.sectors?;
    sectors.spellings(&files, unit(&layout, &files, diagnostics)?, diagnostics)?;
    let mut requirements = requirements(&sectors, &files, &spec, progress, diagnostics)?;
    let has_outputs = basis == Basis::Flows || layout.core.contains_key("x");
    if has_outputs {
        let sums = (!layout.core.contains_key("x")).then(|| row_sums(&requirements, sectors.all.len()));
        outputs(&mut sectors, &layout, basis, &files, sums, diagnostics)?;
    }
    let outputs: Vec<f64> = sectors.all.iter().map(made).collect();
    if basis == Basis::Flows {
        per_output(&mut requirements, &outputs);
    }
    let outputs = has_outputs.then_some(outputs.as_slice());
    let mut found = Economy { requirements, ..Economy::default() };
    let mut named = vec![false; settings.stressors.len()];
    let mut names = Vec::new();
    for extension in extensions {
        let wanted = Wanted { names: &settings.stressors, named: &mut named, others: &mut names };
        causes(&files, extension, &sectors, outputs, wanted, &mut found, diagnostics);
    }
    unknown(&settings.stressors, &named, &names, &files, diagnostics);
    if found.stressors.is_empty() && !diagnostics.has_errors() {
        let message = "there is no stressor: no folder with F or S";
        let place = Place::file(files.label());
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(HINT));
    }
    let sector = |sector: super::sectors::Sector| Sector {
        region: sector.region,
        name: sector.name,
        unit: sector.spelt,
    };
    found.sectors = sectors.all.into_iter().map(sector).collect();
    (!diagnostics.has_errors()).then_some(found)
}

/// What a sector makes, with its sign; 0 if it makes nothing.
fn made(sector: &super::sectors::Sector) -> f64 {
    sector.output.as_ref().map_or(0.0, |o| if o.is_negative { -o.value } else { o.value })
}

/// Rows of numbers divided by what each sector makes; one that makes nothing takes and causes nothing.
fn per_output(rows: &mut [f64], outputs: &[f64]) {
    for row in rows.chunks_mut(outputs.len().max(1)) {
        for (number, output) in row.iter_mut().zip(outputs) {
            *number = if *output == 0.0 { 0.0 } else { *number / output };
        }
    }
}

fn row_sums(rows: &[f64], count: usize) -> Vec<Double> {
    let sum = |row: &[f64]| row.iter().fold(Double::default(), |sum, v| sum.plus_f64(*v));
    rows.chunks(count.max(1)).map(sum).collect()
}

/// Reads the cells of a row into their columns.
fn numbers(file: &str, row: &Row, columns: &[usize], into: &mut [f64], diagnostics: &mut Diagnostics) {
    for (at, (cell, column)) in row.cells().zip(columns).enumerate() {
        match cell.parse::<f64>() {
            Ok(value) if value.is_finite() => into[*column] = value,
            _ => {
                let place = Place::row(file, row.line).column((at + 1).to_string());
                diagnostics.push(refused(cell, amount(cell) == Amount::TooLarge, place));
            }
        }
    }
}

/// Takes `Z` or `A` as it is.
struct Matrix<'a> {
    file: String,
    sectors: &'a Sectors,
    columns: Vec<usize>,
    seen: Vec<bool>,
    count: usize,
    numbers: Vec<f64>,
    progress: &'a dyn Progress,
    stopped: bool,
}

impl Take for Matrix<'_> {
    fn goes_on(&self) -> bool {
        !self.stopped
    }

    fn head(&mut self, head: &Head, diagnostics: &mut Diagnostics) -> bool {
        self.columns = self.sectors.columns(&self.file, head, diagnostics).unwrap_or_default();
        !self.columns.is_empty()
    }

    fn row(&mut self, row: &Row, diagnostics: &mut Diagnostics) {
        let place = Place::row(&self.file, row.line);
        let is_new = |from| !std::mem::replace(&mut self.seen[from], true);
        let Some(from) = self.sectors.once(row.labels, &place, is_new, diagnostics) else { return };
        let n = self.columns.len();
        numbers(&self.file, row, &self.columns, &mut self.numbers[from * n..(from + 1) * n], diagnostics);
        self.count += 1;
        self.stopped = !self.progress.tick(Stage::Reading, self.count, n);
    }
}

fn requirements(
    sectors: &Sectors,
    files: &Archive,
    spec: &Spec,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<f64>> {
    let (file, n) = (files.label_of(&spec.file), sectors.all.len());
    let mut take = Matrix {
        file: file.clone(),
        sectors,
        columns: Vec::new(),
        seen: vec![false; n],
        count: 0,
        numbers: vec![0.0; n * n],
        progress,
        stopped: false,
    };
    let fine = read(files, spec, diagnostics, &mut take);
    if take.stopped {
        diagnostics.push(stopped());
        return None;
    }
    if fine && take.count < n {
        let message = format!("the table has {} rows, not one for each of {n} sectors", take.count);
        let diagnostic = Diagnostic::error(codes::RAGGED_ROW, message).at(Place::file(file));
        diagnostics.push(diagnostic.hint(HINT));
        return None;
    }
    fine.then_some(take.numbers)
}

/// Which stressors are wanted, which of them were met, and what others there are.
struct Wanted<'a> {
    names: &'a [String],
    named: &'a mut [bool],
    others: &'a mut Vec<String>,
}

impl Wanted<'_> {
    fn is(&mut self, labels: &[String]) -> bool {
        let full = labels.join(", ");
        let mut found = self.names.is_empty();
        for (name, named) in self.names.iter().zip(self.named.iter_mut()) {
            if *name == full || labels.contains(name) {
                *named = true;
                found = true;
            }
        }
        if !found {
            self.others.push(full);
        }
        found
    }
}

fn unknown(
    wanted: &[String],
    named: &[bool],
    others: &[String],
    files: &Archive,
    diagnostics: &mut Diagnostics,
) {
    for name in wanted.iter().zip(named).filter(|(_, named)| !**named).map(|(name, _)| name) {
        let message = format!("there is no stressor `{name}`");
        let diagnostic = Diagnostic::error(codes::NOT_FOUND, message).at(Place::file(files.label()));
        let near = diagnostics.nearest(name, others.iter().map(String::as_str));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let some: Vec<&str> = others.iter().take(8).map(String::as_str).collect();
                format!("such as: {}", some.join("; "))
            }
        };
        diagnostics.push(diagnostic.hint(hint));
    }
}

/// Takes `F` or `S` as it is.
struct Causes<'a> {
    file: String,
    extension: &'a Extension,
    units: std::collections::BTreeMap<Vec<String>, String>,
    sectors: &'a Sectors,
    columns: Vec<usize>,
    wanted: Wanted<'a>,
    outputs: Option<&'a [f64]>,
    found: &'a mut Economy,
}

impl Take for Causes<'_> {
    fn head(&mut self, head: &Head, diagnostics: &mut Diagnostics) -> bool {
        self.columns = self.sectors.columns(&self.file, head, diagnostics).unwrap_or_default();
        !self.columns.is_empty()
    }

    fn row(&mut self, row: &Row, diagnostics: &mut Diagnostics) {
        if !self.wanted.is(row.labels) {
            return;
        }
        let Some(unit) = self.units.get(row.labels) else {
            let message = format!("`{}` has no unit", row.labels.join(", "));
            let hint = format!("`unit` of `{}` has a row for each row of `F`", self.extension.folder);
            let place = Place::row(&self.file, row.line);
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
            return;
        };
        self.found.stressors.push(Stressor {
            extension: self.extension.folder.clone(),
            name: row.labels.join(", "),
            unit: unit.clone(),
        });
        let begin = self.found.intensities.len();
        self.found.intensities.resize(begin + self.columns.len(), 0.0);
        let own = &mut self.found.intensities[begin..];
        numbers(&self.file, row, &self.columns, own, diagnostics);
        if let Some(outputs) = self.outputs {
            per_output(own, outputs);
        }
    }
}

/// Reads what an extension says: `F` where it is known what sectors make, or else `S`.
fn causes(
    files: &Archive,
    extension: &Extension,
    sectors: &Sectors,
    outputs: Option<&[f64]>,
    wanted: Wanted<'_>,
    found: &mut Economy,
    diagnostics: &mut Diagnostics,
) {
    let Some(units) = units(files, extension, diagnostics) else { return };
    let (totals, rates) = (extension.tables.get("F"), extension.tables.get("S"));
    let (spec, outputs) = match (totals, rates, outputs) {
        (Some(totals), _, Some(outputs)) => (totals, Some(outputs)),
        (_, Some(rates), _) => (rates, None),
        _ => {
            let message = format!("`{}` has `F` and no `S`, and there is no `x`", extension.folder);
            let hint = "totals are divided by what sectors make: add the table `x`";
            let place = Place::file(files.label());
            diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
            return;
        }
    };
    let mut take = Causes {
        file: files.label_of(&spec.file),
        extension,
        units,
        sectors,
        columns: Vec::new(),
        wanted,
        outputs,
        found,
    };
    read(files, spec, diagnostics, &mut take);
}
