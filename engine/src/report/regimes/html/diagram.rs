//! Who gives to whom, coloured by regime: givers on the left, receivers on the right, bands as wide as what passes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use minijinja::Value;
use num_bigint::BigInt;
use serde::Serialize;

use crate::base::split::largest_remainder;
use crate::data::flows::Regime;
use crate::report::regimes::Regimes;
use crate::report::web::svg::escape;

use super::agents::named;
use super::measure::Cell;
use super::tally::{Tally, Who, together};
use super::{Head, fill, heads};

/// Places in the drawing: where bars stand, how wide they are, where the drawing ends.
const LEFT: f64 = 196.0;
const BAR: f64 = 10.0;
const RIGHT: f64 = 564.0;
const WIDTH: f64 = 760.0;

/// Height of all that passes, of a line of text, and between two bars.
const SCALE: f64 = 300.0;
const TEXT: f64 = 17.0;
const GAP: f64 = 7.0;

/// Letters of a name that fit beside the drawing.
const LETTERS: usize = 22;

/// Times that both sides are put in the order of what they are tied to.
const SWEEPS: usize = 8;

/// Lines of the table.
const LINES: usize = 20;

/// A line of the table: what passes from one to another in one regime.
#[derive(Serialize)]
struct Line {
    from: String,
    to: String,
    fill: &'static str,
    regime: &'static str,
    flows: usize,
    amount: String,
}

/// The drawing of one measure, with its table.
#[derive(Serialize)]
pub(super) struct Diagram {
    heading: String,
    of: String,
    svg: Value,
    heads: Vec<Head>,
    lines: Vec<Line>,
    rest: Option<Line>,
    rest_count: usize,
    foot: Line,
    is_whole: bool,
    others: usize,
}

/// What passes from one to another in one regime.
struct Band {
    from: usize,
    to: usize,
    regime: Regime,
    cell: Cell,
    length: f64,
}

/// An end of bands on one side.
struct Node {
    who: usize,
    length: f64,
    share: String,
    /// Top of its bar, and how far bands are drawn already.
    top: f64,
    at: f64,
}

impl Diagram {
    /// `None`: nothing to draw.
    pub(super) fn new(tally: &Tally, number: usize, regimes: &Regimes) -> Option<Self> {
        let measure = &tally.measure;
        let mut bands: Vec<Band> = Vec::new();
        for ((from, to), cells) in &tally.between {
            for regime in Regime::ALL {
                let cell = cells[regime as usize];
                if cell.flows > 0 {
                    let length = cell.length(measure);
                    bands.push(Band { from: *from, to: *to, regime, cell, length });
                }
            }
        }
        let svg = draw(tally, &bands, number, regimes)?;
        bands.sort_by_key(|band| {
            (std::cmp::Reverse((band.cell.amount, band.cell.flows)), band.from, band.to, band.regime)
        });
        let line = |band: &Band| Line {
            from: named(tally.who[band.from], regimes).0,
            to: named(tally.who[band.to], regimes).0,
            fill: fill(band.regime),
            regime: band.regime.word(),
            flows: band.cell.flows,
            amount: measure.text(band.cell.amount, regimes),
        };
        let sum = |cell: Cell| Line {
            from: String::new(),
            to: String::new(),
            fill: "",
            regime: "",
            flows: cell.flows,
            amount: measure.text(cell.amount, regimes),
        };
        let shown = if bands.len() == LINES + 1 { LINES + 1 } else { LINES.min(bands.len()) };
        let mut rest = Cell::default();
        bands[shown..].iter().for_each(|band| rest.add(band.cell));
        let present = tally.regimes();
        Some(Self {
            heading: measure.heading(regimes),
            of: measure.of(),
            svg,
            heads: heads(&present),
            rest: (bands.len() > shown).then(|| sum(rest)),
            rest_count: bands.len() - shown,
            lines: bands[..shown].iter().map(line).collect(),
            foot: sum(together(&tally.whole())),
            is_whole: bands.iter().all(|band| band.cell.amount >= 0),
            others: tally.who.iter().map(|who| if let Who::Others(n) = who { *n } else { 0 }).sum(),
        })
    }
}

fn draw(tally: &Tally, bands: &[Band], number: usize, regimes: &Regimes) -> Option<Value> {
    let total: f64 = bands.iter().map(|band| band.length).sum();
    if total <= 0.0 {
        return None;
    }
    let scale = SCALE / total;
    let (mut left, mut right) = (nodes(bands, |band| band.from, tally), nodes(bands, |band| band.to, tally));
    order(&mut left, &mut right, bands);
    let height = place(&mut left, scale).max(place(&mut right, scale));
    center(&mut left, scale, height);
    center(&mut right, scale, height);
    let mut body = String::new();
    ribbons(&mut body, &mut left, &mut right, bands, scale, tally, regimes);
    for (nodes, is_left) in [(&left, true), (&right, false)] {
        for node in nodes {
            bar(&mut body, node, is_left, scale, tally, regimes);
        }
    }
    let measure = &tally.measure;
    let biggest = bands.iter().max_by(|a, b| a.length.total_cmp(&b.length).then(b.from.cmp(&a.from)))?;
    let (from, to) = (named(tally.who[biggest.from], regimes).0, named(tally.who[biggest.to], regimes).0);
    let description = format!(
        "{} givers on the left, {} receivers on the right, {} in all. The widest band: {from} to {to}, {}, {}. The \
         table below has the widest bands as numbers.",
        left.len(),
        right.len(),
        measure.named(together(&tally.whole()).amount, regimes),
        biggest.regime.word(),
        measure.named(biggest.cell.amount, regimes),
    );
    let (title, description) =
        (escape(&format!("Who gives to whom: {}", measure.of())), escape(&description));
    Some(Value::from_safe_string(format!(
        "<svg class=\"flow-diagram\" role=\"img\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
         aria-labelledby=\"flow-{number}:t flow-{number}:d\"><title id=\"flow-{number}:t\">{title}</title>\
         <desc id=\"flow-{number}:d\">{description}</desc>{body}</svg>"
    )))
}

/// The ends of bands on one side, with their shares in percent, which add up.
fn nodes(bands: &[Band], end: impl Fn(&Band) -> usize, tally: &Tally) -> Vec<Node> {
    let mut sums: BTreeMap<usize, (f64, i128)> = BTreeMap::new();
    for band in bands.iter().filter(|band| band.length > 0.0) {
        let sum = sums.entry(end(band)).or_default();
        *sum = (sum.0 + band.length, sum.1 + band.cell.amount);
    }
    let weights: Vec<BigInt> = sums.values().map(|(_, amount)| BigInt::from(*amount)).collect();
    let names: Vec<String> = sums.keys().map(|who| format!("{who:04}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let shares = largest_remainder(100, &weights, &names).unwrap_or_else(|| vec![0; weights.len()]);
    let node = |((who, (length, _)), share): ((usize, (f64, i128)), i128)| Node {
        who,
        length,
        share: if share == 0 { "under 1 %".to_owned() } else { format!("{share} %") },
        top: 0.0,
        at: 0.0,
    };
    let mut nodes: Vec<Node> = sums.into_iter().zip(shares).map(node).collect();
    nodes.sort_by_key(|node| (tally.who[node.who] == Who::NotStated, node.who));
    nodes
}

/// Puts both sides in the order of what they are tied to, so that fewer bands cross.
fn order(left: &mut [Node], right: &mut [Node], bands: &[Band]) {
    for sweep in 0..SWEEPS {
        let (sorted, fixed): (&mut [Node], &[Node]) =
            if sweep % 2 == 0 { (&mut *right, &*left) } else { (&mut *left, &*right) };
        let ends = |band: &Band| if sweep % 2 == 0 { (band.to, band.from) } else { (band.from, band.to) };
        let places: BTreeMap<usize, usize> =
            fixed.iter().enumerate().map(|(at, node)| (node.who, at)).collect();
        let mut centers: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for band in bands {
            let (own, other) = ends(band);
            let Some(place) = places.get(&other) else { continue };
            let sum = centers.entry(own).or_default();
            *sum = (sum.0 + band.length * *place as f64, sum.1 + band.length);
        }
        let center = |who: usize| {
            let (sum, weight) = centers.get(&who).copied().unwrap_or_default();
            if weight > 0.0 { sum / weight } else { 0.0 }
        };
        sorted.sort_by(|a, b| center(a.who).total_cmp(&center(b.who)).then(a.who.cmp(&b.who)));
    }
}

/// Puts bars one under the other, with room for a line of text each; gives back where they end.
fn place(nodes: &mut [Node], scale: f64) -> f64 {
    let mut at = 4.0;
    for node in nodes {
        let height = node.length * scale;
        node.top = at + ((TEXT - GAP - height) / 2.0).max(0.0);
        at += height.max(TEXT - GAP) + GAP;
    }
    at
}

/// Moves the shorter side to the middle.
fn center(nodes: &mut [Node], scale: f64, height: f64) {
    let end = nodes.last().map_or(0.0, |node| node.top + (node.length * scale).max(TEXT - GAP) + GAP);
    let down = ((height - end) / 2.0).max(0.0);
    for node in nodes {
        node.top += down;
        node.at = node.top;
    }
}

/// The bands, in the order of both sides.
fn ribbons(
    body: &mut String,
    left: &mut [Node],
    right: &mut [Node],
    bands: &[Band],
    scale: f64,
    tally: &Tally,
    regimes: &Regimes,
) {
    let place = |nodes: &[Node]| -> BTreeMap<usize, usize> {
        nodes.iter().enumerate().map(|(at, node)| (node.who, at)).collect()
    };
    let (lefts, rights) = (place(left), place(right));
    let mut drawn: Vec<(usize, usize, &Band)> = bands
        .iter()
        .filter(|band| band.length > 0.0)
        .filter_map(|band| Some((*lefts.get(&band.from)?, *rights.get(&band.to)?, band)))
        .collect();
    drawn.sort_by_key(|(from, to, band)| (*to, *from, band.regime));
    let mut ends = Vec::with_capacity(drawn.len());
    for (_, to, band) in &drawn {
        ends.push(right[*to].at);
        right[*to].at += band.length * scale;
    }
    let mut ordered: Vec<((usize, usize, &Band), f64)> = drawn.into_iter().zip(ends).collect();
    ordered.sort_by_key(|((from, to, band), _)| (*from, *to, band.regime));
    for ((from, _, band), end) in ordered {
        let start = left[from].at;
        let width = band.length * scale;
        left[from].at += width;
        let (x0, x1, middle) = (LEFT + BAR, RIGHT, f64::midpoint(LEFT + BAR, RIGHT));
        let (start_low, end_low) = (start + width, end + width);
        let title = format!(
            "{} to {}, {}: {}",
            named(tally.who[band.from], regimes).0,
            named(tally.who[band.to], regimes).0,
            band.regime.word(),
            tally.measure.named(band.cell.amount, regimes)
        );
        let _ = write!(
            body,
            "<path class=\"ribbon {} l-{}\" d=\"M{x0} {start:.1}C{middle} {start:.1} {middle} {end:.1} {x1} {end:.1}\
             V{end_low:.1}C{middle} {end_low:.1} {middle} {start_low:.1} {x0} {start_low:.1}Z\"><title>{}</title></path>",
            fill(band.regime),
            band.regime.word(),
            escape(&title)
        );
    }
}

/// A bar with its name.
fn bar(body: &mut String, node: &Node, is_left: bool, scale: f64, tally: &Tally, regimes: &Regimes) {
    let height = (node.length * scale).max(1.0);
    let middle = node.top + height / 2.0 + 4.5;
    let (x, at, anchor) =
        if is_left { (LEFT, LEFT - 7.0, "end") } else { (RIGHT, RIGHT + BAR + 7.0, "start") };
    let name = named(tally.who[node.who], regimes).0;
    let (short, share) = (escape(&shortened(&name)), &node.share);
    let _ = write!(
        body,
        "<rect class=\"node\" x=\"{x}\" y=\"{:.1}\" width=\"{BAR}\" height=\"{height:.1}\"/>\
         <text class=\"flow-name\" x=\"{at}\" y=\"{middle:.1}\" text-anchor=\"{anchor}\"><title>{}</title>{short} \
         <tspan class=\"flow-share\">{share}</tspan></text>",
        node.top,
        escape(&name)
    );
}

/// A name that fits.
fn shortened(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let some: String = name.chars().take(LETTERS - 1).collect();
    format!("{}\u{2026}", some.trim_end())
}
