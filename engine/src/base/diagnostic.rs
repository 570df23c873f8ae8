//! What is wrong with the user's data: where, why, and what to do about it.

use std::fmt;

use super::file_name::FileName;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is computed.
    Error,
    /// The result stands, and says this.
    Warning,
}

/// Where it is: a file, its row (the line of a CSV, the row of a Parquet file or a sheet, from 1) and column.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path as the user gave it, `name/table.csv` for a built-in table, or a sheet of a workbook.
    pub file: FileName,
    /// Line or row, counted from 1.
    pub row: Option<u64>,
    /// Name of the column.
    pub column: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<FileName>) -> Self {
        Self { file: file.into(), row: None, column: None }
    }

    /// A row of a file.
    pub fn row(file: impl Into<FileName>, row: u64) -> Self {
        Self { file: file.into(), row: Some(row), column: None }
    }

    /// The same place, narrowed to a column. What the header of a sheet says of all rows is wrong there, once.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        let column = column.into();
        self.row = self.file.column(&column).and_then(|column| column.header).or(self.row);
        self.column = Some(column);
        self
    }

    /// The cell, if it is in a sheet of a workbook: `Deliveries!D17`.
    pub fn cell(&self) -> Option<String> {
        self.file.cell(self.row, self.column.as_deref())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(cell) = self.cell() {
            return write!(f, "{}: {cell}", self.file.path());
        }
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ":{row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ":{column}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name of the kind of problem; see [`codes`].
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Where, if it is somewhere.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, place: None, message: message.into(), hint: None }
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{word}[{}]", self.code)?;
        if let Some(place) = &self.place {
            write!(f, " {place}")?;
        }
        write!(f, ": {}", printable(&self.message))?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {}", printable(hint))?;
        }
        Ok(())
    }
}

/// The user's text may hold anything: control characters are escaped, and nobody reads a megabyte.
fn printable(text: &str) -> String {
    let short = text.chars().count() <= SHOWN;
    let shown: String = text.chars().take(SHOWN).flat_map(escaped).collect();
    if short { shown } else { shown + "…" }
}

fn escaped(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}

/// Characters of a message that are shown.
const SHOWN: usize = 600;
/// Problems after which no more suggestions are looked for.
const SUGGESTIONS: usize = 200;
/// Characters of a word beyond which nothing is near it.
const LONGEST_WORD: usize = 64;

/// All that was found, in the order of the files.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Nothing found so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Of `candidates`, the one that `word` was probably meant to be; looked for only while problems are few.
    pub fn nearest<'a>(&self, word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        if self.list.len() < SUGGESTIONS { nearest(word, candidates) } else { None }
    }

    /// Adds many.
    pub fn extend(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// How many, problems that were found twice included.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Was nothing found?
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What was found after the first `count`.
    pub fn since(&self, count: usize) -> &[Diagnostic] {
        &self.list[count.min(self.list.len())..]
    }

    /// Leaves out problems of these kinds.
    pub fn forgive(&mut self, codes: &[&str]) {
        self.list.retain(|d| !codes.contains(&d.code));
    }

    /// Is there an error among them?
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many errors.
    pub fn errors(&self) -> usize {
        self.sorted().iter().filter(|d| d.severity == Severity::Error).count()
    }

    /// All of them: by file, row and column, so that the order of detection does not show.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut list: Vec<&Diagnostic> = self.list.iter().collect();
        list.sort_by(|a, b| (&a.place, a.code, &a.message).cmp(&(&b.place, b.code, &b.message)));
        list.dedup();
        list
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { list: vec![diagnostic] }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in self.sorted() {
            writeln!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

/// Of `candidates`, the one most like `word`, if any is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > LONGEST_WORD {
        return None;
    }
    let limit = (length / 3).clamp(1, 3);
    let other_case = |candidate: &str| usize::from(!candidate.eq_ignore_ascii_case(word));
    let letters = tally(word);
    // A slip changes two counts of letters at most: most candidates are out without a look at their order.
    let may_be_near = |candidate: &str| {
        let pairs = letters.iter().zip(tally(candidate));
        pairs.map(|(a, b)| a.abs_diff(b) as usize).sum::<usize>() <= 2 * limit
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 4 * (length + limit))
        .filter(|candidate| may_be_near(candidate) || other_case(candidate) == 0)
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(word, candidate);
            // Slips are rarely made in the first letter.
            let other_start = usize::from(candidate.chars().next() != word.chars().next());
            (other_case(candidate), distance, other_start, candidate)
        })
        .filter(|(other, distance, ..)| *other == 0 || *distance <= limit)
        .min()
        .map(|(.., candidate)| candidate)
}

/// How often letters stand in a word; letters that are rarely in one word share a count.
fn tally(word: &str) -> [u16; 64] {
    let mut counts = [0; 64];
    for letter in word.chars() {
        counts[letter as usize % 64] += 1;
    }
    counts
}

macro_rules! codes {
    ($($name:ident = $code:literal, $text:literal;)*) => {
        /// The stable names of all problems.
        pub mod codes {
            $(#[doc = $text] pub const $name: &str = $code;)*
            /// Every code with what it means, in alphabetical order of the code.
            pub const ALL: &[(&str, &str)] = &[$(($code, $text),)*];
        }
    };
}

codes! {
    AMBIGUOUS_SUPPLIER = "ambiguous-supplier", "An input whose product comes from several origins does not say which one.";
    ARROW = "arrow-unreadable", "An Arrow IPC file or stream that cannot be read.";
    BAD_DATE = "bad-date", "A date or period that is not a year, `YYYY-MM` or `YYYY-MM-DD`.";
    BAD_ID = "bad-id", "An id with characters other than letters, digits, `-`, `_` and `.`.";
    BAD_LINE = "bad-line", "A line that cannot be priced, where none may be left out.";
    BAD_MAPPING = "bad-mapping", "A mapping file that is not valid TOML, or says what cannot be.";
    BAD_RULE = "bad-rule", "A rule of a set of rules that cannot be read, or that can never be tried.";
    BAD_SYNTAX = "bad-syntax", "A file that is neither YAML nor JSON, or is nested too deeply.";
    BAD_UTF8 = "bad-utf8", "A file that is not UTF-8 text.";
    BAD_VALUE = "bad-value", "A value that has no meaning where it stands.";
    BOOK = "book-unreadable", "A price book that cannot be read: another format, another version, damaged or changed.";
    CHECKSUM = "checksum-mismatch", "A table is not the one whose checksum the manifest states.";
    CO_PRODUCT = "co-product", "A process that makes several products although its allocation is `none`.";
    COLUMN_TYPE = "column-type", "A column that holds lists, structs or other things that are neither text nor numbers.";
    CONTRADICTION = "contradiction", "Two statements of one thing that cannot both hold.";
    COVERAGE = "coverage-differs", "What is priced and stated differs between a dataset and a scenario of it.";
    DANGLING = "dangling-reference", "A row names a product, process, indicator or supplier that does not exist.";
    DOUBLE_SUBSIDY = "double-counted-subsidy", "An implicit fossil subsidy as public support: it is the external cost itself.";
    DUPLICATE_COLUMN = "duplicate-column", "Two columns of one name.";
    DUPLICATE_KEY = "duplicate-key", "Two rows with the same key.";
    EMISSION_YEAR = "emission-year-outside", "An emission year outside the table of the factor set.";
    EMPTY_TABLE = "empty-table", "A required table without a row.";
    FILES_DIFFER = "files-differ", "Files of one folder of lines that are of two formats, or whose columns differ.";
    FORMULA = "formula-not-computed", "A formula in a workbook whose value nobody computed.";
    GAP = "gap-in-dates", "Days between two rows of one key for which neither holds.";
    HEADER_TYPO = "header-typo", "A column name that is almost a known one.";
    LIMIT = "limit-breached", "A balance beyond its limit, in a unit whose limits are hard.";
    MANIFEST = "manifest-invalid", "A manifest that is not valid TOML, or has an unknown or wrong field.";
    MISSING_CHOICE = "missing-choice", "Neither the command line nor the manifest says which factor set or currency.";
    MISSING_COLUMN = "missing-column", "A required column is not there.";
    MISSING_FIELD = "missing-field", "A manifest without a required field.";
    MISSING_INCOME = "missing-income", "An income transfer without the income of the place or of the reference.";
    MISSING_INDEX = "missing-index", "Money has to be moved to a year for which its price index has no figure.";
    MISSING_LICENCE = "missing-licence", "A manifest without a licence.";
    MISSING_MANIFEST = "missing-manifest", "A folder without a `manifest.toml`.";
    MISSING_RATE = "missing-rate", "Two currencies without an exchange rate in the year.";
    MISSING_TABLE = "missing-table", "A required table is not there.";
    MISSING_VALUE = "missing-value", "An empty cell in a required column.";
    NEGATIVE = "negative-amount", "An amount below zero where that has no meaning.";
    NO_EFFECT = "no-effect", "A change of a scenario that matches nothing.";
    NO_POSTING = "no-posting", "A flow that no row of the table of postings fits.";
    NO_PROCESS = "no-process", "A product that no process makes: it has no footprint.";
    NO_SHARE = "no-share", "A process with several products whose burden cannot be divided: a price, a property or what is displaced is missing.";
    NOT_A_NUMBER = "not-a-number", "A cell that should hold a plain decimal number.";
    NO_FLOW = "no-flow", "Files to import that hold no flow.";
    NOT_CERTIFIED = "not-certified", "A loop with credits for which no bound on the footprints can be proved.";
    NOT_FOUND = "not-found", "No dataset, factor set, product or indicator of that name.";
    NOT_PRODUCTIVE = "not-productive", "A loop of products that uses up as much as it makes, or more.";
    NOT_WHOLE = "not-whole-units", "An amount that is not a whole number of the smallest part of its unit.";
    UNBALANCED = "openings-not-balanced", "Opening balances of a ledger of members that do not sum to zero.";
    OPEN_QUOTE = "open-quote", "A cell in quotes that is not closed, or that holds what looks like rows of its own.";
    OVERFLOW = "overflow", "A number too large to be kept exactly.";
    PARQUET = "parquet-unreadable", "A Parquet file that cannot be read.";
    PRICE_UNUSED = "price-not-used", "Price rows that no product of the dataset can take.";
    RAGGED_ROW = "ragged-row", "A row with more or fewer cells than the header.";
    SCENARIO = "scenario-invalid", "A scenario file that is not valid TOML, or has an unknown key.";
    SHARES = "shares-do-not-sum", "The shares of the processes of one product and region do not sum to 1.";
    SHEET_NOT_READ = "sheet-not-read", "A sheet of a workbook that is no table, and is not read.";
    STATEMENT = "statement-differs", "A statement of a producer that is not what the books of the co-op say.";
    TABLE_TYPO = "table-typo", "A file whose name is almost that of a table.";
    TWO_FILES = "two-files", "A table both as CSV and as Parquet.";
    UNKNOWN_CURRENCY = "unknown-currency", "A code that is not an ISO 4217 currency.";
    UNKNOWN_REGION = "unknown-region", "A code that is neither ISO 3166 nor UN M49.";
    UNKNOWN_UNIT = "unknown-unit", "A unit code that is not known.";
    UNREACHABLE_RULE = "unreachable-rule", "A rule that no flow reaches, as rules before it take them all.";
    UNREADABLE = "unreadable-path", "A file or folder that cannot be read.";
    UNWRITABLE = "unwritable-path", "A file or folder that cannot be written.";
    WRONG_UNIT = "wrong-dimension", "A unit of another dimension or kind than the column or the indicator has.";
    WRONG_KIND = "wrong-kind", "A dataset of another kind than the command needs.";
    WRONG_SEPARATOR = "wrong-separator", "A table whose cells are separated by semicolons or tabs.";
    YEAR_RANGE = "year-outside", "A price year that no table reaches.";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every candidate compared letter by letter.
    fn by_hand<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
        let limit = (word.chars().count() / 3).clamp(1, 3);
        let key = |candidate: &&'a str| {
            let other_case = !candidate.eq_ignore_ascii_case(word);
            let other_start = candidate.chars().next() != word.chars().next();
            (other_case, strsim::damerau_levenshtein(word, candidate), other_start, *candidate)
        };
        let near = candidates.iter().map(key).filter(|(other, distance, ..)| !other || *distance <= limit);
        near.min().map(|(.., candidate)| candidate)
    }

    #[test]
    fn no_near_word_is_passed_over() {
        let mut state = 1_u32;
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        let letters = ['a', 'b', 'B', 'c', 'é', 'ß', '-', '1'];
        let mut words = Vec::new();
        for _ in 0..400 {
            let length = next(9);
            words.push((0..length).map(|_| letters[next(8) as usize]).collect::<String>());
        }
        let candidates: Vec<&str> = words[..200].iter().map(String::as_str).collect();
        let mut found = 0;
        for word in &words {
            let near = nearest(word, candidates.iter().copied());
            assert_eq!(near, by_hand(word, &candidates), "{word}");
            found += usize::from(near.is_some());
        }
        assert!(found > 200, "{found}");
    }
}
