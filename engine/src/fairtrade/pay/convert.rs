//! Prices from one unit and currency to another, exactly, with what was done in words.

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, Short};
use crate::base::unit::{Unit, Units};
use crate::data::manifest::RateType;
use crate::data::reference::Reference;
use crate::valuation::{Order, Overrides, PriceLevel, Target};

/// A unit, and the mass of one where it is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured<'a> {
    pub(super) unit: &'a Unit,
    pub(super) mass_kg: Option<&'a Exact>,
}

impl Measured<'_> {
    fn kg(&self, units: &Units) -> Option<Exact> {
        let ratio = units.unit("kg").ok().and_then(|kg| self.unit.ratio_to(&kg).ok());
        ratio.map(|ratio| ratio.exact().clone()).or_else(|| self.mass_kg.cloned())
    }
}

/// How many `to` are in one `from`.
pub(super) fn ratio(from: Measured, to: Measured, units: &Units) -> Result<Exact, String> {
    // Boxes of two sizes are not one another.
    let sizes = from.mass_kg.zip(to.mass_kg).filter(|(from, to)| from != to);
    if sizes.is_none()
        && let Ok(ratio) = from.unit.ratio_to(to.unit)
    {
        return Ok(ratio.exact().clone());
    }
    match (from.kg(units), to.kg(units)) {
        (Some(from), Some(to)) => Ok(from / to),
        (own, _) => {
            let odd = if own.is_none() { from.unit } else { to.unit };
            let (from, to) = (from.unit.text(), to.unit.text());
            if !odd.is_count() {
                return Err(format!("`{from}` does not convert to `{to}`"));
            }
            let one = odd.text();
            Err(format!("`{from}` does not convert to `{to}`: state `mass_kg`, the mass of one `{one}`"))
        }
    }
}

/// Where prices go to: a unit, a currency, the rates of a year.
#[derive(Clone, Copy, Debug)]
pub(super) struct To<'a> {
    pub(super) unit: Measured<'a>,
    pub(super) currency: Currency,
    pub(super) year: i32,
    pub(super) reference: &'a Reference,
    pub(super) overrides: &'a Overrides,
}

impl To<'_> {
    /// A price in the unit and currency, and what was done in words.
    pub(super) fn price(
        &self,
        price: &Exact,
        from: Measured,
        currency: Currency,
        steps: &mut Vec<String>,
    ) -> Result<Exact, String> {
        let units = ratio(self.unit, from, &self.reference.units)?;
        let rate = self.rate(currency, steps)?;
        Ok(price * units * rate)
    }

    fn rate(&self, from: Currency, steps: &mut Vec<String>) -> Result<Exact, String> {
        if from == self.currency {
            return Ok(crate::base::decimal::one());
        }
        let target = Target { currency: self.currency, year: self.year };
        let level = PriceLevel::new(self.reference, target, Order::InflateFirst, self.overrides);
        let moved = level
            .moved(from, self.year, None, RateType::Market)
            .map_err(|error| format!("{error}: `--rate` gives your own, units per euro"))?;
        steps.extend(moved.steps);
        Ok(moved.multiplier)
    }
}

/// A price for people: up to nine digits.
pub(super) fn short(price: &Exact) -> String {
    Short(price, 9).to_string()
}
