//! What flows cost others, and the statement of a network, against answers worked out by hand.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;

use truecost_tests::{Answer, Case, assert_holds, run};

type Row = BTreeMap<String, String>;

/// A kilogram of `a` causes 0.000001 kg of soot at 1 EUR, and 3 h of toil at 0.25 EUR of which 0.30 EUR are paid; a
/// box of half a kilogram 0.25 kg of soot, and 2 kg of shade, a benefit at 0.1 EUR.
fn supply() -> Case {
    Case::new()
        .table(
            "indicators",
            "id,name,dimension,unit,kind\nsoot,Soot,environmental,kg,\ntoil,Toil,social,h,\nshade,Shade,environmental,kg,benefit",
        )
        .factors(
            "test",
            &[],
            "indicator,central,unit,transfer,source,verification\nsoot,1,kg,global,s,primary\n\
             toil,0.25,h,global,s,primary\nshade,0.1,kg,global,s,primary",
        )
        .table("products", "id,name,unit,mass_kg\na,A,kg,\nbox,Box,box,0.5\nraw,Raw,kg,")
        .table("processes", "id,product,amount,unit,region\nmake-a,a,1,kg,NL\nmake-box,box,1,box,NL")
        .table(
            "interventions",
            "process,indicator,amount,unit\nmake-a,soot,0.000001,kg\nmake-a,toil,3,h\nmake-box,soot,0.25,kg\n\
             make-box,shade,2,kg",
        )
        .table("paid", "process,indicator,amount,currency,year,source\nmake-a,toil,0.3,EUR,2024,s")
}

const MANIFEST: &str = "kind = \"flows\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
    geography = \"NL\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n\
    [flows]\nsupply = \"../data\"\n[flows.stated]\ncompelled = \"none\"\n";

const FLOWS: &str = "\
id,from,to,date,action,resource,quantity,unit,value,unit_of_account,price_basis,counterflow_kind,contracted,relation,access_scope,agreement,compelled
sold,shop,ana,2024-03-02,,apple,1.5,kg,6,EUR,posted,,yes,none,named,sale,
sold-money,ana,shop,2024-03-02,,euro,,,6,EUR,posted,,yes,none,named,sale,
pooled,pool,ana,2024-03-02,transferCustody,apple,1.5,kg,,none,none,none,no,,members,,
given,ana,bo,2024-04-02,,apple,1.5,kg,,none,none,none,no,none,named,,
half,ana,bo,2024-04-02,,apple,500,g,,none,none,none,no,none,named,,
five-halves,ana,bo,2023-04-02,,apple,2.5,kg,,none,none,none,no,none,named,,
boxes,ana,bo,2024-04-03,,box,3,box,,none,none,none,no,none,named,,
by-mass,ana,bo,2024-04-03,,box,1,kg,,none,none,none,no,none,named,,
by-volume,ana,bo,2024-04-04,,apple,1,L,,none,none,none,no,none,named,,
own-unit,ana,bo,2024-04-04,,apple,1,crate,,none,none,none,no,none,named,,
no-unit,ana,bo,2024-04-04,,apple,1,,,none,none,none,no,none,named,,
no-quantity,ana,bo,2024-04-04,,apple,,kg,,none,none,none,no,none,named,,
no-product,ana,bo,2024-04-04,,sofa,1,kg,,none,none,none,no,none,named,,
no-process,ana,bo,2024-04-04,,raw,1,kg,,none,none,none,no,none,named,,
code-work,ana,lib,2024-02-03,work,code,10,h,,none,none,none,no,none,anyone,,
docs-work,bo,lib,2024-02-03,work,docs,2,h,,none,none,none,no,none,anyone,,
copy,lib,all,2024-02-04,copy,code,,,,none,none,none,no,none,anyone,,
mending,ana,pool,2024-02-05,work,mend,90,min,,none,none,none,no,,members,,
no-hours,ana,pool,2024-02-05,work,mend,,,,none,none,none,no,,members,,
garden,bo,ana,2024-02-06,,garden,3,h,3,h,formula_equal,,yes,none,named,time,
garden-hours,ana,bo,2024-02-06,,hours,,,3,h,formula_equal,,yes,none,named,time,
";

const RESOURCES: &str = "\
id,kind,rival,excludable,licence,product,task,replacement_hours
euro,money,yes,yes,none,,,
apple,goods_services,yes,yes,none,a,,
box,goods_services,yes,yes,none,box,,
raw,goods_services,yes,yes,none,raw,,
sofa,goods_services,yes,yes,none,,,
code,goods_services,no,no,MIT,,programming,100
docs,goods_services,no,no,CC-BY-4.0,,writing,
mend,goods_services,yes,yes,none,,mending,
garden,goods_services,yes,yes,none,,gardening,
hours,hours,yes,yes,none,,,
";

const WAGES: &str = "\
basis,task,agent,amount,currency,year,source
generalist,,,10,EUR,2024,s
specialist,programming,,40,EUR,2024,s
specialist,gardening,,12.5,EUR,2024,s
opportunity,,ana,20,EUR,2024,s
";

fn network() -> Case {
    supply()
        .file("flows/manifest.toml", MANIFEST)
        .file(
            "flows/agents.csv",
            "id,kind,household\nana,person,ana\nbo,person,bo\nshop,firm,\npool,pool,\nlib,commons_project,\n\
             all,public,\nbank,timebank,\n",
        )
        .file("flows/memberships.csv", "agent,body\nana,pool\nana,bank\nbo,bank\n")
        .file("flows/units.csv", "id,kind\ncrate,physical\n")
        .file("flows/flows.csv", FLOWS)
        .file("flows/resources.csv", RESOURCES)
        .file("flows/wages.csv", WAGES)
}

fn classify(case: &Case, more: &[&str]) -> Answer {
    let mut arguments = vec!["--datasets", "shelf", "classify", "flows", "--out", "out"];
    arguments.extend(more);
    run(case.path(), &arguments)
}

fn rows(case: &Case, file: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(case.path().join("out").join(file)).unwrap();
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

fn costs(case: &Case) -> BTreeMap<String, Row> {
    let answer = classify(case, &[]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    rows(case, "flow_costs.csv").into_iter().map(|row| (row["flow"].clone(), row)).collect()
}

/// The amount, or the count, of a line of the statement, over all years.
fn said(rows: &[Row], class: &str, measure: &str, basis: &str, detail: &str, column: &str) -> String {
    let cells: Vec<&str> = rows
        .iter()
        .filter(|row| format!("{}.{}", row["regime"], row["subregime"]) == class)
        .filter(|row| row["measure"] == measure && row["basis"] == basis && row["detail"] == detail)
        .map(|row| row[column].as_str())
        .collect();
    cells.join("+")
}

#[test]
fn costs_are_unit_costs_times_quantities_rounded_once() {
    let costs = costs(&network());
    let cells = |flow: &str| {
        let columns = [
            "environmental",
            "social",
            "health",
            "external_cost",
            "benefits",
            "internalised",
            "gap",
            "true_price",
        ];
        columns.map(|column| costs[flow][column].as_str()).join(" ")
    };
    // 1.5e-6 is half-way between two steps and goes to the even one, 2e-6; 1.5 x 0.75 = 1.125, of it 0.45 paid.
    assert_eq!(cells("sold"), "0.000002 1.125 not stated 1.125002 0 0.45 0.675002 6.675002");
    // 0.5e-6 goes to 0.
    assert_eq!(cells("half"), "0 0.375 not stated 0.375 0 0.15 0.225 ");
    // 2.5e-6 goes to 2e-6.
    assert_eq!(cells("five-halves"), "0.000002 1.875 not stated 1.875002 0 0.75 1.125002 ");
    assert_eq!(cells("boxes"), "0.75 not stated not stated 0.75 0.6 0 0.75 ");
    // A kilogram is two boxes of half a kilogram.
    assert_eq!(cells("by-mass"), "0.5 not stated not stated 0.5 0.4 0 0.5 ");
    assert_eq!(costs["sold"]["market_value"], "6");
    assert_eq!((&*costs["sold"]["currency"], &*costs["sold"]["price_year"]), ("EUR", "2024"));
}

#[test]
fn what_is_given_costs_others_as_much_as_what_is_sold() {
    let costs = costs(&network());
    for flow in ["pooled", "given"] {
        for column in
            ["environmental", "social", "external_cost", "internalised", "gap", "product", "coverage"]
        {
            assert_eq!(costs[flow][column], costs["sold"][column], "{flow} {column}");
        }
        // Nobody paid for it: it has no price to add the gap to.
        assert_eq!((&*costs[flow]["market_value"], &*costs[flow]["true_price"]), ("", ""));
    }
    assert_eq!(costs["pooled"]["regime"], "commons");
    assert_eq!(costs["given"]["regime"], "reciprocity");
}

#[test]
fn what_cannot_be_priced_says_why_and_is_not_0() {
    let costs = costs(&network());
    for (flow, reason) in [
        ("by-volume", "a unit of another dimension than the product's"),
        ("own-unit", "a unit of another dimension than the product's"),
        ("no-unit", "no unit stated"),
        ("no-quantity", "no quantity stated"),
        ("no-product", "no product named"),
        ("no-process", "no process makes the product"),
    ] {
        let row = &costs[flow];
        assert_eq!(
            (&*row["status"], &*row["reason"], &*row["external_cost"]),
            ("unpriced", reason, "unpriced")
        );
        assert_eq!((&*row["gap"], &*row["true_price"]), ("", ""), "{flow}");
    }
    for flow in ["sold-money", "garden-hours"] {
        assert_eq!(
            (&*costs[flow]["status"], &*costs[flow]["external_cost"]),
            ("not a product", ""),
            "{flow}"
        );
    }
    let case = network();
    let text = classify(&case, &[]).stdout;
    assert_holds(&text, &["unpriced: 12;", "no quantity stated (1)", "in which no product moves: 2"]);
}

#[test]
fn the_statement_by_hand() {
    let case = network();
    let answer = classify(&case, &[]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let rows = rows(&case, "statement.csv");
    let amount = |class: &str, measure: &str, basis: &str, detail: &str| {
        said(&rows, class, measure, basis, detail, "amount")
    };
    let count = |class: &str, measure: &str, detail: &str| said(&rows, class, measure, "", detail, "count");
    assert_eq!(count("market.conventional", "flows", ""), "2");
    assert_eq!(amount("market.conventional", "paid", "", ""), "6");
    assert_eq!(amount("market.conventional", "valued", "", ""), "6");
    assert_eq!(amount("market.conventional", "market_value", "", ""), "6");
    assert_eq!(amount("market.conventional", "true_price", "", ""), "6.675002");
    // By year: five-halves is of 2023. 1.125002 (given) + 0.375 (half) + 0.75 (boxes) + 0.5 (by-mass).
    assert_eq!(amount("reciprocity.gift", "external_cost", "", ""), "1.875002+2.750002");
    assert_eq!(amount("reciprocity.gift", "benefits", "", ""), "0+1");
    assert_eq!(amount("reciprocity.timebank", "paid", "", ""), "3");
    assert_eq!(amount("reciprocity.timebank", "valued", "", ""), "3");

    assert_eq!(count("commons.open_digital", "uses", ""), "1");
    assert_eq!(count("commons.pooled", "uses", ""), "1");
    assert_eq!(amount("commons.open_digital", "contributed_hours", "", ""), "12");
    assert_eq!(amount("commons.pooled", "contributed_hours", "", ""), "1.5");
    // The code takes 100 h. The 2 h of the manual went to the project that keeps the code: they are in those.
    assert_eq!(amount("commons.open_digital", "replacement_hours", "", "stated"), "100");
    assert_eq!(amount("commons.open_digital", "replacement_hours", "", "at least"), "");
    assert_eq!(amount("commons.open_digital", "replacement_once", "generalist", "stated"), "1000");
    assert_eq!(amount("commons.open_digital", "replacement_once", "specialist", "stated"), "4000");
    assert_eq!(amount("commons.pooled", "replacement_once", "generalist", "at least"), "15");
    assert_eq!(amount("commons.pooled", "replacement_unvalued_hours", "specialist", "at least"), "1.5");

    let unpaid = |class: &str, basis: &str| amount(class, "unpaid_work", basis, "volunteer");
    let unvalued = |class: &str, basis: &str| amount(class, "unpaid_unvalued_hours", basis, "volunteer");
    assert_eq!(amount("commons.open_digital", "unpaid_hours", "", "volunteer"), "12");
    assert_eq!(unpaid("commons.open_digital", "generalist"), "120");
    assert_eq!(unpaid("commons.open_digital", "specialist"), "400");
    assert_eq!(unvalued("commons.open_digital", "specialist"), "2");
    assert_eq!(unpaid("commons.open_digital", "opportunity"), "200");
    assert_eq!(unvalued("commons.open_digital", "opportunity"), "2");
    assert_eq!(unpaid("reciprocity.timebank", "specialist"), "37.5");
    assert_eq!(unpaid("commons.pooled", "opportunity"), "30");
    assert_eq!(count("commons.pooled", "unpaid_without_hours", "volunteer"), "1");
    assert_holds(&answer.stdout, &["tasks without a wage: mending, writing", "agents without a wage: bo"]);
}

#[test]
fn wages_change_no_money() {
    let case = network();
    assert_eq!(classify(&case, &[]).code, 0);
    let money = |rows: Vec<Row>| -> Vec<Row> {
        let memo = ["unpaid_work", "unpaid_unvalued_hours", "replacement_once", "replacement_unvalued_hours"];
        rows.into_iter().filter(|row| !memo.contains(&row["measure"].as_str())).collect()
    };
    let (before, flows) = (money(rows(&case, "statement.csv")), rows(&case, "flow_costs.csv"));
    fs::remove_file(case.path().join("flows/wages.csv")).unwrap();
    assert_eq!(classify(&case, &[]).code, 0);
    assert_eq!(money(rows(&case, "statement.csv")), before);
    assert_eq!(rows(&case, "flow_costs.csv"), flows);
    let unvalued = rows(&case, "statement.csv");
    assert_eq!(
        said(&unvalued, "commons.pooled", "unpaid_unvalued_hours", "generalist", "volunteer", "amount"),
        "1.5"
    );
}

#[test]
fn wages_of_other_years_and_currencies_are_moved_or_listed() {
    let wages = "basis,task,agent,amount,currency,year,source\ngeneralist,,,10,EUR,2020,s\n\
                 opportunity,,ana,20,BIF,2024,s\n";
    let case = network().file("flows/wages.csv", wages);
    let answer = classify(&case, &[]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let rows = rows(&case, "statement.csv");
    let said =
        |basis: &str, measure: &str| said(&rows, "commons.pooled", measure, basis, "volunteer", "amount");
    // 1.5 h at 10 EUR of 2020, by the index of consumer prices: 15 x 126.07 / 105.06.
    assert_eq!(said("generalist", "unpaid_work"), "17.999714");
    assert_eq!(said("opportunity", "unpaid_unvalued_hours"), "1.5");
    assert_holds(&answer.stdout, &["not moved to EUR of 2024: opportunity of ana:"]);
}

#[test]
fn flags_win_over_the_manifest_of_the_flows_and_that_over_the_supply() {
    let text = |case: &Case, more: &[&str]| classify(case, more).stdout;
    assert_holds(&text(&network(), &[]), &["EUR of 2024"]);
    let own = MANIFEST.replace("[flows]\n", "[defaults]\nyear = 2023\n[flows]\n");
    let case = network().file("flows/manifest.toml", &own);
    assert_holds(&text(&case, &[]), &["EUR of 2023"]);
    assert_holds(&text(&case, &["--year", "2022"]), &["EUR of 2022"]);
    // Without a supply dataset nothing is priced.
    let none = MANIFEST.replace("[flows]\nsupply = \"../data\"\n", "");
    let case = network().file("flows/manifest.toml", &none);
    assert!(!text(&case, &[]).contains("priced and unpriced"));
    assert!(!case.path().join("out/statement.csv").exists());
    assert_holds(&text(&case, &["--supply", "data"]), &["priced and unpriced: EUR of 2024"]);
    // What was paid is what flows state.
    let listed = classify(&network(), &["--prices", "us-bls-2021"]);
    assert_eq!(listed.stdout, text(&network(), &[]));
    assert_holds(&listed.stderr, &["the price list `us-bls-2021` is not used: flows state what was paid"]);
}

#[test]
fn netting_lets_benefits_cancel() {
    let case = network();
    assert_eq!(classify(&case, &["--netting"]).code, 0);
    let rows: BTreeMap<String, Row> =
        rows(&case, "flow_costs.csv").into_iter().map(|row| (row["flow"].clone(), row)).collect();
    assert_eq!((&*rows["boxes"]["gap"], &*rows["boxes"]["external_cost"]), ("0.15", "0.75"));
}

#[test]
fn a_flow_is_explained_with_what_it_costs() {
    let case = network();
    let explain =
        |flow: &str| run(case.path(), &["--datasets", "shelf", "explain", "flows", "--flow", flow]).stdout;
    assert_holds(
        &explain("sold"),
        &[
            "toil (social): 1.125, internalised 0.45",
            "external cost 1.125002, internalised 0.45, gap 0.675002",
            "market value 6 + gap = true price 6.675002",
        ],
    );
    assert_holds(&explain("by-volume"), &["unpriced, which is not 0: a unit of another dimension"]);
    assert_holds(&explain("sold-money"), &["nothing by itself: no product moves in this leg"]);
}
