//! XML that is read one data set at a time: no more of a file is held than that.

use std::cell::Cell;
use std::io::{BufRead, Error, Read};
use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::data::importers::supply::archive::NESTED;

/// Elements of one data set.
const MOST: usize = 4_000_000;
/// Bytes of one tag or text.
const LONGEST: usize = 64 << 20;

/// An element with all that is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// Without the prefix of its namespace.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    text: String,
}

impl Element {
    /// An attribute that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// What lies at a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Its text without spaces around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The text of what lies at a path, if it is not empty.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(Element::text).filter(|text| !text.is_empty())
    }
}

/// Bytes that were read since the last event: a tag or text that never ends would fill all memory.
struct Metered<R> {
    inner: R,
    since: Rc<Cell<usize>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.inner.read(bytes)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.since.get() > LONGEST {
            return Err(Error::other(format!("a tag or text is longer than {} MiB", LONGEST >> 20)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.since.set(self.since.get().saturating_add(count));
        self.inner.consume(count);
    }
}

/// What a file was.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Name of its outermost element.
    pub(super) root: String,
    /// How many data sets it held.
    pub(super) sets: usize,
}

/// Reads the elements of these names, each as a whole. `Err`: why the file cannot be read.
pub(super) fn sets(
    stream: impl BufRead,
    names: &[&str],
    mut look: impl FnMut(Element),
) -> Result<Seen, String> {
    let since = Rc::new(Cell::new(0));
    let mut reader = Reader::from_reader(Metered { inner: stream, since: since.clone() });
    let mut buffer = Vec::new();
    let mut seen = Seen::default();
    // Those that are open around a data set, then those in it.
    let (mut outside, mut open, mut count): (usize, Vec<Element>, usize) = (0, Vec::new(), 0);
    loop {
        buffer.clear();
        since.set(0);
        let event = reader.read_event_into(&mut buffer).map_err(|error| told(&error))?;
        let (started, is_empty) = match &event {
            Event::Start(tag) => (Some(element(tag)?), false),
            Event::Empty(tag) => (Some(element(tag)?), true),
            _ => (None, false),
        };
        if let Some(element) = started {
            if seen.root.is_empty() {
                seen.root.clone_from(&element.name);
            }
            if outside + open.len() >= NESTED {
                return Err(format!("elements are nested deeper than {NESTED}"));
            }
            if open.is_empty() && !names.contains(&element.name.as_str()) {
                outside += usize::from(!is_empty);
                continue;
            }
            count += 1;
            if count > MOST {
                return Err(format!("a data set holds more than {MOST} elements"));
            }
            open.push(element);
            if !is_empty {
                continue;
            }
        }
        match event {
            Event::Empty(_) | Event::End(_) => match open.pop() {
                Some(whole) => match open.last_mut() {
                    Some(parent) => parent.children.push(whole),
                    None => {
                        count = 0;
                        seen.sets += 1;
                        look(whole);
                    }
                },
                None => outside = outside.saturating_sub(1),
            },
            Event::Text(text) => push(&mut open, &text.into_inner()),
            Event::CData(text) => push(&mut open, &text.into_inner()),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| told(&error))?;
                let name = reference.into_inner();
                match (character, name.as_ref()) {
                    (Some(character), _) => push(&mut open, character.encode_utf8(&mut [0; 4])),
                    (None, "amp") => push(&mut open, "&"),
                    (None, "lt") => push(&mut open, "<"),
                    (None, "gt") => push(&mut open, ">"),
                    (None, "quot") => push(&mut open, "\""),
                    (None, "apos") => push(&mut open, "'"),
                    (None, other) => return Err(format!("the entity `{other}` is not one of XML's own")),
                }
            }
            Event::DocType(_) => return Err("it has a DOCTYPE: entities of its own are not read".to_owned()),
            Event::Eof if outside + open.len() > 0 => return Err("it ends before its elements do".to_owned()),
            Event::Eof => return Ok(seen),
            _ => {}
        }
    }
}

fn told(error: &dyn std::fmt::Display) -> String {
    error.to_string()
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(tag: &BytesStart) -> Result<Element, String> {
    let name = tag.local_name().into_inner().to_owned();
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| told(&error))?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| told(&error))?;
        attributes.push((attribute.key.local_name().into_inner().to_owned(), value.into_owned()));
    }
    Ok(Element { name, attributes, ..Element::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Element>, String> {
        let mut found = Vec::new();
        sets(text.as_bytes(), &["dataset"], |element| found.push(element)).map(|_| found)
    }

    #[test]
    fn data_sets_are_read_whatever_their_prefix() {
        let text = "<?xml version=\"1.0\"?><a:e xmlns:a='x'><a:dataset n='1 &amp; 2'><b>x &lt;<!-- c --> y&#33;</b></a:dataset>\
                    <dataset/></a:e>";
        let found = read(text).unwrap_or_default();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].get("n"), found[0].text_at(&["b"])), (Some("1 & 2"), Some("x < y!")));
    }

    #[test]
    fn what_would_fill_memory_is_refused() {
        let deep = "<a>".repeat(1000);
        let entities = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
        for (text, why) in [
            (deep.as_str(), "nested deeper"),
            (entities, "DOCTYPE"),
            ("<a>&nbsp;</a>", "`nbsp`"),
            ("<a><dataset>", "ends before"),
            ("<a></b>", "expected"),
        ] {
            let Err(message) = read(text) else { panic!("{why}") };
            assert!(message.contains(why), "{message}");
        }
    }
}
