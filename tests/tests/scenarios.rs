//! Scenarios: what each kind of change does, by hand, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use truecost_tests::{Case, Prices, assert_holds, run};

/// A farm in Colombia or Uganda makes beans, a shop makes cups out of 3 kg: 7 kg CO2-eq at 0.1 EUR, and wages short of 1.2
/// EUR, beside a price of 10 EUR.
pub fn coffee() -> Case {
    Case::new()
        .table("products", "id,name,unit\nbean,Bean,kg\ncup,Cup,kg")
        .table(
            "processes",
            "id,product,amount,unit,region,stage,share
             farm-co,bean,1,kg,CO,farming,
             farm-ug,bean,1,kg,UG,farming,
             shop,cup,1,kg,NL,retail,",
        )
        .table("inputs", "process,product,amount,unit,origin\nshop,bean,3,kg,CO")
        .table(
            "interventions",
            "process,indicator,amount,unit
             farm-co,climate-change,2,kg CO2-eq
             farm-co,wage-gap-below-living,0.4,EUR2024
             farm-ug,climate-change,0.5,kg CO2-eq
             farm-ug,wage-gap-below-living,0.9,EUR2024
             shop,climate-change,1,kg CO2-eq
             shop,wage-gap-below-living,0,EUR2024",
        )
        .table(
            "prices",
            "product,amount,currency,unit,date,vat,source
             cup,10,EUR,kg,2024,excluded,s",
        )
        .factors("test", &[], FACTORS)
        .factors("high", &[], &FACTORS.replace("0.1", "0.3"))
}

const FACTORS: &str = "indicator,central,unit,transfer,source,verification
             climate-change,0.1,kg CO2-eq,global,r,primary
             wage-gap-below-living,1,money,global,r,primary";

const HEAD: &str = "title = \"t\"\n";

fn change(id: &str, rest: &str) -> String {
    format!("[[change]]\nid = \"{id}\"\ntitle = \"of {id}\"\n{rest}\n")
}

fn with(case: &Case, text: &str) -> Prices {
    fs::write(case.path().join("s.toml"), format!("{HEAD}{text}")).unwrap();
    case.price(&["--scenario", "s.toml"])
}

fn refused(case: &Case, text: &str) -> String {
    fs::write(case.path().join("s.toml"), format!("{HEAD}{text}")).unwrap();
    case.refused(&["--scenario", "s.toml"])
}

const TAX: &str = "kind = \"tax\"\nindicator = \"climate-change\"\nrate = 50\nunit = \"t CO2-eq\"\ncurrency = \"EUR\"\nyear = 2024\n";

#[test]
fn as_it_is() {
    let prices = coffee().price(&[]);
    assert_eq!(prices.field("cup", "gap"), "1.9");
    assert_eq!(prices.field("cup", "true_price"), "11.9");
}

#[test]
fn a_tax_is_what_a_table_of_payments_would_say() {
    // 50 EUR per t: 0.05 EUR per kg; 2 kg at the farm, 1 kg in the shop.
    let taxed = with(&coffee(), &change("tax", &format!("{TAX}market_price = \"unchanged\"")));
    let paid = coffee().table(
        "paid",
        "process,indicator,amount,currency,year,source
         farm-co,climate-change,0.1,EUR,2024,s
         farm-ug,climate-change,0.025,EUR,2024,s
         shop,climate-change,0.05,EUR,2024,s",
    );
    let paid = paid.price(&[]);
    for product in ["bean", "cup"] {
        assert_eq!(taxed.product(product), paid.product(product));
    }
    assert_eq!(taxed.field("cup", "internalised"), "0.35");
    assert_eq!(taxed.field("cup", "gap"), "1.55");
    assert_eq!(taxed.field("cup", "true_price"), "11.55");
}

#[test]
fn a_tax_that_is_passed_on_raises_the_market_price_by_what_the_chain_pays() {
    let taxed = with(&coffee(), &change("tax", &format!("{TAX}market_price = \"passed_on\"")));
    assert_eq!(taxed.product("cup")["market_price"]["amount"], "10.35");
    assert_eq!(taxed.field("cup", "gap"), "1.55");
    // Who pays changes; what it costs does not.
    assert_eq!(taxed.field("cup", "true_price"), "11.9");
    let steps = taxed.product("cup")["market_price"]["moved"].to_string();
    assert_holds(&steps, &["+ 0.35 EUR2024 passed on by the scenario"]);
}

#[test]
fn a_tax_of_some_regions_and_stages() {
    // South America has the farm alone: 3 kg x 2 kg CO2-eq x 0.05.
    let of =
        |more: &str| with(&coffee(), &change("tax", &format!("{TAX}{more}market_price = \"unchanged\"")));
    assert_eq!(of("regions = [\"005\"]\n").field("cup", "internalised"), "0.3");
    assert_eq!(of("stages = \"retail\"\n").field("cup", "internalised"), "0.05");
    assert_eq!(of("processes = [\"shop\", \"farm-co\"]\n").field("cup", "internalised"), "0.35");
    // What a tax takes beyond the cost is overpaid: 3000 EUR per t are 3 EUR per kg, 21 EUR in all.
    let high = TAX.replace("rate = 50", "rate = \"3000\"");
    let prices = with(&coffee(), &change("tax", &format!("{high}market_price = \"unchanged\"")));
    assert_eq!(
        (prices.field("cup", "internalised"), prices.field("cup", "overpaid")),
        ("0.7".into(), "20.3".into())
    );
}

#[test]
fn a_living_wage_shrinks_the_footprint_and_is_not_internalised() {
    let wage = |close: &str, market: &str| {
        let text =
            format!("kind = \"living_wage\"\nclose = {close}\nregions = \"CO\"\nmarket_price = \"{market}\"");
        with(&coffee(), &change("wage", &text))
    };
    let half = wage("0.5", "unchanged");
    assert_eq!(half.cost("cup", "wage-gap-below-living"), "0.6");
    assert_eq!(half.indicator("cup", "wage-gap-below-living")["paid"], "0");
    assert_eq!(half.field("cup", "internalised"), "0");
    assert_eq!((half.field("cup", "gap"), half.field("cup", "true_price")), ("1.3".into(), "11.3".into()));
    let all = wage("1", "passed_on");
    assert_eq!(all.cost("cup", "wage-gap-below-living"), "0");
    assert_eq!(all.product("cup")["market_price"]["amount"], "11.2");
    assert_eq!(all.field("cup", "internalised"), "0");
    assert_eq!(all.field("cup", "true_price"), "11.9");
    // Uganda is not in the chain of the cup, and its own bean keeps its gap.
    let ug = all.0["products"].as_array().unwrap().iter().find(|p| p["origin"] == "UG").unwrap();
    assert_eq!(ug["gap"]["central"], "0.95");
}

#[test]
fn another_origin_and_another_supplier() {
    // 3 kg from Uganda: 1.5 + 1 kg CO2-eq, 2.7 EUR of wages.
    for to in ["origin = \"UG\"", "supplier = \"farm-ug\""] {
        let prices = with(
            &coffee(),
            &change(
                "from",
                &format!("kind = \"supplier\"\nwhere = {{ process = \"shop\", origin = \"CO\" }}\n{to}"),
            ),
        );
        assert_eq!(prices.cost("cup", "climate-change"), "0.25");
        assert_eq!(prices.cost("cup", "wage-gap-below-living"), "2.7");
    }
}

#[test]
fn shares_of_a_mix() {
    let both = coffee().table(
        "processes",
        "id,product,amount,unit,region,stage,share
         farm-co,bean,1,kg,CO,farming,0.5
         farm-ug,bean,1,kg,CO,farming,0.5
         shop,cup,1,kg,NL,retail,",
    );
    assert_eq!(both.price(&[]).cost("cup", "climate-change"), "0.475");
    let mix =
        |shares: &str| change("mix", &format!("kind = \"mix\"\nproduct = \"bean\"\nshares = {{ {shares} }}"));
    let prices = with(&both, &mix("farm-co = 0, farm-ug = \"1\""));
    assert_eq!(prices.cost("cup", "climate-change"), "0.25");
    assert_holds(
        &refused(&both, &mix("farm-co = 0.5, farm-ug = 0.4")),
        &["error[shares-do-not-sum] s.toml:7:shares: the shares sum to 0.9, not to 1"],
    );
    assert_holds(&refused(&both, &mix("farm-co = 1")), &["does not say the share of `farm-ug`"]);
    let text = refused(&both, &mix("farm-co = 0, farm-ug = 0, farm-uk = 1"));
    assert_holds(&text, &["called `farm-uk`", "hint: did you mean `farm-ug`?"]);
}

#[test]
fn amounts_by_key() {
    let case = coffee();
    let of = |text: &str| with(&case, &change("c", text));
    let inputs = "table = \"inputs\"\nwhere = { process = \"shop\" }\n";
    assert_eq!(
        of(&format!("kind = \"set\"\n{inputs}amount = 1500\nunit = \"g\"")).cost("cup", "climate-change"),
        "0.4"
    );
    assert_eq!(of(&format!("kind = \"scale\"\n{inputs}by = \"0.5\"")).cost("cup", "climate-change"), "0.4");
    assert_eq!(of(&format!("kind = \"remove\"\n{inputs}")).cost("cup", "climate-change"), "0.1");
    let interventions = "table = \"interventions\"\nwhere = { process = [\"farm-co\", \"shop\"], indicator = \"climate-change\" }\n";
    // 3 kg x 3 + 3.
    let prices = of(&format!("kind = \"set\"\n{interventions}amount = 0.003\nunit = \"t CO2-eq\""));
    assert_eq!(prices.cost("cup", "climate-change"), "1.2");
    // 7 kg x 1.1: exactly 0.77.
    assert_eq!(
        of(&format!("kind = \"scale\"\n{interventions}by = 1.1")).cost("cup", "climate-change"),
        "0.77"
    );
    let wages = "table = \"interventions\"\nwhere = { process = \"farm-co\", indicator = \"wage-gap-below-living\" }\n";
    assert_eq!(of(&format!("kind = \"scale\"\n{wages}by = 3")).cost("cup", "wage-gap-below-living"), "3.6");
    let removed = of(&format!("kind = \"remove\"\n{interventions}"));
    assert_eq!(removed.indicator("cup", "climate-change")["stated"], "not stated");
    let prices = of(
        "kind = \"set\"\ntable = \"prices\"\nwhere = { product = \"cup\" }\namount = 12.5\ncurrency = \"EUR\"",
    );
    assert_eq!(prices.field("cup", "true_price"), "14.4");
}

#[test]
fn rows_that_are_added_and_tables_that_are_laid_over() {
    let case = coffee();
    let rows = "kind = \"add\"\ntable = \"interventions\"\nrows = [\n  { process = \"shop\", indicator = \"land-use\", amount = 2, unit = \"m2.a crop-eq\" },\n]";
    let prices = with(&case, &change("c", rows));
    assert_eq!(prices.indicator("cup", "land-use")["unpriced_amount"], 2.0);
    let again = rows.replace("land-use", "climate-change").replace("m2.a crop-eq", "kg CO2-eq");
    assert_holds(
        &refused(&case, &change("c", &again)),
        &[
            "error[duplicate-key] s.toml:",
            "process `shop`, indicator `climate-change` is there already, in data/interventions.csv:",
        ],
    );
    // A file by key: the input from Colombia becomes 1 kg.
    fs::write(case.path().join("less.csv"), "process,product,amount,unit,origin\nshop,bean,1,kg,CO\n")
        .unwrap();
    let table = "kind = \"table\"\ntable = \"inputs\"\nfile = \"less.csv\"";
    assert_eq!(with(&case, &change("c", table)).cost("cup", "climate-change"), "0.3");
    // The same as a folder.
    fs::create_dir(case.path().join("less")).unwrap();
    fs::copy(case.path().join("less.csv"), case.path().join("less/inputs.csv")).unwrap();
    let prices = case.price(&["--scenario", "less"]);
    assert_eq!(prices.cost("cup", "climate-change"), "0.3");
    // The whole table: the shop takes nothing in.
    fs::write(case.path().join("other.csv"), "process,product,amount,unit,origin\nfarm-co,bean,0.5,kg,UG\n")
        .unwrap();
    let table = "kind = \"table\"\ntable = \"inputs\"\nfile = \"other.csv\"\nmode = \"whole\"";
    assert_eq!(with(&case, &change("c", table)).cost("cup", "climate-change"), "0.1");
}

#[test]
fn another_factor_set_and_the_lineage_names_the_scenario() {
    let prices =
        with(&coffee(), &change("high", "kind = \"valuing\"\nfactors = \"high\"\nsource = \"a guess\""));
    assert_eq!(prices.field("cup", "gap"), "3.3");
    let datasets = prices.0["lineage"]["datasets"].as_array().unwrap();
    let scenario = datasets.iter().find(|d| d["role"] == "scenario").unwrap();
    assert_eq!(scenario["name"], "s");
    assert_eq!(scenario["description"], "Changes: high: of high (a guess)");
    assert!(scenario["hash"].as_str().unwrap().starts_with("sha256:"));
}

#[test]
fn all_that_is_wrong_with_a_file_is_told_at_once() {
    let text = [
        "sorce = \"x\"\n".to_owned(),
        change("a", "kind = \"taxx\""),
        change("b", "kind = \"scale\"\ntable = \"inputs\"\nwhere = { proces = \"shop\" }\nby = \"1,5\""),
        change("b", "kind = \"living_wage\"\nclose = 2\nmarket_price = \"maybe\"\nindicatr = \"x\""),
        "[[change]]\nkind = \"set\"\n".to_owned(),
        change(
            "d",
            "kind = \"add\"\ntable = \"inputs\"\nrows = [{ process = \"shop\", produkt = \"bean\" }]",
        ),
    ];
    let told = refused(&coffee(), &text.concat());
    assert_holds(
        &told,
        &[
            "s.toml:2:sorce: the key `sorce` is not known\n  hint: did you mean `source`?",
            "s.toml:6:kind: `taxx` is not a value of `kind`\n  hint: did you mean `tax`?",
            "s.toml:13:by: `1,5` is not a number",
            "`maybe` is not a value of `market_price`",
            "the key `indicatr` is not known\n  hint: did you mean `indicators`?",
            "`id` is missing",
            "`amount` is missing",
            "the table `inputs` has no column `produkt`\n  hint: did you mean `product`?",
        ],
    );
}

#[test]
fn names_that_do_not_exist_and_changes_that_do_nothing() {
    let text = [
        change(
            "a",
            "kind = \"tax\"\nindicator = \"climate-chang\"\nrate = 1\nunit = \"kg CO2-eq\"\ncurrency = \"EUR\"\nmarket_price = \"unchanged\"",
        ),
        change("b", "kind = \"scale\"\ntable = \"inputs\"\nwhere = { process = \"shopp\" }\nby = 2"),
        change(
            "c",
            "kind = \"scale\"\ntable = \"inputs\"\nwhere = { process = \"shop\", origin = \"CO\", product = \"cup\" }\nby = 2",
        ),
        change("d", "kind = \"supplier\"\nwhere = { process = \"shop\" }\nsupplier = \"farm-uk\""),
        change(
            "e",
            "kind = \"living_wage\"\nclose = 1\nstages = \"farm\"\nregions = \"XX\"\nmarket_price = \"unchanged\"",
        ),
        change("f", "kind = \"living_wage\"\nclose = 1\nprocesses = \"shop\"\nmarket_price = \"unchanged\""),
        change(
            "g",
            "kind = \"tax\"\nindicator = \"climate-change\"\nrate = 1\nunit = \"m3\"\ncurrency = \"EUR\"\nmarket_price = \"unchanged\"",
        ),
        change(
            "h",
            "kind = \"tax\"\nindicator = \"land-use\"\nrate = 1\nunit = \"m2.a crop-eq\"\ncurrency = \"EUR\"\nmarket_price = \"unchanged\"",
        ),
    ];
    let told = refused(&coffee(), &text.concat());
    assert_holds(
        &told,
        &[
            "the change `a`: there is no indicator `climate-chang`\n  hint: did you mean `climate-change`?",
            "the change `b`: there is no row of `inputs` whose `process` is `shopp`\n  hint: did you mean `shop`?",
            "there is no row of `inputs` whose `product` is `cup`",
            "the change `d`: there is no process `farm-uk`\n  hint: did you mean `farm-ug`?",
            "the change `e`: there is no stage `farm`",
            "the change `e`: `XX` is not a region",
            "error[no-effect]",
            "the change `f` has no effect: no process of it states a gap of wage-gap-below-minimum or wage-gap-below-living above 0",
            "error[wrong-dimension]",
            "the change `h` has no effect: no process of it causes `land-use`",
        ],
    );
}

#[test]
fn hostile_files_are_refused_and_nothing_panics() {
    let case = coffee();
    let long = "x".repeat(100_000);
    let texts = [
        String::new(),
        "title".to_owned(),
        "title = \"t\"".to_owned(),
        "title = \"t\"\nchange = 5".to_owned(),
        "title = \"t\"\nchange = [1, 2]".to_owned(),
        "title = 5\n[[change]]\n".to_owned(),
        format!("title = \"t\"\nx = {}1{}", "[".repeat(5000), "]".repeat(5000)),
        format!("title = \"t\"\n[[change]]\n{long} = 1"),
        format!("title = \"t\"\n{}", change(&long, "kind = \"remove\"\ntable = \"inputs\"\nwhere = {}")),
        format!(
            "title = \"t\"\n{}",
            change("a", "kind = \"scale\"\ntable = \"inputs\"\nwhere = { process = \"shop\" }\nby = inf")
        ),
        format!(
            "title = \"t\"\n{}",
            change("a", "kind = \"scale\"\ntable = \"inputs\"\nwhere = { process = \"shop\" }\nby = 1e999")
        ),
        format!(
            "title = \"t\"\n{}",
            change("a", "kind = \"scale\"\ntable = \"inputs\"\nwhere = { process = 1979-05-27 }\nby = 0x10")
        ),
        format!(
            "title = \"t\"\n{}",
            change("a", "kind = \"scale\"\ntable = \"prices\"\nwhere = { product = \"cup\" }\nby = -1")
        ),
        format!(
            "title = \"t\"\n{}",
            change("a", "kind = \"scale\"\ntable = \"prices\"\nwhere = { product = \"cup\" }\nby = 1e59")
        ),
        format!(
            "title = \"t\"\n{}",
            change("a", "kind = \"table\"\ntable = \"inputs\"\nfile = \"../../../nowhere.csv\"")
        ),
        format!("title = \"t\"\n{}", change("a", "kind = \"table\"\ntable = \"inputs\"\nfile = \".\"")),
        format!(
            "title = \"t\"\n{}",
            change("a", "kind = \"set\"\ntable = \"processes\"\nwhere = { id = \"shop\" }\namount = 0")
        ),
        format!("title = \"t\"\n{}", change("a", "kind = \"add\"\ntable = \"processes\"\nrows = [[1]]")),
        format!(
            "title = \"t\"\n{}",
            change("a", "kind = \"add\"\ntable = \"flows\"\nrows = [{ id = \"x\" }]")
        ),
    ];
    for text in texts {
        fs::write(case.path().join("s.toml"), &text).unwrap();
        let told = case.refused(&["--scenario", "s.toml"]);
        assert!(told.contains("error["), "{text:.200}: {told}");
    }
    fs::write(case.path().join("s.toml"), [0xff, 0xfe, 0]).unwrap();
    assert_holds(&case.refused(&["--scenario", "s.toml"]), &["bad-utf8"]);
    fs::create_dir(case.path().join("empty")).unwrap();
    assert_holds(&case.refused(&["--scenario", "empty"]), &["holds neither a scenario.toml nor a table"]);
    fs::write(case.path().join("empty/imputs.csv"), "a\n").unwrap();
    assert_holds(&case.refused(&["--scenario", "empty"]), &["did you mean `inputs.csv`?"]);
    assert_holds(&case.refused(&["--scenario", "nowhere.toml"]), &["unreadable-path"]);
}

#[test]
fn a_scenario_is_explained_and_compiled_as_it_is_priced() {
    let case = coffee();
    let scaled = "kind = \"scale\"\ntable = \"inputs\"\nwhere = { process = \"shop\" }\nby = 0.5";
    let text = change("less", scaled) + &change("tax", &format!("{TAX}market_price = \"passed_on\""));
    let prices = with(&case, &text);
    // 4 kg CO2-eq at 0.1 and 0.6 of wages, of which 4 x 0.05 is paid; the shop passes it on.
    let cup = ["external_cost", "internalised", "gap"].map(|field| prices.field("cup", field));
    assert_eq!(cup, ["1", "0.2", "0.8"]);
    let explained = case.run("explain", &["cup", "--scenario", "s.toml"]).stdout;
    assert_holds(
        &explained,
        &[
            "with the scenario s: t\n",
            "gap exactly 0.8 ",
            "+ 0.2 EUR2024 passed on by the scenario",
            "takes 1.5 kg of bean from CO",
            "[s.toml:",
        ],
    );
    assert!(!case.run("explain", &["cup"]).stdout.contains("scenario s"));
    let book = case.run("pricebook", &["--scenario", "s.toml", "-o", "book.arrow"]);
    assert_eq!(book.code, 0, "{}", book.stderr);
    let bytes = fs::read(case.path().join("book.arrow")).unwrap();
    assert_holds(&String::from_utf8_lossy(&bytes), &["\"role\":\"scenario\",\"name\":\"s\""]);
    fs::write(case.path().join("l.csv"), "product,quantity,unit\ncup,3,kg\n").unwrap();
    let lines = run(case.path(), &["lines", "l.csv", "--pricebook", "book.arrow", "-o", "out.csv"]);
    assert_eq!(lines.code, 0, "{}", lines.stderr);
    let priced = fs::read_to_string(case.path().join("out.csv")).unwrap();
    assert_holds(&priced, &["cup,3,kg,,3,0.6,0,2.4,"]);
    // What is wrong with a scenario is told, and nothing is written.
    let refused = case.run("pricebook", &["--scenario", "nowhere.toml", "-o", "none.arrow"]);
    assert_holds(&refused.stderr, &["unreadable-path"]);
    assert!(!case.path().join("none.arrow").exists());
    let refused = case.run("explain", &["cup", "--scenario", "nowhere.toml"]);
    assert_holds(&refused.stderr, &["unreadable-path"]);
    assert_eq!(refused.stdout, "");
}

/// Remarks say no more than what happens: of prices that are there, and of processes that leave the indicator open.
#[test]
fn remarks_of_a_tax_say_what_happens() {
    let remark = |case: Case| {
        let text = change("tax", &format!("{TAX}market_price = \"passed_on\""));
        with(&case, &text).0["lineage"]["notes"].to_string()
    };
    let silent = || {
        coffee().table(
            "interventions",
            "process,indicator,amount,unit
             farm-co,climate-change,2,kg CO2-eq
             farm-ug,climate-change,0,kg CO2-eq",
        )
    };
    let found = remark(silent());
    assert_holds(
        &found,
        &[
            "is paid by 1 processes; 1 processes do not state it, and pay nothing; market prices, where products have one, rise",
        ],
    );
    // In a dataset whose absent rows are 0 the shop states it.
    let zero = silent().manifest("[supply]\nabsent_interventions = \"zero\"\n");
    let found = remark(zero);
    assert!(
        found.contains("is paid by 1 processes; market prices") && !found.contains("do not state"),
        "{found}"
    );
    // The unit of a tax is what it is per.
    let wrong = TAX.replace("t CO2-eq", "EUR2024");
    let found = refused(&coffee(), &change("tax", &format!("{wrong}market_price = \"unchanged\"")));
    assert_holds(
        &found,
        &["a tax is on what is measured", "such as kg CO2-eq; the money of the rate is `currency`"],
    );
    let wrong = TAX.replace("t CO2-eq", "m3");
    let found = refused(&coffee(), &change("tax", &format!("{wrong}market_price = \"unchanged\"")));
    assert_holds(&found, &["`climate-change` is measured in `kg CO2-eq`"]);
}
