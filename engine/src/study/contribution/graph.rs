//! The chain of a product as a graph to draw: supplier tiers, and how much external cost comes from each to the next.
//!
//! Loops are cut into tiers: a process that comes round again stands in a later tier. Values are doubles, for drawing.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::float::Double;
use crate::base::money::Money;
use crate::pricing::{Run, TruePrice};
use crate::rollup::contribution::{Passing, Walk};

/// The most tiers that are told apart.
const TIERS: usize = 6;
/// The share of the whole that may be left to deeper tiers before another one is told apart.
const DEEPER: f64 = 0.05;
/// The share of the whole from which on a process stands by itself, and how many of a tier do at most.
const ALONE: f64 = 0.02;
const OF_TIER: usize = 7;

/// What stands in one place of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// One process, or one product of a process with several.
    Process,
    /// Several processes of a tier that are too small to stand by themselves.
    Others(usize),
    /// All deeper tiers.
    Deeper,
}

/// A place of the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// Supplier tier; 0 makes the product.
    pub tier: usize,
    /// What stands there.
    pub kind: SlotKind,
    /// Id of the process, or words.
    pub name: String,
    /// Name of the product that it makes; empty of several.
    pub makes: String,
    /// External cost of what comes from it, its suppliers included, per unit of the product.
    pub value: f64,
    /// What it causes itself.
    pub own: f64,
}

/// What comes from a supplier to its taker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The supplier, among the slots.
    pub from: usize,
    /// Who takes from it.
    pub to: usize,
    /// External cost of what comes; negative: a credit.
    pub value: f64,
}

/// The graph of a product from one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// Product.
    pub product: String,
    /// Its name.
    pub name: String,
    /// Place it is made in.
    pub origin: String,
    /// Reference unit.
    pub unit: String,
    /// External cost per unit, the whole.
    pub total: Money,
    /// Places, tiers in their order, each with the largest first.
    pub slots: Vec<Slot>,
    /// By taker and supplier.
    pub links: Vec<Link>,
}

/// By node: cost per activity, and per unit of its product with its suppliers.
type OwnAndWhole = (Vec<f64>, Vec<f64>);

/// What everything costs others: solved once for all products of a run.
pub struct Embodied {
    passing: Passing,
    /// By indicator: central cost per activity, and per unit of each product with its suppliers. Empty where nothing of
    /// the indicator has a price.
    of: Vec<OwnAndWhole>,
    /// The sums over the indicators that were asked for last: products of one dataset mostly ask for the same.
    last: Option<(Vec<usize>, Costs)>,
}

/// By node, in all: cost per activity, and per unit of its product with its suppliers.
#[derive(Clone)]
struct Costs {
    own: Rc<[f64]>,
    whole: Rc<[f64]>,
}

impl Embodied {
    /// One solve for each indicator that has a price.
    pub fn new(run: &Run) -> Self {
        let direct: Vec<Vec<f64>> = (0..run.indicator_count())
            .map(|k| run.direct(k).1)
            .map(|own| if own.iter().any(|cost| *cost != 0.0) { own } else { Vec::new() })
            .collect();
        let rights: Vec<Vec<Double>> = direct
            .iter()
            .filter(|own| !own.is_empty())
            .map(|own| own.iter().map(|cost| Double::new(*cost)).collect())
            .collect();
        let rights: Vec<&[Double]> = rights.iter().map(Vec::as_slice).collect();
        let mut solved = run.footprints.solve_all(&rights).into_iter();
        let of = direct.into_iter().map(|own| {
            let whole = if own.is_empty() { None } else { solved.next() };
            (own, whole.map(|solution| solution.values).unwrap_or_default())
        });
        Self { passing: Passing::new(&run.prepared.chain), of: of.collect(), last: None }
    }

    /// What the indicators cost that cost others something of a product.
    fn costs(&mut self, price: &TruePrice) -> Costs {
        let own = self.of.iter().zip(&price.indicators).enumerate();
        let burdens = own.filter(|(_, ((own, _), k))| !own.is_empty() && k.cost.central > Money::ZERO);
        let burdens: Vec<usize> = burdens.map(|(k, _)| k).collect();
        if let Some((known, costs)) = &self.last
            && *known == burdens
        {
            return costs.clone();
        }
        let sum = |get: fn(&OwnAndWhole) -> &Vec<f64>| -> Rc<[f64]> {
            let count = burdens.first().map_or(0, |&k| get(&self.of[k]).len());
            (0..count).map(|node| burdens.iter().map(|&k| get(&self.of[k])[node]).sum()).collect()
        };
        let costs = Costs { own: sum(|(own, _)| own), whole: sum(|(_, whole)| whole) };
        self.last = Some((burdens, costs.clone()));
        costs
    }
}

/// A tier in the making: the demand for its nodes, by who takes it.
type Demand = BTreeMap<usize, BTreeMap<usize, f64>>;

struct Drawer<'a> {
    run: &'a Run<'a>,
    embodied: &'a Embodied,
    costs: Costs,
    total: f64,
    slots: Vec<Slot>,
    links: Vec<Link>,
}

/// The graph of a product, cut where little lies deeper; `None`: it costs others nothing that has a price.
pub fn graph(run: &Run, embodied: &mut Embodied, point: usize, price: &TruePrice) -> Option<Graph> {
    let total = price.external.money().filter(|cost| *cost > Money::ZERO)?;
    let costs = embodied.costs(price);
    let mut drawer =
        Drawer { run, embodied, costs, total: total.to_f64(), slots: Vec::new(), links: Vec::new() };
    drawer.draw(run.prepared.chain.points[point].node);
    Some(Graph {
        product: price.product.clone(),
        name: price.name.clone(),
        origin: price.origin.to_string(),
        unit: price.unit.clone(),
        total,
        slots: drawer.slots,
        links: drawer.links,
    })
}

impl Drawer<'_> {
    /// Cost of a unit of a node's product.
    fn per_unit(&self, node: usize) -> f64 {
        self.costs.whole[node]
    }

    /// Cost that one activity of a node causes itself.
    fn direct(&self, node: usize) -> f64 {
        self.costs.own[node]
    }

    fn draw(&mut self, node: usize) {
        let chain = &self.run.prepared.chain;
        let mut first = Walk::new(chain, &self.embodied.passing, node);
        first.pass_on();
        let mut demand: Demand =
            first.demand().into_iter().map(|(n, x)| (n, BTreeMap::from([(usize::MAX, x)]))).collect();
        let mut tier = 0;
        while !demand.is_empty() {
            let sizes =
                demand.iter().map(|(node, of)| (self.per_unit(*node) * of.values().sum::<f64>()).abs());
            let is_deep = tier > TIERS || (tier > 1 && sizes.sum::<f64>() < DEEPER * self.total);
            if is_deep {
                self.deeper(tier, &demand);
                return;
            }
            demand = self.tier(tier, &demand);
            tier += 1;
        }
    }

    /// Gives the nodes of a tier their places, and gives back what they take.
    fn tier(&mut self, tier: usize, demand: &Demand) -> Demand {
        let chain = &self.run.prepared.chain;
        let value = |node: usize| self.per_unit(node) * demand[&node].values().sum::<f64>();
        let mut nodes: Vec<(usize, f64)> = demand.keys().map(|&node| (node, value(node))).collect();
        nodes.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        let alone = nodes.iter().take(OF_TIER).filter(|(_, v)| v.abs() >= ALONE * self.total).count();
        // One that would stand for the others alone stands by itself.
        let alone = if nodes.len() == alone + 1 { nodes.len() } else { alone };
        let groups = nodes[..alone].chunks(1).chain((alone < nodes.len()).then_some(&nodes[alone..]));
        let groups: Vec<&[(usize, f64)]> = groups.collect();
        let mut next = Demand::new();
        for group in groups {
            let slot = self.slots.len();
            let mut taken: BTreeMap<usize, f64> = BTreeMap::new();
            let mut own = 0.0;
            for &(node, _) in group {
                let activity = demand[&node].values().sum::<f64>() / chain.net_output(node);
                own += activity * self.direct(node);
                for &(supplier, input) in chain.nodes[node].inputs.iter().filter(|(n, _)| *n != node) {
                    *taken.entry(supplier).or_default() += input * activity;
                }
            }
            let (kind, name, makes) = match group {
                [(node, _)] => {
                    let (id, product) = (&chain.nodes[*node].id, chain.nodes[*node].product);
                    let product = &self.run.prepared.supply.products[product];
                    (SlotKind::Process, id.clone(), product.name.clone())
                }
                many => (SlotKind::Others(many.len()), format!("{} others", many.len()), String::new()),
            };
            let value = group.iter().map(|(_, value)| value).sum();
            self.slots.push(Slot { tier, kind, name, makes, value, own });
            self.link(slot, group.iter().map(|(node, _)| *node), demand);
            let mut walk = Walk::of(chain, &self.embodied.passing, taken);
            walk.pass_on();
            for (node, amount) in walk.demand() {
                next.entry(node).or_default().insert(slot, amount);
            }
        }
        next
    }

    /// What comes from some nodes, which stand in one place, to those who take it.
    fn link(&mut self, from: usize, nodes: impl Iterator<Item = usize>, demand: &Demand) {
        let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
        for node in nodes {
            let per_unit = self.per_unit(node);
            for (&to, amount) in demand[&node].iter().filter(|(to, _)| **to != usize::MAX) {
                *sums.entry(to).or_default() += amount * per_unit;
            }
        }
        let links = sums.into_iter().filter(|(_, value)| *value != 0.0);
        self.links.extend(links.map(|(to, value)| Link { from, to, value }));
    }

    /// All that is left, in one place.
    fn deeper(&mut self, tier: usize, demand: &Demand) {
        let slot = self.slots.len();
        let value: f64 =
            demand.iter().map(|(node, of)| self.per_unit(*node) * of.values().sum::<f64>()).sum();
        let name = "deeper tiers".to_owned();
        let (kind, makes) = (SlotKind::Deeper, String::new());
        self.slots.push(Slot { tier, kind, name, makes, value, own: value });
        self.link(slot, demand.keys().copied(), demand);
    }
}
