//! Public support per process: a memo beside the price, never in the gap.

use num_traits::Zero;

use crate::base::decimal::{Exact, to_f64_at_18};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::cells::Number;
use crate::data::manifest::RateType;
use crate::data::supply::{Process, Support, SupportKind};
use crate::valuation::PriceLevel;

/// Money of a row per process as recorded, in the target currency and year; `true`: price support.
pub fn per_process(
    row: &Support,
    process: &Process,
    level: &PriceLevel,
    diagnostics: &mut Diagnostics,
) -> Option<(f64, bool)> {
    let number = |value: &Option<Number>| value.as_ref().map_or_else(Exact::zero, |n| n.exact.clone());
    let spread = || (number(&row.benchmark) - number(&row.paid)) * &row.amount.exact;
    let money = match row.kind {
        SupportKind::Grant => &row.amount.exact / number(&row.useful_life_years),
        SupportKind::TaxExpenditure => row.amount.exact.clone(),
        SupportKind::ConcessionalDebt | SupportKind::CheapInput | SupportKind::PriceSupport => spread(),
        SupportKind::FossilSubsidyImplicit => return None,
    };
    let year = year_of(row.year, process, &row.row, diagnostics)?;
    match level.moved(row.currency, year, None, RateType::Market) {
        Ok(moved) => Some((to_f64_at_18(&(money * moved.multiplier)), row.kind == SupportKind::PriceSupport)),
        Err(error) => {
            diagnostics.push(error.diagnostic().at(row.row.place().column("currency")));
            None
        }
    }
}

/// The year of a row's money: its own, or that of the process.
pub fn year_of(
    year: Option<i32>,
    process: &Process,
    row: &crate::data::cells::RowRef,
    diagnostics: &mut Diagnostics,
) -> Option<i32> {
    let year = year.or_else(|| process.period.map(Period::year));
    if year.is_none() {
        let message = format!("money of which year? Neither the row nor the process `{}` says", process.id);
        let hint = "state `year`, or `period` of the process";
        diagnostics
            .push(Diagnostic::error(codes::MISSING_VALUE, message).at(row.place().column("year")).hint(hint));
    }
    year
}
