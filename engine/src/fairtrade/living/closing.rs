//! Which price closes the gap: solved, rounded up to the minor unit, and tried.

use std::collections::BTreeMap;

use num_traits::{ToPrimitive, Zero};

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::unit::Unit;

use super::income::IncomeGap;
use super::rounding::up;

/// Who is to have a living income.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aim {
    /// All households together have on average what they need together.
    Average,
    /// This share of the households, from 0 to 1.
    Share(Exact),
}

/// The rise of a product's price that brings its households to a living income.
#[derive(Clone, Debug)]
pub struct ClosingPrice {
    /// Product.
    pub product: String,
    /// Year.
    pub year: i32,
    /// Currency.
    pub currency: Currency,
    /// Unit of the price.
    pub unit: Unit,
    /// For whom.
    pub aim: Aim,
    /// How many households there are.
    pub households: usize,
    /// How many of them are to have a living income; `None` for the average.
    pub needed: Option<usize>,
    /// The smallest rise at the minor unit; `None`: no price does it, for some that lack sell nothing.
    pub rise: Option<Exact>,
    /// How many households have a living income with it.
    pub reached: usize,
    /// What the others still lack.
    pub left: Exact,
}

/// A household that sells: what it lacks, below 0 if it has more, and how much it sells in the unit of the group.
struct Seller {
    lack: Exact,
    quantity: Exact,
}

impl Seller {
    fn left(&self, rise: &Exact) -> Exact {
        (&self.lack - rise * &self.quantity).max(zero())
    }
}

/// The rises for each product, year and currency of households that state what they sell.
pub fn closing_prices(gaps: &[IncomeGap], aims: &[Aim], diagnostics: &mut Diagnostics) -> Vec<ClosingPrice> {
    let mut groups: BTreeMap<(&str, i32, Currency), (Unit, Vec<Seller>)> = BTreeMap::new();
    for gap in gaps {
        let household = gap.household;
        let (Some(product), Some((quantity, own))) = (&household.product, &household.quantity) else {
            continue;
        };
        let key = (product.as_str(), household.year, household.currency);
        let (unit, sellers) = groups.entry(key).or_insert_with(|| (own.clone(), Vec::new()));
        match own.ratio_to(unit) {
            Ok(ratio) => sellers.push(Seller { lack: gap.lack(), quantity: quantity * ratio.exact() }),
            Err(error) => {
                let place = household.row.place().column("unit");
                diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, error.to_string()).at(place));
            }
        }
    }
    let mut all = Vec::new();
    for ((product, year, currency), (unit, sellers)) in groups {
        for aim in aims {
            let rise = solved(&sellers, aim).map(|rise| up(&rise, currency.minor_digits()));
            let at = rise.clone().unwrap_or_else(zero);
            all.push(ClosingPrice {
                product: product.to_owned(),
                year,
                currency,
                unit: unit.clone(),
                aim: aim.clone(),
                households: sellers.len(),
                needed: needed(sellers.len(), aim),
                reached: sellers.iter().filter(|seller| seller.left(&at).is_zero()).count(),
                left: sellers.iter().map(|seller| seller.left(&at)).sum(),
                rise,
            });
        }
    }
    all
}

/// How many of so many households are a share of them, rounded up.
fn needed(households: usize, aim: &Aim) -> Option<usize> {
    let Aim::Share(share) = aim else { return None };
    (share * Exact::from_integer(households.into())).ceil().to_integer().to_usize()
}

/// The smallest rise, before it is rounded. What all lack together falls by the sum of their quantities; what one lacks
/// is 0 from gap / quantity on, so of these the one that is k-th from below brings k households there.
fn solved(sellers: &[Seller], aim: &Aim) -> Option<Exact> {
    let Some(needed) = needed(sellers.len(), aim) else {
        let lack: Exact = sellers.iter().map(|seller| seller.lack.clone()).sum();
        let quantity: Exact = sellers.iter().map(|seller| seller.quantity.clone()).sum();
        return quotient(&lack, &quantity);
    };
    let mut rises: Vec<Exact> =
        sellers.iter().filter_map(|seller| quotient(&seller.lack, &seller.quantity)).collect();
    rises.sort();
    match needed.checked_sub(1) {
        Some(last) => rises.get(last).cloned(),
        None => Some(zero()),
    }
}

/// What each unit must bring more; nothing where nothing is lacking, `None` where something is and nothing is sold.
fn quotient(lack: &Exact, quantity: &Exact) -> Option<Exact> {
    if *lack <= zero() {
        return Some(zero());
    }
    (!quantity.is_zero()).then(|| lack / quantity)
}
