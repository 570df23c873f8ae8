//! The inner loops: several right-hand sides at once, side by side in memory, none of them hearing of the others.
//!
//! A column gives the same bytes whichever columns stand beside it: what is decided is decided for each on its own.

#![expect(
    clippy::inline_always,
    reason = "what is dispatched takes its instructions only where it is inlined"
)]

use std::ops::Range;

use crate::base::dispatch::dispatched;

use super::matrix::{Matrix, Pair};

/// Right-hand sides that are solved together.
pub(super) const LANES: usize = 8;

/// One number for each right-hand side.
pub(super) type Lane<const L: usize> = [f64; L];

/// Sweeps without progress after which a column is left as it is.
const STUCK: u32 = 20;
/// The rate of convergence from which on a leap may be worth it.
const SLOW: f64 = 0.5;

/// Rows without loops: each is what it causes and takes, over what it makes.
pub(super) fn line<const L: usize>(m: &Matrix, places: Range<usize>, right: &[Lane<L>], y: &mut [Lane<L>]) {
    dispatched!([const L: usize] [L] (
        m: &'a Matrix, places: Range<usize>, right: &'a [Lane<L>], y: &'a mut [Lane<L>],
    ) -> () {
        for place in places {
            let mut sum = taken::<L, false>(m, place, y, right[place]);
            let inverse = m.inverse(place);
            for value in &mut sum {
                *value *= inverse;
            }
            y[place] = sum;
        }
    });
}

/// What a row takes, on top of a start.
#[inline(always)]
pub(super) fn taken<const L: usize, const ABS: bool>(
    m: &Matrix,
    place: usize,
    y: &[Lane<L>],
    start: Lane<L>,
) -> Lane<L> {
    let mut sum = start;
    for (supplier, amount) in m.row(place) {
        let amount = if ABS { amount.abs() } else { amount };
        let other = &y[supplier];
        for l in 0..L {
            sum[l] += amount * other[l];
        }
    }
    sum
}

/// What a sweep has seen of each column: the largest step, and by how much one is larger than it may be.
struct Seen<const L: usize> {
    size: Lane<L>,
    over: Lane<L>,
}

impl<const L: usize> Seen<L> {
    #[inline(always)]
    fn put(&mut self, own: &mut Lane<L>, next: Lane<L>, active: &[bool; L], tolerance: f64) {
        for l in 0..L {
            let step = (next[l] - own[l]).abs();
            self.size[l] = if step > self.size[l] { step } else { self.size[l] };
            let beyond = step - tolerance * next[l].abs();
            self.over[l] = if beyond > self.over[l] { beyond } else { self.over[l] };
            own[l] = if active[l] { next[l] } else { own[l] };
        }
    }
}

/// One sweep of Gauss-Seidel over a block, tight pairs solved as one; columns that are done stay as they are. Gives the largest step of each
/// column, and by how much a step is larger than `tolerance` of its value at most.
#[inline(always)]
fn sweep<const L: usize, const ABS: bool>(
    m: &Matrix,
    places: Range<usize>,
    right: &[Lane<L>],
    y: &mut [Lane<L>],
    active: &[bool; L],
    tolerance: f64,
) -> (Lane<L>, Lane<L>) {
    let mut seen = Seen { size: [0.0; L], over: [f64::NEG_INFINITY; L] };
    for place in places {
        let mut next = taken::<L, ABS>(m, place, y, right[place]);
        let inverse = if ABS { m.inverse(place).abs() } else { m.inverse(place) };
        for value in &mut next {
            *value *= inverse;
        }
        if let Some(pair) = m.pair(place) {
            let other = both::<L, ABS>(m, place, pair, right, y, &mut next);
            seen.put(&mut y[pair.other], other, active, tolerance);
        }
        seen.put(&mut y[place], next, active, tolerance);
    }
    (seen.size, seen.over)
}

fn swept<const L: usize, const ABS: bool>(
    m: &Matrix,
    places: &Range<usize>,
    right: &[Lane<L>],
    y: &mut [Lane<L>],
    active: &[bool; L],
    tolerance: f64,
) -> (Lane<L>, Lane<L>) {
    let places = places.clone();
    dispatched!([const L: usize, const ABS: bool] [L, ABS] (
        m: &'a Matrix, places: Range<usize>, right: &'a [Lane<L>], y: &'a mut [Lane<L>],
        active: &'a [bool; L], tolerance: f64,
    ) -> (Lane<L>, Lane<L>) { sweep::<L, ABS>(m, places, right, y, active, tolerance) })
}

/// Two that take much of each other, at once: `next` of the later one, as if the other stayed, becomes what it is if both
/// move; gives the other.
#[inline(always)]
fn both<const L: usize, const ABS: bool>(
    m: &Matrix,
    place: usize,
    pair: Pair,
    right: &[Lane<L>],
    y: &[Lane<L>],
    next: &mut Lane<L>,
) -> Lane<L> {
    let sized = |value: f64| if ABS { value.abs() } else { value };
    let inverse = sized(m.inverse(pair.other));
    let (taken_of, given_to) = (sized(pair.taken) * sized(m.inverse(place)), sized(pair.given) * inverse);
    let whole = 1.0 / (1.0 - taken_of * given_to);
    let mut other = taken::<L, ABS>(m, pair.other, y, right[pair.other]);
    for l in 0..L {
        let without = next[l] - taken_of * y[pair.other][l];
        let other_without = other[l] * inverse - given_to * y[place][l];
        next[l] = (without + taken_of * other_without) * whole;
        other[l] = other_without + given_to * next[l];
    }
    other
}

/// How a column moves towards its solution.
struct Pace<const L: usize> {
    last: Lane<L>,
    rate: Lane<L>,
    best: Lane<L>,
    stuck: [u32; L],
    /// Sweeps until a leap may be looked for, and how many it will be after the next one.
    wait: [u32; L],
    pause: [u32; L],
    /// Sweeps until the leap that was decided on; 0: none was.
    leap: [u8; L],
    /// What stood before the last two sweeps.
    before: [Vec<Lane<L>>; 2],
}

/// Sweeps before the first leap, and between later ones at most.
const PAUSES: (u32, u32) = (5, 40);

impl<const L: usize> Pace<L> {
    fn new() -> Self {
        Self {
            last: [f64::INFINITY; L],
            rate: [0.0; L],
            best: [f64::INFINITY; L],
            stuck: [0; L],
            wait: [PAUSES.0; L],
            pause: [PAUSES.0; L],
            leap: [0; L],
            before: [Vec::new(), Vec::new()],
        }
    }

    /// Before a sweep: keeps what a leap will be measured from.
    fn ready(&mut self, y: &[Lane<L>]) {
        if self.leap.iter().any(|left| *left > 0) {
            self.before.swap(0, 1);
            self.before[1].clear();
            self.before[1].extend_from_slice(y);
        }
    }

    /// After a sweep; `true` after a leap. Where steps shrink by a steady rate, what all further ones would add is known, and
    /// each value leaps there by its own rate (Aitken). A loop that keeps almost all that it makes converges in a few leaps
    /// instead of thousands of sweeps. A bad leap costs sweeps and nothing else: what comes out is judged by its residual.
    fn step(&mut self, l: usize, size: f64, y: &mut [Lane<L>]) -> bool {
        let rate = size / self.last[l];
        let steady = (rate - self.rate[l]).abs() <= 0.05 * (1.0 - rate);
        (self.last[l], self.rate[l]) = (size, rate);
        if size < 0.999 * self.best[l] {
            (self.best[l], self.stuck[l]) = (size, 0);
        } else {
            self.stuck[l] += 1;
        }
        if self.leap[l] > 1 {
            self.leap[l] -= 1;
        } else if self.leap[l] == 1 {
            self.leap[l] = 0;
            self.wait[l] = self.pause[l];
            self.pause[l] = (self.pause[l] * 3 / 2).min(PAUSES.1);
            self.last[l] = f64::INFINITY;
            if rate < 1.0 {
                self.leap_to_the_end(l, rate, y);
                return true;
            }
        } else if self.wait[l] > 0 {
            self.wait[l] -= 1;
        } else if rate > SLOW && rate < 1.0 && steady {
            self.leap[l] = 2;
        }
        false
    }

    fn leap_to_the_end(&self, l: usize, rate: f64, y: &mut [Lane<L>]) {
        let [first, second] = &self.before;
        for (own, (first, second)) in y.iter_mut().zip(first.iter().zip(second)) {
            let (last, this) = (second[l] - first[l], own[l] - second[l]);
            let own_rate = this / last;
            if own_rate > 0.0 && own_rate < 1.0 {
                let own_rate = own_rate.min(rate);
                own[l] += this * (own_rate / (1.0 - own_rate));
            }
        }
    }
}

/// Gauss-Seidel on one block until each step is below `tolerance` of its value; what is reached by then where a column
/// makes no more progress. Says which columns have arrived.
pub(super) fn iterate<const L: usize>(
    m: &Matrix,
    places: &Range<usize>,
    right: &[Lane<L>],
    y: &mut [Lane<L>],
    tolerance: f64,
    limit: usize,
) -> [bool; L] {
    let (mut active, mut pace) = ([true; L], Pace::<L>::new());
    let mut arrived = [false; L];
    for _ in 0..limit {
        pace.ready(&y[places.clone()]);
        let (size, over) = swept::<L, false>(m, places, right, y, &active, tolerance);
        for l in 0..L {
            if active[l] {
                let leapt = pace.step(l, size[l], &mut y[places.clone()]);
                arrived[l] = over[l] <= 0.0 && !leapt;
                active[l] = !arrived[l] && pace.stuck[l] < STUCK && size[l].is_finite();
            }
        }
        if !active.contains(&true) {
            break;
        }
    }
    arrived
}

/// Looks for z with `M z >= right / 2` in one block, M the comparison matrix, from what stands in `z` outside of it. Gives
/// what z must be multiplied with so that `M z >= right` is sure, infinite where there is no such number; and the rate by
/// which z still grew at the end.
pub(super) fn settle<const L: usize>(
    m: &Matrix,
    places: &Range<usize>,
    right: &[Lane<L>],
    z: &mut [Lane<L>],
    limit: usize,
) -> (Lane<L>, Lane<L>) {
    let (mut active, mut pace) = ([true; L], Pace::<L>::new());
    let mut scale = [f64::INFINITY; L];
    for done in 1..=limit {
        pace.ready(&z[places.clone()]);
        let (size, _) = swept::<L, true>(m, places, right, z, &active, 0.0);
        for l in (0..L).filter(|&l| active[l]) {
            pace.step(l, size[l], &mut z[places.clone()]);
        }
        if done % 3 == 0 || places.len() == 1 {
            let worst = slack(m, places, right, z);
            for l in 0..L {
                let is_over = done == limit || pace.stuck[l] >= STUCK || !size[l].is_finite();
                if active[l] && (worst[l] <= 2.0 || is_over) {
                    (active[l], scale[l]) = (false, worst[l]);
                }
            }
            if !active.contains(&true) {
                break;
            }
        }
    }
    for l in (0..L).filter(|&l| active[l]) {
        scale[l] = slack(m, places, right, z)[l];
    }
    (scale, pace.rate)
}

/// The largest `right / (M z)`, at least 1, with `M z` rounded down; infinite where it is not sure to be positive.
pub(super) fn slack<const L: usize>(
    m: &Matrix,
    places: &Range<usize>,
    right: &[Lane<L>],
    z: &[Lane<L>],
) -> Lane<L> {
    let places = places.clone();
    dispatched!([const L: usize] [L] (
        m: &'a Matrix, places: Range<usize>, right: &'a [Lane<L>], z: &'a [Lane<L>],
    ) -> Lane<L> {
        let mut worst = [1.0_f64; L];
        for place in places {
            let taken = taken::<L, true>(m, place, z, [0.0; L]);
            let net = m.net(place).hi.abs();
            let rounding = (m.terms(place) + 8) as f64 * f64::EPSILON;
            for l in 0..L {
                let made = net * z[place][l];
                let least = (made - taken[l]) - rounding * (made + taken[l]);
                let needed = right[place][l];
                // Nothing is needed where nothing is wrong and nothing is taken.
                let ratio =
                    if needed <= 0.0 && made <= 0.0 && taken[l] <= 0.0 { 1.0 } else { needed / least };
                let ratio = if ratio > 0.0 { ratio } else { f64::INFINITY };
                worst[l] = if ratio > worst[l] { ratio } else { worst[l] };
            }
        }
        worst
    })
}

/// What rows without loops need of z, rounded up.
pub(super) fn line_of_z<const L: usize>(
    m: &Matrix,
    places: Range<usize>,
    right: &[Lane<L>],
    z: &mut [Lane<L>],
) {
    dispatched!([const L: usize] [L] (
        m: &'a Matrix, places: Range<usize>, right: &'a [Lane<L>], z: &'a mut [Lane<L>],
    ) -> () {
        for place in places {
            let mut sum = taken::<L, true>(m, place, z, right[place]);
            let up = 1.0 + (m.terms(place) + 8) as f64 * f64::EPSILON;
            let inverse = m.inverse(place).abs() * up;
            for value in &mut sum {
                *value *= inverse;
            }
            z[place] = sum;
        }
    });
}

/// What is taken from outside of a block, added to the right side; amounts as they are, or their sizes.
pub(super) fn from_outside<const L: usize, const ABS: bool>(
    m: &Matrix,
    places: &Range<usize>,
    right: &[Lane<L>],
    y: &[Lane<L>],
) -> Vec<Lane<L>> {
    let row = |place: usize| {
        let mut sum = right[place];
        for (supplier, amount) in m.row(place).filter(|(supplier, _)| *supplier < places.start) {
            let amount = if ABS { amount.abs() } else { amount };
            for l in 0..L {
                sum[l] += amount * y[supplier][l];
            }
        }
        sum
    };
    places.clone().map(row).collect()
}

/// A long solution: the sum of two doubles for each column.
pub(super) struct Long<const L: usize> {
    /// The nearest doubles.
    pub(super) hi: Vec<Lane<L>>,
    /// What is missing from them; of a right side also empty, where nothing is.
    pub(super) lo: Vec<Lane<L>>,
}

impl<const L: usize> Long<L> {
    /// Zeros.
    pub(super) fn new(count: usize) -> Self {
        Self { hi: vec![[0.0; L]; count], lo: vec![[0.0; L]; count] }
    }

    /// Adds a step; gives the largest size of a step against its value in each column.
    pub(super) fn add(&mut self, step: &[Lane<L>]) -> Lane<L> {
        self.add_range(0..step.len(), step, &[true; L])
    }

    /// The same in these places alone, and to the columns that are active.
    pub(super) fn add_in(
        &mut self,
        places: &[Range<usize>],
        step: &[Lane<L>],
        active: &[bool; L],
    ) -> Lane<L> {
        let mut largest = [0.0_f64; L];
        for own in places {
            let size = self.add_range(own.clone(), step, active);
            for l in 0..L {
                largest[l] = if size[l] > largest[l] { size[l] } else { largest[l] };
            }
        }
        largest
    }

    fn add_range(&mut self, places: Range<usize>, step: &[Lane<L>], active: &[bool; L]) -> Lane<L> {
        let (hi, lo) = (&mut self.hi[places.clone()], &mut self.lo[places.clone()]);
        let step = &step[places];
        dispatched!([const L: usize] [L] (
            hi: &'a mut [Lane<L>], lo: &'a mut [Lane<L>], step: &'a [Lane<L>], active: &'a [bool; L],
        ) -> Lane<L> {
            let mut largest = [0.0_f64; L];
            for ((hi, lo), step) in hi.iter_mut().zip(lo).zip(step) {
                for l in 0..L {
                    let step = if active[l] { step[l] } else { 0.0 };
                    let (sum, error) = two_sum(hi[l], step);
                    let error = error + lo[l];
                    let whole = sum + error;
                    (hi[l], lo[l]) = (whole, error - (whole - sum));
                    let relative = step.abs() / whole.abs();
                    largest[l] = if relative > largest[l] { relative } else { largest[l] };
                }
            }
            largest
        })
    }

    /// `b - Aᵀ y` into `residual`, and a bound on what is wrong with it into `doubt`.
    ///
    /// Sums of products with their errors added up beside them (Ogita, Rump and Oishi 2005): as good as if computed with
    /// twice the digits, then rounded. The bound for n terms is (n u)² times the sum of their sizes, u = 2⁻⁵³.
    pub(super) fn residual(
        &self,
        m: &Matrix,
        places: Range<usize>,
        right: &Long<L>,
        residual: &mut [Lane<L>],
        doubt: &mut [Lane<L>],
    ) {
        let long = self;
        dispatched!([const L: usize] [L] (
            long: &'a Long<L>, m: &'a Matrix, places: Range<usize>, right: &'a Long<L>,
            residual: &'a mut [Lane<L>], doubt: &'a mut [Lane<L>],
        ) -> () {
            for place in places {
                let (mut sum, mut low) = (right.hi[place], right.lo.get(place).copied().unwrap_or([0.0; L]));
                let mut size = sum;
                for value in &mut size {
                    *value = value.abs();
                }
                let net = m.net(place);
                let own = (&long.hi[place], &long.lo[place]);
                term(-net.hi, own, &mut sum, &mut low, &mut size);
                if net.lo != 0.0 {
                    term(-net.lo, own, &mut sum, &mut low, &mut size);
                }
                for (supplier, amount) in m.row(place) {
                    term(amount, (&long.hi[supplier], &long.lo[supplier]), &mut sum, &mut low, &mut size);
                }
                let count = (m.terms(place) + 8) as f64;
                let unit = count * count * (f64::EPSILON * f64::EPSILON);
                for l in 0..L {
                    residual[place][l] = sum[l] + low[l];
                    doubt[place][l] = size[l] * unit + residual[place][l].abs() * f64::EPSILON;
                }
            }
        });
    }
}

#[inline(always)]
fn term<const L: usize>(
    factor: f64,
    (hi, lo): (&Lane<L>, &Lane<L>),
    sum: &mut Lane<L>,
    low: &mut Lane<L>,
    size: &mut Lane<L>,
) {
    for l in 0..L {
        let product = factor * hi[l];
        let lost = factor.mul_add(hi[l], -product);
        let (whole, error) = two_sum(sum[l], product);
        sum[l] = whole;
        low[l] += (error + lost) + factor * lo[l];
        size[l] += product.abs();
    }
}

#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let shift = sum - a;
    (sum, (a - (sum - shift)) + (b - shift))
}
