//! The iterations, on threads. Each starts from the middle, never from another one: the draws do not hang on their number.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::base::diagnostic::Diagnostics;
use crate::base::philox::uniform;
use crate::base::progress::{Progress, Stage, stopped};
use crate::pricing::TruePrices;
use crate::rollup::varying::TOLERANCE;
use crate::rollup::{Direction, Spot, Unsound, Varying};

use super::middle::{Middle, demand, sums};
use super::plan::{NONE, Plan};
use super::{Asked, Samples};

/// An iteration with what came of it.
type Done = (usize, Result<Vec<f64>, Unsound>);

/// Does the iterations.
pub(super) fn run(
    plan: &Plan,
    prices: &TruePrices,
    netting: bool,
    asked: &Asked,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Samples> {
    let available = || thread::available_parallelism().map_or(1, NonZero::get);
    let threads = asked.threads.unwrap_or_else(available).clamp(1, asked.samples.max(1));
    let middle = Middle::of(plan);
    let (next, finished, halted) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        let mut worker = Worker::new(plan, &middle);
        let mut done: Vec<Done> = Vec::new();
        while !halted.load(Ordering::Relaxed) {
            // What was begun is finished: the iterations that are done are the first ones.
            let iteration = next.fetch_add(1, Ordering::Relaxed);
            if iteration >= asked.samples {
                break;
            }
            done.push((iteration, worker.iteration(asked.seed, iteration as u32)));
            let count = finished.fetch_add(1, Ordering::Relaxed) + 1;
            if !progress.tick(Stage::Sampling, count, asked.samples) {
                halted.store(true, Ordering::Relaxed);
            }
        }
        done
    };
    let mut all: Vec<Done> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join = |part: thread::ScopedJoinHandle<'_, Vec<Done>>| {
            part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        running.into_iter().flat_map(join).collect()
    });
    if all.is_empty() && asked.samples > 0 {
        diagnostics.push(stopped());
        return None;
    }
    all.sort_unstable_by_key(|(iteration, _)| *iteration);
    let mut samples = Samples {
        asked: asked.clone(),
        products: plan.products.clone(),
        indicators: prices
            .products
            .first()
            .map(|product| product.indicators.iter().map(|k| k.indicator.clone()).collect())
            .unwrap_or_default(),
        done: all.len(),
        failed: Vec::new(),
        iterations: Vec::with_capacity(all.len()),
        costs: Vec::with_capacity(all.len()),
        columns: plan.columns.clone(),
        netting,
        counts: plan.counts,
        not_drawn: plan.not_drawn,
    };
    for (iteration, draw) in all {
        match draw {
            Ok(costs) => {
                samples.iterations.push(iteration);
                samples.costs.push(costs);
            }
            Err(why) => samples.failed.push((iteration, why)),
        }
    }
    Some(samples)
}

struct Worker<'a> {
    plan: &'a Plan,
    middle: &'a Middle,
    varying: Varying,
    /// Were the equations looked at, which never change?
    is_settled: bool,
    draws: Vec<f64>,
    shares: Vec<f64>,
    factors: Vec<f64>,
    right: Vec<f64>,
    y: Vec<f64>,
}

impl<'a> Worker<'a> {
    fn new(plan: &'a Plan, middle: &'a Middle) -> Self {
        let mut right = vec![0.0; middle.y.len()];
        if plan.direction == Direction::Activity {
            demand(plan, &mut right);
        }
        Self {
            plan,
            middle,
            varying: plan.varying.clone(),
            is_settled: false,
            draws: vec![0.0; plan.draws.len()],
            shares: vec![0.0; plan.members.len()],
            factors: vec![0.0; plan.classes.len()],
            right,
            y: vec![0.0; middle.y.len()],
        }
    }

    /// For each product: its number in each column.
    fn iteration(&mut self, seed: u64, iteration: u32) -> Result<Vec<f64>, Unsound> {
        let plan = self.plan;
        plan.draws.draw(seed, iteration, &mut self.draws);
        let sets: Vec<f64> = plan.sets.iter().map(|key| uniform(seed, iteration, *key, 0)).collect();
        for (factor, class) in self.factors.iter_mut().zip(&plan.classes) {
            *factor = class.at(sets.get(class.set as usize).copied().unwrap_or(0.5));
        }
        self.allocate()?;
        self.renew()?;
        let costs = match plan.direction {
            Direction::Activity => self.by_activity()?,
            Direction::Footprints => self.by_footprints()?,
        };
        if costs.iter().all(|value| value.is_finite()) { Ok(costs) } else { Err(Unsound::Singular) }
    }

    fn draw(&self, draw: u32) -> f64 {
        if draw == NONE { 1.0 } else { self.draws[draw as usize] }
    }

    fn share(&self, share: u32) -> f64 {
        if share == NONE { 1.0 } else { self.shares[share as usize] }
    }

    /// Shares of processes whose outputs were drawn.
    fn allocate(&mut self) -> Result<(), Unsound> {
        let mut first = 0;
        for (at, member) in self.plan.members.iter().enumerate() {
            self.shares[at] = member.weight * member.ratio * self.draw(member.draw);
            if member.goes_on {
                continue;
            }
            let sum: f64 = self.shares[first..=at].iter().sum();
            if sum.is_nan() || sum <= 0.0 {
                return Err(Unsound::NotProductive);
            }
            self.shares[first..=at].iter_mut().for_each(|share| *share /= sum);
            first = at + 1;
        }
        Ok(())
    }

    /// The equations of these draws.
    fn renew(&mut self) -> Result<(), Unsound> {
        if self.plan.slots.is_empty() && self.plan.singles.is_empty() && self.is_settled {
            return Ok(());
        }
        self.is_settled = true;
        for single in &self.plan.singles {
            let value = single.coefficient * self.draws[single.draw as usize];
            self.varying.set(Spot::Amount(single.entry as usize), value);
        }
        let mut first = 0;
        for slot in &self.plan.slots {
            let terms = &self.plan.terms[first..slot.end as usize];
            first = slot.end as usize;
            let value = terms.iter().fold(slot.fixed, |sum, term| {
                sum + term.coefficient * self.draw(term.draw) * self.share(term.share)
            });
            self.varying.set(slot.spot, value);
        }
        self.varying.settle()
    }

    /// What causes are in this iteration, in money: place, column, value.
    fn causes(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.plan.causes.iter().map(|cause| {
            let class = cause.class as usize;
            let value = cause.value * self.draw(cause.draw) * self.share(cause.share) * self.factors[class];
            (cause.place as usize, self.plan.classes[class].column as usize, value)
        })
    }

    /// One demand for each product; what runs because of it causes and pays so much.
    fn by_activity(&mut self) -> Result<Vec<f64>, Unsound> {
        let (wide, columns) = (self.plan.columns.len(), self.plan.wanted.len());
        self.y.copy_from_slice(&self.middle.y);
        self.varying.solve(columns, &self.right, &mut self.y, TOLERANCE)?;
        let mut costs = vec![0.0; columns * wide];
        for (place, column, value) in self.causes() {
            let runs = &self.y[place * columns..(place + 1) * columns];
            for (product, activity) in runs.iter().enumerate() {
                costs[product * wide + column] += value * activity;
            }
        }
        Ok(costs)
    }

    /// One right-hand side for each indicator and payment; what each product causes is read off.
    fn by_footprints(&mut self) -> Result<Vec<f64>, Unsound> {
        let columns = self.plan.columns.len();
        let mut right = std::mem::take(&mut self.right);
        right.fill(0.0);
        for (place, column, value) in self.causes() {
            right[place * columns + column] += value;
        }
        self.right = right;
        self.start(columns);
        self.varying.solve(columns, &self.right, &mut self.y, TOLERANCE)?;
        let row = |place: &usize| self.y[place * columns..(place + 1) * columns].iter().copied();
        Ok(self.plan.wanted.iter().flat_map(row).collect())
    }

    /// Starts each loop from the middle, grown as what the loop itself causes has: what else there is in the dataset changes
    /// nothing.
    fn start(&mut self, columns: usize) {
        let grown = |(sum, middle): (f64, &f64)| {
            let ratio = sum / middle;
            if ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 }
        };
        let sums = sums(self.plan, &self.right, columns);
        let ratios: Vec<f64> = sums.into_iter().zip(&self.middle.sums).map(grown).collect();
        for (places, ratios) in self.plan.varying.loops().zip(ratios.chunks_exact(columns.max(1))) {
            let places = places.start * columns..places.end * columns;
            let rows = self.y[places.clone()].chunks_exact_mut(columns.max(1));
            for (own, middle) in rows.zip(self.middle.y[places].chunks_exact(columns.max(1))) {
                for ((own, middle), ratio) in own.iter_mut().zip(middle).zip(ratios) {
                    *own = middle * ratio;
                }
            }
        }
    }
}
