//! What comes back for flows with a value: another leg of the agreement; outside of agreements what was delivered or
//! paid between the same two up to the day, first in first out and up to the amount. Later flows change nothing.

use std::collections::{BTreeMap, HashSet};

use crate::base::money::Money;
use crate::data::flows::Part;
use crate::data::postings::{Answer, BOOKED, Measured, Passes};
use crate::regime::Judged;

use super::entry::{Booked, row};
use super::rules::PostingRules;

/// A part of a flow that one row fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) amount: Money,
    pub(super) answer: Answer,
    /// The row of the lone payment that it was paid with.
    pub(super) booked: Option<usize>,
}

impl Share {
    fn of(amount: Money, answer: Answer) -> Self {
        Self { amount, answer, booked: None }
    }
}

/// What a flow does to the account that two run with each other. On one day all are known in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// It opens a claim, whatever comes back.
    Opens,
    /// No money passes: what the giver owes for it is set off against what it is owed.
    Charges,
    /// It pays what is open; what is over stands alone.
    Pays,
    /// It answers a lone payment; else it is given.
    Answers,
}

/// A flow with the corrections that its day knows, or a later correction.
struct Moment {
    day: i32,
    side: Side,
    root: usize,
    amounts: Vec<usize>,
    /// From the first of the two agents?
    there: bool,
    /// The row of a payment that stands alone.
    alone: Option<usize>,
    /// Has a delivery a row for what a lone payment stood for?
    paid: bool,
}

/// A payment that stands alone, and what of it nothing was delivered for.
struct Lot {
    root: usize,
    row: Option<usize>,
    left: Money,
}

/// The parts of each amount, in its order.
pub(super) fn shares(judged: &Judged, rules: &PostingRules, amounts: &[Booked]) -> Vec<Vec<Share>> {
    let agreements = Agreements::new(judged, amounts);
    let mut all: Vec<Vec<Share>> = Vec::with_capacity(amounts.len());
    let mut roots: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, amount) in amounts.iter().enumerate() {
        let answer = agreements.answer(amount, judged);
        all.push(vec![Share::of(amount.amount, answer)]);
        if amount.measured == Measured::Value && answer == Answer::None {
            roots.entry(judged.data.flows.root(amount.flow)).or_default().push(at);
        }
    }
    let mut pairs: BTreeMap<(usize, usize, &str), Vec<Moment>> = BTreeMap::new();
    for (root, group) in roots {
        let flows = &judged.data.flows;
        let (Some(from), Some(to)) = (flows.from(root), flows.to(root)) else { continue };
        let first = &amounts[group[0]];
        let Some((side, alone, paid)) = side(first, judged, rules).filter(|_| from != to) else { continue };
        let day = |flow: usize| flows.when(flow).first_day().unwrap_or(i32::MIN);
        let (own, later): (Vec<usize>, Vec<usize>) =
            group.into_iter().partition(|at| day(amounts[*at].flow) <= day(root));
        let moments = pairs.entry((from.min(to), from.max(to), first.unit)).or_default();
        let moment = |day, amounts| Moment { day, side, root, amounts, there: from < to, alone, paid };
        moments.push(moment(day(root), own));
        moments.extend(later.into_iter().map(|at| moment(day(amounts[at].flow), vec![at])));
    }
    for mut moments in pairs.into_values() {
        moments.sort_by_key(|moment| (moment.day, moment.side, moment.root, moment.amounts.first().copied()));
        let mut account = Account::default();
        for moment in moments {
            let sums: Vec<Money> = moment.amounts.iter().map(|at| amounts[*at].amount).collect();
            let parts = account.run(&moment, sums.iter().copied().sum());
            for (at, parts) in moment.amounts.iter().zip(laid(&parts, &sums)) {
                all[*at] = parts;
            }
        }
    }
    all
}

/// Which rows of the table owe something, says what a flow does; `None`: it has nothing to do with debts.
fn side(amount: &Booked, judged: &Judged, rules: &PostingRules) -> Option<(Side, Option<usize>, bool)> {
    let roles = ["receivable", "payable"].map(|role| rules.table.role(role));
    let owes = |row: usize| rules.table.rows[row].accounts.iter().any(|name| roles.contains(&name.as_str()));
    let alone = row(amount, Answer::None, judged, rules).ok()?;
    let answered = row(amount, Answer::Account, judged, rules).ok()?;
    let takes = |row: usize| rules.table.rows[row].accounts.iter().any(|name| name == BOOKED);
    let paid = row(amount, Answer::Paid, judged, rules).is_ok_and(takes);
    let [receivable, payable] = roles;
    let [_, giver_credit, receiver_debit, _] = &rules.table.rows[alone].accounts;
    let charges = giver_credit == payable && receiver_debit == receivable;
    match (amount.passes, owes(alone), owes(answered)) {
        (Passes::Unit, true, _) if charges => Some((Side::Charges, None, false)),
        (Passes::Unit, false, true) => Some((Side::Pays, Some(alone), false)),
        (Passes::Goods, true, _) => Some((Side::Opens, None, paid)),
        (Passes::Goods, false, true) if paid => Some((Side::Answers, None, true)),
        _ => None,
    }
}

/// Lays parts over flows that come to their sum: the first flow gets the first parts.
fn laid(parts: &[Share], flows: &[Money]) -> Vec<Vec<Share>> {
    let mut position = Money::ZERO;
    let mut all = Vec::with_capacity(flows.len());
    for flow in flows {
        let (start, end) = (position, position + *flow);
        let (mut low, mut found) = (Money::ZERO, Vec::new());
        for (at, part) in parts.iter().enumerate() {
            let high = low + part.amount;
            let within = |money: Money| {
                let money = if at == 0 { money } else { money.max(low) };
                if at + 1 == parts.len() { money } else { money.min(high) }
            };
            let amount = within(end) - within(start);
            if amount != Money::ZERO {
                found.push(Share { amount, ..*part });
            }
            low = high;
        }
        all.push(found);
        position = end;
    }
    all
}

/// The account that two run with each other in a unit.
#[derive(Default)]
struct Account {
    /// What the second owes the first.
    open: Money,
    /// Lone payments of the second to the first, and of the first to the second, with where the first is of which
    /// something is left.
    lots: [(usize, Vec<Lot>); 2],
}

impl Account {
    fn run(&mut self, moment: &Moment, amount: Money) -> Vec<Share> {
        if amount < Money::ZERO {
            return self.back(moment, -amount);
        }
        let mut parts = Vec::new();
        let mut rest = amount;
        match moment.side {
            Side::Pays => {
                let owed = if moment.there { -self.open } else { self.open };
                let paid = rest.min(owed.max(Money::ZERO));
                self.owe(moment.there, paid);
                rest = rest - paid;
                parts.push(Share::of(paid, Answer::Account));
                let lot = Lot { root: moment.root, row: moment.alone, left: rest };
                self.lots[usize::from(moment.there)].1.push(lot);
            }
            Side::Charges => self.owe(!moment.there, rest),
            Side::Opens | Side::Answers => {
                let (next, lots) = &mut self.lots[usize::from(!moment.there)];
                while let Some(lot) = lots.get_mut(*next).filter(|_| moment.paid && rest > Money::ZERO) {
                    let paid = rest.min(lot.left);
                    (lot.left, rest) = (lot.left - paid, rest - paid);
                    parts.push(Share { amount: paid, answer: Answer::Paid, booked: lot.row });
                    if lot.left == Money::ZERO {
                        *next += 1;
                    }
                }
                if moment.side == Side::Opens {
                    self.owe(moment.there, rest);
                }
            }
        }
        parts.push(Share::of(rest, Answer::None));
        parts.retain(|part| part.amount != Money::ZERO);
        if parts.is_empty() {
            parts.push(Share::of(Money::ZERO, Answer::None));
        }
        parts
    }

    /// The one who gave is owed more.
    fn owe(&mut self, there: bool, amount: Money) {
        self.open = if there { self.open + amount } else { self.open - amount };
    }

    /// Less than was booked: what was delivered is owed back; of a payment first goes what stands alone.
    fn back(&mut self, moment: &Moment, amount: Money) -> Vec<Share> {
        let mut rest = amount;
        let mut parts = Vec::new();
        match moment.side {
            Side::Opens => self.owe(moment.there, -rest),
            Side::Charges => self.owe(!moment.there, -rest),
            Side::Pays => {
                let (_, lots) = &mut self.lots[usize::from(moment.there)];
                for lot in lots.iter_mut().rev().filter(|lot| lot.root == moment.root) {
                    let less = rest.min(lot.left);
                    (lot.left, rest) = (lot.left - less, rest - less);
                }
                self.owe(moment.there, -rest);
                parts.push(Share::of(-rest, Answer::Account));
                rest = amount - rest;
            }
            Side::Answers => {}
        }
        parts.push(Share::of(-rest, Answer::None));
        parts.retain(|part| part.amount != Money::ZERO);
        parts
    }
}

/// Who gives and gets what under agreements.
struct Agreements {
    /// Agents that receive a principal leg.
    get: HashSet<(usize, usize)>,
    /// Agents that deliver one.
    deliver: HashSet<(usize, usize)>,
}

impl Agreements {
    fn new(judged: &Judged, amounts: &[Booked]) -> Self {
        let flows = &judged.data.flows;
        let mut all = Self { get: HashSet::new(), deliver: HashSet::new() };
        for amount in amounts.iter().filter(|amount| amount.measured == Measured::Value) {
            let root = flows.root(amount.flow);
            let Some(agreement) = flows.agreement(root) else { continue };
            let (from, to) = (flows.from(root), flows.to(root));
            if from == to || flows.terms_of(root).part != Part::Principal {
                continue;
            }
            all.get.extend(to.map(|to| (agreement, to)));
            if amount.passes == Passes::Goods {
                all.deliver.extend(from.map(|from| (agreement, from)));
            }
        }
        all
    }

    fn answer(&self, amount: &Booked, judged: &Judged) -> Answer {
        let flows = &judged.data.flows;
        let root = flows.root(amount.flow);
        let Some(agreement) = flows.agreement(root).filter(|_| amount.measured == Measured::Value) else {
            return Answer::None;
        };
        let (from, to) = (flows.from(root), flows.to(root));
        if from.is_some_and(|from| self.get.contains(&(agreement, from))) {
            return Answer::Agreement;
        }
        let delivered = to.is_some_and(|to| self.deliver.contains(&(agreement, to)));
        if amount.passes == Passes::Unit && delivered { Answer::Another } else { Answer::None }
    }
}
