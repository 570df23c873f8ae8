//! Costs of a book are those of `price`.

use truecost::base::diagnostic::Diagnostics;
use truecost::pricing::Choices;
use truecost::pricing::book::{from_ipc, to_ipc};
use truecost::valuation::Outside;
use truecost_tests::{Case, assert_holds, repository};

use super::{Ready, choices, everything};

#[test]
fn every_cost_is_that_of_price_at_every_place_in_every_year() {
    let case = everything();
    let ready = Ready::of(&case, &choices("test"));
    let book = ready.book();
    assert_eq!(book.head.years, Some((2021, 2024)));
    let (compared, refused) = ready.compare_everywhere(&book);
    assert!(compared > 12_000 && refused == 0, "{compared} compared, {refused} refused");
    // What is a footprint, and what is not.
    let id = |id: &str| book.product(id).unwrap();
    let footprints = |product: &str| book.footprints_of(id(product)).len();
    let cells = |product: &str| book.cells.iter().filter(|cell| cell.product == id(product)).count();
    assert_eq!((footprints("rice"), cells("rice")), (4, 0));
    assert_eq!((footprints("tea"), footprints("oil"), footprints("coal")), (2, 2, 1));
    assert_eq!(book.footprints_of(id("tea"))[0].year, Some(2021));
    assert_eq!((footprints("soap"), footprints("salt")), (0, 0));
    assert!(
        book.cells.iter().any(|cell| cell.product == id("soap") && cell.of_origin && cell.place.is_none())
    );
    assert!(cells("salt") == 6, "salt: {}", cells("salt"));
    assert_eq!((footprints("peat"), cells("peat"), cells("air")), (1, 0, 0));
    // Few rows: only places that differ from the one around them.
    assert!(book.factors.len() < 120, "{} factors", book.factors.len());
    let of = |code: &str, indicator: &str, year: i32| {
        let rice = book.footprints_of(id("rice")).iter();
        let mut its = rice.filter(|f| book.indicators[f.indicator as usize].id == indicator);
        let factor = book.factor(its.next().unwrap(), book.place(code), year).unwrap();
        (factor.value.map(|value| value.central.to_string()), factor.fallback.as_str())
    };
    assert_eq!(of("DE", "climate-change", 2023), (Some("0.2".to_owned()), "region"));
    assert_eq!(of("CO-HUI", "acidification", 2023), (Some("7".to_owned()), ""));
    assert_eq!(of("CO", "acidification", 2023), (Some("8".to_owned()), "subregion"));
    assert_eq!(of("NL", "acidification", 2023), (Some("6".to_owned()), "group"));
    assert_eq!(of("ZA", "acidification", 2023), (Some("5".to_owned()), "world"));
    assert_eq!(of("ZA", "shade", 2023), (Some("-0.4".to_owned()), ""));
    let noise =
        book.factors.iter().find(|f| book.indicators[f.indicator as usize].id == "noise-nobody-knows");
    assert_eq!(noise.unwrap().unpriced, "the set has no factor for it");
}

#[test]
fn one_emission_year_for_all_lines_and_years_that_are_asked_for() {
    let case = everything();
    let fixed = Ready::of(&case, &Choices { emission_year: Some(2022), ..choices("test") });
    let book = fixed.book();
    assert_eq!((book.head.years, book.head.emission_year, book.head.default_year), (None, Some(2022), 2022));
    assert!(fixed.compare_everywhere(&book).0 > 3_000);
    assert!(fixed.try_book(Some((2021, 2022))).unwrap_err().contains("not both"));
    let ready = Ready::of(&case, &choices("test"));
    let book = ready.try_book(Some((2021, 2025))).unwrap();
    assert_eq!(book.head.years, Some((2021, 2025)));
    assert!(ready.compare(&book, book.place("DE"), 2025).unwrap() == 10);
    // In Europe there is no figure for 2030, elsewhere there is: only what is made in Europe cannot be had.
    let problems = ready.try_book(Some((2024, 2030))).unwrap_err();
    assert_holds(&problems, &["emission-year-outside", "2026", "--years"]);
    // Before 2020 there is none anywhere.
    assert_holds(&ready.try_book(Some((2019, 2024))).unwrap_err(), &["emissions of 2019", "2020 to 2030"]);
}

#[test]
fn the_shipped_datasets_agree_with_every_shipped_set() {
    for (dataset, sets) in [
        ("grocery", ["ce-delft-2024", "epa-scghg-2023", "true-price-2025", "uba-2025"]),
        ("coffee", ["true-price-2025", "ce-delft-2024", "epa-scghg-2023", "uba-2025:prtp-0"]),
    ] {
        for set in sets {
            let folder = repository().join("datasets/supply").join(dataset);
            let ready = Ready::new(&folder, None, &choices(set));
            let book = ready.book();
            let (first, last) = book.head.years.unwrap_or((book.head.default_year, book.head.default_year));
            for year in first..=last {
                assert!(ready.compare(&book, None, year).is_some(), "{dataset} {set} {year}");
            }
            let depends = book.cells.iter().any(|cell| cell.year.is_some());
            assert_eq!(depends, book.head.years.is_some_and(|(first, last)| last > first), "{dataset} {set}");
        }
    }
}

#[test]
fn published_footprints_are_valued_where_a_line_comes_from() {
    // The grocery dataset as if its footprints held anywhere.
    let source = repository().join("datasets/supply/grocery");
    let mut case = Case::new();
    for table in ["products", "interventions"] {
        let text = std::fs::read_to_string(source.join(format!("{table}.csv"))).unwrap();
        case = case.file(&format!("data/{table}.csv"), &text);
    }
    let processes = std::fs::read_to_string(source.join("processes.csv")).unwrap();
    let manifest = std::fs::read_to_string(source.join("manifest.toml")).unwrap();
    let manifest: String =
        manifest.lines().take_while(|line| *line != "[checksums]").map(|l| l.to_owned() + "\n").collect();
    let case = case
        .file("data/processes.csv", &processes.replace(",kg,NL,", ",kg,origin,"))
        .file("data/manifest.toml", &manifest);
    let outside = Choices { outside: Outside::AsIs, ..choices("ce-delft-2024") };
    for choices in [choices("ce-delft-2024"), outside, choices("uba-2025"), choices("true-price-2025")] {
        let ready = Ready::of(&case, &choices);
        let book = ready.book();
        assert_eq!((book.cells.len(), book.footprints.len()), (0, 594));
        for code in [None, Some("NL"), Some("DE"), Some("CO"), Some("150"), Some("001")] {
            let place = code.map(|code| book.place(code).unwrap());
            let (first, last) = book.head.years.unwrap_or((2024, 2024));
            for year in [first, last] {
                assert!(ready.compare(&book, place, year).is_some(), "{code:?} {year}");
            }
        }
    }
}

#[test]
fn where_a_product_is_made_goes_before_where_it_may_come_from() {
    // Salt is made in the Netherlands, and comes from anywhere; which of its particles count hangs on the place.
    let case = everything().table(
        "processes",
        "id,product,amount,unit,region
         mine-salt,salt,1,kg,origin
         boil-salt,salt,1,kg,NL
         mine-peat,peat,1,kg,origin
         cut-peat,peat,1,kg,NL",
    );
    let case = case
        .table("paid", "process,indicator,amount,currency,year,source\nboil-salt,soot,0.1,EUR,2024,fee")
        .table(
            "interventions",
            "process,indicator,amount,unit
             mine-salt,pm2.5-to-air,0.4,kg PM2.5
             mine-salt,pm10-to-air,0.5,kg PM10
             boil-salt,pm10-to-air,0.7,kg PM10
             mine-peat,shade,1,kg
             cut-peat,shade,2,kg",
        )
        .table("products", "id,name,unit\nsalt,Salt,kg\npeat,Peat,kg")
        .table("inputs", "process,product,amount,unit,origin\nboil-salt,peat,0.1,kg,NL");
    let ready = Ready::of(&case, &choices("test"));
    let book = ready.book();
    assert_eq!(from_ipc("b", to_ipc(&book).unwrap(), &mut Diagnostics::new()).as_ref(), Some(&book));
    let total = |product: &str, code: Option<&str>| {
        let place = code.map(|code| book.place(code).unwrap());
        let costs = book.unit_costs(book.product(product).unwrap(), place, 2024).unwrap();
        costs.iter().map(|cost| cost.cost.central.to_string()).collect::<Vec<_>>().join(" ")
    };
    // 0.7 x 20; 0.4 x 30 in Europe, where PM2.5 has a factor; 0.5 x 20 elsewhere.
    assert_eq!(total("salt", Some("NL")), "14 -0.08");
    assert_eq!(
        [total("salt", Some("DE")), total("salt", Some("CO")), total("salt", None)],
        ["12", "10", "10"]
    );
    assert_eq!([total("peat", Some("NL")), total("peat", Some("DE"))], ["-0.8", "-0.4"]);
}
