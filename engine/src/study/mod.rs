//! Layer 6: what can be asked of true prices: how sure they are.

pub mod sample;
