//! What is divided: the external cost, an indicator, or all of them.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes, nearest};
use crate::base::money::Money;
use crate::data::factors::Band;
use crate::pricing::attribution::is_burden;
use crate::pricing::{IndicatorCost, Run, Stated, TruePrice, TruePrices};

use super::{Asked, Figure, Measure, Whole};

/// The name of the external cost among indicators.
pub(super) const TOTAL: &str = "total";

/// What is asked has to be there: the place, the indicator, a price for a total.
pub(super) fn check(run: &Run, prices: &TruePrices, asked: &Asked, diagnostics: &mut Diagnostics) {
    let products = &prices.products;
    let product = run.request.products.first().map_or("", String::as_str);
    if products.is_empty() {
        let message = format!("nothing makes `{product}`: there is no footprint to divide");
        diagnostics.push(Diagnostic::error(codes::NO_PROCESS, message));
        return;
    }
    let places: Vec<String> = products.iter().map(|price| price.origin.to_string()).collect();
    if let Some(place) = asked.made_in.as_ref().filter(|place| !places.contains(place)) {
        let message = format!("`{product}` is not made in `{place}`");
        let hint = format!("it is made in {}", places.join(", "));
        diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
        return;
    }
    let wanted = |price: &&TruePrice| asked.made_in.as_ref().is_none_or(|p| *p == price.origin.to_string());
    for price in products.iter().filter(wanted) {
        let states = |k: &&IndicatorCost| k.stated != Stated::Absent;
        let stated: Vec<&str> =
            price.indicators.iter().filter(states).map(|k| k.indicator.as_str()).collect();
        let listed = || format!("it states {}", stated.join(", "));
        match &asked.measure {
            Measure::Indicator(id) if !stated.contains(&id.as_str()) => {
                let message = format!(
                    "the chain of `{}` from {} states no indicator `{id}`",
                    price.product, price.origin
                );
                let hint = match nearest(id, stated.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if stated.is_empty() => "it states none".to_owned(),
                    None => listed(),
                };
                diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
            }
            Measure::Total if price.external.money().is_none() => {
                let message = format!(
                    "nothing of `{}` from {} has a price: there is no total to divide",
                    price.product, price.origin
                );
                let hint = if stated.is_empty() {
                    "it states no indicator".to_owned()
                } else {
                    format!("divide an indicator: {}", stated.join(", "))
                };
                diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
            }
            _ => {}
        }
    }
}

/// The external cost in each scenario: what is a benefit is no part of it.
fn external(price: &TruePrice) -> Band<Money> {
    let sum = |get: fn(&Band<Money>) -> Money| price.indicators.iter().map(|k| get(&k.external())).sum();
    Band { lower: sum(|c| c.lower), central: sum(|c| c.central), upper: sum(|c| c.upper) }
}

/// What is divided, of one product.
pub(super) fn wholes(price: &TruePrice, measure: &Measure) -> Vec<Whole> {
    let total = || Whole {
        index: None,
        indicator: TOTAL.to_owned(),
        unit: String::new(),
        figure: Figure { amount: None, cost: price.external.money().map(|_| external(price)) },
    };
    let all = price.indicators.iter().enumerate().filter(|(_, k)| k.stated != Stated::Absent);
    let of = |(index, k): (usize, &IndicatorCost)| Whole {
        index: Some(index),
        indicator: k.indicator.clone(),
        unit: k.unit.clone(),
        figure: Figure {
            amount: Some(k.priced_amount + k.unpriced_amount + k.excluded_amount),
            cost: k.is_priced.then_some(k.cost),
        },
    };
    match measure {
        Measure::Total => vec![total()],
        Measure::Indicator(id) => all.filter(|(_, k)| k.indicator == *id).map(of).collect(),
        Measure::All => {
            let priced = price.external.money().map(|_| total());
            priced.into_iter().chain(all.map(of)).collect()
        }
    }
}

/// The external cost of figures of single indicators, by their index; `None`: none of them has a price.
pub(super) fn total<'a>(
    price: &TruePrice,
    figures: impl IntoIterator<Item = (usize, &'a Figure)>,
) -> Option<Band<Money>> {
    let mut sum = None;
    for (index, figure) in figures {
        let Some(cost) = figure.cost else { continue };
        let counted = is_burden(&price.indicators[index])
            .zip(cost)
            .map(|(is_burden, cost)| if is_burden { cost } else { Money::ZERO });
        sum = Some(sum.unwrap_or_default());
        sum = sum.map(|sum: Band<Money>| sum.zip(counted).map(|(a, b)| a + b));
    }
    sum
}
