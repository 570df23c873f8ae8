//! Datasets of co-ops: trade, pay, producers, members.

use super::members::{
    BUCKETS, CAPITAL, CONTRIBUTIONS, COOP_YEARS, DECISIONS, DISTRIBUTIONS, PATRONAGE, SURPLUS_RULES,
    SURPLUSES,
};
use super::{Schema, may, must};

/// Producers: who delivers.
pub const PRODUCERS: Schema = Schema {
    table: "producers",
    required: false,
    columns: &[
        must("id"),
        may("name"),
        may("language"),
        may("currency"),
        may("member_since"),
        may("member_until"),
        may("group"),
        may("address"),
        may("note"),
    ],
    key: &["id"],
};

/// Deliveries of producers.
pub const DELIVERIES: Schema = Schema {
    table: "deliveries",
    required: false,
    columns: &[
        must("id"),
        must("date"),
        must("producer"),
        must("product"),
        may("grade"),
        may("certificate"),
        may("site"),
        must("gross_weight"),
        may("tare"),
        may("unit"),
        may("price"),
        may("floor"),
        may("premium"),
        may("price_unit"),
        may("currency"),
        may("note"),
    ],
    key: &["id"],
};

/// What the co-op pays its producers, by product, grade and day.
pub const BUYING_PRICES: Schema = Schema {
    table: "buying_prices",
    required: false,
    columns: &[
        must("product"),
        may("grade"),
        may("certificate"),
        must("from"),
        may("until"),
        must("price"),
        may("floor"),
        may("premium"),
        may("unit"),
        may("currency"),
        may("source"),
    ],
    key: &["product", "grade", "certificate", "from"],
};

/// Money paid to producers.
pub const PAYMENTS: Schema = Schema {
    table: "payments",
    required: false,
    columns: &[
        must("id"),
        must("date"),
        must("producer"),
        must("kind"),
        must("amount"),
        may("currency"),
        may("note"),
    ],
    key: &["id"],
};

/// What is taken off what producers are owed.
pub const DEDUCTIONS: Schema = Schema {
    table: "deductions",
    required: false,
    columns: &[
        must("id"),
        must("date"),
        must("producer"),
        must("kind"),
        must("amount"),
        may("currency"),
        may("what"),
        may("note"),
    ],
    key: &["id"],
};

/// What is paid on top for the deliveries of a period, when the harvest is sold.
pub const SECOND_PAYMENTS: Schema = Schema {
    table: "second_payments",
    required: false,
    columns: &[
        must("id"),
        must("date"),
        must("product"),
        may("grade"),
        may("certificate"),
        must("from"),
        must("until"),
        may("rate"),
        may("unit"),
        may("total"),
        may("currency"),
        may("note"),
    ],
    key: &["id"],
};

/// Contracts of sale.
pub const CONTRACTS: Schema = Schema {
    table: "contracts",
    required: false,
    columns: &[
        must("id"),
        must("date"),
        may("buyer"),
        must("product"),
        may("commodity"),
        may("form"),
        may("quality"),
        may("origin"),
        may("incoterm"),
        must("quantity"),
        may("unit"),
        may("mass_kg"),
        may("agreed"),
        may("market"),
        may("government_fob"),
        may("minimum"),
        may("premium"),
        may("organic_differential"),
        may("price_unit"),
        may("currency"),
        may("certificate"),
        may("site"),
        may("shipped"),
        may("note"),
    ],
    key: &["id"],
};

/// Market prices by day.
pub const MARKET_PRICES: Schema = Schema {
    table: "market_prices",
    required: false,
    columns: &[
        must("product"),
        may("form"),
        may("quality"),
        may("origin"),
        may("incoterm"),
        must("date"),
        must("price"),
        must("unit"),
        may("mass_kg"),
        must("currency"),
        may("source"),
    ],
    key: &["product", "form", "quality", "origin", "incoterm", "date"],
};

/// Minimum prices, premiums and differentials of a certificate, with the days they hold.
pub const MINIMUM_PRICES: Schema = Schema {
    table: "minimum_prices",
    required: false,
    columns: &[
        must("product"),
        may("form"),
        may("quality"),
        may("origin"),
        must("incoterm"),
        must("unit"),
        may("mass_kg"),
        must("currency"),
        may("minimum"),
        may("premium"),
        may("organic_differential"),
        may("regulated"),
        must("from"),
        may("until"),
        must("source"),
        must("verification"),
        may("note"),
    ],
    key: &["product", "form", "quality", "origin", "incoterm", "from"],
};

/// What certified goods come in and go out, by site.
pub const MOVEMENTS: Schema = Schema {
    table: "movements",
    required: false,
    columns: &[
        must("id"),
        must("date"),
        must("site"),
        must("product"),
        must("certificate"),
        must("kind"),
        must("quantity"),
        may("unit"),
        may("document"),
        may("note"),
    ],
    key: &["id"],
};

/// How much of a product is made of another.
pub const YIELDS: Schema = Schema {
    table: "yields",
    required: false,
    columns: &[
        must("input"),
        must("output"),
        must("yield"),
        may("process"),
        may("certificate"),
        may("site"),
        may("from"),
        may("until"),
        may("source"),
    ],
    key: &["input", "output", "certificate", "site", "from"],
};

/// Workers, or jobs with the number of those who do them.
pub const WORKERS: Schema = Schema {
    table: "workers",
    required: false,
    columns: &[
        must("id"),
        may("job"),
        may("count"),
        may("site"),
        must("benchmark"),
        must("period"),
        may("months"),
        must("pay"),
        must("pay_per"),
        must("basis"),
        may("overtime_pay"),
        may("bonuses"),
        may("bonuses_per"),
        may("in_kind"),
        may("in_kind_cap"),
        may("contracted_hours"),
        may("standard_hours"),
        may("days_per_week"),
        may("minimum_wage"),
        may("minimum_wage_per"),
        may("currency"),
        may("product"),
        may("process"),
        may("note"),
    ],
    key: &["id"],
};

/// What was made in a period.
pub const OUTPUT: Schema = Schema {
    table: "output",
    required: false,
    columns: &[must("product"), may("process"), must("period"), must("quantity"), must("unit"), may("note")],
    key: &["product", "process", "period"],
};

/// Households on their own account.
pub const HOUSEHOLDS: Schema = Schema {
    table: "households",
    required: false,
    columns: &[
        must("id"),
        may("producer"),
        must("benchmark"),
        must("period"),
        must("adults"),
        must("children"),
        must("net_income"),
        may("currency"),
        may("premium_included"),
        may("product"),
        may("quantity"),
        may("unit"),
        may("process"),
        may("note"),
    ],
    key: &["id"],
};

/// Living wages and living incomes by place and year.
pub const BENCHMARKS: Schema = Schema {
    table: "benchmarks",
    required: false,
    columns: &[
        must("id"),
        must("kind"),
        must("country"),
        must("region"),
        may("name"),
        must("period"),
        must("amount"),
        must("per"),
        must("currency"),
        may("basis"),
        may("equivalence"),
        may("household_size"),
        may("adults"),
        must("source"),
        must("verification"),
        may("note"),
    ],
    key: &["id"],
};

/// What a living income reference price is computed from.
pub const FARMS: Schema = Schema {
    table: "farms",
    required: false,
    columns: &[
        must("id"),
        must("product"),
        may("origin"),
        must("year"),
        must("decent_living"),
        may("production_cost"),
        may("production_cost_per_ha"),
        may("other_income"),
        may("deduct_other_income"),
        must("land"),
        may("rejuvenation"),
        must("yield"),
        must("unit"),
        must("currency"),
        may("source"),
        may("verification"),
        may("note"),
    ],
    key: &["id"],
};

/// Published living income reference prices.
pub const REFERENCE_PRICES: Schema = Schema {
    table: "reference_prices",
    required: true,
    columns: &[
        must("id"),
        must("product"),
        may("form"),
        may("quality"),
        must("origin"),
        must("period"),
        must("amount"),
        must("currency"),
        must("unit"),
        must("level"),
        must("source"),
        must("verification"),
        may("note"),
    ],
    key: &["id"],
};

/// What is known of the inputs of published reference prices.
pub const REFERENCE_PRICE_INPUTS: Schema = Schema {
    table: "reference_price_inputs",
    required: false,
    columns: &[
        must("price"),
        must("kind"),
        must("amount"),
        may("unit"),
        may("currency"),
        must("source"),
        must("verification"),
        may("note"),
    ],
    key: &["price", "kind"],
};

/// The tables of a dataset of a co-op.
pub const COOP_TABLES: &[Schema] = &[
    PRODUCERS,
    DELIVERIES,
    BUYING_PRICES,
    PAYMENTS,
    DEDUCTIONS,
    SECOND_PAYMENTS,
    CONTRACTS,
    MARKET_PRICES,
    MINIMUM_PRICES,
    MOVEMENTS,
    YIELDS,
    WORKERS,
    OUTPUT,
    HOUSEHOLDS,
    BENCHMARKS,
    FARMS,
    SURPLUSES,
    SURPLUS_RULES,
    PATRONAGE,
    CAPITAL,
    CONTRIBUTIONS,
    BUCKETS,
    DISTRIBUTIONS,
    COOP_YEARS,
    DECISIONS,
];
