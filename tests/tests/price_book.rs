//! A price book says what `price` says, to the last digit, for every product, place and year; and a file of it is
//! either that book or refused.

#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test may panic, and hold the tables it is about"
)]

use std::path::Path;
use std::sync::Arc;

use truecost::base::diagnostic::Diagnostics;
use truecost::base::region::Location;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::data::supply::Supply;
use truecost::pricing::book::{Book, compile, from_ipc, to_ipc};
use truecost::pricing::{Choices, Prepared, Request, prepare, price};
use truecost::valuation::Outside;
use truecost_tests::{Case, assert_holds, repository, run};

/// A dataset, read and ready.
struct Ready {
    prepared: Prepared,
    request: Request,
    reference: Reference,
}

impl Ready {
    fn new(dataset: &Path, shelf: Option<&Path>, choices: &Choices) -> Self {
        let mut diagnostics = Diagnostics::new();
        let library = Library::new(shelf.map(Path::to_owned));
        let mut reference = Reference::read(&library, &mut diagnostics);
        let supply = Supply::read(Source::folder(dataset), &reference, &(), &mut diagnostics).map(Arc::new);
        let request = choices.request(&library, &mut reference, None, &mut diagnostics);
        let prepared =
            supply.and_then(|supply| prepare(supply, &request, &library, &reference, &mut diagnostics));
        Self { prepared: prepared.unwrap_or_else(|| panic!("{diagnostics}")), request, reference }
    }

    fn of(case: &Case, choices: &Choices) -> Self {
        Self::new(&case.path().join("data"), Some(&case.path().join("shelf")), choices)
    }

    fn try_book(&self, years: Option<(i32, i32)>) -> Result<Book, String> {
        let mut diagnostics = Diagnostics::new();
        let book = compile(&self.prepared, &self.request, years, &self.reference, &(), &mut diagnostics);
        book.ok_or_else(|| diagnostics.to_string())
    }

    fn book(&self) -> Book {
        self.try_book(None).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// Prices at a place in a year, and compares all that the book says of them. How many costs were compared;
    /// `None`: `price` cannot price there.
    fn compare(&self, book: &Book, place: Option<u32>, year: i32) -> Option<usize> {
        let code = place.map(|place| book.places[place as usize].code.clone());
        let prepared = Prepared { emission_year: year, ..self.prepared.clone() };
        let request = Request { origin: code.clone(), ..self.request.clone() };
        let prices = price(&prepared, &request, &self.reference, &(), &mut Diagnostics::new())?;
        let mut compared = 0;
        for (point, priced) in prepared.chain.points.iter().zip(&prices.products) {
            let product = book.product(&priced.product).unwrap();
            let at = match &point.origin {
                Location::Origin => place,
                // Made somewhere, of what is made wherever it is asked for: `price` values that at one place for all.
                Location::Code(own) if self.takes_generic(point.node) && code.as_ref() != Some(own) => {
                    continue;
                }
                Location::Code(own) => Some(book.place(own).unwrap()),
            };
            let said: Vec<_> = book
                .unit_costs(product, at, year)
                .unwrap()
                .into_iter()
                .map(|cost| (book.indicators[cost.indicator as usize].id.clone(), cost.cost, cost.paid))
                .collect();
            let expected: Vec<_> = priced
                .indicators
                .iter()
                .filter(|k| k.is_priced)
                .map(|k| (k.indicator.clone(), k.cost, k.paid))
                .collect();
            assert_eq!(said, expected, "{} from {code:?} in {year}", priced.product);
            compared += expected.len();
        }
        Some(compared)
    }

    fn takes_generic(&self, node: usize) -> bool {
        let chain = &self.prepared.chain;
        let mut waiting = vec![node];
        let mut seen = vec![false; chain.nodes.len()];
        while let Some(node) = waiting.pop() {
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            let process = chain.nodes[node].process.map(|process| &self.prepared.supply.processes[process]);
            if process.is_some_and(|process| process.location == Location::Origin) {
                return true;
            }
            waiting.extend(chain.nodes[node].inputs.iter().map(|(supplier, _)| *supplier));
        }
        false
    }

    /// Compares at all places and in all years: how many costs, and at how many places `price` refuses.
    fn compare_everywhere(&self, book: &Book) -> (usize, usize) {
        let years = match book.head.years {
            Some((first, last)) => (first..=last).collect(),
            None => vec![book.head.default_year],
        };
        let places = || std::iter::once(None).chain((0..book.places.len() as u32).map(Some));
        let (mut compared, mut refused) = (0, 0);
        for year in years {
            for place in places() {
                match self.compare(book, place, year) {
                    Some(count) => compared += count,
                    None => refused += 1,
                }
            }
        }
        (compared, refused)
    }
}

fn choices(factors: &str) -> Choices {
    Choices { factors: Some(factors.to_owned()), ..Choices::default() }
}

const HEAD: &str =
    "indicator,lower,central,upper,unit,region,emission_year,transfer,method,source,verification";

/// Products of all kinds: of the place `origin` with one process, with a mix, with a period, with two methods, with
/// indicators that exclude each other everywhere or in some places; made somewhere out of them, and not.
fn everything() -> Case {
    let case = Case::new()
        .table(
            "products",
            "id,name,unit,mass_kg,category
             rice,Rice,kg,,grain
             tea,Tea,kg,,drink
             oil,Oil,l,0.9,fat
             soap,Soap,piece,0.1,care
             salt,Salt,kg,,spice
             coal,Coal,kg,,fuel
             peat,Peat,kg,,fuel
             dish,Dish,piece,,meal
             bread,Bread,kg,,grain
             air,Air,kg,,nothing",
        )
        .table(
            "processes",
            "id,product,amount,unit,region,period,share
             grow-rice,rice,3,kg,origin,,
             grow-tea,tea,1,kg,origin,2021,
             press-olives,oil,1,l,origin,,0.3
             press-seeds,oil,7,l,origin,,0.7
             boil-soap,soap,1,piece,origin,,
             mine-salt,salt,1,kg,origin,,
             mine-coal,coal,1,kg,origin,,
             cut-peat,peat,1,kg,origin,,
             cook-nl,dish,1,piece,NL,,
             cook-co,dish,1,piece,CO-HUI,2022,
             bake,bread,2,kg,NL,,
             breathe,air,1,kg,origin,,",
        )
        .table(
            "inputs",
            "process,product,amount,unit,supplier
             cook-nl,rice,0.3,kg,
             cook-nl,oil,0.02,l,
             cook-co,rice,0.35,kg,
             cook-co,tea,0.01,kg,
             bake,bread,0.01,kg,",
        )
        .table(
            "indicators",
            "id,name,dimension,unit,kind\nsoot,Soot,health,kg,\nshade,Shade,environmental,kg,benefit",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit,method,subject
             grow-rice,climate-change,7.1,kg CO2-eq,,
             grow-rice,climate-change,0.123456789,kg CO2-eq,,paddy
             grow-rice,acidification,12,g SO2-eq,,
             grow-rice,shade,0.7,kg,,
             grow-rice,wage-gap-below-living,0.31,USD2020,,
             grow-rice,soot,,kg,,
             grow-tea,climate-change,3.3,kg CO2-eq,,
             grow-tea,soot,-0.2,kg,,
             press-olives,climate-change,2.9,kg CO2-eq,,
             press-olives,soot,0.02,kg,,
             press-seeds,climate-change,1.7,kg CO2-eq,,
             boil-soap,climate-change,1,kg CO2-eq,ReCiPe 2016 H,
             boil-soap,climate-change,1.5,kg CO2-eq,EF 3.0,packing
             boil-soap,soot,0.4,kg,,
             mine-salt,pm2.5-to-air,0.4,kg PM2.5,,
             mine-salt,pm10-to-air,0.5,kg PM10,,
             mine-coal,co2-to-air,3,kg CO2,,
             mine-coal,climate-change,3.2,kg CO2-eq,,
             cut-peat,noise-nobody-knows,1,h,,
             cook-nl,climate-change,0.2,kg CO2-eq,,
             cook-co,climate-change,0.3,kg CO2-eq,,
             bake,climate-change,1.1,kg CO2-eq,,
             bake,soot,0.05,kg,,",
        )
        .table(
            "paid",
            "process,indicator,amount,currency,year,source
             grow-rice,climate-change,0.03,USD,2021,tax
             grow-rice,soot,0.5,EUR,2024,never due
             grow-tea,soot,0.02,EUR,2024,fee
             bake,climate-change,0.01,EUR,2024,tax",
        );
    let indicators = "id,name,dimension,unit,kind
                      soot,Soot,health,kg,
                      shade,Shade,environmental,kg,benefit
                      noise-nobody-knows,Noise,health,h,";
    case.table("indicators", indicators)
        .factors(
            "test",
            &[
                ("valid_in", "[\"001\"]"),
                ("interpolation", "\"linear\""),
                ("groups", "{ LOW = [\"NL\", \"BE\"] }"),
            ],
            &format!(
                "{HEAD}
                 climate-change,0.05,0.1,0.2,kg CO2-eq,,2020,global,,r,primary
                 climate-change,0.08,0.2,0.4,kg CO2-eq,,2030,global,,r,primary
                 climate-change,0.07,0.15,0.21,kg CO2-eq,150,2021,global,,r,primary
                 climate-change,0.09,0.25,0.41,kg CO2-eq,150,2025,global,,r,primary
                 climate-change,0.01,0.02,0.03,kg CO2-eq,,,global,EF 3.0,r,primary
                 co2-to-air,,0.11,,kg CO2,,,global,,r,primary
                 acidification,1,5,9,kg SO2-eq,001,,global,,r,primary
                 acidification,2,6,10,kg SO2-eq,LOW,,global,,r,primary
                 acidification,3,7,11,kg SO2-eq,CO-HUI,,global,,r,primary
                 acidification,4,8,12,kg SO2-eq,419,,global,,r,primary
                 pm2.5-to-air,,30,,kg PM2.5,150,,global,,r,primary
                 pm10-to-air,,20,,kg PM10,,,global,,r,primary
                 wage-gap-below-living,,1.03,,money,,,global,,r,primary
                 soot,1,2,4,kg,019,,ppp,,r,primary
                 soot,,3,,kg,002,,global,,r,primary
                 shade,,0.4,,kg,,,global,,r,primary"
            ),
        )
        .file(
            "shelf/factors/test/exclusive.csv",
            "group,rank,indicator\nsize,1,pm2.5-to-air\nsize,2,pm10-to-air\nclimate,1,climate-change\nclimate,2,co2-to-air\n",
        )
}

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

#[test]
fn a_missing_income_is_a_reason_at_its_place_and_an_error_everywhere() {
    let settings = [
        ("valid_in", "[\"DE\"]"),
        ("income", "{ region = \"DE\", elasticity = { lower = \"1\", central = \"0.5\", upper = \"0\" } }"),
    ];
    let case = Case::new()
        .table("products", "id,name,unit\nrice,Rice,kg\ndish,Dish,kg")
        .table("processes", "id,product,amount,unit,region\ngrow,rice,1,kg,origin\ncook,dish,1,kg,NL")
        .table("inputs", "process,product,amount,unit\ncook,rice,0.3,kg")
        .table("interventions", "process,indicator,amount,unit\ngrow,climate-change,2,kg CO2-eq")
        .factors("test", &settings, &format!("{HEAD}\nclimate-change,0.8,0.8,0.8,kg CO2-eq,,,income,,r,primary"))
        .file(
            "shelf/reference/gdp/manifest.toml",
            "kind = \"income\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"world\"\n\
             licence = { name = \"CC0-1.0\", redistribute = true }\n",
        );
    let incomes = |rows: &str, case: Case| {
        case.file("shelf/reference/gdp/income.csv", &format!("region,year,value,source,verification\n{rows}"))
    };
    let transfer = Choices { outside: Outside::Transfer, ..choices("test") };
    let case =
        incomes("DE,2024,64000,s,unverified\nNL,2024,16000,s,unverified\nBE,2024,9000,s,unverified\n", case);
    let ready = Ready::of(&case, &transfer);
    let book = ready.book();
    let (compared, refused) = ready.compare_everywhere(&book);
    assert_eq!((compared, refused), (4, 278), "DE, NL with the dish, BE");
    let rice = &book.footprints_of(book.product("rice").unwrap())[0];
    let why = &book.factor(rice, book.place("FR"), 2024).unwrap().unpriced;
    assert_holds(why, &["no income per head of the place in 2024", "`test`"]);
    // What is made there needs it.
    let case = incomes("DE,2024,64000,s,unverified\n", case);
    let problems = Ready::of(&case, &transfer).try_book(None).unwrap_err();
    assert_holds(&problems, &["missing-income", "NL in 2024", "interventions.csv:2"]);
}

#[test]
fn absent_rows_that_mean_zero_cost_nothing() {
    let case = Case::new()
        .manifest("[supply]\nabsent_interventions = \"zero\"\n")
        .table("products", "id,name,unit\nrice,Rice,kg\ntea,Tea,kg\nsalt,Salt,kg")
        .table(
            "processes",
            "id,product,amount,unit,region\ngrow,rice,1,kg,origin\npick,tea,1,kg,origin\nmine,salt,1,kg,origin",
        )
        .table(
            "interventions",
            "process,indicator,amount,unit
             grow,climate-change,2,kg CO2-eq
             pick,acidification,2,kg SO2-eq
             mine,pm2.5-to-air,1,kg PM2.5
             mine,pm10-to-air,1,kg PM10",
        )
        .table("paid", "process,indicator,amount,currency,year,source\ngrow,acidification,0.25,EUR,2024,fee")
        .factors(
            "test",
            &[],
            &format!(
                "{HEAD}
                 climate-change,,1,,kg CO2-eq,NL,,global,,r,primary
                 acidification,,1,,kg SO2-eq,DE,,global,,r,primary
                 pm2.5-to-air,,30,,kg PM2.5,,,global,,r,primary
                 pm10-to-air,,20,,kg PM10,,,global,,r,primary"
            ),
        )
        .file("shelf/factors/test/exclusive.csv", "group,rank,indicator\nsize,1,pm2.5-to-air\nsize,2,pm10-to-air\n");
    let ready = Ready::of(&case, &choices("test"));
    let book = ready.book();
    assert_eq!(book.cells.len(), 0);
    let (compared, refused) = ready.compare_everywhere(&book);
    assert!(compared > 2_000 && refused == 0, "{compared} {refused}");
}

#[test]
fn the_order_of_rows_does_not_matter_and_the_same_book_gives_the_same_bytes() {
    let case = everything();
    let book = Ready::of(&case, &choices("test")).book();
    let bytes = to_ipc(&book).unwrap();
    let mut other = everything();
    for table in ["products", "processes", "inputs", "interventions", "paid", "indicators"] {
        let text = std::fs::read_to_string(other.path().join(format!("data/{table}.csv"))).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        let text = lines.join("\n") + "\n";
        other = other.file(&format!("data/{table}.csv"), &text);
    }
    let again = Ready::of(&other, &choices("test")).book();
    assert_eq!(again, book);
    assert_eq!((again.hash(), to_ipc(&again).unwrap() == bytes), (book.hash(), true));
    // The hash is of all that it says.
    let mut changed = book.clone();
    changed.footprints[0].paid = changed.footprints[0].paid + changed.footprints[0].paid;
    changed.head.netting = true;
    assert_ne!(changed.hash(), book.hash());
}

#[test]
fn a_file_is_the_book_or_it_is_refused() {
    let case = everything();
    let book = Ready::of(&case, &choices("test")).book();
    let bytes = to_ipc(&book).unwrap();
    let read = |bytes: &[u8]| {
        let mut diagnostics = Diagnostics::new();
        from_ipc("book.arrow", bytes.to_vec(), &mut diagnostics).ok_or_else(|| diagnostics.to_string())
    };
    assert_eq!(read(&bytes).unwrap(), book);
    for wrong in [
        &b""[..],
        b"ARROW1",
        b"PAR1 is not it",
        b"ARROW1\0\0ARROW1\0\0ARROW1",
        b"\xff\xff\xff\xff\0\0\0\0ARROW1",
    ] {
        assert_holds(&read(wrong).unwrap_err(), &["book-unreadable", "book.arrow"]);
    }
    truecost::cli::keep_quiet_about_damaged_files();
    // A few hundred files cut off, or with bytes changed by a fixed generator: none is another book.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let footer = bytes.len() - 6_000;
    let mut outcomes = (0, 0);
    for round in 0..600 {
        let mut damaged = bytes.clone();
        match round % 4 {
            0 => damaged.truncate(next(bytes.len())),
            // Most of what steers the reader is at the end and at the start.
            1 => damaged[footer + next(6_000)] ^= 1 << next(8),
            2 => (0..8).for_each(|_| damaged[next(4_000)] = next(256) as u8),
            _ => (0..20).for_each(|_| damaged[next(bytes.len())] ^= 0xff),
        }
        match read(&damaged) {
            // Padding and the schema at the start of the file do not speak: the footer has another.
            Ok(found) => {
                assert_eq!(found, book);
                outcomes.0 += 1;
            }
            Err(problem) => {
                assert_holds(&problem, &["book-unreadable"]);
                outcomes.1 += 1;
            }
        }
    }
    assert!(outcomes.1 > 400, "{outcomes:?}");
}

#[test]
fn the_command_writes_a_book_and_says_what_is_in_it() {
    let case = everything();
    let answer = case.run("pricebook", &["-o", "book.arrow"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (0, ""), "{}", answer.stderr);
    let book = Ready::of(&case, &choices("test")).book();
    assert_holds(&answer.stderr, &["wrote book.arrow, ", "lines of 2021 to 2024", &book.hash()]);
    let bytes = std::fs::read(case.path().join("book.arrow")).unwrap();
    assert!(bytes == to_ipc(&book).unwrap());
    // What was written can be checked; a book that was changed is none.
    let checked = run(case.path(), &["check", "book.arrow"]);
    assert_holds(&checked.stdout, &["10 products of data, 281 places, ", &book.hash()]);
    let mut changed = bytes.clone();
    let at = bytes.windows(5).position(|window| window == b"Bread").unwrap();
    changed[at] = b'T';
    std::fs::write(case.path().join("changed.arrow"), changed).unwrap();
    let refused = run(case.path(), &["check", "changed.arrow"]);
    assert_eq!(refused.code, 1);
    assert_holds(&refused.stderr, &["book-unreadable", "changed.arrow", "damaged or changed"]);
    let answer = case.run("pricebook", &["-o", "other.arrow", "--years", "2030-2021"]);
    assert_eq!(answer.code, 2, "{}", answer.stderr);
    let answer = case.run("pricebook", &["-o", "other.arrow", "--origin", "NL"]);
    assert_eq!(answer.code, 2, "{}", answer.stderr);
    assert!(!case.path().join("other.arrow").exists());
}
