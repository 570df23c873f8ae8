//! The price at the farm gate that gives a living income, and published ones held against their inputs.

use crate::base::decimal::{Exact, one, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::coop::farms::Farm;
use crate::data::coop::reference_prices::{InputKind, ReferencePrice};

/// A reference price with the steps that lead to it. Money is exact, in the currency of the farm.
#[derive(Clone, Debug)]
pub struct Computed<'a> {
    /// The row.
    pub farm: &'a Farm,
    /// Hectares that bear.
    pub net_land: Exact,
    /// Cost of sustainable production of the farm.
    pub cost: Exact,
    /// Other income that is deducted.
    pub deducted: Exact,
    /// What the farm yields in a year.
    pub harvest: Exact,
    /// Money per unit of the yield.
    pub price: Exact,
}

impl<'a> Computed<'a> {
    /// (decent living + cost of the farm + cost of a hectare x land - deducted income) / (land x yield), land net of
    /// rejuvenation. Without land or yield there is no price: an error.
    pub fn new(farm: &'a Farm, diagnostics: &mut Diagnostics) -> Option<Self> {
        let net_land = &farm.land * (one() - farm.rejuvenation.clone().unwrap_or_else(zero));
        let harvest = &net_land * &farm.yields;
        if farm.land <= zero() || farm.yields <= zero() || harvest <= zero() {
            let column = if farm.yields <= zero() { "yield" } else { "land" };
            let message = "the farm yields nothing, so no price gives a living income".to_owned();
            let hint = "land net of rejuvenation, and yield, are more than 0";
            let place = farm.row.place().column(column);
            diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(place).hint(hint));
            return None;
        }
        let per_ha = farm.production_cost_per_ha.clone().unwrap_or_else(zero);
        let cost = farm.production_cost.clone().unwrap_or_else(zero) + per_ha * &net_land;
        let deducted = farm.other_income.clone().filter(|_| farm.deducts).unwrap_or_else(zero);
        let price = (&farm.decent_living + &cost - &deducted) / &harvest;
        Some(Self { farm, net_land, cost, deducted, harvest, price })
    }
}

/// A published price, and what its inputs say of it.
#[derive(Clone, Debug)]
pub struct Published<'a> {
    /// The row.
    pub price: &'a ReferencePrice,
    /// Inputs that were not found.
    pub missing: Vec<&'static str>,
    /// The price of the inputs, in the currency of the published one, if all were found.
    pub computed: Option<Exact>,
    /// The decent living that the published price and the other inputs imply, in the currency of the inputs: a check of
    /// consistency, and no proof.
    pub implied: Option<Exact>,
}

impl<'a> Published<'a> {
    /// Holds a published price against its inputs.
    pub fn new(price: &'a ReferencePrice) -> Self {
        let input = |kind: InputKind| price.inputs.get(&kind).map(|input| input.amount.clone());
        let bears = one() - input(InputKind::Rejuvenation).unwrap_or_else(zero);
        let land = input(InputKind::Land).map(|land| land * bears);
        let yields = input(InputKind::Yield);
        let cost = cost(price, land.as_ref());
        let living = input(InputKind::DecentLiving);
        let rate = rate(price);
        let other = input(InputKind::OtherIncome).unwrap_or_else(zero);
        let harvest = land.as_ref().zip(yields.as_ref()).map(|(land, yields)| land * yields);
        let harvest = harvest.filter(|harvest| *harvest > zero());
        let found = [
            ("decent_living", living.is_some()),
            ("cost", cost.is_some()),
            ("land", land.is_some()),
            ("yield", yields.is_some()),
            ("rate", rate.is_some()),
        ];
        let computed = (|| {
            let needed = living? + cost.as_ref()? - &other;
            Some(needed / harvest.as_ref()? / rate.as_ref()?)
        })();
        let implied =
            (|| Some(&price.amount * rate.as_ref()? * harvest.as_ref()? - cost.as_ref()? + &other))();
        let missing = found.into_iter().filter(|(_, is_found)| !is_found).map(|(word, _)| word).collect();
        Self { price, missing, computed, implied }
    }
}

/// Cost of the farm: as one figure, or the sum of its parts; a cost of a hectare needs the land.
fn cost(price: &ReferencePrice, land: Option<&Exact>) -> Option<Exact> {
    let input = |kind: InputKind| price.inputs.get(&kind).map(|input| &input.amount);
    let parts = [InputKind::FarmCost, InputKind::FixedCost, InputKind::InputCost, InputKind::LabourCost];
    let mut parts: Vec<Exact> = parts.into_iter().filter_map(|kind| input(kind).cloned()).collect();
    if let Some(per_ha) = input(InputKind::CostPerHa) {
        parts.push(per_ha * land?);
    }
    (!parts.is_empty()).then(|| parts.into_iter().sum())
}

/// Units of the currency of the inputs for one of that of the price.
fn rate(price: &ReferencePrice) -> Option<Exact> {
    let stated = price.inputs.get(&InputKind::Rate).map(|input| input.amount.clone());
    let is_same = |currency| currency == price.currency;
    let same = price.inputs.iter().filter(|(kind, _)| **kind != InputKind::Rate);
    let same = same.filter_map(|(_, input)| input.currency).all(is_same);
    stated.filter(|rate| *rate > zero()).or_else(|| same.then(one))
}
