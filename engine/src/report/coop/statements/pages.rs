//! Pages to read and to print: one for each producer, one of all, and an index. They need nothing but themselves.

use std::collections::BTreeMap;

use minijinja::value::Serde;
use minijinja::{Environment, Error, Value, context};
use serde::Serialize;

use crate::base::currency::Currency;
use crate::base::money::Money;
use crate::data::coop::settings::Language;
use crate::fairtrade::statements::{LineKind, Statement, Statements, Sums};

use super::super::super::web;
use super::format::{date, money};
use super::section::Section;
use super::strings::Strings;

/// Files by their names in the folder of the report.
pub(super) fn pages(
    statements: &Statements,
    names: &BTreeMap<usize, String>,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut environment = web::environment()?;
    environment.add_template("statement.html", include_str!("templates/statement.html.jinja"))?;
    environment.add_template("page.html", include_str!("templates/page.html.jinja"))?;
    environment.add_template("index.html", include_str!("templates/index.html.jinja"))?;
    let texts: BTreeMap<Language, Strings> =
        [Language::En, Language::Es, Language::Fr].map(|language| (language, Strings::of(language))).into();
    let (mut files, mut whole) = (Vec::new(), String::new());
    // Statements of one producer stand side by side: they are sorted.
    for own in statements.all.chunk_by(|a, b| a.producer == b.producer) {
        let mut body = String::new();
        for statement in own {
            let language = statements.language_of(statement);
            let section = Section::new(statement, statements, (language, &texts[&language]));
            body.push_str(&environment.get_template("statement.html")?.render(Serde(section))?);
        }
        let language = statements.language_of(&own[0]);
        let producer = &statements.records.producers[own[0].producer];
        let title = format!("{} – {}", texts[&language].get("title"), producer.name);
        let name = names.get(&own[0].producer).cloned().unwrap_or_default();
        files.push((name, page(&environment, language, &title, body.clone(), false)?));
        whole.push_str(&body);
    }
    let language = statements.language.unwrap_or(statements.records.settings.language);
    let strings = &texts[&language];
    let title = format!("{} – {}", strings.get("all_title"), statements.records.settings.name);
    files.push(("statements.html".to_owned(), page(&environment, language, &title, whole, false)?));
    let index = environment.get_template("index.html")?.render(Serde(index(
        statements,
        names,
        (language, strings),
    )))?;
    files.push(("index.html".to_owned(), page(&environment, language, &title, index, true)?));
    Ok(files)
}

/// A whole page around what was rendered, and so escaped, before. A wide one is printed on its side.
fn page(
    environment: &Environment,
    language: Language,
    title: &str,
    body: String,
    wide: bool,
) -> Result<Vec<u8>, Error> {
    let page = environment.get_template("page.html")?.render(context! {
        lang => language.code(),
        engine => env!("CARGO_PKG_VERSION"),
        title => title,
        wide => wide,
        body => Value::from_safe_string(body),
    })?;
    Ok(page.into_bytes())
}

/// What the index shows.
#[derive(Serialize)]
struct Index<'a> {
    coop: &'a str,
    t: &'a BTreeMap<String, String>,
    period: String,
    rows: Vec<Row>,
    totals: Vec<Row>,
    /// Is there anything that is neither a delivery, a deduction nor a payment?
    has_other: bool,
    source: String,
    caveat: Option<&'a str>,
}

#[derive(Default, Serialize)]
struct Row {
    page: String,
    name: String,
    id: String,
    currency: &'static str,
    opening: String,
    value: String,
    adjustment: String,
    second: String,
    deductions: String,
    other: String,
    paid: String,
    closing: String,
    premium: String,
}

impl Row {
    fn new(opening: Money, sums: &Sums, closing: Money, currency: Currency, language: Language) -> Self {
        let amount = |amount: Money| money(amount, currency, language);
        Self {
            currency: currency.code(),
            opening: amount(opening),
            value: amount(sums.value),
            adjustment: amount(sums.adjustment),
            second: amount(sums.of(LineKind::SecondPayment)),
            deductions: amount(-sums.deducted()),
            other: amount(sums.of(LineKind::Other)),
            paid: amount(-sums.paid()),
            closing: amount(closing),
            premium: amount(sums.premium),
            ..Self::default()
        }
    }
}

fn index<'a>(
    statements: &'a Statements,
    names: &BTreeMap<usize, String>,
    (language, strings): (Language, &'a Strings),
) -> Index<'a> {
    let row = |statement: &Statement| {
        let producer = &statements.records.producers[statement.producer];
        let (page, name, id) =
            (names.get(&statement.producer).cloned(), producer.name.clone(), producer.id.clone());
        let (opening, closing) = (statement.opening, statement.closing());
        let row = Row::new(opening, &statement.sums, closing, statement.currency, language);
        Row { page: page.unwrap_or_default(), name, id, ..row }
    };
    let totals = statements.totals();
    let totals = totals
        .iter()
        .map(|(currency, total)| Row::new(total.opening, &total.sums, total.closing, *currency, language));
    Index {
        coop: &statements.records.settings.name,
        t: strings.all(),
        period: period(statements, strings),
        rows: statements.all.iter().map(row).collect(),
        totals: totals.collect(),
        has_other: statements.all.iter().any(|statement| statement.sums.of(LineKind::Other) != Money::ZERO),
        source: source(statements, strings),
        caveat: statements.manifest.caveat.as_deref(),
    }
}

/// From the first to the last day, in words.
pub(super) fn period(statements: &Statements, strings: &Strings) -> String {
    let (from, until) = (date(statements.days.0, strings), date(statements.days.1, strings));
    strings.fill("period", &[("from", &from), ("until", &until)])
}

/// What the statements were made of, in words.
pub(super) fn source(statements: &Statements, strings: &Strings) -> String {
    let manifest = &statements.manifest;
    strings.fill("source", &[("title", &manifest.title), ("version", &manifest.version)])
}
