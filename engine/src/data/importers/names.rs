//! Ids out of names and addresses: each thing has one, and no two things share one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Bytes of an id.
const LONGEST: usize = 80;

/// Ids that were given.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_key: HashMap<String, String>,
    taken: BTreeSet<String>,
}

impl Names {
    /// The id of a thing: the same for the same key, like `wish` where nobody else has it.
    pub(super) fn id(&mut self, key: &str, wish: &str) -> String {
        if let Some(id) = self.by_key.get(key) {
            return id.clone();
        }
        let id = self.fresh(wish);
        self.by_key.insert(key.to_owned(), id.clone());
        id
    }

    /// All keys with their ids.
    pub(super) fn pairs(&self) -> BTreeMap<String, String> {
        self.by_key.iter().map(|(key, id)| (key.clone(), id.clone())).collect()
    }

    /// An id that nobody has.
    pub(super) fn fresh(&mut self, wish: &str) -> String {
        let slug = slug(wish);
        let mut id = slug.clone();
        let mut number = 2;
        while !self.taken.insert(id.clone()) {
            id = format!("{slug}-{number}");
            number += 1;
        }
        id
    }
}

/// The last part of an address, which is what tells it from others of its kind.
pub(super) fn last_part(address: &str) -> &str {
    let trimmed = address.trim_end_matches('/');
    trimmed.rsplit(['/', '#', ':']).next().unwrap_or(trimmed)
}

/// What tells one name from another: its letters in those of an id, or the whole of it where these would lose some.
pub(super) fn key(name: &str) -> String {
    let is_whole = name.chars().all(|c| !c.is_alphanumeric() || plain(c).is_some());
    if is_whole && name.len() < LONGEST { slug(name) } else { name.to_owned() }
}

/// A text in the letters of an id.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars() {
        match plain(character) {
            Some(letters) => slug.push_str(&letters),
            None if slug.ends_with('-') || slug.is_empty() => {}
            None => slug.push('-'),
        }
        if slug.len() >= LONGEST {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "x".to_owned() } else { slug.to_owned() }
}

fn plain(character: char) -> Option<String> {
    if character.is_ascii_alphanumeric() || "-_.".contains(character) {
        return Some(character.to_string());
    }
    let letters = match character {
        'ä' | 'Ä' | 'æ' | 'Æ' => "ae",
        'ö' | 'Ö' | 'œ' | 'ø' | 'Ø' => "oe",
        'ü' | 'Ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => "a",
        'ç' | 'č' | 'ć' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'É' | 'È' | 'ę' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'İ' => "i",
        'ñ' | 'ń' => "n",
        'ò' | 'ó' | 'ô' | 'õ' => "o",
        'š' | 'ş' | 'ś' => "s",
        'ù' | 'ú' | 'û' => "u",
        'ž' | 'ź' | 'ż' => "z",
        'ł' | 'Ł' => "l",
        'ğ' => "g",
        _ => return None,
    };
    Some(letters.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_has_an_id_of_its_own() {
        let mut names = Names::default();
        assert_eq!(names.id("a", "Müller & Söhne"), "Mueller-Soehne");
        assert_eq!(names.id("b", "Müller / Söhne "), "Mueller-Soehne-2");
        assert_eq!(names.id("a", "another"), "Mueller-Soehne");
        assert_eq!(names.id("c", "日本"), "x");
        assert_eq!(last_part("https://alice.example/"), "alice.example");
        assert_eq!(last_part("urn:truecost:flow:bread-1"), "bread-1");
        assert_eq!((key("müller gmbh"), key("mueller-gmbh")), ("mueller-gmbh".into(), "mueller-gmbh".into()));
        assert_ne!(key("日本"), key("中国"));
        assert!(slug(&"long".repeat(100)).len() <= LONGEST);
    }
}
