//! Events: those in which something passed from one agent to another become flows.

use std::collections::{BTreeMap, HashMap};

use crate::base::currency::Currency as Iso;
use crate::base::diagnostic::{Diagnostic, Place, codes};
use crate::data::actions::{Action, Passes};

use super::super::draft::{Record, record};
use super::super::names::last_part;
use super::super::value::is_kept;
use super::Work;
use super::graph::Thing;
use super::measure::{self, Measure};
use super::promises::Promises;
use super::resource::{Resource, Resources};
use super::time;

/// An event that is a flow.
struct Flow<'a> {
    thing: &'a Thing<'a>,
    action: Action,
    id: String,
}

impl Work<'_, '_> {
    /// Events become flows, or are told.
    pub(super) fn events<'a>(
        &mut self,
        events: &[&'a Thing<'a>],
        things: &[&'a Thing<'a>],
        promises: &Promises,
    ) {
        let resources = Resources::new(things);
        let flows = self.flows(events);
        let by_address: BTreeMap<&str, usize> =
            flows.iter().enumerate().rev().map(|(at, flow)| (flow.thing.id.as_str(), at)).collect();
        for flow in &flows {
            let corrected = match root(flow, &flows, &by_address) {
                Ok(corrected) => corrected,
                Err(reason) => {
                    self.told.leave(reason, flow.thing.place());
                    continue;
                }
            };
            let row = self.row(flow, corrected, &resources, promises);
            self.draft.flows.push(row);
            self.told.take("flows");
        }
    }

    /// Those in which something passed, each once.
    fn flows<'a>(&mut self, events: &[&'a Thing<'a>]) -> Vec<Flow<'a>> {
        let mut seen: HashMap<&str, Vec<&Thing>> = HashMap::new();
        let mut flows = Vec::new();
        for event in events {
            let before = seen.entry(&event.id).or_default();
            if !event.id.is_empty() && before.iter().any(|other| other.says_the_same(event)) {
                self.told.leave("events that were said before, word by word", event.place());
                continue;
            }
            let is_other = !event.id.is_empty() && !before.is_empty();
            before.push(event);
            let Some(action) = self.passes(event) else { continue };
            let wish = last_part(&event.id);
            let id = self.ids.flows.fresh(if wish.is_empty() { "event" } else { wish });
            if is_other {
                let message = format!("`{}` is the id of another event too", event.id);
                let hint = format!("both are kept, this one as `{id}`");
                let diagnostic = Diagnostic::warning(codes::DUPLICATE_KEY, message);
                self.diagnostics.push(diagnostic.at(event.place()).hint(hint));
            }
            flows.push(Flow { thing: event, action, id });
        }
        flows
    }

    /// The action of an event in which something passed; others are told.
    fn passes(&mut self, event: &Thing) -> Option<Action> {
        let name = event.text("action");
        let name = name.rsplit(['#', ':', '/']).next().unwrap_or(name);
        let (from, to) = (event.link("provider"), event.link("receiver"));
        let Some(action) = self.reference.actions.get(name) else {
            let message = format!("`{name}` is not an action of Valueflows 1.0");
            let hint = match self.reference.actions.like(name) {
                Some(near) => format!("did you mean `{near}`? the event is left out"),
                None => "the event is left out".to_owned(),
            };
            let place = event.place().column("action");
            self.diagnostics.push(Diagnostic::warning(codes::BAD_VALUE, message).at(place).hint(hint));
            self.told.leave("events whose action is not known", event.place());
            return None;
        };
        // What was a flow of a dataset of ours is one, whatever Valueflows makes of it.
        if event.id.starts_with(OUR_FLOW) {
            return Some(action);
        }
        let reason = if from.is_empty() || to.is_empty() {
            "events without a provider or a receiver".to_owned()
        } else if from == to {
            format!("{name}: events within one agent, nothing passed")
        } else if action.passes == Passes::Nothing {
            format!("{name}: by this action nothing passes from one agent to another")
        } else {
            return Some(action);
        };
        self.told.leave(reason, event.place());
        None
    }

    fn row(
        &mut self,
        flow: &Flow,
        corrected: Option<&str>,
        resources: &Resources,
        promises: &Promises,
    ) -> Record {
        let event = flow.thing;
        let [from, to] = ["provider", "receiver"].map(|name| self.agent_of(&event.link(name), Record::new()));
        let date = time::date(event).unwrap_or_else(|(column, text)| {
            let message = format!("`{text}` is not a date");
            let hint = "write 2024-03-15, or 2024-03-15T09:30:00Z";
            let place = event.place().column(column);
            self.diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).at(place).hint(hint));
            String::new()
        });
        let resource = self.resource(event, resources);
        let amount = self.amount(flow, &resource, corrected.is_some());
        let agreement = promises.of_event(event).filter(|_| !flow.action.is_handling());
        let agreement = agreement.map(|address| self.agreement_of(&address)).unwrap_or_default();
        let source = if event.id.starts_with("urn:truecost:") { "" } else { event.id.as_str() };
        let mut row: Record =
            event.own().map(|(column, cell)| (column.to_owned(), cell.to_owned())).collect();
        let cells = record([
            ("id", flow.id.as_str()),
            ("from", &from),
            ("to", &to),
            ("date", &date),
            ("action", event.text("action").rsplit(['#', ':', '/']).next().unwrap_or_default()),
            ("resource", &resource.id),
            ("agreement", &agreement),
            ("corrects", corrected.unwrap_or_default()),
            ("source", source),
            ("note", event.text("note")),
        ]);
        for (column, cell) in cells.into_iter().chain(amount) {
            row.entry(column).or_insert(cell);
        }
        row
    }

    /// Quantity and value: of a medium of exchange, the quantity is a value.
    fn amount(&mut self, flow: &Flow, resource: &Resource, is_correction: bool) -> Record {
        let event = flow.thing;
        let names = if flow.action.by_effort {
            ["effortQuantity", "resourceQuantity"]
        } else {
            ["resourceQuantity", "effortQuantity"]
        };
        let Some((name, node)) = names.iter().find_map(|name| Some((*name, event.get(name)?))) else {
            return Record::new();
        };
        let place = Place::row(event.file, node.row).column(name);
        let Measure { number, unit } = match measure::measure(node) {
            Ok(measure) => measure,
            Err(text) => {
                let message = format!("`{text}` is not a number");
                let hint = "write digits, at most one point, and no unit";
                self.diagnostics.push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(place).hint(hint));
                return Record::new();
            }
        };
        if number.starts_with('-') && !is_correction {
            let message = format!("`{name}` is {number}, below 0");
            let hint = "only an event that `corrects` another may be negative";
            self.diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(place.clone()).hint(hint));
        }
        let own = self.draft.units.contains_key(&unit);
        let is_account =
            Iso::from_code(&unit).is_some() || own || ["h", "hour", "hours", "none"].contains(&unit.as_str());
        let currency = resource.currency.as_ref().map(|currency| currency.unit.clone());
        match currency.or((resource.is_medium && is_account).then(|| unit.clone())) {
            Some(currency) => {
                if !number.is_empty() {
                    is_kept(&number, place, self.diagnostics);
                }
                record([("value", number.as_str()), ("unit_of_account", &currency)])
            }
            None => {
                if resource.is_medium {
                    let text = format!(
                        "`{}` is a medium of exchange whose currency is not stated: --money {}=EUR says it",
                        resource.id, resource.id
                    );
                    self.told.note(text);
                }
                let unit = if number.is_empty() { String::new() } else { self.unit_code(&unit) };
                record([("quantity", number.as_str()), ("unit", &unit)])
            }
        }
    }

    /// Our code of a unit, or one of its own.
    fn unit_code(&mut self, name: &str) -> String {
        if name.is_empty() || self.draft.units.contains_key(name) || Iso::from_code(name).is_some() {
            return name.to_owned();
        }
        if let Some(code) = measure::code(name, self.reference) {
            return code;
        }
        let id = self.ids.units.id(name, name);
        let cells = record([("id", id.as_str()), ("name", name), ("kind", "physical")]);
        self.draft.units.entry(id.clone()).or_insert(cells);
        self.told.note(format!("the unit `{name}` is not one of ours: it stands in `units`"));
        id
    }
}

/// What the addresses of flows begin with that were written out here.
const OUR_FLOW: &str = "urn:truecost:flow:";

/// Corrections of corrections beyond which nobody means it.
const LONGEST_CHAIN: usize = 100;

/// The flow that an event corrects in the end; `None` if it corrects none.
fn root<'a>(
    flow: &Flow,
    flows: &'a [Flow],
    by_address: &BTreeMap<&str, usize>,
) -> Result<Option<&'a str>, &'static str> {
    let mut address = flow.thing.link("corrects");
    if address.is_empty() {
        return Ok(None);
    }
    for _ in 0..LONGEST_CHAIN {
        let Some(other) = by_address.get(address.as_str()).map(|at| &flows[*at]) else {
            return Err("events that correct what is not a flow here");
        };
        let next = other.thing.link("corrects");
        if next.is_empty() {
            return Ok(Some(&other.id));
        }
        address = next;
    }
    Err("events that correct each other in a circle")
}
