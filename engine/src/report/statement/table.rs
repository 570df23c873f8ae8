//! The statement for a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::money::Money;
use crate::data::flows::Class;
use crate::data::reference::Dimension;
use crate::network::{Measure, Statement};
use crate::pricing::flow_costs::FlowCosts;
use crate::report::display::{fixed, rounded, single};
use crate::report::table::aligned;

use super::memo;

/// Columns of money.
const MONEY: [Measure; 7] = [
    Measure::ExternalOf(Dimension::Environmental),
    Measure::ExternalOf(Dimension::Social),
    Measure::ExternalOf(Dimension::Health),
    Measure::Internalised,
    Measure::Gap,
    Measure::MarketValuePriced,
    Measure::TruePrice,
];

/// The statement as tables: money, own units, commons, unpaid work, and what has no price.
pub fn text(costs: &FlowCosts, statement: &Statement) -> String {
    let target = statement.target;
    let mut text = format!(
        "what this network did, by regime, priced and unpriced: {} of {}, unless another unit is named\n\n",
        target.currency, target.year
    );
    text.push_str(&money(costs, statement));
    text.push_str(&unpriced(statement));
    text.push_str(&beside(costs, statement));
    text.push_str(&own_units(statement));
    text.push_str(&memo::commons(costs, statement));
    text.push_str(&memo::unpaid(statement));
    for problem in &statement.unmoved {
        let _ = writeln!(text, "not moved to {} of {}: {problem}", target.currency, target.year);
    }
    let lineage = &costs.prices.prices.lineage;
    let sets: Vec<&str> =
        lineage.datasets.iter().filter(|d| d.role == "factors").map(|d| d.name.as_str()).collect();
    let _ =
        writeln!(text, "prices: supply {}, factors {}", costs.prices.prepared.supply.name, sets.join(", "));
    for caution in &lineage.cautions {
        let _ = writeln!(text, "caution: {caution}");
    }
    for note in &lineage.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

/// The classes of a statement, in order.
pub(super) fn classes(statement: &Statement) -> Vec<Class> {
    let mut classes: Vec<Class> = statement.lines.iter().map(|line| line.class).collect();
    classes.dedup();
    classes
}

/// One row a class, and one of all.
fn money(costs: &FlowCosts, statement: &Statement) -> String {
    let classes = classes(statement);
    let digits = statement.target.currency.minor_digits();
    let columns: Vec<Vec<String>> = MONEY
        .iter()
        .map(|measure| {
            let of = |class: Class| statement.sum(*measure, |line| line.class == class);
            column(&classes.iter().map(|class| of(*class)).collect::<Vec<_>>(), digits)
        })
        .collect();
    let counted = |measure: Measure, class: Option<Class>| {
        let count = statement.count(measure, |line| class.is_none_or(|class| class == line.class));
        count.to_string()
    };
    let row = |at: usize, class: Option<Class>| {
        let (regime, subregime) = class.map_or(("all", ""), |c| (c.regime().word(), c.subregime()));
        let mut row = vec![regime.to_owned(), subregime.to_owned()];
        row.extend([Measure::Flows, Measure::Priced].map(|measure| counted(measure, class)));
        row.extend(columns.iter().map(|column| column[at].clone()));
        row
    };
    let mut rows: Vec<Vec<String>> =
        classes.iter().enumerate().map(|(at, class)| row(at, Some(*class))).collect();
    rows.push(row(classes.len(), None));
    let mut header = vec!["regime", "subregime", "flows", "priced"];
    header.extend(MONEY.map(Measure::word).map(|word| match word {
        "market_value_priced" => "market value",
        "true_price" => "true price",
        word => word,
    }));
    let mut text = aligned(&header, &rows, 2);
    text.push_str(
        "\neach column is rounded so that it adds up; true price = market value + gap, of market flows that are priced\n\
         what passes twice counts twice: sums say what went through hands, not what was caused in all\n",
    );
    let sum = |measure: Measure| statement.sum(measure, |_| true).unwrap_or_default();
    let open = sum(Measure::MarketValue) - sum(Measure::MarketValuePriced);
    if open != Money::ZERO {
        let open = single(open, statement.target.currency);
        let _ = writeln!(text, "market value of flows whose external cost is not known: {open}");
    }
    if costs.netting {
        text.push_str("netting is on: benefits and overpayments cancel costs in the gap\n");
    }
    text
}

/// Amounts and their sum in the minor unit; what is not there stays empty.
fn column(amounts: &[Option<Money>], digits: u32) -> Vec<String> {
    let known: Vec<Money> = amounts.iter().flatten().copied().collect();
    let parts = rounded(&known, digits);
    let total = if known.is_empty() { String::new() } else { fixed(parts.iter().sum(), digits) };
    let mut parts = parts.into_iter();
    let cells = amounts.iter().map(|amount| {
        let part = amount.and_then(|_| parts.next());
        part.map(|part| fixed(part, digits)).unwrap_or_default()
    });
    cells.chain([total]).collect()
}

/// Flows of products without a price, by reason.
fn unpriced(statement: &Statement) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for line in statement.lines.iter().filter(|line| line.measure == Measure::Unpriced) {
        *reasons.entry(line.detail).or_default() += line.count;
    }
    let legs = statement.count(Measure::NotAProduct, |_| true);
    let mut text = String::new();
    if !reasons.is_empty() {
        let all: usize = reasons.values().sum();
        let words: Vec<String> =
            reasons.iter().map(|(reason, count)| format!("{reason} ({count})")).collect();
        let _ = writeln!(text, "unpriced: {all}; {}", words.join(", "));
    }
    if legs > 0 {
        let _ = writeln!(text, "legs of money, credit or claims, in which no product moves: {legs}");
    }
    text
}

/// Benefits and overpayments: beside the gap.
fn beside(costs: &FlowCosts, statement: &Statement) -> String {
    let currency = statement.target.currency;
    let mut text = String::new();
    let benefits = if costs.netting { "benefits, netted" } else { "benefits, not netted" };
    for (what, measure) in
        [(benefits, Measure::Benefits), ("paid beyond the external cost", Measure::Overpaid)]
    {
        let sum = statement.sum(measure, |_| true).unwrap_or_default();
        if sum != Money::ZERO {
            let _ = writeln!(text, "{what}: {}", single(sum, currency));
        }
    }
    text
}

/// What passed in each unit, and what else was valued in it.
fn own_units(statement: &Statement) -> String {
    let mut sums: BTreeMap<(Class, &str), [Option<Money>; 2]> = BTreeMap::new();
    for line in &statement.lines {
        let column = match line.measure {
            Measure::Paid => 0,
            Measure::Valued => 1,
            _ => continue,
        };
        let cell = &mut sums.entry((line.class, &line.unit)).or_default()[column];
        *cell = Some(cell.unwrap_or_default() + line.amount.unwrap_or_default());
    }
    let rows: Vec<Vec<String>> = sums
        .into_iter()
        .map(|((class, unit), cells)| {
            let mut row =
                vec![class.regime().word().to_owned(), class.subregime().to_owned(), unit.to_owned()];
            row.extend(cells.map(|cell| cell.map(|amount| amount.to_string()).unwrap_or_default()));
            row
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let table = aligned(&["regime", "subregime", "unit", "paid", "else valued"], &rows, 3);
    format!(
        "\nin their own units and years, never converted: what was paid, and at what other things were valued\n\n{table}"
    )
}
