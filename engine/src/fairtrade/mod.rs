//! Layer 7: fair trade and co-operatives: what is paid, whether it is enough, and who gets what.

pub mod capital;
pub mod minor;
pub mod surplus;
