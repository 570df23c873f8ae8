//! Every derivative against finite differences of the whole pipeline, from the files on.

use std::collections::BTreeMap;
use std::path::PathBuf;

use truecost::study::sensitivity::Of;
use truecost_tests::differences::Bench;
use truecost_tests::{Case, repository};

fn shipped(dataset: &str, set: &str) -> Bench {
    let root = repository().join("datasets");
    Bench::new(&root.join("supply").join(dataset), &root.join("factors").join(set))
}

fn of_case(case: &Case) -> Bench {
    let path: PathBuf = case.path().to_owned();
    Bench::new(&path.join("data"), &path.join("shelf/factors/test"))
}

fn seen(compared: &BTreeMap<String, usize>, kinds: &[&str]) {
    for kind in kinds {
        assert!(compared.contains_key(*kind), "{kind} is not among {compared:?}");
    }
}

#[test]
fn coffee_with_its_loops_its_mix_and_its_payments() {
    let bench = shipped("coffee", "true-price-2025");
    let compared = bench.compare("filter-coffee", None, 1e-7);
    seen(
        &compared,
        &[
            "factors.central",
            "inputs.amount",
            "interventions.amount",
            "prices.amount",
            "processes.amount",
            "processes.share",
        ],
    );
    assert!(compared.values().sum::<usize>() > 100, "{compared:?}");
    bench.compare("roasted-coffee", Some(Of::Footprint("climate-change".to_owned())), 1e-8);
}

#[test]
fn a_food_priced_by_a_list_of_another_currency_and_unit() {
    let mut bench = shipped("grocery", "ce-delft-2024");
    bench.request.prices = Some("us-bls-2021".to_owned());
    let compared = bench.compare("banana", Some(Of::Gap), 1e-7);
    seen(&compared, &["factors.central", "interventions.amount", "processes.amount"]);
    let head = "product,amount,currency,quantity,unit,date,vat,source,verification";
    let bench = shipped("grocery", "ce-delft-2024")
        .priced_by(&format!("{head}\nbanana,0.6,USD,2,[lb_av],2021,excluded,own,primary\n"));
    seen(&bench.compare("banana", None, 1e-7), &["prices.amount"]);
}

/// A dairy that makes cheese and whey out of milk of a mix of farms, in loops with its feed mill: the mill takes whey, the
/// power plant its own power. Milk is counted in litres and bought by mass, crates in pieces.
fn dairy(columns: &str, cheese: &str, whey: &str) -> Case {
    let empty = ",".repeat(columns.matches(',').count());
    Case::new()
        .table(
            "products",
            "id,name,unit,mass_kg
             cheese,Cheese,kg,
             crate,Crate,piece,1.5
             feed,Feed,kg,
             milk,Raw milk,L,1.03
             power,Power,kW.h,
             whey,Whey,L,1.02",
        )
        .table(
            "indicators",
            "id,name,dimension,unit,kind
             shade,Shade,environmental,m2.a,benefit
             soot,Soot,health,kg,
             toil,Toil,social,h,",
        )
        .table(
            "processes",
            &format!(
                "id,product,amount,unit,region,period,share{columns}
                 dairy,cheese,10,kg,NL,2022,{cheese}
                 dairy,whey,80,kg,NL,2022,{whey}
                 farm-a,milk,2,L,NL,2024,0.7{empty}
                 farm-b,milk,1.5,kg,NL,2024,0.3{empty}
                 maker,crate,3,kg,DE,2024,{empty}
                 mill,feed,1,kg,DE,2024,{empty}
                 plant,power,1,kW.h,NL,2024,{empty}"
            ),
        )
        .table(
            "inputs",
            "process,product,amount,unit
             dairy,milk,100,kg
             dairy,power,5,kW.h
             dairy,crate,6,kg
             dairy,feed,-0.5,kg
             farm-a,feed,0.3,kg
             farm-a,power,0.1,kW.h
             farm-b,feed,0.2,kg
             mill,power,0.2,kW.h
             mill,whey,40,g
             plant,power,0.1,kW.h",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit
             dairy,soot,20,g
             dairy,toil,0.5,h
             farm-a,climate-change,1.1,kg CO2-eq
             farm-a,shade,2,m2.a
             farm-b,climate-change,900,g CO2-eq
             farm-b,wage-gap-below-living,0.02,USD2021
             maker,climate-change,4,kg CO2-eq
             mill,climate-change,3,kg CO2-eq
             mill,soot,-0.001,kg
             plant,climate-change,0.4,kg CO2-eq
             plant,soot,0.002,kg",
        )
        .table(
            "paid",
            "process,indicator,amount,currency,year,source
             dairy,soot,0.01,EUR,,s
             farm-a,climate-change,0.02,USD,2021,s
             plant,toil,9,EUR,2023,s",
        )
        .table(
            "properties",
            "product,process,property,amount,unit
             cheese,,dry-matter,0.55,kg
             whey,,dry-matter,999,kg
             whey,dairy,dry-matter,60,g",
        )
        .table(
            "prices",
            "product,origin,amount,currency,quantity,unit,mass_kg,date,vat,region,source
             cheese,,6,EUR,,kg,,2022,excluded,NL,s
             cheese,,9,EUR,,kg,,2023-03,excluded,NL,s
             cheese,,11,EUR,,kg,,2023-09,excluded,NL,s
             whey,,200,EUR,,t,,2022,excluded,,s
             whey,,3,EUR,2,piece,5,2023,excluded,,s",
        )
        .factors(
            "test",
            &[("interpolation", "\"geometric\"")],
            "indicator,lower,central,upper,unit,region,emission_year,transfer,source,verification
             climate-change,50,100,250,t CO2-eq,,2020,global,r,primary
             climate-change,80,160,300,t CO2-eq,,2030,global,r,primary
             wage-gap-below-living,,1.2,,money,,,global,r,primary
             shade,,0.01,,m2.a,,,global,r,primary
             soot,3,4,9,kg,,,global,r,primary
             soot,,5,,kg,DE,,global,r,primary
             toil,,2,,h,,,global,r,primary",
        )
}

const COLUMNS: &str = ",allocation,price,currency,displaces,displaced_amount";

#[test]
fn co_products_by_the_prices_that_their_process_states() {
    let case = dairy(COLUMNS, ",economic,8,EUR,,", ",,0.25,EUR,,");
    let compared = of_case(&case).compare("cheese", None, 1e-7);
    let kinds = ["processes.price", "products.mass_kg", "processes.share", "inputs.amount", "paid.amount"];
    seen(&compared, &kinds);
    // Nothing of the dataset's prices but the market price itself.
    assert_eq!(compared["prices.amount"], 1, "{compared:?}");
    of_case(&case).compare("whey", Some(Of::External), 1e-7);
    of_case(&case).compare("cheese", Some(Of::Cost("climate-change".to_owned())), 1e-7);
}

#[test]
fn co_products_by_prices_of_two_years_and_a_pack() {
    let case = dairy(COLUMNS, ",,,,,", ",,,,,");
    let compared = of_case(&case).compare("cheese", None, 1e-7);
    assert_eq!((compared["prices.amount"], compared["prices.mass_kg"]), (5, 1), "{compared:?}");
    of_case(&case).compare("whey", None, 1e-7);
}

#[test]
fn co_products_by_mass_and_by_dry_matter() {
    let case = dairy(COLUMNS, ",physical:mass_kg,,,,", ",,,,,");
    seen(&of_case(&case).compare("cheese", Some(Of::Gap), 1e-7), &["products.mass_kg"]);
    of_case(&case).compare("whey", Some(Of::Footprint("soot".to_owned())), 1e-7);
    let case = dairy(COLUMNS, ",physical:dry-matter,,,,", ",,,,,");
    assert_eq!(of_case(&case).compare("cheese", Some(Of::Gap), 1e-7)["properties.amount"], 2);
    of_case(&case).compare("whey", Some(Of::Gap), 1e-7);
}

#[test]
fn co_products_that_displace() {
    let case = dairy(COLUMNS, ",substitution,,,,", ",,,,mill,5");
    let compared = of_case(&case).compare("cheese", Some(Of::Gap), 1e-7);
    seen(&compared, &["processes.displaced_amount"]);
    of_case(&case).compare("whey", Some(Of::Gap), 1e-7);
    // Crates: kilograms of whey stand for pieces, by the mass of a crate.
    let case = dairy(COLUMNS, ",substitution,,,,", ",,,,maker,");
    seen(&of_case(&case).compare("cheese", Some(Of::Gap), 1e-6), &["products.mass_kg", "processes.amount"]);
    of_case(&case).compare("whey", Some(Of::Gap), 1e-7);
}

#[test]
fn benefits_count_where_they_are_netted_only() {
    let case = dairy(COLUMNS, ",economic,8,EUR,,", ",,0.25,EUR,,");
    let mut bench = of_case(&case);
    let shade = |bench: &Bench| {
        let found = bench.sensitivity("cheese", Some(Of::Gap));
        found.rows.iter().filter(|row| row.item.starts_with("shade")).count()
    };
    assert_eq!(shade(&bench), 0);
    bench.request.netting = true;
    assert_eq!(shade(&bench), 2);
    bench.compare("cheese", None, 1e-7);
}

#[test]
fn factors_between_years_on_a_line_and_moved_by_income() {
    let case = dairy(COLUMNS, ",economic,8,EUR,,", ",,0.25,EUR,,")
        .file(
            "shelf/reference/gdp/manifest.toml",
            "kind = \"income\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"world\"\n\
             licence = { name = \"CC0-1.0\", redistribute = true }\n",
        )
        .file("shelf/reference/gdp/income.csv", "region,year,value,source,verification\nDE,2024,50000,s,unverified\nNL,2024,60000,s,unverified\n")
        .factors(
            "test",
            &[
                ("interpolation", "\"linear\""),
                ("income", "{ region = \"DE\", elasticity = { lower = \"1\", central = \"0.5\", upper = \"0\" } }"),
            ],
            "indicator,lower,central,upper,unit,region,emission_year,transfer,source,verification
             climate-change,50,100,250,t CO2-eq,,2020,income,r,primary
             climate-change,80,160,300,t CO2-eq,,2030,income,r,primary
             soot,3,4,9,kg,,,income,r,primary",
        );
    let bench = of_case(&case).with_shelf(&case.path().join("shelf"));
    assert_eq!(bench.compare("cheese", Some(Of::Gap), 1e-7)["factors.central"], 3);
}
