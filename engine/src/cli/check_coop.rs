//! `truecost check` of a co-op: its tables, what it holds, and what other commands would refuse.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, plain, scaled, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::base::money::Money;
use crate::base::period::Period;
use crate::base::progress::Progress;
use crate::data::coop::living::LivingData;
use crate::data::coop::members::{self, MemberTables};
use crate::data::coop::records::Records;
use crate::data::coop::trade;
use crate::data::manifest::Kind;
use crate::data::reference::Reference;
use crate::data::source::{Library, Opened, Source};
use crate::fairtrade::books::{self, Amounts};
use crate::fairtrade::living::{Benchmarks, Terms, check_persons, income_gaps, wage_gaps};
use crate::fairtrade::surplus::{self, RuleSet, distribute};
use crate::report::coop::mass_balance::check_stocks;
use crate::report::coop::pay;
use crate::report::display::single;
use crate::valuation::Overrides;

use super::check::{counted, supply};

/// Reads the tables of a co-op, and its supply tables if it has them; says what it holds.
pub(super) fn coop(
    source: Source,
    library: &Library,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let mut opened = source.clone().open(Kind::Coop, diagnostics)?;
    trade::check(&mut opened, reference, diagnostics);
    living(&opened, reference, diagnostics);
    let (records, amounts) = books::check(opened.clone(), reference, progress, diagnostics);
    let members = members::check(&mut opened, diagnostics);
    RuleSet::check_own(&members.rules, diagnostics);
    let has_supply = opened.has("products");
    let supply = if has_supply { supply(source, reference, progress, diagnostics) } else { None };
    if !diagnostics.has_errors() {
        try_all(&opened, &members, library, diagnostics);
    }
    let held = held(&records, &amounts);
    let rest = if has_supply { supply? } else { opened.hash() };
    Some(held.into_iter().chain([rest]).collect::<Vec<_>>().join(", "))
}

/// What people earn and need: the tables, and what is lacking, for a benchmark may be missing or of another currency.
fn living(opened: &Opened, reference: &Reference, diagnostics: &mut Diagnostics) {
    let data = LivingData::read(opened.clone(), reference, diagnostics);
    if !data.workers.is_empty() || !data.households.is_empty() {
        diagnostics.extend(reference.benchmark_problems.clone());
    }
    let overrides = Overrides::default();
    let benchmarks =
        Benchmarks::new(&data.benchmarks, reference.benchmarks.values()).with_rows(&data.benchmark_ids);
    let terms = Terms::new(benchmarks, reference, &overrides);
    check_persons(&data, diagnostics);
    wage_gaps(&data, &terms, diagnostics);
    income_gaps(&data, None, &terms, diagnostics);
}

/// Tries the commands whose problems no table shows: each that would fail is a warning, with its name.
fn try_all(opened: &Opened, members: &MemberTables, library: &Library, diagnostics: &mut Diagnostics) {
    let mut warn = |command: &str, found: &Diagnostics| {
        for problem in found.sorted().into_iter().filter(|problem| problem.severity == Severity::Error) {
            let message = format!("`truecost {command}` will fail: {}", problem.message);
            diagnostics.push(Diagnostic { severity: Severity::Warning, message, ..problem.clone() });
        }
    };
    if opened.has("surpluses") {
        let mut found = Diagnostics::new();
        distribute(members, &surplus::Asked::default(), library, &mut found);
        warn("fairtrade surplus", &found);
    }
    if opened.has("contracts") {
        let mut found = Diagnostics::new();
        pay::check(opened.clone(), library, &mut found);
        warn("fairtrade pay", &found);
    }
    if ["movements", "deliveries", "contracts"].into_iter().any(|table| opened.has(table)) {
        let mut found = Diagnostics::new();
        check_stocks(opened.clone(), library, &mut found);
        warn("fairtrade mass-balance", &found);
    }
}

/// How many there are of what, in which amounts, and from when to when. Nothing is said of what there is none of.
fn held(records: &Records, amounts: &Amounts) -> Vec<String> {
    let mut parts = Vec::new();
    let mut add = |count: usize, (one, many): (&str, &str), what: String| {
        if count > 0 {
            parts.push(format!("{}{what}", counted(count, one, many)));
        }
    };
    add(records.producers.len(), ("producer", "producers"), String::new());
    add(records.deliveries.len(), ("delivery", "deliveries"), brackets(&weights(records), " net"));
    add(records.prices.len(), ("buying price", "buying prices"), String::new());
    let paid = sums(records.payments.iter().map(|row| (row.currency, row.amount)));
    add(records.payments.len(), ("payment", "payments"), brackets(&paid, ""));
    let taken = sums(records.deductions.iter().map(|row| (row.currency, row.amount)));
    add(records.deductions.len(), ("deduction", "deductions"), brackets(&taken, ""));
    let second = sums(
        amounts.seconds.iter().map(|second| (amounts.deliveries[second.valued].currency, second.amount)),
    );
    add(records.second_payments.len(), ("second payment", "second payments"), brackets(&second, ""));
    parts.extend(span(records));
    parts
}

fn brackets(parts: &[String], after: &str) -> String {
    if parts.is_empty() { String::new() } else { format!(" ({}{after})", parts.join(", ")) }
}

/// Net weights, in the co-op's unit where they convert to it.
fn weights(records: &Records) -> Vec<String> {
    let mut sums: BTreeMap<&str, Exact> = BTreeMap::new();
    for delivery in &records.deliveries {
        let own = records.settings.weight_unit.as_ref();
        let ratio = own.and_then(|own| Some((own, delivery.unit.ratio_to(own).ok()?)));
        let (unit, net) = match &ratio {
            Some((own, ratio)) => (own.text(), &delivery.net() * ratio.exact()),
            None => (delivery.unit.text(), delivery.net()),
        };
        let sum = sums.entry(unit).or_insert_with(zero);
        *sum += net;
    }
    sums.into_iter().map(|(unit, sum)| format!("{} {unit}", grouped(&plain(&scaled(&sum, 3), 3)))).collect()
}

fn sums(all: impl Iterator<Item = (Currency, Money)>) -> Vec<String> {
    let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
    for (currency, amount) in all {
        let sum = sums.entry(currency).or_default();
        *sum = *sum + amount;
    }
    sums.into_iter()
        .map(|(currency, sum)| format!("{} {currency}", grouped(&single(sum, currency))))
        .collect()
}

/// `1234567.5` is `1,234,567.5`.
fn grouped(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut text = String::new();
    for (at, digit) in number.char_indices() {
        let is_third = at > 0 && at < whole && (whole - at).is_multiple_of(3);
        if is_third && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The first and the last day of all records.
fn span(records: &Records) -> Option<String> {
    let days = records.deliveries.iter().map(|row| row.date);
    let days = days.chain(records.payments.iter().map(|row| row.date));
    let days: Vec<Period> = days.chain(records.deductions.iter().map(|row| row.date)).collect();
    let (first, last) = (days.iter().min()?, days.iter().max()?);
    Some(format!("{first} to {last}"))
}
