//! The most value of one direction that can be set against the other, at most so many days apart.

/// Value on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dated {
    /// Day, counted from 1970-01-01.
    pub day: i32,
    /// Value, more than 0.
    pub value: i128,
}

/// Value of both directions that was set against each other, and how many days lie between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Days between.
    pub lag_days: u32,
    /// Value.
    pub value: i128,
}

/// The maximum matching of `there` against `back`, each sorted by day, where no more than `window_days` lie between.
///
/// The earliest of both sides are set against each other; where they lie too far apart, the earlier one can be matched
/// with nothing that is left, as all that is left of the other side is later still. Any maximum matching can be turned
/// into this one by exchanges that keep its value.
pub fn matches(there: &[Dated], back: &[Dated], window_days: u32) -> Vec<Match> {
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    let (mut left_there, mut left_back) = (None, None);
    while let (Some(a), Some(b)) = (there.get(i), back.get(j)) {
        let lag_days = a.day.abs_diff(b.day);
        if lag_days > window_days {
            if a.day < b.day {
                (i, left_there) = (i + 1, None);
            } else {
                (j, left_back) = (j + 1, None);
            }
            continue;
        }
        let (open_there, open_back) = (left_there.unwrap_or(a.value), left_back.unwrap_or(b.value));
        let value = open_there.min(open_back);
        found.push(Match { lag_days, value });
        (left_there, left_back) = (Some(open_there - value), Some(open_back - value));
        if left_there == Some(0) {
            (i, left_there) = (i + 1, None);
        }
        if left_back == Some(0) {
            (j, left_back) = (j + 1, None);
        }
    }
    found
}

/// The value that was matched.
pub fn matched(there: &[Dated], back: &[Dated], window_days: u32) -> i128 {
    matches(there, back, window_days).iter().map(|found| found.value).sum()
}

/// The lag below which half of the matched value lies.
pub fn median_lag(mut found: Vec<Match>) -> Option<u32> {
    found.sort_unstable_by_key(|found| found.lag_days);
    let total: i128 = found.iter().map(|found| found.value).sum();
    let mut sum = 0;
    found
        .iter()
        .find(|found| {
            sum += found.value;
            2 * sum >= total
        })
        .map(|found| found.lag_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(rows: &[(i32, i128)]) -> Vec<Dated> {
        rows.iter().map(|&(day, value)| Dated { day, value }).collect()
    }

    /// Maximum flow by augmenting paths over single units of value: shares no thought with the greedy one.
    fn by_augmenting(there: &[Dated], back: &[Dated], window: u32) -> i128 {
        let units = |side: &[Dated]| -> Vec<i32> {
            side.iter().flat_map(|dated| (0..dated.value).map(|_| dated.day)).collect()
        };
        let (left, right) = (units(there), units(back));
        let mut partner: Vec<Option<usize>> = vec![None; right.len()];
        let mut total = 0;
        for from in 0..left.len() {
            let mut seen = vec![false; right.len()];
            total += i128::from(augment(from, (&left, &right), window, &mut seen, &mut partner));
        }
        total
    }

    fn augment(
        from: usize,
        (left, right): (&[i32], &[i32]),
        window: u32,
        seen: &mut [bool],
        partner: &mut [Option<usize>],
    ) -> bool {
        for to in 0..right.len() {
            if left[from].abs_diff(right[to]) <= window && !seen[to] {
                seen[to] = true;
                if partner[to].is_none_or(|other| augment(other, (left, right), window, seen, partner)) {
                    partner[to] = Some(from);
                    return true;
                }
            }
        }
        false
    }

    #[test]
    fn the_greedy_matching_is_a_maximum_one() {
        let mut state = 7_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..4_000 {
            let mut side = || {
                let mut rows: Vec<Dated> = (0..random(6))
                    .map(|_| Dated { day: random(12) as i32, value: 1 + i128::from(random(4)) })
                    .collect();
                rows.sort_unstable();
                rows
            };
            let (there, back) = (side(), side());
            let mut last = 0;
            for window in 0..8 {
                let found = matched(&there, &back, window);
                assert_eq!(found, by_augmenting(&there, &back, window), "{there:?} {back:?} {window}");
                assert!(found >= last, "a wider window matches no less");
                assert_eq!(found, matched(&back, &there, window));
                last = found;
            }
        }
    }

    #[test]
    fn lags_by_hand() {
        let there = dated(&[(0, 10), (10, 5)]);
        let back = dated(&[(3, 4), (30, 20)]);
        assert_eq!(matched(&there, &back, 0), 0);
        assert_eq!(matched(&there, &back, 3), 4);
        assert_eq!(matched(&there, &back, 30), 15);
        assert_eq!(median_lag(matches(&there, &back, 30)), Some(20));
        assert_eq!(median_lag(Vec::new()), None);
    }
}
