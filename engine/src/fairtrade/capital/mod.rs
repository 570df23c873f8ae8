//! Capital accounts of members: balances by day, by year of allocation, and what falls due.

mod accounts;
mod movement;

pub use accounts::{CapitalAccounts, CapitalYear, Lot};
pub use movement::{Movement, balances_before};
