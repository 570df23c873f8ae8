//! A table as one file, in the format that its name ends with.

use std::io::Write;
use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Place, codes};
use crate::data::write::Batch;

use super::columns::{Columns, csv_part};
use super::parquet;

/// Writes a table into a file `.csv`, `.parquet` or `.json`, under a temporary name until the batch is committed. Its parts
/// have the same columns; there is at least one. `lineage` goes into the metadata of Parquet.
pub fn stage(
    path: &Path,
    mut parts: impl Iterator<Item = Columns>,
    json: impl FnOnce() -> String,
    lineage: &str,
) -> Result<Batch, Diagnostic> {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default().to_lowercase();
    let mut batch = Batch::files();
    let mut file = match end.as_str() {
        "csv" | "parquet" | "json" => batch.open(path)?,
        _ => return Err(unknown(path)),
    };
    let written: Result<(), Box<dyn std::error::Error>> = match end.as_str() {
        "csv" => parts
            .enumerate()
            .try_for_each(|(at, part)| file.write_all(&csv_part(&part, at == 0)))
            .map_err(Into::into),
        "json" => file.write_all(json().as_bytes()).map_err(Into::into),
        _ => {
            let first = parts.next().unwrap_or_default();
            parquet::stream(&mut file, &first, parts, lineage).map_err(Into::into)
        }
    };
    if let Err(error) = written {
        return Err(file.failed(&*error));
    }
    batch.close(file)?;
    Ok(batch)
}

fn unknown(path: &Path) -> Diagnostic {
    let message = "nobody knows the format of this file: its name ends with none of .csv, .parquet, .json";
    Diagnostic::error(codes::UNWRITABLE, message)
        .at(Place::file(path.to_string_lossy()))
        .hint("such as out.csv")
}
