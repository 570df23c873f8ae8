//! Doubles twice as long: sums and products without rounding error, in a fixed order.

use num_integer::Integer as _;

/// A number as the unevaluated sum of two doubles, `hi + lo`, about 32 digits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Double {
    /// The nearest double.
    pub hi: f64,
    /// What is missing from it.
    pub lo: f64,
}

impl Double {
    /// A double as it is.
    pub fn new(value: f64) -> Self {
        Self { hi: value, lo: 0.0 }
    }

    /// Adds another one.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let (sum, error) = two_sum(self.hi, other.hi);
        renormalised(sum, error + self.lo + other.lo)
    }

    /// Adds a double.
    #[must_use]
    pub fn plus_f64(self, value: f64) -> Self {
        let (sum, error) = two_sum(self.hi, value);
        renormalised(sum, error + self.lo)
    }

    /// Adds `factor` times `value`.
    #[must_use]
    pub fn plus_product(self, factor: f64, value: Self) -> Self {
        let product = factor * value.hi;
        let error = factor.mul_add(value.hi, -product);
        self.plus(Self { hi: product, lo: factor.mul_add(value.lo, error) })
    }
}

fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let shift = sum - a;
    (sum, (a - (sum - shift)) + (b - shift))
}

fn renormalised(hi: f64, lo: f64) -> Double {
    let sum = hi + lo;
    if sum.is_finite() { Double { hi: sum, lo: lo - (sum - hi) } } else { Double { hi: sum, lo: 0.0 } }
}

/// The double of a share of whole numbers, in lowest terms first: the same for both counted in other units.
pub fn share(part: i128, whole: i128) -> f64 {
    let common = part.gcd(&whole).max(1);
    (part / common) as f64 / (whole / common) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_does_not_hang_on_the_unit() {
        for (part, whole) in [(1, 3), (2, 7), (0, 5), (123_456_789, 987_654_321)] {
            for times in [1, 7, 10_i128.pow(12), 999_999_999_999_999_989] {
                assert_eq!(share(part * times, whole * times).to_bits(), share(part, whole).to_bits());
            }
        }
        assert!(share(0, 0).is_nan());
    }

    #[test]
    fn nothing_is_lost_in_a_sum_that_cancels() {
        let sum = [1e16, 1.0, -1e16].iter().fold(Double::default(), |sum, v| sum.plus_f64(*v));
        assert!((sum.hi - 1.0).abs() < f64::EPSILON);
        let square = Double::default().plus_product(0.1, Double::new(0.1));
        // The double nearest to 0.1 is 0.1 + 5.55e-18; its square is 0.01 + 1.1102230246251565e-18 + 3e-35, and
        // the nearest double to that is 0.01 + 1.9428902930940239e-18.
        assert!((square.lo + 8.326_672_684_688_674e-19).abs() < 1e-33, "{:e}", square.lo);
    }
}
