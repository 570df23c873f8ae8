//! The market price of the day: the last on or before it, and none after.

use crate::base::diagnostic::nearest;
use crate::base::period::Period;
use crate::data::coop::contracts::Contract;
use crate::data::coop::market_prices::MarketPrice;

use super::Terms;
use super::fit::{Key, Wanted};

pub(super) fn key(row: &MarketPrice) -> Key<'_> {
    Key {
        form: row.form.as_deref(),
        quality: row.quality.as_deref(),
        origin: row.origin.as_deref(),
        incoterm: row.incoterm.as_deref(),
    }
}

/// The market price of the day of a contract, or why there is none.
pub(super) fn of_the_day<'a>(contract: &Contract, terms: &Terms<'a>) -> Result<&'a MarketPrice, String> {
    let Some(prices) = terms.market else {
        return Err(
            "no market price: there is no table of market prices, and the contract states no `market`"
                .to_owned(),
        );
    };
    let of_product: Vec<&MarketPrice> =
        prices.iter().filter(|price| price.product == contract.commodity).collect();
    if of_product.is_empty() {
        let near = nearest(&contract.commodity, prices.iter().map(|price| price.product.as_str()));
        let hint = near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("no market price of `{}`{hint}", contract.commodity));
    }
    let wanted = Wanted::new(contract, &terms.reference.regions);
    let fitting: Vec<&MarketPrice> =
        of_product.iter().copied().filter(|price| wanted.fits(&key(price))).collect();
    if fitting.is_empty() {
        let keys: Vec<Key> = of_product.iter().map(|price| key(price)).collect();
        return Err(wanted.why_none(&keys, "market price"));
    }
    let day = contract.date.last_day();
    let age = |price: &MarketPrice| i64::from(day) - i64::from(price.date.last_day());
    let recent = |price: &&MarketPrice| (0..=i64::from(terms.market_days)).contains(&age(price));
    let in_time: Vec<&MarketPrice> = fitting.iter().copied().filter(recent).collect();
    if in_time.is_empty() {
        return Err(too_old(contract, &fitting, terms.market_days));
    }
    let best = wanted.best(&in_time, key);
    // Rows of one key are of different days; the last counts.
    let latest = best.iter().map(|price| price.date.last_day()).max();
    let last: Vec<&MarketPrice> =
        best.iter().copied().filter(|price| Some(price.date.last_day()) == latest).collect();
    let same_key = best.iter().all(|price| same(&key(price), &key(best[0])));
    match last.as_slice() {
        [only] if same_key => Ok(only),
        _ => {
            let mut rows: Vec<u64> = best.iter().map(|price| price.row.row).collect();
            rows.sort_unstable();
            let rows: Vec<String> = rows.iter().take(4).map(u64::to_string).collect();
            Err(format!(
                "several market prices of `{}` fit equally well (rows {}): state more of form, quality, origin and \
                 incoterm in one of them",
                contract.commodity,
                rows.join(", ")
            ))
        }
    }
}

fn same(a: &Key, b: &Key) -> bool {
    (a.form, a.quality, a.origin, a.incoterm) == (b.form, b.quality, b.origin, b.incoterm)
}

fn too_old(contract: &Contract, fitting: &[&MarketPrice], days: u32) -> String {
    let day = contract.date.last_day();
    let earlier = fitting.iter().map(|price| price.date.last_day()).filter(|own| *own <= day).max();
    let told = match earlier.and_then(Period::of_day) {
        Some(earlier) => format!("the last before it is of {earlier}; `--market-days` allows older ones"),
        None => "all are later, and a later price never counts".to_owned(),
    };
    format!(
        "no market price of `{}` from the {days} days up to {}: {told}",
        contract.commodity, contract.date
    )
}
