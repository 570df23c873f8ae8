//! How processes with several products were allocated: as a table, and in explanations.

use std::fmt::Write as _;

use crate::chain::{Allocation, Shares};
use crate::pricing::Run;

use super::columns::Columns;
use super::display::amount;

/// One product under one rule.
struct Row<'a> {
    allocation: &'a Allocation,
    shares: &'a Shares,
    product: usize,
    used: bool,
}

/// One row a process x product x rule that the data permit; the rule that was used comes first.
pub fn table(allocations: &[Allocation]) -> Columns {
    let rows: Vec<Row> = allocations
        .iter()
        .flat_map(|allocation| {
            allocation.methods().enumerate().flat_map(move |(method, shares)| {
                (0..allocation.outputs.len()).map(move |product| Row {
                    allocation,
                    shares,
                    product,
                    used: method == 0,
                })
            })
        })
        .collect();
    Columns::of(&rows)
        .text("process", |row| &row.allocation.process)
        .text("product", |row| &row.allocation.outputs[row.product].product)
        .number("amount", |row| Some(row.allocation.outputs[row.product].amount))
        .text("unit", |row| &row.allocation.outputs[row.product].unit)
        .text("allocation", |row| row.shares.rule.to_string())
        .flag("used", |row| row.used)
        .flag("stated", |row| row.used && row.allocation.stated)
        .number("share", |row| Some(row.shares.share(row.product)))
        .text("basis", |row| &row.shares.basis[row.product])
        .done()
}

/// What the activity of a node is multiplied with, if anything: ` x 0.25 share`.
pub(super) fn times(run: &Run, node: usize) -> String {
    let share = run.prepared.chain.nodes[node].share;
    if share < 1.0 { format!(" x {} share", amount(share)) } else { String::new() }
}

/// The share of a product of a process that makes several, under each rule that the data permit.
pub(super) fn explain(run: &Run, node: usize, text: &mut String) {
    let chain = &run.prepared.chain;
    let Some(process) = chain.nodes[node].process else { return };
    let row = &run.prepared.supply.processes[process];
    let at = chain.allocations.binary_search_by(|allocation| allocation.process.cmp(&row.id));
    let Some(allocation) = at.ok().map(|at| &chain.allocations[at]) else { return };
    let Some(product) = allocation.outputs.iter().position(|output| output.product == row.product) else {
        return;
    };
    for (method, shares) in allocation.methods().enumerate() {
        let how = match (method, allocation.stated) {
            (0, true) => "bears",
            (0, false) => "by default bears",
            _ => "would bear",
        };
        let basis = &shares.basis[product];
        let share = amount(shares.share(product));
        let _ = writeln!(text, "    {how} {share} of it, {}: {basis}", shares.rule);
    }
}
