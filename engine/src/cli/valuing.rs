//! Flags that all valuing commands share.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::pricing::Choices;
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
    /// Factors, target and rules
    #[command(flatten)]
    pub terms: Terms,
    /// Place of published footprints whose region is `origin`
    #[arg(long, value_name = "REGION")]
    pub origin: Option<String>,
    /// The user's own figures
    #[command(flatten)]
    pub figures: Figures,
}

/// How to value, wherever a line comes from.
#[derive(Debug, Default, clap::Args)]
pub struct Terms {
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
    /// Price list to lay over the dataset: a CSV or Parquet file, a workbook, a folder, or a name such as us-bls-2021
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
}

/// Figures of the user that win over the tables.
#[derive(Debug, Default, clap::Args)]
pub struct Figures {
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
    /// As the choices of a user, not checked yet.
    pub fn choices(&self, products: &[String]) -> Choices {
        let choices = self.terms.choices(&self.figures);
        Choices { origin: self.origin.clone(), products: products.to_vec(), ..choices }
    }
}

impl Terms {
    /// As the choices of a user for all products, not checked yet.
    pub fn choices(&self, figures: &Figures) -> Choices {
        Choices {
            factors: self.factors.clone(),
            set: None,
            currency: self.currency.clone(),
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
            origin: None,
            indices: figures.indices.clone(),
            rates: figures.rates.clone(),
            ppp_rates: figures.ppp_rates.clone(),
            income: figures.income.clone(),
            products: Vec::new(),
        }
    }
}
