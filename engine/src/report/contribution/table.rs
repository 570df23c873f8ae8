//! Contributions as a table for a terminal.

use std::fmt::Write as _;

use crate::base::money::{BOOK_SCALE, Money};
use crate::report::display::{amount, fixed, rounded};
use crate::report::table::aligned;
use crate::study::contribution::{
    By, Contributions, Figure, OfProduct, Part, Walked, Whole, cost_share, share,
};

/// The whole answer as text.
pub fn contributions(contributions: &Contributions) -> String {
    let mut text = String::new();
    for (at, of) in contributions.products.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        let _ = writeln!(
            text,
            "{} ({}, {}), per {}: contributions by {}",
            of.name,
            of.product,
            of.origin,
            of.unit,
            contributions.by.word()
        );
        text.push_str(&parts(of, contributions));
        if let Some(walked) = &of.paths {
            text.push('\n');
            text.push_str(&paths(walked, contributions));
        }
    }
    let target = contributions.target;
    let sets = contributions.lineage.datasets.iter().filter(|d| d.role == "factors");
    let sets: Vec<&str> = sets.map(|d| d.name.as_str()).collect();
    if sets.is_empty() {
        text.push_str("\nno factor set was chosen: footprints alone\n");
        return text;
    }
    let _ = writeln!(
        text,
        "\ncost: {} {}, rounded so that the parts add up; factors {}",
        target.currency,
        target.year,
        sets.join(", ")
    );
    text
}

/// Were there factors to price with?
fn has_factors(contributions: &Contributions) -> bool {
    contributions.lineage.datasets.iter().any(|dataset| dataset.role == "factors")
}

/// Decimals that show four digits of a whole, the minor unit at least.
fn digits(whole: Money, contributions: &Contributions) -> u32 {
    let minor = contributions.target.currency.minor_digits();
    let shows = |digits: &u32| whole.at_scale(*digits).unsigned_abs() >= 1_000;
    (minor..=BOOK_SCALE).find(shows).unwrap_or(if whole == Money::ZERO { minor } else { BOOK_SCALE })
}

/// Costs of figures as text, which add up to the printed whole; empty where there is none.
fn costs(figures: &[&Figure], whole: &Whole, contributions: &Contributions) -> Vec<String> {
    let money: Vec<Money> =
        figures.iter().map(|figure| figure.cost.map(|cost| cost.central).unwrap_or_default()).collect();
    let digits = digits(whole.figure.cost.map(|cost| cost.central).unwrap_or_default(), contributions);
    let printed = rounded(&money, digits).into_iter().zip(figures);
    let word = |figure: &Figure| match figure.amount {
        // A stage whose amounts are all unpriced, or not stated.
        None if whole.index.is_none() => "no price",
        None => "not stated",
        Some(_) => "unpriced",
    };
    printed
        .map(|(value, f)| if f.cost.is_some() { fixed(value, digits) } else { word(f).to_owned() })
        .collect()
}

fn whole_cost(whole: &Whole, contributions: &Contributions) -> String {
    let Some(cost) = whole.figure.cost else { return "unpriced".to_owned() };
    let digits = digits(cost.central, contributions);
    fixed(cost.central.at_scale(digits), digits)
}

fn percent(share: Option<f64>) -> String {
    share.map(|share| format!("{:5.1} %", 100.0 * share)).unwrap_or_default()
}

/// The cells of a figure that a whole has: amount, unit, share, cost, its share. No cost: there were no factors.
fn cells(figure: &Figure, whole: &Whole, cost: Option<String>, is_whole: bool) -> Vec<String> {
    let stated = |figure: &Figure| figure.amount.map_or_else(|| "not stated".to_owned(), amount);
    let of_amount = if is_whole { String::new() } else { percent(share(figure.amount, whole.figure.amount)) };
    let of_cost = if is_whole { String::new() } else { percent(cost_share(figure, &whole.figure)) };
    let of_money: Vec<String> = cost.map(|cost| vec![cost, of_cost]).unwrap_or_default();
    if whole.index.is_none() {
        return of_money;
    }
    [vec![stated(figure), whole.unit.clone(), of_amount], of_money].concat()
}

/// Headers of these cells.
fn heads(whole: &Whole, contributions: &Contributions) -> Vec<&'static str> {
    match (whole.index, has_factors(contributions)) {
        (None, _) => vec!["cost", "share"],
        (Some(_), true) => vec!["amount", "unit", "share", "cost", "share of cost"],
        (Some(_), false) => vec!["amount", "unit", "share"],
    }
}

fn parts(of: &OfProduct, contributions: &Contributions) -> String {
    let by = contributions.by.word();
    let mut text = String::new();
    for (at, whole) in of.wholes.iter().enumerate() {
        let says = |part: &&Part| part.figures[at] != Figure::default() || contributions.by == By::Tier;
        let stated: Vec<&Part> = of.parts.iter().filter(says).collect();
        let figures: Vec<&Figure> = stated.iter().map(|part| &part.figures[at]).collect();
        let costs = costs(&figures, whole, contributions);
        let has_names = contributions.by == By::Process;
        let of_money = |cost: String| has_factors(contributions).then_some(cost);
        let line = |name: &str, cells: Vec<String>, makes: &str| {
            let names = has_names.then(|| makes.to_owned());
            [vec![name.to_owned()], cells, names.into_iter().collect()].concat()
        };
        let mut rows: Vec<Vec<String>> = (stated.iter().zip(costs))
            .map(|(part, cost)| {
                line(&part.name, cells(&part.figures[at], whole, of_money(cost), false), &part.makes)
            })
            .collect();
        let sum = whole_cost(whole, contributions);
        rows.push(line("all", cells(&whole.figure, whole, of_money(sum), true), ""));
        if of.wholes.len() > 1 || whole.index.is_some() {
            let _ = writeln!(text, "{}", whole.indicator);
        }
        let mut header = [vec![by], heads(whole, contributions)].concat();
        header.extend(has_names.then_some("makes"));
        text.push_str(&aligned(&header, &rows, 1));
        if at + 1 < of.wholes.len() {
            text.push('\n');
        }
    }
    text
}

fn paths(walked: &Walked, contributions: &Contributions) -> String {
    let whole = &walked.whole;
    let figures: Vec<&Figure> =
        walked.rows.iter().map(|row| &row.figure).chain(std::iter::once(&walked.rest)).collect();
    let costs = costs(&figures, whole, contributions);
    let mut rows = Vec::with_capacity(costs.len());
    for (at, (figure, cost)) in figures.into_iter().zip(costs).enumerate() {
        let (needed, tier, path) = match walked.rows.get(at) {
            Some(row) => {
                (format!("{} {}", amount(row.amount), row.unit), row.tier.to_string(), row.nodes.join(" > "))
            }
            None => (String::new(), String::new(), "not listed".to_owned()),
        };
        let own = cells(figure, whole, has_factors(contributions).then_some(cost), false);
        rows.push([own, vec![tier, needed, path]].concat());
    }
    let mut header = heads(whole, contributions);
    header.extend(["tier", "needed", "path"]);
    let mut text = aligned(&header, &rows, 0);
    let cutoff = 100.0 * walked.cutoff;
    if walked.above == 0 {
        let _ = writeln!(
            text,
            "no path was found that contributes {cutoff} % of {} or more itself",
            whole.indicator
        );
    }
    let at_least = if walked.is_complete { "" } else { "at least " };
    if walked.above > 0 {
        let _ = writeln!(
            text,
            "{at_least}{} {cutoff} % of {} or more {}, {} listed",
            if walked.above == 1 {
                "1 path contributes".to_owned()
            } else {
                format!("{} paths contribute", walked.above)
            },
            whole.indicator,
            if walked.above == 1 { "itself" } else { "themselves" },
            if walked.above == walked.rows.len() {
                "all".to_owned()
            } else {
                format!("the largest {}", walked.rows.len())
            },
        );
    }
    if !walked.is_complete {
        text.push_str(
            "the search ended at its limit: choose a larger cut-off to be sure that none is missed\n",
        );
    }
    if !walked.is_proved {
        text.push_str(
            "credits go round in a loop of this chain, and sizes along its paths have no finite sum: paths may be missed\n",
        );
    }
    text
}
