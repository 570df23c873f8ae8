//! Strongly connected blocks, suppliers before those who take from them.

use crate::chain::Chain;

/// The blocks of a chain.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// Nodes of each block, ascending; suppliers come in earlier blocks.
    pub members: Vec<Vec<usize>>,
    /// Block of each node.
    pub of: Vec<usize>,
}

impl Blocks {
    /// Tarjan's algorithm without recursion: a long chain must not end the stack.
    pub fn new(chain: &Chain) -> Self {
        const NONE: usize = usize::MAX;
        let count = chain.nodes.len();
        let (mut index, mut low, mut of) = (vec![NONE; count], vec![0; count], vec![NONE; count]);
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
                } else if low[node] == index[node] {
                    let at = stack.iter().rposition(|&n| n == node).unwrap_or(0);
                    let mut block = stack.split_off(at);
                    block.sort_unstable();
                    for &member in &block {
                        of[member] = members.len();
                    }
                    members.push(block);
                }
            }
        }
        Self { members, of }
    }
}
