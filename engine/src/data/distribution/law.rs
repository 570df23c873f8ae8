//! Laws of chance, and draws from them by the inverse of their distribution function.

use crate::base::normal;

use super::Distribution;

/// A kind of distribution that draws can be taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Id 2.
    Lognormal,
    /// Id 3.
    Normal,
    /// Id 4.
    Uniform,
    /// Id 5.
    Triangular,
    /// Id 6: 1 or 0.
    Bernoulli,
    /// Id 7: whole numbers from the minimum up to, and without, the maximum.
    DiscreteUniform,
    /// Id 8.
    Weibull,
    /// Id 11 with shape 0: Gumbel.
    ExtremeValue,
}

/// How `distribution` is written, with the number of `stats_arrays`; `None`: it is not drawn from.
pub(super) const WORDS: &[(&str, u8, Option<Law>)] = &[
    ("lognormal", 2, Some(Law::Lognormal)),
    ("normal", 3, Some(Law::Normal)),
    ("uniform", 4, Some(Law::Uniform)),
    ("triangular", 5, Some(Law::Triangular)),
    ("bernoulli", 6, Some(Law::Bernoulli)),
    ("discrete_uniform", 7, Some(Law::DiscreteUniform)),
    ("weibull", 8, Some(Law::Weibull)),
    ("gamma", 9, None),
    ("beta", 10, None),
    ("generalized_extreme_value", 11, Some(Law::ExtremeValue)),
    ("student_t", 12, None),
];

impl Law {
    /// The word of it.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(_, _, law)| *law == Some(self)).map_or("", |(word, ..)| word)
    }
}

impl Distribution {
    /// Limits of what the law is of: the amount, or its size where it is negative.
    fn limits(&self) -> (f64, f64) {
        if self.negative { (-self.maximum, -self.minimum) } else { (self.minimum, self.maximum) }
    }

    /// The probability that what the law is of lies below `x`.
    fn cumulative(&self, x: f64) -> f64 {
        if x == f64::INFINITY {
            return 1.0;
        }
        if x == f64::NEG_INFINITY {
            return 0.0;
        }
        match self.law {
            Law::Lognormal if x <= 0.0 => 0.0,
            Law::Lognormal => normal::cumulative((libm::log(x) - self.loc) / self.scale),
            Law::Normal => normal::cumulative((x - self.loc) / self.scale),
            Law::Weibull if x <= self.loc => 0.0,
            Law::Weibull => -libm::expm1(-libm::pow((x - self.loc) / self.scale, self.shape)),
            Law::ExtremeValue => libm::exp(-libm::exp(-(x - self.loc) / self.scale)),
            // Their own limits are all they have.
            Law::Uniform | Law::Triangular | Law::Bernoulli | Law::DiscreteUniform => 0.0,
        }
    }

    /// Made ready to be drawn from.
    pub fn sampler(&self) -> Sampler {
        let (minimum, maximum) = self.limits();
        let is_cut = matches!(self.law, Law::Lognormal | Law::Normal | Law::Weibull | Law::ExtremeValue);
        let (low, high) =
            if is_cut { (self.cumulative(minimum), self.cumulative(maximum)) } else { (0.0, 1.0) };
        Sampler { of: Self { minimum, maximum, ..*self }, low, width: high - low }
    }
}

/// A distribution made ready: `quantile` costs no more than it must.
#[derive(Clone, Copy, Debug)]
pub struct Sampler {
    /// With limits of what the law is of.
    of: Distribution,
    /// Probability below the minimum.
    low: f64,
    /// Probability between minimum and maximum.
    pub width: f64,
}

impl Sampler {
    /// The value below which a draw lies with the probability `u`; it never falls as `u` rises. What lies beyond the limits is
    /// cut off, and what is left is taken for the whole.
    pub fn quantile(&self, u: f64) -> f64 {
        if self.of.negative {
            return -self.size(1.0 - u);
        }
        self.size(u)
    }

    /// What is drawn from; its limits are those of what the law is of.
    pub(super) fn distribution(&self) -> &Distribution {
        &self.of
    }

    /// Is nothing cut off?
    pub(super) fn is_whole(&self) -> bool {
        let Distribution { law, minimum, maximum, .. } = self.of;
        let lowest = if law == Law::Lognormal { 0.0 } else { f64::NEG_INFINITY };
        minimum <= lowest && maximum == f64::INFINITY
    }

    fn size(&self, u: f64) -> f64 {
        let d = &self.of;
        let p = self.low + self.width * u;
        let x = match d.law {
            Law::Lognormal => libm::exp(d.loc + d.scale * normal::quantile(p)),
            Law::Normal => d.loc + d.scale * normal::quantile(p),
            Law::Uniform => d.minimum + (d.maximum - d.minimum) * u,
            Law::Triangular => triangular(d, u),
            Law::Bernoulli => return if u > 1.0 - d.loc { 1.0 } else { 0.0 },
            Law::DiscreteUniform => {
                let steps = d.maximum - d.minimum;
                return d.minimum + libm::floor(steps * u).min(steps - 1.0);
            }
            Law::Weibull => d.loc + d.scale * libm::pow(-libm::log1p(-p), 1.0 / d.shape),
            Law::ExtremeValue => d.loc - d.scale * libm::log(-libm::log(p)),
        };
        x.clamp(d.minimum, d.maximum)
    }
}

fn triangular(d: &Distribution, u: f64) -> f64 {
    let (whole, left, right) = (d.maximum - d.minimum, d.loc - d.minimum, d.maximum - d.loc);
    if u * whole < left {
        d.minimum + libm::sqrt(u * whole * left)
    } else {
        d.maximum - libm::sqrt((1.0 - u) * whole * right)
    }
}
