//! Lines: any number of sales, priced by a price book, batch by batch.

mod codes;
mod costs;
mod exact;
mod facts;
mod goods;
mod index;
mod kernel;
mod keys;
mod made;
mod numbers;
pub mod options;
mod plan;
pub mod pricer;
mod rates;
pub mod reject;
pub mod summary;
#[cfg(test)]
mod tests;
mod texts;
mod why;
pub mod widen;
pub mod worker;

pub use options::{Indicators, LineOptions, Role};
pub use pricer::Pricer;
pub use reject::{Reason, Rejected};
pub use summary::Summary;
pub use widen::{widened, widened_schema};
pub use worker::{Priced, Worker};
