//! The true prices that a flow dataset is priced with: a supply dataset, read, valued, and joined by its resources.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::progress::Progress;
use crate::data::flows::FlowData;
use crate::data::reference::Reference;
use crate::data::source::Library;
use crate::data::supply::Supply;

use super::TruePrices;
use super::choices::Choices;
use super::flow_join::{Point, join, named};
use super::prepare::{Prepared, prepare};
use super::request::Request;
use super::run::price;

/// True prices of all products that the resources of a flow dataset name.
#[derive(Debug)]
pub struct FlowPrices {
    /// The supply dataset, and how it is valued.
    pub prepared: Prepared,
    /// What was asked.
    pub request: Request,
    /// The true prices.
    pub prices: TruePrices,
    /// By resource: its point of the chain.
    joined: Vec<Option<Point>>,
    /// By point of the chain: its place among the true prices.
    places: Vec<Option<usize>>,
}

/// What supplies a resource.
pub(super) enum Supplied {
    /// It names no product.
    NotNamed,
    /// No process makes the product.
    NoProcess,
    /// At the true price in this place.
    Price(usize),
}

/// The supply dataset that a flow dataset is priced with: the one that was given, or that its manifest names. Who says
/// how to price, and not what, is told so.
pub fn supply_of(
    data: &FlowData,
    given: Option<&Path>,
    choices: &Choices,
    diagnostics: &mut Diagnostics,
) -> Option<PathBuf> {
    let supply = given.map(Path::to_owned).or_else(|| data.supply.clone());
    if supply.is_none() && choices.says_how() {
        let message = "it is said how to price, and there is no supply dataset to price with";
        let hint = "name one with --supply DIR, or as `supply` under [flows] in the manifest of the flows";
        diagnostics.push(Diagnostic::error(codes::MISSING_CHOICE, message).hint(hint));
    }
    supply
}

impl FlowPrices {
    /// Prices what the flows name of a supply dataset. What is not chosen is taken from the manifest of the flows, then
    /// from that of the supply dataset. Incomes are read into the reference tables.
    pub fn new(
        data: &FlowData,
        mut supply: Supply,
        choices: &Choices,
        library: &Library,
        reference: &mut Reference,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        // What was paid is what flows state: nobody's price list is used, nor named as a source.
        supply.prices.clear();
        supply.manifest.defaults.prices = None;
        let supply = Arc::new(supply);
        if let Some(prices) = &choices.prices {
            let message = format!("the price list `{prices}` is not used: flows state what was paid");
            diagnostics.push(Diagnostic::warning(codes::PRICE_UNUSED, message));
        }
        let choices = completed(choices, data);
        let factors = supply.manifest.defaults.factors.as_deref();
        let mut request = choices.request(library, reference, factors, diagnostics);
        let prepared = prepare(supply, &request, library, reference, diagnostics)?;
        let before = diagnostics.errors();
        let joined = join(data, &prepared.supply, &prepared.chain, diagnostics);
        if diagnostics.errors() > before {
            return None;
        }
        request.products = named(data);
        let prices = price(&prepared, &request, reference, progress, diagnostics)?;
        let mut priced = 0..prices.products.len();
        let places = prepared.chain.points.iter().map(|point| {
            let id = &prepared.supply.products[point.product].id;
            let asked = request.products.is_empty() || request.products.contains(id);
            if asked { priced.next() } else { None }
        });
        let places = places.collect();
        Some(Self { prepared, request, prices, joined, places })
    }

    /// The true price of the product that a resource is.
    pub(super) fn of(&self, resource: usize) -> Supplied {
        let Some(point) = self.joined.get(resource).copied().flatten() else { return Supplied::NotNamed };
        let place = point.0.and_then(|point| self.places[point]);
        place.map_or(Supplied::NoProcess, Supplied::Price)
    }
}

/// What nobody chose is as the manifest of the flows says.
fn completed(choices: &Choices, data: &FlowData) -> Choices {
    let (own, mut choices) = (&data.manifest.defaults, choices.clone());
    if choices.set.is_none() {
        choices.factors = choices.factors.or_else(|| own.factors.clone());
    }
    choices.currency = choices.currency.or_else(|| own.currency.clone());
    choices.year = choices.year.or(own.year);
    choices.prices = None;
    choices.products = Vec::new();
    choices
}
