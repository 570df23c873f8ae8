//! The header of a sheet: which column is what, and what it says of the units of all rows.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::file_name::{FileName, SheetColumn, letters};
use crate::data::schema::Schema;

use super::currency::Saying;
use super::names::key;
use super::units::header_unit;

/// A column of a sheet.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    /// Which, from 0.
    pub(super) at: u32,
    /// Its name in the table.
    pub(super) name: String,
    /// Does the table know it? Other columns are the user's own.
    pub(super) is_known: bool,
}

/// What headers say of rows: the column that holds it, and what.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) value: String,
    /// The header that says so, from 0.
    pub(super) at: u32,
    /// The columns, by their number in the header, whose headers say so.
    pub(super) carriers: Vec<usize>,
    /// The column of its own that the sheet has for it.
    pub(super) own: Option<usize>,
}

/// The header of a sheet.
#[derive(Debug)]
pub(super) struct Header {
    /// Its row, from 1.
    pub(super) row: u64,
    pub(super) headings: Vec<Heading>,
    pub(super) said: BTreeMap<&'static str, Said>,
}

/// The name of a header, and what stands in brackets at its end.
fn split(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    text.strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .map_or((text, None), |(name, said)| (name, Some(said.trim())))
}

/// The column that a header means; `mass_kg` may be written `Mass (kg)`.
fn column(text: &str, schema: &Schema) -> (String, Option<String>) {
    let (name, said) = split(text);
    let is_known = |name: &str| schema.columns.iter().any(|column| column.name == name);
    let whole = key(text);
    if is_known(&whole) {
        return (whole, None);
    }
    let name = key(name);
    let Some(said) = said else { return (name, None) };
    let with_unit = format!("{name}_{}", key(said));
    if !is_known(&name) && is_known(&with_unit) { (with_unit, None) } else { (name, Some(said.to_owned())) }
}

/// How many cells of a row are names of columns of the table.
pub(super) fn known<'a>(row: impl IntoIterator<Item = &'a str>, schema: &Schema) -> usize {
    row.into_iter()
        .map(|text| column(text, schema).0)
        .filter(|name| schema.columns.iter().any(|column| column.name == *name))
        .count()
}

/// The table whose columns these headers are: all that it needs, four at least, and more than half of the headers.
pub(super) fn table_of<'a>(texts: &[String], schemas: impl Iterator<Item = &'a Schema>) -> Option<&'a str> {
    let found = |schema: &'a Schema| {
        let names: Vec<String> = texts.iter().map(|text| column(text, schema).0).collect();
        let has = |column: &str| names.iter().any(|name| name == column);
        let needed = schema.columns.iter().filter(|column| column.required);
        let count = schema.columns.iter().filter(|column| has(column.name)).count();
        let fits = needed.clone().all(|column| has(column.name)) && count >= 4 && 2 * count > texts.len();
        fits.then_some((count, schema.table))
    };
    schemas.filter_map(found).max_by_key(|(count, _)| *count).map(|(_, table)| table)
}

impl Header {
    /// Reads the header of a sheet: the places of its cells, from 0, and their texts. `None`: it is none.
    pub(super) fn new(
        place: &impl Fn(u64, u32) -> Place,
        row: u64,
        cells: &[(u32, String)],
        schema: &Schema,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let before = diagnostics.errors();
        let mut header = Self { row, headings: Vec::new(), said: BTreeMap::new() };
        let mut claims = Vec::new();
        for (at, text) in cells {
            let (name, said) = column(text, schema);
            let is_known = schema.columns.iter().any(|column| column.name == name);
            if let Some(other) = header.headings.iter().find(|heading| heading.name == name) {
                let message =
                    format!("there are two columns `{name}`: {} and {}", letters(other.at), letters(*at));
                let hint = "delete one of them, or give it another name";
                let diagnostic = Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(place(row, *at));
                diagnostics.push(diagnostic.hint(hint));
                continue;
            }
            if let Some(said) = said.filter(|_| is_known) {
                claims.push((header.headings.len(), *at, name.clone(), said));
            }
            header.headings.push(Heading { at: *at, name, is_known });
        }
        for (heading, at, name, said) in claims {
            if let Err((message, hint)) = header.claim(heading, &name, &said, schema) {
                let diagnostic = Diagnostic::error(codes::WRONG_UNIT, message).at(place(row, at));
                diagnostics.push(diagnostic.hint(hint));
            }
        }
        (diagnostics.errors() == before).then_some(header)
    }

    /// Takes down what a header says.
    fn claim(
        &mut self,
        heading: usize,
        name: &str,
        said: &str,
        schema: &Schema,
    ) -> Result<(), (String, String)> {
        let Some(unit) = header_unit(schema, name) else {
            let hint =
                "only headers of amounts say a unit; write notes into a comment of the cell".to_owned();
            return Err((format!("`{name}` has no unit, and its header says `({said})`"), hint));
        };
        let Some(all) = unit.read(said) else {
            let hint = format!("write it like `{}`", unit.example());
            return Err((format!("`({said})` is not what the header of `{name}` can say"), hint));
        };
        for (column, value) in all {
            let at = self.headings[heading].at;
            let own = self.headings.iter().position(|heading| heading.name == column);
            let first = self.said.entry(column).or_insert_with(|| Said {
                value: value.clone(),
                at,
                carriers: vec![],
                own,
            });
            if first.value != value {
                let message = format!(
                    "this header says that `{column}` is `{value}`, that of column {} `{}`",
                    letters(first.at),
                    first.value
                );
                let hint = format!("a row has one `{column}`: convert one of the two columns");
                return Err((message, hint));
            }
            first.carriers.push(heading);
        }
        Ok(())
    }

    /// Names of the columns of the table: those of the sheet, and those that headers say.
    pub(super) fn names(&self) -> Vec<String> {
        let derived = self.said.iter().filter(|(_, said)| said.own.is_none()).map(|(name, _)| *name);
        self.headings.iter().map(|heading| heading.name.as_str()).chain(derived).map(str::to_owned).collect()
    }

    /// What headers say of rows, with the cells that say so.
    pub(super) fn sayings(&self, file: &FileName) -> Vec<Saying> {
        let cell = |heading: &usize| file.cell(Some(self.row), Some(&letters(self.headings[*heading].at)));
        let saying = |(column, said): (&&'static str, &Said)| Saying {
            column,
            value: said.value.clone(),
            cells: said.carriers.iter().filter_map(cell).collect(),
        };
        self.said.iter().map(saying).collect()
    }

    /// The sheet, for places: where each column is.
    pub(super) fn file(&self, workbook: &str, sheet: &str) -> FileName {
        let own = self
            .headings
            .iter()
            .map(|heading| (heading.name.clone(), SheetColumn { at: heading.at, header: None }));
        let derived =
            self.said.iter().filter(|(_, said)| said.own.is_none()).map(|(name, said)| {
                ((*name).to_owned(), SheetColumn { at: said.at, header: Some(self.row) })
            });
        FileName::sheet(workbook, sheet, own.chain(derived).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::schema::{DELIVERIES, FARMS, PRODUCTS};

    fn header(texts: &[&str], schema: &Schema) -> Result<Header, String> {
        let cells: Vec<(u32, String)> = (0..).zip(texts.iter().map(|text| (*text).to_owned())).collect();
        let mut found = Diagnostics::new();
        let place = |row, at| Place::row(letters(at), row);
        Header::new(&place, 1, &cells, schema, &mut found).ok_or_else(|| found.to_string())
    }

    #[test]
    fn headers_of_people_are_columns_of_tables() {
        let header =
            header(&["ID", "Gross weight (kg)", "Price (USD/kg)", "My own (x)"], &DELIVERIES).unwrap();
        let names = ["id", "gross_weight", "price", "my_own", "currency", "price_unit", "unit"];
        assert_eq!(header.names(), names);
        assert_eq!(header.said["unit"].value, "kg");
        assert_eq!(header.said["price_unit"].carriers, [2]);
        let mass = self::header(&["Id", "Mass (kg)", "Name"], &PRODUCTS).unwrap();
        assert_eq!(mass.names(), ["id", "mass_kg", "name"]);
        let farm = self::header(&["Land (ha)", "Yield (kg/ha)"], &FARMS).unwrap();
        assert_eq!(farm.names(), ["land", "yield", "unit"]);
    }

    #[test]
    fn headers_that_cannot_be_are_told() {
        let told = |texts: &[&str]| header(texts, &DELIVERIES).unwrap_err();
        assert!(told(&["Gross weight (kg)", "Tare (g)"]).contains("`unit` is `g`, that of column A `kg`"));
        assert!(told(&["Date (day/month)"]).contains("`date` has no unit"));
        assert!(told(&["Price (per bag of coffee)"]).contains("write it like `(USD/lb)`"));
        assert!(told(&["Gross weight", "gross-weight"]).contains("two columns `gross_weight`: A and B"));
    }

    #[test]
    fn a_header_is_told_from_a_title() {
        assert_eq!(known(["Deliveries of 2024"], &DELIVERIES), 0);
        assert_eq!(known(["Id", "Gross weight (kg)", "Weather"], &DELIVERIES), 2);
    }
}
