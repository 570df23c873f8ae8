//! Layer 3: what a flow is, by rules that are data.

mod check;
mod classify;
mod diff;
mod expression;
mod judged;
mod judgement;
mod lanes;
mod rules;
mod settle;
mod shares;
mod summary;
mod verdict;

pub use check::{Finding, check};
pub use classify::{Classified, classify};
pub use diff::{Change, diff};
pub use expression::{Expression, Truth};
pub use judged::Judged;
pub use judgement::Judgement;
pub use rules::{DEFAULT_RULES, Rules};
pub use settle::{Effect, Gain, Open, settle};
pub use shares::{Hybrid, Hybrids, WHOLE};
pub use summary::{By, Cell, Line, Span, Sum, Summary, Total, summary};
pub use verdict::{Candidate, Reason, Verdict};
