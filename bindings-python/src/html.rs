//! Small tables for notebooks.

use truecost::pricing::TruePrices;
use truecost::report::display::{Shelf, single};
use truecost::report::regimes;

/// Products a notebook shows.
const SHOWN: usize = 20;

/// A table with lines below it. `left`: which columns stand to the left; the others are numbers.
pub(crate) fn table(header: &[String], rows: &[Vec<String>], left: &[bool], below: &[String]) -> String {
    let cells = |tag: &str, cells: &[String]| -> String {
        let cell = |(cell, left): (&String, &bool)| {
            let side = if *left { "left" } else { "right" };
            format!("<{tag} style=\"text-align:{side}\">{}</{tag}>", escaped(cell))
        };
        format!("<tr>{}</tr>", cells.iter().zip(left).map(cell).collect::<String>())
    };
    let body: String = rows.iter().map(|row| cells("td", row)).collect();
    let below: String = below.iter().map(|line| format!("<div>{}</div>", escaped(line))).collect();
    format!(
        "<div><table><thead>{}</thead><tbody>{body}</tbody></table>\
         <div style=\"font-size:smaller\">{below}</div></div>",
        cells("th", header)
    )
}

/// True prices, rounded as on the terminal, with what a reader must know.
pub(crate) fn true_prices(prices: &TruePrices) -> String {
    let target = prices.target;
    let names = [
        "product",
        "origin",
        "unit",
        "market price",
        "environmental",
        "social",
        "health",
        "internalised",
        "gap",
        "true price",
        "shared cost",
        "coverage",
    ];
    let shared = prices.coverage_differs && !prices.shared_indicators.is_empty();
    let kept = |column: usize| column != 10 || shared;
    let rows = prices.products.iter().take(SHOWN).map(|p| {
        let shelf = Shelf::new(p, target.currency);
        let row = [
            p.name.clone(),
            p.origin.to_string(),
            p.unit.clone(),
            shelf.market,
            shelf.environmental,
            shelf.social,
            shelf.health,
            shelf.internalised,
            shelf.gap,
            shelf.true_price,
            single(p.shared_external, target.currency),
            p.coverage.summary(),
        ];
        row.into_iter().enumerate().filter(|(column, _)| kept(*column)).map(|(_, cell)| cell).collect()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let header: Vec<String> =
        (0..names.len()).filter(|c| kept(*c)).map(|column| names[column].to_owned()).collect();
    let left: Vec<bool> = header.iter().enumerate().map(|(c, _)| c < 3 || c + 1 == header.len()).collect();
    let mut below = Vec::new();
    if prices.products.len() > SHOWN {
        below.push(format!("… and {} more; `.table` has them all", prices.products.len() - SHOWN));
    }
    below.push(format!(
        "{} {} per unit, rounded so that the parts add up; factors {}; true price = market price + gap",
        target.currency,
        target.year,
        factors(prices)
    ));
    if shared {
        let over = prices.shared_indicators.join(", ");
        below.push(format!("coverage differs between products: compare them by shared cost, over {over}"));
    } else if prices.coverage_differs {
        below.push("products differ in coverage and share no indicator: they cannot be compared".to_owned());
    }
    below.extend(prices.lineage.cautions.iter().map(|caution| format!("caution: {caution}")));
    table(&header, &rows, &left, &below)
}

/// What flows are, summed up as on the terminal, with what a reader must know.
pub(crate) fn regimes(result: &regimes::Regimes) -> String {
    let header = regimes::HEADER.map(str::to_owned);
    let left: [bool; 6] = std::array::from_fn(|column| column < 3);
    let rows: Vec<Vec<String>> = regimes::classes(result).into_iter().map(Vec::from).collect();
    let below: Vec<String> = regimes::notes(result).lines().map(str::to_owned).collect();
    table(&header, &rows, &left, &below)
}

/// Text of a terminal, as it is.
pub(crate) fn plain(text: &str) -> String {
    format!("<pre>{}</pre>", escaped(text))
}

/// The factor sets of a result, by name and variant.
pub(crate) fn factors(prices: &TruePrices) -> String {
    let sets = prices.lineage.datasets.iter().filter(|d| d.role == "factors").map(|d| d.name.as_str());
    sets.collect::<Vec<_>>().join(", ")
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
