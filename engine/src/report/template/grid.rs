//! A table on its way into a sheet: columns whose unit the header can say need no column for it.

use std::collections::BTreeMap;

use crate::data::bound::Bound;
use crate::data::schema::Schema;
use crate::data::workbook::names::title;
use crate::data::workbook::units::{HeaderUnit, header_unit};

/// A header, and rows of texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// A column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SheetColumn {
    /// Which of the grid.
    pub(super) at: usize,
    /// Its name in the table.
    pub(super) name: String,
    /// What its header says.
    pub(super) header: String,
}

impl Grid {
    /// All of a table.
    pub(super) fn new(bound: &Bound) -> Self {
        let header = bound.table().header.clone();
        let mut rows = Vec::new();
        bound.each(|row| {
            let cells = (0..header.len()).map(|at| row.at(Some(at)).unwrap_or_default().to_owned());
            rows.push(cells.collect());
        });
        Self { header, rows }
    }

    fn at(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|header| header == name)
    }

    /// The columns of the sheet, in their order, with their headers.
    pub(super) fn columns(&self, schema: &Schema) -> Vec<SheetColumn> {
        let said = self.said(schema);
        let names = self.header.iter().enumerate().filter(|(_, name)| !said.contains_key(name.as_str()));
        names
            .map(|(at, name)| {
                let unit = header_unit(schema, name).and_then(|unit| suffix(unit, &said));
                let header = unit.map_or_else(|| plain(name), |unit| format!("{} ({unit})", title(name)));
                SheetColumn { at, name: name.clone(), header }
            })
            .collect()
    }

    /// Columns that hold one and the same word wherever there is an amount that it is for, and nothing elsewhere.
    fn said(&self, schema: &Schema) -> BTreeMap<&'static str, String> {
        let mut carriers: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        let mut pairs = Vec::new();
        for (at, name) in self.header.iter().enumerate() {
            match header_unit(schema, name) {
                Some(HeaderUnit::Unit { column, .. }) => carriers.entry(column).or_default().push(at),
                Some(HeaderUnit::Money { currency, per }) => {
                    carriers.entry(currency).or_default().push(at);
                    if let Some(per) = per {
                        carriers.entry(per).or_default().push(at);
                        pairs.push((currency, per));
                    }
                }
                Some(HeaderUnit::Always(_)) | None => {}
            }
        }
        let mut said: BTreeMap<&'static str, String> = carriers
            .into_iter()
            .filter_map(|(holder, carriers)| Some((holder, self.constant(self.at(holder)?, &carriers)?)))
            .collect();
        // A header says per what money is only after the currency.
        for (currency, per) in pairs {
            if !said.contains_key(currency) {
                said.remove(per);
            }
        }
        said
    }

    fn constant(&self, holder: usize, carriers: &[usize]) -> Option<String> {
        let mut word: Option<&str> = None;
        for row in &self.rows {
            let cell = row[holder].as_str();
            if carriers.iter().all(|carrier| row[*carrier].is_empty()) {
                if !cell.is_empty() {
                    return None;
                }
            } else if cell.is_empty() || word.is_some_and(|word| word != cell) {
                return None;
            } else {
                word = Some(cell);
            }
        }
        word.map(str::to_owned)
    }
}

/// What a header says after the name.
fn suffix(unit: HeaderUnit, said: &BTreeMap<&'static str, String>) -> Option<String> {
    match unit {
        HeaderUnit::Always(unit) => Some(unit.to_owned()),
        HeaderUnit::Unit { column, per } => {
            let unit = said.get(column)?;
            Some(per.map_or_else(|| unit.clone(), |per| format!("{unit}/{per}")))
        }
        HeaderUnit::Money { currency, per } => {
            let code = said.get(currency)?;
            let per = per.and_then(|per| said.get(per));
            Some(per.map_or_else(|| code.clone(), |per| format!("{code}/{per}")))
        }
    }
}

/// The header of a column whose name holds its unit, or none.
fn plain(name: &str) -> String {
    match name.rsplit_once('_') {
        Some((name, unit @ ("kg" | "years"))) => format!("{} ({unit})", title(name)),
        _ => title(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::schema::{DELIVERIES, PRODUCTS, SECOND_PAYMENTS};

    fn headers(schema: &Schema, rows: &[&[&str]]) -> Vec<String> {
        let text = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<String>>();
        let grid = Grid { header: text(&rows[0]), rows: rows[1..].iter().map(text).collect() };
        grid.columns(schema).into_iter().map(|column| column.header).collect()
    }

    #[test]
    fn headers_say_units_that_are_the_same_in_all_rows() {
        let rows: &[&[&str]] = &[
            &["gross_weight", "tare", "unit", "price", "price_unit", "currency"],
            &["10", "", "kg", "2", "lb", "USD"],
            &["11", "1", "kg", "", "", ""],
        ];
        assert_eq!(headers(&DELIVERIES, rows), ["Gross weight (kg)", "Tare (kg)", "Price (USD/lb)"]);
        let mixed: &[&[&str]] = &[&["gross_weight", "unit"], &["10", "kg"], &["11", "g"]];
        assert_eq!(headers(&DELIVERIES, mixed), ["Gross weight", "Unit"]);
        let silent: &[&[&str]] = &[&["gross_weight", "unit"], &["10", "kg"], &["11", ""]];
        assert_eq!(headers(&DELIVERIES, silent), ["Gross weight", "Unit"]);
        // A unit without an amount would be lost.
        let idle: &[&[&str]] =
            &[&["price", "price_unit", "currency"], &["1", "kg", "USD"], &["", "kg", "USD"]];
        assert_eq!(headers(&DELIVERIES, idle), ["Price", "Price unit", "Currency"]);
    }

    #[test]
    fn a_header_says_per_what_only_after_the_currency() {
        let rows: &[&[&str]] =
            &[&["rate", "unit", "total", "currency"], &["5", "kg", "", "COP"], &["", "", "9", "USD"]];
        assert_eq!(headers(&SECOND_PAYMENTS, rows), ["Rate", "Unit", "Total", "Currency"]);
        let one: &[&[&str]] =
            &[&["rate", "unit", "total", "currency"], &["5", "kg", "", "COP"], &["", "", "9", "COP"]];
        assert_eq!(headers(&SECOND_PAYMENTS, one), ["Rate (COP/kg)", "Total (COP)"]);
        assert_eq!(headers(&PRODUCTS, &[&["id", "mass_kg"]]), ["Id", "Mass (kg)"]);
    }
}
