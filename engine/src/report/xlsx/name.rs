//! Names of sheets: what a spreadsheet program takes, and no two the same.

use std::collections::BTreeSet;

/// The longest name, in UTF-16 units, as spreadsheet programs count.
const LONGEST: usize = 31;

/// Names that are taken, in small letters: programs do not tell `Pay` from `pay`.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// The name, as close to what is asked for as a program takes; ` 2`, ` 3` and so on make it another than those before.
    pub(super) fn free(&mut self, asked: &str) -> String {
        let plain = permitted(asked);
        let numbered = (2..).map(|n: usize| {
            let end = format!(" {n}");
            format!("{}{end}", shortened(&plain, LONGEST - end.len()).trim_end())
        });
        let mut candidates = std::iter::once(plain.clone()).chain(numbered);
        let name = candidates.find(|name| !self.0.contains(&name.to_lowercase())).unwrap_or(plain.clone());
        self.0.insert(name.to_lowercase());
        name
    }
}

/// Without the characters that no name may have.
fn permitted(asked: &str) -> String {
    let is_forbidden = |c: char| {
        c.is_control() || matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\u{fffe}' | '\u{ffff}')
    };
    let name: String = asked.chars().map(|c| if is_forbidden(c) { '-' } else { c }).collect();
    // An apostrophe at an end is part of a reference, not of a name.
    let is_edge = |c: char| c == '\'' || c.is_whitespace();
    let name = shortened(name.trim_matches(is_edge), LONGEST).trim_end_matches(is_edge);
    match name {
        "" => "Sheet".to_owned(),
        // Reserved for the changes of a shared workbook.
        name if name.eq_ignore_ascii_case("history") => format!("{name}-"),
        name => name.to_owned(),
    }
}

/// The beginning of a text that has at most so many UTF-16 units.
pub(super) fn shortened(text: &str, most: usize) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > most {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_lengths_and_doubles() {
        let mut names = Names::default();
        for (asked, got) in [
            ("Pay", "Pay"),
            ("pay", "pay 2"),
            ("PAY", "PAY 3"),
            ("a/b\\c[d]e:f*g?h", "a-b-c-d-e-f-g-h"),
            ("'quoted'", "quoted"),
            ("it's", "it's"),
            ("", "Sheet"),
            ("''", "Sheet 2"),
            ("History", "History-"),
            ("tab\there", "tab-here"),
        ] {
            assert_eq!(names.free(asked), got);
        }
        let long = "A table with a name of more than 31 characters";
        assert_eq!(names.free(long), "A table with a name of more tha");
        assert_eq!(names.free(long), "A table with a name of more t 2");
        // Outside the basic plane a character counts twice.
        assert_eq!(names.free(&"\u{1f34c}".repeat(20)).chars().count(), 15);
    }
}
