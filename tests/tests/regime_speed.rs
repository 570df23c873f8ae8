//! How fast flows are read, matched and judged. Not run with the other tests:
//!
//! ```sh
//! TRUECOST_FLOWS=10000000 cargo test --release -p truecost-tests --test regime_speed -- --ignored --nocapture
//! ```
//!
//! `TRUECOST_KINDS` is how many kinds of flows there are that come again and again. With `TRUECOST_PREPARED=FOLDER` the
//! features are written there with what they were judged to be, for `tests/bench/regimes_polars.py`. On Linux it says how
//! much memory was needed above the tables that go in.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt8Array, UInt32Array};
use parquet::arrow::ArrowWriter;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::flows::{Class, Features, Field, FlowData};
use truecost::data::reference::Reference;
use truecost::data::regimes::RuleTable;
use truecost::data::source::{Library, Shelf, Source};
use truecost::flows::{Bundles, Circles, Counterflows, prepare};
use truecost::regime::{By, Classified, Rules, classify, settle, summary};

const MANIFEST: &str = "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                        geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n";

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
            "none".to_owned(),
        ];
        columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
    }
    batch(names.into_iter().zip(columns).collect())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Writes features with what they were judged to be, and the words of their numbers.
fn write(folder: &Path, features: &[Features], judged: &Classified) {
    std::fs::create_dir_all(folder).unwrap();
    let batch = |start: usize, features: &[Features]| {
        let mut columns: Vec<(&str, ArrayRef, bool)> = Vec::new();
        for field in Field::ALL {
            let codes = features.iter().map(|features| Some(features.get(field)).filter(|code| *code != 0));
            columns.push((field.name(), Arc::new(codes.collect::<UInt8Array>()), true));
        }
        let judgements = || (start..start + features.len()).map(|flow| judged.judgement(flow));
        let classes: UInt8Array = judgements().map(|found| Some(found.class.index() as u8)).collect();
        let confidences: UInt32Array = judgements().map(|found| Some(found.confidence)).collect();
        columns.push(("class", Arc::new(classes), true));
        columns.push(("confidence", Arc::new(confidences), true));
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    };
    let file = std::fs::File::create(folder.join("features.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch(0, &[]).schema(), None).unwrap();
    for (part, features) in features.chunks(1_000_000).enumerate() {
        writer.write(&batch(part * 1_000_000, features)).unwrap();
    }
    writer.close().unwrap();
    let mut words = String::from("field,code,word\n");
    for field in Field::ALL {
        for word in field.values() {
            words += &format!("{},{},{word}\n", field.name(), field.known(word));
        }
    }
    Class::all().for_each(|class| words += &format!("class,{},{class}\n", class.index()));
    std::fs::write(folder.join("words.csv"), words).unwrap();
}

/// Megabytes of a line of the state of this process; 0 where there is none.
fn memory(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    let kilobytes = found.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
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
    // The peak is counted from here.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = memory("VmRSS:");
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
    let start = Instant::now();
    let circles = Circles::new(&counterflows);
    timed("circulation", start);
    let large = circles.all.iter().filter(|circle| circle.circulating.is_none()).count();
    eprintln!("{} circles, {large} of them too large to be measured", circles.all.len());
    drop((bundles, counterflows, circles));
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
    eprintln!("{:.0} MB at the peak, above {before:.0} MB of tables", memory("VmHWM:") - before);
    if let Ok(folder) = std::env::var("TRUECOST_PREPARED") {
        write(Path::new(&folder), &prepared.features, &alone);
    }
    eprintln!("{} distinct features, {} lines of summary", alone.profiles(), sums.lines.len());
}
