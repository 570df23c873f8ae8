//! `truecost fairtrade prices`.

use std::path::Path;

use crate::base::diagnostic::Diagnostics;
use crate::base::period::Period;
use crate::data::source::Library;
use crate::report::coop::minimum_prices::minimum_prices;
use crate::report::coop::pay::Prices;

use super::super::outcome::Outcome;
use super::{OutputArguments, finish};

/// Arguments of `fairtrade prices`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only this product, such as coffee
    #[arg(long, value_name = "ID")]
    pub product: Option<String>,
    /// Only what is in force on this day, such as 2024-05-01
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub date: Option<Period>,
    /// Minimum prices and premiums: a name, a folder or a file
    #[arg(long, value_name = "NAME|PATH")]
    pub prices: Option<String>,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// A day.
fn day(text: &str) -> Result<Period, String> {
    Period::parse(text)
        .filter(|day| day.day().is_some())
        .ok_or_else(|| "a day, such as 2024-05-01".to_owned())
}

/// Lists prices.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let prices = arguments.prices.clone().map_or(Prices::Default, Prices::Named);
    let product = arguments.product.as_deref();
    let report = minimum_prices(prices, product, arguments.date, library, &mut diagnostics);
    let read: Vec<&Path> = arguments.prices.as_deref().map(Path::new).into_iter().collect();
    finish(report, diagnostics, &arguments.output, &read)
}
