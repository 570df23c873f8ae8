//! Layer 6, beside `network` and `ledger`: what moves a result, and results that need no money.

pub mod footprints;
pub mod sensitivity;
