//! A pattern of a text: whole words that it holds, whatever their case, with `*` for anything between.

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Words>);

/// Words that follow one another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Words {
    text: String,
    /// May a word begin before them, or go on after them? Only where a `*` touches them.
    is_open: [bool; 2],
}

impl Words {
    /// Where they end in a text, if it holds them.
    fn end_in(&self, text: &str, start: usize) -> Option<usize> {
        let joins =
            |a: Option<char>, b: Option<char>| [a, b].iter().all(|c| c.is_some_and(char::is_alphanumeric));
        let mut from = start;
        loop {
            let at = from + text[from..].find(&self.text)?;
            let end = at + self.text.len();
            let before = joins(text[..at].chars().next_back(), self.text.chars().next());
            let after = joins(self.text.chars().next_back(), text[end..].chars().next());
            if (self.is_open[0] || !before) && (self.is_open[1] || !after) {
                return Some(end);
            }
            from = at + self.text.chars().next().map_or(1, char::len_utf8);
        }
    }
}

impl Pattern {
    /// `None`: it would match everything.
    pub(super) fn new(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('*').collect();
        let last = parts.len() - 1;
        let words = parts.iter().enumerate().map(|(at, part)| Words {
            text: folded(part),
            is_open: [
                at > 0 && !part.starts_with(char::is_whitespace),
                at < last && !part.ends_with(char::is_whitespace),
            ],
        });
        let words: Vec<Words> = words.filter(|words| !words.text.is_empty()).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Does a folded text hold its parts, one after the other?
    pub(super) fn is_in(&self, text: &str) -> bool {
        let mut from = 0;
        self.0.iter().all(|words| {
            let end = words.end_in(text, from);
            from = end.unwrap_or(from);
            end.is_some()
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
        assert!(!matches("rent", "parent rents 1rent rent2") && matches("rent", "parent's rent: 7"));
        assert!(matches("rent*", "rental") && matches("*rent", "parent") && !matches("rent *", "rental"));
        assert!(matches("c++", "C++ Ltd") && matches("größe", "xgröße größe") && !matches("größe", "xgröße"));
        assert!(Pattern::new(" * ").is_none() && Pattern::new("").is_none());
    }
}
