//! A data set of ecoSpold 2 as a record.

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::importers::supply::inventory::model::{Exchange, FlowTable, Kind, Record, Sharing};
use crate::data::reference::Reference;

use super::exchanges::{Read, amount, group, named};
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
    let about = set.child("activityDescription");
    let activity = about.and_then(|about| about.child("activity"));
    let Some(id) = activity.and_then(|activity| activity.get("id")) else {
        let message = "the activity has no `id`";
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place.clone()));
        return None;
    };
    let text = |path: &[&str]| about.and_then(|about| about.text_at(path)).unwrap_or_default().to_owned();
    let location = text(&["geography", "shortname"]);
    let all = set.child("flowData").map(|data| data.children.as_slice()).unwrap_or_default();
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut product = String::new();
    for element in all {
        let is_elementary = match element.name.as_str() {
            "intermediateExchange" => false,
            "elementaryExchange" => true,
            "impactIndicator" => {
                told.note(
                    "results of impact assessment (impactIndicator) were left out: they are sums of the rest",
                );
                continue;
            }
            _ => continue,
        };
        let group = match group(element, is_elementary) {
            Ok(group) => group,
            Err(why) => {
                told.leave(format!("exchanges whose group is not known: {why}"), place.clone());
                continue;
            }
        };
        let Some(amount) = amount(element, "amount", place, diagnostics) else { continue };
        let Some(name) = named(element.text_at(&["name"]), id, place, diagnostics) else { continue };
        let key = if is_elementary { "elementaryExchangeId" } else { "intermediateExchangeId" };
        let parts: Vec<&str> = [["compartment", "compartment"], ["compartment", "subcompartment"]]
            .iter()
            .filter_map(|path| element.text_at(path))
            .collect();
        let id = element.get(key).unwrap_or(name);
        if group.is_reference && amount != 0.0 && product.is_empty() {
            id.clone_into(&mut product);
        }
        let read = Read {
            group,
            name,
            unit: element.text_at(&["unitName"]).unwrap_or_default(),
            id,
            compartment: parts.join("/"),
            amount,
            provider: element
                .get("activityLinkId")
                .filter(|_| group.kind != Kind::Elementary)
                .map(str::to_owned),
            location: None,
            spread: spread::two(element, amount),
        };
        exchanges.push(read.exchange(flows, told));
    }
    let region = super::region(&location, reference, told);
    let name = text(&["activityName"]);
    let name = if name.is_empty() {
        activity.and_then(|of| of.text_at(&["activityName"])).unwrap_or_default().to_owned()
    } else {
        name
    };
    let category =
        about.and_then(|about| about.text_at(&["classification", "classificationValue"])).unwrap_or_default();
    (diagnostics.errors() == before).then(|| Record {
        key: format!("{id}/{product}"),
        activity: id.to_owned(),
        name,
        region,
        location,
        category: category.to_owned(),
        is_result: activity.and_then(|activity| activity.get("type")) == Some("2"),
        source: super::source(file, about.and_then(|about| about.child("timePeriod"))),
        place: place.clone(),
        exchanges,
        sharing: Sharing::Reference,
    })
}
