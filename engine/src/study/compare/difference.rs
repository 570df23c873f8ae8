//! How a product differs, by dimension, indicator and cause.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::money::Money;
use crate::data::reference::Dimension;
use crate::pricing::{IndicatorCost, Stated, TruePrice};

use super::coverage::{CUT_OFF, coverage};
use super::rule::Rule;
use super::split::Split;
use super::values::{Cell, Value};

/// How an indicator of a product differs.
#[derive(Clone, Debug)]
pub struct IndicatorDifference {
    /// Id.
    pub indicator: String,
    /// Name.
    pub name: String,
    /// Dimension.
    pub dimension: Dimension,
    /// External cost.
    pub external: Split,
    /// Internalised.
    pub internalised: Split,
    /// Its part of the gap.
    pub gap: Split,
}

/// How a product x origin differs between the dataset as it is and a scenario.
#[derive(Clone, Debug)]
pub struct ProductDifference {
    /// Which of the true prices of the dataset as it is.
    pub base: usize,
    /// Which of those of the scenario.
    pub scenario: usize,
    /// Market price, if both have one.
    pub market: Option<Split>,
    /// By indicator.
    pub indicators: Vec<IndicatorDifference>,
    /// External cost by dimension: sums of indicators.
    pub dimensions: BTreeMap<Dimension, Split>,
    /// External cost.
    pub external: Split,
    /// Internalised.
    pub internalised: Split,
    /// True price gap, if both have one.
    pub gap: Option<Split>,
    /// Market price + gap, if both have one.
    pub true_price: Option<Split>,
    /// Indicators that both state completely and price.
    pub shared: Vec<String>,
    /// External cost of those: of the dataset as it is, and of the scenario.
    pub shared_external: (Money, Money),
    /// What is covered differently, in words; nothing if it is the same.
    pub coverage: Vec<String>,
}

impl ProductDifference {
    /// Does the cost over shared indicators make up for what is covered differently? It does not for what is cut off, which
    /// costs nothing over any of them.
    pub fn is_made_up_for(&self) -> bool {
        !self.coverage.is_empty() && !self.coverage.iter().any(|words| words.starts_with(CUT_OFF))
    }
}

/// What differences are made of.
pub(super) struct Job<'a> {
    pub(super) rule: Rule,
    pub(super) causes: &'a [&'a str],
    pub(super) netting: bool,
}

impl Job<'_> {
    /// The difference of a product. `values` are its amounts with no cause and with each set of causes of the rule; `None`:
    /// the product is not there.
    pub(super) fn difference(
        &self,
        (base, scenario): (usize, usize),
        prices: (&TruePrice, &TruePrice),
        values: &[Option<&Value>],
    ) -> ProductDifference {
        let split = |get: &dyn Fn(&Value) -> Option<Money>| {
            let amounts: Vec<Option<Money>> = values.iter().map(|value| value.and_then(get)).collect();
            Split::of(&amounts, self.rule, self.causes)
        };
        let market = split(&|value| value.market);
        let mut known: BTreeMap<&str, &IndicatorCost> = BTreeMap::new();
        known.extend(prices.0.indicators.iter().map(|k| (k.indicator.as_str(), k)));
        known.extend(prices.1.indicators.iter().map(|k| (k.indicator.as_str(), k)));
        let indicators: Vec<IndicatorDifference> = known
            .into_values()
            .map(|k| {
                // An indicator that no process has a row for costs nothing that is known.
                let cell = |value: &Value| value.cells.get(&k.indicator).copied().unwrap_or_default();
                let of = |get: fn(Cell) -> Money| {
                    split(&|value| Some(get(cell(value))))
                        .unwrap_or_else(|| Split::nothing(self.causes.len()))
                };
                let (external, internalised) = (of(|cell| cell.external), of(|cell| cell.internalised));
                // Split on its own the gap could differ from the two by a last digit.
                let gap = if self.netting { of(|cell| cell.gap) } else { external.less(&internalised) };
                IndicatorDifference {
                    indicator: k.indicator.clone(),
                    name: k.name.clone(),
                    dimension: k.dimension,
                    external,
                    internalised,
                    gap,
                }
            })
            .collect();
        let sum = |get: fn(&IndicatorDifference) -> &Split, of: Option<Dimension>| {
            let some = indicators.iter().filter(|k| of.is_none_or(|dimension| dimension == k.dimension));
            some.fold(Split::nothing(self.causes.len()), |sum, k| sum.plus(get(k)))
        };
        let ends = [values.first(), values.last()];
        let has_gap =
            ends.iter().all(|value| value.is_some_and(|value| value.is_some_and(|value| value.has_gap)));
        let gap = has_gap.then(|| sum(|k| &k.gap, None));
        let (shared, shared_external) = shared(prices);
        ProductDifference {
            base,
            scenario,
            true_price: market.as_ref().zip(gap.as_ref()).map(|(market, gap)| market.plus(gap)),
            market,
            dimensions: Dimension::ALL.into_iter().map(|d| (d, sum(|k| &k.external, Some(d)))).collect(),
            external: sum(|k| &k.external, None),
            internalised: sum(|k| &k.internalised, None),
            gap,
            coverage: coverage(prices),
            indicators,
            shared,
            shared_external,
        }
    }
}

/// Indicators that both state completely and price completely, and what they cost in each.
fn shared((base, scenario): (&TruePrice, &TruePrice)) -> (Vec<String>, (Money, Money)) {
    let whole = |price: &TruePrice| -> BTreeSet<String> {
        let is_whole =
            |k: &&IndicatorCost| k.is_priced && k.stated == Stated::Complete && k.unpriced_reasons.is_empty();
        price.indicators.iter().filter(is_whole).map(|k| k.indicator.clone()).collect()
    };
    let shared: BTreeSet<String> = whole(base).intersection(&whole(scenario)).cloned().collect();
    let cost = |price: &TruePrice| -> Money {
        let of = price.indicators.iter().filter(|k| shared.contains(&k.indicator));
        of.map(|k| k.external().central).sum()
    };
    let costs = (cost(base), cost(scenario));
    (shared.into_iter().collect(), costs)
}
