//! File names and anchors: safe on every file system, unique, and the same every time.

use std::collections::BTreeSet;

const LONGEST: usize = 100;

/// Small letters, digits and single dashes; `product` if nothing of it is left.
pub(in crate::report) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' | '_' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() == LONGEST {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "product".to_owned() } else { slug.to_owned() }
}

/// A slug that nobody has yet: the same with `-2`, `-3` and so on behind it.
pub(in crate::report) fn unique(text: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = slug(text);
    let free = |name: &String| !taken.contains(name);
    let numbered = (2..).map(|n: usize| format!("{plain}-{n}"));
    let name = std::iter::once(plain.clone()).chain(numbered).find(free).unwrap_or(plain.clone());
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_and_unique() {
        assert_eq!(slug("Coffee pack-NL"), "coffee-pack-nl");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("<script>\"'"), "script");
        assert_eq!(slug("咖啡"), "product");
        assert_eq!(slug(&"x".repeat(500)).len(), LONGEST);
        let mut taken = BTreeSet::new();
        let names: Vec<String> = ["a/b", "a.b", "A b"].iter().map(|text| unique(text, &mut taken)).collect();
        assert_eq!(names, ["a-b", "a-b-2", "a-b-3"]);
    }
}
