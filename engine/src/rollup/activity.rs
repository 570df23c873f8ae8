//! How much of every process one unit of a product sets in motion: `A s = f`, consumers before suppliers.

use std::collections::BTreeMap;

use super::footprint::Footprints;

/// Sweeps in a block before what is left no longer matters for a share.
const SWEEPS: usize = 2_000;

/// Activity of each node, as recorded, that one reference unit of the product of `node` needs.
/// Only nodes that are needed are listed, ascending.
pub fn activity(footprints: &Footprints, node: usize) -> Vec<(usize, f64)> {
    let (chain, blocks) = (footprints.chain(), footprints.blocks());
    // Demand waiting at each block; the highest block is the furthest from its suppliers.
    let mut waiting: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
    waiting.entry(blocks.of[node]).or_default().insert(node, 1.0);
    let mut result = Vec::new();
    while let Some((block, demand)) = waiting.pop_last() {
        let members = &blocks.members[block];
        let solved = match (members.as_slice(), footprints.direct(block)) {
            ([single], None) => {
                vec![demand.get(single).copied().unwrap_or_default() / chain.net_output(*single)]
            }
            (_, Some(direct)) => {
                let right: Vec<f64> =
                    members.iter().map(|n| demand.get(n).copied().unwrap_or_default()).collect();
                direct.solve_transpose(&right)
            }
            (_, None) => iterate(footprints, members, &demand),
        };
        for (&member, amount) in members.iter().zip(&solved) {
            if *amount == 0.0 {
                continue;
            }
            result.push((member, *amount));
            for &(supplier, input) in &chain.nodes[member].inputs {
                if blocks.of[supplier] != block {
                    *waiting.entry(blocks.of[supplier]).or_default().entry(supplier).or_default() +=
                        input * amount;
                }
            }
        }
    }
    result.sort_unstable_by_key(|(node, _)| *node);
    result
}

/// Gauss-Seidel over the block: what each member must make for demand from outside and for the others.
fn iterate(footprints: &Footprints, members: &[usize], demand: &BTreeMap<usize, f64>) -> Vec<f64> {
    let chain = footprints.chain();
    let mut takers: Vec<Vec<(usize, f64)>> = vec![Vec::new(); members.len()];
    for (taker, &node) in members.iter().enumerate() {
        for &(supplier, amount) in chain.nodes[node].inputs.iter().filter(|(supplier, _)| *supplier != node) {
            if let Ok(index) = members.binary_search(&supplier) {
                takers[index].push((taker, amount));
            }
        }
    }
    let mut s = vec![0.0; members.len()];
    for _ in 0..SWEEPS {
        let mut change = 0.0_f64;
        for (index, &node) in members.iter().enumerate() {
            let mut sum = demand.get(&node).copied().unwrap_or_default();
            for &(taker, amount) in &takers[index] {
                sum += amount * s[taker];
            }
            let next = sum / chain.net_output(node);
            change = change.max((next - s[index]).abs() - 4e-16 * next.abs());
            s[index] = next;
        }
        if change <= 0.0 {
            break;
        }
    }
    s
}
