//! What makes a row of a supply table unique, and its amount.

use std::borrow::Cow;

use crate::base::currency::Currency;
use crate::base::unit::Unit;
use crate::data::cells::{Number, RowRef};
use crate::data::price_list::Price;
use crate::data::process::Process;
use crate::data::properties::Property;
use crate::data::schema::{self, Schema};
use crate::data::supply::{Input, Paid, Product, Support};

/// A row with a key.
pub trait Keyed {
    /// Its table.
    const SCHEMA: &'static Schema;
    /// A cell of its key; empty if it is, or if the column is none of the key.
    fn cell(&self, column: &str) -> Cow<'_, str>;
    /// Where it stands.
    fn row(&self) -> &RowRef;
    /// Its key, in the order of the schema.
    fn key(&self) -> Vec<String> {
        Self::SCHEMA.key.iter().map(|column| self.cell(column).into_owned()).collect()
    }
}

/// A row with an amount.
pub trait Amounted: Keyed {
    /// Its amount.
    fn amount(&mut self) -> &mut Number;
    /// The unit of the amount; `None`: it is money.
    fn unit(&self) -> Option<&Unit>;
    /// The currency of the amount; `None`: it is not money.
    fn currency(&mut self) -> Option<&mut Currency> {
        None
    }
    /// Its amount is meant as it stands: it has no distribution any more.
    fn fix(&mut self) {}
}

fn of(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

fn if_any(text: Option<&String>) -> Cow<'_, str> {
    Cow::Borrowed(text.map_or("", String::as_str))
}

/// Rows by their tables, with the columns of their keys.
macro_rules! keyed {
    ($($row:ident in $schema:ident { $($column:literal: |$it:ident| $cell:expr),+ })+) => {$(
        impl Keyed for $row {
            const SCHEMA: &'static Schema = &schema::$schema;
            fn cell(&self, column: &str) -> Cow<'_, str> {
                match column {
                    $($column => {
                        let $it = self;
                        $cell
                    })+
                    _ => of(""),
                }
            }
            fn row(&self) -> &RowRef {
                &self.row
            }
        }
    )+};
}

keyed! {
    Product in PRODUCTS { "id": |row| of(&row.id) }
    Process in PROCESSES { "id": |row| of(&row.id), "product": |row| of(&row.product) }
    Input in INPUTS {
        "process": |row| of(&row.process),
        "product": |row| of(&row.product),
        "origin": |row| if_any(row.origin.as_ref()),
        "supplier": |row| if_any(row.supplier.as_ref())
    }
    Price in PRICES {
        "product": |row| of(&row.product),
        "origin": |row| if_any(row.origin.as_ref()),
        "date": |row| Cow::Owned(row.date.to_string())
    }
    Paid in PAID { "process": |row| of(&row.process), "indicator": |row| of(&row.indicator) }
    Support in SUPPORT {
        "process": |row| of(&row.process),
        "kind": |row| of(row.kind.word()),
        "source": |row| of(&row.source)
    }
    Property in PROPERTIES {
        "product": |row| of(&row.product),
        "process": |row| if_any(row.process.as_ref()),
        "property": |row| of(&row.property)
    }
}

/// Rows whose amounts are money, quantities, or quantities with a distribution.
macro_rules! amounted {
    (@unit money) => {
        fn unit(&self) -> Option<&Unit> {
            None
        }
        fn currency(&mut self) -> Option<&mut Currency> {
            Some(&mut self.currency)
        }
    };
    (@unit quantity) => {
        fn unit(&self) -> Option<&Unit> {
            Some(&self.unit)
        }
    };
    (@unit drawn) => {
        amounted!(@unit quantity);
        fn fix(&mut self) {
            self.distribution = None;
        }
    };
    ($($row:ident: $kind:ident),+) => {$(
        impl Amounted for $row {
            fn amount(&mut self) -> &mut Number {
                &mut self.amount
            }
            amounted!(@unit $kind);
        }
    )+};
}

amounted!(Process: drawn, Input: drawn, Price: money, Paid: money, Support: money, Property: quantity);
