//! CSV of a bank or a shop: each line is a payment. The mapping says how to read it, and what holds of which lines.

mod format;
mod mapping;
mod pattern;
mod rule;
mod statement;

use crate::base::diagnostic::Diagnostics;

use super::{Imported, Input};

use mapping::Mapping;

/// Reads statements of one account by a mapping.
pub(super) fn import(files: &[Input], mapping: &Input, diagnostics: &mut Diagnostics) -> Option<Imported> {
    let mapping = Mapping::read(mapping, diagnostics)?;
    Some(statement::import(files, &mapping, diagnostics))
}
