//! How far chains state an indicator: what is not stated travels up the chain like a footprint.

use std::collections::BTreeSet;

use crate::chain::Chain;
use crate::data::manifest::Absent;
use crate::rollup::Blocks;

use super::amounts::Amounts;

/// How far a chain states an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covered {
    /// Every process states it.
    Complete,
    /// Some do.
    Partial,
    /// None does.
    Absent,
}

impl Covered {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Absent => "absent",
        }
    }
}

/// Bits of a word.
const BITS: usize = 64;

/// For each node two sets of indicators: what its chain states somewhere, and what it does not state somewhere. One more bit
/// says whether something is cut off.
pub(super) struct Coverage<'a> {
    chain: &'a Chain,
    amounts: &'a Amounts<'a>,
    words: usize,
    spoken: Vec<u64>,
    silent: Vec<u64>,
}

impl<'a> Coverage<'a> {
    pub(super) fn new(chain: &'a Chain, amounts: &'a Amounts<'a>, blocks: &Blocks) -> Self {
        let words = (amounts.indicators.len() + 1).div_ceil(BITS);
        let size = words * chain.nodes.len();
        let mut coverage = Self { chain, amounts, words, spoken: vec![0; size], silent: vec![0; size] };
        for node in blocks.members.iter().flatten() {
            coverage.own(*node);
        }
        for cutoff in &chain.cutoffs {
            coverage.mark(cutoff.node, amounts.indicators.len(), true);
        }
        // Suppliers stand in earlier blocks; members of one take what the others have until nothing changes.
        for members in &blocks.members {
            while members.iter().fold(false, |changed, &node| coverage.gather(node) | changed)
                && members.len() > 1
            {}
        }
        coverage
    }

    /// What a process says itself of an indicator: whether it states it, and whether it leaves it open.
    fn says(&self, process: usize, k: usize) -> (bool, bool) {
        let supply = self.amounts.supply;
        let zero = supply.manifest.supply.absent_interventions == Absent::Zero;
        let rows = self.amounts.rows(&supply.processes[process].id, k);
        let (mut stated, mut empty) = (false, false);
        for row in rows {
            let is_stated = supply.interventions.amount(row).is_some();
            stated |= is_stated;
            empty |= !is_stated;
        }
        (stated, empty || (!stated && !zero))
    }

    fn own(&mut self, node: usize) {
        let Some(process) = self.chain.nodes[node].process else { return };
        for k in 0..self.amounts.indicators.len() {
            let (stated, open) = self.says(process, k);
            if stated {
                self.mark(node, k, true);
            }
            if open {
                self.mark(node, k, false);
            }
        }
    }

    fn mark(&mut self, node: usize, bit: usize, spoken: bool) {
        let set = if spoken { &mut self.spoken } else { &mut self.silent };
        set[node * self.words + bit / BITS] |= 1 << (bit % BITS);
    }

    /// Adds what suppliers have; did anything come?
    fn gather(&mut self, node: usize) -> bool {
        let mut changed = false;
        let chain = self.chain;
        for &(supplier, amount) in &chain.nodes[node].inputs {
            if amount == 0.0 || supplier == node {
                continue;
            }
            for word in 0..self.words {
                for set in [&mut self.spoken, &mut self.silent] {
                    let add = set[supplier * self.words + word];
                    let own = &mut set[node * self.words + word];
                    changed |= add & !*own != 0;
                    *own |= add;
                }
            }
        }
        changed
    }

    fn has(&self, set: &[u64], node: usize, bit: usize) -> bool {
        set[node * self.words + bit / BITS] >> (bit % BITS) & 1 == 1
    }

    /// How far the chain of a node states an indicator.
    pub(super) fn stated(&self, node: usize, k: usize) -> Covered {
        match (self.has(&self.spoken, node, k), self.has(&self.silent, node, k)) {
            (_, false) => Covered::Complete,
            (true, true) => Covered::Partial,
            (false, true) => Covered::Absent,
        }
    }

    /// Is something cut off in the chain of a node?
    pub(super) fn cut_off(&self, node: usize) -> bool {
        self.has(&self.spoken, node, self.amounts.indicators.len())
    }

    /// Processes of the chain of a node that do not state an indicator which others state, by indicator.
    pub(super) fn silent(&self, node: usize) -> Vec<Vec<String>> {
        let mut seen = BTreeSet::from([node]);
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            let inputs = self.chain.nodes[node].inputs.iter().filter(|(_, amount)| *amount != 0.0);
            waiting.extend(inputs.map(|(supplier, _)| *supplier).filter(|supplier| seen.insert(*supplier)));
        }
        let processes: BTreeSet<usize> =
            seen.iter().filter_map(|&node| self.chain.nodes[node].process).collect();
        let of = |k: usize| {
            let open = processes.iter().filter(|&&process| self.says(process, k).1);
            let mut ids: Vec<String> =
                open.map(|&process| self.amounts.supply.processes[process].id.clone()).collect();
            ids.dedup(); // the products of one process stand together
            ids
        };
        (0..self.amounts.indicators.len())
            .map(|k| if self.stated(node, k) == Covered::Partial { of(k) } else { Vec::new() })
            .collect()
    }
}
