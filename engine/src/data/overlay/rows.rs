//! Rows of supply tables on their own, read as those of a dataset are.

use crate::base::diagnostic::Diagnostics;
use crate::data::bound::Bound;
use crate::data::interventions::Interventions;
use crate::data::price_list::{Price, prices};
use crate::data::process::{Process, process};
use crate::data::properties::{Property, property};
use crate::data::reference::Reference;
use crate::data::schema::{self, Schema};
use crate::data::supply::{Input, Paid, Product, Support, input, paid, product, support};
use crate::data::table::Table;

/// Tables whose rows may be laid over.
pub const OVERLAID: [&Schema; 8] = [
    &schema::PRODUCTS,
    &schema::PROCESSES,
    &schema::INPUTS,
    &schema::INTERVENTIONS,
    &schema::PRICES,
    &schema::PAID,
    &schema::SUPPORT,
    &schema::PROPERTIES,
];

/// The schema of a table that may be laid over.
pub fn schema_of(table: &str) -> Option<&'static Schema> {
    OVERLAID.into_iter().find(|schema| schema.table == table)
}

/// Rows of one supply table.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Of `products`.
    Products(Vec<Product>),
    /// Of `processes`.
    Processes(Vec<Process>),
    /// Of `inputs`.
    Inputs(Vec<Input>),
    /// Of `interventions`.
    Interventions(Box<Interventions>),
    /// Of `prices`.
    Prices(Vec<Price>),
    /// Of `paid`.
    Paid(Vec<Paid>),
    /// Of `support`.
    Support(Vec<Support>),
    /// Of `properties`.
    Properties(Vec<Property>),
}

impl Rows {
    /// Reads rows of a table that may be laid over; `method` is for interventions that state none. Every problem is
    /// reported, rows that share a key among them.
    pub fn read(
        table: &Table,
        schema: &'static Schema,
        method: &str,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let bound = Bound::new(table, schema, diagnostics)?;
        bound.keys().check(&|_| true, diagnostics);
        let all = reference;
        Some(match schema.table {
            "products" => Self::Products(bound.collect(|row| product(&row, all, diagnostics))),
            "processes" => Self::Processes(bound.collect(|row| process(&row, all, diagnostics))),
            "inputs" => Self::Inputs(bound.collect(|row| input(&row, all, diagnostics))),
            "interventions" => {
                // What a scenario states is meant as it stands: it has no distribution.
                let none = Err("a scenario states no pedigree".to_owned());
                let rows = Interventions::read(&bound, &all.units, method, &none, diagnostics);
                Self::Interventions(Box::new(rows))
            }
            "prices" => Self::Prices(prices(&bound, &all.units, &all.regions, diagnostics)),
            "paid" => Self::Paid(bound.collect(|row| paid(&row, all, diagnostics))),
            "support" => Self::Support(bound.collect(|row| support(&row, all, diagnostics))),
            "properties" => Self::Properties(bound.collect(|row| property(&row, all, diagnostics))),
            _ => return None,
        })
    }

    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Products(rows) => rows.len(),
            Self::Processes(rows) => rows.len(),
            Self::Inputs(rows) => rows.len(),
            Self::Interventions(rows) => rows.len(),
            Self::Prices(rows) => rows.len(),
            Self::Paid(rows) => rows.len(),
            Self::Support(rows) => rows.len(),
            Self::Properties(rows) => rows.len(),
        }
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
