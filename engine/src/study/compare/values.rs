//! Of a set of causes, the amounts that a difference is made of.

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::pricing::{IndicatorCost, TruePrice, TruePrices};

/// Product and origin.
pub(super) type Key = (String, String);

/// What an indicator costs others, what of it is internalised, and what of it is in the gap.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cell {
    pub(super) external: Money,
    pub(super) internalised: Money,
    pub(super) gap: Money,
}

/// Amounts of a product x origin.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    pub(super) market: Option<Money>,
    pub(super) has_gap: bool,
    /// By indicator.
    pub(super) cells: BTreeMap<String, Cell>,
}

/// Amounts of all products x origins.
pub(super) type Values = BTreeMap<Key, Value>;

/// The key of a true price.
pub(super) fn key(price: &TruePrice) -> Key {
    (price.product.clone(), price.origin.to_string())
}

/// The amounts of true prices.
pub(super) fn values(prices: &TruePrices, netting: bool) -> Values {
    prices.products.iter().map(|price| (key(price), value(price, netting))).collect()
}

fn value(price: &TruePrice, netting: bool) -> Value {
    let cell = |k: &IndicatorCost| {
        let (external, internalised) = (k.external().central, k.internalised().central);
        let gap = match (k.is_priced, netting) {
            (false, _) => Money::ZERO,
            (true, true) => k.cost.central - k.paid,
            (true, false) => external - internalised,
        };
        (k.indicator.clone(), Cell { external, internalised, gap })
    };
    Value {
        market: price.market.as_ref().map(|market| market.amount),
        has_gap: price.gap.is_some(),
        cells: price.indicators.iter().map(cell).collect(),
    }
}
