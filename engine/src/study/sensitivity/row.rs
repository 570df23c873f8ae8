//! A datum as people find it: table, row, place in the file, amount, source.

use num_traits::ToPrimitive;

use crate::data::cells::{Number, RowRef};
use crate::data::price_list::Price;

use super::adjoint::Adjoint;
use super::datum::{Datum, Prices};
use super::rank::{Ranked, RankedBy};
use super::spread::Spread;

/// A datum, and how the result moves with it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is ranked by.
    pub ranked_by: RankedBy,
    /// Its place in that ranking, from 1.
    pub rank: usize,
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Process, if the row is of one.
    pub process: String,
    /// Product or indicator, with what else tells the row from others.
    pub item: String,
    /// Where the row is.
    pub place: RowRef,
    /// The datum as recorded.
    pub amount: f64,
    /// Its unit.
    pub unit: String,
    /// Source.
    pub source: String,
    /// How it was seen; empty: the table does not say.
    pub verification: &'static str,
    /// Change of the result per unit of the datum as recorded, when it grows; not finite: it is too large for a number.
    pub derivative: f64,
    /// The same when it shrinks; another one where the result bends.
    pub derivative_down: f64,
    /// Percent of the result per percent of the datum, on the side on which more moves; `None`: the result is 0, or not
    /// known.
    pub elasticity: Option<f64>,
    /// How it is distributed, `range` for a factor with a lower and an upper value; empty: nobody says.
    pub distribution: &'static str,
    /// Standard deviation of the datum, in its unit, if one is known.
    pub deviation: Option<f64>,
    /// The same as a part of its amount; `None` too where the amount is 0.
    pub relative: Option<f64>,
    /// |derivative| x standard deviation.
    pub spread: Option<f64>,
    /// Its part of the variance of the result to first order: over all data these add up to 1. Below 0 where a factor takes
    /// back what others of its set do.
    pub share: Option<f64>,
}

impl Row {
    /// Does the result bend where the datum is?
    pub fn is_one_sided(&self) -> bool {
        let (up, down) = (self.derivative, self.derivative_down);
        (up - down).abs() > 1e-12 * up.abs().max(down.abs())
    }
}

fn float(number: Option<&Number>) -> f64 {
    number.map_or(f64::NAN, |number| number.float)
}

impl Adjoint<'_> {
    /// A datum as recorded.
    pub(super) fn amount(&self, datum: Datum) -> f64 {
        let supply = self.supply();
        let set = &self.run.prepared.set;
        match datum {
            Datum::Input(row) => supply.inputs[row].amount.float,
            Datum::Intervention(row) => supply.interventions.amount(row).unwrap_or(f64::NAN),
            Datum::Output(row) => supply.processes[row].amount.float,
            Datum::Worth(row) => float(supply.processes[row].price.as_ref().map(|(price, _)| price)),
            Datum::Share(row) => float(supply.processes[row].share.as_ref()),
            Datum::Displaced(row) => float(supply.processes[row].displaced_amount.as_ref()),
            Datum::Paid(row) => supply.paid[row].amount.float,
            Datum::Property(row) => supply.properties[row].amount.float,
            Datum::Mass(product) => float(supply.products[product].mass_kg.as_ref()),
            Datum::Price(table, row) => self.price(table, row).map_or(f64::NAN, |price| price.amount.float),
            Datum::Pack(table, row) => float(self.price(table, row).and_then(|price| price.mass_kg.as_ref())),
            Datum::Factor(row) => set.rows[row].value.central.to_f64().unwrap_or(f64::NAN),
        }
    }

    /// A row of prices.
    pub(super) fn price(&self, table: Prices, row: usize) -> Option<&Price> {
        let prepared = self.run.prepared;
        match table {
            Prices::Dataset => prepared.supply.prices.get(row),
            Prices::List => prepared.list.as_ref()?.prices.get(row),
        }
    }

    /// A ranked datum as people find it.
    pub(super) fn row(&self, ranked: &Ranked, rank: usize) -> Row {
        let said = self.said(ranked.effect.datum);
        let derivative = ranked.effect.stronger();
        let deviation = ranked.spread.and_then(|spread| spread.deviation(derivative));
        Row {
            ranked_by: ranked.by,
            rank,
            table: said.table,
            column: said.column,
            process: said.process,
            item: said.item,
            place: said.place,
            amount: ranked.amount,
            unit: said.unit,
            source: said.source,
            verification: said.verification,
            derivative: ranked.effect.up,
            derivative_down: ranked.effect.down,
            elasticity: ranked.elasticity,
            distribution: ranked.spread.map_or("", Spread::word),
            deviation,
            relative: deviation.filter(|_| ranked.amount != 0.0).map(|d| d / ranked.amount.abs()),
            spread: ranked
                .spread
                .map(|spread| spread.of_result(derivative))
                .filter(|spread| spread.is_finite()),
            share: ranked.share,
        }
    }
}
