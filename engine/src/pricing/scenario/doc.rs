//! A scenario file as keys and values with their lines, checked against the list of keys: all problems at once.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::decimal::{self, NumberError};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::data::cells::Number;

use super::fields::{Field, Type};

/// A row of a table: columns with their text, and its line.
pub(super) type TextRow = (u64, Vec<(String, String)>);

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Held {
    Text(String),
    Texts(Vec<String>),
    Number(Number),
    Year(i32),
    Where(Vec<(String, Vec<String>)>),
    Shares(Vec<(String, Number)>),
    Rows(Vec<TextRow>),
}

/// Where a text is, by lines.
pub(super) struct Lines<'a> {
    file: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(file: &'a str, text: &str) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { file, starts: std::iter::once(0).chain(starts).collect() }
    }

    pub(super) fn line(&self, at: usize) -> u64 {
        self.starts.partition_point(|start| *start <= at) as u64
    }

    pub(super) fn place(&self, at: usize) -> Place {
        Place::row(self.file, self.line(at))
    }
}

/// Keys with their values, and the line of each.
#[derive(Debug, Default)]
pub(super) struct Entries {
    values: BTreeMap<&'static str, Held>,
    /// Lines by key.
    pub(super) lines: BTreeMap<String, u64>,
}

impl Entries {
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.values.remove(name)? {
            Held::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        match self.values.remove(name) {
            Some(Held::Texts(texts)) => texts,
            _ => Vec::new(),
        }
    }

    pub(super) fn number(&mut self, name: &str) -> Option<Number> {
        match self.values.remove(name)? {
            Held::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn year(&mut self, name: &str) -> Option<i32> {
        match self.values.remove(name)? {
            Held::Year(year) => Some(year),
            _ => None,
        }
    }

    pub(super) fn which(&mut self) -> Option<Vec<(String, Vec<String>)>> {
        match self.values.remove("where")? {
            Held::Where(columns) => Some(columns),
            _ => None,
        }
    }

    pub(super) fn shares(&mut self) -> Option<Vec<(String, Number)>> {
        match self.values.remove("shares")? {
            Held::Shares(shares) => Some(shares),
            _ => None,
        }
    }

    pub(super) fn rows(&mut self) -> Option<Vec<TextRow>> {
        match self.values.remove("rows")? {
            Held::Rows(rows) => Some(rows),
            _ => None,
        }
    }
}

/// Reads a table of the file by its list of keys. What is unknown, missing or no value of its key is reported;
/// `also` are keys that are read elsewhere. The answer holds what is right.
pub(super) fn entries(
    table: &DeTable,
    at: usize,
    fields: &[Field],
    also: &[&str],
    lines: &Lines,
    diagnostics: &mut Diagnostics,
) -> Entries {
    let mut entries = Entries::default();
    entries.lines.insert(String::new(), lines.line(at));
    for (key, value) in table {
        let name: &str = key.get_ref();
        let place = lines.place(key.span().start).column(name);
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            if !also.contains(&name) {
                diagnostics.push(unknown(name, fields, also).at(place));
            }
            continue;
        };
        entries.lines.insert(name.to_owned(), lines.line(key.span().start));
        if let Some(held) = held(field, value, &place, lines, diagnostics) {
            entries.values.insert(field.name, held);
        }
    }
    let is_there = |name: &str| table.iter().any(|(key, _)| **key.get_ref() == *name);
    for field in fields.iter().filter(|field| field.required && !is_there(field.name)) {
        let message = format!("`{}` is missing", field.name);
        let diagnostic = Diagnostic::error(codes::MISSING_FIELD, message).at(lines.place(at));
        diagnostics.push(diagnostic.hint(field.about));
    }
    entries
}

fn unknown(name: &str, fields: &[Field], also: &[&str]) -> Diagnostic {
    let names = || fields.iter().map(|field| field.name).chain(also.iter().copied());
    let hint = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys here are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::error(codes::SCENARIO, format!("the key `{name}` is not known")).hint(hint)
}

fn held(
    field: &Field,
    value: &Spanned<DeValue>,
    place: &Place,
    lines: &Lines,
    diagnostics: &mut Diagnostics,
) -> Option<Held> {
    let inner = value.get_ref();
    let found = match field.holds {
        Type::Text => {
            inner.as_str().filter(|text| !text.trim().is_empty()).map(|text| Held::Text(text.to_owned()))
        }
        Type::Id => inner.as_str().filter(|text| is_id(text)).map(|text| Held::Text(text.to_owned())),
        Type::Texts => texts(inner).map(Held::Texts),
        Type::Number => return number(inner, place, diagnostics).map(Held::Number),
        Type::Year => {
            let year = inner.as_integer().filter(|year| year.radix() == 10);
            year.and_then(|year| year.as_str().parse().ok())
                .filter(|year| (1900..=2200).contains(year))
                .map(Held::Year)
        }
        Type::Word(words) => {
            let word = inner.as_str().filter(|text| words.contains(text));
            if let (None, Some(text)) = (word, inner.as_str()) {
                let message = format!("`{text}` is not a value of `{}`", field.name);
                let hint = match nearest(text, words.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("one of {}", words.join(", ")),
                };
                diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place.clone()).hint(hint));
                return None;
            }
            word.map(|word| Held::Text(word.to_owned()))
        }
        Type::Where => {
            let columns = inner.as_table().filter(|table| !table.is_empty());
            columns.and_then(|table| {
                let read = |(key, value): (&Spanned<_>, &Spanned<DeValue>)| {
                    let key: &std::borrow::Cow<str> = key.get_ref();
                    Some((key.clone().into_owned(), texts(value.get_ref())?))
                };
                table.iter().map(read).collect::<Option<Vec<_>>>().map(Held::Where)
            })
        }
        Type::Shares => return shares(inner, place, diagnostics),
        Type::Rows => return rows(inner, place, lines, diagnostics),
    };
    if found.is_none() {
        diagnostics.push(wrong(field, inner, place));
    }
    found
}

fn wrong(field: &Field, value: &DeValue, place: &Place) -> Diagnostic {
    let what = match field.holds {
        Type::Text | Type::Word(_) => "text in quotes, not empty",
        Type::Id => "an id: letters a to z, digits, `-`, `_` and `.`, at most 200 of them",
        Type::Texts => "a text in quotes, or a list of them",
        Type::Number => "a number",
        Type::Year => "a year from 1900 to 2200, without quotes",
        Type::Where => "columns with what they hold: { process = \"farm\" }, a list for several",
        Type::Shares => "processes with their shares: { farm-a = \"0.6\", farm-b = \"0.4\" }",
        Type::Rows => "a list of rows: [{ process = \"farm\", amount = \"1\" }]",
    };
    let message = format!("`{}` is {what}, not this {}", field.name, value.type_str());
    Diagnostic::error(codes::BAD_VALUE, message).at(place.clone()).hint(field.about)
}

fn is_id(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// One text, or a list of some.
fn texts(value: &DeValue) -> Option<Vec<String>> {
    if let Some(text) = value.as_str() {
        return Some(vec![text.to_owned()]);
    }
    let list = value.as_array().filter(|list| !list.is_empty())?;
    list.iter().map(|value| value.get_ref().as_str().map(str::to_owned)).collect()
}

/// The text of a number, as it is written.
fn digits(value: &DeValue) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.trim().to_owned()),
        DeValue::Integer(integer) if integer.radix() == 10 => Some(integer.as_str().to_owned()),
        DeValue::Float(float) => Some(float.as_str().to_owned()),
        _ => None,
    }
}

fn number(value: &DeValue, place: &Place, diagnostics: &mut Diagnostics) -> Option<Number> {
    let text = digits(value).unwrap_or_else(|| value.type_str().to_owned());
    let error = match decimal::parse(&text) {
        Ok(exact) => match text.parse::<f64>() {
            Ok(float) if float.is_finite() => return Some(Number { exact, float }),
            _ => NumberError::Range,
        },
        Err(error) => error,
    };
    let (code, message) = match error {
        NumberError::Range => (codes::OVERFLOW, format!("`{text}` has more digits than are kept exactly")),
        NumberError::Syntax => (codes::NOT_A_NUMBER, format!("`{text}` is not a number")),
    };
    let hint = "write digits and at most one point; quotes are fine";
    diagnostics.push(Diagnostic::error(code, message).at(place.clone()).hint(hint));
    None
}

fn shares(value: &DeValue, place: &Place, diagnostics: &mut Diagnostics) -> Option<Held> {
    let Some(table) = value.as_table().filter(|table| !table.is_empty()) else {
        let message =
            format!("`shares` is a table of processes with their shares, not this {}", value.type_str());
        let hint = "shares = { farm-a = \"0.6\", farm-b = \"0.4\" }";
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place.clone()).hint(hint));
        return None;
    };
    let mut shares = Vec::new();
    for (key, value) in table {
        let share = number(value.get_ref(), place, diagnostics)?;
        shares.push((key.get_ref().clone().into_owned(), share));
    }
    Some(Held::Shares(shares))
}

fn rows(value: &DeValue, place: &Place, lines: &Lines, diagnostics: &mut Diagnostics) -> Option<Held> {
    let list = value.as_array().filter(|list| !list.is_empty());
    let Some(list) = list else {
        let message = format!("`rows` is a list of rows, not this {}", value.type_str());
        let hint = "rows = [{ process = \"farm\", product = \"seed\", amount = \"0.1\", unit = \"kg\" }]";
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place.clone()).hint(hint));
        return None;
    };
    let mut rows = Vec::new();
    for row in list {
        let at = lines.place(row.span().start);
        let cells = row.get_ref().as_table().and_then(|table| {
            let cell = |(key, value): (&Spanned<_>, &Spanned<DeValue>)| {
                let key: &std::borrow::Cow<str> = key.get_ref();
                let text = match value.get_ref() {
                    DeValue::Boolean(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
                    value => digits(value),
                };
                Some((key.clone().into_owned(), text?))
            };
            table.iter().map(cell).collect::<Option<Vec<_>>>()
        });
        match cells {
            Some(cells) => rows.push((lines.line(row.span().start), cells)),
            None => {
                let message = "a row is a table of columns, each with a text, a number, or true or false";
                diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(at));
                return None;
            }
        }
    }
    Some(Held::Rows(rows))
}
