//! What holds of any books: postings sum to zero, the journal gives the balances, the order of rows does not show, and
//! a correction leaves the corrected amount.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::base::money::Money;
use truecost::data::flows::FlowData;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::ledger::{
    Balance, Books, DEFAULT_POSTINGS, EmbodiedCost, PostingRules, Span, balances, books, replay, statement,
};
use truecost::regime::{DEFAULT_RULES, Judged, Rules};

static SHARED: LazyLock<(Reference, Rules, PostingRules)> = LazyLock::new(|| {
    let (library, mut found) = (Library::new(None), Diagnostics::new());
    let reference = Reference::read(&library, &mut found);
    let rules = Rules::find(DEFAULT_RULES, &library, &mut found).unwrap();
    let postings = PostingRules::find(DEFAULT_POSTINGS, &library, &mut found).unwrap();
    assert!(found.is_empty(), "{found}");
    (reference, rules, postings)
});

/// A flow as drawn; what is beyond a list is empty.
#[derive(Clone, Debug)]
struct Drawn {
    ends: (usize, usize),
    day: i64,
    resource: usize,
    cents: u32,
    quantity: u32,
    unit: usize,
    terms: (usize, usize, usize),
    agreement: usize,
    part: usize,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let ends = (0..5_usize, 0..5_usize);
    let terms = (0..6_usize, 0..6_usize, 0..4_usize);
    (ends, 0..800_i64, 0..6_usize, 0..9000_u32, 0..50_u32, 0..4_usize, terms, 0..6_usize, 0..6_usize)
        .prop_map(|(ends, day, resource, cents, quantity, unit, terms, agreement, part)| Drawn {
            ends,
            day,
            resource,
            cents,
            quantity,
            unit,
            terms,
            agreement,
            part,
        })
}

fn word<'a>(words: &[&'a str], at: usize) -> &'a str {
    words.get(at).copied().unwrap_or_default()
}

fn date(day: i64) -> String {
    format!("202{}-{:02}-{:02}", 1 + day / 336 % 3, 1 + day / 28 % 12, 1 + day % 28)
}

fn row(id: &str, flow: &Drawn, cents: i64, day: i64, corrects: &str) -> String {
    let agents = ["ana", "bo", "co", "pool"];
    let unit = ["EUR", "LEAF", "h"];
    let resource = word(&["euro", "leaf", "bread", "work", "share"], flow.resource);
    let unit = match resource {
        "euro" => "EUR",
        "leaf" => "LEAF",
        _ => word(&unit, flow.unit),
    };
    let sign = if cents < 0 { "-" } else { "" };
    let value = format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100);
    let quantity =
        if flow.quantity == 0 || !corrects.is_empty() { String::new() } else { flow.quantity.to_string() };
    format!(
        "{id},{},{},{},{resource},{quantity},kg,{value},{unit},{},{},{},{},{},{corrects}",
        word(&agents, flow.ends.0),
        word(&agents, flow.ends.1),
        date(day),
        word(&["none", "posted", "voluntary", "interest", "formula_patronage"], flow.terms.0),
        word(&["none", "money", "goods_services", "same_kind", "claim"], flow.terms.1),
        word(&["yes", "no"], flow.terms.2),
        word(&["g1", "g2", "g3"], flow.agreement),
        word(&["premium", "tip", "subsidy"], flow.part),
    )
}

const HEADER: &str = "id,from,to,date,resource,quantity,unit,value,unit_of_account,price_basis,counterflow_kind,\
                      contracted,agreement,part,corrects";

fn judged(rows: &[String]) -> Judged {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "manifest.toml",
        "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
         licence = { name = \"CC0-1.0\", redistribute = true }\n",
    );
    write("agents.csv", "id,kind\nana,person\nbo,person\nco,coop\npool,pool\n");
    write(
        "resources.csv",
        "id,kind\neuro,money\nleaf,credit\nbread,goods_services\nwork,goods_services\nshare,claim\n",
    );
    write(
        "units.csv",
        "id,kind,decimals,demurrage,demurrage_every,demurrage_to\nLEAF,member_credit,2,0.017,month,pool\n",
    );
    write("accounts.csv", "agent,unit,opening,date\nana,LEAF,10,2021\nbo,LEAF,-10,2021\nco,EUR,100,2021\n");
    let mut text = format!("{HEADER}\n");
    for row in rows {
        let _ = writeln!(text, "{row}");
    }
    write("flows.csv", &text);
    let mut found = Diagnostics::new();
    let (reference, rules, _) = &*SHARED;
    let data = FlowData::read(Source::folder(folder.path()), reference, &(), &mut found);
    let judged = data.and_then(|data| Judged::new(data, rules.clone(), reference, &(), &mut found));
    assert!(!found.has_errors(), "{found}\n{text}");
    judged.unwrap()
}

fn kept(judged: &Judged, costs: &[EmbodiedCost]) -> Books {
    let mut found = Diagnostics::new();
    let books = books(judged, &SHARED.2, costs, None, &mut found);
    assert!(found.is_empty(), "{found}");
    books.unwrap()
}

fn rows(flows: &[Drawn]) -> Vec<String> {
    flows
        .iter()
        .enumerate()
        .map(|(at, flow)| row(&format!("f{at:03}"), flow, i64::from(flow.cents), flow.day, ""))
        .collect()
}

/// The journal in words.
fn written(judged: &Judged, books: &Books) -> Vec<String> {
    let journal = &books.journal;
    let mut all = Vec::new();
    for transaction in &journal.transactions {
        for posting in journal.of(transaction) {
            let (account, unit) = (journal.accounts.get(posting.account), journal.units.get(posting.unit));
            let flow = posting.flow.map_or("", |flow| judged.data.flows.id(flow));
            let id = &transaction.id;
            all.push(format!(
                "{id} {} {flow} {} {account} {} {unit}",
                transaction.day, posting.agent, posting.amount
            ));
        }
    }
    all
}

/// Final balances in words.
fn final_balances(books: &Books) -> BTreeMap<(u32, String, String), Money> {
    let journal = &books.journal;
    let name = |(agent, account, unit): (u32, u32, u32)| {
        (agent, journal.accounts.get(account).to_owned(), journal.units.get(unit).to_owned())
    };
    replay(journal, i32::MAX).into_iter().map(|(key, balance)| (name(key), balance)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn postings_sum_to_zero_and_give_the_balances(flows in prop::collection::vec(drawn(), 1..40)) {
        let judged = judged(&rows(&flows));
        let costs: Vec<EmbodiedCost> = (0..judged.data.flows.len()).step_by(3).map(|flow| EmbodiedCost {
            flow,
            dimension: "environmental".to_owned(),
            currency: "EUR".to_owned(),
            amount: judged.data.flows.value(flow).unwrap_or_default(),
        }).collect();
        let books = kept(&judged, &costs);
        let journal = &books.journal;
        let mut held: BTreeMap<u32, Money> = BTreeMap::new();
        for transaction in &journal.transactions {
            let mut sums: BTreeMap<(u32, u32), Money> = BTreeMap::new();
            for posting in journal.of(transaction) {
                let sum = sums.entry((posting.agent, posting.unit)).or_default();
                *sum = *sum + posting.amount;
                if journal.accounts.get(posting.account).starts_with("assets:credit:") {
                    let sum = held.entry(posting.unit).or_default();
                    *sum = *sum + posting.amount;
                }
            }
            prop_assert!(sums.values().all(|sum| *sum == Money::ZERO), "{}", transaction.id);
            prop_assert!(held.values().all(|sum| *sum == Money::ZERO), "a ledger of members after {}", transaction.id);
        }
        let mut last: BTreeMap<(u32, u32, u32), Money> = BTreeMap::new();
        for Balance { agent, account, unit, balance, .. } in balances(journal) {
            last.insert((agent, account, unit), balance);
        }
        last.retain(|_, balance| *balance != Money::ZERO);
        prop_assert_eq!(last, replay(journal, i32::MAX));
        let span = Span { first: 18_900, last: 19_200 };
        for statement in statement(journal, &SHARED.2, span) {
            for [assets, liabilities, equity] in statement.sums().into_values() {
                prop_assert_eq!(assets, liabilities + equity);
            }
        }
        // Money and external cost never meet.
        let units: Vec<&str> = journal.units.iter().collect();
        let embodied = |account: &str| account.ends_with(":embodied-cost");
        for posting in &journal.postings {
            let account = journal.accounts.get(posting.account);
            prop_assert_eq!(embodied(account), units[posting.unit as usize] == "EUR.environmental");
        }
    }

    #[test]
    fn the_order_of_rows_does_not_show(flows in prop::collection::vec(drawn(), 1..25), seed in any::<u64>()) {
        let rows = rows(&flows);
        let mut other = rows.clone();
        let mut state = seed;
        for at in (1..other.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            other.swap(at, (state >> 33) as usize % (at + 1));
        }
        let (first, second) = (judged(&rows), judged(&other));
        prop_assert_eq!(written(&first, &kept(&first, &[])), written(&second, &kept(&second, &[])));
    }

    /// A flow corrected on its own day leaves the balances of a flow that was right from the start.
    #[test]
    fn a_correction_leaves_the_corrected_amount(
        flows in prop::collection::vec(drawn(), 1..12),
        which in any::<prop::sample::Index>(),
        right in 1..9000_u32,
    ) {
        let at = which.index(flows.len());
        let wrong: Vec<Drawn> = flows.iter().map(|flow| Drawn { cents: flow.cents.max(1), ..flow.clone() }).collect();
        let mut rows_wrong = rows(&wrong);
        let flow = &wrong[at];
        let change = i64::from(right) - i64::from(flow.cents);
        rows_wrong.push(row("g", flow, change, flow.day, &format!("f{at:03}")));
        let mut corrected = wrong.clone();
        corrected[at].cents = right;
        let (one, other) = (judged(&rows_wrong), judged(&rows(&corrected)));
        prop_assert_eq!(final_balances(&kept(&one, &[])), final_balances(&kept(&other, &[])));
        // It is of the class of what it corrects.
        let flows = &one.data.flows;
        let (correction, root) = (flows.find("g").unwrap(), flows.find(&format!("f{at:03}")).unwrap());
        let class = |flow: usize| one.classified.judgement(flow);
        prop_assert_eq!(class(correction), class(root));
        let pair = one.prepared.counterflows.pair(root);
        let expected = other.prepared.counterflows.pair(other.data.flows.find(&format!("f{at:03}")).unwrap());
        prop_assert_eq!(pair, expected);
    }
}
