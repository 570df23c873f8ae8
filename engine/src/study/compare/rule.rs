//! How a difference is split among its causes.

use num_bigint::BigInt;

use crate::base::split::whole_parts;

/// Causes up to which the Shapley value is taken: it needs two to that power evaluations.
pub const MOST_CAUSES: usize = 6;

/// A rule that splits a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The Shapley value: what each cause adds, averaged over all orders in which they could come.
    Shapley,
    /// What each cause adds to those before it, in the order of the scenario.
    Order,
}

impl Rule {
    /// The rule for so many causes.
    pub fn of(causes: usize) -> Self {
        if causes <= MOST_CAUSES { Self::Shapley } else { Self::Order }
    }

    /// As a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Shapley => "shapley",
            Self::Order => "order",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Shapley => "Shapley value: what each cause adds, averaged over all orders of the causes",
            Self::Order => {
                "in the order of the scenario, as it has more than six causes: what each adds to those before it"
            }
        }
    }

    /// The sets of causes that must be evaluated beside none of them, each as a list of flags; the last one has all.
    pub(super) fn sets(self, causes: usize) -> Vec<Vec<bool>> {
        match self {
            Self::Shapley => {
                let all = 1_usize..1 << causes;
                all.map(|set| (0..causes).map(|cause| set >> cause & 1 == 1).collect()).collect()
            }
            Self::Order => (1..=causes).map(|some| (0..causes).map(|cause| cause < some).collect()).collect(),
        }
    }

    /// What each cause has of the difference, in whole units that add up to it. `values` are those of no cause, then those
    /// of [`Rule::sets`]. Equal remainders go by the order of `ids`.
    pub(super) fn split(self, values: &[i128], ids: &[&str]) -> Option<Vec<i128>> {
        match self {
            Self::Order => Some(values.windows(2).map(|pair| pair[1] - pair[0]).collect()),
            Self::Shapley => shapley(values, ids),
        }
    }
}

/// The Shapley value of each cause, rounded by largest remainder. `values[S]` is that of the set of causes whose bits `S`
/// has.
fn shapley(values: &[i128], ids: &[&str]) -> Option<Vec<i128>> {
    let causes = ids.len();
    let factorial = |n: usize| (1..=n).map(BigInt::from).product::<BigInt>();
    // How many orders put a set of this size right before a cause that is not in it.
    let orders: Vec<BigInt> =
        (0..causes).map(|size| factorial(size) * factorial(causes - 1 - size)).collect();
    let parts: Vec<BigInt> = (0..causes)
        .map(|cause| {
            let without = (0..values.len()).filter(|set| set >> cause & 1 == 0);
            without
                .map(|set| {
                    let added = BigInt::from(values[set | 1 << cause]) - BigInt::from(values[set]);
                    &orders[set.count_ones() as usize] * added
                })
                .sum()
        })
        .collect();
    whole_parts(&parts, &factorial(causes), ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_causes_share_what_they_do_together() {
        // Alone 10 and 20, together 40: half of the 10 more goes to each.
        assert_eq!(Rule::Shapley.split(&[100, 110, 120, 140], &["a", "b"]), Some(vec![15, 25]));
        // An odd unit goes to the first id, and with the other sign too.
        assert_eq!(Rule::Shapley.split(&[0, 0, 0, 1], &["b", "a"]), Some(vec![0, 1]));
        assert_eq!(Rule::Shapley.split(&[0, 0, 0, -1], &["b", "a"]), Some(vec![0, -1]));
    }

    #[test]
    fn three_causes_by_hand() {
        // v: {} 0, a 6, b 0, ab 12, c 0, ac 6, bc 0, abc 18.
        // a: (2*6 + 1*12 + 1*6 + 2*18) / 6 = 11; b: (2*0 + 6 + 0 + 2*12) / 6 = 5; c: (0 + 0 + 0 + 2*6) / 6 = 2.
        let values = [0, 6, 0, 12, 0, 6, 0, 18];
        assert_eq!(Rule::Shapley.split(&values, &["a", "b", "c"]), Some(vec![11, 5, 2]));
    }

    #[test]
    fn the_order_decides_beyond_six() {
        assert_eq!((Rule::of(6), Rule::of(7)), (Rule::Shapley, Rule::Order));
        assert_eq!(Rule::Order.split(&[1, 4, 2], &["a", "b"]), Some(vec![3, -2]));
        assert_eq!(Rule::Order.sets(3), [[true, false, false], [true, true, false], [true, true, true]]);
        assert_eq!(Rule::Shapley.sets(6).len(), 63);
    }
}
