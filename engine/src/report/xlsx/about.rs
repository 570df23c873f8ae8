//! What a workbook rests on, as plain rows.

use serde_json::Value;

/// A row: what is said, and what it is.
pub type Fact = (String, String);

/// The title of a report, what its reader must know, and its lineage: each figure and word of it, with the way to it.
pub fn about(title: &str, lineage: &Value, notes: &[String]) -> Vec<Fact> {
    let mut facts = vec![("report".to_owned(), title.to_owned())];
    facts.extend(notes.iter().map(|note| ("note".to_owned(), note.clone())));
    flatten("", lineage, &mut facts);
    facts
}

fn flatten(path: &str, value: &Value, facts: &mut Vec<Fact>) {
    let mut add = |text: &str| {
        if !text.is_empty() {
            facts.push((path.to_owned(), text.to_owned()));
        }
    };
    match value {
        Value::Null => {}
        Value::Bool(true) => add("yes"),
        Value::Bool(false) => add("no"),
        Value::Number(number) => add(&number.to_string()),
        Value::String(text) => add(text),
        Value::Object(fields) => {
            for (key, value) in fields {
                flatten(&below(path, &key.replace('_', " ")), value, facts);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                match item {
                    // Several words of one kind need no numbers; things with fields are told apart.
                    Value::Object(_) | Value::Array(_) => {
                        flatten(&below(path, &(at + 1).to_string()), item, facts);
                    }
                    item => flatten(path, item, facts),
                }
            }
        }
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}: {key}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_word_of_a_lineage_with_the_way_to_it() {
        let lineage = json!({
            "cautions": ["one", "two"],
            "datasets": [{"name": "coffee", "redistribute": false, "url": null}, {"name": "minima", "rows": 3}],
            "price_year": "2024",
        });
        let facts = about("pay", &lineage, &["a note".to_owned()]);
        let expected = [
            ("report", "pay"),
            ("note", "a note"),
            ("cautions", "one"),
            ("cautions", "two"),
            ("datasets: 1: name", "coffee"),
            ("datasets: 1: redistribute", "no"),
            ("datasets: 2: name", "minima"),
            ("datasets: 2: rows", "3"),
            ("price year", "2024"),
        ];
        assert_eq!(facts, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
