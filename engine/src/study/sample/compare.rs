//! How sure it is that one product costs more than another: both are drawn together, so that what they share cancels.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes, nearest};
use crate::pricing::TruePrices;

use super::summary::{Statistics, statistics};
use super::{Measure, Samples};

/// Products up to which all pairs are compared unless somebody asks.
const ALL_PAIRS: usize = 6;

/// Two products, compared draw by draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Index of the first in the samples.
    pub a: usize,
    /// Index of the second.
    pub b: usize,
    /// True price; gap where one of them has no market price.
    pub by: Measure,
    /// Draws in which the first is above the second.
    pub above: usize,
    /// Draws in which they are equal.
    pub equal: usize,
    /// Figures of first - second.
    pub difference: Statistics,
}

impl Comparison {
    /// The part of the draws in which the first is above the second.
    pub fn probability(&self) -> f64 {
        self.above as f64 / self.difference.count as f64
    }

    /// Its standard error: √(p (1 - p) / n).
    pub fn standard_error(&self) -> f64 {
        let p = self.probability();
        libm::sqrt(p * (1.0 - p) / self.difference.count as f64)
    }
}

/// How a product is called where its id is not enough: `product@origin`.
fn names(prices: &TruePrices, samples: &Samples) -> Vec<(String, String)> {
    let product = |at: usize| &prices.products[samples.products[at].index];
    (0..samples.products.len())
        .map(|at| (product(at).product.clone(), format!("{}@{}", product(at).product, product(at).origin)))
        .collect()
}

fn found(name: &str, names: &[(String, String)], diagnostics: &mut Diagnostics) -> Option<usize> {
    if let Some(at) = names.iter().position(|(_, whole)| whole == name) {
        return Some(at);
    }
    let of_id: Vec<usize> = (0..names.len()).filter(|at| names[*at].0 == name).collect();
    match of_id.as_slice() {
        [one] => Some(*one),
        [] => {
            let mut problem = Diagnostic::error(codes::NOT_FOUND, format!("`{name}` was not sampled"));
            if let Some(near) = nearest(name, names.iter().map(|(id, _)| id.as_str())) {
                problem = problem.hint(format!("did you mean `{near}`?"));
            }
            diagnostics.push(problem);
            None
        }
        several => {
            let places: Vec<&str> = several.iter().map(|at| names[*at].1.as_str()).collect();
            let message = format!("`{name}` comes from several places: which one?");
            let hint = format!("one of {}", places.join(", "));
            diagnostics.push(Diagnostic::error(codes::AMBIGUOUS_SUPPLIER, message).hint(hint));
            None
        }
    }
}

/// The pairs that were asked for; all pairs of a few products if none were.
pub fn compare(
    samples: &Samples,
    prices: &TruePrices,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Comparison>> {
    if !samples.asked.versus.is_empty() {
        return compare_pairs(samples, prices, &samples.asked.versus, diagnostics);
    }
    let count = samples.products.len();
    let count = if count <= ALL_PAIRS { count } else { 0 };
    let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    Some(pairs.filter_map(|(a, b)| pair(samples, a, b)).collect())
}

/// These pairs, `product` or `product@origin`; `None`, with a diagnostic, if one was not sampled.
pub fn compare_pairs(
    samples: &Samples,
    prices: &TruePrices,
    versus: &[(String, String)],
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Comparison>> {
    let names = names(prices, samples);
    let both = |(a, b): &(String, String)| {
        let (first, second) = (found(a, &names, diagnostics), found(b, &names, diagnostics));
        let (first, second) = first.zip(second)?;
        if first == second {
            let message = format!("`{a}` and `{b}` are the same product: nothing is to compare");
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).hint("name two different ones"));
            return None;
        }
        Some((first, second))
    };
    let pairs: Vec<Option<(usize, usize)>> = versus.iter().map(both).collect();
    let pairs: Option<Vec<(usize, usize)>> = pairs.into_iter().collect();
    Some(pairs?.into_iter().filter_map(|(a, b)| pair(samples, a, b)).collect())
}

fn pair(samples: &Samples, a: usize, b: usize) -> Option<Comparison> {
    let both = |measure| Some((samples.column(a, measure)?, samples.column(b, measure)?));
    let priced = both(Measure::TruePrice).map(|columns| (Measure::TruePrice, columns));
    let (by, (first, second)) =
        priced.or_else(|| both(Measure::Gap).map(|columns| (Measure::Gap, columns)))?;
    let differences: Vec<f64> = first.iter().zip(&second).map(|(a, b)| a - b).collect();
    Some(Comparison {
        a,
        b,
        by,
        above: differences.iter().filter(|d| **d > 0.0).count(),
        equal: differences.iter().filter(|d| **d == 0.0).count(),
        difference: statistics(&differences, &samples.asked.percentiles),
    })
}
