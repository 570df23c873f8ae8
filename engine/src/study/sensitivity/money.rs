//! The market price, as it was recorded.

use num_traits::ToPrimitive;

use crate::chain::convert::{converts_by_mass, converts_by_pack, to_reference};
use crate::data::manifest::RateType;
use crate::data::price_list::Price;
use crate::pricing::TruePrice;
use crate::pricing::market::in_force;

use super::adjoint::Adjoint;
use super::datum::{Datum, Prices};
use super::effects::Effects;

impl Adjoint<'_> {
    /// What the market price in force does to the true price, and the masses that it converts by.
    pub(super) fn market(&self, price: &TruePrice, effects: &mut Effects) {
        let Some(market) = &price.market else { return };
        let prepared = self.run.prepared;
        let year = prepared.target.year;
        let has_list = prepared.list.is_some();
        let found = prepared.prices().into_iter().enumerate().find_map(|(table, prices)| {
            let found = in_force(prices, &price.product, &price.origin, year)?;
            let row = prices.iter().position(|other| std::ptr::eq(other, found))?;
            Some((has_list && table == 0, row, found))
        });
        let Some((is_of_list, row, found)) = found else { return };
        let Some(per_recorded) = self.price_per_recorded(price, found) else { return };
        let table = if is_of_list { Prices::List } else { Prices::Dataset };
        effects.add(Datum::Price(table, row), [per_recorded]);
        let Some((product, of)) = self.product(&price.product) else { return };
        let amount = market.amount.to_f64();
        if let Some(mass) = of.mass_kg.as_ref().filter(|_| converts_by_mass(of, &found.unit)) {
            effects.add(Datum::Mass(product), [amount / mass.float]);
        }
        if let Some(mass) = found.mass_kg.as_ref().filter(|_| converts_by_pack(of, &found.unit)) {
            effects.add(Datum::Pack(table, row), [-amount / mass.float]);
            if let Some(own) = of.mass_kg.as_ref().filter(|_| !of.unit.is_mass()) {
                effects.add(Datum::Mass(product), [amount / own.float]);
            }
        }
    }

    /// Money of the report per reference unit, for one unit of the price as recorded.
    fn price_per_recorded(&self, price: &TruePrice, found: &Price) -> Option<f64> {
        let (_, product) = self.product(&price.product)?;
        let ratio = to_reference(product, &found.unit, found.mass_kg.as_ref(), &self.kilogram).ok()?;
        let moved = self.level.moved(found.currency, found.date.year(), None, RateType::Market).ok()?;
        (moved.multiplier / &found.quantity.exact / ratio.exact()).to_f64()
    }
}
