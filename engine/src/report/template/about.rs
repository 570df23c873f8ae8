//! What tables and their columns are, for people who fill them: two tables of words.

use csv::Reader;
use serde::Deserialize;

use crate::base::diagnostic::{Diagnostic, codes};

const TABLES: &str = include_str!("tables.csv");
const COLUMNS: &str = include_str!("columns.csv");

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ColumnKind {
    /// Words of the user.
    Text,
    /// An id of the user.
    Id,
    /// The id of a row of another table.
    Ref,
    /// One of some words.
    Word,
    /// `yes` or `no`.
    Flag,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A year, month or day.
    Period,
    /// A year.
    Year,
}

/// A column of a table.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ColumnAbout {
    pub(super) table: String,
    pub(super) column: String,
    pub(super) kind: ColumnKind,
    /// The words, or the table whose ids it holds.
    pub(super) words: String,
    pub(super) help: String,
}

/// A table.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct TableAbout {
    pub(super) table: String,
    pub(super) help: String,
    /// The command that reads it.
    pub(super) commands: String,
}

/// All of them, in the order of the template.
pub(super) fn tables() -> Result<Vec<TableAbout>, Diagnostic> {
    rows(TABLES)
}

/// All columns, table by table.
pub(super) fn columns() -> Result<Vec<ColumnAbout>, Diagnostic> {
    rows(COLUMNS)
}

fn rows<T: for<'a> Deserialize<'a>>(text: &str) -> Result<Vec<T>, Diagnostic> {
    let rows: Result<Vec<T>, csv::Error> = Reader::from_reader(text.as_bytes()).deserialize().collect();
    rows.map_err(|error| {
        Diagnostic::error(codes::UNREADABLE, format!("the words of the template cannot be read: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::schema::{ALL, COOP_TABLES, Schema};

    fn schema(table: &str) -> &'static Schema {
        COOP_TABLES.iter().chain(ALL).find(|schema| schema.table == table).unwrap()
    }

    #[test]
    fn every_column_of_every_table_has_words_and_no_other() {
        let all = columns().unwrap();
        for table in tables().unwrap() {
            let told: Vec<&str> =
                all.iter().filter(|c| c.table == table.table).map(|c| c.column.as_str()).collect();
            let known: Vec<&str> = schema(&table.table).columns.iter().map(|c| c.name).collect();
            assert_eq!(told, known, "{}", table.table);
            assert!(table.help.ends_with('.') && !table.commands.is_empty(), "{}", table.table);
        }
        let tables: Vec<String> = tables().unwrap().into_iter().map(|table| table.table).collect();
        for column in all {
            assert!(tables.contains(&column.table), "{}", column.table);
            assert!(!column.help.is_empty(), "{}.{}", column.table, column.column);
            let needs_words = [ColumnKind::Word, ColumnKind::Ref, ColumnKind::Flag].contains(&column.kind);
            assert_eq!(needs_words, !column.words.is_empty(), "{}.{}", column.table, column.column);
            if column.kind == ColumnKind::Ref {
                assert!(tables.contains(&column.words), "{}.{}", column.table, column.column);
            }
        }
    }

    #[test]
    fn every_table_of_a_co_op_is_in_the_template_or_is_left_out_on_purpose() {
        let there: Vec<String> = tables().unwrap().into_iter().map(|table| table.table).collect();
        let missing: Vec<&str> =
            COOP_TABLES.iter().map(|schema| schema.table).filter(|t| !there.iter().any(|x| x == t)).collect();
        // Rules and minimum prices are built in; own ones are for those who know why.
        assert_eq!(missing, ["minimum_prices", "surplus_rules"]);
    }
}
