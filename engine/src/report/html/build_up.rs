//! The drawing of how a true price is built up, step by step.

use minijinja::Value;

use crate::base::currency::Currency;
use crate::base::money::Money;
use crate::data::reference::Dimension;
use crate::pricing::TruePrice;
use crate::report::display::{Shelf, fixed, single};

use super::scale::{minor_units, on_shelf};
use crate::report::web::svg::{Anchor, Svg};

/// Height of a step with a bar, of one with a word, of the text above a bar, and of a bar.
const STEP: u32 = 46;
const WORD_STEP: u32 = 30;
const TEXT: u32 = 22;
const BAR: u32 = 15;

struct Step {
    label: String,
    amount: String,
    class: &'static str,
    /// From, to; `None`: nothing to draw.
    span: Option<(f64, f64)>,
}

/// The steps so far, and where they have come to.
#[derive(Default)]
struct Build {
    steps: Vec<Step>,
    at: Money,
}

impl Build {
    fn step(&mut self, label: &str, sign: &str, amount: &str, class: &'static str, change: Option<Money>) {
        let from = self.at;
        self.at = from + change.unwrap_or_default();
        let span = change.map(|_| (from.to_f64(), self.at.to_f64()));
        let amount = if span.is_some() { format!("{sign}{amount}") } else { amount.to_owned() };
        self.steps.push(Step { label: label.to_owned(), amount, class, span });
    }
}

/// Draws market price + environmental + social + health - internalised = true price.
pub(super) fn build_up(price: &TruePrice, shelf: &Shelf, currency: Currency, id: &str) -> Option<Value> {
    let gap = price.gap?;
    let market = price.market.as_ref().map(|m| m.amount);
    let mut build = Build::default();
    if let Some(market) = market {
        build.step("Market price", "", &shelf.market, "f-market", Some(market));
    }
    for dimension in Dimension::ALL {
        let label = match dimension {
            Dimension::Environmental => "Environmental cost",
            Dimension::Social => "Social cost",
            Dimension::Health => "Health cost",
        };
        let cost = price.dimensions.get(&dimension).and_then(|amount| amount.money());
        build.step(label, "+ ", on_shelf(shelf, dimension), fill(dimension), cost);
    }
    if price.internalised != Money::ZERO {
        let less = Some(-price.internalised);
        build.step(
            "Already paid in the price (internalised)",
            "\u{2212} ",
            &shelf.internalised,
            "f-paid",
            less,
        );
    }
    let netted = gap.central - (build.at - market.unwrap_or_default());
    if netted != Money::ZERO {
        let costs: i128 = Dimension::ALL.iter().map(|d| minor_units(on_shelf(shelf, *d))).sum();
        let rounded = minor_units(&shelf.gap) + minor_units(&shelf.internalised) - costs;
        let sign = if netted < Money::ZERO { "\u{2212} " } else { "+ " };
        let amount = fixed(rounded.abs(), currency.minor_digits());
        build.step("Benefits and overpayment, netted", sign, &amount, "f-paid", Some(netted));
    }
    let mut steps = build.steps;
    let whole = gap.map(|gap| gap + market.unwrap_or_default());
    let (label, amount) = match market {
        Some(_) => (format!("True price per {}", price.unit), &shelf.true_price),
        None => (format!("True price gap per {}", price.unit), &shelf.gap),
    };
    let total = Step {
        label,
        amount: format!("= {amount}"),
        class: "f-total",
        span: Some((0.0, whole.central.to_f64())),
    };
    steps.push(total);

    let ends = steps.iter().filter_map(|s| s.span).flat_map(|(from, to)| [from, to]);
    let ends = ends.chain([whole.lower.to_f64(), whole.upper.to_f64(), 0.0]);
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)));
    let mut svg = Svg::new(low, high);
    let mut height = draw(&mut svg, &steps);
    if whole.lower != whole.upper {
        let (lower, upper) = (whole.lower.to_f64(), whole.upper.to_f64());
        svg.upright(whole.central.to_f64(), (height, height + 12), "whisker");
        svg.level((lower, upper), height + 12, "whisker");
        for end in [lower, upper] {
            svg.upright(end, (height + 7, height + 17), "whisker");
        }
        let (lower, upper) = (single(whole.lower, currency), single(whole.upper, currency));
        let text = format!("{lower} to {upper} with all factors low, all high");
        svg.text(Anchor::Start, height + 34, "svg-small", &text);
        height += 38;
    }
    let words = steps.iter().map(|s| format!("{}: {}", s.label, s.amount)).collect::<Vec<_>>().join("; ");
    let title = format!("How the price of {} is built up, in {currency}", price.name);
    Some(svg.described(height + 2, id, &title, &words))
}

/// The fill of a dimension.
pub(super) fn fill(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Environmental => "f-environmental",
        Dimension::Social => "f-social",
        Dimension::Health => "f-health",
    }
}

/// Draws the steps one under the other; gives back where the last bar ends.
fn draw(svg: &mut Svg, steps: &[Step]) -> u32 {
    let mut tops = Vec::with_capacity(steps.len());
    let mut height = 0;
    for step in steps {
        tops.push(height);
        height += if step.span.is_some() { STEP } else { WORD_STEP };
    }
    let mut previous: Option<(f64, u32)> = None;
    for (step, top) in steps.iter().zip(&tops) {
        let Some((from, to)) = step.span else { continue };
        let bar = top + TEXT;
        if let Some((end, below)) = previous {
            svg.upright(end, (below, bar), "thread");
        }
        svg.upright(0.0, (bar - 3, bar + BAR + 3), "axis");
        svg.bar((from, to), bar, BAR, step.class);
        previous = Some((to, bar + BAR));
    }
    for (index, (step, top)) in steps.iter().zip(&tops).enumerate() {
        let class = if index + 1 == steps.len() { "svg-text svg-strong" } else { "svg-text" };
        svg.text(Anchor::Start, top + 15, class, &step.label);
        let class = if step.span.is_some() { class } else { "svg-text svg-word" };
        svg.text(Anchor::End, top + 15, class, &step.amount);
    }
    previous.map_or(height, |(_, below)| below)
}
