//! What must hold of the rules for any flow: missing evidence never makes another class as sure, prices and compulsion
//! never make a gift, sums add up.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::flows::{Class, Features, Field, Regime, UNKNOWN};
use truecost::data::regimes::RuleTable;
use truecost::data::source::{Library, Shelf};
use truecost::flows::Bundles;
use truecost::regime::{Rules, classify};

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut diagnostics = Diagnostics::new();
        let source = Library::default().find(Shelf::Regimes, "default").unwrap();
        let table = RuleTable::read(source, &(), &mut diagnostics).unwrap();
        let rules = Rules::compile(table, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{diagnostics}");
        rules.unwrap()
    })
}

/// Any features; fields that are not stated are as likely as `silence` says.
fn features(silence: u32) -> impl Strategy<Value = Features> {
    let field = |field: Field| {
        let values = field.values().len() as u8;
        prop_oneof![silence => Just(UNKNOWN), 100 - silence => 1..=values].prop_map(move |code| (field, code))
    };
    Field::ALL.map(field).to_vec().prop_map(|values| {
        values.into_iter().fold(Features::default(), |features, (field, code)| features.with(field, code))
    })
}

/// Fields that somebody states: columns that can be taken away.
fn columns() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|field| !field.is_derived())
}

/// A class is said of the flow, not the absence of one.
fn is_class(class: Class) -> bool {
    class.regime() != Regime::Unclassified
}

fn assert_no_surer(before: Features, after: Features) -> Result<(), TestCaseError> {
    let (before, after) = (rules().evaluate(before), rules().evaluate(after));
    if is_class(after.class) {
        let other = after.class != before.class;
        prop_assert!(!other, "{} ({}) became {}", before.class, before.confidence, after.class);
        prop_assert!(after.confidence <= before.confidence, "{} became surer", after.class);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_flow_gets_a_class_and_says_why(features in features(30)) {
        let verdict = rules().evaluate(features);
        prop_assert!((500..=10_000).contains(&verdict.confidence));
        prop_assert!(!verdict.reasons.is_empty() && !verdict.candidates.is_empty());
        if let Some((class, confidence)) = verdict.runner_up {
            prop_assert!(class != verdict.class);
            prop_assert!(confidence <= verdict.confidence || verdict.rule.is_none());
        }
        prop_assert_eq!(verdict.rule.is_none(), verdict.reasons[0].code == "UNDECIDED");
    }

    #[test]
    fn taking_a_column_away_never_gives_another_class(features in features(10)) {
        for field in columns() {
            assert_no_surer(features, features.with(field, UNKNOWN))?;
        }
    }

    #[test]
    fn taking_columns_away_never_gives_another_class(features in features(5), kept in any::<u16>()) {
        let fewer = columns().enumerate().fold(features, |features, (at, field)| {
            if kept >> at & 1 == 1 { features } else { features.with(field, UNKNOWN) }
        });
        assert_no_surer(features, fewer)?;
    }

    #[test]
    fn what_is_compelled_or_priced_is_no_gift(features in features(30)) {
        let class = rules().evaluate(features).class;
        let compelled = !["", "none"].contains(&features.word(Field::Compelled));
        let priced = !["", "none", "voluntary"].contains(&features.word(Field::PriceBasis));
        if compelled || priced || features.word(Field::CounterflowKind) == "money" {
            prop_assert_ne!(class.to_string(), "reciprocity.gift");
        }
        // Nor does compulsion or a price make one of what was none.
        for (field, word) in [
            (Field::Compelled, "statutory"), (Field::Compelled, "membership"), (Field::Compelled, "coercion"),
            (Field::PriceBasis, "posted"), (Field::PriceBasis, "negotiated"), (Field::PriceBasis, "interest"),
        ] {
            let changed = rules().evaluate(features.with(field, field.code(word).unwrap()));
            prop_assert_ne!(changed.class.to_string(), "reciprocity.gift");
        }
    }

    #[test]
    fn what_is_derived_never_chooses_a_class(features in features(20)) {
        let without = rules().evaluate(features.with(Field::Returned, UNKNOWN));
        for word in Field::Returned.values() {
            let with = rules().evaluate(features.with(Field::Returned, Field::Returned.code(word).unwrap()));
            prop_assert_eq!(with.class, without.class);
            prop_assert!(with.confidence <= without.confidence);
        }
    }

    #[test]
    fn flows_agreed_together_get_a_class_only_if_each_could_have_it(a in features(20), b in features(20)) {
        let together = rules().evaluate_together(&[a, b]);
        prop_assert_eq!(&together, &rules().evaluate_together(&[b, a]));
        if is_class(together.class) {
            for alone in [rules().evaluate(a), rules().evaluate(b)] {
                prop_assert_eq!(alone.class, together.class);
                prop_assert!(alone.confidence >= together.confidence);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_flows_changes_no_verdict(flows in prop::collection::vec(features(20), 1..400), turn in 0_usize..400) {
        let mut diagnostics = Diagnostics::new();
        let mut turned = flows.clone();
        let turn = turn % turned.len();
        turned.rotate_left(turn);
        let found = classify(&flows, &Bundles::default(), rules(), &(), &mut diagnostics).unwrap();
        let again = classify(&turned, &Bundles::default(), rules(), &(), &mut diagnostics).unwrap();
        for flow in 0..flows.len() {
            let moved = (flow + flows.len() - turn) % flows.len();
            let verdict = rules().evaluate(flows[flow]);
            prop_assert_eq!(&found.verdict(flow, rules()), &verdict);
            prop_assert_eq!(&again.verdict(moved, rules()), &verdict);
            let judgement = found.judgement(flow);
            prop_assert_eq!(judgement, again.judgement(moved));
            prop_assert_eq!((judgement.class, judgement.confidence), (verdict.class, verdict.confidence));
            prop_assert_eq!(judgement.decided, verdict.rule.is_some());
            prop_assert_eq!(judgement.missing().collect::<Vec<_>>(), verdict.missing);
            prop_assert_eq!(found.mode(flow), again.mode(moved));
        }
    }
}

/// Three-valued logic says no more than looking at every value that could stand in the gap: where it names a class,
/// every completion of the flow gets that class, and none with less confidence.
#[test]
fn a_class_holds_whatever_stands_in_the_gaps() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut checked = BTreeMap::new();
    for _ in 0..4_000 {
        let whole = features(1).new_tree(&mut runner).unwrap().current();
        for field in columns() {
            let gap = rules().evaluate(whole.with(field, UNKNOWN));
            if !is_class(gap.class) {
                continue;
            }
            for code in 1..=field.values().len() as u8 {
                let full = rules().evaluate(whole.with(field, code));
                assert_eq!(full.class, gap.class);
                assert!(full.confidence >= gap.confidence);
            }
            *checked.entry(field.name()).or_insert(0) += 1;
        }
    }
    assert!(checked.len() >= 10, "hardly any field was free: {checked:?}");
}
