//! How fast flows are read, matched and judged. Not run with the other tests:
//!
//! ```sh
//! TRUECOST_FLOWS=10000000 cargo test --release -p truecost-tests --test regime_speed -- --ignored --nocapture
//! ```

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use truecost::base::diagnostic::Diagnostics;
use truecost::data::flows::FlowData;
use truecost::data::reference::Reference;
use truecost::data::regimes::RuleTable;
use truecost::data::source::{Library, Shelf, Source};
use truecost::flows::{Bundles, Counterflows, prepare};
use truecost::regime::{By, Rules, classify, settle, summary};

const MANIFEST: &str = "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                        geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n\
                        [flows.stated]\nrelation = \"none\"\n";

/// A small generator of numbers: the same ones every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len() as u64) as usize]
    }
}

fn batch(columns: Vec<(&str, Vec<String>)>) -> RecordBatch {
    let columns = columns.into_iter().map(|(name, cells)| {
        let cells = cells.into_iter().map(|cell| Some(cell).filter(|cell| !cell.is_empty()));
        let array: ArrayRef = Arc::new(cells.collect::<StringArray>());
        (name, array, true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn agents(count: u64, numbers: &mut Numbers) -> RecordBatch {
    let kinds = ["person", "person", "household", "firm", "coop", "nonprofit", "pool", "state", ""];
    batch(vec![
        ("id", (0..count).map(|agent| format!("a{agent}")).collect()),
        ("kind", (0..count).map(|_| numbers.one(&kinds).to_owned()).collect()),
    ])
}

/// What flows of one kind have in common, from `unit_of_account` to `licence`.
type Kind = [&'static str; 8];

fn kind(numbers: &mut Numbers) -> Kind {
    [
        numbers.one(&["EUR", "EUR", "h", "none"]),
        numbers.one(&["none", "posted", "negotiated", "voluntary", "formula_equal", ""]),
        numbers.one(&["none", "money", "goods_services", "same_kind", ""]),
        numbers.one(&["yes", "no", ""]),
        numbers.one(&["none", "none", "membership", ""]),
        numbers.one(&["named", "members", "anyone", ""]),
        numbers.one(&["yes", "no", ""]),
        numbers.one(&["none", "CC-BY-4.0", "GPL-3.0-only", ""]),
    ]
}

fn flows(start: u64, count: u64, agents: u64, kinds: &[Kind], numbers: &mut Numbers) -> RecordBatch {
    let names = [
        "id",
        "from",
        "to",
        "date",
        "value",
        "unit_of_account",
        "price_basis",
        "counterflow_kind",
        "contracted",
        "compelled",
        "access_scope",
        "rival",
        "licence",
        "agreement",
        "relation",
    ];
    let mut columns: Vec<Vec<String>> = names.iter().map(|_| Vec::with_capacity(count as usize)).collect();
    for flow in start..start + count {
        // Neighbours trade with each other: many pairs have something to match.
        let from = numbers.below(agents);
        let to = (from + 1 + numbers.below(5)) % agents;
        let (from, to) = if numbers.below(2) == 0 { (from, to) } else { (to, from) };
        let template = kinds[numbers.below(kinds.len() as u64) as usize];
        let cells = [
            format!("f{flow:09}"),
            format!("a{from}"),
            format!("a{to}"),
            format!("2024-{:02}-{:02}", 1 + numbers.below(12), 1 + numbers.below(28)),
            format!("{}.{:02}", numbers.below(500), numbers.below(100)),
            template[0].to_owned(),
            template[1].to_owned(),
            template[2].to_owned(),
            template[3].to_owned(),
            template[4].to_owned(),
            template[5].to_owned(),
            template[6].to_owned(),
            template[7].to_owned(),
            if numbers.below(4) == 0 { format!("g{}", flow / 8) } else { String::new() },
            String::new(),
        ];
        columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
    }
    batch(names.into_iter().zip(columns).collect())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
#[ignore = "a benchmark"]
fn flows_a_second() {
    let count = number("TRUECOST_FLOWS", 1_000_000);
    let agent_count = (count / 100).max(10);
    let mut numbers = Numbers(7);
    // People do the same kinds of things over and over; with as many kinds as flows hardly two are alike.
    let kinds: Vec<Kind> = (0..number("TRUECOST_KINDS", 2_000)).map(|_| kind(&mut numbers)).collect();
    let mut batches = Vec::new();
    for start in (0..count).step_by(250_000) {
        batches.push(flows(start, 250_000.min(count - start), agent_count, &kinds, &mut numbers));
    }
    let tables = BTreeMap::from([
        ("agents".to_owned(), vec![agents(agent_count, &mut numbers)]),
        ("flows".to_owned(), batches),
    ]);
    let mut diagnostics = Diagnostics::new();
    let library = Library::default();
    let reference = Reference::read(&library, &mut diagnostics);
    let table = RuleTable::read(library.find(Shelf::Regimes, "default").unwrap(), &(), &mut diagnostics);
    let rules = Rules::compile(table.unwrap(), &mut diagnostics).unwrap();
    let timed = |what: &str, start: Instant| {
        let seconds = start.elapsed().as_secs_f64();
        eprintln!("{what:28} {seconds:8.2} s {:10.2} million flows/s", count as f64 / seconds / 1e6);
    };
    let start = Instant::now();
    let source = Source::tables("speed", MANIFEST.to_owned(), tables);
    let data = FlowData::read(source, &reference, &(), &mut diagnostics).unwrap();
    timed("reading", start);
    let start = Instant::now();
    let bundles = Bundles::new(&data);
    timed("bundles", start);
    let start = Instant::now();
    let counterflows = Counterflows::new(&data);
    timed("counterflows", start);
    drop((bundles, counterflows));
    let start = Instant::now();
    let prepared = prepare(&data, &(), &mut diagnostics).unwrap();
    timed("features, all of the above", start);
    let start = Instant::now();
    let alone = classify(&prepared.features, &Bundles::default(), &rules, &(), &mut diagnostics).unwrap();
    timed("rules on prepared features", start);
    let start = Instant::now();
    let found = classify(&prepared.features, &prepared.bundles, &rules, &(), &mut diagnostics).unwrap();
    timed("rules, agreements together", start);
    let start = Instant::now();
    let sums = summary(&data, &found, By::Year);
    timed("summary", start);
    let start = Instant::now();
    let open = settle(&found, &rules);
    timed("which column would settle what", start);
    assert!(diagnostics.is_empty(), "{diagnostics}");
    eprintln!("{} undecided", open.undecided);
    eprintln!("{} distinct features, {} lines of summary", alone.profiles(), sums.lines.len());
}
