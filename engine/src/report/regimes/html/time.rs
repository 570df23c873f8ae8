//! Regimes over time, in one measure: a chart and the table that says the same.

use std::collections::BTreeMap;

use minijinja::Value;
use serde::Serialize;

use crate::data::flows::Regime;
use crate::regime::Span;
use crate::report::regimes::Regimes;
use crate::report::web::svg::Svg;

use super::measure::{Cell, Measure};
use super::tally::{ByRegime, REGIMES, Tally, together};
use super::{Head, fill, heads};

/// Up to so many months, or years, have a column of their own.
const LONGEST: i64 = 24;

/// Height of a chart, and of its columns.
const HEIGHT: u32 = 190;
const COLUMNS: f64 = 160.0;

/// Words under a chart that fit beside one another.
const LABELS: usize = 8;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Where in time a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    /// Before this year.
    Before(i32),
    /// A year; with its month where the lines are months.
    At(i32, Option<u8>),
    /// A year whose month is not stated, where the lines are months.
    Within(i32),
    /// No date is stated.
    NotStated,
}

impl Slot {
    fn name(self) -> String {
        match self {
            Self::Before(year) => format!("before {year}"),
            Self::At(year, None) => format!("{year:04}"),
            Self::At(year, Some(month)) => format!("{year:04}-{month:02}"),
            Self::Within(year) => format!("{year:04}, month not stated"),
            Self::NotStated => "no date stated".to_owned(),
        }
    }

    /// As few letters as will do.
    fn short(self) -> String {
        match self {
            Self::Before(_) => "before".to_owned(),
            Self::At(year, None) => year.to_string(),
            Self::At(year, Some(1)) => format!("Jan {year}"),
            Self::At(_, Some(month)) => MONTHS[usize::from(month.clamp(1, 12)) - 1].to_owned(),
            Self::Within(_) | Self::NotStated => "?".to_owned(),
        }
    }
}

/// A line of a table by regime.
#[derive(Serialize)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) cells: Vec<String>,
    pub(super) total: String,
    pub(super) flows: usize,
}

/// Regimes over time.
#[derive(Serialize)]
pub(super) struct Time {
    heading: String,
    of: String,
    id: String,
    by: &'static str,
    heads: Vec<Head>,
    lines: Vec<Line>,
    foot: Line,
    chart: Value,
    top: String,
    has_gaps: bool,
}

impl Time {
    pub(super) fn new(tally: &Tally, number: usize, regimes: &Regimes) -> Self {
        let measure = &tally.measure;
        let by_month = by_month(tally);
        let present = tally.regimes();
        let slots = slots(tally, by_month);
        let line = |name: String, cells: &ByRegime| Line {
            name,
            cells: present.iter().map(|r| cells[*r as usize].text(measure, regimes)).collect(),
            total: together(cells).text(measure, regimes),
            flows: together(cells).flows,
        };
        let lines: Vec<Line> = slots.iter().map(|(slot, cells)| line(slot.name(), cells)).collect();
        let id = format!("time-{number}");
        let largest = slots.iter().map(|(_, cells)| together(cells)).max_by_key(|cell| cell.amount);
        let heading = measure.heading(regimes);
        Self {
            chart: chart(&slots, tally, regimes, &id),
            top: measure.named(largest.unwrap_or_default().amount, regimes),
            heads: heads(&present),
            has_gaps: lines.iter().any(|line| line.total.starts_with('\u{2013}')),
            foot: line("All".to_owned(), &tally.whole()),
            by: if by_month { "Month" } else { "Year" },
            of: measure.of(),
            lines,
            heading,
            id,
        }
    }
}

/// Months where they are few, else years.
fn by_month(tally: &Tally) -> bool {
    let months = |span: &Span| Some(i64::from(span.year?) * 12 + i64::from(span.month?));
    let years = || tally.spans.keys().filter_map(|span| span.year).map(i64::from);
    let known: Vec<i64> = tally.spans.keys().filter_map(months).collect();
    let span = |first: Option<i64>, last: Option<i64>| last.zip(first).map(|(last, first)| last - first + 1);
    let months = span(known.iter().min().copied(), known.iter().max().copied());
    let years = span(years().min(), years().max()).unwrap_or_default();
    months.is_some_and(|months| (2..=LONGEST).contains(&months)) && years * 12 <= LONGEST
}

/// The lines in order, those between the first and the last in which nothing happened among them.
fn slots(tally: &Tally, by_month: bool) -> Vec<(Slot, ByRegime)> {
    let years: Vec<i32> = tally.spans.keys().filter_map(|span| span.year).collect();
    let (first, last) = (years.iter().min().copied(), years.iter().max().copied());
    let earliest = last.map(|last| last - LONGEST as i32 + 1);
    let slot = |span: &Span| match (span.year, span.month) {
        (None, _) => Slot::NotStated,
        (Some(year), Some(month)) if by_month => Slot::At(year, Some(month)),
        (Some(year), None) if by_month => Slot::Within(year),
        (Some(year), _) if earliest.is_some_and(|earliest| year < earliest) => {
            Slot::Before(earliest.unwrap_or(year))
        }
        (Some(year), _) => Slot::At(year, None),
    };
    let mut slots: BTreeMap<Slot, ByRegime> = BTreeMap::new();
    for (span, cells) in &tally.spans {
        let line = slots.entry(slot(span)).or_default();
        for regime in 0..REGIMES {
            line[regime].add(cells[regime]);
        }
    }
    if let (Some(first), Some(last), Some(earliest)) = (first, last, earliest) {
        for year in first.max(earliest)..=last {
            let months: Vec<Option<u8>> = if by_month { (1..=12).map(Some).collect() } else { vec![None] };
            for month in months {
                slots.entry(Slot::At(year, month)).or_default();
            }
        }
    }
    let mut slots: Vec<(Slot, ByRegime)> = slots.into_iter().collect();
    if by_month {
        // Whole years begin with their first month and end with their last; time is where something happened.
        let empty = |(slot, cells): &(Slot, ByRegime)| {
            matches!(slot, Slot::At(..)) && together(cells).flows == 0
        };
        let start = slots.iter().position(|slot| !empty(slot)).unwrap_or(0);
        slots.drain(..start);
        let is_at = |(slot, _): &(Slot, ByRegime)| matches!(slot, Slot::At(..));
        let end = slots.iter().rposition(|slot| is_at(slot) && !empty(slot)).map_or(0, |at| at + 1);
        let tail: Vec<_> = slots.split_off(end).into_iter().filter(|slot| !is_at(slot)).collect();
        slots.extend(tail);
    }
    slots
}

/// Columns side by side, regimes one on the other.
fn chart(slots: &[(Slot, ByRegime)], tally: &Tally, regimes: &Regimes, id: &str) -> Value {
    let measure = &tally.measure;
    let length = |cells: &ByRegime| cells.iter().map(|cell| cell.length(measure)).sum::<f64>();
    let top = slots.iter().map(|(_, cells)| length(cells)).fold(0.0, f64::max);
    let mut svg = Svg::new(0.0, slots.len() as f64);
    let bottom = COLUMNS + 8.0;
    let step = slots.len().div_ceil(LABELS).max(1);
    for (at, (slot, cells)) in slots.iter().enumerate() {
        let mut from = bottom;
        for regime in Regime::ALL {
            let cell = cells[regime as usize];
            let height = if top > 0.0 { COLUMNS * cell.length(measure) / top } else { 0.0 };
            if height > 0.0 {
                let title =
                    format!("{}, {}: {}", slot.name(), regime.word(), measure.named(cell.amount, regimes));
                svg.block((at as f64 + 0.14, at as f64 + 0.86), (from - height, from), fill(regime), &title);
            }
            from -= height;
        }
        if at % step == 0 && !matches!(slot, Slot::NotStated | Slot::Within(_)) || is_apart(slots, at, step) {
            svg.label(at as f64 + 0.5, HEIGHT - 6, "svg-small", &slot.short());
        }
    }
    svg.level((0.0, slots.len() as f64), bottom as u32, "axis");
    let whole = tally.whole();
    let words = tally.regimes().into_iter().map(|regime| {
        let cell: Cell = whole[regime as usize];
        format!("{} {}", regime.word(), measure.named(cell.amount, regimes))
    });
    let words = words.collect::<Vec<_>>().join("; ");
    let description = format!("Columns over time. All together: {words}. The table beside it has all numbers.");
    svg.described(HEIGHT, id, &format!("Regimes over time: {}", Measure::of(measure)), &description)
}

/// A column without a date is labelled where that does not run into the last label.
fn is_apart(slots: &[(Slot, ByRegime)], at: usize, step: usize) -> bool {
    let last = (0..slots.len()).rfind(|at| !matches!(slots[*at].0, Slot::NotStated | Slot::Within(_)));
    let labelled = last.map(|last| last / step * step);
    matches!(slots[at].0, Slot::NotStated | Slot::Within(_))
        && labelled.is_none_or(|label| at > label + step / 2)
}
