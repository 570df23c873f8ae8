//! True-cost pricing: external costs along whole supply chains, added to prices, exactly.
//!
//! Data flows one way, and each module uses only those above it:
//! [`base`] → [`data`] → [`chain`] → [`rollup`] → [`valuation`] → [`pricing`] → [`report`] → `cli`, and beside the
//! chain [`flows`] and [`regime`], whose flows are priced by [`pricing`] and summed up by [`network`]. [`study`] says what a
//! result is made of, what it hangs on and what would change it. [`fairtrade`] keeps the accounts of a co-op: pay, living
//! wages, statements, surplus.
//! Only [`data::source`] and [`data::write`] touch files; no stage reads a clock, the environment or random state.

pub mod base;
pub mod chain;
#[cfg(feature = "cli")]
pub mod cli;
pub mod data;
pub mod fairtrade;
pub mod flows;
pub mod ledger;
pub mod network;
pub mod pricing;
pub mod regime;
pub mod report;
pub mod rollup;
pub mod study;
pub mod valuation;
