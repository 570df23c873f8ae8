//! The columns of every table: what is required, and what makes a row unique.

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Must it be there?
    pub required: bool,
}

/// A table of a dataset.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Name of the file, without its ending.
    pub table: &'static str,
    /// Must the table be there, with a row at least?
    pub required: bool,
    /// Known columns.
    pub columns: &'static [Column],
    /// Columns that make a row unique.
    pub key: &'static [&'static str],
}

const fn must(name: &'static str) -> Column {
    Column { name, required: true }
}

const fn may(name: &'static str) -> Column {
    Column { name, required: false }
}

/// Products.
pub const PRODUCTS: Schema = Schema {
    table: "products",
    required: true,
    columns: &[must("id"), must("name"), must("unit"), may("mass_kg"), may("category")],
    key: &["id"],
};

/// Processes.
pub const PROCESSES: Schema = Schema {
    table: "processes",
    required: true,
    columns: &[
        must("id"),
        must("product"),
        must("amount"),
        must("unit"),
        must("region"),
        may("period"),
        may("stage"),
        may("share"),
        may("allocation"),
        may("source"),
    ],
    key: &["id", "product"],
};

/// Inputs of processes.
pub const INPUTS: Schema = Schema {
    table: "inputs",
    required: false,
    columns: &[
        must("process"),
        must("product"),
        must("amount"),
        must("unit"),
        may("origin"),
        may("supplier"),
        may("cutoff"),
        may("source"),
    ],
    key: &["process", "product", "origin", "supplier"],
};

/// Interventions of processes.
pub const INTERVENTIONS: Schema = Schema {
    table: "interventions",
    required: false,
    columns: &[
        must("process"),
        must("indicator"),
        must("amount"),
        must("unit"),
        may("method"),
        may("subject"),
        may("source"),
        may("verification"),
    ],
    key: &["process", "indicator", "subject"],
};

/// Prices.
pub const PRICES: Schema = Schema {
    table: "prices",
    required: false,
    columns: &[
        must("product"),
        may("origin"),
        must("amount"),
        must("currency"),
        may("quantity"),
        must("unit"),
        may("mass_kg"),
        must("date"),
        must("vat"),
        may("region"),
        may("item"),
        must("source"),
        may("verification"),
    ],
    key: &["product", "origin", "date"],
};

/// What the chain already pays.
pub const PAID: Schema = Schema {
    table: "paid",
    required: false,
    columns: &[
        must("process"),
        must("indicator"),
        must("amount"),
        must("currency"),
        may("year"),
        must("source"),
    ],
    key: &["process", "indicator"],
};

/// Public support.
pub const SUPPORT: Schema = Schema {
    table: "support",
    required: false,
    columns: &[
        must("process"),
        must("kind"),
        must("amount"),
        must("currency"),
        may("year"),
        may("useful_life_years"),
        may("benchmark"),
        may("paid"),
        must("source"),
    ],
    key: &["process", "kind", "source"],
};

/// Indicators.
pub const INDICATORS: Schema = Schema {
    table: "indicators",
    required: false,
    columns: &[
        must("id"),
        must("name"),
        must("dimension"),
        must("unit"),
        may("kind"),
        may("substance"),
        may("compartment"),
        may("source"),
        may("note"),
    ],
    key: &["id"],
};

/// Factors.
pub const FACTORS: Schema = Schema {
    table: "factors",
    required: true,
    columns: &[
        must("indicator"),
        may("variant"),
        may("lower"),
        must("central"),
        may("upper"),
        must("unit"),
        may("currency"),
        may("price_year"),
        may("region"),
        may("emission_year"),
        must("transfer"),
        may("cost_types"),
        may("method"),
        must("source"),
        must("verification"),
        may("note"),
    ],
    key: &["indicator", "variant", "method", "region", "emission_year"],
};

/// Measures of the same thing.
pub const EXCLUSIVE: Schema = Schema {
    table: "exclusive",
    required: false,
    columns: &[must("group"), must("rank"), must("indicator")],
    key: &["group", "indicator"],
};

/// A set made of other sets.
pub const COMPOSITE: Schema = Schema {
    table: "composite",
    required: true,
    columns: &[must("indicator"), must("set"), may("variant")],
    key: &["indicator"],
};

/// A price index.
pub const INDEX: Schema = Schema {
    table: "index",
    required: true,
    columns: &[must("year"), must("value"), must("source"), must("verification")],
    key: &["year"],
};

/// Exchange rates.
pub const RATES: Schema = Schema {
    table: "rates",
    required: true,
    columns: &[must("currency"), must("year"), must("units_per_base"), must("source"), must("verification")],
    key: &["currency", "year"],
};

/// GDP per head in PPP.
pub const INCOME: Schema = Schema {
    table: "income",
    required: true,
    columns: &[must("region"), must("year"), must("value"), must("source"), must("verification")],
    key: &["region", "year"],
};

/// The tree of regions.
pub const REGIONS: Schema = Schema {
    table: "regions",
    required: true,
    columns: &[must("code"), must("name"), must("level"), may("parent")],
    key: &["code"],
};

/// Units.
pub const UNITS: Schema = Schema {
    table: "units",
    required: true,
    columns: &[
        must("code"),
        must("name"),
        must("numerator"),
        must("denominator"),
        must("m"),
        must("kg"),
        must("s"),
        must("A"),
        must("K"),
        must("mol"),
        must("cd"),
        must("count"),
        must("metric"),
        may("kind"),
        may("aliases"),
    ],
    key: &["code"],
};

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

/// Licences, by what they let others do.
pub const LICENCES: Schema = Schema {
    table: "licences",
    required: true,
    columns: &[must("id"), must("osi"), must("fsf"), may("class"), may("note")],
    key: &["id"],
};

/// Actions: what events of Valueflows do.
pub const ACTIONS: Schema = Schema {
    table: "actions",
    required: true,
    columns: &[
        must("id"),
        must("quantity"),
        must("side"),
        must("passes"),
        must("implied"),
        may("accounting"),
        may("onhand"),
        may("accountable"),
        may("status"),
        may("note"),
        must("source"),
    ],
    key: &["id"],
};

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

/// Every schema of the reference page on datasets, for documents and tests.
pub const ALL: &[Schema] = &[
    PRODUCTS,
    PROCESSES,
    INPUTS,
    INTERVENTIONS,
    PRICES,
    PAID,
    SUPPORT,
    INDICATORS,
    FACTORS,
    EXCLUSIVE,
    COMPOSITE,
    INDEX,
    RATES,
    INCOME,
    REGIONS,
    UNITS,
    LICENCES,
    ACTIONS,
];

/// The tables of a flow dataset.
pub const FLOW_TABLES: &[Schema] =
    &[AGENTS, FLOWS, AGREEMENTS, MEMBERSHIPS, RESOURCES, FLOW_UNITS, ACCOUNTS, WAGES];

/// The tables of a set of rules.
pub const RULE_TABLES: &[Schema] = &[RULES, PENALTIES, MODES, SETS];

/// The tables of a table of postings.
pub const POSTING_TABLES: &[Schema] = &[POSTINGS, ROLES];
