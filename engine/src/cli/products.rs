//! `truecost products`.

use std::path::PathBuf;

use crate::base::diagnostic::Diagnostics;
use crate::chain;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::data::supply::Supply;
use crate::report::{columns, json, products as report};

use super::arguments::Format;
use super::outcome::{Outcome, print, settle};

/// Arguments of `products`.
#[derive(Debug, clap::Args)]
pub struct ProductsArguments {
    /// Folder of a supply dataset
    pub dataset: PathBuf,
    /// Only those with all these words in id, name or category
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// Prints the products of a dataset.
pub(super) fn run(arguments: &ProductsArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let reference = Reference::read(library, &mut diagnostics);
    let supply = Supply::read(Source::at(&arguments.dataset), &reference, &(), &mut diagnostics);
    let chain = supply.as_ref().and_then(|supply| chain::build(supply, &reference, &mut diagnostics));
    let (supply, chain) = settle(supply.zip(chain), diagnostics)?;
    let text = arguments.text.join(" ");
    print(&match arguments.format {
        Format::Table => report::table(&supply, &chain, &text),
        Format::Csv => columns::csv_of([report::columns(&supply, &chain, &text)].into_iter()),
        Format::Json => json::text(&report::json(&supply, &chain, &text)),
    })
}
