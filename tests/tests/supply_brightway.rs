//! Datapackages of Brightway: a package by hand, packages on top of one another, round trips, and hostile ones. That
//! scores are those of bw2calc is a test of the Python package, where bw2calc is.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::Write;
use std::path::Path;

use tempfile::TempDir;
use truecost_tests::imported::{imported, supply, totals};
use truecost_tests::{assert_holds, repository, run};
use zip::write::SimpleFileOptions;

const INDICES: &str = "[('row', '<i8'), ('col', '<i8')]";

/// An array as numpy writes it.
fn npy(descr: &str, count: usize, content: &[u8]) -> Vec<u8> {
    let quoted = if descr.starts_with('[') { descr.to_owned() } else { format!("'{descr}'") };
    let mut text = format!("{{'descr': {quoted}, 'fortran_order': False, 'shape': ({count},), }}");
    while (10 + text.len() + 1) % 64 != 0 {
        text.push(' ');
    }
    text.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes.extend(content);
    bytes
}

/// Files of a package, by name.
type Files = Vec<(String, Vec<u8>)>;

/// A group: its matrix, and row, column, number and whether it is flipped.
fn group(files: &mut Files, name: &str, matrix: &str, cells: &[(i64, i64, f64, bool)]) {
    let indices = cells.iter().flat_map(|cell| [cell.0.to_le_bytes(), cell.1.to_le_bytes()].concat());
    files.push((format!("{name}.indices.npy"), npy(INDICES, cells.len(), &indices.collect::<Vec<u8>>())));
    let data = cells.iter().flat_map(|cell| cell.2.to_le_bytes()).collect::<Vec<u8>>();
    files.push((format!("{name}.data.npy"), npy("<f8", cells.len(), &data)));
    let flips = cells.iter().map(|cell| u8::from(cell.3)).collect::<Vec<u8>>();
    files.push((format!("{name}.flip.npy"), npy("|b1", cells.len(), &flips)));
    let resource = |kind: &str| {
        format!(
            r#"{{"name": "{name}.{kind}", "path": "{name}.{kind}.npy", "group": "{name}", "kind": "{kind}",
            "matrix": "{matrix}", "category": "vector", "profile": "data-resource", "nrows": {}}}"#,
            cells.len()
        )
    };
    let listed = ["indices", "data", "flip"].map(resource).join(", ");
    let comma = if files.len() > 4 { ", " } else { "" };
    files[0].1.extend(format!("{comma}{listed}").bytes());
}

fn package(sums_between: bool) -> Files {
    let start = format!(
        r#"{{"name": "by-hand", "sum_intra_duplicates": true, "sum_inter_duplicates": {sums_between}, "resources": ["#
    );
    vec![("datapackage.json".to_owned(), start.into_bytes())]
}

fn write(path: &Path, mut files: Files) {
    files[0].1.extend(b"]}");
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// Power, steel, and scrap that is treated: `A` is `[[2, -0.5, -0.1], [-0.02, 0.9, 0], [0, 0.3, -1]]`.
fn by_hand(sums_between: bool) -> Files {
    let mut files = package(sums_between);
    let technosphere = [
        (1, 1, 2.0, false),
        (2, 2, 1.0, false),
        (2, 2, 0.1, true),
        (3, 3, -1.0, false),
        (1, 2, 0.5, true),
        (2, 1, 0.02, true),
        (1, 3, 0.1, true),
        (3, 2, -0.3, true),
    ];
    group(&mut files, "technosphere", "technosphere_matrix", &technosphere);
    let biosphere = [(11, 1, 3.0, false), (12, 1, 4.0, false), (11, 2, 5.0, false), (12, 3, 6.0, false)];
    group(&mut files, "biosphere", "biosphere_matrix", &biosphere);
    group(&mut files, "later", "biosphere_matrix", &[(11, 2, 7.0, false)]);
    group(&mut files, "factors", "characterization_matrix", &[(11, 0, 1.0, false), (12, 0, 28.0, false)]);
    files
}

/// Footprints of the three, where steel causes so much itself.
fn expected(steel: f64) -> [f64; 3] {
    // 2 p = 115 + 0.02 s; 0.9 s = steel + 0.5 p + 0.3 w; w = 168 + 0.1 p.
    let s = (steel + 0.5 * 57.5 + 0.3 * (168.0 + 0.1 * 57.5)) / (0.9 - 0.5 * 0.01 - 0.3 * 0.1 * 0.01);
    let p = 57.5 + 0.01 * s;
    [p, s, 168.0 + 0.1 * p]
}

fn assert_footprints(folder: &Path, out: &str, indicator: &str, expected: [f64; 3]) {
    let found = totals(&folder.join(out));
    for (product, expected) in ["product-1", "product-2", "product-3"].into_iter().zip(expected) {
        let found = found[&(product.to_owned(), indicator.to_owned())];
        assert!((found - expected).abs() <= 1e-13 * expected, "{product}: {found} {expected}");
    }
}

#[test]
fn a_package_by_hand() {
    let folder = TempDir::new().unwrap();
    write(&folder.path().join("a.zip"), by_hand(false));
    let told = imported(folder.path(), &["brightway", "a.zip"], "out");
    assert_holds(
        &told,
        &[
            "read 15 numbers",
            "4  in inputs",
            "3  in processes",
            "1  left out: numbers of `technosphere_matrix` in a cell",
            "1  left out: numbers of `biosphere_matrix` in a cell",
            "the output is negative",
        ],
    );
    // The later group takes the place of the 5.
    assert_footprints(folder.path(), "out", "brightway-by-hand", expected(7.0));
    // Or is added to it.
    write(&folder.path().join("b.zip"), by_hand(true));
    imported(folder.path(), &["brightway", "b.zip"], "sum");
    assert_footprints(folder.path(), "sum", "brightway-by-hand", expected(12.0));
}

#[test]
fn packages_lie_on_top_of_one_another() {
    let folder = TempDir::new().unwrap();
    write(&folder.path().join("a.zip"), by_hand(false));
    let mut over = package(false);
    group(&mut over, "over", "biosphere_matrix", &[(11, 2, 9.0, false), (11, 99, 1.0, false)]);
    write(&folder.path().join("b.zip"), over);
    let told = imported(folder.path(), &["brightway", "a.zip", "b.zip"], "out");
    assert_holds(&told, &["1  left out: flows of a process that the technosphere does not have"]);
    assert_footprints(folder.path(), "out", "brightway-by-hand", expected(9.0));
}

#[test]
fn flows_keep_their_own_amounts() {
    let folder = TempDir::new().unwrap();
    write(&folder.path().join("a.zip"), by_hand(false));
    imported(folder.path(), &["brightway", "a.zip", "--as", "flows"], "out");
    let (supply, _) = supply(&folder.path().join("out"));
    let rows = |id: &str| {
        supply.interventions.rows_of(id).map(|row| supply.interventions.amount(row)).collect::<Vec<_>>()
    };
    assert_eq!(rows("process-1"), [Some(3.0), Some(4.0)]);
    assert_eq!(rows("process-2"), [Some(7.0)]);
    let text = fs::read_to_string(folder.path().join("out/indicators.csv")).unwrap();
    assert_holds(&text, &["brightway-flow-11", "brightway-flow-12"]);
}

#[test]
fn a_folder_is_read_like_a_zip() {
    let folder = TempDir::new().unwrap();
    let package = folder.path().join("package");
    fs::create_dir(&package).unwrap();
    let mut files = by_hand(false);
    files[0].1.extend(b"]}");
    for (name, bytes) in &files {
        fs::write(package.join(name), bytes).unwrap();
    }
    imported(folder.path(), &["brightway", "package"], "out");
    assert_footprints(folder.path(), "out", "brightway-by-hand", expected(7.0));
}

#[test]
fn what_is_exported_comes_back_with_the_same_footprints() {
    let folder = TempDir::new().unwrap();
    let coffee = repository().join("datasets/supply/coffee");
    let coffee = coffee.to_str().unwrap();
    for name in ["a.zip", "b.zip"] {
        let answer = run(folder.path(), &["export", "brightway", coffee, "-o", name]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
    }
    let bytes = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(bytes("a.zip") == bytes("b.zip"), "two exports differ");
    let told = imported(folder.path(), &["brightway", "a.zip"], "back");
    assert!(told.contains("4  in inputs, cut off\n"), "{told}");
    let found = |dataset: &str| {
        let more = ["--currency", "EUR", "--year", "2024", "--format", "json"];
        let answer = run(folder.path(), &[&["footprints", dataset][..], &more].concat());
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        serde_json::from_str::<serde_json::Value>(&answer.stdout).unwrap()["products"]
            .as_array()
            .unwrap()
            .clone()
    };
    let (own, back) = (found(coffee), found("back"));
    // The same ids, places, names and cut-offs, and the same amounts of the same indicators.
    let mut compared = 0;
    for product in &own {
        let is_it = |other: &&serde_json::Value| {
            ["product", "origin", "name", "cut_off"].iter().all(|key| other[key] == product[key])
        };
        let again = back.iter().find(is_it).unwrap_or_else(|| panic!("{product:#}"));
        for (indicator, footprint) in product["footprints"].as_object().unwrap() {
            let Some(amount) = footprint["amount"].as_f64().filter(|amount| *amount != 0.0) else { continue };
            let other =
                again["footprints"][indicator]["amount"].as_f64().unwrap_or_else(|| panic!("{indicator}"));
            assert!((other - amount).abs() <= 1e-12 * amount.abs(), "{product:#} {indicator}: {other}");
            compared += 1;
        }
    }
    assert!(compared > 150, "{compared}");
    // Besides there are the parts of a mix, which are no products that people ask for.
    let parts = back.iter().filter(|point| own.iter().all(|other| other["product"] != point["product"]));
    let parts: Vec<&str> = parts.map(|point| point["product"].as_str().unwrap()).collect();
    assert_eq!(parts, ["green-coffee-landed-landing-co", "green-coffee-landed-landing-ug"]);
    let text = |table: &str| fs::read_to_string(folder.path().join("back").join(table)).unwrap();
    assert!(text("inputs.csv").contains("shop-nl,packaging-film,0.02,kg,,,yes,"), "{}", text("inputs.csv"));
    assert!(text("interventions.csv").contains("farm-co,climate-change,"));
    assert!(text("interventions.csv").contains("kg CO2-eq,ReCiPe 2016 H,"));
}

#[test]
fn what_an_export_leaves_out_is_named() {
    let folder = TempDir::new().unwrap();
    let coffee = repository().join("datasets/supply/coffee");
    let answer = run(folder.path(), &["export", "brightway", coffee.to_str().unwrap(), "-o", "a.zip"]);
    for part in [
        "4 inputs are cut off, so that Brightway does not count them: `paper-filter` of `brewing-nl`, `jute-bag` of `drymill-co`",
        "indicators that a process does not state count as 0 in Brightway",
        "Brightway has no place for 5 prices, 1 paid: left out",
    ] {
        assert!(answer.stderr.contains(part), "{}", answer.stderr);
    }
}

/// A table of the user goes before what the package says of itself.
#[test]
fn a_table_of_characterisation_goes_before_the_ids_of_a_package() {
    let folder = TempDir::new().unwrap();
    let coffee = repository().join("datasets/supply/coffee");
    run(folder.path(), &["export", "brightway", coffee.to_str().unwrap(), "-o", "a.zip"]);
    let rows = "flow,flow_unit,indicator,factor,unit,method,source\n\"truecost, climate-change\",kg CO2-eq,climate-change,2,kg CO2-eq,mine,s\n";
    fs::write(folder.path().join("mine.csv"), rows).unwrap();
    imported(folder.path(), &["brightway", "a.zip"], "once");
    imported(folder.path(), &["brightway", "a.zip", "--characterisation", "mine.csv"], "twice");
    let (once, twice) = (totals(&folder.path().join("once")), totals(&folder.path().join("twice")));
    let key = ("filter-coffee".to_owned(), "climate-change".to_owned());
    assert!((twice[&key] - 2.0 * once[&key]).abs() < 1e-12 && once[&key] > 0.0);
}

/// What is said of a package.
fn refused(files: Files) -> String {
    let folder = TempDir::new().unwrap();
    write(&folder.path().join("a.zip"), files);
    let answer = run(folder.path(), &["import", "brightway", "a.zip", "-o", "out"]);
    assert!([1, 2].contains(&answer.code), "{}", answer.stderr);
    assert!(!folder.path().join("out/manifest.toml").exists());
    answer.stderr
}

/// The package by hand with one file replaced.
fn with(name: &str, bytes: Vec<u8>) -> Files {
    let mut files = by_hand(false);
    let at = files.iter().position(|(other, _)| other == name).unwrap();
    files[at].1 = bytes;
    files
}

#[test]
fn arrays_that_lie_are_refused() {
    let data = "biosphere.data.npy";
    let numbers = [0_u8; 32];
    assert_holds(
        &refused(with(data, npy("<f8", 4, &numbers[..24]))),
        &["4 items of 8 bytes, and has 24 bytes"],
    );
    assert_holds(&refused(with(data, npy("<f8", usize::MAX, &numbers))), &["biosphere.data.npy"]);
    assert_holds(&refused(with(data, npy("<f8", 1 << 60, &numbers))), &["biosphere.data.npy"]);
    assert_holds(&refused(with(data, npy("|O", 4, &numbers))), &["objects of Python (pickle)"]);
    assert_holds(&refused(with(data, npy("<U8", 1, &numbers))), &["not numbers"]);
    assert_holds(&refused(with(data, npy("<f8", 3, &numbers[..24]))), &["has 3 numbers, `indices` 4"]);
    assert_holds(&refused(with(data, b"\x93NUMPY\x01\x00".to_vec())), &["is not an array of numpy"]);
    assert_holds(&refused(with(data, b"\x80\x04pickle".to_vec())), &["is not an array of numpy"]);
    assert_holds(&refused(with("biosphere.flip.npy", npy("<f8", 4, &numbers))), &["not truths"]);
    assert_holds(&refused(with("biosphere.indices.npy", npy("<f8", 4, &numbers))), &["has no field `row`"]);
    let floats = "[('row', '<f8'), ('col', '<f8')]";
    assert_holds(&refused(with("later.indices.npy", npy(floats, 1, &numbers[..16]))), &["not whole numbers"]);
    let mut deep = b"\x93NUMPY\x01\x00".to_vec();
    deep.extend(60_000_u16.to_le_bytes());
    deep.extend(vec![b'('; 60_000]);
    assert_holds(&refused(with(data, deep)), &["is not an array of numpy"]);
    let infinite = f64::INFINITY.to_le_bytes().repeat(4);
    assert_holds(&refused(with(data, npy("<f8", 4, &infinite))), &["number 1 of `biosphere` is infinite"]);
}

#[test]
fn packages_that_are_not_whole_are_refused() {
    let mut files = package(false);
    group(&mut files, "technosphere", "technosphere_matrix", &[(1, 1, 1.0, false), (2, 1, 0.5, true)]);
    assert_holds(&refused(files), &["no process makes product 2 as its own"]);
    let mut files = package(false);
    group(&mut files, "technosphere", "technosphere_matrix", &[(1, 7, 1.0, false), (2, 7, 0.5, false)]);
    assert_holds(&refused(files), &["of what process 7 makes nothing is called its own"]);
    let mut files = package(false);
    group(&mut files, "biosphere", "biosphere_matrix", &[(1, 1, 1.0, false)]);
    assert_holds(&refused(files), &["no package has numbers of `technosphere_matrix`"]);
    let mut files = package(false);
    files[0].1.extend(
        br#"{"name": "a.data", "group": "a", "kind": "data", "matrix": "technosphere_matrix",
        "category": "vector", "profile": "interface"}"#,
    );
    assert_holds(&refused(files), &["`a` is an interface"]);
    let text = String::from_utf8(by_hand(false)[0].1.clone()).unwrap();
    let outside = text.replace("biosphere.data.npy", "../biosphere.data.npy").into_bytes();
    assert_holds(&refused(with("datapackage.json", outside)), &["leads out of the folder"]);
    let missing = text.replace("biosphere.data.npy", "nothing.npy").into_bytes();
    assert_holds(&refused(with("datapackage.json", missing)), &["there is no `nothing.npy`"]);
}

#[test]
fn folders_without_a_package_are_refused() {
    let folder = TempDir::new().unwrap();
    let answer = run(folder.path(), &["import", "brightway", ".", "-o", "out"]);
    assert_holds(&answer.stderr, &["there is no `datapackage.json`"]);
}
