//! What flows are, for a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::money::Money;
use crate::data::flows::Class;
use crate::data::regimes::Confidence;
use crate::flows::MOST_ARCS;
use crate::report::table::aligned;

use super::{Regimes, part, words};

/// Lines of a list that are shown.
const SHOWN: usize = 8;

impl Regimes<'_> {
    /// How many flows no rule decides, as the rules that could do not agree.
    pub(super) fn undecided(&self) -> usize {
        (0..self.data.flows.len()).filter(|flow| !self.classified.judgement(*flow).decided).count()
    }
}

/// The summary by class and unit, with what is not settled.
pub fn text(regimes: &Regimes) -> String {
    let mut sums: BTreeMap<(Class, &str), (usize, Money, usize)> = BTreeMap::new();
    for total in &regimes.summary.totals {
        let sum = sums.entry((total.class, &total.unit)).or_default();
        sum.0 += total.sum.flows;
        sum.1 = sum.1 + total.sum.value;
        sum.2 += total.sum.without_value;
    }
    let lowest = lowest(regimes);
    let rows: Vec<Vec<String>> = sums
        .into_iter()
        .map(|((class, unit), (flows, value, without))| {
            let (regime, subregime) = words(class);
            vec![
                regime.to_owned(),
                subregime.to_owned(),
                unit.to_owned(),
                flows.to_string(),
                if flows > without { shown(regimes, value, unit) } else { String::new() },
                lowest.get(&(class, unit)).map(|confidence| part(*confidence)).unwrap_or_default(),
            ]
        })
        .collect();
    let mut text = aligned(&["regime", "subregime", "unit", "flows", "value", "least confidence"], &rows, 3);
    let (flows, agents) = (regimes.data.flows.len(), regimes.data.agents.len());
    let (rules, manifest) = (&regimes.rules.table, &regimes.rules.table.manifest);
    let _ = writeln!(
        text,
        "\n{flows} flows among {agents} agents; rules {} {}, {} of them",
        rules.name,
        manifest.version,
        rules.rules.len()
    );
    text.push_str(&open(regimes));
    text.push_str(&disagreements(regimes));
    if let Some(caveat) = &regimes.data.manifest.caveat {
        let _ = writeln!(text, "caution: {caveat}");
    }
    for (column, value) in &regimes.data.manifest.flows.stated {
        let _ = if regimes.data.absent_constants.contains(&column.as_str()) {
            writeln!(
                text,
                "note: the manifest states {value} of `{column}`, a column that is not there: add it"
            )
        } else {
            writeln!(text, "note: where `{column}` is empty, the manifest states {value}")
        };
    }
    let contested = regimes.prepared.contested.len();
    if contested > 0 {
        let _ = writeln!(
            text,
            "note: {contested} statements of rows are contradicted by other tables or legs, and taken as not known; \
             `explain` shows them"
        );
    }
    let circles = &regimes.circles.all;
    let large = circles.iter().filter(|circle| circle.circulating.is_none()).count();
    if large > 0 {
        let _ = writeln!(
            text,
            "note: circulation is left empty in {large} of {} circles: they have more than {MOST_ARCS} pairs each",
            circles.len()
        );
    }
    text
}

/// The value in the decimals of its unit, or all its decimals where it has more.
fn shown(regimes: &Regimes, value: Money, unit: &str) -> String {
    let digits = regimes.data.units.decimals(unit);
    let exact = value.to_string();
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    if fraction.len() > digits as usize || digits == 0 {
        return exact.clone();
    }
    format!("{whole}.{fraction:0<width$}", width = digits as usize)
}

/// The least confidence by class and unit.
fn lowest<'a>(regimes: &'a Regimes) -> BTreeMap<(Class, &'a str), Confidence> {
    let mut lowest: BTreeMap<(Class, &str), Confidence> = BTreeMap::new();
    let flows = &regimes.data.flows;
    for flow in 0..flows.len() {
        let verdict = regimes.classified.judgement(flow);
        let unit = &*flows.terms_of(flow).unit_of_account;
        let known = lowest.entry((verdict.class, unit)).or_insert(verdict.confidence);
        *known = (*known).min(verdict.confidence);
    }
    lowest
}

/// What is not settled, and the columns that would settle most of it.
fn open(regimes: &Regimes) -> String {
    let undecided = regimes.undecided();
    if undecided == 0 {
        return String::new();
    }
    let mut missing: Vec<(&str, usize)> = regimes.missing().into_iter().collect();
    missing.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let columns: Vec<String> =
        missing.iter().take(SHOWN).map(|(field, flows)| format!("{field} ({flows})")).collect();
    let hint = if columns.is_empty() {
        "parts of their agreements contradict one another".to_owned()
    } else {
        format!("not stated of them: {}", columns.join(", "))
    };
    format!("undecided: {undecided}; {hint}\n")
}

/// Where the declared class is another than the one that was found.
fn disagreements(regimes: &Regimes) -> String {
    let (declared, same, same_regime) = regimes.declared();
    if declared == 0 {
        return String::new();
    }
    let mut text = format!("declared: {declared}; {same} agree in class, {same_regime} in regime\n");
    let flows = &regimes.data.flows;
    let others: Vec<usize> = (0..flows.len()).filter(|flow| regimes.agrees(*flow) == Some(false)).collect();
    for flow in others.iter().take(SHOWN) {
        let verdict = regimes.classified.judgement(*flow);
        let declared = flows.terms_of(*flow).declared.map(|class| class.to_string()).unwrap_or_default();
        let found = (verdict.class, part(verdict.confidence));
        let _ = writeln!(text, "  {}: declared {declared}, found {} ({})", flows.id(*flow), found.0, found.1);
    }
    if others.len() > SHOWN {
        let _ = writeln!(text, "  and {} more", others.len() - SHOWN);
    }
    text
}
