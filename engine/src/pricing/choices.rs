//! What a user chooses, as words: the flags of the command line, the arguments of a call.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::factors::FactorSet;
use crate::data::manifest::Kind;
use crate::data::reference::Reference;
use crate::data::source::{Library, Shelf, Source};
use crate::valuation::{Order, Outside};

use super::request::Request;

/// How to price, as given and not checked yet. What is left out is taken from the dataset's manifest.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// `SET` or `SET:VARIANT`, or a path to a folder.
    pub factors: Option<String>,
    /// A set that was read already, in its stead.
    pub set: Option<Arc<FactorSet>>,
    /// Code of the currency of the report.
    pub currency: Option<String>,
    /// Price year of the report.
    pub year: Option<i32>,
    /// Emission year of processes that state no period.
    pub emission_year: Option<i32>,
    /// A price list to lay over the dataset: a file, a folder or a name.
    pub prices: Option<String>,
    /// What to do where the set is not valid.
    pub outside: Outside,
    /// Inflate or convert first.
    pub order: Order,
    /// Let benefits cancel costs?
    pub netting: bool,
    /// Place of published footprints whose region is `origin`.
    pub origin: Option<String>,
    /// Own values of price indices: `[NAME[@COUNTRY]:]YEAR=VALUE`.
    pub indices: Vec<String>,
    /// Own market rates: `CURRENCY:YEAR=UNITS` per euro.
    pub rates: Vec<String>,
    /// Own PPP rates, likewise.
    pub ppp_rates: Vec<String>,
    /// A folder of kind `income`.
    pub income: Option<PathBuf>,
    /// Only these products; all if empty.
    pub products: Vec<String>,
}

impl Choices {
    /// Does it say anything of how to price?
    pub fn says_how(&self) -> bool {
        let words = [&self.factors, &self.currency, &self.prices, &self.origin];
        let lists = [&self.indices, &self.rates, &self.ppp_rates];
        words.iter().any(|word| word.is_some())
            || lists.iter().any(|list| !list.is_empty())
            || [self.year, self.emission_year].iter().any(Option::is_some)
            || self.set.is_some()
            || self.income.is_some()
            || self.netting
            || self.outside != Outside::default()
            || self.order != Order::default()
    }

    /// Checks the choices; `dataset_factors` is the set a manifest names, whose index `--index YEAR=VALUE` is about.
    /// Incomes are read into the reference tables.
    pub fn request(
        &self,
        library: &Library,
        reference: &mut Reference,
        dataset_factors: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) -> Request {
        let mut request = Request {
            factors: self.factors.clone(),
            set: self.set.clone(),
            currency: self.currency.as_deref().and_then(|code| currency(code, diagnostics)),
            year: self.year,
            emission_year: self.emission_year,
            prices: self.prices.clone(),
            outside: self.outside,
            order: self.order,
            netting: self.netting,
            origin: self.origin.clone(),
            products: self.products.clone(),
            ..Request::default()
        };
        for text in &self.indices {
            let Some((key, value)) = assignment(text, "--index", diagnostics) else { continue };
            let (name, year) = match key.rsplit_once(':') {
                Some((name, year)) => (Some(name.to_owned()), year),
                None => (index_of_set(self.factors.as_deref().or(dataset_factors), library, reference), key),
            };
            let name = name.and_then(|name| own_index(&name, reference, &mut request.overrides.countries));
            match (name, year_of(year)) {
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
            && let Some(opened) = Source::folder(folder).open(Kind::Income, diagnostics)
        {
            reference.add_incomes(opened, diagnostics);
        }
        request
    }
}

/// The name of an index that there is, or of an own one with its country, `NAME@COUNTRY`: a country has one.
fn own_index(text: &str, reference: &Reference, countries: &mut BTreeMap<String, String>) -> Option<String> {
    let Some((name, country)) = text.split_once('@') else {
        let is_own = countries.values().any(|own| own == text);
        return (is_own || reference.indices.contains_key(text)).then(|| text.to_owned());
    };
    if name.is_empty() || !reference.regions.contains(country) {
        return None;
    }
    let known = countries.entry(country.to_owned()).or_insert_with(|| name.to_owned());
    (*known == name).then(|| name.to_owned())
}

/// A currency that a user chose.
pub fn currency(code: &str, diagnostics: &mut Diagnostics) -> Option<Currency> {
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
            "--index hicp-euro-area:2026=131.2, or --index 2026=131.2 for the index of the factor set; an index of your own \
             needs its country, and a figure for each of two years: --index cpi-hn@HN:2026=131.2"
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
