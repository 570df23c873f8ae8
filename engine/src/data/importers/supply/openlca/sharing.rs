//! Allocation factors of openLCA: physical, economic, and causal, which states one for each exchange and product.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::importers::supply::inventory::causal::gap;
use crate::data::importers::supply::inventory::model::{Exchange, FlowTable, Record, Sharing};
use crate::data::importers::supply::inventory::parameters::Scopes;

use super::{Allocation, json};

/// A method, as openLCA spells it in factors and as a default, and as we call it.
const METHODS: [(Allocation, &str, &str); 3] = [
    (Allocation::Physical, "PHYSICAL_ALLOCATION", "physical"),
    (Allocation::Economic, "ECONOMIC_ALLOCATION", "economic"),
    (Allocation::Causal, "CAUSAL_ALLOCATION", "causal"),
];

/// A process whose burden is to be divided, with what became of its exchanges.
pub(super) struct Divided<'a> {
    pub(super) process: &'a json::Process,
    /// Index of the exchange that an exchange of the file became.
    pub(super) became: &'a [Option<usize>],
    pub(super) exchanges: &'a [Exchange],
    pub(super) flows: &'a FlowTable,
    pub(super) place: &'a Place,
}

/// A factor that was read.
struct Factor {
    method: Allocation,
    /// The flow of its product.
    product: usize,
    value: f64,
    /// Of causal factors: the exchanges that it is of.
    exchanges: Vec<usize>,
}

/// How the burden of a process is divided. Factors that are all 0 state nothing: openLCA writes them for what nobody
/// filled in.
pub(super) fn sharing(
    asked: Allocation,
    divided: &Divided,
    scopes: &mut Scopes,
    told: &mut Told,
    diagnostics: &mut Diagnostics,
) -> Sharing {
    let made = divided.made();
    if made.len() < 2 || asked == Allocation::Reference {
        return Sharing::Reference;
    }
    let factors = divided.factors(&made, scopes, told, diagnostics);
    let states = |method: Allocation| factors.iter().any(|f| f.method == method && f.value != 0.0);
    let stated: Vec<_> = METHODS.iter().filter(|(method, ..)| states(*method)).collect();
    let default = divided.process.default_allocation_method.as_deref().unwrap_or_default();
    let chosen = match asked {
        Allocation::Stated if default == "NO_ALLOCATION" => None,
        Allocation::Stated => match METHODS.iter().find(|(_, word, _)| *word == default) {
            Some((method, ..)) => stated.iter().find(|(other, ..)| other == method),
            None => stated.first(),
        },
        method => stated.iter().find(|(other, ..)| *other == method),
    };
    if asked == Allocation::Stated && default.is_empty() && stated.len() > 1 {
        told.note("processes with factors of several methods and no default: physical before economic before causal");
    }
    match chosen {
        None => Sharing::Reference,
        Some((Allocation::Causal, ..)) => {
            let is_asked = asked == Allocation::Causal || default == "CAUSAL_ALLOCATION";
            divided.causal(&made, &factors, is_asked, told, diagnostics)
        }
        Some((method, _, name)) => divided.shares(*method, name, &factors, told, diagnostics),
    }
}

impl Divided<'_> {
    /// Flows that the process makes, each once.
    fn made(&self) -> Vec<usize> {
        let mut made: Vec<usize> = Vec::new();
        for exchange in self.exchanges {
            let provides = Record::provides(exchange, self.flows.get(exchange.flow).kind);
            if provides && exchange.amount != 0.0 && !made.contains(&exchange.flow) {
                made.push(exchange.flow);
            }
        }
        made
    }

    /// A factor of no product is one of the reference product.
    fn factors(
        &self,
        made: &[usize],
        scopes: &mut Scopes,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Factor> {
        let reference =
            self.exchanges.iter().find(|exchange| exchange.is_reference).map(|exchange| exchange.flow);
        let mut read = Vec::new();
        for factor in &self.process.allocation_factors {
            let word = factor.allocation_type.as_deref().unwrap_or_default();
            let Some((method, ..)) = METHODS.iter().find(|(_, known, _)| *known == word) else { continue };
            let product = match &factor.product {
                Some(product) => self.flows.find(product.id.as_deref().unwrap_or_default()),
                None => reference,
            };
            let Some(product) = product.filter(|product| made.contains(product)) else {
                told.tally("allocation factors of what their process does not make were left out");
                continue;
            };
            let formula = factor.formula.as_deref().map(str::trim).filter(|formula| !formula.is_empty());
            let computed = formula.and_then(|formula| scopes.value(formula).ok());
            let Some(value) = computed.or(factor.value).filter(|value| value.is_finite() && *value >= 0.0)
            else {
                let name = &self.flows.get(product).name;
                let message = format!("the allocation factor of `{name}` is no number from 0 on");
                diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(self.place.clone()));
                continue;
            };
            let exchanges = factor.exchange.as_ref().map(|of| self.named(of)).unwrap_or_default();
            read.push(Factor { method: *method, product, value, exchanges });
        }
        read
    }

    /// The exchanges that a factor names: by id, by number, or by flow.
    fn named(&self, of: &json::ExchangeRef) -> Vec<usize> {
        let matches = |exchange: &json::Exchange| {
            if of.id.is_some() && exchange.id.is_some() {
                return of.id == exchange.id;
            }
            if of.internal_id.is_some() && exchange.internal_id.is_some() {
                return of.internal_id == exchange.internal_id;
            }
            let flow = |flow: Option<&json::Ref>| flow.and_then(|flow| flow.id.clone());
            flow(of.flow.as_ref()).is_some() && flow(of.flow.as_ref()) == flow(exchange.flow.as_ref())
        };
        let all = self.process.exchanges.iter().zip(self.became);
        all.filter(|(exchange, _)| matches(exchange)).filter_map(|(_, became)| *became).collect()
    }

    fn shares(
        &self,
        method: Allocation,
        name: &str,
        factors: &[Factor],
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) -> Sharing {
        let mut shares: BTreeMap<usize, f64> = BTreeMap::new();
        for factor in factors.iter().filter(|factor| factor.method == method) {
            if shares.insert(factor.product, factor.value).is_some() {
                let product = &self.flows.get(factor.product).name;
                let message = format!("two {name} factors are stated for `{product}`");
                diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(self.place.clone()));
            }
        }
        let sum: f64 = shares.values().sum();
        if (sum - 1.0).abs() > 1e-6 {
            told.note(format!(
                "{name} factors of some processes do not sum to 1 (such as {sum} in {}): they are brought to 1",
                self.process.name.as_deref().unwrap_or_default()
            ));
        }
        Sharing::Shares(name.to_owned(), shares)
    }

    /// Each exchange needs its factors. Where nobody asks for causal allocation, factors with gaps state nothing.
    fn causal(
        &self,
        made: &[usize],
        factors: &[Factor],
        is_asked: bool,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) -> Sharing {
        let mut shares: BTreeMap<usize, BTreeMap<usize, f64>> =
            made.iter().map(|flow| (*flow, BTreeMap::new())).collect();
        for factor in factors.iter().filter(|factor| factor.method == Allocation::Causal) {
            for exchange in &factor.exchanges {
                shares.entry(factor.product).or_default().insert(*exchange, factor.value);
            }
        }
        let Some(gap) = gap(&shares, self.exchanges, self.flows) else { return Sharing::Causal(shares) };
        let name = self.process.name.as_deref().unwrap_or_default();
        if is_asked {
            let message = format!("{gap}, in `{name}`");
            let hint = "state a factor for each exchange and product, or choose another `--allocation`";
            diagnostics.push(Diagnostic::error(codes::SHARES, message).at(self.place.clone()).hint(hint));
        } else {
            told.note(format!(
                "`{name}` has causal factors with gaps and no default allocation ({gap}): its reference \
                               product bears all"
            ));
        }
        Sharing::Reference
    }
}
