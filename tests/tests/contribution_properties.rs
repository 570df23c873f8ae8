//! Random chains: tiers add up to the whole, and no path above the cut-off is missed.

use std::collections::BTreeMap;

use proptest::prelude::*;
use truecost::base::float::Double;
use truecost::chain::{Chain, Node};
use truecost::rollup::contribution::{Passing, absolute, paths, tiers};
use truecost::rollup::{activity, footprints};

/// Productive chains of 2 to 9 nodes with credits: what a node takes has a sum of absolute amounts below 0.9.
fn chains() -> impl Strategy<Value = (Chain, Vec<f64>)> {
    (2_usize..10)
        .prop_flat_map(|count| {
            let row = prop::collection::vec((0..count, -1.0..3.0_f64), 0..4);
            let rows = prop::collection::vec((row, 0.5..20.0_f64, any::<bool>()), count);
            (rows, prop::collection::vec(-1.0..5.0_f64, count))
        })
        .prop_map(|(rows, direct)| {
            let count = rows.len();
            let node = |at: usize| Node {
                id: format!("p{at}"),
                process: Some(at),
                product: at,
                output: 1.0,
                share: 1.0,
                inputs: Vec::new(),
            };
            let mut made = Chain { nodes: (0..count).map(node).collect(), ..Chain::default() };
            for (node, (inputs, output, is_mix)) in rows.into_iter().enumerate() {
                let sum: f64 = inputs.iter().map(|(_, amount)| amount.abs()).sum::<f64>() + 1e-3;
                let own = &mut made.nodes[node];
                let mut taken = BTreeMap::<usize, f64>::new();
                for (supplier, amount) in inputs {
                    *taken.entry(supplier).or_default() += amount / sum * 0.9 * output;
                }
                own.inputs = taken.into_iter().collect();
                own.output = output;
                // A mix makes something of what it takes; node 0 is a process.
                own.process = (node == 0 || !is_mix).then_some(node);
            }
            (made, direct)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn tiers_add_up_to_the_activity_and_paths_to_the_tiers((chain, direct) in chains(), last in 0_usize..7) {
        let direct: Vec<f64> = direct.iter().zip(&chain.nodes).map(|(d, n)| if n.process.is_some() { *d } else { 0.0 }).collect();
        let solved = footprints(&chain).unwrap();
        let passing = Passing::new(&chain);
        let all = tiers(&solved, &passing, 0, last);
        let mut sums = vec![0.0; chain.nodes.len()];
        for (node, s) in all.tiers.iter().flatten().chain(&all.deeper) {
            sums[*node] += s;
        }
        let whole = activity(&solved, 0);
        let size = whole.iter().map(|(_, s)| s.abs()).fold(0.0, f64::max);
        for (node, s) in whole {
            // Mixes have no tier of their own.
            if chain.nodes[node].process.is_some() {
                prop_assert!((sums[node] - s).abs() <= 1e-12 * size, "{node}: {} {s}", sums[node]);
            }
        }
        let right: Vec<Double> = direct.iter().map(|d| Double::new(*d)).collect();
        let footprint = solved.solve(&right).values[0];
        let by_tier = |tier: &[(usize, f64)]| tier.iter().map(|(n, s)| s * direct[*n]).sum::<f64>();
        let gross: f64 = all.tiers.iter().flatten().chain(&all.deeper).map(|(n, s)| (s * direct[*n]).abs()).sum();
        let parts: f64 = all.tiers.iter().map(|tier| by_tier(tier)).sum::<f64>() + by_tier(&all.deeper);
        prop_assert!((parts - footprint).abs() <= 1e-11 * gross + 1e-300);

        // Every path above the cut-off is found: compared with a walk over all paths of up to three purchases.
        let cutoff = 0.02 * gross;
        let bound = absolute(&solved, 0, &direct);
        let listed = paths(&chain, &passing, 0, &direct, &bound.values, (cutoff, usize::MAX));
        if bound.is_proved && listed.is_complete {
            let mut waiting = vec![(vec![0_usize], 1.0_f64)];
            while let Some((nodes, amount)) = waiting.pop() {
                let node = nodes[nodes.len() - 1];
                let activity = amount / chain.net_output(node);
                let own = activity * direct[node];
                if own.abs() > cutoff * (1.0 + 1e-9) && own != 0.0 {
                    prop_assert!(listed.paths.iter().any(|path| path.nodes == nodes), "{nodes:?} is missing");
                }
                for &(supplier, input) in chain.nodes[node].inputs.iter().filter(|(n, _)| *n != node && nodes.len() < 4) {
                    let mut more = nodes.clone();
                    more.push(supplier);
                    waiting.push((more, input * activity));
                }
            }
        }
    }
}
