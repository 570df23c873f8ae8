//! Headers of a sheet: `Gross weight (kg)` in place of a column of units that would say `kg` in every row.

use std::collections::BTreeMap;

use crate::data::schema::Schema;
use crate::data::workbook::names::title;
use crate::data::workbook::units::{HeaderUnit, header_unit};

use super::columns::{self, ColumnHelp, Kind};
use super::example::ExampleTable;

/// Tables whose rows may be in several units or currencies, also where those of the example are in one.
const MIXED: [&str; 12] = [
    "contracts",
    "market_prices",
    "minimum_prices",
    "movements",
    "benchmarks",
    "output",
    "products",
    "processes",
    "inputs",
    "interventions",
    "prices",
    "paid",
];

/// A column of a sheet.
pub(super) struct SheetColumn {
    pub(super) name: &'static str,
    pub(super) header: String,
    pub(super) is_required: bool,
    pub(super) help: &'static ColumnHelp,
}

/// The columns of the sheet of a table. `word` gives what a header says in place of what that of the example says.
pub(super) fn sheet_columns(
    schema: &'static Schema,
    example: Option<&ExampleTable>,
    word: &dyn Fn(&str) -> String,
) -> Vec<SheetColumn> {
    let mut said = example.map(|example| said(schema, example)).unwrap_or_default();
    for said in said.values_mut() {
        *said = word(said);
    }
    let shown = schema.columns.iter().filter(|column| !said.contains_key(column.name));
    shown
        .filter_map(|column| {
            Some(SheetColumn {
                name: column.name,
                header: header(schema, column.name, &said),
                is_required: column.required,
                help: columns::of(schema.table, column.name)?,
            })
        })
        .collect()
}

fn header(schema: &Schema, column: &str, said: &BTreeMap<&'static str, String>) -> String {
    // `mass_kg` is always in kilograms.
    if let Some(name) = column.strip_suffix("_kg") {
        return format!("{} (kg)", title(name));
    }
    let name = title(column).replace("Vat", "VAT").replace(" fob", " FOB");
    let unit = match header_unit(schema, column) {
        Some(HeaderUnit::Always(unit)) => Some(unit.to_owned()),
        Some(HeaderUnit::Unit { column, per }) => said.get(column).map(|unit| match per {
            Some(per) => format!("{unit}/{per}"),
            None => unit.clone(),
        }),
        Some(HeaderUnit::Money { currency, per }) => said.get(currency).map(|code| {
            let per = per.and_then(|per| said.get(per));
            per.map_or_else(|| code.clone(), |unit| format!("{code}/{unit}"))
        }),
        None => None,
    };
    unit.map_or_else(|| name.clone(), |unit| format!("{name} ({unit})"))
}

/// What headers can say of all rows of the example, by the column that is left out for it.
fn said(schema: &'static Schema, example: &ExampleTable) -> BTreeMap<&'static str, String> {
    let mut said = BTreeMap::new();
    if MIXED.contains(&schema.table) {
        return said;
    }
    let mut carriers: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for column in schema.columns {
        let holders = match header_unit(schema, column.name) {
            Some(HeaderUnit::Unit { column, .. }) => vec![column],
            Some(HeaderUnit::Money { currency, per }) => {
                [Some(currency), per].into_iter().flatten().collect()
            }
            Some(HeaderUnit::Always(_)) | None => vec![],
        };
        for holder in holders {
            carriers.entry(holder).or_default().push(column.name);
        }
    }
    for (holder, carriers) in carriers {
        let is_choice = columns::of(schema.table, holder).is_none_or(|help| help.kind == Kind::Words);
        if let Some(value) = uniform(example, holder, &carriers).filter(|_| !is_choice) {
            said.insert(holder, value);
        }
    }
    said
}

/// The one value of a column, if it stands in just the rows that have something in one of these other columns.
fn uniform(example: &ExampleTable, holder: &str, carriers: &[&str]) -> Option<String> {
    let value = example.cells(holder).find(|cell| !cell.is_empty())?.to_owned();
    let mut carried: Vec<bool> = example.cells(holder).map(|_| false).collect();
    for carrier in carriers {
        for (carried, cell) in carried.iter_mut().zip(example.cells(carrier)) {
            *carried |= !cell.is_empty();
        }
    }
    let fits =
        example.cells(holder).zip(carried).all(|(cell, carried)| cell == if carried { &value } else { "" });
    fits.then_some(value)
}
