//! What the network did: by regime, subregime and unit.

use minijinja::Value;
use serde::Serialize;

use crate::data::flows::Regime;
use crate::report::regimes::table::shown;
use crate::report::regimes::totals::{Whole, mean, wholes};
use crate::report::regimes::{Regimes, agreement, part, words};
use crate::report::web::svg::Svg;

use super::{fill, percents};

/// Hybrids that are listed.
const HYBRIDS: usize = 12;

/// Lines of a regime that are listed, by subregime and unit.
const LINES: usize = 40;

/// A line of the summary.
#[derive(Serialize)]
struct Line {
    subregime: String,
    unit: String,
    flows: usize,
    value: String,
    without_value: usize,
    least: String,
    mean: String,
}

/// A regime.
#[derive(Serialize)]
struct Group {
    word: &'static str,
    fill: &'static str,
    short: &'static str,
    flows: usize,
    share: String,
    least: String,
    mean: String,
    lines: Vec<Line>,
    rest: Option<Rest>,
}

/// Lines of a regime that have no row of their own.
#[derive(Serialize)]
struct Rest {
    lines: usize,
    flows: usize,
    without_value: usize,
}

/// The largest lines of a regime, in their order, and what the others come to.
fn largest(mut lines: Vec<Line>) -> (Vec<Line>, Option<Rest>) {
    if lines.len() <= LINES {
        return (lines, None);
    }
    let mut counts: Vec<(usize, usize)> =
        lines.iter().enumerate().map(|(at, line)| (line.flows, at)).collect();
    counts.sort_by_key(|(flows, at)| (std::cmp::Reverse(*flows), *at));
    let mut rest = Rest { lines: lines.len() - LINES, flows: 0, without_value: 0 };
    let mut is_kept = vec![false; lines.len()];
    counts.iter().take(LINES).for_each(|(_, at)| is_kept[*at] = true);
    let mut kept = is_kept.into_iter();
    lines.retain(|line| {
        let keep = kept.next().unwrap_or_default();
        if !keep {
            rest.flows += line.flows;
            rest.without_value += line.without_value;
        }
        keep
    });
    (lines, Some(rest))
}

/// A hybrid.
#[derive(Serialize)]
struct Hybrid {
    agreement: String,
    from: String,
    to: String,
    unit: String,
    shares: Vec<(String, String)>,
}

/// The summary.
#[derive(Serialize)]
pub(super) struct Overview {
    groups: Vec<Group>,
    flows: usize,
    without_value: usize,
    bar: Value,
    hybrids: Vec<Hybrid>,
    more_hybrids: usize,
}

/// What a regime is, in few words.
fn short(regime: Regime) -> &'static str {
    match regime {
        Regime::Commons => "held and used in common",
        Regime::Reciprocity => "given, and answered or not, between those who are tied",
        Regime::Market => "sold",
        Regime::Redistribution => "collected by a centre, and given out by it",
        Regime::Unclassified => "none of them can be said",
    }
}

impl Overview {
    pub(super) fn new(regimes: &Regimes) -> Self {
        let wholes = wholes(regimes);
        let of = |regime: Regime| wholes.iter().filter(move |((class, _), _)| class.regime() == regime);
        let counts: Vec<usize> =
            Regime::ALL.iter().map(|regime| of(*regime).map(|(_, whole)| whole.sum.flows).sum()).collect();
        let shares = percents(&counts);
        let line = |subregime: &'static str, unit: &str, whole: &Whole| Line {
            subregime: subregime.replace('_', " "),
            unit: unit.to_owned(),
            flows: whole.sum.flows,
            value: if whole.sum.flows > whole.sum.without_value {
                shown(regimes, whole.sum.value, unit)
            } else {
                "\u{2013}".to_owned()
            },
            without_value: whole.sum.without_value,
            least: whole.least.map(part).unwrap_or_default(),
            mean: super::two(whole.mean()),
        };
        let groups = Regime::ALL.into_iter().zip(shares).filter(|(regime, _)| counts[*regime as usize] > 0);
        let groups = groups.map(|(regime, share)| {
            let (count, least, all) = sureness(regimes, regime);
            let lines = of(regime).map(|((class, unit), whole)| line(words(*class).1, unit, whole));
            let (lines, rest) = largest(lines.collect());
            Group {
                word: regime.word(),
                fill: fill(regime),
                short: short(regime),
                flows: count,
                share,
                least: part(least),
                mean: super::two(mean(all, count)),
                lines,
                rest,
            }
        });
        let flows = &regimes.data.flows;
        let mut hybrids: Vec<_> = regimes.hybrids.iter().collect();
        hybrids.sort_by_key(|hybrid| (agreement(regimes, hybrid.flow), hybrid.flow));
        let hybrids: Vec<Hybrid> = hybrids
            .into_iter()
            .take(HYBRIDS)
            .map(|hybrid| Hybrid {
                agreement: agreement(regimes, hybrid.flow).to_owned(),
                from: super::name(flows.from(hybrid.flow), regimes),
                to: super::name(flows.to(hybrid.flow), regimes),
                unit: flows.terms_of(hybrid.flow).unit_of_account.to_string(),
                shares: hybrid
                    .shares
                    .iter()
                    .map(|(class, share)| (class.to_string(), percent(*share)))
                    .collect(),
            })
            .collect();
        Self {
            groups: groups.collect(),
            flows: flows.len(),
            without_value: wholes.values().map(|whole| whole.sum.without_value).sum(),
            bar: bar(&counts),
            more_hybrids: regimes.hybrids.len() - hybrids.len(),
            hybrids,
        }
    }
}

/// How many flows are of a regime, the least confidence of them, and all confidences together.
fn sureness(regimes: &Regimes, regime: Regime) -> (usize, u32, u64) {
    let (mut count, mut least, mut all) = (0, u32::MAX, 0);
    for (kind, flows) in regimes.classified.kinds().into_iter().enumerate() {
        let judgement = regimes.classified.judgement_of(kind);
        if flows > 0 && judgement.class.regime() == regime {
            count += flows;
            least = least.min(judgement.confidence);
            all += u64::from(judgement.confidence) * flows as u64;
        }
    }
    (count, least, all)
}

/// A part of a million in percent, exact.
fn percent(share: i128) -> String {
    format!("{}\u{a0}%", crate::base::decimal::plain(&share.into(), 4))
}

/// All flows as one bar, by regime.
fn bar(counts: &[usize]) -> Value {
    let mut svg = Svg::new(0.0, counts.iter().sum::<usize>() as f64);
    let mut at = 0;
    for (regime, count) in Regime::ALL.into_iter().zip(counts) {
        if *count > 0 {
            let title = format!("{}: {count} flows", regime.word());
            svg.block((at as f64, (at + count) as f64), (0.0, 30.0), fill(regime), &title);
        }
        at += count;
    }
    svg.ornament(30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beyond_the_largest_are_summed_up() {
        let line = |flows: usize| Line {
            subregime: String::new(),
            unit: format!("u{flows}"),
            flows,
            value: String::new(),
            without_value: 1,
            least: String::new(),
            mean: String::new(),
        };
        let (lines, rest) = largest((1..=LINES + 3).map(line).collect());
        assert_eq!((lines.len(), lines[0].flows, lines[LINES - 1].flows), (LINES, 4, LINES + 3));
        let rest = rest.unwrap();
        assert_eq!((rest.lines, rest.flows, rest.without_value), (3, 1 + 2 + 3, 3));
        assert!(largest((1..=LINES).map(line).collect()).1.is_none());
    }
}
