//! Columns of words as numbers: each distinct word is looked up once, each row is a number.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use rustc_hash::FxHashMap;

/// The number of an empty cell.
pub(super) const EMPTY: u32 = u32::MAX;

/// Numbers of the words of a column, kept from batch to batch.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Do spaces around a word count, and is it a word if there is nothing in it?
    as_written: bool,
    known: FxHashMap<Box<str>, u32>,
    /// The words by their number.
    list: Vec<Arc<str>>,
    /// The dictionary of the last batch, and the numbers of its words. It is held, so that no other has its address.
    last: Option<(ArrayRef, Vec<u32>)>,
}

impl Words {
    /// Words with the spaces around them; an empty text is one too.
    pub(super) fn as_written() -> Self {
        Self { as_written: true, ..Self::default() }
    }

    /// The words that were met, by their number.
    pub(super) fn words(&self) -> &[Arc<str>] {
        &self.list
    }

    /// The number of a word.
    pub(super) fn number(&mut self, word: &str) -> u32 {
        let word = if self.as_written { word } else { word.trim() };
        if word.is_empty() && !self.as_written {
            return EMPTY;
        }
        if let Some(number) = self.known.get(word) {
            return *number;
        }
        let number = self.list.len() as u32;
        self.known.insert(word.into(), number);
        self.list.push(word.into());
        number
    }

    /// The number of the word in each row.
    pub(super) fn numbers(&mut self, column: &ArrayRef) -> Result<Vec<u32>, ArrowError> {
        if let DataType::Dictionary(_, values) = column.data_type()
            && matches!(**values, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
        {
            let kind = DataType::Dictionary(Box::new(DataType::Int32), values.clone());
            return Ok(self.of_dictionary(&cast(column, &kind)?));
        }
        let column = cast(column, &DataType::Utf8)?;
        Ok(self.of_texts(column.as_string()))
    }

    fn of_texts(&mut self, texts: &StringArray) -> Vec<u32> {
        // Neighbours are often alike.
        let mut last: Option<(&str, u32)> = None;
        let numbers = texts.iter().map(|text| match (text, last) {
            (None, _) => EMPTY,
            (Some(text), Some((before, number))) if text == before => number,
            (Some(text), _) => {
                let number = self.number(text);
                last = Some((text, number));
                number
            }
        });
        numbers.collect()
    }

    fn of_dictionary(&mut self, column: &ArrayRef) -> Vec<u32> {
        let dictionary = column.as_dictionary::<Int32Type>();
        let values = dictionary.values();
        let same = self.last.as_ref().is_some_and(|(last, _)| same_memory(last, values));
        if !same {
            let numbers = match cast(values, &DataType::Utf8) {
                Ok(texts) => self.of_texts(texts.as_string()),
                Err(_) => vec![EMPTY; values.len()],
            };
            self.last = Some((values.clone(), numbers));
        }
        let numbers = self.last.as_ref().map_or(&[][..], |(_, numbers)| numbers);
        let keys = dictionary.keys();
        if keys.null_count() == 0 {
            return keys.values().iter().map(|key| numbers[*key as usize]).collect();
        }
        let number = |key: Option<i32>| key.map_or(EMPTY, |key| numbers[key as usize]);
        keys.iter().map(number).collect()
    }
}

/// Are two arrays the very same values in memory?
fn same_memory(one: &ArrayRef, other: &ArrayRef) -> bool {
    if Arc::ptr_eq(one, other) {
        return true;
    }
    let (one, other) = (one.to_data(), other.to_data());
    one.len() == other.len()
        && one.data_type() == other.data_type()
        && one.offset() == other.offset()
        && one.buffers().len() == other.buffers().len()
        && one
            .buffers()
            .iter()
            .zip(other.buffers())
            .all(|(a, b)| a.as_ptr() == b.as_ptr() && a.len() == b.len())
        && one.nulls().is_none()
        && other.nulls().is_none()
}

#[cfg(test)]
mod tests {
    use arrow_array::DictionaryArray;

    use super::*;

    #[test]
    fn words_keep_their_numbers_from_batch_to_batch() {
        let mut words = Words::default();
        let texts: ArrayRef =
            Arc::new(StringArray::from(vec![Some("b"), Some("b"), None, Some(" a "), Some("")]));
        assert_eq!(words.numbers(&texts).unwrap(), [0, 0, EMPTY, 1, EMPTY]);
        let dictionary: DictionaryArray<Int32Type> =
            vec![Some("a"), None, Some("c"), Some("b")].into_iter().collect();
        let dictionary: ArrayRef = Arc::new(dictionary);
        assert_eq!(words.numbers(&dictionary).unwrap(), [1, EMPTY, 2, 0]);
        assert_eq!(words.numbers(&dictionary.slice(1, 3)).unwrap(), [EMPTY, 2, 0]);
        let other: DictionaryArray<Int32Type> = vec![Some("c"), Some("a"), Some("b")].into_iter().collect();
        assert_eq!(words.numbers(&(Arc::new(other) as ArrayRef)).unwrap(), [2, 1, 0]);
        let integers: ArrayRef = Arc::new(arrow_array::Int32Array::from(vec![276, 1]));
        assert_eq!(words.numbers(&integers).unwrap(), [3, 4]);
        assert_eq!(words.words().len(), 5);
    }
}
