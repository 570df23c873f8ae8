//! Market prices: the one in force, per reference unit, in the currency and year of the report.

use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::base::region::Location;
use crate::base::unit::Unit;
use crate::chain::convert::to_reference;
use crate::data::manifest::RateType;
use crate::data::price_list::Price;
use crate::data::supply::Product;
use crate::valuation::PriceLevel;

/// A market price, moved to the report's currency and year.
#[derive(Clone, Debug)]
pub struct MarketPrice {
    /// Per reference unit, in the report currency.
    pub amount: Money,
    /// As published, in words: `0.6001 USD per [lb_av], 2021, US`.
    pub published: String,
    /// The seller's name of the product.
    pub item: String,
    /// The pack that the published price is for, where it is not for one unit.
    pub pack: Option<Pack>,
    /// `included`, `excluded` or `unknown`.
    pub vat: &'static str,
    /// How it was moved.
    pub steps: Vec<String>,
    /// Source.
    pub source: String,
    /// `primary`, `secondary` or `unverified`.
    pub verification: &'static str,
}

/// What is sold as one: a bag, a crate.
#[derive(Clone, Debug)]
pub struct Pack {
    /// How much is in it, in the reference unit.
    pub quantity: Exact,
    /// The same as published: `0.5 kg`.
    pub text: String,
}

/// The price of a product x origin: that of its origin before that of any, the latest up to the price year.
/// `prices` are sorted by product.
pub fn in_force<'a>(prices: &'a [Price], product: &str, origin: &Location, year: i32) -> Option<&'a Price> {
    let origin = origin.to_string();
    let start = prices.partition_point(|price| price.product.as_str() < product);
    let of_product = prices[start..].iter().take_while(|price| price.product == product);
    let fits =
        |price: &&Price| price.date.year() <= year && price.origin.as_ref().is_none_or(|own| *own == origin);
    of_product.filter(fits).max_by_key(|price| (price.origin.is_some(), price.date))
}

/// Moves a price to the report; `None` with a warning where its pack has no mass.
pub fn market_price(
    price: &Price,
    product: &Product,
    kilogram: &Unit,
    level: &PriceLevel,
    diagnostics: &mut Diagnostics,
) -> Option<MarketPrice> {
    let Ok(ratio) = to_reference(product, &price.unit, price.mass_kg.as_ref(), kilogram) else {
        let message = format!(
            "the price of `{}` is per {}, and nobody states its mass: it is not used",
            product.id,
            price.unit.text()
        );
        diagnostics
            .push(Diagnostic::warning(codes::PRICE_UNUSED, message).at(price.row.place().column("unit")));
        return None;
    };
    let moved = match level.moved(price.currency, price.date.year(), None, RateType::Market) {
        Ok(moved) => moved,
        Err(error) => {
            diagnostics.push(error.diagnostic().at(price.row.place().column("currency")));
            return None;
        }
    };
    let per_unit = &price.amount.exact / &price.quantity.exact / ratio.exact() * &moved.multiplier;
    let Ok(amount) = Money::round(&per_unit) else {
        let message = "the price is too large to be kept exactly";
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(price.row.place().column("amount")));
        return None;
    };
    let is_pack = price.quantity.exact != crate::base::decimal::one();
    let quantity = if is_pack { format!("{} ", price.quantity.float) } else { String::new() };
    let pack = is_pack.then(|| Pack {
        quantity: &price.quantity.exact * ratio.exact(),
        text: format!("{} {}", price.quantity.float, price.unit.text()),
    });
    let region = price.region.as_ref().map(|region| format!(", {region}")).unwrap_or_default();
    Some(MarketPrice {
        amount,
        published: format!(
            "{} {} per {quantity}{}, {}{region}",
            price.amount.float,
            price.currency,
            price.unit.text(),
            price.date
        ),
        item: price.item.clone(),
        pack,
        vat: price.vat.word(),
        steps: moved.steps,
        source: price.source.clone(),
        verification: price.verification.word(),
    })
}
