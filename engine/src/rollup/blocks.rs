//! Strongly connected blocks, suppliers before those who take from them.

use crate::chain::Chain;

/// Stands for no block.
const NONE: usize = usize::MAX;

/// The blocks of a chain, or of the part of it that some nodes need.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// Nodes of each block; suppliers come in earlier blocks, and earlier in a block as far as a loop allows.
    pub members: Vec<Vec<usize>>,
    of: Vec<usize>,
}

impl Blocks {
    /// The blocks of what these nodes need: those of the whole chain without the others, in the same order, so that
    /// sums have the same last digit whatever else is asked for.
    pub fn of_nodes(chain: &Chain, roots: impl IntoIterator<Item = usize>) -> Self {
        let mut is_needed = vec![false; chain.nodes.len()];
        let mut waiting: Vec<usize> = roots.into_iter().collect();
        while let Some(node) = waiting.pop() {
            if !std::mem::replace(&mut is_needed[node], true) {
                let suppliers = chain.nodes[node].inputs.iter().map(|(supplier, _)| *supplier);
                waiting.extend(suppliers.filter(|supplier| !is_needed[*supplier]));
            }
        }
        let Self { mut members, mut of } = Self::new(chain);
        // Of a block all are needed, or none.
        members.retain(|block| is_needed[block[0]]);
        of.fill(NONE);
        for (block, own) in members.iter().enumerate() {
            for &member in own {
                of[member] = block;
            }
        }
        Self { members, of }
    }

    /// All blocks of a chain.
    ///
    /// Tarjan's algorithm without recursion: a long chain must not end the stack. A node is finished after what it takes
    /// from, so that the order of finishing is the one in which a sweep has the most of what it needs.
    pub fn new(chain: &Chain) -> Self {
        let count = chain.nodes.len();
        let (mut index, mut low, mut of) = (vec![NONE; count], vec![0; count], vec![NONE; count]);
        let (mut finished, mut rank) = (0, vec![0; count]);
        let (mut stack, mut members, mut next) = (Vec::new(), Vec::new(), 0);
        for root in 0..count {
            if index[root] != NONE {
                continue;
            }
            let mut work = vec![(root, 0)];
            while let Some((node, edge)) = work.pop() {
                if edge == 0 {
                    index[node] = next;
                    low[node] = next;
                    next += 1;
                    stack.push(node);
                }
                let inputs = &chain.nodes[node].inputs;
                if edge > 0 {
                    low[node] = low[node].min(low[inputs[edge - 1].0]);
                }
                let mut edge = edge;
                let mut descend = None;
                while edge < inputs.len() && descend.is_none() {
                    let supplier = inputs[edge].0;
                    edge += 1;
                    if index[supplier] == NONE {
                        descend = Some(supplier);
                    } else if of[supplier] == NONE {
                        low[node] = low[node].min(index[supplier]);
                    }
                }
                if let Some(supplier) = descend {
                    work.push((node, edge));
                    work.push((supplier, 0));
                    continue;
                }
                rank[node] = finished;
                finished += 1;
                if low[node] == index[node] {
                    let at = stack.iter().rposition(|&n| n == node).unwrap_or(0);
                    let mut block = stack.split_off(at);
                    block.sort_unstable_by_key(|&member| rank[member]);
                    for &member in &block {
                        of[member] = members.len();
                    }
                    members.push(block);
                }
            }
        }
        Self { members, of }
    }

    /// The block of a node; `None`: it is not in the part that is looked at.
    pub fn of(&self, node: usize) -> Option<usize> {
        Some(self.of[node]).filter(|block| *block != NONE)
    }
}
