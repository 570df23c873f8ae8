//! The drawing of a difference: from the price as it is, cause by cause, to that of the scenario.

use minijinja::Value;

use crate::report::web::svg::{Anchor, Svg};

/// Height of a step, of the text above its bar, and of the bar.
const STEP: u32 = 46;
const TEXT: u32 = 22;
const BAR: u32 = 15;

/// A cause with its part, as shown and as a number.
pub(super) struct Part<'a> {
    pub(super) title: &'a str,
    pub(super) shown: String,
    pub(super) value: f64,
}

/// Draws the steps. `ends` are the two prices, as shown and as numbers.
pub(super) fn waterfall(id: &str, what: &str, name: &str, ends: [(String, f64); 2], parts: &[Part]) -> Value {
    let [(before, from), (after, to)] = ends;
    let mut steps: Vec<(String, String, &str, (f64, f64))> =
        vec![("As it is".to_owned(), before, "f-market", (0.0, from))];
    let mut at = from;
    for part in parts {
        let next = at + part.value;
        let class = if part.value < 0.0 { "f-environmental" } else { "f-social" };
        steps.push((part.title.to_owned(), part.shown.clone(), class, (at, next)));
        at = next;
    }
    steps.push((name.to_owned(), format!("= {after}"), "f-total", (0.0, to)));
    // Small differences of large prices would not be seen: then the drawing begins near them.
    let tops = steps.iter().flat_map(|(.., (_, to))| [*to]).chain([from]);
    let (low, high) =
        tops.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let cut = if low > 0.0 && high - low < 0.25 * high {
        low - (high - low).max(high * 1e-6)
    } else {
        0.0_f64.min(low)
    };
    let mut svg = Svg::new(cut, high.max(0.0));
    let mut height = 0;
    let mut previous: Option<(f64, u32)> = None;
    for (at, (title, shown, class, (start, end))) in steps.iter().enumerate() {
        let bar = height + TEXT;
        if let Some((place, below)) = previous {
            svg.upright(place, (below, bar), "thread");
        }
        svg.bar((start.max(cut), end.max(cut)), bar, BAR, class);
        previous = Some((*end, bar + BAR));
        let is_end = at == 0 || at + 1 == steps.len();
        let class = if is_end { "svg-text svg-strong" } else { "svg-text" };
        svg.text(Anchor::Start, height + 15, class, title);
        svg.text(Anchor::End, height + 15, class, shown);
        height += STEP;
    }
    if cut > 0.0 {
        svg.text(Anchor::Start, height + 12, "svg-small", "bars do not begin at 0");
        height += 16;
    }
    let words =
        steps.iter().map(|(title, shown, ..)| format!("{title}: {shown}")).collect::<Vec<_>>().join("; ");
    svg.described(height + 2, id, what, &words)
}
