//! How much of what agents give each other in one unit can go round and come back to them.
//!
//! Agents who each reach all the others by what is given in a unit make a circle. What is given between circles never
//! comes back; within one, the circulation of most value says how much of it can. That amount is one number, whatever the
//! order, the names, or the division of flows; what single pairs would bear of it is not, and is not told.

use crate::base::circulation::{Arc, least_cost};
use crate::base::components::components;
use crate::base::float::share;

use super::counterflow::{Counterflows, Pair};

/// Arcs of a circle whose circulation is worked out: above, it would take longer than all the rest.
pub const MOST_ARCS: usize = 250_000;

/// Agents who reach each other by what is given in one unit of account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Unit, as a place among those of [`Counterflows::units`].
    pub unit: u32,
    /// How many agents.
    pub agents: usize,
    /// Ordered pairs of them of which the first gives to the second.
    pub arcs: usize,
    /// Value that is given among them, in 1e-12.
    pub value: i128,
    /// The most of it that can go round; `None`: there are more arcs than [`MOST_ARCS`].
    pub circulating: Option<i128>,
}

impl Circle {
    /// The share of all value given within the circle that can go round.
    pub fn share(&self) -> Option<f64> {
        Some(share(self.circulating?, self.value))
    }
}

/// What goes round in one unit of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Unit, as a place among those of [`Counterflows::units`].
    pub unit: u32,
    /// All that is given in it between two agents, in 1e-12.
    pub value: i128,
    /// The most of it that can go round; `None`: there is a circle too large for it to be known.
    pub circulating: Option<i128>,
}

impl Round {
    /// The share of all value that can go round; none where nothing is given.
    pub fn share(&self) -> Option<f64> {
        (self.value > 0).then_some(share(self.circulating?, self.value))
    }
}

/// The circles of a dataset.
#[derive(Clone, Debug, Default)]
pub struct Circles {
    /// By unit and the first of their agents.
    pub all: Vec<Circle>,
    /// By unit.
    pub rounds: Vec<Round>,
    /// The circle of each pair.
    circle_of: Vec<u32>,
}

/// Stands for a pair of no circle.
const NONE: u32 = u32::MAX;

impl Circles {
    /// Finds the circles among the pairs of a dataset.
    pub fn new(counterflows: &Counterflows) -> Self {
        Self::among(&counterflows.pairs)
    }

    fn among(pairs: &[Pair]) -> Self {
        let mut circles = Self { circle_of: vec![NONE; pairs.len()], ..Self::default() };
        let mut start = 0;
        for group in pairs.chunk_by(|a, b| a.unit == b.unit) {
            circles.add(group, start);
            start += group.len();
        }
        circles
    }

    /// The circle of a flow.
    pub fn of(&self, flow: usize, counterflows: &Counterflows) -> Option<&Circle> {
        self.all.get(self.circle_of[counterflows.place(flow)?] as usize)
    }

    /// The share of what is given in the circle of a flow that can go round; 0 where it is in none. `None`: it is between
    /// no two agents, or the circle is too large.
    pub fn share(&self, flow: usize, counterflows: &Counterflows) -> Option<f64> {
        counterflows.place(flow)?;
        self.of(flow, counterflows).map_or(Some(0.0), Circle::share)
    }

    /// Adds the circles of one unit; `start` is the place of its first pair.
    fn add(&mut self, pairs: &[Pair], start: usize) {
        let mut agents: Vec<u32> = pairs.iter().flat_map(|pair| [pair.first, pair.second]).collect();
        agents.sort_unstable();
        agents.dedup();
        let arcs = Arcs::new(pairs, &agents);
        let ends: Vec<(u32, u32)> = arcs.all.iter().map(|arc| (arc.from, arc.to)).collect();
        let component = components(agents.len(), &ends);
        let mut within: Vec<u32> = (0..arcs.all.len() as u32)
            .filter(|arc| {
                let (from, to) = ends[*arc as usize];
                component[from as usize] == component[to as usize]
            })
            .collect();
        // Those of a circle together, circles by the first of their agents, arcs in the order of the pairs.
        let mut first = vec![NONE; agents.len()];
        for node in (0..agents.len()).rev() {
            first[component[node] as usize] = node as u32;
        }
        let circle = |arc: u32| first[component[ends[arc as usize].0 as usize] as usize];
        within.sort_by_key(|arc| circle(*arc));
        let unit = pairs[0].unit;
        let known = self.all.len();
        let mut node_of = vec![NONE; agents.len()];
        for group in within.chunk_by(|a, b| circle(*a) == circle(*b)) {
            for arc in group {
                self.circle_of[start + arcs.pair[*arc as usize]] = self.all.len() as u32;
            }
            let own = group.iter().map(|arc| arcs.all[*arc as usize]);
            self.all.push(measure(unit, own, &mut node_of));
        }
        let sum = self.all[known..].iter().map(|circle| circle.circulating).sum();
        let value = pairs.iter().map(|pair| pair.there + pair.back).sum();
        self.rounds.push(Round { unit, value, circulating: sum });
    }
}

/// What is given by one agent to another, as arcs between places among the agents.
struct Arcs {
    all: Vec<Arc>,
    /// The pair of each.
    pair: Vec<usize>,
}

impl Arcs {
    fn new(pairs: &[Pair], agents: &[u32]) -> Self {
        let mut arcs = Self { all: Vec::with_capacity(pairs.len()), pair: Vec::with_capacity(pairs.len()) };
        let node = |agent: u32| agents.binary_search(&agent).unwrap_or_default() as u32;
        for (at, pair) in pairs.iter().enumerate() {
            let (first, second) = (node(pair.first), node(pair.second));
            for (from, to, capacity) in [(first, second, pair.there), (second, first, pair.back)] {
                if capacity > 0 {
                    arcs.all.push(Arc { from, to, capacity, cost: -1 });
                    arcs.pair.push(at);
                }
            }
        }
        arcs
    }
}

/// Measures a circle. `node_of` has room for every agent.
fn measure(unit: u32, arcs: impl Iterator<Item = Arc>, node_of: &mut [u32]) -> Circle {
    let mut arcs: Vec<Arc> = arcs.collect();
    let mut agents: Vec<u32> = arcs.iter().map(|arc| arc.from).collect();
    agents.sort_unstable();
    agents.dedup();
    for (node, agent) in agents.iter().enumerate() {
        node_of[*agent as usize] = node as u32;
    }
    for arc in &mut arcs {
        (arc.from, arc.to) = (node_of[arc.from as usize], node_of[arc.to as usize]);
    }
    let value = arcs.iter().map(|arc| arc.capacity).sum();
    let found = if arcs.len() <= MOST_ARCS { least_cost(agents.len(), &arcs).ok() } else { None };
    let circulating = found.map(|found| found.flow.iter().sum());
    Circle { unit, agents: agents.len(), arcs: arcs.len(), value, circulating }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Agents and what the first gives to the second.
    fn circles(values: &[(u32, u32, i128)]) -> Circles {
        let mut pairs: Vec<Pair> = Vec::new();
        for &(from, to, value) in values {
            let (first, second) = (from.min(to), from.max(to));
            let at = pairs.iter().position(|pair| (pair.first, pair.second) == (first, second));
            let at = at.unwrap_or_else(|| {
                let (unit, matched) = (0, [0; 3]);
                pairs.push(Pair { unit, first, second, there: 0, back: 0, matched, lag_days: None });
                pairs.len() - 1
            });
            *(if from == first { &mut pairs[at].there } else { &mut pairs[at].back }) += value;
        }
        pairs.sort_by_key(|pair| (pair.first, pair.second));
        Circles::among(&pairs)
    }

    #[test]
    fn a_ring_a_chain_and_two_who_trade() {
        // A ring of three, a chain that leads out of it to 5, and 6 and 7, who give each other 30 and 20.
        let values = [(0, 1, 100), (1, 2, 50), (2, 0, 70), (2, 3, 10), (3, 5, 10), (6, 7, 30), (7, 6, 20)];
        let found = circles(&values);
        let told: Vec<_> = found.all.iter().map(|c| (c.agents, c.arcs, c.value, c.circulating)).collect();
        assert_eq!(told, [(3, 3, 220, Some(150)), (2, 2, 50, Some(40))]);
        assert_eq!(found.rounds, [Round { unit: 0, value: 290, circulating: Some(190) }]);
        // Pairs by their agents: 0 with 1, 0 with 2, 1 with 2, 2 with 3, 3 with 5, 6 with 7.
        assert_eq!(found.circle_of, [0, 0, 0, NONE, NONE, 1]);
        assert_eq!(found.all[1].share(), Some(0.8));
    }

    /// The reference network of five agents, and Tilly's Cone Spring.
    #[test]
    fn published_shares() {
        let network = [
            (0, 2, 60),
            (0, 4, 20),
            (1, 4, 70),
            (2, 1, 50),
            (3, 0, 10),
            (3, 1, 5),
            (3, 2, 5),
            (4, 0, 40),
            (4, 1, 25),
            (4, 2, 15),
            (4, 3, 10),
        ];
        assert_eq!(circles(&network).rounds[0].share(), Some(0.854_838_709_677_419_4));
        let spring = [
            (0, 4, 8_881),
            (4, 1, 5_205),
            (4, 2, 2_309),
            (1, 2, 75),
            (1, 4, 1_600),
            (2, 4, 200),
            (2, 3, 370),
            (3, 4, 167),
        ];
        let found = circles(&spring);
        assert_eq!(found.rounds[0], Round { unit: 0, value: 18_807, circulating: Some(4_176) });
        assert_eq!(found.rounds[0].share(), Some(0.222_044_983_250_917_2));
    }

    #[test]
    fn a_circle_that_is_too_large_is_not_measured() {
        let nodes = MOST_ARCS as u32 + 1;
        let ring: Vec<Pair> = (0..nodes)
            .map(|node| {
                let (a, b) = (node, (node + 1) % nodes);
                let (there, back) = if a < b { (1, 0) } else { (0, 1) };
                Pair {
                    unit: 0,
                    first: a.min(b),
                    second: a.max(b),
                    there,
                    back,
                    matched: [0; 3],
                    lag_days: None,
                }
            })
            .collect();
        let found = Circles::among(&ring);
        assert_eq!((found.all.len(), found.all[0].circulating, found.all[0].share()), (1, None, None));
        assert_eq!(found.rounds[0].circulating, None);
    }
}
