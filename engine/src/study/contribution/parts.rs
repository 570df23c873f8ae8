//! The parts in their order, of what was asked.

use std::cmp::Ordering;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::factors::Band;
use crate::pricing::TruePrice;

use super::divide::Divided;
use super::measure::total;
use super::{Figure, Part, Whole};

/// What the parts may miss of a footprint, relative to the sum of their sizes, before it is told.
const TOLD: f64 = 1e-9;

/// Of each part, one figure for each whole. Parts that cause nothing of what is asked are left out.
pub(super) fn parts(price: &TruePrice, divided: Vec<Divided>, wholes: &[Whole]) -> Vec<Part> {
    let figure = |part: &Divided, whole: &Whole| {
        let has_amount = whole.figure.amount.is_some();
        let nothing =
            Figure { amount: has_amount.then_some(0.0), cost: whole.figure.cost.map(|_| Band::default()) };
        match whole.index {
            _ if part.is_empty => nothing,
            Some(index) => part.of.get(&index).copied().unwrap_or_default(),
            None => Figure { amount: None, cost: total(price, part.of.iter().map(|(at, f)| (*at, f))) },
        }
    };
    let part = |part: Divided| Part {
        figures: wholes.iter().map(|whole| figure(&part, whole)).collect(),
        name: part.name,
        stage: part.stage,
        region: part.region,
        makes: part.makes,
    };
    let says = |part: &Part| part.figures.iter().any(|f| *f != Figure::default());
    let is_tier = |part: &Part| part.name.starts_with("tier ") || part.name == "deeper tiers";
    divided.into_iter().map(part).filter(|part| says(part) || is_tier(part)).collect()
}

/// Largest first, by what is asked first; beyond `top`, the others as one.
pub(super) fn by_size(parts: &mut Vec<Part>, top: Option<usize>) {
    let size = |part: &Part, at: usize| {
        let figure = &part.figures[at];
        let cost = figure.cost.map(|cost| cost.central.units().unsigned_abs());
        (cost, figure.amount.map_or(0.0, f64::abs))
    };
    let count = parts.first().map_or(0, |part| part.figures.len());
    parts.sort_by(|a, b| {
        let by = |at: usize| {
            let ((cost_a, amount_a), (cost_b, amount_b)) = (size(a, at), size(b, at));
            // An indicator has amounts whether it has a price or not.
            amount_b.total_cmp(&amount_a).then_with(|| cost_b.cmp(&cost_a))
        };
        (0..count).map(by).find(|order| *order != Ordering::Equal).unwrap_or_else(|| a.name.cmp(&b.name))
    });
    // One that would stand for the others alone stands by itself.
    let Some(top) = top.filter(|top| parts.len() > *top + 1) else { return };
    let rest = parts.split_off(top);
    let mut figures = vec![Figure::default(); count];
    for part in &rest {
        for (sum, figure) in figures.iter_mut().zip(&part.figures) {
            match (figure.amount, figure.cost) {
                (Some(amount), cost) => sum.add(amount, cost),
                (None, Some(cost)) => {
                    sum.cost = Some(sum.cost.unwrap_or_default().zip(cost).map(|(a, b)| a + b));
                }
                (None, None) => {}
            }
        }
    }
    let name = format!("{} more", rest.len());
    let nothing = String::new;
    parts.push(Part { name, stage: nothing(), region: nothing(), makes: nothing(), figures });
}

/// Footprints have bounds, and activity has none: if the parts miss the footprint, that is told.
pub(super) fn warn_of_rest(
    price: &TruePrice,
    wholes: &[Whole],
    parts: &[Part],
    diagnostics: &mut Diagnostics,
) {
    for (at, whole) in wholes.iter().enumerate() {
        let Some(amount) = whole.figure.amount else { continue };
        let amounts = || parts.iter().filter_map(|part| part.figures[at].amount);
        let (sum, size): (f64, f64) = (amounts().sum(), amounts().map(f64::abs).sum());
        if (sum - amount).abs() > TOLD * size.max(amount.abs()) {
            let message = format!(
                "the parts of `{}` of `{}` add up to {sum:e}, and its footprint is {amount:e}: a loop of its chain is \
                 too tight to divide it better",
                whole.indicator, price.product
            );
            diagnostics.push(Diagnostic::warning(codes::NOT_CERTIFIED, message));
        }
    }
}
