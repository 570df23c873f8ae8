//! Builds the chain: every name resolved, every amount in its reference unit, all problems reported.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{One, ToPrimitive};

use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::unit::{Measure, Unit};
use crate::data::cells::RowRef;
use crate::data::interventions::Profile;
use crate::data::reference::{Reference, like};
use crate::data::supply::{Input, Process, Product, Supply, is_claimed};

use super::convert::to_reference;
use super::{Chain, Cutoff, Node, SupplyPoint};

/// Resolves a dataset into a chain.
pub fn build(supply: &Supply, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Chain> {
    let kilogram = reference.units.unit("kg").ok()?;
    let before = diagnostics.errors();
    let builder = Builder {
        supply,
        kilogram,
        products: supply.products.iter().enumerate().map(|(i, p)| (p.id.as_str(), i)).collect(),
        processes: supply.processes.iter().enumerate().map(|(i, p)| (p.id.as_str(), i)).collect(),
    };
    builder.check_co_products(diagnostics);
    let nodes = builder.process_nodes(diagnostics);
    builder.check_references(diagnostics);
    builder.check_prices(diagnostics);
    let chain = builder.assemble(nodes, diagnostics);
    (diagnostics.errors() == before).then_some(chain)
}

struct Builder<'a> {
    supply: &'a Supply,
    kilogram: Unit,
    products: BTreeMap<&'a str, usize>,
    processes: BTreeMap<&'a str, usize>,
}

/// Reports a name that does not exist, with the one that was probably meant.
fn dangling<'a>(
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
    fn product(&self, id: &str) -> Option<(usize, &'a Product)> {
        self.products.get(id).map(|&index| (index, &self.supply.products[index]))
    }

    /// Reports a product that does not exist, unless its own row was reported already.
    fn no_product(&self, row: &RowRef, id: &str, diagnostics: &mut Diagnostics) {
        if !is_claimed(self.supply.claimed_products.as_ref(), id) {
            dangling(row, "product", "product", id, self.products.keys().copied(), diagnostics);
        }
    }

    /// Reports a process that does not exist, likewise.
    fn no_process(&self, row: &RowRef, id: &str, diagnostics: &mut Diagnostics) {
        if !is_claimed(self.supply.claimed_processes.as_ref(), id) {
            dangling(row, "process", "process", id, self.processes.keys().copied(), diagnostics);
        }
    }

    fn check_co_products(&self, diagnostics: &mut Diagnostics) {
        let twice = |pair: &&[Process]| pair[0].id == pair[1].id && pair[0].product != pair[1].product;
        for pair in self.supply.processes.windows(2).filter(twice) {
            let message =
                format!("the process `{}` makes `{}` and `{}`", pair[1].id, pair[0].product, pair[1].product);
            let hint =
                "a process makes one product for now; split it, with the inputs and interventions of each";
            diagnostics
                .push(Diagnostic::error(codes::CO_PRODUCT, message).at(pair[1].row.place()).hint(hint));
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

    /// One node a process, with its product and output; inputs come later.
    fn process_nodes(&self, diagnostics: &mut Diagnostics) -> Vec<Option<Node>> {
        let node = |index: usize, process: &Process, diagnostics: &mut Diagnostics| {
            let Some((product, row)) = self.product(&process.product) else {
                self.no_product(&process.row, &process.product, diagnostics);
                return None;
            };
            let output = self.amount(row, process.amount.float, &process.unit, &process.row, diagnostics)?;
            Some(Node { id: process.id.clone(), process: Some(index), product, output, inputs: Vec::new() })
        };
        self.supply.processes.iter().enumerate().map(|(i, process)| node(i, process, diagnostics)).collect()
    }

    /// Interventions, payments and support name processes and indicators that exist, in units that fit.
    fn check_references(&self, diagnostics: &mut Diagnostics) {
        let supply = self.supply;
        let mut check = |process: &str, indicator: Option<&str>, row: &RowRef| {
            if !self.processes.contains_key(process) {
                self.no_process(row, process, diagnostics);
            }
            let unknown = |id: &&str| {
                !supply.indicators.contains_key(*id) && !is_claimed(supply.claimed_indicators.as_ref(), id)
            };
            if let Some(indicator) = indicator.filter(unknown) {
                let message = format!("there is no indicator `{indicator}`");
                let mut diagnostic =
                    Diagnostic::error(codes::DANGLING, message).at(row.place().column("indicator"));
                if diagnostics.errors() < 50
                    && let Some(hint) = like(indicator, &supply.indicators)
                {
                    diagnostic = diagnostic.hint(hint);
                }
                diagnostics.push(diagnostic);
            }
        };
        let rows = &supply.interventions;
        let is_unknown: Vec<bool> = rows
            .profiles()
            .iter()
            .map(|profile| !supply.indicators.contains_key(&*profile.indicator))
            .collect();
        let any_unknown = is_unknown.contains(&true);
        for (process, range) in rows.processes() {
            let no_process = !self.processes.contains_key(process);
            for row in range.filter(|_| no_process || any_unknown) {
                if no_process || is_unknown[rows.profile_index(row)] {
                    check(process, Some(&rows.profile(row).indicator), &rows.row_ref(row));
                }
            }
        }
        for row in &supply.paid {
            check(&row.process, Some(&row.indicator), &row.row);
        }
        for row in &supply.support {
            check(&row.process, None, &row.row);
        }
        self.check_intervention_units(diagnostics);
        self.check_origins(diagnostics);
    }

    fn check_intervention_units(&self, diagnostics: &mut Diagnostics) {
        let rows = &self.supply.interventions;
        let problem = |profile: &Profile, period: Option<Option<Period>>| {
            let indicator = self.supply.indicators.get(&*profile.indicator)?;
            let why = match (&*profile.unit, &indicator.unit) {
                (Measure::Physical(own), Measure::Physical(its)) => {
                    own.ratio_to(its).err().map(|e| e.to_string())
                }
                (Measure::Money(_, Some(_)), Measure::AnyMoney) => None,
                (Measure::Money(currency, None), Measure::AnyMoney) => (period == Some(None))
                    .then(|| format!("of which year? Write {currency}2024, or the period of the process")),
                (own, its) => Some(format!("`{own}` does not convert to `{its}`")),
            }?;
            Some(format!("`{}` is measured in `{}`: {why}", indicator.id, indicator.unit))
        };
        // Whether a process states its period matters to money alone: most tables are done with their profiles.
        let suspects: Vec<bool> = rows.profiles().iter().map(|p| problem(p, Some(None)).is_some()).collect();
        if !suspects.contains(&true) {
            return;
        }
        for (process, range) in rows.processes() {
            let period = self.processes.get(process).map(|&i| self.supply.processes[i].period);
            for row in range.filter(|&row| suspects[rows.profile_index(row)]) {
                if let Some(message) = problem(rows.profile(row), period) {
                    let place = rows.place(row).column("unit");
                    diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place));
                }
            }
        }
    }

    /// A published footprint is valued where the line comes from: it cannot have a chain of its own.
    fn check_origins(&self, diagnostics: &mut Diagnostics) {
        use crate::base::region::Location;
        for input in &self.supply.inputs {
            let process = self.processes.get(input.process.as_str()).map(|&i| &self.supply.processes[i]);
            if process.is_some_and(|p| p.location == Location::Origin) {
                let message = format!("`{}` has region `origin` and takes inputs", input.process);
                let hint = "`origin` is for a published footprint without inputs; state where the process is";
                diagnostics
                    .push(Diagnostic::error(codes::BAD_VALUE, message).at(input.row.place()).hint(hint));
            }
        }
    }

    fn check_prices(&self, diagnostics: &mut Diagnostics) {
        for price in &self.supply.prices {
            let Some((_, product)) = self.product(&price.product) else {
                self.no_product(&price.row, &price.product, diagnostics);
                continue;
            };
            let made_there = |origin: &String| {
                let mut makers = self.supply.processes.iter().filter(|p| p.product == price.product);
                makers.any(|p| {
                    p.location == crate::base::region::Location::Origin || p.location.to_string() == *origin
                })
            };
            if let Some(origin) = price.origin.as_ref().filter(|origin| !made_there(origin)) {
                let message =
                    format!("nothing makes `{}` in {origin}: this price is not used", price.product);
                let place = price.row.place().column("origin");
                diagnostics.push(Diagnostic::warning(codes::PRICE_UNUSED, message).at(place));
            }
            if let Err(why) = to_reference(product, &price.unit, price.mass_kg.as_ref(), &self.kilogram) {
                let message = format!("`{}` is counted in `{}`: {why}", product.id, product.unit.text());
                let hint = "state `mass_kg`: of the pack in prices, or of the product in products";
                let place = price.row.place().column("unit");
                diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
            }
        }
    }

    fn assemble(&self, nodes: Vec<Option<Node>>, diagnostics: &mut Diagnostics) -> Chain {
        let mut chain = Chain::default();
        let mut place_of_process: BTreeMap<&str, usize> = BTreeMap::new();
        for (process, node) in self.supply.processes.iter().zip(nodes) {
            if let Some(node) = node {
                place_of_process.insert(&process.id, chain.nodes.len());
                chain.nodes.push(node);
            }
        }
        self.add_points(&mut chain, diagnostics);
        let mut points: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, point) in chain.points.iter().enumerate() {
            points.entry(point.product).or_default().push(index);
        }
        let mut inputs: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
        for input in &self.supply.inputs {
            let Some(&taker) = place_of_process.get(input.process.as_str()) else {
                if !self.processes.contains_key(input.process.as_str()) {
                    self.no_process(&input.row, &input.process, diagnostics);
                }
                continue;
            };
            let Some((_, product)) = self.product(&input.product) else {
                self.no_product(&input.row, &input.product, diagnostics);
                continue;
            };
            let Some(amount) = self.amount(product, input.amount.float, &input.unit, &input.row, diagnostics)
            else {
                continue;
            };
            if input.cutoff {
                let text = format!("{} {}", input.amount.float, input.unit.text());
                chain.cutoffs.push(Cutoff { node: taker, product: input.product.clone(), amount: text });
            } else if let Some(supplier) =
                self.supplier(input, &chain, &points, &place_of_process, diagnostics)
            {
                *inputs.entry(taker).or_default().entry(supplier).or_default() += amount;
            }
        }
        for (taker, list) in inputs {
            chain.nodes[taker].inputs = list.into_iter().collect();
        }
        chain
    }

    /// Products x origins, and a mix for each that several processes supply.
    fn add_points(&self, chain: &mut Chain, diagnostics: &mut Diagnostics) {
        let mut groups: BTreeMap<(usize, &crate::base::region::Location), Vec<usize>> = BTreeMap::new();
        for (index, node) in chain.nodes.iter().enumerate() {
            if let Some(process) = node.process {
                groups
                    .entry((node.product, &self.supply.processes[process].location))
                    .or_default()
                    .push(index);
            }
        }
        let mut mixes = Vec::new();
        for ((product, origin), members) in groups {
            let mut node = members[0];
            let shared =
                |m: &usize| chain.nodes[*m].process.is_some_and(|p| self.supply.processes[p].share.is_some());
            if members.len() > 1 || members.iter().any(shared) {
                node = chain.nodes.len() + mixes.len();
                let processes = || members.iter().filter_map(|&m| chain.nodes[m].process);
                if let Some(shares) = Self::shares(
                    &processes().map(|p| &self.supply.processes[p]).collect::<Vec<_>>(),
                    diagnostics,
                ) {
                    let id = format!("{}@{origin}", self.supply.products[product].id);
                    let inputs = members.iter().copied().zip(shares).collect();
                    mixes.push(Node { id, process: None, product, output: 1.0, inputs });
                } else {
                    continue;
                }
            }
            chain.points.push(SupplyPoint { product, origin: origin.clone(), node });
        }
        chain.nodes.extend(mixes);
        let made: BTreeSet<usize> = chain.points.iter().map(|point| point.product).collect();
        let used: BTreeSet<&str> = self.supply.inputs.iter().map(|input| input.product.as_str()).collect();
        let unmade = self.supply.products.iter().enumerate().filter(|(index, _)| !made.contains(index));
        let all_read = self
            .supply
            .claimed_processes
            .as_ref()
            .is_some_and(|ids| ids.len() <= self.supply.processes.len());
        for (_, product) in unmade.filter(|(_, p)| all_read && !used.contains(p.id.as_str())) {
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

    fn supplier(
        &self,
        input: &Input,
        chain: &Chain,
        points: &BTreeMap<usize, Vec<usize>>,
        place_of_process: &BTreeMap<&str, usize>,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        if let Some(supplier) = &input.supplier {
            let makes =
                self.processes.get(supplier.as_str()).map(|&i| self.supply.processes[i].product.as_str());
            if makes == Some(input.product.as_str()) {
                return place_of_process.get(supplier.as_str()).copied();
            }
            let makers =
                self.supply.processes.iter().filter(|p| p.product == input.product).map(|p| p.id.as_str());
            let what = format!("process that makes `{}`:", input.product);
            if makes.is_some() || !is_claimed(self.supply.claimed_processes.as_ref(), supplier) {
                dangling(&input.row, "supplier", &what, supplier, makers, diagnostics);
            }
            return None;
        }
        let (product, _) = self.product(&input.product)?;
        let points: Vec<&SupplyPoint> =
            points.get(&product).into_iter().flatten().map(|&i| &chain.points[i]).collect();
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
        match points.as_slice() {
            [point] => Some(point.node),
            [] => {
                let rows = &self.supply.processes;
                let unread = self.supply.claimed_processes.as_ref().is_none_or(|ids| ids.len() > rows.len());
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
