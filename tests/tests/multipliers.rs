//! Multipliers of input-output tables: systems by hand, every layout, what is shown and written, and tables that are not as
//! they should be. That they are those of pymrio and numpy is a test of the Python package, where these are.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use truecost_tests::{Answer, assert_holds, run};

/// Two sectors of Miller and Blair, Input-Output Analysis, section 2.3: `A` is `[[0.15, 0.25], [0.2, 0.05]]`. Each
/// causes one of two stressors, of one per unit.
const Z: &str = "region\tDE\tDE\nsector\tfarms\tfactories\nregion\tsector\t\t\nDE\tfarms\t150\t500\n\
                 DE\tfactories\t200\t100\n";
const X: &str = "region\tsector\tindout\nDE\tfarms\t1000\nDE\tfactories\t2000\n";
const Y: &str = "region\tDE\nuse\tall\nregion\tsector\t\nDE\tfarms\t350\nDE\tfactories\t1700\n";
const UNIT: &str = "region\tsector\tunit\nDE\tfarms\tM.EUR\nDE\tfactories\tM.EUR\n";
const F: &str = "region\tDE\tDE\nsector\tfarms\tfactories\nstressor\t\t\nCO2, air\t1000\t0\nJobs\t0\t2000\n";
const STRESSORS: &str = "stressor\tunit\nCO2, air\tkg\nJobs\tp\n";

/// Writes the tables, some of them replaced; empty ones are not written.
fn tables(replaced: &[(&str, &str)]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("io");
    fs::create_dir_all(path.join("gases")).unwrap();
    let files = [
        ("Z.txt", two_heads(Z)),
        ("x.txt", X.to_owned()),
        ("unit.txt", UNIT.to_owned()),
        ("gases/F.txt", F.to_owned()),
        ("gases/unit.txt", STRESSORS.to_owned()),
    ];
    let mut all: BTreeMap<&str, String> = files.into_iter().collect();
    all.extend(replaced.iter().map(|(name, text)| (*name, (*text).to_owned())));
    for (name, text) in all.into_iter().filter(|(_, text)| !text.is_empty()) {
        fs::write(path.join(name), text).unwrap();
    }
    (folder, path)
}

/// Of two labels in front, as the rows of `Z`.
fn two_heads(text: &str) -> String {
    text.replacen("region\tDE", "region\t\tDE", 1).replacen("sector\tfarms", "sector\t\tfarms", 1)
}

fn multipliers(folder: &Path, more: &[&str]) -> Answer {
    run(folder, &[&["multipliers", "io"], more].concat())
}

/// Multipliers by stressor, region and sector, from the CSV, with bounds.
fn found(folder: &Path, more: &[&str]) -> BTreeMap<String, (f64, f64)> {
    let answer = multipliers(folder, &[more, &["--format", "csv"]].concat());
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    let mut reader = csv::Reader::from_reader(answer.stdout.as_bytes());
    let head = "region,sector,unit,extension,stressor,multiplier,multiplier_unit,error_bound,proved";
    assert_eq!(answer.stdout.lines().next().unwrap(), head);
    let row = |row: csv::StringRecord| {
        assert_eq!(&row[8], "true", "{row:?}");
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        (format!("{} {} {}", &row[4], &row[0], &row[1]), (number(5), number(7)))
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// L = 1/0.7575 [[0.95, 0.25], [0.20, 0.85]].
fn assert_by_hand(folder: &Path) {
    let found = found(folder, &[]);
    let truth = [
        ("CO2, air DE farms", 0.95 / 0.7575),
        ("CO2, air DE factories", 0.25 / 0.7575),
        ("Jobs DE farms", 0.20 / 0.7575),
        ("Jobs DE factories", 0.85 / 0.7575),
    ];
    assert_eq!(found.len(), 4);
    for (key, truth) in truth {
        let (value, bound) = found[key];
        assert!((value - truth).abs() <= 1e-15 && bound < 1e-13, "{key}: {value} {bound} {truth}");
    }
}

#[test]
fn two_sectors_by_hand_out_of_every_layout() {
    let (folder, path) = tables(&[]);
    assert_by_hand(folder.path());
    // Rows and columns in other orders.
    let z = "region\t\tDE\tDE\nsector\t\tfactories\tfarms\nregion\tsector\t\t\nDE\tfarms\t500\t150\nDE\tfactories\t100\t200\n";
    let (folder, _) = tables(&[("Z.txt", z)]);
    assert_by_hand(folder.path());
    // What goes to final demand, in place of x.
    let (folder, _) = tables(&[
        ("x.txt", ""),
        ("Y.txt", &Y.replacen("region\tDE", "region\t\tDE", 1).replacen("use\tall", "use\t\tall", 1)),
    ]);
    assert_by_hand(folder.path());
    // Coefficients, with totals and x, and with rates.
    let a = two_heads(Z).replace("150\t500", "0.15\t0.25").replace("200\t100", "0.2\t0.05");
    let s = F.replace("1000", "1").replace("2000", "1");
    let (folder, _) = tables(&[("Z.txt", ""), ("A.txt", &a)]);
    assert_by_hand(folder.path());
    let (folder, _) =
        tables(&[("Z.txt", ""), ("A.txt", &a), ("x.txt", ""), ("gases/F.txt", ""), ("gases/S.txt", &s)]);
    assert_by_hand(folder.path());
    let (folder, _) = tables(&[("gases/F.txt", ""), ("gases/S.txt", &s)]);
    assert_by_hand(folder.path());
    // The file itself does not matter, its folder does.
    let answer = run(path.parent().unwrap(), &["multipliers", "."]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
}

#[test]
fn sectors_that_make_nothing_or_less_keep_their_ratios() {
    let (folder, _) = tables(&[("x.txt", &X.replace("2000", "0"))]);
    let zero = found(folder.path(), &[]);
    // A bound has a floor, so that no sector is without weight in the proof.
    let (value, bound) = zero["CO2, air DE factories"];
    assert!(value == 0.0 && bound < 1e-25, "{value} {bound}");
    assert!((zero["CO2, air DE farms"].0 - 1.0 / 0.85).abs() < 1e-15);
    let turned = [
        ("x.txt", X.replace("2000", "-2000")),
        ("Z.txt", two_heads(Z).replace("\t500", "\t-500").replace("\t100\n", "\t-100\n")),
        ("gases/F.txt", F.replace("0\t2000", "0\t-2000")),
    ];
    let turned: Vec<(&str, &str)> = turned.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_by_hand(tables(&turned).0.path());
}

#[test]
fn what_is_shown() {
    let (folder, _) = tables(&[]);
    let answer = multipliers(folder.path(), &[]);
    assert_eq!(answer.code, 0);
    assert_holds(
        &answer.stdout,
        &[
            "region  sector     CO2, air [kg]  Jobs [p]",
            "DE      farms              1.254  0.2640",
            "DE      factories         0.3300  1.122",
            "per M.EUR of final demand; proved to ",
        ],
    );
    let one = multipliers(folder.path(), &["--stressor", "Jobs", "--sector", "farms"]);
    assert_holds(&one.stdout, &["DE      farms   0.2640"]);
    assert!(!one.stdout.contains("CO2") && !one.stdout.contains("factories"), "{}", one.stdout);
    let one = multipliers(folder.path(), &["--region", "DE", "--extension", "gases", "--threads", "1"]);
    assert_eq!(one.stdout, answer.stdout);
    let json = multipliers(folder.path(), &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert!((json["stressors"][1]["multipliers"][0].as_f64().unwrap() - 0.2 / 0.7575).abs() < 1e-15);
    assert_eq!(json["stressors"][1]["proved"], true);
    assert_eq!(json["sectors"][1]["sector"], "factories");
}

#[test]
fn of_many_numbers_each_stressor_is_summed_up() {
    let (folder, path) = tables(&[]);
    let mut text = F.lines().take(3).map(|line| format!("{line}\n")).collect::<String>();
    let mut units = "stressor\tunit\n".to_owned();
    for at in 0..200 {
        text.push_str(&format!("gas {at}\t{}\t0\n", at * 1000));
        units.push_str(&format!("gas {at}\tkg\n"));
    }
    fs::write(path.join("gases/F.txt"), text).unwrap();
    fs::write(path.join("gases/unit.txt"), units).unwrap();
    let answer = multipliers(folder.path(), &[]);
    assert_holds(&answer.stdout, &["stressor  unit", "gas 100", "DE farms", "2 sectors x 200 stressors"]);
    let all = found(folder.path(), &[]);
    assert_eq!(all.len(), 400);
    // 200 columns are four blocks; each is what it would be alone.
    for at in [1, 63, 64, 199] {
        let (value, bound) = all[&format!("gas {at} DE farms")];
        let truth = f64::from(at) * 0.95 / 0.7575;
        assert!((value - truth).abs() <= bound && bound < 1e-13 * truth, "{at}: {value} {bound}");
    }
}

#[test]
fn what_is_written() {
    let (folder, _) = tables(&[]);
    let at = |name: &str| folder.path().join(name);
    for name in ["long.csv", "long.parquet", "all.json"] {
        let answer = multipliers(folder.path(), &["-o", name]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        assert!(at(name).is_file());
    }
    let printed = multipliers(folder.path(), &["--format", "csv"]).stdout;
    assert_eq!(fs::read_to_string(at("long.csv")).unwrap(), printed);
    for name in ["wide.csv", "wide.parquet"] {
        assert_eq!(multipliers(folder.path(), &["--wide", "--out", name]).code, 0);
    }
    let wide = fs::read_to_string(at("wide.csv")).unwrap();
    assert_holds(&wide, &["region,sector,unit,\"CO2, air [kg]\",Jobs [p]\n", "DE,farms,M.EUR,1.254"]);
    assert_eq!(multipliers(folder.path(), &["--wide", "--format", "csv"]).stdout, wide);
    let refused = multipliers(folder.path(), &["--wide", "-o", "wide.json"]);
    assert_eq!(refused.code, 2);
    assert_holds(&refused.stderr, &["written as .csv or .parquet"]);
    assert!(!at("wide.json").exists());
}

/// What is said of tables of which some were replaced.
fn refused(replaced: &[(&str, &str)], more: &[&str]) -> String {
    let (folder, _) = tables(replaced);
    let answer = multipliers(folder.path(), more);
    assert!([1, 2].contains(&answer.code), "{replaced:?} {}", answer.stderr);
    assert_eq!(answer.stdout, "");
    answer.stderr
}

#[test]
fn an_economy_that_eats_itself_is_refused_by_name() {
    let z = two_heads(Z).replace("150\t500", "900\t2000").replace("200\t100", "600\t1000");
    assert_holds(
        &refused(&[("Z.txt", &z)], &[]),
        &[
            "not-productive",
            "use up as much of each other as they make",
            "`DE, farms` takes 1.50 of its output",
        ],
    );
    // Each takes all of the other.
    let z = two_heads(Z).replace("150\t500", "0\t2000").replace("200\t100", "1000\t0");
    let said = refused(&[("Z.txt", &z)], &[]);
    assert_holds(&said, &["not-productive", "`DE, factories` takes 1.00 of its output"]);
}

#[test]
fn credits_without_a_proof_are_told() {
    // y0 = 1 + 2 y1, y1 = 1 - y0: y0 = 1, y1 = 0; no weights prove it.
    let z = two_heads(Z).replace("150\t500", "0\t-2000").replace("200\t100", "2000\t0");
    let s = F.replace("1000\t0", "1\t1").replace("0\t2000", "1\t1");
    let (folder, _) = tables(&[("Z.txt", &z), ("gases/F.txt", ""), ("gases/S.txt", &s)]);
    let answer = multipliers(folder.path(), &[]);
    assert_eq!(answer.code, 0);
    assert_holds(&answer.stderr, &["warning[not-certified]", "the bounds of `Jobs` are estimates"]);
    assert_holds(&answer.stdout, &["~", "an estimate: it has no proved bound"]);
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    let z = two_heads(Z);
    let said = refused(&[("Z.txt", &z.replace("\t150", "\tnan").replace("\t100", "\tx"))], &[]);
    assert_holds(
        &said,
        &["Z.txt:4:1", "`nan` is not a number", "Z.txt:5:2", "`x` is not a number", "2 errors"],
    );
    assert_holds(&refused(&[("Z.txt", &z.replace("\t150", "\t"))], &[]), &["write 0 where there is nothing"]);
    assert_holds(&refused(&[("Z.txt", &z.replace("\t150", "\t1e999"))], &[]), &["`1e999` is too large"]);
    assert_holds(
        &refused(&[("gases/F.txt", &F.replace("2000", "-"))], &[]),
        &["F.txt:5:2", "`-` is not a number"],
    );
    let short = z.replace("DE\tfactories\t200\t100\n", "");
    assert_holds(&refused(&[("Z.txt", &short)], &[]), &["1 rows, not one for each of 2 sectors"]);
    let twice = z.replace("DE\tfactories\t200", "DE\tfarms\t200");
    assert_holds(&refused(&[("Z.txt", &twice)], &[]), &["Z.txt:5", "two rows are `DE, farms`"]);
    let ragged = z.replace("\t200\t100", "\t200");
    assert_holds(&refused(&[("Z.txt", &ragged)], &[]), &["the row has 3 cells, the header 4"]);
    assert_holds(
        &refused(&[("x.txt", &X.replace("factories", "mills"))], &[]),
        &["`DE, mills` is no sector"],
    );
    assert_holds(&refused(&[("x.txt", "")], &[]), &["neither `x` nor `Y`"]);
    assert_holds(&refused(&[("unit.txt", "")], &[]), &["there is no `unit`"]);
    assert_holds(&refused(&[("gases/unit.txt", "")], &[]), &["`gases` has no `unit`"]);
    assert_holds(&refused(&[("gases/F.txt", "")], &[]), &["there is no stressor"]);
    let a = z.replace("150\t500", "0.15\t0.25").replace("200\t100", "0.2\t0.05");
    let said = refused(&[("Z.txt", ""), ("x.txt", ""), ("A.txt", &a)], &[]);
    assert_holds(&said, &["`gases` has `F` and no `S`, and there is no `x`"]);
}

#[test]
fn what_is_not_there_cannot_be_asked_for() {
    assert_holds(
        &refused(&[], &["--stressor", "Job"]),
        &["there is no stressor `Job`", "did you mean `Jobs`?"],
    );
    assert_holds(
        &refused(&[], &["--sector", "farm"]),
        &["there is no sector `farm`", "did you mean `farms`?"],
    );
    assert_holds(&refused(&[], &["--region", "FR"]), &["there is no region `FR`"]);
    assert_holds(
        &refused(&[], &["--extension", "gas"]),
        &["there is no extension `gas`", "there are: gases"],
    );
    let (folder, _) = tables(&[]);
    let answer = run(folder.path(), &["multipliers", "nowhere"]);
    assert_eq!(answer.code, 2);
    assert_holds(&answer.stderr, &["does not exist"]);
}
