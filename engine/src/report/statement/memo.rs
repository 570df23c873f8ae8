//! Memos beside the money: commons, and work that nobody pays for.

use std::fmt::Write as _;

use crate::base::money::Money;
use crate::data::flows::Basis;
use crate::network::statement::{AT_LEAST, STATED};
use crate::network::{Line, Measure, Statement};
use crate::pricing::flow_costs::FlowCosts;
use crate::report::display::single;
use crate::report::table::aligned;

use super::table::classes;

/// Names of a list that are shown.
const SHOWN: usize = 8;

/// Names with how many more there are.
fn listed<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let count = names.clone().count();
    let shown: Vec<&str> = names.take(SHOWN).collect();
    let more = if count > SHOWN { format!(" and {} more", count - SHOWN) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn hours(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}

/// Use count, contributed hours and replacement-once value.
pub(super) fn commons(costs: &FlowCosts, statement: &Statement) -> String {
    let currency = statement.target.currency;
    let mut rows = Vec::new();
    for class in classes(statement) {
        let of = |line: &Line| line.class == class;
        let uses = statement.count(Measure::Uses, of);
        let contributed = statement.sum(Measure::ContributedHours, of);
        let row = |known: &str| {
            let with = |line: &Line| line.class == class && line.detail == known;
            let value = |basis: Basis| {
                let sum = statement.sum(Measure::ReplacementOnce, |l| with(l) && l.basis == Some(basis));
                sum.map(|sum| single(sum, currency)).unwrap_or_default()
            };
            let needed = statement.sum(Measure::ReplacementHours, with)?;
            Some([format!("{needed} {known}"), value(Basis::Generalist), value(Basis::Specialist)])
        };
        let mut replaced: Vec<[String; 3]> = [STATED, AT_LEAST].into_iter().filter_map(row).collect();
        if uses == 0 && contributed.is_none() && replaced.is_empty() {
            continue;
        }
        replaced.resize(replaced.len().max(1), Default::default());
        for (at, replaced) in replaced.into_iter().enumerate() {
            let own = if at == 0 { [uses.to_string(), hours(contributed)] } else { Default::default() };
            let mut row = vec![class.regime().word().to_owned(), class.subregime().to_owned()];
            row.extend(own);
            row.extend(replaced);
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let header = [
        "regime",
        "subregime",
        "uses",
        "hours contributed",
        "hours to make it once again",
        "by a generalist",
        "by specialists",
    ];
    let mut text = format!("\ncommons\n\n{}", aligned(&header, &rows, 2));
    let resources = costs.judged.data.resources.as_deref().unwrap_or_default();
    let silent = statement.assets.iter().filter(|asset| asset.hours.is_none());
    let silent = silent.map(|asset| resources[asset.resource].id.as_str());
    if silent.clone().next().is_some() {
        let _ = writeln!(text, "\nnobody says what it would take to make once again: {}", listed(silent));
    }
    text
}

/// Unpaid work on each basis.
pub(super) fn unpaid(statement: &Statement) -> String {
    let currency = statement.target.currency;
    let mut rows = Vec::new();
    for class in classes(statement) {
        for kind in ["household", "volunteer"] {
            let with = |line: &Line| line.class == class && line.detail == kind;
            let worked = statement.sum(Measure::UnpaidHours, with);
            let silent = statement.count(Measure::UnpaidWithoutHours, with);
            if worked.is_none() && silent == 0 {
                continue;
            }
            let mut row =
                vec![class.regime().word().to_owned(), class.subregime().to_owned(), kind.to_owned()];
            row.push(hours(worked));
            row.extend(Basis::ALL.map(|basis| valued(statement, basis, with, currency)));
            row.push(if silent > 0 { silent.to_string() } else { String::new() });
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let header = [
        "regime",
        "subregime",
        "work",
        "hours",
        "generalist",
        "specialist",
        "opportunity",
        "hours not stated",
    ];
    let mut text = format!(
        "\nunpaid work, on three bases: a band beside the money, never in it\n\n{}",
        aligned(&header, &rows, 3)
    );
    if rows.iter().any(|row| row.iter().any(|cell| cell.contains(" h without"))) {
        text.push('\n');
    }
    for (what, names) in [("tasks", &statement.silent_tasks), ("agents", &statement.silent_agents)] {
        if !names.is_empty() {
            let _ = writeln!(text, "{what} without a wage: {}", listed(names.iter().map(String::as_str)));
        }
    }
    text
}

/// What hours are worth on a basis, and how many have no wage.
fn valued(
    statement: &Statement,
    basis: Basis,
    with: impl Fn(&Line) -> bool,
    currency: crate::base::currency::Currency,
) -> String {
    let on = |line: &Line| with(line) && line.basis == Some(basis);
    let value = statement.sum(Measure::UnpaidWork, on).map(|sum| single(sum, currency));
    let without = statement.sum(Measure::UnpaidUnvalued, on);
    match (value, without) {
        (Some(value), None) => value,
        (Some(value), Some(without)) => format!("{value}, {without} h without a wage"),
        (None, Some(without)) => format!("{without} h without a wage"),
        (None, None) => String::new(),
    }
}
