//! Layer 7: fair trade and co-operatives: what is paid, whether it is enough, and who gets what.

pub mod books;
pub mod capital;
pub mod drift;
pub mod fees;
pub mod living;
pub mod mass_balance;
pub mod minor;
pub mod pay;
pub mod statements;
pub mod surplus;
pub mod value_equation;
