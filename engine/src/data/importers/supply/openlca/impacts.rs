//! Methods of an archive of openLCA: what flows are of its impact categories.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::data::importers::Told;
use crate::data::importers::supply::inventory::model::FlowTable;
use crate::data::importers::supply::inventory::targets::{Category, Method};

use super::files::Files;
use super::json;
use super::quantities::Quantities;

/// A method that the archive has.
struct Known {
    name: String,
    categories: BTreeSet<String>,
}

/// The method that is asked for, or the only one. `None`: it is not there, which was reported.
pub(super) fn method(
    asked: Option<&str>,
    files: &Files,
    quantities: &Quantities,
    flows: &FlowTable,
    told: &mut Told,
    diagnostics: &mut Diagnostics,
) -> Option<Method> {
    let mut known: Vec<Known> = Vec::new();
    files.each("lcia_methods", diagnostics, |method: json::Method, _, _| {
        let categories = method.impact_categories.into_iter().filter_map(|category| category.id).collect();
        known.push(Known { name: method.name.unwrap_or_default().trim().to_owned(), categories });
    });
    known.sort_by(|a, b| a.name.cmp(&b.name));
    let names: Vec<&str> = known.iter().map(|method| method.name.as_str()).collect();
    let chosen = match asked {
        Some("none") => return Some(Method::default()),
        Some(name) => {
            let found = known.iter().find(|method| method.name.eq_ignore_ascii_case(name));
            if found.is_none() {
                let message = format!("the archive has no method `{name}`");
                let hint = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if names.is_empty() => "it has none: its flows stay flows".to_owned(),
                    None => format!("it has {}", names.join(", ")),
                };
                let place = Place::file(files.archive.label());
                diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).at(place).hint(hint));
                return None;
            }
            found
        }
        None => match known.as_slice() {
            [] => None,
            [only] => Some(only),
            _ => {
                told.note(format!(
                    "the archive has several methods, and none was named: flows stay flows; name one of {}",
                    names.join(", ")
                ));
                None
            }
        },
    };
    let Some(chosen) = chosen else { return Some(Method::default()) };
    let mut method = Method { name: chosen.name.clone(), ..Method::default() };
    let (mut placed, mut strange) = (0, 0);
    files.each("lcia_categories", diagnostics, |category: json::ImpactCategory, place, diagnostics| {
        let id = category.id.clone().unwrap_or_default();
        if chosen.categories.contains(&id) {
            read(category, &place, &mut method, quantities, flows, (&mut placed, &mut strange), diagnostics);
        }
    });
    if placed > 0 {
        told.note(format!(
            "{placed} factors of the method for one place were left out: its factors for any place count"
        ));
    }
    if strange > 0 {
        told.note(format!("{strange} factors of the method are of flows that the archive does not have"));
    }
    if method.categories.is_empty() && !diagnostics.has_errors() {
        told.note(format!("the method `{}` has no categories in the archive", method.name));
    }
    Some(method)
}

fn read(
    category: json::ImpactCategory,
    place: &Place,
    method: &mut Method,
    quantities: &Quantities,
    flows: &FlowTable,
    (placed, strange): (&mut usize, &mut usize),
    diagnostics: &mut Diagnostics,
) {
    let (id, name) = (category.id.unwrap_or_default(), category.name.unwrap_or_default().trim().to_owned());
    let at = method.categories.len();
    method.categories.push(Category {
        keys: vec![id.clone(), name.clone(), format!("{}/{name}", method.name)],
        name,
        unit: category.ref_unit.unwrap_or_default(),
        source: format!("lcia_categories/{id}.json"),
    });
    for factor in category.impact_factors {
        if factor.location.is_some() {
            *placed += 1;
            continue;
        }
        let flow = factor.flow.as_ref().and_then(|flow| flow.id.as_deref()).unwrap_or_default();
        let Some(flow) = flows.find(flow) else {
            *strange += 1;
            continue;
        };
        let Some(value) = factor.value.filter(|value| value.is_finite()) else { continue };
        match quantities.ratio(flow, factor.unit.as_ref(), factor.flow_property.as_ref()) {
            // So much for one of its unit; the reference unit is 1 / ratio of it.
            Ok(ratio) => method.factors.entry(flow).or_default().push((at, value / ratio)),
            Err(why) => {
                let message = format!("the factor of `{}` has no unit: {why}", flows.get(flow).name);
                diagnostics.push(Diagnostic::error(codes::UNKNOWN_UNIT, message).at(place.clone()));
            }
        }
    }
}
