//! How sure a price is: a histogram of its draws over the intervals that hold most of them, and the figures.

use minijinja::Value;
use serde::Serialize;

use crate::report::uncertainty::{Uncertainty, figure};
use crate::report::web::svg::{Anchor, Svg};
use crate::study::sample::{Measure, statistics};

/// Bars of a histogram, their height, and where the intervals and the numbers stand.
const BARS: usize = 40;
const TALL: f64 = 90.0;
const INTERVALS: u32 = 104;
const NUMBERS: u32 = 130;
/// Draws beyond these percentiles are not drawn, or a few far ones would press the others together.
const SHOWN: [f64; 2] = [0.5, 99.5];
/// Half of the draws, and nearly all.
const INNER: [f64; 2] = [25.0, 75.0];
const OUTER: [f64; 2] = [2.5, 97.5];

/// A line of figures.
#[derive(Serialize)]
struct Figures {
    name: String,
    cells: Vec<String>,
}

/// What the template shows of the draws of a product.
#[derive(Serialize)]
pub(super) struct Sure {
    samples: usize,
    seed: u64,
    measure: String,
    drawing: Value,
    inner: &'static str,
    outer: &'static str,
    header: Vec<String>,
    rows: Vec<Figures>,
    told: Vec<String>,
    pairs: Vec<String>,
}

/// Of the product with this index in the true prices; `None`: it has no draws.
pub(super) fn sure(uncertainty: &Uncertainty, index: usize, slug: &str) -> Option<Sure> {
    let samples = &uncertainty.samples;
    let at = samples.products.iter().position(|product| product.index == index)?;
    let main = uncertainty.row(at, Measure::TruePrice).or_else(|| uncertainty.row(at, Measure::Gap))?;
    let draws = samples.column(at, main.measure)?;
    let percentiles = &samples.asked.percentiles;
    let words = ["as stated", "mean", "sd"].map(str::to_owned);
    let rows = uncertainty.rows_of(at).map(|row| {
        let own = [row.central.unwrap_or(f64::NAN), row.statistics.mean, row.statistics.sd];
        let cells = own.iter().chain(&row.statistics.percentiles).map(|value| figure(*value)).collect();
        let name = match row.measure {
            Measure::Indicator(k) => row.product.indicators[k].name.clone(),
            _ => row.name.replace('_', " "),
        };
        Figures { name, cells }
    });
    let pairs = uncertainty.pairs().filter(|(pair, _)| pair.a == at || pair.b == at);
    Some(Sure {
        samples: draws.len(),
        seed: samples.asked.seed,
        measure: main.name.replace('_', " "),
        drawing: histogram(&draws, main.central, &format!("p-{slug}:sure")),
        inner: "half",
        outer: "95\u{a0}%",
        header: words.into_iter().chain(percentiles.iter().map(|p| format!("{p}\u{a0}%"))).collect(),
        rows: rows.collect(),
        told: uncertainty.told(),
        pairs: pairs.map(|(_, text)| text).collect(),
    })
}

fn histogram(draws: &[f64], central: Option<f64>, id: &str) -> Value {
    let asked = [SHOWN[0], SHOWN[1], INNER[0], INNER[1], OUTER[0], OUTER[1], 50.0];
    let found = statistics(draws, &asked).percentiles;
    let shown = central.map_or((found[0], found[1]), |c| (found[0].min(c), found[1].max(c)));
    let (from, to) = if shown.1 > shown.0 { shown } else { (shown.0 - 0.5, shown.0 + 0.5) };
    let width = (to - from) / BARS as f64;
    let mut counts = [0_usize; BARS];
    for draw in draws.iter().filter(|draw| (from..=to).contains(*draw)) {
        counts[(((draw - from) / width) as usize).min(BARS - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    let mut svg = Svg::new(from, to);
    for (bar, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let left = from + bar as f64 * width;
        let top = TALL - TALL * *count as f64 / most;
        svg.block((left, left + 0.9 * width), (top, TALL), "f-market", &format!("{count} draws"));
    }
    svg.level((found[4], found[5]), INTERVALS + 3, "axis");
    svg.bar((found[2], found[3]), INTERVALS, 7, "f-paid");
    if let Some(central) = central {
        svg.upright(central, (0, INTERVALS + 8), "axis");
    }
    svg.text(Anchor::Start, NUMBERS, "svg-small", &figure(from));
    svg.label(found[6], NUMBERS, "svg-small", &format!("median {}", figure(found[6])));
    svg.text(Anchor::End, NUMBERS, "svg-small", &figure(to));
    let described = format!(
        "Half of the draws lie between {} and {}, 95 % between {} and {}; the median is {}.",
        figure(found[2]),
        figure(found[3]),
        figure(found[4]),
        figure(found[5]),
        figure(found[6])
    );
    svg.described(NUMBERS + 6, id, "Draws", &described)
}
