//! Valueflows: what happened becomes flows, promises do not, and nothing is lost in silence. The traps are those of the
//! examples that Valueflows publishes; the counts were taken from their text.
//!
//! The folder with the examples is named by `TRUECOST_DATA`; without it those tests are skipped by name.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use truecost::base::diagnostic::Diagnostics;
use truecost::data::flows::FlowData;
use truecost::data::importers::{Currency, Format, Imported, Input, import};
use truecost::data::reference::Reference;
use truecost::data::source::Library;
use truecost::regime::{Judged, Rules};

fn reference() -> Reference {
    Reference::read(&Library::default(), &mut Diagnostics::new())
}

fn read_with(files: &[(&str, &str)], currencies: &[&str]) -> (Option<Imported>, String) {
    let inputs: Vec<Input> = files
        .iter()
        .map(|(name, text)| Input { name: (*name).to_owned(), bytes: text.as_bytes().to_vec() })
        .collect();
    let currencies = currencies.iter().map(|text| Currency::parse(text).unwrap()).collect();
    let mut diagnostics = Diagnostics::new();
    let imported = import(&Format::Valueflows(currencies), &inputs, &reference(), &mut diagnostics);
    (imported, diagnostics.to_string())
}

fn read(text: &str) -> Imported {
    let (imported, said) = read_with(&[("file.yaml", text)], &[]);
    imported.unwrap_or_else(|| panic!("{said}"))
}

/// Rows of a table as maps, by id.
fn rows(imported: &Imported, table: &str) -> Vec<BTreeMap<String, String>> {
    let sheet = &imported.tables[table];
    let row = |row: &Vec<String>| sheet.header.iter().cloned().zip(row.iter().cloned()).collect();
    sheet.rows.iter().map(row).collect()
}

fn left(imported: &Imported) -> BTreeMap<String, usize> {
    imported.told.left_out().map(|(reason, count)| (reason.to_owned(), count)).collect()
}

/// Everything that was read is a row or was told.
fn adds_up(imported: &Imported) {
    let left: usize = imported.told.left_out().map(|(_, count)| count).sum();
    assert_eq!(imported.told.read(), imported.told.all_taken() + left);
    assert_eq!(imported.told.taken("flows"), imported.tables["flows"].len());
}

fn example(name: &str) -> Option<Imported> {
    example_with(name, &[]).map(|(imported, said)| imported.unwrap_or_else(|| panic!("{said}")))
}

fn example_with(name: &str, currencies: &[&str]) -> Option<(Option<Imported>, String)> {
    let folder = std::env::var_os("TRUECOST_DATA").map(PathBuf::from).filter(|folder| folder.is_dir());
    let Some(folder) = folder else {
        assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "TRUECOST_DATA names no folder");
        eprintln!("skipped: TRUECOST_DATA names no folder with the public test data");
        return None;
    };
    let path = folder.join("valueflows/examples-yaml").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    Some(read_with(&[(name, &text)], currencies))
}

const CONTEXT: &str = "'@context':\n  - '@vocab': http://w3id.org/valueflows/ont/vf#\n  - ana: https://ana.example/\n    bo: https://bo.example/\n";

fn graph(things: &str) -> String {
    format!("{CONTEXT}'@graph':\n{things}")
}

/// An event between Ana and Bo.
fn event(id: &str, more: &str) -> String {
    let more: String = more.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "  - '@id': {id}\n    '@type': EconomicEvent\n    provider: https://ana.example/\n    receiver: https://bo.example\n{more}"
    )
}

const KILO: &str = "resourceQuantity:\n  hasUnit: kilogram\n  hasNumericalValue: ";

#[test]
fn the_actions_are_those_of_the_ontology() {
    let actions = reference().actions;
    assert_eq!(actions.len(), 19);
    for (name, handling, effort) in [
        ("pickup", true, false),
        ("produce", false, false),
        ("work", false, true),
        ("transferCustody", false, false),
    ] {
        let action = actions.get(name).unwrap();
        assert_eq!((action.is_handling(), action.by_effort), (handling, effort), "{name}");
    }
    assert_eq!(actions.get("pass"), None);
}

#[test]
fn all_published_examples_are_read_and_nothing_is_lost() {
    let Some(folder) = std::env::var_os("TRUECOST_DATA").map(PathBuf::from).filter(|folder| folder.is_dir())
    else {
        assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "TRUECOST_DATA names no folder");
        eprintln!("skipped: TRUECOST_DATA names no folder with the public test data");
        return;
    };
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder.join("valueflows/examples-yaml"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    assert_eq!(names.len(), 35);
    let texts: Vec<String> = names.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let reference = reference();
    let (mut with_flows, mut flows) = (0, 0);
    for (path, text) in names.iter().zip(&texts) {
        let input = Input { name: path.to_string_lossy().into_owned(), bytes: text.clone().into_bytes() };
        let mut diagnostics = Diagnostics::new();
        let imported = import(&Format::Valueflows(Vec::new()), &[input], &reference, &mut diagnostics);
        let said = diagnostics.to_string();
        let Some(imported) = imported else {
            // Nothing passes in what only describes agents, plans, recipes and work within one agent.
            assert!(said.contains("error[no-flow]") && said.matches("error").count() == 1, "{said}");
            continue;
        };
        adds_up(&imported);
        // Every type stands in the file as often as it was read.
        let typed = text.matches("'@type':").count();
        assert_eq!(imported.told.read(), typed, "{}", path.display());
        with_flows += 1;
        flows += imported.told.taken("flows");
        let mut problems = Diagnostics::new();
        let data = FlowData::read(imported.source("x"), &reference, &(), &mut problems);
        assert!(!problems.has_errors(), "{}: {problems}", path.display());
        let rules = Rules::find("default", &Library::default(), &mut problems);
        assert!(Judged::new(data.unwrap(), rules.unwrap(), &reference, &(), &mut problems).is_some());
    }
    // Counted by a second program too: a loader of YAML in Python that walks the same files.
    assert_eq!((with_flows, flows), (17, 42));
}

#[test]
fn a_retail_exchange_is_one_agreement_with_two_legs() {
    let Some((imported, said)) =
        example_with("exchange-02-retail-exchange.yaml", &["http://www.wikidata.org/entity/Q4917=USD"])
    else {
        return;
    };
    let imported = imported.unwrap_or_else(|| panic!("{said}"));
    let flows = rows(&imported, "flows");
    assert_eq!(flows.len(), 2);
    assert_eq!((flows[0]["quantity"].as_str(), flows[0]["unit"].as_str()), ("1", "1"));
    assert_eq!((flows[1]["value"].as_str(), flows[1]["unit_of_account"].as_str()), ("5", "USD"));
    assert_eq!(flows[0]["agreement"], flows[1]["agreement"]);
    assert_eq!(rows(&imported, "agreements")[0]["contracted"], "yes");
    let kinds: Vec<String> =
        rows(&imported, "resources").into_iter().map(|row| row["kind"].clone()).collect();
    assert_eq!(kinds, ["", "money"]);
}

#[test]
fn prefixed_and_bare_keys_and_units_mean_the_same() {
    let Some(imported) = example("exchange-10-transportation-with-transfer.yaml") else { return };
    let flows = rows(&imported, "flows");
    assert_eq!(flows.len(), 5);
    let apples = flows.iter().filter(|row| row["unit"] == "kg" && row["quantity"] == "30").count();
    assert_eq!(apples, 3);
    // What Claudia is paid for and what she is paid belong to the agreement of the commitments they fulfil.
    let of: Vec<&str> =
        flows.iter().filter(|row| !row["agreement"].is_empty()).map(|row| row["action"].as_str()).collect();
    assert_eq!(of, ["deliverService", "transfer"]);
    assert_eq!(rows(&imported, "agreements")[0]["contracted"], "yes");
    let bare = read(&graph(&event("ana:1", &format!("action: transfer\n{KILO}2.50"))));
    let prefixed = event(
        "ana:1",
        "vf:action: vf:transfer\nvf:resourceQuantity:\n  om2:hasUnit: om2:kilogram\n  om2:hasNumericalValue: 2.50",
    );
    let prefixed = read(&graph(&prefixed.replace("provider", "http://w3id.org/valueflows/ont/vf#provider")));
    assert_eq!(bare.tables, prefixed.tables);
    assert_eq!(rows(&bare, "flows")[0]["quantity"], "2.50");
}

#[test]
fn a_misspelt_key_is_read_and_told() {
    let imported =
        read(&graph(&event("ana:1", &format!("action: transfer\nresourceconformsTo: ana:apples\n{KILO}1"))));
    assert_eq!(rows(&imported, "flows")[0]["resource"], "apples");
    assert_eq!(imported.told.notes(), ["`resourceconformsTo` was read as `resourceConformsTo`"]);
    // A key that is further off is not read, and is told with its line.
    let text = graph(&event("ana:1", &format!("action: transfer\nresourceConforms: ana:apples\n{KILO}1")));
    let (imported, said) = read_with(&[("file.yaml", &text)], &[]);
    assert_eq!(rows(&imported.unwrap(), "flows")[0]["resource"], "");
    assert!(said.contains("warning[header-typo] file.yaml:11: `resourceConforms`"), "{said}");
}

#[test]
fn one_id_on_two_commitments_is_one_agreement_all_the_same() {
    let Some(imported) = example("exchange-07-car-rental.yaml") else { return };
    let flows = rows(&imported, "flows");
    assert_eq!(flows.len(), 3);
    assert!(flows.iter().all(|row| row["agreement"] == "f47064eb-7120-4b31-b882-770165901fe6"));
    assert_eq!(left(&imported)["commitments: promises, not flows"], 3);
}

#[test]
fn one_id_on_two_events_keeps_both() {
    let text = graph(
        &[
            event("ana:1", &format!("action: transfer\n{KILO}1")),
            event("ana:1", &format!("action: transfer\n{KILO}2")),
        ]
        .concat(),
    );
    let (imported, said) = read_with(&[("file.yaml", &text)], &[]);
    let flows = rows(&imported.unwrap(), "flows");
    let found: Vec<(&str, &str)> =
        flows.iter().map(|row| (row["id"].as_str(), row["quantity"].as_str())).collect();
    assert_eq!(found, [("1", "1"), ("1-2", "2")]);
    assert!(
        said.contains("warning[duplicate-key]") && said.contains("both are kept, this one as `1-2`"),
        "{said}"
    );
}

#[test]
fn snapshots_that_are_repeated_count_once() {
    let Some(imported) = example("production-13-correcting-errors.yaml") else { return };
    assert_eq!(left(&imported)["events that were said before, word by word"], 3);
    let flows = rows(&imported, "flows");
    let found: Vec<(&str, &str, &str)> =
        flows.iter().map(|row| (&row["quantity"][..], &row["unit"][..], &row["corrects"][..])).collect();
    assert_eq!(found, [("7", "h", ""), ("-1", "h", "6f438393-7f87-4914-806c-e23a4fd15e89")]);
}

#[test]
fn the_top_level_may_be_a_list_without_a_context() {
    let Some(imported) = example("exchange-09-transportation-with-transfer.yaml") else { return };
    adds_up(&imported);
    let actions: Vec<String> = rows(&imported, "flows").iter().map(|row| row["action"].clone()).collect();
    assert_eq!(actions, ["pickup", "dropoff", "deliverService"]);
}

#[test]
fn events_nested_in_an_event_are_found() {
    let Some(imported) = example("production-01-manufacturing.yaml") else { return };
    let flows = rows(&imported, "flows");
    let found: Vec<(&str, &str)> =
        flows.iter().map(|row| (row["action"].as_str(), row["from"].as_str())).collect();
    assert_eq!(found, [("cite", "makezine.com"), ("work", "alice.example")]);
    let left = left(&imported);
    for action in ["consume", "produce", "use"] {
        assert_eq!(left[&format!("{action}: events within one agent, nothing passed")], 1);
    }
}

#[test]
fn dates_that_no_standard_knows_are_days() {
    let dated = |when: &str| {
        let imported = read(&graph(&event("ana:1", &format!("action: transfer\n{when}\n{KILO}1"))));
        rows(&imported, "flows")[0]["date"].clone()
    };
    assert_eq!(dated("hasPointInTime: 2019-04-18T8:30:08-5:00"), "2019-04-18");
    assert_eq!(
        dated("hasBeginning: 2018-10-14T8:00:00-0:00\nhasEnd: 2018-10-15T18:00:00-0:00"),
        "2018-10-15"
    );
    assert_eq!(dated("hasBeginning: 2024-01-01T00:00:00Z\nhasEnd: 2024-12-31T23:59:59Z"), "2024");
    assert_eq!(
        dated("hasPointInTime: {'@value': 2024-02-03T00:00:00Z, '@type': xsd:dateTime}"),
        "2024-02-03"
    );
    let text = graph(&event("ana:1", "action: transfer\nhasPointInTime: 18.04.2019"));
    let (imported, said) = read_with(&[("file.yaml", &text)], &[]);
    assert!(imported.is_none());
    assert!(
        said.contains("error[bad-date] file.yaml:6:hasPointInTime: `18.04.2019` is not a date"),
        "{said}"
    );
}

#[test]
fn where_both_sides_are_clauses_the_direction_is_that_of_the_agents() {
    // As in exchange-01, both commitments say `clauseOf`; the events fulfil them.
    let commitment = |id: &str| {
        format!("  - '@id': {id}\n    '@type': Commitment\n    clauseOf: ana:deal\n    action: transfer\n")
    };
    let back = event(
        "bo:paid",
        "action: transfer\nfulfills: bo:c2\nresourceQuantity: {hasUnit: litre, hasNumericalValue: 10}",
    );
    let back =
        back.replace("ana.example", "X").replace("bo.example", "ana.example").replace('X', "bo.example");
    let things = [
        "  - '@id': ana:deal\n    '@type': Agreement\n    note: apples for cider\n".to_owned(),
        commitment("ana:c1"),
        commitment("bo:c2"),
        event("ana:given", &format!("action: transfer\nfulfills: ana:c1\n{KILO}50")),
        back,
    ];
    let imported = read(&graph(&things.concat()));
    let flows = rows(&imported, "flows");
    let ends: Vec<(&str, &str, &str)> =
        flows.iter().map(|f| (&f["from"][..], &f["to"][..], &f["agreement"][..])).collect();
    assert_eq!(ends, [("ana.example", "bo.example", "deal"), ("bo.example", "ana.example", "deal")]);
    let agreement = &rows(&imported, "agreements")[0];
    assert_eq!((agreement["contracted"].as_str(), agreement["name"].as_str()), ("yes", "apples for cider"));
    // The same without anything promised: both gave, and so it was agreed; one that gave alone was not.
    let realized = |text: &str| {
        text.replace("fulfills: ana:c1", "realizationOf: ana:deal")
            .replace("fulfills: bo:c2", "realizationOf: ana:deal")
    };
    let both = read(&graph(&realized(&[things[0].clone(), things[3].clone(), things[4].clone()].concat())));
    assert_eq!(rows(&both, "agreements")[0]["contracted"], "yes");
    let one = read(&graph(&realized(&[things[0].clone(), things[3].clone()].concat())));
    assert_eq!(rows(&one, "agreements")[0]["contracted"], "");
}

#[test]
fn relations_of_agents_are_told() {
    let Some((imported, said)) = example_with("agent-01-.yaml", &[]) else { return };
    assert!(imported.is_none());
    assert!(said.contains("6 left out, relations of agents, which Valueflows 1.0 has no more"), "{said}");
}

#[test]
fn custody_in_a_transport_is_no_part_of_the_exchange() {
    let text = graph(&event("ana:1", &format!("action: pickup\nrealizationOf: ana:deal\n{KILO}30")));
    let imported = read(&text);
    assert_eq!(rows(&imported, "flows")[0]["agreement"], "");
    let text = graph(&event("ana:1", &format!("action: produce\nrealizationOf: ana:deal\n{KILO}30")));
    assert_eq!(rows(&read(&text), "flows")[0]["agreement"], "deal");
}

#[test]
fn a_claim_binds_what_caused_it_to_what_settles_it() {
    let Some(imported) = example("exchange-06-claim-for-income.yaml") else { return };
    let flows = rows(&imported, "flows");
    let bound: Vec<&str> = flows.iter().map(|row| row["agreement"].as_str()).collect();
    assert_eq!(bound, ["d4d2fd71-34f2-41c3-b1c5-19ad5ed2da58"; 2]);
}

#[test]
fn a_medium_of_exchange_makes_a_value_of_a_quantity() {
    let spec = |name: &str| {
        format!(
            "  - '@id': ana:coin\n    '@type': ResourceSpecification\n    name: {name}\n    mediumOfExchange: true\n"
        )
    };
    let paid = |unit: &str, number: &str| {
        event(
            "ana:1",
            &format!(
                "action: transfer\nresourceConformsTo: ana:coin\nresourceQuantity: {{hasUnit: {unit}, hasNumericalValue: {number}}}"
            ),
        )
    };
    let values = |text: &str, currencies: &[&str]| {
        let (imported, said) = read_with(&[("file.yaml", &graph(text))], currencies);
        let imported = imported.unwrap_or_else(|| panic!("{said}"));
        let flow = rows(&imported, "flows").remove(0);
        let cell = |name: &str| flow.get(name).cloned().unwrap_or_default();
        (cell("value"), cell("unit_of_account"), cell("quantity"), imported.told.notes().to_vec())
    };
    // Digits that a double would lose.
    let (value, unit, quantity, _) =
        values(&(spec("EUR") + &paid("one", "12345678901234.123456789012")), &[]);
    assert_eq!((&value[..], &unit[..], &quantity[..]), ("12345678901234.123456789012", "EUR", ""));
    assert_eq!(values(&(spec("money") + &paid("USD", "5")), &[]).1, "USD");
    assert_eq!(
        values(&(spec("Leaf") + &paid("one", "5")), &["https://ana.example/coin=LEAF:member_credit"]).1,
        "LEAF"
    );
    let (value, _, quantity, notes) = values(&(spec("Leaf") + &paid("one", "5")), &[]);
    assert_eq!((&value[..], &quantity[..]), ("", "5"));
    assert!(notes[0].contains("`coin` is a medium of exchange whose currency is not stated"), "{notes:?}");
}

#[test]
fn corrections_lead_to_what_they_correct() {
    let quantity = |n: &str| format!("resourceQuantity: {{hasUnit: kilogram, hasNumericalValue: {n}}}");
    let things = [
        event("ana:3", &format!("action: transfer\ncorrects: ana:2\n{}", quantity("1"))),
        event("ana:1", &format!("action: transfer\n{}", quantity("5"))),
        event("ana:2", &format!("action: transfer\ncorrects: ana:1\n{}", quantity("-2"))),
        event("ana:4", &format!("action: transfer\ncorrects: ana:5\n{}", quantity("1"))),
        event("ana:6", &format!("action: transfer\ncorrects: ana:6\n{}", quantity("1"))),
    ];
    let imported = read(&graph(&things.concat()));
    let flows = rows(&imported, "flows");
    let found: Vec<(&str, &str)> = flows.iter().map(|row| (&row["id"][..], &row["corrects"][..])).collect();
    assert_eq!(found, [("3", "1"), ("1", ""), ("2", "1")]);
    let left = left(&imported);
    assert_eq!(left["events that correct what is not a flow here"], 1);
    assert_eq!(left["events that correct each other in a circle"], 1);
    let text = graph(&event("ana:1", &format!("action: transfer\n{}", quantity("-2"))));
    let (imported, said) = read_with(&[("file.yaml", &text)], &[]);
    assert!(
        imported.is_none() && said.contains("error[negative-amount] file.yaml:11:resourceQuantity"),
        "{said}"
    );
}

#[test]
fn files_name_things_of_one_another_and_json_is_read_as_well() {
    let agents = r#"{"@context": {"ana": "https://ana.example/"}, "@graph": [
      {"@id": "https://ana.example", "@type": "vf:Person", "name": "Ana \ud83c\udf4e"}]}"#;
    let events = graph(&event("ana:1", &format!("action: transfer\n{KILO}1")));
    let (imported, said) = read_with(&[("agents.jsonld", agents), ("events.yaml", &events)], &[]);
    let agents = rows(&imported.unwrap_or_else(|| panic!("{said}")), "agents");
    assert_eq!((agents[0]["id"].as_str(), agents[0]["name"].as_str()), ("ana.example", "Ana 🍎"));
    assert_eq!((agents[0]["kind"].as_str(), agents[1]["kind"].as_str()), ("person", ""));
}
