//! Lines that cannot be priced, with why.

/// A line that cannot be priced: it is never dropped, and never counts as 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Its row in the batch, from 0.
    pub row: usize,
    /// Why.
    pub reason: Reason,
    /// The column that is at fault.
    pub column: String,
    /// Its cell; empty if there is none.
    pub value: String,
    /// Why, in a sentence, with what would be right.
    pub message: String,
}

/// Why a line cannot be priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A required cell is empty.
    MissingValue,
    /// A cell is not what it should be: `abc` or NaN for a number.
    BadValue,
    /// The book has no such product.
    UnknownProduct,
    /// Not a place.
    UnknownOrigin,
    /// The product does not come from there.
    OtherOrigin,
    /// The product comes from several places, and the line does not say from which.
    AmbiguousOrigin,
    /// Not a unit.
    UnknownUnit,
    /// A unit of another dimension or kind than the product's.
    OtherUnit,
    /// Not a currency.
    UnknownCurrency,
    /// The money cannot be moved to the book's currency and year.
    NoRate,
    /// The book has no costs for the year.
    NoYear,
    /// Nothing that the product's chain states has a factor there.
    NoFactor,
    /// An amount is too large to be kept exactly.
    Overflow,
    /// A row of a CSV that does not have as many cells as its header, or is not text.
    Unreadable,
}

impl Reason {
    /// All.
    pub const ALL: [Self; 14] = [
        Self::MissingValue,
        Self::BadValue,
        Self::UnknownProduct,
        Self::UnknownOrigin,
        Self::OtherOrigin,
        Self::AmbiguousOrigin,
        Self::UnknownUnit,
        Self::OtherUnit,
        Self::UnknownCurrency,
        Self::NoRate,
        Self::NoYear,
        Self::NoFactor,
        Self::Overflow,
        Self::Unreadable,
    ];

    /// The word of it, in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::MissingValue => "missing-value",
            Self::BadValue => "bad-value",
            Self::UnknownProduct => "unknown-product",
            Self::UnknownOrigin => "unknown-origin",
            Self::OtherOrigin => "other-origin",
            Self::AmbiguousOrigin => "ambiguous-origin",
            Self::UnknownUnit => "unknown-unit",
            Self::OtherUnit => "other-unit",
            Self::UnknownCurrency => "unknown-currency",
            Self::NoRate => "no-rate",
            Self::NoYear => "no-year",
            Self::NoFactor => "no-factor",
            Self::Overflow => "overflow",
            Self::Unreadable => "unreadable",
        }
    }
}
