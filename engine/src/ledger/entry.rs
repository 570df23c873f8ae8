//! What of a flow is booked: how much of which unit, on which day, by which row; or why it is not.

use crate::base::decimal::plain;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{BOOK_SCALE, Money};
use crate::data::flows::Field;
use crate::data::postings::{ANSWERS, Answer, MEASURED, Measured, PASSES, Passes, word};
use crate::regime::Judged;

use super::answers::{Share, shares};
use super::rules::{Facts, PostingRules};

/// A part of a flow that is booked by one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The flow.
    pub flow: usize,
    /// How much.
    pub amount: Money,
    /// Of what.
    pub unit: String,
    /// Its value, or its quantity.
    pub measured: Measured,
    /// Place of the row of the table of postings.
    pub row: usize,
    /// Place of the row by which a lone payment was booked that this is delivered for.
    pub booked: Option<usize>,
}

/// A flow that is not booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotBooked {
    /// The flow.
    pub flow: usize,
    /// Why.
    pub reason: &'static str,
}

/// What was read off a flow before its row is looked for.
pub(super) struct Booked<'a> {
    pub(super) flow: usize,
    pub(super) amount: Money,
    pub(super) unit: &'a str,
    pub(super) measured: Measured,
    pub(super) passes: Passes,
}

/// Says of every flow what is booked.
pub(super) fn entries(
    judged: &Judged,
    rules: &PostingRules,
    diagnostics: &mut Diagnostics,
) -> (Vec<Entry>, Vec<NotBooked>) {
    let (mut amounts, mut not_booked) = (Vec::new(), Vec::new());
    for flow in 0..judged.data.flows.len() {
        match amount(flow, judged, diagnostics) {
            Ok(amount) => amounts.extend(amount),
            Err(reason) => not_booked.push(NotBooked { flow, reason }),
        }
    }
    let mut entries = Vec::with_capacity(amounts.len());
    for (found, parts) in amounts.iter().zip(shares(judged, rules, &amounts)) {
        for Share { amount, answer, booked } in parts {
            match row(found, answer, judged, rules) {
                Ok(row) => entries.push(Entry {
                    flow: found.flow,
                    amount,
                    unit: found.unit.to_owned(),
                    measured: found.measured,
                    row,
                    booked,
                }),
                Err(diagnostic) => {
                    diagnostics.push(diagnostic);
                    break;
                }
            }
        }
    }
    (entries, not_booked)
}

/// The value of a flow; where it states none, its quantity. `Ok(None)`: a problem was reported.
fn amount<'a>(
    flow: usize,
    judged: &'a Judged,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Booked<'a>>, &'static str> {
    let flows = &judged.data.flows;
    let terms = flows.terms_of(flow);
    if flows.from(flow).is_none() && flows.to(flow).is_none() {
        return Err("neither giver nor receiver is stated");
    }
    let value = flows.value(flow);
    let unit = Some(&*terms.unit_of_account).filter(|unit| !unit.is_empty() && *unit != "none");
    if let (Some(amount), Some(unit)) = (value.filter(|value| *value != Money::ZERO), unit) {
        let found = Booked { flow, amount, unit, measured: Measured::Value, passes: passes(flow, judged) };
        return Ok(whole(&found, "value", judged, diagnostics).then_some(found));
    }
    let quantity = flows.quantity(flow).filter(|quantity| *quantity != 0.0);
    let (Some(quantity), false) = (quantity, terms.unit.is_empty()) else {
        return Err(match (value, unit, quantity) {
            (Some(_), None, _) if value != Some(Money::ZERO) => "a value without a unit of account",
            (_, _, Some(_)) => "a quantity without a unit",
            (Some(_), ..) => "its value is 0",
            _ => "neither value nor quantity is stated",
        });
    };
    let exact = flows.exact_quantity(flow).and_then(|exact| Money::round(&exact).ok());
    let Some(amount) = exact.filter(|amount| *amount != Money::ZERO) else {
        let message = format!("the quantity {quantity} cannot be booked");
        let hint = "quantities are booked with twelve decimals, and are at most 10^14: use another unit";
        let place = flows.place(flow).column("quantity");
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place).hint(hint));
        return Ok(None);
    };
    let passes = passes(flow, judged);
    let found = Booked { flow, amount, unit: &terms.unit, measured: Measured::Quantity, passes };
    let counted = passes != Passes::Unit || whole(&found, "quantity", judged, diagnostics);
    Ok(counted.then_some(found))
}

/// A posting is at the minor unit: an amount with more decimals cannot be owed or paid.
fn whole(found: &Booked, column: &str, judged: &Judged, diagnostics: &mut Diagnostics) -> bool {
    let Some(digits) = judged.data.units.minor(found.unit) else { return true };
    let fine = found.amount.units() % 10_i128.pow(BOOK_SCALE - digits.min(BOOK_SCALE)) == 0;
    if !fine {
        let amount = plain(&found.amount.units().into(), BOOK_SCALE);
        let message = format!("{amount} is not a whole number of the smallest part of {}", found.unit);
        let hint = format!(
            "books are kept at the minor unit, here {digits} decimals; state `decimals` of {} in the table `units` if it has more",
            found.unit
        );
        let place = judged.data.flows.place(found.flow).column(column);
        diagnostics.push(Diagnostic::error(codes::NOT_WHOLE, message).at(place).hint(hint));
    }
    fine
}

/// What passes: as the resource says; else as what comes back for it says; else a flow that names no resource and no
/// quantity passes what its value is counted in. A correction passes what the corrected flow did.
fn passes(flow: usize, judged: &Judged) -> Passes {
    let flows = &judged.data.flows;
    let flow = flows.root(flow);
    let terms = flows.terms_of(flow);
    match Field::CounterflowKind.word(terms.resource_kind) {
        "money" | "credit" | "hours" => return Passes::Unit,
        "goods_services" | "attention_data" | "same_kind" => return Passes::Goods,
        "claim" => return Passes::Claim,
        _ => {}
    }
    let features = judged.prepared.features[flow];
    let bare = terms.resource.is_empty() && flows.quantity(flow).is_none();
    match features.word(Field::CounterflowKind) {
        "money" | "credit" | "hours" if !bare => Passes::Goods,
        "goods_services" if flows.quantity(flow).is_none() => Passes::Unit,
        _ if bare => Passes::Unit,
        _ if flows.quantity(flow).is_some() || terms.action.as_ref() == "work" => Passes::Goods,
        _ => Passes::Unknown,
    }
}

/// The row that fits an amount for which something comes back.
pub(super) fn row(
    amount: &Booked,
    answer: Answer,
    judged: &Judged,
    rules: &PostingRules,
) -> Result<usize, Diagnostic> {
    let (flow, flows) = (amount.flow, &judged.data.flows);
    let terms = flows.terms_of(flows.root(flow));
    let facts = Facts {
        class: judged.classified.judgement(flow).class,
        passes: amount.passes,
        measured: amount.measured,
        part: terms.part,
        answer,
        action: &terms.action,
        features: judged.prepared.features[flow],
    };
    rules.fitting(facts).ok_or_else(|| {
        let message = format!(
            "no row of the table of postings `{}` fits `{}`: class {}, passes {}, measured {}, part {}, answer {}",
            rules.table.name,
            flows.id(flow),
            facts.class,
            word(&PASSES, facts.passes),
            word(&MEASURED, facts.measured),
            facts.part.word(),
            word(&ANSWERS, facts.answer)
        );
        let hint = "add a row that fits it; one with empty cells fits every flow";
        Diagnostic::error(codes::NO_POSTING, message).at(flows.place(flow)).hint(hint)
    })
}
