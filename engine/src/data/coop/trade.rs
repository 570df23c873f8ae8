//! What the tables of trade share: money and weights that state no currency or unit, words, days.

use std::path::Path;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::period::Period;
use crate::base::unit::{Unit, Units};
use crate::data::cells::Cells;
use crate::data::reference::Reference;
use crate::data::source::Opened;

use super::{contracts, market_prices, minimum_prices, movements, yields};

/// What holds where a row states no currency or unit: `[coop]` of the manifest.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// Currency of amounts.
    pub currency: Option<Currency>,
    /// Unit of weights.
    pub weight_unit: Option<Unit>,
}

impl Defaults {
    /// Those of a dataset; what cannot be read is reported.
    pub fn of(opened: &Opened, units: &Units, diagnostics: &mut Diagnostics) -> Self {
        let settings = &opened.manifest.coop;
        let place = || Place::file(opened.source.file_label("manifest.toml"));
        let currency = settings.currency.as_deref().and_then(|code| {
            let known = Currency::from_code(code);
            if known.is_none() {
                let message = format!("`coop.currency` is `{code}`, which is not a currency");
                diagnostics.push(Diagnostic::error(codes::UNKNOWN_CURRENCY, message).at(place()));
            }
            known
        });
        let weight_unit = settings.weight_unit.as_deref().and_then(|text| {
            let known = units.unit(text).ok().filter(Unit::is_mass);
            if known.is_none() {
                let message = format!("`coop.weight_unit` is `{text}`, which is not a unit of weight");
                diagnostics.push(Diagnostic::error(codes::UNKNOWN_UNIT, message).at(place()));
            }
            known
        });
        Self { currency, weight_unit }
    }

    /// The unit of a weight or a count: that of the row, else the unit of weight.
    pub(super) fn unit(&self, row: &Cells, units: &Units, diagnostics: &mut Diagnostics) -> Option<Unit> {
        if row.text("unit").is_none()
            && let Some(unit) = &self.weight_unit
        {
            return Some(unit.clone());
        }
        row.unit("unit", units, diagnostics)
    }
}

/// Reports every problem of every table of trade that a dataset has.
pub fn check(opened: &mut Opened, reference: &Reference, diagnostics: &mut Diagnostics) {
    let defaults = Defaults::of(opened, &reference.units, diagnostics);
    contracts::read(opened, &defaults, reference, diagnostics);
    market_prices::read(opened, reference, diagnostics);
    minimum_prices::read(opened, reference, diagnostics);
    movements::read(opened, &defaults, reference, diagnostics);
    yields::read(opened, diagnostics);
}

/// A word that people spell in several ways: small letters, and `-` for what stands between its parts.
pub(super) fn word(row: &Cells, column: &str) -> Option<String> {
    row.text(column).map(|text| {
        let text = text.to_lowercase();
        text.split([' ', '_', '\u{a0}']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    })
}

/// An Incoterm level, in capitals.
pub(super) fn incoterm(row: &Cells) -> Option<String> {
    row.text("incoterm").map(str::to_uppercase)
}

/// A day that must be there.
pub(super) fn day(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Period> {
    let period = row.period(column, diagnostics)?;
    if period.day().is_none() {
        let message = format!("`{}` is not a day", row.text(column).unwrap_or_default());
        let hint = "write 2024-03-15: what holds depends on the day";
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).at(place).hint(hint));
        return None;
    }
    Some(period)
}

/// Is this the name of a file that is one table?
pub(super) fn is_table_file(name: &str) -> bool {
    let end = Path::new(name).extension().and_then(|end| end.to_str()).unwrap_or_default();
    ["csv", "parquet"].iter().any(|known| end.eq_ignore_ascii_case(known))
}
