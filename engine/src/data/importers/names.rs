//! Ids out of names and addresses: each thing has one, and no two things share one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Bytes of an id.
const LONGEST: usize = 80;

/// Ids that were given.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_key: HashMap<String, String>,
    taken: BTreeSet<String>,
    /// The last number after each slug that was wished for more than once.
    numbers: HashMap<String, u64>,
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

    /// Gives a thing the id of another: they are one.
    pub(super) fn same(&mut self, key: &str, id: &str) {
        self.by_key.insert(key.to_owned(), id.to_owned());
    }

    /// All keys with their ids.
    pub(super) fn pairs(&self) -> BTreeMap<String, String> {
        self.by_key.iter().map(|(key, id)| (key.clone(), id.clone())).collect()
    }

    /// The id of what was called so before: the same for the same.
    pub(super) fn kept(&mut self, id: &str) -> String {
        if let Some(known) = self.by_key.get(id) {
            return known.clone();
        }
        let given = self.keep(id);
        self.by_key.insert(id.to_owned(), given.clone());
        given
    }

    /// An id as it was before, if nobody else has it and it is one.
    pub(super) fn keep(&mut self, id: &str) -> String {
        let is_id = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if !id.is_empty() && id.chars().all(is_id) && self.taken.insert(id.to_owned()) {
            return id.to_owned();
        }
        self.fresh(id)
    }

    /// An id that nobody has.
    pub(super) fn fresh(&mut self, wish: &str) -> String {
        let slug = slug(wish);
        if self.taken.insert(slug.clone()) {
            return slug;
        }
        // Numbers that were given to one slug are not tried again.
        let number = self.numbers.entry(slug.clone()).or_insert(1);
        loop {
            *number += 1;
            let id = format!("{slug}-{number}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// The last part of an address, which is what tells it from others of its kind.
pub(super) fn last_part(address: &str) -> &str {
    let trimmed = address.trim_end_matches('/');
    trimmed.rsplit(['/', '#', ':']).next().unwrap_or(trimmed)
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
        assert!(slug(&"long".repeat(100)).len() <= LONGEST);
    }

    #[test]
    fn numbers_go_on_where_they_stopped_and_leave_out_what_is_taken() {
        let mut names = Names::default();
        assert_eq!(
            ["a-3", "a", "a", "a", "a"].map(|wish| names.fresh(wish)),
            ["a-3", "a", "a-2", "a-4", "a-5"]
        );
        for _ in 6..=200_000 {
            names.fresh("a");
        }
        assert_eq!(names.numbers["a"], 200_000);
    }
}
