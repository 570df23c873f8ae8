//! The stocks of one site and certificate, day by day.

use std::collections::BTreeMap;

use num_traits::{Signed, Zero};

use crate::base::decimal::{Exact, zero};
use crate::base::period::Period;
use crate::data::coop::movements::{Movement, MovementKind};

use super::rates::Rates;
use super::{By, Turnover};

/// Turnovers of a product by the first day and the name of a period.
type Periods = BTreeMap<(i32, String), Turnover>;

/// A stock that fell below 0 in a period: the first movement of that, and what came after.
pub(super) struct Broken<'a> {
    pub(super) period: String,
    pub(super) first: &'a Movement,
    pub(super) short: Exact,
    pub(super) why: String,
    pub(super) later: usize,
    pub(super) most: Exact,
}

/// Stocks while the days go by.
pub(super) struct Pool<'a> {
    rates: &'a Rates<'a>,
    by: By,
    stocks: BTreeMap<&'a str, Exact>,
    turnovers: BTreeMap<&'a str, Periods>,
    broken: BTreeMap<&'a str, Vec<Broken<'a>>>,
}

/// Does it bring something in?
fn comes_in(movement: &Movement) -> bool {
    match movement.kind {
        MovementKind::Opening | MovementKind::Bought => true,
        MovementKind::Adjusted => !movement.kg.is_negative(),
        MovementKind::Sold | MovementKind::Lost => false,
    }
}

impl<'a> Pool<'a> {
    /// Goes through all movements. Within a day what comes in comes first, then corrections and losses, then sales; each
    /// by id.
    pub(super) fn run(
        movements: &[&'a Movement],
        rates: &'a Rates<'a>,
        by: By,
    ) -> (BTreeMap<&'a str, Periods>, BTreeMap<&'a str, Vec<Broken<'a>>>) {
        let mut pool =
            Self { rates, by, stocks: BTreeMap::new(), turnovers: BTreeMap::new(), broken: BTreeMap::new() };
        let mut sorted = movements.to_vec();
        let is_sale = |m: &Movement| m.kind == MovementKind::Sold;
        sorted.sort_by_key(|m| (m.date, !comes_in(m), is_sale(m), m.id.as_str(), m.row.row));
        for day in sorted.chunk_by(|a, b| a.date == b.date) {
            let comes = day.iter().take_while(|m| comes_in(m)).count();
            for movement in &day[..comes] {
                pool.comes(movement);
            }
            pool.cover(day[0].date);
            for movement in &day[comes..] {
                pool.goes(movement);
            }
        }
        (pool.turnovers, pool.broken)
    }

    fn stock(&self, product: &str) -> Exact {
        self.stocks.get(product).cloned().unwrap_or_else(zero)
    }

    fn book(&mut self, product: &'a str, day: Period, change: &Exact, book: impl FnOnce(&mut Turnover)) {
        *self.stocks.entry(product).or_default() += change;
        let key = match self.by {
            // Names of years, quarters and months sort as their days do.
            By::All => (0, self.by.period(day)),
            _ => (day.year(), self.by.period(day)),
        };
        book(self.turnovers.entry(product).or_default().entry(key).or_default());
    }

    fn comes(&mut self, movement: &'a Movement) {
        let kg = &movement.kg;
        self.book(&movement.product, movement.date, kg, |turnover| match movement.kind {
            MovementKind::Opening => turnover.opening += kg,
            MovementKind::Adjusted => turnover.adjusted += kg,
            _ => turnover.bought += kg,
        });
    }

    fn goes(&mut self, movement: &'a Movement) {
        let (product, kg) = (movement.product.as_str(), movement.kg.abs());
        let before = self.stock(product);
        let lacking = &kg - &before;
        if lacking.is_positive() {
            self.make(product, &lacking, movement.date);
        }
        let reached = self.stock(product);
        self.book(product, movement.date, &-&kg, |turnover| match movement.kind {
            MovementKind::Adjusted => turnover.adjusted -= &kg,
            MovementKind::Lost => turnover.lost += &kg,
            _ => turnover.sold += &kg,
        });
        let (after, goes_on) = (self.stock(product), before.is_negative());
        // Below 0, and lower than it was: a stock that stays where it was is not broken again.
        if after.is_negative() && after < reached.min(before) {
            self.breaks(movement, goes_on, &-after);
        }
    }

    /// A fall is told once for each period that it goes on in; one after the stock was covered is a new one.
    fn breaks(&mut self, movement: &'a Movement, goes_on: bool, short: &Exact) {
        let product = movement.product.as_str();
        let (day, period) = (movement.date.first_day(), self.by.period(movement.date));
        let why = match self.rates.making(product, day) {
            Some(row) => format!("no `{}` is left to make it of", row.input),
            None if self.rates.knows(product) => "no yield of it holds on that day".to_owned(),
            None => "nothing of it is left".to_owned(),
        };
        let all = self.broken.entry(product).or_default();
        if let Some(same) = all.last_mut().filter(|last| goes_on && last.period == period) {
            same.later += 1;
            if *short > same.most {
                same.most.clone_from(short);
            }
            return;
        }
        let short = short.clone();
        all.push(Broken { period, first: movement, most: short.clone(), short, why, later: 0 });
    }

    /// What came in covers what was sold before it was there.
    fn cover(&mut self, day: Period) {
        let below: Vec<(&str, Exact)> =
            self.stocks.iter().filter(|(_, kg)| kg.is_negative()).map(|(p, kg)| (*p, -kg)).collect();
        for (product, kg) in below {
            self.make(product, &kg, day);
        }
    }

    /// Makes so much of a product on a day, or as much as there is input for. Yields have no circles.
    fn make(&mut self, product: &str, kg: &Exact, day: Period) {
        let Some(row) = self.rates.making(product, day.first_day()) else { return };
        let input = row.input.as_str();
        let needed = kg / &row.rate;
        let lacking = &needed - self.stock(input);
        if lacking.is_positive() {
            self.make(input, &lacking, day);
        }
        let used = needed.min(self.stock(input));
        if !used.is_positive() {
            return;
        }
        self.book(input, day, &-&used, |turnover| turnover.used += &used);
        for made in self.rates.together(row, day.first_day()) {
            let kg = &used * &made.rate;
            if !kg.is_zero() {
                self.book(&made.output, day, &kg, |turnover| turnover.made += &kg);
            }
        }
    }
}
