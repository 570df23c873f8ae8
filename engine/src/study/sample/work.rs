//! The iterations, on threads. Each starts from the middle, never from another one: the draws do not hang on their number.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::base::diagnostic::Diagnostics;
use crate::base::philox::uniform;
use crate::base::progress::{Progress, Stage, stopped};
use crate::pricing::{Run, TruePrices};
use crate::rollup::varying::TOLERANCE;
use crate::rollup::{Direction, Unsound, Varying};

use super::plan::{NONE, Plan};
use super::{Asked, Samples};

/// What a step may still change of the middle, from which all iterations start.
const TOLERANCE_OF_MIDDLE: f64 = 1e-12;

/// An iteration with what came of it.
type Done = (usize, Result<Vec<f64>, Unsound>);

/// Does the iterations.
pub(super) fn run(
    plan: &Plan,
    run: &Run,
    prices: &TruePrices,
    asked: &Asked,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Samples> {
    let available = || thread::available_parallelism().map_or(1, NonZero::get);
    let threads = asked.threads.unwrap_or_else(available).clamp(1, asked.samples.max(1));
    let middle = Middle::of(plan);
    let (next, finished, halted) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let work = || {
        let mut worker = Worker::new(plan, &middle, run.request.netting);
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
        draws: Vec::with_capacity(all.len()),
        counts: plan.counts,
        not_drawn: plan.not_drawn,
    };
    for (iteration, draw) in all {
        match draw {
            Ok(draw) => {
                samples.iterations.push(iteration);
                samples.draws.push(draw);
            }
            Err(why) => samples.failed.push((iteration, why)),
        }
    }
    Some(samples)
}

/// The solution of the data as they are.
struct Middle {
    y: Vec<f64>,
    /// Sum of each right-hand side.
    sums: Vec<f64>,
}

impl Middle {
    fn of(plan: &Plan) -> Self {
        let columns = columns(plan);
        let mut right = vec![0.0; plan.varying.len() * columns];
        match plan.direction {
            Direction::Activity => demand(plan, &mut right),
            Direction::Footprints => {
                for cause in &plan.causes {
                    let factor = if cause.class == NONE {
                        1.0
                    } else {
                        plan.classes[cause.class as usize].band.central
                    };
                    // The middle need not be exact: medians would do as well. It is a place to start from.
                    let draw = if cause.draw == NONE {
                        1.0
                    } else {
                        plan.data[cause.draw as usize].sampler.quantile(0.5)
                    };
                    let at = cause.place as usize * columns + cause.column as usize;
                    right[at] += cause.value * draw * factor * share_in_the_middle(plan, cause.share);
                }
            }
        }
        let mut y = vec![0.0; right.len()];
        let mut varying = plan.varying.clone();
        let solved =
            varying.settle().and_then(|()| varying.solve(columns, &right, &mut y, TOLERANCE_OF_MIDDLE));
        if solved.is_err() || y.iter().any(|value| !value.is_finite()) {
            y.fill(0.0);
        }
        let sums = (0..columns).map(|column| right.iter().skip(column).step_by(columns).sum()).collect();
        Self { y, sums }
    }
}

/// Weight x amount, which the shares of a process are proportional to: near enough for a start.
fn share_in_the_middle(plan: &Plan, share: u32) -> f64 {
    if share == NONE {
        return 1.0;
    }
    let member = &plan.members[share as usize];
    let draw = if member.draw == NONE { 1.0 } else { plan.data[member.draw as usize].sampler.quantile(0.5) };
    member.weight * member.ratio * draw
}

/// Right-hand sides.
fn columns(plan: &Plan) -> usize {
    match plan.direction {
        Direction::Activity => plan.wanted.len(),
        Direction::Footprints => plan.columns.len(),
    }
}

/// One unit of each product.
fn demand(plan: &Plan, right: &mut [f64]) {
    for (column, place) in plan.wanted.iter().enumerate() {
        right[place * plan.wanted.len() + column] = 1.0;
    }
}

struct Worker<'a> {
    plan: &'a Plan,
    middle: &'a Middle,
    netting: bool,
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
    fn new(plan: &'a Plan, middle: &'a Middle, netting: bool) -> Self {
        let mut right = vec![0.0; middle.y.len()];
        if plan.direction == Direction::Activity {
            demand(plan, &mut right);
        }
        Self {
            plan,
            middle,
            netting,
            varying: plan.varying.clone(),
            is_settled: false,
            draws: vec![0.0; plan.data.len()],
            shares: vec![0.0; plan.members.len()],
            factors: vec![0.0; plan.classes.len()],
            right,
            y: vec![0.0; middle.y.len()],
        }
    }

    /// For each product: external cost, gap, cost of each indicator.
    fn iteration(&mut self, seed: u64, iteration: u32) -> Result<Vec<f64>, Unsound> {
        let plan = self.plan;
        for (draw, datum) in self.draws.iter_mut().zip(&plan.data) {
            *draw = datum.sampler.quantile(uniform(seed, iteration, datum.key, 0));
        }
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
        let draw = self.money(&costs);
        if draw.iter().all(|value| value.is_finite()) { Ok(draw) } else { Err(Unsound::Singular) }
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
        if self.plan.slots.is_empty() && self.is_settled {
            return Ok(());
        }
        self.is_settled = true;
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

    /// What a cause is in this iteration, in money.
    fn causes(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.plan.causes.iter().map(|cause| {
            let factor = if cause.class == NONE { 1.0 } else { self.factors[cause.class as usize] };
            let value = cause.value * self.draw(cause.draw) * self.share(cause.share) * factor;
            (cause.place as usize, cause.column as usize, value)
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
        for column in 0..columns {
            let sum: f64 = self.right.iter().skip(column).step_by(columns).sum();
            let ratio = sum / self.middle.sums[column];
            let ratio = if ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 };
            for (own, middle) in self.y.iter_mut().zip(&self.middle.y).skip(column).step_by(columns) {
                *own = middle * ratio;
            }
        }
        self.varying.solve(columns, &self.right, &mut self.y, TOLERANCE)?;
        let row = |place: &usize| self.y[place * columns..(place + 1) * columns].iter().copied();
        Ok(self.plan.wanted.iter().flat_map(row).collect())
    }

    /// External cost and gap of each product, by the rules of true prices.
    fn money(&self, costs: &[f64]) -> Vec<f64> {
        let count = self.plan.indicators;
        let mut draw = Vec::with_capacity(self.plan.wanted.len() * (2 + count));
        let mut whole = vec![0.0; 2 * count];
        let used = costs.chunks_exact(self.plan.columns.len().max(1));
        for (used, product) in used.zip(&self.plan.products) {
            for (value, column) in used.iter().zip(&self.plan.columns) {
                whole[*column] = *value;
            }
            let (cost, paid) = whole.split_at(count);
            let external: f64 = cost.iter().map(|cost| cost.max(0.0)).sum();
            let internalised = |(cost, paid): (&f64, &f64)| paid.min(cost.max(0.0));
            let gap = if self.netting {
                let priced = cost.iter().zip(paid).zip(&product.priced).filter(|(_, is_priced)| **is_priced);
                priced.map(|((cost, paid), _)| cost - paid).sum()
            } else {
                external - cost.iter().zip(paid).map(internalised).sum::<f64>()
            };
            draw.extend([external, gap]);
            draw.extend_from_slice(cost);
        }
        draw
    }
}
