//! Price books and lines made up from a seed: ties, tiny and huge numbers, and cells that are wrong in every way.

pub(crate) mod columns;
pub(crate) mod expected;

use truecost::base::currency::Currency;
use truecost::base::decimal::{Exact, parse};
use truecost::base::money::{Factor, Money};
use truecost::base::region::Level;
use truecost::base::unit::UnitRow;
use truecost::data::factors::Band;
use truecost::data::reference::{Dimension, IndicatorKind};
use truecost::pricing::book::{
    Book, BookIndicator, BookPlace, BookProduct, Cell, Cost, Footprint, Head, MoneyMove, PlaceFactor,
};

/// The same numbers for the same seed.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// One time in so many.
    pub(crate) fn rarely(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn one<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

pub(crate) const PLACES: [(&str, Level, Option<u32>); 8] = [
    ("001", Level::World, None),
    ("019", Level::Region, Some(0)),
    ("150", Level::Region, Some(0)),
    ("155", Level::Subregion, Some(2)),
    ("BR", Level::Country, Some(1)),
    ("DE", Level::Country, Some(3)),
    ("NL", Level::Country, Some(3)),
    ("NL-UT", Level::Site, Some(6)),
];

/// A book of anything. Unit costs are from 1e-12 to 1e9, or beyond all bounds if it is `wild`.
pub(crate) fn random_book(seed: u64) -> Book {
    let mut numbers = Numbers(seed);
    let numbers = &mut numbers;
    let most = if numbers.rarely(3) { 14 } else { 4 };
    let indicators = 1 + numbers.below(most);
    let is_plain = numbers.rarely(3);
    let years = if numbers.rarely(2) { Some((2021, 2023)) } else { None };
    let methods = if numbers.rarely(2) { vec!["", "EF"] } else { vec![""] };
    let mut book = Book {
        head: Head {
            engine: "test".into(),
            dataset: "test".into(),
            title: "Test".into(),
            factors: "test".into(),
            currency: euro(),
            year: 2023,
            emission_year: if numbers.rarely(6) { Some(2022) } else { None },
            default_year: 2023,
            years,
            netting: !is_plain && numbers.rarely(3),
            lineage: "{}".into(),
        },
        indicators: (0..indicators).map(|at| indicator(at, numbers)).collect(),
        products: Vec::new(),
        places: PLACES
            .iter()
            .map(|(code, level, parent)| BookPlace {
                code: (*code).into(),
                name: format!("place {code}"),
                level: *level,
                parent: *parent,
            })
            .collect(),
        cells: Vec::new(),
        costs: Vec::new(),
        footprints: Vec::new(),
        factors: Vec::new(),
        moves: moves(numbers),
        units: units(),
    };
    // Processes that state their period: their factors are of that year, whatever the year of the line.
    let own_year = numbers.rarely(3).then_some(2019);
    if own_year.is_some() && years.is_none() {
        book.head.emission_year = Some(2022);
    }
    if book.head.emission_year.is_some() {
        book.head.default_year = 2022;
        book.head.years = None;
    }
    let count = 2 + numbers.below(7);
    for product in 0..count as u32 {
        let (unit, mass) = *numbers.pick(&[
            &("kg", None),
            &("g", None),
            &("box", Some("18.14")),
            &("[lb_av]", None),
            &("box", None),
            &("h", Some("0.3")),
        ]);
        book.products.push(BookProduct {
            id: format!("p{product}"),
            name: format!("Product {}", product / 2),
            category: (*numbers.pick(&["", "grain", "dairy"])).into(),
            unit: unit.into(),
            mass_kg: mass.map(exact),
            partial: String::new(),
            not_stated: String::new(),
        });
        match numbers.below(8) {
            0 => {}
            1..=3 => cells(&mut book, product, numbers, is_plain, false),
            4 => {
                cells(&mut book, product, numbers, is_plain, true);
                footprints(&mut book, product, numbers, is_plain, &methods, own_year);
            }
            _ => footprints(&mut book, product, numbers, is_plain, &methods, own_year),
        }
    }
    factors(&mut book, numbers, is_plain, &methods, own_year);
    book
}

/// A book whose costs are halves: of each product with an even number the cost per unit lies in the middle between two
/// of 1e-12, and no double holds it on the way; of the others it is 2^i x 5^j, given too. The lines have quantities that
/// put the cost of the line in the middle between two of 1e-6, or a hair beside it.
pub(crate) fn halves(seed: u64, count: u32) -> (Book, Vec<(String, String)>) {
    let mut numbers = Numbers(seed);
    let mut book = random_book(1);
    book.head.years = None;
    book.head.emission_year = None;
    book.head.netting = false;
    book.indicators.truncate(1);
    let product = book.products[0].clone();
    (book.cells, book.costs, book.footprints, book.factors) = Default::default();
    book.products = (0..count).map(|at| BookProduct { id: format!("q{at:03}"), ..product.clone() }).collect();
    let mut lines = Vec::new();
    for product in 0..count {
        let id = book.products[product as usize].id.clone();
        let h = 2 * i128::from(numbers.next() >> (24 + numbers.below(35))) + 1;
        if product % 2 == 0 {
            let k = numbers.below(24) as i32;
            let odd = (1 + 2 * numbers.below(50)) as f64;
            let units = h * (1 << (k + 5));
            let factor = Factor::round(&Exact::new(units.into(), 10_i128.pow(18).into())).unwrap();
            let band = Band { lower: factor, central: factor, upper: factor };
            let amount = odd * 15_625.0 * 2_f64.powi(-k);
            let method = id.clone();
            book.footprints.push(Footprint {
                product,
                indicator: 0,
                method: method.as_str().into(),
                year: None,
                amount,
                paid: Money::ZERO,
            });
            book.factors.push(PlaceFactor {
                place: None,
                year: None,
                indicator: 0,
                method,
                value: Some(band),
                fallback: String::new(),
                unpriced: String::new(),
            });
            lines.extend(["1e6", "-1e6", "3000000"].map(|quantity| (id.clone(), quantity.to_owned())));
            continue;
        }
        let (i, j) = (numbers.below(14) as u32, numbers.below(14) as u32);
        let cost = Money::from_units(&(2_i128.pow(i) * 5_i128.pow(j)).into()).unwrap();
        let cell = book.cells.len() as u32;
        let (fallback, unpriced) = (String::new(), String::new());
        book.cells.push(Cell { product, place: None, year: None, of_origin: true, fallback, unpriced });
        let cost = Band { lower: cost, central: cost, upper: cost };
        book.costs.push(Cost { cell, indicator: 0, cost, paid: Money::ZERO });
        // h x 10^6 / (2 x 2^i x 5^j), exactly.
        let digits = (i + 1).max(j);
        let half = (h >> 30) * 1_000_000 * 2_i128.pow(digits - i - 1) * 5_i128.pow(digits - j);
        lines.push((id.clone(), format!("{half}e-{digits}")));
        lines.push((id.clone(), format!("{}e-{}", half * 1_000_000 + 1, digits + 6)));
        lines.push((id, format!("{}e-{}", half * 1_000_000 - 1, digits + 6)));
    }
    (book, lines)
}

fn indicator(at: usize, numbers: &mut Numbers) -> BookIndicator {
    BookIndicator {
        id: format!("k{at:02}"),
        name: format!("Indicator {at}"),
        dimension: Dimension::ALL[at % 3],
        kind: if numbers.rarely(5) { IndicatorKind::Benefit } else { IndicatorKind::Burden },
        unit: "kg".into(),
    }
}

/// Sorted by currency and year: EUR, USD with nasty ratios, and JPY of one year only.
fn moves(numbers: &mut Numbers) -> Vec<MoneyMove> {
    let mut all = Vec::new();
    for year in 2020..=2024 {
        let ratio =
            if year == 2023 { exact("1") } else { exact(numbers.pick(&["1.0471", "0.5", "0.999999999999"])) };
        all.push(("EUR", year, ratio));
    }
    all.push(("JPY", 2023, exact("1") / exact("151.99")));
    for year in 2020..=2024 {
        let ratio = numbers.pick(&["0.9195402298850574712643678160919540229885", "0.25", "1.5", "1e-3"]);
        all.push(("USD", year, exact(ratio) * exact("313.689") / exact("258.811")));
    }
    all.into_iter()
        .map(|(currency, year, multiplier)| MoneyMove {
            currency: Currency::from_code(currency).unwrap(),
            year,
            multiplier,
            steps: String::new(),
        })
        .collect()
}

fn units() -> Vec<UnitRow> {
    let unit = |code: &str, ratio: Exact, dimension, metric, kind: &str| UnitRow {
        code: code.into(),
        aliases: if code == "[lb_av]" { vec!["lb".into()] } else { Vec::new() },
        ratio,
        dimension,
        metric,
        kind: kind.into(),
    };
    let mass = [0, 1, 0, 0, 0, 0, 0, 0];
    let time = [0, 0, 1, 0, 0, 0, 0, 0];
    vec![
        unit("[lb_av]", exact("0.45359237"), mass, false, ""),
        unit("box", exact("1"), [0, 0, 0, 0, 0, 0, 0, 1], false, "box"),
        unit("g", exact("0.001"), mass, true, ""),
        unit("h", exact("3600"), time, false, ""),
        unit("kg", exact("1"), mass, false, ""),
        unit("mo", exact("2629800"), time, false, ""),
        unit("t", exact("1000"), mass, true, ""),
    ]
}

/// A product that is made somewhere, or one whose place matters in more ways than by a factor.
fn cells(book: &mut Book, product: u32, numbers: &mut Numbers, is_plain: bool, is_made: bool) {
    let of_origin = numbers.rarely(3) && !is_made;
    let mut places: Vec<Option<u32>> = (0..PLACES.len() as u32).map(Some).collect();
    places.retain(|_| numbers.rarely(3));
    if places.is_empty() || numbers.rarely(3) {
        places = vec![Some(numbers.below(PLACES.len()) as u32)];
    }
    if of_origin {
        places.insert(0, None);
    }
    for place in places {
        let years: Vec<Option<i32>> = match book.head.years {
            Some((first, last)) if !numbers.rarely(3) => (first..=last).map(Some).collect(),
            _ => vec![None],
        };
        for year in years {
            let cell = book.cells.len() as u32;
            let mut unpriced = Vec::new();
            for indicator in 0..book.indicators.len() as u32 {
                if numbers.rarely(5) {
                    unpriced.push(book.indicators[indicator as usize].id.clone());
                    continue;
                }
                let cost = money_band(numbers, is_plain);
                let paid = if is_plain || numbers.rarely(2) {
                    Money::ZERO
                } else if numbers.rarely(3) {
                    cost.central.or_zero()
                } else {
                    money(numbers).or_zero()
                };
                book.costs.push(Cost { cell, indicator, cost, paid });
            }
            let fallback =
                if of_origin { (*numbers.pick(&["", "world 2, subregion 1"])).into() } else { String::new() };
            book.cells.push(Cell { product, place, year, of_origin, fallback, unpriced: unpriced.join(" ") });
        }
    }
}

fn footprints(
    book: &mut Book,
    product: u32,
    numbers: &mut Numbers,
    is_plain: bool,
    methods: &[&str],
    own_year: Option<i32>,
) {
    let before = book.footprints.len();
    for indicator in 0..book.indicators.len() as u32 {
        if numbers.rarely(5) {
            continue;
        }
        let paid = if is_plain || !numbers.rarely(4) { Money::ZERO } else { money(numbers).or_zero() };
        let method = numbers.pick(methods).into();
        let amount = amount(numbers, is_plain);
        let year = own_year.filter(|_| numbers.rarely(2));
        book.footprints.push(Footprint { product, indicator, method, year, amount, paid });
    }
    if book.footprints.len() == before {
        let amount = amount(numbers, is_plain);
        book.footprints.push(Footprint {
            product,
            indicator: 0,
            method: "".into(),
            year: None,
            amount,
            paid: Money::ZERO,
        });
    }
}

/// Factors of some places, all indicators and methods at the top.
fn factors(book: &mut Book, numbers: &mut Numbers, is_plain: bool, methods: &[&str], own_year: Option<i32>) {
    let emitted = book.head.years.map_or_else(|| vec![2022], |(first, last)| (first..=last).collect());
    let all: Vec<i32> = own_year.into_iter().chain(emitted).collect();
    let places = std::iter::once(None).chain((0..PLACES.len() as u32).map(Some));
    for place in places {
        if place.is_some() && numbers.rarely(3) {
            continue;
        }
        // At one place an indicator has rows for all years, or one that holds for all.
        let by_year = all.len() > 1 && !numbers.rarely(3);
        let years: Vec<Option<i32>> =
            if by_year { all.iter().copied().map(Some).collect() } else { vec![None] };
        let kept: Vec<bool> = (0..book.indicators.len() * methods.len())
            .map(|_| place.is_none() || !numbers.rarely(3))
            .collect();
        for year in years {
            for indicator in 0..book.indicators.len() as u32 {
                for (at, method) in methods.iter().enumerate() {
                    if !kept[indicator as usize * methods.len() + at] {
                        continue;
                    }
                    let value = (!numbers.rarely(6)).then(|| factor_band(numbers, is_plain));
                    let word = numbers.pick(&["", "world", "subregion"]);
                    book.factors.push(PlaceFactor {
                        place,
                        year,
                        indicator,
                        method: (*method).to_owned(),
                        value,
                        fallback: if value.is_some() { word.to_owned() } else { String::new() },
                        unpriced: if value.is_none() { "none".into() } else { String::new() },
                    });
                }
            }
        }
    }
}

fn money_band(numbers: &mut Numbers, is_plain: bool) -> Band<Money> {
    let mut one = || {
        let money = money(numbers);
        if is_plain { money.max(Money::ZERO - money) } else { money }
    };
    let central = one();
    let (lower, upper) = if central.units() % 2 == 0 { (central, central) } else { (one(), one()) };
    Band { lower, central, upper }
}

fn factor_band(numbers: &mut Numbers, is_plain: bool) -> Band<Factor> {
    let mut one = || {
        let factor = factor(numbers);
        if is_plain && factor.units() < 0 { factor.negated() } else { factor }
    };
    let central = one();
    let (lower, upper) = if central.units() % 2 == 0 { (central, central) } else { (one(), one()) };
    Band { lower, central, upper }
}

/// A whole number of up to so many digits, all magnitudes alike; often a round one, or one beside it.
fn integer(numbers: &mut Numbers, digits: u32) -> i128 {
    let power = 10_i128.pow(numbers.below(digits as usize + 1) as u32);
    let any = i128::from(numbers.next() >> 1) * i128::from(numbers.next() >> 1);
    match numbers.below(6) {
        0 => power,
        1 => power * 5,
        2 => power * (1 + numbers.below(20) as i128) / 2,
        3 => power - 1 + numbers.below(3) as i128,
        _ => any % power,
    }
}

/// A cost per unit: from 1e-12 to 1e9, seldom more; positive mostly.
pub(crate) fn money(numbers: &mut Numbers) -> Money {
    let digits = if numbers.rarely(20) { 26 } else { numbers.one(&[6, 12, 14, 17, 21]) };
    let units = integer(numbers, digits);
    let units = if numbers.rarely(4) { -units } else { units };
    Money::from_units(&units.into()).unwrap_or_default()
}

/// A factor at 1e-18; often such that a footprint of a few binary digits times it is a half.
pub(crate) fn factor(numbers: &mut Numbers) -> Factor {
    let units = match numbers.below(4) {
        // The same of 5^6 x 2^-k: a half that no double holds on the way.
        3 => (2 * integer(numbers, 9) + 1) * (1 << numbers.below(30)),
        // (2 h + 1) x 2^k x 5 x 10^5: a half of 1e-12 if the footprint is 2^-k.
        0 => (2 * integer(numbers, 9) + 1) * (1 << numbers.below(30)) * 500_000,
        1 => integer(numbers, 12) * 1_000_000_000_000,
        _ => {
            let digits = numbers.one(&[6, 12, 18, 20, 24]);
            integer(numbers, digits)
        }
    };
    let units = if numbers.rarely(6) { -units } else { units };
    Factor::round(&Exact::new(units.into(), 10_i128.pow(18).into())).unwrap_or_default()
}

/// A footprint: a few binary digits, a decimal, any double, next to nothing, or less than nothing.
pub(crate) fn amount(numbers: &mut Numbers, is_plain: bool) -> f64 {
    let power = numbers.below(40) as i32 - 20;
    let amount = match numbers.below(8) {
        0 => 0.0,
        1 | 2 => (1 + 2 * numbers.below(64)) as f64 * 2_f64.powi(-(numbers.below(40) as i32)),
        3 => (1 + numbers.below(1000)) as f64 / 1000.0,
        5 if numbers.rarely(2) => 15_625.0 * 2_f64.powi(-(numbers.below(30) as i32)),
        4 => f64::from_bits(numbers.next() >> 13),
        5 => (numbers.next() >> 11) as f64 / (1_u64 << 53) as f64 * 10_f64.powi(power / 4),
        _ => (numbers.next() >> 11) as f64 / (1_u64 << 53) as f64 * 10_f64.powi(power),
    };
    if !is_plain && numbers.rarely(6) { -amount } else { amount }
}

pub(crate) fn euro() -> Currency {
    Currency::from_code("EUR").unwrap()
}

pub(crate) fn exact(text: &str) -> Exact {
    parse(text).unwrap()
}
