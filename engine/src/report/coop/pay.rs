//! What is to be paid for contracts, as tables.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::money::Money;
use crate::base::unit::Units;
use crate::data::coop::figure::Figure;
use crate::data::coop::minimum_prices::MinimumPrices;
use crate::data::coop::trade::Defaults;
use crate::data::coop::{contracts, market_prices};
use crate::data::reference::{Reference, Verification};
use crate::data::schema::{CONTRACTS, MARKET_PRICES, MINIMUM_PRICES};
use crate::data::source::{Library, Opened};
use crate::data::workbook::names::title;
use crate::fairtrade::pay::{self, Outcome, Paid, Price, Terms, Used};
use crate::pricing::Choices;
use crate::report::columns::Columns;
use crate::report::display::single;

use super::{CoopReport, Sheet, dataset};

/// The minimum prices that are built in.
pub const MINIMUM: &str = "minimum-prices";
/// Days that a market price may be old, if nobody says.
pub const MARKET_DAYS: u32 = 31;
/// The fund, if nobody names it.
const FUND: &str = "premium-fund";

/// Where minimum prices are from.
pub enum Prices {
    /// Nobody said: those of the dataset of the contracts if it has some, else those that are built in.
    Default,
    /// A name, a folder or a file.
    Named(String),
    /// A dataset that was opened.
    Given(Box<Opened>),
}

/// What is asked.
pub struct Asked {
    /// Contracts: a dataset of a co-op, or that table alone.
    pub contracts: Opened,
    /// Market prices; else those of the dataset of the contracts, if it has some.
    pub market: Option<Opened>,
    /// Minimum prices.
    pub prices: Prices,
    /// Days that a market price may be old.
    pub market_days: u32,
    /// Market rates of the user: `CURRENCY:YEAR=UNITS` per euro.
    pub rates: Vec<String>,
}

/// Would contracts be priced? One that would not is an error, with its reasons, as is every problem of the tables.
pub fn check(opened: Opened, library: &Library, diagnostics: &mut Diagnostics) {
    let asked = Asked {
        contracts: opened,
        market: None,
        prices: Prices::Default,
        market_days: MARKET_DAYS,
        rates: vec![],
    };
    let found = answered(asked, library, diagnostics, |paid, _| {
        let mut found = Diagnostics::new();
        for paid in paid {
            if let Outcome::NotPriced(reasons) = &paid.outcome {
                let message = format!("`{}` has no price: {}", paid.contract.id, reasons.join("; "));
                let place = paid.contract.row.place();
                found.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place));
            }
        }
        found
    });
    diagnostics.extend(found.unwrap_or_default());
}

/// Answers; every problem of the tables is reported, and with one there is no answer.
pub fn pay(asked: Asked, library: &Library, diagnostics: &mut Diagnostics) -> Option<CoopReport> {
    answered(asked, library, diagnostics, |paid, with| {
        let With { asked, prices, reference } = *with;
        let opened = &asked.contracts;
        let lineage = json!({
            "engine": format!("truecost {}", env!("CARGO_PKG_VERSION")),
            "contracts": dataset(&opened.source.name, &opened.manifest, &opened.hash()),
            "market_prices": asked.market.as_ref()
                .map(|market| dataset(&market.source.name, &market.manifest, &market.hash())),
            "minimum_prices": dataset(&prices.name, &prices.manifest, &prices.hash),
            "choices": { "market_days": asked.market_days, "rates": asked.rates },
        });
        let fund = opened.manifest.coop.fund.as_deref().unwrap_or(FUND);
        report(paid, prices, fund, &reference.units, lineage)
    })
}

/// What contracts were priced with.
struct With<'a> {
    asked: &'a Asked,
    prices: &'a MinimumPrices,
    reference: &'a Reference,
}

/// Prices contracts, and gives what is made of them.
fn answered<T>(
    mut asked: Asked,
    library: &Library,
    diagnostics: &mut Diagnostics,
    make: impl FnOnce(&[Paid], &With) -> T,
) -> Option<T> {
    let mut reference = Reference::read(library, diagnostics);
    let choices = Choices { rates: asked.rates.clone(), ..Choices::default() };
    let overrides = choices.request(library, &mut reference, None, diagnostics).overrides;
    let opened = &mut asked.contracts;
    let defaults = Defaults::of(opened, &reference.units, diagnostics);
    let contracts = contracts::read(opened, &defaults, &reference, diagnostics);
    if contracts.is_none() && !opened.has(CONTRACTS.table) {
        diagnostics.push(missing(opened, CONTRACTS.table));
    }
    let market = match &mut asked.market {
        Some(market) => {
            let rows = market_prices::read(market, &reference, diagnostics);
            if rows.is_none() && !market.has(MARKET_PRICES.table) {
                diagnostics.push(missing(market, MARKET_PRICES.table));
            }
            rows
        }
        None => market_prices::read(opened, &reference, diagnostics),
    };
    let prices = match &asked.prices {
        Prices::Named(name) => MinimumPrices::named(name, library, &reference, diagnostics),
        Prices::Given(given) => MinimumPrices::of((**given).clone(), &reference, diagnostics),
        Prices::Default if opened.has(MINIMUM_PRICES.table) => {
            MinimumPrices::of(opened.clone(), &reference, diagnostics)
        }
        Prices::Default => MinimumPrices::named(MINIMUM, library, &reference, diagnostics),
    };
    let (contracts, prices) = (contracts?, prices?);
    if diagnostics.has_errors() {
        return None;
    }
    let terms = Terms {
        minimum: &prices.rows,
        market: market.as_deref(),
        market_days: asked.market_days,
        reference: &reference,
        overrides: &overrides,
    };
    let paid = pay::pay(&contracts, &terms);
    Some(make(&paid, &With { asked: &asked, prices: &prices, reference: &reference }))
}

/// A table that a command cannot do without.
pub(super) fn missing(opened: &Opened, table: &str) -> Diagnostic {
    let message = format!("the table `{table}` is missing");
    let (hint, place) = if opened.source.is_workbook() {
        let hint = format!(
            "fill the sheet `{}`; `truecost template FILE.xlsx` writes a workbook that has it",
            title(table)
        );
        (hint, Place::file(opened.source.label()))
    } else {
        let hint = format!("put a {table}.csv or {table}.parquet into the dataset");
        (hint, Place::file(opened.source.file_label("")))
    };
    Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint)
}

fn report(paid: &[Paid], prices: &MinimumPrices, fund: &str, units: &Units, lineage: Value) -> CoopReport {
    let parts: Vec<Part> = paid.iter().flat_map(|paid| of(paid, fund)).collect();
    let figures: Vec<(&Paid, &Used)> =
        paid.iter().flat_map(|paid| paid.used.iter().map(move |used| (paid, used))).collect();
    let totals = totals(paid);
    CoopReport {
        name: "pay",
        sheets: vec![
            Sheet { name: "pay", columns: answer(paid) },
            Sheet { name: "parts", columns: part_columns(&parts) },
            Sheet { name: "figures", columns: figure_columns(&figures) },
            Sheet { name: "totals", columns: total_columns(&totals) },
        ],
        notes: notes(paid, &totals, prices, fund, units),
        pages: Vec::new(),
        lineage,
        failed: paid.iter().any(|paid| matches!(paid.outcome, Outcome::NotPriced(_))),
    }
}

fn money(value: &Exact) -> Option<Money> {
    Money::round(value).ok()
}

fn rests_on(paid: &Paid) -> &'static str {
    match (paid.price(), paid.verification()) {
        (None, _) => "",
        (_, Some(verification)) => verification.word(),
        (_, None) => "own figures",
    }
}

fn status(paid: &Paid) -> &'static str {
    match paid.outcome {
        Outcome::Priced(_) => "priced",
        Outcome::NotCertified => "not certified",
        Outcome::NotPriced(_) => "not priced",
    }
}

fn why(paid: &Paid) -> String {
    match &paid.outcome {
        Outcome::NotPriced(reasons) => reasons.join("; "),
        Outcome::NotCertified => "the contract names no certificate".to_owned(),
        Outcome::Priced(_) => String::new(),
    }
}

fn answer(paid: &[Paid]) -> Columns {
    let part = |paid: &Paid, get: &dyn Fn(&Price) -> Exact| paid.price().and_then(|price| money(&get(price)));
    Columns::of(paid)
        .text("contract", |paid| &paid.contract.id)
        .date("date", |paid| Some(paid.contract.date))
        .text("product", |paid| &paid.contract.product)
        .text("status", status)
        .text("decided", |paid| paid.price().map(|price| price.decided.word()).unwrap_or_default())
        .money("price", |paid| part(paid, &|price| price.parts.price.clone()))
        .money("differential", |paid| {
            part(paid, &|price| &price.parts.minimum_differential + &price.parts.organic_differential)
        })
        .money("premium", |paid| part(paid, &|price| price.parts.premium.clone()))
        .money("pay", |paid| part(paid, &|price| price.parts.pay()))
        .text("currency", |paid| paid.price().map(|price| price.currency.code()).unwrap_or_default())
        .text("per", |paid| paid.price().map(|price| price.unit.text()).unwrap_or_default())
        .number("quantity", |paid| Some(paid.contract.quantity.float))
        .text("unit", |paid| paid.contract.unit.text())
        .money("total", |paid| paid.price().map(|price| price.totals.total))
        .money("to_fund", |paid| paid.price().map(|price| price.totals.premium))
        .text("rests_on", rests_on)
        .text("why", why)
        .done()
}

/// A part of what is to be paid.
struct Part<'a> {
    contract: &'a str,
    what: &'static str,
    per_unit: Option<Money>,
    total: Money,
    currency: Currency,
    goes_to: String,
}

fn of<'a>(paid: &'a Paid, fund: &str) -> Vec<Part<'a>> {
    let Some(price) = paid.price() else { return Vec::new() };
    let (parts, totals) = (&price.parts, &price.totals);
    let all = [
        ("price", &parts.price, totals.price, "seller"),
        ("minimum_differential", &parts.minimum_differential, totals.minimum_differential, "seller"),
        ("organic_differential", &parts.organic_differential, totals.organic_differential, "seller"),
        ("premium", &parts.premium, totals.premium, fund),
    ];
    let part = |(what, per_unit, total, goes_to): (&'static str, &Exact, Money, &str)| Part {
        contract: &paid.contract.id,
        what,
        per_unit: money(per_unit),
        total,
        currency: price.currency,
        goes_to: goes_to.to_owned(),
    };
    all.map(part).into()
}

fn part_columns(parts: &[Part]) -> Columns {
    Columns::of(parts)
        .text("contract", |part| part.contract)
        .text("part", |part| part.what)
        .money("per_unit", |part| part.per_unit)
        .money("total", |part| Some(part.total))
        .text("currency", |part| part.currency.code())
        .text("goes_to", |part| part.goes_to.as_str())
        .done()
}

fn figure_columns(figures: &[(&Paid, &Used)]) -> Columns {
    Columns::of(figures)
        .text("contract", |(paid, _)| &paid.contract.id)
        .text("figure", |(_, used)| used.what)
        .text("stated", |(_, used)| match used.stated {
            Figure::Amount(_) => "amount",
            Figure::None => "none",
            Figure::NotStated => "not seen",
        })
        .money("amount", |(_, used)| used.stated.amount().and_then(money))
        .text("currency", |(_, used)| used.currency.code())
        .text("per", |(_, used)| used.unit.text())
        .money("in_contract", |(_, used)| used.converted.as_ref().and_then(money))
        .text("from", |(_, used)| used.from.word())
        .date("since", |(_, used)| used.since)
        .text("verification", |(_, used)| used.verification.map(Verification::word).unwrap_or_default())
        .text("rate", |(_, used)| used.steps.join("; "))
        .text("source", |(_, used)| &used.source)
        .text("note", |(_, used)| &used.note)
        .done()
}

/// Sums of a currency: contracts, all of it, premium.
type Sums = BTreeMap<Currency, (usize, Money, Money)>;

fn totals(paid: &[Paid]) -> Vec<(Currency, usize, Money, Money)> {
    let mut sums = Sums::new();
    for price in paid.iter().filter_map(Paid::price) {
        let (count, total, premium) = sums.entry(price.currency).or_default();
        *count += 1;
        *total = *total + price.totals.total;
        *premium = *premium + price.totals.premium;
    }
    sums.into_iter().map(|(currency, (count, total, premium))| (currency, count, total, premium)).collect()
}

fn total_columns(totals: &[(Currency, usize, Money, Money)]) -> Columns {
    Columns::of(totals)
        .text("currency", |(currency, ..)| currency.code())
        .count("contracts", |(_, count, ..)| *count)
        .money("total", |(_, _, total, _)| Some(*total))
        .money("to_fund", |(_, _, _, premium)| Some(*premium))
        .done()
}

fn notes(
    paid: &[Paid],
    totals: &[(Currency, usize, Money, Money)],
    prices: &MinimumPrices,
    fund: &str,
    units: &Units,
) -> Vec<String> {
    let mut notes = Vec::new();
    let count = |word: &str| paid.iter().filter(|paid| status(paid) == word).count();
    let counts = ["priced", "not certified", "not priced"].map(|word| (count(word), word));
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    notes.push(match counts.as_slice() {
        [] => "there is no contract".to_owned(),
        counts => format!("contracts: {}", counts.join(", ")),
    });
    for (currency, _, total, premium) in totals {
        notes.push(format!(
            "to pay: {} {currency}, of which {} {currency} is premium and goes to `{fund}`",
            single(*total, *currency),
            single(*premium, *currency)
        ));
    }
    for paid in paid {
        notes.extend(paid.notes.iter().map(|note| format!("{}: {note}", paid.contract.id)));
    }
    let rates: BTreeSet<&String> =
        paid.iter().flat_map(|paid| &paid.used).flat_map(|used| &used.steps).collect();
    notes.extend(rates.into_iter().cloned());
    let quintal = units.unit("quintal").ok();
    let is_quintal = |paid: &Paid| {
        let unit = [Some(&paid.contract.unit), paid.contract.price_unit.as_ref()];
        unit.into_iter().flatten().any(|unit| unit.text().starts_with("quintal"))
    };
    if quintal.is_some() && paid.iter().any(is_quintal) {
        notes.push(
            "a `quintal` is the metric one of 100 kg; those of coffee are [qq_lb] (100 lb) and [qq_46] (46 kg)"
                .to_owned(),
        );
    }
    let of_table = |paid: &Paid| paid.price().is_some() && paid.verification().is_some();
    if paid.iter().any(of_table) {
        notes.push(format!("minimum prices: {}, version {}", prices.name, prices.manifest.version));
        notes.extend(prices.manifest.caveat.clone());
    }
    notes
}
