//! A data set of ecoSpold 1 as a record.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::importers::supply::inventory::causal::gap;
use crate::data::importers::supply::inventory::model::{Exchange, FlowTable, Kind, Record, Sharing};
use crate::data::importers::supply::inventory::spread::Spread;
use crate::data::reference::Reference;

use super::exchanges::{Group, Read, amount, group, named};
use super::spread;
use super::xml::Element;

/// Reads a data set. `None`: what is wrong with it was reported.
pub(super) fn record(
    set: &Element,
    file: &str,
    place: &Place,
    flows: &mut FlowTable,
    reference: &Reference,
    told: &mut Told,
    diagnostics: &mut Diagnostics,
) -> Option<Record> {
    let before = diagnostics.errors();
    let about = set.at(&["metaInformation", "processInformation"]);
    let part = |name: &str| about.and_then(|about| about.child(name));
    let function = part("referenceFunction");
    let attribute = |name: &str| function.and_then(|function| function.get(name)).unwrap_or_default();
    let number = set.get("number").unwrap_or_default();
    let location = part("geography").and_then(|place| place.get("location")).unwrap_or_default().to_owned();
    let mut exchanges: Vec<Exchange> = Vec::new();
    // Index of each exchange by the number that allocations name it by.
    let mut numbered: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let all = set.child("flowData").map(|data| data.children.as_slice()).unwrap_or_default();
    for element in all.iter().filter(|element| element.name == "exchange") {
        let group = match group(element, false) {
            Ok(group) => group,
            Err(why) => {
                told.leave(format!("exchanges whose group is not known: {why}"), place.clone());
                continue;
            }
        };
        let Some(amount) = amount(element, "meanValue", place, diagnostics) else { continue };
        let Some(name) = named(element.get("name"), number, place, diagnostics) else { continue };
        let parts: Vec<&str> =
            ["category", "subCategory"].iter().filter_map(|part| element.get(part)).collect();
        let read = Read {
            group,
            name,
            unit: element.get("unit").unwrap_or_default(),
            id: name,
            compartment: parts.join("/"),
            amount,
            provider: None,
            location: element.get("location").map(str::to_owned),
            spread: spread::one(element, amount),
        };
        numbered
            .entry(element.get("number").unwrap_or_default().to_owned())
            .or_default()
            .push(exchanges.len());
        exchanges.push(read.exchange(flows, told));
    }
    if !exchanges.iter().any(|exchange| exchange.is_reference) && function.is_some() {
        let group = Group { is_input: false, kind: Kind::Product, is_reference: true, is_avoided: false };
        let amount = function.and_then(|function| amount(function, "amount", place, diagnostics))?;
        let name = named(function.and_then(|function| function.get("name")), number, place, diagnostics)?;
        let read = Read {
            group,
            name,
            unit: attribute("unit"),
            id: name,
            compartment: attribute("category").to_owned(),
            amount,
            provider: None,
            location: None,
            spread: Ok(Spread::default()),
        };
        exchanges.push(read.exchange(flows, told));
    }
    let sharing = sharing(all, &numbered, &exchanges, flows, place, told, diagnostics);
    let region = super::region(&location, reference, told);
    (diagnostics.errors() == before).then(|| Record {
        key: format!("{file}#{number}"),
        activity: number.to_owned(),
        name: attribute("name").to_owned(),
        region,
        location,
        category: attribute("subCategory").to_owned(),
        is_result: false,
        source: super::source(&format!("{file}#{number}"), part("timePeriod")),
        place: place.clone(),
        exchanges,
        sharing,
    })
}

/// Allocations: for one product each, a percentage of the exchanges that they name.
fn sharing(
    all: &[Element],
    numbered: &BTreeMap<String, Vec<usize>>,
    exchanges: &[Exchange],
    flows: &FlowTable,
    place: &Place,
    told: &mut Told,
    diagnostics: &mut Diagnostics,
) -> Sharing {
    let mut shares: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
    for element in all.iter().filter(|element| element.name == "allocation") {
        let product = element.get("referenceToCoProduct").and_then(|number| numbered.get(number));
        let fraction = amount(element, "fraction", place, diagnostics);
        let (Some(product), Some(fraction)) = (product.and_then(|at| at.first()), fraction) else {
            told.note("allocations of products that their data set does not have were left out");
            continue;
        };
        let of_product = shares.entry(exchanges[*product].flow).or_default();
        for reference in element.children.iter().filter(|child| child.name == "referenceToInputOutput") {
            for at in numbered.get(reference.text()).into_iter().flatten() {
                of_product.insert(*at, fraction / 100.0);
            }
        }
    }
    if shares.len() < 2 {
        return Sharing::Reference;
    }
    if let Some(gap) = gap(&shares, exchanges, flows) {
        let hint = "each exchange needs an allocation to each product";
        diagnostics.push(Diagnostic::error(codes::SHARES, gap).at(place.clone()).hint(hint));
    }
    Sharing::Causal(shares)
}
