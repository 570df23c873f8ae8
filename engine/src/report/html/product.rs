//! A product as the template sees it.

use minijinja::Value;
use serde::Serialize;

use crate::base::currency::Currency;
use crate::base::money::Money;
use crate::pricing::{Amount, BreakdownRow, CutOff, IndicatorCost, MarketPrice, TruePrice, TruePrices};
use crate::report::coverage::SILENT;
use crate::report::display::{Shelf, single};

use super::build_up::build_up;
use super::cross::Cross;
use super::indicators::{self, Group, Left, Silent, name_of};
use super::label::{Label, mostly};
use super::place::Place;
use super::scale::Scale;
use super::sure::Sure;
use crate::report::sankey;
use crate::report::web::dataset::region;
use crate::study::contribution::Graph;

/// The market price and how it came about.
#[derive(Serialize)]
struct Market {
    published: String,
    item: String,
    vat: &'static str,
    steps: Vec<String>,
    source: String,
    verification: &'static str,
}

impl Market {
    fn new(market: &MarketPrice) -> Self {
        Self {
            published: market.published.clone(),
            item: market.item.clone(),
            vat: market.vat,
            steps: market.steps.clone(),
            source: market.source.clone(),
            verification: market.verification,
        }
    }
}

/// An amount of an indicator in money.
#[derive(Serialize)]
struct Named {
    name: String,
    amount: String,
}

/// An input that nobody supplies.
#[derive(Serialize)]
struct Cutoff {
    process: String,
    product: String,
    amount: String,
}

/// Public support: the price with none, half and all of it.
#[derive(Serialize)]
struct Support {
    per_unit: String,
    band: [String; 3],
    on_price: bool,
}

impl Support {
    fn new(support: Money, market: Option<Money>, currency: Currency) -> Self {
        let price = market.unwrap_or_default();
        let band = [Money::ZERO, support.half(), support].map(|part| single(price + part, currency));
        Self { per_unit: single(support, currency), band, on_price: market.is_some() }
    }
}

/// The section of a product.
#[derive(Serialize)]
pub(super) struct Section {
    slug: String,
    pub heading: String,
    name: String,
    origin: Option<String>,
    id: Option<String>,
    place: String,
    category: String,
    unit: String,
    market_price: String,
    true_price: String,
    gap: String,
    has_gap: bool,
    /// Lower and upper of the true price, or of the gap.
    range: Option<(String, String)>,
    mostly: Option<String>,
    coverage: String,
    build_up: Option<Value>,
    /// Dimensions without a cost, with the word.
    wordless: Vec<(&'static str, &'static str)>,
    stages: Option<Cross>,
    only_stage: Option<String>,
    regions: Option<Cross>,
    only_region: Option<String>,
    /// Where it comes from, drawn.
    chain: Option<Value>,
    groups: Vec<Group>,
    step: String,
    unpriced: Vec<Left>,
    excluded: Vec<Left>,
    partial: Vec<Silent>,
    not_stated: Vec<String>,
    cutoffs: Vec<Cutoff>,
    /// How many more there are.
    more_cutoffs: usize,
    benefits: Vec<Named>,
    benefits_total: String,
    overpaid: Vec<Named>,
    overpaid_total: String,
    support: Option<Support>,
    price_support: Option<String>,
    shared: Option<String>,
    market: Option<Market>,
    /// How sure the price is, where samples were drawn.
    pub(super) sure: Option<Sure>,
    label: Option<Label>,
}

impl Section {
    /// The section of a product with its cells of the breakdown, and its chain.
    pub(super) fn new(
        price: &TruePrice,
        place: &Place,
        (rows, graph): (&[&BreakdownRow], Option<&Graph>),
        prices: &TruePrices,
        currency: Currency,
    ) -> Self {
        let shelf = Shelf::new(price, currency);
        let scale = Scale::new(price, &shelf, currency);
        let stage = |row: &BreakdownRow| {
            if row.stage.is_empty() { "stage not stated".to_owned() } else { row.stage.clone() }
        };
        let stages = Cross::new(rows, &price.indicators, &scale, stage);
        let regions = Cross::new(rows, &price.indicators, &scale, |row| region(&row.region));
        let market = price.market.as_ref();
        let whole = price.true_price().or(price.gap).filter(|band| band.lower != band.upper);
        let lineage = &prices.lineage;
        let has_shared = prices.coverage_differs && !prices.shared_indicators.is_empty();
        Self {
            slug: place.slug.clone(),
            heading: place.heading.clone(),
            name: price.name.clone(),
            origin: place.origin.clone(),
            id: place.id.clone(),
            place: region(&price.origin.to_string()),
            category: price.category.clone(),
            unit: price.unit.clone(),
            market_price: shelf.market.clone(),
            true_price: shelf.true_price.clone(),
            gap: shelf.gap.clone(),
            has_gap: price.gap.is_some(),
            range: whole.map(|band| (single(band.lower, currency), single(band.upper, currency))),
            mostly: mostly(price),
            coverage: price.coverage.summary(),
            build_up: build_up(price, &shelf, currency, &format!("p-{}:build-up", place.slug)),
            wordless: wordless(price),
            only_stage: stages.as_ref().and_then(Cross::only).map(str::to_owned),
            stages: stages.filter(|cross| cross.only().is_none()),
            only_region: regions.as_ref().and_then(Cross::only).map(str::to_owned),
            regions: regions.filter(|cross| cross.only().is_none()),
            chain: graph
                .filter(|graph| !graph.links.is_empty())
                .map(|graph| sankey::drawing(graph, currency, &format!("p-{}:chain", place.slug))),
            groups: indicators::groups(price, rows, &scale),
            step: scale.step(),
            unpriced: indicators::unpriced(price),
            excluded: indicators::excluded(price),
            partial: indicators::partial(price),
            not_stated: names(price),
            cutoffs: cutoffs(price),
            more_cutoffs: price.coverage.cutoffs.len().saturating_sub(SILENT),
            benefits: each(price, &scale, |k| k.benefit().central),
            benefits_total: scale.single(price.benefits),
            overpaid: each(price, &scale, |k| k.overpaid().central),
            overpaid_total: scale.single(price.overpaid),
            support: price.support.map(|s| Support::new(s, market.map(|m| m.amount), currency)),
            price_support: price.price_support.map(|s| single(s, currency)),
            shared: has_shared.then(|| single(price.shared_external, currency)),
            market: market.map(Market::new),
            sure: None,
            label: Label::new(price, &place.heading, &shelf, currency, lineage),
        }
    }
}

fn wordless(price: &TruePrice) -> Vec<(&'static str, &'static str)> {
    let word = |amount: &Amount| match amount {
        Amount::Money(_) => None,
        Amount::Unpriced => Some("unpriced"),
        Amount::NotStated => Some("not stated"),
    };
    price.dimensions.iter().filter_map(|(d, amount)| word(amount).map(|word| (d.word(), word))).collect()
}

fn names(price: &TruePrice) -> Vec<String> {
    price.coverage.not_stated.iter().map(|id| name_of(&price.indicators, id).to_owned()).collect()
}

fn cutoffs(price: &TruePrice) -> Vec<Cutoff> {
    let cutoff = |cutoff: &CutOff| Cutoff {
        process: cutoff.process.clone(),
        product: cutoff.product.clone(),
        amount: cutoff.recorded.clone(),
    };
    price.coverage.cutoffs.iter().take(SILENT).map(cutoff).collect()
}

fn each(price: &TruePrice, scale: &Scale, get: impl Fn(&IndicatorCost) -> Money) -> Vec<Named> {
    let some = price.indicators.iter().map(|k| (k, get(k))).filter(|(_, money)| *money != Money::ZERO);
    some.map(|(k, money)| Named { name: k.name.clone(), amount: scale.single(money) }).collect()
}
