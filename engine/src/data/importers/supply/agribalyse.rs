//! AGRIBALYSE, foods by stage: published footprints, in French, of six stages each.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::names::Names;
use crate::data::importers::rows::{self, Row, is_whole};
use crate::data::importers::{Input, Told};
use crate::data::reference::Reference;
use crate::data::source::Source;
use crate::data::write::Batch;

use super::about::About;
use super::amount::{Amount, amount, refused};
use super::archive::one_file;
use super::characterise::{Characterisation, Characterised};
use super::draft::{Draft, Of};

const TABLE: &str = include_str!("tables/agribalyse.csv");

/// Stages as the file calls them, and as we do, in the order of the chain.
const STAGES: [(&str, &str); 6] = [
    ("Agriculture", "agriculture"),
    ("Transformation", "processing"),
    ("Emballage", "packaging"),
    ("Transport", "transport"),
    ("Supermarché et distribution", "retail"),
    ("Consommation", "consumption"),
];
/// The stage whose process makes the food itself and takes in the others.
const LAST: usize = STAGES.len() - 1;

/// What the file does not say.
#[derive(Clone, Debug)]
pub struct Agribalyse {
    /// The file.
    pub file: PathBuf,
    /// The method of its indicators: `EF 3.0`, `EF 3.1`.
    pub method: String,
    /// Where the foods are eaten.
    pub region: String,
    /// A table of characterisation of the user, instead of that of the program.
    pub table: Option<Source>,
}

/// A column with amounts.
struct Amounts<'a> {
    at: usize,
    name: &'a str,
    stage: usize,
    rows: Vec<&'a Characterised>,
}

/// Columns of a food.
struct Named {
    code: usize,
    group: Option<usize>,
    french: Option<usize>,
    english: Option<usize>,
}

pub(super) fn import(
    settings: &Agribalyse,
    batch: &mut Batch,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Told> {
    if !reference.regions.contains(&settings.region) {
        let message = format!("`{}` is not a region", settings.region);
        let hint = "ISO 3166 such as FR, or UN M49; 001 is the world";
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_REGION, message).hint(hint));
    }
    let table = match &settings.table {
        Some(source) => Characterisation::read(source.clone(), reference, diagnostics),
        None => Characterisation::built_in("agribalyse.csv", TABLE, reference, diagnostics),
    };
    let Input { name, bytes } = one_file(&settings.file, diagnostics)?;
    let (text, is_latin) = decoded(&bytes);
    let separator = separator(&text);
    let sheet = rows::rows(&name, &text, separator, 0, diagnostics);
    let table = table?;
    let Some((header, foods)) = sheet.split_first() else {
        let message = "the file has no header row";
        diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(Place::file(&name)));
        return None;
    };
    let header_names: Vec<String> = header.cells.iter().map(|cell| words(cell)).collect();
    let named = named(header, &header_names, diagnostics);
    let (columns, left) = amounts(&header_names, &table, header, diagnostics);
    let mut work = Work {
        settings,
        draft: Draft::new(batch, "numbers", &*name),
        ids: Names::default(),
        commas: 0,
        diagnostics,
    };
    let named = named?;
    let whole: Vec<&Row> =
        foods.iter().filter(|row| is_whole(row, header.cells.len(), work.diagnostics)).collect();
    for row in &whole {
        work.food(row, &named, &columns);
    }
    for (at, indicator) in left {
        let place = header.place().column(&header_names[at]);
        work.draft.told.leave_many(
            format!("`{indicator}`: the table of indicators does not have it"),
            place,
            whole.len(),
        );
    }
    let is_read = |at: usize| {
        let of_a_food = [Some(named.code), named.group, named.french, named.english].contains(&Some(at));
        of_a_food
            || header_names[at]
                .rsplit(" - ")
                .next()
                .is_some_and(|end| STAGES.iter().any(|stage| stage.0 == end))
    };
    let unread: Vec<&str> =
        (0..header_names.len()).filter(|at| !is_read(*at)).map(|at| header_names[at].as_str()).collect();
    if !unread.is_empty() {
        work.draft.told.note(format!("columns that are not read: {}", unread.join(", ")));
    }
    if is_latin {
        work.draft.told.note("the file is not UTF-8: it was read as Windows-1252");
    }
    if work.commas > 0 {
        let count = work.commas;
        work.draft.told.note(format!("{count} numbers have a decimal comma, which was read as a point"));
    }
    work.finish(whole.len(), reference)
}

/// The text of a file: UTF-8, or else Windows-1252.
fn decoded(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)), false),
        Err(_) => (bytes.iter().map(|byte| character(*byte)).collect::<String>().into(), true),
    }
}

/// A character of Windows-1252, as far as French has it; the others are those of Latin-1.
fn character(byte: u8) -> char {
    match byte {
        0x80 => '€',
        0x8c => 'Œ',
        0x9c => 'œ',
        0x91 | 0x92 => '\'',
        0x93 | 0x94 => '"',
        0x96 | 0x97 => '-',
        other => char::from(other),
    }
}

fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: char| first.matches(separator).count();
    if count(';') > count(',') { b';' } else { b',' }
}

/// A text with single spaces, and plain apostrophes.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('’', "'")
}

fn named(header: &Row, names: &[String], diagnostics: &mut Diagnostics) -> Option<Named> {
    let find = |name: &str| names.iter().position(|header| header == name);
    let code = find("Code AGB");
    if code.is_none() {
        diagnostics.push(rows::missing(header, "Code AGB", diagnostics));
    }
    Some(Named {
        code: code?,
        group: find("Groupe d'aliment"),
        french: find("Nom du Produit en Français"),
        english: find("LCI Name"),
    })
}

/// Columns with amounts, and those whose indicator the table does not have. Every indicator of the table needs all
/// stages.
fn amounts<'a>(
    names: &'a [String],
    table: &'a Characterisation,
    header: &Row,
    diagnostics: &mut Diagnostics,
) -> (Vec<Amounts<'a>>, Vec<(usize, &'a str)>) {
    let (mut found, mut left) = (Vec::new(), Vec::new());
    for (at, name) in names.iter().enumerate() {
        let Some((indicator, stage)) = name.rsplit_once(" - ") else { continue };
        let Some(stage) = STAGES.iter().position(|(french, _)| *french == stage) else { continue };
        match table.of(indicator, "") {
            rows if rows.is_empty() => left.push((at, indicator)),
            rows => found.push(Amounts { at, name, stage, rows }),
        }
    }
    for flow in table.flows() {
        for (stage, (french, _)) in STAGES.iter().enumerate() {
            let wanted = format!("{flow} - {french}");
            let is_there = |column: &&Amounts| column.stage == stage && column.name == wanted;
            match found.iter().filter(is_there).count() {
                1 => {}
                0 => {
                    let message = format!("the column `{wanted}` is missing");
                    let hint = "the file is the CSV of AGRIBALYSE by stage, with its French header";
                    let diagnostic = Diagnostic::error(codes::MISSING_COLUMN, message).at(header.place());
                    diagnostics.push(diagnostic.hint(hint));
                }
                _ => {
                    let message = format!("there are two columns `{wanted}`");
                    diagnostics.push(Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(header.place()));
                }
            }
        }
    }
    (found, left)
}

struct Work<'a, 'b, 'd> {
    settings: &'a Agribalyse,
    draft: Draft<'b>,
    ids: Names,
    commas: usize,
    diagnostics: &'d mut Diagnostics,
}

impl Work<'_, '_, '_> {
    /// The food itself, and one product for what each stage before the last adds to a kilogram of it.
    fn food(&mut self, row: &Row, named: &Named, columns: &[Amounts]) {
        let code = row.cell(named.code);
        if code.is_empty() {
            let place = row.place().column("Code AGB");
            self.diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, "`Code AGB` is empty").at(place));
            return;
        }
        let cell = |at: Option<usize>| at.map(|at| words(row.cell(at))).unwrap_or_default();
        let (french, english) = (cell(named.french), cell(named.english));
        let name = if english.is_empty() { french.as_str() } else { english.as_str() };
        let name = if name.is_empty() { code } else { name };
        let id = self.ids.fresh(&format!("agb-{code}"));
        let source = format!("AGRIBALYSE, code {code}{}{french}", if french.is_empty() { "" } else { ": " });
        let region = self.settings.region.as_str();
        for (stage, (_, word)) in STAGES.iter().enumerate() {
            let own = if stage == LAST { id.clone() } else { format!("{id}.{word}") };
            if stage == LAST {
                self.draft.row(Of::Products, [&id, name, "kg", "", &cell(named.group)]);
            } else {
                let name = format!("{name}: {word}");
                self.draft.row(Of::Products, [&own, &name, "kg", "", "stage of a food"]);
                self.draft.row(Of::Inputs, [&id, &own, "1", "kg"]);
            }
            self.draft.row(Of::Processes, [&own, &own, "1", "kg", region, "", word, &source]);
            for column in columns.iter().filter(|column| column.stage == stage) {
                self.amount(row, column, &own);
            }
        }
    }

    fn amount(&mut self, row: &Row, column: &Amounts, process: &str) {
        let cell = row.cell(column.at);
        let place = || row.place().column(column.name);
        if cell.is_empty() {
            self.draft.told.leave("empty: not stated", place());
            return;
        }
        let text = point(cell);
        self.commas += usize::from(matches!(text, Cow::Owned(_)));
        let kept = match amount(&text) {
            Amount::Kept(text) => text,
            Amount::Zero | Amount::TooSmall => Cow::Borrowed("0"),
            problem @ (Amount::TooLarge | Amount::NotANumber) => {
                self.diagnostics.push(refused(cell, problem == Amount::TooLarge, place()));
                return;
            }
        };
        for target in &column.rows {
            let is_itself = (target.factor - 1.0).abs() < f64::EPSILON / 2.0;
            let product;
            let text = if is_itself {
                kept.as_ref()
            } else {
                product = (kept.parse::<f64>().unwrap_or(f64::NAN) * target.factor).to_string();
                product.as_str()
            };
            let method = if target.method.is_empty() { &self.settings.method } else { &target.method };
            let cells = [process, &target.indicator, text, &target.unit, method, &target.source];
            self.draft.row(Of::Interventions, cells);
        }
        self.draft.told.take_many("interventions", 1);
    }

    fn finish(self, foods: usize, reference: &Reference) -> Option<Told> {
        let method = &self.settings.method;
        let about = About {
            title: "AGRIBALYSE, foods by stage".to_owned(),
            description: format!(
                "{foods} foods with what six stages cause for each kilogram: agriculture, processing, packaging, \
                 transport, retail and consumption. Each stage before the last is a product of its own, one kilogram of \
                 the food's worth of it, which the food takes in. Indicators by {method}."
            ),
            caveat: "per kg of food at the consumer, the average of a market; published footprints of stages, not a chain".to_owned(),
            producer: "ADEME".to_owned(),
            geography: self.settings.region.clone(),
            ..About::default()
        };
        if foods == 0 && !self.diagnostics.has_errors() {
            let place = Place::file(self.settings.file.to_string_lossy());
            self.diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, "the file has no food").at(place));
        }
        if self.diagnostics.has_errors() {
            return None;
        }
        self.draft.finish(&about, reference, self.diagnostics)
    }
}

/// A number with a decimal comma, as one with a point; other numbers as they are.
fn point(text: &str) -> Cow<'_, str> {
    let is_comma = text.matches(',').count() == 1 && !text.contains('.');
    if is_comma { Cow::Owned(text.replace(',', ".")) } else { Cow::Borrowed(text) }
}
