//! Work: which flows are work, how many hours, and whether money pays for them.

use num_traits::One;

use crate::base::decimal::Exact;
use crate::base::money::Money;
use crate::base::unit::Unit;
use crate::data::flows::{Class, Field, FlowData, Regime, Terms};
use crate::data::reference::Reference;
use crate::pricing::line::at_line_scale;
use crate::regime::Judged;

/// The action of work, in the words of Valueflows.
const WORK: &str = "work";

/// Kinds of agents that work themselves; others have people who work for them, and pay them or not. A kind that is not
/// stated may be one of these.
const PEOPLE: [&str; 5] = ["person", "household", "commune", "informal_group", ""];

/// Who works for nothing: for their own household, or for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unpaid {
    /// Within a household.
    Household,
    /// For others.
    Volunteer,
}

impl Unpaid {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Household, Self::Volunteer];

    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Volunteer => "volunteer",
        }
    }
}

/// How the hours of work of some terms are stated.
#[derive(Clone, Debug)]
enum Hours {
    /// They are not work.
    No,
    /// As a quantity: so many hours is one unit of it.
    Quantity(Exact),
    /// As a value, counted in hours.
    Value,
    /// Not at all.
    NotStated,
}

/// The work of a dataset.
#[derive(Clone, Debug)]
pub struct Work<'a> {
    judged: &'a Judged,
    /// By terms: as a quantity, and as a value.
    stated: Vec<[Hours; 2]>,
}

impl<'a> Work<'a> {
    /// Finds the work of a dataset. A flow is work where its action is `work`, or where it states no action and its
    /// resource states a task: a program is written by work, and copied without.
    pub fn new(judged: &'a Judged, reference: &Reference) -> Self {
        let hour = reference.units.unit("h").ok();
        let data = &judged.data;
        let stated = data.flows.terms().iter().map(|terms| hours_of(terms, data, hour.as_ref(), reference));
        Self { judged, stated: stated.collect() }
    }

    /// Is it work?
    pub fn is_work(&self, flow: usize) -> bool {
        !matches!(self.stated[self.judged.data.flows.term(flow)][0], Hours::No)
    }

    /// Hours of work, rounded half-even to 1e-6: its quantity in a unit of time, else its value counted in hours.
    /// `None`: it is no work, or nobody says how long it took.
    pub fn hours(&self, flow: usize) -> Option<Money> {
        let flows = &self.judged.data.flows;
        let [quantity, value] = &self.stated[flows.term(flow)];
        if let Hours::Quantity(ratio) = quantity
            && let Some(quantity) = flows.exact_quantity(flow)
        {
            let hours = if ratio.is_one() { quantity } else { quantity * ratio };
            return at_line_scale(&hours).ok();
        }
        if matches!(value, Hours::Value) { flows.value(flow) } else { None }
    }

    /// The kind of unpaid work of people, in commons and reciprocity flows that no currency pays for.
    pub fn unpaid(&self, flow: usize) -> Option<Unpaid> {
        let class = self.judged.classified.judgement(flow).class;
        let common = [Regime::Commons, Regime::Reciprocity].contains(&class.regime());
        let features = self.judged.prepared.features[flow];
        let by_people = PEOPLE.contains(&features.word(Field::FromKind));
        if !common || !by_people || !self.is_work(flow) || self.is_paid(flow) {
            return None;
        }
        let relation = features.word(Field::Relation);
        let at_home = Some(class) == Class::named("commons.household") || relation == "same_household";
        Some(if at_home { Unpaid::Household } else { Unpaid::Volunteer })
    }

    /// Money comes back for it; or nobody says what comes back, and it is valued in a currency.
    fn is_paid(&self, flow: usize) -> bool {
        let features = self.judged.prepared.features[flow];
        match features.word(Field::CounterflowKind) {
            "money" => true,
            "" => {
                let value = self.judged.data.flows.value(flow);
                features.word(Field::UnitKind) == "currency"
                    && value.is_some_and(|value| value != Money::ZERO)
            }
            _ => false,
        }
    }

    /// The task of a flow.
    pub fn task(&self, flow: usize) -> Option<&'a str> {
        let data = &self.judged.data;
        task_of(data, data.flows.terms_of(flow))
    }
}

/// The task that the resource of some terms states.
fn task_of<'a>(data: &'a FlowData, terms: &Terms) -> Option<&'a str> {
    data.resources.as_deref()?.get(terms.place? as usize)?.task.as_deref()
}

fn hours_of(terms: &Terms, data: &FlowData, hour: Option<&Unit>, reference: &Reference) -> [Hours; 2] {
    let is_work = match &*terms.action {
        WORK => true,
        "" => task_of(data, terms).is_some(),
        _ => false,
    };
    if terms.is_claim() || !is_work {
        return [Hours::No, Hours::No];
    }
    let hours = |kind: u8| Field::UnitKind.word(kind) == "hours";
    let ratio = match data.units.get(&terms.unit) {
        Some(own) => hours(own.kind).then(Exact::one),
        None => {
            let unit = reference.units.unit(&terms.unit).ok().zip(hour);
            unit.and_then(|(unit, hour)| Some(unit.ratio_to(hour).ok()?.exact().clone()))
        }
    };
    let value = data.units.kind(&terms.unit_of_account).is_some_and(hours);
    [ratio.map_or(Hours::NotStated, Hours::Quantity), if value { Hours::Value } else { Hours::NotStated }]
}
