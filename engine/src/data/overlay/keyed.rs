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
}

fn of(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

fn if_any(text: Option<&String>) -> Cow<'_, str> {
    Cow::Borrowed(text.map_or("", String::as_str))
}

impl Keyed for Product {
    const SCHEMA: &'static Schema = &schema::PRODUCTS;
    fn cell(&self, column: &str) -> Cow<'_, str> {
        of(if column == "id" { &self.id } else { "" })
    }
    fn row(&self) -> &RowRef {
        &self.row
    }
}

impl Keyed for Process {
    const SCHEMA: &'static Schema = &schema::PROCESSES;
    fn cell(&self, column: &str) -> Cow<'_, str> {
        of(match column {
            "id" => &self.id,
            "product" => &self.product,
            _ => "",
        })
    }
    fn row(&self) -> &RowRef {
        &self.row
    }
}

impl Keyed for Input {
    const SCHEMA: &'static Schema = &schema::INPUTS;
    fn cell(&self, column: &str) -> Cow<'_, str> {
        match column {
            "process" => of(&self.process),
            "product" => of(&self.product),
            "origin" => if_any(self.origin.as_ref()),
            "supplier" => if_any(self.supplier.as_ref()),
            _ => of(""),
        }
    }
    fn row(&self) -> &RowRef {
        &self.row
    }
}

impl Keyed for Price {
    const SCHEMA: &'static Schema = &schema::PRICES;
    fn cell(&self, column: &str) -> Cow<'_, str> {
        match column {
            "product" => of(&self.product),
            "origin" => if_any(self.origin.as_ref()),
            "date" => Cow::Owned(self.date.to_string()),
            _ => of(""),
        }
    }
    fn row(&self) -> &RowRef {
        &self.row
    }
}

impl Keyed for Paid {
    const SCHEMA: &'static Schema = &schema::PAID;
    fn cell(&self, column: &str) -> Cow<'_, str> {
        of(match column {
            "process" => &self.process,
            "indicator" => &self.indicator,
            _ => "",
        })
    }
    fn row(&self) -> &RowRef {
        &self.row
    }
}

impl Keyed for Support {
    const SCHEMA: &'static Schema = &schema::SUPPORT;
    fn cell(&self, column: &str) -> Cow<'_, str> {
        of(match column {
            "process" => &self.process,
            "kind" => self.kind.word(),
            "source" => &self.source,
            _ => "",
        })
    }
    fn row(&self) -> &RowRef {
        &self.row
    }
}

impl Keyed for Property {
    const SCHEMA: &'static Schema = &schema::PROPERTIES;
    fn cell(&self, column: &str) -> Cow<'_, str> {
        match column {
            "product" => of(&self.product),
            "process" => if_any(self.process.as_ref()),
            "property" => of(&self.property),
            _ => of(""),
        }
    }
    fn row(&self) -> &RowRef {
        &self.row
    }
}

impl Amounted for Process {
    fn amount(&mut self) -> &mut Number {
        &mut self.amount
    }
    fn unit(&self) -> Option<&Unit> {
        Some(&self.unit)
    }
}

impl Amounted for Input {
    fn amount(&mut self) -> &mut Number {
        &mut self.amount
    }
    fn unit(&self) -> Option<&Unit> {
        Some(&self.unit)
    }
}

impl Amounted for Price {
    fn amount(&mut self) -> &mut Number {
        &mut self.amount
    }
    fn unit(&self) -> Option<&Unit> {
        None
    }
    fn currency(&mut self) -> Option<&mut Currency> {
        Some(&mut self.currency)
    }
}

impl Amounted for Paid {
    fn amount(&mut self) -> &mut Number {
        &mut self.amount
    }
    fn unit(&self) -> Option<&Unit> {
        None
    }
    fn currency(&mut self) -> Option<&mut Currency> {
        Some(&mut self.currency)
    }
}

impl Amounted for Support {
    fn amount(&mut self) -> &mut Number {
        &mut self.amount
    }
    fn unit(&self) -> Option<&Unit> {
        None
    }
    fn currency(&mut self) -> Option<&mut Currency> {
        Some(&mut self.currency)
    }
}

impl Amounted for Property {
    fn amount(&mut self) -> &mut Number {
        &mut self.amount
    }
    fn unit(&self) -> Option<&Unit> {
        Some(&self.unit)
    }
}
