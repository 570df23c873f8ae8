//! What holds of which lines: conditions, and what is stated where they hold.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::flows::{Declared, Field};

use super::super::names::slug;
use super::pattern::Pattern;

/// Where the money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To us.
    In,
    /// From us.
    Out,
}

/// Words of a rule that say which lines it is about.
const CONDITIONS: [&str; 4] = ["text", "counterparty", "account", "direction"];
/// Words that say who the other one is, or that the line is no flow.
const ABOUT: [&str; 4] = ["agent", "kind", "member", "skip"];
/// Columns of `flows` that a rule may state beside those of [`Field::STATED`].
const COLUMNS: [&str; 5] = ["resource", "licence", "certification", "declared", "note"];

/// A line before rules were asked, its texts folded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) text: &'a str,
    pub(super) counterparty: &'a str,
    pub(super) account: &'a str,
    pub(super) direction: Direction,
}

/// A rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    text: Vec<Pattern>,
    counterparty: Vec<Pattern>,
    account: Vec<Pattern>,
    direction: Option<Direction>,
    /// Id of the other one.
    pub(super) agent: Option<String>,
    /// What the other one is.
    pub(super) kind: Option<String>,
    /// Is the other one a member of us?
    pub(super) member: Option<bool>,
    /// Why a line is no flow.
    pub(super) skip: Option<String>,
    /// Columns of `flows`, and what is stated in them.
    pub(super) states: BTreeMap<String, String>,
}

impl Rule {
    /// Reads a rule; what is wrong is reported.
    pub(super) fn read(
        table: &Table,
        place: &Place,
        is_for_all: bool,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut rule = Self::default();
        let mut reader = Reader { place, diagnostics };
        for (key, value) in table {
            if is_for_all && (CONDITIONS.contains(&key.as_str()) || ["agent", "skip"].contains(&key.as_str()))
            {
                reader.refuse(
                    format!("`{key}` has no meaning in [all], which is about every line"),
                    "write a [[rule]]",
                );
                continue;
            }
            reader.entry(&mut rule, key, value);
        }
        let has_condition = rule.direction.is_some()
            || !(rule.text.is_empty() && rule.counterparty.is_empty() && rule.account.is_empty());
        if rule.member == Some(true) && rule.states.contains_key("relation") {
            let message = "the rule states both `relation` and that the other one is a member".to_owned();
            reader.refuse(message, "`member = true` says what the relation is; leave one of the two out");
        }
        if !is_for_all && !has_condition {
            let message = "the rule has no condition, and would hold of every line".to_owned();
            reader.refuse(message, "add text, counterparty, account or direction, or state it in [all]");
        }
        rule
    }

    /// Does it hold of a line?
    pub(super) fn holds(&self, line: &Subject) -> bool {
        let any = |patterns: &[Pattern], text: &str| {
            patterns.is_empty() || patterns.iter().any(|pattern| pattern.is_in(text))
        };
        self.direction.is_none_or(|direction| direction == line.direction)
            && any(&self.text, line.text)
            && any(&self.counterparty, line.counterparty)
            && any(&self.account, line.account)
    }
}

struct Reader<'a, 'd> {
    place: &'a Place,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_, '_> {
    fn refuse(&mut self, message: String, hint: &str) {
        let diagnostic = Diagnostic::error(codes::BAD_MAPPING, message).at(self.place.clone());
        self.diagnostics.push(diagnostic.hint(hint));
    }

    fn entry(&mut self, rule: &mut Rule, key: &str, value: &Value) {
        match key {
            "text" => rule.text = self.patterns(key, value),
            "counterparty" => rule.counterparty = self.patterns(key, value),
            "account" => rule.account = self.patterns(key, value),
            "direction" => {
                rule.direction = match value.as_str() {
                    Some("in") => Some(Direction::In),
                    Some("out") => Some(Direction::Out),
                    _ => {
                        self.refuse(
                            format!("`direction` cannot be {value}"),
                            "in: money that you receive; out: that you pay",
                        );
                        None
                    }
                }
            }
            "agent" => {
                let agent = self.word(key, value);
                if agent.as_ref().is_some_and(|agent| slug(agent) != *agent) {
                    self.refuse(
                        format!("`agent` cannot be {value}"),
                        "ids are made of letters a to z, digits, `-`, `_` and `.`",
                    );
                }
                rule.agent = agent;
            }
            "skip" => rule.skip = self.word(key, value),
            "member" => rule.member = self.truth(key, value),
            "kind" => {
                let kind = self.word(key, value);
                rule.kind = kind.filter(|kind| self.is_value("kind", Field::FromKind, kind));
            }
            _ => self.column(rule, key, value),
        }
    }

    /// A column of `flows`.
    fn column(&mut self, rule: &mut Rule, key: &str, value: &Value) {
        if let Some(field) = Field::STATED.into_iter().find(|field| field.name() == key) {
            let yes_no = value.as_bool().map(|truth| if truth { "yes" } else { "no" }.to_owned());
            let is_yes_no = field.values() == ["yes", "no"];
            let word = yes_no.filter(|_| is_yes_no).or_else(|| self.word(key, value));
            if let Some(word) = word.filter(|word| self.is_value(key, field, word)) {
                rule.states.insert(key.to_owned(), word);
            }
        } else if COLUMNS.contains(&key) {
            let word = self.word(key, value);
            if key == "declared" && word.as_deref().is_some_and(|word| Declared::parse(word).is_none()) {
                self.refuse(
                    format!("`declared` cannot be {value}"),
                    "a regime such as market, or market.fair_trade",
                );
            }
            rule.states.extend(word.map(|word| (key.to_owned(), word)));
        } else {
            let known = || {
                CONDITIONS.iter().chain(&ABOUT).copied().chain(Field::STATED.map(Field::name)).chain(COLUMNS)
            };
            let hint = match self.diagnostics.nearest(key, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of {}", known().collect::<Vec<_>>().join(", ")),
            };
            self.refuse(format!("`{key}` is not a word of a rule"), &hint);
        }
    }

    fn is_value(&mut self, key: &str, field: Field, word: &str) -> bool {
        let fine = field.code(word).is_some();
        if !fine {
            let hint = match self.diagnostics.nearest(word, field.values().iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of {}", field.values().join(", ")),
            };
            self.refuse(format!("`{key}` cannot be `{word}`"), &hint);
        }
        fine
    }

    fn word(&mut self, key: &str, value: &Value) -> Option<String> {
        let word = value.as_str().map(str::trim).filter(|word| !word.is_empty());
        if word.is_none() {
            self.refuse(format!("`{key}` cannot be {value}"), "write a word in quotes");
        }
        word.map(str::to_owned)
    }

    fn truth(&mut self, key: &str, value: &Value) -> Option<bool> {
        let truth = value.as_bool();
        if truth.is_none() {
            self.refuse(format!("`{key}` cannot be {value}"), "write true or false, without quotes");
        }
        truth
    }

    fn patterns(&mut self, key: &str, value: &Value) -> Vec<Pattern> {
        let one = std::slice::from_ref(value);
        let all = value.as_array().map_or(one, Vec::as_slice);
        let patterns: Option<Vec<Pattern>> = all.iter().map(|value| Pattern::new(value.as_str()?)).collect();
        patterns.filter(|patterns| !patterns.is_empty()).unwrap_or_else(|| {
            let hint = "write what the cell holds in quotes, or several in brackets; `*` stands for anything between";
            self.refuse(format!("`{key}` cannot be {value}"), hint);
            // Nothing else is said of a condition that cannot be read.
            Vec::new()
        })
    }
}
