//! What a database of inventories holds, whatever its format: flows, and processes with their exchanges.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::diagnostic::Place;

use super::spread::Spread;

/// What passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// A good or a service.
    Product,
    /// What somebody has to treat.
    Waste,
    /// Between a process and nature.
    Elementary,
}

/// A flow, in one unit.
#[derive(Clone, Debug)]
pub(in super::super) struct Flow {
    pub(in super::super) kind: Kind,
    pub(in super::super) name: String,
    /// The unit of all its amounts, as the source spells it.
    pub(in super::super) unit: String,
    /// Flows of one link are one good, in any units.
    pub(in super::super) link: String,
    /// Of one unit, if it is stated.
    pub(in super::super) mass_kg: Option<f64>,
    /// Compartment, or category.
    pub(in super::super) compartment: String,
    /// What tables of characterisation may call it, in the order in which they are asked.
    pub(in super::super) keys: Vec<String>,
    /// Where it is in the source.
    pub(in super::super) source: String,
}

/// All flows, by the ids of their source.
#[derive(Debug, Default)]
pub(in super::super) struct FlowTable {
    by_id: FxHashMap<String, usize>,
    all: Vec<Flow>,
}

impl FlowTable {
    /// The flow of an id, made where it is new.
    pub(in super::super) fn id(&mut self, id: &str, make: impl FnOnce() -> Flow) -> usize {
        if let Some(&known) = self.by_id.get(id) {
            return known;
        }
        self.by_id.insert(id.to_owned(), self.all.len());
        self.all.push(make());
        self.all.len() - 1
    }

    /// The flow of an id.
    pub(in super::super) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// A flow.
    pub(in super::super) fn get(&self, flow: usize) -> &Flow {
        &self.all[flow]
    }
}

/// An amount of a flow that a process takes in or puts out.
#[derive(Clone, Debug)]
pub(in super::super) struct Exchange {
    pub(in super::super) flow: usize,
    pub(in super::super) is_input: bool,
    pub(in super::super) is_avoided: bool,
    pub(in super::super) is_reference: bool,
    /// In the unit of the flow.
    pub(in super::super) amount: f64,
    /// The process that is stated to provide it.
    pub(in super::super) provider: Option<String>,
    /// Where it is taken from, if that is stated.
    pub(in super::super) location: Option<String>,
    pub(in super::super) spread: Spread,
}

/// How the burden of a process is divided among what it makes.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Sharing {
    /// Its reference product bears all.
    Reference,
    /// By a share of each product, by its flow; the name of the method.
    Shares(String, BTreeMap<usize, f64>),
    /// By a share of each product in each exchange: by flow, then by index of the exchange.
    Causal(BTreeMap<usize, BTreeMap<usize, f64>>),
}

/// A process.
#[derive(Clone, Debug)]
pub(in super::super) struct Record {
    /// Its id in the source.
    pub(in super::super) key: String,
    /// What providers are named by: its key, or an id that several processes share.
    pub(in super::super) activity: String,
    pub(in super::super) name: String,
    /// A code of ours.
    pub(in super::super) region: String,
    /// As the source spells it.
    pub(in super::super) location: String,
    /// Stage: its category.
    pub(in super::super) category: String,
    /// Is it a result, and not one activity?
    pub(in super::super) is_result: bool,
    pub(in super::super) source: String,
    pub(in super::super) place: Place,
    pub(in super::super) exchanges: Vec<Exchange>,
    pub(in super::super) sharing: Sharing,
}

impl Record {
    /// Does an exchange provide what others take: an output of a product, or an input of waste that is treated?
    pub(in super::super) fn provides(exchange: &Exchange, kind: Kind) -> bool {
        !exchange.is_avoided
            && match kind {
                Kind::Product => !exchange.is_input,
                Kind::Waste => exchange.is_input,
                Kind::Elementary => false,
            }
    }

    /// What bears a share of its burden: flows with how much of each it makes, of all its exchanges.
    pub(in super::super) fn made(&self, flows: &FlowTable) -> Vec<Made> {
        let mut made: Vec<Made> = Vec::new();
        for exchange in &self.exchanges {
            if !Self::provides(exchange, flows.get(exchange.flow).kind) || exchange.amount == 0.0 {
                continue;
            }
            let is_reference = exchange.is_reference;
            match made.iter_mut().find(|made| made.flow == exchange.flow) {
                Some(known) => {
                    known.amount += exchange.amount;
                    known.is_reference |= is_reference;
                }
                None => made.push(Made { flow: exchange.flow, amount: exchange.amount, is_reference }),
            }
        }
        let has_share = |made: &Made| match &self.sharing {
            Sharing::Reference => false,
            Sharing::Shares(_, shares) => shares.contains_key(&made.flow),
            Sharing::Causal(shares) => shares.contains_key(&made.flow),
        };
        made.retain(|made| made.amount != 0.0);
        if made.len() > 1 && made.iter().any(has_share) {
            made.retain(has_share);
        } else if made.iter().any(|made| made.is_reference) {
            made.retain(|made| made.is_reference);
            made.truncate(1);
        } else if made.len() > 1 {
            made.clear();
        }
        made
    }
}

/// What a process makes of a flow. Below 0: it treats it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Made {
    pub(in super::super) flow: usize,
    pub(in super::super) amount: f64,
    pub(in super::super) is_reference: bool,
}
