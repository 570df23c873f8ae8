//! Footprints of one product, and what is known of the chain behind them.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::float::Double;
use crate::base::region::Location;
use crate::base::unit::{Measure, Unit};
use crate::chain::{Chain, SupplyPoint, build};
use crate::data::manifest::Absent;
use crate::data::reference::Reference;
use crate::data::supply::{Process, Product, Supply};
use crate::rollup::{RollupError, activity, footprints};

/// The footprints of a product.
#[derive(Debug)]
pub(super) struct Totals {
    pub(super) product: Product,
    pub(super) origin: Location,
    /// The process that makes it, where it is one.
    pub(super) maker: Option<Process>,
    /// By indicator, per reference unit, in the unit of the indicator.
    pub(super) amounts: BTreeMap<String, f64>,
    /// Processes of its chain that do not state an indicator, by indicator.
    pub(super) not_stated: BTreeMap<String, Vec<String>>,
    /// Characterisation methods of climate change.
    pub(super) methods: BTreeSet<String>,
    /// Processes of its chain: stage and id.
    pub(super) processes: Vec<(String, String)>,
}

/// Adds up the indicators that are wanted; what is wrong is reported.
pub(super) fn totals(
    supply: &Supply,
    product: &str,
    origin: Option<&str>,
    wanted: &[&str],
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Totals> {
    let chain = build(supply, reference, diagnostics)?;
    let point = point(supply, &chain, product, origin, diagnostics)?;
    let solver = match footprints(&chain) {
        Ok(solver) => solver,
        Err(RollupError::NotProductive(names) | RollupError::Singular(names)) => {
            let message = format!("a loop uses up as much as it makes, or more: {}", names.join(", "));
            diagnostics.push(Diagnostic::error(codes::NOT_PRODUCTIVE, message));
            return None;
        }
    };
    let used: Vec<usize> = activity(&solver, point.node).into_iter().map(|(node, _)| node).collect();
    let process = |node: usize| chain.nodes[node].process.map(|index| &supply.processes[index]);
    let mut found = Totals {
        product: supply.products[point.product].clone(),
        origin: point.origin.clone(),
        maker: process(point.node).cloned(),
        amounts: BTreeMap::new(),
        not_stated: BTreeMap::new(),
        methods: BTreeSet::new(),
        processes: used
            .iter()
            .filter_map(|node| process(*node))
            .map(|process| (process.stage.clone(), process.id.clone()))
            .collect(),
    };
    let is_zero = supply.manifest.supply.absent_interventions == Absent::Zero;
    for indicator in wanted {
        let Some(unit) = unit_of(supply, indicator) else { continue };
        let mut right = vec![Double::default(); chain.nodes.len()];
        let (mut any, mut silent) = (false, Vec::new());
        for &node in &used {
            let Some(process) = process(node) else { continue };
            let own = own(supply, &process.id, indicator, unit, &mut found.methods);
            match own {
                Some(amount) => {
                    right[node] = amount;
                    any = true;
                }
                None if is_zero => {}
                None => silent.push(process.id.clone()),
            }
        }
        if any {
            let total = solver.solve(&right).values[point.node];
            found.amounts.insert((*indicator).to_owned(), total);
            if !silent.is_empty() {
                found.not_stated.insert((*indicator).to_owned(), silent);
            }
        }
    }
    Some(found)
}

fn unit_of<'a>(supply: &'a Supply, indicator: &str) -> Option<&'a Unit> {
    match &supply.indicators.get(indicator)?.unit {
        Measure::Physical(unit) => Some(unit),
        _ => None,
    }
}

/// What a process states of an indicator; `None`: nothing, or not all of it.
fn own(
    supply: &Supply,
    process: &str,
    indicator: &str,
    unit: &Unit,
    methods: &mut BTreeSet<String>,
) -> Option<Double> {
    let rows = &supply.interventions;
    let mut sum = None;
    for row in rows.rows_of(process) {
        let profile = rows.profile(row);
        if &*profile.indicator != indicator {
            continue;
        }
        let amount = rows.amount(row)?;
        let Measure::Physical(own) = &*profile.unit else { continue };
        let converted = own.ratio_to(unit).ok()?.apply(amount);
        sum = Some(sum.unwrap_or(Double::default()).plus_f64(converted));
        if indicator == "climate-change" {
            methods.insert(profile.method.to_string());
        }
    }
    sum
}

fn point<'a>(
    supply: &Supply,
    chain: &'a Chain,
    product: &str,
    origin: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<&'a SupplyPoint> {
    let of_product: Vec<&SupplyPoint> =
        chain.points.iter().filter(|point| supply.products[point.product].id == product).collect();
    let place = || Place::file(supply.manifest_file.clone());
    if of_product.is_empty() {
        let mut diagnostic =
            Diagnostic::error(codes::NOT_FOUND, format!("there is no product `{product}` that is made"))
                .at(place());
        let known = supply.products.iter().map(|known| known.id.as_str());
        if let Some(near) = diagnostics.nearest(product, known) {
            diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
        }
        diagnostics.push(diagnostic);
        return None;
    }
    let origins: Vec<String> = of_product.iter().map(|point| point.origin.to_string()).collect();
    let found = match origin {
        Some(origin) => of_product.into_iter().find(|point| point.origin.to_string() == origin),
        None if of_product.len() == 1 => of_product.first().copied(),
        None => None,
    };
    if found.is_none() {
        let message = format!("`{product}` comes from {}: which one?", origins.join(", "));
        let diagnostic = Diagnostic::error(codes::MISSING_CHOICE, message).at(place());
        diagnostics.push(diagnostic.hint("state --origin"));
    }
    found
}
