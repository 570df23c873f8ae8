//! The mapping of a statement: its columns and formats, whose account it is, and what holds of which lines.

use serde::Deserialize;
use toml::{Spanned, Table};

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::flows::Field;

use super::super::Input;
use super::super::names::slug;
use super::format;
use super::rule::{Direction, Rule};

/// As it was written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    own: Own,
    currency: String,
    #[serde(default)]
    file: File,
    columns: Columns,
    #[serde(default)]
    all: Option<Spanned<Table>>,
    #[serde(default)]
    rule: Vec<Spanned<Table>>,
}

/// Whose account it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Own {
    /// Id.
    pub(super) agent: String,
    /// Name.
    pub(super) name: Option<String>,
    /// Kind, as in `agents`.
    pub(super) kind: String,
}

/// How the file is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    separator: String,
    /// Lines before the header.
    pub(super) skip_lines: usize,
    encoding: Encoding,
    decimal: String,
    /// Format of dates.
    pub(super) date: String,
    positive: Positive,
}

impl Default for File {
    fn default() -> Self {
        Self {
            separator: ",".to_owned(),
            skip_lines: 0,
            encoding: Encoding::Utf8,
            decimal: ".".to_owned(),
            date: "YYYY-MM-DD".to_owned(),
            positive: Positive::In,
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "latin-1")]
    Latin1,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Positive {
    In,
    Out,
}

/// Names of columns in the header.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    pub(super) date: String,
    /// An amount with a sign, or …
    pub(super) amount: Option<String>,
    /// … what came in and …
    pub(super) r#in: Option<String>,
    /// … what went out.
    pub(super) out: Option<String>,
    pub(super) counterparty: Option<String>,
    pub(super) account: Option<String>,
    pub(super) text: Option<String>,
    pub(super) id: Option<String>,
    pub(super) currency: Option<String>,
}

/// A mapping.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    pub(super) own: Own,
    pub(super) currency: String,
    pub(super) file: File,
    pub(super) separator: u8,
    pub(super) point: char,
    pub(super) columns: Columns,
    /// What holds of every line.
    pub(super) all: Rule,
    /// In their order.
    pub(super) rules: Vec<Rule>,
}

impl Mapping {
    /// Reads a mapping; all that is wrong is reported.
    pub(super) fn read(file: &Input, diagnostics: &mut Diagnostics) -> Option<Self> {
        let text = file.text(diagnostics)?;
        let row = |at: usize| text[..text.floor_char_boundary(at)].matches('\n').count() as u64 + 1;
        let raw: Raw = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => {
                let place =
                    Place { row: error.span().map(|span| row(span.start)), ..Place::file(&file.name) };
                let message = error.message().replace('\n', ", ");
                let hint = "docs/reference/importers.md shows a whole mapping, and every word of it";
                diagnostics.push(Diagnostic::error(codes::BAD_MAPPING, message).at(place).hint(hint));
                return None;
            }
        };
        let before = diagnostics.errors();
        let mut rule = |table: &Spanned<Table>, is_for_all| {
            let place = Place::row(&file.name, row(table.span().start));
            Rule::read(table.get_ref(), &place, is_for_all, diagnostics)
        };
        let all = raw.all.as_ref().map(|table| rule(table, true)).unwrap_or_default();
        let rules = raw.rule.iter().map(|table| rule(table, false)).collect();
        let place = Place::file(&file.name);
        let [separator, point] = checked(&raw, &place, diagnostics);
        (diagnostics.errors() == before).then_some(Self {
            own: raw.own,
            currency: raw.currency,
            file: raw.file,
            separator: separator as u8,
            point,
            columns: raw.columns,
            all,
            rules,
        })
    }

    /// Where the money of an amount goes.
    pub(super) fn direction(&self, is_negative: bool) -> Direction {
        if is_negative == (self.file.positive == Positive::In) { Direction::Out } else { Direction::In }
    }

    /// A file as text.
    pub(super) fn text(&self, file: &Input, diagnostics: &mut Diagnostics) -> Option<String> {
        match self.file.encoding {
            Encoding::Utf8 => file.text(diagnostics).map(str::to_owned),
            Encoding::Latin1 => Some(file.bytes.iter().map(|byte| char::from(*byte)).collect()),
        }
    }
}

/// Reports what fits no word; gives the separator and the decimal point.
fn checked(raw: &Raw, place: &Place, diagnostics: &mut Diagnostics) -> [char; 2] {
    let mut refuse = |message: String, hint: &str| {
        diagnostics.push(Diagnostic::error(codes::BAD_MAPPING, message).at(place.clone()).hint(hint));
    };
    let one = |text: &str| match text.chars().collect::<Vec<_>>().as_slice() {
        [character] if character.is_ascii() => Some(*character),
        _ => None,
    };
    let separator = one(&raw.file.separator).filter(|c| !c.is_alphanumeric() && !"\"\r\n".contains(*c));
    if separator.is_none() {
        refuse(
            format!("`file.separator` cannot be `{}`", raw.file.separator),
            "one character, such as ; or ,",
        );
    }
    let point = one(&raw.file.decimal).filter(|c| ".,".contains(*c));
    if point.is_none() {
        refuse(format!("`file.decimal` cannot be `{}`", raw.file.decimal), "`.` or `,`");
    }
    if !format::is_format(&raw.file.date) {
        let hint = "DD, MM and YYYY (or YY) with what stands between them, such as DD.MM.YYYY";
        refuse(format!("`file.date` cannot be `{}`", raw.file.date), hint);
    }
    if Currency::from_code(&raw.currency).is_none() {
        let hint = "use the three capital letters of ISO 4217, such as EUR";
        refuse(format!("`{}` is not a currency", raw.currency), hint);
    }
    if slug(&raw.own.agent) != raw.own.agent {
        let hint = "ids are made of letters a to z, digits, `-`, `_` and `.`";
        refuse(format!("`own.agent` cannot be `{}`", raw.own.agent), hint);
    }
    if Field::FromKind.code(&raw.own.kind).is_none() {
        let hint = format!("one of {}", Field::FromKind.values().join(", "));
        refuse(format!("`own.kind` cannot be `{}`", raw.own.kind), &hint);
    }
    let columns = &raw.columns;
    if columns.amount.is_some() == (columns.r#in.is_some() && columns.out.is_some())
        || (columns.amount.is_some() && (columns.r#in.is_some() || columns.out.is_some()))
    {
        let hint = "name `amount` if one column holds a signed amount, or `in` and `out` if two do";
        refuse("[columns] does not say where the amount is".to_owned(), hint);
    }
    [separator.unwrap_or(','), point.unwrap_or('.')]
}
