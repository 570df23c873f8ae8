//! How wide a distribution is.

use std::f64::consts::{FRAC_PI_2, PI};

use super::{Distribution, Law, Sampler};

/// Steps of the integration: a finer one changes no figure in the twelfth digit.
const STEP: f64 = 1.0 / 32.0;
/// Beyond so many steps a probability is 0 or 1 as a double.
const STEPS: i32 = 101;

impl Distribution {
    /// The standard deviation of the draws, in the unit of the row. In closed form; where limits cut a part of the law off,
    /// integrated over what is left. Infinite if a double cannot hold it.
    pub fn deviation(&self) -> f64 {
        let sampler = self.sampler();
        if sampler.width < 1.0 {
            return integrated(&sampler);
        }
        let (a, b, c) = (self.minimum, self.maximum, self.loc);
        match self.law {
            Law::Lognormal => {
                let variance = self.scale * self.scale;
                libm::exp(c + variance / 2.0) * libm::sqrt(libm::expm1(variance))
            }
            Law::Normal => self.scale,
            Law::Uniform => (b - a) / libm::sqrt(12.0),
            Law::Triangular => {
                let (whole, left) = (b - a, c - a);
                libm::sqrt((whole * whole - whole * left + left * left) / 18.0)
            }
            Law::Bernoulli => libm::sqrt(c * (1.0 - c)),
            Law::DiscreteUniform => libm::sqrt(((b - a).powi(2) - 1.0) / 12.0),
            Law::Weibull => {
                let gamma = |n: f64| libm::tgamma(1.0 + n / self.shape);
                self.scale * libm::sqrt((gamma(2.0) - gamma(1.0).powi(2)).max(0.0))
            }
            Law::ExtremeValue => self.scale * PI / libm::sqrt(6.0),
        }
    }
}

/// Over all probabilities, by the double exponential rule (Takahasi and Mori 1974), which ends that run to infinity do not disturb.
fn integrated(sampler: &Sampler) -> f64 {
    let middle = sampler.quantile(0.5);
    let (mut first, mut second) = (0.0, 0.0);
    for step in -STEPS..=STEPS {
        let t = f64::from(step) * STEP;
        let x = FRAC_PI_2 * libm::sinh(t);
        let u = 0.5 * (1.0 + libm::tanh(x));
        let off = sampler.quantile(u) - middle;
        if off.is_finite() {
            let weight = 0.5 * STEP * FRAC_PI_2 * libm::cosh(t) / libm::cosh(x).powi(2);
            first += weight * off;
            second += weight * off * off;
        }
    }
    libm::sqrt((second - first * first).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    fn of(law: Law, loc: f64, scale: f64, shape: f64, limits: (f64, f64)) -> f64 {
        let (minimum, maximum) = limits;
        Distribution { law, negative: false, loc, scale, shape, minimum, maximum }.deviation()
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-10 * expected, "{found} is not {expected}");
    }

    #[test]
    fn closed_forms_are_those_of_scipy() {
        // scipy 1.17: lognorm(.3, scale=2).std(), triang(.25, 1, 4), uniform(2, 5), randint(2, 9), weibull_min(1.7, scale=2),
        // gumbel_r(3, 2).
        let whole = (-INF, INF);
        close(of(Law::Lognormal, 2.0_f64.ln(), 0.3, 0.0, whole), 0.642_006_477_900_651_4);
        close(of(Law::Lognormal, 2.0_f64.ln(), 0.3, 0.0, (0.0, INF)), 0.642_006_477_900_651_4);
        close(of(Law::Normal, 5.0, 0.5, 0.0, whole), 0.5);
        close(of(Law::Uniform, 3.0, 0.0, 0.0, (2.0, 7.0)), 1.443_375_672_974_064_3);
        close(of(Law::Triangular, 2.0, 0.0, 0.0, (1.0, 5.0)), 0.849_836_585_598_797_5);
        close(of(Law::Bernoulli, 0.2, 0.0, 0.0, whole), 0.4);
        close(of(Law::DiscreteUniform, 0.0, 0.0, 0.0, (2.0, 9.0)), 2.0);
        close(of(Law::Weibull, 1.0, 2.0, 1.7, whole), 1.080_471_799_254_110_6);
        close(of(Law::ExtremeValue, 3.0, 2.0, 0.0, whole), 2.565_099_660_323_728);
    }

    #[test]
    fn what_limits_leave_is_integrated() {
        // scipy 1.17: truncnorm(-1, .5, 2, 3).std(), truncnorm(3, inf); the others by quad over their density.
        close(of(Law::Normal, 2.0, 3.0, 0.0, (-1.0, 3.5)), 1.246_980_084_756_143_2);
        close(of(Law::Normal, 0.0, 1.0, 0.0, (3.0, INF)), 0.265_629_792_729_008_2);
        close(of(Law::Lognormal, 2.0_f64.ln(), 0.6, 0.0, (1.0, 3.0)), 0.546_237_777_679_233_9);
        close(of(Law::Lognormal, 0.0, 1.0, 0.0, (0.5, 1000.0)), 2.324_586_494_141_274_5);
        close(of(Law::Weibull, 1.0, 2.0, 1.7, (2.0, 4.0)), 0.547_097_622_568_704);
        close(of(Law::ExtremeValue, 3.0, 2.0, 0.0, (1.0, 9.0)), 1.887_115_162_121_595_6);
        // Half of a normal: s √(1 - 2/π).
        close(of(Law::Normal, 5.0, 0.5, 0.0, (5.0, INF)), 0.5 * (1.0 - 2.0 / PI).sqrt());
    }

    #[test]
    fn a_negative_amount_is_as_wide_as_its_size() {
        let negative = Distribution {
            law: Law::Lognormal,
            negative: true,
            loc: 2.0_f64.ln(),
            scale: 0.6,
            shape: 0.0,
            minimum: -3.0,
            maximum: -1.0,
        };
        close(negative.deviation(), 0.546_237_777_679_233_9);
    }
}
