//! The job of pricing lines: reads them piece by piece, prices them on threads, and writes priced lines, their sums and
//! those that cannot be priced; all of them or none.

mod asked;
mod encode;
mod group;
mod paths;
mod queue;
mod rejects;
mod sink;
mod sums;
mod text;
mod work;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::Progress;
use crate::data::lines::LineSource;
use crate::pricing::book::Book;
use crate::pricing::lines::{LineOptions, Reason};

pub use asked::{Asked, columns_file};
pub use paths::{Out, Outputs};

/// Lines to price, and where to.
pub struct Job {
    /// The lines.
    pub source: LineSource,
    /// What they are priced with.
    pub book: Arc<Book>,
    /// The file that the book is in, if it is in one: nothing is written over it.
    pub book_file: Option<PathBuf>,
    /// What their columns are, and what is asked.
    pub options: LineOptions,
    /// Where the answer goes.
    pub outputs: Outputs,
    /// Does the first line that cannot be priced end it all?
    pub strict: bool,
    /// How many threads price; as many as the machine has if nobody says. The answer is the same for any number.
    pub threads: Option<NonZeroUsize>,
}

/// What became of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many were read.
    pub read: u64,
    /// How many were priced.
    pub accepted: u64,
    /// How many were not, by why.
    pub rejected: BTreeMap<Reason, u64>,
    /// Where the rejected are.
    pub rejects: Option<PathBuf>,
    /// Which column was taken for what, in words.
    pub reading: String,
    /// Did who reads standard output go away? Then nothing else was written.
    pub is_closed: bool,
}

impl Counts {
    /// How many were not priced.
    pub fn rejected(&self) -> u64 {
        self.rejected.values().sum()
    }

    fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.accepted += other.accepted;
        for (reason, count) in &other.rejected {
            *self.rejected.entry(*reason).or_default() += count;
        }
    }

    /// In words: `read 1,000 lines: 990 priced, 10 rejected (6 unknown-product, 4 no-rate): see x.rejects.csv`.
    pub fn text(&self) -> String {
        let (read, accepted, rejected) =
            (thousands(self.read), thousands(self.accepted), thousands(self.rejected()));
        let lines = if self.read == 1 { "line" } else { "lines" };
        let mut text = format!("read {read} {lines}: {accepted} priced, {rejected} rejected");
        let mut reasons: Vec<(&Reason, &u64)> = self.rejected.iter().collect();
        reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(**count), reason.word()));
        if !reasons.is_empty() {
            let each =
                reasons.iter().map(|(reason, count)| format!("{} {}", thousands(**count), reason.word()));
            text += &format!(" ({})", each.collect::<Vec<_>>().join(", "));
            if let Some(path) = &self.rejects {
                text += &format!(": see {}", path.display());
            }
        }
        text
    }
}

/// `1234567` as `1,234,567`.
fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Prices lines. `None`: nothing was written, for an error.
pub fn run(job: Job, progress: &dyn Progress, diagnostics: &mut Diagnostics) -> Option<Counts> {
    work::run(job, progress, diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_with_the_most_first() {
        let rejected = BTreeMap::from([
            (Reason::UnknownProduct, 4),
            (Reason::NoRate, 1_000_006),
            (Reason::MissingValue, 4),
        ]);
        let counts = Counts {
            read: 1_234_567,
            accepted: 234_553,
            rejected,
            rejects: Some("x.rejects.csv".into()),
            ..Counts::default()
        };
        assert_eq!(
            counts.text(),
            "read 1,234,567 lines: 234,553 priced, 1,000,014 rejected \
             (1,000,006 no-rate, 4 missing-value, 4 unknown-product): see x.rejects.csv"
        );
        let one = Counts { read: 1, accepted: 1, ..Counts::default() };
        assert_eq!(one.text(), "read 1 line: 1 priced, 0 rejected");
    }
}
