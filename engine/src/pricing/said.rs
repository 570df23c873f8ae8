//! What the chain of every product says: which cells of a breakdown it has, what is not priced and why, what is left open.
//! Found once for all, suppliers first. Members of a loop have one chain, and chains that say the same share it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::chain::Chain;
use crate::data::manifest::Absent;
use crate::rollup::Blocks;
use crate::valuation::Status;

use super::run::Run;

/// Stands for no rank.
const NONE: u32 = u32::MAX;

/// A cell of the breakdown: ranks of the indicator, stage, region and class.
pub(super) type Key = (u32, u32, u32, u32);

/// Something that a process says of an indicator. Sorted by indicator, then by cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Fact {
    /// Cell; one that is not stated has no rank but that of the indicator.
    pub(super) key: Key,
    /// Profile of interventions.
    pub(super) profile: u32,
    /// Status of it.
    pub(super) status: u32,
}

impl Fact {
    /// An indicator that a process leaves open.
    fn open(k: u32) -> Self {
        Self { key: (k, NONE, NONE, NONE), profile: NONE, status: NONE }
    }

    /// Is it that a process leaves the indicator open?
    pub(super) fn is_open(&self) -> bool {
        self.status == NONE
    }
}

/// What all chains say.
pub(super) struct Said {
    /// Distinct stages and regions, sorted, and the rank of each process, by node.
    pub(super) stages: Vec<String>,
    pub(super) regions: Vec<String>,
    rank_of: Vec<(u32, u32)>,
    facts: Vec<Fact>,
    blocks: Blocks,
    of_block: Vec<Arc<[u32]>>,
}

/// Blocks of what a run has made ready; what is taken 0 times ties nothing together, though it is solved with the rest.
fn blocks(run: &Run) -> Blocks {
    let (chain, ready) = (&run.prepared.chain, run.footprints.blocks());
    let takes = |node: usize| chain.nodes[node].inputs.iter().all(|(_, amount)| *amount != 0.0);
    if ready.members.iter().flatten().all(|&node| takes(node)) {
        return ready.clone();
    }
    let mut nodes = chain.nodes.clone();
    for node in &mut nodes {
        node.inputs.retain(|(_, amount)| *amount != 0.0);
    }
    let tied = Chain { nodes, ..Chain::default() };
    Blocks::of_nodes(&tied, ready.members.iter().flatten().copied())
}

impl Said {
    /// Of all chains that a run has made ready.
    pub(super) fn new(run: &Run) -> Self {
        let (chain, supply) = (&run.prepared.chain, &run.prepared.supply);
        let blocks = blocks(run);
        let process = |node: usize| chain.nodes[node].process.map(|process| &supply.processes[process]);
        let ready = || run.footprints.blocks().members.iter().flatten().copied();
        let stages: BTreeSet<&str> = ready().filter_map(process).map(|p| p.stage.as_str()).collect();
        let stages: Vec<String> = stages.into_iter().map(str::to_owned).collect();
        let region = |node: usize| process(node).map(|process| run.place(&process.location).to_string());
        let regions: BTreeSet<String> = ready().filter_map(region).collect();
        let regions: Vec<String> = regions.into_iter().collect();
        let mut rank_of = vec![(NONE, NONE); chain.nodes.len()];
        for node in ready() {
            if let (Some(process), Some(region)) = (process(node), region(node)) {
                let stage = stages.partition_point(|other| *other < process.stage) as u32;
                rank_of[node] = (stage, regions.partition_point(|other| *other < region) as u32);
            }
        }
        let mut said = Self { stages, regions, rank_of, facts: Vec::new(), blocks, of_block: Vec::new() };
        let mut known: HashSet<Fact> = HashSet::new();
        for node in ready() {
            known.extend(said.own(run, node));
        }
        said.facts = known.into_iter().collect();
        said.facts.sort_unstable();
        said.gather(run);
        said
    }

    /// What the process of a node says itself, sorted by indicator.
    fn own(&self, run: &Run, node: usize) -> Vec<Fact> {
        let mut facts: Vec<Fact> = Vec::new();
        if run.prepared.chain.nodes[node].process.is_none() {
            return facts;
        }
        let zero = run.prepared.supply.manifest.supply.absent_interventions == Absent::Zero;
        let mut stated = vec![zero; run.indicators.len()];
        for row in run.rows(node) {
            let profile = run.prepared.supply.interventions.profile_index(row);
            let status = run.valued.status_index(row);
            let k = run.indicator_of[profile];
            if run.valued.statuses[status] == Status::NotStated {
                facts.push(Fact::open(k));
                continue;
            }
            stated[k as usize] = true;
            let key = self.key(run, node, profile, status);
            facts.push(Fact { key, profile: profile as u32, status: status as u32 });
        }
        let open = stated.iter().enumerate().filter(|(_, stated)| !**stated);
        facts.extend(open.map(|(k, _)| Fact::open(k as u32)));
        facts.sort_unstable();
        facts.dedup();
        facts
    }

    /// The cell of a row of interventions of a node.
    pub(super) fn key(&self, run: &Run, node: usize, profile: usize, status: usize) -> Key {
        let (stage, region) = self.rank_of[node];
        (run.indicator_of[profile], stage, region, run.classes.of_status(status).unwrap_or(NONE))
    }

    /// Adds up what suppliers say, block by block.
    fn gather(&mut self, run: &Run) {
        let (chain, blocks) = (&run.prepared.chain, &self.blocks);
        let rank: HashMap<Fact, u32> =
            self.facts.iter().enumerate().map(|(at, fact)| (*fact, at as u32)).collect();
        let mut shared: HashSet<Arc<[u32]>> = HashSet::new();
        let mut of_block: Vec<Arc<[u32]>> = Vec::with_capacity(blocks.members.len());
        for (block, members) in blocks.members.iter().enumerate() {
            let mut own: Vec<u32> = Vec::new();
            let mut taken: BTreeMap<*const u32, usize> = BTreeMap::new();
            for &node in members {
                own.extend(self.own(run, node).iter().map(|fact| rank[fact]));
                let inputs = chain.nodes[node].inputs.iter().filter(|(_, amount)| *amount != 0.0);
                for other in inputs.filter_map(|(supplier, _)| blocks.of(*supplier)) {
                    if other != block {
                        taken.insert(of_block[other].as_ptr(), other);
                    }
                }
            }
            own.sort_unstable();
            own.dedup();
            let sets: Vec<&Arc<[u32]>> = taken.values().map(|&other| &of_block[other]).collect();
            let all = united(own, &sets);
            let all = shared.get(&all).cloned().unwrap_or(all);
            shared.insert(all.clone());
            of_block.push(all);
        }
        self.of_block = of_block;
    }

    /// What the chain of a node says, of all indicators.
    pub(super) fn of(&self, node: usize) -> impl Iterator<Item = &Fact> + '_ {
        self.between(node, 0, u32::MAX)
    }

    /// What the chain of a node says of an indicator.
    pub(super) fn of_indicator(&self, node: usize, k: usize) -> impl Iterator<Item = &Fact> + '_ {
        self.between(node, k as u32, k as u32 + 1)
    }

    fn between(&self, node: usize, from: u32, to: u32) -> impl Iterator<Item = &Fact> + '_ {
        let set: &[u32] = self.blocks.of(node).map_or(&[], |block| &self.of_block[block]);
        let k = |at: &u32| self.facts[*at as usize].key.0;
        let range = set.partition_point(|at| k(at) < from)..set.partition_point(|at| k(at) < to);
        set[range].iter().map(|at| &self.facts[*at as usize])
    }

    /// Indicators, by rank, with what became of amounts of them, by index.
    pub(super) fn statuses(&self) -> BTreeSet<(u32, u32)> {
        let said = self.facts.iter().filter(|fact| !fact.is_open());
        said.map(|fact| (fact.key.0, fact.status)).collect()
    }

    /// All cells of all chains.
    pub(super) fn cells(&self) -> BTreeSet<Key> {
        self.facts.iter().map(|fact| fact.key).filter(|key| key.3 != NONE).collect()
    }

    /// Does the process of a node leave an indicator open?
    pub(super) fn is_open(&self, run: &Run, node: usize, k: usize) -> bool {
        self.own(run, node).binary_search(&Fact::open(k as u32)).is_ok()
    }
}

/// A set and others, sorted; one of them, if it holds all.
fn united(own: Vec<u32>, sets: &[&Arc<[u32]>]) -> Arc<[u32]> {
    let largest = sets.iter().max_by_key(|set| set.len());
    let holds = |all: &[u32], some: &[u32]| some.iter().all(|one| all.binary_search(one).is_ok());
    if let Some(largest) = largest
        && holds(largest, &own)
        && sets.iter().all(|set| Arc::ptr_eq(set, largest) || holds(largest, set))
    {
        return (*largest).clone();
    }
    let mut all = own;
    for set in sets {
        all.extend_from_slice(set);
    }
    all.sort_unstable();
    all.dedup();
    all.into()
}
