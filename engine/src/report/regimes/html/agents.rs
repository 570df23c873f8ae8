//! What each agent gave and received, by regime, in one measure.

use minijinja::Value;
use serde::Serialize;

use crate::data::flows::{Field, Regime};
use crate::report::regimes::Regimes;
use crate::report::web::svg::Svg;

use super::tally::{ByRegime, Tally, Who, together};
use super::{Head, fill, heads};

/// What an agent gave, or received.
#[derive(Serialize)]
struct Side {
    word: &'static str,
    cells: Vec<String>,
    total: String,
    flows: usize,
    bar: Value,
}

/// An agent.
#[derive(Serialize)]
struct Line {
    name: String,
    kind: String,
    sides: Vec<Side>,
}

/// The table of one measure.
#[derive(Serialize)]
pub(super) struct Agents {
    heading: String,
    of: String,
    heads: Vec<Head>,
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
        let bar = |cells: &ByRegime| {
            let mut svg = Svg::new(0.0, longest);
            let mut at = 0.0;
            for regime in Regime::ALL {
                let next = at + cells[regime as usize].length(measure);
                if next > at {
                    svg.bar((at, next), 2, 11, fill(regime));
                }
                at = next;
            }
            svg.ornament(15)
        };
        let line = |(name, kind): (String, String), (given, received): &(ByRegime, ByRegime), drawn: bool| {
            let side = |(word, cells): (&'static str, &ByRegime)| Side {
                word,
                cells: present.iter().map(|r| cells[*r as usize].text(measure, regimes)).collect(),
                total: together(cells).text(measure, regimes),
                flows: together(cells).flows,
                bar: if drawn { bar(cells) } else { Value::from("") },
            };
            let sides = [("given", given), ("received", received)];
            let some = sides.into_iter().filter(|(_, cells)| together(cells).flows > 0);
            Line { name, kind, sides: some.map(side).collect() }
        };
        let whole = tally.whole();
        let lines = tally.who.iter().zip(&sides);
        Self {
            heading: measure.heading(regimes),
            of: measure.of(),
            heads: heads(&present),
            lines: lines.map(|(who, sides)| line(named(*who, regimes), sides, true)).collect(),
            foot: line(("All".to_owned(), String::new()), &(whole, whole), false),
            others: tally.who.iter().map(|who| if let Who::Others(n) = who { *n } else { 0 }).sum(),
        }
    }
}
