//! Pages for people.

use crate::base::currency::Currency;
use crate::pricing::TruePrices;

/// Renders.
pub fn render(_: &TruePrices, _: Currency) -> Result<Vec<(String, String)>, minijinja::Error> {
    Ok(Vec::new())
}
