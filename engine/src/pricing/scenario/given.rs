//! A scenario as a program gives it: a path, or keys and values as JSON.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::reference::Reference;
use crate::data::supply::Supply;

use super::change::Scenario;

/// A scenario before it is read.
#[derive(Clone, Debug)]
pub enum Given {
    /// A file or a folder.
    Path(PathBuf),
    /// Keys and values, as JSON; what is `null` is left out. Its files are looked for from the working folder.
    Json {
        /// Name, unless the key `name` says another.
        name: String,
        /// The JSON.
        text: String,
    },
}

impl Given {
    /// Reads it. In diagnostics a row of keys and values is a line of TOML with one key each, every change on its own.
    pub fn read(
        &self,
        supply: &Supply,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Scenario> {
        let (name, text) = match self {
            Self::Path(path) => return Scenario::read(path, supply, reference, diagnostics),
            Self::Json { name, text } => (name, text),
        };
        let Ok(Value::Object(mut keys)) = serde_json::from_str::<Value>(text) else {
            let message = "a scenario is a table of keys: title, change, …";
            diagnostics.push(Diagnostic::error(codes::SCENARIO, message).at(Place::file(name)));
            return None;
        };
        let name = match keys.remove("name") {
            Some(Value::String(own)) => own,
            _ => name.clone(),
        };
        let mut document = String::new();
        for (key, value) in keys.iter().filter(|(_, value)| !value.is_null()) {
            let text = if key == "change" { changes(value) } else { toml(value) };
            document.push_str(&format!("{} = {text}\n", quoted(key)));
        }
        Scenario::parse(&name, &name, &document, Path::new(""), supply, reference, diagnostics)
    }
}

/// Each change on a line.
fn changes(value: &Value) -> String {
    match value {
        Value::Array(list) => {
            format!("[\n{}]", list.iter().map(|value| toml(value) + ",\n").collect::<String>())
        }
        value => toml(value),
    }
}

/// A value as TOML in one line.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(list) => format!("[{}]", list.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(keys) => {
            let some = keys.iter().filter(|(_, value)| !value.is_null());
            let keys = some.map(|(key, value)| format!("{} = {}", quoted(key), toml(value)));
            format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => quoted(text),
        Value::Null => "\"\"".to_owned(),
        value => value.to_string(),
    }
}

/// A text as both JSON and TOML write it.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}
