//! Against a second reckoning, on movements that are made up.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use truecost::base::decimal::{Exact, zero};
use truecost::base::period::Period;
use truecost::data::cells::RowRef;
use truecost::data::coop::movements::{Movement, MovementKind};
use truecost::data::coop::validity::Validity;
use truecost::data::coop::yields::Yield;
use truecost::fairtrade::mass_balance::{Balance, By, Stock, Turnover, balance};

/// A second reckoning, from the end to the beginning: how much input must have been worked up by each day so that no stock
/// was ever below 0. Gives the first day on which what was bought does not suffice, or the stocks of the last day.
struct Naive<'a> {
    movements: &'a [Movement],
    yields: &'a [Yield],
    days: i32,
}

impl Naive<'_> {
    /// Net of what came in and what went out of a product, up to the end of each day.
    fn net(&self, product: &str) -> Vec<Exact> {
        let mut net = vec![zero(); self.days as usize];
        for movement in self.movements.iter().filter(|m| m.product == product) {
            let goes = matches!(movement.kind, MovementKind::Sold | MovementKind::Lost);
            let kg = if goes { -&movement.kg } else { movement.kg.clone() };
            for slot in net.iter_mut().skip(movement.date.first_day() as usize) {
                *slot += &kg;
            }
        }
        net
    }

    /// What of a product is missing by each day if all its outputs are to be made: the most that ever was.
    fn missing(&self, product: &str, worked_up: &mut BTreeMap<String, Vec<Exact>>) -> Vec<Exact> {
        let mut processes: BTreeMap<String, Vec<&Yield>> = BTreeMap::new();
        for (at, row) in self.yields.iter().enumerate().filter(|(_, y)| y.input == product) {
            let process = row.process.clone().unwrap_or_else(|| format!("alone {at}"));
            processes.entry(process).or_default().push(row);
        }
        let mut net = self.net(product);
        for outputs in processes.values() {
            let mut used = vec![zero(); self.days as usize];
            for row in outputs {
                for (slot, missing) in used.iter_mut().zip(self.missing(&row.output, worked_up)) {
                    *slot = (missing / &row.rate).max(slot.clone());
                }
            }
            for (slot, used) in net.iter_mut().zip(&used) {
                *slot -= used;
            }
            for row in outputs {
                worked_up.insert(row.output.clone(), used.iter().map(|used| used * &row.rate).collect());
            }
        }
        let mut most = zero();
        let missing: Vec<Exact> = net
            .iter()
            .map(|net| {
                most = most.clone().max(-net);
                most.clone()
            })
            .collect();
        worked_up.insert(format!("net {product}"), net);
        missing
    }

    fn answer(&self, root: &str) -> Result<BTreeMap<String, Exact>, i32> {
        let mut worked_up = BTreeMap::new();
        let missing = self.missing(root, &mut worked_up);
        if let Some(day) = missing.iter().position(|missing| *missing > zero()) {
            return Err(day as i32);
        }
        let last = self.days as usize - 1;
        let products = worked_up.keys().filter_map(|key| key.strip_prefix("net "));
        Ok(products
            .map(|product| {
                let made = worked_up.get(product).map_or_else(zero, |made| made[last].clone());
                (product.to_owned(), worked_up[&format!("net {product}")][last].clone() + made)
            })
            .collect())
    }
}

const DAYS: i32 = 40;

/// A tree of products: a chain, two outputs that are one or the other, and two that are made together.
const TREE: [(&str, &str, i64, i64, Option<&str>); 6] = [
    ("root", "mid", 4, 5, None),
    ("root", "side", 1, 2, None),
    ("mid", "butter", 47, 100, Some("press")),
    ("mid", "powder", 53, 100, Some("press")),
    ("side", "end", 3, 7, None),
    ("powder", "cake", 9, 10, None),
];

const PRODUCTS: [&str; 7] = ["root", "mid", "side", "butter", "powder", "end", "cake"];

fn yields() -> Vec<Yield> {
    let row = |(input, output, top, bottom, process): (&str, &str, i64, i64, Option<&str>)| Yield {
        input: input.to_owned(),
        output: output.to_owned(),
        rate: Exact::new(BigInt::from(top), BigInt::from(bottom)),
        process: process.map(str::to_owned),
        certificate: None,
        site: None,
        validity: Validity::default(),
        source: String::new(),
        row: RowRef { file: "yields".into(), row: 1 },
    };
    TREE.map(row).into()
}

fn movement(id: usize, (day, product, kind, kg): (i32, usize, u8, i64)) -> Movement {
    let kind = match kind {
        0..=2 => MovementKind::Bought,
        3 => MovementKind::Lost,
        4 => MovementKind::Adjusted,
        _ => MovementKind::Sold,
    };
    // Most is bought as the root, and little of it is sold.
    let product = if kind == MovementKind::Bought && product < 5 { 0 } else { product };
    let scale = if product == 0 && kind == MovementKind::Bought { 4 } else { 1 };
    Movement {
        id: format!("m{id:03}"),
        date: Period::of_day(day).unwrap(),
        site: "mill".to_owned(),
        product: PRODUCTS[product].to_owned(),
        certificate: "ft".to_owned(),
        kind,
        kg: Exact::new(BigInt::from(kg * scale), BigInt::from(10)),
        row: RowRef { file: "movements".into(), row: id as u64 + 2 },
    }
}

fn movements() -> impl Strategy<Value = Vec<Movement>> {
    let one = (0..DAYS, 0..PRODUCTS.len(), 0..8_u8, 0..500_i64);
    prop::collection::vec(one, 1..40)
        .prop_map(|all| all.into_iter().enumerate().map(|(id, one)| movement(id, one)).collect())
}

fn adds_up(turnover: &Turnover) -> bool {
    let t = turnover;
    &t.opening + &t.bought + &t.made + &t.adjusted - &t.used - &t.lost - &t.sold == t.closing
}

fn closing(balance: &Balance) -> BTreeMap<String, Exact> {
    balance
        .turnovers
        .iter()
        .map(|(stock, _, turnover)| (stock.product.clone(), turnover.closing.clone()))
        .collect()
}

#[test]
fn what_is_made_up_is_broken_sometimes() {
    let mut runner = TestRunner::deterministic();
    let yields = yields();
    let sound = (0..300).filter(|_| {
        let movements = movements().new_tree(&mut runner).unwrap().current();
        Naive { movements: &movements, yields: &yields, days: DAYS }.answer("root").is_ok()
    });
    let sound = sound.count();
    assert!((30..270).contains(&sound), "{sound} of 300 are sound");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_a_second_reckoning_says(movements in movements()) {
        let yields = yields();
        let found = balance(&movements, &yields, By::Month, false);
        prop_assert!(found.turnovers.iter().all(|(.., turnover)| adds_up(turnover)));
        match (Naive { movements: &movements, yields: &yields, days: DAYS }).answer("root") {
            Ok(stocks) => {
                prop_assert!(found.violations.is_empty(), "{:?}", found.violations);
                for (product, kg) in closing(&found) {
                    prop_assert_eq!(&stocks[&product], &kg, "{}", product);
                }
            }
            Err(day) => {
                let first = found.violations.iter().map(|broken| broken.date.first_day()).min();
                prop_assert_eq!(first, Some(day));
            }
        }
    }

    #[test]
    fn the_order_of_rows_and_the_periods_change_nothing(movements in movements(), seed in 0..1000_usize) {
        let yields = yields();
        let mut others = movements.clone();
        let (length, mut other_yields) = (others.len(), yields.clone());
        others.rotate_left(seed % length);
        others.reverse();
        other_yields.reverse();
        let (one, other) = (balance(&movements, &yields, By::Year, false), balance(&others, &other_yields, By::Year, false));
        prop_assert_eq!(&one.turnovers, &other.turnovers);
        let broken = |balance: &Balance| -> Vec<_> {
            balance.violations.iter().map(|b| (b.stock.clone(), b.movement.clone(), b.short.clone(), b.later)).collect()
        };
        prop_assert_eq!(broken(&one), broken(&other));
        let by_month = balance(&movements, &yields, By::Month, false);
        prop_assert_eq!(closing(&one), closing(&by_month));
        // A finer period tells the same falls in more parts: of as many movements, and as deep.
        let of_all = |balance: &Balance| {
            let mut all: BTreeMap<Stock, (usize, Exact)> = BTreeMap::new();
            for b in &balance.violations {
                let (count, most) = all.entry(b.stock.clone()).or_insert_with(|| (0, b.most.clone()));
                *count += 1 + b.later;
                *most = most.clone().max(b.most.clone());
            }
            all
        };
        prop_assert_eq!(of_all(&one), of_all(&by_month));
        for b in &one.violations {
            let key = (&b.stock, &b.movement, &b.short);
            prop_assert!(by_month.violations.iter().any(|m| (&m.stock, &m.movement, &m.short) == key), "{:?}", b);
        }
    }
}
