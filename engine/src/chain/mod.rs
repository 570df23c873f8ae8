//! Layer 2: who makes what out of what. Names are resolved here; what is left is numbers.

mod allocate;
pub mod allocation;
pub mod build;
mod check;
pub mod convert;
mod points;
mod worth;

use crate::base::region::Location;

pub use allocation::{Allocation, Datum, Rest, Shares};
pub use build::build;

/// An input that was declared to have no supplier here.
#[derive(Clone, Debug, PartialEq)]
pub struct Cutoff {
    /// Node that takes it.
    pub node: usize,
    /// Row of the inputs; products that are made together take it together.
    pub input: usize,
    /// Product.
    pub product: String,
    /// How much of it the whole process takes, in the unit of the product; [`Node::share`] of it is of the node.
    pub amount: f64,
    /// Amount as recorded.
    pub recorded: String,
}

/// A process as far as it makes one product, the mix of processes that supply one product from one place, or a
/// product that stands for the one it displaces.
#[derive(Clone, Debug)]
pub struct Node {
    /// Id of the process; with several products, `process:product`; of a mix, `product@origin`.
    pub id: String,
    /// Index in [`crate::data::supply::Supply::processes`]; `None`: it causes nothing itself.
    pub process: Option<usize>,
    /// Index of the product it makes.
    pub product: usize,
    /// How much of it, in reference units.
    pub output: f64,
    /// The share of what the process causes, pays and receives that this product bears; `inputs` are multiplied
    /// already. 1 where it makes one product.
    pub share: f64,
    /// What it takes: node of the supplier, amount in the reference unit of that node's product. Sorted.
    pub inputs: Vec<(usize, f64)>,
}

/// What an amount of a node comes from that may change: see [`Link`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A row of inputs; the share of the taker multiplies it.
    Input(usize),
    /// The amount that a row of processes makes, of which another product saves so much.
    Output(usize),
}

/// A part of an amount in [`Node::inputs`] that hangs on a datum with a distribution, or on a share that does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// What it comes from.
    pub origin: Origin,
    /// Node that takes.
    pub taker: usize,
    /// Node that supplies.
    pub supplier: usize,
    /// Reference units of the supplier's product in one unit of the row.
    pub ratio: f64,
}

/// What is priced: a product from one place.
#[derive(Clone, Debug)]
pub struct SupplyPoint {
    /// Index of the product.
    pub product: usize,
    /// Place it is made in.
    pub origin: Location,
    /// Node that supplies it.
    pub node: usize,
}

/// A chain: square, one supplier for each product x origin. Nodes are in the order of processes and their products,
/// mixes follow; points are sorted by product and origin.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Processes and mixes.
    pub nodes: Vec<Node>,
    /// What is priced.
    pub points: Vec<SupplyPoint>,
    /// Inputs without a supplier.
    pub cutoffs: Vec<Cutoff>,
    /// Processes with several products, by id.
    pub allocations: Vec<Allocation>,
    /// What may change of the inputs of nodes; empty where nobody states a distribution.
    pub links: Vec<Link>,
    /// Ids of all products.
    pub products: Vec<Box<str>>,
    /// Node that supplies each row of the inputs, `u32::MAX` for none; see [`Chain::supplier`].
    pub suppliers: Vec<u32>,
}

/// Stands for no supplier.
const NOBODY: u32 = u32::MAX;

impl Chain {
    /// A node by its product, and the process that makes it: `coal (mine)`.
    pub fn name(&self, node: usize) -> String {
        let node = &self.nodes[node];
        match self.products.get(node.product) {
            Some(product) => format!("{product} ({})", node.id),
            None => node.id.clone(),
        }
    }

    /// The node that supplies a row of the inputs; `None`: it is cut off.
    pub fn supplier(&self, input: usize) -> Option<usize> {
        self.suppliers.get(input).filter(|node| **node != NOBODY).map(|node| *node as usize)
    }

    /// What a node makes, net of what it takes of its own.
    pub fn net_output(&self, node: usize) -> f64 {
        let own: f64 =
            self.nodes[node].inputs.iter().filter(|(n, _)| *n == node).map(|(_, amount)| amount).sum();
        self.nodes[node].output - own
    }
}

/// All that some nodes take from, and they, and themselves; ascending. What is taken 0 times is not taken.
pub fn needed(chain: &Chain, nodes: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut seen = vec![false; chain.nodes.len()];
    let mut all: Vec<usize> = Vec::new();
    let mut next = |node: usize, all: &mut Vec<usize>| {
        if !std::mem::replace(&mut seen[node], true) {
            all.push(node);
        }
    };
    for node in nodes {
        next(node, &mut all);
    }
    let mut at = 0;
    while let Some(&node) = all.get(at) {
        at += 1;
        for (supplier, _) in chain.nodes[node].inputs.iter().filter(|(_, amount)| *amount != 0.0) {
            next(*supplier, &mut all);
        }
    }
    all.sort_unstable();
    all
}
