//! What the manifest states of all flows, and what it does not state: each case by hand.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::Path;

use truecost_tests::run;

const MANIFEST: &str = "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
                        geography = \"001\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n";
/// A sale, but for what ties the two.
const SALE: &str = "id,from,to,date,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled,relation,\
                    access_scope\nx,GIVER,TAKER,DAY,10,EUR,posted,money,yes,none,,named\n";
const NONE: &str = "relation = \"none\"\n";
const MEMBERS: &str = "agent,body,from\np,c,2020-01-15\n";
const TWO: &str = "id,kind,household,commune,control\nc,coop,,,\np,person,,,\n";

/// Classes, confidences and shares by flow.
fn found(stated: &str, tables: &[(&str, &str)]) -> BTreeMap<String, [String; 4]> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest.toml"), format!("{MANIFEST}[flows.stated]\n{stated}"))
        .unwrap();
    for (name, text) in tables {
        std::fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
    }
    let answer = run(Path::new("."), &["classify", "--format", "csv", folder.path().to_str().unwrap()]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let mut reader = csv::Reader::from_reader(answer.stdout.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let fact = |row: &BTreeMap<String, String>| {
        let class = format!("{}.{}", row["regime"], row["subregime"]);
        [class, row["confidence"].clone(), row["shares"].clone(), row["part"].clone()]
    };
    rows.iter().map(|row| (row["flow"].clone(), fact(row))).collect()
}

fn class(stated: &str, tables: &[(&str, &str)]) -> String {
    found(stated, tables)["x"][0].clone()
}

fn sale(giver: &str, taker: &str, day: &str) -> String {
    SALE.replace("GIVER", giver).replace("TAKER", taker).replace("DAY", day)
}

const OPEN: &str = "unclassified.insufficient_evidence";

#[test]
fn a_membership_is_settled_by_the_whole_period_of_the_flow() {
    for (day, expected) in [
        ("2020-01-15", "market.coop_internal"),
        ("2020-01-14", "market.conventional"),
        ("2020-02", "market.coop_internal"),
        ("2020-01", OPEN),
        ("2019-12", "market.conventional"),
        ("2021", "market.coop_internal"),
        ("2020", OPEN),
        ("2019", "market.conventional"),
        ("", OPEN),
    ] {
        let flows = sale("c", "p", day);
        let tables = [("agents", TWO), ("memberships", MEMBERS), ("flows", flows.as_str())];
        assert_eq!(class(NONE, &tables), expected, "{day}");
    }
}

#[test]
fn no_ties_but_those_of_the_tables_needs_the_tables() {
    let flows = sale("c", "p", "2024-03-05");
    // Nobody controls a person, and a co-op lives in no household: the columns for it can be missing.
    let few = "id,kind\nc,coop\np,person\n";
    let none = "agent,body,from\n";
    assert_eq!(
        class(NONE, &[("agents", few), ("memberships", none), ("flows", &flows)]),
        "market.conventional"
    );
    assert_eq!(class(NONE, &[("agents", few), ("flows", &flows)]), OPEN);
    assert_eq!(class("", &[("agents", TWO), ("memberships", none), ("flows", &flows)]), OPEN);
    // Two firms: one may control the other. An empty cell says that it does not, an absent column says nothing.
    let flows = sale("c", "p", "2024-03-05").replace("posted", "negotiated");
    for (agents, expected) in [
        ("id,kind,control\nc,firm,o\np,firm,o\no,firm,\n", "redistribution.internal_hierarchy"),
        ("id,kind,control\nc,firm,\np,firm,\no,firm,\n", "market.conventional"),
        ("id,kind\nc,firm\np,firm\no,firm\n", OPEN),
    ] {
        assert_eq!(class(NONE, &[("agents", agents), ("memberships", none), ("flows", &flows)]), expected);
    }
}

#[test]
fn a_body_of_unknown_kind_may_be_a_federation() {
    let flows = sale("c", "d", "2024-03-05");
    let memberships = "agent,body\nc,f\nd,f\n";
    for (kind, expected) in
        [("federation_fund", "market.coop_internal"), ("firm", "market.conventional"), ("", OPEN)]
    {
        let agents = format!("id,kind,control\nc,coop,\nd,coop,\nf,{kind},\n");
        let tables = [("agents", agents.as_str()), ("memberships", memberships), ("flows", &flows)];
        assert_eq!(class(NONE, &tables), expected, "{kind}");
    }
}

#[test]
fn what_an_agreement_or_a_resource_might_state_no_constant_states_in_its_place() {
    let agents = "id,kind\np,firm\nq,firm\n";
    let flows = "id,from,to,date,resource,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled,\
                 relation,access_scope,agreement\nx,p,q,2024-03-05,r,100,EUR,,money,yes,none,none,named,AGREEMENT\n";
    let stated = "price_basis = \"posted\"\n";
    let agreed = flows.replace("AGREEMENT", "g");
    let (full, empty, less) = (
        "id,price_basis,certification\ng,certified_floor,Fairtrade\n",
        "id,price_basis,certification\ng,,none\n",
        "id,certification\ng,Fairtrade\n",
    );
    for (agreements, expected) in [(full, "market.fair_trade"), (empty, "market.conventional"), (less, OPEN)]
    {
        let tables = [("agents", agents), ("agreements", agreements), ("flows", &agreed)];
        assert_eq!(class(stated, &tables), expected);
    }
    assert_eq!(class(stated, &[("agents", agents), ("flows", &agreed)]), OPEN);
    let alone = flows.replace("AGREEMENT", "");
    assert_eq!(class(stated, &[("agents", agents), ("flows", &alone)]), "market.conventional");
    let unheard_of = alone.replace(",agreement", "").replace("named,", "named");
    assert_eq!(class(stated, &[("agents", agents), ("flows", &unheard_of)]), OPEN);

    let agents = "id,kind\np,person\nq,person\n";
    let flows = "id,from,to,resource,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled,relation,\
                 access_scope,licence,rival\nx,p,q,r,0,none,none,none,no,none,none,anyone,CC0-1.0,\n";
    let stated = "rival = \"no\"\n";
    for (resources, expected) in [
        ("id,rival\nr,\n", "commons.open_digital"),
        ("id,rival\nr,yes\n", OPEN),
        ("id,name\nr,paper\n", OPEN),
    ] {
        assert_eq!(
            class(stated, &[("agents", agents), ("resources", resources), ("flows", flows)]),
            expected
        );
    }
}

const LEGS: &str = "id,from,to,date,resource,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled,\
                    relation,access_scope,agreement\n";

#[test]
fn a_name_for_people_tells_no_resources_apart() {
    let flows = format!(
        "{LEGS}x,p,q,2024-03-05,r1,,none,none,,yes,none,none,named,g\n\
         y,q,p,2024-03-06,OTHER,,none,none,,yes,none,none,named,g\n"
    );
    let agents = "id,kind\np,person\nq,person\n";
    for (other, expected) in [("r2", "reciprocity.barter"), ("r1", "reciprocity.balanced")] {
        for resources in [
            "id,name,kind\nr1,Bread,goods_services\nr2,Bread,goods_services\n",
            "id,kind\nr1,goods_services\nr2,goods_services\n",
        ] {
            let flows = flows.replace("OTHER", other);
            assert_eq!(
                class("", &[("agents", agents), ("resources", resources), ("flows", &flows)]),
                expected
            );
        }
    }
}

#[test]
fn a_repayment_in_a_unit_that_is_not_stated_is_not_known() {
    let flows = format!(
        "{LEGS}x,s,q,2024-03-05,r1,100,EUR,none,,yes,none,none,named,g\n\
         y,q,s,2024-03-06,r2,100,UNIT,none,,yes,none,none,named,g\n"
    );
    let agents = "id,kind\ns,state\nq,pool\n";
    let resources = "id,kind,rival\nr1,money,yes\nr2,money,yes\n";
    for (unit, expected) in [("EUR", "reciprocity.balanced"), ("", OPEN), ("USD", "market.conventional")] {
        let flows = flows.replace("UNIT", unit);
        for stated in ["", "counterflow_kind = \"money\"\n"] {
            let tables = [("agents", agents), ("resources", resources), ("flows", flows.as_str())];
            assert_eq!(class(stated, &tables), expected, "{unit}");
        }
    }
}

#[test]
fn a_correction_counts_in_the_shares_of_what_it_corrects() {
    let flows = "id,from,to,date,resource,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled,\
                 relation,access_scope,agreement,part,corrects\n\
                 main,p,c,2024-03-01,money,100,EUR,posted,goods_services,yes,none,none,named,g,,\n\
                 tip,p,c,2024-03-01,money,100,EUR,voluntary,none,no,none,none,named,g,tip,\n\
                 fix,p,c,2024-03-02,money,-75,EUR,,,,,,,,,tip\n";
    let found = found("", &[("agents", "id,kind\np,person\nc,firm\n"), ("flows", flows)]);
    // 100 and 100 - 75 = 25: four fifths and one.
    assert_eq!(found["fix"], found["tip"]);
    assert_eq!(found["fix"][3], "tip");
    let shares = &found["fix"][2];
    assert!(shares.contains("0.8") && shares.contains("0.2") && *shares == found["main"][2], "{shares}");
}
