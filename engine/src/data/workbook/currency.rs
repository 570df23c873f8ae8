//! Headers that say another currency or unit than the settings: what they say holds, so it must be told.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::manifest::CoopSettings;

use super::Sheet;
use super::names::title;

/// Tables that may well be in other currencies than the co-op: buyers, markets and benchmarks have theirs.
const OF_OTHERS: [&str; 7] =
    ["contracts", "market_prices", "minimum_prices", "benchmarks", "prices", "paid", "support"];

/// Tables whose weights are those that the setting is for.
const WEIGHED: [&str; 2] = ["deliveries", "movements"];

/// What the headers of a sheet say of a column for all rows.
#[derive(Clone, Debug)]
pub(super) struct Saying {
    /// The column: `currency`, `unit`.
    pub(super) column: &'static str,
    pub(super) value: String,
    /// The headers that say so: `Payments!E1`.
    pub(super) cells: Vec<String>,
}

/// A column that headers say, the setting of it, what that is, and the tables that it is meant for.
type Asked<'a> = (&'a str, &'a str, Option<&'a String>, &'a dyn Fn(&str) -> bool);

/// Warns of headers that say something else than the settings. `place` gives the cell of a setting, if it is written.
pub(super) fn check(
    coop: &CoopSettings,
    sheets: &BTreeMap<&'static str, Sheet>,
    place: &dyn Fn(&str) -> Option<Place>,
    diagnostics: &mut Diagnostics,
) {
    let of_co_op = |table: &str| !OF_OTHERS.contains(&table);
    let is_weighed = |table: &str| WEIGHED.contains(&table);
    let asked: [Asked; 2] = [
        ("currency", "currency", coop.currency.as_ref(), &of_co_op),
        ("unit", "weight unit", coop.weight_unit.as_ref(), &is_weighed),
    ];
    for (column, setting, stated, is_meant) in asked {
        let (Some(stated), Some(place)) = (stated, place(setting)) else { continue };
        let mut others: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let used = sheets.iter().filter(|(table, sheet)| is_meant(table) && sheet.is_used());
        for saying in used.flat_map(|(_, sheet)| &sheet.says) {
            if saying.column == column && saying.value != *stated {
                let cells = others.entry(&saying.value).or_default();
                cells.extend(saying.cells.iter().map(String::as_str));
            }
        }
        for (other, cells) in others {
            let (noun, verb) = if cells.len() == 1 { ("header", "says") } else { ("headers", "say") };
            let message = format!(
                "`{}` is {stated}, and the {noun} {} {verb} {other}",
                title(setting),
                cells.join(", ")
            );
            let hint = format!("the rows below are taken as {other}; change the {noun}, or the setting");
            diagnostics.push(Diagnostic::warning(codes::CONTRADICTION, message).at(place.clone()).hint(hint));
        }
    }
}
