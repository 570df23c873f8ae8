//! Layer 6: what a result is made of, what it hangs on, and what would change it.

pub mod compare;
pub mod contribution;
pub mod footprints;
pub mod sensitivity;
