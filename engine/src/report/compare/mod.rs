//! A dataset beside scenarios of it: as a table, as columns, as JSON, as a page.

mod causes;
mod columns;
mod drawing;
mod files;
mod json;
mod page;
mod shown;
mod table;

pub use causes::{by_indicator, causes};
pub use columns::comparison;
pub use files::stage;
pub use json::json;
pub use page::page;
pub use table::table;
