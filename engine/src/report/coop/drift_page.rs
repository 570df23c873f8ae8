//! The page of drift: the table and the drawing; it needs nothing but itself.

use minijinja::value::Serde;
use serde::Serialize;

use crate::fairtrade::drift::Drift;
use crate::report::web::environment;

use super::drift::{rows, shown};

const TEMPLATE: &str =
    concat!(include_str!("../web/templates/style.html.jinja"), include_str!("templates/drift.html.jinja"),);

/// A measure as the template sees it.
#[derive(Serialize)]
struct Line {
    title: &'static str,
    first_year: i32,
    first: String,
    last_year: i32,
    last: String,
    change: String,
    direction: &'static str,
    from: Vec<&'static str>,
}

/// The page as the template sees it.
#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    lines: Vec<Line>,
    notes: &'a [String],
    picture: &'a str,
    engine: &'static str,
}

/// The page.
pub(super) fn page(
    title: &str,
    found: &Drift,
    notes: &[String],
    picture: &str,
) -> Result<String, minijinja::Error> {
    let lines: Vec<Line> = rows(&found.series)
        .into_iter()
        .map(|row| {
            let mut from: Vec<&str> = row.series.points.iter().map(|point| point.from).collect();
            from.sort_unstable();
            from.dedup();
            Line {
                title: row.series.metric.title(),
                first_year: row.first.year,
                first: shown(&row.first.value),
                last_year: row.last.year,
                last: shown(&row.last.value),
                change: shown(&(&row.last.value - &row.first.value)),
                direction: row.direction.word(),
                from,
            }
        })
        .collect();
    let mut environment = environment()?;
    environment.add_template("drift.html", TEMPLATE)?;
    let page = Page { title, lines, notes, picture, engine: env!("CARGO_PKG_VERSION") };
    environment.get_template("drift.html")?.render(Serde(&page))
}
