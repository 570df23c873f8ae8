//! How two sets of rules differ.

use crate::data::regimes::{PenaltyRow, RuleRow};

use super::rules::Rules;

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `rule`, `penalty`, `mode` or `set`.
    pub table: &'static str,
    /// Id of the row.
    pub id: String,
    /// `added`, `removed`, or the column that changed.
    pub what: String,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
}

/// A row as its id and named cells.
type Cells = (String, Vec<(&'static str, String)>);

/// How `after` differs from `before`: rows added, removed and changed, in the order of their tables.
pub fn diff(before: &Rules, after: &Rules) -> Vec<Change> {
    let (a, b) = (&before.table, &after.table);
    let mut changes = Vec::new();
    compare("rule", a.rules.iter().map(rule), b.rules.iter().map(rule), &mut changes);
    compare("penalty", a.penalties.iter().map(penalty), b.penalties.iter().map(penalty), &mut changes);
    let modes = |rules: &Rules| -> Vec<Cells> {
        let rows = rules.table.modes.iter();
        rows.map(|m| {
            let cells =
                vec![("rank", m.rank.to_string()), ("when", m.when.clone()), ("mode", m.mode.to_owned())];
            (m.id.clone(), cells)
        })
        .collect()
    };
    compare("mode", modes(before).into_iter(), modes(after).into_iter(), &mut changes);
    let sets = |rules: &Rules| -> Vec<Cells> {
        rules.table.sets.iter().map(|s| (s.name.clone(), vec![("values", s.values.join("|"))])).collect()
    };
    compare("set", sets(before).into_iter(), sets(after).into_iter(), &mut changes);
    changes
}

fn rule(row: &RuleRow) -> Cells {
    let cells = vec![
        ("rank", row.rank.to_string()),
        ("when", row.when.clone()),
        ("class", row.class.to_string()),
        ("reason", row.reason.clone()),
        ("confidence", part(row.confidence)),
        ("alternative", row.alternative.map(|class| class.to_string()).unwrap_or_default()),
    ];
    (row.id.clone(), cells)
}

fn penalty(row: &PenaltyRow) -> Cells {
    let cells = vec![
        ("when", row.when.clone()),
        ("amount", part(row.amount)),
        ("alternative", row.alternative.map(|class| class.to_string()).unwrap_or_default()),
    ];
    (format!("{} of {}", row.code, row.rules.join(" ")), cells)
}

fn part(parts: u32) -> String {
    crate::base::decimal::plain(&parts.into(), 4)
}

fn compare(
    table: &'static str,
    before: impl Iterator<Item = Cells>,
    after: impl Iterator<Item = Cells>,
    changes: &mut Vec<Change>,
) {
    let (before, after): (Vec<Cells>, Vec<Cells>) = (before.collect(), after.collect());
    let change = |id: &str, what: &str, before: &str, after: &str| Change {
        table,
        id: id.to_owned(),
        what: what.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    };
    for (id, cells) in &after {
        match before.iter().find(|(known, _)| known == id) {
            None => changes.push(change(id, "added", "", &line(cells))),
            Some((_, old)) => changes.extend(
                old.iter().zip(cells).filter(|(a, b)| a.1 != b.1).map(|(a, b)| change(id, a.0, &a.1, &b.1)),
            ),
        }
    }
    for (id, cells) in before.iter().filter(|(id, _)| after.iter().all(|(other, _)| other != id)) {
        changes.push(change(id, "removed", &line(cells), ""));
    }
}

fn line(cells: &[(&'static str, String)]) -> String {
    let filled = cells.iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(name, text)| format!("{name}: {text}")).collect::<Vec<_>>().join("; ")
}
