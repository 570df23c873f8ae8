//! The house rules that a compiler does not know: layers, sizes, manifests, no stray machine paths.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use truecost_tests::{repository, run};

/// Modules of the engine by layer: a module uses only rows above its own.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["data"],
    &["chain", "flows"],
    &["rollup", "regime"],
    &["valuation"],
    &["pricing"],
    &["ledger", "network", "study"],
    &["fairtrade"],
    &["report"],
    &["cli"],
];

/// Lines after which a file has more than one noun in it.
const LONGEST: usize = 700;

fn files(folder: &Path, ends: &[&str]) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", ".git", ".venv", "__pycache__", "node_modules"].contains(&name.as_str()) {
                all.extend(files(&path, ends));
            }
        } else if ends.iter().any(|end| name.ends_with(end)) {
            all.push(path);
        }
    }
    all.sort();
    all
}

#[test]
fn modules_use_only_what_is_above_them() {
    let source = repository().join("engine/src");
    let layer: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(level, names)| names.iter().map(move |name| (*name, level)))
        .collect();
    let mut crossed = Vec::new();
    for path in files(&source, &[".rs"]) {
        let module =
            path.strip_prefix(&source).unwrap().iter().next().unwrap().to_string_lossy().into_owned();
        let Some(&own) = layer.get(module.as_str()) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                if let Some(&level) = layer.get(used)
                    && (level > own || (level == own && used != module))
                {
                    crossed.push(format!("{}:{}: {module} uses {used}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(crossed.is_empty(), "{}", crossed.join("\n"));
    let folders = fs::read_dir(&source).unwrap().filter_map(Result::ok).filter(|e| e.path().is_dir());
    let unknown: Vec<_> = folders.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    assert!(
        unknown.iter().all(|name| layer.contains_key(name.as_str())),
        "a module without a layer: {unknown:?}"
    );
}

#[test]
fn files_are_small() {
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let mut sizes: Vec<(usize, PathBuf)> = ["engine", "tests"]
        .iter()
        .flat_map(|folder| files(&repository().join(folder), &[".rs", ".py"]))
        .map(|path| (lines(&path), path))
        .collect();
    sizes.sort();
    let longest = sizes.last().unwrap();
    assert!(longest.0 <= LONGEST, "{} has {} lines", longest.1.display(), longest.0);
    assert!(sizes[sizes.len() / 2].0 <= 200, "the median file has {} lines", sizes[sizes.len() / 2].0);
}

#[test]
fn every_dataset_has_a_manifest_checksums_and_no_problem() {
    let datasets = repository().join("datasets");
    let mut seen = 0;
    for shelf in fs::read_dir(&datasets).unwrap().filter_map(Result::ok) {
        for dataset in fs::read_dir(shelf.path()).unwrap().filter_map(Result::ok).map(|e| e.path()) {
            let manifest = fs::read_to_string(dataset.join("manifest.toml")).unwrap();
            for table in files(&dataset, &[".csv", ".parquet"]) {
                let name = table.file_name().unwrap().to_string_lossy().into_owned();
                assert!(
                    manifest.contains(&format!("\"{name}\" = \"sha256:")),
                    "{} is not sealed",
                    table.display()
                );
            }
            let path = dataset.strip_prefix(repository()).unwrap().to_str().unwrap().to_owned();
            let answer = run(&repository(), &["check", &path]);
            assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{path}");
            seen += 1;
        }
    }
    assert!(seen >= 8, "only {seen} datasets");
}

#[test]
fn what_is_built_in_stays_small() {
    let shelves = [
        "factors",
        "reference",
        "prices",
        "regimes",
        "postings",
        "fairtrade",
        "surplus",
        "characterisation",
        "coop/coffee",
    ];
    let all = shelves
        .iter()
        .flat_map(|shelf| files(&repository().join("datasets").join(shelf), &[".csv", ".toml"]));
    let bytes: u64 = all.map(|path| fs::metadata(path).unwrap().len()).sum();
    assert!(bytes < 2_000_000, "{bytes} bytes are built into the library");
}

#[test]
fn nothing_speaks_of_a_machine() {
    // Put together here, so that this file does not hold them itself.
    let roots = ["work", "root", "home", "tmp"].map(|name| format!("/{name}/"));
    let mut found = Vec::new();
    for path in
        files(&repository(), &[".rs", ".py", ".md", ".toml", ".csv", ".jinja", ".json", "expected", "cmd"])
    {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        for (number, line) in text.lines().enumerate() {
            let spoken = roots.iter().any(|root| {
                line.match_indices(root.as_str()).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    before.is_none_or(|c| !c.is_alphanumeric() && !"./-_".contains(c))
                })
            });
            if spoken {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_crate_inherits_the_lints() {
    for manifest in files(&repository(), &["Cargo.toml"]) {
        let text = fs::read_to_string(&manifest).unwrap();
        if text.contains("[package]") {
            assert!(text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
        }
    }
}
