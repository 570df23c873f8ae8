//! Rows that are laid over the tables of a supply dataset by their keys.

mod keyed;
mod lay;
mod rows;

pub use keyed::{Amounted, Keyed};
pub use lay::{Collision, Laying};
pub use rows::{OVERLAID, Rows, schema_of};
