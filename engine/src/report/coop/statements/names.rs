//! Names of the pages of producers: safe on every file system, each once whatever the case of its letters.

use std::collections::{BTreeMap, BTreeSet};

use crate::fairtrade::statements::Statements;

use super::super::super::web::slug::unique;

/// Names that Windows keeps for devices, whatever ends they have.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Where the pages of producers lie.
const FOLDER: &str = "producers";

/// The page of each producer with a statement, by its place.
pub(super) fn names(statements: &Statements) -> BTreeMap<usize, String> {
    let mut taken = BTreeSet::new();
    let mut names = BTreeMap::new();
    for statement in &statements.all {
        let id = &statements.records.producers[statement.producer].id;
        names
            .entry(statement.producer)
            .or_insert_with(|| format!("{FOLDER}/{}.html", unique(&safe(id), &mut taken)));
    }
    names
}

/// The id, with something before it where it would be no name, or that of a device.
fn safe(id: &str) -> String {
    let lower = id.to_ascii_lowercase();
    let first = lower.split(['.', '-']).find(|part| !part.is_empty()).unwrap_or_default();
    let is_port = |name: &str| {
        ["com", "lpt"].iter().any(|port| {
            name.strip_prefix(port).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    let is_nothing = !id.bytes().any(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_nothing || DEVICES.contains(&first) || is_port(first) {
        return format!("producer-{id}");
    }
    id.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_that_of_a_device_or_of_another() {
        let mut taken = BTreeSet::new();
        let ids = ["con", "CON.1", "com1", "com10", "Ana", "ana", "ANA", "a.b", "a-b", "...", "index"];
        let names: Vec<String> = ids.iter().map(|id| unique(&safe(id), &mut taken)).collect();
        let expected = [
            "producer-con",
            "producer-con-1",
            "producer-com1",
            "com10",
            "ana",
            "ana-2",
            "ana-3",
            "a-b",
            "a-b-2",
            "producer",
            "index",
        ];
        assert_eq!(names, expected);
    }
}
