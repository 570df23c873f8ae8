//! Flags that all valuing commands share.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::base::currency::Currency;
use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::manifest::Kind;
use crate::data::reference::Reference;
use crate::data::source::{Library, Shelf};
use crate::pricing::Request;
use crate::valuation::{Order, Outside};

/// What to do where a factor set is not valid.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum OutsideChoice {
    /// List the amount without a price
    #[default]
    Unpriced,
    /// Use the factor as it is, flagged
    AsIs,
    /// Move it as its transfer class says
    Transfer,
}

/// Which comes first when money changes year and currency.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
#[value(rename_all = "kebab-case")]
pub enum OrderChoice {
    /// Inflate in the own currency, then convert
    #[default]
    InflateFirst,
    /// Convert, then inflate in the target currency
    ConvertFirst,
}

/// How to value.
#[derive(Debug, Default, clap::Args)]
pub struct ValuingArguments {
    /// Factor set: SET or SET:VARIANT, or a path to a folder
    #[arg(long, value_name = "SET")]
    pub factors: Option<String>,
    /// Currency of the report, such as EUR
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Price year of the report; the latest that all tables in use have if nobody says
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    pub year: Option<i32>,
    /// Emission year of processes that state no period; the price year if left out
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    pub emission_year: Option<i32>,
    /// Price list to lay over the dataset: a CSV or Parquet file, a folder, or a name such as us-bls-2021
    #[arg(long, value_name = "FILE|NAME")]
    pub prices: Option<String>,
    /// What to do where the factor set is not valid
    #[arg(long, value_enum, default_value_t)]
    pub outside: OutsideChoice,
    /// Inflate or convert first
    #[arg(long, value_enum, default_value_t)]
    pub order: OrderChoice,
    /// Let benefits cancel costs; the report says so
    #[arg(long)]
    pub netting: bool,
    /// Place of published footprints whose region is `origin`
    #[arg(long, value_name = "REGION")]
    pub origin: Option<String>,
    /// Your own value of a price index: NAME:YEAR=VALUE, or YEAR=VALUE for the index of the factor set
    #[arg(long = "index", value_name = "[NAME:]YEAR=VALUE")]
    pub indices: Vec<String>,
    /// Your own market rate: CURRENCY:YEAR=UNITS per euro
    #[arg(long = "rate", value_name = "CODE:YEAR=UNITS")]
    pub rates: Vec<String>,
    /// Your own PPP rate: CURRENCY:YEAR=UNITS per euro
    #[arg(long = "ppp-rate", value_name = "CODE:YEAR=UNITS")]
    pub ppp_rates: Vec<String>,
    /// GDP per head in PPP for income transfers: a folder of kind `income`
    #[arg(long, value_name = "DIR")]
    pub income: Option<PathBuf>,
}

impl ValuingArguments {
    /// Checks the flags; `dataset_factors` is the set a manifest names.
    pub fn request(
        &self,
        products: &[String],
        library: &Library,
        reference: &mut Reference,
        dataset_factors: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Request {
        let mut request = Request {
            factors: self.factors.clone(),
            currency: self.currency.as_deref().and_then(|code| currency(code, diagnostics)),
            year: self.year,
            emission_year: self.emission_year,
            prices: self.prices.clone(),
            outside: match self.outside {
                OutsideChoice::AsIs => Outside::AsIs,
                OutsideChoice::Transfer => Outside::Transfer,
                OutsideChoice::Unpriced => Outside::Unpriced,
            },
            order: match self.order {
                OrderChoice::ConvertFirst => Order::ConvertFirst,
                OrderChoice::InflateFirst => Order::InflateFirst,
            },
            netting: self.netting,
            origin: self.origin.clone(),
            products: products.to_vec(),
            ..Request::default()
        };
        for text in &self.indices {
            let Some((key, value)) = assignment(text, "--index", diagnostics) else { continue };
            let (name, year) = match key.rsplit_once(':') {
                Some((name, year)) => (Some(name.to_owned()), year),
                None => (index_of_set(self.factors.as_deref().or(dataset_factors), library, reference), key),
            };
            match (name.filter(|name| reference.indices.contains_key(name)), year_of(year)) {
                (Some(name), Some(year)) => {
                    request.overrides.indices.insert((name, year), value);
                }
                _ => diagnostics.push(malformed(text, "--index")),
            }
        }
        for (flag, list, ppp) in [("--rate", &self.rates, false), ("--ppp-rate", &self.ppp_rates, true)] {
            for text in list {
                let Some((key, value)) = assignment(text, flag, diagnostics) else { continue };
                let parsed = key
                    .split_once(':')
                    .and_then(|(code, year)| Some((Currency::from_code(code)?, year_of(year)?)));
                match parsed {
                    Some(key) if ppp => drop(request.overrides.ppp.insert(key, value)),
                    Some(key) => drop(request.overrides.market.insert(key, value)),
                    None => diagnostics.push(malformed(text, flag)),
                }
            }
        }
        if let Some(folder) = &self.income
            && let Some(opened) = crate::data::source::Source::folder(folder).open(Kind::Income, diagnostics)
        {
            reference.add_incomes(opened, diagnostics);
        }
        request
    }
}

/// A currency given on the command line.
pub(super) fn currency(code: &str, diagnostics: &mut Diagnostics) -> Option<Currency> {
    let currency = Currency::from_code(code);
    if currency.is_none() {
        let message = format!("`{code}` is not a currency");
        let hint = "use the three capital letters of ISO 4217, such as EUR";
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_CURRENCY, message).hint(hint));
    }
    currency
}

fn year_of(text: &str) -> Option<i32> {
    Period::parse(text).filter(|_| text.len() == 4).map(Period::year)
}

fn assignment<'a>(text: &'a str, flag: &str, diagnostics: &mut Diagnostics) -> Option<(&'a str, Exact)> {
    let parsed = text.split_once('=').and_then(|(key, value)| {
        let value = decimal::parse(value).ok().filter(|v| *v > decimal::zero())?;
        Some((key, value))
    });
    if parsed.is_none() {
        diagnostics.push(malformed(text, flag));
    }
    parsed
}

fn malformed(text: &str, flag: &str) -> Diagnostic {
    let hint = match flag {
        "--index" => {
            "--index hicp-euro-area:2026=131.2, or --index 2026=131.2 for the index of the factor set"
        }
        _ => "for instance USD:2026=1.15, units per euro",
    };
    Diagnostic::error(codes::BAD_VALUE, format!("{flag} `{text}` cannot be read")).hint(hint)
}

/// The index that a factor set names: what `--index YEAR=VALUE` is about.
fn index_of_set(set: Option<&str>, library: &Library, reference: &Reference) -> Option<String> {
    let name = set?.split(':').next()?;
    let source = library.find(Shelf::Factors, name).ok()?;
    let manifest = source.open(Kind::Factors, &mut Diagnostics::new())?.manifest;
    manifest.factors.map(|f| f.index).filter(|index| reference.indices.contains_key(index))
}
