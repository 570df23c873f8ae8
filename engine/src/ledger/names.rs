//! Names kept once, each with a number.

use std::collections::HashMap;
use std::sync::Arc;

/// Names with their numbers, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Names {
    all: Vec<Arc<str>>,
    known: HashMap<Arc<str>, u32>,
}

impl Names {
    /// The number of a name; a new one if it has none.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.known.get(name) {
            return *number;
        }
        let (shared, number): (Arc<str>, u32) = (name.into(), self.all.len() as u32);
        self.all.push(shared.clone());
        self.known.insert(shared, number);
        number
    }

    /// The name of a number.
    pub fn get(&self, number: u32) -> &str {
        self.all.get(number as usize).map_or("", |name| name)
    }

    /// The number of a name that is known.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.known.get(name).copied()
    }

    /// All names, by number.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|name| &**name)
    }
}
