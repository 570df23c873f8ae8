//! A set of rules, compiled: what a flow of given features is, how sure that is, and what speaks against it.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::cells::RowRef;
use crate::data::flows::{Class, Features, Field};
use crate::data::regimes::{Confidence, RuleTable};
use crate::data::source::{Library, Shelf};

use super::expression::{Expression, Truth};
use super::verdict::{Candidate, Verdict};

/// Name of the rules that are built in.
pub const DEFAULT_RULES: &str = "default";

/// No class is said with less.
const FLOOR: Confidence = 500;

/// A compiled set of rules.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The rules as written.
    pub table: RuleTable,
    /// When each rule holds.
    pub(super) when: Vec<Expression>,
    /// When each penalty applies.
    pub(super) penalties: Vec<Expression>,
    /// Which penalties bear on each rule.
    pub(super) bearing: Vec<Vec<usize>>,
    pub(super) modes: Vec<Expression>,
}

impl Rules {
    /// Reads a set of rules by name or path, and compiles it.
    pub fn find(name: &str, library: &Library, diagnostics: &mut Diagnostics) -> Option<Self> {
        match library.find(Shelf::Regimes, name) {
            Ok(source) => {
                let before = diagnostics.errors();
                let table = RuleTable::read(source, &(), diagnostics)?;
                (diagnostics.errors() == before).then(|| Self::compile(table, diagnostics))?
            }
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// Compiles a table; every mistake is reported.
    pub fn compile(table: RuleTable, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let sets: BTreeMap<String, Vec<String>> =
            table.sets.iter().map(|set| (set.name.clone(), set.values.clone())).collect();
        let compile = |when: &str, row: &RowRef, may_derive: bool, diagnostics: &mut Diagnostics| {
            predicate(when, row, &sets, may_derive, diagnostics)
        };
        let when: Vec<_> = table.rules.iter().map(|r| compile(&r.when, &r.row, false, diagnostics)).collect();
        let penalties: Vec<_> =
            table.penalties.iter().map(|p| compile(&p.when, &p.row, true, diagnostics)).collect();
        let modes: Vec<_> =
            table.modes.iter().map(|m| compile(&m.when, &m.row, false, diagnostics)).collect();
        let bearing = bearing(&table, diagnostics);
        check_default(&table, &when, diagnostics);
        (diagnostics.errors() == before).then_some(Self { table, when, penalties, bearing, modes })
    }

    /// Which rules could decide on a flow, in their order: all that are not false, up to the first that is true.
    pub(super) fn candidates(&self, features: Features) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for (rule, when) in self.when.iter().enumerate() {
            let truth = when.truth(features);
            if truth != Truth::False {
                candidates.push(Candidate { rule, confidence: self.confidence(rule, features) });
            }
            if truth == Truth::True {
                break;
            }
        }
        candidates
    }

    /// The confidence of a rule, with every penalty counted that could apply.
    pub(super) fn confidence(&self, rule: usize, features: Features) -> Confidence {
        let lost =
            self.penalties_of(rule, features).map(|(penalty, _)| self.table.penalties[penalty].amount).sum();
        self.after(rule, lost)
    }

    /// The confidence of a rule after penalties of this sum.
    pub(super) fn after(&self, rule: usize, lost: Confidence) -> Confidence {
        let own = self.table.rules[rule].confidence;
        own.saturating_sub(lost).max(FLOOR.min(own))
    }

    /// The penalties of a rule that could apply, each with whether it certainly does.
    pub(super) fn penalties_of(
        &self,
        rule: usize,
        features: Features,
    ) -> impl Iterator<Item = (usize, bool)> + '_ {
        self.bearing[rule].iter().filter_map(move |&penalty| match self.penalties[penalty].truth(features) {
            Truth::False => None,
            truth => Some((penalty, truth == Truth::True)),
        })
    }

    /// The mode in which a flow is given, where all rules that could say so agree.
    pub(super) fn mode(&self, features: Features) -> &'static str {
        let mut found = None;
        for (row, when) in self.table.modes.iter().zip(&self.modes) {
            let truth = when.truth(features);
            if truth == Truth::False {
                continue;
            }
            if found.is_some_and(|mode| mode != row.mode) {
                return "";
            }
            found = Some(row.mode);
            if truth == Truth::True {
                return row.mode;
            }
        }
        ""
    }

    /// What a flow of these features is.
    pub fn evaluate(&self, features: Features) -> Verdict {
        Verdict::of(self, &[features])
    }

    /// What flows are that were agreed together: one class, or none.
    pub fn evaluate_together(&self, features: &[Features]) -> Verdict {
        Verdict::of(self, features)
    }

    /// The fields without which a rule cannot be decided.
    pub(super) fn unknown(&self, rule: usize, features: Features, fields: &mut Vec<Field>) {
        self.when[rule].unknown(features, fields);
    }

    /// The class that holds where no other does.
    pub(super) fn default_confidence(&self) -> Confidence {
        self.table.rules.last().map_or(FLOOR, |rule| rule.confidence)
    }

    /// The next rule after one, of another class, that could hold; never one that says nothing.
    pub(super) fn next_class(&self, after: usize, class: Class, features: Features) -> Option<usize> {
        (after + 1..self.when.len()).find(|&rule| {
            let found = self.table.rules[rule].class;
            found != class && found != Class::INSUFFICIENT && self.when[rule].truth(features) != Truth::False
        })
    }
}

/// Compiles one predicate. A derived value never chooses a class.
fn predicate(
    when: &str,
    row: &RowRef,
    sets: &BTreeMap<String, Vec<String>>,
    may_derive: bool,
    diagnostics: &mut Diagnostics,
) -> Expression {
    let place = || row.place().column("when");
    match Expression::parse(when, sets) {
        Ok(expression) => {
            let mut fields = Vec::new();
            expression.fields(&mut fields);
            if let Some(derived) = fields.iter().find(|field| field.is_derived() && !may_derive) {
                let message = format!("`{}` is derived from the graph of flows", derived.name());
                let hint = "what is derived may lower a confidence: use it in `penalties`";
                diagnostics.push(Diagnostic::error(codes::BAD_RULE, message).at(place()).hint(hint));
            }
            expression
        }
        Err((message, hint)) => {
            let diagnostic = Diagnostic::error(codes::BAD_RULE, message).at(place());
            diagnostics.push(match hint {
                Some(hint) => diagnostic.hint(hint),
                None => diagnostic,
            });
            Expression::Always
        }
    }
}

/// Which penalties bear on each rule.
fn bearing(table: &RuleTable, diagnostics: &mut Diagnostics) -> Vec<Vec<usize>> {
    let mut bearing = vec![Vec::new(); table.rules.len()];
    for (index, penalty) in table.penalties.iter().enumerate() {
        if penalty.rules.is_empty() {
            for of in &mut bearing {
                of.push(index);
            }
        }
        for id in &penalty.rules {
            match table.rules.iter().position(|rule| rule.id == *id) {
                Some(rule) => bearing[rule].push(index),
                None => {
                    let message = format!("there is no rule `{id}`");
                    let near = diagnostics.nearest(id, table.rules.iter().map(|rule| rule.id.as_str()));
                    let hint = near
                        .map_or("name rules by their ids, with spaces between them".to_owned(), |n| {
                            format!("did you mean `{n}`?")
                        });
                    let place = penalty.row.place().column("rules");
                    diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
                }
            }
        }
    }
    bearing
}

/// The last rule holds of every flow, and no other does.
fn check_default(table: &RuleTable, when: &[Expression], diagnostics: &mut Diagnostics) {
    let always = |at: &usize| when[*at] == Expression::Always && table.rules[*at].when.trim() == "always";
    for at in (0..when.len().saturating_sub(1)).filter(always) {
        let message = "no rule after this one is ever tried";
        let hint = "`always` is for the last rule alone";
        let place = table.rules[at].row.place().column("when");
        diagnostics.push(Diagnostic::error(codes::BAD_RULE, message).at(place).hint(hint));
    }
    if !when.is_empty() && !always(&(when.len() - 1)) {
        let message = "the last rule does not hold of every flow";
        let hint =
            "end with a rule whose `when` is `always`, of the class unclassified.insufficient_evidence";
        diagnostics.push(Diagnostic::error(codes::BAD_RULE, message).at(Place::file(&table.file)).hint(hint));
    }
}
