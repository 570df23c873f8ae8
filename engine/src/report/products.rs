//! The products of a dataset, with where each is made.

use serde_json::{Value, json};

use crate::chain::Chain;
use crate::data::products::is_like;
use crate::data::supply::{Product, Supply};

use super::columns::Columns;
use super::table::aligned;

/// A product from one place; no place: nothing makes it.
struct Line<'a> {
    product: &'a Product,
    origin: String,
}

fn lines<'a>(supply: &'a Supply, chain: &Chain, text: &str) -> Vec<Line<'a>> {
    let mut lines: Vec<Line> = Vec::new();
    for (at, product) in supply.products.iter().enumerate().filter(|(_, product)| is_like(product, text)) {
        // Points are sorted by product.
        let from = chain.points.partition_point(|point| point.product < at);
        let made = chain.points[from..].iter().take_while(|point| point.product == at);
        let before = lines.len();
        lines.extend(made.map(|point| Line { product, origin: point.origin.to_string() }));
        if lines.len() == before {
            lines.push(Line { product, origin: String::new() });
        }
    }
    lines
}

/// One row a product x origin, of products that have every word of a text in id, name or category. `origin` is empty where
/// nothing makes the product.
pub fn columns(supply: &Supply, chain: &Chain, text: &str) -> Columns {
    Columns::of(&lines(supply, chain, text))
        .text("product", |line| &line.product.id)
        .text("name", |line| &line.product.name)
        .text("category", |line| &line.product.category)
        .text("origin", |line| &line.origin)
        .text("unit", |line| line.product.unit.text())
        .done()
}

/// The same as JSON.
pub fn json(supply: &Supply, chain: &Chain, text: &str) -> Value {
    let all = lines(supply, chain, text);
    let line = |line: &Line| {
        let product = line.product;
        json!({
            "product": product.id,
            "name": product.name,
            "category": product.category,
            "origin": line.origin,
            "unit": product.unit.text(),
        })
    };
    all.iter().map(line).collect()
}

/// The same for people.
pub fn table(supply: &Supply, chain: &Chain, text: &str) -> String {
    let lines = lines(supply, chain, text);
    let rows = lines.iter().map(|line| {
        let origin = if line.origin.is_empty() { "nothing makes it" } else { &line.origin };
        let product = line.product;
        [&product.id, product.unit.text(), origin, &product.name, &product.category]
            .map(str::to_owned)
            .to_vec()
    });
    let header = ["product", "unit", "origin", "name", "category"];
    let table = aligned(&header, &rows.collect::<Vec<_>>(), header.len());
    let count = lines.chunk_by(|a, b| std::ptr::eq(a.product, b.product)).count();
    format!("{table}\n{count} of {} products\n", supply.products.len())
}
