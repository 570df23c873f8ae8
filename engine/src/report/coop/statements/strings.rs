//! What statements say, in every language they are written in: a table, `strings.csv`.

use std::collections::BTreeMap;

use crate::data::coop::settings::Language;

const TABLE: &str = include_str!("strings.csv");

/// Texts of one language by their keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Strings(BTreeMap<String, String>);

impl Strings {
    /// The texts of a language.
    pub(super) fn of(language: Language) -> Self {
        let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
        let at = reader
            .headers()
            .ok()
            .and_then(|header| header.iter().position(|column| column == language.code()))
            .unwrap_or(1);
        let rows = reader.records().filter_map(Result::ok);
        Self(rows.map(|row| (row[0].to_owned(), row.get(at).unwrap_or_default().to_owned())).collect())
    }

    /// A text; the key itself where there is none.
    pub(super) fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.get(key).map_or(key, String::as_str)
    }

    /// A text with what stands for its places.
    pub(super) fn fill(&self, key: &str, places: &[(&str, &str)]) -> String {
        let mut text = String::new();
        let mut rest = self.get(key);
        // What is put in is never looked through again: a name may hold braces.
        while let Some((before, after)) = rest.split_once('{') {
            let Some((place, after)) = after.split_once('}') else { break };
            text.push_str(before);
            text.push_str(places.iter().find(|(name, _)| *name == place).map_or("", |(_, value)| value));
            rest = after;
        }
        text + rest
    }

    /// All texts, for a template.
    pub(super) fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::data::coop::settings::LANGUAGES;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).map(|rest| rest.split_once('}').expect("a place is closed").0).collect()
    }

    #[test]
    fn every_text_is_there_in_every_language_with_the_same_places() {
        let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let codes: Vec<&str> = LANGUAGES.iter().map(|(code, _)| *code).collect();
        assert_eq!(header[0], "key");
        assert_eq!(header[1..], codes, "a column for each language");
        let mut keys = BTreeSet::new();
        for row in reader.records().map(Result::unwrap) {
            assert!(keys.insert(row[0].to_owned()), "{} stands twice", &row[0]);
            for (language, text) in header.iter().zip(&row).skip(1) {
                assert!(!text.trim().is_empty() && text.trim() == text, "{} in {language}", &row[0]);
                assert_eq!(places(text), places(&row[1]), "{} in {language}", &row[0]);
            }
        }
        assert!(keys.len() > 60);
    }

    #[test]
    fn places_are_filled_once() {
        let strings = Strings::of(Language::Es);
        assert_eq!(
            strings.fill("owed_to_you", &[("amount", "{amount} <b>")]),
            "La cooperativa le debe {amount} <b>"
        );
        assert_eq!(strings.get("no such key"), "no such key");
    }
}
