//! A table of postings, compiled: the row that fits a flow.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::flows::{Class, Features, Part};
use crate::data::postings::{Answer, Measured, Passes, PostingRow, PostingTable};
use crate::data::source::{Library, Shelf};
use crate::regime::{Expression, Truth};

/// Name of the table that is built in.
pub const DEFAULT_POSTINGS: &str = "default";

/// What a row looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) class: Class,
    pub(super) passes: Passes,
    pub(super) measured: Measured,
    pub(super) part: Part,
    pub(super) answer: Answer,
    pub(super) action: &'a str,
    pub(super) features: Features,
}

/// A compiled table.
#[derive(Clone, Debug)]
pub struct PostingRules {
    /// The table as written.
    pub table: PostingTable,
    when: Vec<Expression>,
}

impl PostingRules {
    /// Reads a table by name or path, and compiles it.
    pub fn find(name: &str, library: &Library, diagnostics: &mut Diagnostics) -> Option<Self> {
        match library.find(Shelf::Postings, name) {
            Ok(source) => {
                let before = diagnostics.errors();
                let table = PostingTable::read(source, library, &(), diagnostics)?;
                (diagnostics.errors() == before).then(|| Self::compile(table, diagnostics))?
            }
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// Compiles a table; every mistake is reported.
    pub fn compile(table: PostingTable, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let when = table.rows.iter().map(|row| predicate(row, diagnostics)).collect();
        (diagnostics.errors() == before).then_some(Self { table, when })
    }

    /// The first row that fits. A predicate that hangs on what is not stated does not hold.
    pub(super) fn fitting(&self, facts: Facts) -> Option<usize> {
        self.table.rows.iter().zip(&self.when).position(|(row, when)| {
            any(&row.classes, &facts.class)
                && any(&row.passes, &facts.passes)
                && any(&row.measured, &facts.measured)
                && any(&row.parts, &facts.part)
                && any(&row.answers, &facts.answer)
                && (row.actions.is_empty() || row.actions.iter().any(|action| action == facts.action))
                && when.truth(facts.features) == Truth::True
        })
    }
}

fn any<T: PartialEq>(list: &[T], value: &T) -> bool {
    list.is_empty() || list.contains(value)
}

fn predicate(row: &PostingRow, diagnostics: &mut Diagnostics) -> Expression {
    if row.when.is_empty() {
        return Expression::Always;
    }
    Expression::parse(&row.when, &BTreeMap::new()).unwrap_or_else(|(message, hint)| {
        let diagnostic = Diagnostic::error(codes::BAD_RULE, message).at(row.row.place().column("when"));
        diagnostics.push(match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        });
        Expression::Always
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::postings::{ANSWERS, MEASURED, PASSES};

    #[test]
    fn the_default_table_has_a_row_for_every_flow() {
        let mut found = Diagnostics::new();
        let rules = PostingRules::find(DEFAULT_POSTINGS, &Library::new(None), &mut found);
        assert!(found.is_empty(), "{found}");
        let rules = rules.unwrap();
        let mut used = vec![false; rules.table.rows.len()];
        for class in Class::all() {
            for (_, passes) in PASSES {
                for (_, measured) in MEASURED {
                    for (_, answer) in ANSWERS {
                        for part in [Part::Principal, Part::Premium, Part::Tip, Part::Subsidy] {
                            for action in ["", "work"] {
                                let features = Features::default();
                                let facts = Facts { class, passes, measured, part, answer, action, features };
                                let row = rules.fitting(facts);
                                assert!(row.is_some(), "{facts:?}");
                                used[row.unwrap()] = true;
                            }
                        }
                    }
                }
            }
        }
        let idle = rules.table.rows.iter().zip(used).filter(|(row, used)| !used && row.when.is_empty());
        let idle: Vec<&str> =
            idle.filter(|(r, _)| !r.id.starts_with("shares")).map(|(r, _)| &*r.id).collect();
        assert!(idle.is_empty(), "rows that nothing reaches: {idle:?}");
    }
}
