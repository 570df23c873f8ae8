//! Multipliers of input-output tables: a textbook's by hand, and tables that are not as they should be.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use truecost_tests::{assert_holds, run};

const FILES: [(&str, &str); 5] = [
    ("x.txt", "region\tsector\tindout\nNL\tfarming\t1000\nNL\tindustry\t2000\n"),
    ("unit.txt", "region\tsector\tunit\nNL\tfarming\tM.EUR\nNL\tindustry\tM.EUR\n"),
    (
        "Z.txt",
        "region\t\tNL\tNL\nsector\t\tfarming\tindustry\nregion\tsector\t\t\nNL\tfarming\t150\t500\nNL\tindustry\t200\t100\n",
    ),
    (
        "emissions/F.txt",
        "region\tNL\tNL\nsector\tfarming\tindustry\nstressor\t\t\nCO2\t700\t400\nCH4\t0\t-2\n",
    ),
    ("emissions/unit.txt", "stressor\tunit\nCO2\tkt\nCH4\tt\n"),
];

fn tables(replaced: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("io/emissions")).unwrap();
    for (name, text) in FILES.iter().chain(replaced) {
        fs::write(folder.path().join("io").join(name), text).unwrap();
    }
    folder
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let all = [&["multipliers", "io", "--format", "json"], arguments].concat();
    let done = run(folder, &all);
    assert_eq!(done.code, 0, "{}", done.stderr);
    serde_json::from_str(&done.stdout).unwrap()
}

#[test]
fn a_textbook_by_hand() {
    let folder = tables(&[]);
    let found = json(folder.path(), &[]);
    // (I - A)^-1 = 1 / 0.7575 [[0.95, 0.25], [0.20, 0.85]] for A = [[0.15, 0.25], [0.20, 0.05]] (Miller and Blair 2.3.2);
    // S = [[0.7, 0.2], [0, -0.001]].
    let expected = [
        [(0.7 * 0.95 + 0.2 * 0.20) / 0.7575, (0.7 * 0.25 + 0.2 * 0.85) / 0.7575],
        [-0.001 * 0.20 / 0.7575, -0.001 * 0.85 / 0.7575],
    ];
    for (k, row) in expected.iter().enumerate() {
        let stressor = &found["stressors"][k];
        assert_eq!(stressor["proved"], true);
        for (i, expected) in row.iter().enumerate() {
            let value = stressor["multipliers"][i].as_f64().unwrap();
            let bound = stressor["error_bounds"][i].as_f64().unwrap();
            assert!(
                (value - expected).abs() <= bound + 4e-16 * expected.abs() && bound < 1e-12,
                "{value} {expected}"
            );
        }
    }
    let one = json(folder.path(), &["--stressor", "CH4", "--sector", "industry"]);
    assert_eq!(one["stressors"].as_array().unwrap().len(), 1);
    assert_eq!(one["stressors"][0]["multipliers"].as_array().unwrap().len(), 1);
    assert_eq!(one["stressors"][0]["multipliers"][0], found["stressors"][1]["multipliers"][1]);
}

#[test]
fn files_hold_what_the_screen_shows() {
    let folder = tables(&[]);
    let wide = run(folder.path(), &["multipliers", "io", "--wide", "--out", "m.csv"]);
    assert_eq!(wide.code, 0, "{}", wide.stderr);
    let rows = fs::read_to_string(folder.path().join("m.csv")).unwrap();
    assert_eq!(rows.lines().count(), 3, "{rows}");
    assert!(rows.lines().next().unwrap().contains("CO2"), "{rows}");
    let long = run(folder.path(), &["multipliers", "io", "--format", "csv"]);
    assert_eq!(long.stdout.lines().count(), 5);
}

#[test]
fn what_is_wrong_is_said() {
    let eats = "region\t\tNL\tNL\nsector\t\tfarming\tindustry\nregion\tsector\t\t\nNL\tfarming\t500\t1000\nNL\tindustry\t500\t1200\n";
    let cases: [(&[(&str, &str)], &[&str], &[&str]); 5] = [
        (&[("Z.txt", eats)], &[], &["not productive"]),
        (&[("Z.txt", &FILES[2].1.replace("500", "five"))], &[], &["Z.txt:4", "`five`"]),
        (&[("emissions/F.txt", &FILES[3].1.replace("700", "inf"))], &[], &["F.txt:4", "`inf`"]),
        (&[], &["--stressor", "CO3"], &["CO3", "CO2"]),
        (&[("x.txt", "region\tsector\tindout\nNL\tfarming\t1000\n")], &[], &["x.txt"]),
    ];
    for (replaced, arguments, words) in cases {
        let folder = tables(replaced);
        let all = [&["multipliers", "io", "--out", "m.csv"], arguments].concat();
        let done = run(folder.path(), &all);
        assert_eq!(done.code, 1, "{words:?}");
        assert_holds(&done.stderr, words);
        assert!(!folder.path().join("m.csv").exists());
    }
}
