//! Layer 6: what a network of agents did.

pub mod commons;
pub mod statement;
mod sums;
pub mod wages;
pub mod work;

pub use statement::{Line, Measure, Statement};
