//! Rules by which a surplus is shared out: where it goes, in which order, at which rates.

use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::reference::Verification;
use crate::data::schema;
use crate::data::source::Opened;

use super::amounts::fraction;

/// What a rate is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The whole surplus.
    Total,
    /// The surplus from business with members.
    Members,
    /// The capital of the members at the start of the year.
    Capital,
}

/// Whose surplus a reserve is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargedTo {
    /// That from business with members.
    Members,
    /// That from business with others.
    NonMembers,
    /// Both, in proportion.
    Both,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// Says where the surplus from business with others goes, after what is charged to it.
    NonMembers,
    /// Takes a part of a base for a reserve, a fund or a purpose.
    Reserve {
        /// Of what.
        of: Base,
        /// How much of it.
        rate: Exact,
        /// Whose surplus it is taken from.
        charged_to: ChargedTo,
    },
    /// Pays interest on the capital of members, out of their surplus.
    Interest {
        /// A year.
        rate: Exact,
    },
    /// The part of each share that is paid in cash, and the account it is owed on.
    Cash {
        /// How much of a share; `None`: each surplus says.
        rate: Option<Exact>,
    },
    /// The account of what is kept of each share.
    Retained,
    /// Keeps cash below an amount for the member instead of paying it.
    MinimumPayout {
        /// In the currency of the surplus.
        amount: Exact,
    },
    /// After how many years capital falls due.
    RedeemAfter {
        /// Years after that of the allocation.
        years: u32,
    },
    /// Says which account bears a loss.
    Loss,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    NonMembers,
    Reserve,
    Interest,
    Cash,
    Retained,
    MinimumPayout,
    RedeemAfter,
    Loss,
}

const WORDS: &[(&str, Word)] = &[
    ("non_members", Word::NonMembers),
    ("reserve", Word::Reserve),
    ("interest", Word::Interest),
    ("cash", Word::Cash),
    ("retained", Word::Retained),
    ("minimum_payout", Word::MinimumPayout),
    ("redeem_after", Word::RedeemAfter),
    ("loss", Word::Loss),
];
const BASES: &[(&str, Base)] =
    &[("total", Base::Total), ("members", Base::Members), ("capital", Base::Capital)];
const CHARGED: &[(&str, ChargedTo)] =
    &[("members", ChargedTo::Members), ("non_members", ChargedTo::NonMembers), ("both", ChargedTo::Both)];

/// A rule.
#[derive(Clone, Debug)]
pub struct SurplusRule {
    /// Name of the set.
    pub set: String,
    /// Its place in the order.
    pub rank: u32,
    /// Id.
    pub id: String,
    /// What it does.
    pub kind: RuleKind,
    /// The account; empty where the rule names none.
    pub to: String,
    /// Source.
    pub source: String,
    /// How the source was read.
    pub verification: Verification,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

impl SurplusRule {
    /// The word of its kind.
    pub fn word(&self) -> &'static str {
        let word = match self.kind {
            RuleKind::NonMembers => Word::NonMembers,
            RuleKind::Reserve { .. } => Word::Reserve,
            RuleKind::Interest { .. } => Word::Interest,
            RuleKind::Cash { .. } => Word::Cash,
            RuleKind::Retained => Word::Retained,
            RuleKind::MinimumPayout { .. } => Word::MinimumPayout,
            RuleKind::RedeemAfter { .. } => Word::RedeemAfter,
            RuleKind::Loss => Word::Loss,
        };
        WORDS.iter().find(|(_, known)| *known == word).map_or("", |(text, _)| text)
    }
}

/// The word of a base.
pub fn base_word(base: Base) -> &'static str {
    BASES.iter().find(|(_, known)| *known == base).map_or("", |(text, _)| text)
}

/// The word of who is charged.
pub fn charged_word(charged: ChargedTo) -> &'static str {
    CHARGED.iter().find(|(_, known)| *known == charged).map_or("", |(text, _)| text)
}

/// Reads the table, by set, rank and id. `None`: it is not there.
pub fn surplus_rules(opened: &mut Opened, diagnostics: &mut Diagnostics) -> Option<Vec<SurplusRule>> {
    opened.read(&schema::SURPLUS_RULES, &(), diagnostics, rows)
}

fn rows(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<SurplusRule> {
    let mut all: Vec<SurplusRule> = bound.collect(|row| {
        let set = row.id("set", diagnostics);
        let rank = row.integer("rank", diagnostics);
        let id = row.id("id", diagnostics);
        let word = row.word("kind", WORDS, diagnostics);
        let kind = word.and_then(|word| kind(&row, word, diagnostics));
        let to = word.and_then(|word| account(&row, word, diagnostics));
        let source = row.required("source", diagnostics).map(str::to_owned);
        row.required("verification", diagnostics);
        let verification = Verification::of(&row, diagnostics);
        Some(SurplusRule {
            set: set?,
            rank: rank?,
            id: id?,
            kind: kind?,
            to: to?,
            source: source?,
            verification,
            note: row.string("note"),
            row: row.row_ref(),
        })
    });
    all.sort_by(|a, b| (&a.set, a.rank, &a.id).cmp(&(&b.set, b.rank, &b.id)));
    all
}

/// What a rule does, from the cells that its kind has.
fn kind(row: &Cells, word: Word, diagnostics: &mut Diagnostics) -> Option<RuleKind> {
    let used: &[&str] = match word {
        Word::Reserve => &["of", "rate", "charged_to"],
        Word::Interest => &["of", "rate"],
        Word::Cash => &["rate"],
        Word::MinimumPayout | Word::RedeemAfter => &["amount"],
        Word::NonMembers | Word::Retained | Word::Loss => &[],
    };
    for column in ["of", "rate", "charged_to", "amount"] {
        if row.text(column).is_some() && !used.contains(&column) {
            let message = format!("a rule of this kind has no `{column}`");
            let place = row.place().column(column);
            let hint = "empty the cell, or see the table `surplus_rules` in the reference";
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        }
    }
    let rate = |diagnostics: &mut Diagnostics| {
        row.required("rate", diagnostics).and_then(|_| fraction(row, "rate", diagnostics))
    };
    match word {
        Word::NonMembers => Some(RuleKind::NonMembers),
        Word::Retained => Some(RuleKind::Retained),
        Word::Loss => Some(RuleKind::Loss),
        Word::Reserve => {
            let of = row.word("of", BASES, diagnostics);
            let rate = rate(diagnostics);
            let charged_to = row.word("charged_to", CHARGED, diagnostics);
            let of = of.filter(|of| a_part_of(row, *of, &[Base::Total, Base::Members], diagnostics));
            Some(RuleKind::Reserve { of: of?, rate: rate?, charged_to: charged_to? })
        }
        Word::Interest => {
            let of = row.word("of", BASES, diagnostics);
            let rate = rate(diagnostics);
            of.filter(|of| a_part_of(row, *of, &[Base::Capital], diagnostics))?;
            Some(RuleKind::Interest { rate: rate? })
        }
        Word::Cash => Some(RuleKind::Cash { rate: fraction(row, "rate", diagnostics) }),
        Word::MinimumPayout => {
            let amount = row.non_negative("amount", diagnostics)?.exact;
            Some(RuleKind::MinimumPayout { amount })
        }
        Word::RedeemAfter => Some(RuleKind::RedeemAfter { years: row.integer("amount", diagnostics)? }),
    }
}

/// A rate of a rule is of some bases only.
fn a_part_of(row: &Cells, of: Base, bases: &[Base], diagnostics: &mut Diagnostics) -> bool {
    let fine = bases.contains(&of);
    if !fine {
        let words: Vec<&str> = bases.iter().map(|base| base_word(*base)).collect();
        let message = format!("a rule of this kind is of {}, not of {}", words.join(" or "), base_word(of));
        let place = row.place().column("of");
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place));
    }
    fine
}

/// The kinds of accounts.
const ROOTS: [&str; 5] = ["assets", "liabilities", "equity", "income", "expenses"];

/// The account of a rule that moves money; a rule that moves none has none.
fn account(row: &Cells, word: Word, diagnostics: &mut Diagnostics) -> Option<String> {
    if matches!(word, Word::MinimumPayout | Word::RedeemAfter) {
        return Some(String::new());
    }
    let text = row.required("to", diagnostics)?;
    let letters = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let (root, rest) = text.split_once(':').unwrap_or((text, ""));
    if ROOTS.contains(&root) && !rest.is_empty() && rest.split(':').all(letters) {
        return Some(text.to_owned());
    }
    let message = format!("`{text}` is not an account");
    let hint = "assets, liabilities, equity, income or expenses, then names of small letters, digits and -, with : \
                between them: equity:indivisible-reserve";
    let place = row.place().column("to");
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    None
}
