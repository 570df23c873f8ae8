//! Multipliers of an economy: a table for people, rows of stressors x sectors, a row a sector, JSON.

use std::fmt::Write as _;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use serde_json::{Value, json};

use crate::base::diagnostic::{Diagnostic, Place, codes};
use crate::data::importers::supply::Stressor;
use crate::data::write::Batch;
use crate::study::multipliers::Multipliers;

use super::columns::Columns;
use super::display::amount;
use super::table::aligned;
use super::{one_file, parquet};

/// Rows of a part.
const PART: usize = 65_536;
/// Numbers that a terminal shows one by one; of more it shows what each stressor is like.
const SHOWN: usize = 240;
/// Stressors that stand beside each other.
const BESIDE: usize = 6;

/// One row a stressor x sector, in parts; at least one part, which may be empty.
pub fn parts(found: &Multipliers) -> impl Iterator<Item = Columns> {
    let total = found.values.len();
    (0..total.div_ceil(PART).max(1)).map(move |part| rows(found, part * PART..total.min((part + 1) * PART)))
}

/// Some of the rows.
pub fn rows(found: &Multipliers, range: Range<usize>) -> Columns {
    let count = found.sectors.len();
    let places: Vec<usize> = range.collect();
    let sector = |at: &usize| &found.sectors[at % count];
    let stressor = |at: &usize| &found.stressors[at / count];
    Columns::of(&places)
        .text("region", |at| &sector(at).region)
        .text("sector", |at| &sector(at).name)
        .text("unit", |at| &sector(at).unit)
        .text("extension", |at| &stressor(at).extension)
        .text("stressor", |at| &stressor(at).name)
        .number("multiplier", |at| Some(found.values[*at]))
        .text("multiplier_unit", |at| &stressor(at).unit)
        .number("error_bound", |at| Some(found.bounds[*at]))
        .flag("proved", |at| found.proved[at / count])
        .done()
}

/// The heading of a stressor where it has a column: with its unit, and its extension where another one has one of its
/// name.
fn heading(found: &Multipliers, stressor: &Stressor) -> String {
    let is_twice = found.stressors.iter().filter(|other| other.name == stressor.name).count() > 1;
    let extension = if is_twice { format!("{}: ", stressor.extension) } else { String::new() };
    let unit = if stressor.unit.is_empty() { String::new() } else { format!(" [{}]", stressor.unit) };
    format!("{extension}{}{unit}", stressor.name)
}

/// One row a sector, with a column for each stressor. Bounds are in the rows of [`parts`].
pub fn by_sector(found: &Multipliers) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let text = |get: fn(&crate::data::importers::supply::EconomySector) -> &String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(found.sectors.iter().map(get)))
    };
    let mut columns = vec![
        ("region".to_owned(), text(|sector| &sector.region)),
        ("sector".to_owned(), text(|sector| &sector.name)),
        ("unit".to_owned(), text(|sector| &sector.unit)),
    ];
    for (k, stressor) in found.stressors.iter().enumerate() {
        let values: ArrayRef = Arc::new(Float64Array::from(found.of(k).to_vec()));
        columns.push((heading(found, stressor), values));
    }
    RecordBatch::try_from_iter(columns)
}

/// The same as a CSV.
pub fn csv_by_sector(found: &Multipliers) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads = found.stressors.iter().map(|stressor| heading(found, stressor));
    let head = ["region", "sector", "unit"].map(str::to_owned).into_iter().chain(heads);
    // Writing to memory does not fail.
    let _ = writer.write_record(head);
    for (at, sector) in found.sectors.iter().enumerate() {
        let numbers = (0..found.stressors.len()).map(|k| found.of(k)[at].to_string());
        let words = [&sector.region, &sector.name, &sector.unit].map(Clone::clone).into_iter();
        let _ = writer.write_record(words.chain(numbers));
    }
    writer.into_inner().unwrap_or_default()
}

/// Writes a file `.csv`, `.parquet` or `.json`, a row a stressor x sector, or a sector if `wide`; it has no name until
/// the batch is committed.
pub fn stage(path: &Path, found: &Multipliers, wide: bool) -> Result<Batch, Diagnostic> {
    if !wide {
        return one_file::stage(path, parts(found), || super::json::text(&json(found)), &lineage());
    }
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default().to_lowercase();
    let mut batch = Batch::files();
    let (bytes, mut file) = match end.as_str() {
        "csv" => (Ok(csv_by_sector(found)), batch.open(path)?),
        "parquet" => {
            let made =
                by_sector(found).map_err(parquet_error).and_then(|rows| parquet::of_batch(&rows, &lineage()));
            (made, batch.open(path)?)
        }
        _ => {
            let message = "a table with a column for each stressor is written as .csv or .parquet";
            let diagnostic = Diagnostic::error(codes::UNWRITABLE, message);
            return Err(diagnostic.at(Place::file(path.to_string_lossy())).hint("such as out.csv"));
        }
    };
    let bytes = bytes.map_err(|error| file.failed(&error))?;
    file.write_all(&bytes).map_err(|error| file.failed(&error))?;
    batch.close(file)?;
    Ok(batch)
}

fn parquet_error(error: arrow_schema::ArrowError) -> ::parquet::errors::ParquetError {
    error.into()
}

/// What the file says of itself.
pub fn lineage() -> String {
    json!({ "kind": "multipliers", "equation": "M = S (I - A)^-1" }).to_string()
}

/// The whole answer.
pub fn json(found: &Multipliers) -> Value {
    let sectors: Vec<Value> = found
        .sectors
        .iter()
        .map(|sector| json!({ "region": sector.region, "sector": sector.name, "unit": sector.unit }))
        .collect();
    let count = found.sectors.len();
    let stressors = found.stressors.iter().enumerate().map(|(k, stressor)| {
        json!({
            "extension": stressor.extension, "stressor": stressor.name, "unit": stressor.unit,
            "proved": found.proved[k], "multipliers": found.of(k),
            "error_bounds": &found.bounds[k * count..(k + 1) * count],
        })
    });
    json!({ "sectors": sectors, "stressors": stressors.collect::<Vec<_>>() })
}

/// The answer as text: each number, or what each stressor is like where there are many.
pub fn table(found: &Multipliers) -> String {
    let mut text = if found.values.len() > SHOWN {
        summary(found)
    } else if found.stressors.len() <= BESIDE {
        beside(found)
    } else {
        below(found)
    };
    if found.proved.iter().any(|proved| !proved) {
        text.push_str("\n~ an estimate: it has no proved bound\n");
    }
    let units: std::collections::BTreeSet<&str> =
        found.sectors.iter().map(|sector| sector.unit.as_str()).filter(|unit| !unit.is_empty()).collect();
    let per = match units.len() {
        0 => "unit".to_owned(),
        1 => units.into_iter().collect(),
        _ => "unit of the sector".to_owned(),
    };
    let widest = amount(found.widest());
    let _ = writeln!(text, "\nper {per} of final demand; proved to {widest} of each multiplier");
    text
}

fn mark(found: &Multipliers, k: usize) -> &'static str {
    if found.proved[k] { "" } else { "~" }
}

fn beside(found: &Multipliers) -> String {
    let heads: Vec<String> = found.stressors.iter().map(|stressor| heading(found, stressor)).collect();
    let mut header = vec!["region", "sector"];
    header.extend(heads.iter().map(String::as_str));
    let rows = found.sectors.iter().enumerate().map(|(at, sector)| {
        let numbers = (0..heads.len()).map(|k| format!("{}{}", amount(found.of(k)[at]), mark(found, k)));
        [sector.region.clone(), sector.name.clone()].into_iter().chain(numbers).collect()
    });
    aligned(&header, &rows.collect::<Vec<Vec<String>>>(), 2)
}

fn below(found: &Multipliers) -> String {
    let rows = found.stressors.iter().enumerate().flat_map(|(k, stressor)| {
        found.sectors.iter().enumerate().map(move |(at, sector)| {
            let number = format!("{}{}", amount(found.of(k)[at]), mark(found, k));
            vec![
                sector.region.clone(),
                sector.name.clone(),
                stressor.name.clone(),
                number,
                stressor.unit.clone(),
            ]
        })
    });
    aligned(&["region", "sector", "stressor", "multiplier", "unit"], &rows.collect::<Vec<_>>(), 3)
}

fn summary(found: &Multipliers) -> String {
    let rows = found.stressors.iter().enumerate().map(|(k, stressor)| {
        let mut order: Vec<usize> = (0..found.sectors.len()).collect();
        order.sort_by(|a, b| found.of(k)[*a].total_cmp(&found.of(k)[*b]));
        let middle = order.get(order.len() / 2).map(|at| amount(found.of(k)[*at])).unwrap_or_default();
        let (largest, whose) = order.last().map_or_else(Default::default, |at| {
            let sector = &found.sectors[*at];
            (amount(found.of(k)[*at]), format!("{} {}", sector.region, sector.name).trim().to_owned())
        });
        let bound = format!("{}{}", amount(found.widest_of(k)), mark(found, k));
        vec![stressor.name.clone(), stressor.unit.clone(), middle, largest, bound, whose]
    });
    let header = ["stressor", "unit", "median", "largest", "bound", "largest is of"];
    let mut text = aligned(&header, &rows.collect::<Vec<_>>(), 2);
    let _ = writeln!(
        text,
        "\n{} sectors x {} stressors are more than fit here: a file has all of them",
        found.sectors.len(),
        found.stressors.len()
    );
    text
}
