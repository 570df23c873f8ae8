//! What every column of the workbook is for: one table, `columns.csv`, for its cells, drop-downs and notes.

use std::sync::OnceLock;

const TEXT: &str = include_str!("columns.csv");

/// What stands in the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// An id.
    Id,
    /// A number.
    Number,
    /// A number, or `none`.
    Figure,
    /// A day, as a real date.
    Date,
    /// A year, a month or a day, as text.
    Period,
    /// One of some words.
    Words,
    /// `yes` or `no`.
    YesNo,
    /// The id of a row of another table.
    Ref(&'static str),
}

/// A column of the workbook.
#[derive(Clone, Debug)]
pub struct ColumnHelp {
    /// The table.
    pub table: &'static str,
    /// The column, as in its schema.
    pub column: &'static str,
    /// What stands in its cells.
    pub kind: Kind,
    /// The words, of [`Kind::Words`].
    pub words: Vec<&'static str>,
    /// What it is, in a sentence.
    pub help: String,
}

/// All columns, in the order of the sheets. A row that cannot be read is left out; a test counts them.
pub fn all() -> &'static [ColumnHelp] {
    static ALL: OnceLock<Vec<ColumnHelp>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut reader = csv::Reader::from_reader(TEXT.as_bytes());
        reader.records().filter_map(|record| column(&record.ok()?)).collect()
    })
}

/// What a column of a table is for.
pub fn of(table: &str, column: &str) -> Option<&'static ColumnHelp> {
    all().iter().find(|help| help.table == table && help.column == column)
}

fn column(record: &csv::StringRecord) -> Option<ColumnHelp> {
    // Names are those of schemas, which outlive all.
    let schema = super::tables().find(|schema| schema.table == &record[0])?;
    let column = schema.columns.iter().find(|column| column.name == &record[1])?;
    let kind = match &record[2] {
        "text" => Kind::Text,
        "id" => Kind::Id,
        "number" => Kind::Number,
        "figure" => Kind::Figure,
        "date" => Kind::Date,
        "period" => Kind::Period,
        "words" => Kind::Words,
        "yes_no" => Kind::YesNo,
        other => {
            let table = other.strip_prefix("ref:")?;
            Kind::Ref(super::tables().find(|schema| schema.table == table)?.table)
        }
    };
    let words = words(schema.table, column.name);
    Some(ColumnHelp { table: schema.table, column: column.name, kind, words, help: record[4].to_owned() })
}

/// The words of a column, as slices of the text itself.
fn words(table: &str, column: &str) -> Vec<&'static str> {
    let start = format!("{table},{column},words,");
    let line = TEXT.lines().find_map(|line| line.strip_prefix(start.as_str()));
    let words = line.and_then(|rest| rest.split(',').next());
    words.into_iter().flat_map(str::split_whitespace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_every_sheet_is_explained_once_and_no_other() {
        let schemas: Vec<(&str, &str)> = super::super::tables()
            .flat_map(|schema| schema.columns.iter().map(|column| (schema.table, column.name)))
            .collect();
        let explained: Vec<(&str, &str)> = all().iter().map(|help| (help.table, help.column)).collect();
        assert_eq!(explained, schemas, "columns.csv follows the schemas");
        assert_eq!(TEXT.lines().count(), schemas.len() + 1, "a row was left out");
        for help in all() {
            assert!(help.help.len() > 3 && help.help.len() < 250, "{help:?}");
            assert_eq!(help.kind == Kind::Words, !help.words.is_empty(), "{help:?}");
        }
    }
}
