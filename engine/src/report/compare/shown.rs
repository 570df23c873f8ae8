//! Figures as people read them: rounded so that the parts of a price, and the causes of a difference, add up.

use crate::base::currency::Currency;
use crate::base::money::{BOOK_SCALE, Money};
use crate::data::reference::Dimension;
use crate::pricing::{Amount, TruePrice};
use crate::report::display::{fitted, fixed, rounded};
use crate::study::compare::{ProductDifference, Split};

/// What is shown of a price, in this order.
pub(super) const COLUMNS: [&str; 7] =
    ["market price", "environmental", "social", "health", "internalised", "gap", "true price"];

/// The gap and the true price among the columns.
pub(super) const GAP: usize = 5;
/// The true price.
pub(super) const TRUE_PRICE: usize = 6;

/// A figure, or the word for why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    Value(i128),
    Word(&'static str),
}

impl Figure {
    pub(super) fn value(self) -> Option<i128> {
        match self {
            Self::Value(value) => Some(value),
            Self::Word(_) => None,
        }
    }
}

/// Figures of one line.
pub(super) type Figures = [Figure; 7];

/// Decimals: two more than the minor unit, for differences are small.
pub(super) fn digits(currency: Currency) -> u32 {
    (currency.minor_digits() + 2).min(BOOK_SCALE)
}

/// A price: market + environmental + social + health - internalised = true price.
pub(super) fn price(price: &TruePrice, digits: u32) -> Figures {
    let of = |d: Dimension| price.dimensions.get(&d).copied().unwrap_or(Amount::NotStated);
    let market = price.market.as_ref().map(|market| market.amount);
    let money = |amount: Amount| amount.money().unwrap_or_default();
    let parts = [
        market.unwrap_or_default(),
        money(of(Dimension::Environmental)),
        money(of(Dimension::Social)),
        money(of(Dimension::Health)),
        -price.internalised,
    ];
    let shown = rounded(&parts, digits);
    let gap = price.gap.map(|gap| gap.central);
    let explained: Money = parts[1..].iter().copied().sum();
    // With netting the parts do not explain the gap.
    let gap_shown = match gap {
        Some(gap) if gap != explained => gap.at_scale(digits),
        _ => shown[1..].iter().sum(),
    };
    let figure = |amount: Amount, value: i128| match amount {
        Amount::Money(_) => Figure::Value(value),
        Amount::Unpriced => Figure::Word("unpriced"),
        Amount::NotStated => Figure::Word("not stated"),
    };
    let if_there = |there: bool, value: i128| if there { Figure::Value(value) } else { Figure::Word("") };
    [
        if_there(market.is_some(), shown[0]),
        figure(of(Dimension::Environmental), shown[1]),
        figure(of(Dimension::Social), shown[2]),
        figure(of(Dimension::Health), shown[3]),
        if_there(gap.is_some(), -shown[4]),
        if_there(gap.is_some(), gap_shown),
        if_there(gap.is_some() && market.is_some(), shown[0] + gap_shown),
    ]
}

/// What is shown of a difference: what is shown of one price less what is shown of the other.
pub(super) fn difference(base: &Figures, scenario: &Figures) -> Figures {
    std::array::from_fn(|column| match (base[column], scenario[column]) {
        (Figure::Value(base), Figure::Value(scenario)) => Figure::Value(scenario - base),
        // What has no price in one of the two is told by the coverage.
        (Figure::Value(base), _) if (1..GAP).contains(&column) => Figure::Value(-base),
        (_, Figure::Value(scenario)) if (1..GAP).contains(&column) => Figure::Value(scenario),
        _ => Figure::Word(""),
    })
}

/// What is shown of each cause: every column adds up to what is shown of the difference, and every line to its gap and true
/// price.
pub(super) fn causes(product: &ProductDifference, of: &Figures, causes: usize, digits: u32) -> Vec<Figures> {
    let dimension = |d: Dimension| product.dimensions.get(&d);
    let splits: [Option<&Split>; 6] = [
        product.market.as_ref(),
        dimension(Dimension::Environmental),
        dimension(Dimension::Social),
        dimension(Dimension::Health),
        Some(&product.internalised),
        product.gap.as_ref(),
    ];
    let columns: Vec<Option<Vec<i128>>> = splits
        .iter()
        .zip(of)
        .map(|(split, target)| {
            let parts = split.as_ref()?.parts.as_ref()?;
            Some(fitted(parts, digits, target.value()?))
        })
        .collect();
    let explained = product.external.difference - product.internalised.difference;
    let is_netted = product.gap.as_ref().is_some_and(|gap| gap.difference != explained);
    (0..causes)
        .map(|cause| {
            let mut line: Figures = std::array::from_fn(|column| {
                let column = columns.get(column).and_then(Option::as_ref);
                column.map_or(Figure::Word(""), |column| Figure::Value(column[cause]))
            });
            if !is_netted && line[GAP].value().is_some() {
                let part = |column: usize| line[column].value().unwrap_or(0);
                line[GAP] = Figure::Value(part(1) + part(2) + part(3) - part(4));
            }
            if let (Some(market), Some(gap)) = (line[0].value(), line[GAP].value()) {
                line[TRUE_PRICE] = Figure::Value(market + gap);
            }
            line
        })
        .collect()
}

/// A figure as text; `signed`: with a sign, also above 0.
pub(super) fn text(figure: Figure, digits: u32, signed: bool) -> String {
    match figure {
        Figure::Value(value) if signed && value > 0 => format!("+{}", fixed(value, digits)),
        Figure::Value(value) => fixed(value, digits),
        Figure::Word(word) => word.to_owned(),
    }
}
