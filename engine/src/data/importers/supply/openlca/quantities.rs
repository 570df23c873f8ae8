//! Units, what they measure, and the flows that are measured: all amounts go to the reference unit of their flow.

use rustc_hash::FxHashMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::importers::supply::inventory::model::{Flow, FlowTable, Kind};

use super::files::Files;
use super::json;

/// Units of all groups, and what properties measure.
#[derive(Debug, Default)]
pub(super) struct Quantities {
    /// What one unit is of the reference unit of its group, by id.
    unit: FxHashMap<String, f64>,
    /// The same, by group and name, for references without an id.
    unit_named: FxHashMap<(String, String), f64>,
    /// Name of the reference unit, by group.
    reference: FxHashMap<String, String>,
    /// Group of a property.
    group: FxHashMap<String, String>,
    /// Of each flow: its reference property, and what one of its reference unit is of each property.
    of_flow: Vec<(String, FxHashMap<String, f64>)>,
    categories: FxHashMap<String, (String, Option<String>)>,
}

fn id(of: Option<&json::Ref>) -> &str {
    of.and_then(|of| of.id.as_deref()).unwrap_or_default()
}

/// Categories, one in another.
const DEEPEST: usize = 50;

impl Quantities {
    /// Reads unit groups, properties, categories and flows.
    pub(super) fn read(files: &Files, flows: &mut FlowTable, diagnostics: &mut Diagnostics) -> Self {
        let mut read = Self::default();
        files.each("unit_groups", diagnostics, |group: json::UnitGroup, _, _| read.group(group));
        files.each("flow_properties", diagnostics, |property: json::FlowProperty, _, _| {
            let group = id(property.unit_group.as_ref()).to_owned();
            read.group.insert(property.id.unwrap_or_default(), group);
        });
        files.each("categories", diagnostics, |category: json::Category, _, _| {
            let parent = match category.category {
                Some(json::CategoryOf::Ref(parent)) => parent.id,
                _ => None,
            };
            let name = category.name.unwrap_or_default();
            read.categories.insert(category.id.unwrap_or_default(), (name, parent));
        });
        files.each("flows", diagnostics, |flow: json::Flow, place, diagnostics| {
            let Some(id) = flow.id.clone().filter(|id| !id.is_empty()) else {
                let message = "the flow has no `@id`";
                diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place));
                return;
            };
            if flows.find(&id).is_some() {
                let message = format!("there are two flows `{id}`");
                let hint = "each flow has an id of its own; keep one of the two files";
                diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
                return;
            }
            let made = read.flow(&id, &flow);
            flows.id(&id, || made);
        });
        read
    }

    fn group(&mut self, group: json::UnitGroup) {
        let key = group.id.unwrap_or_default();
        for unit in group.units {
            let name = unit.name.unwrap_or_default();
            let factor = unit.conversion_factor.unwrap_or(1.0);
            if unit.is_ref_unit == Some(true) {
                self.reference.insert(key.clone(), name.clone());
            }
            self.unit_named.insert((key.clone(), name), factor);
            self.unit.insert(unit.id.unwrap_or_default(), factor);
        }
    }

    /// A category as a path.
    pub(super) fn path(&self, category: Option<&json::CategoryOf>) -> String {
        let mut parts: Vec<&str> = Vec::new();
        let mut next = match category {
            None => return String::new(),
            Some(json::CategoryOf::Path(path)) => return path.clone(),
            Some(json::CategoryOf::Ref(first)) => {
                let known = self.categories.get(first.id.as_deref().unwrap_or_default());
                if known.is_none() {
                    return first.name.clone().unwrap_or_default();
                }
                known
            }
        };
        while let Some((name, parent)) = next.filter(|_| parts.len() < DEEPEST) {
            parts.push(name);
            next = parent.as_ref().and_then(|parent| self.categories.get(parent));
        }
        parts.reverse();
        parts.join("/")
    }

    fn flow(&mut self, key: &str, flow: &json::Flow) -> Flow {
        let kind = match flow.flow_type.as_deref() {
            Some("PRODUCT_FLOW") => Kind::Product,
            Some("WASTE_FLOW") => Kind::Waste,
            _ => Kind::Elementary,
        };
        let factors = &flow.flow_properties;
        let of = |factor: &json::FlowPropertyFactor| id(factor.flow_property.as_ref()).to_owned();
        let is_reference = |factor: &&json::FlowPropertyFactor| factor.is_ref_flow_property == Some(true);
        let reference = factors.iter().find(is_reference).or(factors.first()).map(of).unwrap_or_default();
        let each: FxHashMap<String, f64> =
            factors.iter().map(|factor| (of(factor), factor.conversion_factor.unwrap_or(1.0))).collect();
        let unit_of = |property: &str| {
            self.group.get(property).and_then(|group| self.reference.get(group)).map(String::as_str)
        };
        let unit = unit_of(&reference).unwrap_or_default().to_owned();
        let base = each.get(&reference).copied().unwrap_or(1.0);
        let mass =
            each.iter().find(|(property, _)| **property != reference && unit_of(property) == Some("kg"));
        let mass_kg = mass.map(|(_, factor)| factor / base).filter(|mass| *mass > 0.0 && mass.is_finite());
        let compartment = self.path(flow.category.as_ref());
        let name =
            flow.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(key).to_owned();
        let top = compartment.trim_start_matches("Elementary flows/").trim_start_matches("Elementary Flows/");
        let keys = vec![key.to_owned(), format!("{top}/{name}/{unit}").to_lowercase(), name.clone()];
        let source = format!("flows/{key}.json");
        self.of_flow.push((reference, each));
        Flow { kind, name, unit, link: key.to_owned(), mass_kg, compartment, keys, source }
    }

    /// What one of a unit of a property is in the reference unit of a flow. `Err`: why that is not known.
    pub(super) fn ratio(
        &self,
        flow: usize,
        unit: Option<&json::Ref>,
        property: Option<&json::Ref>,
    ) -> Result<f64, String> {
        let Some((reference, each)) = self.of_flow.get(flow) else {
            return Err("the flow has no unit".into());
        };
        let property = Some(id(property)).filter(|id| !id.is_empty()).unwrap_or(reference);
        let name = unit.and_then(|unit| unit.name.as_deref()).unwrap_or_default();
        let size = match unit {
            None => 1.0,
            Some(_) => {
                let group = self.group.get(property).cloned().unwrap_or_default();
                let by_id = self.unit.get(id(unit)).filter(|_| !id(unit).is_empty());
                let by_name = || self.unit_named.get(&(group, name.to_owned()));
                *by_id.or_else(by_name).ok_or_else(|| format!("there is no unit `{name}`"))?
            }
        };
        let Some(factor) = each.get(property) else {
            return Err("the flow does not have the property that its amount is stated in".to_owned());
        };
        let base = each.get(reference).copied().unwrap_or(1.0);
        let ratio = size / (factor / base);
        if ratio.is_finite() && ratio > 0.0 {
            Ok(ratio)
        } else {
            Err(format!("the unit `{name}` converts by {ratio}"))
        }
    }
}
