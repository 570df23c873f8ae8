//! What exchanges of both versions of ecoSpold have in common.

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::importers::supply::inventory::model::{Exchange, Flow, FlowTable, Kind};
use crate::data::importers::supply::inventory::spread::Spread;

use super::xml::Element;

/// What a group of an exchange means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) is_input: bool,
    pub(super) kind: Kind,
    pub(super) is_reference: bool,
    pub(super) is_avoided: bool,
}

/// The group of an exchange. `Err`: none is stated, or one that there is not.
pub(super) fn group(exchange: &Element, is_elementary: bool) -> Result<Group, String> {
    let input = exchange.text_at(&["inputGroup"]);
    let output = exchange.text_at(&["outputGroup"]);
    let of = |is_input, kind| Group { is_input, kind, is_reference: false, is_avoided: false };
    match (input, output) {
        (Some("4"), None) => Ok(of(true, Kind::Elementary)),
        (None, Some("4")) => Ok(of(false, Kind::Elementary)),
        (Some(_), None) if is_elementary => Ok(of(true, Kind::Elementary)),
        (None, Some(_)) if is_elementary => Ok(of(false, Kind::Elementary)),
        (Some("1" | "2" | "3" | "5"), None) => Ok(of(true, Kind::Product)),
        (None, Some("0")) => Ok(Group { is_reference: true, ..of(false, Kind::Product) }),
        (None, Some("1")) => Ok(Group { is_avoided: true, ..of(false, Kind::Product) }),
        (None, Some("2")) => Ok(of(false, Kind::Product)),
        (None, Some("3")) => Ok(of(false, Kind::Waste)),
        (None, None) => Err("neither inputGroup nor outputGroup is stated".to_owned()),
        (input, output) => Err(format!(
            "its group is {}, which ecoSpold does not have",
            input.or(output).unwrap_or_default().chars().take(20).collect::<String>()
        )),
    }
}

/// What is read of an exchange whatever the version.
pub(super) struct Read<'a> {
    pub(super) group: Group,
    pub(super) name: &'a str,
    pub(super) unit: &'a str,
    /// Its id, or what it is known by.
    pub(super) id: &'a str,
    pub(super) compartment: String,
    pub(super) amount: f64,
    pub(super) provider: Option<String>,
    pub(super) location: Option<String>,
    pub(super) spread: Result<Spread, &'static str>,
}

impl Read<'_> {
    /// As an exchange of a flow, which is made where it is new.
    pub(super) fn exchange(self, flows: &mut FlowTable, told: &mut Told) -> Exchange {
        let Group { is_input, kind, is_reference, is_avoided } = self.group;
        let (name, unit) = (self.name, self.unit);
        let sort = match kind {
            Kind::Product => 'p',
            Kind::Waste => 'w',
            Kind::Elementary => 'e',
        };
        let compartment = self.compartment;
        let place = if kind == Kind::Elementary { compartment.as_str() } else { "" };
        let flow = flows.id(&format!("{sort}\n{}\n{unit}\n{place}", self.id), || Flow {
            kind,
            name: name.to_owned(),
            unit: unit.to_owned(),
            link: self.id.to_owned(),
            mass_kg: None,
            keys: vec![
                self.id.to_owned(),
                format!("{compartment}/{name}/{unit}").to_lowercase(),
                name.to_owned(),
            ],
            source: if self.id == name { String::new() } else { self.id.to_owned() },
            compartment: compartment.clone(),
        });
        let spread = self.spread.unwrap_or_else(|why| {
            told.tally(why);
            Spread::default()
        });
        Exchange {
            flow,
            is_input,
            is_avoided,
            is_reference,
            amount: self.amount,
            provider: self.provider,
            location: self.location,
            spread,
        }
    }
}

/// What an exchange is of, which must be said.
pub(super) fn named<'a>(
    name: Option<&'a str>,
    set: &str,
    place: &Place,
    diagnostics: &mut Diagnostics,
) -> Option<&'a str> {
    if name.is_none() {
        let message = format!("what is made, taken or caused has no name in the data set `{set}`");
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place.clone()));
    }
    name
}

/// An amount: a finite number.
pub(super) fn amount(
    exchange: &Element,
    name: &str,
    place: &Place,
    diagnostics: &mut Diagnostics,
) -> Option<f64> {
    let text = exchange.get(name);
    let value = text.and_then(|text| text.parse::<f64>().ok()).filter(|value| value.is_finite());
    if value.is_none() {
        let shown: String = text.unwrap_or_default().chars().take(40).collect();
        let what = exchange.get("name").or(exchange.text_at(&["name"])).unwrap_or_default();
        let message = format!("`{name}` of `{what}` is `{shown}`, which is no number");
        diagnostics.push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(place.clone()));
    }
    value
}
