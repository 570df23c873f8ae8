//! What a user says of lines: words of the command line, and a file of columns.

use toml::{Table, Value};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::pricing::lines::{Indicators, LineOptions, Role};

/// What a user says of lines, not checked yet.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `ROLE=NAME`, each.
    pub columns: Vec<String>,
    /// `ROLE=VALUE`, each.
    pub constants: Vec<String>,
    /// Columns to keep; none: all.
    pub keep: Option<Vec<String>>,
    /// `all`, or ids.
    pub indicators: Vec<String>,
    /// Lower and upper scenarios too?
    pub bounds: bool,
    /// What the summary is by.
    pub group_by: Option<Vec<String>>,
}

fn unknown_role(word: &str) -> (String, String) {
    let words = || Role::ALL.into_iter().map(Role::word);
    let hint = match nearest(word, words()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}", words().collect::<Vec<_>>().join(", ")),
    };
    (format!("`{word}` is no role of a column"), hint)
}

impl Asked {
    /// As options; what `file` says holds where the command line says nothing.
    pub fn options(&self, file: LineOptions, diagnostics: &mut Diagnostics) -> Option<LineOptions> {
        let before = diagnostics.errors();
        let columns = pairs("--column", &self.columns, diagnostics);
        let constants = pairs("--set", &self.constants, diagnostics);
        let mut options = LineOptions {
            keep: self.keep.clone(),
            indicators: match self.indicators.as_slice() {
                [] => Indicators::None,
                [all] if all == "all" => Indicators::All,
                ids => Indicators::Some(ids.to_vec()),
            },
            bounds: self.bounds,
            group_by: self.group_by.clone(),
            ..file
        };
        for (role, name) in columns {
            if !name.is_empty() {
                options.constants.remove(&role);
            }
            options.columns.insert(role, name);
        }
        for (role, value) in constants {
            if !self.columns.iter().any(|pair| pair.split('=').next() == Some(role.word())) {
                options.columns.remove(&role);
            }
            options.constants.insert(role, value);
        }
        (diagnostics.errors() == before).then_some(options)
    }
}

fn pairs(flag: &str, given: &[String], diagnostics: &mut Diagnostics) -> Vec<(Role, String)> {
    let mut pairs: Vec<(Role, String)> = Vec::new();
    for text in given {
        let mut refuse = |message: String, hint: String| {
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).hint(hint));
        };
        // A role without a column has none, whatever the lines have.
        let is_said = |(_, value): &(&str, &str)| flag == "--column" || !value.is_empty();
        let Some((word, value)) = text.split_once('=').filter(is_said) else {
            let what = if flag == "--column" { "NAME" } else { "VALUE" };
            refuse(format!("{flag} cannot be `{text}`"), format!("`{flag} ROLE={what}`, once for each"));
            continue;
        };
        match Role::parse(word) {
            None => {
                let (message, hint) = unknown_role(word);
                refuse(format!("{flag} cannot be `{text}`: {message}"), hint);
            }
            Some(role) if pairs.iter().any(|(other, _)| *other == role) => {
                refuse(format!("{flag} says twice what `{word}` is"), "leave one of the two out".to_owned());
            }
            Some(role) => pairs.push((role, value.to_owned())),
        }
    }
    pairs
}

/// A file of columns: tables `[columns]` and `[constants]`, whose keys are roles.
pub fn columns_file(file: &str, bytes: &[u8], diagnostics: &mut Diagnostics) -> Option<LineOptions> {
    let mut refuse = |message: String, hint: String| {
        let diagnostic = Diagnostic::error(codes::BAD_MAPPING, message).at(Place::file(file));
        diagnostics.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
    };
    let text = String::from_utf8_lossy(bytes);
    let tables: Table = match toml::from_str(&text) {
        Ok(tables) => tables,
        Err(error) => {
            refuse(error.message().to_owned(), "see `truecost lines --help`".to_owned());
            return None;
        }
    };
    let mut options = LineOptions::default();
    let mut clean = true;
    for (name, table) in tables {
        let Value::Table(table) = table else {
            refuse(format!("`{name}` is no table"), "`[columns]` and `[constants]` are".to_owned());
            clean = false;
            continue;
        };
        let into = match name.as_str() {
            "columns" => &mut options.columns,
            "constants" => &mut options.constants,
            other => {
                let near = nearest(other, ["columns", "constants"]);
                let hint = near.map_or("`[columns]` and `[constants]` are known".to_owned(), |near| {
                    format!("did you mean `[{near}]`?")
                });
                refuse(format!("there is no table `[{other}]`"), hint);
                clean = false;
                continue;
            }
        };
        for (word, value) in table {
            let Some(role) = Role::parse(&word) else {
                let (message, hint) = unknown_role(&word);
                refuse(message, hint);
                clean = false;
                continue;
            };
            let value = match value {
                Value::String(text) => text,
                Value::Integer(_) | Value::Float(_) | Value::Datetime(_) if name == "constants" => {
                    value.to_string()
                }
                _ => {
                    refuse(format!("`{word}` is no text"), format!("`{word} = \"…\"`"));
                    clean = false;
                    continue;
                }
            };
            into.insert(role, value);
        }
    }
    clean.then_some(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins_over_the_file() {
        let mut diagnostics = Diagnostics::new();
        let text = b"[columns]\nproduct = \"sku\"\nunit = \"u\"\n[constants]\nyear = 2024\n";
        let file = columns_file("c.toml", text, &mut diagnostics).unwrap();
        assert_eq!(file.constants[&Role::Year], "2024");
        let asked = Asked {
            columns: vec!["year=when".into()],
            constants: vec!["unit=kg".into()],
            ..Asked::default()
        };
        let options = asked.options(file, &mut diagnostics).unwrap();
        assert_eq!(options.columns[&Role::Product], "sku");
        assert_eq!(options.columns[&Role::Year], "when");
        assert_eq!((options.columns.get(&Role::Unit), &options.constants[&Role::Unit][..]), (None, "kg"));
        assert!(!options.constants.contains_key(&Role::Year) && diagnostics.is_empty());
    }

    #[test]
    fn what_is_not_known_is_refused_with_a_hint() {
        let mut diagnostics = Diagnostics::new();
        assert!(
            columns_file("c.toml", b"[colums]\n[columns]\nprodukt = \"a\"\n", &mut diagnostics).is_none()
        );
        let told = diagnostics.to_string();
        assert!(
            told.contains("did you mean `[columns]`?") && told.contains("did you mean `product`?"),
            "{told}"
        );
    }
}
