//! What flows are, for a terminal.

use std::fmt::Write as _;

use crate::base::money::Money;
use crate::flows::MOST_ARCS;
use crate::report::table::aligned;

use super::totals::wholes;
use super::{Regimes, part, words};

/// Lines of a list that are shown.
const SHOWN: usize = 8;

/// Names of the columns of [`classes`]; the first three stand to the left.
pub const HEADER: [&str; 6] = ["regime", "subregime", "unit", "flows", "value", "least confidence"];

/// The summary by class and unit, with what is not settled.
pub fn text(regimes: &Regimes) -> String {
    let rows: Vec<Vec<String>> = classes(regimes).into_iter().map(Vec::from).collect();
    format!("{}\n{}", aligned(&HEADER, &rows, 3), notes(regimes))
}

/// The summary by class and unit, rounded for people.
pub fn classes(regimes: &Regimes) -> Vec<[String; 6]> {
    wholes(regimes)
        .into_iter()
        .map(|((class, unit), whole)| {
            let (regime, subregime) = words(class);
            let has_value = whole.sum.flows > whole.sum.without_value;
            [
                regime.to_owned(),
                subregime.to_owned(),
                unit.to_owned(),
                whole.sum.flows.to_string(),
                if has_value { shown(regimes, whole.sum.value, unit) } else { String::new() },
                whole.least.map(part).unwrap_or_default(),
            ]
        })
        .collect()
}

/// What the summary is made of, what is not settled, and what a reader must know: lines.
pub fn notes(regimes: &Regimes) -> String {
    let mut text = String::new();
    let (flows, agents) = (regimes.data.flows.len(), regimes.data.agents.len());
    let (rules, manifest) = (&regimes.rules.table, &regimes.rules.table.manifest);
    let _ = writeln!(
        text,
        "{flows} flows among {agents} agents; rules {} {}, {} of them",
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
        let constants = &regimes.data.constants;
        let mut lacking = constants.lacking(column);
        if regimes.data.agreements.is_empty() {
            lacking.retain(|column| !column.starts_with("agreements."));
        }
        let _ = if !lacking.is_empty() {
            let lacking: Vec<String> = lacking.iter().map(|column| format!("`{column}`")).collect();
            writeln!(
                text,
                "note: the manifest states {value} of `{column}`; it does not count where that could hang on {}, which is \
                 not there: add it",
                lacking.join(", ")
            )
        } else if constants.absent().contains(&column.as_str()) {
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
pub(super) fn shown(regimes: &Regimes, value: Money, unit: &str) -> String {
    let digits = regimes.data.units.decimals(unit);
    let exact = value.to_string();
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    if fraction.len() > digits as usize || digits == 0 {
        return exact.clone();
    }
    format!("{whole}.{fraction:0<width$}", width = digits as usize)
}

/// What is not settled, and the columns that would settle most of it.
fn open(regimes: &Regimes) -> String {
    let open = &regimes.open;
    if open.undecided == 0 {
        return String::new();
    }
    let several = open.undecided - open.contradictory - open.by_one;
    let parts = [
        (open.by_one, "one more column could settle"),
        (several, "only several could settle"),
        (open.contradictory, "parts of their agreements contradict one another in"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(flows, _)| *flows > 0).map(|(flows, what)| format!("{what} {flows}")).collect();
    let mut text = format!("undecided: {}; {}\n", open.undecided, parts.join(", "));
    let settling: Vec<_> = open.gains.iter().filter(|gain| gain.possible > 0).collect();
    for gain in settling.iter().take(SHOWN) {
        let name = gain.field.name();
        let _ = writeln!(text, "  {name}: settles {} for certain, {} at best", gain.certain, gain.possible);
    }
    if settling.len() > SHOWN {
        let _ = writeln!(text, "  and {} more columns", settling.len() - SHOWN);
    }
    if several > 0 {
        let lacking: Vec<&str> = open.gains.iter().map(|gain| gain.field.name()).collect();
        let _ = writeln!(text, "  not stated of them: {}", lacking.join(", "));
    }
    text
}

/// Where the declared class is another than the one that was found.
fn disagreements(regimes: &Regimes) -> String {
    let (declared, same, same_regime) = regimes.declared();
    if declared == 0 {
        return String::new();
    }
    let mut text = format!("declared: {declared}; {same} agree in class, {same_regime} in regime\n");
    let flows = &regimes.data.flows;
    let others: Vec<usize> = regimes.disagreements().collect();
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
