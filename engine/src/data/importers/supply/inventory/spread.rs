//! How sure an amount is, as a database states it, on the way into the columns of a table.

use crate::data::importers::supply::amount::{Amount, calculated};

/// The law of an amount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Law {
    /// Mean and standard deviation of ln|x|.
    Lognormal { loc: f64, scale: f64 },
    /// Mean and standard deviation.
    Normal { loc: f64, scale: f64 },
    /// Mode between two limits.
    Triangular { mode: f64, minimum: f64, maximum: f64 },
    /// Anything between two limits.
    Uniform { minimum: f64, maximum: f64 },
}

/// A law, with what else is stated of the quality of an amount.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Spread {
    pub(in super::super) law: Option<Law>,
    /// Five scores, such as `2;1;3;1;2`.
    pub(in super::super) pedigree: String,
    /// Variance of ln|x| without that of the scores.
    pub(in super::super) basic_variance: Option<f64>,
}

/// Scores of a pedigree, if a text holds five: `(2;1;3;1;2)`, `(2,1,3,1,2,na)`.
pub(in super::super) fn scores(text: &str) -> Option<String> {
    let inside = text.trim().trim_start_matches('(').trim_end_matches(')');
    let parts: Vec<&str> = inside.split([';', ',']).map(str::trim).take(5).collect();
    let are_scores =
        parts.len() == 5 && parts.iter().all(|part| matches!(*part, "1" | "2" | "3" | "4" | "5"));
    are_scores.then(|| parts.join(";"))
}

/// Why distributions are left out.
const NO_SPREAD: &str =
    "distributions that state no spread (a deviation of 0, or of 1 where it is geometric) were left out";
const UNFIT: &str = "distributions whose numbers do not fit one another, such as a lowest value above the highest, were left out";
const UNKNOWN: &str =
    "distributions that lack a number, or are not lognormal, normal, triangular or uniform, were left out";

impl Law {
    /// Can it be drawn from? One without any spread says that the amount is sure.
    fn is_sound(&self) -> bool {
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        match self {
            Self::Lognormal { loc, scale } | Self::Normal { loc, scale } => {
                finite(&[*loc, *scale]) && *scale > 0.0
            }
            Self::Triangular { mode, minimum, maximum } => {
                finite(&[*mode, *minimum, *maximum])
                    && minimum < maximum
                    && (minimum..=maximum).contains(&mode)
            }
            Self::Uniform { minimum, maximum } => finite(&[*minimum, *maximum]) && minimum < maximum,
        }
    }

    /// Does it say nothing of how sure the amount is?
    fn has_no_spread(&self) -> bool {
        match self {
            // The logarithm of a deviation of 0.
            Self::Lognormal { scale, .. } => *scale == 0.0 || *scale == f64::NEG_INFINITY,
            Self::Normal { scale, .. } => *scale == 0.0,
            Self::Triangular { minimum, maximum, .. } | Self::Uniform { minimum, maximum } => {
                (maximum - minimum).abs() == 0.0
            }
        }
    }

    /// The law, or why it was left out.
    pub(in super::super) fn sound(law: Option<Self>) -> Result<Self, &'static str> {
        match law {
            Some(law) if law.is_sound() => Ok(law),
            Some(law) if law.has_no_spread() => Err(NO_SPREAD),
            Some(_) => Err(UNFIT),
            None => Err(UNKNOWN),
        }
    }

    /// Of an amount times a number other than 0.
    fn times(self, k: f64) -> Self {
        let ends = |a: f64, b: f64| if k < 0.0 { (b * k, a * k) } else { (a * k, b * k) };
        match self {
            Self::Lognormal { loc, scale } => Self::Lognormal { loc: loc + libm::log(k.abs()), scale },
            Self::Normal { loc, scale } => Self::Normal { loc: loc * k, scale: scale * k.abs() },
            Self::Triangular { mode, minimum, maximum } => {
                let (minimum, maximum) = ends(minimum, maximum);
                Self::Triangular { mode: mode * k, minimum, maximum }
            }
            Self::Uniform { minimum, maximum } => {
                let (minimum, maximum) = ends(minimum, maximum);
                Self::Uniform { minimum, maximum }
            }
        }
    }
}

impl Spread {
    /// Is nothing stated?
    pub(in super::super) fn is_empty(&self) -> bool {
        self.law.is_none() && self.pedigree.is_empty()
    }

    /// Of an amount times a number other than 0.
    pub(in super::super) fn times(&self, k: f64) -> Self {
        Self { law: self.law.map(|law| law.times(k)), ..self.clone() }
    }

    /// The cells `distribution, loc, scale, shape, minimum, maximum, pedigree, basic_variance`. A middle that is the
    /// amount itself stays empty.
    pub(in super::super) fn cells(&self, amount: f64) -> [String; 8] {
        let mut cells: [String; 8] = Default::default();
        let text = |value: f64| match calculated(value) {
            Amount::Kept(text) => text.into_owned(),
            _ => "0".to_owned(),
        };
        let middle = |value: f64, same: f64| {
            let is_amount = (value - same).abs() <= 1e-9 * same.abs();
            if is_amount { String::new() } else { text(value) }
        };
        match self.law {
            Some(Law::Lognormal { loc, scale }) => {
                "lognormal".clone_into(&mut cells[0]);
                let is_amount = (libm::exp(loc) - amount.abs()).abs() <= 1e-9 * amount.abs();
                cells[1] = if is_amount { String::new() } else { text(loc) };
                cells[2] = text(scale);
            }
            Some(Law::Normal { loc, scale }) => {
                "normal".clone_into(&mut cells[0]);
                cells[1] = middle(loc, amount);
                cells[2] = text(scale);
            }
            Some(Law::Triangular { mode, minimum, maximum }) => {
                "triangular".clone_into(&mut cells[0]);
                cells[1] = middle(mode, amount);
                (cells[4], cells[5]) = (text(minimum), text(maximum));
            }
            Some(Law::Uniform { minimum, maximum }) => {
                "uniform".clone_into(&mut cells[0]);
                (cells[4], cells[5]) = (text(minimum), text(maximum));
            }
            None => {}
        }
        cells[6].clone_from(&self.pedigree);
        cells[7] = self.basic_variance.filter(|_| !self.pedigree.is_empty()).map(text).unwrap_or_default();
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_is_that_of_the_amount_it_is_multiplied_with() {
        let minus_two = |law: Law| law.times(-2.0);
        assert_eq!(
            minus_two(Law::Triangular { mode: 2.0, minimum: 1.0, maximum: 4.0 }),
            Law::Triangular { mode: -4.0, minimum: -8.0, maximum: -2.0 }
        );
        assert_eq!(minus_two(Law::Normal { loc: 3.0, scale: 1.0 }), Law::Normal { loc: -6.0, scale: 2.0 });
        let spread = Spread { law: Some(Law::Lognormal { loc: 0.0, scale: 0.2 }), ..Spread::default() };
        assert_eq!(spread.times(5.0).cells(5.0)[..3], ["lognormal", "", "0.2"].map(str::to_owned));
        assert_eq!(spread.cells(2.0)[1], "0");
    }

    #[test]
    fn scores_are_five_numbers_from_one_to_five() {
        assert_eq!(scores("(2;1;3;1;2)").as_deref(), Some("2;1;3;1;2"));
        assert_eq!(scores("2,1,3,1,2,na").as_deref(), Some("2;1;3;1;2"));
        for text in ["", "(1;2;3)", "(1;2;n.a.;1;1)", "(0;1;1;1;1)"] {
            assert_eq!(scores(text), None, "{text}");
        }
    }
}
