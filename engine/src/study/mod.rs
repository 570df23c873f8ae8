//! Layer 6: what a result rests on, and what would change it.

pub mod compare;
