//! What was read and what became of it: nothing is lost in silence.

use std::collections::BTreeMap;

use crate::base::diagnostic::Place;

/// Things that were left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Left {
    count: usize,
    first: Place,
}

/// What was read, and what became of each of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What is counted: `lines`, `things`.
    pub noun: &'static str,
    read: usize,
    taken: BTreeMap<&'static str, usize>,
    left: BTreeMap<String, Left>,
    notes: Vec<String>,
    tallies: BTreeMap<String, usize>,
}

impl Told {
    /// Nothing was read yet.
    pub(super) fn new(noun: &'static str) -> Self {
        Self { noun, ..Self::default() }
    }

    /// One was read, and became a row of a table.
    pub(super) fn take(&mut self, table: &'static str) {
        self.read += 1;
        *self.taken.entry(table).or_default() += 1;
    }

    /// Many were read, and became rows of a table.
    pub(super) fn take_many(&mut self, table: &'static str, count: usize) {
        if count > 0 {
            self.read += count;
            *self.taken.entry(table).or_default() += count;
        }
    }

    /// Many were read, and left out for one reason.
    pub(super) fn leave_many(&mut self, reason: impl Into<String>, place: Place, count: usize) {
        if count > 0 {
            self.read += count;
            self.left.entry(reason.into()).or_insert(Left { count: 0, first: place }).count += count;
        }
    }

    /// One was read, and left out.
    pub(super) fn leave(&mut self, reason: impl Into<String>, place: Place) {
        self.read += 1;
        self.left.entry(reason.into()).or_insert(Left { count: 0, first: place }).count += 1;
    }

    /// Something that should be known beside it.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }

    /// Something that should be known beside it, of one more.
    pub(super) fn tally(&mut self, text: impl Into<String>) {
        *self.tallies.entry(text.into()).or_default() += 1;
    }

    /// How many were read.
    pub fn read(&self) -> usize {
        self.read
    }

    /// How many became rows of a table.
    pub fn taken(&self, table: &str) -> usize {
        self.taken.get(table).copied().unwrap_or_default()
    }

    /// How many became rows of any table.
    pub fn all_taken(&self) -> usize {
        self.taken.values().sum()
    }

    /// Why things were left out, and how many for each reason.
    pub fn left_out(&self) -> impl Iterator<Item = (&str, usize)> {
        self.left.iter().map(|(reason, left)| (reason.as_str(), left.count))
    }

    /// What should be known beside it.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// For people: one line for each table and each reason; the numbers add up to what was read.
    pub fn text(&self) -> String {
        let mut text = format!("read {} {}\n", self.read, self.noun);
        let width = self.read.to_string().len();
        for (table, count) in &self.taken {
            text.push_str(&format!("  {count:>width$}  in {table}\n"));
        }
        for (reason, left) in &self.left {
            let first = if left.count == 1 { "" } else { "first: " };
            text.push_str(&format!("  {:>width$}  left out: {reason} ({first}{})\n", left.count, left.first));
        }
        for (note, count) in &self.tallies {
            text.push_str(&format!("note: {count} {note}\n"));
        }
        for note in &self.notes {
            text.push_str(&format!("note: {note}\n"));
        }
        text
    }

    /// For people, in one line.
    pub(super) fn sentence(&self) -> String {
        let taken = self.taken.iter().map(|(table, count)| format!("{count} {table}"));
        let left = self.left.iter().map(|(reason, left)| format!("{} left out, {reason}", left.count));
        let parts: Vec<String> = taken.chain(left).collect();
        if parts.is_empty() { format!("no {}", self.noun) } else { parts.join("; ") }
    }
}
