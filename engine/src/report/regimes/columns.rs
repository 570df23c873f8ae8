//! Flat tables: a row a flow, and a row an agent, year, unit and class.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::flows::{Class, Field};
use crate::data::regimes::Confidence;
use crate::flows::Pair;
use crate::regime::{By, Verdict};
use crate::report::columns::{Builder, Columns};

use super::{Regimes, float, reasons, words};

/// Flows that are made into columns at once: results of many flows are written part by part.
pub const FLOWS_AT_ONCE: usize = 65_536;

/// The flows of some places, one after the other, as columns.
pub fn flow_columns(regimes: &Regimes, from: usize, to: usize) -> Columns {
    let rows: Vec<usize> = (from..to.min(regimes.data.flows.len())).collect();
    some_flows(regimes, &rows)
}

/// The flows of these places, which are in order, as columns.
pub fn some_flows(regimes: &Regimes, rows: &[usize]) -> Columns {
    let flows = &regimes.data.flows;
    let verdicts: Vec<Verdict> =
        rows.iter().map(|flow| regimes.classified.verdict(*flow, regimes.rules)).collect();
    let first = rows.first().copied().unwrap_or_default();
    // Most often they follow one another, and nothing has to be looked for.
    let verdict = |flow: usize| match verdicts.get(flow - first) {
        Some(verdict) if rows[flow - first] == flow => verdict,
        _ => &verdicts[rows.partition_point(|row| *row < flow)],
    };
    let declared = |flow: usize| flows.terms_of(flow).declared;
    let builder: Builder<'_, usize> = Columns::of(rows);
    builder
        .text("flow", |f| flows.id(*f))
        .text("from", |f| regimes.agent(flows.from(*f)))
        .text("to", |f| regimes.agent(flows.to(*f)))
        .text("date", |f| date(regimes, *f))
        .text("resource", |f| &*flows.terms_of(*f).resource)
        .money("value", |f| flows.value(*f))
        .text("unit", |f| &*flows.terms_of(*f).unit_of_account)
        .text("agreement", |f| agreement(regimes, *f))
        .text("part", |f| flows.terms_of(flows.root(*f)).part.word())
        .text("regime", |f| words(verdict(*f).class).0)
        .text("subregime", |f| words(verdict(*f).class).1)
        .text("mode", |f| regimes.classified.mode(*f))
        .text("rule", |f| regimes.rule(verdict(*f)))
        .text("reasons", |f| reasons(verdict(*f)))
        .number("confidence", |f| Some(float(verdict(*f).confidence)))
        .text("runner_up", |f| verdict(*f).runner_up.map(|(class, _)| class.to_string()).unwrap_or_default())
        .number("runner_up_confidence", |f| verdict(*f).runner_up.map(|(_, confidence)| float(confidence)))
        .text("shares", |f| regimes.shares(*f))
        .text("candidates", |f| regimes.candidates(verdict(*f)))
        .text("missing", |f| {
            verdict(*f).missing.iter().map(|field| field.name()).collect::<Vec<_>>().join(" ")
        })
        .text("declared", |f| declared(*f).map(|class| class.to_string()).unwrap_or_default())
        .text("agrees", |f| match regimes.agrees(*f) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        })
        .text("returned", |f| regimes.prepared.features[*f].word(Field::Returned))
        .number("match_same_day", |f| share(regimes, *f, 0))
        .number("match_30_days", |f| share(regimes, *f, 1))
        .number("match_365_days", |f| share(regimes, *f, 2))
        .number("balance", |f| regimes.prepared.counterflows.pair(*f).map(Pair::balance))
        .number("median_lag_days", |f| {
            regimes.prepared.counterflows.pair(*f).and_then(|pair| pair.lag_days).map(f64::from)
        })
        .number("circulation", |f| regimes.circles.share(*f, &regimes.prepared.counterflows))
        .count("receivers", |f| regimes.prepared.receivers.of(*f, regimes.data).unwrap_or(0) as usize)
        .text("evidence", |f| regimes.evidence(*f).join(" "))
        .done()
}

/// All flows, part by part; at least one part, so that there is a header.
pub fn flows<'a>(regimes: &'a Regimes) -> impl Iterator<Item = Columns> + 'a {
    let count = regimes.data.flows.len();
    (0..count.max(1))
        .step_by(FLOWS_AT_ONCE)
        .map(move |start| flow_columns(regimes, start, start + FLOWS_AT_ONCE))
}

/// The id of the agreement of a flow.
pub fn agreement<'a>(regimes: &'a Regimes, flow: usize) -> &'a str {
    regimes.data.flows.agreement(flow).map_or("", |at| &regimes.data.agreements[at].id)
}

fn share(regimes: &Regimes, flow: usize, window: usize) -> Option<f64> {
    regimes.prepared.counterflows.pair(flow).map(|pair| pair.share(window))
}

fn date(regimes: &Regimes, flow: usize) -> String {
    let when = regimes.data.flows.when(flow);
    match when.day().and_then(Period::of_day) {
        Some(day) => day.to_string(),
        None => when.year().map(|year| year.to_string()).unwrap_or_default(),
    }
}

/// One row an agent, year (and month, where sums are by month), unit and class.
pub fn summary_columns(regimes: &Regimes) -> Columns {
    let valued =
        |sum: &crate::regime::Sum| -> Option<Money> { (sum.flows > sum.without_value).then_some(sum.value) };
    let lines = Columns::of(&regimes.summary.lines)
        .text("agent", |l| regimes.agent(l.cell.agent))
        .year("year", |l| l.cell.span.year);
    let lines = match regimes.summary.by {
        By::Year => lines,
        By::Month => lines.year("month", |l| l.cell.span.month.map(i32::from)),
    };
    lines
        .text("unit", |l| &l.cell.unit)
        .text("regime", |l| words(l.cell.class).0)
        .text("subregime", |l| words(l.cell.class).1)
        .count("given_flows", |l| l.given.flows)
        .money("given_value", |l| valued(&l.given))
        .count("given_without_value", |l| l.given.without_value)
        .count("received_flows", |l| l.received.flows)
        .money("received_value", |l| valued(&l.received))
        .count("received_without_value", |l| l.received.without_value)
        .done()
}

/// One row a class and confidence: how many flows, and whether a rule decided.
pub fn confidence_columns(regimes: &Regimes) -> Columns {
    let mut counts: BTreeMap<(Class, Reverse<Confidence>, bool), usize> = BTreeMap::new();
    for flow in 0..regimes.data.flows.len() {
        let found = regimes.classified.judgement(flow);
        *counts.entry((found.class, Reverse(found.confidence), found.decided)).or_default() += 1;
    }
    let rows: Vec<_> = counts.into_iter().collect();
    Columns::of(&rows)
        .text("regime", |((class, ..), _)| words(*class).0)
        .text("subregime", |((class, ..), _)| words(*class).1)
        .number("confidence", |((_, confidence, _), _)| Some(float(confidence.0)))
        .flag("decided", |((.., decided), _)| *decided)
        .count("flows", |(_, flows)| *flows)
        .done()
}

/// One row a class, unit and year (and month).
pub fn total_columns(regimes: &Regimes) -> Columns {
    let totals = Columns::of(&regimes.summary.totals)
        .text("regime", |t| words(t.class).0)
        .text("subregime", |t| words(t.class).1)
        .text("unit", |t| &t.unit)
        .year("year", |t| t.span.year);
    let totals = match regimes.summary.by {
        By::Year => totals,
        By::Month => totals.year("month", |t| t.span.month.map(i32::from)),
    };
    totals
        .count("flows", |t| t.sum.flows)
        .money("value", |t| (t.sum.flows > t.sum.without_value).then_some(t.sum.value))
        .count("without_value", |t| t.sum.without_value)
        .done()
}
