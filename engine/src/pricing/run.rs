//! The pricing itself: footprints by factor class, money born once, shares of it by stage and region.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::float::Double;
use crate::base::money::{Factor, Money, Overflow};
use crate::base::region::Location;
use crate::base::unit::Unit;
use crate::data::factors::Band;
use crate::data::manifest::Absent;
use crate::data::price_list::Price;
use crate::data::reference::{Dimension, Indicator, IndicatorKind, Reference};
use crate::rollup::footprint::Solution;
use crate::rollup::{Footprints, activity, footprints};
use crate::valuation::matching::Matcher;
use crate::valuation::{PriceLevel, Status, Valued, value_interventions};

use super::breakdown::{BreakdownRow, split};
use super::coverage::{Coverage, Stated};
use super::lineage::Origin;
use super::market::{in_force, market_price};
use super::prepare::{Prepared, origin_of};
use super::request::Request;
use super::support;
use super::{Amount, IndicatorCost, TruePrice, TruePrices};

/// What decides the money of an amount: its factor, or why it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A factor.
    Priced(Band<Factor>),
    /// No factor.
    Unpriced,
    /// Another indicator is priced.
    Excluded,
}

/// A cell of the breakdown: indicator, stage, region, class.
type Key<'k> = (&'k str, &'k str, String, Class);

/// A dataset ready to be priced product by product.
pub struct Run<'a> {
    /// What was read.
    pub prepared: &'a Prepared,
    /// How it is asked.
    pub request: &'a Request,
    /// The solved chain.
    pub footprints: Footprints<'a>,
    /// Interventions with their factors.
    pub valued: Valued,
    /// Indicators any process has a row for.
    indicators: Vec<&'a Indicator>,
    rows_of: Vec<Vec<usize>>,
    solutions: Vec<BTreeMap<Class, Solution>>,
    paid: BTreeMap<&'a str, Solution>,
    support: Option<(Solution, Solution)>,
    /// The price list, then the dataset's own prices.
    prices: Vec<&'a [Price]>,
    origin: Location,
    kilogram: Unit,
    level: &'a PriceLevel<'a>,
}

/// Prices all products of a prepared dataset.
pub fn price(
    prepared: &Prepared,
    request: &Request,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<TruePrices> {
    let level = PriceLevel::new(reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(prepared, request, reference, &level, diagnostics)?;
    run.true_prices(diagnostics)
}

impl<'a> Run<'a> {
    /// Finds all factors and solves all footprints.
    pub fn new(
        prepared: &'a Prepared,
        request: &'a Request,
        reference: &Reference,
        level: &'a PriceLevel<'a>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let supply = &prepared.supply;
        let before = diagnostics.errors();
        let footprints = footprints(&prepared.chain).map_err(|e| diagnostics.push(e.diagnostic())).ok();
        let matcher = Matcher::new(&prepared.set, reference, level, request.outside);
        let origin = origin_of(request);
        let valued = value_interventions(
            supply,
            &prepared.set,
            &matcher,
            level,
            prepared.emission_year,
            &origin,
            diagnostics,
        );
        let (footprints, valued) = (footprints?, valued?);
        let stated = supply.interventions.iter().map(|row| row.indicator.as_str());
        let ids: BTreeSet<&str> =
            stated.chain(supply.paid.iter().map(|row| row.indicator.as_str())).collect();
        let indicators: Vec<&Indicator> = ids.iter().filter_map(|id| supply.indicators.get(*id)).collect();
        let mut run = Self {
            rows_of: rows_of_nodes(prepared),
            solutions: Vec::new(),
            paid: BTreeMap::new(),
            support: None,
            prices: prepared.prices(),
            origin,
            kilogram: reference.units.unit("kg").ok()?,
            prepared,
            request,
            footprints,
            valued,
            indicators,
            level,
        };
        run.warn_of_later_prices(diagnostics);
        run.warn_of_estimates(diagnostics);
        run.solve_interventions();
        run.solve_paid(diagnostics);
        run.solve_support(diagnostics);
        (diagnostics.errors() == before).then_some(run)
    }

    /// The class of an intervention; `None`: not stated.
    pub fn class(&self, row: usize) -> Option<Class> {
        match &self.valued.rows[row].1 {
            Status::Priced(factor) => Some(Class::Priced(self.valued.uses[*factor].value)),
            Status::Unpriced(_) => Some(Class::Unpriced),
            Status::Excluded(_) => Some(Class::Excluded),
            Status::NotStated => None,
        }
    }

    /// Rows of interventions of a node.
    pub fn rows(&self, node: usize) -> &[usize] {
        &self.rows_of[node]
    }

    /// A loop with credits and without a certificate solves, and may solve to nonsense: nobody may miss that.
    fn warn_of_estimates(&self, diagnostics: &mut Diagnostics) {
        for names in self.footprints.uncertified() {
            let message = format!(
                "the loop of {} holds credits and has no proof that it is productive: its footprints are estimates",
                names.join(", ")
            );
            let hint =
                "look at the negative inputs of these processes, and whether their footprints make sense";
            diagnostics.push(Diagnostic::warning(codes::NOT_CERTIFIED, message).hint(hint));
        }
    }

    fn warn_of_later_prices(&self, diagnostics: &mut Diagnostics) {
        let year = self.prepared.target.year;
        let all = || self.prices.iter().copied().flatten();
        let has_earlier = |id: &str| all().any(|p| p.product == id && p.date.year() <= year);
        for price in all().filter(|price| price.date.year() > year && !has_earlier(&price.product)) {
            let message = format!(
                "the price of `{}` is of {}, after the price year {year}: it is not used",
                price.product, price.date
            );
            let hint = format!("--year {}, or `year` under [defaults] in the manifest", price.date.year());
            let place = price.row.place().column("date");
            diagnostics.push(Diagnostic::warning(codes::PRICE_UNUSED, message).at(place).hint(hint));
        }
    }

    fn solve_interventions(&mut self) {
        let count = self.prepared.chain.nodes.len();
        let place: BTreeMap<&str, usize> =
            self.indicators.iter().enumerate().map(|(i, k)| (k.id.as_str(), i)).collect();
        let mut right: Vec<BTreeMap<Class, Vec<Double>>> = vec![BTreeMap::new(); self.indicators.len()];
        for (node, rows) in self.rows_of.iter().enumerate() {
            for &row in rows {
                let (Some(class), Some(&k)) =
                    (self.class(row), place.get(self.prepared.supply.interventions[row].indicator.as_str()))
                else {
                    continue;
                };
                let vector = right[k].entry(class).or_insert_with(|| vec![Double::default(); count]);
                vector[node] = vector[node].plus_f64(self.valued.rows[row].0);
            }
        }
        self.solutions = right
            .into_iter()
            .map(|classes| {
                classes.into_iter().map(|(class, right)| (class, self.footprints.solve(&right))).collect()
            })
            .collect();
    }

    fn solve_paid(&mut self, diagnostics: &mut Diagnostics) {
        let supply = &self.prepared.supply;
        let nodes = node_of_process(self.prepared);
        let mut right: BTreeMap<&'a str, Vec<Double>> = BTreeMap::new();
        for row in &supply.paid {
            let Some(&node) = nodes.get(row.process.as_str()) else { continue };
            let Some(index) = self.prepared.chain.nodes[node].process else { continue };
            let process = &supply.processes[index];
            let Some(year) = support::year_of(row.year, process, &row.row, diagnostics) else { continue };
            match self.level.moved(row.currency, year, None, crate::data::manifest::RateType::Market) {
                Ok(moved) => {
                    let vector = right
                        .entry(row.indicator.as_str())
                        .or_insert_with(|| vec![Double::default(); self.prepared.chain.nodes.len()]);
                    let money = crate::base::decimal::to_f64_at_18(&(&row.amount.exact * moved.multiplier));
                    vector[node] = vector[node].plus_f64(money);
                }
                Err(error) => diagnostics.push(error.diagnostic().at(row.row.place().column("currency"))),
            }
        }
        self.paid = right.into_iter().map(|(id, right)| (id, self.footprints.solve(&right))).collect();
    }

    fn solve_support(&mut self, diagnostics: &mut Diagnostics) {
        let supply = &self.prepared.supply;
        if supply.support.is_empty() {
            return;
        }
        let nodes = node_of_process(self.prepared);
        let empty = vec![Double::default(); self.prepared.chain.nodes.len()];
        let (mut support_right, mut price_right) = (empty.clone(), empty);
        for row in &supply.support {
            let Some(&node) = nodes.get(row.process.as_str()) else { continue };
            let Some(index) = self.prepared.chain.nodes[node].process else { continue };
            let money = support::per_process(row, &supply.processes[index], self.level, diagnostics);
            if let Some((money, is_price_support)) = money {
                let right = if is_price_support { &mut price_right } else { &mut support_right };
                right[node] = right[node].plus_f64(money);
            }
        }
        self.support = Some((self.footprints.solve(&support_right), self.footprints.solve(&price_right)));
    }

    /// True prices of all products that were asked for.
    pub fn true_prices(&self, diagnostics: &mut Diagnostics) -> Option<TruePrices> {
        let mut products = Vec::new();
        let mut breakdown = Vec::new();
        let mut used: BTreeSet<usize> = BTreeSet::new();
        for point in 0..self.prepared.chain.points.len() {
            let id = &self.prepared.supply.products[self.prepared.chain.points[point].product].id;
            if !self.request.products.is_empty() && !self.request.products.contains(id) {
                continue;
            }
            used.extend(
                activity(&self.footprints, self.prepared.chain.points[point].node)
                    .iter()
                    .map(|(node, _)| *node),
            );
            match self.true_price(point, diagnostics) {
                Ok((price, rows)) => {
                    products.push(price);
                    breakdown.extend(rows);
                }
                Err(Overflow) => {
                    let message = format!("a cost of `{id}` is too large to be kept exactly");
                    let hint = "check the largest amounts of its chain, and their units";
                    diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).hint(hint));
                }
            }
        }
        if diagnostics.has_errors() {
            return None;
        }
        let shared = shared_indicators(&products);
        for product in &mut products {
            let of = product.indicators.iter().filter(|k| shared.contains(&k.indicator));
            product.shared_external = of.map(|k| k.external().central).sum();
        }
        let coverage_differs = products.windows(2).any(|pair| pair[0].coverage.differs(&pair[1].coverage));
        let rows: BTreeSet<usize> =
            used.iter().flat_map(|&node| self.rows_of[node].iter().copied()).collect();
        let lineage = super::lineage::describe(self, &products, &rows, &used);
        Some(TruePrices { products, breakdown, shared_indicators: shared, coverage_differs, lineage })
    }

    /// The true price of one product x origin, with its breakdown.
    pub fn true_price(
        &self,
        point: usize,
        diagnostics: &mut Diagnostics,
    ) -> Result<(TruePrice, Vec<BreakdownRow>), Overflow> {
        let point = &self.prepared.chain.points[point];
        let product = &self.prepared.supply.products[point.product];
        let activity = activity(&self.footprints, point.node);
        let mut coverage = self.cutoffs(&activity);
        let mut indicators = Vec::with_capacity(self.indicators.len());
        for k in 0..self.indicators.len() {
            let cost = self.indicator_cost(k, point.node, &activity)?;
            cover(&cost, &mut coverage);
            indicators.push(cost);
        }
        let breakdown = self.breakdown(&product.id, self.place(&point.origin), &indicators, &activity)?;
        let origin = self.place(&point.origin);
        let price = self.price_in_force(&product.id, origin);
        let market =
            price.and_then(|price| market_price(price, product, &self.kilogram, self.level, diagnostics));
        let sum = |get: fn(&IndicatorCost) -> Band<Money>| -> Money {
            indicators.iter().map(|k| get(k).central).sum()
        };
        let support = match &self.support {
            Some((support, price)) => (
                Some(Money::from_f64(support.values[point.node])?),
                Some(Money::from_f64(price.values[point.node])?),
            ),
            None => (None, None),
        };
        Ok((
            TruePrice {
                product: product.id.clone(),
                name: product.name.clone(),
                category: product.category.clone(),
                origin: self.place(&point.origin).clone(),
                unit: product.unit.text().to_owned(),
                market,
                dimensions: Dimension::ALL.iter().map(|d| (*d, external_of(&indicators, Some(*d)))).collect(),
                external: external_of(&indicators, None),
                internalised: sum(IndicatorCost::internalised),
                overpaid: sum(IndicatorCost::overpaid),
                benefits: sum(IndicatorCost::benefit),
                gap: self.gap(&indicators),
                shared_external: Money::ZERO,
                support: support.0,
                price_support: support.1,
                coverage,
                indicators,
            },
            breakdown,
        ))
    }

    /// A place, or the one that was given for published footprints.
    fn place<'b>(&'b self, location: &'b Location) -> &'b Location {
        if *location == Location::Origin { &self.origin } else { location }
    }

    /// The price of the list, or where it has none in force, of the dataset.
    fn price_in_force(&self, product: &str, origin: &Location) -> Option<&Price> {
        let year = self.prepared.target.year;
        self.prices.iter().find_map(|prices| in_force(prices, product, origin, year))
    }

    /// The true price gap; without a priced indicator there is none, and it is not 0.
    fn gap(&self, indicators: &[IndicatorCost]) -> Option<Band<Money>> {
        if indicators.iter().all(|k| !k.is_priced) {
            return None;
        }
        let add = |a: Band<Money>, b: Band<Money>| a.zip(b).map(|(a, b)| a + b);
        let parts = indicators.iter().filter(|k| k.is_priced).map(|k| {
            if self.request.netting {
                k.cost.map(|cost| cost - k.paid)
            } else {
                k.external().zip(k.internalised()).map(|(external, internalised)| external - internalised)
            }
        });
        Some(parts.fold(Band::default(), add))
    }

    fn indicator_cost(
        &self,
        k: usize,
        node: usize,
        activity: &[(usize, f64)],
    ) -> Result<IndicatorCost, Overflow> {
        let indicator = self.indicators[k];
        let sign =
            |factor: Factor| if indicator.kind == IndicatorKind::Benefit { factor.negated() } else { factor };
        let (mut priced, mut unpriced, mut excluded, mut bound) = (Vec::new(), 0.0, 0.0, 0.0);
        for (class, solution) in &self.solutions[k] {
            let value = solution.values[node];
            if !value.is_finite() || !solution.bounds[node].is_finite() {
                return Err(Overflow);
            }
            bound += solution.bounds[node];
            match class {
                Class::Priced(factor) => priced.push((value, factor.map(sign))),
                Class::Unpriced => unpriced = value,
                Class::Excluded => excluded = value,
            }
        }
        let born = |get: fn(&Band<Factor>) -> Factor| Money::born(priced.iter().map(|(v, f)| (*v, get(f))));
        let cost =
            Band { lower: born(|f| f.lower)?, central: born(|f| f.central)?, upper: born(|f| f.upper)? };
        let mut seen = self.seen(&indicator.id, activity);
        // Absent rows that mean zero have a price of zero, as far as the set has a factor at all.
        if self.absent_is_zero() && seen.stated == Stated::Complete && seen.unpriced.is_empty() {
            seen.priced |= self.prepared.set.rows.iter().any(|row| row.indicator == indicator.id);
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
                .map_or(Ok(Money::ZERO), |s| Money::from_f64(s.values[node]))?,
        })
    }

    fn unit_text(&self, indicator: &Indicator) -> String {
        if indicator.unit.is_money() {
            format!("{}{}", self.prepared.target.currency, self.prepared.target.year)
        } else {
            indicator.unit.to_string()
        }
    }

    fn absent_is_zero(&self) -> bool {
        self.prepared.supply.manifest.supply.absent_interventions == Absent::Zero
    }

    /// What the processes of the chain say of an indicator.
    fn seen(&self, indicator: &str, activity: &[(usize, f64)]) -> Seen {
        let zero = self.absent_is_zero();
        let (mut silent, mut speaking) = (Vec::new(), 0);
        let mut seen = Seen::default();
        for &(node, _) in
            activity.iter().filter(|(node, _)| self.prepared.chain.nodes[*node].process.is_some())
        {
            let rows = self.rows_of[node]
                .iter()
                .filter(|&&row| self.prepared.supply.interventions[row].indicator == indicator);
            let (mut stated, mut empty) = (false, false);
            for &row in rows {
                match &self.valued.rows[row].1 {
                    Status::NotStated => empty = true,
                    Status::Priced(_) => seen.priced = true,
                    Status::Unpriced(why) => {
                        seen.unpriced.insert(why.to_string());
                    }
                    Status::Excluded(other) => {
                        seen.excluded.insert(other.clone());
                    }
                }
                stated |= self.valued.rows[row].1 != Status::NotStated;
            }
            speaking += usize::from(stated);
            if empty || (!stated && !zero) {
                silent.push(self.prepared.chain.nodes[node].id.clone());
            }
        }
        seen.stated = match (speaking, silent.is_empty()) {
            (_, true) => Stated::Complete,
            (0, false) => Stated::Absent,
            _ => Stated::Partial(silent),
        };
        seen
    }

    fn cutoffs(&self, activity: &[(usize, f64)]) -> Coverage {
        let chain = &self.prepared.chain;
        let used = |node: usize| activity.binary_search_by_key(&node, |(n, _)| *n).is_ok();
        let cutoffs = chain.cutoffs.iter().filter(|c| used(c.node));
        let cutoffs = cutoffs.map(|c| (chain.nodes[c.node].id.clone(), c.product.clone(), c.amount.clone()));
        Coverage { cutoffs: cutoffs.collect(), ..Coverage::default() }
    }

    fn breakdown(
        &self,
        product: &str,
        origin: &Location,
        indicators: &[IndicatorCost],
        activity: &[(usize, f64)],
    ) -> Result<Vec<BreakdownRow>, Overflow> {
        let supply = &self.prepared.supply;
        let mut cells: BTreeMap<Key, (Double, BTreeSet<&str>, BTreeSet<String>)> = BTreeMap::new();
        for &(node, amount) in activity {
            let Some(process) = self.prepared.chain.nodes[node].process.map(|p| &supply.processes[p]) else {
                continue;
            };
            for &row in &self.rows_of[node] {
                let Some(class) = self.class(row) else { continue };
                let intervention = &supply.interventions[row];
                let key = (
                    intervention.indicator.as_str(),
                    process.stage.as_str(),
                    self.place(&process.location).to_string(),
                    class,
                );
                let cell = cells.entry(key).or_default();
                cell.0 = cell.0.plus_product(amount, Double::new(self.valued.rows[row].0));
                cell.1.insert(&intervention.source);
                cell.2.extend(self.factor_source(row));
            }
        }
        let is_benefit =
            |id: &str| supply.indicators.get(id).is_some_and(|k| k.kind == IndicatorKind::Benefit);
        let mut rows: Vec<BreakdownRow> = cells
            .into_iter()
            .map(|((indicator, stage, region, class), (amount, sources, factors))| BreakdownRow {
                product: product.to_owned(),
                origin: origin.to_string(),
                stage: stage.to_owned(),
                region,
                indicator: indicator.to_owned(),
                amount: amount.hi,
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
                factor_source: factors.into_iter().collect::<Vec<_>>().join("; "),
                source: sources.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("; "),
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

    fn factor_source(&self, row: usize) -> Vec<String> {
        let Status::Priced(factor) = &self.valued.rows[row].1 else { return Vec::new() };
        let set = &self.prepared.set;
        self.valued.uses[*factor].rows.iter().map(|&r| set.rows[r].source.clone()).collect()
    }

    /// Are all footprints of these nodes proved to lie within their bounds?
    pub(super) fn proved(&self, nodes: &BTreeSet<usize>) -> bool {
        let all = self.solutions.iter().flat_map(BTreeMap::values);
        all.into_iter().all(|solution| nodes.iter().all(|&node| solution.proved[node]))
    }
}

#[derive(Default)]
struct Seen {
    stated: Stated,
    priced: bool,
    unpriced: BTreeSet<String>,
    excluded: BTreeSet<String>,
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

/// External cost of a dimension, or of all.
fn external_of(indicators: &[IndicatorCost], dimension: Option<Dimension>) -> Amount {
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

fn cover(cost: &IndicatorCost, coverage: &mut Coverage) {
    let id = || cost.indicator.clone();
    match &cost.stated {
        Stated::Absent => coverage.not_stated.push(id()),
        Stated::Partial(processes) => {
            coverage.partial.insert(id(), processes.clone());
        }
        Stated::Complete => {}
    }
    if cost.is_priced {
        coverage.priced.push(id());
    }
    if !cost.unpriced_reasons.is_empty() {
        coverage.unpriced.insert(id(), cost.unpriced_reasons.join("; "));
    }
    if !cost.excluded_for.is_empty() {
        coverage.excluded.insert(id(), cost.excluded_for.join(", "));
    }
}

/// Indicators that every product states completely and prices completely.
fn shared_indicators(products: &[TruePrice]) -> Vec<String> {
    let whole =
        |k: &&IndicatorCost| k.is_priced && k.stated == Stated::Complete && k.unpriced_reasons.is_empty();
    let mut sets = products.iter().map(|p| {
        p.indicators.iter().filter(whole).map(|k| k.indicator.clone()).collect::<BTreeSet<String>>()
    });
    let first = sets.next().unwrap_or_default();
    sets.fold(first, |shared, set| shared.intersection(&set).cloned().collect()).into_iter().collect()
}

fn node_of_process(prepared: &Prepared) -> BTreeMap<&str, usize> {
    let nodes = prepared.chain.nodes.iter().enumerate();
    nodes
        .filter_map(|(i, node)| node.process.map(|p| (prepared.supply.processes[p].id.as_str(), i)))
        .collect()
}

fn rows_of_nodes(prepared: &Prepared) -> Vec<Vec<usize>> {
    let nodes = node_of_process(prepared);
    let mut rows = vec![Vec::new(); prepared.chain.nodes.len()];
    for (index, row) in prepared.supply.interventions.iter().enumerate() {
        if let Some(&node) = nodes.get(row.process.as_str()) {
            rows[node].push(index);
        }
    }
    rows
}

/// A dataset in the lineage.
pub(super) fn origin(
    role: &'static str,
    name: String,
    manifest: &crate::data::manifest::Manifest,
    hash: &str,
) -> Origin {
    Origin {
        role,
        name,
        title: manifest.title.clone(),
        description: manifest.description.clone(),
        version: manifest.version.clone(),
        citation: manifest.citation.clone(),
        url: manifest.url.clone(),
        geography: manifest.geography.clone(),
        licence: manifest.licence.name.clone(),
        redistribute: manifest.licence.redistribute,
        hash: hash.to_owned(),
    }
}
