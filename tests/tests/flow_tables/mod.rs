//! Tables of flows in memory: made up from a seed, or those of a dataset that is here.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use truecost::base::diagnostic::Diagnostics;
use truecost::base::period::Period;
use truecost::data::flows::FlowData;
use truecost::data::reference::Reference;
use truecost::data::schema::FLOW_TABLES;
use truecost::data::source::{Library, Source};
use truecost::regime::{DEFAULT_RULES, Judged, Rules};
use truecost_tests::repository;

/// The same numbers for the same seed.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one(&mut self, words: &[&str]) -> String {
        words[self.below(words.len() as u64) as usize].to_owned()
    }
}

/// A table of text.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    fn new(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows: Vec::new() }
    }

    pub(crate) fn column(&self, name: &str) -> usize {
        self.columns.iter().position(|column| column == name).unwrap()
    }

    pub(crate) fn remove(&mut self, name: &str) {
        let at = self.column(name);
        self.columns.remove(at);
        for row in &mut self.rows {
            row.remove(at);
        }
    }

    /// As batches of so many rows; empty cells are null.
    fn batches(&self, size: usize) -> Vec<RecordBatch> {
        let parts: Vec<&[Vec<String>]> =
            if self.rows.is_empty() { vec![&[]] } else { self.rows.chunks(size).collect() };
        let batch = |rows: &[Vec<String>]| {
            let columns = self.columns.iter().enumerate().map(|(at, name)| {
                let cells = rows.iter().map(|row| Some(row[at].as_str()).filter(|cell| !cell.is_empty()));
                (name, Arc::new(cells.collect::<StringArray>()) as ArrayRef, true)
            });
            RecordBatch::try_from_iter_with_nullable(columns).unwrap()
        };
        parts.into_iter().map(batch).collect()
    }
}

/// A dataset of flows.
#[derive(Clone)]
pub(crate) struct Tables {
    pub(crate) manifest: String,
    pub(crate) by_name: BTreeMap<String, Table>,
    /// Rows of a batch.
    pub(crate) batch: usize,
}

impl Tables {
    /// Changes every cell of a column that is not empty.
    pub(crate) fn change(&mut self, table: &str, column: &str, change: impl Fn(&str) -> String) {
        let table = self.by_name.get_mut(table).unwrap();
        let at = table.column(column);
        for cell in table.rows.iter_mut().map(|row| &mut row[at]).filter(|cell| !cell.is_empty()) {
            *cell = change(cell);
        }
    }

    /// Columns that need not be there, by table.
    pub(crate) fn optional_columns(&self) -> Vec<(String, String)> {
        let must = |table: &str, column: &str| {
            let schema = FLOW_TABLES.iter().find(|schema| schema.table == table).unwrap();
            let known = schema.columns.iter().find(|known| known.name == column);
            // An empty bound of a membership states that there is none: it is no gap.
            let bound = table == "memberships" && column == "until";
            bound || schema.key.contains(&column) || known.is_some_and(|known| known.required)
        };
        let of = |(table, cells): (&String, &Table)| {
            let optional = cells.columns.iter().filter(|column| !must(table, column));
            optional.map(|column| (table.clone(), column.clone())).collect::<Vec<_>>()
        };
        self.by_name.iter().flat_map(of).collect()
    }
}

/// What the flows of a dataset are, or what is wrong with it.
pub(crate) fn judged(tables: &Tables) -> Result<Judged, String> {
    static KNOWN: OnceLock<(Reference, Rules)> = OnceLock::new();
    let (reference, rules) = KNOWN.get_or_init(|| {
        let mut diagnostics = Diagnostics::new();
        let library = Library::default();
        let reference = Reference::read(&library, &mut diagnostics);
        let rules = Rules::find(DEFAULT_RULES, &library, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{diagnostics}");
        (reference, rules.unwrap())
    });
    let mut diagnostics = Diagnostics::new();
    let batches = tables.by_name.iter().map(|(name, table)| (name.clone(), table.batches(tables.batch)));
    let source = Source::tables("made-up", tables.manifest.clone(), batches.collect());
    let judged = FlowData::read(source, reference, &(), &mut diagnostics)
        .filter(|_| diagnostics.errors() == 0)
        .and_then(|data| Judged::new(data, rules.clone(), reference, &(), &mut diagnostics));
    judged.filter(|_| diagnostics.errors() == 0).ok_or_else(|| diagnostics.to_string())
}

/// A dataset that is here.
pub(crate) fn dataset(name: &str) -> Tables {
    let folder = repository().join("datasets/flows").join(name);
    let manifest = std::fs::read_to_string(folder.join("manifest.toml")).unwrap();
    let manifest = manifest.split("[checksums]").next().unwrap().to_owned();
    let mut tables = BTreeMap::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|end| end == "csv") {
            let mut reader = csv::Reader::from_path(&path).unwrap();
            let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
            let rows = reader.deserialize().map(Result::unwrap).collect();
            tables.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), Table { columns, rows });
        }
    }
    Tables { manifest, by_name: tables, batch: 1_000 }
}

/// Cents of a value with at most two decimals; an empty one has none.
pub(crate) fn in_cents(value: &str) -> i128 {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if value.is_empty() { 0 } else { format!("{whole}{fraction:0<2}").parse().unwrap() }
}

/// A value of so many cents.
pub(crate) fn cents(cents: i128) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A day so many days later.
pub(crate) fn later(day: &str, days: i32) -> String {
    Period::of_day(Period::parse(day).unwrap().first_day() + days).unwrap().to_string()
}

const KINDS: [&str; 17] = [
    "person",
    "person",
    "person",
    "household",
    "commune",
    "informal_group",
    "pool",
    "commons_project",
    "coop",
    "federation_fund",
    "nonprofit",
    "timebank",
    "firm",
    "state",
    "public",
    "ecosystem",
    "",
];

/// What the flows of one template have in common, by column.
const WORDS: [(&str, &[&str]); 11] = [
    ("unit_of_account", &["EUR", "EUR", "h", "none", "USD", ""]),
    (
        "price_basis",
        &["none", "none", "none", "posted", "negotiated", "voluntary", "formula_equal", "cost_share", ""],
    ),
    ("counterflow_kind", &["none", "none", "none", "money", "goods_services", "same_kind", "hours", ""]),
    ("contracted", &["yes", "no", "no", ""]),
    ("compelled", &["none", "none", "none", "none", "none", "customary", "membership", "statutory", ""]),
    ("relation", &["none", "none", "none", "none", "kin", "co_members", "", ""]),
    ("access_scope", &["named", "named", "named", "household", "members", "anyone", ""]),
    ("rival", &["yes", "no", ""]),
    ("excludable", &["yes", "no", ""]),
    ("licence", &["none", "CC-BY-4.0", "GPL-3.0-only", "CC-BY-NC-4.0", ""]),
    ("part", &["", "", "", "tip", "premium"]),
];

/// Flows among a few agents, a fifth of which belong to agreements; ids begin with the prefix.
pub(crate) fn random(seed: u64, flows: usize, prefix: &str) -> Tables {
    let mut numbers = Numbers(seed);
    let count = 3 + numbers.below(7);
    let agent = |at: u64| format!("{prefix}a{at}");
    let mut agents = Table::new(&["id", "kind", "household", "commune", "control"]);
    for at in 0..count {
        let mut of = |noun: &str| {
            let own = numbers.below(4);
            if own < 2 { format!("{prefix}{noun}{own}") } else { String::new() }
        };
        let ties = [of("h"), of("c"), of("o")];
        let mut row = vec![agent(at), numbers.one(&KINDS)];
        row.extend(ties);
        agents.rows.push(row);
    }
    let mut memberships = Table::new(&["agent", "body", "from", "until"]);
    for at in 1..count {
        let from = if numbers.below(2) == 0 { "2024-03-01" } else { "" };
        let until = if numbers.below(4) == 0 { "2024-09-01" } else { "" };
        let row = [agent(at), agent(numbers.below(at)), from.to_owned(), until.to_owned()];
        memberships.rows.push(row.to_vec());
    }
    let mut resources = Table::new(&["id", "kind"]);
    for (at, kind) in ["money", "goods_services", "hours", "", "goods_services"].into_iter().enumerate() {
        resources.rows.push(vec![format!("{prefix}r{at}"), kind.to_owned()]);
    }
    let mut columns = vec!["id", "from", "to", "date", "resource", "value", "agreement"];
    columns.extend(WORDS.map(|(name, _)| name));
    let mut table = Table::new(&columns);
    for at in 0..flows {
        let from = numbers.below(count);
        let to = (from + 1 + numbers.below(count - 1)) % count;
        let date = format!("2024-{:02}-{:02}", 1 + numbers.below(12), 1 + numbers.below(28));
        let amount = cents(1 + i128::from(numbers.below(9_999)));
        let agreement = format!("{prefix}g{}", numbers.below(flows as u64 / 3 + 1));
        let mut row = vec![format!("{prefix}f{at:04}"), agent(from), agent(to)];
        row.push(if numbers.below(8) == 0 { String::new() } else { date });
        row.push(if numbers.below(6) == 0 {
            String::new()
        } else {
            format!("{prefix}r{}", numbers.below(5))
        });
        row.push(if numbers.below(8) == 0 { String::new() } else { amount });
        row.push(if numbers.below(5) == 0 { agreement } else { String::new() });
        for (_, words) in WORDS {
            row.push(numbers.one(words));
        }
        table.rows.push(row);
    }
    let tables =
        [("agents", agents), ("memberships", memberships), ("resources", resources), ("flows", table)];
    Tables {
        manifest: "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                   geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n"
            .to_owned(),
        by_name: tables.into_iter().map(|(name, table)| (name.to_owned(), table)).collect(),
        batch: 1_000,
    }
}
