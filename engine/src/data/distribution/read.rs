//! Reads the columns of a distribution, and reports all that cannot be.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::bound::Bound;
use crate::data::cells::Cells;

use super::law::WORDS;
use super::pedigree::scores;
use super::{Distribution, Law, Pedigree};

/// Of a distribution, what must lie between its limits: less is no distribution to draw from.
const LEAST: f64 = 1e-9;
/// How far the amount may be from the middle of its distribution before somebody is told, as a part of it.
const APART: f64 = 0.01;

/// Where the columns are.
#[derive(Clone, Copy, Debug)]
pub(in crate::data) struct DistributionColumns {
    law: Option<usize>,
    pedigree: Option<usize>,
    /// Columns that say nothing without a distribution.
    others: [(&'static str, Option<usize>); 6],
}

impl DistributionColumns {
    /// Of a table; `None`: it has none of them.
    pub(in crate::data) fn of(bound: &Bound) -> Option<Self> {
        let at = |name: &'static str| (name, bound.column(name));
        let names = ["loc", "scale", "shape", "minimum", "maximum", "basic_variance"];
        let columns = Self {
            law: bound.column("distribution"),
            pedigree: bound.column("pedigree"),
            others: names.map(at),
        };
        let some = columns.law.is_some()
            || columns.pedigree.is_some()
            || columns.others.iter().any(|(_, column)| column.is_some());
        some.then_some(columns)
    }
}

/// The distribution of a row; `None`: it states none, or what is wrong with it was reported. `amount` is that of the row.
pub(in crate::data) fn distribution(
    row: &Cells,
    columns: &DistributionColumns,
    amount: Option<f64>,
    pedigree: &Result<&Pedigree, String>,
    diagnostics: &mut Diagnostics,
) -> Option<Distribution> {
    let reader = Row { row, columns };
    let (word, has_scores) = (row.at(columns.law), row.at(columns.pedigree).is_some());
    let is_undefined = word.is_none_or(|word| word == "undefined" || word == "0");
    if is_undefined && !has_scores {
        reader.refuse_strays(diagnostics);
        return None;
    }
    let law =
        if is_undefined { Law::Lognormal } else { reader.law(word.unwrap_or_default(), diagnostics)? };
    let Some(amount) = amount else {
        let message = "an amount that is not stated has a distribution";
        let hint = "state `amount`, the middle of it, or leave the columns of the distribution empty";
        let place = row.place().column("amount");
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        return None;
    };
    let before = diagnostics.errors();
    let pedigree = if law == Law::Lognormal && row.at(columns.column("scale")).is_none() && has_scores {
        Some(reader.variance(pedigree, diagnostics)?)
    } else {
        None
    };
    if pedigree == Some(0.0) {
        return None; // best scores, no basic variance: the amount is sure
    }
    let distribution = reader.parameters(law, amount, pedigree, diagnostics);
    if diagnostics.errors() > before || !reader.fits(&distribution, diagnostics) {
        return None;
    }
    reader.compare(&distribution, amount, diagnostics);
    Some(distribution)
}

impl DistributionColumns {
    fn column(&self, name: &str) -> Option<usize> {
        self.others.iter().find(|(own, _)| *own == name).and_then(|(_, column)| *column)
    }
}

struct Row<'a, 'b> {
    row: &'a Cells<'b>,
    columns: &'a DistributionColumns,
}

impl Row<'_, '_> {
    fn wrong(&self, column: &str, message: impl Into<String>, hint: &str, diagnostics: &mut Diagnostics) {
        let place = self.row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }

    /// `None`: it is stated that there is none, or what is wrong with it was reported.
    fn law(&self, word: &str, diagnostics: &mut Diagnostics) -> Option<Law> {
        if ["none", "1", "no_uncertainty"].contains(&word) {
            return None;
        }
        let plain = word.to_lowercase().replace([' ', '-'], "_");
        let known = WORDS.iter().find(|(name, id, _)| *name == plain || id.to_string() == word);
        let hint = "one of none, lognormal, normal, uniform, triangular, bernoulli, discrete_uniform, weibull, \
                    generalized_extreme_value, or its number in stats_arrays";
        match known {
            Some((.., Some(law))) => Some(*law),
            Some((name, id, None)) => {
                let message = format!("draws of `{name}` ({id}) are not made");
                let hint =
                    "state it as lognormal, triangular or weibull, fitted to the same quantiles; or `none`";
                self.wrong("distribution", message, hint, diagnostics);
                None
            }
            None => {
                self.wrong("distribution", format!("`{word}` is not a distribution"), hint, diagnostics);
                None
            }
        }
    }

    /// A parameter without a distribution says nothing: who wrote it meant something.
    fn refuse_strays(&self, diagnostics: &mut Diagnostics) {
        let strays = self.columns.others.iter().filter(|(_, column)| self.row.at(*column).is_some());
        let strays: Vec<&str> = strays.map(|(name, _)| *name).collect();
        if let Some(first) = strays.first() {
            let verb = if strays.len() == 1 { "is" } else { "are" };
            let message = format!("{} {verb} stated, and `distribution` is not", strays.join(", "));
            let place = self.row.place().column(*first);
            let hint = "state `distribution`, such as lognormal, or leave them empty";
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        }
    }

    /// The basic variance and those of the scores.
    fn variance(&self, pedigree: &Result<&Pedigree, String>, diagnostics: &mut Diagnostics) -> Option<f64> {
        let text = self.row.at(self.columns.pedigree).unwrap_or_default();
        let basic = self.number("basic_variance", diagnostics).unwrap_or(0.0);
        let Some(scores) = scores(text) else {
            let hint = "five scores from 1 to 5, such as 2;1;3;1;2: reliability, completeness, temporal, \
                        geographical and technological correlation";
            self.wrong("pedigree", format!("`{text}` are not scores of a pedigree"), hint, diagnostics);
            return None;
        };
        if basic < 0.0 {
            self.wrong("basic_variance", "a variance is not below 0", "it is of the logarithm", diagnostics);
            return None;
        }
        match pedigree {
            Ok(pedigree) => Some(basic + pedigree.variance(scores)),
            Err(message) => {
                let place = self.row.place().column("pedigree");
                let hint = "name one in the manifest: `pedigree` under [supply]; or state `distribution` and `scale`";
                diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message.clone()).at(place).hint(hint));
                None
            }
        }
    }

    fn number(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<f64> {
        self.columns.column(name)?;
        self.row.optional_number(name, diagnostics).map(|number| number.float)
    }

    /// A parameter without which there is no such distribution.
    fn needed(&self, name: &str, law: Law, diagnostics: &mut Diagnostics) -> f64 {
        let stated = self.row.at(self.columns.column(name)).is_some();
        if !stated {
            let message = format!("a {} distribution needs `{name}`", law.word());
            let place = self.row.place().column(name);
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place));
        }
        self.number(name, diagnostics).unwrap_or(f64::NAN)
    }

    fn positive(&self, name: &str, law: Law, diagnostics: &mut Diagnostics) -> f64 {
        let value = self.needed(name, law, diagnostics);
        if value <= 0.0 {
            let message =
                format!("`{name}` of a {} distribution is {value}, and must be greater than 0", law.word());
            let hint = "state `none` where the amount is sure";
            self.wrong(name, message, hint, diagnostics);
        }
        value
    }

    fn parameters(
        &self,
        law: Law,
        amount: f64,
        pedigree: Option<f64>,
        diagnostics: &mut Diagnostics,
    ) -> Distribution {
        let own = |name: &str, diagnostics: &mut Diagnostics| self.number(name, diagnostics);
        let minimum = own("minimum", diagnostics);
        let maximum = own("maximum", diagnostics);
        let loc = own("loc", diagnostics);
        let shape = match law {
            Law::Weibull => self.positive("shape", law, diagnostics),
            _ => own("shape", diagnostics).unwrap_or(0.0),
        };
        if law == Law::ExtremeValue && shape != 0.0 {
            let hint = "leave `shape` empty: 0, the Gumbel distribution";
            self.wrong("shape", "draws of an extreme value with a shape are not made", hint, diagnostics);
        }
        let scale = match (law, pedigree) {
            (_, Some(variance)) => libm::sqrt(variance),
            (Law::Lognormal | Law::Normal | Law::Weibull | Law::ExtremeValue, None) => {
                self.positive("scale", law, diagnostics)
            }
            _ => 0.0,
        };
        if matches!(law, Law::Uniform | Law::Triangular) {
            self.needed("minimum", law, diagnostics);
        }
        if matches!(law, Law::Uniform | Law::Triangular | Law::DiscreteUniform) {
            self.needed("maximum", law, diagnostics);
        }
        let negative = matches!(law, Law::Lognormal | Law::Weibull) && amount < 0.0;
        let loc = loc.unwrap_or(match law {
            Law::Lognormal => libm::log(amount.abs()),
            Law::Weibull | Law::Uniform | Law::DiscreteUniform => 0.0,
            _ => amount,
        });
        if !loc.is_finite() {
            let hint = "state `loc`, or `none`";
            self.wrong("loc", "the amount is 0, and has no logarithm", hint, diagnostics);
        }
        let bare = if law == Law::DiscreteUniform { 0.0 } else { f64::NEG_INFINITY };
        Distribution {
            law,
            negative,
            loc,
            scale,
            shape,
            minimum: minimum.unwrap_or(bare),
            maximum: maximum.unwrap_or(f64::INFINITY),
        }
    }

    /// Is there anything between the limits?
    fn fits(&self, d: &Distribution, diagnostics: &mut Diagnostics) -> bool {
        let before = diagnostics.errors();
        if d.minimum >= d.maximum {
            let message = format!("`minimum` {} is not below `maximum` {}", d.minimum, d.maximum);
            self.wrong("minimum", message, "state limits in the unit of the row", diagnostics);
        } else if d.law == Law::Triangular && !(d.minimum..=d.maximum).contains(&d.loc) {
            let message = format!("the mode {} lies outside of {} to {}", d.loc, d.minimum, d.maximum);
            self.wrong(
                "loc",
                message,
                "minimum <= loc <= maximum; an empty `loc` is the amount",
                diagnostics,
            );
        } else if d.law == Law::Bernoulli && !(0.0..=1.0).contains(&d.loc) {
            let message = format!("{} is not a probability", d.loc);
            self.wrong(
                "loc",
                message,
                "a Bernoulli draw is 1 with the probability `loc`, else 0",
                diagnostics,
            );
        } else if d.law == Law::DiscreteUniform
            && [d.minimum, d.maximum].iter().any(|limit| limit.is_finite() && limit.fract() != 0.0)
        {
            let hint = "draws are minimum, minimum + 1, … up to maximum - 1";
            self.wrong("minimum", "limits of a discrete distribution are whole numbers", hint, diagnostics);
        } else if d.sampler().width < LEAST {
            let message = format!(
                "less than a billionth of this {} distribution lies between {} and {}",
                d.law.word(),
                d.minimum,
                d.maximum
            );
            let hint = "`loc` and `scale` of a lognormal are of ln|x|, its limits are amounts";
            self.wrong("minimum", message, hint, diagnostics);
        }
        diagnostics.errors() == before
    }

    /// The result rests on the amount, the draws on the distribution: somebody should know where they differ.
    fn compare(&self, d: &Distribution, amount: f64, diagnostics: &mut Diagnostics) {
        let middle = match d.law {
            Law::Lognormal => Some(("median", libm::exp(d.loc) * if d.negative { -1.0 } else { 1.0 })),
            Law::Normal => Some(("mean", d.loc)),
            _ => None,
        };
        let told = match middle {
            _ if d.law != Law::Bernoulli && !(d.minimum..=d.maximum).contains(&amount) => {
                format!(
                    "the amount {amount} lies outside of its distribution, {} to {}",
                    d.minimum, d.maximum
                )
            }
            Some((word, middle)) if (middle - amount).abs() > APART * amount.abs() => {
                format!("the amount is {amount}, the {word} of its distribution is {middle:.6}")
            }
            _ => return,
        };
        let place = self.row.place().column("distribution");
        let hint = "results rest on the amount, draws on the distribution; leave `loc` empty to take it from the amount";
        diagnostics.push(Diagnostic::warning(codes::CONTRADICTION, told).at(place).hint(hint));
    }
}
