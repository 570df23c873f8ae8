//! Strongly connected components: nodes of a graph that each reach all the others.

/// Stands for a node that was not seen.
const UNSEEN: u32 = u32::MAX;

/// The component of each node, by number. Arcs are pairs of nodes; their order changes the numbers alone.
///
/// Tarjan's way (1972), without recursion.
pub fn components(nodes: usize, arcs: &[(u32, u32)]) -> Vec<u32> {
    let (starts, ends) = outgoing(nodes, arcs);
    let mut seen = Search {
        order: vec![UNSEEN; nodes],
        lowest: vec![0; nodes],
        component: vec![UNSEEN; nodes],
        open: Vec::new(),
        count: 0,
        components: 0,
    };
    let mut path: Vec<(u32, usize)> = Vec::new();
    for start in 0..nodes as u32 {
        if seen.order[start as usize] != UNSEEN {
            continue;
        }
        seen.enter(start);
        path.push((start, starts[start as usize]));
        while let Some((node, next)) = path.last_mut() {
            let own = *node as usize;
            if *next < starts[own + 1] {
                let to = ends[*next];
                *next += 1;
                if seen.order[to as usize] == UNSEEN {
                    seen.enter(to);
                    path.push((to, starts[to as usize]));
                } else if seen.component[to as usize] == UNSEEN {
                    seen.lowest[own] = seen.lowest[own].min(seen.order[to as usize]);
                }
                continue;
            }
            path.pop();
            seen.leave(own as u32);
            if let Some((before, _)) = path.last() {
                seen.lowest[*before as usize] = seen.lowest[*before as usize].min(seen.lowest[own]);
            }
        }
    }
    seen.component
}

struct Search {
    /// When each node was first seen.
    order: Vec<u32>,
    /// The first seen of the open nodes that it reaches.
    lowest: Vec<u32>,
    component: Vec<u32>,
    /// Nodes of components that are not complete.
    open: Vec<u32>,
    count: u32,
    components: u32,
}

impl Search {
    fn enter(&mut self, node: u32) {
        self.order[node as usize] = self.count;
        self.lowest[node as usize] = self.count;
        self.count += 1;
        self.open.push(node);
    }

    /// A node that reaches nothing before itself is the first of its component.
    fn leave(&mut self, node: u32) {
        if self.lowest[node as usize] != self.order[node as usize] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.component[member as usize] = self.components;
            if member == node {
                break;
            }
        }
        self.components += 1;
    }
}

/// Where the arcs of each node begin, and where each of them ends.
fn outgoing(nodes: usize, arcs: &[(u32, u32)]) -> (Vec<usize>, Vec<u32>) {
    let mut starts = vec![0; nodes + 1];
    for (from, _) in arcs {
        starts[*from as usize + 1] += 1;
    }
    for node in 0..nodes {
        starts[node + 1] += starts[node];
    }
    let (mut next, mut ends) = (starts.clone(), vec![0; arcs.len()]);
    for (from, to) in arcs {
        ends[next[*from as usize]] = *to;
        next[*from as usize] += 1;
    }
    (starts, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether each node reaches each other, by trying every node in between.
    fn reaches(nodes: usize, arcs: &[(u32, u32)]) -> Vec<Vec<bool>> {
        let mut reach: Vec<Vec<bool>> = (0..nodes).map(|a| (0..nodes).map(|b| a == b).collect()).collect();
        for (from, to) in arcs {
            reach[*from as usize][*to as usize] = true;
        }
        for over in 0..nodes {
            for from in 0..nodes {
                for to in 0..nodes {
                    reach[from][to] |= reach[from][over] && reach[over][to];
                }
            }
        }
        reach
    }

    #[test]
    fn nodes_of_a_component_reach_each_other_and_no_others_do() {
        let mut state = 5_u64;
        let mut below = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % end
        };
        for _ in 0..2_000 {
            let nodes = 1 + below(9);
            let arcs: Vec<(u32, u32)> =
                (0..below(2 * nodes + 1)).map(|_| (below(nodes) as u32, below(nodes) as u32)).collect();
            let (found, reach) = (components(nodes as usize, &arcs), reaches(nodes as usize, &arcs));
            for a in 0..nodes as usize {
                for b in 0..nodes as usize {
                    assert_eq!(found[a] == found[b], reach[a][b] && reach[b][a], "{arcs:?}");
                }
            }
        }
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let ring: Vec<(u32, u32)> = (0..200_000).map(|node| (node, (node + 1) % 200_000)).collect();
        assert!(components(200_000, &ring).iter().all(|component| *component == 0));
    }
}
