//! Lines that cannot be priced, as CSV: where they are, why, and what they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use arrow_schema::Schema;

use crate::base::diagnostic::{Diagnostic, Place, codes};
use crate::data::lines::{Rows, Unreadable};
use crate::pricing::lines::{Reason, Rejected};

use super::text::{cells, quoted};

/// Columns before those of the lines.
const COLUMNS: [&str; 6] = ["row", "file", "reason", "column", "value", "message"];

/// Lines that cannot be priced, in order.
#[derive(Debug, Default)]
pub(super) struct Rejects {
    /// As rows of a CSV.
    pub(super) bytes: Vec<u8>,
    pub(super) counts: BTreeMap<Reason, u64>,
}

/// The header: the columns of the lines keep their names, unless they have one of ours.
pub(super) fn header(schema: &Schema) -> Vec<u8> {
    let mut bytes = COLUMNS.join(",").into_bytes();
    let mut taken: BTreeSet<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    taken.extend(
        schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .filter(|name| !COLUMNS.contains(&name.as_str())),
    );
    for field in schema.fields() {
        let mut name = field.name().clone();
        if COLUMNS.contains(&name.as_str()) {
            while !taken.insert(name.clone()) {
                name = format!("line.{name}");
            }
        }
        bytes.push(b',');
        quoted(&name, &mut bytes);
    }
    bytes.push(b'\n');
    bytes
}

/// A line that cannot be priced, of either kind.
enum Bad<'a> {
    Rejected(&'a Rejected),
    Unreadable(&'a Unreadable),
}

fn in_order<'a>(rows: &'a Rows, rejected: &'a [Rejected]) -> Vec<(u64, Bad<'a>)> {
    let mut all: Vec<(u64, Bad)> =
        rejected.iter().map(|line| (rows.number(line.row), Bad::Rejected(line))).collect();
    all.extend(rows.unreadable.iter().map(|row| (row.line, Bad::Unreadable(row))));
    all.sort_by_key(|(number, _)| *number);
    all
}

impl Rejects {
    /// Adds those of rows that were read together.
    pub(super) fn add(&mut self, rows: &Rows, rejected: &[Rejected]) {
        for (number, bad) in in_order(rows, rejected) {
            let (reason, column, value, message) = match bad {
                Bad::Rejected(line) => (line.reason, &line.column, &line.value, &line.message),
                Bad::Unreadable(row) => (Reason::Unreadable, &row.column, &row.text, &row.message),
            };
            *self.counts.entry(reason).or_default() += 1;
            let _ = write!(self.bytes, "{number},");
            for (text, end) in
                [(&*rows.file, ","), (reason.word(), ","), (column, ","), (value, ","), (message, "")]
            {
                quoted(text, &mut self.bytes);
                self.bytes.extend_from_slice(end.as_bytes());
            }
            match bad {
                Bad::Rejected(line) => cells(&rows.batch, line.row, &mut self.bytes),
                Bad::Unreadable(row) => {
                    for at in 0..rows.batch.num_columns() {
                        self.bytes.push(b',');
                        quoted(row.cells.get(at).map_or("", String::as_str), &mut self.bytes);
                    }
                }
            }
            self.bytes.push(b'\n');
        }
    }
}

/// The first of them, as what ends it all.
pub(super) fn first(rows: &Rows, rejected: &[Rejected]) -> Option<Diagnostic> {
    let (number, bad) = in_order(rows, rejected).into_iter().next()?;
    let (reason, column, message) = match bad {
        Bad::Rejected(line) => (line.reason, &line.column, &line.message),
        Bad::Unreadable(row) => (Reason::Unreadable, &row.column, &row.message),
    };
    let place = Place::row(&*rows.file, number);
    let place = if column.is_empty() { place } else { place.column(column) };
    let hint = "nothing was written; without `--strict` such lines go to a file of their own";
    let message = format!("{}: {message}", reason.word());
    Some(Diagnostic::error(codes::BAD_LINE, message).at(place).hint(hint))
}
