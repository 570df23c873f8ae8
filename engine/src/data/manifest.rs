//! The manifest of a dataset: what it is, who made it, under which licence.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::currency::Currency;
use crate::base::decimal;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::period::Period;

/// What a dataset holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Products, processes and what they cause.
    Supply,
    /// Money per unit of indicators.
    Factors,
    /// A price list.
    Prices,
    /// A price index.
    Index,
    /// Exchange rates.
    Rates,
    /// Income per head in PPP.
    Income,
    /// Indicators.
    Indicators,
    /// The tree of regions.
    Regions,
    /// Units.
    Units,
    /// Licences, by what they let others do.
    Licences,
    /// Uncertainty factors of scores of data quality.
    Pedigree,
    /// What flows of inventories are of indicators.
    Characterisation,
    /// Agents, and what passes between them.
    Flows,
    /// Rules that say what a flow is.
    Regimes,
    /// Actions of events, by what they do.
    Actions,
    /// Where flows are booked.
    Postings,
    /// Trade, pay, producers and members of a co-op, and its supply tables.
    Coop,
    /// Minimum prices and premiums of a certificate.
    MinimumPrices,
    /// Living incomes and living wages by place and year.
    Benchmarks,
    /// Living income reference prices, with their inputs.
    ReferencePrices,
    /// Rules by which a surplus is shared out.
    SurplusRules,
}

/// A licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// SPDX id, or words.
    pub name: String,
    /// May the table be passed on?
    pub redistribute: bool,
}

/// What a supply dataset or the products of a flow dataset are priced with unless the command line says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// Factor set: `SET` or `SET:VARIANT`.
    pub factors: Option<String>,
    /// Currency of the report.
    pub currency: Option<String>,
    /// Price year of the report.
    pub year: Option<i32>,
    /// A price list to lay over the dataset.
    pub prices: Option<String>,
    /// Characterisation method of interventions that state none.
    pub method: Option<String>,
}

/// What an absent row of interventions means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    /// Nobody said.
    #[default]
    NotStated,
    /// None.
    Zero,
}

/// Settings of a supply dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SupplySettings {
    /// What an absent row of interventions means.
    pub absent_interventions: Absent,
    /// Table that turns scores of data quality into variances; the only one that there is if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pedigree: Option<String>,
}

/// Settings of a flow dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FlowSettings {
    /// What holds of every flow whose cell is empty, by column: it counts as stated.
    pub stated: BTreeMap<String, String>,
    /// Folder of the supply dataset that its resources name products of, from the folder of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supply: Option<String>,
}

/// What holds in a dataset of a co-op.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CoopSettings {
    /// Its name, as statements and books call it; the title of the dataset if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its id among agents; `coop` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Id of the fund that premiums go to; `premium-fund` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fund: Option<String>,
    /// Currency of amounts that state none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Unit of weights that state none, and of prices per weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_unit: Option<String>,
    /// Language of statements for producers who state none: `en`, `es` or `fr`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl CoopSettings {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Settings of a table of postings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PostingSettings {
    /// The table whose rows are tried after its own, and whose roles hold where it states none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
}

impl PostingSettings {
    fn is_empty(&self) -> bool {
        self.extends.is_none()
    }
}

/// How factors of a path are read between two emission years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Interpolation {
    /// Only the years of the table.
    #[default]
    None,
    /// On a straight line.
    Linear,
    /// At a constant rate of growth.
    Geometric,
}

/// Lower, central and upper, as decimals in quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Elasticity {
    /// Of the lower factor.
    pub lower: String,
    /// Of the central factor.
    pub central: String,
    /// Of the upper factor.
    pub upper: String,
}

/// An income transfer: value times (income of the place / income of the reference) to the elasticity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IncomeTransfer {
    /// Region the values were made for.
    pub region: String,
    /// Income elasticity of the values.
    pub elasticity: Elasticity,
}

/// Settings of a factor set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorSettings {
    /// Currency of the values.
    pub currency: String,
    /// Year of their prices.
    pub price_year: i32,
    /// Index that moves them between years.
    pub index: String,
    /// Regions and groups the set is valid in.
    pub valid_in: Vec<String>,
    /// Between emission years.
    #[serde(default)]
    pub interpolation: Interpolation,
    /// VAT convention, in words.
    pub vat: String,
    /// Variants; the first is the default.
    pub variants: Vec<String>,
    /// Income transfer, if the set declares one.
    pub income: Option<IncomeTransfer>,
    /// Groups of countries by name.
    #[serde(default)]
    pub groups: BTreeMap<String, Vec<String>>,
}

/// Settings of a price index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexSettings {
    /// Currency whose money it moves.
    pub currency: String,
    /// Does it move money of the currency in general, and not only where a factor set names it?
    #[serde(default = "yes")]
    pub general: bool,
}

fn yes() -> bool {
    true
}

/// Market rate or purchasing power parity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateType {
    /// What a bank gives.
    Market,
    /// What it buys.
    Ppp,
}

/// Settings of a table of exchange rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateSettings {
    /// Base currency: rates are units per one of it.
    pub base: String,
    /// Market or PPP.
    #[serde(rename = "type")]
    pub rate_type: RateType,
}

/// A manifest as written: every field optional, so that all that is missing is said at once.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "Manifest of a truecost dataset")]
pub struct RawManifest {
    #[schemars(required)]
    kind: Option<Kind>,
    #[schemars(required)]
    title: Option<String>,
    description: Option<String>,
    /// One sentence that every result must show.
    caveat: Option<String>,
    #[schemars(required)]
    producer: Option<String>,
    #[schemars(required)]
    citation: Option<String>,
    #[schemars(required)]
    version: Option<String>,
    published: Option<String>,
    url: Option<String>,
    #[schemars(required)]
    geography: Option<String>,
    #[schemars(required)]
    licence: Option<Licence>,
    defaults: Defaults,
    supply: SupplySettings,
    flows: FlowSettings,
    coop: CoopSettings,
    postings: PostingSettings,
    factors: Option<FactorSettings>,
    index: Option<IndexSettings>,
    rates: Option<RateSettings>,
    checksums: BTreeMap<String, String>,
}

/// A manifest with all that is required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// What the dataset holds.
    pub kind: Kind,
    /// Title.
    pub title: String,
    /// What it holds, per what, what it leaves out.
    pub description: String,
    /// One sentence that every result must show.
    pub caveat: Option<String>,
    /// Who made it.
    pub producer: String,
    /// How to cite it.
    pub citation: String,
    /// Version of the data.
    pub version: String,
    /// When it was published.
    pub published: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// What it covers.
    pub geography: String,
    /// Licence.
    pub licence: Licence,
    /// Defaults of a supply dataset, or of the prices of a flow dataset.
    pub defaults: Defaults,
    /// Settings of a supply dataset.
    pub supply: SupplySettings,
    /// Settings of a flow dataset.
    #[serde(skip_serializing_if = "no_settings")]
    pub flows: FlowSettings,
    /// Settings of a dataset of a co-op.
    #[serde(skip_serializing_if = "CoopSettings::is_empty")]
    pub coop: CoopSettings,
    /// Settings of a table of postings.
    #[serde(skip_serializing_if = "PostingSettings::is_empty")]
    pub postings: PostingSettings,
    /// Settings of a factor set.
    pub factors: Option<FactorSettings>,
    /// Settings of an index.
    pub index: Option<IndexSettings>,
    /// Settings of exchange rates.
    pub rates: Option<RateSettings>,
    /// Checksums of the tables.
    #[serde(skip)]
    pub checksums: BTreeMap<String, String>,
}

/// Datasets of other kinds keep the hash they had before there were flows.
fn no_settings(settings: &FlowSettings) -> bool {
    settings.stated.is_empty() && settings.supply.is_none()
}

/// The JSON Schema of a manifest.
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(RawManifest);
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

impl Manifest {
    /// What can be said of a single file of the user.
    pub fn of_user_file(kind: Kind, name: &str) -> Self {
        Self {
            kind,
            title: name.to_owned(),
            description: String::new(),
            caveat: None,
            producer: "the user".to_owned(),
            citation: format!("{name}, a file of the user; sources in its rows"),
            version: "not stated".to_owned(),
            published: None,
            url: None,
            geography: "not stated".to_owned(),
            licence: Licence { name: "not stated: a file of the user".to_owned(), redistribute: false },
            defaults: Defaults::default(),
            supply: SupplySettings::default(),
            flows: FlowSettings::default(),
            coop: CoopSettings::default(),
            postings: PostingSettings::default(),
            factors: None,
            index: None,
            rates: None,
            checksums: BTreeMap::new(),
        }
    }

    /// Reads a manifest; all that is missing or wrong is reported.
    pub fn parse(file: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Self> {
        let raw: RawManifest = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => {
                let row = error
                    .span()
                    .map(|span| text[..span.start.min(text.len())].matches('\n').count() as u64 + 1);
                let place = Place { row, ..Place::file(file) };
                let message = error.message().replace('\n', ", ");
                diagnostics.push(Diagnostic::error(codes::MANIFEST, message).at(place).hint(
                    "docs/reference/datasets.md shows a whole manifest, docs/reference/manifest.schema.json every field",
                ));
                return None;
            }
        };
        raw.complete(file, diagnostics)
    }
}

impl RawManifest {
    fn complete(self, file: &str, diagnostics: &mut Diagnostics) -> Option<Manifest> {
        let mut missing = |name: &str| {
            let message = format!("the manifest does not state `{name}`");
            diagnostics.push(Diagnostic::error(codes::MISSING_FIELD, message).at(Place::file(file)));
        };
        for (name, empty) in [
            ("kind", self.kind.is_none()),
            ("title", self.title.is_none()),
            ("producer", self.producer.is_none()),
            ("citation", self.citation.is_none()),
            ("version", self.version.is_none()),
            ("geography", self.geography.is_none()),
        ] {
            if empty {
                missing(name);
            }
        }
        match self.kind {
            Some(Kind::Index) if self.index.is_none() => missing("[index]"),
            Some(Kind::Rates) if self.rates.is_none() => missing("[rates]"),
            _ => {}
        }
        if self.licence.is_none() {
            let hint = "licence = { name = \"CC-BY-4.0\", redistribute = true }; where nobody granted one, say so: \
                        { name = \"none granted; figures quoted\", redistribute = false }";
            let message = "the manifest does not state a licence";
            diagnostics
                .push(Diagnostic::error(codes::MISSING_LICENCE, message).at(Place::file(file)).hint(hint));
        }
        self.check_values(file, diagnostics);
        Some(Manifest {
            kind: self.kind?,
            title: self.title?,
            description: self.description.unwrap_or_default(),
            caveat: self.caveat,
            producer: self.producer?,
            citation: self.citation?,
            version: self.version?,
            published: self.published,
            url: self.url,
            geography: self.geography?,
            licence: self.licence?,
            defaults: self.defaults,
            supply: self.supply,
            flows: self.flows,
            coop: self.coop,
            postings: self.postings,
            factors: self.factors,
            index: self.index,
            rates: self.rates,
            checksums: self.checksums,
        })
    }

    fn check_values(&self, file: &str, diagnostics: &mut Diagnostics) {
        let currencies = [
            ("defaults.currency", self.defaults.currency.as_deref()),
            ("factors.currency", self.factors.as_ref().map(|f| f.currency.as_str())),
            ("index.currency", self.index.as_ref().map(|i| i.currency.as_str())),
            ("rates.base", self.rates.as_ref().map(|r| r.base.as_str())),
        ];
        for (field, code) in currencies {
            if let Some(code) = code.filter(|code| Currency::from_code(code).is_none()) {
                let message = format!("`{field}`: `{code}` is not a currency of ISO 4217");
                diagnostics.push(Diagnostic::error(codes::UNKNOWN_CURRENCY, message).at(Place::file(file)));
            }
        }
        if let Some(published) = self.published.as_deref().filter(|text| Period::parse(text).is_none()) {
            let message = format!("`published`: `{published}` is not a date");
            diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).at(Place::file(file)));
        }
        let elasticity =
            self.factors.iter().filter_map(|f| f.income.as_ref()).map(|income| &income.elasticity);
        for value in elasticity.flat_map(|e| [&e.lower, &e.central, &e.upper]) {
            if decimal::parse(value).is_err() {
                let message = format!("`factors.income.elasticity`: `{value}` is not a number");
                diagnostics.push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(Place::file(file)));
            }
        }
        if self.factors.as_ref().is_some_and(|f| f.variants.is_empty()) {
            let message = "`factors.variants` is empty; name one at least, the first is the default";
            diagnostics.push(Diagnostic::error(codes::MISSING_FIELD, message).at(Place::file(file)));
        }
    }
}
