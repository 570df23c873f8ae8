//! Distributions of `stats_arrays`, and what becomes of them where an amount is multiplied.

use super::super::amount::{Amount, calculated};

/// Names by their numbers.
const NAMES: [&str; 13] = [
    "undefined",
    "none",
    "lognormal",
    "normal",
    "uniform",
    "triangular",
    "bernoulli",
    "discrete_uniform",
    "weibull",
    "gamma",
    "beta",
    "generalized_extreme_value",
    "students_t",
];

/// How far a location in single precision may be from the amount, to be taken for it.
const SAME: f64 = 1e-6;

/// A distribution of an amount: what is not stated is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    /// The number of the distribution.
    pub(super) kind: u8,
    pub(super) loc: f64,
    pub(super) scale: f64,
    pub(super) shape: f64,
    pub(super) minimum: f64,
    pub(super) maximum: f64,
}

/// The cells of a table: `distribution, loc, scale, shape, minimum, maximum`.
pub(super) type Cells = [String; 6];

impl Spread {
    /// Is nothing spread?
    pub(super) fn is_none(&self) -> bool {
        self.kind < 2
    }

    /// What it is of an amount `amount`, where what it is stated of is multiplied by `factor`. `None`: it cannot be kept.
    pub(super) fn cells(mut self, amount: f64, factor: f64) -> Option<Cells> {
        let is_itself = (factor - 1.0).abs() < f64::EPSILON;
        match self.kind {
            2 => {
                self.loc += libm::log(factor.abs());
                if (libm::exp(self.loc) - amount.abs()).abs() <= SAME * amount.abs() {
                    self.loc = f64::NAN;
                }
                // Bounds of a lognormal are those of the amount without its sign.
                self.minimum *= factor.abs();
                self.maximum *= factor.abs();
            }
            3..=5 => {
                self.loc *= factor;
                self.scale *= factor.abs();
                (self.minimum, self.maximum) = (self.minimum * factor, self.maximum * factor);
                if factor < 0.0 {
                    std::mem::swap(&mut self.minimum, &mut self.maximum);
                }
                if (self.loc - amount).abs() <= SAME * amount.abs() {
                    self.loc = f64::NAN;
                }
            }
            _ if is_itself => {}
            _ => return None,
        }
        let name = NAMES.get(usize::from(self.kind))?;
        let text = |value: f64| match calculated(value) {
            Amount::Kept(text) => text.into_owned(),
            Amount::Zero => "0".to_owned(),
            _ => String::new(),
        };
        let numbers = [self.loc, self.scale, self.shape, self.minimum, self.maximum].map(text);
        let [loc, scale, shape, minimum, maximum] = numbers;
        Some([(*name).to_owned(), loc, scale, shape, minimum, maximum])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(kind: u8, loc: f64, scale: f64) -> Spread {
        Spread { kind, loc, scale, shape: f64::NAN, minimum: f64::NAN, maximum: f64::NAN }
    }

    #[test]
    fn a_factor_moves_a_distribution() {
        let lognormal = spread(2, f64::from(libm::log(2.0) as f32), 0.5);
        assert_eq!(lognormal.cells(2.0, 1.0), Some(["lognormal", "", "0.5", "", "", ""].map(str::to_owned)));
        let halved = lognormal.cells(-1.0, -0.5);
        assert_eq!(halved, Some(["lognormal", "", "0.5", "", "", ""].map(str::to_owned)));
        let bounded = Spread { minimum: 1.0, maximum: 4.0, ..spread(5, 2.0, f64::NAN) };
        let turned = bounded.cells(-4.0, -2.0);
        assert_eq!(turned, Some(["triangular", "", "", "", "-8", "-2"].map(str::to_owned)));
        assert_eq!(spread(9, 1.0, 2.0).cells(1.0, -1.0), None);
        assert!(spread(9, 1.0, 2.0).cells(1.0, 1.0).is_some());
    }
}
