//! The drawing of drift: a small panel a measure, all years on one scale from left to right, each on its own scale from 0.
//! Black on white, told apart by words: it prints, and reads in grey.

use std::fmt::Write as _;

use num_traits::ToPrimitive;

use crate::fairtrade::drift::{Metric, Point, Series};
use crate::report::web::svg::escape;

const COLUMNS: usize = 2;
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 190.0;
/// Where the lines of a panel are drawn.
const LEFT: f64 = 20.0;
const RIGHT: f64 = 310.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 150.0;

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#23211c;paint-order:stroke;stroke:#fff;stroke-width:4px}.t{font-weight:700;font-size:13px}\
                     .s{fill:#5b564b}.l{fill:none;stroke:#23211c;stroke-width:2}.d{fill:#23211c}\
                     .a{stroke:#8d8778;stroke-width:1}.g{stroke:#d9d3c6;stroke-width:1;stroke-dasharray:2 3}";

/// All measures, as a picture that needs nothing but itself.
pub(super) fn drawing(series: &[Series], title: &str) -> String {
    let years: Vec<i32> = series.iter().flat_map(|s| s.points.iter().map(|point| point.year)).collect();
    let span = (years.iter().copied().min().unwrap_or(0), years.iter().copied().max().unwrap_or(0));
    let rows = series.len().div_ceil(COLUMNS);
    let (width, height) = (WIDTH * COLUMNS as f64, HEIGHT * rows as f64);
    let (title, description) = (escape(title), escape(&description(series)));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"drift-t drift-d\">\n<title id=\"drift-t\">{title}: drift over the years</title>\n\
         <desc id=\"drift-d\">{description}</desc>\n<style>{STYLE}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    for (at, series) in series.iter().enumerate() {
        let (x, y) = (WIDTH * (at % COLUMNS) as f64, HEIGHT * (at / COLUMNS) as f64);
        let _ = writeln!(text, "<g transform=\"translate({x} {y})\">{}</g>", panel(series, span));
    }
    text + "</svg>\n"
}

/// What the drawing shows, for those who do not see it.
fn description(series: &[Series]) -> String {
    let told = series.iter().filter_map(|series| {
        let (first, last) = series.ends()?;
        let (metric, direction) = (series.metric.title(), series.direction(last).word());
        let (from, to) = (label(series.metric, first), label(series.metric, last));
        Some(format!("{metric}: {from} in {}, {to} in {}, {direction}.", first.year, last.year))
    });
    told.collect::<Vec<_>>().join(" ")
}

fn float(point: &Point) -> f64 {
    point.value.to_f64().unwrap_or_default()
}

/// A value as people read it: percent of a whole, or how many times.
fn label(metric: Metric, point: &Point) -> String {
    if metric == Metric::DecisionConcentration {
        format!("{:.2}", float(point))
    } else if metric.is_share() {
        format!("{:.1} %", 100.0 * float(point))
    } else {
        format!("{:.1} to 1", float(point))
    }
}

fn panel(series: &Series, (from, to): (i32, i32)) -> String {
    let metric = series.metric;
    let highest = series.points.iter().map(float).fold(0.0, f64::max);
    let scale = if highest > 0.0 { highest } else { 1.0 };
    let years = f64::from((to - from).max(1));
    let x = |point: &Point| {
        if from == to {
            f64::midpoint(LEFT, RIGHT)
        } else {
            LEFT + (RIGHT - LEFT) * f64::from(point.year - from) / years
        }
    };
    let y = |point: &Point| BOTTOM - (BOTTOM - TOP) * float(point) / scale;
    let direction = series.points.last().map(|last| series.direction(last).word()).unwrap_or_default();
    let mut text = format!(
        "<text x=\"{LEFT}\" y=\"20\" class=\"t\">{}</text><text x=\"{LEFT}\" y=\"38\" class=\"s\">{direction}</text>\
         <line x1=\"{LEFT}\" y1=\"{BOTTOM}\" x2=\"{RIGHT}\" y2=\"{BOTTOM}\" class=\"a\"/>\
         <line x1=\"{LEFT}\" y1=\"{TOP}\" x2=\"{RIGHT}\" y2=\"{TOP}\" class=\"g\"/>",
        escape(metric.title())
    );
    let places: Vec<String> =
        series.points.iter().map(|point| format!("{:.1},{:.1}", x(point), y(point))).collect();
    let _ = write!(text, "<polyline points=\"{}\" class=\"l\"/>", places.join(" "));
    for point in &series.points {
        let (x, y, said) = (x(point), y(point), escape(&format!("{}: {}", point.year, label(metric, point))));
        let _ = write!(
            text,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" class=\"d\"><title>{said}</title></circle>"
        );
    }
    let mut ends: Vec<&Point> = series.points.first().into_iter().chain(series.points.last()).collect();
    ends.dedup_by_key(|point| point.year);
    for (at, point) in ends.iter().enumerate() {
        let anchor = if ends.len() == 1 { "middle" } else { ["start", "end"][at] };
        let (x, y, value) = (x(point), y(point) - 8.0, escape(&label(metric, point)));
        let _ = write!(
            text,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{value}</text>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" class=\"s\">{}</text>",
            BOTTOM + 18.0,
            point.year
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    #[test]
    fn a_line_from_the_first_year_to_the_last() {
        let point = |year, value| Point { year, value: parse(value).unwrap(), from: "years", parts: None };
        let points = vec![point(2020, "0.2"), point(2024, "0.4")];
        let text = drawing(&[Series { metric: Metric::NonMemberShare, points }], "Café <1>");
        // 0.4 is the top of the panel, 0.2 half way down.
        assert!(text.contains("points=\"20.0,108.0 310.0,66.0\""), "{text}");
        assert!(
            text.contains("Café &lt;1&gt;") && text.contains(">20.0 %<") && text.contains(">40.0 %<"),
            "{text}"
        );
        assert!(text.contains("20.0 % in 2020, 40.0 % in 2024, towards a firm."), "{text}");
    }

    #[test]
    fn one_year_of_nothing_is_no_nan() {
        let points = vec![Point { year: 2024, value: parse("0").unwrap(), from: "years", parts: None }];
        let text = drawing(&[Series { metric: Metric::PayRatio, points }], "x");
        assert!(!text.contains("NaN") && text.contains("one year only"), "{text}");
        assert_eq!(text.matches("2024</text>").count(), 1);
    }
}
