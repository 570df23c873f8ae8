//! A set of rules by which a surplus is shared out.

use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::data::coop::surplus_rules::{RuleKind, SurplusRule, surplus_rules};
use crate::data::manifest::{Kind, Manifest};
use crate::data::source::{Library, Shelf};

/// Rules of one name, in their order.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// Name.
    pub name: String,
    /// Its rules by rank.
    pub rules: Vec<SurplusRule>,
    /// The dataset it was found in; `None`: the dataset that it is for.
    pub manifest: Option<Manifest>,
    /// Hash of that dataset.
    pub hash: Option<String>,
}

impl RuleSet {
    /// Finds a set: among the dataset's own rules, then on the shelf or by its path.
    pub fn find(
        name: &str,
        own: &[SurplusRule],
        place: Option<Place>,
        library: &Library,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let rules: Vec<SurplusRule> = own.iter().filter(|rule| rule.set == name).cloned().collect();
        if !rules.is_empty() {
            return Self { name: name.to_owned(), rules, manifest: None, hash: None }.checked(diagnostics);
        }
        match library.find(Shelf::Surplus, name) {
            Ok(source) => {
                let mut opened = source.open(Kind::SurplusRules, diagnostics)?;
                if !opened.has("surplus_rules") {
                    let message = "the dataset has no table `surplus_rules`";
                    let at = Place::file(opened.source.file_label("surplus_rules.csv"));
                    diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(at));
                    return None;
                }
                let rules = surplus_rules(&mut opened, diagnostics)?;
                let hash = Some(opened.hash());
                Self { name: opened.source.name.clone(), rules, manifest: Some(opened.manifest), hash }
                    .checked(diagnostics)
            }
            Err(mut diagnostic) => {
                let mut names: Vec<&str> = own.iter().map(|rule| rule.set.as_str()).collect();
                names.dedup();
                if let Some(near) = nearest(name, names.iter().copied()) {
                    diagnostic.hint = Some(format!("did you mean `{near}`?"));
                }
                diagnostic.place = place;
                diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// Reports what a set lacks, or says twice.
    fn checked(self, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        if let Some(other) = self.rules.iter().find(|rule| rule.set != self.rules[0].set) {
            let message = format!("the dataset holds the sets `{}` and `{}`", self.rules[0].set, other.set);
            let hint = "a dataset of rules holds one set; in the dataset of a co-op there may be many";
            let place = other.row.place().column("set");
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        }
        let Some(first) = self.rules.first() else {
            let message = format!("the set of rules `{}` is empty", self.name);
            diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message));
            return None;
        };
        for (word, why) in [
            ("non_members", "where the surplus from business with others goes"),
            ("cash", "what part of a share is paid in cash, and on which account it is owed"),
            ("retained", "on which account the rest of a share is kept"),
        ] {
            if self.rules.iter().all(|rule| rule.word() != word) {
                let message = format!("the set `{}` has no rule of kind `{word}`", first.set);
                let hint = format!("it says {why}");
                let place = Place::file(&*first.row.file);
                diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
            }
        }
        for (at, rule) in self.rules.iter().enumerate() {
            let earlier = &self.rules[..at];
            let again = !matches!(rule.kind, RuleKind::Reserve { .. })
                && earlier.iter().any(|other| other.word() == rule.word());
            let same_rank = earlier.iter().any(|other| other.rank == rule.rank);
            if again || same_rank {
                let message = if again {
                    format!("`{}` is the second rule of kind `{}`", rule.id, rule.word())
                } else {
                    format!("`{}` has the rank of another rule", rule.id)
                };
                let hint = "reserves are taken in order, each with a rank of its own; of other kinds there is one rule";
                let place = rule.row.place().column(if again { "kind" } else { "rank" });
                diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
            }
        }
        (diagnostics.errors() == before).then_some(self)
    }

    /// All sets of a dataset's own rules, checked.
    pub fn check_own(own: &[SurplusRule], diagnostics: &mut Diagnostics) {
        for set in own.chunk_by(|a, b| a.set == b.set) {
            let name = set[0].set.clone();
            Self { name, rules: set.to_vec(), manifest: None, hash: None }.checked(diagnostics);
        }
    }

    /// The account of the rule of a kind; empty if there is none.
    pub fn account(&self, word: &str) -> &str {
        self.rule(word).map(|rule| rule.to.as_str()).unwrap_or_default()
    }

    /// The rule of a kind of which there is one.
    pub fn rule(&self, word: &str) -> Option<&SurplusRule> {
        self.rules.iter().find(|rule| rule.word() == word)
    }

    /// What part of a share is paid in cash, where the set says.
    pub fn cash_rate(&self) -> Option<&Exact> {
        self.rules.iter().find_map(|rule| match &rule.kind {
            RuleKind::Cash { rate } => rate.as_ref(),
            _ => None,
        })
    }

    /// Cash below it is kept for the member.
    pub fn minimum_payout(&self) -> Option<&Exact> {
        self.rules.iter().find_map(|rule| match &rule.kind {
            RuleKind::MinimumPayout { amount } => Some(amount),
            _ => None,
        })
    }

    /// After how many years capital falls due.
    pub fn redeem_after(&self) -> Option<u32> {
        self.rules.iter().find_map(|rule| match rule.kind {
            RuleKind::RedeemAfter { years } => Some(years),
            _ => None,
        })
    }

    /// Where what nobody has a claim on goes: the first reserve, or where the surplus from others goes.
    pub fn reserve(&self) -> &str {
        let first = self.rules.iter().find(|rule| matches!(rule.kind, RuleKind::Reserve { .. }));
        first.map_or_else(|| self.account("non_members"), |rule| rule.to.as_str())
    }
}
