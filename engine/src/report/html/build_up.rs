//! The drawing of how a true price is built up, step by step.

use minijinja::Value;

use crate::base::currency::Currency;
use crate::base::money::Money;
use crate::data::reference::Dimension;
use crate::pricing::TruePrice;
use crate::report::display::{Shelf, fixed, single};

use super::scale::{minor_units, on_shelf};
use super::svg::{Anchor, Svg};

const STEP: u32 = 46;
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
        build.step("Already paid in the price (internalised)", "\u{2212} ", &shelf.internalised, "f-paid", less);
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
    let has_range = whole.lower != whole.upper;
    let height = draw_height(steps.len(), has_range);
    let mut svg = Svg::new(low, high);
    draw(&mut svg, &steps);
    if has_range {
        let top = steps.len() as u32 * STEP - STEP + 22;
        let (lower, upper) = (whole.lower.to_f64(), whole.upper.to_f64());
        svg.level((lower, upper), top + BAR + 12, "whisker");
        for end in [lower, upper] {
            svg.upright(end, (top + BAR + 7, top + BAR + 17), "whisker");
        }
        svg.upright(whole.central.to_f64(), (top + BAR, top + BAR + 12), "whisker");
        let (lower, upper) = (single(whole.lower, currency), single(whole.upper, currency));
        let text = format!("{lower} to {upper} with all factors low, all high");
        svg.text(Anchor::Start, height - 3, "svg-small", &text);
    }
    let words = steps.iter().map(|s| format!("{}: {}", s.label, s.amount)).collect::<Vec<_>>().join("; ");
    let title = format!("How the price of {} is built up, in {currency}", price.name);
    Some(svg.described(height, id, &title, &words))
}

/// The fill of a dimension.
pub(super) fn fill(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Environmental => "f-environmental",
        Dimension::Social => "f-social",
        Dimension::Health => "f-health",
    }
}

fn draw_height(steps: usize, has_range: bool) -> u32 {
    steps as u32 * STEP - STEP + 22 + BAR + if has_range { 40 } else { 2 }
}

fn draw(svg: &mut Svg, steps: &[Step]) {
    for (index, step) in steps.iter().enumerate() {
        let top = index as u32 * STEP + 22;
        svg.upright(0.0, (top - 3, top + BAR + 3), "axis");
        let next = steps[index + 1..].iter().position(|later| later.span.is_some());
        if let (Some((_, end)), Some(next)) = (step.span, next) {
            svg.upright(end, (top + BAR, top + STEP * (next as u32 + 1)), "thread");
        }
    }
    for (index, step) in steps.iter().enumerate() {
        let top = index as u32 * STEP;
        let is_last = index + 1 == steps.len();
        let class = if is_last { "svg-text svg-strong" } else { "svg-text" };
        svg.text(Anchor::Start, top + 15, class, &step.label);
        svg.text(Anchor::End, top + 15, if step.span.is_some() { class } else { "svg-text svg-word" }, &step.amount);
        let Some(span) = step.span else { continue };
        svg.bar(span, top + 22, BAR, step.class);
    }
}
