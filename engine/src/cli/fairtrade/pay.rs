//! `truecost fairtrade pay`.

use std::iter;
use std::path::{Path, PathBuf};

use crate::base::diagnostic::Diagnostics;
use crate::data::coop;
use crate::data::source::Library;
use crate::report::coop::pay::{self, Asked, MARKET_DAYS, Prices};

use super::super::outcome::Outcome;
use super::{OutputArguments, finish};

/// Arguments of `fairtrade pay`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Dataset of a co-op, or a file of contracts (.csv, .parquet)
    #[arg(value_name = "CONTRACTS")]
    pub dataset: PathBuf,
    /// Market prices by day: a file (.csv, .parquet) or a dataset; those of CONTRACTS if left out
    #[arg(long, value_name = "PRICES")]
    pub market: Option<PathBuf>,
    /// Minimum prices and premiums: a name, a folder or a file; the table of CONTRACTS, else `minimum-prices`, if left out
    #[arg(long, value_name = "NAME|PATH")]
    pub prices: Option<String>,
    /// How many days before its contract a market price may be of
    #[arg(long, value_name = "DAYS", default_value_t = MARKET_DAYS)]
    pub market_days: u32,
    /// Your own market rate for figures in another currency than a contract: CURRENCY:YEAR=UNITS per euro; may be repeated
    #[arg(long = "rate", value_name = "CODE:YEAR=UNITS")]
    pub rates: Vec<String>,
    /// Where to
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Prices contracts.
pub(super) fn run(arguments: &Arguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let contracts = coop::open(&arguments.dataset, "contracts", &mut diagnostics);
    let market = arguments.market.as_ref().map(|path| coop::open(path, "market_prices", &mut diagnostics));
    let asked = contracts.zip(market.map_or(Some(None), |market| market.map(Some)));
    let report = asked.and_then(|(contracts, market)| {
        let prices = arguments.prices.clone().map_or(Prices::Default, Prices::Named);
        let (market_days, rates) = (arguments.market_days, arguments.rates.clone());
        let asked = Asked { contracts, market, prices, market_days, rates };
        pay::pay(asked, library, &mut diagnostics)
    });
    let others = [arguments.market.as_deref(), arguments.prices.as_deref().map(Path::new)];
    let read: Vec<&Path> =
        iter::once(arguments.dataset.as_path()).chain(others.into_iter().flatten()).collect();
    finish(report, diagnostics, &arguments.output, &read)
}
