//! What passes: specifications of resources, and stocks that conform to them.

use std::collections::BTreeMap;

use crate::base::currency::Currency as Iso;

use super::super::draft::{Record, record};
use super::super::names::last_part;
use super::graph::Thing;
use super::{Currency, Work};

/// Specifications and stocks by address.
#[derive(Debug, Default)]
pub(super) struct Resources<'a> {
    specifications: BTreeMap<&'a str, &'a Thing<'a>>,
    /// What is known of a stock, from any of its snapshots.
    stocks: BTreeMap<&'a str, Stock>,
}

#[derive(Debug, Default)]
struct Stock {
    conforms_to: String,
    name: String,
}

/// What passes in an event.
#[derive(Clone, Debug, Default)]
pub(super) struct Resource {
    /// Its id; empty: not stated.
    pub(super) id: String,
    /// What it is counted in, if it is a medium of exchange whose unit is known.
    pub(super) currency: Option<Currency>,
    /// Is it a medium of exchange?
    pub(super) is_medium: bool,
}

impl<'a> Resources<'a> {
    /// Reads specifications and stocks.
    pub(super) fn new(things: &[&'a Thing<'a>]) -> Self {
        let mut resources = Self::default();
        for thing in things.iter().copied().filter(|thing| !thing.id.is_empty()) {
            match thing.kind.as_str() {
                "ResourceSpecification" => {
                    resources.specifications.entry(&thing.id).or_insert(thing);
                }
                "EconomicResource" => {
                    let stock = resources.stocks.entry(&thing.id).or_default();
                    let links = ["conformsTo", "resourceConformsTo"].map(|name| thing.link(name));
                    let names =
                        ["name", "trackingIdentifier", "note"].map(|name| thing.text(name).to_owned());
                    keep(&mut stock.conforms_to, links);
                    keep(&mut stock.name, names);
                }
                _ => {}
            }
        }
        resources
    }

    /// The address of what passes in an event, and a name for it.
    fn of_event(&self, event: &Thing) -> (String, String) {
        let stated = event.link("resourceConformsTo");
        let stock = event.link("resourceInventoriedAs");
        let known = self.stocks.get(stock.as_str());
        let class = || ["resourceClassifiedAs", "classifiedAs"].map(|name| event.link(name)).concat();
        let address = [stated, known.map(|s| s.conforms_to.clone()).unwrap_or_default(), stock.clone()]
            .into_iter()
            .find(|address| !address.is_empty())
            .unwrap_or_else(class);
        let name = if address == stock { known.map(|s| s.name.clone()) } else { None };
        (address, name.unwrap_or_default())
    }
}

fn keep<const N: usize>(slot: &mut String, texts: [String; N]) {
    if slot.is_empty() {
        *slot = texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    }
}

impl Work<'_, '_> {
    /// The resource of an event, as a row of its table.
    pub(super) fn resource(&mut self, event: &Thing, resources: &Resources) -> Resource {
        let (address, name) = resources.of_event(event);
        if address.is_empty() {
            return Resource::default();
        }
        let specification = resources.specifications.get(address.as_str()).copied();
        let id = self.ids.resources.id(&address, last_part(&address));
        let stated =
            self.currencies.iter().find(|c| c.resource == address || c.resource == last_part(&address));
        let marked =
            specification.is_some_and(|thing| thing.text("mediumOfExchange").eq_ignore_ascii_case("true"));
        let currency = stated.cloned().or_else(|| specification.filter(|_| marked).and_then(of_name));
        let mut cells: Record = Record::new();
        for (column, cell) in specification.into_iter().flat_map(Thing::own) {
            cells.insert(column.to_owned(), cell.to_owned());
        }
        let said = specification.map(|thing| thing.text("name")).unwrap_or_default();
        let name = if said.is_empty() { name.as_str() } else { said };
        let kind = currency.as_ref().map(Currency::resource_kind).unwrap_or_default();
        let source = if address.starts_with("urn:truecost:") { "" } else { address.as_str() };
        for (column, cell) in
            record([("id", id.as_str()), ("name", name), ("kind", kind), ("source", source)])
        {
            cells.entry(column).or_insert(cell);
        }
        self.draft.resources.entry(id.clone()).or_insert(cells);
        if let Some(Currency { unit, kind: Some(kind), .. }) = &currency {
            let cells = record([("id", unit.as_str()), ("kind", kind.as_str())]);
            self.draft.units.entry(unit.clone()).or_insert(cells);
        }
        Resource { id, is_medium: marked || currency.is_some(), currency }
    }
}

/// A medium of exchange whose name or unit is a code of ISO 4217.
fn of_name(specification: &Thing) -> Option<Currency> {
    let words = [specification.text("name"), last_part(&specification.id)];
    let unit = words.into_iter().find(|word| Iso::from_code(word).is_some())?;
    Some(Currency { resource: specification.id.clone(), unit: unit.to_owned(), kind: None })
}
