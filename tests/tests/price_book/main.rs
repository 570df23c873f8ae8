//! A price book says what `price` says, to the last digit, for every product, place and year; and a file of it is
//! either that book or refused.

#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test may panic, and hold the tables it is about"
)]

mod absent;
mod agreement;
mod files;

use std::path::Path;
use std::sync::Arc;

use truecost::base::diagnostic::Diagnostics;
use truecost::base::region::Location;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::data::supply::Supply;
use truecost::pricing::book::{Book, compile};
use truecost::pricing::{Choices, Prepared, Request, prepare, price};
use truecost_tests::Case;

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
