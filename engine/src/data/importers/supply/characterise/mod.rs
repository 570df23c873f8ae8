//! Characterisation: a table says how much of which indicator one unit of a flow is, by which method.

mod compartment;
mod met;
mod sums;

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::unit::Measure;
use crate::data::bound::Bound;
use crate::data::cells::Cells;
use crate::data::manifest::Kind;
use crate::data::reference::{Reference, Verification, like};
use crate::data::schema;
use crate::data::source::{Library, Shelf, Source};
use crate::data::table::Table;

pub(super) use met::Met;
pub(super) use sums::{Sums, Target};

/// What one unit of a flow is of an indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Characterised {
    /// Where the flow goes to or comes from; empty: wherever.
    pub compartment: String,
    /// The unit of the flow, as its source spells it.
    pub flow_unit: String,
    /// Indicator of the reference table.
    pub indicator: String,
    /// Amount of the indicator, in `unit`, that one unit of the flow is.
    pub factor: f64,
    /// Unit of the amount.
    pub unit: String,
    /// Characterisation method; empty where the flow is the indicator itself.
    pub method: String,
    /// Where the factor is from.
    pub source: String,
}

/// A table of characterisation: rows by flow.
#[derive(Clone, Debug, Default)]
pub struct Characterisation {
    rows: BTreeMap<String, Vec<Characterised>>,
    /// Is it one of the program, which has more flows than any source?
    is_shipped: bool,
}

/// The table of a file, CSV or Parquet, of a folder, or of a name, such as `gwp100-ar4`.
pub fn find(name: &str, library: &Library) -> Result<Source, Diagnostic> {
    let path = Path::new(name);
    let is_file = path.extension().is_some_and(|end| {
        ["csv", "parquet"].iter().any(|known| end.eq_ignore_ascii_case(known)) && !path.is_dir()
    });
    if is_file {
        return Ok(Source::file(path, schema::CHARACTERISATION.table));
    }
    library.find(Shelf::Characterisation, name).map_err(|diagnostic| {
        let shelf = library.names(Shelf::Characterisation).join(", ");
        let near = diagnostic.hint.clone().filter(|hint| hint.starts_with("did you"));
        diagnostic.hint(near.unwrap_or_else(|| {
            format!("there are {shelf}; a file that ends in .csv or .parquet, and a folder, work too")
        }))
    })
}

impl Characterisation {
    /// Reads a table; all that is wrong with it is reported.
    pub fn read(source: Source, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Self> {
        Self::hashed(source, reference, diagnostics).map(|(read, _)| read)
    }

    /// The same, with its hash.
    pub fn hashed(
        source: Source,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Self, String)> {
        let before = diagnostics.errors();
        let is_shipped = source.is_built_in();
        let mut opened = source.open(Kind::Characterisation, diagnostics)?;
        let schema = &schema::CHARACTERISATION;
        let read =
            opened.read(schema, &(), diagnostics, |bound, found| Self::of_rows(bound, reference, found));
        if read.is_none() && diagnostics.errors() == before {
            let place = Place::file(opened.source.file_label("characterisation.csv"));
            let message = "the table `characterisation` is missing";
            diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place));
        }
        let read = read.filter(|_| diagnostics.errors() == before)?;
        Some((Self { is_shipped, ..read }, opened.hash()))
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows.values().map(Vec::len).sum()
    }

    fn of_rows(bound: &Bound, reference: &Reference, diagnostics: &mut Diagnostics) -> Self {
        let mut read = Self::default();
        let mut method_of: BTreeMap<String, (String, String, u64)> = BTreeMap::new();
        bound.each(|cells| {
            let Some((flow, row)) = row(&cells, reference, diagnostics) else { return };
            let stated = (row.unit.clone(), row.method.clone(), cells.line());
            let first = method_of.entry(row.indicator.clone()).or_insert_with(|| stated.clone());
            if (&first.0, &first.1) != (&stated.0, &stated.1) {
                let message = format!(
                    "`{}` is `{}` by the method `{}` here, and `{}` by `{}` in row {}",
                    row.indicator, row.unit, row.method, first.0, first.1, first.2
                );
                let hint =
                    "amounts that are added up need one unit and one method: make a table for each method";
                let place = cells.place().column("method");
                diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            }
            let rows = read.rows.entry(flow).or_default();
            let place = compartment::key(&row.compartment);
            let is_same = |other: &&Characterised| {
                other.indicator == row.indicator && compartment::key(&other.compartment) == place
            };
            if let Some(other) =
                rows.iter().find(is_same).filter(|other| other.compartment != row.compartment)
            {
                let message = format!(
                    "`{}` and `{}` are the same compartment, and both have a row of `{}`",
                    other.compartment, row.compartment, row.indicator
                );
                let place = cells.place().column("compartment");
                let hint = "keep one of them";
                diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
            }
            rows.push(row);
        });
        read
    }

    /// A table of the program itself.
    pub(super) fn built_in(
        name: &str,
        text: &str,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let before = diagnostics.errors();
        let table = Table::from_csv(name, text.as_bytes(), diagnostics)?;
        let bound = Bound::new(&table, &schema::CHARACTERISATION, diagnostics)?;
        let read = Self::of_rows(&bound, reference, diagnostics);
        (diagnostics.errors() == before).then_some(read)
    }

    /// What a flow of a compartment is: of each indicator, the row that names its compartment the closest.
    pub fn of(&self, flow: &str, compartment: &str) -> Vec<&Characterised> {
        let rows = self.rows.get(flow).map(Vec::as_slice).unwrap_or_default();
        let mut closest: BTreeMap<&str, ((usize, usize), &Characterised)> = BTreeMap::new();
        for row in rows {
            let Some(close) = compartment::closeness(&row.compartment, compartment) else { continue };
            let best = closest.entry(&row.indicator).or_insert((close, row));
            if close > best.0 {
                *best = (close, row);
            }
        }
        closest.into_values().map(|(_, row)| row).collect()
    }

    /// Flows of the table.
    pub fn flows(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }
}

impl Characterised {
    /// Is it a row for a compartment, such as `Emission to air/high. pop.`?
    fn fits(&self, path: &str) -> bool {
        compartment::closeness(&self.compartment, path).is_some()
    }
}

fn row(
    cells: &Cells,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<(String, Characterised)> {
    let flow = cells.required("flow", diagnostics);
    let flow_unit = cells.required("flow_unit", diagnostics);
    let indicator = cells.id("indicator", diagnostics);
    let factor = cells.number("factor", diagnostics);
    let unit = cells.unit("unit", &reference.units, diagnostics);
    let source = cells.required("source", diagnostics);
    let known = indicator.as_ref().and_then(|id| reference.indicators.get(id));
    if let (Some(id), None) = (&indicator, known) {
        let message = format!("there is no indicator `{id}`");
        let mut diagnostic =
            Diagnostic::error(codes::DANGLING, message).at(cells.place().column("indicator"));
        if let Some(hint) = like(id, &reference.indicators) {
            diagnostic = diagnostic.hint(hint);
        }
        diagnostics.push(diagnostic);
    }
    if let (Some(unit), Some(known)) = (&unit, known) {
        let mismatch = match &known.unit {
            Measure::Physical(its) => unit.ratio_to(its).err().map(|error| error.to_string()),
            money => Some(format!("`{}` does not convert to `{money}`", unit.text())),
        };
        if let Some(why) = mismatch {
            let message = format!("`{}` is measured in `{}`: {why}", known.id, known.unit);
            diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(cells.place().column("unit")));
            return None;
        }
    }
    known?;
    Verification::of(cells, diagnostics);
    Some((
        flow?.to_owned(),
        Characterised {
            compartment: cells.string("compartment").trim().to_owned(),
            flow_unit: flow_unit?.to_owned(),
            indicator: indicator?,
            factor: factor?.float,
            unit: unit?.text().to_owned(),
            method: cells.string("method"),
            source: source?.to_owned(),
        },
    ))
}
