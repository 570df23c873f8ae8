//! Tiers and paths of systems whose sums have a closed form.

use super::{chain, close};
use crate::chain::Chain;
use crate::rollup::contribution::{Passing, Paths, Tiers, absolute, paths, tiers};
use crate::rollup::footprints;

fn divided(chain: &Chain, last: usize) -> Tiers {
    tiers(&footprints(chain).unwrap(), &Passing::new(chain), 0, last)
}

fn found(chain: &Chain, direct: &[f64], cutoff: f64, most: usize) -> Paths {
    let solved = footprints(chain).unwrap();
    let bound = absolute(&solved, 0, direct);
    assert!(bound.is_proved);
    paths(chain, &Passing::new(chain), 0, direct, &bound.values, (cutoff, most))
}

#[test]
fn a_line_has_as_many_tiers_as_members() {
    // 1 of p0 takes 2 of p1; 4 of p1 take 3 of p2, so 1 of p0 takes 1.5 of p2.
    let chain = chain(&[(1.0, &[(1, 2.0)]), (4.0, &[(2, 3.0)]), (1.0, &[])]);
    let all = divided(&chain, 5);
    assert_eq!(all.tiers, [vec![(0, 1.0)], vec![(1, 0.5)], vec![(2, 1.5)], vec![], vec![], vec![]]);
    assert_eq!(all.deeper, []);
    let some = divided(&chain, 0);
    assert_eq!((some.tiers, some.deeper), (vec![vec![(0, 1.0)]], vec![(1, 0.5), (2, 1.5)]));
}

#[test]
fn own_use_is_of_the_own_tier() {
    let chain = chain(&[(10.0, &[(0, 2.0), (1, 4.0)]), (1.0, &[(1, 0.75)])]);
    let all = divided(&chain, 3);
    assert_eq!(all.tiers, [vec![(0, 0.125)], vec![(1, 2.0)], vec![], vec![]]);
    assert_eq!(all.deeper, []);
}

#[test]
fn a_loop_of_two_is_a_geometric_series() {
    // 0.5 of p1 each time, 0.4 of p0 back: tiers 1, 0.5, 0.2, 0.1, 0.04, …; the whole is 1 / 0.8 of p0, 0.5 / 0.8 of p1.
    let chain = chain(&[(1.0, &[(1, 0.5)]), (1.0, &[(0, 0.4)])]);
    let all = divided(&chain, 4);
    for (tier, (node, activity)) in all.tiers.iter().zip([(0, 1.0), (1, 0.5), (0, 0.2), (1, 0.1), (0, 0.04)])
    {
        assert_eq!(tier.len(), 1);
        assert_eq!(tier[0].0, node);
        close(&[tier[0].1], &[activity]);
    }
    // What is left after the tiers 0 to 4: 0.2^3 / 0.8 of p0, 0.5 x 0.2^2 / 0.8 of p1.
    let (nodes, left): (Vec<usize>, Vec<f64>) = all.deeper.into_iter().unzip();
    assert_eq!(nodes, [0, 1]);
    close(&left, &[0.008 / 0.8, 0.02 / 0.8]);
}

#[test]
fn a_mix_is_no_purchase() {
    // p0 takes 1 of a mix, 0.6 of p2 and 0.4 of p3; p2 takes 0.5 of p3.
    let mut chain =
        chain(&[(1.0, &[(1, 1.0)]), (1.0, &[(2, 0.6), (3, 0.4)]), (1.0, &[(3, 0.5)]), (1.0, &[])]);
    chain.nodes[1].process = None;
    let all = divided(&chain, 2);
    assert_eq!(all.tiers, [vec![(0, 1.0)], vec![(2, 0.6), (3, 0.4)], vec![(3, 0.3)]]);
    let listed = found(&chain, &[0.0, 0.0, 0.0, 1.0], 0.1, 9).paths;
    let listed: Vec<_> = listed.iter().map(|path| (path.nodes.as_slice(), path.tier)).collect();
    assert_eq!(listed, [(&[0, 1, 3][..], 1), (&[0, 1, 2, 3], 2)]);
}

#[test]
fn mixes_that_take_of_each_other_do_not_go_round_for_ever() {
    let mut chain =
        chain(&[(1.0, &[(1, 1.0)]), (1.0, &[(2, 0.5), (3, 0.5)]), (1.0, &[(1, 0.5), (3, 0.5)]), (1.0, &[])]);
    for node in [1, 2] {
        chain.nodes[node].process = None;
    }
    let all = divided(&chain, 3);
    assert_eq!(all.tiers.len(), 4);
    let of_last = |tier: &[(usize, f64)]| tier.iter().filter(|(n, _)| *n == 3).map(|(_, s)| s).sum::<f64>();
    close(&[all.tiers.iter().map(|tier| of_last(tier)).sum::<f64>() + of_last(&all.deeper)], &[1.0]);
}

#[test]
fn paths_of_a_loop_end_at_the_cut_off() {
    let chain = chain(&[(1.0, &[(1, 0.5)]), (1.0, &[(0, 0.4)])]);
    // Contributions 1, 1, 0.2, 0.2, 0.04, 0.04, … of a whole of 2.5.
    let all = found(&chain, &[1.0, 2.0], 0.03, 100);
    close(
        &all.paths.iter().map(|path| path.contribution).collect::<Vec<_>>(),
        &[1.0, 1.0, 0.2, 0.2, 0.04, 0.04],
    );
    assert_eq!(all.paths[3].nodes, [0, 1, 0, 1]);
    assert_eq!((all.above, all.is_complete), (6, true));
    let some = found(&chain, &[1.0, 2.0], 0.03, 2);
    assert_eq!((some.paths.len(), some.above, some.is_complete), (2, 6, true));
    assert_eq!(some.paths[..], all.paths[..2]);
}

#[test]
fn without_a_cut_off_a_loop_ends_at_the_limit() {
    let chain =
        chain(&[(1.0, &[(0, 0.1), (1, 0.5), (2, 0.2)]), (1.0, &[(0, 0.9), (1, 0.3)]), (1.0, &[(0, 0.9)])]);
    let all = found(&chain, &[1.0, 1.0, 1.0], 0.0, 10);
    assert!(!all.is_complete && all.above > 1_000 && all.paths.len() == 10);
}

#[test]
fn a_credit_does_not_hide_the_path_above_it() {
    // p1 causes nothing itself, takes 1 of p2 and gives back 1 of p3 with the same footprint: its own is 0.
    let chain = chain(&[(1.0, &[(1, 1.0)]), (1.0, &[(2, 1.0), (3, -1.0)]), (1.0, &[]), (1.0, &[])]);
    let direct = [0.1, 0.0, 5.0, 5.0];
    let listed = found(&chain, &direct, 0.05, 9).paths;
    let listed: Vec<_> = listed.iter().map(|p| (p.nodes.as_slice(), p.contribution)).collect();
    assert_eq!(listed, [(&[0, 1, 2][..], 5.0), (&[0, 1, 3], -5.0), (&[0], 0.1)]);
}

#[test]
fn a_loop_of_credits_without_a_bound_is_said_to_have_none() {
    let chain = chain(&[(1.0, &[(1, -2.0)]), (1.0, &[(0, 2.0)])]);
    let bound = absolute(&footprints(&chain).unwrap(), 0, &[1.0, 1.0]);
    assert!(!bound.is_proved);
    let all = paths(&chain, &Passing::new(&chain), 0, &[1.0, 1.0], &bound.values, (0.1, 5));
    assert!(!all.is_complete);
}

#[test]
fn parts_of_a_loop_that_keeps_almost_all_add_up_too() {
    // A ring of six that hands on all but 1e-7: activities are 1e6 and more, and sum up to what is known in closed form.
    let keeps = 1.0 - 1e-7;
    let rows: Vec<(f64, Vec<(usize, f64)>)> = (0..6).map(|at| (1.0, vec![((at + 1) % 6, keeps)])).collect();
    let rows: Vec<(f64, &[(usize, f64)])> =
        rows.iter().map(|(out, inputs)| (*out, inputs.as_slice())).collect();
    let chain = chain(&rows);
    let solved = footprints(&chain).unwrap();
    let direct = [1.3, 2.3, 3.3, 4.3, 5.3, 6.3];
    let footprint = solved.solve(&direct.map(crate::base::float::Double::new)).values[0];
    let by = |part: &[(usize, f64)]| part.iter().map(|(node, s)| s * direct[*node]).sum::<f64>();
    let whole = by(&crate::rollup::activity(&solved, 0));
    assert!((whole - footprint).abs() <= 1e-9 * footprint, "{whole} {footprint}");
    let all = divided(&chain, 3);
    let parts = all.tiers.iter().map(|tier| by(tier)).sum::<f64>() + by(&all.deeper);
    assert!((parts - footprint).abs() <= 1e-9 * footprint, "{parts} {footprint}");
}
