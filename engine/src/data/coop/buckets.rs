//! Buckets: the parts of an amount that contributions have claims on.

use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::schema;
use crate::data::source::Opened;

/// What the percentage of a bucket is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartOf {
    /// Of the whole amount.
    Straight,
    /// Of what earlier buckets leave.
    Remaining,
}

/// How long a claim holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// Until what is owed is paid.
    Debt,
    /// For one distribution.
    Once,
    /// For ever.
    Equity,
}

impl ClaimKind {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Debt => "debt",
            Self::Once => "once",
            Self::Equity => "equity",
        }
    }
}

const PARTS: &[(&str, PartOf)] = &[("straight", PartOf::Straight), ("remaining", PartOf::Remaining)];
const CLAIMS: &[(&str, ClaimKind)] =
    &[("debt", ClaimKind::Debt), ("once", ClaimKind::Once), ("equity", ClaimKind::Equity)];

/// A part of an amount.
#[derive(Clone, Debug)]
pub struct BucketRow {
    /// Id.
    pub id: String,
    /// Its place in the order.
    pub rank: u32,
    /// From 0 to 100.
    pub percentage: Exact,
    /// What it is of.
    pub of: PartOf,
    /// How long its claims hold.
    pub claim: ClaimKind,
    /// Who gets what its claims do not take; `None`: it is left for later buckets.
    pub to: Option<String>,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, by rank. `None`: it is not there.
pub fn buckets(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<BucketRow>> {
    opened.read(&schema::BUCKETS, &(), diagnostics, rows)
}

fn rows(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<BucketRow> {
    let mut all: Vec<BucketRow> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let rank = row.integer("rank", diagnostics);
        let percentage = percentage(&row, diagnostics);
        let of = row.word("of", PARTS, diagnostics);
        let claim = row.word("claim", CLAIMS, diagnostics);
        let to = row.optional_id("to", diagnostics);
        Some(BucketRow {
            id: id?,
            rank: rank?,
            percentage: percentage?,
            of: of?,
            claim: claim?,
            to,
            row: row.row_ref(),
        })
    });
    all.sort_by(|a, b| (a.rank, &a.id).cmp(&(b.rank, &b.id)));
    for pair in all.windows(2).filter(|pair| pair[0].rank == pair[1].rank) {
        let (first, second) = (&pair[0], &pair[1]);
        let message = format!("the buckets `{}` and `{}` have the same rank", first.id, second.id);
        let hint = "what is left for a bucket depends on the order: give each a rank of its own";
        let place = first.row.place().max(second.row.place()).column("rank");
        diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
    }
    all
}

fn percentage(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Exact> {
    let number = row.number("percentage", diagnostics)?;
    if (0.0..=100.0).contains(&number.float) {
        return Some(number.exact);
    }
    let message =
        format!("`percentage` is {}, not from 0 to 100", row.text("percentage").unwrap_or_default());
    let place = row.place().column("percentage");
    let hint = "a bucket takes from nothing to all";
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    None
}
