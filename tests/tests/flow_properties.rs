//! What must hold of whole datasets of flows: METHOD section 6, on tables made up from a seed and on those that are here.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod flow_tables;

use std::collections::BTreeMap;

use flow_tables::{Numbers, Table, Tables, dataset, judged, random};
use proptest::prelude::*;
use truecost::base::money::Money;
use truecost::data::flows::{Class, Field, Regime};
use truecost::flows::Circles;
use truecost::regime::{By, Judged, summary};

/// What is found out about a flow, but for the ids of others.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    class: Class,
    confidence: u32,
    decided: bool,
    mode: &'static str,
    reasons: Vec<String>,
    returned: &'static str,
    matched: Option<[f64; 3]>,
    balance: Option<f64>,
    lag_days: Option<u32>,
    circulation: Option<f64>,
    receivers: Option<u32>,
    contested: bool,
}

fn found(tables: &Tables) -> BTreeMap<String, Found> {
    facts(&judged(tables).unwrap_or_else(|problems| panic!("{problems}")))
}

fn facts(judged: &Judged) -> BTreeMap<String, Found> {
    let Judged { data, prepared, rules, classified, .. } = judged;
    let circles = Circles::new(&prepared.counterflows);
    let fact = |flow: usize| {
        let verdict = classified.verdict(flow, rules);
        let judgement = classified.judgement(flow);
        assert_eq!((verdict.class, verdict.confidence), (judgement.class, judgement.confidence));
        let pair = prepared.counterflows.pair(flow);
        Found {
            class: verdict.class,
            confidence: verdict.confidence,
            decided: verdict.rule.is_some(),
            mode: classified.mode(flow),
            reasons: verdict
                .reasons
                .iter()
                .map(|reason| format!("{}{}", reason.code, reason.certain))
                .collect(),
            returned: prepared.features[flow].word(Field::Returned),
            matched: pair.map(|pair| [0, 1, 2].map(|window| pair.share(window))),
            balance: pair.map(truecost::flows::Pair::balance),
            lag_days: pair.and_then(|pair| pair.lag_days),
            circulation: circles.share(flow, &prepared.counterflows),
            receivers: prepared.receivers.of(flow, data),
            contested: prepared.contested.of(flow).next().is_some(),
        }
    };
    (0..data.flows.len()).map(|flow| (data.flows.id(flow).to_owned(), fact(flow))).collect()
}

fn is_class(class: Class) -> bool {
    class.regime() != Regime::Unclassified
}

fn shuffled(table: &mut Table, numbers: &mut Numbers) {
    for at in (1..table.rows.len()).rev() {
        table.rows.swap(at, numbers.below(at as u64 + 1) as usize);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_and_batches_in_any_order_say_the_same(seed in any::<u64>(), flows in 1_usize..80, size in 1_usize..30) {
        let tables = random(seed, flows, "");
        let mut other = tables.clone();
        for table in other.by_name.values_mut() {
            shuffled(table, &mut Numbers(seed ^ 1));
        }
        other.batch = size;
        prop_assert_eq!(found(&tables), found(&other));
    }

    #[test]
    fn agents_who_have_nothing_to_do_with_it_change_nothing(seed in any::<u64>(), flows in 1_usize..60) {
        let tables = random(seed, flows, "");
        let more = random(seed ^ 7, 40, "other-");
        let mut both = tables.clone();
        for (name, table) in more.by_name {
            both.by_name.get_mut(&name).unwrap().rows.extend(table.rows);
        }
        let (alone, together) = (found(&tables), found(&both));
        prop_assert!(together.len() > alone.len());
        for (id, fact) in alone {
            prop_assert_eq!(&together[&id], &fact, "{}", id);
        }
    }

    #[test]
    fn days_later_everything_is_the_same(seed in any::<u64>(), flows in 1_usize..80, days in -20_000_i32..20_000) {
        let tables = random(seed, flows, "");
        let mut later = tables.clone();
        for (table, columns) in [("flows", ["date", "date"]), ("memberships", ["from", "until"])] {
            for column in columns.iter().take(if table == "flows" { 1 } else { 2 }) {
                later.change(table, column, |date| flow_tables::later(date, days));
            }
        }
        prop_assert_eq!(found(&tables), found(&later));
    }

    #[test]
    fn other_units_of_the_same_values_say_the_same(seed in any::<u64>(), flows in 1_usize..80, times in 1_i128..100_000) {
        let tables = random(seed, flows, "");
        let mut scaled = tables.clone();
        scaled.change("flows", "value", |value| flow_tables::cents(flow_tables::in_cents(value) * times));
        prop_assert_eq!(found(&tables), found(&scaled));
    }

    #[test]
    fn two_parts_of_a_flow_are_what_the_whole_is(seed in any::<u64>(), flows in 1_usize..60) {
        let tables = random(seed, flows, "");
        let whole = found(&tables);
        let mut numbers = Numbers(seed ^ 3);
        let mut parted = tables.clone();
        let table = parted.by_name.get_mut("flows").unwrap();
        let (id, value) = (table.column("id"), table.column("value"));
        let mut rows = Vec::new();
        for mut row in table.rows.clone() {
            let cents = flow_tables::in_cents(&row[value]);
            if numbers.below(2) == 0 && !row[value].is_empty() {
                let mut part = row.clone();
                let own = i128::from(numbers.below(cents as u64 + 1));
                part[id].push_str("-part");
                part[value] = flow_tables::cents(own);
                row[value] = flow_tables::cents(cents - own);
                // A part of nothing is no part: it is matched with nothing.
                if own > 0 && own < cents {
                    rows.push(part);
                } else {
                    row[value] = flow_tables::cents(cents);
                }
            }
            rows.push(row);
        }
        table.rows = rows;
        for (id, fact) in found(&parted) {
            prop_assert_eq!(&whole[id.trim_end_matches("-part")], &fact, "{}", id);
        }
    }

    #[test]
    fn a_wider_window_matches_no_less_and_shares_are_shares(seed in any::<u64>(), flows in 1_usize..120) {
        for (id, fact) in found(&random(seed, flows, "")) {
            if let Some([day, month, year]) = fact.matched {
                prop_assert!(0.0 <= day && day <= month && month <= year && year <= 1.0, "{}", id);
                let circulation = fact.circulation.unwrap();
                prop_assert!((0.0..=1.0).contains(&circulation));
                // What comes back between two is a circle of two.
                prop_assert!(year == 0.0 || circulation > 0.0, "{}", id);
            }
        }
    }

    #[test]
    fn what_came_back_is_named_nearest_first(seed in any::<u64>(), flows in 1_usize..150, at_most in 1_usize..6) {
        let judged = judged(&random(seed, flows, "")).unwrap();
        let (data, rows) = (&judged.data, &judged.data.flows);
        for flow in (0..rows.len()).filter(|flow| judged.prepared.counterflows.pair(*flow).is_some()) {
            let Some(day) = rows.when(flow).day() else { continue };
            let unit = |flow: usize| &rows.terms_of(flow).unit_of_account;
            let back = |other: &usize| {
                rows.root(*other) == *other
                    && (rows.from(*other), rows.to(*other)) == (rows.to(flow), rows.from(flow))
                    && unit(*other) == unit(flow)
                    && rows.corrected_value(*other).is_some_and(|value| value > Money::default())
            };
            let mut all: Vec<usize> = (0..rows.len()).filter(back).collect();
            all.sort_by_key(|other| (rows.when(*other).day().map_or(u32::MAX, |d| d.abs_diff(day)), *other));
            all.truncate(at_most);
            prop_assert_eq!(judged.prepared.counterflows.returns(flow, data, at_most), all);
        }
    }

    #[test]
    fn sums_by_class_are_the_sum_of_all_flows(seed in any::<u64>(), flows in 1_usize..120) {
        let tables = random(seed, flows, "");
        let judged = judged(&tables).unwrap();
        let sums = summary(&judged.data, &judged.classified, By::Year);
        let rows = &judged.data.flows;
        let all: Money = (0..rows.len()).fold(Money::default(), |sum, flow| sum + rows.value(flow).unwrap_or_default());
        let cells = &tables.by_name["flows"];
        let by_hand: i128 = cells.rows.iter().map(|row| flow_tables::in_cents(&row[cells.column("value")])).sum();
        prop_assert_eq!(all.units(), by_hand * 10_i128.pow(10));
        let total = sums.totals.iter().fold(Money::default(), |sum, total| sum + total.sum.value);
        let given = sums.lines.iter().fold(Money::default(), |sum, line| sum + line.given.value);
        let received = sums.lines.iter().fold(Money::default(), |sum, line| sum + line.received.value);
        prop_assert_eq!((total, given, received), (all, all, all));
        prop_assert_eq!(sums.totals.iter().map(|total| total.sum.flows).sum::<usize>(), rows.len());
    }

    #[test]
    fn what_is_compelled_or_priced_never_becomes_a_gift(seed in any::<u64>(), flows in 1_usize..60) {
        let tables = random(seed, flows, "");
        for (column, word) in [
            ("compelled", "statutory"), ("compelled", "membership"), ("compelled", "coercion"),
            ("price_basis", "posted"), ("price_basis", "negotiated"), ("price_basis", "interest"),
        ] {
            let mut changed = tables.clone();
            let table = changed.by_name.get_mut("flows").unwrap();
            let (at, contracted) = (table.column(column), table.column("contracted"));
            // Every other flow, for what one leg states holds of others too.
            for row in table.rows.iter_mut().step_by(2) {
                row[at] = word.to_owned();
                if word == "coercion" {
                    row[contracted] = "no".to_owned();
                }
            }
            let facts = found(&changed);
            let table = &changed.by_name["flows"];
            for row in table.rows.iter().step_by(2) {
                let class = facts[&row[table.column("id")]].class;
                prop_assert_ne!(class.to_string(), "reciprocity.gift", "{}: {} = {}", &row[0], column, word);
            }
        }
    }

    #[test]
    fn a_column_less_never_gives_another_class(seed in any::<u64>(), flows in 1_usize..60) {
        without_each_column(&random(seed, flows, ""));
    }

    #[test]
    fn less_than_what_constants_hang_on_never_gives_another_class(seed in any::<u64>(), flows in 1_usize..60) {
        let mut tables = random(seed, flows, "");
        tables.manifest.push_str(&constants(seed));
        without_each_column(&tables);
    }
}

/// What the manifest may state of all flows, made up: some of it, each with some value.
fn constants(seed: u64) -> String {
    let mut numbers = Numbers(seed ^ 5);
    let mut text = String::from("[flows.stated]\n");
    for field in Field::STATED {
        let values = field.values();
        let value = values[numbers.below(values.len().min(4) as u64) as usize];
        if numbers.below(2) == 0 {
            text.push_str(&format!("{} = \"{value}\"\n", field.name()));
        }
    }
    text
}

/// The same tables with less in them, each with a word for what is gone: every optional column, every table but those
/// that must be there, days cut to months and to years.
fn with_less(tables: &Tables) -> Vec<(String, Tables)> {
    let mut all = Vec::new();
    for (name, column) in tables.optional_columns() {
        let mut less = tables.clone();
        less.by_name.get_mut(&name).unwrap().remove(&column);
        all.push((format!("{name}:{column}"), less));
    }
    // Resources and agreements that flows name, and units, can be missing: flows then say less.
    for name in ["agreements", "memberships", "resources"] {
        let mut less = tables.clone();
        if less.by_name.remove(name).is_some() {
            all.push((name.to_owned(), less));
        }
    }
    if tables.by_name["flows"].columns.iter().any(|column| column == "date") {
        for length in [7, 4] {
            let mut less = tables.clone();
            less.change("flows", "date", |date| date[..length.min(date.len())].to_owned());
            all.push((format!("days, but for {length} letters of them"), less));
        }
    }
    all
}

/// Everything that can be taken away in its turn. A flow that had no class may get one only where two statements
/// contradicted each other and one of them is gone: those of legs of an agreement, or of a row and the tables.
fn without_each_column(tables: &Tables) -> usize {
    let whole = found(tables);
    let agreement_of: BTreeMap<String, bool> = {
        let table = &tables.by_name["flows"];
        let agreement = table.columns.iter().position(|name| name == "agreement");
        let has = |row: &Vec<String>| agreement.is_some_and(|at| !row[at].is_empty());
        table.rows.iter().map(|row| (row[table.column("id")].clone(), has(row))).collect()
    };
    let corrects: BTreeMap<String, String> = {
        let table = &tables.by_name["flows"];
        let column = table.columns.iter().position(|name| name == "corrects");
        let rows =
            table.rows.iter().filter_map(|row| Some((row[table.column("id")].clone(), row[column?].clone())));
        rows.filter(|(_, corrected)| !corrected.is_empty()).collect()
    };
    let mut tried = 0;
    for (name, less) in with_less(tables) {
        let facts = match judged(&less) {
            Ok(judged) => facts(&judged),
            // Without its part a tip contradicts the agreement that it is added to, and without what it corrects an
            // amount is below 0: refused, with a word.
            Err(problems) => {
                let is_refused = name == "flows:part" && problems.contains("error[contradiction]");
                let is_negative = name == "flows:corrects" && problems.contains("below 0");
                assert!(is_refused || is_negative, "{name}: {problems}");
                continue;
            }
        };
        tried += 1;
        for (id, after) in facts {
            let before = &whole[&id];
            if !is_class(after.class) || after.class == before.class {
                continue;
            }
            let text = format!("{id} without {name} is {} after {}", after.class, before.class);
            if is_class(before.class) {
                assert!(after.confidence < before.confidence, "{text}, and no less sure");
            } else {
                let root = corrects.get(&id).unwrap_or(&id);
                // A row may state kin where the tables know of another tie: both are true, and its own word counts.
                let is_freed = agreement_of[root] || before.contested || name == "flows:relation";
                assert!(is_freed, "{text}");
            }
        }
    }
    tried
}

#[test]
fn a_column_less_of_a_dataset_never_gives_another_class() {
    assert!(without_each_column(&dataset("labelled-cases")) >= 20);
    assert!(without_each_column(&dataset("street")) >= 30);
}

/// Agreements of the valley are kept whole: all their legs, or none.
#[test]
fn a_column_less_of_a_year_never_gives_another_class() {
    let mut valley = dataset("counter-economy");
    // No class hangs on them.
    valley.by_name.retain(|name, _| name != "accounts" && name != "wages");
    let resources = valley.by_name.get_mut("resources").unwrap();
    for column in ["origin", "product", "task", "replacement_hours"] {
        resources.remove(column);
    }
    let units = valley.by_name.get_mut("units").unwrap();
    for column in ["demurrage", "demurrage_every", "demurrage_to"] {
        units.remove(column);
    }
    let table = valley.by_name.get_mut("flows").unwrap();
    let columns = ["id", "agreement", "corrects"].map(|name| table.column(name));
    let key = |row: &Vec<String>| {
        let of = columns.map(|column| row[column].clone());
        let own = of.iter().rev().find(|text| !text.is_empty()).cloned().unwrap_or_default();
        own.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
    };
    let corrected: Vec<String> = table.rows.iter().map(|row| row[columns[2]].clone()).collect();
    table.rows.retain(|row| row[columns[2]].is_empty() && !corrected.contains(&row[columns[0]]));
    table.rows.retain(|row| key(row).is_multiple_of(5));
    assert!(table.rows.len() > 500, "{}", table.rows.len());
    assert!(without_each_column(&valley) >= 40);
}

/// The made-up datasets hold what the properties are about: otherwise nothing was tested.
#[test]
fn what_is_made_up_is_of_all_kinds() {
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    let (mut returned, mut circles, mut undecided, mut contested) = (0, 0, 0, 0);
    for seed in 0..100 {
        for fact in found(&random(seed, 60, "")).into_values() {
            *classes.entry(fact.class.to_string()).or_default() += 1;
            returned += usize::from(!["", "none"].contains(&fact.returned));
            circles += usize::from(fact.circulation.is_some_and(|share| share > 0.0 && share < 1.0));
            undecided += usize::from(!fact.decided);
            contested += usize::from(fact.contested);
        }
    }
    assert!(classes.len() >= 14 && classes.contains_key("reciprocity.gift"), "{classes:?}");
    let counts = [returned, circles, undecided, contested];
    assert!(counts.into_iter().all(|count| count > 50), "{counts:?}");
}
