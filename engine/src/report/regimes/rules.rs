//! Sets of rules as tables.

use crate::regime::{Change, Finding, Rules};
use crate::report::columns::Columns;

use super::part;

/// The rules in their order, with the penalties that bear on each.
pub fn rules(rules: &Rules) -> Columns {
    let penalties = |id: &str| -> String {
        let bears = rules.table.penalties.iter();
        let bears = bears.filter(|penalty| penalty.rules.is_empty() || penalty.rules.iter().any(|r| r == id));
        bears.map(|p| format!("{} -{}", p.code, part(p.amount))).collect::<Vec<_>>().join(", ")
    };
    Columns::of(&rules.table.rules)
        .count("rank", |r| r.rank as usize)
        .text("rule", |r| &r.id)
        .text("class", |r| r.class.to_string())
        .text("reason", |r| &r.reason)
        .text("confidence", |r| part(r.confidence))
        .text("penalties", |r| penalties(&r.id))
        .text("when", |r| &r.when)
        .text("note", |r| &r.note)
        .text("source", |r| &r.source)
        .done()
}

/// What a check found.
pub fn findings(findings: &[Finding]) -> Columns {
    Columns::of(findings)
        .text("finding", |f| f.kind)
        .text("rules", |f| f.rules.join(" "))
        .text("what", |f| &f.text)
        .text("example", |f| &f.example)
        .done()
}

/// How two sets of rules differ.
pub fn changes(changes: &[Change]) -> Columns {
    Columns::of(changes)
        .text("table", |c| c.table)
        .text("id", |c| &c.id)
        .text("what", |c| &c.what)
        .text("before", |c| &c.before)
        .text("after", |c| &c.after)
        .done()
}
