//! Turns a run into the parts of a plan: names are looked up here, once.

use std::collections::{BTreeMap, HashMap};

use crate::base::diagnostic::Diagnostics;
use crate::base::money::Factor;
use crate::chain::{Link, Origin};
use crate::data::distribution::{Datum, Distribution};
use crate::data::factors::Band;
use crate::data::reference::IndicatorKind;
use crate::data::supply::{Input, Process, Rule};
use crate::pricing::{Run, TruePrices};
use crate::rollup::{Direction, Spot, Varying};
use crate::valuation::Status;

use super::key::key;
use super::plan::{Cause, Class, Member, NONE, Slot, Term};
use super::{Counts, Vary};

/// What is left of a sum by rounding, as a part of its terms.
const ROUNDING: f64 = 1e-12;

/// Makes the parts of a plan.
pub(super) struct Maker<'a> {
    run: &'a Run<'a>,
    vary: Vary,
    direction: Direction,
    pub(super) data: Vec<Datum>,
    draw_of: HashMap<Origin, u32>,
    /// Member of each node whose share changes.
    share_of: HashMap<usize, u32>,
    pub(super) members: Vec<Member>,
    pub(super) counts: Counts,
    pub(super) not_drawn: usize,
}

impl<'a> Maker<'a> {
    pub(super) fn new(run: &'a Run<'a>, vary: Vary, direction: Direction) -> Self {
        Self {
            run,
            vary,
            direction,
            data: Vec::new(),
            draw_of: HashMap::new(),
            share_of: HashMap::new(),
            members: Vec::new(),
            counts: Counts::default(),
            not_drawn: 0,
        }
    }

    fn is_needed(&self, node: usize) -> bool {
        self.run.footprints.blocks().of(node).is_some()
    }

    fn new_draw(&mut self, parts: &[&str], distribution: &Distribution) -> u32 {
        self.data.push(Datum { key: key(parts), sampler: distribution.sampler() });
        self.data.len() as u32 - 1
    }

    /// The draw of a datum of the chain, if it has one.
    fn draw(&mut self, origin: Origin) -> u32 {
        if self.vary == Vary::Factors {
            return NONE;
        }
        if let Some(known) = self.draw_of.get(&origin) {
            return *known;
        }
        let supply = self.run.prepared.supply.clone();
        let draw = match origin {
            Origin::Input(row) => {
                let Input { process, product, origin, supplier, distribution, .. } = &supply.inputs[row];
                let parts = [origin, supplier].map(|text| text.as_deref().unwrap_or_default());
                distribution.as_ref().map(|distribution| {
                    self.counts.inputs += 1;
                    self.new_draw(&["input", process, product, parts[0], parts[1]], distribution)
                })
            }
            Origin::Output(row) => {
                let Process { id, product, distribution, .. } = &supply.processes[row];
                distribution.as_ref().map(|distribution| {
                    self.counts.outputs += 1;
                    self.new_draw(&["output", id, product], distribution)
                })
            }
        };
        self.draw_of.insert(origin, draw.unwrap_or(NONE));
        draw.unwrap_or(NONE)
    }

    /// Processes whose shares hang on amounts that are drawn. Nodes of processes stand in the order of their rows.
    pub(super) fn add_members(&mut self) {
        let prepared = self.run.prepared;
        let rows = &prepared.supply.processes;
        let mut first = 0;
        for of_one in rows.chunk_by(|a, b| a.id == b.id) {
            let own = first..first + of_one.len();
            first = own.end;
            let moves = self.vary != Vary::Factors && of_one.iter().any(|row| row.distribution.is_some());
            if of_one.len() < 2 || !moves || !own.clone().any(|node| self.is_needed(node)) {
                continue;
            }
            let rule = prepared.chain.allocations.iter().find(|a| a.process == of_one[0].id);
            if rule.is_none_or(|allocation| allocation.used.rule == Rule::Substitution) {
                continue; // one product bears all, whatever the amounts
            }
            for row in own.clone() {
                let node = &prepared.chain.nodes[row];
                let draw = self.draw(Origin::Output(row));
                let amount = rows[row].amount.float;
                self.share_of.insert(row, self.members.len() as u32);
                self.members.push(Member {
                    weight: node.share / node.output,
                    draw,
                    ratio: if draw == NONE { node.output } else { node.output / amount },
                    goes_on: row + 1 < own.end,
                });
            }
        }
    }

    /// Numbers of the equations that change.
    pub(super) fn slots(&mut self, varying: &Varying) -> (Vec<Slot>, Vec<Term>) {
        let prepared = self.run.prepared;
        let mut found: BTreeMap<Spot, (f64, Vec<(Term, f64)>)> = BTreeMap::new();
        if self.vary == Vary::Factors {
            return (Vec::new(), Vec::new());
        }
        for (row, process) in prepared.supply.processes.iter().enumerate() {
            if process.distribution.is_none() || !self.is_needed(row) {
                continue;
            }
            let node = &prepared.chain.nodes[row];
            let draw = self.draw(Origin::Output(row));
            let term = Term { draw, share: NONE, coefficient: node.output / process.amount.float };
            let net = || (prepared.chain.net_output(row), Vec::new());
            let spot = Spot::Net(varying.place(row));
            found.entry(spot).or_insert_with(net).1.push((term, node.output));
        }
        for link in
            prepared.chain.links.iter().filter(|link| self.run.footprints.blocks().of(link.taker).is_some())
        {
            let Some(spot) = varying.spot(self.direction, link.taker, link.supplier) else { continue };
            let sign = if matches!(spot, Spot::Net(_)) { -1.0 } else { 1.0 };
            let (term, middle) = self.term(link);
            let term = Term { coefficient: sign * term.coefficient, ..term };
            let whole = || {
                let node = &prepared.chain.nodes[link.taker];
                let taken = node.inputs.binary_search_by_key(&link.supplier, |(supplier, _)| *supplier);
                let taken = taken.map_or(0.0, |at| node.inputs[at].1);
                (if sign < 0.0 { prepared.chain.net_output(link.taker) } else { taken }, Vec::new())
            };
            found.entry(spot).or_insert_with(whole).1.push((term, sign * middle));
        }
        let (mut slots, mut terms) = (Vec::with_capacity(found.len()), Vec::new());
        for (spot, (whole, parts)) in found {
            let size: f64 = parts.iter().map(|(_, middle)| middle.abs()).sum();
            let fixed = parts.iter().fold(whole, |left, (_, middle)| left - middle);
            let fixed = if fixed.abs() <= ROUNDING * size { 0.0 } else { fixed };
            terms.extend(parts.into_iter().map(|(term, _)| term));
            slots.push(Slot { spot, fixed, end: terms.len() as u32 });
        }
        (slots, terms)
    }

    /// A link as a term, and what it is in the middle.
    fn term(&mut self, link: &Link) -> (Term, f64) {
        let prepared = self.run.prepared;
        let draw = self.draw(link.origin);
        let (amount, share) = match link.origin {
            Origin::Input(row) => {
                (prepared.supply.inputs[row].amount.float, prepared.chain.nodes[link.taker].share)
            }
            Origin::Output(row) => (prepared.supply.processes[row].amount.float, 1.0),
        };
        let moving = match link.origin {
            Origin::Input(_) => self.share_of.get(&link.taker).copied().unwrap_or(NONE),
            Origin::Output(_) => NONE,
        };
        let fixed_share = if moving == NONE { share } else { 1.0 };
        let fixed_amount = if draw == NONE { amount } else { 1.0 };
        let coefficient = link.ratio * fixed_share * fixed_amount;
        (Term { draw, share: moving, coefficient }, link.ratio * share * amount)
    }

    /// What nodes cause and pay, with their factors; sorted by place.
    pub(super) fn causes(
        &mut self,
        prices: &TruePrices,
        used: &[usize],
        varying: &Varying,
        diagnostics: &mut Diagnostics,
    ) -> (Vec<Cause>, Vec<Class>, Vec<u64>) {
        let (run, supply) = (self.run, self.run.prepared.supply.clone());
        let indicators = prices.products.first().map_or(&[][..], |product| &product.indicators);
        let index_of: HashMap<&str, usize> =
            indicators.iter().enumerate().map(|(k, own)| (own.indicator.as_str(), k)).collect();
        let column = |index: usize| used.binary_search(&index).map_or(NONE, |column| column as u32);
        let profiles = supply.interventions.profiles();
        let columns: Vec<u32> =
            profiles.iter().map(|p| index_of.get(&*p.indicator).map_or(NONE, |k| column(*k))).collect();
        let mut classes = Classes::default();
        let mut causes = Vec::new();
        for (node, own) in run.prepared.chain.nodes.iter().enumerate() {
            if own.process.is_none() || !self.is_needed(node) {
                continue;
            }
            let share = self.share_of.get(&node).copied().unwrap_or(NONE);
            let fixed_share = if share == NONE { own.share } else { 1.0 };
            for row in run.rows(node) {
                let column = columns[supply.interventions.profile_index(row)];
                let Status::Priced(factor) = run.valued.status(row) else { continue };
                if column == NONE || own.share <= 0.0 {
                    continue;
                }
                let found = &run.valued.uses[*factor];
                let set = found.rows.first().map_or(0, |at| run.prepared.set.rows[*at].set);
                let is_benefit = indicators[used[column as usize]].kind == IndicatorKind::Benefit;
                let class = classes.of(column, found.value, is_benefit, set);
                let (draw, value) = self.intervention(row);
                let value = fixed_share * value;
                causes.push(Cause { place: varying.place(node) as u32, class, draw, share, value });
            }
        }
        for (indicator, node, share, money) in run.paid_amounts(diagnostics) {
            let Some(k) = index_of.get(indicator).filter(|_| self.is_needed(node)) else { continue };
            let moving = self.share_of.get(&node).copied().unwrap_or(NONE);
            let value = if moving == NONE { share * money } else { money };
            let class = classes.paid(column(indicators.len() + k));
            let place = varying.place(node) as u32;
            causes.push(Cause { place, class, draw: NONE, share: moving, value });
        }
        causes.sort_by_key(|cause| (cause.place, classes.all[cause.class as usize].column));
        if self.vary == Vary::Data {
            classes.all.iter_mut().for_each(Class::fix);
        }
        let has_range =
            |class: &&Class| class.band.lower < class.band.upper || class.band.upper < class.band.lower;
        self.counts.factors = classes.all.iter().filter(has_range).count();
        let sets = run.prepared.set.heads.iter().map(|head| key(&["factors", &head.name])).collect();
        (causes, classes.all, sets)
    }

    /// The draw of a row of interventions and what one unit of it is; without a draw, its amount.
    fn intervention(&mut self, row: usize) -> (u32, f64) {
        let (run, supply) = (self.run, self.run.prepared.supply.clone());
        let rows = &supply.interventions;
        let Some(distribution) = rows.distribution(row).filter(|_| self.vary != Vary::Factors) else {
            return (NONE, run.valued.amount(row));
        };
        let Some(scale) = run.valued.scale(row) else {
            self.not_drawn += 1;
            return (NONE, run.valued.amount(row));
        };
        let profile = rows.profile(row);
        let parts = ["intervention", rows.process(row), &*profile.indicator, &*profile.subject];
        self.counts.interventions += 1;
        (self.new_draw(&parts, distribution), scale)
    }
}

/// Factors in use, each once.
#[derive(Default)]
struct Classes {
    all: Vec<Class>,
    known: HashMap<(u32, Band<Factor>, bool, usize), u32>,
    paid: HashMap<u32, u32>,
}

impl Classes {
    fn of(&mut self, column: u32, band: Band<Factor>, is_benefit: bool, set: usize) -> u32 {
        let all = &mut self.all;
        *self.known.entry((column, band, is_benefit, set)).or_insert_with(|| {
            let signed = band.map(|factor| if is_benefit { factor.negated() } else { factor });
            let band = signed.map(|factor| factor.units() as f64 / 1e18);
            all.push(Class { column, set: set as u32, band });
            all.len() as u32 - 1
        })
    }

    /// What is paid is money already.
    fn paid(&mut self, column: u32) -> u32 {
        let all = &mut self.all;
        *self.paid.entry(column).or_insert_with(|| {
            all.push(Class { column, set: 0, band: Band { lower: 1.0, central: 1.0, upper: 1.0 } });
            all.len() as u32 - 1
        })
    }
}
