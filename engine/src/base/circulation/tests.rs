use super::*;

/// What can go round at most among named nodes.
fn most(edges: &[(&str, &str, i128)]) -> i128 {
    let mut names: Vec<&str> = edges.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
    names.sort_unstable();
    names.dedup();
    let place = |name| names.binary_search(&name).unwrap() as u32;
    let arcs: Vec<Arc> = edges.iter().map(|&(from, to, most)| unit(place(from), place(to), most)).collect();
    let found = least_cost(names.len(), &arcs).unwrap();
    prove(names.len(), &arcs, &found);
    found.flow.iter().sum()
}

fn unit(from: u32, to: u32, capacity: i128) -> Arc {
    Arc { from, to, capacity, cost: -1 }
}

/// It is a circulation, and its prices show that none costs less.
fn prove(nodes: usize, arcs: &[Arc], found: &Circulation) {
    let mut balance = vec![0; nodes];
    for (arc, &flow) in arcs.iter().zip(&found.flow) {
        assert!((0..=arc.capacity).contains(&flow), "{arc:?} carries {flow}");
        balance[arc.from as usize] -= flow;
        balance[arc.to as usize] += flow;
        let reduced = arc.cost + found.price[arc.from as usize] - found.price[arc.to as usize];
        assert!(reduced >= 0 || flow == arc.capacity, "{arc:?} could carry more than {flow}");
        assert!(reduced <= 0 || flow == 0, "{arc:?} should not carry {flow}");
    }
    assert!(balance.iter().all(|sum| *sum == 0), "{balance:?}");
}

fn cost(arcs: &[Arc], flow: &[i128]) -> i128 {
    arcs.iter().zip(flow).map(|(arc, flow)| i128::from(arc.cost) * flow).sum()
}

/// The least cost by another way: circles of negative cost are filled until there is none (Klein 1967). It shares
/// nothing with the simplex, and ends with no such circle in what is left: the proof that Bellman and Ford give.
fn by_cancelling(nodes: usize, arcs: &[Arc]) -> i128 {
    let mut flow = vec![0_i128; arcs.len()];
    loop {
        let mut distance = vec![0_i128; nodes];
        let mut by: Vec<Option<(usize, bool)>> = vec![None; nodes];
        let mut last = None;
        for _ in 0..nodes {
            last = None;
            for (at, arc) in arcs.iter().enumerate() {
                let (from, to, cost) = (arc.from as usize, arc.to as usize, i128::from(arc.cost));
                if flow[at] < arc.capacity && distance[from] + cost < distance[to] {
                    (distance[to], by[to], last) = (distance[from] + cost, Some((at, true)), Some(to));
                }
                if flow[at] > 0 && distance[to] - cost < distance[from] {
                    (distance[from], by[from], last) = (distance[to] - cost, Some((at, false)), Some(from));
                }
            }
        }
        let Some(mut node) = last else { return cost(arcs, &flow) };
        let back = |node: usize| {
            let (at, forwards) = by[node].unwrap();
            let arc = &arcs[at];
            let room = if forwards { arc.capacity - flow[at] } else { flow[at] };
            ((if forwards { arc.from } else { arc.to }) as usize, at, forwards, room)
        };
        for _ in 0..nodes {
            node = back(node).0;
        }
        let (start, mut circle) = (node, Vec::new());
        loop {
            let (before, at, forwards, room) = back(node);
            circle.push((at, forwards, room));
            node = before;
            if node == start {
                break;
            }
        }
        let amount = circle.iter().map(|(_, _, room)| *room).min().unwrap();
        for (at, forwards, _) in circle {
            flow[at] += if forwards { amount } else { -amount };
        }
    }
}

/// The least cost by trying every flow.
fn by_trying(nodes: usize, arcs: &[Arc]) -> i128 {
    let (mut flow, mut least) = (vec![0; arcs.len()], 0);
    loop {
        let mut balance = vec![0; nodes];
        for (arc, flow) in arcs.iter().zip(&flow) {
            balance[arc.from as usize] -= flow;
            balance[arc.to as usize] += flow;
        }
        if balance.iter().all(|sum| *sum == 0) {
            least = least.min(cost(arcs, &flow));
        }
        let Some(next) = (0..arcs.len()).find(|at| flow[*at] < arcs[*at].capacity) else { return least };
        flow[..next].fill(0);
        flow[next] += 1;
    }
}

fn pairs(nodes: u32) -> Vec<(u32, u32)> {
    (0..nodes).flat_map(|from| (0..nodes).filter(move |to| from != *to).map(move |to| (from, to))).collect()
}

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[test]
fn by_hand() {
    assert_eq!(most(&[("a", "b", 100), ("b", "c", 100), ("c", "a", 100)]), 300);
    assert_eq!(most(&[("a", "b", 50), ("b", "c", 70)]), 0, "nothing comes back");
    assert_eq!(most(&[("a", "b", 30), ("b", "a", 20)]), 40);
    assert_eq!(most(&[("a", "b", 10), ("a", "b", 5), ("b", "c", 12), ("c", "a", 12)]), 36);
    assert_eq!(most(&[("10", "20", 100), ("20", "30", 100), ("30", "10", 200), ("40", "30", 100)]), 300);
    let shared = [("a", "b", 10), ("b", "c", 10), ("c", "a", 4), ("b", "d", 10), ("d", "a", 8)];
    assert_eq!(most(&shared), 30, "both circles need the arc from a to b");
    // Taking the shortest circle first leaves 6 of 9.
    assert_eq!(most(&[("b", "d", 3), ("c", "b", 4), ("d", "b", 6), ("d", "c", 9)]), 9);
    let large = 9_007_199_254_740_993;
    assert_eq!(most(&[("a", "b", large), ("b", "a", large)]), 18_014_398_509_481_986, "above 2^53");
    assert_eq!(most(&[("a", "a", 7), ("a", "b", 1)]), 7, "what is given to oneself goes round");
    assert_eq!(least_cost(0, &[]).unwrap().flow, Vec::<i128>::new());
}

/// Tilly's Cone Spring: 4,176 of 18,807 kcal a square metre and year (published with its energy flows).
#[test]
fn a_spring() {
    let spring = [
        ("plants", "detritus", 8_881),
        ("detritus", "bacteria", 5_205),
        ("detritus", "detritivores", 2_309),
        ("bacteria", "detritivores", 75),
        ("bacteria", "detritus", 1_600),
        ("detritivores", "detritus", 200),
        ("detritivores", "carnivores", 370),
        ("carnivores", "detritus", 167),
    ];
    assert_eq!(most(&spring), 4_176);
    assert_eq!(spring.iter().map(|(_, _, value)| value).sum::<i128>(), 18_807);
}

#[test]
fn every_small_graph() {
    // Three nodes, each arc from 0 to 2; four nodes, each from 0 to 1: against every flow there is.
    for (nodes, values) in [(3_u32, 3_u64), (4, 2)] {
        let pairs = pairs(nodes);
        for number in 0..values.pow(pairs.len() as u32) {
            let capacity = |at: usize| i128::from(number / values.pow(at as u32) % values);
            let arcs: Vec<Arc> =
                pairs.iter().enumerate().map(|(at, (from, to))| unit(*from, *to, capacity(at))).collect();
            let found = least_cost(nodes as usize, &arcs).unwrap();
            prove(nodes as usize, &arcs, &found);
            assert_eq!(cost(&arcs, &found.flow), by_trying(nodes as usize, &arcs), "{arcs:?}");
        }
    }
}

#[test]
fn random_graphs_by_two_ways() {
    let mut numbers = Numbers(3);
    for round in 0..1_500 {
        let nodes = 2 + numbers.below(9) as u32;
        let mut arcs = Vec::new();
        for _ in 0..numbers.below(u64::from(nodes) * 5) {
            let (from, to) = (numbers.below(u64::from(nodes)) as u32, numbers.below(u64::from(nodes)) as u32);
            let cost = if round % 2 == 0 { -1 } else { numbers.below(9) as i64 - 5 };
            let scale = if round % 3 == 0 { 10_i128.pow(30) } else { 1 };
            arcs.push(Arc { from, to, capacity: i128::from(numbers.below(20)) * scale, cost });
        }
        let found = least_cost(nodes as usize, &arcs).unwrap();
        prove(nodes as usize, &arcs, &found);
        assert_eq!(cost(&arcs, &found.flow), by_cancelling(nodes as usize, &arcs), "{arcs:?}");
        assert_eq!(least_cost(nodes as usize, &arcs).unwrap(), found, "the same again");
        // Other names, another order, and an arc in two halves: as much goes round.
        let renamed: Vec<Arc> = arcs
            .iter()
            .rev()
            .flat_map(|arc| {
                let half = arc.capacity / 2;
                let (from, to) = (nodes - 1 - arc.from, nodes - 1 - arc.to);
                [
                    Arc { from, to, capacity: half, ..*arc },
                    Arc { from, to, capacity: arc.capacity - half, ..*arc },
                ]
            })
            .collect();
        let again = least_cost(nodes as usize, &renamed).unwrap();
        assert_eq!(cost(&renamed, &again.flow), cost(&arcs, &found.flow));
    }
}

#[test]
fn large_graphs_are_proved() {
    for (nodes, arcs, seed) in [(300, 3_000, 5), (2_000, 8_000, 6), (50, 2_450, 7)] {
        let mut numbers = Numbers(seed);
        let arcs: Vec<Arc> = (0..arcs)
            .map(|_| {
                unit(
                    numbers.below(nodes) as u32,
                    numbers.below(nodes) as u32,
                    i128::from(numbers.below(1_000)),
                )
            })
            .collect();
        prove(nodes as usize, &arcs, &least_cost(nodes as usize, &arcs).unwrap());
    }
}

#[test]
fn what_cannot_be_added_is_refused() {
    let arcs = [unit(0, 1, i128::MAX), unit(1, 0, 1)];
    assert_eq!(least_cost(2, &arcs), Err(Refused::Overflow));
    assert_eq!(least_cost(2, &[unit(0, 2, 1)]), Err(Refused::NoNode));
    assert_eq!(least_cost(2, &[unit(0, 1, -1)]), Err(Refused::Negative));
    let dear = Arc { cost: i64::MAX / 2, ..unit(0, 1, 1) };
    assert_eq!(least_cost(2, &[dear]), Err(Refused::Overflow));
}

/// How long it takes: `cargo test --release -p truecost --lib circulation -- --ignored --nocapture`.
#[test]
#[ignore = "a benchmark"]
fn how_long_it_takes() {
    for (nodes, count) in [(1_000, 10_000), (10_000, 100_000), (30_000, 300_000), (100_000, 1_000_000)] {
        for local in [false, true] {
            let mut numbers = Numbers(9);
            let arcs: Vec<Arc> = (0..count)
                .map(|_| {
                    let from = numbers.below(nodes);
                    let to = if local { (from + 1 + numbers.below(5)) % nodes } else { numbers.below(nodes) };
                    let (from, to) = if numbers.below(2) == 0 { (from, to) } else { (to, from) };
                    let heavy = 1 + numbers.below(100_000) / (1 + numbers.below(1_000));
                    unit(from as u32, to as u32, i128::from(heavy))
                })
                .collect();
            let start = std::time::Instant::now();
            let found = least_cost(nodes as usize, &arcs).unwrap();
            let seconds = start.elapsed().as_secs_f64();
            prove(nodes as usize, &arcs, &found);
            let (value, total): (i128, i128) =
                (found.flow.iter().sum(), arcs.iter().map(|arc| arc.capacity).sum());
            let kind = if local { "neighbours" } else { "anybody" };
            eprintln!(
                "{nodes:7} nodes {count:8} arcs {kind:10} {seconds:8.2} s  {:.4}",
                value as f64 / total as f64
            );
        }
    }
}
