//! Layer 0: words and numbers that everything else is made of. No IO.

pub mod circulation;
pub mod components;
pub mod currency;
pub mod decimal;
pub mod diagnostic;
pub(crate) mod dispatch;
pub mod exponential;
pub mod file_name;
pub mod float;
pub mod listed;
pub mod money;
pub mod normal;
pub mod period;
pub mod philox;
pub mod progress;
pub mod region;
pub mod split;
pub mod unit;
