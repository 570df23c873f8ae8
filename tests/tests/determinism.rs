//! The same bytes whatever the order of rows, and never half an answer.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use truecost_tests::{repository, run};

/// A generator of our own, so that the shuffle is the same on every machine: splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            list.swap(end, self.below(end + 1));
        }
    }
}

/// Copies a folder of datasets; rows and columns of every table in another order.
fn copy_shuffled(from: &Path, to: &Path, random: &mut Random) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_shuffled(&path, &target, random);
        } else if path.extension().is_some_and(|end| end == "csv") {
            shuffle_table(&path, &target, random);
        } else {
            // The checksums are of the files as they were.
            let manifest = fs::read_to_string(&path).unwrap();
            fs::write(&target, manifest.split("[checksums]").next().unwrap()).unwrap();
        }
    }
}

fn shuffle_table(from: &Path, to: &Path, random: &mut Random) {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(from).unwrap();
    let header = reader.headers().unwrap().clone();
    let mut rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    random.shuffle(&mut rows);
    let mut columns: Vec<usize> = (0..header.len()).collect();
    random.shuffle(&mut columns);
    let mut writer = csv::Writer::from_path(to).unwrap();
    for row in std::iter::once(&header).chain(&rows) {
        writer.write_record(columns.iter().map(|&column| &row[column])).unwrap();
    }
    writer.flush().unwrap();
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            all.extend(files(&path).into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            all.insert(name, fs::read(&path).unwrap());
        }
    }
    all
}

#[test]
fn shuffling_every_table_changes_no_byte() {
    let here = tempfile::tempdir().unwrap();
    for (seed, dataset) in [(1, "grocery"), (2, "coffee"), (3, "coffee")] {
        let mut random = Random(seed);
        let shuffled = here.path().join(format!("{seed}"));
        copy_shuffled(&repository().join("datasets"), &shuffled, &mut random);
        let price = |root: &Path, out: &str, shelf: bool| {
            let path = root.join("supply").join(dataset);
            let mut arguments = vec!["price", path.to_str().unwrap(), "--out", out];
            if shelf {
                arguments.extend(["--datasets", root.to_str().unwrap()]);
            }
            let answer = run(here.path(), &arguments);
            assert_eq!(answer.code, 0, "{}", answer.stderr);
            (answer.stdout, files(&here.path().join(out)))
        };
        let (table, written) = price(&repository().join("datasets"), &format!("plain-{seed}"), false);
        let (shuffled_table, shuffled_written) = price(&shuffled, &format!("shuffled-{seed}"), true);
        assert_eq!(table, shuffled_table);
        assert_eq!(written.keys().collect::<Vec<_>>(), shuffled_written.keys().collect::<Vec<_>>());
        for (file, bytes) in &written {
            assert_eq!(bytes, &shuffled_written[file], "{file} of {dataset}");
        }
        let names: Vec<&str> = written.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "breakdown.parquet",
                "index.html",
                "labels.html",
                "true_prices.csv",
                "true_prices.json",
                "true_prices.parquet",
                "true_prices.xlsx"
            ]
        );
    }
}

#[test]
fn a_failed_run_leaves_nothing_and_a_second_run_replaces_everything() {
    let here = tempfile::tempdir().unwrap();
    let dataset = repository().join("datasets/supply/coffee");
    let dataset = dataset.to_str().unwrap();
    let failed = run(here.path(), &["price", dataset, "--factors", "nonsense", "--out", "report/deep"]);
    assert_eq!(failed.code, 1);
    assert!(files(here.path()).is_empty() && !here.path().join("report").exists());
    // A folder stands where a file has to go: nothing of the batch gets its name.
    fs::create_dir_all(here.path().join("report/true_prices.json")).unwrap();
    let blocked = run(here.path(), &["price", dataset, "--out", "report"]);
    assert_eq!((blocked.code, blocked.stdout.as_str()), (2, ""));
    assert!(files(here.path()).is_empty(), "{:?}", files(here.path()).keys());
    fs::remove_dir(here.path().join("report/true_prices.json")).unwrap();
    let done = run(here.path(), &["price", dataset, "--out", "report"]);
    let first = files(here.path());
    fs::write(here.path().join("report/true_prices.csv"), "half a fi").unwrap();
    let again = run(here.path(), &["price", dataset, "--out", "report"]);
    assert_eq!((done.code, again.code), (0, 0));
    assert_eq!(first, files(here.path()));
}

#[test]
fn parquet_in_and_csv_in_are_the_same_data() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;

    let case = truecost_tests::Case::new().one_product().table(
        "interventions",
        "process,indicator,amount,unit\nmake,climate-change,0.1,kg CO2-eq\nmake,water-use,,m3",
    );
    let from_csv = case.price(&["--factors", "ce-delft-2024"]);
    fs::remove_file(case.path().join("data/interventions.csv")).unwrap();
    let text = |values: [&str; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("process", text(["make", "make"]), true),
        ("indicator", text(["climate-change", "water-use"]), true),
        ("amount", Arc::new(Float64Array::from(vec![Some(0.1), None])) as ArrayRef, true),
        ("unit", text(["kg CO2-eq", "m3"]), true),
    ])
    .unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    fs::write(case.path().join("data/interventions.parquet"), writer.into_inner().unwrap()).unwrap();
    let from_parquet = case.price(&["--factors", "ce-delft-2024"]);
    assert_eq!(from_csv.0, from_parquet.0);
}
