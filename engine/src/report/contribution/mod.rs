//! Contributions as a table, as columns and as JSON.

mod columns;
mod files;
mod json;
mod table;

pub use columns::{parts, paths};
pub use files::{drawn, encoded};
pub use json::contributions as json;
pub use table::contributions as table;
