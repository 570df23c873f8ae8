//! Factor sets.

use super::{Schema, may, must};

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
