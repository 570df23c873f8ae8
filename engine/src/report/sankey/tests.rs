//! Layouts: nothing outside, no bar over another, bands as wide as what they carry.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::parse;
use crate::base::money::Money;
use crate::study::contribution::{Graph, Link, Slot, SlotKind};

use super::*;

fn slot(tier: usize, name: &str, value: f64, own: f64) -> Slot {
    Slot { tier, kind: SlotKind::Process, name: name.to_owned(), makes: format!("{name} bread"), value, own }
}

/// A loop of two, cut into tiers, with a credit and a name that needs escaping.
pub(in crate::report) fn graph() -> Graph {
    let slots = vec![
        slot(0, "shop", 10.0, 1.0),
        slot(1, "mill", 11.0, 3.0),
        slot(1, "by-product <&>", -2.0, -2.0),
        slot(2, "shop", 8.0, 0.8),
        Slot { kind: SlotKind::Deeper, ..slot(3, "deeper tiers", 7.2, 7.2) },
    ];
    let links = [(1, 0, 11.0), (2, 0, -2.0), (3, 1, 8.0), (4, 3, 7.2)];
    Graph {
        product: "bread".to_owned(),
        name: "Bread".to_owned(),
        origin: "NL".to_owned(),
        unit: "kg".to_owned(),
        total: Money::round(&parse("10").unwrap()).unwrap(),
        slots,
        links: links.map(|(from, to, value)| Link { from, to, value }).to_vec(),
    }
}

#[test]
fn bars_stand_apart_and_bands_fit_them() {
    let layout = layout(&graph());
    let mut columns: BTreeMap<usize, Vec<&Bar>> = BTreeMap::new();
    for bar in &layout.bars {
        assert!(bar.x >= 0.0 && bar.x + bar.room <= layout.width && bar.y >= 0.0);
        assert!(bar.y + bar.height <= layout.height, "{bar:?}");
        columns.entry(bar.tier).or_default().push(bar);
    }
    for bars in columns.values_mut() {
        bars.sort_by(|a, b| a.y.total_cmp(&b.y));
        assert!(bars.windows(2).all(|pair| pair[0].y + pair[0].height < pair[1].y));
    }
    // The bar of the shop is the highest: 11 and a credit of 2 come in, and 1 is its own.
    for (band, link) in layout.bands.iter().zip(graph().links) {
        assert!((band.width - 300.0 / 14.0 * link.value.abs()).abs() < 1e-9);
        let (from, to) = (&layout.bars[band.from], &layout.bars[band.to]);
        assert!(from.x < to.x);
        assert!(band.y.0 >= from.y - 1e-9 && band.y.0 + band.width <= from.y + from.height + 1e-9);
        assert!(band.y.1 >= to.y - 1e-9 && band.y.1 + band.width <= to.y + to.height + 1e-9);
    }
}

#[test]
fn drawings_hold_names_as_text() {
    let eur = Currency::from_code("EUR").unwrap();
    let text = svg(&graph(), eur);
    assert!(text.contains("by-product &lt;&amp;&gt; to shop: -2.00, a credit"), "{text}");
    assert!(text.contains("mill (mill bread), tier 1: 11.00, of which 3.00 its own"), "{text}");
    assert!(!text.contains("NaN") && !text.contains("href"));
    let spec = vega(&graph(), eur);
    assert_eq!(spec["data"][0]["values"].as_array().unwrap().len(), 5);
    assert_eq!(spec["data"][1]["values"][1]["cost"], "-2.00");
}
