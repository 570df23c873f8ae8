//! Units that the header of a column may say for all its cells: `Gross weight (kg)`, `Price (USD/lb)`.

use crate::data::schema::Schema;

/// What the header of a column may say, and which columns hold it in rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderUnit {
    /// A unit.
    Unit {
        /// The column of the unit.
        column: &'static str,
        /// What may stand after it and is always so: the yield of a farm is in kg, and `kg/ha` says the same.
        per: Option<&'static str>,
    },
    /// A currency, and per what where there is a column for it.
    Money {
        /// The column of the currency.
        currency: &'static str,
        /// The column of the unit after `/`.
        per: Option<&'static str>,
    },
    /// Always this unit, in no column: it may be said.
    Always(&'static str),
}

use HeaderUnit::{Always, Money, Unit};

const UNIT: HeaderUnit = Unit { column: "unit", per: None };
const MONEY: HeaderUnit = Money { currency: "currency", per: None };
const MONEY_PER_UNIT: HeaderUnit = Money { currency: "currency", per: Some("unit") };
const MONEY_PER_PRICE_UNIT: HeaderUnit = Money { currency: "currency", per: Some("price_unit") };

/// Table, columns, and what their header may say.
pub const HEADER_UNITS: &[(&str, &[&str], HeaderUnit)] = &[
    ("processes", &["amount"], UNIT),
    ("inputs", &["amount"], UNIT),
    ("interventions", &["amount"], UNIT),
    ("prices", &["amount"], MONEY),
    ("prices", &["quantity"], UNIT),
    ("paid", &["amount"], MONEY),
    ("support", &["amount"], MONEY),
    ("deliveries", &["gross_weight", "tare"], UNIT),
    ("deliveries", &["price", "floor", "premium"], MONEY_PER_PRICE_UNIT),
    ("buying_prices", &["price", "floor", "premium"], MONEY_PER_UNIT),
    ("payments", &["amount"], MONEY),
    ("deductions", &["amount"], MONEY),
    ("second_payments", &["rate"], MONEY_PER_UNIT),
    ("second_payments", &["total"], MONEY),
    ("contracts", &["quantity"], UNIT),
    (
        "contracts",
        &["agreed", "market", "government_fob", "minimum", "premium", "organic_differential"],
        MONEY_PER_PRICE_UNIT,
    ),
    ("market_prices", &["price"], MONEY_PER_UNIT),
    ("minimum_prices", &["minimum", "premium", "organic_differential"], MONEY_PER_UNIT),
    ("movements", &["quantity"], UNIT),
    ("workers", &["pay"], Money { currency: "currency", per: Some("pay_per") }),
    ("workers", &["bonuses"], Money { currency: "currency", per: Some("bonuses_per") }),
    ("workers", &["minimum_wage"], Money { currency: "currency", per: Some("minimum_wage_per") }),
    ("workers", &["overtime_pay", "in_kind"], MONEY),
    ("output", &["quantity"], UNIT),
    ("households", &["net_income"], MONEY),
    ("households", &["quantity"], UNIT),
    ("benchmarks", &["amount"], Money { currency: "currency", per: Some("per") }),
    ("farms", &["decent_living", "other_income", "production_cost", "production_cost_per_ha"], MONEY),
    ("farms", &["land"], Always("ha")),
    ("farms", &["yield"], Unit { column: "unit", per: Some("ha") }),
    ("surpluses", &["surplus", "member_surplus"], MONEY),
    ("patronage", &["amount"], UNIT),
    ("capital", &["amount"], MONEY),
    ("distributions", &["amount"], MONEY),
    ("contributions", &["amount"], UNIT),
    ("flows", &["quantity"], UNIT),
    ("flows", &["value"], Unit { column: "unit_of_account", per: None }),
    ("accounts", &["opening", "credit_limit", "max_balance"], UNIT),
    ("wages", &["amount"], MONEY),
];

/// What the header of a column may say, if it may.
pub fn header_unit(schema: &Schema, column: &str) -> Option<HeaderUnit> {
    HEADER_UNITS
        .iter()
        .find(|(table, columns, _)| *table == schema.table && columns.contains(&column))
        .map(|(.., unit)| *unit)
}

impl HeaderUnit {
    /// Columns of rows that hold what the header says, with what they hold. `None`: it cannot say that.
    pub fn read(self, said: &str) -> Option<Vec<(&'static str, String)>> {
        let said = said.trim();
        let is_unit = |text: &str| !text.is_empty();
        let is_word = |text: &str| is_unit(text) && !text.contains(char::is_whitespace);
        match self {
            Always(unit) => (said == unit).then(Vec::new),
            Unit { column, per } => {
                let unit =
                    per.and_then(|per| said.strip_suffix(per)?.strip_suffix('/')).map_or(said, str::trim_end);
                is_unit(unit).then(|| vec![(column, unit.to_owned())])
            }
            Money { currency, per } => {
                let (code, unit) = match said.split_once('/').or_else(|| said.split_once(" per ")) {
                    Some((code, unit)) => (code.trim(), Some(unit.trim())),
                    None => (said, None),
                };
                // A code that is no currency is told where it is read, as that of any cell is.
                if !is_word(code) {
                    return None;
                }
                let mut all = vec![(currency, code.to_owned())];
                match (unit, per) {
                    (None, _) => {}
                    (Some(unit), Some(per)) if is_word(unit) => all.push((per, unit.to_owned())),
                    (Some(_), _) => return None,
                }
                Some(all)
            }
        }
    }

    /// What such a header looks like, for hints.
    pub fn example(self) -> &'static str {
        match self {
            Unit { column: "unit_of_account", .. } | Money { per: None, .. } => "(USD)",
            Unit { per: Some(_), .. } => "(kg/ha)",
            Unit { .. } => "(kg)",
            Money { per: Some("unit" | "price_unit"), .. } => "(USD/lb)",
            Money { .. } => "(USD/month)",
            Always(_) => "(ha)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::schema::{ALL, COOP_TABLES, FLOW_TABLES};

    #[test]
    fn every_column_of_the_table_is_one_of_a_schema() {
        for (table, columns, unit) in HEADER_UNITS {
            let schemas = || COOP_TABLES.iter().chain(ALL).chain(FLOW_TABLES).filter(|s| s.table == *table);
            let holders: Vec<&str> = match *unit {
                Unit { column, .. } => vec![column],
                Money { currency, per } => [Some(currency), per].into_iter().flatten().collect(),
                Always(_) => Vec::new(),
            };
            for column in columns.iter().chain(&holders) {
                let known = schemas().any(|s| s.columns.iter().any(|c| c.name == *column));
                assert!(known, "{table}.{column}");
            }
        }
    }

    #[test]
    fn headers_say_units_and_money() {
        let unit = |column: &'static str, text: &str| (column, text.to_owned());
        assert_eq!(UNIT.read(" kg "), Some(vec![unit("unit", "kg")]));
        assert_eq!(UNIT.read("kg CO2-eq"), Some(vec![unit("unit", "kg CO2-eq")]));
        assert_eq!(UNIT.read(""), None);
        assert_eq!(MONEY.read("USD"), Some(vec![unit("currency", "USD")]));
        assert_eq!(MONEY.read("USD/lb"), None);
        let both = Some(vec![unit("currency", "USD"), unit("price_unit", "[lb_av]")]);
        assert_eq!(MONEY_PER_PRICE_UNIT.read("USD/[lb_av]"), both);
        assert_eq!(MONEY_PER_PRICE_UNIT.read("USD per [lb_av]"), both);
        assert_eq!(MONEY_PER_PRICE_UNIT.read("USD/"), None);
        let farm = Unit { column: "unit", per: Some("ha") };
        assert_eq!(farm.read("kg/ha"), Some(vec![unit("unit", "kg")]));
        assert_eq!(farm.read("kg"), Some(vec![unit("unit", "kg")]));
        assert_eq!(Always("ha").read("ha"), Some(vec![]));
        assert_eq!(Always("ha").read("m2"), None);
    }
}
