//! Quantities: a number kept as it was written, and its unit by our codes.

use crate::base::decimal;
use crate::data::reference::Reference;

use super::super::tree::{Node, Value};
use super::graph::{local, text};

/// A number and what it is counted in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// As it was written.
    pub(super) number: String,
    /// Name of the unit as it was written, without a prefix.
    pub(super) unit: String,
}

/// Reads a quantity. `Err`: its number is not one.
pub(super) fn measure(node: &Node) -> Result<Measure, String> {
    let Value::Map(pairs) = &node.value else {
        return match text(node) {
            Some(text) => number(text).map(|number| Measure { number, unit: String::new() }),
            None => Ok(Measure::default()),
        };
    };
    let find = |name: &str| pairs.iter().find(|(key, _)| local(key) == name).map(|(_, node)| node);
    let number = find("hasNumericalValue").and_then(text).map(number).transpose()?;
    let unit = find("hasUnit").and_then(unit_name).unwrap_or_default();
    Ok(Measure { number: number.unwrap_or_default(), unit })
}

/// A plain decimal, as it was written.
fn number(text: &str) -> Result<String, String> {
    let text = text.trim();
    decimal::parse(text).map(|_| text.to_owned()).map_err(|_| text.to_owned())
}

/// A unit is a name, or a thing with a label.
fn unit_name(node: &Node) -> Option<String> {
    let first = node.members().first()?;
    let part = |name: &str, pairs: &'_ [(String, Node)]| {
        pairs.iter().find(|(key, _)| local(key) == name).and_then(|(_, node)| text(node)).map(str::to_owned)
    };
    let name = match &first.value {
        Value::Map(pairs) => {
            ["label", "symbol", "omUnitIdentifier", "@id"].iter().find_map(|name| part(name, pairs))
        }
        _ => first.text().map(str::to_owned),
    }?;
    // Codes of UCUM may hold a slash, names of ontologies hold a prefix.
    let is_address = name.contains("://") || name.starts_with("om2:");
    Some(if is_address { local(&name) } else { name.trim() }.to_owned())
}

/// Names of the ontology of units of measure, by our codes.
const NAMES: &[(&str, &str)] = &[
    ("one", "1"),
    ("each", "1"),
    ("kilogram", "kg"),
    ("gram", "g"),
    ("tonne", "t"),
    ("hour", "h"),
    ("minute-Time", "min"),
    ("second-Time", "s"),
    ("day", "d"),
    ("liter", "L"),
    ("litre", "L"),
    ("gallon-US", "[gal_us]"),
    ("gallon-Imperial", "[gal_br]"),
    ("metre", "m"),
    ("squareMetre", "m2"),
    ("cubicMetre", "m3"),
    ("kilowattHour", "kW.h"),
];

/// Bytes of a unit: nobody writes longer ones.
const LONGEST: usize = 100;

/// The code of a unit. `None`: we have no such unit.
pub(super) fn code(name: &str, reference: &Reference) -> Option<String> {
    let known = NAMES.iter().find(|(other, _)| *other == name).map(|(_, code)| *code);
    let code = known.unwrap_or(name);
    (code.len() <= LONGEST).then(|| reference.units.unit(code).ok())?.map(|unit| unit.text().to_owned())
}
