//! Regimes over time, in one measure: a chart and the table that says the same.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::Value;
use serde::Serialize;

use crate::data::flows::Regime;
use crate::regime::Span;
use crate::report::regimes::Regimes;
use crate::report::web::svg::Svg;

use super::measure::{Cell, Measure};
use super::tally::{ByRegime, Tally, together};
use super::{Head, fill, heads};

/// Up to so many months, or years, have a column of their own.
const LONGEST: i64 = 24;

/// Height of a chart, and of its columns.
const HEIGHT: u32 = 190;
const COLUMNS: f64 = 160.0;

/// Columns that a chart has room for at least.
const FEWEST: usize = 6;

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

    /// The month or year after it.
    fn next(self) -> Option<Self> {
        match self {
            Self::At(year, None) => Some(Self::At(year + 1, None)),
            Self::At(year, Some(12)) => Some(Self::At(year + 1, Some(1))),
            Self::At(year, Some(month)) => Some(Self::At(year, Some(month + 1))),
            Self::Before(_) | Self::Within(_) | Self::NotStated => None,
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
    by: &'static str,
    heads: Vec<Head>,
    lines: Vec<Line>,
    foot: Line,
    chart: Value,
    top: String,
    /// Is there time in which nothing happened?
    has_gaps: bool,
}

impl Time {
    /// One for each measure, all over the same time.
    pub(super) fn of_all(tallies: &[Tally], regimes: &Regimes) -> Vec<Self> {
        let axis = Axis::new(tallies);
        tallies.iter().enumerate().map(|(number, tally)| Self::new(tally, &axis, number, regimes)).collect()
    }

    fn new(tally: &Tally, axis: &Axis, number: usize, regimes: &Regimes) -> Self {
        let measure = &tally.measure;
        let present = tally.regimes();
        let slots = axis.cells(tally);
        let line = |name: String, cells: &ByRegime| Line {
            name,
            cells: present.iter().map(|r| cells[*r as usize].text(measure, regimes)).collect(),
            total: together(cells).text(measure, regimes),
            flows: together(cells).flows,
        };
        // The chart shows that nothing happened; the table need not.
        let some = slots.iter().filter(|(_, cells)| together(cells).flows > 0);
        let lines: Vec<Line> = some.map(|(slot, cells)| line(slot.name(), cells)).collect();
        let id = format!("time-{number}");
        let largest = slots.iter().map(|(_, cells)| together(cells)).max_by_key(|cell| cell.amount);
        Self {
            chart: chart(&slots, tally, regimes, &id),
            top: measure.named(largest.unwrap_or_default().amount, regimes),
            heads: heads(&present),
            foot: line("All".to_owned(), &tally.whole()),
            by: if axis.by_month { "Month" } else { "Year" },
            of: measure.of(),
            has_gaps: lines.len() < slots.len(),
            lines,
            heading: measure.heading(regimes),
        }
    }
}

/// The time of a dataset.
struct Axis {
    by_month: bool,
    /// The first year that has a line of its own.
    earliest: Option<i32>,
    /// All lines in order, those between the first and the last in which nothing happened among them.
    slots: Vec<Slot>,
}

impl Axis {
    fn new(tallies: &[Tally]) -> Self {
        let spans: BTreeSet<Span> = tallies.iter().flat_map(|tally| tally.spans.keys().copied()).collect();
        let by_month = by_month(&spans);
        let last = spans.iter().filter_map(|span| span.year).max();
        let earliest = last.map(|last| last - LONGEST as i32 + 1);
        let mut axis = Self { by_month, earliest, slots: Vec::new() };
        let mut slots: BTreeSet<Slot> = spans.iter().map(|span| axis.slot(*span)).collect();
        let times = || slots.iter().filter(|slot| matches!(slot, Slot::At(..))).copied();
        if let (Some(first), Some(last)) = (times().min(), times().max()) {
            slots.extend(
                std::iter::successors(Some(first), |slot| slot.next()).take_while(|slot| *slot < last),
            );
        }
        axis.slots = slots.into_iter().collect();
        axis
    }

    fn slot(&self, span: Span) -> Slot {
        match (span.year, span.month) {
            (None, _) => Slot::NotStated,
            (Some(year), Some(month)) if self.by_month => Slot::At(year, Some(month)),
            (Some(year), None) if self.by_month => Slot::Within(year),
            (Some(year), _) => match self.earliest {
                Some(earliest) if year < earliest => Slot::Before(earliest),
                _ => Slot::At(year, None),
            },
        }
    }

    /// The cells of each line.
    fn cells(&self, tally: &Tally) -> Vec<(Slot, ByRegime)> {
        let mut cells: BTreeMap<Slot, ByRegime> =
            self.slots.iter().map(|slot| (*slot, ByRegime::default())).collect();
        for (span, found) in &tally.spans {
            let line = cells.entry(self.slot(*span)).or_default();
            line.iter_mut().zip(found).for_each(|(sum, cell)| sum.add(*cell));
        }
        cells.into_iter().collect()
    }
}

/// Months where they are few, else years.
fn by_month(spans: &BTreeSet<Span>) -> bool {
    let months = spans.iter().filter_map(|span| Some(i64::from(span.year?) * 12 + i64::from(span.month?)));
    let years = spans.iter().filter_map(|span| span.year).map(i64::from);
    let length = |first: Option<i64>, last: Option<i64>| first.zip(last).map_or(0, |(a, b)| b - a + 1);
    let (months, years): (Vec<i64>, Vec<i64>) = (months.collect(), years.collect());
    (2..=LONGEST).contains(&length(months.iter().min().copied(), months.iter().max().copied()))
        && length(years.iter().min().copied(), years.iter().max().copied()) * 12 <= LONGEST + 12
}

/// Columns side by side, regimes one on the other.
fn chart(slots: &[(Slot, ByRegime)], tally: &Tally, regimes: &Regimes, id: &str) -> Value {
    let measure = &tally.measure;
    let length = |cells: &ByRegime| cells.iter().map(|cell| cell.length(measure)).sum::<f64>();
    let top = slots.iter().map(|(_, cells)| length(cells)).fold(0.0, f64::max);
    // A few columns do not fill the width.
    let width = slots.len().max(FEWEST) as f64;
    let mut svg = Svg::new(0.0, width);
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
    svg.level((0.0, width), bottom as u32, "axis");
    let whole = tally.whole();
    let words = tally.regimes().into_iter().map(|regime| {
        let cell: Cell = whole[regime as usize];
        format!("{} {}", regime.word(), measure.named(cell.amount, regimes))
    });
    let words = words.collect::<Vec<_>>().join("; ");
    let description =
        format!("Columns over time. All together: {words}. The table beside it has all numbers.");
    svg.described(HEIGHT, id, &format!("Regimes over time: {}", Measure::of(measure)), &description)
}

/// A column without a date is labelled where that does not run into the last label.
fn is_apart(slots: &[(Slot, ByRegime)], at: usize, step: usize) -> bool {
    let last = (0..slots.len()).rfind(|at| !matches!(slots[*at].0, Slot::NotStated | Slot::Within(_)));
    let labelled = last.map(|last| last / step * step);
    matches!(slots[at].0, Slot::NotStated | Slot::Within(_))
        && labelled.is_none_or(|label| at > label + step / 2)
}
