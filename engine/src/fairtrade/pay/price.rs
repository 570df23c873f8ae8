//! The price of one contract: its figures are found and moved to one unit and currency, then added.

use num_traits::Zero;

use crate::base::decimal::{Exact, zero};
use crate::base::money::Money;
use crate::base::unit::Unit;
use crate::data::coop::contracts::Contract;
use crate::data::coop::figure::Figure;
use crate::data::coop::minimum_prices::MinimumPrice;

use super::convert::{Measured, To, ratio, short};
use super::figures::{From, Used};
use super::{Price, Terms, Totals, market, minimum};

/// The quality whose differential is asked for.
const ORGANIC: &str = "organic";

/// What decided the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// The minimum price.
    Minimum,
    /// The market price.
    Market,
    /// The agreed price.
    Agreed,
    /// The price that a government sets.
    Government,
}

impl Decided {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Market => "market",
            Self::Agreed => "agreed",
            Self::Government => "government",
        }
    }
}

/// What a price is made of, per unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The price itself: of the minimum, the market, the agreement or the government.
    pub price: Exact,
    /// What a price that a government sets is below the minimum.
    pub minimum_differential: Exact,
    /// Organic differential.
    pub organic_differential: Exact,
    /// Premium.
    pub premium: Exact,
}

impl Parts {
    /// All of it.
    pub fn pay(&self) -> Exact {
        &self.price + &self.minimum_differential + &self.organic_differential + &self.premium
    }
}

/// Looks up the figures of one contract; what is missing is collected.
struct Search<'a> {
    contract: &'a Contract,
    row: Option<&'a MinimumPrice>,
    to: To<'a>,
    used: &'a mut Vec<Used>,
    notes: &'a mut Vec<String>,
    missing: Vec<String>,
}

/// The price of a contract, or all that is missing.
pub(super) fn price(
    contract: &Contract,
    terms: &Terms,
    used: &mut Vec<Used>,
    notes: &mut Vec<String>,
) -> Result<Price, Vec<String>> {
    let found = minimum::in_force(contract, terms);
    let row = found.as_ref().ok().copied();
    let (Some(unit), Some(currency)) = (
        contract.price_unit.as_ref().or_else(|| row.map(|row| &row.unit)),
        contract.currency.or_else(|| row.map(|row| row.currency)),
    ) else {
        return Err(found.err().into_iter().collect());
    };
    let measured = Measured { unit, mass_kg: size_of(unit, contract, row) };
    let year = contract.date.year();
    let to = To { unit: measured, currency, year, reference: terms.reference, overrides: terms.overrides };
    let mut search = Search { contract, row, to, used, notes, missing: Vec::new() };
    let (decided, parts) = search.parts(terms, found.as_ref().err());
    let of_quantity = Measured { unit: &contract.unit, mass_kg: size_of(&contract.unit, contract, row) };
    let quantity = ratio(of_quantity, measured, &terms.reference.units);
    let quantity = quantity.map_err(|why| search.missing.push(format!("the quantity: {why}")));
    let (Some((decided, parts)), Ok(ratio)) = (decided.zip(parts), quantity) else {
        return Err(search.missing);
    };
    let quantity = &contract.quantity.exact * ratio;
    let sizes = [&parts.price, &parts.minimum_differential, &parts.organic_differential, &parts.premium];
    if let Some(error) = sizes.into_iter().find_map(|part| Money::round(part).err()) {
        return Err(vec![error.to_string()]);
    }
    let totals = Totals::of(&parts, &quantity, currency).map_err(|error| vec![error.to_string()])?;
    Ok(Price { unit: unit.clone(), currency, decided, parts, totals })
}

/// The mass of one of a counted unit: as the contract states it of its own unit, else as the row in force does of its own.
fn size_of<'a>(unit: &Unit, contract: &'a Contract, row: Option<&'a MinimumPrice>) -> Option<&'a Exact> {
    if unit.is_mass() {
        return None;
    }
    // The mass is of one `unit`; where that is a weight, of one `price_unit`.
    let is_own = contract.unit.is_mass() || unit.ratio_to(&contract.unit).is_ok();
    let own = contract.mass_kg.as_ref().filter(|_| is_own);
    own.or_else(|| row.filter(|row| unit.ratio_to(&row.unit).is_ok()).and_then(|row| row.mass_kg.as_ref()))
}

impl Search<'_> {
    /// What decided, and the parts; `missing` holds what they lack.
    fn parts(&mut self, terms: &Terms, no_row: Option<&String>) -> (Option<Decided>, Option<Parts>) {
        let contract = self.contract;
        let regulated = contract.government_fob.is_some() || self.row.is_some_and(|row| row.regulated);
        let minimum = self.figure("minimum", &contract.minimum, |row| &row.minimum);
        let premium = self.figure("premium", &contract.premium, |row| &row.premium);
        let is_organic = contract.quality.as_deref() == Some(ORGANIC);
        // The formula of a regulated origin has no organic differential.
        let differential = if regulated {
            self.no_differential(is_organic);
            Some(Figure::None)
        } else if is_organic || contract.organic_differential.is_stated() {
            self.figure("organic_differential", &contract.organic_differential, |row| {
                &row.organic_differential
            })
        } else {
            Some(Figure::None)
        };
        if let Some(why) = no_row.filter(|_| !self.missing.is_empty()) {
            // Why there is no row says more than that figures are missing.
            self.missing = vec![why.clone()];
        }
        let base =
            if regulated { self.regulated(minimum.as_ref()) } else { self.free(terms, minimum.as_ref()) };
        if !self.missing.is_empty() {
            return (None, None);
        }
        let amount = |figure: Option<Figure>| figure.and_then(|f| f.amount().cloned()).unwrap_or_else(zero);
        let Some((decided, price, minimum_differential)) = base else { return (None, None) };
        let parts = Parts {
            price,
            minimum_differential,
            organic_differential: amount(differential),
            premium: amount(premium),
        };
        (Some(decided), Some(parts))
    }

    /// Says that a differential that somebody states is not added.
    fn no_differential(&mut self, is_organic: bool) {
        let own = self.contract.organic_differential.amount();
        let of_row = self.row.filter(|_| is_organic).and_then(|row| row.organic_differential.amount());
        if let Some(amount) = own.or(of_row) {
            self.notes.push(format!(
                "an organic differential, {}, is not added where a government sets the price",
                short(amount)
            ));
        }
    }

    /// A figure that the contract states, else the row in force, in the unit and currency of the contract.
    fn figure(
        &mut self,
        what: &'static str,
        own: &Figure,
        of_row: impl Fn(&MinimumPrice) -> &Figure,
    ) -> Option<Figure> {
        if own.is_stated() {
            if let Some(row) = self.row {
                self.notes.push(format!(
                    "its own `{what}` counts, not that of row {} of the minimum prices",
                    row.row.row
                ));
            }
            self.own(what, own);
            return Some(own.clone());
        }
        let Some(row) = self.row else {
            self.missing.push(format!("`{what}` is not stated"));
            return None;
        };
        let stated = of_row(row);
        let mut used = Used {
            what,
            stated: stated.clone(),
            unit: row.unit.clone(),
            currency: row.currency,
            converted: None,
            steps: Vec::new(),
            from: From::Minimum,
            since: row.validity.first(),
            verification: Some(row.verification),
            source: row.source.clone(),
            note: row.note.clone(),
            row: row.row.clone(),
        };
        let figure = match stated {
            Figure::NotStated => {
                self.missing.push(format!("`{what}` was not seen ({})", row.row.place()));
                let told = format!("of that row: {}", row.note);
                if !row.note.is_empty() && !self.missing.contains(&told) {
                    self.missing.push(told);
                }
                None
            }
            Figure::None => Some(Figure::None),
            Figure::Amount(amount) => {
                let from = Measured { unit: &row.unit, mass_kg: row.mass_kg.as_ref() };
                let moved = self.to.price(amount, from, row.currency, &mut used.steps);
                let moved = moved.map_err(|why| self.missing.push(format!("`{what}`: {why}"))).ok();
                used.converted.clone_from(&moved);
                moved.map(Figure::Amount)
            }
        };
        self.used.push(used);
        figure
    }

    /// A figure of the contract itself, which is in its own unit and currency.
    fn own(&mut self, what: &'static str, figure: &Figure) {
        self.used.push(Used {
            what,
            stated: figure.clone(),
            unit: self.to.unit.unit.clone(),
            currency: self.to.currency,
            converted: figure.amount().cloned(),
            steps: Vec::new(),
            from: From::Contract,
            since: None,
            verification: None,
            source: "the contract".to_owned(),
            note: String::new(),
            row: self.contract.row.clone(),
        });
    }

    /// max(minimum, market, agreed). Without a minimum by rule, an agreed price needs no market price.
    fn free(&mut self, terms: &Terms, minimum: Option<&Figure>) -> Option<(Decided, Exact, Exact)> {
        let no_minimum = minimum == Some(&Figure::None);
        let market = match self.market(terms) {
            Ok(market) => market,
            Err(why) if no_minimum && self.contract.agreed.is_some() => {
                self.notes
                    .push(format!("{why}; the agreed price counts, for there is no minimum price by rule"));
                None
            }
            Err(why) => {
                self.missing.push(why);
                None
            }
        };
        let agreed = self.contract.agreed.clone().inspect(|agreed| {
            self.own("agreed", &Figure::Amount(agreed.clone()));
        });
        let minimum = minimum.and_then(Figure::amount).cloned();
        let candidates = [(Decided::Minimum, minimum), (Decided::Market, market), (Decided::Agreed, agreed)];
        let mut best: Option<(Decided, Exact)> = None;
        for (decided, price) in candidates {
            if let Some(price) = price
                && best.as_ref().is_none_or(|(_, other)| price > *other)
            {
                best = Some((decided, price));
            }
        }
        best.map(|(decided, price)| (decided, price, zero()))
    }

    /// The market price of the contract, or of its day.
    fn market(&mut self, terms: &Terms) -> Result<Option<Exact>, String> {
        if let Some(own) = &self.contract.market {
            self.own("market", &Figure::Amount(own.clone()));
            return Ok(Some(own.clone()));
        }
        let price = market::of_the_day(self.contract, terms)?;
        let mut steps = Vec::new();
        // A box without a size is the box of the contract.
        let same = price.unit.ratio_to(self.to.unit.unit).is_ok();
        let mass_kg = price.mass_kg.as_ref().or(self.to.unit.mass_kg.filter(|_| same));
        let from = Measured { unit: &price.unit, mass_kg };
        let converted = self.to.price(&price.price, from, price.currency, &mut steps);
        let converted = converted.map_err(|why| format!("the market price: {why}"))?;
        self.used.push(Used {
            what: "market",
            stated: Figure::Amount(price.price.clone()),
            unit: price.unit.clone(),
            currency: price.currency,
            converted: Some(converted.clone()),
            steps,
            from: From::Market,
            since: Some(price.date),
            verification: None,
            source: price.source.clone(),
            note: String::new(),
            row: price.row.clone(),
        });
        Ok(Some(converted))
    }

    /// Government FOB + max(0, minimum - government FOB): neither the market nor an agreement counts.
    fn regulated(&mut self, minimum: Option<&Figure>) -> Option<(Decided, Exact, Exact)> {
        let Some(government) = self.contract.government_fob.clone() else {
            self.missing.push(
                "a government sets the price there: state it as `government_fob`, at the level, unit and season of the \
                 contract"
                    .to_owned(),
            );
            return None;
        };
        self.own("government_fob", &Figure::Amount(government.clone()));
        if let Some(agreed) = self.contract.agreed.clone() {
            self.own("agreed", &Figure::Amount(agreed.clone()));
            self.notes.push(format!(
                "an agreed price, {}, does not count where a government sets the price",
                short(&agreed)
            ));
        }
        if self.row.is_none_or(|row| !row.regulated) {
            self.notes.push("regulated, as the contract states a government price".to_owned());
        }
        let minimum = minimum.and_then(Figure::amount).cloned().unwrap_or_else(zero);
        let short_of = if minimum > government { minimum - &government } else { zero() };
        let decided = if short_of.is_zero() { Decided::Government } else { Decided::Minimum };
        Some((decided, government, short_of))
    }
}
