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

/// Is it the name of this table but for one or many, and numbers at its end? `delivery_2024` is like `deliveries`.
pub fn is_like(key: &str, table: &str) -> bool {
    let words = key.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    !words.is_empty() && stem(words) == stem(table)
}

/// A word without what makes many of one.
fn stem(word: &str) -> String {
    let ends = [("ies", "y"), ("sses", "ss"), ("ses", "s"), ("s", "")];
    let found = ends.iter().find_map(|(many, one)| Some(format!("{}{one}", word.strip_suffix(many)?)));
    found.filter(|_| !word.ends_with("ss")).unwrap_or_else(|| word.to_owned())
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
        for (text, table) in
            [("delivery", "deliveries"), ("buying_price", "buying_prices"), ("deliveries_2024", "deliveries")]
        {
            assert!(is_like(text, table), "{text}");
        }
        for (text, table) in [("2024", "deliveries"), ("my_deliveries", "deliveries"), ("pay", "payments")] {
            assert!(!is_like(text, table), "{text}");
        }
        assert_eq!(title("buying_prices"), "Buying prices");
        assert_eq!(title(""), "");
    }
}
