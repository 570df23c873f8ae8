//! True prices as web pages that need nothing but themselves: no network, no script to read them, fit to print.

mod build_up;
mod cross;
mod indicators;
mod label;
mod overview;
mod page;
mod place;
mod product;
mod scale;
mod slug;
mod sources;
mod svg;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::base::currency::Currency;
use crate::pricing::{BreakdownRow, TruePrices};

use overview::Overview;
use page::Page;
use product::Section;
use sources::Sources;

/// Up to so many products share one page; beyond, each has its own and the first page is an index.
pub const PAGE_LIMIT: usize = 200;

const TEMPLATE: &str = concat!(
    include_str!("templates/style.html.jinja"),
    include_str!("templates/drawing.html.jinja"),
    include_str!("templates/label.html.jinja"),
    include_str!("templates/product.html.jinja"),
    include_str!("templates/overview.html.jinja"),
    include_str!("templates/sources.html.jinja"),
    include_str!("templates/page.html.jinja"),
);

/// The pages of true prices, by relative file name; the first is `index.html`.
///
/// The bytes depend on nothing but the true prices and the currency.
pub fn render(prices: &TruePrices, currency: Currency) -> Result<Vec<(String, String)>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.add_template("page.html", TEMPLATE)?;
    let template = environment.get_template("page.html")?;
    let write = |page: &Page| template.render(Serde(page));

    let places = place::places(&prices.products);
    let mut cells: BTreeMap<(&str, &str), Vec<&BreakdownRow>> = BTreeMap::new();
    for row in &prices.breakdown {
        cells.entry((&row.product, &row.origin)).or_default().push(row);
    }
    let section = |place: &place::Place| {
        let price = &prices.products[place.index];
        let origin = price.origin.to_string();
        let rows = cells.get(&(price.product.as_str(), origin.as_str())).map_or(&[][..], Vec::as_slice);
        Section::new(price, place, rows, prices, currency)
    };

    let paged = prices.products.len() > PAGE_LIMIT;
    let overview = Overview::new(prices, &places, currency, paged);
    if !paged {
        let sections = places.iter().map(section).collect();
        let page = Page::whole(prices, currency, overview, sections, Sources::new(&prices.lineage, true));
        return Ok(vec![("index.html".to_owned(), write(&page)?)]);
    }
    let index = Page::whole(prices, currency, overview, Vec::new(), Sources::new(&prices.lineage, true));
    let mut files = vec![("index.html".to_owned(), write(&index)?)];
    for place in &places {
        let page = Page::single(prices, currency, section(place), Sources::new(&prices.lineage, false));
        files.push((place.file(), write(&page)?));
    }
    Ok(files)
}
