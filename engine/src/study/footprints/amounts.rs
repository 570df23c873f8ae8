//! What processes state, in the units of the indicators.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use num_traits::ToPrimitive;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::base::float::Double;
use crate::base::period::Period;
use crate::base::unit::{Measure, Ratio};
use crate::chain::Chain;
use crate::data::manifest::RateType;
use crate::data::reference::Reference;
use crate::data::supply::Supply;
use crate::pricing::Request;
use crate::valuation::{PriceLevel, Target};

use super::Head;

/// Amounts of interventions by indicator.
pub(super) struct Amounts<'a> {
    pub(super) supply: &'a Supply,
    pub(super) indicators: Vec<Head>,
    /// Profiles of each indicator.
    profiles_of: Vec<Range<usize>>,
    /// From the unit of a profile to that of its indicator; `None`: money.
    ratios: Vec<Option<Ratio>>,
    /// Rows that are money, moved to the target.
    money: BTreeMap<usize, f64>,
}

impl<'a> Amounts<'a> {
    /// All amounts of these indicators, or of all that are stated.
    pub(super) fn new(
        supply: &'a Supply,
        request: &Request,
        asked: &[String],
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let profiles = supply.interventions.profiles();
        let stated: BTreeSet<&str> = profiles.iter().map(|profile| &*profile.indicator).collect();
        let before = diagnostics.errors();
        check_indicators(&stated, asked, diagnostics);
        let is_asked = |id: &&str| asked.is_empty() || asked.iter().any(|asked| asked == id);
        let ids: Vec<&str> =
            stated.into_iter().filter(is_asked).filter(|id| supply.indicators.contains_key(*id)).collect();
        let mut amounts = Self {
            supply,
            profiles_of: ids.iter().map(|id| supply.interventions.profiles_of(id)).collect(),
            ratios: profiles.iter().map(|profile| ratio(supply, &profile.indicator, &profile.unit)).collect(),
            indicators: Vec::new(),
            money: BTreeMap::new(),
        };
        let target = amounts.target(request, reference, diagnostics);
        if diagnostics.errors() > before {
            return None;
        }
        if let Some(target) = target {
            let level = PriceLevel::new(reference, target, request.order, &request.overrides);
            amounts.moved(&level, diagnostics);
        }
        amounts.indicators = ids.iter().map(|id| amounts.head(id, target)).collect();
        Some(amounts)
    }

    fn head(&self, id: &str, target: Option<Target>) -> Head {
        let indicator = &self.supply.indicators[id];
        let range = self.supply.interventions.profiles_of(id);
        let methods: BTreeSet<&str> =
            self.supply.interventions.profiles()[range].iter().map(|profile| &*profile.method).collect();
        let methods: Vec<&str> = methods.into_iter().filter(|method| !method.is_empty()).collect();
        let unit = match target.filter(|_| indicator.unit.is_money()) {
            Some(target) => format!("{}{}", target.currency, target.year),
            None => indicator.unit.to_string(),
        };
        Head {
            id: id.to_owned(),
            name: indicator.name.clone(),
            dimension: indicator.dimension,
            unit,
            method: methods.join(", "),
        }
    }

    /// Rows of all asked indicators that are money.
    fn money_rows(&self) -> impl Iterator<Item = (usize, Currency, Option<i32>)> {
        let interventions = &self.supply.interventions;
        let is_money: Vec<Option<(Currency, Option<i32>)>> = (0..interventions.profiles().len())
            .map(|at| match *interventions.profiles()[at].unit {
                Measure::Money(currency, year) if self.profiles_of.iter().any(|of| of.contains(&at)) => {
                    Some((currency, year))
                }
                _ => None,
            })
            .collect();
        let rows = if is_money.iter().any(Option::is_some) { 0..interventions.len() } else { 0..0 };
        rows.filter_map(move |row| {
            let (currency, year) = is_money[interventions.profile_index(row)]?;
            Some((row, currency, year))
        })
    }

    /// Currency and year of amounts that are money; none is needed where there are none.
    fn target(
        &self,
        request: &Request,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Target> {
        let money: BTreeSet<(Currency, Option<&str>)> =
            self.money_rows().map(|(_, currency, _)| (currency, None)).collect();
        if money.is_empty() {
            return None;
        }
        let defaults = &self.supply.manifest.defaults;
        let currency =
            request.currency.or_else(|| defaults.currency.as_deref().and_then(Currency::from_code));
        let Some(currency) = currency else {
            let message = "amounts of money need a currency, and none is chosen";
            let hint = "--currency EUR, or --indicator for those that are measured otherwise";
            let place = Place::file(self.supply.manifest_file.clone());
            diagnostics.push(Diagnostic::error(codes::MISSING_CHOICE, message).at(place).hint(hint));
            return None;
        };
        let latest = || PriceLevel::latest_year(reference, &request.overrides, currency, &money);
        let year = request.year.or(defaults.year).or_else(latest);
        if year.is_none() {
            let message = "there is no year that all price indices and rates in use reach";
            diagnostics.push(Diagnostic::error(codes::YEAR_RANGE, message).hint("choose one: --year YEAR"));
        }
        Some(Target { currency, year: year? })
    }

    fn moved(&mut self, level: &PriceLevel, diagnostics: &mut Diagnostics) {
        let interventions = &self.supply.interventions;
        let processes = &self.supply.processes;
        let period = |process: &str| {
            let at = processes.partition_point(|row| row.id.as_str() < process);
            processes.get(at).and_then(|row| row.period).map(Period::year)
        };
        let mut money = BTreeMap::new();
        for (row, currency, year) in self.money_rows() {
            let Some(exact) = interventions.money(row) else { continue };
            let Some(year) = year.or_else(|| period(interventions.process(row))) else { continue };
            match level.moved(currency, year, None, RateType::Market) {
                Ok(moved) => {
                    money.insert(row, (exact * moved.multiplier).to_f64().unwrap_or(f64::NAN));
                }
                Err(error) => {
                    diagnostics.push(error.diagnostic().at(interventions.place(row).column("unit")));
                }
            }
        }
        self.money = money;
    }

    /// The amount of a row in the unit of its indicator; `None`: not stated.
    fn amount(&self, row: usize) -> Option<f64> {
        let interventions = &self.supply.interventions;
        let amount = interventions.amount(row)?;
        Some(match &self.ratios[interventions.profile_index(row)] {
            Some(ratio) => ratio.apply(amount),
            None => self.money.get(&row).copied().unwrap_or(0.0),
        })
    }

    /// Rows of a process for an indicator.
    pub(super) fn rows(&self, process: &str, k: usize) -> Range<usize> {
        let interventions = &self.supply.interventions;
        interventions.with_profiles(&interventions.rows_of(process), &self.profiles_of[k])
    }

    /// What each node states itself, times its share.
    pub(super) fn right(&self, chain: &Chain, k: usize) -> Vec<Double> {
        let of_node = |node: &crate::chain::Node| {
            let Some(process) = node.process else { return Double::default() };
            let rows = self.rows(&self.supply.processes[process].id, k);
            rows.filter_map(|row| self.amount(row))
                .fold(Double::default(), |sum, amount| sum.plus_product(node.share, Double::new(amount)))
        };
        chain.nodes.iter().map(of_node).collect()
    }
}

fn ratio(supply: &Supply, indicator: &str, unit: &Measure) -> Option<Ratio> {
    match (unit, &supply.indicators.get(indicator)?.unit) {
        (Measure::Physical(own), Measure::Physical(its)) => own.ratio_to(its).ok(),
        _ => None,
    }
}

fn check_indicators(stated: &BTreeSet<&str>, asked: &[String], diagnostics: &mut Diagnostics) {
    for id in asked.iter().filter(|id| !stated.contains(id.as_str())) {
        let error = Diagnostic::error(codes::NOT_FOUND, format!("the dataset states no indicator `{id}`"));
        diagnostics.push(match nearest(id, stated.iter().copied()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => {
                let words: Vec<&str> = stated.iter().copied().take(20).collect();
                error.hint(format!("it states {}", words.join(", ")))
            }
        });
    }
}
