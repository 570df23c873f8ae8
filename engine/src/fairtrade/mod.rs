//! Layer 7: fair trade and co-operatives: what is paid, whether it is enough, and who gets what.

pub mod books;
pub mod living;
pub mod mass_balance;
pub mod pay;
pub mod statements;
