//! Sums for the page: by measure and regime over time, by agent, and between agents. One pass over the flows.

use std::collections::BTreeMap;

use crate::data::flows::Regime;
use crate::regime::{By, Span};
use crate::report::regimes::Regimes;

use super::measure::{Cell, Measure, Measures};

/// Agents that have a line of their own; the others are summed up.
pub(super) const AGENTS: usize = 16;

/// How many regimes there are.
const REGIMES: usize = Regime::ALL.len();

/// Cells by regime.
pub(super) type ByRegime = [Cell; REGIMES];

/// All cells of a line together.
pub(super) fn together(cells: &ByRegime) -> Cell {
    let mut all = Cell::default();
    for cell in cells {
        all.add(*cell);
    }
    all
}

/// Who stands in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// An agent, by its place.
    Agent(usize),
    /// All others: so many.
    Others(usize),
    /// It is not stated.
    NotStated,
}

/// The sums of one measure.
pub(super) struct Tally {
    /// What is counted.
    pub measure: Measure,
    /// By year and month.
    pub spans: BTreeMap<Span, ByRegime>,
    /// Who has a line: the largest first, then the others, then who is not stated.
    pub who: Vec<Who>,
    /// From whom to whom, by places in `who`.
    pub between: BTreeMap<(usize, usize), ByRegime>,
}

impl Tally {
    /// What a line gave and received.
    pub(super) fn line(&self, who: usize) -> (ByRegime, ByRegime) {
        let (mut given, mut received) = (ByRegime::default(), ByRegime::default());
        let add = |sum: &mut ByRegime, cells: &ByRegime| {
            sum.iter_mut().zip(cells).for_each(|(sum, cell)| sum.add(*cell));
        };
        for ((from, to), cells) in &self.between {
            if *from == who {
                add(&mut given, cells);
            }
            if *to == who {
                add(&mut received, cells);
            }
        }
        (given, received)
    }

    /// All of it, by regime.
    pub(super) fn whole(&self) -> ByRegime {
        let mut whole = ByRegime::default();
        for cells in self.spans.values() {
            whole.iter_mut().zip(cells).for_each(|(sum, cell)| sum.add(*cell));
        }
        whole
    }

    /// The regimes that occur, in their order.
    pub(super) fn regimes(&self) -> Vec<Regime> {
        let whole = self.whole();
        Regime::ALL.into_iter().filter(|regime| whole[*regime as usize].flows > 0).collect()
    }
}

/// All sums, by measure.
pub(super) fn tallies(regimes: &Regimes, measures: &Measures) -> Vec<Tally> {
    let lines: Vec<Vec<Who>> = measures.shown.iter().map(|measure| largest(regimes, measure)).collect();
    let places: Vec<BTreeMap<Who, usize>> =
        lines.iter().map(|who| who.iter().enumerate().map(|(at, who)| (*who, at)).collect()).collect();
    let others: Vec<Option<usize>> =
        lines.iter().map(|who| who.iter().position(|who| matches!(who, Who::Others(_)))).collect();
    let mut tallies: Vec<Tally> = (measures.shown.iter().zip(lines))
        .map(|(measure, who)| Tally {
            measure: measure.clone(),
            spans: BTreeMap::new(),
            who,
            between: BTreeMap::new(),
        })
        .collect();
    let flows = &regimes.data.flows;
    for flow in 0..flows.len() {
        let Some((at, cell)) = measures.of(flow, regimes) else { continue };
        let regime = regimes.classified.judgement(flow).class.regime() as usize;
        let span = By::Month.span(flows.when(flow));
        let place = |agent: Option<usize>| {
            let who = agent.map_or(Who::NotStated, Who::Agent);
            places[at].get(&who).copied().or(others[at]).unwrap_or_default()
        };
        let (from, to) = (place(flows.from(flow)), place(flows.to(flow)));
        tallies[at].spans.entry(span).or_default()[regime].add(cell);
        tallies[at].between.entry((from, to)).or_default()[regime].add(cell);
    }
    tallies
}

/// Agents by how much they gave and received: the largest, then all others, then who is not stated.
fn largest(regimes: &Regimes, measure: &Measure) -> Vec<Who> {
    let mut sums: BTreeMap<Option<usize>, Cell> = BTreeMap::new();
    for line in &regimes.summary.lines {
        for sum in [line.given, line.received] {
            let cell = match measure {
                Measure::Value(unit) if *unit == line.cell.unit => {
                    Cell { flows: sum.flows - sum.without_value, amount: sum.value.units() }
                }
                Measure::Value(_) => Cell::default(),
                Measure::Count => Cell { flows: sum.without_value, amount: sum.without_value as i128 },
            };
            sums.entry(line.cell.agent).or_default().add(cell);
        }
    }
    sums.retain(|_, cell| cell.flows > 0);
    let not_stated = sums.remove(&None).is_some();
    let mut agents: Vec<(usize, Cell)> =
        sums.into_iter().filter_map(|(agent, cell)| Some((agent?, cell))).collect();
    // Agents are sorted by id: equal ones stay in that order.
    agents.sort_by_key(|(agent, cell)| (std::cmp::Reverse((cell.amount, cell.flows)), *agent));
    // One more takes no more room than a line for it alone.
    let own = if agents.len() == AGENTS + 1 { AGENTS + 1 } else { AGENTS };
    let rest = agents.len().saturating_sub(own);
    let mut who: Vec<Who> = agents.iter().take(own).map(|(agent, _)| Who::Agent(*agent)).collect();
    who.extend((rest > 0).then_some(Who::Others(rest)));
    who.extend(not_stated.then_some(Who::NotStated));
    who
}
