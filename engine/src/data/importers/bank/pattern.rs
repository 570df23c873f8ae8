//! A pattern of a text: words that it holds, whatever their case, with `*` for anything between.

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<String>);

impl Pattern {
    /// `None`: it would match everything.
    pub(super) fn new(text: &str) -> Option<Self> {
        let parts: Vec<String> = text.split('*').map(folded).filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// Does a folded text hold its parts, one after the other?
    pub(super) fn is_in(&self, text: &str) -> bool {
        let mut rest = text;
        self.0.iter().all(|part| {
            let found = rest.find(part.as_str());
            if let Some(at) = found {
                rest = &rest[at + part.len()..];
            }
            found.is_some()
        })
    }
}

/// In small letters, with single spaces.
pub(super) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_one_another() {
        let matches = |pattern: &str, text: &str| Pattern::new(pattern).unwrap().is_in(&folded(text));
        assert!(matches("rent", "RENT  March") && matches("green * invoice", "Green Ltd, Invoice 7"));
        assert!(!matches("invoice*green", "Green invoice") && !matches("rent march", "rent, March"));
        assert!(matches("Größe", "die GRÖSSE größe"));
        assert!(Pattern::new(" * ").is_none() && Pattern::new("").is_none());
    }
}
