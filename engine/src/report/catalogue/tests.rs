//! Tables of what there is, against the files they are made from and figures of the published documents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type};

use super::{Choice, comparison, factor_sets, factors, indicators};
use crate::base::decimal::parse;
use crate::base::diagnostic::Diagnostics;
use crate::data::factors::FactorSet;
use crate::data::reference::Reference;
use crate::data::source::Library;
use crate::report::columns::Columns;
use crate::report::parquet::batch;

const SETS: [&str; 4] = ["ce-delft-2024", "epa-scghg-2023", "true-price-2025", "uba-2025"];

/// A table of `datasets`, by the csv crate alone.
fn file(path: &str) -> Vec<BTreeMap<String, String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets").join(path);
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn cell<'a>(row: &'a BTreeMap<String, String>, column: &str) -> &'a str {
    row.get(column).map(String::as_str).unwrap_or_default()
}

/// All that a test needs, and no diagnostic at the end of it.
fn with<T>(run: impl FnOnce(&Library, &Reference, &mut Diagnostics) -> T) -> T {
    let (library, mut diagnostics) = (Library::new(None), Diagnostics::new());
    let reference = Reference::read(&library, &mut diagnostics);
    let value = run(&library, &reference, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics}");
    value
}

fn set(spec: &str) -> FactorSet {
    with(|library, reference, diagnostics| FactorSet::read(spec, library, reference, diagnostics)).unwrap()
}

fn compare(indicator: &str, currency: &str, year: i32, emission_year: i32) -> Columns {
    let choice = Choice { indicator, currency, year: Some(year), emission_year: Some(emission_year) };
    with(|library, reference, diagnostics| comparison(&choice, library, reference, diagnostics)).unwrap()
}

/// The first row with these words.
fn row(columns: &Columns, words: &[(&str, &str)]) -> usize {
    let is = |row: &usize| words.iter().all(|(column, word)| columns.text(column, *row) == *word);
    (0..columns.rows()).find(is).unwrap_or_else(|| panic!("no row with {words:?}"))
}

fn texts<const N: usize>(columns: &Columns, row: usize, names: [&str; N]) -> [String; N] {
    names.map(|name| columns.text(name, row))
}

#[test]
fn sets_are_counted_as_their_files_say() {
    let table = with(factor_sets);
    assert_eq!((0..table.rows()).map(|i| table.text("name", i)).collect::<Vec<_>>(), SETS);
    for (at, name) in SETS.into_iter().enumerate() {
        let rows = file(&format!("factors/{name}/factors.csv"));
        let variant = table.text("default_variant", at);
        let of_variant = |row: &&BTreeMap<String, String>| ["", &variant].contains(&cell(row, "variant"));
        let verified = |word: &str| {
            rows.iter().filter(of_variant).filter(|r| cell(r, "verification") == word).count().to_string()
        };
        assert_eq!(table.text("factors", at), rows.iter().filter(of_variant).count().to_string(), "{name}");
        let words = ["primary", "secondary", "unverified"];
        assert_eq!(texts(&table, at, words), words.map(verified), "{name}");
    }
    let columns = ["variants", "default_variant", "currency", "price_year", "valid_in", "redistribute"];
    assert_eq!(texts(&table, 0, columns), ["standard", "standard", "EUR", "2021", "EU27", "false"]);
    let epa = ["discount-2.0 discount-1.5 discount-2.5", "discount-2.0", "USD", "2020", "001", "true"];
    assert_eq!(texts(&table, 1, columns), epa);
    let counts = batch(&table).unwrap();
    let counts = counts.column_by_name("factors").unwrap().as_primitive::<Int64Type>();
    assert_eq!(counts.value(0), 118);
}

#[test]
fn indicators_are_those_of_the_table_with_the_sets_that_price_them() {
    let table = with(indicators);
    let rows = file("reference/indicators/indicators.csv");
    assert_eq!(table.rows(), rows.len());
    let mut pricing: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in SETS {
        for row in file(&format!("factors/{name}/factors.csv")) {
            pricing.entry(cell(&row, "indicator").to_owned()).or_default().insert(name);
        }
    }
    for row_of_file in &rows {
        let id = cell(row_of_file, "id");
        let at = row(&table, &[("id", id)]);
        for column in ["name", "unit", "dimension", "kind", "substance", "compartment"] {
            assert_eq!(table.text(column, at), cell(row_of_file, column), "{id}");
        }
        let sets: Vec<&str> = pricing.remove(id).unwrap_or_default().into_iter().collect();
        assert_eq!(table.text("sets", at), sets.join(" "), "{id}");
    }
}

#[test]
fn factors_are_the_published_figures_to_the_last_digit() {
    for spec in [
        "ce-delft-2024:standard",
        "epa-scghg-2023:discount-2.5",
        "true-price-2025:standard",
        "uba-2025:prtp-0",
    ] {
        let (name, variant) = spec.split_once(':').unwrap();
        let rows = file(&format!("factors/{name}/factors.csv"));
        let plain = |text: &str| {
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text.to_owned()
            }
        };
        let bound = |row: &BTreeMap<String, String>, column: &str| match cell(row, column) {
            "" => plain(cell(row, "central")),
            text => plain(text),
        };
        let names = ["indicator", "method", "region", "emission_year", "unit", "transfer", "source", "note"];
        let mut expected: Vec<Vec<String>> = rows
            .iter()
            .filter(|row| ["", variant].contains(&cell(row, "variant")))
            .map(|row| {
                let mut line: Vec<String> = names.map(|name| cell(row, name).to_owned()).to_vec();
                line.extend(["lower", "central", "upper"].map(|name| bound(row, name)));
                line
            })
            .collect();
        let table = factors(&set(spec));
        let mut found: Vec<Vec<String>> = (0..table.rows())
            .map(|at| {
                [&texts(&table, at, names)[..], &texts(&table, at, ["lower", "central", "upper"])].concat()
            })
            .collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{spec}");
        batch(&table).unwrap();
    }
}

#[test]
fn figures_of_the_handbooks() {
    // CE Delft, Environmental Prices Handbook 2024, Table 3: ammonia to air, EUR of 2021 per kg.
    let table = factors(&set("ce-delft-2024"));
    let at = row(&table, &[("indicator", "nh3-to-air")]);
    let columns = ["lower", "central", "upper", "currency", "price_year", "unit", "bounds_published"];
    assert_eq!(texts(&table, at, columns), ["17.4", "25.2", "39.5", "EUR", "2021", "kg NH3", "true"]);
    let decimals = batch(&table).unwrap();
    let upper = decimals.column_by_name("upper").unwrap().as_primitive::<Decimal128Type>();
    assert_eq!((upper.value(at), upper.scale()), (39_500_000_000_000_000_000, 18));
    // UBA, Methodological Convention 4.0, Table 1: carbon dioxide emitted in 2025, EUR of 2025 per tonne.
    let table = factors(&set("uba-2025"));
    let at = row(&table, &[("indicator", "co2-to-air"), ("emission_year", "2025")]);
    assert_eq!(texts(&table, at, columns), ["345", "345", "345", "EUR", "2025", "t CO2", "false"]);
    // A ratio has no money of its own.
    let table = factors(&set("true-price-2025"));
    let at = row(&table, &[("unit", "money")]);
    assert_eq!(texts(&table, at, ["currency", "price_year"]), ["", ""]);
}

#[test]
fn a_comparison_in_the_money_of_a_set_is_its_published_figure() {
    // One kg is a thousandth of the tonne the documents price.
    let table = compare("climate-change", "EUR", 2025, 2025);
    let columns = ["lower", "central", "upper", "status", "reason", "published"];
    let at = |variant: &str| row(&table, &[("variant", variant)]);
    let published = "EUR2025 per t CO2-eq";
    assert_eq!(texts(&table, at("prtp-1"), columns), ["0.345", "0.345", "0.345", "priced", "", published]);
    assert_eq!(texts(&table, at("prtp-0"), columns), ["0.99", "0.99", "0.99", "priced", "", published]);
    let columns = ["currency", "price_year", "emission_year", "unit"];
    assert_eq!(texts(&table, 0, columns), ["EUR", "2025", "2025", "kg CO2-eq"]);
    // CE Delft, Table 31: 50, 130 and 160 EUR of 2021 per tonne emitted in 2021, by either method.
    let table = compare("climate-change", "EUR", 2021, 2021);
    for method in ["EF 3.0", "ReCiPe 2016 H"] {
        let at = row(&table, &[("set", "ce-delft-2024"), ("method", method)]);
        assert_eq!(texts(&table, at, ["lower", "central", "upper"]), ["0.05", "0.13", "0.16"]);
    }
    // US EPA (2023): 140, 230 and 380 USD of 2020 per tonne emitted in 2030, at 2.5, 2.0 and 1.5 %, to two digits; the
    // set holds three.
    let table = compare("climate-change", "USD", 2020, 2030);
    for (variant, central) in [("discount-2.5", "0.14"), ("discount-2.0", "0.23"), ("discount-1.5", "0.38")] {
        let found = table.text("central", row(&table, &[("variant", variant)]));
        assert!(found.starts_with(central), "{variant}: {found}");
    }
}

#[test]
fn a_comparison_says_why_there_is_no_factor() {
    let table = compare("nh3-to-air", "EUR", 2024, 2024);
    let epa = row(&table, &[("set", "epa-scghg-2023")]);
    let columns = ["central", "status", "reason", "published"];
    assert_eq!(texts(&table, epa, columns), ["", "unpriced", "the set has no factor for it", ""]);
    // Neither zero nor unpriced: the table of EPA ends in 2080, and a total of that year would be refused.
    let table = compare("climate-change", "EUR", 2024, 2090);
    let epa = row(&table, &[("variant", "discount-2.0")]);
    let [central, status, reason, published] = texts(&table, epa, columns);
    assert_eq!((central.as_str(), status.as_str()), ("", "error"));
    assert!(reason.contains("2020 to 2080"), "{reason}");
    assert_eq!(published, "USD2020 per t CO2-eq");
    assert!(batch(&table).unwrap().column_by_name("central").unwrap().is_null(epa));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let (library, mut diagnostics) = (Library::new(None), Diagnostics::new());
    let reference = Reference::read(&library, &mut diagnostics);
    let choice = Choice { indicator: "climate", currency: "eur", year: None, emission_year: None };
    assert!(comparison(&choice, &library, &reference, &mut diagnostics).is_none());
    assert_eq!(diagnostics.errors(), 2, "{diagnostics}");
}

#[test]
fn a_composite_is_one_set_with_one_variant() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("factors/both");
    std::fs::create_dir_all(&own).unwrap();
    let manifest = "kind = \"factors\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                    geography = \"world\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n";
    std::fs::write(own.join("manifest.toml"), manifest).unwrap();
    let picks =
        "indicator,set,variant\nclimate-change,epa-scghg-2023,discount-1.5\nnh3-to-air,ce-delft-2024,\n";
    std::fs::write(own.join("composite.csv"), picks).unwrap();
    let (library, mut diagnostics) = (Library::new(Some(folder.path().to_owned())), Diagnostics::new());
    let reference = Reference::read(&library, &mut diagnostics);
    let table = factor_sets(&library, &reference, &mut diagnostics);
    // USD of 2020 and EUR of 2021, the world and the EU27: none of them is that of the whole. 61 years, and ammonia.
    let columns = ["variants", "default_variant", "currency", "price_year", "valid_in", "factors"];
    let at = row(&table, &[("name", "both")]);
    assert_eq!(texts(&table, at, columns), ["composite", "composite", "", "", "", "62"]);
    let choice =
        Choice { indicator: "climate-change", currency: "USD", year: Some(2020), emission_year: None };
    let table = comparison(&choice, &library, &reference, &mut diagnostics).unwrap();
    let lines: Vec<usize> = (0..table.rows()).filter(|at| table.text("set", *at) == "both").collect();
    assert_eq!(lines.len(), 1);
    let epa = row(&table, &[("variant", "discount-1.5")]);
    assert_eq!(table.text("central", lines[0]), table.text("central", epa));
    assert!(!diagnostics.has_errors(), "{diagnostics}");
}

#[test]
fn a_figure_is_held_exactly_or_refused() {
    let mut set = set("uba-2025");
    for (text, held) in [("1e-18", true), ("1e-19", false), ("1e19", true), ("1e20", false), ("-0.5", true)] {
        set.rows[0].value.central = parse(text).unwrap();
        let result = batch(&factors(&set));
        assert_eq!(result.is_ok(), held, "{text}");
        if let Err(error) = result {
            assert!(error.to_string().contains("`central`"), "{error}");
        }
    }
}

#[test]
fn tables_without_rows_have_their_types() {
    let mut set = set("uba-2025");
    let full = batch(&factors(&set)).unwrap();
    set.rows.clear();
    let empty = batch(&factors(&set)).unwrap();
    assert_eq!((empty.num_rows(), empty.schema()), (0, full.schema()));
}
