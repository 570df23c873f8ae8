//! Years: what is known of a co-op, year by year, where no table says it.

use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::schema;
use crate::data::source::Opened;

use super::amounts::{fraction, year};

/// A year of a co-op; what is not stated is `None`.
#[derive(Clone, Debug)]
pub struct CoopYear {
    /// Year.
    pub year: i32,
    /// All business, and that with members.
    pub business: [Option<Exact>; 2],
    /// The highest and the lowest pay.
    pub pay: [Option<Exact>; 2],
    /// The surplus.
    pub surplus: Option<Exact>,
    /// Its parts: to capital, to labour, to members, to reserves.
    pub parts: [Option<Exact>; 4],
    /// The value of all flows, and of those of conventional markets.
    pub flows: [Option<Exact>; 2],
    /// Herfindahl index of decisions, from 0 to 1.
    pub concentration: Option<Exact>,
    /// Row.
    pub row: RowRef,
}

/// Columns of the parts of a surplus.
pub const PARTS: [&str; 4] =
    ["surplus_to_capital", "surplus_to_labour", "surplus_to_members", "surplus_to_reserves"];

/// Reads the table, by year. `None`: it is not there.
pub fn years(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<CoopYear>> {
    opened.read(&schema::COOP_YEARS, &(), diagnostics, rows)
}

fn rows(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<CoopYear> {
    let mut all: Vec<CoopYear> = bound.collect(|row| {
        let year = year(&row, diagnostics);
        let mut amount = |column: &str| {
            let number = row.optional_number(column, diagnostics)?;
            row.at_least_zero(column, &number, diagnostics).then_some(number.exact)
        };
        let business = ["business", "business_members"].map(&mut amount);
        let pay = ["pay_highest", "pay_lowest"].map(&mut amount);
        let parts = PARTS.map(&mut amount);
        let flows = ["flows", "flows_conventional"].map(&mut amount);
        let surplus = row.optional_number("surplus", diagnostics).map(|number| number.exact);
        let concentration = fraction(&row, "decisions_concentration", diagnostics);
        no_more(&row, &business, ["business_members", "business"], diagnostics);
        no_more(&row, &flows, ["flows_conventional", "flows"], diagnostics);
        let [highest, lowest] = pay.clone();
        no_more(&row, &[highest, lowest], ["pay_lowest", "pay_highest"], diagnostics);
        adds_up(&row, surplus.as_ref(), &parts, diagnostics);
        Some(CoopYear {
            year: year?,
            business,
            pay,
            surplus,
            parts,
            flows,
            concentration,
            row: row.row_ref(),
        })
    });
    all.sort_by_key(|year| year.year);
    all
}

/// The second of a pair is a part of the first.
fn no_more(
    row: &Cells,
    [whole, part]: &[Option<Exact>; 2],
    [name, of]: [&str; 2],
    diagnostics: &mut Diagnostics,
) {
    if let (Some(whole), Some(part)) = (whole, part)
        && part > whole
    {
        let message = format!("`{name}` is more than `{of}`");
        let place = row.place().column(name);
        diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place));
    }
}

/// The parts of a surplus are no more than it; where all are stated, they are it.
fn adds_up(row: &Cells, surplus: Option<&Exact>, parts: &[Option<Exact>; 4], diagnostics: &mut Diagnostics) {
    let Some(surplus) = surplus else { return };
    let stated: Vec<&Exact> = parts.iter().flatten().collect();
    let sum: Exact = stated.iter().copied().sum();
    let all = stated.len() == parts.len();
    let zero = crate::base::decimal::zero();
    if (sum > *surplus && sum > zero) || (all && *surplus >= zero && sum != *surplus) {
        let message = format!("the parts of the surplus are {}, not {}", plain(&sum), plain(surplus));
        let hint = "what went to capital, labour, members and reserves is the surplus; leave a part empty if it \
                    is not known";
        let place = row.place().column("surplus");
        diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
    }
}

fn plain(value: &Exact) -> String {
    crate::base::decimal::Short(value, 15).to_string()
}
