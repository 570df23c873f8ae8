//! Figures of draws: mean, spread, percentiles.

use crate::base::float::Double;

/// Figures of the draws of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// How many draws.
    pub count: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation, with n - 1; not a number of fewer than two draws.
    pub sd: f64,
    /// Standard error of the mean: sd / √n.
    pub standard_error: f64,
    /// In the order in which they were asked for.
    pub percentiles: Vec<f64>,
}

fn mean(values: &[f64]) -> f64 {
    let sum = values.iter().fold(Double::default(), |sum, value| sum.plus_f64(*value));
    sum.hi / values.len() as f64
}

/// Figures of draws, which are in the order of iterations.
pub fn statistics(draws: &[f64], percentiles: &[f64]) -> Statistics {
    let count = draws.len();
    let mean = mean(draws);
    let squares = draws.iter().fold(Double::default(), |sum, value| sum.plus_f64((value - mean).powi(2)));
    let sd = if count > 1 { libm::sqrt(squares.hi / (count - 1) as f64) } else { f64::NAN };
    let mut sorted = draws.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let percentiles = percentiles.iter().map(|p| percentile(&sorted, *p)).collect();
    Statistics { count, mean, sd, standard_error: sd / libm::sqrt(count as f64), percentiles }
}

/// On a straight line between the two draws next to it: the draw of rank `(n - 1) p / 100`, counted from 0.
fn percentile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let rank = last as f64 * p / 100.0;
    let below = (libm::floor(rank) as usize).min(last);
    let part = rank - below as f64;
    sorted[below] + part * (sorted[(below + 1).min(last)] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 1, 2, 3, 10: mean 4, squares 9 + 4 + 1 + 36 = 50, variance 50 / 3; the median is halfway from 2 to 3, the
        // quartile at rank 0.75.
        let found = statistics(&[10.0, 1.0, 3.0, 2.0], &[0.0, 25.0, 50.0, 100.0]);
        assert!((found.mean - 4.0).abs() < 1e-15 && (found.sd - (50.0_f64 / 3.0).sqrt()).abs() < 1e-14);
        assert!((found.standard_error - found.sd / 2.0).abs() < 1e-15);
        assert_eq!(found.percentiles, [1.0, 1.75, 2.5, 10.0]);
        assert!(statistics(&[1.0], &[50.0]).sd.is_nan() && statistics(&[], &[50.0]).percentiles[0].is_nan());
    }
}
