//! Value equations of a dataset: its buckets, the claims of its contributions, one distribution after another.

use std::collections::BTreeMap;

use super::minor::Minor;
use crate::base::currency::Currency;
use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::money::{Money, Overflow};
use crate::data::cells::RowRef;
use crate::data::coop::buckets::{BucketRow, ClaimKind, PartOf, buckets};
use crate::data::coop::contributions::{Contribution, contributions};
use crate::data::coop::distributions::{DistributionRow, distributions};
use crate::data::source::Opened;
use crate::ledger::{Claim, EquationError, Lasting, Percentage, Pool, Round, Shared};

/// Distributions with what they were made of.
#[derive(Clone, Debug)]
pub struct Shares {
    /// Currency of all of them.
    pub currency: Currency,
    /// Buckets with their claims, as they are after the last distribution.
    pub pools: Vec<Pool>,
    /// Unit of the claims of each bucket; empty: money.
    pub units: Vec<String>,
    /// Distributions by day, with how each was shared out.
    pub rounds: Vec<(DistributionRow, Shared)>,
}

impl Shares {
    /// Do all parts of every distribution add up to it?
    pub fn adds_up(&self) -> bool {
        self.rounds.iter().all(|(row, shared)| {
            let parts: Money = shared.parts.iter().map(|part| part.amount).sum();
            let left = shared.left.as_ref().map(|(_, left)| *left).unwrap_or_default();
            parts + left == row.amount && shared.sums.iter().copied().sum::<Money>() == parts
        })
    }

    /// What each agent gets of a distribution.
    pub fn by_agent(shared: &Shared) -> BTreeMap<&str, Money> {
        let mut sums = BTreeMap::new();
        let parts = shared.parts.iter().map(|part| (part.agent.as_str(), part.amount));
        for (agent, amount) in parts.chain(shared.left.iter().map(|(to, left)| (to.as_str(), *left))) {
            let sum = sums.entry(agent).or_insert(Money::ZERO);
            *sum = *sum + amount;
        }
        sums
    }
}

/// Shares out the distributions of a dataset. `left_to`: who gets what no bucket takes, where a distribution does not say.
pub fn value_equation(
    opened: &mut Opened,
    left_to: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<Shares> {
    let before = diagnostics.errors();
    let tables = [
        ("contributions", opened.has("contributions")),
        ("buckets", opened.has("buckets")),
        ("distributions", opened.has("distributions")),
    ];
    let given = contributions(opened, diagnostics);
    let parts = buckets(opened, diagnostics);
    let rows = distributions(opened, diagnostics);
    for (table, _) in tables.into_iter().filter(|(_, there)| !there) {
        let message = format!("the table `{table}` is missing");
        let hint = "a value equation needs contributions, the buckets they have claims on, and distributions";
        let place = Place::file(opened.source.file_label(table));
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
    }
    let (given, parts, rows) = (given?, parts?, rows?);
    let currency = currency(&rows, diagnostics)?;
    check_buckets(&given, &parts, diagnostics);
    let (pools, units) = pools(&given, &parts, currency, diagnostics);
    if diagnostics.errors() > before {
        return None;
    }
    let shares = run(pools, units, rows, (currency, left_to, &parts), diagnostics)?;
    if !shares.adds_up() {
        let message = "the parts of a distribution do not add up to it";
        let hint = "this is a fault of the program: please report it with the dataset";
        diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).hint(hint));
        return None;
    }
    Some(shares)
}

/// The one currency of all distributions.
fn currency(rows: &[DistributionRow], diagnostics: &mut Diagnostics) -> Option<Currency> {
    let Some(first) = rows.first() else {
        // Rows that could not be read were reported.
        if !diagnostics.has_errors() {
            let message = "the table `distributions` has no row";
            diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message));
        }
        return None;
    };
    if let Some(other) = rows.iter().find(|row| row.currency != first.currency) {
        let message =
            format!("this is in {}, an earlier distribution is in {}", other.currency, first.currency);
        let hint = "claims are paid in one currency";
        let place = other.row.place().column("currency");
        diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
        return None;
    }
    Some(first.currency)
}

fn check_buckets(given: &[Contribution], parts: &[BucketRow], diagnostics: &mut Diagnostics) {
    for row in given {
        if parts.iter().all(|part| part.id != row.bucket) {
            let message = format!("there is no bucket `{}`", row.bucket);
            let hint = match diagnostics.nearest(&row.bucket, parts.iter().map(|part| part.id.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add it to the table `buckets`".to_owned(),
            };
            let place = row.row.place().column("bucket");
            diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
        }
    }
}

fn pools(
    given: &[Contribution],
    parts: &[BucketRow],
    currency: Currency,
    diagnostics: &mut Diagnostics,
) -> (Vec<Pool>, Vec<String>) {
    let mut pools = Vec::new();
    let mut units = Vec::new();
    for part in parts {
        let own: Vec<&Contribution> = given.iter().filter(|row| row.bucket == part.id).collect();
        units.push(unit(&own, part, currency, diagnostics));
        let claims = own.iter().filter_map(|row| claim(row, part, currency, diagnostics)).collect();
        pools.push(Pool {
            id: part.id.clone(),
            percentage: part.percentage.clone(),
            of: match part.of {
                PartOf::Straight => Percentage::Straight,
                PartOf::Remaining => Percentage::Remaining,
            },
            lasting: match part.claim {
                ClaimKind::Debt => Lasting::Debt,
                ClaimKind::Once => Lasting::Once,
                ClaimKind::Equity => Lasting::Equity,
            },
            to: part.to.clone(),
            claims,
        });
    }
    (pools, units)
}

/// The unit of a claim: money if it has a rate or says so; empty.
fn unit_of(row: &Contribution, currency: Currency) -> &str {
    if row.rate.is_some() || row.unit == currency.code() { "" } else { &row.unit }
}

/// The one unit of all claims on a bucket; a debt is money.
fn unit(
    rows: &[&Contribution],
    part: &BucketRow,
    currency: Currency,
    diagnostics: &mut Diagnostics,
) -> String {
    let first = if part.claim == ClaimKind::Debt {
        ""
    } else {
        rows.first().map(|row| unit_of(row, currency)).unwrap_or_default()
    };
    for row in rows.iter().filter(|row| unit_of(row, currency) != first) {
        let named = |unit: &str| if unit.is_empty() { currency.to_string() } else { format!("`{unit}`") };
        let message = format!(
            "the claim of `{}` is in {}, those on the bucket `{}` are in {}",
            row.id,
            named(unit_of(row, currency)),
            part.id,
            named(first)
        );
        let hint = "fill `rate`, money for a unit: the claim is then amount x rate";
        let place = row.row.place().column("unit");
        diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
    }
    first.to_owned()
}

/// What a contribution counts for; a debt is owed, and was paid, in whole minor units.
fn claim(
    row: &Contribution,
    part: &BucketRow,
    currency: Currency,
    diagnostics: &mut Diagnostics,
) -> Option<Claim> {
    let whole = |value: &Exact| match part.claim {
        ClaimKind::Debt => Minor::of(currency).round(value),
        ClaimKind::Once | ClaimKind::Equity => Money::round(value),
    };
    let counted = row.rate.as_ref().map_or_else(|| row.amount.clone(), |rate| rate * &row.amount);
    let amount = kept(&row.row, "amount", whole(&counted), diagnostics);
    let paid = kept(&row.row, "paid", whole(&row.paid), diagnostics);
    let (amount, paid) = (amount?, paid?);
    if part.claim == ClaimKind::Debt && paid > amount {
        let message = format!("{paid} were paid on `{}`, which is a debt of {amount}", row.id);
        let place = row.row.place().column("paid");
        diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place));
    }
    Some(Claim { id: row.id.clone(), agent: row.agent.clone(), day: row.day, amount, paid })
}

fn kept(
    row: &RowRef,
    column: &str,
    money: Result<Money, Overflow>,
    diagnostics: &mut Diagnostics,
) -> Option<Money> {
    let money = money.ok();
    if money.is_none() {
        let message = "the claim is too large to be kept exactly";
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(row.place().column(column)));
    }
    money
}

fn run(
    mut pools: Vec<Pool>,
    units: Vec<String>,
    rows: Vec<DistributionRow>,
    (currency, left_to, parts): (Currency, Option<&str>, &[BucketRow]),
    diagnostics: &mut Diagnostics,
) -> Option<Shares> {
    let mut rounds = Vec::new();
    for row in rows {
        let left_to = row.left_to.as_deref().or(left_to);
        let digits = currency.minor_digits();
        let round = Round { day: row.day, amount: row.amount, digits, left_to };
        match round.distribute(&mut pools) {
            Ok(shared) => rounds.push((row, shared)),
            Err(error) => {
                diagnostics.push(problem(&error, &row, parts));
                return None;
            }
        }
    }
    Some(Shares { currency, pools, units, rounds })
}

fn problem(error: &EquationError, row: &DistributionRow, parts: &[BucketRow]) -> Diagnostic {
    if let EquationError::Stranded(left) = error {
        let message = format!("{left} of the distribution `{}` are left that no claim takes", row.id);
        let hint = "name who gets it in `left_to` or with --left-to; or who gets what is left of a bucket in its `to`";
        let place = row.row.place().column("left_to");
        return Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint);
    }
    let over = || {
        let mut sum = zero();
        let is_over = |part: &&BucketRow| {
            sum += if part.of == PartOf::Straight { part.percentage.clone() } else { zero() };
            sum > Exact::from_integer(100.into())
        };
        parts.iter().find(is_over).or(parts.last())
    };
    let place = match error {
        EquationError::TooMuch => over().map(|part| part.row.place().column("percentage")),
        _ => Some(row.row.place()),
    };
    let diagnostic = Diagnostic::error(codes::BAD_VALUE, error.to_string());
    match place {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}
