//! The tables that a dataset of a kind may have.

use super::manifest::Kind;
use super::schema::COOP_TABLES;

const SUPPLY: [&str; 9] = [
    "products",
    "processes",
    "inputs",
    "interventions",
    "prices",
    "paid",
    "support",
    "properties",
    "indicators",
];

const FLOWS: [&str; 8] =
    ["agents", "flows", "agreements", "memberships", "resources", "units", "accounts", "wages"];

/// What a co-op keeps: its own tables, the supply tables of its products, and other flows for its books.
static COOP: [&str; SUPPLY.len() + COOP_TABLES.len() + FLOWS.len()] = {
    let mut names = [""; SUPPLY.len() + COOP_TABLES.len() + FLOWS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = if at < SUPPLY.len() {
            SUPPLY[at]
        } else if at < SUPPLY.len() + COOP_TABLES.len() {
            COOP_TABLES[at - SUPPLY.len()].table
        } else {
            FLOWS[at - SUPPLY.len() - COOP_TABLES.len()]
        };
        at += 1;
    }
    names
};

/// Tables of a kind of dataset.
pub fn tables_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Supply => &SUPPLY,
        Kind::Factors => &["factors", "exclusive", "composite"],
        Kind::Prices => &["prices"],
        Kind::Index => &["index"],
        Kind::Rates => &["rates"],
        Kind::Income => &["income"],
        Kind::Indicators => &["indicators"],
        Kind::Regions => &["regions"],
        Kind::Units => &["units"],
        Kind::Licences => &["licences"],
        Kind::Pedigree => &["pedigree"],
        Kind::Characterisation => &["characterisation"],
        Kind::Flows => &FLOWS,
        Kind::Regimes => &["rules", "penalties", "modes", "sets"],
        Kind::Actions => &["actions"],
        Kind::Postings => &["postings", "roles"],
        Kind::Coop => &COOP,
        Kind::MinimumPrices => &["minimum_prices"],
        Kind::Benchmarks => &["benchmarks"],
        Kind::ReferencePrices => &["reference_prices", "reference_price_inputs"],
        Kind::SurplusRules => &["surplus_rules"],
    }
}
