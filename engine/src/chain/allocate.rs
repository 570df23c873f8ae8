//! Divides the burden of processes with several products: economic, physical, substitution, none.

use std::collections::BTreeSet;

use num_traits::{One, ToPrimitive, Zero};

use crate::base::decimal::{Exact, Short};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::properties::Property;
use crate::data::supply::{Process, Rule};

use super::allocation::{Allocation, Datum, Output, Rest, Shares, Value};
use super::build::Builder;
use super::convert::to_reference;
use super::worth::worth;

/// Property of a product that its row in `products`, or its unit, states.
const MASS: &str = "mass_kg";

/// What becomes of one product of a process.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    /// It bears this share of all the process takes in and causes.
    Bears(f64),
    /// It stands for so many reference units of what another row of `processes` makes.
    Displaces { row: usize, amount: f64 },
}

/// The roles of the rows of one process, and how they came about; `None` for what was reported.
pub(super) fn allocate(
    builder: &Builder,
    first: usize,
    rows: &[Process],
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<Role>, Option<Allocation>)> {
    if let [only] = rows {
        if only.displaces.is_some() {
            let message =
                format!("`{}` makes `{}` alone: it has nothing beside it to displace", only.id, only.product);
            let hint = "`displaces` is for a second product; give the process a row for its first";
            let place = only.row.place().column("displaces");
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
            return None;
        }
        return Some((vec![Role::Bears(1.0)], None));
    }
    let split = Split::new(builder, rows)?;
    let rule = rows[0].allocation.clone();
    let stated = rule.is_some();
    let rule = rule.unwrap_or(Rule::Economic);
    let used = split.shares(&rule).map_err(|problem| diagnostics.push(problem)).ok()?;
    let roles = if rule == Rule::Substitution {
        let role = |(at, row): (usize, &Process)| match &row.displaces {
            None => Some(Role::Bears(1.0)),
            Some(other) => displaced(builder, first + at, row, other, diagnostics),
        };
        rows.iter().enumerate().map(role).collect::<Option<Vec<Role>>>()?
    } else {
        (0..rows.len()).map(|at| Role::Bears(used.share(at))).collect()
    };
    let others = split.rules().into_iter().filter(|other| *other != rule);
    let others = others.filter_map(|other| split.shares(&other).ok()).collect();
    let output = |row: &Process| Output {
        product: row.product.clone(),
        amount: row.amount.float,
        unit: row.unit.text().to_owned(),
    };
    let outputs = rows.iter().map(output).collect();
    Some((roles, Some(Allocation { process: rows[0].id.clone(), stated, outputs, used, others })))
}

/// The row that a product stands for, and how much of it.
fn displaced(
    builder: &Builder,
    own: usize,
    row: &Process,
    other: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Role> {
    let place = || row.row.place().column("displaces");
    let Some(rows) = builder.rows_of(other) else {
        builder.no_process_at(&row.row, "displaces", other, diagnostics);
        return None;
    };
    if rows.contains(&own) {
        let message = format!("`{}` displaces itself", row.id);
        let hint = "name the process that makes less because of this product";
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place()).hint(hint));
        return None;
    }
    let processes = &builder.supply.processes;
    let same = rows.clone().find(|&at| processes[at].product == row.product);
    let Some(target) = same.or_else(|| (rows.len() == 1).then_some(rows.start)) else {
        let message = format!("`{other}` makes several products, none of them `{}`", row.product);
        let hint = "name a process with one product, or one that makes this product";
        diagnostics.push(Diagnostic::error(codes::NO_SHARE, message).at(place()).hint(hint));
        return None;
    };
    if let Some(amount) = &row.displaced_amount {
        return Some(Role::Displaces { row: target, amount: amount.float });
    }
    let (_, product) = builder.product(&processes[target].product)?;
    match to_reference(product, &row.unit, None, &builder.kilogram) {
        Ok(ratio) => Some(Role::Displaces { row: target, amount: ratio.apply(row.amount.float) }),
        Err(why) => {
            let message = format!("how much `{}` does `{}` displace? {why}", product.id, row.product);
            let hint = format!("state `displaced_amount`, in {}", product.unit.text());
            let place = row.row.place().column("displaced_amount");
            diagnostics.push(Diagnostic::error(codes::NO_SHARE, message).at(place).hint(hint));
            None
        }
    }
}

/// A property of one reference unit.
struct PerUnit {
    each: Exact,
    unit: String,
    /// The datum that says so, and what a unit of it is.
    on: Option<(Datum, Exact)>,
}

/// One process with several products.
struct Split<'a> {
    builder: &'a Builder<'a>,
    rows: &'a [Process],
    /// How much of each, in reference units.
    outputs: Vec<Exact>,
}

impl<'a> Split<'a> {
    /// `None`: an amount does not convert, which is reported elsewhere.
    fn new(builder: &'a Builder<'a>, rows: &'a [Process]) -> Option<Self> {
        let output = |row: &Process| {
            let (_, product) = builder.product(&row.product)?;
            let ratio = to_reference(product, &row.unit, None, &builder.kilogram).ok()?;
            Some(&row.amount.exact * ratio.exact())
        };
        Some(Self { builder, rows, outputs: rows.iter().map(output).collect::<Option<_>>()? })
    }

    /// All rules that the data may permit.
    fn rules(&self) -> Vec<Rule> {
        let products: BTreeSet<&str> = self.rows.iter().map(|row| row.product.as_str()).collect();
        let properties = &self.builder.supply.properties;
        let mut names: BTreeSet<&str> = properties
            .iter()
            .filter(|p| products.contains(p.product.as_str()))
            .map(|p| p.property.as_str())
            .collect();
        names.insert(MASS);
        let physical = names.into_iter().map(|name| Rule::Physical(name.to_owned()));
        std::iter::once(Rule::Economic).chain(physical).chain([Rule::Substitution]).collect()
    }

    fn shares(&self, rule: &Rule) -> Result<Shares, Diagnostic> {
        let values = match rule {
            Rule::Economic => worth(self.builder, self.rows, &self.outputs)?,
            Rule::Physical(property) => self.amounts(property)?,
            Rule::Substitution => self.determining()?,
            Rule::None => return Err(self.none()),
        };
        let sum: Exact = values.iter().map(|value| &value.amount).sum();
        if sum <= Exact::zero() {
            let message =
                format!("nothing that `{}` makes has a share under `{rule}`: all are 0", self.rows[0].id);
            let hint = "at least one product needs a value greater than 0; choose another `allocation`";
            return Err(self.problem(message, hint));
        }
        let mut shares = Shares {
            rule: rule.clone(),
            shares: Vec::with_capacity(values.len()),
            basis: Vec::with_capacity(values.len()),
            rests: Vec::with_capacity(values.len()),
            sum,
        };
        for value in values {
            shares.shares.push(value.amount / &shares.sum);
            shares.basis.push(value.basis);
            shares.rests.push(value.rests);
        }
        Ok(shares)
    }

    fn problem(&self, message: String, hint: impl Into<String>) -> Diagnostic {
        Diagnostic::error(codes::NO_SHARE, message).at(self.rows[0].row.place()).hint(hint)
    }

    fn none(&self) -> Diagnostic {
        let names: Vec<String> = self.rows.iter().map(|row| format!("`{}`", row.product)).collect();
        let message = format!(
            "the process `{}` makes {} and its allocation is none",
            self.rows[0].id,
            names.join(" and ")
        );
        let hint = "state `allocation`: economic, physical:PROPERTY or substitution; or split the process, with the \
                    inputs and interventions of each";
        Diagnostic::error(codes::CO_PRODUCT, message).at(self.rows[1].row.place()).hint(hint)
    }

    /// How much of a property each output has.
    fn amounts(&self, property: &str) -> Result<Vec<Value>, Diagnostic> {
        let found: Vec<Option<PerUnit>> =
            self.rows.iter().map(|row| self.per_unit(row, property)).collect::<Result<_, _>>()?;
        let silent: Vec<&str> = self
            .rows
            .iter()
            .zip(&found)
            .filter(|(_, found)| found.is_none())
            .map(|(row, _)| row.product.as_str())
            .collect();
        if !silent.is_empty() {
            let message = format!(
                "no `{property}` of {}: the allocation of `{}` needs it",
                silent.join(", "),
                self.rows[0].id
            );
            let hint = if property == MASS {
                "state `mass_kg` in products"
            } else {
                "state it in the table properties: product, property, amount per reference unit, unit"
            };
            return Err(self.problem(message, hint));
        }
        let value = |(per_unit, (row, output)): (PerUnit, (&Process, &Exact))| {
            let PerUnit { each, unit, on } = per_unit;
            let reference = self.builder.product(&row.product).map_or("", |(_, p)| p.unit.text());
            let amount = &each * output;
            let basis = format!(
                "{} {unit} per {reference} x {} {reference} = {} {unit}",
                Short(&each, 12),
                Short(output, 12),
                Short(&amount, 12)
            );
            let slope = |(on, ratio): (Datum, Exact)| Rest {
                on,
                slope: (ratio * output).to_f64().unwrap_or(f64::NAN),
                only_up: false,
            };
            Value { amount, basis, rests: on.into_iter().map(slope).collect() }
        };
        Ok(found.into_iter().flatten().zip(self.rows.iter().zip(&self.outputs)).map(value).collect())
    }

    /// A property of one reference unit of a product, in the unit in which the first product states it.
    fn per_unit(&self, row: &Process, property: &str) -> Result<Option<PerUnit>, Diagnostic> {
        let stated = |row: &Process| {
            let of = |process: Option<&str>| self.builder.property(property, &row.product, process);
            of(Some(&row.id)).or_else(|| of(None))
        };
        let Some(own) = stated(row) else {
            return Ok(self.mass(row).filter(|_| property == MASS));
        };
        let (at, own) = own;
        let base: &Property = self.rows.iter().find_map(stated).map_or(own, |(_, property)| property);
        let base = if property == MASS { &self.builder.kilogram } else { &base.unit };
        match own.unit.ratio_to(base) {
            Ok(ratio) => Ok(Some(PerUnit {
                each: &own.amount.exact * ratio.exact(),
                unit: base.text().to_owned(),
                on: Some((Datum::Property(at), ratio.exact().clone())),
            })),
            Err(why) => {
                let message = format!("`{property}` is measured in `{}` elsewhere: {why}", base.text());
                let place = own.row.place().column("unit");
                Err(Diagnostic::error(codes::WRONG_UNIT, message).at(place))
            }
        }
    }

    fn mass(&self, row: &Process) -> Option<PerUnit> {
        let (_, product) = self.builder.product(&row.product)?;
        let unit = "kg".to_owned();
        if product.unit.is_mass()
            && let Ok(ratio) = product.unit.ratio_to(&self.builder.kilogram)
        {
            return Some(PerUnit { each: ratio.exact().clone(), unit, on: None });
        }
        let mass = product.mass_kg.as_ref()?.exact.clone();
        Some(PerUnit { each: mass, unit, on: Some((Datum::Mass, Exact::one())) })
    }

    /// Substitution: the one product that displaces nothing bears it all.
    fn determining(&self) -> Result<Vec<Value>, Diagnostic> {
        let main: Vec<&Process> = self.rows.iter().filter(|row| row.displaces.is_none()).collect();
        if main.len() != 1 {
            let names: Vec<&str> = main.iter().map(|row| row.product.as_str()).collect();
            let (message, hint) = if main.is_empty() {
                let message = format!("all that `{}` makes displaces something", self.rows[0].id);
                (message, "leave `displaces` of the product for whose sake it runs empty")
            } else {
                let message = format!(
                    "what do {} of `{}` displace? All but one product need to say",
                    names.join(", "),
                    self.rows[0].id
                );
                (message, "state `displaces`, a process, of all products but the one for whose sake it runs")
            };
            return Err(self.problem(message, hint));
        }
        let value = |row: &Process| {
            let (amount, basis) = match &row.displaces {
                None => (Exact::one(), "bears all".to_owned()),
                Some(process) => (Exact::zero(), format!("displaces {process}")),
            };
            Value { amount, basis, rests: Vec::new() }
        };
        Ok(self.rows.iter().map(value).collect())
    }
}
