//! Processes: what they make, where and when, and the rule that divides their burden among several products.

use std::fmt;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::region::Location;
use crate::base::unit::Unit;

use super::cells::{Cells, Number, RowRef};
use super::distribution::Distribution;
use super::reference::Reference;
use super::supply::Uncertain;

/// Stage of a process that states none.
const UNSTATED: &str = "unstated";
/// How the rule `physical` begins; the name of a property follows.
const PHYSICAL: &str = "physical:";

/// How the burden of a process is divided among the products it makes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// By what they are worth: price times amount.
    Economic,
    /// By how much they have of a property: its name.
    Physical(String),
    /// One product bears all; each other one saves the process it displaces.
    Substitution,
    /// Not at all: a second product is an error.
    None,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Economic => f.write_str("economic"),
            Self::Physical(property) => write!(f, "{PHYSICAL}{property}"),
            Self::Substitution => f.write_str("substitution"),
            Self::None => f.write_str("none"),
        }
    }
}

/// One product of a process. A process with several has several, of one id.
#[derive(Clone, Debug)]
pub struct Process {
    /// Id.
    pub id: String,
    /// What it makes.
    pub product: String,
    /// How much.
    pub amount: Number,
    /// How sure the amount is, if somebody says.
    pub distribution: Option<Box<Distribution>>,
    /// In which unit.
    pub unit: Unit,
    /// Where.
    pub location: Location,
    /// When.
    pub period: Option<Period>,
    /// Stage of the chain.
    pub stage: String,
    /// Share in the supply of its product x origin.
    pub share: Option<Number>,
    /// The rule that is stated.
    pub allocation: Option<Rule>,
    /// What one `unit` of the product is worth where it leaves the process.
    pub price: Option<(Number, Currency)>,
    /// The process that its product displaces.
    pub displaces: Option<String>,
    /// How much of that process's product it displaces, in the reference unit of that product.
    pub displaced_amount: Option<Number>,
    /// Source.
    pub source: String,
    /// Row.
    pub row: RowRef,
}

/// Reads a row of `processes`.
pub(super) fn process(row: &Cells, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Process> {
    let id = row.id("id", diagnostics);
    let product = row.id("product", diagnostics);
    let amount = output(row, diagnostics);
    let unit = row.unit("unit", &reference.units, diagnostics);
    let location = row.location("region", &reference.regions, diagnostics);
    let period = row.optional_period("period", diagnostics);
    let share = row.optional_number("share", diagnostics);
    let share = share.filter(|share| row.at_least_zero("share", share, diagnostics));
    let allocation = rule(row, diagnostics);
    let price = price(row, diagnostics);
    let displaces = row.optional_id("displaces", diagnostics);
    let displaced_amount = row.optional_positive("displaced_amount", diagnostics);
    if displaced_amount.is_some() && row.text("displaces").is_none() {
        row.required("displaces", diagnostics);
    }
    Some(Process {
        id: id?,
        product: product?,
        amount: amount?,
        distribution: None,
        unit: unit?,
        location: location?,
        period,
        stage: row.text("stage").unwrap_or(UNSTATED).to_owned(),
        share,
        allocation,
        price,
        displaces,
        displaced_amount,
        source: row.string("source"),
        row: row.row_ref(),
    })
}

impl Uncertain for Process {
    fn spread(&mut self, distribution: Distribution) {
        self.distribution = Some(Box::new(distribution));
    }
}

/// What comes out is positive. Who writes what a plant treats as a negative output is told how it is written here.
fn output(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Number> {
    row.required("amount", diagnostics)?;
    let number = row.optional_number("amount", diagnostics)?;
    if number.float > 0.0 {
        return Some(number);
    }
    let message = format!("`amount` must be greater than 0, not {}", row.text("amount").unwrap_or_default());
    let hint = "a process that takes waste in makes the treatment of it: a positive amount, which those who \
                make the waste take as an input";
    let place = row.place().column("amount");
    diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(place).hint(hint));
    None
}

fn rule(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Rule> {
    let text = row.text("allocation")?;
    if let Some(property) = text.strip_prefix(PHYSICAL).map(str::trim).filter(|name| !name.is_empty()) {
        return Some(Rule::Physical(property.to_owned()));
    }
    match text {
        "economic" => Some(Rule::Economic),
        "substitution" => Some(Rule::Substitution),
        "none" => Some(Rule::None),
        _ => {
            let message = format!("`{text}` is not a value of `allocation`");
            let hint = "one of economic, physical:PROPERTY (such as physical:mass_kg), substitution, none";
            let place = row.place().column("allocation");
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
            None
        }
    }
}

fn price(row: &Cells, diagnostics: &mut Diagnostics) -> Option<(Number, Currency)> {
    let price = row.optional_number("price", diagnostics);
    if row.text("price").is_none() && row.text("currency").is_none() {
        return None;
    }
    row.required("price", diagnostics);
    let currency = row.currency("currency", diagnostics);
    Some((price?, currency?))
}

/// Gives the rows of one process what one of them states of all of it, and reports rows that do not agree.
/// `processes` are sorted by id.
pub(super) fn unite(processes: &mut [Process], diagnostics: &mut Diagnostics) {
    for rows in processes.chunk_by_mut(|a, b| a.id == b.id).filter(|rows| rows.len() > 1) {
        let stage = rows.iter().map(|row| row.stage.clone()).find(|stage| stage != UNSTATED);
        let period = rows.iter().find_map(|row| row.period);
        let rule = rows.iter().find_map(|row| row.allocation.clone());
        let location = rows[0].location.clone();
        for row in rows {
            if row.stage == UNSTATED {
                row.stage = stage.clone().unwrap_or_else(|| UNSTATED.to_owned());
            }
            row.period = row.period.or(period);
            row.allocation = row.allocation.take().or_else(|| rule.clone());
            let differs = [
                ("region", row.location != location),
                ("stage", stage.as_ref().is_some_and(|stage| *stage != row.stage)),
                ("period", row.period != period),
                ("allocation", row.allocation != rule),
            ];
            for (column, _) in differs.iter().filter(|(_, differs)| *differs) {
                let message = format!("the rows of `{}` do not agree on `{column}`", row.id);
                let hint = "rows of one id are one process with several products: where, when and how it is \
                            allocated is the same for all";
                let place = row.row.place().column(*column);
                diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            }
        }
    }
}
