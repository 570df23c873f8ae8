//! A datapackage of Brightway: the chain of a dataset as matrices, and each indicator as a method.

mod package;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::base::diagnostic::Diagnostics;
use crate::base::float::Double;
use crate::base::unit::Measure;
use crate::chain::{Chain, Node, build};
use crate::data::manifest::Absent;
use crate::data::reference::Reference;
use crate::data::supply::{Product, Supply};

use package::{Names, Package, Vector};

/// What a package calls the methods: the first word of their names.
const METHOD: &str = "truecost";
/// The table of inputs that nothing supplies.
const CUTOFFS: &str = "cutoffs";

/// A file of bytes that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// All of it.
    pub bytes: Vec<u8>,
    /// What it holds, for people.
    pub what: String,
    /// What should be known beside it.
    pub notes: Vec<String>,
}

/// Flows of a biosphere: an indicator in its unit, or in one money of one year. In the order of their ids.
#[derive(Default)]
struct FlowsOf {
    by_name: BTreeMap<(String, String), usize>,
}

/// Writes a supply dataset as a datapackage. `None`: it has an error, which was reported.
pub fn brightway(supply: &Supply, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Archive> {
    let chain = build(supply, reference, diagnostics).filter(|_| !diagnostics.has_errors())?;
    let mut notes = Vec::new();
    let mut package = Package::new(&supply.name);
    technosphere(&chain, &mut package);
    let flows = biosphere(supply, &chain, &mut package, &mut notes);
    methods(&flows, chain.nodes.len(), &mut package);
    names(supply, &chain, &flows, &mut package);
    if !chain.cutoffs.is_empty() {
        notes.push(cut_off(supply, &chain, &mut package));
    }
    if supply.manifest.supply.absent_interventions == Absent::NotStated {
        notes.push("indicators that a process does not state count as 0 in Brightway".to_owned());
    }
    if !chain.allocations.is_empty() {
        notes.push(
            "processes with several products are one process a product, as they were allocated".to_owned(),
        );
    }
    let money =
        [("prices", supply.prices.len()), ("paid", supply.paid.len()), ("support", supply.support.len())];
    let left: Vec<String> = money
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(table, count)| format!("{count} {table}"))
        .collect();
    if !left.is_empty() {
        notes.push(format!("Brightway has no place for {}: left out", left.join(", ")));
    }
    let what = format!("{} processes, {} methods", chain.nodes.len(), flows.by_name.len());
    Some(Archive { bytes: package.zip(), what, notes })
}

/// How many cut-offs a note names.
const NAMED: usize = 4;

/// Inputs that nothing supplies have no place in the matrices: a table beside them keeps them for those who read it. What
/// one process takes of a product is one row, wherever it is said to come from.
fn cut_off(supply: &Supply, chain: &Chain, package: &mut Package) -> String {
    let products: FxHashMap<&str, &Product> =
        supply.products.iter().map(|product| (product.id.as_str(), product)).collect();
    let mut sums: BTreeMap<(usize, &str), Double> = BTreeMap::new();
    for cutoff in &chain.cutoffs {
        let sum = sums.entry((cutoff.node, &cutoff.product)).or_default();
        *sum = sum.plus_product(chain.nodes[cutoff.node].share, Double::new(cutoff.amount));
    }
    let mut table = Names::new(&["process", "product id", "product", "product unit", "amount", "unit"]);
    let mut named: Vec<String> = Vec::new();
    for ((node, product), sum) in &sums {
        let (name, unit) =
            products.get(product).map_or(("", ""), |product| (&product.name, product.unit.text()));
        table.row(&[&id(*node).to_string(), product, name, unit, &sum.hi.to_string(), unit]);
        if named.len() < NAMED {
            named.push(format!("`{product}` of `{}`", chain.nodes[*node].id));
        }
    }
    package.names(CUTOFFS, table, &[]);
    let more = sums.len() - named.len();
    if more > 0 {
        named.push(format!("{more} more"));
    }
    format!(
        "{} inputs are cut off, so that Brightway does not count them: {}; {CUTOFFS}.csv lists them",
        sums.len(),
        named.join(", ")
    )
}

/// The id of a node, of its process and its product: both have one.
fn id(node: usize) -> i64 {
    node as i64 + 1
}

fn technosphere(chain: &Chain, package: &mut Package) {
    let mut vector = Vector::default();
    for (at, node) in chain.nodes.iter().enumerate() {
        vector.push((id(at), id(at)), node.output, false);
        for (supplier, amount) in &node.inputs {
            vector.push((id(*supplier), id(at)), *amount, true);
        }
    }
    package.vector("technosphere", "technosphere_matrix", &vector, None);
}

fn biosphere(supply: &Supply, chain: &Chain, package: &mut Package, notes: &mut Vec<String>) -> FlowsOf {
    let interventions = &supply.interventions;
    let mut flows = FlowsOf::default();
    let mut of_profile = Vec::new();
    for profile in interventions.profiles() {
        let own = supply.indicators.get(&*profile.indicator).map(|indicator| &indicator.unit);
        let (unit, ratio) = match (own, &*profile.unit) {
            (Some(Measure::Physical(its)), Measure::Physical(unit)) => {
                (its.text().to_owned(), unit.ratio_to(its).ok())
            }
            (_, unit) => (unit.to_string(), None),
        };
        let key = (profile.indicator.to_string(), unit);
        let next = flows.by_name.len();
        flows.by_name.entry(key.clone()).or_insert(next);
        of_profile.push((key, ratio));
    }
    // In the order of their names.
    flows.by_name.values_mut().enumerate().for_each(|(at, flow)| *flow = at);
    let mut vector = Vector::default();
    let mut silent = 0;
    for (at, node) in chain.nodes.iter().enumerate() {
        let mut sums: BTreeMap<usize, Double> = BTreeMap::new();
        for row in rows(supply, node) {
            let (key, ratio) = &of_profile[interventions.profile_index(row)];
            let Some(amount) = interventions.amount(row) else {
                silent += 1;
                continue;
            };
            let amount = ratio.as_ref().map_or(amount, |ratio| ratio.apply(amount));
            let sum = sums.entry(flows.by_name[key]).or_default();
            *sum = sum.plus_product(node.share, Double::new(amount));
        }
        for (flow, sum) in sums {
            vector.push((flow_id(chain, flow), id(at)), sum.hi, false);
        }
    }
    if silent > 0 {
        notes.push(format!("{silent} amounts are not stated; Brightway counts them as 0"));
    }
    package.vector("biosphere", "biosphere_matrix", &vector, None);
    flows
}

fn rows(supply: &Supply, node: &Node) -> std::ops::Range<usize> {
    node.process.map_or(0..0, |process| supply.interventions.rows_of(&supply.processes[process].id))
}

fn flow_id(chain: &Chain, flow: usize) -> i64 {
    (chain.nodes.len() + flow) as i64 + 1
}

/// The name of a method: its indicator; with the unit, where that is some money.
fn method(flows: &FlowsOf, (indicator, unit): &(String, String)) -> String {
    // Names are sorted by indicator.
    let from = flows.by_name.range((indicator.clone(), String::new())..);
    let same = from.take_while(|((other, _), _)| other == indicator).take(2).count();
    if same > 1 { format!("{indicator} {unit}") } else { indicator.clone() }
}

fn methods(flows: &FlowsOf, nodes: usize, package: &mut Package) {
    for (key, flow) in &flows.by_name {
        let mut vector = Vector::default();
        // The column is that of everywhere.
        vector.push(((nodes + flow) as i64 + 1, 0), 1.0, false);
        let name = method(flows, key);
        let said = package::Method { identifier: [METHOD.to_owned(), name.clone()], unit: key.1.clone() };
        package.vector(&format!("method-{}", flow + 1), "characterization_matrix", &vector, Some(&said));
    }
}

fn names(supply: &Supply, chain: &Chain, flows: &FlowsOf, package: &mut Package) {
    let header =
        ["id", "name", "product", "product id", "process id", "stage", "category", "unit", "location"];
    let mut table = Names::new(&header);
    let places: BTreeMap<usize, String> =
        chain.points.iter().map(|point| (point.node, point.origin.to_string())).collect();
    for (at, node) in chain.nodes.iter().enumerate() {
        let product = &supply.products[node.product];
        let place = places.get(&at).cloned();
        let place = node.process.map(|process| supply.processes[process].location.to_string()).or(place);
        let id = id(at).to_string();
        let place = place.unwrap_or_default();
        let process = node.process.map(|process| &supply.processes[process]);
        // Of several products of a process, each has its own column.
        let own = process.map_or("", |process| if process.id == node.id { &process.id } else { &node.id });
        let stage = process.map_or("", |process| process.stage.as_str());
        let (name, category) = (&product.name, &product.category);
        // What is a part of a mix, or stands for what it displaces, is not the product that people ask for.
        let is_asked_for = places.contains_key(&at);
        let product_id =
            if is_asked_for { product.id.clone() } else { format!("{}-{}", product.id, node.id) };
        table.row(&[&id, &node.id, name, &product_id, own, stage, category, product.unit.text(), &place]);
    }
    let sides = [("technosphere", "rows"), ("technosphere", "cols"), ("biosphere", "cols")];
    package.names("processes", table, &sides);
    let header = ["id", "name", "unit", "method", "indicator", "dimension", "characterisation"];
    let mut table = Names::new(&header);
    let mut by_indicator: FxHashMap<&str, BTreeSet<&str>> = FxHashMap::default();
    for profile in supply.interventions.profiles() {
        by_indicator.entry(&profile.indicator).or_default().insert(&profile.method);
    }
    for (key, flow) in &flows.by_name {
        let indicator = supply.indicators.get(&key.0);
        let name = indicator.map_or(key.0.as_str(), |indicator| indicator.name.as_str());
        let dimension = indicator.map_or("", |indicator| indicator.dimension.word());
        // Amounts by several methods are by none of them once they are added up.
        let only = by_indicator.get(key.0.as_str()).filter(|methods| methods.len() == 1);
        let by = only.and_then(BTreeSet::first).copied().unwrap_or_default();
        let id = flow_id(chain, *flow).to_string();
        table.row(&[&id, name, &key.1, &method(flows, key), &key.0, dimension, by]);
    }
    package.names("flows", table, &[("biosphere", "rows")]);
}
