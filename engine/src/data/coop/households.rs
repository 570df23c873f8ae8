//! Households on their own account: who lives in them, and what they earn in a year.

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, one};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::unit::{Unit, Units};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::manifest::CoopSettings;
use crate::data::schema;
use crate::data::source::Opened;

use super::goods_unit;
use super::stated::{OwnCurrency, some};

/// A household in a year.
#[derive(Clone, Debug)]
pub struct Household {
    /// Id.
    pub id: String,
    /// The producer it is.
    pub producer: Option<String>,
    /// Id of the benchmark.
    pub benchmark: String,
    /// Year.
    pub year: i32,
    /// Adults.
    pub adults: Exact,
    /// Children.
    pub children: Exact,
    /// Income of the year after costs; below 0 is a loss.
    pub net_income: Exact,
    /// Currency.
    pub currency: Currency,
    /// Is the premium they got part of the income?
    pub premium_included: Option<bool>,
    /// The product they sell.
    pub product: Option<String>,
    /// How much of it in the year.
    pub quantity: Option<(Exact, Unit)>,
    /// The process that makes it.
    pub process: Option<String>,
    /// Row.
    pub row: RowRef,
}

impl Household {
    /// Equivalent adults: 1 + 0.5 a further adult + 0.3 a child.
    pub fn equivalence(&self) -> Exact {
        let half = Exact::new(1.into(), 2.into());
        let child = Exact::new(3.into(), 10.into());
        one() + half * (&self.adults - one()) + child * &self.children
    }
}

/// The table `households`, sorted by id.
pub(super) fn table(
    opened: &mut Opened,
    settings: &CoopSettings,
    units: &Units,
    diagnostics: &mut Diagnostics,
) -> Vec<Household> {
    let own = OwnCurrency::new(settings);
    let read = opened.read(&schema::HOUSEHOLDS, &(), diagnostics, |bound: &Bound, diagnostics| {
        let rows: Vec<Household> =
            bound.collect(|row| household(&row, &own, settings.weight_unit.as_deref(), units, diagnostics));
        own.report(bound, diagnostics);
        rows
    });
    let mut rows = read.unwrap_or_default();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

fn household(
    row: &Cells,
    own: &OwnCurrency,
    weight_unit: Option<&str>,
    units: &Units,
    diagnostics: &mut Diagnostics,
) -> Option<Household> {
    let id = row.id("id", diagnostics);
    let producer = row.optional_id("producer", diagnostics);
    let benchmark = row.id("benchmark", diagnostics);
    let year = year(row, diagnostics);
    let adults = adults(row, diagnostics);
    let children = row.non_negative("children", diagnostics);
    let net_income = row.number("net_income", diagnostics);
    let currency = own.of(row, diagnostics);
    let premium_included =
        row.optional_word("premium_included", &[("yes", true), ("no", false)], diagnostics);
    let product = row.optional_id("product", diagnostics);
    let quantity = quantity(row, weight_unit, units, diagnostics);
    let process = row.optional_id("process", diagnostics);
    Some(Household {
        id: id?,
        producer,
        benchmark: benchmark?,
        year: year?,
        adults: adults?,
        children: children?.exact,
        net_income: net_income?.exact,
        currency: currency?,
        premium_included,
        product,
        quantity: quantity?,
        process,
        row: row.row_ref(),
    })
}

/// Incomes are compared by the year.
fn year(row: &Cells, diagnostics: &mut Diagnostics) -> Option<i32> {
    let period = row.period("period", diagnostics)?;
    if period.is_year() {
        return Some(period.year());
    }
    let message = format!("`{period}` is not a year, and incomes are compared by the year");
    let place = row.place().column("period");
    diagnostics.push(
        Diagnostic::error(codes::BAD_DATE, message).at(place).hint("write the year of the income: 2024"),
    );
    None
}

/// One adult at least: the first is one equivalent adult.
fn adults(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Exact> {
    let adults = row.number("adults", diagnostics)?;
    if adults.exact >= one() {
        return Some(adults.exact);
    }
    let message = format!("a household of {} adults", row.text("adults").unwrap_or_default());
    let hint = "one at least: the first is counted as 1, further ones as 0.5, children as 0.3";
    let place = row.place().column("adults");
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    None
}

/// How much was sold; `Some(None)` if that is not stated, `None` after a problem.
#[expect(clippy::option_option, reason = "not stated is not wrong")]
fn quantity(
    row: &Cells,
    weight_unit: Option<&str>,
    units: &Units,
    diagnostics: &mut Diagnostics,
) -> Option<Option<(Exact, Unit)>> {
    if row.text("quantity").is_none() {
        return Some(None);
    }
    let quantity = some(row, "quantity", diagnostics);
    let unit = match (row.text("unit"), weight_unit) {
        (None, Some(own)) => units.unit(own).ok(),
        _ => None,
    };
    let unit = unit.or_else(|| goods_unit::of_sales(row, units, diagnostics));
    Some(Some((quantity?, unit?)))
}
