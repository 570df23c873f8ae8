//! What holds of any surplus and any value equation: parts add up, nobody is off by a whole cent, order does not show.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use truecost::base::currency::Currency;
use truecost::base::decimal::Exact;
use truecost::base::diagnostic::Diagnostics;
use truecost::base::money::Money;
use truecost::data::cells::RowRef;
use truecost::data::coop::patronage::Patronage;
use truecost::data::coop::surplus_rules::{Base, ChargedTo, RuleKind, SurplusRule};
use truecost::data::coop::surpluses::Surplus;
use truecost::data::reference::Verification;
use truecost::fairtrade::fees::{Fee, OrderLine, fees, sums};
use truecost::fairtrade::surplus::{RuleSet, Sharing, Step, YearShares, journal, share_out};
use truecost::ledger::{Claim, Lasting, Percentage, Pool, Round};

fn row() -> RowRef {
    RowRef { file: "made-up.csv".into(), row: 2 }
}

fn exact(numerator: i64, denominator: i64) -> Exact {
    Exact::new(numerator.into(), denominator.into())
}

/// Cents as money.
fn cents(cents: i64) -> Money {
    Money::round(&exact(cents, 100)).unwrap()
}

fn rule(rank: u32, kind: RuleKind, to: &str) -> SurplusRule {
    SurplusRule {
        set: "own".to_owned(),
        rank,
        id: format!("r{rank}"),
        kind,
        to: to.to_owned(),
        source: "made up".to_owned(),
        verification: Verification::Unverified,
        note: String::new(),
        row: row(),
    }
}

/// Reserves in thousandths with their base and whom they are charged to.
fn rules(reserves: &[(i64, bool, usize)], cash: i64) -> RuleSet {
    let charged = [ChargedTo::Members, ChargedTo::NonMembers, ChargedTo::Both];
    let mut rules: Vec<SurplusRule> = reserves
        .iter()
        .zip(1..)
        .map(|(&(rate, total, to), rank)| {
            let of = if total { Base::Total } else { Base::Members };
            let kind = RuleKind::Reserve { of, rate: exact(rate, 1000), charged_to: charged[to] };
            rule(rank, kind, &format!("equity:reserve-{rank}"))
        })
        .collect();
    rules.push(rule(90, RuleKind::NonMembers, "equity:others"));
    rules.push(rule(91, RuleKind::Cash { rate: Some(exact(cash, 1000)) }, "liabilities:payable"));
    rules.push(rule(92, RuleKind::Retained, "equity:capital"));
    RuleSet { name: "own".to_owned(), rules, manifest: None, hash: None }
}

fn shared(total: i64, members: i64, rules: &RuleSet, business: &[i64]) -> Option<YearShares> {
    let surplus = Surplus {
        year: 2024,
        amount: cents(total),
        member_surplus: Some(cents(members)),
        rules: None,
        currency: Currency::from_code("EUR").unwrap(),
        cash_rate: None,
        day: None,
        row: row(),
    };
    let patronage: Vec<Patronage> = business
        .iter()
        .enumerate()
        .map(|(at, amount)| Patronage {
            year: 2024,
            member: Some(format!("m{at}")),
            amount: exact(*amount, 7),
            unit: String::new(),
            row: row(),
        })
        .collect();
    let sharing =
        Sharing { surplus: &surplus, rules, cash_rate: None, patronage: Some(&patronage), capital: None };
    share_out(&sharing, &mut Diagnostics::new())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Parts, sides, members and postings add up to the surplus; cash is the whole cents of the rate; what members share differs
    /// from their quota by less than a cent, and by no more than one between equals.
    #[test]
    fn a_surplus_is_shared_out_to_the_last_cent(
        (total, part) in (1..10_000_000_i64, 0..=1000_i64),
        reserves in proptest::collection::vec((0..200_i64, any::<bool>(), 0..3_usize), 0..4),
        cash in 0..=1000_i64,
        business in proptest::collection::vec(0..50_i64, 1..12),
    ) {
        let members = total * part / 1000;
        let Some(found) = shared(total, members, &rules(&reserves, cash), &business) else {
            // One side may be charged with more than it is; never where both bear it, or members a part of their own.
            prop_assert!(reserves.iter().any(|(_, total, to)| *to == 1 || (*to == 0 && *total)));
            return Ok(());
        };
        prop_assert!(found.adds_up());
        let parts: Money = found.lines.iter().filter(|l| l.step.is_part()).map(|l| l.amount).sum();
        prop_assert_eq!(parts, cents(total));
        prop_assert_eq!(journal(&found, true).iter().map(|p| p.amount).sum::<Money>(), Money::ZERO);
        prop_assert_eq!(journal(&found, false).iter().map(|p| p.amount).sum::<Money>(), Money::ZERO);
        let distributable = found.sum(Step::Distributable).exact();
        let all: i64 = business.iter().sum();
        if all == 0 {
            prop_assert_eq!(found.sum(Step::Unshared).exact(), distributable);
            return Ok(());
        }
        let cent = exact(1, 100);
        for (at, member) in found.members.iter().enumerate() {
            let own: i64 = business[member.member[1..].parse::<usize>().unwrap()];
            let quota = &distributable * exact(own, all);
            let off = member.share.exact() - quota;
            prop_assert!(off < cent && -off < cent, "{} of {:?}", member.member, business);
            let paid = member.cash.exact();
            let whole = member.share.exact() * exact(cash, 1000);
            prop_assert!(paid <= whole && whole < &paid + &cent);
            for other in &found.members[at..] {
                if other.patronage == member.patronage {
                    let differ = member.share.exact() - other.share.exact();
                    prop_assert!(differ <= cent && -differ <= cent);
                }
            }
        }
    }

    /// Who stands first in the table gets no more for it.
    #[test]
    fn the_order_of_members_does_not_show(
        total in 1..1_000_000_i64,
        business in proptest::collection::vec(0..9_i64, 1..10),
        turn in 0..10_usize,
    ) {
        let rules = rules(&[(300, true, 2)], 200);
        let found = shared(total, total, &rules, &business).unwrap();
        let mut names: Vec<usize> = (0..business.len()).collect();
        names.rotate_left(turn % business.len());
        let surplus = Surplus {
            year: 2024, amount: cents(total), member_surplus: Some(cents(total)), rules: None,
            currency: Currency::from_code("EUR").unwrap(), cash_rate: None, day: None, row: row(),
        };
        let patronage: Vec<Patronage> = names.iter().map(|at| Patronage {
            year: 2024, member: Some(format!("m{at}")), amount: exact(business[*at], 7), unit: String::new(), row: row(),
        }).collect();
        let sharing = Sharing { surplus: &surplus, rules: &rules, cash_rate: None, patronage: Some(&patronage), capital: None };
        let turned = share_out(&sharing, &mut Diagnostics::new()).unwrap();
        let of = |shares: &YearShares| -> BTreeMap<String, Money> {
            shares.members.iter().map(|member| (member.member.clone(), member.share)).collect()
        };
        prop_assert_eq!(of(&found), of(&turned));
    }

    /// Distribution after distribution adds up; no debt is paid beyond what is owed; nothing is paid twice on what is paid once;
    /// the order of claims does not show.
    #[test]
    fn value_equations_add_up_over_time(
        pools in proptest::collection::vec(
            (0..101_i64, any::<bool>(), 0..3_usize, any::<bool>(), proptest::collection::vec((0..9000_i64, 0..4_i32), 0..5)),
            1..5,
        ),
        amounts in proptest::collection::vec(0..200_000_i64, 1..5),
        turn in 0..5_usize,
    ) {
        // Straight parts first: five of at most a fifth are never more than the whole.
        let mut pools = pools;
        pools.sort_by_key(|pool| !pool.1);
        let lasting = [Lasting::Debt, Lasting::Once, Lasting::Equity];
        let make = |turn: usize| -> Vec<Pool> {
            pools.iter().enumerate().map(|(at, (percentage, straight, how, to, claims))| {
                let mut claims: Vec<Claim> = claims.iter().enumerate().map(|(n, (amount, day))| Claim {
                    id: format!("c{n}"), agent: format!("a{n}"), day: Some(*day), amount: cents(*amount), paid: Money::ZERO,
                }).collect();
                let by = turn % claims.len().max(1);
                claims.rotate_left(by);
                Pool {
                    id: format!("p{at}"),
                    percentage: exact(if *straight { percentage / 5 } else { *percentage }, 1),
                    of: if *straight { Percentage::Straight } else { Percentage::Remaining },
                    lasting: lasting[*how],
                    to: to.then(|| "fund".to_owned()),
                    claims,
                }
            }).collect()
        };
        let (mut plain, mut turned) = (make(0), make(turn));
        for (day, amount) in (0..).zip(&amounts) {
            let round = Round { day, amount: cents(*amount), digits: 2, left_to: Some("left") };
            let before = plain.clone();
            let found = round.distribute(&mut plain).unwrap();
            let again = round.distribute(&mut turned).unwrap();
            let parts: Money = found.parts.iter().map(|part| part.amount).sum();
            let left = found.left.as_ref().map(|(_, left)| *left).unwrap_or_default();
            prop_assert_eq!(parts + left, cents(*amount));
            prop_assert_eq!(found.sums.iter().copied().sum::<Money>(), parts);
            prop_assert_eq!(&found.sums, &again.sums);
            let by = |shared: &truecost::ledger::Shared, pools: &[Pool]| -> BTreeMap<(usize, String), Money> {
                shared.parts.iter().map(|part| {
                    let id = part.claim.map_or_else(String::new, |claim| pools[part.pool].claims[claim].id.clone());
                    ((part.pool, id), part.amount)
                }).collect()
            };
            prop_assert_eq!(by(&found, &plain), by(&again, &turned));
            for part in &found.parts {
                prop_assert!(part.amount > Money::ZERO);
                let Some(claim) = part.claim.map(|claim| &before[part.pool].claims[claim]) else { continue };
                prop_assert!(claim.day <= Some(day));
                prop_assert!(before[part.pool].lasting != Lasting::Once || claim.paid == Money::ZERO);
            }
            let owed = |pool: &Pool| pool.claims.iter().all(|claim| claim.paid <= claim.amount);
            prop_assert!(plain.iter().filter(|pool| pool.lasting == Lasting::Debt).all(owed));
        }
    }

    /// A fee adds up by customer, by producer and by order to the fee on the whole, rounded once.
    #[test]
    fn fees_add_up_both_ways(
        lines in proptest::collection::vec((0..4_usize, 0..4_usize, 0..100_000_i64), 1..30),
        rates in proptest::collection::vec(0..3000_i64, 1..4),
    ) {
        let euro = Currency::from_code("EUR").unwrap();
        let lines: Vec<OrderLine> = lines.iter().enumerate().map(|(at, (customer, producer, amount))| OrderLine {
            id: format!("{at:03}"), customer: format!("c{customer}"), producer: format!("p{producer}"), amount: cents(*amount),
        }).collect();
        let all: Vec<Fee> = rates.iter().enumerate().map(|(at, rate)| Fee {
            enterprise: format!("e{at}"), percentage: exact(*rate, 100),
        }).collect();
        let found = fees(&lines, &all, euro).unwrap();
        let goods: Exact = lines.iter().map(|line| line.amount.exact()).sum();
        let total: Money = found.iter().map(|fee| fee.amount).sum();
        for table in [sums(&found, |f| f.line.customer.clone()), sums(&found, |f| f.line.producer.clone()), sums(&found, |f| f.enterprise.to_owned())] {
            prop_assert_eq!(table.into_values().sum::<Money>(), total);
        }
        for (fee, rate) in all.iter().zip(&rates) {
            let sum: Money = found.iter().filter(|f| f.enterprise == fee.enterprise).map(|f| f.amount).sum();
            let off = sum.exact() - &goods * exact(*rate, 10_000);
            prop_assert!(off <= exact(1, 200) && -off <= exact(1, 200));
        }
        for fee in &found {
            let rate = rates[fee.enterprise[1..].parse::<usize>().unwrap()];
            // A share of the rounded fee is less than a cent from it, and that half a cent from the quota of the line.
            let off = fee.amount.exact() - fee.line.amount.exact() * exact(rate, 10_000);
            prop_assert!(off < exact(15, 1000) && -off < exact(15, 1000));
        }
    }
}
