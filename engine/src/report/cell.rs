//! A cell of a flat table.

use crate::base::decimal::{Exact, plain};
use crate::base::money::{Factor, Money};
use crate::base::period::Period;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words; what is not there is empty.
    Text,
    /// Years.
    Year,
    /// Days.
    Date,
    /// How many.
    Count,
    /// True or false.
    Flag,
    /// Physical amounts.
    Amount,
    /// Money of the report, exact at the book scale.
    Money,
    /// Factors, exact at the factor scale.
    Factor,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A year.
    Year(i32),
    /// A day.
    Date(Period),
    /// How many.
    Count(usize),
    /// True or false.
    Flag(bool),
    /// A physical amount.
    Amount(f64),
    /// Money of the report.
    Money(Money),
    /// A factor.
    Factor(Factor),
    /// A factor as published, whatever its number of decimals.
    Published(Exact),
    /// Nothing, and the word that stands for it in a CSV.
    Missing(&'static str),
}

impl Cell {
    /// As a CSV prints it.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Year(year) => year.to_string(),
            Self::Date(day) => day.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Amount(value) => value.to_string(),
            Self::Money(money) => money.to_string(),
            Self::Factor(factor) => factor.to_string(),
            Self::Published(value) => decimal(value),
            Self::Missing(word) => (*word).to_owned(),
        }
    }
}

/// All decimals of a number; a fraction that has no end stays one.
fn decimal(value: &Exact) -> String {
    // A decimal of a table has a denominator that divides a power of ten; tables keep 60 digits and an exponent of 60.
    (0..=120)
        .find_map(|scale| {
            let scaled = value * Exact::from_integer(crate::base::decimal::ten(scale));
            scaled.is_integer().then(|| plain(scaled.numer(), scale))
        })
        .unwrap_or_else(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    #[test]
    fn published_figures_keep_all_their_decimals() {
        for text in ["130", "0.0000000000000000000000001", "-12.5", "0", "123456789012345678901234567890.1"] {
            assert_eq!(Cell::Published(parse(text).unwrap()).text(), text);
        }
        assert_eq!(Cell::Published(parse("1.20e-3").unwrap()).text(), "0.0012");
        assert_eq!(Cell::Published(Exact::new(1.into(), 3.into())).text(), "1/3");
    }
}
