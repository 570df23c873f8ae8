//! YAML and JSON as a tree: numbers stay the text they were written as, and each node knows its line.

use std::collections::HashSet;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::Input;

/// How deeply maps and lists may lie in one another.
pub(super) const DEEPEST: usize = 64;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing.
    Null,
    /// Text, or a number or a truth as it was written.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file.
    Map(Vec<(String, Node)>),
}

/// A value and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) row: u64,
    pub(super) value: Value,
}

impl Node {
    /// The value under a key of a map.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(pairs) => pairs.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The text of it, if it is text.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it holds: the members of a list, or itself.
    pub(super) fn members(&self) -> &[Node] {
        match &self.value {
            Value::List(nodes) => nodes,
            Value::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }
}

/// What is being filled.
enum Open {
    List(Vec<Node>),
    Map(Vec<(String, Node)>, HashSet<String>, Option<String>),
}

struct Frame {
    row: u64,
    open: Open,
}

/// Reads a file: the documents of it. JSON is read as the YAML that it is.
pub(super) fn documents(file: &Input, diagnostics: &mut Diagnostics) -> Option<Vec<Node>> {
    let text = file.text(diagnostics)?;
    let before = diagnostics.errors();
    let mut builder = Builder { file: &file.name, frames: Vec::new(), roots: Vec::new(), diagnostics };
    let options = granit_parser::options! { flow_nesting_limit: DEEPEST, block_nesting_limit: DEEPEST };
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => builder.event(event, span.start.line() as u64)?,
            Err(error) => {
                let row = error.marker().line() as u64;
                builder.refuse(row, &format!("neither YAML nor JSON: {}", error.info()));
                return None;
            }
        }
    }
    let roots = builder.roots;
    (diagnostics.errors() == before).then_some(roots)
}

struct Builder<'a> {
    file: &'a str,
    frames: Vec<Frame>,
    roots: Vec<Node>,
    diagnostics: &'a mut Diagnostics,
}

impl Builder<'_> {
    fn refuse(&mut self, row: u64, message: &str) {
        let place = Place::row(self.file, row);
        self.diagnostics.push(Diagnostic::error(codes::BAD_SYNTAX, message).at(place));
    }

    /// `None`: it cannot go on.
    fn event(&mut self, event: Event, row: u64) -> Option<()> {
        match event {
            Event::Scalar(text, style, ..) => {
                let is_null = style == ScalarStyle::Plain && ["", "~", "null"].contains(&text.as_ref());
                let value = if is_null { Value::Null } else { Value::Text(text.into_owned()) };
                self.add(Node { row, value })
            }
            Event::SequenceStart(..) => self.open(row, Open::List(Vec::new())),
            Event::MappingStart(..) => self.open(row, Open::Map(Vec::new(), HashSet::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => {
                let frame = self.frames.pop()?;
                let value = match frame.open {
                    Open::List(nodes) => Value::List(nodes),
                    Open::Map(pairs, ..) => Value::Map(pairs),
                };
                self.add(Node { row: frame.row, value })
            }
            Event::Alias(_) => {
                self.refuse(row, "an alias (`*name`) is not read: write out what it stands for");
                None
            }
            _ => Some(()),
        }
    }

    fn open(&mut self, row: u64, open: Open) -> Option<()> {
        if self.frames.len() >= DEEPEST {
            self.refuse(row, "it is nested too deeply");
            return None;
        }
        self.frames.push(Frame { row, open });
        Some(())
    }

    fn add(&mut self, node: Node) -> Option<()> {
        let Some(frame) = self.frames.last_mut() else {
            self.roots.push(node);
            return Some(());
        };
        match &mut frame.open {
            Open::List(nodes) => nodes.push(node),
            Open::Map(pairs, keys, key) => match key.take() {
                Some(name) => pairs.push((name, node)),
                None => {
                    let row = node.row;
                    let Value::Text(name) = node.value else {
                        self.refuse(row, "a key is not a text");
                        return None;
                    };
                    if !keys.insert(name.clone()) {
                        let message = format!("`{name}` is said twice of one thing");
                        let place = Place::row(self.file, row);
                        self.diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place));
                    }
                    *key = Some(name);
                }
            },
        }
        Some(())
    }
}
