//! Supply datasets.

use super::{Schema, may, must};

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
        may("price"),
        may("currency"),
        may("displaces"),
        may("displaced_amount"),
        may("source"),
        may("distribution"),
        may("loc"),
        may("scale"),
        may("shape"),
        may("minimum"),
        may("maximum"),
        may("pedigree"),
        may("basic_variance"),
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
        may("distribution"),
        may("loc"),
        may("scale"),
        may("shape"),
        may("minimum"),
        may("maximum"),
        may("pedigree"),
        may("basic_variance"),
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
        may("distribution"),
        may("loc"),
        may("scale"),
        may("shape"),
        may("minimum"),
        may("maximum"),
        may("pedigree"),
        may("basic_variance"),
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

/// Properties of products.
pub const PROPERTIES: Schema = Schema {
    table: "properties",
    required: false,
    columns: &[
        must("product"),
        may("process"),
        must("property"),
        must("amount"),
        must("unit"),
        may("source"),
    ],
    key: &["product", "process", "property"],
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
