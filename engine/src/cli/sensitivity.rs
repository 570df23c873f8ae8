//! `truecost sensitivity`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::base::diagnostic::Diagnostics;
use crate::data::source::{Library, Source};
use crate::pricing::prepare;
use crate::report::{columns, json, one_file, sensitivity as report};
use crate::study::sensitivity::{By, Of, Question, sensitivity};

use super::arguments::Format;
use super::outcome::{Outcome, deliver_file, settle};
use super::supply::asked;
use super::valuing::ValuingArguments;

/// What ranks data.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ByChoice {
    /// What moves the result per percent: all data, by elasticity
    Effect,
    /// What makes the result unsure: data whose spread is stated, by what that does to it
    Uncertainty,
}

/// Arguments of `sensitivity`.
#[derive(Debug, clap::Args)]
pub struct SensitivityArguments {
    /// Folder of a supply dataset
    pub dataset: PathBuf,
    /// Product; where it is made in several places, --origin says which
    pub product: String,
    /// Of what: true-price, gap, external, an indicator (its footprint), or cost:INDICATOR; the true price if left out, or the gap where there is no market price
    #[arg(long, value_name = "RESULT")]
    pub of: Option<String>,
    /// What ranks the data; if left out, those whose spread is stated and all others are listed apart
    #[arg(long, value_enum)]
    pub by: Option<ByChoice>,
    /// How many data of each ranking to list; 0 lists all
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,
    /// How to value it
    #[command(flatten)]
    pub valuing: ValuingArguments,
    /// File to write the list to (.csv, .parquet, .json)
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// Says what moves a result.
pub(super) fn run(arguments: &SensitivityArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let source = Source::at(&arguments.dataset);
    let choices = arguments.valuing.choices(std::slice::from_ref(&arguments.product));
    let (supply, request, reference) = asked(source, &choices, library, &mut diagnostics);
    let question = Question {
        product: arguments.product.clone(),
        of: arguments.of.as_deref().map(Of::parse),
        by: arguments.by.map(|by| match by {
            ByChoice::Effect => By::Effect,
            ByChoice::Uncertainty => By::Uncertainty,
        }),
        top: (arguments.top > 0).then_some(arguments.top),
    };
    let request = question.fitted(request);
    let prepared = supply.and_then(|s| prepare(s, &request, library, &reference, &mut diagnostics));
    let found = prepared
        .as_ref()
        .and_then(|p| sensitivity(p, &request, &reference, &question, &(), &mut diagnostics));
    let found = settle(found, diagnostics)?;
    let text = match arguments.format {
        Format::Table => report::table(&found),
        Format::Csv => columns::csv_of(report::parts(&found)),
        Format::Json => json::text(&report::json(&found)),
    };
    let file = arguments.out.as_ref().map(|path| {
        one_file::stage(
            path,
            report::parts(&found),
            || json::text(&report::json(&found)),
            &json::lineage(&found.lineage).to_string(),
        )
    });
    let list = arguments.valuing.terms.prices.as_deref().unwrap_or_default();
    deliver_file(&text, file.transpose()?, &[Path::new(list)])
}
