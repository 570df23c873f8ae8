//! Who supplies what: products by origin, mixes by share, and the supplier of an input.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use num_traits::{One, ToPrimitive};

use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::region::Location;
use crate::data::supply::{Input, Process, is_claimed};

use super::build::{Builder, Places, dangling};
use super::{Chain, Node, SupplyPoint};

/// Points by product: they stand in the order of products.
pub(super) struct Suppliers {
    /// Points of each product that has some, by product.
    ranges: BTreeMap<usize, Range<usize>>,
}

impl Suppliers {
    /// Of a chain with its points.
    pub(super) fn new(chain: &Chain) -> Self {
        let mut ranges: BTreeMap<usize, Range<usize>> = BTreeMap::new();
        for (at, point) in chain.points.iter().enumerate() {
            ranges.entry(point.product).or_insert(at..at).end = at + 1;
        }
        Self { ranges }
    }

    /// The points of a product.
    fn points_of(&self, product: usize) -> Range<usize> {
        self.ranges.get(&product).cloned().unwrap_or(0..0)
    }
}

impl Builder<'_> {
    /// Products x origins, and a mix for each that several processes supply.
    pub(super) fn add_points(&self, chain: &mut Chain, places: &Places, diagnostics: &mut Diagnostics) {
        let processes = &self.supply.processes;
        let mut groups: BTreeMap<(usize, &Location), Vec<usize>> = BTreeMap::new();
        for (index, node) in chain.nodes.iter().enumerate() {
            let row = places.row_of[index];
            if !places.is_used_up(row, processes) {
                groups.entry((node.product, &processes[row].location)).or_default().push(index);
            }
        }
        let mut mixes = Vec::new();
        for ((product, origin), members) in groups {
            let mut node = members[0];
            let process = |member: &usize| &processes[places.row_of[*member]];
            if members.len() > 1 || members.iter().any(|member| process(member).share.is_some()) {
                node = chain.nodes.len() + mixes.len();
                if let Some(shares) =
                    Self::shares(&members.iter().map(process).collect::<Vec<_>>(), diagnostics)
                {
                    let id = format!("{}@{origin}", self.supply.products[product].id);
                    let inputs = members.iter().copied().zip(shares).collect();
                    mixes.push(Node { id, process: None, product, output: 1.0, share: 0.0, inputs });
                } else {
                    continue;
                }
            }
            chain.points.push(SupplyPoint { product, origin: origin.clone(), node });
        }
        chain.nodes.extend(mixes);
        let made: BTreeSet<&str> = processes.iter().map(|process| process.product.as_str()).collect();
        let used: BTreeSet<&str> = self.supply.inputs.iter().map(|input| input.product.as_str()).collect();
        let unmade = self.supply.products.iter().filter(|product| !made.contains(product.id.as_str()));
        let all_read =
            self.supply.claimed_processes.as_ref().is_some_and(|ids| ids.len() <= self.processes_read());
        for product in unmade.filter(|product| all_read && !used.contains(product.id.as_str())) {
            let message = format!("nothing makes `{}`: it has no footprint and is not priced", product.id);
            diagnostics.push(Diagnostic::warning(codes::NO_PROCESS, message).at(product.row.place()));
        }
    }

    fn shares(processes: &[&Process], diagnostics: &mut Diagnostics) -> Option<Vec<f64>> {
        let stated: Option<Vec<_>> = processes.iter().map(|p| p.share.as_ref()).collect();
        let sum: Option<Exact> = stated.as_ref().map(|shares| shares.iter().map(|s| s.exact.clone()).sum());
        let tolerance = Exact::new(1.into(), decimal::ten(9));
        let whole = sum.as_ref().is_some_and(|sum| {
            let off = sum - Exact::one();
            -&tolerance <= off && off <= tolerance
        });
        if whole && let Some(sum) = &sum {
            // A third written with nine digits is still a third: what was stated is brought to 1.
            let share = |s: &&crate::data::cells::Number| (&s.exact / sum).to_f64().unwrap_or(s.float);
            return stated.map(|shares| shares.iter().map(share).collect());
        }
        let names: Vec<&str> = processes.iter().map(|p| p.id.as_str()).collect();
        let found = sum.map_or_else(
            || "not all state one".to_owned(),
            |s| format!("the sum is {}", decimal::Short(&s, 9)),
        );
        let first = processes[0];
        let make = if names.len() == 1 { "makes" } else { "all make" };
        let message =
            format!("{} {make} `{}` in {}: {found}", names.join(", "), first.product, first.location);
        let hint = "state `share` for each of them; the shares sum to 1";
        diagnostics
            .push(Diagnostic::error(codes::SHARES, message).at(first.row.place().column("share")).hint(hint));
        None
    }

    /// The node that supplies an input.
    pub(super) fn supplier(
        &self,
        input: &Input,
        chain: &Chain,
        suppliers: &Suppliers,
        places: &Places,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        if let Some(supplier) = &input.supplier {
            let processes = &self.supply.processes;
            let rows = self.rows_of(supplier);
            let makes =
                rows.clone().and_then(|mut rows| rows.find(|&row| processes[row].product == input.product));
            if let Some(row) = makes {
                return places.node_of[row];
            }
            let makers = processes.iter().filter(|p| p.product == input.product).map(|p| p.id.as_str());
            let what = format!("process that makes `{}`:", input.product);
            if rows.is_some() || !is_claimed(self.supply.claimed_processes.as_ref(), supplier) {
                dangling(&input.row, "supplier", &what, supplier, makers, diagnostics);
            }
            return None;
        }
        let (product, _) = self.product(&input.product)?;
        let points = &chain.points[suppliers.points_of(product)];
        let origins = || points.iter().map(|p| p.origin.to_string()).collect::<Vec<_>>().join(", ");
        if let Some(origin) = &input.origin {
            let found = points.iter().find(|point| point.origin.to_string() == *origin);
            if found.is_none() && !points.is_empty() {
                let message = format!("nothing makes `{}` in {origin}", input.product);
                let hint = format!("it is made in {}", origins());
                let place = input.row.place().column("origin");
                diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
                return None;
            }
            if let Some(point) = found {
                return Some(point.node);
            }
        }
        match points {
            [point] => Some(point.node),
            [] => {
                let rows = &self.supply.processes;
                let unread = self
                    .supply
                    .claimed_processes
                    .as_ref()
                    .is_none_or(|ids| ids.len() > self.processes_read());
                if unread || rows.iter().any(|p| p.product == input.product) {
                    return None; // the process that makes it may be among those reported already
                }
                let message = format!("nothing makes `{}`", input.product);
                let hint = "add a process that makes it, or state `cutoff` = yes";
                let place = input.row.place().column("product");
                diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
                None
            }
            _ => {
                let message = format!("`{}` comes from {}: which one?", input.product, origins());
                let hint = "state `origin`, or `supplier`; several rows make a mix";
                let place = input.row.place().column("product");
                diagnostics.push(Diagnostic::error(codes::AMBIGUOUS_SUPPLIER, message).at(place).hint(hint));
                None
            }
        }
    }
}
