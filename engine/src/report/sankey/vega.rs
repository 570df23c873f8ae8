//! The drawing as a specification of Vega, with its data in it.

use serde_json::{Value, json};

use crate::base::currency::Currency;
use crate::study::contribution::Graph;

use super::layout::{BAR, layout};
use super::svg::{COLOURS, label, money, words};

/// A specification of Vega 5 or 6. `bars` and `bands` are its data: costs as text, and where they are drawn.
pub fn vega(graph: &Graph, currency: Currency) -> Value {
    let layout = layout(graph);
    let (title, description) = words(graph, &layout, currency);
    let [bar_fill, own_fill, band_fill, credit_fill] = COLOURS;
    let bars = layout.bars.iter().map(|bar| {
        let (short, amount) = label(bar, graph, currency);
        json!({
            "name": bar.name, "makes": bar.makes, "tier": bar.tier, "cost": money(bar.value, graph, currency),
            "own_cost": money(bar.own_value, graph, currency), "share": bar.share, "short": short, "label": amount,
            "x": bar.x, "y": bar.y, "height": bar.height, "own": bar.own.min(bar.height),
            "fill": if bar.own_value < 0.0 { credit_fill } else { own_fill },
        })
    });
    let bands = layout.bands.iter().map(|band| {
        json!({
            "from": layout.bars[band.from].name, "from_tier": layout.bars[band.from].tier,
            "to": layout.bars[band.to].name, "to_tier": layout.bars[band.to].tier,
            "cost": money(band.value, graph, currency), "path": layout.outline(band),
            "x0": layout.bars[band.from].x + BAR, "x1": layout.bars[band.to].x, "y0": band.y.0, "y1": band.y.1,
            "width": band.width,
            "fill": if band.value < 0.0 { credit_fill } else { band_fill },
        })
    });
    let bar = |y: Value, height: Value, fill: Value| {
        json!({
            "type": "rect", "from": { "data": "bars" },
            "encode": { "enter": {
                "x": { "field": "x" }, "y": y, "width": { "value": BAR }, "height": height, "fill": fill,
                "tooltip": { "signal": "{'process': datum.name, 'makes': datum.makes, 'tier': datum.tier, 'cost': datum.cost, 'of it its own': datum.own_cost}" },
            } },
        })
    };
    let text = |field: &str, down: f64, opacity: f64| {
        json!({
            "type": "text", "from": { "data": "bars" },
            "encode": { "enter": {
                "x": { "field": "x", "offset": BAR + 4.0 }, "y": { "field": "y", "offset": down },
                "text": { "field": field }, "fontSize": { "value": 11 }, "fill": { "value": "#151412" },
                "fillOpacity": { "value": opacity },
            } },
            "interactive": false,
        })
    };
    json!({
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "title": title,
        "description": description,
        "width": layout.width,
        "height": layout.height,
        "padding": 5,
        "background": "#fff",
        "data": [
            { "name": "bars", "values": bars.collect::<Vec<_>>() },
            { "name": "bands", "values": bands.collect::<Vec<_>>() },
        ],
        "marks": [
            { "type": "path", "from": { "data": "bands" }, "encode": { "enter": {
                "path": { "field": "path" }, "fill": { "field": "fill" }, "fillOpacity": { "value": 0.35 },
                "tooltip": { "signal": "{'from': datum.from, 'to': datum.to, 'cost': datum.cost}" },
            } } },
            bar(json!({ "field": "y" }), json!({ "field": "height" }), json!({ "value": bar_fill })),
            bar(json!({ "signal": "datum.y + datum.height - datum.own" }), json!({ "field": "own" }), json!({ "field": "fill" })),
            text("short", 11.0, 1.0),
            text("label", 24.0, 0.7),
        ],
    })
}
