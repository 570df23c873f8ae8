//! What a dataset cannot know of a footprint: the words of its publisher, as TOML.

use serde_json::{Map, Number, Value};
use toml::Table;

use crate::base::decimal;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Input;
use crate::data::importers::supply::pact::parts::{PARTS, Version, WHOLE};

use super::fields::{self, Field, Kind};

/// Properties that the dataset gives: the publisher cannot state others.
const OURS: [&str; 3] = ["specVersion", "id", "pcf"];

/// What the publisher states: of the footprint, and of its `pcf`.
#[derive(Clone, Debug, Default)]
pub(super) struct Stated {
    pub(super) top: Map<String, Value>,
    pub(super) inner: Map<String, Value>,
}

impl Stated {
    /// Reads a file; all that is wrong is reported.
    pub(super) fn read(file: &Input, version: Version, diagnostics: &mut Diagnostics) -> Self {
        let mut stated = Self::default();
        let text = String::from_utf8_lossy(&file.bytes);
        let mut table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                let row = error
                    .span()
                    .map(|span| text[..span.start.min(text.len())].matches('\n').count() as u64 + 1);
                let place = Place { row, ..Place::file(&file.name) };
                let message = format!("this is not TOML: {}", error.message());
                diagnostics.push(Diagnostic::error(codes::MANIFEST, message).at(place));
                return stated;
            }
        };
        let pcf = match table.remove("pcf") {
            Some(toml::Value::Table(pcf)) => pcf,
            _ => Table::new(),
        };
        let mut reader = Reader { file, text: &text, version, diagnostics };
        let top: Vec<Field> = fields::top(version);
        stated.top = reader.values(&table, &top);
        let mut inner = fields::inner(version);
        inner.extend(WHOLE.iter().chain(PARTS).filter_map(|part| version.of(part)).map(|name| Field {
            name,
            kind: Kind::Decimal,
            is_required: false,
        }));
        stated.inner = reader.values(&pcf, &inner);
        stated
    }
}

struct Reader<'a, 'd> {
    file: &'a Input,
    text: &'a str,
    version: Version,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_, '_> {
    fn place(&self, key: &str) -> Place {
        let starts = |line: &str| {
            line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let row = self.text.lines().position(starts).map(|row| row as u64 + 1);
        Place { row, column: Some(key.to_owned()), ..Place::file(&self.file.name) }
    }

    fn refuse(&mut self, key: &str, code: &'static str, message: String, hint: &str) {
        let place = self.place(key);
        self.diagnostics.push(Diagnostic::error(code, message).at(place).hint(hint));
    }

    fn values(&mut self, table: &Table, fields: &[Field]) -> Map<String, Value> {
        let mut values = Map::new();
        for (key, value) in table {
            let Some(field) = fields.iter().find(|field| field.name == key && !OURS.contains(&field.name))
            else {
                let names = fields.iter().map(|field| field.name).filter(|name| !OURS.contains(name));
                let hint = match self.diagnostics.nearest(key, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "properties of `pcf` stand under [pcf]; the version may have another name for it"
                        .to_owned(),
                };
                let version = if self.version == Version::Two { "2" } else { "3" };
                let message = format!("PACT {version} has no property `{key}` here that can be stated");
                self.refuse(key, codes::BAD_VALUE, message, &hint);
                continue;
            };
            if let Some(value) = self.value(field, value) {
                values.insert(key.clone(), value);
            }
        }
        values
    }

    fn value(&mut self, field: &Field, value: &toml::Value) -> Option<Value> {
        use toml::Value as Toml;
        let found = match (field.kind, value) {
            (Kind::Text, Toml::String(text)) => Some(Value::String(text.clone())),
            (Kind::Decimal, Toml::String(text)) => plain(text).map(Value::String),
            (Kind::Decimal, Toml::Integer(number)) => Some(Value::String(number.to_string())),
            (Kind::Decimal, Toml::Float(number)) => plain(&number.to_string()).map(Value::String),
            (Kind::Number | Kind::Whole, Toml::Integer(number)) => Some(Value::from(*number)),
            (Kind::Number, Toml::Float(number)) => Number::from_f64(*number).map(Value::Number),
            (Kind::Number, Toml::String(text)) => {
                text.parse().ok().and_then(Number::from_f64).map(Value::Number)
            }
            (Kind::Truth, Toml::Boolean(truth)) => Some(Value::Bool(*truth)),
            (Kind::Moment, Toml::Datetime(moment)) => moment_text(&moment.to_string()).map(Value::String),
            (Kind::Moment, Toml::String(text)) => moment_text(text).map(Value::String),
            (Kind::Urns, Toml::Array(list)) if !list.is_empty() && list.iter().all(is_urn) => {
                Some(json(value))
            }
            (Kind::List, Toml::Array(list)) if !list.is_empty() => Some(json(value)),
            (Kind::Object, Toml::Table(_)) => Some(json(value)),
            _ => None,
        };
        if found.is_none() {
            let wanted = match field.kind {
                Kind::Text => "a text in quotes",
                Kind::Decimal | Kind::Number => "a decimal number, such as \"2.5\"",
                Kind::Whole => "a whole number",
                Kind::Truth => "true or false",
                Kind::Moment => "a moment: 2024-01-01T00:00:00Z",
                Kind::Urns => "a list of URNs: [\"urn:company:example:one\"]",
                Kind::List => "a list in brackets, with one entry at least",
                Kind::Object => "a table: { name = \"value\" }",
            };
            self.refuse(field.name, codes::BAD_VALUE, format!("`{}` cannot be {value}", field.name), wanted);
        }
        found
    }
}

fn is_urn(value: &toml::Value) -> bool {
    value.as_str().is_some_and(|text| text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")))
}

/// A number without an exponent.
fn plain(text: &str) -> Option<String> {
    let exact = decimal::parse(text).ok()?;
    Some(if text.contains(['e', 'E']) {
        decimal::plain(&decimal::scaled(&exact, 60), 60)
    } else {
        text.to_owned()
    })
}

/// A moment in UTC; a day is its beginning.
fn moment_text(text: &str) -> Option<String> {
    let (day, rest) = text.split_at_checked(10)?;
    crate::base::period::Period::parse(day).filter(|day| day.day().is_some())?;
    match rest {
        "" => Some(format!("{day}T00:00:00Z")),
        _ => (rest.starts_with(['T', ' ']) && (rest.ends_with('Z') || rest.contains('+')))
            .then(|| text.replacen(' ', "T", 1)),
    }
}

fn json(value: &toml::Value) -> Value {
    use toml::Value as Toml;
    match value {
        Toml::String(text) => Value::String(text.clone()),
        Toml::Integer(number) => Value::from(*number),
        Toml::Float(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        Toml::Boolean(truth) => Value::Bool(*truth),
        Toml::Datetime(moment) => {
            let text = moment.to_string();
            Value::String(moment_text(&text).unwrap_or(text))
        }
        Toml::Array(list) => Value::Array(list.iter().map(json).collect()),
        Toml::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.clone(), json(value))).collect())
        }
    }
}
