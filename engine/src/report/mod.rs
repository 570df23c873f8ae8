//! Layer 8: results for people and programs: tables, files, pages, lineage.

pub mod accounts;
pub mod allocation;
pub mod catalogue;
pub mod cell;
pub mod columns;
pub mod compare;
pub mod contribution;
pub mod coop;
pub mod coverage;
pub mod display;
pub mod explain;
pub mod files;
pub mod footprints;
pub mod html;
pub mod interop;
pub mod json;
pub mod lines;
pub mod multipliers;
pub mod one_file;
pub mod parquet;
pub mod price_book;
pub mod products;
pub mod regimes;
pub mod sankey;
pub mod sensitivity;
pub mod statement;
pub mod table;
pub mod template;
pub mod uncertainty;
mod web;
#[cfg(feature = "xlsx")]
pub mod xlsx;
