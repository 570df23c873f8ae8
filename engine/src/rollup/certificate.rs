//! The comparison matrix: which blocks are productive, and a bound on every footprint.
//!
//! With `M = <Aᵀ>` (|diagonal|, -|off-diagonal|), a vector z > 0 with M z > 0 bounds every solution:
//! `|y - ŷ| <= max_j(|r_j| / (M z)_j) z`, whatever the signs of A.

use std::ops::Range;

use super::direct::Direct;
use super::lanes::{Lane, from_outside, iterate, line_of_z, settle, slack};
use super::matrix::Matrix;

/// Sweeps after which a small block is solved directly.
const SWEEPS: usize = 200;
/// The same of a large one, whose factors may be a thousand times as many as its entries.
const SWEEPS_OF_LARGE: usize = 2_000;
/// The rate of z from which on a large block has none.
const GROWS: f64 = 1.000_1;
/// Members from which on a block is large.
const LARGE: usize = 2_000;

/// What a block of the chain turned out to be.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// There is a z, and Gauss-Seidel converges.
    Certified,
    /// There is a z, found by a direct solve of the comparison matrix: iteration would take too long.
    Slow(Box<Direct>),
    /// No z: the block makes less than it uses up.
    NotProductive,
    /// No z, but credits are among the inputs: a direct solve may do, its bound an estimate.
    Uncertified,
    /// The same of a large block in which Gauss-Seidel converges: no need of factors.
    Estimated,
}

/// Sweeps that a block is worth.
fn limit(places: &Range<usize>) -> usize {
    if places.len() < LARGE { SWEEPS } else { SWEEPS_OF_LARGE }
}

/// Looks at a block by solving `M z = 1` in it. `z` holds zeros, before and after.
pub(super) fn verdict(m: &Matrix, places: &Range<usize>, z: &mut [Lane<1>], ones: &[Lane<1>]) -> Verdict {
    let credits = places
        .clone()
        .any(|place| m.row(place).any(|(supplier, amount)| amount < 0.0 && places.contains(&supplier)));
    let failed = if credits { Verdict::Uncertified } else { Verdict::NotProductive };
    if places.clone().any(|place| m.net(place).hi <= 0.0) {
        return failed;
    }
    if places.len() == 1 {
        return Verdict::Certified;
    }
    let ([scale], [rate]) = settle(m, places, ones, z, limit(places));
    z[places.clone()].fill([0.0]);
    if scale <= 2.0 {
        return Verdict::Certified;
    }
    // A sweep adds to z what goes round once more. Where that only ever grows, what goes round is more than what went in.
    if places.len() >= LARGE && rate > GROWS {
        if !credits {
            return failed;
        }
        let [arrived] = iterate(m, places, ones, z, 1e-10, limit(places));
        z[places.clone()].fill([0.0]);
        return if arrived { Verdict::Estimated } else { failed };
    }
    // M has no positive off-diagonal: if it has a z at all, the solution of M z = 1 is one.
    let Some(direct) = Direct::of_comparison(m, places) else { return failed };
    for (place, value) in places.clone().zip(direct.solve(&vec![1.0; places.len()])) {
        z[place] = [value];
    }
    let is_positive = z[places.clone()].iter().all(|value| value[0] > 0.0);
    let scale = slack(m, places, ones, z)[0];
    z[places.clone()].fill([0.0]);
    if is_positive && scale <= 2.0 { Verdict::Slow(Box::new(direct)) } else { failed }
}

/// A bound on the error of each footprint, from bounds on the residuals; infinite where no z could be had.
///
/// `z` may hold anything, and becomes the bounds. `slow` holds the factored comparison matrix of blocks that need it. Blocks that are not `certified`, and all that
/// take from them, get none. What stands in other blocks changes no bound but through the chain itself.
pub(super) fn bounds<const L: usize>(
    m: &Matrix,
    slow: &[Option<Direct>],
    certified: &[bool],
    residual: &mut [Lane<L>],
    z: &mut [Lane<L>],
) {
    z.fill([0.0; L]);
    let mut begun = 0;
    for (block, places) in m.blocks().iter().enumerate() {
        if places.len() == 1 && certified[block] {
            continue;
        }
        line_of_z(m, begun..places.start, residual, z);
        begun = places.end;
        if !certified[block] {
            z[places.clone()].fill([f64::INFINITY; L]);
            continue;
        }
        raise(m, places, residual, z);
        let scale = match &slow[block] {
            None => settle(m, places, residual, z, limit(places)).0,
            Some(direct) => {
                let inside = from_outside::<L, true>(m, places, residual, z);
                direct.solve_lanes(&inside, &mut z[places.clone()]);
                slack(m, places, residual, z)
            }
        };
        for place in places.clone() {
            for l in 0..L {
                let bound = z[place][l] * scale[l];
                z[place][l] = if bound >= 0.0 { bound } else { f64::INFINITY };
            }
        }
    }
    line_of_z(m, begun..m.len(), residual, z);
}

/// A residual of 0 still needs a positive right side; a millionth of the least of the others is no looser than they are.
fn raise<const L: usize>(m: &Matrix, places: &Range<usize>, residual: &mut [Lane<L>], z: &[Lane<L>]) {
    let outside = from_outside::<L, true>(m, places, residual, z);
    let mut least = [f64::INFINITY; L];
    for row in &outside {
        for l in 0..L {
            if row[l] > 0.0 && row[l] < least[l] {
                least[l] = row[l];
            }
        }
    }
    for place in places.clone() {
        for l in 0..L {
            if least[l] < f64::INFINITY {
                residual[place][l] = residual[place][l].max(least[l] * 1e-6);
            }
        }
    }
}
