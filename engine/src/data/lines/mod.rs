//! Lines: any number of rows, read a piece at a time from files, folders, standard input or a program.
//!
//! A [`LineSource`] is cut into [`Unit`]s, in order. Units are cut the same way at every run, and each is read by
//! whichever thread takes it.

mod at;
mod batches;
mod csv;
mod files;
mod ipc;
mod parquet;
mod unit;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_schema::SchemaRef;

use crate::base::diagnostic::Diagnostic;

pub use self::files::{Format, same_file};
pub use self::parquet::Chunks;
pub use self::unit::{Rows, Unit, Unreadable};

/// Rows of a batch that is priced at once.
pub const BATCH: usize = 65_536;
/// Most rows of a unit.
pub const MOST: usize = 1 << 20;
/// Bytes that a row of a CSV has about, as far as the size of units goes.
const CSV_ROW: usize = 32;

/// Units, in order. After an error there is no more.
pub type Units = Box<dyn Iterator<Item = Result<Unit, Diagnostic>> + Send>;

/// Where lines come from.
pub struct LineSource {
    /// What diagnostics call it.
    pub label: String,
    /// The schema of all batches. Text that a Parquet file keeps in dictionaries is read in dictionaries.
    pub schema: SchemaRef,
    /// The schema as the files state it: the same columns.
    pub stated: SchemaRef,
    /// The files, by name; none for a stream.
    pub files: Vec<PathBuf>,
    /// The folder that they are all in, if it is read as a whole.
    pub folder: Option<PathBuf>,
    cut: Cut,
    total: Total,
}

/// Cuts lines into units of so many rows at most.
type Cut = Box<dyn FnOnce(usize) -> Units + Send>;

/// How many lines there are.
enum Total {
    Unknown,
    Rows(u64),
    Bytes(Arc<Seen>),
}

/// How much of files is read.
#[derive(Debug, Default)]
struct Seen {
    bytes: AtomicU64,
    all: u64,
}

impl Seen {
    fn new(files: &[PathBuf]) -> Arc<Self> {
        let bytes = |file: &PathBuf| std::fs::metadata(file).map_or(0, |metadata| metadata.len());
        Arc::new(Self { bytes: AtomicU64::new(0), all: files.iter().map(bytes).sum() })
    }

    fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl Total {
    fn of(&self, rows: u64) -> u64 {
        match self {
            Self::Unknown => 0,
            Self::Rows(rows) => *rows,
            Self::Bytes(seen) => {
                let bytes = seen.bytes.load(Ordering::Relaxed);
                if bytes == 0 { 0 } else { (rows as f64 * (seen.all as f64 / bytes as f64)) as u64 }
            }
        }
    }
}

/// How many lines a source has.
pub struct Length(Total);

impl Length {
    /// How many, when `rows` of them are read: as files state it, or estimated; 0 if nobody knows.
    pub fn total(&self, rows: u64) -> u64 {
        self.0.of(rows)
    }
}

impl LineSource {
    /// Cuts it into units of about `most` rows, [`MOST`] at most, and says how many lines there are. A row group of
    /// Parquet is a unit if it has no more rows than that.
    pub fn units(self, most: usize) -> (Units, Length) {
        ((self.cut)(most.clamp(BATCH, MOST)), Length(self.total))
    }
}
