//! Layer 6: what a result is made of, and what it hangs on.

pub mod contribution;
pub mod footprints;
pub mod sensitivity;
