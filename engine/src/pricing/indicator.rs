//! One indicator of one product: what the chain states of it, what it costs, what is paid for it.

use std::collections::BTreeSet;

use crate::base::float::Double;
use crate::base::money::{Factor, Money, Overflow};
use crate::data::factors::Band;
use crate::data::manifest::Absent;
use crate::data::reference::{Dimension, Indicator, IndicatorKind};
use crate::valuation::Status;

use super::coverage::Stated;
use super::run::Run;
use super::solve::Class;

/// One indicator of one product: footprint, cost, and what the price already pays for it.
#[derive(Clone, Debug)]
pub struct IndicatorCost {
    /// Id.
    pub indicator: String,
    /// Name.
    pub name: String,
    /// Dimension.
    pub dimension: Dimension,
    /// Burden or benefit.
    pub kind: IndicatorKind,
    /// Unit of the amounts.
    pub unit: String,
    /// How far the chain states it.
    pub stated: Stated,
    /// Footprint that has a factor, per unit of the product.
    pub priced_amount: f64,
    /// Footprint without a factor, with the reasons.
    pub unpriced_amount: f64,
    /// Why.
    pub unpriced_reasons: Vec<String>,
    /// Footprint that another indicator prices already.
    pub excluded_amount: f64,
    /// Which.
    pub excluded_for: Vec<String>,
    /// A bound on the error of the footprint.
    pub bound: f64,
    /// Does any part of it have a factor?
    pub is_priced: bool,
    /// Cost to others; negative: a benefit.
    pub cost: Band<Money>,
    /// What the chain pays for it.
    pub paid: Money,
}

impl IndicatorCost {
    /// max(cost, 0).
    pub fn external(&self) -> Band<Money> {
        self.cost.map(Money::or_zero)
    }

    /// max(-cost, 0).
    pub fn benefit(&self) -> Band<Money> {
        self.cost.map(|cost| (-cost).or_zero())
    }

    /// min(paid, external).
    pub fn internalised(&self) -> Band<Money> {
        self.external().map(|external| external.min(self.paid))
    }

    /// paid - internalised; nothing where there is no price to compare with.
    pub fn overpaid(&self) -> Band<Money> {
        if !self.is_priced {
            return Band::default();
        }
        self.internalised().map(|internalised| self.paid - internalised)
    }
}

/// A sum of money, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// So much.
    Money(Money),
    /// Something is stated and nothing of it has a factor.
    Unpriced,
    /// Nothing is stated.
    NotStated,
}

impl Amount {
    /// The money, if there is some.
    pub fn money(self) -> Option<Money> {
        match self {
            Self::Money(money) => Some(money),
            _ => None,
        }
    }
}

/// External cost of a dimension, or of all.
pub(super) fn external_of(indicators: &[IndicatorCost], dimension: Option<Dimension>) -> Amount {
    let (mut priced, mut stated, mut sum) = (false, false, Money::ZERO);
    for k in indicators.iter().filter(|k| dimension.is_none_or(|d| d == k.dimension)) {
        priced |= k.is_priced;
        stated |= k.stated != Stated::Absent;
        sum = sum + k.external().central;
    }
    match (priced, stated) {
        (true, _) => Amount::Money(sum),
        (false, true) => Amount::Unpriced,
        (false, false) => Amount::NotStated,
    }
}

/// The true price gap; without a priced indicator there is none, and it is not 0.
pub(super) fn gap(indicators: &[IndicatorCost], netting: bool) -> Option<Band<Money>> {
    if indicators.iter().all(|k| !k.is_priced) {
        return None;
    }
    let add = |a: Band<Money>, b: Band<Money>| a.zip(b).map(|(a, b)| a + b);
    let parts = indicators.iter().filter(|k| k.is_priced).map(|k| {
        if netting {
            k.cost.map(|cost| cost - k.paid)
        } else {
            k.external().zip(k.internalised()).map(|(external, internalised)| external - internalised)
        }
    });
    Some(parts.fold(Band::default(), add))
}

impl Run<'_> {
    /// One indicator of the product of a node.
    pub(super) fn indicator_cost(&self, k: usize, node: usize) -> Result<IndicatorCost, Overflow> {
        let indicator = self.indicators[k];
        let sign =
            |factor: Factor| if indicator.kind == IndicatorKind::Benefit { factor.negated() } else { factor };
        let (mut priced, mut unpriced, mut excluded, mut bound) = (Vec::new(), 0.0, 0.0, 0.0);
        let without_money = self.request.without_money;
        let place = self.wanted.binary_search(&node).map_err(|_| Overflow)?;
        for (class, kept) in &self.solutions[k] {
            let (value, error) = kept.footprints[place];
            let is_known = value.is_finite() && error.is_finite();
            if !without_money && !is_known {
                return Err(Overflow);
            }
            bound += error;
            match class {
                Class::Priced(factor) => priced.push((value, factor.map(sign))),
                Class::Unpriced => unpriced = value,
                Class::Excluded => excluded = value,
            }
        }
        let born = |get: fn(&Band<Factor>) -> Factor| {
            if without_money {
                Ok(Money::ZERO)
            } else {
                Money::born(priced.iter().map(|(v, f)| (*v, get(f))))
            }
        };
        let cost =
            Band { lower: born(|f| f.lower)?, central: born(|f| f.central)?, upper: born(|f| f.upper)? };
        let mut seen = self.seen(k, node);
        // Absent rows that mean zero have a price of zero, as far as the set has a factor at all.
        if self.absent_is_zero() && seen.stated == Stated::Complete && seen.unpriced.is_empty() {
            let rows = &self.prepared.set.rows;
            seen.priced |= rows.binary_search_by(|row| row.indicator.cmp(&indicator.id)).is_ok();
        }
        Ok(IndicatorCost {
            indicator: indicator.id.clone(),
            name: indicator.name.clone(),
            dimension: indicator.dimension,
            kind: indicator.kind,
            unit: self.unit_text(indicator),
            stated: seen.stated,
            priced_amount: priced.iter().fold(Double::default(), |sum, (v, _)| sum.plus_f64(*v)).hi,
            unpriced_amount: unpriced,
            unpriced_reasons: seen.unpriced.into_iter().collect(),
            excluded_amount: excluded,
            excluded_for: seen.excluded.into_iter().collect(),
            bound,
            is_priced: seen.priced,
            cost,
            paid: self
                .paid
                .get(indicator.id.as_str())
                .filter(|_| !without_money)
                .map_or(Ok(Money::ZERO), |s| Money::from_f64(s.values[node]))?,
        })
    }

    /// Unit of the amounts of an indicator; money is that of the report.
    pub(super) fn unit_text(&self, indicator: &Indicator) -> String {
        if indicator.unit.is_money() {
            format!("{}{}", self.prepared.target.currency, self.prepared.target.year)
        } else {
            indicator.unit.to_string()
        }
    }

    fn absent_is_zero(&self) -> bool {
        self.prepared.supply.manifest.supply.absent_interventions == Absent::Zero
    }

    /// What the processes of the chain of a node say of an indicator.
    fn seen(&self, k: usize, node: usize) -> Seen {
        let (mut speaking, mut open) = (false, false);
        let mut seen = Seen::default();
        for fact in self.said().of_indicator(node, k) {
            if fact.is_open() {
                open = true;
                continue;
            }
            speaking = true;
            match &self.valued.statuses[fact.status as usize] {
                Status::Priced(_) => seen.priced = true,
                Status::Unpriced(why) => {
                    seen.unpriced.insert(why.to_string());
                }
                Status::Excluded(other) => {
                    seen.excluded.insert(other.clone());
                }
                Status::NotStated => {}
            }
        }
        seen.stated = match (speaking, open) {
            (_, false) => Stated::Complete,
            (false, true) => Stated::Absent,
            (true, true) => Stated::Partial(self.silent(k, node)),
        };
        seen
    }

    /// Processes of the chain of a node that leave an indicator open.
    fn silent(&self, k: usize, node: usize) -> Vec<String> {
        let nodes = self.chain_of(node);
        let silent = nodes.iter().filter(|&&node| self.said().is_open(self, node, k));
        let mut ids: Vec<String> = silent.map(|&node| self.process_id(node).to_owned()).collect();
        ids.dedup(); // the products of one process stand together
        ids
    }
}

#[derive(Default)]
struct Seen {
    stated: Stated,
    priced: bool,
    unpriced: BTreeSet<String>,
    excluded: BTreeSet<String>,
}
