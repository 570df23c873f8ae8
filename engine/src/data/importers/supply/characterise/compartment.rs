//! Where a flow goes to or comes from, as sources write it: `Elementary flows/Emission to air/high. pop.`

/// Parts of a source's path that say that something is taken from nature.
const TAKEN: [&str; 6] =
    ["resource", "resources", "natural resource", "natural resources", "raw", "raw materials"];
/// Parts that say where something goes to.
const PUT: [&str; 5] = ["air", "water", "soil", "ground", "waste"];

/// The parts of a path, in small letters; of `Emission to air` what it is to.
fn parts(path: &str) -> Vec<String> {
    let split = path.split(['/', ',', ':']).map(|part| part.trim().to_lowercase());
    let bare = |part: String| {
        let bare = ["emission to ", "emissions to "].iter().find_map(|start| part.strip_prefix(start));
        bare.map(str::to_owned).unwrap_or(part)
    };
    split.map(bare).filter(|part| !part.is_empty()).collect()
}

fn has(parts: &[String], words: &[&str]) -> bool {
    parts.iter().any(|part| words.contains(&part.as_str()))
}

/// How well a path fits what a row of a table names, a part or several that follow each other: rows that name a later part, then
/// those that name more parts, are closer. `None`: not at all. What is taken from nature is no emission, unless the row says so.
pub(super) fn closeness(row: &str, path: &str) -> Option<(usize, usize)> {
    let (wanted, found) = (parts(row), parts(path));
    if wanted.is_empty() {
        return Some((0, 0));
    }
    if has(&found, &TAKEN) && !has(&wanted, &TAKEN) {
        return None;
    }
    let last = found.windows(wanted.len()).rposition(|some| some == wanted)?;
    Some((last + wanted.len(), wanted.len()))
}

/// The same for all spellings of one compartment.
pub(super) fn key(row: &str) -> String {
    parts(row).join("/")
}

/// Does a path leave open whether something is put out, and where to?
pub(super) fn is_open(path: &str) -> bool {
    let found = parts(path);
    !has(&found, &TAKEN) && !has(&found, &PUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_and_the_longest_part_is_the_closest() {
        let path = "Elementary flows/Emission to air/troposphere";
        assert_eq!(closeness("air", path), Some((2, 1)));
        assert_eq!(closeness("troposphere", path), Some((3, 1)));
        assert_eq!(closeness("Air / Troposphere", path), Some((3, 2)));
        assert_eq!(closeness(path, path), Some((3, 3)));
        assert_eq!(closeness("", path), Some((0, 0)));
        assert_eq!(closeness("water", path), None);
        assert_eq!(closeness("air/high. pop.", path), None);
    }

    #[test]
    fn what_is_taken_from_the_air_is_no_emission_to_it() {
        for path in ["resource/air", "Elementary flows/Resources/air", "Raw/air", "natural resource, air"] {
            assert_eq!(closeness("air", path), None, "{path}");
            assert!(!is_open(path), "{path}");
        }
        assert_eq!(closeness("resource/air", "resource/air"), Some((2, 2)));
        assert_eq!(closeness("resource", "resource/in air"), Some((1, 1)));
        assert!(is_open("Elementary Flows") && !is_open("air/unspecified"));
    }
}
