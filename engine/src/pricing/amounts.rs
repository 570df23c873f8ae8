//! Amounts of the cells of breakdowns: by what one product sets in motion, or of many products at once, each cell a right-hand
//! side of its own. Both are the nearest double.

use std::collections::HashMap;

use crate::base::diagnostic::Diagnostics;
use crate::base::float::Double;
use crate::base::progress::{Progress, Stage, stopped};

use super::run::Run;
use super::said::Key;

/// Products from which on all are solved at once, if loops of so many nodes make each for itself slow.
const MANY: usize = 32;
const LARGE: usize = 100;
/// Amounts that are kept at most.
const ROOM: usize = 1 << 26;
/// Cells that are solved together.
const TOGETHER: usize = 32;

/// The amounts of the cells of all products that were asked for.
pub(super) struct Table {
    cells: HashMap<Key, Vec<f64>>,
}

impl Run<'_> {
    /// Solves all cells for all products, where that is less work than product by product. An error: it was stopped, and that is reported.
    pub(super) fn table(
        &self,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<Table>, ()> {
        if self.wanted.len() < MANY || !self.footprints.has_loop_of(LARGE) {
            return Ok(None);
        }
        let keys: Vec<Key> = self.said().cells().into_iter().collect();
        if keys.len() > 4 * self.wanted.len() || keys.len() * self.wanted.len() > ROOM {
            return Ok(None);
        }
        let rank: HashMap<Key, usize> = keys.iter().enumerate().map(|(at, key)| (*key, at)).collect();
        let mut causes: Vec<Vec<(usize, Double)>> = vec![Vec::new(); keys.len()];
        for node in self.footprints.blocks().members.iter().flatten().copied() {
            self.caused_by(node, Double::new(1.0), |key, amount| causes[rank[&key]].push((node, amount)));
        }
        let mut cells = HashMap::new();
        let count = self.prepared.chain.nodes.len();
        for (done, some) in keys.chunks(TOGETHER).enumerate() {
            if !progress.tick(Stage::Solving, done * TOGETHER, keys.len()) {
                diagnostics.push(stopped());
                return Err(());
            }
            let right = |key: &Key| {
                let mut right = vec![Double::default(); count];
                for &(node, amount) in &causes[rank[key]] {
                    right[node] = right[node].plus(amount);
                }
                right
            };
            let rights: Vec<Vec<Double>> = some.iter().map(right).collect();
            let rights: Vec<&[Double]> = rights.iter().map(Vec::as_slice).collect();
            for (key, solution) in some.iter().zip(self.footprints.solve_all(&rights)) {
                cells.insert(*key, self.wanted.iter().map(|&node| solution.values[node]).collect());
            }
        }
        Ok(Some(Table { cells }))
    }

    /// What so much activity of a node causes, row by row.
    fn caused_by(&self, node: usize, activity: Double, mut each: impl FnMut(Key, Double)) {
        let own = &self.prepared.chain.nodes[node];
        if own.process.is_none() {
            return;
        }
        let share = Double::default().plus_product(own.share, activity);
        for row in self.rows(node) {
            let status = self.valued.status_index(row);
            if self.classes.of_status(status).is_some() {
                let profile = self.prepared.supply.interventions.profile_index(row);
                let amount = Double::default().plus_product(self.valued.amount(row), share);
                each(self.said().key(self, node, profile, status), amount);
            }
        }
    }
}

/// The amounts of the cells of one product.
pub(super) enum Amounts<'a> {
    /// Of its own.
    Own(HashMap<Key, f64>),
    /// Of a table, in which it is the so-manieth.
    Of(&'a Table, usize),
}

impl<'a> Amounts<'a> {
    /// By what it sets in motion.
    pub(super) fn of_activity(run: &Run, point: usize) -> Self {
        let mut sums: HashMap<Key, Double> = HashMap::new();
        for (node, activity) in run.long_activity(run.prepared.chain.points[point].node) {
            run.caused_by(node, activity, |key, amount| {
                let sum = sums.entry(key).or_default();
                *sum = sum.plus(amount);
            });
        }
        Self::Own(sums.into_iter().map(|(key, sum)| (key, sum.hi)).collect())
    }

    /// Of a table of many.
    pub(super) fn of_table(run: &Run, table: &'a Table, point: usize) -> Self {
        let node = run.prepared.chain.points[point].node;
        Self::Of(table, run.wanted.binary_search(&node).unwrap_or_default())
    }

    /// The amount of a cell; a cell that nothing is set in motion of has none.
    pub(super) fn get(&self, key: &Key) -> f64 {
        match self {
            Self::Own(cells) => cells.get(key).copied().unwrap_or_default(),
            Self::Of(table, place) => table.cells.get(key).map_or(0.0, |amounts| amounts[*place]),
        }
    }
}
