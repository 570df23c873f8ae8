//! Prices a dataset with each set of causes that a split needs. Each evaluation begins from the dataset as it is, never from
//! another one, so that none depends on the order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::listed::listed;
use crate::base::progress::{Progress, STOPPED, Stage, stopped};
use crate::data::factors::FactorSet;
use crate::data::reference::Reference;
use crate::data::source::Library;
use crate::data::supply::Supply;
use crate::pricing::scenario::{Base, Changed};
use crate::pricing::{Request, Scenario, TruePrices, prepare, price};

use super::coverage::CUT_OFF;
use super::difference::Job;
use super::rule::Rule;
use super::values::{Key, Values, key, values};
use super::{Compared, Comparison};

/// What is compared, and how it is priced.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The dataset as it is.
    pub supply: Arc<Supply>,
    /// How it is priced.
    pub request: &'a Request,
    /// Reference tables.
    pub reference: &'a Reference,
    /// Where factor sets and price lists are.
    pub library: &'a Library,
}

/// Prices the dataset as it is and with each scenario, and splits the differences by cause. Scenarios are priced in the
/// currency and price year of the dataset as it is unless a change says otherwise.
pub fn compare(
    asked: &Asked,
    scenarios: Vec<Scenario>,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Comparison> {
    if !check_names(&scenarios, diagnostics) {
        return None;
    }
    let prepared = prepare(asked.supply.clone(), asked.request, asked.library, asked.reference, diagnostics)?;
    let base = price(&prepared, asked.request, asked.reference, &(), diagnostics)?;
    let request = Request {
        set: Some(Arc::new(prepared.set)),
        year: Some(prepared.target.year),
        ..asked.request.clone()
    };
    let on = Base { supply: asked.supply.clone(), request: &request, reference: asked.reference };
    // Filtered with a side effect: every scenario is checked before one is priced.
    if scenarios.iter().filter(|scenario| !scenario.check(&on, diagnostics)).count() > 0 {
        return None;
    }
    let total: usize =
        scenarios.iter().map(|s| Rule::of(s.causes().len()).sets(s.causes().len()).len()).sum();
    let mut job = Evaluations { asked, on: &on, sets: BTreeMap::new(), progress, done: 0, total };
    let mut compared = Vec::new();
    for scenario in scenarios {
        compared.push(job.scenario(scenario, &base, diagnostics)?);
    }
    Some(Comparison { base, scenarios: compared })
}

/// Two scenarios of one name could not be told apart.
fn check_names(scenarios: &[Scenario], diagnostics: &mut Diagnostics) -> bool {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut right = true;
    for scenario in scenarios {
        if let Some(other) = seen.insert(&scenario.name, &scenario.file) {
            right = false;
            let message =
                format!("two scenarios are called `{}`: {other} and {}", scenario.name, scenario.file);
            let hint = "a scenario is called as its file or folder is: give one of them another name";
            diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).hint(hint));
        }
    }
    right
}

struct Evaluations<'a> {
    asked: &'a Asked<'a>,
    on: &'a Base<'a>,
    /// Factor sets that changes name, read once.
    sets: BTreeMap<String, Arc<FactorSet>>,
    progress: &'a dyn Progress,
    done: usize,
    total: usize,
}

impl Evaluations<'_> {
    fn scenario(
        &mut self,
        scenario: Scenario,
        base: &TruePrices,
        diagnostics: &mut Diagnostics,
    ) -> Option<Compared> {
        let causes: Vec<(String, String)> =
            scenario.causes().iter().map(|(id, title)| ((*id).to_owned(), (*title).to_owned())).collect();
        let rule = Rule::of(causes.len());
        let netting = self.asked.request.netting;
        let mut all = vec![values(base, netting)];
        let sets = rule.sets(causes.len());
        let (whole, parts) = sets.split_last()?;
        debug_assert!(whole.iter().all(|made| *made), "the last set has all causes");
        for set in parts {
            let made: BTreeSet<&str> =
                causes.iter().zip(set).filter(|(_, made)| **made).map(|((id, _), _)| id.as_str()).collect();
            // What is wrong with a part is told once, with the part; its warnings are those of the whole.
            let mut found = Diagnostics::new();
            let changed = scenario.laid_over(self.on, &|id| made.contains(id), &mut found);
            let prices = changed.and_then(|changed| self.price(changed, &mut found));
            let Some(prices) = prices else {
                let some: Vec<&str> = made.into_iter().collect();
                let message = format!(
                    "the scenario `{}` cannot be split by cause: the dataset cannot be priced with {} alone",
                    scenario.name,
                    some.join(" and ")
                );
                let hint = "changes that only make sense together share a `cause`";
                if found.sorted().iter().all(|d| d.code != STOPPED) {
                    diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).hint(hint));
                }
                diagnostics.extend(found);
                return None;
            };
            all.push(values(&prices, netting));
        }
        let changed = scenario.whole(self.on, diagnostics)?;
        let prices = self.price(changed, diagnostics)?;
        all.push(values(&prices, netting));
        let ids: Vec<&str> = causes.iter().map(|(id, _)| id.as_str()).collect();
        let job = Job { rule, causes: &ids, netting };
        let mut compared = Compared {
            evaluations: sets.len(),
            products: Vec::new(),
            only_base: only(base, &all[all.len() - 1]),
            only_scenario: only(&prices, &all[0]),
            causes: causes.clone(),
            scenario,
            prices,
            rule,
        };
        compared.products = differences(&job, base, &compared.prices, &all);
        warn(&compared, base, diagnostics);
        Some(compared)
    }

    fn price(&mut self, changed: Changed, diagnostics: &mut Diagnostics) -> Option<TruePrices> {
        if !self.progress.tick(Stage::Comparing, self.done, self.total) {
            diagnostics.push(stopped());
            return None;
        }
        self.done += 1;
        let mut request = changed.request;
        let spec = if request.set.is_none() { request.factors.clone() } else { None };
        if let Some(known) = spec.as_ref().and_then(|spec| self.sets.get(spec)) {
            request.set = Some(known.clone());
        }
        let prepared =
            prepare(changed.supply, &request, self.asked.library, self.asked.reference, diagnostics)?;
        let prices = price(&prepared, &request, self.asked.reference, &(), diagnostics);
        if let Some(spec) = spec {
            self.sets.entry(spec).or_insert_with(|| Arc::new(prepared.set));
        }
        prices
    }
}

/// Products x origins that are not among these values.
fn only(prices: &TruePrices, other: &Values) -> Vec<Key> {
    prices.products.iter().map(key).filter(|key| !other.contains_key(key)).collect()
}

fn differences(
    job: &Job,
    base: &TruePrices,
    scenario: &TruePrices,
    all: &[Values],
) -> Vec<super::ProductDifference> {
    let place: BTreeMap<Key, usize> =
        scenario.products.iter().enumerate().map(|(at, price)| (key(price), at)).collect();
    let both = base.products.iter().enumerate().filter_map(|(at, price)| {
        let key = key(price);
        let other = *place.get(&key)?;
        let values: Vec<_> = all.iter().map(|values| values.get(&key)).collect();
        Some(job.difference((at, other), (price, &scenario.products[other]), &values))
    });
    both.collect()
}

/// Products a warning names.
const NAMED: usize = 4;

/// Warns where the two sides do not cover the same.
fn warn(compared: &Compared, base: &TruePrices, diagnostics: &mut Diagnostics) {
    let name = &compared.scenario.name;
    let mut differing: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for product in compared.products.iter().filter(|product| !product.coverage.is_empty()) {
        let id = base.products[product.base].product.as_str();
        differing.entry(product.coverage.join("; ")).or_default().push(id);
    }
    for (what, products) in differing {
        let message = format!("the scenario `{name}` covers {} differently: {what}", listed(products, NAMED));
        let hint = if what.contains(CUT_OFF) {
            "what is cut off costs nothing here, and no figure makes up for it: give it a supplier on both sides"
        } else {
            "compare by the external cost over the indicators that both state and price: `shared cost`"
        };
        diagnostics.push(Diagnostic::warning(codes::COVERAGE, message).hint(hint));
    }
    let sides = [("only as it is", &compared.only_base), ("only in the scenario", &compared.only_scenario)];
    for (side, products) in sides.into_iter().filter(|(_, products)| !products.is_empty()) {
        let words = products.iter().map(|(product, origin)| format!("{product} ({origin})"));
        let message = format!("the scenario `{name}`: {} {side}, and not compared", listed(words, NAMED));
        diagnostics.push(Diagnostic::warning(codes::COVERAGE, message));
    }
}
