//! The JSON of openLCA: names of version 2 of its schema, and of version 1 where they differ.

#![expect(clippy::struct_field_names, reason = "fields are called as in the schema")]

use serde::Deserialize;

/// A reference to something of the archive, or the head of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ref {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

/// A category: a path of names in version 2, a reference in version 1.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum CategoryOf {
    Path(String),
    Ref(Ref),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Category {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) category: Option<CategoryOf>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) code: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unit {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) conversion_factor: Option<f64>,
    #[serde(alias = "referenceUnit")]
    pub(super) is_ref_unit: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnitGroup {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) units: Vec<Unit>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FlowProperty {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) unit_group: Option<Ref>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FlowPropertyFactor {
    pub(super) flow_property: Option<Ref>,
    pub(super) conversion_factor: Option<f64>,
    #[serde(alias = "referenceFlowProperty")]
    pub(super) is_ref_flow_property: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flow {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) category: Option<CategoryOf>,
    pub(super) flow_type: Option<String>,
    #[serde(default)]
    pub(super) flow_properties: Vec<FlowPropertyFactor>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameter {
    pub(super) name: Option<String>,
    pub(super) value: Option<f64>,
    pub(super) formula: Option<String>,
    #[serde(alias = "inputParameter")]
    pub(super) is_input_parameter: Option<bool>,
    pub(super) parameter_scope: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Uncertainty {
    pub(super) distribution_type: Option<String>,
    pub(super) geom_mean: Option<f64>,
    pub(super) geom_sd: Option<f64>,
    pub(super) mean: Option<f64>,
    pub(super) sd: Option<f64>,
    pub(super) mode: Option<f64>,
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Exchange {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) internal_id: Option<i64>,
    pub(super) flow: Option<Ref>,
    pub(super) unit: Option<Ref>,
    pub(super) flow_property: Option<Ref>,
    pub(super) amount: Option<f64>,
    pub(super) amount_formula: Option<String>,
    /// Version 1 says `input`. A reader that knows `isInput` alone takes every input for an output.
    #[serde(alias = "input")]
    pub(super) is_input: Option<bool>,
    #[serde(alias = "quantitativeReference")]
    pub(super) is_quantitative_reference: Option<bool>,
    #[serde(alias = "avoidedProduct")]
    pub(super) is_avoided_product: Option<bool>,
    pub(super) default_provider: Option<Ref>,
    pub(super) uncertainty: Option<Uncertainty>,
    #[serde(alias = "pedigreeUncertainty")]
    pub(super) dq_entry: Option<String>,
    pub(super) location: Option<Ref>,
}

/// An exchange that an allocation factor is of.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExchangeRef {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) internal_id: Option<i64>,
    pub(super) flow: Option<Ref>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AllocationFactor {
    pub(super) allocation_type: Option<String>,
    pub(super) product: Option<Ref>,
    pub(super) value: Option<f64>,
    pub(super) formula: Option<String>,
    pub(super) exchange: Option<ExchangeRef>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Documentation {
    pub(super) valid_from: Option<String>,
    pub(super) valid_until: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Process {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) category: Option<CategoryOf>,
    pub(super) process_type: Option<String>,
    pub(super) location: Option<Ref>,
    pub(super) process_documentation: Option<Documentation>,
    pub(super) default_allocation_method: Option<String>,
    #[serde(default)]
    pub(super) exchanges: Vec<Exchange>,
    #[serde(default)]
    pub(super) parameters: Vec<Parameter>,
    #[serde(default)]
    pub(super) allocation_factors: Vec<AllocationFactor>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Method {
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) impact_categories: Vec<Ref>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImpactFactor {
    pub(super) flow: Option<Ref>,
    pub(super) unit: Option<Ref>,
    pub(super) flow_property: Option<Ref>,
    pub(super) value: Option<f64>,
    pub(super) location: Option<Ref>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImpactCategory {
    #[serde(rename = "@id")]
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    #[serde(alias = "referenceUnitName", alias = "referenceUnit")]
    pub(super) ref_unit: Option<String>,
    #[serde(default)]
    pub(super) impact_factors: Vec<ImpactFactor>,
}
