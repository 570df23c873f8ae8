//! The files of an archive of openLCA, read one by one.

use serde::de::DeserializeOwned;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::supply::archive::{Archive, DOCUMENT, NESTED};

/// An archive whose files are JSON, in a folder for each type.
pub(super) struct Files {
    pub(super) archive: Archive,
}

/// The folder that a file lies in, without those around it.
pub(super) fn folder(name: &str) -> &str {
    name.rsplit('/').nth(1).unwrap_or_default()
}

impl Files {
    /// The files of a type, by name.
    pub(super) fn of(&self, wanted: &str) -> Vec<String> {
        let is_json =
            |name: &str| name.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        let names = self.archive.names();
        names.filter(|name| folder(name) == wanted && is_json(name)).map(str::to_owned).collect()
    }

    /// Reads each file of a type; one that cannot be read is reported.
    pub(super) fn each<T: DeserializeOwned>(
        &self,
        folder: &str,
        diagnostics: &mut Diagnostics,
        mut look: impl FnMut(T, Place, &mut Diagnostics),
    ) {
        for name in self.of(folder) {
            if let Some(read) = self.read(&name, diagnostics) {
                look(read, self.archive.place(&name), diagnostics);
            }
        }
    }

    /// Reads a file.
    pub(super) fn read<T: DeserializeOwned>(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<T> {
        const HINT: &str = "a file of an archive of openLCA is one JSON object";
        let file = self.archive.bytes(name, DOCUMENT, diagnostics)?;
        let text = file.text(diagnostics)?;
        if let Some(row) = too_deep(text) {
            let message = format!("lists and objects are nested deeper than {NESTED}");
            let place = Place::row(&file.name, row);
            diagnostics.push(Diagnostic::error(codes::BAD_SYNTAX, message).at(place).hint(HINT));
            return None;
        }
        match serde_json::from_str(text) {
            Ok(read) => Some(read),
            Err(error) => {
                let place = Place::row(&file.name, error.line() as u64);
                let (code, hint) = match error.classify() {
                    serde_json::error::Category::Data => {
                        (codes::BAD_VALUE, "the JSON is read, and is not what openLCA writes")
                    }
                    _ => (codes::BAD_SYNTAX, HINT),
                };
                diagnostics.push(Diagnostic::error(code, error.to_string()).at(place).hint(hint));
                None
            }
        }
    }
}

/// The line where JSON is nested too deeply.
fn too_deep(text: &str) -> Option<u64> {
    let (mut depth, mut row, mut is_text, mut is_escaped) = (0_usize, 1, false, false);
    for byte in text.bytes() {
        row += u64::from(byte == b'\n');
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTED {
            return Some(row);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_are_no_depth() {
        let deep = |depth: usize| format!("\n{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(too_deep(&deep(NESTED)), None);
        assert_eq!(too_deep(&deep(NESTED + 1)), Some(2));
        assert_eq!(too_deep(&format!("\"\\\"{}\"", "[".repeat(100))), None);
        assert_eq!(too_deep(&"[],".repeat(100)), None);
    }
}
