//! Names of sheets, columns and settings: what people write, and what tables are called.

/// What a text is called: in small letters, with `_` where spaces and hyphens are. `Buying prices` is `buying_prices`.
pub fn key(text: &str) -> String {
    let mut key = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c == '-' || c == '_') {
        if !word.is_empty() {
            if !key.is_empty() {
                key.push('_');
            }
            key.push_str(&word.to_lowercase());
        }
    }
    key
}

/// What people read: `buying_prices` is `Buying prices`.
pub fn title(key: &str) -> String {
    let mut letters = key.chars().map(|c| if c == '_' { ' ' } else { c });
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_names_of_tables() {
        for text in ["buying_prices", "Buying prices", " BUYING-PRICES ", "Buying \u{a0} prices"] {
            assert_eq!(key(text), "buying_prices");
        }
        assert_eq!(key(" \n"), "");
        assert_eq!(title("buying_prices"), "Buying prices");
        assert_eq!(title(""), "");
    }
}
