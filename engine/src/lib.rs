//! True-cost pricing: external costs along whole supply chains, added to prices, exactly.

pub mod base;
pub mod chain;
pub mod data;
pub mod pricing;
pub mod rollup;
pub mod valuation;
