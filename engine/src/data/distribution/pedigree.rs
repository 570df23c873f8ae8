//! Tables that turn five scores of data quality into a variance.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::bound::Bound;
use crate::data::cells::Cells;
use crate::data::reference::{Reference, Verification};

/// What is scored, in the order in which scores are written.
pub const ASPECTS: [&str; 5] = ["reliability", "completeness", "temporal", "geographical", "technological"];
/// The best score and the worst.
const SCORES: std::ops::RangeInclusive<usize> = 1..=5;

const ASPECT_WORDS: &[(&str, usize)] =
    &[(ASPECTS[0], 0), (ASPECTS[1], 1), (ASPECTS[2], 2), (ASPECTS[3], 3), (ASPECTS[4], 4)];

/// A table of uncertainty factors: by aspect and score, the square of a geometric standard deviation.
#[derive(Clone, Debug, PartialEq)]
pub struct Pedigree {
    /// Name of its dataset.
    pub name: String,
    /// Variances of the logarithm, by aspect and score less 1: (ln factor / 2)².
    variances: [[f64; 5]; 5],
}

impl Pedigree {
    /// Reads a table; `None` if a factor is missing, which is reported.
    pub(in crate::data) fn read(name: &str, bound: &Bound, diagnostics: &mut Diagnostics) -> Option<Self> {
        let read = |row: Cells, diagnostics: &mut Diagnostics| {
            let aspect = row.word("aspect", ASPECT_WORDS, diagnostics);
            let score: Option<usize> = row.integer("score", diagnostics);
            let factor = row.positive("factor", diagnostics);
            row.required("source", diagnostics);
            Verification::of(&row, diagnostics);
            let (aspect, score, factor) = (aspect?, score?, factor?);
            let is_known = SCORES.contains(&score) && factor.float >= 1.0;
            if !is_known {
                let message = format!("score {score} with a factor of {}", factor.float);
                let hint =
                    "scores are 1 to 5, factors are 1 or more: the square of a geometric standard deviation";
                diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(row.place()).hint(hint));
            }
            is_known.then_some(((aspect, score - 1), factor.float))
        };
        let factors: BTreeMap<(usize, usize), f64> = bound.collect(|row| read(row, diagnostics));
        let mut variances = [[0.0; 5]; 5];
        let mut missing = Vec::new();
        for (aspect, row) in variances.iter_mut().enumerate() {
            for (score, variance) in row.iter_mut().enumerate() {
                match factors.get(&(aspect, score)) {
                    Some(factor) => *variance = (libm::log(*factor) / 2.0).powi(2),
                    None => missing.push(format!("{} {}", ASPECTS[aspect], score + 1)),
                }
            }
        }
        if !missing.is_empty() {
            let message = format!("no factor of {}", missing.join(", "));
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(bound.place()));
            return None;
        }
        Some(Self { name: name.to_owned(), variances })
    }

    /// The sum of the variances of five scores, each 1 to 5.
    pub fn variance(&self, scores: [usize; 5]) -> f64 {
        scores.iter().zip(&self.variances).map(|(score, row)| row[score - 1]).sum()
    }
}

/// Reads scores such as `2;1;3;1;2`, in parentheses or with commas too, as other programs write them.
pub fn scores(text: &str) -> Option<[usize; 5]> {
    let text = text.trim().trim_start_matches(['(', '[']).trim_end_matches([')', ']']);
    let scores: Vec<usize> =
        text.split([';', ',']).map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    <[usize; 5]>::try_from(scores).ok().filter(|scores| scores.iter().all(|s| SCORES.contains(s)))
}

/// The table that a dataset names, or the only one that there is.
pub(in crate::data) fn chosen<'a>(
    named: Option<&str>,
    reference: &'a Reference,
) -> Result<&'a Pedigree, String> {
    let all = &reference.pedigrees;
    let names = || all.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    match named {
        Some(name) => all.get(name).ok_or_else(|| {
            format!("the manifest names the pedigree table `{name}`, and there is none of that name; there are: {}", names())
        }),
        None if all.len() == 1 => all.values().next().ok_or_else(String::new),
        None => Err(format!("which table turns scores into a variance? There are: {}", names())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_as_they_are_written() {
        assert_eq!(scores("2;1;3;1;5"), Some([2, 1, 3, 1, 5]));
        assert_eq!(scores("(1, 2, 3, 4, 5)"), Some([1, 2, 3, 4, 5]));
        for wrong in ["", "1;2;3;4", "1;2;3;4;6", "0;1;1;1;1", "1;2;3;4;5;1", "a;1;1;1;1", "1;;1;1;1"] {
            assert_eq!(scores(wrong), None, "{wrong}");
        }
    }
}
