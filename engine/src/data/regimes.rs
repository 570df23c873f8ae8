//! Sets of rules that say what a flow is, as written: texts with their rows, compiled elsewhere.

use crate::base::decimal;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::file_name::FileName;
use crate::base::progress::Progress;

use super::cells::{Cells, RowRef};
use super::flows::Class;
use super::manifest::{Kind, Manifest};
use super::schema;
use super::source::Source;

/// A confidence, or a part of one, in ten thousandths.
pub type Confidence = u32;

/// Certainty.
pub const CERTAIN: Confidence = 10_000;

/// A rule.
#[derive(Clone, Debug)]
pub struct RuleRow {
    /// Place in the order.
    pub rank: u32,
    /// Id.
    pub id: String,
    /// When it holds.
    pub when: String,
    /// What the flow then is.
    pub class: Class,
    /// Why, as a code.
    pub reason: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it might be instead.
    pub alternative: Option<Class>,
    /// Where the rule is from.
    pub source: String,
    /// What a reader should know.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// What lowers the confidence of rules.
#[derive(Clone, Debug)]
pub struct PenaltyRow {
    /// Reason code.
    pub code: String,
    /// Ids of the rules it applies to; empty: all.
    pub rules: Vec<String>,
    /// When it applies.
    pub when: String,
    /// By how much.
    pub amount: Confidence,
    /// What the flow might be instead.
    pub alternative: Option<Class>,
    /// Where it is from.
    pub source: String,
    /// What a reader should know.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// A rule that says in which mode a flow is given.
#[derive(Clone, Debug)]
pub struct ModeRow {
    /// Place in the order.
    pub rank: u32,
    /// Id.
    pub id: String,
    /// When it holds.
    pub when: String,
    /// The mode.
    pub mode: &'static str,
    /// Row.
    pub row: RowRef,
}

/// A named set of values.
#[derive(Clone, Debug)]
pub struct SetRow {
    /// Name.
    pub name: String,
    /// Values.
    pub values: Vec<String>,
    /// Row.
    pub row: RowRef,
}

/// Modes of relating.
pub const MODES: [&str; 4] = ["communal_sharing", "authority_ranking", "equality_matching", "market_pricing"];

/// A set of rules: tables in the order of their ranks.
#[derive(Clone, Debug)]
pub struct RuleTable {
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// Content hash.
    pub hash: String,
    /// What diagnostics call the file of the rules.
    pub file: FileName,
    /// Rules.
    pub rules: Vec<RuleRow>,
    /// Penalties.
    pub penalties: Vec<PenaltyRow>,
    /// Modes.
    pub modes: Vec<ModeRow>,
    /// Sets.
    pub sets: Vec<SetRow>,
}

impl RuleTable {
    /// Reads a set of rules; every problem is reported.
    pub fn read(source: Source, progress: &dyn Progress, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut opened = source.open(Kind::Regimes, diagnostics)?;
        let mut rules: Vec<RuleRow> = opened
            .read(&schema::RULES, progress, diagnostics, |bound, found| {
                bound.collect(|row| rule(&row, found))
            })
            .unwrap_or_default();
        let mut penalties: Vec<PenaltyRow> = opened
            .read(&schema::PENALTIES, progress, diagnostics, |bound, found| {
                bound.collect(|row| penalty(&row, found))
            })
            .unwrap_or_default();
        let mut modes: Vec<ModeRow> = opened
            .read(&schema::MODES, progress, diagnostics, |bound, found| {
                bound.collect(|row| mode(&row, found))
            })
            .unwrap_or_default();
        let mut sets: Vec<SetRow> = opened
            .read(&schema::SETS, progress, diagnostics, |bound, found| bound.collect(|row| set(&row, found)))
            .unwrap_or_default();
        rules.sort_by(|a, b| (a.rank, &a.id).cmp(&(b.rank, &b.id)));
        modes.sort_by(|a, b| (a.rank, &a.id).cmp(&(b.rank, &b.id)));
        penalties.sort_by(|a, b| (&a.code, &a.rules).cmp(&(&b.code, &b.rules)));
        sets.sort_by(|a, b| a.name.cmp(&b.name));
        check_ranks(rules.iter().map(|rule| (rule.rank, &rule.row)), diagnostics);
        check_ranks(modes.iter().map(|mode| (mode.rank, &mode.row)), diagnostics);
        Some(Self {
            name: opened.source.name.clone(),
            hash: opened.hash(),
            file: opened.source.file_label("rules.csv"),
            manifest: opened.manifest,
            rules,
            penalties,
            modes,
            sets,
        })
    }
}

/// The order of rules matters: it must not hang on their ids.
fn check_ranks<'a>(ranks: impl Iterator<Item = (u32, &'a RowRef)>, diagnostics: &mut Diagnostics) {
    let mut last = None;
    for (rank, row) in ranks {
        if last == Some(rank) {
            let message = format!("another row has the rank {rank}");
            let place = row.place().column("rank");
            let hint = "rules are tried by rank: each has its own";
            diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
        }
        last = Some(rank);
    }
}

fn rule(row: &Cells, diagnostics: &mut Diagnostics) -> Option<RuleRow> {
    let rank = row.integer("rank", diagnostics);
    let id = row.id("id", diagnostics);
    let when = row.required("when", diagnostics);
    let class = row.required("class", diagnostics).and_then(|text| class(row, "class", text, diagnostics));
    let reason = row.id("reason", diagnostics);
    let confidence = part(row, "confidence", diagnostics);
    let alternative = alternative(row, diagnostics);
    let source = row.required("source", diagnostics);
    Some(RuleRow {
        rank: rank?,
        id: id?,
        when: when?.to_owned(),
        class: class?,
        reason: reason?,
        confidence: confidence?,
        alternative,
        source: source?.to_owned(),
        note: row.string("note"),
        row: row.row_ref(),
    })
}

fn penalty(row: &Cells, diagnostics: &mut Diagnostics) -> Option<PenaltyRow> {
    let code = row.id("code", diagnostics);
    let when = row.required("when", diagnostics);
    let amount = part(row, "amount", diagnostics);
    let alternative = alternative(row, diagnostics);
    let source = row.required("source", diagnostics);
    Some(PenaltyRow {
        code: code?,
        rules: row.string("rules").split_whitespace().map(str::to_owned).collect(),
        when: when?.to_owned(),
        amount: amount?,
        alternative,
        source: source?.to_owned(),
        note: row.string("note"),
        row: row.row_ref(),
    })
}

fn mode(row: &Cells, diagnostics: &mut Diagnostics) -> Option<ModeRow> {
    let rank = row.integer("rank", diagnostics);
    let id = row.id("id", diagnostics);
    let when = row.required("when", diagnostics);
    let mode = row.word("mode", &MODES.map(|mode| (mode, mode)), diagnostics);
    row.required("source", diagnostics);
    Some(ModeRow { rank: rank?, id: id?, when: when?.to_owned(), mode: mode?, row: row.row_ref() })
}

fn set(row: &Cells, diagnostics: &mut Diagnostics) -> Option<SetRow> {
    let name = row.id("name", diagnostics);
    let values = row.required("values", diagnostics);
    let values = values?.split('|').map(|value| value.trim().to_owned()).collect();
    Some(SetRow { name: name?, values, row: row.row_ref() })
}

fn alternative(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Class> {
    row.text("alternative").and_then(|text| class(row, "alternative", text, diagnostics))
}

fn class(row: &Cells, column: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Class> {
    let class = Class::named(text);
    if class.is_none() {
        let message = format!("`{text}` is not a class of flows");
        let all: Vec<String> = Class::all().map(|class| class.to_string()).collect();
        let hint = match diagnostics.nearest(text, all.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of {}", all.join(", ")),
        };
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }
    class
}

/// A part of 1 with at most four decimals.
fn part(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Confidence> {
    let number = row.number(column, diagnostics)?;
    let scaled = decimal::scaled(&number.exact, 4);
    let exact = decimal::round(&number.exact, 4) == number.exact;
    let part = Confidence::try_from(scaled).ok().filter(|part| exact && *part <= CERTAIN);
    if part.is_none() {
        let message = format!("`{column}` is {}", row.text(column).unwrap_or_default());
        let hint = "it is from 0 to 1, with at most four decimals";
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }
    part
}
