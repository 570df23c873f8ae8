//! The circulation of least cost: how much can go round in a graph, where every arc carries so much at most.
//!
//! A network simplex in whole numbers, nothing rounded. Every arc has a capacity and a cost per unit; what is sought is a
//! flow that leaves each node as it came in, of the least total cost. With a cost of -1 on each arc that is the largest
//! amount that can go round: what clears among debts, or circulates among gifts.

/// An arc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    /// Where it begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// The most it carries, 0 or more.
    pub capacity: i128,
    /// What a unit on it costs.
    pub cost: i64,
}

/// A circulation of least cost, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circulation {
    /// What each arc carries.
    pub flow: Vec<i128>,
    /// A price of each node. An arc whose cost, plus the price where it begins, less the price where it ends, is below 0
    /// is full; one above 0 is empty. No circulation costs less than one for which there are such prices.
    pub price: Vec<i64>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// An arc begins or ends at no node.
    NoNode,
    /// A capacity is below 0.
    Negative,
    /// Capacities or costs are too large to be added up.
    Overflow,
}

/// Finds a circulation of least cost. The same arcs in the same order give the same answer; its cost is that of every
/// other one of least cost, what single arcs carry need not be.
pub fn least_cost(nodes: usize, arcs: &[Arc]) -> Result<Circulation, Refused> {
    check(nodes, arcs)?;
    let mut simplex = Simplex::new(nodes, arcs);
    while let Some(entering) = simplex.entering() {
        simplex.pivot(entering);
    }
    simplex.flow.truncate(arcs.len());
    simplex.price.truncate(nodes);
    Ok(Circulation { flow: simplex.flow, price: simplex.price })
}

/// Everything that is ever added up stays below the sum of all capacities, and below the sum of the highest costs.
fn check(nodes: usize, arcs: &[Arc]) -> Result<(), Refused> {
    let known = |node: u32| (node as usize) < nodes;
    let (mut sum, mut highest) = (0_i128, 0_i64);
    for arc in arcs {
        if !known(arc.from) || !known(arc.to) {
            return Err(Refused::NoNode);
        }
        if arc.capacity < 0 {
            return Err(Refused::Negative);
        }
        sum = sum.checked_add(arc.capacity).ok_or(Refused::Overflow)?;
        highest = highest.max(arc.cost.checked_abs().ok_or(Refused::Overflow)?);
    }
    let longest = i64::try_from(nodes + 2).map_err(|_| Refused::Overflow)?;
    // A price is at most what the arc of the root costs and a way through the graph: two of them and a cost are added.
    highest.max(1).checked_mul(longest).and_then(|way| way.checked_mul(8)).ok_or(Refused::Overflow)?;
    let room = u32::MAX as usize / 2;
    if arcs.len() > room || nodes > room { Err(Refused::Overflow) } else { Ok(()) }
}

/// Stands for no node and no arc.
const NONE: u32 = u32::MAX;

/// Where an arc is that is not in the tree: the sign its reduced cost must have to enter is the opposite.
const EMPTY: i8 = 1;
const FULL: i8 = -1;
const IN_TREE: i8 = 0;

/// Fewest arcs that are looked over for one to enter.
const BLOCK: usize = 64;

/// A spanning tree of arcs, all other arcs empty or full. It begins with every arc full that gains by it. What then does
/// not balance at a node goes to a further node, the root, or comes from there, by an arc of its own without a limit. These
/// arcs cost more than any way through the graph: in the end they carry nothing.
///
/// The tree stays strongly feasible: from every node something more can be sent to the root along it. That rules out
/// going round in circles, however many pivots move nothing.
struct Simplex {
    from: Vec<u32>,
    to: Vec<u32>,
    cost: Vec<i64>,
    capacity: Vec<i128>,
    flow: Vec<i128>,
    place: Vec<i8>,
    price: Vec<i64>,
    tree: Vec<Branch>,
    /// Arcs that can enter: those of the root cannot come back.
    arcs: usize,
    /// Arcs of a block, and where the next begins.
    block: usize,
    next: usize,
    stack: Vec<u32>,
}

/// Where a node hangs in the tree.
#[derive(Clone, Copy)]
struct Branch {
    parent: u32,
    /// The arc between the node and its parent.
    arc: u32,
    depth: u32,
    /// The first of the nodes below it, and the others at its own height.
    below: u32,
    after: u32,
    before: u32,
}

impl Simplex {
    fn new(nodes: usize, arcs: &[Arc]) -> Self {
        let root = nodes as u32;
        let ends = |end: fn(&Arc) -> u32| arcs.iter().map(end);
        let mut simplex = Self {
            from: ends(|arc| arc.from).chain(0..root).collect(),
            to: ends(|arc| arc.to).chain((0..root).map(|_| root)).collect(),
            cost: arcs.iter().map(|arc| arc.cost).chain((0..root).map(|_| 0)).collect(),
            capacity: arcs.iter().map(|arc| arc.capacity).chain((0..root).map(|_| i128::MAX)).collect(),
            flow: vec![0; arcs.len() + nodes],
            place: vec![EMPTY; arcs.len() + nodes],
            price: vec![0; nodes + 1],
            tree: vec![
                Branch { parent: NONE, arc: NONE, depth: 0, below: NONE, after: NONE, before: NONE };
                nodes + 1
            ],
            arcs: arcs.len(),
            block: BLOCK.max(4 * arcs.len().isqrt()),
            next: 0,
            stack: Vec::new(),
        };
        let excess = simplex.fill(nodes, arcs);
        let highest = arcs.iter().map(|arc| arc.cost.abs()).max().unwrap_or_default();
        let dear = (nodes as i64 + 1) * highest + 1;
        for (node, excess) in (0..root).zip(excess) {
            simplex.plant(node, root, excess, dear);
        }
        simplex
    }

    /// Fills every arc that gains by it; says how much more each node then gets than it gives.
    fn fill(&mut self, nodes: usize, arcs: &[Arc]) -> Vec<i128> {
        let mut excess = vec![0; nodes];
        for (at, arc) in arcs.iter().enumerate().filter(|(_, arc)| arc.cost < 0) {
            (self.place[at], self.flow[at]) = (FULL, arc.capacity);
            excess[arc.to as usize] += arc.capacity;
            excess[arc.from as usize] -= arc.capacity;
        }
        excess
    }

    /// Hangs a node onto the root.
    fn plant(&mut self, node: u32, root: u32, excess: i128, dear: i64) {
        let arc = self.arcs + node as usize;
        (self.from[arc], self.to[arc]) = if excess < 0 { (root, node) } else { (node, root) };
        self.price[node as usize] = if excess < 0 { dear } else { -dear };
        (self.cost[arc], self.flow[arc], self.place[arc]) = (dear, excess.abs(), IN_TREE);
        self.hang(node, root, arc as u32);
        self.tree[node as usize].depth = 1;
    }

    fn ends(&self, arc: u32) -> (u32, u32) {
        (self.from[arc as usize], self.to[arc as usize])
    }

    fn reduced_cost(&self, arc: usize) -> i64 {
        self.cost[arc] + self.price[self.from[arc] as usize] - self.price[self.to[arc] as usize]
    }

    /// The arc of the next block that lowers the cost most; `None`: no arc lowers it.
    fn entering(&mut self) -> Option<u32> {
        let (mut best, mut least) = (None, 0);
        let mut left = self.block;
        for _ in 0..self.arcs {
            let arc = self.next;
            self.next = if arc + 1 == self.arcs { 0 } else { arc + 1 };
            let gain = i64::from(self.place[arc]) * self.reduced_cost(arc);
            if gain < least {
                (best, least) = (Some(arc as u32), gain);
            }
            left -= 1;
            if left == 0 {
                if best.is_some() {
                    return best;
                }
                left = self.block;
            }
        }
        best
    }

    /// Sends as much as it can round the circle that an arc closes with the tree, and puts the arc into the tree in the
    /// place of one that stopped it.
    fn pivot(&mut self, entering: u32) {
        let (from, to) = self.ends(entering);
        // From the first to the second over the entering arc, and back through the tree.
        let (first, second) = if self.place[entering as usize] == EMPTY { (from, to) } else { (to, from) };
        let join = self.join(first, second);
        let mut most = self.capacity[entering as usize];
        let mut leaving = None;
        // Of several that stop it the last one leaves, as seen from where both sides join, in the direction sent.
        for (start, on_first) in [(first, true), (second, false)] {
            let mut node = start;
            while node != join {
                let room = self.room(node, !on_first);
                if room < most || (room == most && !on_first) {
                    most = room;
                    leaving = Some((node, on_first));
                }
                node = self.tree[node as usize].parent;
            }
        }
        if most > 0 {
            let sign = i128::from(self.place[entering as usize]);
            self.flow[entering as usize] += sign * most;
            self.send(first, join, most, false);
            self.send(second, join, most, true);
        }
        match leaving {
            None => self.place[entering as usize] = -self.place[entering as usize],
            Some((node, on_first)) => {
                let out = self.tree[node as usize].arc as usize;
                self.place[out] = if self.flow[out] == 0 { EMPTY } else { FULL };
                self.place[entering as usize] = IN_TREE;
                let (hung, onto) = if on_first { (first, second) } else { (second, first) };
                self.rehang(hung, onto, entering, node);
            }
        }
    }

    /// Where two paths to the root meet.
    fn join(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            if self.tree[a as usize].depth >= self.tree[b as usize].depth {
                a = self.tree[a as usize].parent;
            } else {
                b = self.tree[b as usize].parent;
            }
        }
        a
    }

    /// How much more can be sent between a node and its parent, towards the root or away from it.
    fn room(&self, node: u32, upwards: bool) -> i128 {
        let arc = self.tree[node as usize].arc as usize;
        if (self.from[arc] == node) == upwards { self.capacity[arc] - self.flow[arc] } else { self.flow[arc] }
    }

    fn send(&mut self, mut node: u32, join: u32, amount: i128, upwards: bool) {
        while node != join {
            let arc = self.tree[node as usize].arc as usize;
            self.flow[arc] += if (self.from[arc] == node) == upwards { amount } else { -amount };
            node = self.tree[node as usize].parent;
        }
    }

    /// Hangs what is below `top` onto another node by an arc that begins or ends at `hung`, which is below `top` too.
    fn rehang(&mut self, hung: u32, onto: u32, by: u32, top: u32) {
        let (mut node, mut parent, mut arc) = (hung, onto, by);
        loop {
            let before = self.tree[node as usize];
            self.unhang(node);
            self.hang(node, parent, arc);
            if node == top {
                break;
            }
            (parent, arc, node) = (node, before.arc, before.parent);
        }
        // The price of all that moved changes by as much as makes the new arc cost nothing.
        let excess = self.reduced_cost(by as usize);
        let change = if self.from[by as usize] == hung { -excess } else { excess };
        self.stack.push(hung);
        while let Some(node) = self.stack.pop() {
            let branch = self.tree[node as usize];
            self.tree[node as usize].depth = self.tree[branch.parent as usize].depth + 1;
            self.price[node as usize] += change;
            let mut below = branch.below;
            while below != NONE {
                self.stack.push(below);
                below = self.tree[below as usize].after;
            }
        }
    }

    fn hang(&mut self, node: u32, parent: u32, arc: u32) {
        let first = self.tree[parent as usize].below;
        let branch = &mut self.tree[node as usize];
        (branch.parent, branch.arc, branch.before, branch.after) = (parent, arc, NONE, first);
        if first != NONE {
            self.tree[first as usize].before = node;
        }
        self.tree[parent as usize].below = node;
    }

    fn unhang(&mut self, node: u32) {
        let Branch { parent, before, after, .. } = self.tree[node as usize];
        match before {
            NONE => self.tree[parent as usize].below = after,
            _ => self.tree[before as usize].after = after,
        }
        if after != NONE {
            self.tree[after as usize].before = before;
        }
    }
}

#[cfg(test)]
mod tests;
