//! A co-op that is made up from a seed: many producers, and records of every kind.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Numbers from a seed: the same on every machine.
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    /// A day of 2024: all months have 28 of them here.
    fn day(&mut self) -> String {
        format!("2024-{:02}-{:02}", 1 + self.below(12), 1 + self.below(28))
    }

    /// A decimal of so many places.
    fn decimal(&mut self, end: u64, places: u32) -> String {
        let scale = 10_u64.pow(places);
        let number = 1 + self.below(end * scale);
        format!("{}.{:0width$}", number / scale, number % scale, width = places as usize)
    }
}

const MANIFEST: &str = "kind = \"coop\"\ntitle = \"Made up from a seed\"\nproducer = \"p\"\ncitation = \"c\"\n\
    version = \"1\"\ngeography = \"PE\"\nlicence = { name = \"CC0-1.0\", redistribute = true }\n\
    [coop]\nname = \"Seed\"\nagent = \"seed\"\nfund = \"fund\"\ncurrency = \"USD\"\nweight_unit = \"kg\"\n";

/// Prices that change in July; the floor binds at times, some goods have no certificate, one is paid in guaraníes, which
/// have no cents.
const PRICES: &str = "product,grade,certificate,from,until,price,floor,premium,unit,currency\n\
    coffee,A,fairtrade,2024-01-01,,3.105,3.35,0.44,kg,\n\
    coffee,A,fairtrade,2024-07-01,,3.4875,3.35,0.44,kg,\n\
    coffee,,fairtrade,2024-01-01,2024-07-01,2.805,2.9,0.44,kg,\n\
    coffee,,fairtrade,2024-07-01,2025-01-01,2.97,2.9,0.44,kg,\n\
    coffee,,,2024-01-01,,1.27,,,[lb_av],\n\
    cocoa,,,2024-01-01,,0.9875,1.0125,0.05,[lb_av],\n\
    sesame,,,2024-01-01,,9871.5,,,kg,PYG\n";

const SECOND: &str = "id,date,product,grade,certificate,from,until,rate,unit,total,currency\n\
    s1,2024-12-30,coffee,A,fairtrade,2024-01-01,2024-07-01,0.1235,kg,,\n\
    s2,2024-12-30,coffee,,,2024-01-01,2025-01-01,,,54321.07,\n\
    s3,2024-12-31,cocoa,,,2024-02-01,2024-12-01,0.0123,[lb_av],,\n\
    s4,2024-12-31,sesame,,,2024-01-01,2025-01-01,,,1000003,PYG\n";

/// Writes the dataset.
pub(crate) fn write(folder: &Path, producers: usize, seed: u64) {
    let mut draws = Draws(seed);
    let mut tables = [
        ("producers", String::from("id,name,language,currency,member_since,member_until,group\n")),
        (
            "deliveries",
            String::from(
                "id,date,producer,product,grade,certificate,site,gross_weight,tare,unit,price,floor,premium,price_unit,currency,note\n",
            ),
        ),
        ("payments", String::from("id,date,producer,kind,amount,currency\n")),
        ("deductions", String::from("id,date,producer,kind,amount,currency,what\n")),
    ];
    for at in 0..producers {
        let since = ["", "2019", "2024-05-01"][draws.below(3) as usize];
        let until = if since == "2019" && draws.below(4) == 0 { "2024-09-01" } else { "" };
        let language = draws.one(&["", "en", "es", "fr"]);
        // Every hundredth delivers sesame, and is paid in guaraníes.
        let is_sesame = at % 100 == 7;
        let own = if is_sesame { "PYG" } else { "" };
        let [(_, people), (_, deliveries), (_, payments), (_, deductions)] = &mut tables;
        let _ = writeln!(people, "p{at},Producer {at},{language},{own},{since},{until},g{}", draws.below(40));
        for n in 0..draws.below(7) {
            let day = draws.day();
            let product =
                if is_sesame { "sesame" } else { draws.one(&["coffee", "coffee", "coffee", "cocoa"]) };
            let certificate = if product == "coffee" { draws.one(&["", "fairtrade"]) } else { "" };
            let grade = draws.one(&["", "A", "B"]);
            let gross = draws.decimal(900, 2);
            let whole: u64 = gross.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or_default();
            let tare = if draws.below(2) == 0 { format!("{}.5", whole / 100) } else { String::new() };
            let tare = if whole == 0 { String::new() } else { tare };
            let unit = draws.one(&["", "[lb_av]"]);
            // One in ten states its own price, and with it the floor of the list must be per the same weight.
            let own = if !is_sesame && draws.below(10) == 0 {
                format!("{},{},{},kg", draws.decimal(4, 4), draws.decimal(3, 2), draws.decimal(1, 3))
            } else {
                ",,,".to_owned()
            };
            let _ = writeln!(
                deliveries,
                "d{at}-{n},{day},p{at},{product},{grade},{certificate},s1,{gross},{tare},{unit},{own},,"
            );
        }
        let places = if is_sesame { 0 } else { 2 };
        let amount = |draws: &mut Draws, end: u64| {
            if places == 0 { (1 + draws.below(end * 1000)).to_string() } else { draws.decimal(end, places) }
        };
        for n in 0..draws.below(4) {
            let (day, kind) = (draws.day(), draws.one(&["advance", "payment", "second_payment"]));
            let paid = amount(&mut draws, 900);
            let _ = writeln!(payments, "m{at}-{n},{day},p{at},{kind},{paid},");
        }
        for n in 0..draws.below(3) {
            let (day, kind) = (draws.day(), draws.one(&["service", "loan", "capital", "levy"]));
            let taken = amount(&mut draws, 90);
            let _ = writeln!(deductions, "x{at}-{n},{day},p{at},{kind},{taken},,");
        }
    }
    let put = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
    put("manifest.toml", MANIFEST);
    put("buying_prices.csv", PRICES);
    put("second_payments.csv", SECOND);
    for (name, text) in &tables {
        put(&format!("{name}.csv"), text);
    }
}
