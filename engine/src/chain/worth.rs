//! What the products of a process are worth where they leave it: producer prices in one currency and period.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{ToPrimitive, Zero};

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, Short};
use crate::base::diagnostic::{Diagnostic, codes};
use crate::base::region::Location;
use crate::data::price_list::Price;
use crate::data::supply::{Process, Product};

use super::allocation::{Datum, Rest, Value};
use super::build::Builder;
use super::convert::{converts_by_mass, converts_by_pack, to_reference};

/// A price per reference unit.
struct Quote {
    /// Index in the dataset's prices.
    row: usize,
    each: Exact,
    /// What a unit of the price as recorded adds to it.
    slope: Exact,
    /// Does it convert by the product's mass? Then it grows with it.
    by_mass: bool,
    /// Does it convert by the mass of a pack? Then it is less the heavier that is.
    pack: Option<Exact>,
}

/// Prices by currency and VAT basis, year by year.
type Quotes = BTreeMap<(Currency, &'static str), BTreeMap<i32, Vec<Quote>>>;

/// The value of each output, with what it rests on.
pub(super) type Worth = Vec<Value>;

/// Values of the outputs of one process, in the order of its rows.
pub(super) fn worth(builder: &Builder, rows: &[Process], outputs: &[Exact]) -> Result<Worth, Diagnostic> {
    // What is worth nothing is worth nothing in any currency and year.
    let is_waste = |row: &Process| row.price.as_ref().is_some_and(|(price, _)| price.exact <= Exact::zero());
    if rows.iter().any(|row| row.price.is_some() && !is_waste(row)) || rows.iter().all(is_waste) {
        return stated(rows);
    }
    let quotes: Vec<Option<Quotes>> =
        rows.iter().map(|row| (!is_waste(row)).then(|| quotes(builder, row))).collect();
    let silent = rows.iter().zip(&quotes).filter(|(_, q)| q.as_ref().is_some_and(BTreeMap::is_empty));
    let silent: Vec<&Process> = silent.map(|(row, _)| row).collect();
    if !silent.is_empty() {
        return Err(no_price(&silent));
    }
    let Some(((currency, vat), years)) = common(quotes.iter().flatten()) else {
        let names: Vec<&str> = rows.iter().map(|row| row.product.as_str()).collect();
        let message = format!(
            "the prices of {} at `{}` have no currency, VAT basis and year in common",
            names.join(", "),
            rows[0].id
        );
        let hint = "state them in one currency for one year, or `price` and `currency` of each in processes";
        return Err(Diagnostic::error(codes::NO_SHARE, message).at(rows[0].row.place()).hint(hint));
    };
    let of = |(at, row): (usize, &Process)| {
        let Some(quotes) = &quotes[at] else {
            return Value { amount: Exact::zero(), basis: waste(row), rests: Vec::new() };
        };
        let by_year = &quotes[&(currency, vat)];
        let mean =
            |prices: &[Quote]| prices.iter().map(|quote| &quote.each).sum::<Exact>() / count(prices.len());
        let sum: Exact = years.iter().map(|year| mean(&by_year[year])).sum();
        let price = sum / count(years.len());
        let unit = builder.product(&row.product).map_or("", |(_, product)| product.unit.text());
        let value = &price * &outputs[at];
        let words: Vec<String> = years.iter().map(ToString::to_string).collect();
        let basis = format!(
            "{} {currency} per {unit} ({}) x {} {unit} = {} {currency}",
            Short(&price, 12),
            words.join(", "),
            Short(&outputs[at], 12),
            Short(&value, 12)
        );
        let rests = years.iter().flat_map(|year| {
            let weight = &outputs[at] / count(by_year[year].len() * years.len());
            by_year[year].iter().flat_map(move |quote| quote.rests(builder, row, &weight))
        });
        Value { amount: value, basis, rests: rests.collect() }
    };
    Ok(rows.iter().enumerate().map(of).collect())
}

impl Quote {
    /// How a value changes with the price, and with the mass that it converts by; `weight` is the part of the price in it.
    fn rests(&self, builder: &Builder, row: &Process, weight: &Exact) -> Vec<Rest> {
        let rest =
            |on: Datum, slope: Exact| Rest { on, slope: slope.to_f64().unwrap_or(f64::NAN), only_up: false };
        let mut rests = vec![rest(Datum::Price(self.row), &self.slope * weight)];
        let mass = builder.product(&row.product).and_then(|(_, product)| product.mass_kg.as_ref());
        if let Some(mass) = mass.filter(|_| self.by_mass) {
            rests.push(rest(Datum::Mass, &self.each * weight / &mass.exact));
        }
        if let Some(pack) = &self.pack {
            rests.push(rest(Datum::Pack(self.row), -(&self.each * weight) / pack));
        }
        rests
    }
}

fn count(count: usize) -> Exact {
    Exact::from_integer(count.into())
}

fn waste(row: &Process) -> String {
    row.price.as_ref().map_or_else(String::new, |(price, currency)| {
        format!("{} {currency} per {}: waste", Short(&price.exact, 12), row.unit.text())
    })
}

fn no_price(rows: &[&Process]) -> Diagnostic {
    let names: Vec<&str> = rows.iter().map(|row| row.product.as_str()).collect();
    let message =
        format!("no price of {} at `{}`: economic allocation needs one", names.join(", "), rows[0].id);
    let hint = format!(
        "state `price` and `currency` of each in processes (0 or less: waste), or a row in prices for {}; or another \
         `allocation`: physical:PROPERTY, substitution",
        rows[0].location
    );
    Diagnostic::error(codes::NO_SHARE, message).at(rows[0].row.place()).hint(hint)
}

/// Values by the prices that the rows themselves state.
fn stated(rows: &[Process]) -> Result<Worth, Diagnostic> {
    let silent: Vec<&Process> = rows.iter().filter(|row| row.price.is_none()).collect();
    if !silent.is_empty() {
        return Err(no_price(&silent));
    }
    let currencies: BTreeSet<Currency> =
        rows.iter().filter_map(|row| row.price.as_ref()).map(|(_, currency)| *currency).collect();
    if currencies.len() > 1 {
        let words: Vec<&str> = currencies.iter().map(|currency| currency.code()).collect();
        let message = format!("the prices of what `{}` makes are in {}", rows[0].id, words.join(" and "));
        let place = rows[0].row.place().column("currency");
        let hint = "state them in one currency, of one period";
        return Err(Diagnostic::error(codes::NO_SHARE, message).at(place).hint(hint));
    }
    let of = |row: &Process| {
        let Some((price, currency)) = &row.price else {
            return Value { amount: Exact::zero(), basis: String::new(), rests: Vec::new() };
        };
        let slope = row.amount.float;
        if price.exact <= Exact::zero() {
            let rest = Rest { on: Datum::Stated, slope, only_up: true };
            let rests = price.exact.is_zero().then_some(rest).into_iter().collect();
            return Value { amount: Exact::zero(), basis: waste(row), rests };
        }
        let value = &price.exact * &row.amount.exact;
        let unit = row.unit.text();
        let basis = format!(
            "{} {currency} per {unit} x {} {unit} = {} {currency}",
            Short(&price.exact, 12),
            Short(&row.amount.exact, 12),
            Short(&value, 12)
        );
        let rests = vec![Rest { on: Datum::Stated, slope, only_up: false }];
        Value { amount: value, basis, rests }
    };
    Ok(rows.iter().map(of).collect())
}

/// Rows of `prices` for what a process makes where it is: those of its origin before those of any.
/// A price that was asked elsewhere is not what the product is worth here.
fn quotes(builder: &Builder, row: &Process) -> Quotes {
    let mut quotes = Quotes::new();
    let Some((_, product)) = builder.product(&row.product) else { return quotes };
    let prices = &builder.supply.prices;
    let start = prices.partition_point(|price| price.product < row.product);
    let of_product = || {
        let all = prices.iter().enumerate().skip(start);
        all.take_while(|(_, price)| price.product == row.product)
    };
    for (place, of_origin) in places(&row.location).iter().flat_map(|place| [(place, true), (place, false)]) {
        let fits = |price: &Price| {
            let origin =
                if of_origin { price.origin.as_ref() == Some(place) } else { price.origin.is_none() };
            origin && price.region.as_ref().is_none_or(|asked| asked == place)
        };
        for (at, price) in of_product().filter(|(_, price)| fits(price)) {
            if let Some(quote) = per_unit(builder, product, at, price) {
                let key = (price.currency, price.vat.word());
                quotes.entry(key).or_default().entry(price.date.year()).or_default().push(quote);
            }
        }
        if !quotes.is_empty() {
            break;
        }
    }
    quotes
}

/// The place itself, then the country it is in.
fn places(location: &Location) -> Vec<String> {
    let code = location.to_string();
    let country = country(&code);
    std::iter::once(code).chain(country).collect()
}

/// The country of a site.
pub(super) fn country(site: &str) -> Option<String> {
    site.split_once('-').map(|(country, _)| country.to_owned())
}

/// `None`: the unit does not convert, which is reported elsewhere.
fn per_unit(builder: &Builder, product: &Product, row: usize, price: &Price) -> Option<Quote> {
    let ratio = to_reference(product, &price.unit, price.mass_kg.as_ref(), &builder.kilogram).ok()?;
    let slope = (&price.quantity.exact * ratio.exact()).recip();
    let pack = price.mass_kg.as_ref().filter(|_| converts_by_pack(product, &price.unit));
    let by_mass = converts_by_mass(product, &price.unit) || (pack.is_some() && !product.unit.is_mass());
    let pack = pack.map(|mass| mass.exact.clone());
    Some(Quote { row, each: &price.amount.exact * &slope, slope, by_mass, pack })
}

/// The currency and VAT basis in which all have prices for the most years that they have in common.
fn common<'a>(all: impl Iterator<Item = &'a Quotes>) -> Option<((Currency, &'static str), Vec<i32>)> {
    let all: Vec<&Quotes> = all.collect();
    let first = all.first()?;
    let mut best: Option<((Currency, &'static str), Vec<i32>)> = None;
    for (key, by_year) in *first {
        let everywhere = |year: &&i32| {
            all.iter().all(|quotes| quotes.get(key).is_some_and(|years| years.contains_key(*year)))
        };
        let years: Vec<i32> = by_year.keys().filter(everywhere).copied().collect();
        if years.len() > best.as_ref().map_or(0, |(_, years)| years.len()) {
            best = Some((*key, years));
        }
    }
    best
}
