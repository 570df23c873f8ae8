//! Short texts that many lines share, as a dictionary.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow_schema::ArrowError;
use rustc_hash::FxHashMap;

/// The number of no text.
pub(super) const NONE: u32 = u32::MAX;

/// Texts by number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    known: FxHashMap<String, u32>,
    list: Vec<String>,
    /// The texts as an array, of as many as there were.
    array: Option<ArrayRef>,
}

impl Texts {
    /// The number of a text; of an empty one, none.
    pub(super) fn number(&mut self, text: String) -> u32 {
        if text.is_empty() {
            return NONE;
        }
        if let Some(number) = self.known.get(&text) {
            return *number;
        }
        let number = self.list.len() as u32;
        self.list.push(text.clone());
        self.known.insert(text, number);
        number
    }

    /// A column of texts by their numbers.
    pub(super) fn column(&mut self, numbers: &[u32]) -> Result<ArrayRef, ArrowError> {
        let values = match &self.array {
            Some(array) if array.len() == self.list.len() => array.clone(),
            _ => {
                let array: ArrayRef = Arc::new(StringArray::from_iter_values(&self.list));
                self.array = Some(array.clone());
                array
            }
        };
        let keys: Int32Array =
            numbers.iter().map(|number| (*number != NONE).then_some(*number as i32)).collect();
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values)?))
    }
}
