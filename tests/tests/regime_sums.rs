//! Sums by agent, time, unit and class add up to the flows, exactly, for any dataset.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::flows::FlowData;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::regime::{By, DEFAULT_RULES, Judged, Rules, Sum, summary};
use truecost_tests::{repository, run};

const MANIFEST: &str = "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                        geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n";

/// A flow: from, to, when, value, unit and what it is like.
type Flow = (usize, usize, usize, Option<u64>, usize, usize);

const WHEN: [&str; 8] =
    ["", "2023", "2023-01", "2023-01-31", "2023-12-31", "2024-01-01", "2024-02", "1969-07-20"];
const UNITS: [&str; 4] = ["EUR", "h", "none", ""];
const LIKE: [&str; 5] =
    ["posted,money,yes,none", "none,none,no,none", "none,none,no,statutory", "voluntary,none,no,none", ",,,"];

fn flow() -> impl Strategy<Value = Flow> {
    let value = prop_oneof![1 => Just(None), 3 => (0..10_u64.pow(18)).prop_map(Some)];
    (0..5_usize, 0..5_usize, 0..WHEN.len(), value, 0..UNITS.len(), 0..LIKE.len())
}

fn text(flows: &[Flow]) -> String {
    let agent = |at: usize| if at == 4 { String::new() } else { format!("a{at}") };
    let mut text =
        "id,from,to,date,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled\n"
            .to_owned();
    for (id, (from, to, when, value, unit, like)) in flows.iter().enumerate() {
        let value = value.map(|units| format!("{}.{:012}", units / 10_u64.pow(12), units % 10_u64.pow(12)));
        let cells = [
            format!("f{id}"),
            agent(*from),
            agent(*to),
            WHEN[*when].to_owned(),
            value.unwrap_or_default(),
            UNITS[*unit].to_owned(),
            LIKE[*like].to_owned(),
        ];
        text += &(cells.join(",") + "\n");
    }
    text
}

fn dataset(flows: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("manifest.toml"), MANIFEST).unwrap();
    fs::write(folder.path().join("agents.csv"), "id,kind\na0,person\na1,coop\na2,state\na3,firm\n").unwrap();
    fs::write(folder.path().join("flows.csv"), flows).unwrap();
    folder
}

fn judged(folder: &Path) -> Judged {
    let mut diagnostics = Diagnostics::new();
    let library = Library::default();
    let reference = Reference::read(&library, &mut diagnostics);
    let rules = Rules::find(DEFAULT_RULES, &library, &mut diagnostics).unwrap();
    let data = FlowData::read(Source::folder(folder), &reference, &(), &mut diagnostics);
    let judged = data.and_then(|data| Judged::new(data, rules, &reference, &(), &mut diagnostics));
    judged.unwrap_or_else(|| panic!("{diagnostics}"))
}

/// Flows, value in 1e-12, flows without a value.
type Three = (usize, i128, usize);

fn three(sum: &Sum) -> Three {
    (sum.flows, sum.value.units(), sum.without_value)
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Three>, key: K, other: Three) {
    if other.0 > 0 {
        let sum = sums.entry(key).or_default();
        *sum = (sum.0 + other.0, sum.1 + other.1, sum.2 + other.2);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn given_received_and_totals_are_the_flows(flows in prop::collection::vec(flow(), 1..60), monthly in any::<bool>()) {
        let judged = judged(dataset(&text(&flows)).path());
        let by = if monthly { By::Month } else { By::Year };
        let sums = summary(&judged.data, &judged.classified, by);
        // What the rows of the table say, added up here.
        let mut expected = BTreeMap::new();
        let mut given = BTreeMap::new();
        for (id, (from, _, when, value, unit, _)) in flows.iter().enumerate() {
            let class = judged.classified.judgement(judged.data.flows.find(&format!("f{id}")).unwrap()).class;
            let length = if monthly { 7 } else { 4 };
            let period = WHEN[*when].chars().take(length).collect::<String>();
            let three = (1, value.map_or(0, i128::from), usize::from(value.is_none()));
            add(&mut expected, (class, UNITS[*unit].to_owned(), period.clone()), three);
            let agent = (*from < 4).then(|| format!("a{from}"));
            add(&mut given, (agent, class, UNITS[*unit].to_owned(), period), three);
        }
        let name = |span: truecost::regime::Span| match (span.year, span.month) {
            (None, _) => String::new(),
            (Some(year), None) => year.to_string(),
            (Some(year), Some(month)) => format!("{year}-{month:02}"),
        };
        let (mut all_given, mut all_received, mut by_agent, mut totals) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for line in &sums.lines {
            let key = || (line.cell.class, line.cell.unit.clone(), name(line.cell.span));
            add(&mut all_given, key(), three(&line.given));
            add(&mut all_received, key(), three(&line.received));
            let agent = line.cell.agent.map(|at| judged.data.agents[at].id.clone());
            let (class, unit, period) = key();
            add(&mut by_agent, (agent, class, unit, period), three(&line.given));
        }
        for total in &sums.totals {
            add(&mut totals, (total.class, total.unit.clone(), name(total.span)), three(&total.sum));
        }
        prop_assert_eq!(&totals, &expected);
        prop_assert_eq!(&all_given, &expected);
        prop_assert_eq!(&all_received, &expected);
        prop_assert_eq!(&by_agent, &given);
        let (flows_of, values) = expected.values().fold((0, 0), |(n, v), sum| (n + sum.0, v + sum.1));
        prop_assert_eq!(flows_of, flows.len());
        prop_assert_eq!(values, flows.iter().filter_map(|flow| flow.3).map(i128::from).sum::<i128>());
    }
}

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    csv::Reader::from_path(path).unwrap().deserialize().collect::<Result<_, _>>().unwrap()
}

/// Digits of an amount as a whole number of 1e-12.
fn units(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if text.is_empty() { 0 } else { format!("{whole}{fraction:0<12}").parse().unwrap() }
}

#[test]
fn months_add_up_to_years() {
    let folder = TempDir::new().unwrap();
    let dataset = repository().join("datasets/flows/street");
    let mut sums = Vec::new();
    for by in ["year", "month"] {
        let out = folder.path().join(by);
        let answer = run(&dataset, &["classify", ".", "--by", by, "--out", out.to_str().unwrap()]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        for (table, columns) in [
            ("totals.csv", vec!["regime", "subregime", "unit", "year"]),
            ("summary.csv", vec!["agent", "regime", "subregime", "unit", "year"]),
        ] {
            let mut years: BTreeMap<Vec<String>, Vec<i128>> = BTreeMap::new();
            for row in rows(&out.join(table)) {
                assert_eq!(row.contains_key("month"), by == "month", "{table}");
                let key = columns.iter().map(|column| row[*column].clone()).collect();
                let numbers =
                    row.iter().filter(|(name, _)| !columns.contains(&name.as_str()) && *name != "month");
                let numbers: Vec<i128> = numbers.map(|(_, text)| units(text)).collect();
                let sum = years.entry(key).or_insert_with(|| vec![0; numbers.len()]);
                sum.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
            }
            sums.push((table, years));
        }
    }
    let months = sums.split_off(2);
    assert_eq!(sums, months);
    let rows = rows(&folder.path().join("month/totals.csv"));
    let school = rows.iter().find(|row| row["subregime"] == "public_service").unwrap();
    assert_eq!((school["year"].as_str(), school["month"].as_str()), ("2024", ""), "only a year is stated");
    assert!(rows.iter().any(|row| row["month"] == "12"));
}

/// The street without its prices in a folder of that name, with the rows of its tables in order, or from the last.
fn street(folder: &Path, reversed: bool) -> std::path::PathBuf {
    let street = folder.join("street");
    fs::create_dir(&street).unwrap();
    let dataset = repository().join("datasets/flows/street");
    for entry in fs::read_dir(&dataset).unwrap().map(Result::unwrap) {
        let text = fs::read_to_string(entry.path()).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        if entry.file_name() == "manifest.toml" {
            let end = lines.iter().position(|line| *line == "[checksums]").unwrap();
            lines.truncate(end);
            lines.retain(|line| !line.starts_with("supply"));
        } else if reversed {
            lines[1..].reverse();
        }
        fs::write(street.join(entry.file_name()), lines.join("\n") + "\n").unwrap();
    }
    street
}

#[test]
fn the_report_stands_beside_the_tables_and_is_the_same_every_time() {
    let pages: Vec<Vec<u8>> = [false, false, true]
        .into_iter()
        .map(|reversed| {
            let folder = TempDir::new().unwrap();
            let street = street(folder.path(), reversed);
            let answer = run(&street, &["classify", ".", "--out", "out"]);
            assert!(answer.stderr.contains("wrote 7 files"), "{}", answer.stderr);
            fs::read(street.join("out/index.html")).unwrap()
        })
        .collect();
    assert!(pages[0] == pages[1], "another run is another page");
    assert!(pages[0] == pages[2], "another order of rows is another page");
}
