//! Flow datasets.

use super::{Schema, may, must};

/// Agents: who gives and who receives.
pub const AGENTS: Schema = Schema {
    table: "agents",
    required: true,
    columns: &[
        must("id"),
        may("name"),
        may("kind"),
        may("household"),
        may("commune"),
        may("control"),
        may("region"),
        may("source"),
    ],
    key: &["id"],
};

/// Flows: what passes from one agent to another.
pub const FLOWS: Schema = Schema {
    table: "flows",
    required: true,
    columns: &[
        must("id"),
        must("from"),
        must("to"),
        may("date"),
        may("action"),
        may("resource"),
        may("quantity"),
        may("unit"),
        may("value"),
        may("unit_of_account"),
        may("price_basis"),
        may("counterflow_kind"),
        may("contracted"),
        may("compelled"),
        may("relation"),
        may("access_scope"),
        may("rival"),
        may("excludable"),
        may("licence"),
        may("certification"),
        may("agreement"),
        may("part"),
        may("corrects"),
        may("declared"),
        may("source"),
        may("note"),
    ],
    key: &["id"],
};

/// Agreements: flows that were agreed together.
pub const AGREEMENTS: Schema = Schema {
    table: "agreements",
    required: false,
    columns: &[
        must("id"),
        may("name"),
        may("price_basis"),
        may("contracted"),
        may("compelled"),
        may("access_scope"),
        may("certification"),
        may("source"),
    ],
    key: &["id"],
};

/// Memberships of agents in bodies.
pub const MEMBERSHIPS: Schema = Schema {
    table: "memberships",
    required: false,
    columns: &[must("agent"), must("body"), may("from"), may("until"), may("source")],
    key: &["agent", "body", "from"],
};

/// Resources: what passes.
pub const RESOURCES: Schema = Schema {
    table: "resources",
    required: false,
    columns: &[
        must("id"),
        may("name"),
        may("kind"),
        may("rival"),
        may("excludable"),
        may("licence"),
        may("product"),
        may("origin"),
        may("task"),
        may("replacement_hours"),
        may("source"),
    ],
    key: &["id"],
};

/// Wages: what an hour of work is worth, on which basis.
pub const WAGES: Schema = Schema {
    table: "wages",
    required: false,
    columns: &[
        must("basis"),
        may("task"),
        may("agent"),
        must("amount"),
        must("currency"),
        must("year"),
        must("source"),
    ],
    key: &["basis", "task", "agent"],
};

/// Units of account and units of things, beside those that are known everywhere.
pub const FLOW_UNITS: Schema = Schema {
    table: "units",
    required: false,
    columns: &[
        must("id"),
        may("name"),
        must("kind"),
        may("decimals"),
        may("limits"),
        may("demurrage"),
        may("demurrage_every"),
        may("demurrage_to"),
        may("source"),
    ],
    key: &["id"],
};

/// What agents have in a unit to begin with, and how far their balance may go.
pub const ACCOUNTS: Schema = Schema {
    table: "accounts",
    required: false,
    columns: &[
        must("agent"),
        must("unit"),
        may("opening"),
        may("date"),
        may("credit_limit"),
        may("max_balance"),
        may("source"),
    ],
    key: &["agent", "unit"],
};
