//! The solution of the data as they are, from which every iteration starts.

use crate::rollup::Direction;

use super::plan::{NONE, Plan};

/// What a step may still change of the middle.
const TOLERANCE: f64 = 1e-12;

/// The middle. It need not be exact, and medians do for it: it is a place to start from.
pub(super) struct Middle {
    pub(super) y: Vec<f64>,
    /// Sum of each right-hand side over the places of each loop.
    pub(super) sums: Vec<f64>,
}

impl Middle {
    pub(super) fn of(plan: &Plan) -> Self {
        let columns = columns(plan);
        let mut right = vec![0.0; plan.varying.len() * columns];
        match plan.direction {
            Direction::Activity => demand(plan, &mut right),
            Direction::Footprints => {
                let mut medians = vec![0.0; plan.draws.len()];
                plan.draws.medians(&mut medians);
                let median = |draw: u32| if draw == NONE { 1.0 } else { medians[draw as usize] };
                // Weight x amount, which the shares of a process are proportional to.
                let share = |share: u32| {
                    let member = plan.members.get(share as usize);
                    member.map_or(1.0, |member| member.weight * member.ratio * median(member.draw))
                };
                for cause in &plan.causes {
                    let class = &plan.classes[cause.class as usize];
                    let at = cause.place as usize * columns + class.column as usize;
                    right[at] += cause.value * median(cause.draw) * class.band.central * share(cause.share);
                }
            }
        }
        let mut y = vec![0.0; right.len()];
        let mut varying = plan.varying.clone();
        let solved = varying.settle().and_then(|()| varying.solve(columns, &right, &mut y, TOLERANCE));
        if solved.is_err() || y.iter().any(|value| !value.is_finite()) {
            y.fill(0.0);
        }
        let sums = sums(plan, &right, columns);
        Self { y, sums }
    }
}

/// Right-hand sides.
pub(super) fn columns(plan: &Plan) -> usize {
    match plan.direction {
        Direction::Activity => plan.wanted.len(),
        Direction::Footprints => plan.columns.len(),
    }
}

/// One unit of each product.
pub(super) fn demand(plan: &Plan, right: &mut [f64]) {
    for (column, place) in plan.wanted.iter().enumerate() {
        right[place * plan.wanted.len() + column] = 1.0;
    }
}

/// The sum of each column over the places of each loop.
pub(super) fn sums(plan: &Plan, right: &[f64], columns: usize) -> Vec<f64> {
    let mut all = Vec::new();
    for places in plan.varying.loops() {
        let mut sums = vec![0.0; columns];
        for row in right[places.start * columns..places.end * columns].chunks_exact(columns.max(1)) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
        all.extend(sums);
    }
    all
}
