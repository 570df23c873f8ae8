//! Supply datasets that were imported: what they hold, and the footprints of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use truecost::base::diagnostic::Diagnostics;
use truecost::base::float::Double;
use truecost::chain::build;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::data::supply::Supply;
use truecost::rollup::footprints;

use crate::run;

/// The folder with the public test data, which `TRUECOST_DATA` names; without it a test is skipped by name, unless
/// everything is required.
///
/// # Panics
/// If everything is required.
pub fn public_data(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TRUECOST_DATA").map(PathBuf::from).filter(|folder| folder.is_dir());
    if folder.is_none() {
        assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "TRUECOST_DATA names no folder");
        eprintln!("skipped: TRUECOST_DATA names no folder with the public test data");
    }
    Some(folder?.join(name))
}

/// Imports with the command, checks what came of it with the command, and gives what was told.
///
/// # Panics
/// If it is refused.
pub fn imported(folder: &Path, arguments: &[&str], out: &str) -> String {
    let all = [&["import"], arguments, &["-o", out]].concat();
    let answer = run(folder, &all);
    assert_eq!(answer.code, 0, "{arguments:?}\n{}", answer.stderr);
    let check = run(folder, &["check", out]);
    assert_eq!((check.code, check.stderr.as_str()), (0, ""), "{arguments:?}");
    answer.stdout
}

/// Reads a supply dataset.
///
/// # Panics
/// If it has an error.
pub fn supply(folder: &Path) -> (Supply, Reference) {
    let mut diagnostics = Diagnostics::new();
    let reference = Reference::read(&Library::default(), &mut diagnostics);
    let supply = Supply::read(Source::folder(folder), &reference, &(), &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics}");
    (supply.expect("a dataset"), reference)
}

/// Footprints of every indicator of every product, in the units of the interventions: by product and indicator. What
/// is not stated counts as nothing.
///
/// # Panics
/// If the dataset has an error, or a footprint is not proved.
pub fn totals(folder: &Path) -> BTreeMap<(String, String), f64> {
    let (supply, reference) = supply(folder);
    let mut diagnostics = Diagnostics::new();
    let chain = build(&supply, &reference, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics}");
    let chain = chain.expect("a chain");
    let solver = footprints(&chain).expect("a chain that can be solved");
    let mut right: BTreeMap<&str, Vec<Double>> = BTreeMap::new();
    for (node, entry) in chain.nodes.iter().enumerate() {
        let Some(process) = entry.process else { continue };
        for row in supply.interventions.rows_of(&supply.processes[process].id) {
            let indicator = &*supply.interventions.profile(row).indicator;
            let vector = right.entry(indicator).or_insert_with(|| vec![Double::default(); chain.nodes.len()]);
            // Of several products of a process, each bears its share.
            let amount = supply.interventions.amount(row).unwrap_or_default() * entry.share;
            vector[node] = vector[node].plus_f64(amount);
        }
    }
    let mut found = BTreeMap::new();
    for (indicator, right) in right {
        let solution = solver.solve(&right);
        assert!(solution.proved.iter().all(|proved| *proved), "{indicator} is not proved");
        for point in &chain.points {
            let product = supply.products[point.product].id.clone();
            found.insert((product, indicator.to_owned()), solution.values[point.node]);
        }
    }
    found
}
