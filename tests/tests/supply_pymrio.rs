//! Input-output tables as pymrio saves them: a system by hand, every layout, and tables that are not as they should be.
//! That footprints are those of pymrio itself is a test of the Python package, where pymrio is.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use truecost_tests::imported::{imported, supply, totals};
use truecost_tests::{assert_holds, run};

/// Three sectors: grain of a country, grain and bread of a place that is none. `A` is
/// `[[0.1, 0.2, 0], [0.3, 0, 0.25], [0, 0, 0]]`, `S` is `[1, 2, 4]` kg, and the output of bread is below 0.
const X: &str = "region\tsector\tindout\nDE\tgrain\t10\nAtlantis\tgrain\t20\nAtlantis\tbread\t-8\n";
const Z: &str = "region\t\tDE\tAtlantis\tAtlantis\nsector\t\tgrain\tgrain\tbread\nregion\tsector\t\t\t\n\
                 DE\tgrain\t1\t4\t0\nAtlantis\tgrain\t3\t0\t-2.0\nAtlantis\tbread\t0\t0\t0\n";
const F: &str = "region\t\tDE\tAtlantis\tAtlantis\nsector\t\tgrain\tgrain\tbread\nstressor\tcompartment\t\t\t\n\
                 CO2\tair\t10\t40\t-32\nJobs\tnone\t0\t1e-3\t0\n";
const UNIT: &str = "region\tsector\tunit\nDE\tgrain\tM.EUR\nAtlantis\tgrain\tM.EUR\nAtlantis\tbread\tM.EUR\n";
const STRESSORS: &str = "stressor\tcompartment\tunit\nCO2\tair\tkg\nJobs\tnone\t1000 p\n";
const CORE: &str = r#"{"files": {
    "Z": {"name": "Z.txt", "nr_index_col": "2", "nr_header": "2"},
    "x": {"name": "x.txt", "nr_index_col": "2", "nr_header": "1"},
    "unit": {"name": "unit.txt", "nr_index_col": "2", "nr_header": "1"}}, "systemtype": "IOSystem"}"#;
const EXTENSION: &str = r#"{"files": {
    "F": {"name": "F.txt", "nr_index_col": "2", "nr_header": "2"},
    "unit": {"name": "unit.txt", "nr_index_col": "2", "nr_header": "1"}}, "systemtype": "Extension", "name": "Gases"}"#;

/// Writes the tables, some of them replaced.
fn tables(replaced: &[(&str, &str)]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("io");
    fs::create_dir_all(path.join("gases")).unwrap();
    let files = [
        ("file_parameters.json", CORE),
        ("Z.txt", Z),
        ("x.txt", X),
        ("unit.txt", UNIT),
        ("gases/file_parameters.json", EXTENSION),
        ("gases/F.txt", F),
        ("gases/unit.txt", STRESSORS),
    ];
    for (name, text) in files.iter().chain(replaced) {
        fs::write(path.join(name), text).unwrap();
    }
    (folder, path)
}

const ARGUMENTS: [&str; 4] = ["pymrio", "io", "--price-year", "2011"];

/// Per euro: the tables count in millions.
fn assert_by_hand(folder: &Path, out: &str) {
    let found = totals(&folder.join(out));
    let total = |product: &str| found[&(product.to_owned(), "pymrio-co2-air".to_owned())] * 1e6;
    // m1 = 1 + 0.1 m1 + 0.3 m2, m2 = 2 + 0.2 m1, m3 = 4 + 0.25 m2.
    let first = 1.6 / 0.84;
    let second = 2.0 + 0.2 * first;
    for (product, expected) in
        [("grain", first), ("grain-Atlantis", second), ("bread-Atlantis", 4.0 + 0.25 * second)]
    {
        let found = total(product);
        assert!((found - expected).abs() <= 1e-13 * expected, "{product}: {found} {expected}");
    }
}

#[test]
fn a_system_by_hand() {
    let (folder, _) = tables(&[]);
    let told = imported(folder.path(), &ARGUMENTS, "out");
    assert_holds(
        &told,
        &[
            "read 18 numbers",
            "4  in inputs",
            "4  in interventions",
            "3  in processes",
            "5  left out: zeros: nothing is taken in",
            "2  left out: zeros: nothing is caused",
            "`Atlantis` is not a region",
            "1 sectors have an output below 0",
        ],
    );
    assert_by_hand(folder.path(), "out");
    let (supply, _) = supply(&folder.path().join("out"));
    let places: Vec<(&str, String)> =
        supply.processes.iter().map(|process| (process.id.as_str(), process.location.to_string())).collect();
    let world = "001".to_owned();
    assert_eq!(
        places,
        [("bread-Atlantis", world.clone()), ("grain-Atlantis", world), ("grain-DE", "DE".to_owned())]
    );
    assert!(supply.products.iter().all(|product| product.unit.text() == "EUR2011"));
}

#[test]
fn regions_that_are_places_make_one_product() {
    let renamed = |text: &str| text.replace("Atlantis", "FR");
    let (x, z, f, unit) = (renamed(X), renamed(Z), renamed(F), renamed(UNIT));
    let (folder, _) = tables(&[("x.txt", &x), ("Z.txt", &z), ("gases/F.txt", &f), ("unit.txt", &unit)]);
    imported(folder.path(), &ARGUMENTS, "out");
    let (supply, _) = supply(&folder.path().join("out"));
    let products: Vec<&str> = supply.products.iter().map(|product| product.id.as_str()).collect();
    assert_eq!(products, ["bread", "grain"]);
    let origins: Vec<_> =
        supply.inputs.iter().map(|input| (&*input.process, input.origin.as_deref())).collect();
    assert_eq!(
        origins,
        [
            ("bread-FR", Some("FR")),
            ("grain-DE", Some("DE")),
            ("grain-DE", Some("FR")),
            ("grain-FR", Some("DE"))
        ]
    );
}

#[test]
fn the_same_footprints_out_of_every_layout() {
    // Coefficients instead of flows.
    let a = "region\t\tDE\tAtlantis\tAtlantis\nsector\t\tgrain\tgrain\tbread\nregion\tsector\t\t\t\n\
             DE\tgrain\t0.1\t0.2\t0\nAtlantis\tgrain\t0.3\t0\t0.25\nAtlantis\tbread\t0\t0\t0\n";
    let s = "region\t\tDE\tAtlantis\tAtlantis\nsector\t\tgrain\tgrain\tbread\nstressor\tcompartment\t\t\t\n\
             CO2\tair\t1\t2\t4\nJobs\tnone\t0\t0.00005\t0\n";
    let core = |files: &str| CORE.replace("\"Z\": {\"name\": \"Z.txt\"", files);
    let with_a = core("\"A\": {\"name\": \"A.txt\"");
    let with_s = EXTENSION.replace('F', "S");
    let (folder, _) = tables(&[("file_parameters.json", &with_a), ("A.txt", a)]);
    imported(folder.path(), &ARGUMENTS, "out");
    assert_by_hand(folder.path(), "out");
    let extension = ("gases/file_parameters.json", with_s.as_str());
    let (folder, _) =
        tables(&[("file_parameters.json", &with_a), ("A.txt", a), extension, ("gases/S.txt", s)]);
    imported(folder.path(), &ARGUMENTS, "out");
    assert_by_hand(folder.path(), "out");
    let (folder, _) = tables(&[extension, ("gases/S.txt", s)]);
    imported(folder.path(), &ARGUMENTS, "out");
    assert_by_hand(folder.path(), "out");
    // Without x, with what goes to final demand: 10 = 5 + 5, 20 = 1 + 19, -8 = 0 - 8.
    let y = "region\t\tDE\nuse\t\tall\nregion\tsector\t\nDE\tgrain\t5\nAtlantis\tgrain\t19\nAtlantis\tbread\t-8\n";
    let with_y = CORE.replace(
        "\"x\": {\"name\": \"x.txt\", \"nr_index_col\": \"2\", \"nr_header\": \"1\"}",
        "\"Y\": {\"name\": \"Y.txt\", \"nr_index_col\": \"2\", \"nr_header\": \"2\"}",
    );
    let (folder, _) = tables(&[("file_parameters.json", &with_y), ("Y.txt", y)]);
    imported(folder.path(), &ARGUMENTS, "out");
    assert_by_hand(folder.path(), "out");
}

#[test]
fn folders_without_parameters_are_read_by_their_names() {
    let f = F.replace("stressor\tcompartment\t\t\t", "stressor\t\t\t");
    let f = f.replace("CO2\tair", "CO2, air").replace("Jobs\tnone", "Jobs").replace("region\t\t", "region\t");
    let f = f.replace("sector\t\t", "sector\t");
    let units = "stressor\tunit\nCO2, air\tkg\nJobs\t1000 p\n";
    let (folder, path) = tables(&[("gases/F.txt", &f), ("gases/unit.txt", units)]);
    fs::remove_file(path.join("file_parameters.json")).unwrap();
    fs::remove_file(path.join("gases/file_parameters.json")).unwrap();
    imported(folder.path(), &ARGUMENTS, "out");
    assert_by_hand(folder.path(), "out");
}

#[test]
fn a_sector_that_makes_nothing_is_left_out_and_told() {
    let (folder, _) = tables(&[("x.txt", &X.replace("-8", "0"))]);
    let told = imported(folder.path(), &ARGUMENTS, "out");
    assert_holds(
        &told,
        &[
            "1  left out: sectors whose output is 0",
            "1  left out: inputs of a sector whose output is 0",
            "1  left out: caused by a sector whose output is 0",
        ],
    );
}

#[test]
fn money_is_no_stressor_and_an_extension_can_be_chosen() {
    let (folder, path) = tables(&[("gases/unit.txt", &STRESSORS.replace("1000 p", "M.EUR"))]);
    let told = imported(folder.path(), &ARGUMENTS, "out");
    assert_holds(&told, &["1  left out: amounts of money: value added"]);
    fs::create_dir_all(path.join("more")).unwrap();
    for name in ["file_parameters.json", "F.txt", "unit.txt"] {
        fs::copy(path.join("gases").join(name), path.join("more").join(name)).unwrap();
    }
    let told = imported(folder.path(), &[&ARGUMENTS[..], &["--extension", "more"]].concat(), "one");
    assert_holds(&told, &["not read: gases/F.txt"]);
    let answer =
        run(folder.path(), &[&["import"], &ARGUMENTS[..], &["--extension", "mare", "-o", "two"]].concat());
    assert_eq!(answer.code, 1);
    assert_holds(&answer.stderr, &["there is no extension `mare`", "gases, more"]);
}

/// What is said of tables of which some were replaced.
fn refused(replaced: &[(&str, &str)]) -> String {
    let (folder, _) = tables(replaced);
    let answer = run(folder.path(), &[&["import"], &ARGUMENTS[..], &["-o", "out"]].concat());
    assert!([1, 2].contains(&answer.code), "{replaced:?} {}", answer.stderr);
    assert!(!folder.path().join("out").join("manifest.toml").exists());
    answer.stderr
}

#[test]
fn what_is_wrong_is_said_all_at_once() {
    let said = refused(&[("Z.txt", &Z.replace("\t3\t", "\tnan\t").replace("\t4\t", "\tx\t"))]);
    assert_holds(&said, &["Z.txt:4:2", "`x` is not a number", "Z.txt:5:1", "`nan` is not a number"]);
    assert_holds(
        &refused(&[("x.txt", &X.replace("bread\t-8", "brot\t-8"))]),
        &["`Atlantis, brot` is no sector"],
    );
    assert_holds(&refused(&[("unit.txt", "region\tsector\tunit\nDE\tgrain\tM.EUR\n")]), &["has no unit"]);
    assert_holds(
        &refused(&[("gases/unit.txt", "stressor\tcompartment\tunit\nCO2\tair\tkg\n")]),
        &["`Jobs, none` has no unit"],
    );
    assert_holds(
        &refused(&[("gases/F.txt", &F.replace("CO2\tair\t10", "CO2\tair"))]),
        &["the row has 4 cells, the header 5"],
    );
    assert_holds(
        &refused(&[("gases/F.txt", &F.replace("grain\tgrain", "grain\tmeal"))]),
        &["`Atlantis, meal` is no sector"],
    );
    assert_holds(
        &refused(&[("Z.txt", &Z.replace("DE\tAtlantis\tAtlantis", "DE\tDE\tAtlantis"))]),
        &["two columns are `DE, grain`"],
    );
    assert_holds(
        &refused(&[(
            "file_parameters.json",
            "{\"files\": {\"Z\": {\"name\": \"../Z.txt\", \"nr_index_col\": \"2\", \"nr_header\": \"2\"}, \"x\": {\"name\": \"x.txt\", \"nr_index_col\": \"2\", \"nr_header\": \"1\"}}}",
        )]),
        &["leads out of the folder"],
    );
    assert_holds(
        &refused(&[(
            "file_parameters.json",
            "{\"files\": {\"Z\": {\"name\": \"Z.txt\", \"nr_index_col\": \"99999999999\", \"nr_header\": \"2\"}}}",
        )]),
        &["`Z` needs `name`"],
    );
    assert_holds(&refused(&[("file_parameters.json", &"[".repeat(100_000))]), &["file_parameters.json"]);
    assert_holds(&refused(&[("Z.txt", "")]), &["the table has no rows"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let (folder, path) = tables(&[]);
    fs::rename(path.join("x.txt"), folder.path().join("x.txt")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("x.txt"), path.join("x.txt")).unwrap();
    let answer = run(folder.path(), &[&["import"], &ARGUMENTS[..], &["-o", "out"]].concat());
    assert_eq!(answer.code, 2);
    assert_holds(&answer.stderr, &["holds `x.txt`, which is a link"]);
}
