//! `truecost statements`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::base::diagnostic::Diagnostics;
use crate::data::coop::settings::Language;
use crate::data::manifest::Kind;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::fairtrade::statements::{Choices, Dates, statements};
use crate::report::coop::statements::report;

use super::fairtrade::{OutputArguments, finish};
use super::outcome::Outcome;

/// Arguments of `statements`.
#[derive(Debug, clap::Args)]
pub struct StatementsArguments {
    /// Dataset of a co-op: a folder, or a workbook
    pub dataset: PathBuf,
    /// Only this producer; may be repeated
    #[arg(long = "producer", value_name = "ID")]
    pub producers: Vec<String>,
    /// Year, month or day of the statements, such as 2024 or 2024-06. All days if left out
    #[arg(long, value_name = "PERIOD", conflicts_with_all = ["from", "until"])]
    pub period: Option<String>,
    /// First day of the statements: a date, or a month or year that begins with it
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Last day of the statements: a date, or a month or year that ends with it
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Language of all pages. That of each producer if left out, else that of the co-op
    #[arg(long, value_enum)]
    pub language: Option<StatementLanguage>,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// A language that statements are written in.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum StatementLanguage {
    /// English
    En,
    /// Spanish
    Es,
    /// French
    Fr,
}

impl From<StatementLanguage> for Language {
    fn from(language: StatementLanguage) -> Self {
        match language {
            StatementLanguage::En => Self::En,
            StatementLanguage::Es => Self::Es,
            StatementLanguage::Fr => Self::Fr,
        }
    }
}

/// Writes the statements of producers.
pub(super) fn run(arguments: &StatementsArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let reference = Reference::read(library, &mut diagnostics);
    let (period, from, until) =
        (arguments.period.as_deref(), arguments.from.as_deref(), arguments.until.as_deref());
    let choices = Choices {
        dates: Dates::parse(period, from, until, &mut diagnostics),
        producers: arguments.producers.clone(),
        language: arguments.language.map(Language::from),
    };
    let opened = Source::at(&arguments.dataset).open(Kind::Coop, &mut diagnostics);
    let made = opened
        .and_then(|opened| statements(opened, &choices, &reference, &(), &mut diagnostics))
        .filter(|_| !diagnostics.has_errors());
    // Pages are made only where they are written.
    let made = made.map(|made| report(&made, arguments.output.out.is_some())).transpose()?;
    finish(made, diagnostics, &arguments.output, &[&arguments.dataset])
}
