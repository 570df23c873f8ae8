//! The solver on a published input-output system: US EPA's USEEIO v1.2, 388 sectors, 57 % of A filled.
//!
//! The data folder is named by `TRUECOST_DATA`; without it these tests are skipped by name.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use truecost::base::float::Double;
use truecost::chain::{Chain, Node};
use truecost::rollup::{activity, footprints};

fn matrix(file: &str) -> Option<Vec<Vec<f64>>> {
    let Some(folder) = std::env::var_os("TRUECOST_DATA").map(PathBuf::from).filter(|f| f.is_dir()) else {
        assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "TRUECOST_DATA names no folder");
        eprintln!("skipped: TRUECOST_DATA names no folder with the public test data");
        return None;
    };
    let text = fs::read_to_string(folder.join("useeio-v1.2").join(file)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// A dollar of each sector takes `A[i][j]` dollars of sector i.
fn chain(a: &[Vec<f64>]) -> Chain {
    let nodes = (0..a.len())
        .map(|j| Node {
            id: format!("sector-{j}"),
            process: Some(j),
            product: j,
            output: 1.0,
            share: 1.0,
            inputs: (0..a.len()).filter(|&i| a[i][j] != 0.0).map(|i| (i, a[i][j])).collect(),
        })
        .collect();
    Chain { nodes, ..Chain::default() }
}

#[test]
fn useeio_total_intensities_are_the_published_ones() {
    let (Some(a), Some(direct), Some(total)) =
        (matrix("matrix/A.json"), matrix("matrix/D.json"), matrix("matrix/U.json"))
    else {
        return;
    };
    let chain = chain(&a);
    let footprints = footprints(&chain).unwrap();
    let mut compared = 0;
    for (direct, total) in direct.iter().zip(&total) {
        let right: Vec<Double> = direct.iter().map(|value| Double::new(*value)).collect();
        let solution = footprints.solve(&right);
        assert!(solution.proved.iter().all(|proved| *proved));
        let largest = total.iter().fold(0.0_f64, |max, value| max.max(value.abs()));
        for ((found, published), bound) in solution.values.iter().zip(total).zip(&solution.bounds) {
            assert!(
                (found - published).abs() <= 1e-9 * published.abs() + 1e-13 * largest,
                "{found} {published}"
            );
            assert!(*bound <= 1e-14 * found.abs() + 1e-20 * largest, "{bound} of {found}");
            compared += 1;
        }
    }
    assert_eq!(compared, 24 * 388);
}

#[test]
fn useeio_activities_are_a_column_of_the_published_inverse() {
    let (Some(a), Some(inverse)) = (matrix("matrix/A.json"), matrix("matrix/L.json")) else { return };
    let chain = chain(&a);
    let footprints = footprints(&chain).unwrap();
    for sector in [0, 100, 387] {
        for (node, amount) in activity(&footprints, sector) {
            let published = inverse[node][sector];
            assert!((amount - published).abs() <= 1e-9 * published.abs() + 1e-14, "{amount} {published}");
        }
    }
}
