//! The engine against an independent program: `tests/oracle`, plain Python, exact rationals, no shared code.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use truecost_tests::{auditor, repository, run};

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

/// Every figure of every product, to the last printed digit: 1e-12 of the currency.
fn agrees(dataset: &str, flags: &[&str]) {
    let path = format!("datasets/supply/{dataset}");
    let mut arguments = vec![path.as_str()];
    arguments.extend(flags);
    let Some(expected) = auditor("recompute.py", &arguments) else { return };
    let mut arguments = vec!["price", path.as_str(), "--format", "csv"];
    arguments.extend(flags);
    let answer = run(&repository(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert!(rows(&expected).len() > 20);
    compare(&expected, &answer.stdout, &format!("{dataset} {flags:?}"));
}

fn compare(expected: &str, found: &str, what: &str) {
    let (expected, found) = (rows(expected), rows(found));
    assert_eq!(expected.len(), found.len(), "as many products");
    for (expected, found) in expected.iter().zip(&found) {
        for (column, value) in expected {
            // Where there is no sum the auditor leaves the cell empty; the engine says why.
            let word = ["unpriced", "not stated"].contains(&found[column].as_str());
            let cell =
                if word && ["external_cost", "gap"].contains(&column.as_str()) { "" } else { &found[column] };
            assert_eq!(
                cell, value,
                "{what}: {column} of {} from {}",
                expected["product"], expected["origin"]
            );
        }
    }
}

/// What the two datasets do not have: benefits, mixes, `origin`, absent rows that mean zero, income transfer, a
/// composite set with a negative factor, exclusive indicators, several subjects, units and price lists.
fn everything() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.lines().map(str::trim).collect::<Vec<_>>().join("\n") + "\n").unwrap();
    };
    for shelf in ["reference", "factors"] {
        for dataset in std::fs::read_dir(repository().join("datasets").join(shelf)).unwrap() {
            let dataset = dataset.unwrap();
            for file in std::fs::read_dir(dataset.path()).unwrap().map(Result::unwrap) {
                let target = folder.path().join(shelf).join(dataset.file_name()).join(file.file_name());
                std::fs::create_dir_all(target.parent().unwrap()).unwrap();
                std::fs::copy(file.path(), target).unwrap();
            }
        }
    }
    let head = |kind: &str| {
        format!(
            "kind = \"{kind}\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
             licence = {{ name = \"CC0-1.0\", redistribute = true }}\n"
        )
    };
    write("reference/gdp/manifest.toml", &head("income"));
    write(
        "reference/gdp/income.csv",
        "region,year,value,source,verification\nEU27,2021,48000,s,primary\nCO,2021,16500,s,primary\nKE,2021,5100,s,primary",
    );
    write("factors/both/manifest.toml", &head("factors"));
    write(
        "factors/both/composite.csv",
        "indicator,set,variant\nclimate-change,ce-delft-2024,\nco2-to-air,ce-delft-2024,\nnox-to-air,uba-2025,\nchild-labour-hazardous,true-price-2025,\nacidification,own,b\ncarbon-offset,own,b",
    );
    write(
        "factors/own/manifest.toml",
        &(head("factors")
            + "[factors]\ncurrency = \"USD\"\nprice_year = 2019\nindex = \"us-cpi-u\"\nvalid_in = [\"001\"]\nvat = \"none\"\nvariants = [\"a\", \"b\"]\ninterpolation = \"linear\"\n"),
    );
    write(
        "factors/own/factors.csv",
        "indicator,variant,lower,central,upper,unit,region,emission_year,transfer,source,verification\nacidification,a,,5,,kg SO2-eq,,,global,s,primary\nacidification,b,-3,-2.5,,kg SO2-eq,,,global,s,primary\nacidification,b,,7.25,,kg SO2-eq,019,,global,s,primary\ncarbon-offset,,0.01,0.033,0.07,t CO2-eq,,,global,s,primary",
    );
    write(
        "supply/all/manifest.toml",
        &(head("supply")
            + "[defaults]\nfactors = \"both\"\ncurrency = \"EUR\"\nyear = 2023\nprices = \"list\"\nmethod = \"ReCiPe 2016 H\"\n[supply]\nabsent_interventions = \"zero\"\n"),
    );
    write(
        "supply/all/products.csv",
        "id,name,unit,mass_kg\nbean,Bean,kg,\nsack,Sack,sack,60\npower,Power,kW.h,\nrice,Rice,kg,\nloaf,Loaf,loaf,0.8",
    );
    write(
        "supply/all/processes.csv",
        "id,product,amount,unit,region,period,stage,share\nfarm-co,bean,1.5,t,CO-HUI,2022,farm,\nfarm-ke,bean,700,kg,KE,,farm,\nbag,sack,12,sack,NL,,pack,\ngrid-a,power,90,kW.h,DE,,energy,0.333333333\ngrid-b,power,40,MJ,DE,,energy,0.333333333\ngrid-c,power,7,kW.h,DE,,energy,0.333333333\npublished,rice,3,kg,origin,,,\noven,loaf,11,loaf,NL,2024,baking,",
    );
    write(
        "supply/all/inputs.csv",
        "process,product,amount,unit,origin,supplier,cutoff\nbag,bean,500,kg,CO-HUI,,\nbag,bean,220,kg,,farm-ke,\nbag,power,3.7,kW.h,,,\nfarm-co,power,11,kW.h,,grid-b,\ngrid-a,power,4,kW.h,,grid-a,\ngrid-b,sack,0.01,sack,,,\noven,sack,0.3,sack,,,\noven,bean,-1.5,kg,KE,,\noven,rice,2,kg,,,yes",
    );
    write(
        "supply/all/interventions.csv",
        "process,indicator,amount,unit,subject,method\nfarm-co,climate-change,812.25,kg CO2-eq,,\nfarm-co,co2-to-air,99,kg CO2,,\nfarm-co,co2-to-air,3,kg CO2,lorry,\nfarm-co,acidification,3.3,kg SO2-eq,,\nfarm-ke,acidification,0.7,kg SO2-eq,,\nfarm-ke,child-labour-hazardous,90,min,,\nfarm-ke,climate-change,,kg CO2-eq,,\ngrid-a,climate-change,0.04,t CO2-eq,,\ngrid-b,climate-change,-3,kg CO2-eq,,\ngrid-c,nox-to-air,0.2,kg NOx,,\noven,carbon-offset,3,kg CO2-eq,,\noven,climate-change,0.7,kg CO2-eq,,EF 3.0\npublished,climate-change,2.2,kg CO2-eq,,",
    );
    write(
        "supply/all/paid.csv",
        "process,indicator,amount,currency,year,source\ngrid-a,climate-change,31,USD,2020,s\noven,climate-change,0.2,CHF,,s\nfarm-ke,acidification,4,EUR,2023,s",
    );
    write(
        "supply/all/prices.csv",
        "product,origin,amount,currency,quantity,unit,date,vat,source\nbean,,3,USD,,kg,2022-05,excluded,s\nbean,KE,4,USD,2,kg,2021,excluded,s\nsack,NL,0.9,EUR,100,g,2023,included,s\nloaf,,4.1,CHF,,kg,2023-02,unknown,s\nloaf,,3.9,CHF,,kg,2023,unknown,s",
    );
    write("prices/list/manifest.toml", &head("prices"));
    write(
        "prices/list/prices.csv",
        "product,origin,amount,currency,unit,date,vat,source\nbean,CO-HUI,2.2,GBP,[lb_av],2023-11,included,s\nsack,,99,EUR,sack,2025,included,s",
    );
    folder
}

#[test]
fn a_dataset_of_everything() {
    let folder = everything();
    let path = folder.path().join("supply/all");
    let (path, shelf) = (path.to_str().unwrap(), folder.path().to_str().unwrap());
    for flags in [
        &[][..],
        &["--netting"],
        &["--outside", "as_is"],
        &["--outside", "transfer", "--year", "2022"],
        &["--order", "convert-first", "--outside", "transfer"],
        &["--factors", "own", "--currency", "CHF"],
    ] {
        let mut arguments = vec![path, "--datasets", shelf];
        arguments.extend(flags);
        let Some(expected) = auditor("recompute.py", &arguments) else { return };
        let mut arguments = vec!["price", path, "--datasets", shelf, "--format", "csv"];
        arguments.extend(flags);
        let answer = run(&repository(), &arguments);
        assert_eq!(answer.code, 0, "{flags:?} {}", answer.stderr);
        compare(&expected, &answer.stdout, &format!("{flags:?}"));
        let priced = rows(&answer.stdout).iter().filter(|row| row["gap"].parse::<f64>().is_ok()).count();
        assert!(priced >= 4, "{flags:?}:\n{}", answer.stdout);
    }
}

/// A dairy with three products, a loop through one of them, and a power plant that sells heat beside it.
fn dairy(rule: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
    write(
        "manifest.toml",
        "kind = \"supply\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
         licence = { name = \"CC0-1.0\", redistribute = true }\n\n[defaults]\nfactors = \"true-price-2025\"\n\
         currency = \"EUR\"\nyear = 2024\n",
    );
    write(
        "products.csv",
        "id,name,unit,mass_kg\ncheese,Cheese,loaf,7.3\ncream,Cream,kg,\nfeed,Feed,kg,\nheat,Heat,MJ,\nmilk,Milk,kg,\n\
         power,Power,kW.h,\nwhey,Whey,kg,\n",
    );
    write(
        "processes.csv",
        &format!(
            "id,product,amount,unit,region,stage,allocation,price,currency,displaces,displaced_amount\n\
             boiler,heat,3.7,MJ,NL,energy,,,,,\ndairy,cheese,11,loaf,NL-GE,dairy,{rule},,,,\n\
             dairy,cream,7.9,kg,NL-GE,dairy,{rule},,,cow,13.7\ndairy,whey,0.45,t,NL-GE,dairy,{rule},,,mill,\n\
             cow,milk,1000,kg,NL,farm,,,,,\nmill,feed,17,kg,DE,mill,,,,,\n\
             plant,power,2.9,kW.h,NL,energy,substitution,0.21,EUR,,\nplant,heat,5.3,MJ,NL,energy,substitution,0.01,EUR,boiler,\n"
        ),
    );
    write(
        "inputs.csv",
        "process,product,amount,unit,supplier\ndairy,milk,1333,kg,\ndairy,power,71,kW.h,\ndairy,whey,3,kg,\n\
         cow,feed,390,kg,\ncow,whey,41,kg,\nmill,power,0.7,kW.h,\nmill,heat,0.3,MJ,boiler\n",
    );
    write(
        "interventions.csv",
        "process,indicator,amount,unit\nboiler,climate-change,0.31,kg CO2-eq\ncow,climate-change,903,kg CO2-eq\n\
         cow,land-occupation,,m2.a\ndairy,climate-change,17.7,kg CO2-eq\nmill,climate-change,0.23,kg CO2-eq\n\
         plant,climate-change,1.9,kg CO2-eq\n",
    );
    write(
        "paid.csv",
        "process,indicator,amount,currency,year,source\ndairy,climate-change,3.3,EUR,2023,s\nplant,climate-change,0.07,EUR,2022,s\n",
    );
    write(
        "properties.csv",
        "product,process,property,amount,unit\ncheese,,dry-matter,4.1,kg\ncream,,dry-matter,400,g\nwhey,,dry-matter,0.07,kg\n\
         whey,dairy,dry-matter,0.061,kg\n",
    );
    write(
        "prices.csv",
        "product,origin,amount,currency,quantity,unit,date,vat,source\ncheese,NL,61,EUR,,loaf,2022,excluded,s\n\
         cheese,NL,66,EUR,,loaf,2023,excluded,s\ncheese,NL,70,EUR,,loaf,2023-07,excluded,s\n\
         cream,NL,3.3,EUR,,kg,2023,excluded,s\ncream,NL,4.1,USD,,kg,2022-03,excluded,s\ncream,NL,2.9,EUR,,kg,2022,excluded,s\n\
         whey,NL,11,EUR,100,kg,2022,excluded,s\nwhey,NL,130,EUR,1,t,2023,excluded,s\nmilk,NL,0.4,EUR,,kg,2023,excluded,s\n",
    );
    folder
}

#[test]
fn co_products_under_each_allocation() {
    let mut answers = std::collections::BTreeSet::new();
    for rule in ["", "economic", "physical:mass_kg", "physical:dry-matter", "substitution"] {
        let folder = dairy(rule);
        let path = folder.path().to_str().unwrap();
        for flags in [&[][..], &["--netting"]] {
            let mut arguments = vec![path];
            arguments.extend(flags);
            let Some(expected) = auditor("recompute.py", &arguments) else { return };
            let mut arguments = vec!["price", path, "--format", "csv"];
            arguments.extend(flags);
            let answer = run(&repository(), &arguments);
            assert_eq!(answer.code, 0, "{rule} {}", answer.stderr);
            assert!(!answer.stderr.contains("not used"), "allocation uses them: {}", answer.stderr);
            assert!(rows(&expected).len() >= 7, "{expected}");
            compare(&expected, &answer.stdout, rule);
            answers.insert(answer.stdout);
        }
    }
    assert!(answers.len() >= 4, "each rule gives another answer");
}

#[test]
fn the_auditor_holds_its_own_checks() {
    auditor("selfcheck.py", &[]);
}

#[test]
fn grocery_as_the_manifest_says() {
    agrees("grocery", &[]);
}

#[test]
fn grocery_in_other_sets_currencies_and_years() {
    agrees("grocery", &["--factors", "true-price-2025", "--year", "2023"]);
    agrees("grocery", &["--factors", "epa-scghg-2023:discount-1.5", "--currency", "USD", "--year", "2022"]);
    agrees("grocery", &["--factors", "uba-2025", "--outside", "as_is", "--emission-year", "2028"]);
    agrees(
        "grocery",
        &["--currency", "CHF", "--year", "2023", "--order", "convert-first", "--factors", "epa-scghg-2023"],
    );
}

#[test]
fn coffee_with_its_loops_and_wage_gaps() {
    agrees("coffee", &[]);
    agrees("coffee", &["--netting"]);
    agrees("coffee", &["--factors", "ce-delft-2024", "--outside", "as_is"]);
    agrees("coffee", &["--factors", "ce-delft-2024"]);
}
