//! What a network did, by regime, priced and unpriced: one statement. Money, own units and hours stand beside one
//! another and are never converted; unpaid work is a memo beside the money.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostics;
use crate::base::money::Money;
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::flows::{Basis, Class};
use crate::data::reference::{Dimension, Reference};
use crate::pricing::flow_costs::{FlowCosts, Status};
use crate::valuation::{PriceLevel, Target};

use super::commons::{Asset, Assets, is_contributed_work, is_use};
use super::sums::{Sum, Sums};
use super::wages::Wages;
use super::work::{Unpaid, Work};

/// Flows between which the progress is told.
const STEP: usize = 65_536;

/// What a line of the statement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// How many flows.
    Flows,
    /// What passed as money, credit or hours, in its own unit.
    Paid,
    /// What else its rows value, in its own unit.
    Valued,
    /// How many flows are priced.
    Priced,
    /// How many are not, by reason.
    Unpriced,
    /// How many are legs in which no product moves.
    NotAProduct,
    /// External cost of a dimension.
    ExternalOf(Dimension),
    /// External cost.
    External,
    /// Benefits to others.
    Benefits,
    /// What prices already pay.
    Internalised,
    /// What is paid beyond.
    Overpaid,
    /// The gap.
    Gap,
    /// What was paid for goods and services of market flows, at the target.
    MarketValue,
    /// That of flows which have a gap.
    MarketValuePriced,
    /// That and their gap.
    TruePrice,
    /// How often a commons was used.
    Uses,
    /// Hours of work that went into commons.
    ContributedHours,
    /// Hours to make the resources of the commons once again.
    ReplacementHours,
    /// What these cost at a wage.
    ReplacementOnce,
    /// Those that have no wage.
    ReplacementUnvalued,
    /// Hours of work that no currency pays for.
    UnpaidHours,
    /// What these would cost, or would have earned.
    UnpaidWork,
    /// Those that have no wage.
    UnpaidUnvalued,
    /// Flows of unpaid work of which nobody says how long it took.
    UnpaidWithoutHours,
}

impl Measure {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flows => "flows",
            Self::Paid => "paid",
            Self::Valued => "valued",
            Self::Priced => "priced",
            Self::Unpriced => "unpriced",
            Self::NotAProduct => "not_a_product",
            Self::ExternalOf(Dimension::Environmental) => "environmental",
            Self::ExternalOf(Dimension::Social) => "social",
            Self::ExternalOf(Dimension::Health) => "health",
            Self::External => "external_cost",
            Self::Benefits => "benefits",
            Self::Internalised => "internalised",
            Self::Overpaid => "overpaid",
            Self::Gap => "gap",
            Self::MarketValue => "market_value",
            Self::MarketValuePriced => "market_value_priced",
            Self::TruePrice => "true_price",
            Self::Uses => "uses",
            Self::ContributedHours => "contributed_hours",
            Self::ReplacementHours => "replacement_hours",
            Self::ReplacementOnce => "replacement_once",
            Self::ReplacementUnvalued => "replacement_unvalued_hours",
            Self::UnpaidHours => "unpaid_hours",
            Self::UnpaidWork => "unpaid_work",
            Self::UnpaidUnvalued => "unpaid_unvalued_hours",
            Self::UnpaidWithoutHours => "unpaid_without_hours",
        }
    }
}

/// A line of the statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// Class.
    pub class: Class,
    /// Year of the flows; `None`: not stated, or of the whole dataset.
    pub year: Option<i32>,
    /// What it says.
    pub measure: Measure,
    /// Unit of the amount; empty where flows are counted.
    pub unit: String,
    /// On which basis work is valued.
    pub basis: Option<Basis>,
    /// What more there is to say: the reason of a status, the kind of unpaid work, how hours are known.
    pub detail: &'static str,
    /// How many flows it is of; of resources made once again, how many resources.
    pub count: usize,
    /// The amount.
    pub amount: Option<Money>,
}

/// How the hours to make a resource once again are known.
pub const STATED: &str = "stated";
/// They are the hours contributed in the dataset.
pub const AT_LEAST: &str = "at least";

/// The statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Currency and price year of what is valued.
    pub target: Target,
    /// Its lines, by class, year and measure. Lines of replacement have no year.
    pub lines: Vec<Line>,
    /// Resources of the commons, each once.
    pub assets: Vec<Asset>,
    /// Tasks of unpaid work that no specialist's wage is stated for.
    pub silent_tasks: BTreeSet<String>,
    /// Who does unpaid work and states no wage of their own.
    pub silent_agents: BTreeSet<String>,
    /// Wages and market values that could not be moved to the target, with why.
    pub unmoved: Vec<String>,
}

impl Statement {
    /// Sums up a dataset.
    pub fn new(
        costs: &FlowCosts,
        reference: &Reference,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let request = &costs.prices.request;
        let level = PriceLevel::new(reference, costs.target, request.order, &request.overrides);
        let wages = Wages::new(&costs.judged.data, &level);
        let mut maker = Maker::new(costs, &wages, reference);
        let flows = costs.judged.data.flows.len();
        for flow in 0..flows {
            if flow.is_multiple_of(STEP) && !progress.tick(Stage::Pricing, flow, flows) {
                diagnostics.push(stopped());
                return None;
            }
            maker.add(flow);
        }
        Some(maker.finish())
    }

    /// The sum of the amounts of a measure, over all years.
    pub fn sum(&self, measure: Measure, of: impl Fn(&Line) -> bool) -> Option<Money> {
        let mut amounts =
            self.lines.iter().filter(|line| line.measure == measure && of(line)).map(|l| l.amount);
        let first = amounts.next()??;
        Some(first + amounts.flatten().sum())
    }

    /// The sum of the counts of a measure, over all years.
    pub fn count(&self, measure: Measure, of: impl Fn(&Line) -> bool) -> usize {
        self.lines.iter().filter(|line| line.measure == measure && of(line)).map(|line| line.count).sum()
    }
}

struct Maker<'a> {
    costs: &'a FlowCosts<'a>,
    wages: &'a Wages,
    work: Work<'a>,
    /// Units of account, sorted, and that of each terms.
    units: Vec<&'a str>,
    unit_of: Vec<u32>,
    sums: BTreeMap<(Class, Option<i32>), Sums>,
    assets: Assets,
    silent_tasks: BTreeSet<String>,
    silent_agents: BTreeSet<String>,
}

impl<'a> Maker<'a> {
    fn new(costs: &'a FlowCosts<'a>, wages: &'a Wages, reference: &Reference) -> Self {
        let terms = costs.judged.data.flows.terms();
        let mut units: Vec<&str> = terms.iter().map(|terms| &*terms.unit_of_account).collect();
        units.sort_unstable();
        units.dedup();
        let place = |unit: &str| units.binary_search(&unit).unwrap_or_default() as u32;
        let unit_of = terms.iter().map(|terms| place(&terms.unit_of_account)).collect();
        Self {
            costs,
            wages,
            work: Work::new(costs.judged, reference),
            units,
            unit_of,
            sums: BTreeMap::new(),
            assets: Assets::default(),
            silent_tasks: BTreeSet::new(),
            silent_agents: BTreeSet::new(),
        }
    }

    fn add(&mut self, flow: usize) {
        let judged = self.costs.judged;
        let flows = &judged.data.flows;
        let class = judged.classified.judgement(flow).class;
        let hours = self.work.hours(flow);
        let contributed = hours.filter(|_| is_contributed_work(judged, flow));
        self.assets.add(judged, flow, contributed);
        let sums = self.sums.entry((class, flows.when(flow).year())).or_default();
        sums.flows += 1;
        if let Some(value) = flows.value(flow) {
            sums.add_value(self.unit_of[flows.term(flow)], flows.terms_of(flow).is_claim(), value);
        }
        sums.add_cost(&self.costs.of(flow));
        sums.uses += usize::from(is_use(judged, flow));
        if let Some(hours) = contributed {
            sums.contributed.add(hours);
        }
        let Some(kind) = self.work.unpaid(flow) else { return };
        let unpaid = &mut sums.unpaid[kind as usize];
        let Some(hours) = hours else {
            unpaid.silent += 1;
            return;
        };
        unpaid.hours.add(hours);
        let task = self.work.task(flow);
        let agent = flows.from(flow).map(|agent| judged.data.agents[agent].id.as_str());
        for (sums, basis) in unpaid.valued.iter_mut().zip(Basis::ALL) {
            match self.wages.value(hours, basis, task, agent) {
                Some(value) => sums.0.add(value),
                None => {
                    sums.1.add(hours);
                    let (silent, name) = match basis {
                        Basis::Generalist => continue,
                        Basis::Specialist => (&mut self.silent_tasks, task),
                        Basis::Opportunity => (&mut self.silent_agents, agent),
                    };
                    if let Some(name) = name.filter(|name| !silent.contains(*name)) {
                        silent.insert(name.to_owned());
                    }
                }
            }
        }
    }

    fn finish(self) -> Statement {
        let target = self.costs.target;
        let mut lines = Vec::new();
        for ((class, year), sums) in &self.sums {
            let mut to = Writer { class: *class, year: *year, target, lines: &mut lines };
            to.class(sums, &self.units);
        }
        let assets = self.assets.finish(self.costs.judged);
        lines.extend(replacement(&assets, self.costs, self.wages));
        lines.sort();
        let unmoved = self.costs.unmoved().iter().chain(&self.wages.unmoved).cloned().collect();
        Statement {
            target,
            lines,
            assets,
            silent_tasks: self.silent_tasks,
            silent_agents: self.silent_agents,
            unmoved,
        }
    }
}

/// Writes the lines of a class and year.
struct Writer<'a> {
    class: Class,
    year: Option<i32>,
    target: Target,
    lines: &'a mut Vec<Line>,
}

impl Writer<'_> {
    fn line(&mut self, measure: Measure, unit: &str, basis: Option<Basis>, detail: &'static str, sum: Sum) {
        if sum.flows > 0 {
            self.lines.push(Line {
                class: self.class,
                year: self.year,
                measure,
                unit: unit.to_owned(),
                basis,
                detail,
                count: sum.flows,
                amount: Some(sum.amount),
            });
        }
    }

    fn count(&mut self, measure: Measure, detail: &'static str, count: usize) {
        self.line(measure, "", None, detail, Sum { flows: count, amount: Money::ZERO });
        if let Some(line) = self.lines.last_mut().filter(|_| count > 0) {
            line.amount = None;
        }
    }

    fn class(&mut self, sums: &Sums, units: &[&str]) {
        let money = money_unit(self.target);
        self.count(Measure::Flows, "", sums.flows);
        for (measure, values) in [(Measure::Paid, &sums.paid), (Measure::Valued, &sums.valued)] {
            for (unit, sum) in values {
                self.line(measure, units[*unit as usize], None, "", *sum);
            }
        }
        for (status, flows) in &sums.status {
            match status {
                Status::Priced => self.count(Measure::Priced, "", *flows),
                Status::Unpriced(reason) => self.count(Measure::Unpriced, reason.word(), *flows),
                Status::NotAProduct => self.count(Measure::NotAProduct, "", *flows),
            }
        }
        for (dimension, sum) in Dimension::ALL.into_iter().zip(sums.dimensions) {
            self.line(Measure::ExternalOf(dimension), &money, None, "", sum);
        }
        for (measure, sum) in [
            (Measure::External, sums.external),
            (Measure::Benefits, sums.benefits),
            (Measure::Internalised, sums.internalised),
            (Measure::Overpaid, sums.overpaid),
            (Measure::Gap, sums.gap),
            (Measure::MarketValue, sums.market),
            (Measure::MarketValuePriced, sums.market_priced),
            (Measure::TruePrice, sums.true_price),
        ] {
            self.line(measure, &money, None, "", sum);
        }
        self.count(Measure::Uses, "", sums.uses);
        self.line(Measure::ContributedHours, HOURS, None, "", sums.contributed);
        for (kind, unpaid) in Unpaid::ALL.into_iter().zip(sums.unpaid) {
            self.line(Measure::UnpaidHours, HOURS, None, kind.word(), unpaid.hours);
            for (basis, (valued, unvalued)) in Basis::ALL.into_iter().zip(unpaid.valued) {
                self.line(Measure::UnpaidWork, &money, Some(basis), kind.word(), valued);
                self.line(Measure::UnpaidUnvalued, HOURS, Some(basis), kind.word(), unvalued);
            }
            self.count(Measure::UnpaidWithoutHours, kind.word(), unpaid.silent);
        }
    }
}

/// The unit of hours.
const HOURS: &str = "h";

/// The unit of money of the report: `EUR2024`.
pub fn money_unit(target: Target) -> String {
    format!("{}{}", target.currency, target.year)
}

/// Hours, and on two bases what they are worth and those that have no wage.
type Replaced = (Sum, [(Sum, Sum); 2]);

/// What it would take to make the resources of the commons once again.
fn replacement(assets: &[Asset], costs: &FlowCosts, wages: &Wages) -> Vec<Line> {
    let resources = costs.judged.data.resources.as_deref().unwrap_or_default();
    let mut sums: BTreeMap<(Class, bool), Replaced> = BTreeMap::new();
    for asset in assets {
        let Some(hours) = asset.hours else { continue };
        let task = resources[asset.resource].task.as_deref();
        let known = sums.entry((asset.class, asset.stated)).or_default();
        known.0.add(hours);
        for (sums, basis) in known.1.iter_mut().zip([Basis::Generalist, Basis::Specialist]) {
            match wages.value(hours, basis, task, None) {
                Some(value) => sums.0.add(value),
                None => sums.1.add(hours),
            }
        }
    }
    let (mut lines, money) = (Vec::new(), money_unit(costs.target));
    for ((class, stated), (hours, valued)) in sums {
        let detail = if stated { STATED } else { AT_LEAST };
        let mut to = Writer { class, year: None, target: costs.target, lines: &mut lines };
        to.line(Measure::ReplacementHours, HOURS, None, detail, hours);
        for ((valued, unvalued), basis) in valued.into_iter().zip([Basis::Generalist, Basis::Specialist]) {
            to.line(Measure::ReplacementOnce, &money, Some(basis), detail, valued);
            to.line(Measure::ReplacementUnvalued, HOURS, Some(basis), detail, unvalued);
        }
    }
    lines
}
