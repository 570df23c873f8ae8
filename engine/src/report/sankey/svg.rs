//! The drawing as SVG that needs nothing but itself: no script, no style sheet, fit to print.

use std::fmt::Write as _;

use minijinja::Value;

use crate::base::currency::Currency;
use crate::base::money::{BOOK_SCALE, Money};
use crate::report::display::fixed;
use crate::report::web::svg::escape;
use crate::study::contribution::Graph;

use super::layout::{BAR, Bar, Layout, layout};

/// Colours of a bar, of what it causes itself, of a band and of a credit.
pub(super) const COLOURS: [&str; 4] = ["#5b5750", "#b4432f", "#8c8678", "#2f7d5d"];
/// Width of a letter.
const LETTER: f64 = 6.1;

/// A file by itself.
pub fn svg(graph: &Graph, currency: Currency) -> String {
    let layout = layout(graph);
    let (title, description) = words(graph, &layout, currency);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {} {:.0}\" width=\"{}\" height=\"{:.0}\" \
         color=\"#151412\" font-family=\"system-ui, sans-serif\"><title>{}</title><desc>{}</desc>\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>{}</svg>\n",
        layout.width,
        layout.height,
        layout.width,
        layout.height,
        escape(&title),
        escape(&description),
        body(&layout, graph, currency)
    )
}

/// The same as a part of a page.
pub(in crate::report) fn drawing(graph: &Graph, currency: Currency, id: &str) -> Value {
    let layout = layout(graph);
    let (title, description) = words(graph, &layout, currency);
    let (id, title, description) = (escape(id), escape(&title), escape(&description));
    Value::from_safe_string(format!(
        "<svg class=\"sankey\" role=\"img\" viewBox=\"0 0 {} {:.0}\" width=\"100%\" aria-labelledby=\"{id}:t {id}:d\">\
         <title id=\"{id}:t\">{title}</title><desc id=\"{id}:d\">{description}</desc>{}</svg>",
        layout.width,
        layout.height,
        body(&layout, graph, currency)
    ))
}

/// A title, and what the drawing says, in words.
pub(super) fn words(graph: &Graph, layout: &Layout, currency: Currency) -> (String, String) {
    let title =
        format!("Where the external cost of {} comes from, {currency} per {}", graph.name, graph.unit);
    let mut own: Vec<&Bar> = layout.bars.iter().filter(|bar| !bar.is_many && bar.own_value > 0.0).collect();
    own.sort_by(|a, b| b.own_value.total_cmp(&a.own_value));
    let most: Vec<String> = own
        .iter()
        .take(5)
        .map(|bar| format!("{} in tier {} {}", bar.name, bar.tier, money(bar.own_value, graph, currency)))
        .collect();
    let description = format!(
        "Suppliers on the left, the product on the right; bands are as wide as the external cost of what is delivered, \
         {} in all. Most is caused by {}.",
        money(graph.total.to_f64(), graph, currency),
        if most.is_empty() {
            "processes that are too small to stand alone".to_owned()
        } else {
            most.join(", ")
        }
    );
    (title, description)
}

/// A cost as a text: three digits of the whole, the minor unit at least.
pub(super) fn money(value: f64, graph: &Graph, currency: Currency) -> String {
    let shows = |digits: &u32| graph.total.at_scale(*digits).unsigned_abs() >= 100;
    let digits = (currency.minor_digits()..=BOOK_SCALE).find(shows).unwrap_or(BOOK_SCALE);
    Money::from_f64(value).map(|money| fixed(money.at_scale(digits), digits)).unwrap_or_default()
}

/// A share in percent.
fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.005 { "under 1 %".to_owned() } else { format!("{:.0} %", 100.0 * share) }
}

/// What stands beside a bar.
pub(super) fn label(bar: &Bar, graph: &Graph, currency: Currency) -> (String, String) {
    let letters = ((bar.room - 6.0) / LETTER).max(4.0) as usize;
    let short = if bar.name.chars().count() <= letters {
        bar.name.clone()
    } else {
        let some: String = bar.name.chars().take(letters - 1).collect();
        format!("{some}\u{2026}")
    };
    (short, format!("{} · {}", money(bar.value, graph, currency), percent(bar.share)))
}

fn body(layout: &Layout, graph: &Graph, currency: Currency) -> String {
    let [bar_fill, own_fill, band_fill, credit_fill] = COLOURS;
    let mut body = String::new();
    for band in &layout.bands {
        let (fill, what) = if band.value < 0.0 { (credit_fill, ", a credit") } else { (band_fill, "") };
        let (from, to) = (&layout.bars[band.from].name, &layout.bars[band.to].name);
        let title = format!("{from} to {to}: {}{what}", money(band.value, graph, currency));
        let _ = write!(
            body,
            "<path fill=\"{fill}\" fill-opacity=\".35\" d=\"{}\"><title>{}</title></path>",
            layout.outline(band),
            escape(&title)
        );
    }
    for bar in &layout.bars {
        let (top, own_top) = (bar.y, bar.y + (bar.height - bar.own).max(0.0));
        let title = format!(
            "{}{}, tier {}: {}, of which {} its own",
            bar.name,
            if bar.makes.is_empty() { String::new() } else { format!(" ({})", bar.makes) },
            bar.tier,
            money(bar.value, graph, currency),
            money(bar.own_value, graph, currency)
        );
        let _ = write!(
            body,
            "<g><title>{}</title><rect fill=\"{bar_fill}\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{BAR}\" height=\"{:.1}\"/>",
            escape(&title),
            bar.x,
            bar.height
        );
        if bar.own > 0.05 {
            let fill = if bar.own_value < 0.0 { credit_fill } else { own_fill };
            let _ = write!(
                body,
                "<rect fill=\"{fill}\" x=\"{:.1}\" y=\"{own_top:.1}\" width=\"{BAR}\" height=\"{:.1}\"/>",
                bar.x,
                bar.own.min(bar.height)
            );
        }
        let (name, amount) = label(bar, graph, currency);
        let (x, y) = (bar.x + BAR + 4.0, bar.y + 11.0);
        let _ = write!(
            body,
            "<text fill=\"currentColor\" font-size=\"11\" x=\"{x:.1}\" y=\"{y:.1}\">{}<tspan x=\"{x:.1}\" dy=\"13\" \
             fill-opacity=\".7\">{}</tspan></text></g>",
            escape(&name),
            escape(&amount)
        );
    }
    body
}
