//! Footprints of all nodes at once: `Aᵀ y = b`, block by block, suppliers first.

use std::num::NonZero;
use std::ops::Range;
use std::sync::OnceLock;
use std::thread;

use crate::base::float::Double;
use crate::chain::Chain;

use super::RollupError;
use super::blocks::Blocks;
use super::certificate::{self, Verdict};
use super::direct::Direct;
use super::lanes::{LANES, Lane, Long, from_outside, iterate, line};
use super::matrix::Matrix;

/// Sweeps of Gauss-Seidel in one block.
const SWEEPS: usize = 4_000;
/// Rounds of refinement against the exact residual.
const REFINEMENTS: usize = 8;
/// What a step of a sweep may still change of a value; refinement finds the rest.
const TOLERANCE: f64 = 1e-12;
/// The same of a correction.
const TOLERANCE_OF_REST: f64 = 1e-10;
/// A round whose steps are this small leaves nothing that a double could show.
const ENOUGH: f64 = 1e-10;
/// The bound, relative to a footprint, above which loops are solved directly.
const WANTED: f64 = 1e-9;
/// The same, relative to the largest footprint of the right-hand side.
const WANTED_OF_LARGEST: f64 = 1e-15;
/// Work, in rows x right-hand sides, from which on it is shared among threads.
const SHARED: usize = 40_000;
/// Right-hand sides of the widest group: 20 are two groups.
const WIDEST: usize = 10;

/// A chain made ready to be solved for any number of right-hand sides.
#[derive(Clone, Debug)]
pub struct Footprints<'a> {
    chain: &'a Chain,
    blocks: Blocks,
    matrix: Matrix,
    direct: Vec<Option<Direct>>,
    /// The comparison matrix of slow blocks.
    slow: Vec<Option<Direct>>,
    /// Has the block a certificate, and all that it takes from?
    certified: Vec<bool>,
    /// Loops that have none themselves.
    unproved: Vec<usize>,
    /// All loops factored: made when iteration was not good enough.
    all_direct: OnceLock<Vec<Option<Direct>>>,
    /// The equations the other way round, once somebody asks what a demand sets in motion.
    turned: OnceLock<Matrix>,
    threads: usize,
}

/// One solution: per reference unit of every node's product; zeros for nodes that are not in the part that is solved.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The footprints, each the nearest double to the solution (as far as the bound tells).
    pub values: Vec<f64>,
    /// A bound on the error of each.
    pub bounds: Vec<f64>,
    /// Is the bound of each proved, or an estimate?
    pub proved: Vec<bool>,
}

/// Finds the blocks and makes sure that each of them can be solved.
pub fn footprints(chain: &Chain) -> Result<Footprints<'_>, RollupError> {
    ready(chain, Blocks::new(chain))
}

/// The same, of what these nodes need alone.
pub fn footprints_of<'a>(chain: &'a Chain, nodes: &[usize]) -> Result<Footprints<'a>, RollupError> {
    ready(chain, Blocks::of_nodes(chain, nodes.iter().copied()))
}

fn ready(chain: &Chain, blocks: Blocks) -> Result<Footprints<'_>, RollupError> {
    let matrix = Matrix::new(chain, &blocks);
    let count = matrix.blocks().len();
    let (mut direct, mut slow, mut certified) =
        (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
    let mut unproved = Vec::new();
    let (mut z, ones) = (vec![[0.0]; matrix.len()], vec![[1.0]; matrix.len()]);
    for places in matrix.blocks() {
        let names = || {
            let mut names: Vec<String> = places.clone().map(|place| chain.name(matrix.node(place))).collect();
            names.sort_unstable();
            names
        };
        let factored = || Direct::new(&matrix, places).ok_or_else(|| RollupError::Singular(names()));
        let mut suppliers = places.clone().flat_map(|place| matrix.row(place)).map(|(supplier, _)| supplier);
        let outside = |supplier: usize| supplier < places.start;
        let sound = suppliers.all(|s| !outside(s) || certified_at(&blocks, &matrix, &certified, s));
        let verdict = certificate::verdict(&matrix, places, &mut z, &ones);
        if matches!(verdict, Verdict::Uncertified | Verdict::Estimated) {
            unproved.push(certified.len());
        }
        let (lu, comparison, own) = match verdict {
            Verdict::Certified => (None, None, sound),
            Verdict::Slow(comparison) => (Some(factored()?), Some(*comparison), sound),
            Verdict::NotProductive => return Err(RollupError::NotProductive(names())),
            Verdict::Uncertified => (Some(factored()?), None, false),
            Verdict::Estimated => (None, None, false),
        };
        direct.push(lu);
        slow.push(comparison);
        certified.push(own);
    }
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let (all_direct, turned) = (OnceLock::new(), OnceLock::new());
    Ok(Footprints { chain, blocks, matrix, direct, slow, certified, unproved, all_direct, turned, threads })
}

fn certified_at(blocks: &Blocks, matrix: &Matrix, certified: &[bool], place: usize) -> bool {
    blocks.of(matrix.node(place)).is_some_and(|block| certified[block])
}

impl<'a> Footprints<'a> {
    /// The blocks.
    pub fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// The chain.
    pub fn chain(&self) -> &'a Chain {
        self.chain
    }

    pub(super) fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// The comparison matrix of slow blocks.
    pub(super) fn slow(&self) -> &[Option<Direct>] {
        &self.slow
    }

    /// Has a block a certificate, and all that it takes from?
    pub(super) fn certified(&self) -> &[bool] {
        &self.certified
    }

    /// Is there a loop of so many nodes?
    pub fn has_loop_of(&self, count: usize) -> bool {
        self.matrix.blocks().iter().any(|places| places.len() >= count)
    }

    /// `A s = f`: rows are what is taken of a place.
    pub(super) fn turned(&self) -> &Matrix {
        self.turned.get_or_init(|| self.matrix.transposed())
    }

    /// The same, with so many threads at most. The numbers do not hang on it.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Processes in loops whose footprints are only estimated, block by block, by id. What takes from them is estimated too.
    pub fn uncertified(&self) -> Vec<Vec<&'a str>> {
        let names = |members: &Vec<usize>| {
            let mut members = members.clone();
            members.sort_unstable();
            members.iter().map(|&node| self.chain.nodes[node].id.as_str()).collect()
        };
        self.unproved.iter().map(|&block| names(&self.blocks.members[block])).collect()
    }

    /// The factored block, where iteration is not proved to converge.
    pub(super) fn direct(&self, block: usize) -> Option<&Direct> {
        self.direct[block].as_ref()
    }

    /// Has a block no proof of its own?
    pub(super) fn is_unproved(&self, block: usize) -> bool {
        self.unproved.contains(&block)
    }

    /// Solves for what each node causes itself, per activity as recorded.
    pub fn solve(&self, right: &[Double]) -> Solution {
        let mut solutions = self.solve_all(&[right]);
        solutions.pop().unwrap_or(Solution { values: Vec::new(), bounds: Vec::new(), proved: Vec::new() })
    }

    /// Solves for several at once, in their order. Each is the same as if it were solved alone, to the last bit.
    pub fn solve_all(&self, rights: &[&[Double]]) -> Vec<Solution> {
        // Groups of one size: no thread waits for another.
        let width = rights.len().div_ceil(rights.len().div_ceil(WIDEST).max(1)).max(1);
        let groups: Vec<&[&[Double]]> = rights.chunks(width).collect();
        let is_small = self.matrix.len() * rights.len() < SHARED;
        let threads = if is_small { 1 } else { self.threads.min(groups.len()) };
        if threads <= 1 {
            return groups.into_iter().flat_map(|group| self.solve_group(group)).collect();
        }
        // Each thread takes every so-manieth group; what comes out is put back in order.
        let of_thread = |first: usize| groups.iter().skip(first).step_by(threads).copied();
        let solved: Vec<Vec<Vec<Solution>>> = thread::scope(|scope| {
            let work = |first| {
                let groups = of_thread(first);
                move || groups.map(|group| self.solve_group(group)).collect::<Vec<_>>()
            };
            let running: Vec<_> = (0..threads).map(|first| scope.spawn(work(first))).collect();
            let join = |part: thread::ScopedJoinHandle<'_, Vec<Vec<Solution>>>| {
                part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            running.into_iter().map(join).collect()
        });
        let mut parts: Vec<_> = solved.into_iter().map(Vec::into_iter).collect();
        (0..groups.len()).flat_map(|group| parts[group % threads].next().unwrap_or_default()).collect()
    }

    /// At most [`WIDEST`] right-hand sides; few of them need not carry empty columns along.
    fn solve_group(&self, rights: &[&[Double]]) -> Vec<Solution> {
        match rights.len() {
            0 => Vec::new(),
            1 => self.solve_lanes::<1>(rights),
            2..=4 => self.solve_lanes::<4>(rights),
            5..=LANES => self.solve_lanes::<LANES>(rights),
            _ => self.solve_lanes::<WIDEST>(rights),
        }
    }

    fn solve_lanes<const L: usize>(&self, rights: &[&[Double]]) -> Vec<Solution> {
        let solutions = self.refined::<L>(rights, &self.direct);
        let is_iterated =
            |block: usize| self.matrix.blocks()[block].len() > 1 && self.direct[block].is_none();
        if solutions.iter().all(is_good_enough) || !(0..self.direct.len()).any(is_iterated) {
            return solutions;
        }
        // Each column for itself: what stands beside it must not decide how it is solved.
        let again = |(solution, right): (Solution, &&[Double])| {
            if is_good_enough(&solution) {
                return solution;
            }
            self.solve_directly(right).unwrap_or(solution)
        };
        solutions.into_iter().zip(rights).map(again).collect()
    }

    /// Solves with every loop factored; `None` if there is nothing to solve.
    pub fn solve_directly(&self, right: &[Double]) -> Option<Solution> {
        self.refined::<1>(&[right], self.all_factored()).pop()
    }

    /// Every loop factored, once.
    pub(super) fn all_factored(&self) -> &[Option<Direct>] {
        self.all_direct.get_or_init(|| {
            let block = |(block, places): (usize, &Range<usize>)| match &self.direct[block] {
                None if places.len() > 1 => Direct::new(&self.matrix, places),
                own => own.clone(),
            };
            self.matrix.blocks().iter().enumerate().map(block).collect()
        })
    }

    fn refined<const L: usize>(&self, rights: &[&[Double]], direct: &[Option<Direct>]) -> Vec<Solution> {
        let m = &self.matrix;
        let right = gathered::<L>(m, rights);
        let mut long = Long::<L>::new(m.len());
        let mut residual = right.hi.clone();
        let mut doubt = vec![[0.0; L]; m.len()];
        let mut step = vec![[0.0; L]; m.len()];
        let mut active = [true; L];
        let mut last = [f64::INFINITY; L];
        for round in 0..REFINEMENTS {
            step.fill([0.0; L]);
            let tolerance = if round == 0 { TOLERANCE } else { TOLERANCE_OF_REST };
            self.sweep(&residual, &mut step, direct, tolerance);
            // A column that is done stays as it is.
            for l in (0..L).filter(|&l| !active[l]) {
                for row in &mut step {
                    row[l] = 0.0;
                }
            }
            let relative = long.add(&step);
            long.residual(m, 0..m.len(), &right, &mut residual, &mut doubt);
            let mut size = [0.0_f64; L];
            for row in &residual {
                for l in 0..L {
                    size[l] = size[l].max(row[l].abs());
                }
            }
            for l in 0..L {
                let is_done = size[l] == 0.0
                    || size[l] >= last[l]
                    || !size[l].is_finite()
                    || (round > 0 && relative[l] <= ENOUGH);
                active[l] &= !is_done;
            }
            last = size;
            if !active.contains(&true) {
                break;
            }
        }
        // The residual of the long solution, with all that its own arithmetic can be wrong by.
        for (row, doubt) in residual.iter_mut().zip(&doubt) {
            for l in 0..L {
                row[l] = row[l].abs() + doubt[l];
            }
        }
        // Memory that nobody has touched yet costs as much as the arithmetic: what is done with serves again.
        let (sizes, mut bounds) = (&mut doubt, step);
        sizes.copy_from_slice(&residual);
        certificate::bounds(m, &self.slow, &self.certified, &mut residual, &mut bounds);
        let estimate = bounds.iter().flatten().any(|bound| !bound.is_finite()).then(|| {
            residual.fill([0.0; L]);
            self.sweep(sizes, &mut residual, direct, TOLERANCE);
            residual
        });
        (0..rights.len()).map(|l| self.scattered(l, &long, &bounds, estimate.as_deref())).collect()
    }

    /// One column, by node.
    fn scattered<const L: usize>(
        &self,
        l: usize,
        long: &Long<L>,
        bounds: &[Lane<L>],
        estimate: Option<&[Lane<L>]>,
    ) -> Solution {
        let count = self.chain.nodes.len();
        let mut solution =
            Solution { values: vec![0.0; count], bounds: vec![0.0; count], proved: vec![true; count] };
        for place in 0..self.matrix.len() {
            let node = self.matrix.node(place);
            let proved = bounds[place][l].is_finite();
            let estimated = || estimate.map_or(f64::INFINITY, |estimate| 2.0 * estimate[place][l].abs());
            let bound = if proved { bounds[place][l] } else { estimated() };
            solution.values[node] = long.hi[place][l];
            // What was cut off the long solution adds to the bound; rounded up, so that it stays one.
            solution.bounds[node] = (bound + long.lo[place][l].abs()) * (1.0 + 4.0 * f64::EPSILON);
            solution.proved[node] = proved;
        }
        solution
    }

    /// One solve in doubles, into zeros.
    fn sweep<const L: usize>(
        &self,
        right: &[Lane<L>],
        y: &mut [Lane<L>],
        direct: &[Option<Direct>],
        tolerance: f64,
    ) {
        let m = &self.matrix;
        let mut begun = 0;
        for (block, places) in m.blocks().iter().enumerate() {
            if places.len() == 1 && direct[block].is_none() {
                continue;
            }
            line(m, begun..places.start, right, y);
            begun = places.end;
            match &direct[block] {
                Some(direct) => {
                    let inside = from_outside::<L, false>(m, places, right, y);
                    direct.solve_lanes(&inside, &mut y[places.clone()]);
                }
                None => {
                    // What has not arrived shows in the residual.
                    iterate(m, places, right, y, tolerance, SWEEPS);
                }
            }
        }
        line(m, begun..m.len(), right, y);
    }
}

/// Right-hand sides side by side, in solving order.
fn gathered<const L: usize>(m: &Matrix, rights: &[&[Double]]) -> Long<L> {
    let column = |part: fn(&Double) -> f64| {
        let mut rows = vec![[0.0; L]; m.len()];
        for (place, row) in rows.iter_mut().enumerate() {
            let node = m.node(place);
            row.iter_mut().zip(rights).for_each(|(value, right)| *value = part(&right[node]));
        }
        rows
    };
    let is_long = rights.iter().any(|right| right.iter().any(|value| value.lo != 0.0));
    Long { hi: column(|value| value.hi), lo: if is_long { column(|value| value.lo) } else { Vec::new() } }
}

/// Are all bounds that are proved small enough not to look further?
fn is_good_enough(solution: &Solution) -> bool {
    let largest = solution.values.iter().fold(0.0_f64, |max, value| max.max(value.abs()));
    let rows = solution.values.iter().zip(&solution.bounds).zip(&solution.proved);
    rows.filter(|(_, proved)| **proved)
        .all(|((value, bound), _)| *bound <= WANTED * value.abs() + WANTED_OF_LARGEST * largest)
}
