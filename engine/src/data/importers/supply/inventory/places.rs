//! Places as databases of inventories call them.

use crate::data::reference::Reference;

/// Codes that are neither ISO 3166 nor UN M49, with what they mean.
const MEANT: &[(&str, &str)] = &[
    ("GLO", "001"),
    ("RoW", "001"),
    ("RNA", "021"),
    ("RER", "150"),
    ("RAS", "142"),
    ("RAF", "002"),
    ("RLA", "419"),
    ("OCE", "009"),
    ("UK", "GB"),
    ("USA", "US"),
    ("Europe", "150"),
    ("Global", "001"),
    ("World", "001"),
    ("North America", "021"),
    ("Northern America", "021"),
];

/// Where something is that states no place, or one that is not known.
const WORLD: &str = "001";

/// The code of a place. `Err`: it is not known, and the world is meant instead.
pub(in super::super) fn region(text: &str, reference: &Reference) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(WORLD.to_owned());
    }
    if let Some((_, code)) = MEANT.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
        return Ok((*code).to_owned());
    }
    if reference.regions.contains(text) {
        return Ok(text.to_owned());
    }
    reference.regions.code_of(text).map(str::to_owned).ok_or_else(|| WORLD.to_owned())
}
