//! What must hold of every page.

use std::collections::BTreeSet;

/// Values of an attribute, as a browser reads them.
pub(in crate::report) fn values(page: &str, attribute: &str) -> Vec<String> {
    let mark = format!(" {attribute}=\"");
    let parts = page.split(&mark).skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    parts.map(|value| value.replace("&#x2f;", "/").replace("&quot;", "\"").replace("&amp;", "&")).collect()
}

/// The text between two marks.
pub(in crate::report) fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from}")) + from.len();
    let end = text[start..].find(to).unwrap_or_else(|| panic!("no {to}"));
    &text[start..start + end]
}

fn without_tags(text: &str) -> String {
    text.split('<')
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once('>').unwrap().1 })
        .collect()
}

/// Cells of the lines of a table.
pub(in crate::report) fn cells(table: &str) -> Vec<Vec<String>> {
    let line = |line: &str| -> Vec<String> {
        let starts = line.split("<t").skip(1).filter(|cell| cell.starts_with('h') || cell.starts_with('d'));
        starts.map(|cell| without_tags(&format!("<t{cell}")).trim().to_owned()).collect()
    };
    table.split("<tr").skip(1).map(line).collect()
}

/// Every element is closed in the order it was opened, and no id comes twice.
pub(in crate::report) fn check_markup(page: &str) {
    let body = page.replace("<!doctype html>", "");
    let (head, rest) = body.split_once("<style>").unwrap();
    let mut body = format!("{head}{}", rest.split_once("</style>").unwrap().1);
    if let Some((before, rest)) = body.clone().split_once("<script>") {
        body = format!("{before}{}", rest.split_once("</script>").unwrap().1);
    }
    let mut open: Vec<&str> = Vec::new();
    for tag in body.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{tag}");
        } else if !tag.ends_with('/') && !["meta", "br", "input"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let ids = values(page, "id");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    for target in values(page, "href").iter().filter_map(|href| href.strip_prefix('#').map(str::to_owned)) {
        assert!(ids.contains(&target), "{target}");
    }
    for label in values(page, "aria-labelledby").iter().flat_map(|ids| ids.split(' ')) {
        assert!(ids.iter().any(|id| id == label), "{label}");
    }
}

/// Nothing is loaded, and links to elsewhere are plain ones.
pub(in crate::report) fn check_self_contained(page: &str) {
    for load in
        [" src=", "<link", "<img", "<iframe", "<object", "@import", "url(h", "url(/", "srcset", "xlink:"]
    {
        assert!(!page.contains(load), "{load}");
    }
    for link in page.split("<a ").skip(1).map(|a| a.split('>').next().unwrap()) {
        let href = values(&format!(" {link}"), "href").remove(0);
        assert!(!href.contains("javascript:"), "{href}");
        if href.contains("//") {
            assert!(link.contains("rel=\"noopener"), "{link}");
        }
    }
}
