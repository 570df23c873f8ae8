//! A value equation, as tables: who gets what, by which claim, and what is still owed.

use serde_json::json;

use crate::base::decimal::Short;
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::coop::distributions::DistributionRow;
use crate::data::source::Opened;
use crate::fairtrade::value_equation::Shares;
use crate::ledger::{Claim, Lasting, Part, Percentage, Pool};

use super::super::columns::Columns;
use super::source::{coop, lineage};
use super::{CoopReport, Sheet};

/// The answer of `truecost fairtrade value-equation`.
pub fn value_equation(made: &Shares, left_to: Option<&str>, opened: &Opened) -> CoopReport {
    let mut notes: Vec<String> = made
        .rounds
        .iter()
        .map(|(row, shared)| {
            let parts: Vec<String> = made
                .pools
                .iter()
                .zip(&shared.sums)
                .map(|(pool, sum)| format!("{sum} {}", pool.id))
                .chain(shared.left.iter().map(|(_, left)| format!("{left} left")))
                .collect();
            format!("{}: {} {} = {}", row.id, row.amount, made.currency, parts.join(" + "))
        })
        .collect();
    let owed: Money =
        made.pools.iter().flat_map(|pool| pool.claims.iter().filter_map(|c| open(pool, c))).sum();
    if made.pools.iter().any(|pool| pool.lasting == Lasting::Debt) {
        notes.push(format!("still owed after the last distribution: {owed} {}", made.currency));
    }
    CoopReport {
        name: "value-equation",
        sheets: vec![
            Sheet { name: "shares", columns: shares(made) },
            Sheet { name: "parts", columns: parts(made) },
            Sheet { name: "buckets", columns: buckets(made) },
            Sheet { name: "claims", columns: claims(made) },
        ],
        notes,
        pages: Vec::new(),
        lineage: lineage(&[coop(opened)], &json!({"left_to": left_to}), &[]),
        failed: false,
    }
}

/// What is still owed on a debt; other claims owe nothing.
fn open(pool: &Pool, claim: &Claim) -> Option<Money> {
    (pool.lasting == Lasting::Debt).then(|| (claim.amount - claim.paid).or_zero())
}

fn shares(made: &Shares) -> Columns {
    let rows: Vec<(&DistributionRow, &str, Money)> = made
        .rounds
        .iter()
        .flat_map(|(row, shared)| {
            Shares::by_agent(shared).into_iter().map(move |(agent, amount)| (row, agent, amount))
        })
        .collect();
    Columns::of(&rows)
        .text("distribution", |(row, ..)| &row.id)
        .date("date", |(row, ..)| Period::of_day(row.day))
        .text("agent", |(_, agent, _)| *agent)
        .money("amount", |(.., amount)| Some(*amount))
        .text("currency", |_| made.currency.to_string())
        .done()
}

/// A part, or what is left, with its distribution.
struct PartRow<'a> {
    row: &'a DistributionRow,
    part: Option<&'a Part>,
    agent: &'a str,
    amount: Money,
}

fn parts(made: &Shares) -> Columns {
    let mut rows = Vec::new();
    for (row, shared) in &made.rounds {
        rows.extend(shared.parts.iter().map(|part| PartRow {
            row,
            part: Some(part),
            agent: &part.agent,
            amount: part.amount,
        }));
        rows.extend(shared.left.iter().map(|(agent, amount)| PartRow {
            row,
            part: None,
            agent,
            amount: *amount,
        }));
    }
    let pool = |row: &PartRow| row.part.map(|part| &made.pools[part.pool]);
    let claim = |row: &PartRow| {
        let claim = row.part?.claim?;
        pool(row).map(|pool| pool.claims[claim].id.clone())
    };
    Columns::of(&rows)
        .text("distribution", |row| &row.row.id)
        .text("bucket", |row| pool(row).map(|pool| pool.id.clone()).unwrap_or_default())
        .text("contribution", |row| claim(row).unwrap_or_default())
        .text("agent", |row| row.agent)
        .money("claim", |row| row.part?.open)
        .money("amount", |row| Some(row.amount))
        .text("currency", |_| made.currency.to_string())
        .done()
}

fn buckets(made: &Shares) -> Columns {
    let rows: Vec<(&DistributionRow, &Pool, Money)> = made
        .rounds
        .iter()
        .flat_map(|(row, shared)| {
            made.pools.iter().zip(&shared.sums).map(move |(pool, sum)| (row, pool, *sum))
        })
        .collect();
    Columns::of(&rows)
        .text("distribution", |(row, ..)| &row.id)
        .text("bucket", |(_, pool, _)| &pool.id)
        .text("percentage", |(_, pool, _)| Short(&pool.percentage, 15).to_string())
        .text("of", |(_, pool, _)| match pool.of {
            Percentage::Straight => "straight",
            Percentage::Remaining => "remaining",
        })
        .text("claim", |(_, pool, _)| lasting(pool.lasting))
        .money("amount", |(.., sum)| Some(*sum))
        .text("currency", |_| made.currency.to_string())
        .done()
}

fn lasting(lasting: Lasting) -> &'static str {
    match lasting {
        Lasting::Debt => "debt",
        Lasting::Once => "once",
        Lasting::Equity => "equity",
    }
}

fn claims(made: &Shares) -> Columns {
    let rows: Vec<(&Pool, &str, &Claim)> = made
        .pools
        .iter()
        .zip(&made.units)
        .flat_map(|(pool, unit)| pool.claims.iter().map(move |claim| (pool, unit.as_str(), claim)))
        .collect();
    let state = |pool: &Pool, claim: &Claim| match pool.lasting {
        Lasting::Debt if open(pool, claim) == Some(Money::ZERO) => "paid",
        Lasting::Once if claim.paid > Money::ZERO => "used",
        _ => "open",
    };
    Columns::of(&rows)
        .text("contribution", |(.., claim)| &claim.id)
        .text("agent", |(.., claim)| &claim.agent)
        .text("bucket", |(pool, ..)| &pool.id)
        .text("kind", |(pool, ..)| lasting(pool.lasting))
        .money("claim", |(.., claim)| Some(claim.amount))
        .text(
            "unit",
            |(_, unit, _)| if unit.is_empty() { made.currency.to_string() } else { (*unit).to_owned() },
        )
        .money("paid", |(.., claim)| Some(claim.paid))
        .money("owed", |(pool, _, claim)| open(pool, claim))
        .text("state", |(pool, _, claim)| state(pool, claim))
        .done()
}
