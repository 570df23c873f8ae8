//! Layer 1: datasets as typed rows. Only [`source`], [`lines`] and [`mod@write`] touch files.

pub mod actions;
mod band;
pub mod bound;
pub mod cells;
pub mod coop;
mod csv;
mod factor_checks;
pub mod factors;
pub mod flows;
pub mod hash;
pub mod importers;
pub mod interventions;
mod library;
pub mod licences;
pub mod lines;
pub mod manifest;
pub mod parquet;
pub mod postings;
pub mod price_list;
mod quotes;
pub mod reference;
pub mod regimes;
pub mod schema;
pub mod source;
pub mod supply;
pub mod table;
pub mod write;
