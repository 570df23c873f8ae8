//! Lines: any number of sales, priced by a price book, batch by batch.

pub mod options;
pub mod reject;

pub use options::{Indicators, LineOptions, Role};
pub use reject::{Reason, Rejected};
