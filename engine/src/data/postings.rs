//! Tables of postings, as written: which accounts a flow of a class is booked to.

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::progress::Progress;

use super::cells::{Cells, RowRef};
use super::flows::{Class, Part, Regime};
use super::hash;
use super::manifest::{Kind, Manifest};
use super::schema;
use super::source::{Library, Opened, Shelf, Source};

/// What passes in a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passes {
    /// What its amount is counted in: money, credit of members, hours of a ledger.
    Unit,
    /// Goods, services, work.
    Goods,
    /// A claim: a share, a promise to pay.
    Claim,
    /// That is not stated.
    Unknown,
}

/// What of a flow is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measured {
    /// Its value, in its unit of account.
    Value,
    /// Its quantity, in its unit: it states no value.
    Quantity,
}

/// What comes back for a flow, among flows with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Another leg of its agreement.
    Agreement,
    /// It pays under an agreement for what somebody else got.
    Another,
    /// It pays what was delivered between the two outside of agreements, in the same unit.
    Account,
    /// A payment between the two that came before, and stood alone.
    Paid,
    /// Nothing that is recorded.
    None,
}

/// Words of what passes.
pub const PASSES: [(&str, Passes); 4] = [
    ("unit", Passes::Unit),
    ("goods", Passes::Goods),
    ("claim", Passes::Claim),
    ("unknown", Passes::Unknown),
];
/// Words of what is booked.
pub const MEASURED: [(&str, Measured); 2] = [("value", Measured::Value), ("quantity", Measured::Quantity)];
/// Words of what comes back.
pub const ANSWERS: [(&str, Answer); 5] = [
    ("agreement", Answer::Agreement),
    ("another", Answer::Another),
    ("account", Answer::Account),
    ("paid", Answer::Paid),
    ("none", Answer::None),
];

/// The word of a value.
pub fn word<T: PartialEq + Copy>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

const PARTS: [(&str, Part); 4] = [
    ("principal", Part::Principal),
    ("premium", Part::Premium),
    ("tip", Part::Tip),
    ("subsidy", Part::Subsidy),
];

/// Accounts that the books themselves need, by what they are for.
pub const ROLES: [&str; 16] = [
    "currency",
    "hours",
    "member_credit",
    "physical",
    "receivable",
    "payable",
    "lent",
    "borrowed",
    "opening",
    "trading",
    "demurrage_paid",
    "demurrage_received",
    "embodied",
    "embodied_contra",
    "retained",
    "result",
];

/// Stands for the account where the lone payment was booked that a delivery answers.
pub const BOOKED: &str = "{booked}";

/// Kinds of accounts: the first part of their name.
pub const ROOTS: [&str; 5] = ["assets", "liabilities", "equity", "income", "expenses"];

/// A row: which flows it fits, and where they are booked. An empty list fits all.
#[derive(Clone, Debug)]
pub struct PostingRow {
    /// Place in the order.
    pub rank: u32,
    /// Id.
    pub id: String,
    /// Classes.
    pub classes: Vec<Class>,
    /// What passes.
    pub passes: Vec<Passes>,
    /// Value or quantity.
    pub measured: Vec<Measured>,
    /// Parts of agreements.
    pub parts: Vec<Part>,
    /// What comes back.
    pub answers: Vec<Answer>,
    /// What is done.
    pub actions: Vec<String>,
    /// A predicate over what is stated of the flow; empty: always.
    pub when: String,
    /// Accounts: debit and credit of the giver, debit and credit of the receiver.
    pub accounts: [String; 4],
    /// Where the row is from.
    pub source: String,
    /// What a reader should know.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// A table of postings, in the order of its ranks.
#[derive(Clone, Debug)]
pub struct PostingTable {
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// Content hash.
    pub hash: String,
    /// Rows.
    pub rows: Vec<PostingRow>,
    /// The account of each of [`ROLES`].
    pub roles: Vec<String>,
}

/// The four columns of accounts.
pub const ACCOUNT_COLUMNS: [&str; 4] = ["giver_debit", "giver_credit", "receiver_debit", "receiver_credit"];

impl PostingTable {
    /// Reads a table, and the one that it extends; every problem is reported.
    pub fn read(
        source: Source,
        library: &Library,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut opened = source.open(Kind::Postings, diagnostics)?;
        let base = match opened.manifest.postings.extends.clone() {
            Some(name) => Some(extended(&name, &opened, library, progress, diagnostics)?),
            None => None,
        };
        let mut rows: Vec<PostingRow> = opened
            .read(&schema::POSTINGS, progress, diagnostics, |bound, found| {
                bound.collect(|row| posting(&row, found))
            })
            .unwrap_or_default();
        rows.sort_by(|a, b| (a.rank, &a.id).cmp(&(b.rank, &b.id)));
        for pair in rows.windows(2).filter(|pair| pair[0].rank == pair[1].rank) {
            let message = format!("another row has the rank {}", pair[1].rank);
            let place = pair[1].row.place().column("rank");
            let hint = "the first row that fits decides: each has its own rank";
            diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
        }
        let mut named = Vec::new();
        if base.is_none() || opened.has("roles") {
            named = opened
                .read(&schema::ROLES, progress, diagnostics, |bound, found| {
                    bound.collect(|row| role(&row, found))
                })
                .unwrap_or_default();
        }
        let roles = roles(&named, base.as_ref(), &opened, diagnostics);
        let hash = opened.hash();
        let hash = match &base {
            Some(base) => hash::bytes(format!("{hash} {}", base.hash).as_bytes()),
            None => hash,
        };
        if let Some(base) = base {
            same_ids(&rows, &base, diagnostics);
            rows.extend(base.rows);
        }
        Some(Self { name: opened.source.name.clone(), hash, manifest: opened.manifest, rows, roles })
    }

    /// The account of a role.
    pub fn role(&self, role: &str) -> &str {
        ROLES.iter().position(|known| *known == role).map_or("", |at| &self.roles[at])
    }
}

/// The table that another one extends; it extends none itself.
fn extended(
    name: &str,
    opened: &Opened,
    library: &Library,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<PostingTable> {
    let place = || Place::file(opened.source.file_label("manifest.toml"));
    let source = match library.find(Shelf::Postings, name) {
        Ok(source) => source,
        Err(diagnostic) => {
            diagnostics.push(diagnostic.at(place()));
            return None;
        }
    };
    let further = source.clone().open_any(&mut Diagnostics::new());
    if further.is_some_and(|opened| opened.manifest.postings.extends.is_some()) {
        let message = format!("`postings.extends`: `{name}` extends another table itself");
        let hint = "extend that one, or copy the rows that are missing";
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place()).hint(hint));
        return None;
    }
    PostingTable::read(source, library, progress, diagnostics)
}

/// The account of each role: its own, or that of the table that is extended.
fn roles(
    named: &[(String, String)],
    base: Option<&PostingTable>,
    opened: &Opened,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let account = |role: &str| {
        let own = named.iter().find(|(name, _)| name == role).map(|(_, account)| account.as_str());
        own.or_else(|| base.map(|base| base.role(role))).map(str::to_owned)
    };
    let absent: Vec<&str> = ROLES.into_iter().filter(|role| account(role).is_none()).collect();
    if !absent.is_empty() {
        let message = format!("roles without an account: {}", absent.join(", "));
        let hint = "every role has one; docs/reference/postings.md says what they are for";
        let place = Place::file(opened.source.file_label("roles.csv"));
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
    }
    ROLES.iter().map(|role| account(role).unwrap_or_default()).collect()
}

/// A row is named by its id: one of the table that is extended has another.
fn same_ids(rows: &[PostingRow], base: &PostingTable, diagnostics: &mut Diagnostics) {
    for row in rows.iter().filter(|row| base.rows.iter().any(|other| other.id == row.id)) {
        let message = format!("`{}` is also a row of `{}`, which the table extends", row.id, base.name);
        let place = row.row.place().column("id");
        let hint = "the journal names rows by their ids: give it one of its own";
        diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
    }
}

fn posting(row: &Cells, diagnostics: &mut Diagnostics) -> Option<PostingRow> {
    let rank = row.integer("rank", diagnostics);
    let id = row.id("id", diagnostics);
    let classes = classes(row, diagnostics);
    let passes = list(row, "passes", &PASSES, diagnostics);
    let measured = list(row, "measured", &MEASURED, diagnostics);
    let parts = list(row, "part", &PARTS, diagnostics);
    let answers = list(row, "answer", &ANSWERS, diagnostics);
    let actions =
        row.string("action").split('|').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let accounts = ACCOUNT_COLUMNS.map(|column| account(row, column, diagnostics));
    let source = row.required("source", diagnostics);
    let [Some(a), Some(b), Some(c), Some(d)] = accounts else { return None };
    Some(PostingRow {
        rank: rank?,
        id: id?,
        classes,
        passes,
        measured,
        parts,
        answers,
        actions,
        when: row.string("when"),
        accounts: [a, b, c, d],
        source: source?.to_owned(),
        note: row.string("note"),
        row: row.row_ref(),
    })
}

fn role(row: &Cells, diagnostics: &mut Diagnostics) -> Option<(String, String)> {
    let words = ROLES.map(|role| (role, role));
    let role = row.word("role", &words, diagnostics);
    let account = account(row, "account", diagnostics);
    Some((role?.to_owned(), account?))
}

/// Words with `|` between them.
fn list<T: Copy>(row: &Cells, column: &str, words: &[(&str, T)], diagnostics: &mut Diagnostics) -> Vec<T> {
    let mut found = Vec::new();
    for word in row.text(column).unwrap_or_default().split('|').filter(|word| !word.is_empty()) {
        match words.iter().find(|(known, _)| *known == word) {
            Some((_, value)) => found.push(*value),
            None => bad(row, column, word, words.iter().map(|(word, _)| *word), diagnostics),
        }
    }
    found
}

/// Classes with `|` between them; `market.*` is all of the market.
fn classes(row: &Cells, diagnostics: &mut Diagnostics) -> Vec<Class> {
    let mut found = Vec::new();
    for word in row.text("class").unwrap_or_default().split('|').filter(|word| !word.is_empty()) {
        let regime = word.strip_suffix(".*").and_then(Regime::named);
        if let Some(regime) = regime {
            found.extend(Class::all().filter(|class| class.regime() == regime));
        } else if let Some(class) = Class::named(word) {
            found.push(class);
        } else {
            let all: Vec<String> = Class::all().map(|class| class.to_string()).collect();
            bad(row, "class", word, all.iter().map(String::as_str), diagnostics);
        }
    }
    found
}

fn bad<'a>(
    row: &Cells,
    column: &str,
    word: &str,
    words: impl Iterator<Item = &'a str>,
    diagnostics: &mut Diagnostics,
) {
    let message = format!("`{word}` is not a value of `{column}`");
    let list: Vec<&str> = words.collect();
    let hint = format!("one or more of {}, with | between them", list.join(", "));
    let place = row.place().column(column);
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
}

/// `{holding}`, `{booked}`, or a name such as `assets:credit:{unit}`.
fn account(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = row.required(column, diagnostics)?;
    let letters = |part: &str| {
        part == "{unit}"
            || (part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
    };
    let (root, rest) = text.split_once(':').unwrap_or((text, ""));
    let named = ROOTS.contains(&root) && !rest.is_empty() && rest.split(':').all(letters);
    let paid = row.text("answer") == Some("paid");
    if named || (column != "account" && (text == "{holding}" || (text == BOOKED && paid))) {
        return Some(text.to_owned());
    }
    let message = format!("`{text}` is not an account");
    let hint = "assets, liabilities, equity, income or expenses, then names of small letters, digits and -, with : \
                between them; {unit} stands for the unit, {holding} for where the unit is held; {booked}, where `answer` is paid, for where the payment was";
    let place = row.place().column(column);
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    None
}
