//! What amounts are counted in: the value in one unit of account, or the number of flows that state no value.

use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::report::regimes::Regimes;
use crate::report::regimes::table::shown;

/// Units of account that are shown; flows of others are counted, and stand in the files.
const SHOWN: usize = 8;

/// One kind of amounts. Amounts of different measures are never added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// The value of flows in a unit of account, in 1e-12.
    Value(String),
    /// How many flows state no value.
    Count,
}

impl Measure {
    /// Its heading.
    pub(super) fn heading(&self, regimes: &Regimes) -> String {
        match self {
            Self::Value(unit) if unit.is_empty() => "Value without a unit".to_owned(),
            Self::Value(unit) => match regimes.data.units.get(unit).map(|unit| &unit.name) {
                Some(name) if name != unit => format!("{unit} ({name})"),
                _ => unit.clone(),
            },
            Self::Count => "Flows without a value".to_owned(),
        }
    }

    /// What amounts are of, in running text.
    pub(super) fn of(&self) -> String {
        match self {
            Self::Value(unit) if unit.is_empty() => "value, unit not stated".to_owned(),
            Self::Value(unit) => format!("value in {unit}"),
            Self::Count => "number of flows that state no value".to_owned(),
        }
    }

    /// An amount, exact.
    pub(super) fn text(&self, amount: i128, regimes: &Regimes) -> String {
        match self {
            Self::Value(unit) => shown(regimes, Money::of_units(amount), unit),
            Self::Count => amount.to_string(),
        }
    }

    /// An amount with its unit.
    pub(super) fn named(&self, amount: i128, regimes: &Regimes) -> String {
        match self {
            Self::Value(unit) => format!("{} {unit}", self.text(amount, regimes)).trim_end().to_owned(),
            Self::Count if amount == 1 => "1 flow".to_owned(),
            Self::Count => format!("{amount} flows"),
        }
    }
}

/// Some flows in one measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// How many.
    pub flows: usize,
    /// What they come to.
    pub amount: i128,
}

impl Cell {
    /// Adds others.
    pub(super) fn add(&mut self, other: Self) {
        self.flows += other.flows;
        self.amount += other.amount;
    }

    /// Its amount; a dash where there is nothing.
    pub(super) fn text(self, measure: &Measure, regimes: &Regimes) -> String {
        if self.flows == 0 { "\u{2013}".to_owned() } else { measure.text(self.amount, regimes) }
    }

    /// As a length of a drawing.
    pub(super) fn length(self, measure: &Measure) -> f64 {
        match measure {
            Measure::Value(_) => Money::of_units(self.amount).or_zero().to_f64(),
            Measure::Count => self.amount as f64,
        }
    }
}

/// The measures of a dataset: units by how many flows state a value in them, then the count of those that state none.
pub(super) struct Measures {
    /// Those that are shown.
    pub shown: Vec<Measure>,
    /// Units that are not, each with its flows.
    pub others: Vec<(String, usize)>,
    /// The measure of each terms where a value is stated.
    of_terms: Vec<Option<usize>>,
    /// The measure of flows without a value.
    count: Option<usize>,
}

impl Measures {
    pub(super) fn new(regimes: &Regimes) -> Self {
        let mut units: BTreeMap<&str, usize> = BTreeMap::new();
        let mut without = 0;
        for total in &regimes.summary.totals {
            without += total.sum.without_value;
            *units.entry(&total.unit).or_default() += total.sum.flows - total.sum.without_value;
        }
        let mut units: Vec<(&str, usize)> = units.into_iter().filter(|(_, flows)| *flows > 0).collect();
        units.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let others = units.iter().skip(SHOWN).map(|(unit, flows)| ((*unit).to_owned(), *flows)).collect();
        units.truncate(SHOWN);
        let mut shown: Vec<Measure> =
            units.iter().map(|(unit, _)| Measure::Value((*unit).to_owned())).collect();
        let count = (without > 0).then_some(shown.len());
        shown.extend(count.map(|_| Measure::Count));
        let terms = regimes.data.flows.terms().iter();
        let of_terms =
            terms.map(|terms| units.iter().position(|(unit, _)| *unit == &*terms.unit_of_account)).collect();
        Self { shown, others, of_terms, count }
    }

    /// The measure of a flow, and what it is in it.
    pub(super) fn of(&self, flow: usize, regimes: &Regimes) -> Option<(usize, Cell)> {
        let flows = &regimes.data.flows;
        match flows.value(flow) {
            None => Some((self.count?, Cell { flows: 1, amount: 1 })),
            Some(value) => Some((self.of_terms[flows.term(flow)]?, Cell { flows: 1, amount: value.units() })),
        }
    }
}
