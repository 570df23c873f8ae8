//! Layer 6: what a result is made of, what it hangs on, what would change it, and how sure it is.

pub mod compare;
pub mod contribution;
pub mod footprints;
pub mod multipliers;
pub mod sample;
pub mod sensitivity;
