//! What diagnostics call a file, and where the columns of a sheet are.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// What diagnostics call a file: a path as the user gave it, `name/table.csv`, or `coop.xlsx: Deliveries`. A sheet of a
/// workbook knows the letters of its columns. Copies share one text; two are equal if they read the same.
#[derive(Clone, Default)]
pub struct FileName(Arc<Inner>);

#[derive(Default)]
struct Inner {
    text: String,
    sheet: Option<Sheet>,
}

/// A sheet of a workbook.
struct Sheet {
    /// Path of the workbook.
    workbook: String,
    /// As a formula names it.
    quoted: String,
    columns: BTreeMap<String, SheetColumn>,
}

/// Where a column of a table is in its sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetColumn {
    /// Which, from 0.
    pub at: u32,
    /// The row of the header, from 1, if all its cells are said there: `Weight (kg)` holds the unit of all rows.
    pub header: Option<u64>,
}

impl FileName {
    /// A sheet of a workbook, and where its columns are.
    pub fn sheet(workbook: &str, name: &str, columns: BTreeMap<String, SheetColumn>) -> Self {
        let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit());
        let quoted = if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "''")) };
        let sheet = Sheet { workbook: workbook.to_owned(), quoted, columns };
        Self(Arc::new(Inner { text: format!("{workbook}: {name}"), sheet: Some(sheet) }))
    }

    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Path of the file: that of the workbook, of a sheet.
    pub fn path(&self) -> &str {
        self.0.sheet.as_ref().map_or(&self.0.text, |sheet| &sheet.workbook)
    }

    /// The column of a sheet.
    pub fn column(&self, name: &str) -> Option<SheetColumn> {
        self.0.sheet.as_ref()?.columns.get(name).copied()
    }

    /// A cell, row, or column of a sheet, as a spreadsheet program names it: `Deliveries!D17`, `Deliveries!17:17`,
    /// `Deliveries!D:D`. A column without a name may be called by its letters. `None`: it is not a sheet.
    pub fn cell(&self, row: Option<u64>, column: Option<&str>) -> Option<String> {
        let sheet = self.0.sheet.as_ref()?;
        let letters = column.and_then(|name| match sheet.columns.get(name) {
            Some(column) => Some(letters(column.at)),
            None => are_letters(name).then(|| name.to_owned()),
        });
        Some(match (row, letters) {
            (Some(row), Some(letters)) => format!("{}!{letters}{row}", sheet.quoted),
            (Some(row), None) => format!("{}!{row}:{row}", sheet.quoted),
            (None, Some(letters)) => format!("{}!{letters}:{letters}", sheet.quoted),
            (None, None) => sheet.quoted.clone(),
        })
    }
}

/// Names of columns are in small letters.
fn are_letters(name: &str) -> bool {
    (1..=3).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The letters of a column of a sheet, counted from 0: `A`, `Z`, `AA`.
pub fn letters(column: u32) -> String {
    let (mut text, mut rest) = (String::new(), column + 1);
    while rest > 0 {
        rest -= 1;
        text.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    text
}

impl Deref for FileName {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for FileName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for FileName {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for FileName {}

impl PartialEq<str> for FileName {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for FileName {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for FileName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FileName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for FileName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl From<String> for FileName {
    fn from(text: String) -> Self {
        Self(Arc::new(Inner { text, sheet: None }))
    }
}

impl From<&str> for FileName {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for FileName {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<Cow<'_, str>> for FileName {
    fn from(text: Cow<'_, str>) -> Self {
        text.into_owned().into()
    }
}

impl From<&FileName> for FileName {
    fn from(name: &FileName) -> Self {
        name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        let known = [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")];
        for (at, text) in known {
            assert_eq!(letters(at), text);
        }
    }

    #[test]
    fn cells_are_named_as_formulas_name_them() {
        let columns = BTreeMap::from([("gross_weight".to_owned(), SheetColumn { at: 3, header: None })]);
        let sheet = FileName::sheet("a/coop.xlsx", "Buying prices", columns);
        assert_eq!(sheet.as_str(), "a/coop.xlsx: Buying prices");
        assert_eq!(sheet.path(), "a/coop.xlsx");
        let cell = |row, column| sheet.cell(row, column).unwrap();
        assert_eq!(cell(Some(17), Some("gross_weight")), "'Buying prices'!D17");
        assert_eq!(cell(Some(17), Some("no such column")), "'Buying prices'!17:17");
        assert_eq!(cell(Some(17), None), "'Buying prices'!17:17");
        assert_eq!(cell(Some(17), Some("AB")), "'Buying prices'!AB17");
        assert_eq!(cell(None, Some("gross_weight")), "'Buying prices'!D:D");
        assert_eq!(cell(None, None), "'Buying prices'");
        let name = |sheet: &str| FileName::sheet("f", sheet, BTreeMap::new()).cell(None, None).unwrap();
        assert_eq!(name("Deliveries"), "Deliveries");
        assert_eq!(name("Años"), "Años");
        assert_eq!(name("2024"), "'2024'");
        assert_eq!(name("Ana's"), "'Ana''s'");
        assert_eq!(FileName::from("a.csv").cell(Some(1), None), None);
    }
}
