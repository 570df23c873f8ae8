//! The distribution of a surplus as postings: debits and credits of each year are equal.

use crate::base::money::Money;

use super::shares::{Step, YearShares};

/// The account a surplus stands on before it is shared out.
pub const NET_MARGIN: &str = "equity:net-margin";

/// A posting: debits above 0, credits below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Account.
    pub account: String,
    /// The member it is owed to or kept for, where it is one's.
    pub member: Option<String>,
    /// Debit above 0, credit below.
    pub amount: Money,
}

/// The postings of a year. Parts for one account are one posting; those of members are one each if `by_member`.
pub fn journal(shares: &YearShares, by_member: bool) -> Vec<Posting> {
    let posting = |account: &str, amount| Posting { account: account.to_owned(), member: None, amount };
    let mut postings: Vec<Posting> = Vec::new();
    let mut add =
        |account: &str, amount: Money| match postings.iter_mut().find(|posting| posting.account == account) {
            Some(found) => found.amount = found.amount + amount,
            None => postings.push(posting(account, amount)),
        };
    for line in &shares.lines {
        match line.step {
            Step::Loss if !line.to.is_empty() => {
                add(&line.to, -line.amount);
                add(NET_MARGIN, line.amount);
            }
            Step::Surplus if line.amount > Money::ZERO => add(NET_MARGIN, line.amount),
            Step::Cash | Step::Retained | Step::Interest if by_member => {}
            step if step.is_part() => add(&line.to, -line.amount),
            _ => {}
        }
    }
    if by_member {
        for member in &shares.members {
            let parts = [member.cash, member.retained, member.interest];
            for (account, part) in shares.accounts.iter().zip(parts) {
                let member = Some(member.member.clone());
                postings.push(Posting { account: account.clone(), member, amount: -part });
            }
        }
    }
    postings.retain(|posting| posting.amount != Money::ZERO);
    postings
}
