//! Scenarios: changes laid over a dataset, each with a cause that has a name.

mod amounts;
mod apply;
mod build;
mod change;
mod doc;
mod fields;
mod file;
mod folder;
mod given;
mod mix;
mod passed_on;
mod select;
mod supplier;
mod tax;
mod wage;

pub use apply::{Base, Changed};
pub use change::{Change, Scenario};
pub use fields::json_schema;
pub use given::Given;
