//! The card of a dataset: what it is called, whose it is, and what may be done with it.

use serde::Serialize;

use crate::base::region::WORLD;
use crate::data::manifest::Manifest;

/// One dataset.
#[derive(Clone, Debug, Default, Serialize)]
pub(in crate::report) struct Dataset {
    /// What it is used as.
    pub role: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Version.
    pub version: String,
    /// How to cite it.
    pub citation: String,
    /// Address.
    pub url: Option<String>,
    /// Is it an address of the web?
    pub is_link: bool,
    /// Where it holds; empty if that is not known.
    pub geography: String,
    /// Licence.
    pub licence: String,
    /// May it be passed on?
    pub redistribute: Option<bool>,
    /// Hash of its content, whole and short.
    pub hash: String,
    /// The same with twelve digits.
    pub hash_short: String,
}

impl Dataset {
    /// A dataset by its manifest.
    pub(in crate::report) fn of(role: &str, name: &str, manifest: &Manifest, hash: &str) -> Self {
        let card = Self {
            role: role.to_owned(),
            name: name.to_owned(),
            title: manifest.title.clone(),
            version: manifest.version.clone(),
            citation: manifest.citation.clone(),
            geography: region(&manifest.geography),
            licence: manifest.licence.name.clone(),
            redistribute: Some(manifest.licence.redistribute),
            ..Self::default()
        };
        card.found_at(manifest.url.clone()).hashed(hash)
    }

    /// With its address: a link only if it is one of the web.
    #[must_use]
    pub(in crate::report) fn found_at(self, url: Option<String>) -> Self {
        let is_web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        Self { is_link: url.as_ref().is_some_and(is_web), url, ..self }
    }

    /// With the hash of its content.
    #[must_use]
    pub(in crate::report) fn hashed(self, hash: &str) -> Self {
        Self { hash_short: short(hash), hash: hash.to_owned(), ..self }
    }
}

/// A region in words a reader knows; codes stay codes.
pub(in crate::report) fn region(code: &str) -> String {
    match code {
        WORLD => "world".to_owned(),
        "origin" => "place of the line".to_owned(),
        code => code.to_owned(),
    }
}

/// A hash with twelve digits.
fn short(hash: &str) -> String {
    let (kind, digits) = hash.split_once(':').unwrap_or(("", hash));
    let some: String = digits.chars().take(12).collect();
    let more = if digits.chars().count() > 12 { "\u{2026}" } else { "" };
    if kind.is_empty() { format!("{some}{more}") } else { format!("{kind}:{some}{more}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_shortened() {
        assert_eq!(short("sha256:0123456789abcdef"), "sha256:0123456789ab\u{2026}");
        assert_eq!(short("abc"), "abc");
    }
}
