//! True prices and breakdown as flat columns: one definition for CSV and Parquet.

use crate::base::money::{Factor, Money};
use crate::data::reference::Dimension;
use crate::pricing::{Amount, BreakdownRow, TruePrice, TruePrices};

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A year.
    Year(i32),
    /// A physical amount.
    Amount(f64),
    /// Money of the report; without it, the word that stands in a CSV.
    Money(Option<Money>, &'static str),
    /// A factor.
    Factor(Option<Factor>),
}

impl Cell {
    /// As a CSV prints it.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Year(year) => year.to_string(),
            Self::Amount(value) => value.to_string(),
            Self::Money(Some(money), _) => money.to_string(),
            Self::Money(None, word) => (*word).to_owned(),
            Self::Factor(factor) => factor.map(|f| f.to_string()).unwrap_or_default(),
        }
    }
}

/// A named column with its cells.
pub type Columns = Vec<(&'static str, Vec<Cell>)>;

fn amount(amount: Amount) -> Cell {
    match amount {
        Amount::Money(money) => Cell::Money(Some(money), ""),
        Amount::Unpriced => Cell::Money(None, "unpriced"),
        Amount::NotStated => Cell::Money(None, "not stated"),
    }
}

/// One row a product x origin.
pub fn true_prices(prices: &TruePrices) -> Columns {
    let target = prices.target;
    let column = |name: &'static str, cell: &dyn Fn(&TruePrice) -> Cell| {
        (name, prices.products.iter().map(cell).collect::<Vec<Cell>>())
    };
    let money = |money: Option<Money>| Cell::Money(money, "");
    let dimension =
        |p: &TruePrice, d: Dimension| amount(p.dimensions.get(&d).copied().unwrap_or(Amount::NotStated));
    let gap_or_word = |p: &TruePrice| p.gap.map_or_else(|| amount(p.external), |g| money(Some(g.central)));
    let shared = !prices.shared_indicators.is_empty();
    let list = |ids: Vec<&str>| Cell::Text(ids.join(" "));
    vec![
        column("product", &|p| Cell::Text(p.product.clone())),
        column("name", &|p| Cell::Text(p.name.clone())),
        column("origin", &|p| Cell::Text(p.origin.to_string())),
        column("category", &|p| Cell::Text(p.category.clone())),
        column("unit", &|p| Cell::Text(p.unit.clone())),
        column("currency", &|_| Cell::Text(target.currency.to_string())),
        column("price_year", &|_| Cell::Year(target.year)),
        column("market_price", &|p| money(p.market.as_ref().map(|m| m.amount))),
        column("vat", &|p| Cell::Text(p.market.as_ref().map(|m| m.vat.to_owned()).unwrap_or_default())),
        column("environmental", &|p| dimension(p, Dimension::Environmental)),
        column("social", &|p| dimension(p, Dimension::Social)),
        column("health", &|p| dimension(p, Dimension::Health)),
        column("external_cost", &|p| amount(p.external)),
        column("internalised", &|p| money(p.gap.map(|_| p.internalised))),
        column("overpaid", &|p| money(p.gap.map(|_| p.overpaid))),
        column("benefits", &|p| money(p.gap.map(|_| p.benefits))),
        column("gap", &gap_or_word),
        column("true_price", &|p| money(p.true_price().map(|t| t.central))),
        column("gap_lower", &|p| money(p.gap.map(|g| g.lower))),
        column("gap_upper", &|p| money(p.gap.map(|g| g.upper))),
        column("true_price_lower", &|p| money(p.true_price().map(|t| t.lower))),
        column("true_price_upper", &|p| money(p.true_price().map(|t| t.upper))),
        column("external_cost_shared", &|p| money(shared.then_some(p.shared_external))),
        column("public_support", &|p| money(p.support)),
        column("price_support", &|p| money(p.price_support)),
        column("priced", &|p| list(p.coverage.priced.iter().map(String::as_str).collect())),
        column("unpriced", &|p| list(p.coverage.unpriced.keys().map(String::as_str).collect())),
        column("excluded", &|p| list(p.coverage.excluded.keys().map(String::as_str).collect())),
        column("partial", &|p| list(p.coverage.partial.keys().map(String::as_str).collect())),
        column("not_stated", &|p| list(p.coverage.not_stated.iter().map(String::as_str).collect())),
        column("cut_off", &|p| list(p.coverage.cutoffs.iter().map(|c| c.1.as_str()).collect())),
        column("coverage", &|p| Cell::Text(p.coverage.summary())),
    ]
}

/// One row a product x origin x stage x region x indicator x factor.
pub fn breakdown(prices: &TruePrices) -> Columns {
    let target = prices.target;
    let column = |name: &'static str, cell: &dyn Fn(&BreakdownRow) -> Cell| {
        (name, prices.breakdown.iter().map(cell).collect::<Vec<Cell>>())
    };
    let text = |value: &str| Cell::Text(value.to_owned());
    vec![
        column("product", &|r| text(&r.product)),
        column("origin", &|r| text(&r.origin)),
        column("stage", &|r| text(&r.stage)),
        column("region", &|r| text(&r.region)),
        column("indicator", &|r| text(&r.indicator)),
        column("amount", &|r| Cell::Amount(r.amount)),
        column("unit", &|r| text(&r.unit)),
        column("status", &|r| text(r.status)),
        column("factor", &|r| Cell::Factor(r.factor.map(|f| f.central))),
        column("factor_lower", &|r| Cell::Factor(r.factor.map(|f| f.lower))),
        column("factor_upper", &|r| Cell::Factor(r.factor.map(|f| f.upper))),
        column("cost", &|r| Cell::Money(r.cost.map(|c| c.central), "")),
        column("cost_lower", &|r| Cell::Money(r.cost.map(|c| c.lower), "")),
        column("cost_upper", &|r| Cell::Money(r.cost.map(|c| c.upper), "")),
        column("currency", &|_| Cell::Text(target.currency.to_string())),
        column("price_year", &|_| Cell::Year(target.year)),
        column("factor_source", &|r| text(&r.factor_source)),
        column("source", &|r| text(&r.source)),
    ]
}

/// As a CSV.
pub fn csv(columns: &Columns) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(columns.iter().map(|(name, _)| *name));
    for row in 0..columns.first().map_or(0, |(_, cells)| cells.len()) {
        let _ = writer.write_record(columns.iter().map(|(_, cells)| cells[row].text()));
    }
    writer.into_inner().unwrap_or_default()
}
