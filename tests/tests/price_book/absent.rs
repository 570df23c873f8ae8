//! What is missing or absent.

use truecost::pricing::Choices;
use truecost::valuation::Outside;
use truecost_tests::{Case, assert_holds};

use super::{HEAD, Ready, choices};

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
