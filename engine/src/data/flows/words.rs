//! Cells that hold one of the few values of a field.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::cells::Cells;

use super::field::{Field, UNKNOWN};

/// The number of the value in a cell; what is not a value is reported.
pub(super) fn coded(row: &Cells, column: &str, field: Field, diagnostics: &mut Diagnostics) -> u8 {
    let Some(text) = row.text(column) else { return UNKNOWN };
    let code = field.code(text);
    if code.is_none() {
        let message = format!("`{text}` is not a value of `{column}`");
        let hint = match diagnostics.nearest(text, field.values().iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of {}", field.values().join(", ")),
        };
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }
    code.unwrap_or(UNKNOWN)
}
