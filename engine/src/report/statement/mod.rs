//! What a network did, by regime, priced and unpriced; and what each flow costs others.

mod columns;
mod explain;
mod files;
mod json;
mod memo;
mod table;

pub use columns::{cost_columns, costs, statement_columns};
pub use explain::explain;
pub use files::{add, section};
pub use json::{json, lineage};
pub use table::text;
