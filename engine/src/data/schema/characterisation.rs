//! Characterisation: how much of an indicator one unit of a flow is.

use super::{Schema, may, must};

/// Factors of characterisation.
pub const CHARACTERISATION: Schema = Schema {
    table: "characterisation",
    required: true,
    columns: &[
        must("flow"),
        may("compartment"),
        must("flow_unit"),
        must("indicator"),
        must("factor"),
        must("unit"),
        may("method"),
        must("source"),
        may("verification"),
        may("note"),
    ],
    key: &["flow", "compartment", "indicator"],
};
