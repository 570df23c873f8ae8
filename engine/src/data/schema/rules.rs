//! Rules of regimes, and tables of postings.

use super::{Schema, may, must};

/// Rules that say what a flow is.
pub const RULES: Schema = Schema {
    table: "rules",
    required: true,
    columns: &[
        must("rank"),
        must("id"),
        must("when"),
        must("class"),
        must("reason"),
        must("confidence"),
        may("alternative"),
        must("source"),
        may("note"),
    ],
    key: &["id"],
};

/// What lowers the confidence of a rule.
pub const PENALTIES: Schema = Schema {
    table: "penalties",
    required: false,
    columns: &[
        must("code"),
        may("rules"),
        must("when"),
        must("amount"),
        may("alternative"),
        must("source"),
        may("note"),
    ],
    key: &["code", "rules"],
};

/// Rules that say in which mode a flow is given.
pub const MODES: Schema = Schema {
    table: "modes",
    required: false,
    columns: &[must("rank"), must("id"), must("when"), must("mode"), must("source"), may("note")],
    key: &["id"],
};

/// Named sets of values.
pub const SETS: Schema = Schema {
    table: "sets",
    required: false,
    columns: &[must("name"), must("values"), may("note")],
    key: &["name"],
};

/// Where flows are booked.
pub const POSTINGS: Schema = Schema {
    table: "postings",
    required: true,
    columns: &[
        must("rank"),
        must("id"),
        may("class"),
        may("passes"),
        may("measured"),
        may("part"),
        may("answer"),
        may("action"),
        may("when"),
        must("giver_debit"),
        must("giver_credit"),
        must("receiver_debit"),
        must("receiver_credit"),
        must("source"),
        may("note"),
    ],
    key: &["id"],
};

/// Accounts that the books themselves need.
pub const ROLES: Schema = Schema {
    table: "roles",
    required: true,
    columns: &[must("role"), must("account"), may("note")],
    key: &["role"],
};
