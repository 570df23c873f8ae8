//! Layer 6: the books of flows. Double entry over many units, derived by a table of postings that is data.

mod ageing;
mod answers;
mod balance;
mod book;
mod claims;
mod credit;
mod demurrage;
mod embodied;
mod entry;
mod journal;
mod names;
mod pool;
mod rules;
mod statement;
mod value_equation;

pub use ageing::{Ageing, BUCKETS, ageing};
pub use balance::{Balance, balances, replay};
pub use book::{Books, books};
pub use claims::OpenUnits;
pub use credit::{Breach, CreditLine, Position};
pub use embodied::embodied;
pub use entry::{Entry, NotBooked};
pub use journal::{Dated, EmbodiedCost, Journal, NOBODY, Posting, PostingKind, Transaction};
pub use names::Names;
pub use pool::{Claim, Lasting, Part, Pool, Round, Shared};
pub use rules::{DEFAULT_POSTINGS, PostingRules};
pub use statement::{Line, Section, Span, Statement, statement};
pub use value_equation::{Bucket, Distribution, EquationError, Percentage, Shortfall, distribute};
