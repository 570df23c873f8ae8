//! Why a flow is what it is, in plain words.

use std::fmt::Write as _;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::flows::{Class, Field, UNKNOWN};
use crate::regime::Verdict;

use super::{Regimes, part};

/// Explains a flow; `None` where there is no flow of that id.
pub fn explain(regimes: &Regimes, id: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let flows = &regimes.data.flows;
    let Some(flow) = flows.find(id) else {
        let diagnostic = Diagnostic::error(codes::NOT_FOUND, format!("there is no flow `{id}`"));
        diagnostics.push(match diagnostics.nearest(id, flows.ids()) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
        return None;
    };
    let verdict = &regimes.classified.verdict(flow, regimes.rules);
    let mut text = headline(regimes, flow);
    text.push_str(&class(regimes, flow, verdict));
    text.push_str(&why(regimes, verdict));
    text.push_str(&statements(regimes, flow));
    text.push_str(&derived(regimes, flow));
    text.push_str(&beside(regimes, flow, verdict));
    Some(text)
}

/// Who gives what to whom.
fn headline(regimes: &Regimes, flow: usize) -> String {
    let flows = &regimes.data.flows;
    let terms = flows.terms_of(flow);
    let named = |agent: Option<usize>| match agent {
        Some(agent) => {
            let agent = &regimes.data.agents[agent];
            match Field::FromKind.word(agent.kind) {
                "" => agent.name.clone(),
                kind => format!("{} ({})", agent.name, kind.replace('_', " ")),
            }
        }
        None => "somebody who is not stated".to_owned(),
    };
    let mut text = format!("{}: {} gives", flows.id(flow), named(flows.from(flow)));
    if let Some(quantity) = flows.quantity(flow) {
        let _ = write!(text, " {quantity} {}", terms.unit);
        let _ = write!(text, "{}", if terms.resource.is_empty() { "" } else { " of" });
    }
    let what = if terms.resource.is_empty() { "something" } else { &terms.resource };
    let _ = write!(text, " {what} to {}", named(flows.to(flow)));
    let when = flows.when(flow);
    if let Some(day) = when.day().and_then(Period::of_day) {
        let _ = write!(text, ", {day}");
    } else if let Some(year) = when.year() {
        let _ = write!(text, ", {year:04}");
        let _ = when.month().map(|month| write!(text, "-{month:02}"));
    }
    if let Some(value) = flows.value(flow) {
        let _ = write!(text, ", value {value} {}", terms.unit_of_account);
    }
    let _ = write!(text, "  [{}]", flows.place(flow));
    if !terms.source.is_empty() {
        let _ = write!(text, "  {}", terms.source);
    }
    text.trim_end().to_owned() + "\n\n"
}

fn class(regimes: &Regimes, flow: usize, verdict: &Verdict) -> String {
    let mut text = format!("{}, confidence {}", verdict.class, part(verdict.confidence));
    match regimes.classified.mode(flow) {
        "" => {}
        mode => {
            let _ = write!(text, "; mode {}", mode.replace('_', " "));
        }
    }
    text.push('\n');
    if let Some((class, confidence)) = verdict.runner_up {
        let _ = writeln!(text, "  it might be {class} instead ({})", part(confidence));
    }
    text
}

/// The rules that decided, or could have, and what lowered the confidence.
fn why(regimes: &Regimes, verdict: &Verdict) -> String {
    let table = &regimes.rules.table;
    let mut text = String::new();
    if verdict.rule.is_none() {
        let classes: std::collections::BTreeSet<Class> =
            verdict.candidates.iter().map(|c| table.rules[c.rule].class).collect();
        let _ = writeln!(
            text,
            "  nothing is claimed: {} rules could decide, and they lead to {} classes",
            verdict.candidates.len(),
            classes.len()
        );
    }
    text.push_str("\nrules\n");
    for candidate in &verdict.candidates {
        let rule = &table.rules[candidate.rule];
        let state = if Some(candidate.rule) == verdict.rule { "holds" } else { "could hold" };
        let at = format!("{}/rules.csv:{}", table.name, rule.row.row);
        let _ = writeln!(
            text,
            "  {} {state}: {} ({})  [{at}]  {}",
            rule.id,
            rule.class,
            part(candidate.confidence),
            rule.source
        );
        let _ = writeln!(text, "    when {}", rule.when);
        if !rule.note.is_empty() {
            let _ = writeln!(text, "    {}", rule.note);
        }
    }
    let mut named = Vec::new();
    for reason in &verdict.reasons {
        let penalties = table.penalties.iter().filter(|penalty| penalty.code == reason.code);
        for penalty in penalties {
            let bears = verdict.candidates.iter().any(|candidate| {
                penalty.rules.is_empty() || penalty.rules.contains(&table.rules[candidate.rule].id)
            });
            if bears && !named.contains(&&penalty.code) {
                named.push(&penalty.code);
                let sure = if reason.certain { "" } else { ", perhaps" };
                let _ =
                    writeln!(text, "  {} -{}{sure}: {}", penalty.code, part(penalty.amount), penalty.note);
            }
        }
    }
    text
}

/// What is stated of the flow, and what is not.
fn statements(regimes: &Regimes, flow: usize) -> String {
    let features = regimes.prepared.features[flow];
    let mut text = String::from("\nstated\n");
    let mut silent = Vec::new();
    let contested: Vec<Field> = regimes.prepared.contested.of(flow).collect();
    for field in Field::ALL.into_iter().filter(|field| !field.is_derived()) {
        if contested.contains(&field) {
            let own = regimes.data.flows.terms_of(flow).stated.word(field);
            let other = if field == Field::Relation {
                "agents and memberships"
            } else {
                "other flows of the agreement"
            };
            let _ =
                writeln!(text, "  {}: {own}, but {other} say otherwise: taken as not known", field.name());
            continue;
        }
        if features.get(field) == UNKNOWN {
            silent.push(field.name());
            continue;
        }
        let _ =
            writeln!(text, "  {}: {}{}", field.name(), features.word(field), origin(regimes, flow, field));
    }
    if !silent.is_empty() {
        let _ = writeln!(text, "  not stated: {}", silent.join(", "));
    }
    text
}

/// Where a value comes from, if not from the row itself.
fn origin(regimes: &Regimes, flow: usize, field: Field) -> String {
    let flows = &regimes.data.flows;
    let terms = flows.terms_of(flow);
    match field {
        Field::FromKind | Field::ToKind => return String::new(),
        Field::LicenceClass if !terms.licence.is_empty() => return format!("  ({})", terms.licence),
        Field::Certification if !terms.certification.is_empty() => {
            return format!("  ({})", terms.certification);
        }
        Field::UnitKind if !terms.unit_of_account.is_empty() => {
            return format!("  ({})", terms.unit_of_account);
        }
        _ => {}
    }
    if terms.stated.get(field) != UNKNOWN {
        return String::new();
    }
    if let Some(agreement) = flows.agreement(flow)
        && regimes.data.agreements[agreement].stated.get(field) != UNKNOWN
    {
        return format!("  (agreement {})", regimes.data.agreements[agreement].id);
    }
    if crate::flows::constants(flow, regimes.data).get(field) == regimes.prepared.features[flow].get(field) {
        return "  (the manifest, of all flows that say nothing else)".to_owned();
    }
    if field == Field::Relation {
        return "  (agents and memberships)".to_owned();
    }
    "  (other flows of the agreement)".to_owned()
}

/// What the graph of flows says.
fn derived(regimes: &Regimes, flow: usize) -> String {
    let Some(pair) = regimes.prepared.counterflows.pair(flow) else { return String::new() };
    let unit = &regimes.prepared.counterflows.units[pair.unit as usize];
    let names = [pair.first, pair.second].map(|agent| regimes.data.agents[agent as usize].id.as_str());
    let money = |units: i128| crate::base::decimal::plain(&units.into(), crate::base::money::BOOK_SCALE);
    let mut text = format!(
        "\nderived from all flows between the two in {unit}; it lowers a confidence and never chooses a class\n  \
         {} to {}: {}; back: {}\n  matched within a day, a month, a year: {:.2}, {:.2}, {:.2}",
        names[0],
        names[1],
        money(pair.there),
        money(pair.back),
        pair.share(0),
        pair.share(1),
        pair.share(2)
    );
    if let Some(lag) = pair.lag_days {
        let _ = write!(text, "; half of it after {lag} days or less");
    }
    text + "\n" + &circle(regimes, flow)
}

/// How much of what is given around a flow can go round.
fn circle(regimes: &Regimes, flow: usize) -> String {
    let Some(circle) = regimes.circles.of(flow, &regimes.prepared.counterflows) else {
        return "  none of it can go round: no chain of gifts leads back\n".to_owned();
    };
    let (agents, arcs) = (circle.agents, circle.arcs);
    match circle.share() {
        Some(share) => {
            format!("  {share:.2} of what the {agents} agents of its circle give each other can go round\n")
        }
        None => {
            format!("  its circle has {agents} agents and {arcs} pairs: too many to say what goes round\n")
        }
    }
}

/// Declared class, shares and evidence.
fn beside(regimes: &Regimes, flow: usize, verdict: &Verdict) -> String {
    let mut text = String::new();
    if !verdict.missing.is_empty() {
        let names: Vec<&str> = verdict.missing.iter().map(|field| field.name()).collect();
        let _ = writeln!(text, "\nstating this would narrow it down: {}", names.join(", "));
    }
    if let Some(declared) = regimes.data.flows.terms_of(flow).declared {
        let agrees = if declared.agrees(verdict.class) { "the same" } else { "another" };
        let _ = writeln!(text, "\ndeclared: {declared}, {agrees}");
    }
    let shares = regimes.shares(flow);
    if !shares.is_empty() {
        let _ = writeln!(text, "\nits agreement is a hybrid: {shares}");
    }
    let evidence = regimes.evidence(flow);
    if !evidence.is_empty() {
        let _ = writeln!(text, "\nevidence: {}", evidence.join(", "));
    }
    text
}
