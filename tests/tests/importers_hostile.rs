//! Whatever is in a file: importers answer with a dataset that can be read, or with errors, and never panic.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use proptest::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::flows::FlowData;
use truecost::data::importers::{Format, Input, Komunitin, import};
use truecost::data::reference::Reference;
use truecost::data::source::Library;
use truecost_tests::repository;

const EVENTS: &str = "{\"@context\": {\"a\": \"https://a.example/\"}, \"@graph\": [\n\
  {\"@id\": \"a:1\", \"@type\": \"EconomicEvent\", \"action\": \"transfer\", \"provider\": \"a:x\", \"receiver\": \"a:y\",\n\
   \"hasPointInTime\": \"2024-03-02T00:00:00Z\", \"resourceQuantity\": {\"hasNumericalValue\": 2.5, \"hasUnit\": \"kilogram\"}}]}\n";
const TRANSFERS: &str = "id,created,updated,state,amount,description,hash,authorization,payer.id,payer.code,payee.id,payee.code,user.id\n\
  t,2024-03-02T10:00:00Z,,committed,1250,x,,,a,A,b,B,u\n";
const SECONDS: &str = "12,Member,34,Member,5400,2024-03-02,x,7\n";

/// Every importer, with a file that it reads.
fn all() -> Vec<(Format, Vec<u8>)> {
    let bank = |name: &str| fs::read(repository().join("docs/guide/bank").join(name)).unwrap();
    let credit = Komunitin { unit: "U".to_owned(), decimals: 2, members: "person".to_owned() };
    let mapping = Input { name: "map.toml".to_owned(), bytes: bank("mapping.toml") };
    vec![
        (Format::Valueflows(Vec::new()), EVENTS.as_bytes().to_vec()),
        (Format::Komunitin(credit), TRANSFERS.as_bytes().to_vec()),
        (Format::TimeOverflow, SECONDS.as_bytes().to_vec()),
        (Format::Csv(mapping), bank("statement.csv")),
    ]
}

/// Imports, and reads what came of it. Was there a dataset?
fn answers(format: &Format, bytes: Vec<u8>, reference: &Reference) -> bool {
    let mut diagnostics = Diagnostics::new();
    let input = Input { name: "file".to_owned(), bytes };
    let imported = import(format, &[input], reference, &mut diagnostics);
    let Some(imported) = imported else {
        assert!(diagnostics.has_errors(), "no dataset, and no error");
        return false;
    };
    let left: usize = imported.told.left_out().map(|(_, count)| count).sum();
    assert_eq!(imported.told.read(), imported.told.all_taken() + left);
    let mut problems = Diagnostics::new();
    FlowData::read(imported.source("x"), reference, &(), &mut problems);
    assert!(!problems.has_errors(), "{problems}");
    true
}

fn reference() -> Reference {
    Reference::read(&Library::default(), &mut Diagnostics::new())
}

#[test]
fn the_files_themselves_are_read() {
    let reference = reference();
    for (format, bytes) in all() {
        assert!(answers(&format, bytes, &reference), "{format:?}");
    }
}

#[test]
fn files_that_end_too_early() {
    let reference = reference();
    for (format, bytes) in all() {
        for end in (0..bytes.len()).step_by(bytes.len() / 97 + 1) {
            answers(&format, bytes[..end].to_vec(), &reference);
        }
    }
}

#[test]
fn deep_nesting_large_numbers_and_long_words() {
    let reference = reference();
    let valueflows = Format::Valueflows(Vec::new());
    let deep = ["[", "{\"a\":", "- ", "? ", "- - ", "a:\n "].map(|part| part.repeat(100_000));
    for text in deep {
        assert!(!answers(&valueflows, text.into_bytes(), &reference));
    }
    let indented: String = (0..5000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(!answers(&valueflows, indented.into_bytes(), &reference));
    // An alias that stands for itself many times over is refused before it grows.
    let bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n";
    assert!(!answers(&valueflows, bomb.as_bytes().to_vec(), &reference));
    let numbers = [
        "1e400",
        "1e99999999999999999999",
        "-0",
        "NaN",
        ".inf",
        "9".repeat(10_000).as_str(),
        "9".repeat(40).as_str(),
        "0.0000000000000001",
    ]
    .map(str::to_owned);
    for number in numbers {
        answers(&valueflows, EVENTS.replace("2.5", &number).into_bytes(), &reference);
        for (format, bytes) in all().into_iter().skip(1) {
            let text = String::from_utf8(bytes).unwrap();
            let text = text.replace("1250", &number).replace("5400", &number).replace("60,00", &number);
            answers(&format, text.into_bytes(), &reference);
        }
    }
    let long = "x".repeat(1_000_000);
    for name in ["a:1", "kilogram", "a:x", "transfer"] {
        answers(&valueflows, EVENTS.replace(name, &long).into_bytes(), &reference);
    }
}

#[test]
fn mappings_of_anything() {
    let reference = reference();
    let bank = repository().join("docs/guide/bank");
    let statement = fs::read(bank.join("statement.csv")).unwrap();
    let mapping = fs::read_to_string(bank.join("mapping.toml")).unwrap();
    let formats = ["", "Y", "YYYYYYYYY", "DDMMYYYY", "ÄÖÜ", "D.D.D", "YYYY-MM-DDDD", "\u{0}"];
    let changed = formats.map(|format| mapping.replace("DD.MM.YYYY", format));
    for text in
        changed.into_iter().chain([mapping[..400].to_owned(), "[".repeat(10_000), "a.".repeat(10_000)])
    {
        let mapping = Input { name: "map.toml".to_owned(), bytes: text.into_bytes() };
        answers(&Format::Csv(mapping), statement.clone(), &reference);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let reference = Reference::default();
        for (format, _) in all() {
            let mut diagnostics = Diagnostics::new();
            let input = Input { name: "file".to_owned(), bytes: bytes.clone() };
            let imported = import(&format, &[input], &reference, &mut diagnostics);
            prop_assert!(imported.is_some() || diagnostics.has_errors());
        }
    }

    #[test]
    fn files_with_a_few_bytes_changed(places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let reference = reference();
        for (format, mut bytes) in all() {
            for (place, byte) in &places {
                let at = place.index(bytes.len());
                bytes[at] = *byte;
            }
            answers(&format, bytes, &reference);
        }
    }
}
