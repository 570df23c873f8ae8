//! Which column would settle an undecided flow: compared with trying out every flow that could be meant, one by one.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::OnceLock;

use proptest::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::flows::{Class, Features, Field, UNKNOWN};
use truecost::data::source::Library;
use truecost::flows::{Bundles, SHARED};
use truecost::regime::{DEFAULT_RULES, Rules, classify, settle};

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut diagnostics = Diagnostics::new();
        let rules = Rules::find(DEFAULT_RULES, &Library::default(), &mut diagnostics);
        assert!(diagnostics.is_empty(), "{diagnostics}");
        rules.unwrap()
    })
}

fn features() -> impl Strategy<Value = Features> {
    let field = |field: Field| {
        let values = field.values().len() as u8;
        prop_oneof![1 => Just(UNKNOWN), 5 => 1..=values].prop_map(move |code| (field, code))
    };
    Field::ALL.map(field).to_vec().prop_map(|values| {
        values.into_iter().fold(Features::default(), |features, (field, code)| features.with(field, code))
    })
}

fn is_possible(features: Features) -> bool {
    features.word(Field::Compelled) != "coercion" || features.word(Field::Contracted) != "yes"
}

/// All ways to fill in a field of flows that share a class.
fn completions(together: &[Features], field: Field) -> Vec<Vec<Features>> {
    let values = 1..=field.values().len() as u8;
    if SHARED.contains(&field) {
        let all = values.map(|value| together.iter().map(|features| features.or(field, value)).collect());
        return all
            .filter(|all: &Vec<Features>| {
                all.iter().zip(together).all(|(new, old)| new == old || is_possible(*new))
            })
            .collect();
    }
    together.iter().fold(vec![Vec::new()], |begun, features| {
        let own: Vec<Features> = if features.get(field) == UNKNOWN {
            values.clone().map(|value| features.with(field, value)).filter(|f| is_possible(*f)).collect()
        } else {
            vec![*features]
        };
        begun
            .iter()
            .flat_map(|first| own.iter().map(move |next| [first.as_slice(), &[*next]].concat()))
            .collect()
    })
}

fn is_settled(together: &[Features]) -> bool {
    let verdict = rules().evaluate_together(together);
    verdict.rule.is_some() && verdict.class != Class::INSUFFICIENT
}

/// By trying out: is it settled whatever is stated, and could it be?
fn tried(together: &[Features], field: Field) -> (bool, bool) {
    if together.iter().all(|features| features.get(field) != UNKNOWN) {
        return (false, false);
    }
    let answers: Vec<bool> = completions(together, field).iter().map(|all| is_settled(all)).collect();
    (!answers.is_empty() && answers.iter().all(|settled| *settled), answers.contains(&true))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_flow(features in features()) {
        for field in Field::ALL.into_iter().filter(|field| !field.is_derived()) {
            let effect = rules().effect(&[features], field);
            prop_assert_eq!((effect.certain, effect.possible), tried(&[features], field), "{}", field.name());
        }
    }

    #[test]
    fn flows_of_one_agreement(one in features(), alike in any::<bool>(), other in features(), field in 0_usize..13) {
        // Two flows at random hardly ever agree: often they differ in two fields only.
        let other = if alike {
            one.with(Field::FromKind, other.get(Field::FromKind)).with(Field::ToKind, other.get(Field::ToKind))
        } else {
            other
        };
        for field in [Field::ALL[field], Field::FromKind, Field::ToKind, Field::PriceBasis] {
            let effect = rules().effect(&[one, other], field);
            prop_assert_eq!((effect.certain, effect.possible), tried(&[one, other], field), "{}", field.name());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_dataset(flows in prop::collection::vec(features(), 1..120)) {
        let mut diagnostics = Diagnostics::new();
        let found = classify(&flows, &Bundles::default(), rules(), &(), &mut diagnostics).unwrap();
        let open = settle(&found, rules());
        let undecided: Vec<Features> =
            flows.iter().copied().filter(|features| rules().evaluate(*features).rule.is_none()).collect();
        prop_assert_eq!(open.undecided, undecided.len());
        prop_assert_eq!(open.contradictory, 0, "a flow alone is undecided for want of something");
        let fields = Field::ALL.into_iter().filter(|field| !field.is_derived());
        let mut by_one = vec![false; undecided.len()];
        for field in fields {
            let tries: Vec<(bool, bool)> = undecided.iter().map(|features| tried(&[*features], field)).collect();
            by_one.iter_mut().zip(&tries).for_each(|(known, (_, possible))| *known |= possible);
            let certain = tries.iter().filter(|(certain, _)| *certain).count();
            let possible = tries.iter().filter(|(_, possible)| *possible).count();
            let gain = open.gains.iter().find(|gain| gain.field == field);
            prop_assert_eq!(gain.map_or((0, 0), |gain| (gain.certain, gain.possible)), (certain, possible));
        }
        prop_assert_eq!(open.by_one, by_one.into_iter().filter(|known| *known).count());
        let order: Vec<_> = open.gains.iter().map(|gain| (gain.certain, gain.possible, gain.lacking)).collect();
        prop_assert!(order.is_sorted_by(|a, b| a >= b) && open.gains.iter().all(|gain| gain.certain <= gain.possible));
    }
}

/// A flow with a price of which nobody says whether it was agreed, or what came back.
#[test]
fn by_hand() {
    let known = |words: &[(Field, &str)]| {
        words
            .iter()
            .fold(Features::default(), |features, (field, word)| features.with(*field, field.known(word)))
    };
    // All is stated but what comes back. Money makes it a sale; the same kind does not, at a posted price.
    let sale = known(&[
        (Field::FromKind, "firm"),
        (Field::ToKind, "person"),
        (Field::Relation, "none"),
        (Field::Compelled, "none"),
        (Field::AccessScope, "named"),
        (Field::PriceBasis, "posted"),
        (Field::Contracted, "yes"),
        (Field::Rival, "yes"),
        (Field::Excludable, "yes"),
        (Field::LicenceClass, "none"),
        (Field::UnitKind, "currency"),
        (Field::Certification, "none"),
    ]);
    assert_eq!(rules().evaluate(sale).rule, None);
    let effect = rules().effect(&[sale], Field::CounterflowKind);
    assert_eq!((effect.certain, effect.possible), (false, true));
    // Nothing is said by what is known already.
    let effect = rules().effect(&[sale], Field::Contracted);
    assert_eq!((effect.certain, effect.possible), (false, false));
}
