//! The pricing itself: footprints by factor class, money born once, shares of it by stage and region.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::OnceLock;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::float::Double;
use crate::base::money::{Money, Overflow};
use crate::base::progress::{Progress, Stage, stopped};
use crate::base::region::Location;
use crate::base::unit::Unit;
use crate::chain::{Allocation, Cutoff, SupplyPoint, needed};
use crate::data::factors::Band;
use crate::data::price_list::Price;
use crate::data::reference::{Dimension, Indicator, Reference};
use crate::data::supply::Supply;
use crate::rollup::footprint::Solution;
use crate::rollup::{Few, Footprints, activity, footprints, footprints_of, long_activity, not_certified};
use crate::valuation::matching::Matcher;
use crate::valuation::{PriceLevel, Valued, value_interventions};

use super::amounts::Amounts;
use super::breakdown::BreakdownRow;
use super::coverage::{Coverage, CutOff};
use super::indicator::{external_of, gap};
use super::market::{in_force, market_price};
use super::prepare::{Prepared, origin_of};
use super::request::Request;
use super::said::Said;
use super::solve::{Class, Classes, Kept, rows_of_nodes, wanted};
use super::{IndicatorCost, Stated, TruePrice, TruePrices};

/// A dataset ready to be priced product by product.
pub struct Run<'a> {
    /// What was read.
    pub prepared: &'a Prepared,
    /// How it is asked.
    pub request: &'a Request,
    /// The solved chain.
    pub footprints: Footprints<'a>,
    /// Interventions with their factors.
    pub valued: Valued<'a>,
    /// Indicators any process has a row for.
    pub(super) indicators: Vec<&'a Indicator>,
    /// The indicator of each profile.
    pub(super) indicator_of: Vec<u32>,
    pub(super) classes: Classes,
    /// Profiles of each indicator.
    pub(super) profiles_of: Vec<Range<usize>>,
    /// Interventions of each node.
    rows_of: Vec<Range<usize>>,
    /// Nodes of the products that were asked for, sorted: footprints of no others are kept.
    pub(super) wanted: Vec<usize>,
    /// Of so few products that their activity says all.
    pub(super) few: Option<Few>,
    pub(super) solutions: Vec<BTreeMap<Class, Kept>>,
    pub(super) paid: BTreeMap<&'a str, Solution>,
    pub(super) support: Option<(Solution, Solution)>,
    /// What all chains say, once somebody asks.
    said: OnceLock<Said>,
    /// What a scenario passes on to market prices.
    pub(super) passed_on: Option<Solution>,
    /// The price list, then the dataset's own prices.
    prices: Vec<&'a [Price]>,
    origin: Location,
    kilogram: Unit,
    pub(super) level: &'a PriceLevel<'a>,
}

/// Prices all products of a prepared dataset. `progress` hears how far it is, and may stop it.
pub fn price(
    prepared: &Prepared,
    request: &Request,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<TruePrices> {
    let level = PriceLevel::new(reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(prepared, request, reference, &level, progress, diagnostics)?;
    run.true_prices(progress, diagnostics)
}

impl<'a> Run<'a> {
    /// Finds all factors and solves all footprints.
    pub fn new(
        prepared: &'a Prepared,
        request: &'a Request,
        reference: &Reference,
        level: &'a PriceLevel<'a>,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let matcher = Matcher::new(&prepared.set, reference, level, request.outside);
        Self::matched(&matcher, prepared, request, reference, level, progress, diagnostics)
    }

    /// The same, with factors as `matcher` finds them.
    pub(super) fn matched(
        matcher: &Matcher,
        prepared: &'a Prepared,
        request: &'a Request,
        reference: &Reference,
        level: &'a PriceLevel<'a>,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let supply = &prepared.supply;
        let before = diagnostics.errors();
        let wanted = wanted(prepared, request);
        // Of one product, only what it needs.
        let footprints = if request.products.is_empty() {
            footprints(&prepared.chain)
        } else {
            footprints_of(&prepared.chain, &wanted)
        };
        let footprints = footprints.map_err(|e| diagnostics.push(e.diagnostic())).ok();
        let origin = origin_of(request);
        let valued = value_interventions(
            supply,
            &prepared.set,
            matcher,
            level,
            prepared.emission_year,
            &origin,
            diagnostics,
        );
        let (footprints, valued) = (footprints?, valued?);
        let stated = supply.interventions.profiles().iter().map(|profile| &*profile.indicator);
        let ids: BTreeSet<&str> =
            stated.chain(supply.paid.iter().map(|row| row.indicator.as_str())).collect();
        let indicators: Vec<&Indicator> = ids.iter().filter_map(|id| supply.indicators.get(*id)).collect();
        let mut run = Self {
            rows_of: rows_of_nodes(prepared),
            indicator_of: indicator_of(supply, &indicators),
            classes: Classes::of(&valued),
            profiles_of: indicators.iter().map(|k| supply.interventions.profiles_of(&k.id)).collect(),
            wanted,
            few: None,
            solutions: Vec::new(),
            paid: BTreeMap::new(),
            support: None,
            said: OnceLock::new(),
            passed_on: None,
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
        run.solve(progress, diagnostics);
        (diagnostics.errors() == before).then_some(run)
    }

    /// Interventions of a node.
    pub fn rows(&self, node: usize) -> Range<usize> {
        self.rows_of[node].clone()
    }

    /// Interventions of a node for an indicator.
    pub fn rows_with(&self, node: usize, indicator: &str) -> Range<usize> {
        let interventions = &self.prepared.supply.interventions;
        interventions.with_profiles(&self.rows_of[node], &interventions.profiles_of(indicator))
    }

    /// A loop with credits and without a certificate solves, and may solve to nonsense: nobody may miss that.
    fn warn_of_estimates(&self, diagnostics: &mut Diagnostics) {
        for names in self.footprints.uncertified() {
            diagnostics.push(not_certified(&names));
        }
    }

    fn warn_of_later_prices(&self, diagnostics: &mut Diagnostics) {
        let year = self.prepared.target.year;
        let all = || self.prices.iter().copied().flatten();
        let has_earlier = |id: &str| all().any(|p| p.product == id && p.date.year() <= year);
        let is_asked = |id: &String| self.request.products.is_empty() || self.request.products.contains(id);
        let later = all().filter(|price| price.date.year() > year && is_asked(&price.product));
        for price in later.filter(|price| !has_earlier(&price.product)) {
            let message = format!(
                "the price of `{}` is of {}, after the price year {year}: it is not used",
                price.product, price.date
            );
            let hint = format!("--year {}, or `year` under [defaults] in the manifest", price.date.year());
            let place = price.row.place().column("date");
            diagnostics.push(Diagnostic::warning(codes::PRICE_UNUSED, message).at(place).hint(hint));
        }
    }

    /// True prices of all products that were asked for.
    pub fn true_prices(&self, progress: &dyn Progress, diagnostics: &mut Diagnostics) -> Option<TruePrices> {
        let table = self.table(progress, diagnostics).ok()?;
        let priced = |point: usize, diagnostics: &mut Diagnostics| match &table {
            Some(table) => self.priced(point, &Amounts::of_table(self, table, point), diagnostics),
            None => self.true_price(point, diagnostics),
        };
        self.all(priced, progress, diagnostics)
    }

    /// The same without breakdowns: nothing is solved for any product, however many there are.
    pub fn prices_alone(&self, progress: &dyn Progress, diagnostics: &mut Diagnostics) -> Option<TruePrices> {
        let priced = |point: usize, diagnostics: &mut Diagnostics| {
            Ok((self.price_alone(&self.prepared.chain.points[point], diagnostics)?, Vec::new()))
        };
        self.all(priced, progress, diagnostics)
    }

    fn all(
        &self,
        priced: impl Fn(usize, &mut Diagnostics) -> Result<(TruePrice, Vec<BreakdownRow>), Overflow>,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<TruePrices> {
        let mut products = Vec::new();
        let mut breakdown = Vec::new();
        let count = self.prepared.chain.points.len();
        for point in self.points() {
            if !progress.tick(Stage::Pricing, point, count) {
                diagnostics.push(stopped());
                return None;
            }
            match priced(point, diagnostics) {
                Ok((price, rows)) => {
                    products.push(price);
                    breakdown.extend(rows);
                }
                Err(Overflow) => diagnostics.push(self.too_large(point, "a cost", None)),
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
        let nodes = self.points().map(|point| self.prepared.chain.points[point].node);
        let used: BTreeSet<usize> = needed(&self.prepared.chain, nodes).into_iter().collect();
        let allocations = self.allocations(&used).cloned().collect();
        let lineage = super::lineage::describe(self, &products, &used);
        let target = self.prepared.target;
        Some(TruePrices {
            target,
            products,
            breakdown,
            shared_indicators: shared,
            allocations,
            coverage_differs,
            lineage,
        })
    }

    /// How often each process runs for one unit of a product x origin.
    pub fn activity(&self, point: usize) -> Vec<(usize, f64)> {
        let node = self.prepared.chain.points[point].node;
        let known = self.few.as_ref().and_then(|few| few.activity(node));
        known.unwrap_or_else(|| activity(&self.footprints, node))
    }

    /// The same, twice as long.
    pub(super) fn long_activity(&self, node: usize) -> Vec<(usize, Double)> {
        let known = self.few.as_ref().and_then(|few| few.long_activity(node));
        known.unwrap_or_else(|| long_activity(&self.footprints, node))
    }

    /// What the chains say.
    pub(super) fn said(&self) -> &Said {
        self.said.get_or_init(|| Said::new(self))
    }

    /// Nodes of the chain of a node, ascending: all that it takes from, and they, and itself.
    pub fn chain_of(&self, node: usize) -> Vec<usize> {
        needed(&self.prepared.chain, [node])
    }

    /// The true price of one product x origin, with its breakdown.
    pub fn true_price(
        &self,
        point: usize,
        diagnostics: &mut Diagnostics,
    ) -> Result<(TruePrice, Vec<BreakdownRow>), Overflow> {
        self.priced(point, &Amounts::of_activity(self, point), diagnostics)
    }

    fn priced(
        &self,
        point: usize,
        amounts: &Amounts,
        diagnostics: &mut Diagnostics,
    ) -> Result<(TruePrice, Vec<BreakdownRow>), Overflow> {
        let point = &self.prepared.chain.points[point];
        let price = self.price_alone(point, diagnostics)?;
        let breakdown = self.breakdown(point, &price.indicators, amounts)?;
        Ok((price, breakdown))
    }

    fn price_alone(&self, point: &SupplyPoint, diagnostics: &mut Diagnostics) -> Result<TruePrice, Overflow> {
        let product = &self.prepared.supply.products[point.product];
        let mut coverage = self.cutoffs(point.node);
        let mut indicators = Vec::with_capacity(self.indicators.len());
        for k in 0..self.indicators.len() {
            let cost = self.indicator_cost(k, point.node)?;
            coverage.add(&cost);
            indicators.push(cost);
        }
        let origin = self.place(&point.origin);
        // Of footprints nobody needs money, and none may be too large.
        let price = self.price_in_force(&product.id, origin).filter(|_| !self.request.without_money);
        let market =
            price.and_then(|price| market_price(price, product, &self.kilogram, self.level, diagnostics));
        let market = self.with_passed_on(market, point.node)?;
        let sum = |get: fn(&IndicatorCost) -> Band<Money>| -> Money {
            indicators.iter().map(|k| get(k).central).sum()
        };
        let support = match &self.support {
            Some((support, price)) if !self.request.without_money => (
                Some(Money::from_f64(support.values[point.node])?),
                Some(Money::from_f64(price.values[point.node])?),
            ),
            _ => (None, None),
        };
        Ok(TruePrice {
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
            gap: gap(&indicators, self.request.netting),
            shared_external: Money::ZERO,
            support: support.0,
            price_support: support.1,
            coverage,
            indicators,
        })
    }

    /// How processes with several products among these nodes were allocated.
    pub fn allocations(&self, nodes: &BTreeSet<usize>) -> impl Iterator<Item = &'a Allocation> {
        let allocations = &self.prepared.chain.allocations;
        let ids: BTreeSet<&str> = if allocations.is_empty() {
            BTreeSet::new()
        } else {
            // A product that stands for another one has no process of its own, and its name.
            let name = |id: &'a str| id.split_once(':').map_or(id, |(process, _)| process);
            nodes.iter().map(|&node| name(&self.prepared.chain.nodes[node].id)).collect()
        };
        allocations.iter().filter(move |allocation| ids.contains(allocation.process.as_str()))
    }

    /// The process of a node; of a mix, its own id.
    pub fn process_id(&self, node: usize) -> &str {
        let node = &self.prepared.chain.nodes[node];
        node.process.map_or(&node.id, |process| &self.prepared.supply.processes[process].id)
    }

    /// A place, or the one that was given for published footprints.
    pub fn place<'b>(&'b self, location: &'b Location) -> &'b Location {
        if *location == Location::Origin { &self.origin } else { location }
    }

    /// The price of the list, or where it has none in force, of the dataset.
    fn price_in_force(&self, product: &str, origin: &Location) -> Option<&Price> {
        let year = self.prepared.target.year;
        self.prices.iter().find_map(|prices| in_force(prices, product, origin, year))
    }

    fn cutoffs(&self, node: usize) -> Coverage {
        let chain = &self.prepared.chain;
        if chain.cutoffs.is_empty() {
            return Coverage::default();
        }
        let nodes = self.chain_of(node);
        let mut cutoffs: Vec<_> =
            chain.cutoffs.iter().filter(|cutoff| nodes.binary_search(&cutoff.node).is_ok()).collect();
        // Products that are made together take it together.
        cutoffs.dedup_by_key(|cutoff| cutoff.input);
        let cut_off = |cutoff: &Cutoff| CutOff {
            process: self.process_id(cutoff.node).to_owned(),
            product: cutoff.product.clone(),
            recorded: cutoff.recorded.clone(),
            amount: cutoff.amount,
        };
        let cutoffs = cutoffs.into_iter().map(cut_off).collect();
        Coverage { cutoffs, ..Coverage::default() }
    }

    /// Are all footprints of these nodes proved to lie within their bounds?
    pub(super) fn proved(&self, nodes: &BTreeSet<usize>) -> bool {
        let mut kept = self.solutions.iter().flat_map(BTreeMap::values);
        kept.all(|kept| kept.unproved.iter().all(|node| !nodes.contains(node)))
    }
}

/// The indicator of each profile, as an index into the list of all, which is sorted.
fn indicator_of(supply: &Supply, indicators: &[&Indicator]) -> Vec<u32> {
    let index = |id: &str| indicators.partition_point(|indicator| *indicator.id < *id) as u32;
    supply.interventions.profiles().iter().map(|profile| index(&profile.indicator)).collect()
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
