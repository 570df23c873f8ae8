//! How lines are to be priced: what their columns are, and what is asked of them.

use std::collections::BTreeMap;

/// What a column of lines is to pricing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Id of a product of the book. Required.
    Product,
    /// How much. Required.
    Quantity,
    /// Unit of the quantity; without it, the product's reference unit.
    Unit,
    /// ISO 3166 or UN M49 code of where it comes from; without it, the only place that the book has of the product.
    Origin,
    /// Price of one unit of the quantity.
    Price,
    /// Price of the whole line, in place of `price`.
    Value,
    /// Currency of the price.
    Currency,
    /// Calendar year.
    Year,
    /// Date, month or year, in place of `year`.
    Date,
}

impl Role {
    /// All.
    pub const ALL: [Self; 9] = [
        Self::Product,
        Self::Quantity,
        Self::Unit,
        Self::Origin,
        Self::Price,
        Self::Value,
        Self::Currency,
        Self::Year,
        Self::Date,
    ];

    /// The word of it, which is the name of its column if nobody says otherwise.
    pub fn word(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Quantity => "quantity",
            Self::Unit => "unit",
            Self::Origin => "origin",
            Self::Price => "price",
            Self::Value => "value",
            Self::Currency => "currency",
            Self::Year => "year",
            Self::Date => "date",
        }
    }

    /// The role of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// For which indicators there is a column of its own in the priced lines. The summary always has all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Indicators {
    /// None: the total alone.
    #[default]
    None,
    /// All of the book.
    All,
    /// These, by id.
    Some(Vec<String>),
}

/// How lines are to be priced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineOptions {
    /// Columns that are named otherwise than their role.
    pub columns: BTreeMap<Role, String>,
    /// What holds for all lines, in place of a column.
    pub constants: BTreeMap<Role, String>,
    /// Columns of the lines that the priced lines keep; `None`: all.
    pub keep: Option<Vec<String>>,
    /// Indicators with a column of their own.
    pub indicators: Indicators,
    /// Are lower and upper scenarios wanted too?
    pub bounds: bool,
    /// Is a summary wanted? By these columns of the lines, or `name`, `category` of the product, or `year`; by none of
    /// them it has one row.
    pub group_by: Option<Vec<String>>,
}
