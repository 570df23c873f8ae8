//! What a living income reference price is computed from.

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::unit::{Unit, Units};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::reference::Verification;
use crate::data::schema;
use crate::data::source::Opened;

use super::goods_unit;
use super::stated::{share, some};

/// A farm that a household could live on.
#[derive(Clone, Debug)]
pub struct Farm {
    /// Id.
    pub id: String,
    /// Product.
    pub product: String,
    /// Where.
    pub origin: Option<String>,
    /// Year.
    pub year: i32,
    /// Cost of a decent life of the household for the year.
    pub decent_living: Exact,
    /// Cost of sustainable production of the whole farm.
    pub production_cost: Option<Exact>,
    /// Cost of sustainable production of a hectare.
    pub production_cost_per_ha: Option<Exact>,
    /// Other income of the household.
    pub other_income: Option<Exact>,
    /// Is it deducted?
    pub deducts: bool,
    /// Land, in hectares.
    pub land: Exact,
    /// Share of it that is being planted anew and bears nothing.
    pub rejuvenation: Option<Exact>,
    /// Yield of a hectare.
    pub yields: Exact,
    /// In which unit.
    pub unit: Unit,
    /// Currency.
    pub currency: Currency,
    /// Source.
    pub source: String,
    /// How it was seen.
    pub verification: Verification,
    /// Row.
    pub row: RowRef,
}

/// The table `farms`, sorted by id.
pub(super) fn table(opened: &mut Opened, units: &Units, diagnostics: &mut Diagnostics) -> Vec<Farm> {
    let read = opened.read(&schema::FARMS, &(), diagnostics, |bound: &Bound, diagnostics| {
        bound.collect::<_, Vec<Farm>>(|row| farm(&row, units, diagnostics))
    });
    let mut rows = read.unwrap_or_default();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

fn farm(row: &Cells, units: &Units, diagnostics: &mut Diagnostics) -> Option<Farm> {
    let id = row.id("id", diagnostics);
    let product = row.id("product", diagnostics);
    let year = row.required("year", diagnostics).and_then(|_| row.optional_year("year", diagnostics));
    let decent_living = row.non_negative("decent_living", diagnostics);
    let production_cost = some(row, "production_cost", diagnostics);
    let production_cost_per_ha = some(row, "production_cost_per_ha", diagnostics);
    if ["production_cost", "production_cost_per_ha"].iter().all(|column| row.text(column).is_none()) {
        let hint = "of the farm, of a hectare, or both; write 0 if there is none";
        missing(row, "production_cost", "what does sustainable production cost?", hint, diagnostics);
    }
    let other_income = some(row, "other_income", diagnostics);
    let words = [("yes", true), ("no", false)];
    let deducts = row.optional_word("deduct_other_income", &words, diagnostics).unwrap_or(false);
    if deducts && row.text("other_income").is_none() {
        let hint = "`deduct_other_income` is yes: state the income, or leave it out";
        missing(row, "other_income", "which other income is deducted?", hint, diagnostics);
    }
    let land = row.number("land", diagnostics);
    let rejuvenation = share(row, "rejuvenation", diagnostics);
    let yields = row.number("yield", diagnostics);
    let unit = goods_unit::of_yield(row, units, diagnostics);
    let currency = row.currency("currency", diagnostics);
    let verification = Verification::of(row, diagnostics);
    Some(Farm {
        id: id?,
        product: product?,
        origin: row.text("origin").map(str::to_owned),
        year: year?,
        decent_living: decent_living?.exact,
        production_cost,
        production_cost_per_ha,
        other_income,
        deducts,
        land: land?.exact,
        rejuvenation,
        yields: yields?.exact,
        unit: unit?,
        currency: currency?,
        source: row.string("source"),
        verification,
        row: row.row_ref(),
    })
}

fn missing(row: &Cells, column: &str, message: &str, hint: &str, diagnostics: &mut Diagnostics) {
    let place = row.place().column(column);
    diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
}
