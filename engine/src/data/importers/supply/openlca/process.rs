//! Processes of openLCA on their way to records: amounts, parameters, shares.

use rustc_hash::FxHashMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;
use crate::data::importers::supply::inventory::formula::Failed;
use crate::data::importers::supply::inventory::model::{Exchange, FlowTable, Record};
use crate::data::importers::supply::inventory::parameters::{Parameter, Scope, Scopes};
use crate::data::importers::supply::inventory::places;
use crate::data::importers::supply::inventory::spread::{Law, Spread, scores};
use crate::data::reference::Reference;

use super::Openlca;
use super::json;
use super::quantities::Quantities;
use super::sharing::{Divided, sharing};

/// What processes refer to.
pub(super) struct Context<'a> {
    pub(super) settings: &'a Openlca,
    pub(super) reference: &'a Reference,
    pub(super) quantities: Quantities,
    pub(super) locations: FxHashMap<String, String>,
    pub(super) global: Scope,
}

/// Parameters of one scope; a formula that is empty is none.
pub(super) fn scope(parameters: &[json::Parameter]) -> Scope {
    let mut scope = Scope::default();
    for parameter in parameters {
        let Some(name) = &parameter.name else { continue };
        let formula = parameter.formula.as_ref().filter(|formula| !formula.trim().is_empty());
        let is_number = parameter.is_input_parameter == Some(true) || formula.is_none();
        let stated = match (formula, is_number) {
            (Some(formula), false) => Parameter::Formula(formula.clone(), parameter.value),
            _ => Parameter::Number(parameter.value.unwrap_or(f64::NAN)),
        };
        scope.insert(name, stated);
    }
    scope
}

/// Says that parameters depend on one another.
pub(super) fn ring(ring: &[String], place: Place) -> Diagnostic {
    let message = format!("the parameters depend on one another: {}", ring.join(" -> "));
    let hint = "give one of them a number instead of a formula";
    Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint)
}

impl Context<'_> {
    /// A process as a record. `None`: what is wrong with it was reported.
    pub(super) fn record(
        &mut self,
        process: json::Process,
        file: &str,
        place: Place,
        flows: &FlowTable,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) -> Option<Record> {
        let Some(key) = process.id.clone().filter(|id| !id.is_empty()) else {
            let message = "the process has no `@id`";
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place));
            return None;
        };
        let location = self.location(process.location.as_ref());
        let region = places::region(&location, self.reference).unwrap_or_else(|world| {
            let said = if location.is_empty() { "no place" } else { location.as_str() };
            told.tally(format!("processes of {said}: no code of ours, so that they are in 001, the world"));
            world
        });
        let mut global = std::mem::take(&mut self.global);
        let mut scopes = Scopes::new(scope(&process.parameters), &mut global);
        let before = diagnostics.errors();
        if let Some(found) = scopes.ring() {
            diagnostics.push(ring(&found, place.clone()));
        }
        let mut exchanges = Vec::with_capacity(process.exchanges.len());
        // Index of the exchange that an exchange of the file became.
        let mut became = vec![None; process.exchanges.len()];
        if diagnostics.errors() == before {
            for (at, exchange) in process.exchanges.iter().enumerate() {
                if let Some(read) = self.exchange(exchange, &mut scopes, &place, flows, told, diagnostics) {
                    became[at] = Some(exchanges.len());
                    exchanges.push(read);
                }
            }
        }
        let divided =
            Divided { process: &process, became: &became, exchanges: &exchanges, flows, place: &place };
        let sharing = sharing(self.settings.allocation, &divided, &mut scopes, told, diagnostics);
        self.global = global;
        let category = self.quantities.path(process.category.as_ref());
        let category = category.rsplit('/').next().unwrap_or_default().trim().to_owned();
        (diagnostics.errors() == before).then(|| Record {
            activity: key.clone(),
            key,
            name: process.name.unwrap_or_default().trim().to_owned(),
            region,
            location,
            category,
            is_result: process.process_type.as_deref() == Some("LCI_RESULT"),
            source: source(file, process.process_documentation.as_ref()),
            place,
            exchanges,
            sharing,
        })
    }

    fn location(&self, location: Option<&json::Ref>) -> String {
        let Some(location) = location else { return String::new() };
        let by_id = location.id.as_ref().and_then(|id| self.locations.get(id));
        by_id.or(location.name.as_ref()).cloned().unwrap_or_default()
    }

    /// An exchange in the reference unit of its flow; what cannot be read is left out and told, or reported.
    fn exchange(
        &self,
        exchange: &json::Exchange,
        scopes: &mut Scopes,
        place: &Place,
        flows: &FlowTable,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) -> Option<Exchange> {
        let flow_id = exchange.flow.as_ref().and_then(|flow| flow.id.as_deref()).unwrap_or_default();
        let Some(flow) = flows.find(flow_id) else {
            let name = exchange.flow.as_ref().and_then(|flow| flow.name.as_deref()).unwrap_or(flow_id);
            let message = format!("there is no flow `{name}` in the archive");
            let hint = "export the database with all that its processes refer to";
            diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place.clone()).hint(hint));
            return None;
        };
        let amount = Self::amount(exchange, scopes, told, diagnostics, place)?;
        let ratio = match self.quantities.ratio(flow, exchange.unit.as_ref(), exchange.flow_property.as_ref())
        {
            Ok(ratio) => ratio,
            Err(why) => {
                let message = format!("the amount of `{}` has no unit: {why}", flows.get(flow).name);
                diagnostics.push(Diagnostic::error(codes::UNKNOWN_UNIT, message).at(place.clone()));
                return None;
            }
        };
        let provider = exchange.default_provider.as_ref().and_then(|provider| provider.id.clone());
        Some(Exchange {
            flow,
            is_input: exchange.is_input.unwrap_or_default(),
            is_avoided: exchange.is_avoided_product.unwrap_or_default(),
            is_reference: exchange.is_quantitative_reference.unwrap_or_default(),
            amount: amount * ratio,
            provider: provider.filter(|provider| !provider.is_empty()),
            location: exchange.location.as_ref().map(|location| self.location(Some(location))),
            spread: spread(exchange, told).times(ratio),
        })
    }

    /// The amount that the formula gives, or the one that is stated.
    fn amount(
        exchange: &json::Exchange,
        scopes: &mut Scopes,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
        place: &Place,
    ) -> Option<f64> {
        let formula = exchange.amount_formula.as_deref().map(str::trim).filter(|formula| !formula.is_empty());
        let Some(formula) = formula else {
            if exchange.amount.is_none() {
                told.leave("exchanges without an amount", place.clone());
            }
            return exchange.amount;
        };
        match (scopes.value(formula), exchange.amount) {
            (Ok(value), stated) => {
                if stated.is_some_and(|stated| (stated - value).abs() > 1e-6 * stated.abs()) {
                    told.tally("amounts whose formula gives another number than is stated beside it: the formula counts");
                }
                Some(value)
            }
            (Err(Failed::Cycle(found)), _) => {
                diagnostics.push(ring(&found, place.clone()));
                None
            }
            (Err(Failed::Because(why)), Some(stated)) => {
                let text: String = formula.chars().take(60).collect();
                told.tally("amounts whose formula was not computed: the amount beside it counts");
                told.note(format!("the formula `{text}`: {why}"));
                Some(stated)
            }
            (Err(Failed::Because(why)), None) => {
                let message = format!("the formula `{formula}` has no value: {why}");
                diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place.clone()));
                None
            }
        }
    }
}

/// The file, and the years that it is valid for.
fn source(file: &str, documentation: Option<&json::Documentation>) -> String {
    let from = documentation.and_then(|documentation| year(documentation.valid_from.as_ref()));
    let until = documentation.and_then(|documentation| year(documentation.valid_until.as_ref()));
    match (from, until) {
        (Some(from), Some(until)) if from != until => format!("{file}, valid {from} to {until}"),
        (Some(year), _) | (None, Some(year)) => format!("{file}, valid {year}"),
        (None, None) => file.to_owned(),
    }
}

fn year(date: Option<&String>) -> Option<&str> {
    let year = date?.get(..4)?;
    year.bytes().all(|byte| byte.is_ascii_digit()).then_some(year)
}

fn spread(exchange: &json::Exchange, told: &mut Told) -> Spread {
    let pedigree = exchange.dq_entry.as_deref().and_then(scores).unwrap_or_default();
    let Some(stated) = &exchange.uncertainty else {
        return Spread { law: None, pedigree, basic_variance: None };
    };
    let word = stated.distribution_type.as_deref().unwrap_or_default().replace("_DISTRIBUTION", "");
    let law = match word.as_str() {
        "LOG_NORMAL" => stated
            .geom_mean
            .zip(stated.geom_sd)
            .map(|(mean, sd)| Law::Lognormal { loc: libm::log(mean.abs()), scale: libm::log(sd) }),
        "NORMAL" => stated.mean.zip(stated.sd).map(|(loc, scale)| Law::Normal { loc, scale }),
        "UNIFORM" => {
            stated.minimum.zip(stated.maximum).map(|(minimum, maximum)| Law::Uniform { minimum, maximum })
        }
        "TRIANGLE" | "TRIANGULAR" => stated
            .minimum
            .zip(stated.maximum)
            .zip(stated.mode)
            .map(|((minimum, maximum), mode)| Law::Triangular { mode, minimum, maximum }),
        "NONE" | "" => return Spread { law: None, pedigree, basic_variance: None },
        _ => None,
    };
    let law = Law::sound(law).map_err(|why| told.tally(why)).ok();
    Spread { law, pedigree, basic_variance: None }
}
