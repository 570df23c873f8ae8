//! `truecost footprints`.

use std::path::PathBuf;

use crate::base::diagnostic::Diagnostics;
use crate::data::source::{Library, Source};
use crate::pricing::Choices;
use crate::report::{columns, footprints as report, json, one_file};
use crate::study::footprints::footprints;

use super::arguments::Format;
use super::outcome::{Outcome, deliver_file, settle};
use super::supply::asked;

/// Arguments of `footprints`.
#[derive(Debug, clap::Args)]
pub struct FootprintsArguments {
    /// Folder of a supply dataset
    pub dataset: PathBuf,
    /// Only these products
    pub products: Vec<String>,
    /// Only this indicator; may be repeated
    #[arg(long = "indicator", value_name = "ID")]
    pub indicators: Vec<String>,
    /// Currency of amounts that are money, such as EUR
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Year of the money of such amounts; the latest that all tables in use have if nobody says
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    pub year: Option<i32>,
    /// Your own value of a price index: NAME:YEAR=VALUE
    #[arg(long = "index", value_name = "NAME:YEAR=VALUE")]
    pub indices: Vec<String>,
    /// Your own market rate: CURRENCY:YEAR=UNITS per euro
    #[arg(long = "rate", value_name = "CODE:YEAR=UNITS")]
    pub rates: Vec<String>,
    /// File to write the footprints to (.csv, .parquet, .json)
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// Prints footprints.
pub(super) fn run(arguments: &FootprintsArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let choices = Choices {
        currency: arguments.currency.clone(),
        year: arguments.year,
        indices: arguments.indices.clone(),
        rates: arguments.rates.clone(),
        products: arguments.products.clone(),
        ..Choices::default()
    };
    let (supply, request, reference) =
        asked(Source::at(&arguments.dataset), &choices, library, &mut diagnostics);
    let table = supply
        .and_then(|s| footprints(&s, &request, &arguments.indicators, &reference, &(), &mut diagnostics));
    let table = settle(table, diagnostics)?;
    let file = arguments.out.as_ref().map(|path| {
        let lineage = json::lineage(&table.lineage).to_string();
        one_file::stage(path, report::parts(&table), || json::text(&report::json(&table)), &lineage)
    });
    let text = match arguments.format {
        Format::Table => report::table(&table),
        Format::Csv => columns::csv_of(report::parts(&table)),
        Format::Json => json::text(&report::json(&table)),
    };
    deliver_file(&text, file.transpose()?, &[])
}
