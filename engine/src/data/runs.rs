//! Sorting rows that mostly stand together already.

use std::cmp::Ordering;
use std::ops::Range;

/// Sorts rows by whom they belong to, then within; equal ones stay in their order. Rows of one owner that stand together are
/// compared with others once and moved once, and no second copy of them is held.
pub(super) fn sort_in_runs<T, K: Ord + ?Sized>(
    rows: &mut [T],
    owner: impl Fn(&T) -> &K,
    mut within: impl FnMut(&T, &T) -> Ordering,
) {
    let mut next = 0;
    let mut runs: Vec<Range<usize>> = Vec::new();
    for run in rows.chunk_by(|a, b| owner(a) == owner(b)) {
        runs.push(next..next + run.len());
        next += run.len();
    }
    runs.sort_by(|a, b| owner(&rows[a.start]).cmp(owner(&rows[b.start])));
    let mut order: Vec<usize> = runs.into_iter().flatten().collect();
    // Round each circle of places: what belongs here comes, and what was here waits where that was.
    for start in 0..order.len() {
        let mut to = start;
        loop {
            let from = std::mem::replace(&mut order[to], to);
            if from == start || from == to {
                break;
            }
            rows.swap(to, from);
            to = from;
        }
    }
    for own in rows.chunk_by_mut(|a, b| owner(a) == owner(b)) {
        own.sort_by(&mut within);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_a_stable_sort_by_the_whole_key() {
        // Few owners and few keys, in runs of all lengths, some owners more than once.
        let mut seed = 7_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for count in 0..200 {
            let mut owner = 0;
            let mut rows: Vec<(u64, u64, usize)> = Vec::new();
            for at in 0..count {
                if next(3) == 0 {
                    owner = next(20);
                }
                rows.push((owner, next(4), at));
            }
            let mut expected = rows.clone();
            expected.sort_unstable();
            sort_in_runs(&mut rows, |row| &row.0, |a, b| a.1.cmp(&b.1));
            assert_eq!(rows, expected);
        }
    }
}
