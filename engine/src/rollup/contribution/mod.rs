//! What a footprint is made of: by supplier tier, and by structural path.

pub mod paths;
pub mod tiers;

pub use paths::{Bound, Path, Paths, absolute, paths};
pub use tiers::{Passing, Tiers, Walk, tiers};
