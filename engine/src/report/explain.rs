//! Walks a number back: to footprints, factors, processes, rows and sources.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes, nearest};
use crate::base::listed::listed;
use crate::base::money::Money;
use crate::base::progress::Progress;
use crate::data::cells::RowRef;
use crate::data::reference::Reference;
use crate::pricing::{IndicatorCost, Prepared, Request, Run, Stated, TruePrice};
use crate::valuation::{PriceLevel, Status};

use super::allocation;
use super::coverage::SILENT;
use super::display::{Shelf, amount, single};

/// Explains a product, at every origin it has; `indicator` narrows it to one.
pub fn explain(
    prepared: &Prepared,
    request: &Request,
    reference: &Reference,
    product: &str,
    indicator: Option<&str>,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    check_indicator(indicator, prepared, diagnostics);
    let request = &Request { products: vec![product.to_owned()], ..request.clone() };
    let level = PriceLevel::new(reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(prepared, request, reference, &level, progress, diagnostics)?;
    texts(&run, product, indicator, diagnostics)
}

fn check_indicator(indicator: Option<&str>, prepared: &Prepared, diagnostics: &mut Diagnostics) {
    let profiles = prepared.supply.interventions.profiles();
    if let Some(id) = indicator.filter(|id| profiles.iter().all(|profile| *profile.indicator != **id)) {
        let mut diagnostic =
            Diagnostic::error(codes::NOT_FOUND, format!("the dataset states no indicator `{id}`"));
        let stated: BTreeSet<&str> = profiles.iter().map(|profile| &*profile.indicator).collect();
        let stated: Vec<&str> = stated.into_iter().collect();
        diagnostic = diagnostic.hint(match nearest(id, stated.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it states {}", stated.join(", ")),
        });
        diagnostics.push(diagnostic);
    }
}

fn texts(run: &Run, product: &str, indicator: Option<&str>, diagnostics: &mut Diagnostics) -> Option<String> {
    let chain = &run.prepared.chain;
    let points: Vec<usize> = (0..chain.points.len())
        .filter(|&p| run.prepared.supply.products[chain.points[p].product].id == product)
        .collect();
    if points.is_empty() {
        let message = format!("nothing makes `{product}`: there is no footprint to explain");
        diagnostics.push(Diagnostic::error(codes::NO_PROCESS, message));
        return None;
    }
    let mut texts = Vec::new();
    for point in points {
        let activity = run.activity(point);
        match run.true_price(point, diagnostics) {
            Ok((price, _)) => texts.push(text(run, &activity, &price, indicator)),
            Err(overflow) => {
                diagnostics.push(Diagnostic::error(codes::OVERFLOW, overflow.to_string()));
                return None;
            }
        }
    }
    Some(texts.join("\n"))
}

/// Explains one product x origin with the activity of its processes.
fn text(run: &Run, activity: &[(usize, f64)], price: &TruePrice, indicator: Option<&str>) -> String {
    let mut text = String::new();
    let target = run.prepared.target;
    let _ = writeln!(
        text,
        "{} ({}, {}), per {}: {} {}, factors {}",
        price.name,
        price.product,
        price.origin,
        price.unit,
        target.currency,
        target.year,
        run.prepared.set.label()
    );
    for scenario in run.prepared.supply.rests_on.iter().filter(|other| other.role == "scenario") {
        let _ = writeln!(text, "with the scenario {}: {}", scenario.name, scenario.manifest.title);
    }
    if indicator.is_none() {
        totals(run, price, &mut text);
    }
    for cost in price.indicators.iter().filter(|k| indicator.is_none_or(|id| k.indicator == id)) {
        let _ = writeln!(text);
        explain_indicator(run, cost, activity, &mut text);
    }
    chain(run, activity, &mut text);
    text
}

fn totals(run: &Run, price: &TruePrice, text: &mut String) {
    let currency = run.prepared.target.currency;
    let shelf = Shelf::new(price, currency);
    match &price.market {
        Some(market) => {
            let _ = writeln!(
                text,
                "market price {} = {}, exactly {}",
                shelf.market, market.published, market.amount
            );
            for step in &market.steps {
                let _ = writeln!(text, "  {step}");
            }
            let _ = writeln!(text, "  VAT {}; {}: {}", market.vat, market.verification, market.source);
        }
        None => text.push_str("market price: none\n"),
    }
    let paid = if shelf.internalised.is_empty() {
        String::new()
    } else {
        format!(", internalised {}", shelf.internalised)
    };
    let _ = writeln!(
        text,
        "environmental {}, social {}, health {}{paid}: gap {}",
        shelf.environmental, shelf.social, shelf.health, shelf.gap
    );
    if let Some(gap) = price.gap {
        let _ = writeln!(
            text,
            "gap exactly {} (lower {}, upper {}: scenarios, not bounds)",
            gap.central, gap.lower, gap.upper
        );
    }
    if let Some(true_price) = price.true_price() {
        let _ = writeln!(
            text,
            "true price {} = market price + gap, exactly {}",
            shelf.true_price, true_price.central
        );
    }
    if price.benefits != Money::ZERO {
        let netted = if run.request.netting { "netted" } else { "not netted" };
        let _ = writeln!(text, "benefits {} ({netted})", single(price.benefits, currency));
    }
    if price.overpaid != Money::ZERO {
        let _ = writeln!(text, "paid beyond the external cost {}", single(price.overpaid, currency));
    }
    if let Some(support) = price.support {
        let true_price = price.true_price().map(|t| t.central);
        let band = [Money::ZERO, support.half(), support].map(|s| true_price.map_or(s, |t| t + s));
        let _ = writeln!(
            text,
            "memo: public support {} per unit; with none, half or all of it in the price: {}, {}, {}",
            single(support, currency),
            single(band[0], currency),
            single(band[1], currency),
            single(band[2], currency)
        );
    }
    if let Some(support) = price.price_support.filter(|s| *s != Money::ZERO) {
        let _ = writeln!(
            text,
            "memo: price support {} per unit; without it the price would be lower",
            single(support, currency)
        );
    }
}

fn source(text: &str) -> &str {
    if text.is_empty() { "no source" } else { text }
}

fn place(row: &RowRef) -> String {
    row.place().to_string()
}

fn explain_indicator(run: &Run, cost: &IndicatorCost, activity: &[(usize, f64)], text: &mut String) {
    let currency = run.prepared.target.currency;
    let _ = write!(text, "{} ({}): ", cost.indicator, cost.dimension.word());
    let _ = match (&cost.stated, cost.is_priced) {
        (Stated::Absent, _) => writeln!(text, "not stated by any process of the chain"),
        (_, true) => writeln!(
            text,
            "{} {} cost {currency} {} (lower {}, upper {})",
            amount(cost.priced_amount),
            cost.unit,
            cost.cost.central,
            cost.cost.lower,
            cost.cost.upper
        ),
        (_, false) => writeln!(
            text,
            "{} {} without a price",
            amount(cost.unpriced_amount + cost.excluded_amount),
            cost.unit
        ),
    };
    if let Stated::Partial(silent) = &cost.stated {
        let _ = writeln!(text, "  partial: not stated by {}", listed(silent, SILENT));
    }
    for reason in &cost.unpriced_reasons {
        let _ = writeln!(text, "  unpriced: {} {}: {reason}", amount(cost.unpriced_amount), cost.unit);
    }
    for other in &cost.excluded_for {
        let _ = writeln!(
            text,
            "  excluded: {} {}: {other} measures the same",
            amount(cost.excluded_amount),
            cost.unit
        );
    }
    if cost.paid != Money::ZERO {
        let _ = writeln!(text, "  paid {} of it, internalised {}", cost.paid, cost.internalised().central);
        let supply = &run.prepared.supply;
        for row in supply.paid.iter().filter(|row| row.indicator == cost.indicator) {
            let _ = writeln!(
                text,
                "    {} {} by {}  [{}]  {}",
                row.amount.float,
                row.currency,
                row.process,
                place(&row.row),
                row.source
            );
        }
    }
    // An error far below the last digit that is shown is not worth a line.
    let footprint = cost.priced_amount.abs() + cost.unpriced_amount.abs() + cost.excluded_amount.abs();
    if cost.bound > 1e-9 * footprint {
        let _ = writeln!(text, "  error of the footprint at most {:.1e} {}", cost.bound, cost.unit);
    }
    factors(run, cost, activity, text);
    interventions(run, cost, activity, text);
}

/// Each factor in use, with its row and what was done to it.
fn factors(run: &Run, cost: &IndicatorCost, activity: &[(usize, f64)], text: &mut String) {
    // Places and years that take the same rows at the same value are told together.
    let mut uses: Vec<(usize, BTreeSet<&str>)> = Vec::new();
    for &(node, _) in activity {
        for row in run.rows_with(node, &cost.indicator) {
            if let Status::Priced(factor) = *run.valued.status(row) {
                let id = run.process_id(node);
                let same = |(other, _): &&mut (usize, BTreeSet<&str>)| {
                    run.valued.uses[*other] == run.valued.uses[factor]
                };
                match uses.iter_mut().find(same) {
                    Some((_, nodes)) => drop(nodes.insert(id)),
                    None => uses.push((factor, BTreeSet::from([id]))),
                }
            }
        }
    }
    for (index, nodes) in uses {
        let factor = &run.valued.uses[index];
        let level = factor.level.map_or_else(
            || "valid in all of the set's regions".to_owned(),
            |level| format!("matched at the {level} {}", factor.region),
        );
        let nodes: Vec<&str> = nodes.into_iter().collect();
        let _ = writeln!(
            text,
            "  factor {} {} per {} (lower {}, upper {}), {level}, for {}",
            factor.value.central,
            run.prepared.target.currency,
            cost.unit,
            factor.value.lower,
            factor.value.upper,
            nodes.join(", ")
        );
        for &row in &factor.rows {
            let row = &run.prepared.set.rows[row];
            let head = run.prepared.set.head(row);
            let year = row.emission_year.map(|year| format!(", emissions of {year}")).unwrap_or_default();
            let unit = if row.unit.is_money() {
                "ratio".to_owned()
            } else {
                format!("{}{} per {}", row.currency, row.price_year, row.unit)
            };
            let _ = writeln!(
                text,
                "    {} {unit}{year}  [{}]  {}: {}; {}",
                crate::base::decimal::Short(&row.value.central, 12),
                place(&row.row),
                row.verification.word(),
                row.source,
                head.manifest.licence.name
            );
            if !row.note.is_empty() {
                let _ = writeln!(text, "      {}", row.note);
            }
        }
        for step in &factor.steps {
            let _ = writeln!(text, "    {step}");
        }
    }
}

/// Each row behind the footprint, largest share first.
fn interventions(run: &Run, cost: &IndicatorCost, activity: &[(usize, f64)], text: &mut String) {
    let interventions = &run.prepared.supply.interventions;
    let mut rows: Vec<(f64, usize, f64, usize)> = Vec::new();
    for &(node, units) in activity {
        let bears = run.prepared.chain.nodes[node].share;
        for row in run.rows_with(node, &cost.indicator) {
            rows.push((run.valued.amount(row) * bears * units, row, units, node));
        }
    }
    rows.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then((a.1, a.3).cmp(&(b.1, b.3))));
    for (share, index, units, node) in rows {
        let row = interventions.profile(index);
        let stated = match interventions.amount(index) {
            Some(number) => format!(
                "{number} {} x {} activity{} = {} {}",
                row.unit,
                amount(units),
                allocation::times(run, node),
                amount(share),
                cost.unit
            ),
            None => "not stated".to_owned(),
        };
        let subject = if row.subject.is_empty() { String::new() } else { format!(" ({})", row.subject) };
        let _ = writeln!(
            text,
            "  {}{subject}: {stated}  [{}]  {}: {}",
            interventions.process(index),
            place(&interventions.row_ref(index)),
            row.verification.word(),
            source(&row.source)
        );
        for line in interventions.derivation(index) {
            let _ = writeln!(text, "    {line}");
        }
        for step in run.valued.moves.get(&index).into_iter().flatten() {
            let _ = writeln!(text, "    {step}");
        }
    }
}

/// The processes that one unit sets in motion, with the rows of their inputs.
fn chain(run: &Run, activity: &[(usize, f64)], text: &mut String) {
    let supply = &run.prepared.supply;
    let _ = writeln!(text, "\nthe chain: activity of each process for one unit");
    for &(node, units) in activity {
        let Some(process) = run.prepared.chain.nodes[node].process.map(|p| &supply.processes[p]) else {
            continue;
        };
        let _ = writeln!(
            text,
            "  {}: {} x {} {} of {}, {}, {}  [{}]  {}",
            process.id,
            amount(units),
            process.amount.float,
            process.unit.text(),
            process.product,
            process.stage,
            process.location,
            place(&process.row),
            source(&process.source)
        );
        allocation::explain(run, node, text);
        for input in supply.inputs.iter().filter(|input| input.process == process.id) {
            let from = input.supplier.as_deref().or(input.origin.as_deref());
            let from = from.map(|from| format!(" from {from}")).unwrap_or_default();
            let cutoff = if input.cutoff { ", cut off" } else { "" };
            let _ = writeln!(
                text,
                "    takes {} {} of {}{from}{cutoff}  [{}]  {}",
                input.amount.float,
                input.unit.text(),
                input.product,
                place(&input.row),
                source(&input.source)
            );
        }
    }
}
