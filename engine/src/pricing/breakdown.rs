//! A product's cost by stage, region and indicator: shares of the amount that was born whole.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_traits::Signed;

use crate::base::money::{Factor, Money, Overflow, product};
use crate::base::split::largest_remainder;
use crate::chain::SupplyPoint;
use crate::data::factors::Band;
use crate::data::reference::IndicatorKind;
use crate::valuation::Status;

use super::amounts::Amounts;
use super::indicator::IndicatorCost;
use super::run::Run;
use super::said::Key;
use super::solve::Class;

/// What comes together in a cell.
#[derive(Default)]
struct Cell {
    profiles: BTreeSet<usize>,
    statuses: BTreeSet<usize>,
}

/// One cell of the breakdown.
#[derive(Clone, Debug)]
pub struct BreakdownRow {
    /// Product.
    pub product: String,
    /// Place it is made in.
    pub origin: String,
    /// Stage of the chain.
    pub stage: String,
    /// Region of the processes.
    pub region: String,
    /// Indicator.
    pub indicator: String,
    /// Footprint.
    pub amount: f64,
    /// Its unit.
    pub unit: String,
    /// `priced`, `unpriced` or `excluded`.
    pub status: &'static str,
    /// Factor, where it is priced.
    pub factor: Option<Band<Factor>>,
    /// Cost: its share of the product's cost of the indicator.
    pub cost: Option<Band<Money>>,
    /// Where the factor is from.
    pub factor_source: String,
    /// Where the amounts are from.
    pub source: String,
}

/// Splits a cost over cells by amount x factor, so that the cells add up to it.
///
/// Cells of one sign are shares of the total, by largest remainder at the book scale. Where costs and benefits
/// partly cancel there are no shares that mean anything: each cell is born on its own, and what is left over by
/// rounding goes to the cells by their size.
pub fn split(total: Money, cells: &[(f64, Factor)], ids: &[&str]) -> Result<Vec<Money>, Overflow> {
    if cells.iter().any(|(amount, _)| !amount.is_finite()) {
        return Err(Overflow);
    }
    let terms: Vec<(BigInt, i32)> = cells.iter().map(|(amount, factor)| product(*amount, *factor)).collect();
    let lowest = terms.iter().filter(|(m, _)| *m != BigInt::ZERO).map(|(_, e)| *e).min().unwrap_or(0);
    let weights: Vec<BigInt> = terms
        .into_iter()
        .map(|(m, e)| if m == BigInt::ZERO { m } else { m << (e - lowest) as usize })
        .collect();
    let one_sign = !weights.iter().any(Signed::is_negative) || !weights.iter().any(Signed::is_positive);
    if one_sign {
        let parts = largest_remainder(total.units(), &weights, ids).ok_or(Overflow)?;
        return parts.into_iter().map(|part| Money::from_units(&part.into())).collect();
    }
    let parts: Vec<Money> = cells.iter().map(|cell| Money::born([*cell])).collect::<Result<_, _>>()?;
    let rest = total - parts.iter().copied().sum();
    let sizes: Vec<BigInt> = weights.iter().map(Signed::abs).collect();
    let rest = largest_remainder(rest.units(), &sizes, ids).ok_or(Overflow)?;
    parts.into_iter().zip(rest).map(|(part, rest)| Ok(part + Money::from_units(&rest.into())?)).collect()
}

/// Splits a product's cost of an indicator over its priced cells.
fn share_out(cost: &IndicatorCost, rows: &mut [BreakdownRow]) -> Result<(), Overflow> {
    let cells: Vec<usize> = (0..rows.len())
        .filter(|&i| rows[i].indicator == cost.indicator && rows[i].factor.is_some())
        .collect();
    let ids: Vec<String> =
        cells.iter().map(|&i| format!("{}\u{0}{}", rows[i].stage, rows[i].region)).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let parts = |total: Money, get: fn(&Band<Factor>) -> Factor| {
        let terms: Vec<(f64, Factor)> = cells
            .iter()
            .map(|&i| (rows[i].amount, rows[i].factor.as_ref().map(get).unwrap_or_default()))
            .collect();
        split(total, &terms, &ids)
    };
    let lower = parts(cost.cost.lower, |f| f.lower)?;
    let central = parts(cost.cost.central, |f| f.central)?;
    let upper = parts(cost.cost.upper, |f| f.upper)?;
    for (at, &row) in cells.iter().enumerate() {
        rows[row].cost = Some(Band { lower: lower[at], central: central[at], upper: upper[at] });
    }
    Ok(())
}

impl Run<'_> {
    /// The cells of a product: stage x region x indicator x factor.
    pub(super) fn breakdown(
        &self,
        point: &SupplyPoint,
        indicators: &[IndicatorCost],
        amounts: &Amounts,
    ) -> Result<Vec<BreakdownRow>, Overflow> {
        let supply = &self.prepared.supply;
        let interventions = &supply.interventions;
        let (product, origin) = (&supply.products[point.product].id, self.place(&point.origin));
        let said = self.said();
        let mut cells: BTreeMap<Key, Cell> = BTreeMap::new();
        for fact in said.of(point.node).filter(|fact| !fact.is_open()) {
            let cell = cells.entry(fact.key).or_default();
            cell.profiles.insert(fact.profile as usize);
            cell.statuses.insert(fact.status as usize);
        }
        let cells = cells.into_iter().map(|(key, cell)| {
            let (k, stage, region, class) = key;
            let id = self.indicators[k as usize].id.as_str();
            let (stage, region) = (&*said.stages[stage as usize], &*said.regions[region as usize]);
            ((id, stage, region), self.classes.get(class), amounts.get(&key), cell)
        });
        let source = |cell: &Cell| {
            let sources: BTreeSet<&str> =
                cell.profiles.iter().map(|&profile| &*interventions.profiles()[profile].source).collect();
            sources.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("; ")
        };
        let is_benefit =
            |id: &str| supply.indicators.get(id).is_some_and(|k| k.kind == IndicatorKind::Benefit);
        let mut rows: Vec<BreakdownRow> = cells
            .map(|((indicator, stage, region), class, amount, cell)| BreakdownRow {
                product: product.to_owned(),
                origin: origin.to_string(),
                stage: stage.to_owned(),
                region: region.to_owned(),
                indicator: indicator.to_owned(),
                amount,
                unit: supply.indicators.get(indicator).map(|k| self.unit_text(k)).unwrap_or_default(),
                status: match class {
                    Class::Priced(_) => "priced",
                    Class::Unpriced => "unpriced",
                    Class::Excluded => "excluded",
                },
                factor: match class {
                    Class::Priced(factor) if is_benefit(indicator) => Some(factor.map(Factor::negated)),
                    Class::Priced(factor) => Some(factor),
                    _ => None,
                },
                cost: None,
                factor_source: self.factor_sources(&cell.statuses),
                source: source(&cell),
            })
            .collect();
        for cost in indicators {
            share_out(cost, &mut rows)?;
        }
        rows.sort_by(|a, b| {
            (&a.stage, &a.region, &a.indicator, a.factor).cmp(&(&b.stage, &b.region, &b.indicator, b.factor))
        });
        Ok(rows)
    }

    fn factor_sources(&self, statuses: &BTreeSet<usize>) -> String {
        let set = &self.prepared.set;
        let uses = statuses.iter().filter_map(|&status| match self.valued.statuses[status] {
            Status::Priced(factor) => Some(&self.valued.uses[factor]),
            _ => None,
        });
        let sources: BTreeSet<&str> =
            uses.flat_map(|factor| factor.rows.iter().map(|&row| set.rows[row].source.as_str())).collect();
        sources.into_iter().collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    fn factor(text: &str) -> Factor {
        Factor::round(&parse(text).unwrap()).unwrap()
    }

    fn parts(total: &str, cells: &[f64], price: &str) -> Vec<String> {
        let total = Money::round(&parse(total).unwrap()).unwrap();
        let cells: Vec<(f64, Factor)> = cells.iter().map(|amount| (*amount, factor(price))).collect();
        let ids = ["a", "b", "c"];
        let parts = split(total, &cells, &ids[..cells.len()]).unwrap();
        assert_eq!(parts.iter().copied().sum::<Money>(), total);
        parts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn uptake_and_release_keep_their_sizes() {
        assert_eq!(parts("0", &[10.0, -10.0], "0.2"), ["2", "-2"]);
        assert_eq!(parts("0.000000000002", &[10.000_000_000_01, -10.0], "0.2"), ["2.000000000002", "-2"]);
        assert_eq!(parts("0.6", &[1.0, 2.0], "0.2"), ["0.2", "0.4"]);
        assert_eq!(parts("-0.000000000001", &[-1.0, -1.0], "0.0000000000005"), ["-0.000000000001", "0"]);
    }
}
