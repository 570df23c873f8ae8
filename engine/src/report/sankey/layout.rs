//! Where bars and bands stand: a column for each supplier tier, tier 0 on the right.

use std::cmp::Ordering;

use crate::study::contribution::{Graph, SlotKind};

/// Width of the drawing, and of a bar.
pub(super) const WIDTH: f64 = 900.0;
pub(super) const BAR: f64 = 9.0;
/// Height of all bars of the highest column, the least height of a bar with its two lines of text, and the room between two bars.
const SCALE: f64 = 300.0;
const TEXT: f64 = 27.0;
const GAP: f64 = 8.0;
/// Room above and below.
const MARGIN: f64 = 6.0;

/// A bar: what stands in one place of the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Height.
    pub height: f64,
    /// The lower part of it, which the process causes itself.
    pub own: f64,
    /// Room for its text, to the right.
    pub room: f64,
    /// Id of the process, or words.
    pub name: String,
    /// Name of the product that it makes; empty of several.
    pub makes: String,
    /// External cost of what comes from it.
    pub value: f64,
    /// What it causes itself.
    pub own_value: f64,
    /// Share of the whole.
    pub share: f64,
    /// Supplier tier.
    pub tier: usize,
    /// Several processes, or deeper tiers?
    pub is_many: bool,
}

/// A band from a supplier to its taker.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Bar of the supplier, and of its taker.
    pub from: usize,
    /// See `from`.
    pub to: usize,
    /// Upper edge at its left and at its right end.
    pub y: (f64, f64),
    /// Width.
    pub width: f64,
    /// External cost; negative: a credit.
    pub value: f64,
}

/// All that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Bars, one a slot of the graph.
    pub bars: Vec<Bar>,
    /// Bands.
    pub bands: Vec<Band>,
}

impl Layout {
    /// The outline of a band, as the path of an SVG.
    pub fn outline(&self, band: &Band) -> String {
        let (x0, x1) = (self.bars[band.from].x + BAR, self.bars[band.to].x);
        let (middle, (left, right)) = (f64::midpoint(x0, x1), band.y);
        let (left_low, right_low) = (left + band.width, right + band.width);
        format!(
            "M{x0:.1} {left:.1}C{middle:.1} {left:.1} {middle:.1} {right:.1} {x1:.1} {right:.1}V{right_low:.1}C{middle:.1} \
             {right_low:.1} {middle:.1} {left_low:.1} {x0:.1} {left_low:.1}Z"
        )
    }
}

/// Places the graph of a chain.
pub fn layout(graph: &Graph) -> Layout {
    let total = graph.total.to_f64();
    let columns = graph.slots.iter().map(|slot| slot.tier).max().unwrap_or_default() + 1;
    let pitch = WIDTH / columns as f64;
    // A credit makes what comes in larger than what goes on: a bar is as high as the larger of both.
    let size = |slot: usize| {
        let coming: f64 = graph.links.iter().filter(|l| l.to == slot).map(|l| l.value.abs()).sum();
        graph.slots[slot].value.abs().max(coming + graph.slots[slot].own.abs())
    };
    let sizes: Vec<f64> = (0..graph.slots.len()).map(size).collect();
    let of_tier = |tier: usize| -> f64 {
        graph.slots.iter().zip(&sizes).filter(|(slot, _)| slot.tier == tier).map(|(_, size)| size).sum()
    };
    let scale = SCALE / (0..columns).map(of_tier).fold(total, f64::max);
    let bars: Vec<Bar> = graph
        .slots
        .iter()
        .enumerate()
        .map(|(at, slot)| Bar {
            x: pitch * (columns - 1 - slot.tier) as f64,
            y: 0.0,
            height: (sizes[at] * scale).max(1.0),
            own: slot.own.abs() * scale,
            room: pitch - BAR,
            name: slot.name.clone(),
            makes: slot.makes.clone(),
            value: slot.value,
            own_value: slot.own,
            share: slot.value / total,
            tier: slot.tier,
            is_many: slot.kind != SlotKind::Process,
        })
        .collect();
    let bands = graph.links.iter().map(|link| Band {
        from: link.from,
        to: link.to,
        y: (0.0, 0.0),
        width: link.value.abs() * scale,
        value: link.value,
    });
    let mut layout = Layout { width: WIDTH, height: 0.0, bands: bands.collect(), bars };
    layout.place(columns);
    layout.tie();
    layout
}

impl Layout {
    /// Columns from the product on: each bar as near as may be to those who take from it.
    fn place(&mut self, columns: usize) {
        for tier in 0..columns {
            let mut members: Vec<usize> =
                (0..self.bars.len()).filter(|&b| self.bars[b].tier == tier).collect();
            let centers: Vec<f64> = members.iter().map(|&bar| self.center(bar)).collect();
            let mut order: Vec<usize> = (0..members.len()).collect();
            order.sort_by(|&a, &b| {
                let by_kind = self.bars[members[a]].is_many.cmp(&self.bars[members[b]].is_many);
                let by_center = centers[a].total_cmp(&centers[b]);
                by_center.then(by_kind).then(members[a].cmp(&members[b]))
            });
            members = order.into_iter().map(|at| members[at]).collect();
            let mut y = MARGIN;
            for bar in members {
                self.bars[bar].y = y;
                y += self.bars[bar].height.max(TEXT) + GAP;
            }
            self.height = self.height.max(y - GAP + MARGIN);
        }
        for tier in 0..columns {
            let column = || self.bars.iter().filter(|bar| bar.tier == tier);
            let end = column().map(|bar| bar.y + bar.height.max(TEXT)).fold(0.0, f64::max);
            let down = (self.height - MARGIN - end) / 2.0;
            self.bars.iter_mut().filter(|bar| bar.tier == tier).for_each(|bar| bar.y += down.max(0.0));
        }
    }

    /// The middle of those who take from a bar, by how much they take.
    fn center(&self, bar: usize) -> f64 {
        let takers = || self.bands.iter().filter(|band| band.from == bar);
        let weight: f64 = takers().map(|band| band.width).sum();
        let middle = |to: usize| self.bars[to].y + self.bars[to].height / 2.0;
        let sum: f64 = takers().map(|band| band.width * middle(band.to)).sum();
        if weight > 0.0 { sum / weight } else { 0.0 }
    }

    /// Ties the ends of bands to their bars, in the order of the bars at their other ends.
    fn tie(&mut self) {
        let mut at: Vec<(f64, f64)> = self.bars.iter().map(|bar| (bar.y, bar.y)).collect();
        let mut order: Vec<usize> = (0..self.bands.len()).collect();
        let y = |bars: &[Bar], bar: usize| bars[bar].y;
        let by = |a: f64, b: f64| a.partial_cmp(&b).unwrap_or(Ordering::Equal);
        order.sort_by(|&a, &b| {
            by(y(&self.bars, self.bands[a].to), y(&self.bars, self.bands[b].to)).then(a.cmp(&b))
        });
        for &band in &order {
            let own = &mut self.bands[band];
            own.y.0 = at[own.from].0;
            at[own.from].0 += own.width;
        }
        order.sort_by(|&a, &b| {
            by(y(&self.bars, self.bands[a].from), y(&self.bars, self.bands[b].from)).then(a.cmp(&b))
        });
        for &band in &order {
            let own = &mut self.bands[band];
            own.y.1 = at[own.to].1;
            at[own.to].1 += own.width;
        }
    }
}
