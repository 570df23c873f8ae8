//! Money of a co-op's tables: in the currency of its row, or of the co-op.

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::money::{BOOK_SCALE, Money};
use crate::data::cells::{Cells, Number};
use crate::data::source::Opened;

/// The currency of amounts that state none, and whether it was said that there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amounts {
    default: Option<Currency>,
    told: bool,
}

impl Amounts {
    /// What the manifest says.
    pub(super) fn of(opened: &Opened, diagnostics: &mut Diagnostics) -> Self {
        let stated = opened.manifest.coop.currency.as_deref();
        let default = stated.and_then(Currency::from_code);
        if let (Some(code), None) = (stated, default) {
            let message = format!("`coop.currency`: `{code}` is not a currency of ISO 4217");
            let place = Place::file(opened.source.file_label("manifest.toml"));
            diagnostics.push(Diagnostic::error(codes::UNKNOWN_CURRENCY, message).at(place));
        }
        // What is wrong with the manifest is said once, there.
        Self { default, told: stated.is_some() && default.is_none() }
    }

    /// The currency of a row. That there is none is said once a table.
    pub(super) fn currency(&mut self, row: &Cells, diagnostics: &mut Diagnostics) -> Option<Currency> {
        if row.text("currency").is_some() {
            return row.currency("currency", diagnostics);
        }
        if self.default.is_none() && !self.told {
            self.told = true;
            let message = "in which currency is this? Neither the row nor the manifest says";
            let hint =
                "fill the column `currency`, or say it once in the manifest: [coop] currency = \"USD\"";
            let place = row.place().column("currency");
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        }
        self.default
    }
}

/// An amount that is booked: a whole number of the minor unit.
pub(super) fn booked(
    row: &Cells,
    column: &str,
    number: &Number,
    currency: Currency,
    diagnostics: &mut Diagnostics,
) -> Option<Money> {
    let money = kept(row, column, &number.exact, diagnostics)?;
    let minor = 10_i128.pow(BOOK_SCALE - currency.minor_digits().min(BOOK_SCALE));
    if money.exact() == number.exact && money.units() % minor == 0 {
        return Some(money);
    }
    let message = format!("{} is not a whole number of the smallest unit of {currency}", text(row, column));
    let hint = format!("amounts that are booked have at most {} decimals", currency.minor_digits());
    let place = row.place().column(column);
    diagnostics.push(Diagnostic::error(codes::NOT_WHOLE, message).at(place).hint(hint));
    None
}

/// An amount at the book scale.
pub(super) fn kept(row: &Cells, column: &str, value: &Exact, diagnostics: &mut Diagnostics) -> Option<Money> {
    let money = Money::round(value).ok();
    if money.is_none() {
        let message = format!("{} is too large to be kept exactly", text(row, column));
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place));
    }
    money
}

/// A rate: a fraction from 0 to 1.
pub(super) fn fraction(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Exact> {
    let number = row.optional_number(column, diagnostics)?;
    if (0.0..=1.0).contains(&number.float) {
        return Some(number.exact);
    }
    let message = format!("`{column}` is {}, not from 0 to 1", text(row, column));
    let hint = "write 30 percent as 0.3";
    let place = row.place().column(column);
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    None
}

/// A year that must be there.
pub(super) fn year(row: &Cells, diagnostics: &mut Diagnostics) -> Option<i32> {
    row.required("year", diagnostics).and_then(|_| row.optional_year("year", diagnostics))
}

/// A day, counted from 1970-01-01, if the cell is not empty.
pub(super) fn day(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<i32> {
    let period = row.optional_period(column, diagnostics)?;
    if period.day().is_none() {
        let message = format!("`{period}` is not a day");
        let place = row.place().column(column);
        let hint = "write year, month and day: 2024-03-15";
        diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).at(place).hint(hint));
    }
    period.day()
}

fn text<'a>(row: &Cells<'a>, column: &str) -> &'a str {
    row.text(column).unwrap_or_default()
}
