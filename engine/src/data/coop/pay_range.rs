//! The highest and the lowest pay of a year, as the table of workers has it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::decimal::{self, Exact, zero};
use crate::base::diagnostic::Diagnostics;
use crate::base::period::Period;
use crate::data::bound::Bound;
use crate::data::schema;
use crate::data::source::Opened;

/// The pay of a year, or why it cannot be compared.
pub type PayRange = Result<(Exact, Exact), String>;

/// A worker's pay for a full week, and what it is per and in.
struct Pay {
    year: i32,
    amount: Exact,
    per: (String, String),
}

/// The highest and the lowest pay of each year, for full hours. Rows with problems are left to who reads the table for its
/// own sake. Empty where there are no workers.
pub fn pay_range(opened: &mut Opened) -> BTreeMap<i32, PayRange> {
    let mut ignored = Diagnostics::new();
    let rows = opened.read(&schema::WORKERS, &(), &mut ignored, |bound, _| rows(bound));
    let mut years: BTreeMap<i32, Vec<Pay>> = BTreeMap::new();
    for pay in rows.unwrap_or_default() {
        years.entry(pay.year).or_default().push(pay);
    }
    years.into_iter().map(|(year, pays)| (year, range(pays))).collect()
}

fn rows(bound: &Bound) -> Vec<Pay> {
    bound.collect(|row| {
        let number = |column: &str| row.text(column).and_then(|text| decimal::parse(text).ok());
        let amount = number("pay")?;
        let hours = number("standard_hours").zip(number("contracted_hours"));
        let amount = match hours {
            Some((standard, contracted)) if contracted > zero() => amount * standard / contracted,
            _ => amount,
        };
        let year = Period::parse(row.text("period")?)?.year();
        Some(Pay { year, amount, per: (row.string("pay_per"), row.string("currency")) })
    })
}

fn range(pays: Vec<Pay>) -> PayRange {
    let per: BTreeSet<&(String, String)> = pays.iter().map(|pay| &pay.per).collect();
    if per.len() > 1 {
        return Err("pay is stated for different times or in different currencies".to_owned());
    }
    let lowest = pays.iter().map(|pay| &pay.amount).min().cloned();
    let highest = pays.into_iter().map(|pay| pay.amount).max();
    highest.zip(lowest).ok_or_else(|| "no pay is stated".to_owned())
}
