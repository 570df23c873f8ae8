//! Sources of supply data with bytes cut, changed and doubled: importers answer with a dataset that can be read, or with
//! errors that name a file, never panic, and leave no folder behind when they fail. `TRUECOST_CASES` draws more.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proptest::prelude::*;
use tempfile::TempDir;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::importers::supply::{
    Agribalyse, Allocation, As, Brightway, Ecospold, Flows, Openlca, Pact, Pymrio, SupplyFormat, Uptake,
    Useeio, import_supply,
};
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::data::supply::Supply;
use truecost::data::write::Batch;
use truecost::report::interop::brightway::brightway;
use truecost_tests::repository;
use zip::write::SimpleFileOptions;

/// A source: its files, or one file.
#[derive(Clone)]
struct Case {
    name: &'static str,
    files: Vec<(String, Vec<u8>)>,
    is_one_file: bool,
    format: fn(PathBuf) -> SupplyFormat,
}

fn reference() -> &'static Reference {
    static REFERENCE: OnceLock<Reference> = OnceLock::new();
    REFERENCE.get_or_init(|| Reference::read(&Library::default(), &mut Diagnostics::new()))
}

/// Files in a folder and in its folders.
fn files_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut found, mut pending) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = pending.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, fs::read(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn package() -> Vec<(String, Vec<u8>)> {
    let coffee = Source::folder(&repository().join("datasets/supply/coffee"));
    let coffee = Supply::read(coffee, reference(), &(), &mut Diagnostics::new()).unwrap();
    let bytes = brightway(&coffee, reference(), &mut Diagnostics::new()).unwrap().bytes;
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        std::io::copy(&mut entry, &mut bytes).unwrap();
        files.push((entry.name().unwrap().into_owned(), bytes));
    }
    files
}

fn tables() -> Vec<(String, Vec<u8>)> {
    let parameters = |tables: &[(&str, u8)]| {
        let table = |(name, headers): &(&str, u8)| {
            format!(
                "\"{name}\": {{\"name\": \"{name}.txt\", \"nr_index_col\": \"2\", \"nr_header\": \"{headers}\"}}"
            )
        };
        format!("{{\"files\": {{{}}}}}", tables.iter().map(table).collect::<Vec<_>>().join(", "))
    };
    let head = "region\t\tDE\tFR\nsector\t\tfood\tfood\n";
    [
        ("file_parameters.json", parameters(&[("Z", 2), ("x", 1), ("unit", 1)])),
        ("Z.txt", format!("{head}region\tsector\t\t\nDE\tfood\t1\t4\nFR\tfood\t3\t0.5\n")),
        ("x.txt", "region\tsector\tindout\nDE\tfood\t10\nFR\tfood\t20\n".to_owned()),
        ("unit.txt", "region\tsector\tunit\nDE\tfood\tM.EUR\nFR\tfood\tM.EUR\n".to_owned()),
        ("gas/file_parameters.json", parameters(&[("F", 2), ("unit", 1)])),
        ("gas/F.txt", format!("{head}stressor\tplace\t\t\nCO2\tair\t10\t40\n")),
        ("gas/unit.txt", "stressor\tplace\tunit\nCO2\tair\tkg\n".to_owned()),
    ]
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .to_vec()
}

fn openlca(path: PathBuf) -> SupplyFormat {
    let (flows, allocation) = (Flows::default(), Allocation::Stated);
    SupplyFormat::Openlca(Openlca { path, flows, method: None, allocation })
}

fn ecospold(path: PathBuf) -> SupplyFormat {
    SupplyFormat::Ecospold(Ecospold { path, flows: Flows::default() })
}

fn useeio(folder: PathBuf) -> SupplyFormat {
    let (interventions, flows) = (As::Indicators, Flows::default());
    SupplyFormat::Useeio(Useeio { folder, price_year: 2013, interventions, is_domestic: false, flows })
}

fn pymrio(source: PathBuf) -> SupplyFormat {
    let (extensions, flows) = (Vec::new(), Flows::default());
    SupplyFormat::Pymrio(Pymrio { source, price_year: 2011, extensions, flows })
}

fn datapackage(source: PathBuf) -> SupplyFormat {
    SupplyFormat::Brightway(Brightway { sources: vec![source], interventions: None, flows: Flows::default() })
}

fn agribalyse(file: PathBuf) -> SupplyFormat {
    let (method, region) = ("EF 3.1".to_owned(), "FR".to_owned());
    SupplyFormat::Agribalyse(Agribalyse { file, method, region, table: None })
}

fn pact(file: PathBuf) -> SupplyFormat {
    SupplyFormat::Pact(Pact { files: vec![file], uptake: Uptake::Excluded })
}

/// Every importer, with a source that it reads.
fn all() -> &'static [Case] {
    static ALL: OnceLock<Vec<Case>> = OnceLock::new();
    ALL.get_or_init(|| {
        let docs = repository().join("docs/guide/supply");
        let one = |name: &'static str, file: &str, format| {
            let files =
                vec![(file.rsplit('/').next().unwrap().to_owned(), fs::read(docs.join(file)).unwrap())];
            Case { name, files, is_one_file: true, format }
        };
        let many = |name: &'static str, files, format| Case { name, files, is_one_file: false, format };
        vec![
            many("openLCA 1", files_in(&docs.join("bakery/openlca-1")), openlca),
            many("openLCA 2", files_in(&docs.join("bakery/openlca-2")), openlca),
            one("ecoSpold 1", "bakery/ecospold-1.xml", ecospold),
            many("ecoSpold 2", files_in(&docs.join("bakery/ecospold-2")), ecospold),
            many("Brightway", package(), datapackage),
            many("pymrio", tables(), pymrio),
            many("USEEIO", files_in(&docs.join("model")), useeio),
            one("AGRIBALYSE", "foods.csv", agribalyse),
            one("PACT 2", "pact/coffee.json", pact),
            one("PACT 3", "pact/oil.json", pact),
        ]
    })
}

fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Imports what was written, and looks at what came of it. Was there a dataset?
fn answers(case: &Case, folder: &Path, source: &str) -> bool {
    let (path, out) = (folder.join(source), folder.join("out"));
    let mut diagnostics = Diagnostics::new();
    let mut batch = Batch::new(&out).unwrap();
    let told = import_supply(&(case.format)(path.clone()), &mut batch, reference(), &mut diagnostics);
    for diagnostic in diagnostics.sorted() {
        let file = diagnostic.place.as_ref().map(|place| place.file.to_string()).unwrap_or_default();
        assert!(file.starts_with(&*path.to_string_lossy()), "{}: {diagnostic} is of `{file}`", case.name);
    }
    let Some(told) = told else {
        drop(batch);
        assert!(diagnostics.has_errors(), "{}: no dataset, and no error", case.name);
        assert!(!out.exists(), "{}: a folder is left behind", case.name);
        return false;
    };
    assert!(!diagnostics.has_errors(), "{}", case.name);
    let left: usize = told.left_out().map(|(_, count)| count).sum();
    assert_eq!(told.read(), told.all_taken() + left, "{}", case.name);
    batch.commit().unwrap();
    let mut problems = Diagnostics::new();
    Supply::read(Source::folder(&out), reference(), &(), &mut problems);
    assert!(!problems.has_errors(), "{}: {problems}", case.name);
    true
}

/// Writes the files of a source, as they are or as a zip, and imports them.
fn tried(case: &Case, files: &[(String, Vec<u8>)], is_zip: bool) -> bool {
    let folder = TempDir::new().unwrap();
    if case.is_one_file {
        let (name, bytes) = &files[0];
        fs::write(folder.path().join(name), bytes).unwrap();
        return answers(case, folder.path(), name);
    }
    let source = folder.path().join("source");
    if is_zip {
        fs::write(source, zipped(files)).unwrap();
    } else {
        for (name, bytes) in files {
            let path = source.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    answers(case, folder.path(), "source")
}

/// What is done to bytes; places are parts of their length.
#[derive(Clone, Debug)]
enum Change {
    Cut(f64),
    Flip(f64, u8),
    Double(f64, usize),
    Drop(f64, usize),
    /// A word of the file becomes another.
    Say(f64, &'static str),
    /// Two words of the file change places.
    Swap(f64, f64),
    /// A word of the file becomes what another one is.
    Copy(f64, f64),
}

const WORDS: [&str; 24] = [
    "0",
    "-1",
    "1e400",
    "-1e-400",
    "1e308",
    "NaN",
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "[[[[",
    "]",
    ",",
    "\"",
    "<",
    "&amp;",
    "\t",
    "\n",
    "\u{0}",
    "ä",
    "999999999999999999999",
    "2",
    "kg",
];

/// Where the word begins and ends that lies at a part of the bytes.
fn word(bytes: &[u8], part: f64) -> (usize, usize) {
    let at = ((bytes.len() as f64 * part) as usize).min(bytes.len());
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let from = bytes[at..].iter().position(is_word).map_or(bytes.len(), |more| at + more);
    let start = bytes[..from].iter().rposition(|byte| !is_word(byte)).map_or(0, |last| last + 1);
    let end = bytes[from..].iter().position(|byte| !is_word(byte)).map_or(bytes.len(), |more| from + more);
    (start.min(end), end)
}

fn changed(bytes: &mut Vec<u8>, change: &Change) {
    let at = |part: f64| ((bytes.len() as f64 * part) as usize).min(bytes.len());
    match change {
        Change::Cut(part) => bytes.truncate(at(*part)),
        Change::Flip(part, by) => {
            let at = at(*part);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= by;
            }
        }
        Change::Double(part, length) => {
            let from = at(*part);
            let piece = bytes[from..(from + length).min(bytes.len())].to_vec();
            bytes.splice(from..from, piece);
        }
        Change::Drop(part, length) => {
            let from = at(*part);
            bytes.drain(from..(from + length).min(bytes.len()));
        }
        Change::Say(part, text) => {
            let (start, end) = word(bytes, *part);
            bytes.splice(start..end, text.bytes());
        }
        Change::Copy(one, other) => {
            let (from, to) = (word(bytes, *one), word(bytes, *other));
            let piece = bytes[from.0..from.1].to_vec();
            bytes.splice(to.0..to.1, piece);
        }
        Change::Swap(one, other) => {
            let [first, second] = if one < other { [one, other] } else { [other, one] };
            let (first, second) = (word(bytes, *first), word(bytes, *second));
            if first.1 <= second.0 {
                let (a, b) = (bytes[first.0..first.1].to_vec(), bytes[second.0..second.1].to_vec());
                bytes.splice(second.0..second.1, a);
                bytes.splice(first.0..first.1, b);
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let part = || 0.0..1.0_f64;
    prop_oneof![
        1 => part().prop_map(Change::Cut),
        2 => (part(), 1..=255_u8).prop_map(|(part, by)| Change::Flip(part, by)),
        2 => (part(), 1..200_usize).prop_map(|(part, length)| Change::Double(part, length)),
        2 => (part(), 1..60_usize).prop_map(|(part, length)| Change::Drop(part, length)),
        4 => (part(), 0..WORDS.len()).prop_map(|(part, word)| Change::Say(part, WORDS[word])),
        2 => (part(), part()).prop_map(|(one, other)| Change::Swap(one, other)),
        2 => (part(), part()).prop_map(|(one, other)| Change::Copy(one, other)),
    ]
}

fn cases(usual: u32) -> ProptestConfig {
    let cases = std::env::var("TRUECOST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn the_sources_themselves_are_read() {
    for case in all() {
        for is_zip in [false, true] {
            assert!(tried(case, &case.files, is_zip), "{}", case.name);
        }
    }
}

#[test]
fn sources_that_lack_a_file() {
    for case in all().iter().filter(|case| !case.is_one_file) {
        for at in 0..case.files.len() {
            let mut files = case.files.clone();
            files.remove(at);
            tried(case, &files, true);
        }
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn files_that_are_changed(file in 0.0..1.0_f64, is_zip: bool, changes in proptest::collection::vec(change(), 1..4)) {
        for case in all() {
            let mut files = case.files.clone();
            let at = (file * files.len() as f64) as usize;
            for change in &changes {
                changed(&mut files[at].1, change);
            }
            tried(case, &files, is_zip);
        }
    }

    #[test]
    fn zips_that_are_changed(changes in proptest::collection::vec(change(), 1..4)) {
        for case in all().iter().filter(|case| !case.is_one_file) {
            let mut bytes = zipped(&case.files);
            for change in &changes {
                changed(&mut bytes, change);
            }
            let folder = TempDir::new().unwrap();
            fs::write(folder.path().join("source"), bytes).unwrap();
            answers(case, folder.path(), "source");
        }
    }
}
