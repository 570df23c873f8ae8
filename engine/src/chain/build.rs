//! Builds the chain: every name resolved, every amount in its reference unit, all problems reported.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::unit::Unit;
use crate::data::cells::RowRef;
use crate::data::properties::Property;
use crate::data::reference::Reference;
use crate::data::supply::{Process, Product, Supply, is_claimed};

use super::allocate::{Role, allocate};
use super::convert::to_reference;
use super::points::Suppliers;
use super::{Chain, Cutoff, Link, NOBODY, Node, Origin};

/// Resolves a dataset into a chain.
pub fn build(supply: &Supply, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Chain> {
    let kilogram = reference.units.unit("kg").ok()?;
    let before = diagnostics.errors();
    let mut processes: FxHashMap<&str, Range<usize>> = FxHashMap::default();
    for (at, process) in supply.processes.iter().enumerate() {
        processes.entry(process.id.as_str()).or_insert(at..at).end = at + 1;
    }
    let products = supply.products.iter().enumerate().map(|(i, p)| (p.id.as_str(), i)).collect();
    let builder = Builder { supply, kilogram, products, processes };
    let ids = supply.products.iter().map(|product| product.id.as_str().into()).collect();
    let mut chain = Chain { products: ids, ..Chain::default() };
    let places = builder.add_nodes(&mut chain, diagnostics);
    builder.check_references(diagnostics);
    builder.check_prices(diagnostics);
    builder.check_properties(diagnostics);
    builder.add_points(&mut chain, &places, diagnostics);
    builder.add_inputs(&mut chain, &places, diagnostics);
    (diagnostics.errors() == before).then_some(chain)
}

/// A dataset with its names found.
pub(super) struct Builder<'a> {
    pub(super) supply: &'a Supply,
    pub(super) kilogram: Unit,
    products: FxHashMap<&'a str, usize>,
    /// Rows of each process.
    processes: FxHashMap<&'a str, Range<usize>>,
}

/// What rows of `processes` became.
pub(super) struct Places {
    /// Node of each row.
    pub(super) node_of: Vec<Option<usize>>,
    /// Row of each node.
    pub(super) row_of: Vec<usize>,
    /// Role of each row.
    roles: Vec<Option<Role>>,
}

impl Places {
    /// Is the product of this row used up where it displaces the same product?
    pub(super) fn is_used_up(&self, row: usize, rows: &[Process]) -> bool {
        matches!(&self.roles[row], Some(Role::Displaces { row: other, .. }) if rows[*other].product == rows[row].product)
    }
}

/// Reports a name that does not exist, with the one that was probably meant.
pub(super) fn dangling<'a>(
    row: &RowRef,
    column: &str,
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    diagnostics: &mut Diagnostics,
) {
    let mut diagnostic = Diagnostic::error(codes::DANGLING, format!("there is no {what} `{name}`"))
        .at(row.place().column(column));
    if let Some(near) = diagnostics.nearest(name, known) {
        diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
    }
    diagnostics.push(diagnostic);
}

impl<'a> Builder<'a> {
    /// A product, with its index.
    pub(super) fn product(&self, id: &str) -> Option<(usize, &'a Product)> {
        self.products.get(id).map(|&index| (index, &self.supply.products[index]))
    }

    /// The rows of a process.
    pub(super) fn rows_of(&self, process: &str) -> Option<Range<usize>> {
        self.processes.get(process).cloned()
    }

    /// How many processes could be read.
    pub(super) fn processes_read(&self) -> usize {
        self.processes.len()
    }

    /// A property of a product, of one process or of all, with its index.
    pub(super) fn property(
        &self,
        name: &str,
        product: &str,
        process: Option<&str>,
    ) -> Option<(usize, &'a Property)> {
        let properties = &self.supply.properties;
        let order = |p: &Property| {
            (p.property.as_str(), p.product.as_str(), p.process.as_deref()).cmp(&(name, product, process))
        };
        properties.binary_search_by(order).ok().map(|at| (at, &properties[at]))
    }

    /// Reports a product that does not exist, unless its own row was reported already.
    pub(super) fn no_product(&self, row: &RowRef, id: &str, diagnostics: &mut Diagnostics) {
        if !is_claimed(self.supply.claimed_products.as_ref(), id) {
            let known = self.supply.products.iter().map(|product| product.id.as_str());
            dangling(row, "product", "product", id, known, diagnostics);
        }
    }

    /// Reports a process that does not exist, likewise.
    pub(super) fn no_process(&self, row: &RowRef, id: &str, diagnostics: &mut Diagnostics) {
        self.no_process_at(row, "process", id, diagnostics);
    }

    /// The same, in a column.
    pub(super) fn no_process_at(&self, row: &RowRef, column: &str, id: &str, diagnostics: &mut Diagnostics) {
        if !is_claimed(self.supply.claimed_processes.as_ref(), id) {
            let known = self.supply.processes.iter().map(|process| process.id.as_str());
            dangling(row, column, "process", id, known, diagnostics);
        }
    }

    fn amount(
        &self,
        product: &Product,
        amount: f64,
        unit: &Unit,
        row: &RowRef,
        diagnostics: &mut Diagnostics,
    ) -> Option<f64> {
        match to_reference(product, unit, None, &self.kilogram) {
            Ok(ratio) => {
                let converted = ratio.apply(amount);
                if converted.is_finite() {
                    return Some(converted);
                }
                let message = format!("{amount} {} is too large", unit.text());
                diagnostics
                    .push(Diagnostic::error(codes::OVERFLOW, message).at(row.place().column("amount")));
            }
            Err(why) => {
                let message = format!("`{}` is counted in `{}`: {why}", product.id, product.unit.text());
                let mut diagnostic =
                    Diagnostic::error(codes::WRONG_UNIT, message).at(row.place().column("unit"));
                diagnostic = diagnostic.hint(if unit.is_mass() && product.mass_kg.is_none() {
                    format!("state `mass_kg` of `{}` in products", product.id)
                } else {
                    format!("state the amount in `{}` or a unit of the same kind", product.unit.text())
                });
                diagnostics.push(diagnostic);
            }
        }
        None
    }

    /// One node a product of a process, with its output and share; inputs come later.
    fn add_nodes(&self, chain: &mut Chain, diagnostics: &mut Diagnostics) -> Places {
        let processes = &self.supply.processes;
        let mut places =
            Places { node_of: vec![None; processes.len()], row_of: Vec::new(), roles: Vec::new() };
        for rows in processes.chunk_by(|a, b| a.id == b.id) {
            let first = places.roles.len();
            let roles = match allocate(self, first, rows, diagnostics) {
                Some((roles, allocation)) => {
                    chain.allocations.extend(allocation);
                    roles.into_iter().map(Some).collect()
                }
                None => vec![None; rows.len()],
            };
            for (at, (process, role)) in rows.iter().zip(&roles).enumerate() {
                let Some((product, row)) = self.product(&process.product) else {
                    self.no_product(&process.row, &process.product, diagnostics);
                    continue;
                };
                let output = self.amount(row, process.amount.float, &process.unit, &process.row, diagnostics);
                let (Some(output), Some(role)) = (output, role) else { continue };
                let id = if rows.len() == 1 {
                    process.id.clone()
                } else {
                    format!("{}:{}", process.id, process.product)
                };
                let (index, share) = match role {
                    Role::Bears(share) => (Some(first + at), *share),
                    Role::Displaces { .. } => (None, 0.0),
                };
                places.node_of[first + at] = Some(chain.nodes.len());
                places.row_of.push(first + at);
                chain.nodes.push(Node { id, process: index, product, output, share, inputs: Vec::new() });
            }
            places.roles.extend(roles);
        }
        places
    }

    /// Do the shares of a process hang on amounts that are not sure?
    fn has_moving_shares(&self, rows: &Range<usize>) -> bool {
        rows.len() > 1 && self.supply.processes[rows.clone()].iter().any(|row| row.distribution.is_some())
    }

    /// What processes take in, each product of them its share; and what their products displace.
    fn add_inputs(&self, chain: &mut Chain, places: &Places, diagnostics: &mut Diagnostics) {
        let suppliers = Suppliers::new(chain);
        let mut inputs: Vec<(usize, usize, f64)> = Vec::with_capacity(self.supply.inputs.len());
        let (mut cutoffs, mut links) = (Vec::new(), Vec::new());
        chain.suppliers = vec![NOBODY; self.supply.inputs.len()];
        for (at, input) in self.supply.inputs.iter().enumerate() {
            let Some(rows) = self.rows_of(&input.process) else {
                self.no_process(&input.row, &input.process, diagnostics);
                continue;
            };
            let takers = || rows.clone().filter_map(|row| places.node_of[row]);
            if takers().next().is_none() {
                continue; // reported already
            }
            let Some((_, product)) = self.product(&input.product) else {
                self.no_product(&input.row, &input.product, diagnostics);
                continue;
            };
            let Some(amount) = self.amount(product, input.amount.float, &input.unit, &input.row, diagnostics)
            else {
                continue;
            };
            let takers = takers().map(|node| (node, chain.nodes[node].share)).filter(|(_, s)| *s > 0.0);
            if input.cutoff {
                let text = format!("{} {}", input.amount.float, input.unit.text());
                cutoffs.extend(takers.map(|(node, _)| Cutoff {
                    node,
                    input: at,
                    product: input.product.clone(),
                    amount,
                    recorded: text.clone(),
                }));
            } else if let Some(supplier) = self.supplier(input, chain, &suppliers, places, diagnostics) {
                if input.distribution.is_some() || self.has_moving_shares(&rows) {
                    let ratio = to_reference(product, &input.unit, None, &self.kilogram);
                    let ratio = ratio.map_or(0.0, |ratio| ratio.apply(1.0));
                    let takers = takers.clone();
                    links.extend(takers.map(|(taker, _)| Link {
                        origin: Origin::Input(at),
                        taker,
                        supplier,
                        ratio,
                    }));
                }
                inputs.extend(takers.map(|(node, share)| (node, supplier, share * amount)));
                chain.suppliers[at] = u32::try_from(supplier).unwrap_or(NOBODY);
            }
        }
        self.displace(chain, places, &mut inputs, &mut links);
        chain.cutoffs = cutoffs;
        chain.links = links;
        // A stable sort: amounts of one pair are added in the order of the rows.
        inputs.sort_by_key(|(taker, supplier, _)| (*taker, *supplier));
        for of_taker in inputs.chunk_by(|a, b| a.0 == b.0) {
            let list =
                of_taker.chunk_by(|a, b| a.1 == b.1).map(|same| (same[0].1, same.iter().map(|i| i.2).sum()));
            chain.nodes[of_taker[0].0].inputs = list.collect();
        }
    }

    /// A product that displaces another one stands for it, and its process is credited with it.
    fn displace(
        &self,
        chain: &Chain,
        places: &Places,
        inputs: &mut Vec<(usize, usize, f64)>,
        links: &mut Vec<Link>,
    ) {
        for (row, role) in places.roles.iter().enumerate() {
            let Some(Role::Displaces { row: other, amount }) = role else { continue };
            let (Some(node), Some(supplier)) = (places.node_of[row], places.node_of[*other]) else {
                continue;
            };
            inputs.push((node, supplier, *amount));
            let process = &self.supply.processes[row];
            let moves = process.distribution.is_some() && process.displaced_amount.is_none();
            let ratio = if process.amount.float > 0.0 { amount / process.amount.float } else { 0.0 };
            let link =
                |taker: usize, ratio: f64| Link { origin: Origin::Output(row), taker, supplier, ratio };
            links.extend(moves.then(|| link(node, ratio)));
            let rows = self.rows_of(&self.supply.processes[row].id).unwrap_or(row..row);
            let main = rows.filter_map(|row| places.node_of[row]).find(|&node| chain.nodes[node].share > 0.0);
            inputs.extend(main.map(|main| (main, supplier, -amount)));
            links.extend(main.filter(|_| moves).map(|main| link(main, -ratio)));
        }
    }
}
