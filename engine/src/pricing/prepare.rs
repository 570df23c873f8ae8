//! From names to values: reads the dataset, the factor set and the price list that a request asks for.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::region::Location;
use crate::base::unit::Measure;
use crate::chain::{self, Chain};
use crate::data::factors::FactorSet;
use crate::data::price_list::{Price, PriceList};
use crate::data::products;
use crate::data::reference::Reference;
use crate::data::source::{Library, Shelf};
use crate::data::supply::Supply;
use crate::valuation::{PriceLevel, Target};

use super::request::Request;

/// All that pricing needs, read and checked.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The dataset.
    pub supply: Arc<Supply>,
    /// Its chain.
    pub chain: Chain,
    /// The factor set.
    pub set: FactorSet,
    /// The price list laid over it.
    pub list: Option<PriceList>,
    /// Currency and price year.
    pub target: Target,
    /// Emission year of processes that state none.
    pub emission_year: i32,
    /// Was the price year the default?
    pub year_is_default: bool,
}

impl Prepared {
    /// The prices of the list, then those of the dataset, which hold where the list has none in force.
    /// Each sorted by product.
    pub fn prices(&self) -> Vec<&[Price]> {
        let list = self.list.iter().map(|list| list.prices.as_slice());
        list.chain([self.supply.prices.as_slice()]).collect()
    }
}

/// Builds the chain, and reads and checks what the request names; all problems at once.
pub fn prepare(
    supply: Arc<Supply>,
    request: &Request,
    library: &Library,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Prepared> {
    let before = diagnostics.errors();
    let chain = chain::build(&supply, reference, diagnostics);
    let defaults = &supply.manifest.defaults;
    let place = || Place::file(supply.manifest_file.clone());
    // A set may price the dataset's own indicators too.
    let known = Reference { indicators: supply.indicators.clone(), ..reference.clone() };
    let set = match (&request.set, request.factors.as_ref().or(defaults.factors.as_ref())) {
        (Some(set), _) => Some((**set).clone()),
        (None, Some(spec)) => FactorSet::read(spec, library, &known, diagnostics),
        (None, None) if request.physical => Some(FactorSet::none(&supply.manifest)),
        (None, None) => {
            let names = library.names(Shelf::Factors).join(", ");
            let message = "no factor set is chosen";
            let hint = format!(
                "--factors SET, or `factors` under [defaults] in the manifest (`Factors` in Settings of a workbook); there are {names}"
            );
            diagnostics.push(Diagnostic::error(codes::MISSING_CHOICE, message).at(place()).hint(hint));
            None
        }
    };
    let currency = request.currency.or_else(|| defaults.currency.as_deref().and_then(Currency::from_code));
    let any = || Currency::from_code("EUR").filter(|_| request.physical && !has_money(&supply));
    let currency = currency.or_else(any);
    if currency.is_none() {
        let message = "no currency is chosen";
        let hint = "--currency EUR, or `currency` under [defaults] in the manifest (`Report currency` in Settings of a workbook)";
        diagnostics.push(Diagnostic::error(codes::MISSING_CHOICE, message).at(place()).hint(hint));
    }
    let list = price_list(request, &supply, library, reference, diagnostics);
    check_request(request, &supply, reference, diagnostics);
    let (set, currency) = (set?, currency?);
    let chosen = request.year.or(defaults.year);
    let Some(year) = chosen.or_else(|| {
        latest_year(&set, &supply, list.as_ref().ok().and_then(Option::as_ref), currency, reference, request)
    }) else {
        let message = "there is no year that all price indices and rates in use reach";
        diagnostics.push(Diagnostic::error(codes::YEAR_RANGE, message).hint("choose one: --year YEAR"));
        return None;
    };
    let prepared = Prepared {
        emission_year: request.emission_year.unwrap_or(year),
        target: Target { currency, year },
        year_is_default: chosen.is_none(),
        chain: chain?,
        supply,
        set,
        list: list.ok()?,
    };
    (diagnostics.errors() == before).then_some(prepared)
}

/// Does the dataset state amounts of money that would have to be moved?
fn has_money(supply: &Supply) -> bool {
    let is_money = supply.interventions.profiles().iter().any(|profile| profile.unit.is_money());
    is_money || !supply.paid.is_empty() || !supply.support.is_empty() || !supply.prices.is_empty()
}

/// The latest year that all tables in use have: those of the factors, and of all money in the data.
fn latest_year(
    set: &FactorSet,
    supply: &Supply,
    list: Option<&PriceList>,
    currency: Currency,
    reference: &Reference,
    request: &Request,
) -> Option<i32> {
    let factors = set.rows.iter().filter(|row| !row.unit.is_money());
    let mut money: BTreeSet<(Currency, Option<&str>)> =
        factors.map(|row| (row.currency, Some(set.head(row).settings.index.as_str()))).collect();
    let prices = list.into_iter().flat_map(|list| &list.prices).chain(&supply.prices).map(|row| row.currency);
    let amounts = supply.interventions.profiles().iter().filter_map(|profile| match *profile.unit {
        Measure::Money(currency, _) => Some(currency),
        _ => None,
    });
    let paid = supply.paid.iter().map(|row| row.currency);
    let support = supply.support.iter().map(|row| row.currency);
    let passed_on = supply.passed_on.iter().map(|row| row.currency);
    money.extend(
        prices.chain(amounts).chain(paid).chain(support).chain(passed_on).map(|currency| (currency, None)),
    );
    PriceLevel::latest_year(reference, &request.overrides, currency, &money)
}

fn price_list(
    request: &Request,
    supply: &Supply,
    library: &Library,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Result<Option<PriceList>, ()> {
    let Some(name) = request.prices.as_ref().or(supply.manifest.defaults.prices.as_ref()) else {
        return Ok(None);
    };
    let list =
        PriceList::read_any(name, library, &reference.units, &reference.regions, diagnostics).ok_or(())?;
    let unknown: Vec<&str> = {
        let known = |id: &str| supply.products.iter().any(|p| p.id == id);
        let mut ids: Vec<&str> =
            list.prices.iter().map(|p| p.product.as_str()).filter(|id| !known(id)).collect();
        ids.dedup();
        ids
    };
    if !unknown.is_empty() {
        let message = format!(
            "{} of {} prices of `{}` are for products the dataset does not have: {}",
            unknown.len(),
            list.prices.len(),
            list.name,
            unknown.join(", ")
        );
        diagnostics.push(Diagnostic::warning(codes::PRICE_UNUSED, message));
    }
    Ok(Some(list))
}

fn check_request(request: &Request, supply: &Supply, reference: &Reference, diagnostics: &mut Diagnostics) {
    for id in request.products.iter().filter(|id| supply.products.iter().all(|p| p.id != **id)) {
        diagnostics.push(products::unknown(id, &supply.products));
    }
    if let Some(origin) = request.origin.as_ref().filter(|origin| !reference.regions.contains(origin)) {
        let message = format!("`{origin}` is not a region");
        diagnostics.push(
            Diagnostic::error(codes::UNKNOWN_REGION, message).hint("use ISO 3166 such as CO, or UN M49"),
        );
    }
}

/// The place of published footprints that are valued where the line comes from.
pub fn origin_of(request: &Request) -> Location {
    request.origin.clone().map_or(Location::Origin, Location::Code)
}
