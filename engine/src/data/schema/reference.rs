//! Reference tables.

use super::{Schema, may, must};

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

/// Licences, by what they let others do.
pub const LICENCES: Schema = Schema {
    table: "licences",
    required: true,
    columns: &[must("id"), must("osi"), must("fsf"), may("class"), may("note")],
    key: &["id"],
};

/// Uncertainty factors of scores of data quality.
pub const PEDIGREE: Schema = Schema {
    table: "pedigree",
    required: true,
    columns: &[
        must("aspect"),
        must("score"),
        must("factor"),
        may("meaning"),
        must("source"),
        may("verification"),
    ],
    key: &["aspect", "score"],
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
