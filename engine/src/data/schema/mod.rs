//! The columns of every table: what is required, and what makes a row unique.

mod characterisation;
mod coop;
mod factors;
mod flows;
mod members;
mod reference;
mod rules;
mod supply;

pub use characterisation::CHARACTERISATION;
pub use coop::{
    BENCHMARKS, BUYING_PRICES, CONTRACTS, COOP_TABLES, DEDUCTIONS, DELIVERIES, FARMS, HOUSEHOLDS,
    MARKET_PRICES, MINIMUM_PRICES, MOVEMENTS, OUTPUT, PAYMENTS, PRODUCERS, REFERENCE_PRICE_INPUTS,
    REFERENCE_PRICES, SECOND_PAYMENTS, WORKERS, YIELDS,
};
pub use factors::{COMPOSITE, EXCLUSIVE, FACTORS};
pub use flows::{ACCOUNTS, AGENTS, AGREEMENTS, FLOW_UNITS, FLOWS, MEMBERSHIPS, RESOURCES, WAGES};
pub use members::{
    BUCKETS, CAPITAL, CONTRIBUTIONS, COOP_YEARS, DECISIONS, DISTRIBUTIONS, PATRONAGE, SURPLUS_RULES,
    SURPLUSES,
};
pub use reference::{ACTIONS, INCOME, INDEX, LICENCES, PEDIGREE, RATES, REGIONS, UNITS};
pub use rules::{MODES, PENALTIES, POSTINGS, ROLES, RULES, SETS};
pub use supply::{INDICATORS, INPUTS, INTERVENTIONS, PAID, PRICES, PROCESSES, PRODUCTS, PROPERTIES, SUPPORT};

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Must it be there?
    pub required: bool,
}

/// A table of a dataset.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Name of the file, without its ending.
    pub table: &'static str,
    /// Must the table be there, with a row at least?
    pub required: bool,
    /// Known columns.
    pub columns: &'static [Column],
    /// Columns that make a row unique.
    pub key: &'static [&'static str],
}

const fn must(name: &'static str) -> Column {
    Column { name, required: true }
}

const fn may(name: &'static str) -> Column {
    Column { name, required: false }
}

/// Every schema of the reference page on datasets, for documents and tests.
pub const ALL: &[Schema] = &[
    PRODUCTS,
    PROCESSES,
    INPUTS,
    INTERVENTIONS,
    PRICES,
    PAID,
    SUPPORT,
    PROPERTIES,
    INDICATORS,
    FACTORS,
    EXCLUSIVE,
    COMPOSITE,
    INDEX,
    RATES,
    INCOME,
    REGIONS,
    UNITS,
    LICENCES,
    PEDIGREE,
    ACTIONS,
];

/// The tables of a flow dataset.
pub const FLOW_TABLES: &[Schema] =
    &[AGENTS, FLOWS, AGREEMENTS, MEMBERSHIPS, RESOURCES, FLOW_UNITS, ACCOUNTS, WAGES];

/// The tables of a set of rules.
pub const RULE_TABLES: &[Schema] = &[RULES, PENALTIES, MODES, SETS];

/// The tables of a table of postings.
pub const POSTING_TABLES: &[Schema] = &[POSTINGS, ROLES];
