//! Values that a flow can keep exactly.

use crate::base::decimal;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::money::{BOOK_SCALE, Money};

/// Reports a number that is too large for a value, or has too many decimals.
pub(super) fn is_kept(number: &str, place: Place, diagnostics: &mut Diagnostics) -> bool {
    let exact = decimal::parse(number).ok();
    let kept = exact
        .is_some_and(|exact| decimal::round(&exact, BOOK_SCALE) == exact && Money::round(&exact).is_ok());
    if !kept {
        let message = format!("`{number}` cannot be kept exactly");
        let hint = "values have at most twelve decimals, and are at most 10^14";
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place).hint(hint));
    }
    kept
}
