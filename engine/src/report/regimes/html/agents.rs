//! What each agent gave and received, by regime, in one measure.

use minijinja::Value;
use serde::Serialize;

use crate::data::flows::{Field, Regime};
use crate::report::regimes::Regimes;
use crate::report::web::svg::Svg;

use super::tally::{ByRegime, Tally, Who, together};
use super::{Head, fill, heads};

/// A line of the table.
#[derive(Serialize)]
struct Line {
    name: String,
    kind: String,
    given: Vec<String>,
    given_all: String,
    received: Vec<String>,
    received_all: String,
    bar: Value,
}

/// The table of one measure.
#[derive(Serialize)]
pub(super) struct Agents {
    heading: String,
    of: String,
    given: Vec<Head>,
    received: Vec<Head>,
    lines: Vec<Line>,
    foot: Line,
    others: usize,
}

/// What an agent is called, and of what kind it is.
pub(super) fn named(who: Who, regimes: &Regimes) -> (String, String) {
    match who {
        Who::Agent(place) => {
            let agent = &regimes.data.agents[place];
            (agent.name.clone(), Field::FromKind.word(agent.kind).replace('_', " "))
        }
        Who::Others(count) => (format!("{count} others"), String::new()),
        Who::NotStated => ("not stated".to_owned(), String::new()),
    }
}

impl Agents {
    pub(super) fn new(tally: &Tally, regimes: &Regimes) -> Self {
        let measure = &tally.measure;
        let present = tally.regimes();
        let sides: Vec<(ByRegime, ByRegime)> = (0..tally.who.len()).map(|who| tally.line(who)).collect();
        let length = |cells: &ByRegime| cells.iter().map(|cell| cell.length(measure)).sum::<f64>();
        let longest = sides.iter().flat_map(|(given, received)| [length(given), length(received)]);
        let longest = longest.fold(0.0, f64::max);
        let bar = |(given, received): &(ByRegime, ByRegime)| {
            let mut svg = Svg::new(-longest, longest);
            for (sign, cells) in [(-1.0, given), (1.0, received)] {
                let mut at = 0.0;
                for regime in Regime::ALL {
                    let next = at + cells[regime as usize].length(measure);
                    if next > at {
                        svg.bar((sign * at, sign * next), 2, 12, fill(regime));
                    }
                    at = next;
                }
            }
            svg.upright(0.0, (0, 16), "axis");
            svg.ornament(16)
        };
        let line = |(name, kind): (String, String), sides: &(ByRegime, ByRegime), bar: Value| {
            let cells = |cells: &ByRegime| -> Vec<String> {
                present.iter().map(|r| cells[*r as usize].text(measure, regimes)).collect()
            };
            Line {
                name,
                kind,
                given: cells(&sides.0),
                given_all: together(&sides.0).text(measure, regimes),
                received: cells(&sides.1),
                received_all: together(&sides.1).text(measure, regimes),
                bar,
            }
        };
        let whole = tally.whole();
        let lines = tally.who.iter().zip(&sides);
        Self {
            heading: measure.heading(regimes),
            of: measure.of(),
            given: heads(&present),
            received: heads(&present),
            lines: lines.map(|(who, sides)| line(named(*who, regimes), sides, bar(sides))).collect(),
            foot: line(("All".to_owned(), String::new()), &(whole, whole), Value::from("")),
            others: tally.who.iter().map(|who| if let Who::Others(n) = who { *n } else { 0 }).sum(),
        }
    }
}
