//! Where the cost of a product comes from, as a drawing: suppliers on the left, the product on the right, bands as wide as
//! the external cost that comes with what is delivered.

mod layout;
mod svg;
#[cfg(test)]
pub(in crate::report) mod tests;
mod vega;

pub use layout::{Band, Bar, Layout, layout};
pub(in crate::report) use svg::drawing;
pub use svg::svg;
pub use vega::vega;
