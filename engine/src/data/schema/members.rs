//! Datasets of co-ops: surplus, members' capital, contributions, and what shows where a co-op drifts.

use super::{Schema, may, must};

/// Surplus by year.
pub const SURPLUSES: Schema = Schema {
    table: "surpluses",
    required: false,
    columns: &[
        must("year"),
        must("surplus"),
        may("member_surplus"),
        may("rules"),
        may("currency"),
        may("cash_rate"),
        may("date"),
        may("note"),
    ],
    key: &["year"],
};

/// Rules by which a surplus is shared out.
pub const SURPLUS_RULES: Schema = Schema {
    table: "surplus_rules",
    required: false,
    columns: &[
        must("set"),
        must("rank"),
        must("id"),
        must("kind"),
        may("of"),
        may("rate"),
        may("charged_to"),
        may("amount"),
        may("to"),
        must("source"),
        must("verification"),
        may("note"),
    ],
    key: &["set", "id"],
};

/// Business of a year with members, and with others.
pub const PATRONAGE: Schema = Schema {
    table: "patronage",
    required: false,
    columns: &[must("year"), may("member"), must("amount"), may("unit"), may("note")],
    key: &["year", "member"],
};

/// Movements on the capital accounts of members.
pub const CAPITAL: Schema = Schema {
    table: "capital",
    required: false,
    columns: &[
        must("id"),
        must("date"),
        must("member"),
        must("kind"),
        must("amount"),
        may("currency"),
        may("year"),
        may("note"),
    ],
    key: &["id"],
};

/// What was contributed, for a value equation.
pub const CONTRIBUTIONS: Schema = Schema {
    table: "contributions",
    required: false,
    columns: &[
        must("id"),
        must("agent"),
        may("date"),
        must("bucket"),
        may("kind"),
        must("amount"),
        may("unit"),
        may("rate"),
        may("paid"),
        may("note"),
    ],
    key: &["id"],
};

/// Parts of an amount that a value equation shares out.
pub const BUCKETS: Schema = Schema {
    table: "buckets",
    required: false,
    columns: &[
        must("id"),
        must("rank"),
        must("percentage"),
        must("of"),
        must("claim"),
        may("to"),
        may("note"),
    ],
    key: &["id"],
};

/// Amounts that a value equation shares out.
pub const DISTRIBUTIONS: Schema = Schema {
    table: "distributions",
    required: false,
    columns: &[must("id"), must("date"), must("amount"), may("currency"), may("left_to"), may("note")],
    key: &["id"],
};

/// What is known of a co-op, year by year.
pub const COOP_YEARS: Schema = Schema {
    table: "years",
    required: false,
    columns: &[
        must("year"),
        may("business"),
        may("business_members"),
        may("pay_highest"),
        may("pay_lowest"),
        may("surplus"),
        may("surplus_to_capital"),
        may("surplus_to_labour"),
        may("surplus_to_members"),
        may("surplus_to_reserves"),
        may("flows"),
        may("flows_conventional"),
        may("decisions_concentration"),
        may("note"),
    ],
    key: &["year"],
};

/// Who decided how much, year by year.
pub const DECISIONS: Schema = Schema {
    table: "decisions",
    required: false,
    columns: &[must("year"), must("body"), must("decisions"), may("note")],
    key: &["year", "body"],
};
