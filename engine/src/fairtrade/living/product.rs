//! Gaps by product: what is lacking for each unit that was made.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::cells::RowRef;
use crate::data::coop::output::Output;

use super::income::IncomeGap;
use super::wage::WageGap;

/// What those who make a product lack in a period.
#[derive(Clone, Debug)]
pub struct ProductGap {
    /// Product.
    pub product: String,
    /// Process.
    pub process: String,
    /// Period.
    pub period: Period,
    /// Currency.
    pub currency: Currency,
    /// Workers x rows, or households.
    pub people: u64,
    /// Of wages, up to the legal minimum.
    pub below_minimum: Exact,
    /// Of wages, from there to a living wage.
    pub below_living: Exact,
    /// Of incomes.
    pub income: Exact,
    /// Is a part of the wage gap without a stated minimum wage?
    pub is_split: bool,
    /// How much was made, with the row that says so.
    pub made: Option<(Exact, Unit, RowRef)>,
    /// Indices of the gaps.
    pub gaps: Vec<usize>,
}

impl ProductGap {
    /// All of it.
    pub fn gap(&self) -> Exact {
        &self.below_minimum + &self.below_living + &self.income
    }

    /// An amount of it per unit that was made.
    pub fn per_unit(&self, amount: &Exact) -> Option<Exact> {
        self.made.as_ref().map(|(quantity, ..)| amount / quantity)
    }
}

type Key = (String, String, Period, Currency);

fn key(product: Option<&String>, process: Option<&String>, period: Period, currency: Currency) -> Key {
    (product.cloned().unwrap_or_default(), process.cloned().unwrap_or_default(), period, currency)
}

fn empty((product, process, period, currency): Key) -> ProductGap {
    ProductGap {
        product,
        process,
        period,
        currency,
        people: 0,
        below_minimum: zero(),
        below_living: zero(),
        income: zero(),
        is_split: true,
        made: None,
        gaps: Vec::new(),
    }
}

/// Wage gaps by product, process and period; those of workers that name neither are in none.
pub fn wages_by_product(
    gaps: &[WageGap],
    output: &[Output],
    diagnostics: &mut Diagnostics,
) -> Vec<ProductGap> {
    let mut all: BTreeMap<Key, ProductGap> = BTreeMap::new();
    for (index, gap) in gaps.iter().enumerate() {
        let worker = gap.worker;
        if worker.product.is_none() && worker.process.is_none() {
            continue;
        }
        let key = key(worker.product.as_ref(), worker.process.as_ref(), worker.period, worker.currency);
        let one = all.entry(key.clone()).or_insert_with(|| empty(key));
        let times = gap.person_months();
        one.people += u64::from(worker.count);
        one.below_minimum += &gap.below_minimum * &times;
        one.below_living += &gap.below_living * &times;
        one.is_split &= gap.is_split;
        one.gaps.push(index);
    }
    let mut all: Vec<ProductGap> = all.into_values().collect();
    for one in &mut all {
        let row = &gaps[one.gaps[0]].worker.row;
        one.made = made(one, output, row, diagnostics);
    }
    all
}

/// Income gaps by product, process and year; those of households that name neither are in none. How much was made is
/// what the households sold, if all say so; if none does, what `output` says.
pub fn income_by_product(
    gaps: &[IncomeGap],
    output: &[Output],
    diagnostics: &mut Diagnostics,
) -> Vec<ProductGap> {
    let mut all: BTreeMap<Key, ProductGap> = BTreeMap::new();
    for (index, gap) in gaps.iter().enumerate() {
        let household = gap.household;
        if household.product.is_none() && household.process.is_none() {
            continue;
        }
        let Some(period) = Period::parse(&format!("{:04}", household.year)) else { continue };
        let key = key(household.product.as_ref(), household.process.as_ref(), period, household.currency);
        let one = all.entry(key.clone()).or_insert_with(|| empty(key));
        one.people += 1;
        one.income += gap.gap();
        one.gaps.push(index);
    }
    let mut all: Vec<ProductGap> = all.into_values().collect();
    for one in &mut all {
        one.made = if one.gaps.iter().all(|&gap| gaps[gap].household.quantity.is_none()) {
            made(one, output, &gaps[one.gaps[0]].household.row, diagnostics)
        } else {
            sold(one, gaps, diagnostics)
        };
    }
    all
}

/// What the households sold together, in the unit of the first.
fn sold(
    one: &ProductGap,
    gaps: &[IncomeGap],
    diagnostics: &mut Diagnostics,
) -> Option<(Exact, Unit, RowRef)> {
    let households = || one.gaps.iter().map(|&gap| gaps[gap].household);
    let (_, unit) = households().find_map(|household| household.quantity.as_ref())?;
    let mut total = zero();
    let mut whole = true;
    for household in households() {
        let place = household.row.place();
        let Some((quantity, own)) = &household.quantity else {
            let message = "how much did this household sell?";
            let hint =
                "other households of the product say so: state `quantity` for all of them, or for none";
            let diagnostic = Diagnostic::error(codes::MISSING_VALUE, message);
            diagnostics.push(diagnostic.at(place.column("quantity")).hint(hint));
            whole = false;
            continue;
        };
        match own.ratio_to(unit) {
            Ok(ratio) => total += quantity * ratio.exact(),
            Err(error) => {
                let diagnostic = Diagnostic::error(codes::WRONG_UNIT, error.to_string());
                diagnostics.push(diagnostic.at(place.column("unit")));
                whole = false;
            }
        }
    }
    let row = households().next()?.row.clone();
    (whole && total > zero()).then(|| (total, unit.clone(), row))
}

/// What `output` says was made in the very period, by the process and of the product as far as they are named.
fn made(
    one: &ProductGap,
    output: &[Output],
    row: &RowRef,
    diagnostics: &mut Diagnostics,
) -> Option<(Exact, Unit, RowRef)> {
    let is_process = |own: Option<&str>| one.process.is_empty() || own == Some(&one.process);
    let fits = |made: &&Output| {
        made.period == one.period
            && (one.product.is_empty() || made.product == one.product)
            && is_process(made.process.as_deref())
    };
    let rows: Vec<&Output> = output.iter().filter(fits).collect();
    let first = rows.first()?;
    let mut total = zero();
    for made in &rows {
        match made.unit.ratio_to(&first.unit) {
            Ok(ratio) if made.product == first.product => total += &made.quantity * ratio.exact(),
            _ => {
                let message =
                    format!("`{}` made several things in {}: of which is the gap?", one.process, one.period);
                let place = row.place().column("product");
                let hint = format!("state `product`: there are {} and {}", first.product, made.product);
                diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
                return None;
            }
        }
    }
    Some((total, first.unit.clone(), first.row.clone()))
}
