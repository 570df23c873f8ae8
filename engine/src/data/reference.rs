//! Reference tables: units, regions, indicators, price indices, exchange rates, incomes.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::base::region::{Level, Regions};
use crate::base::unit::{Dimension as UnitDimension, Measure, UnitRow, Units};

use super::actions::Actions;
use super::bound::Bound;
use super::cells::Cells;
use super::coop::benchmarks::BenchmarkSet;
use super::distribution::Pedigree;
use super::licences::Licences;
use super::manifest::{Kind, Manifest, RateType};
use super::schema;
use super::source::{Library, Opened, Shelf};

/// How a figure was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verification {
    /// Read in the document that publishes it.
    Primary,
    /// Read in a document that quotes it.
    Secondary,
    /// Neither.
    Unverified,
}

const VERIFICATIONS: &[(&str, Verification)] = &[
    ("primary", Verification::Primary),
    ("secondary", Verification::Secondary),
    ("unverified", Verification::Unverified),
];

impl Verification {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Unverified => "unverified",
        }
    }

    /// That of a row; an empty cell is `Unverified`.
    pub fn of(row: &Cells, diagnostics: &mut Diagnostics) -> Self {
        row.optional_word("verification", VERIFICATIONS, diagnostics).unwrap_or(Self::Unverified)
    }
}

/// What an indicator concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Climate, air, water, soil, species.
    Environmental,
    /// Those who work.
    Social,
    /// Everybody's health.
    Health,
}

impl Dimension {
    /// All, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Environmental, Self::Social, Self::Health];

    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Environmental => "environmental",
            Self::Social => "social",
            Self::Health => "health",
        }
    }
}

const DIMENSIONS: &[(&str, Dimension)] = &[
    ("environmental", Dimension::Environmental),
    ("social", Dimension::Social),
    ("health", Dimension::Health),
];

/// Harm, or a declared good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndicatorKind {
    /// Its amount costs others.
    Burden,
    /// Its amount serves others, such as an offset.
    Benefit,
}

impl IndicatorKind {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Burden => "burden",
            Self::Benefit => "benefit",
        }
    }
}

const INDICATOR_KINDS: &[(&str, IndicatorKind)] =
    &[("burden", IndicatorKind::Burden), ("benefit", IndicatorKind::Benefit)];

/// A measured externality.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Dimension.
    pub dimension: Dimension,
    /// Unit.
    pub unit: Measure,
    /// Burden or benefit.
    pub kind: IndicatorKind,
    /// Reference substance.
    pub substance: String,
    /// Compartment.
    pub compartment: String,
}

/// Reads rows of indicators.
pub fn indicators(bound: &Bound, units: &Units, diagnostics: &mut Diagnostics) -> Vec<Indicator> {
    let read = |row: Cells, diagnostics: &mut Diagnostics| {
        let id = row.id("id", diagnostics);
        let name = row.required("name", diagnostics);
        let dimension = row.word("dimension", DIMENSIONS, diagnostics);
        let unit = row.measure("unit", units, diagnostics);
        let kind = row.optional_word("kind", INDICATOR_KINDS, diagnostics).unwrap_or(IndicatorKind::Burden);
        Some(Indicator {
            id: id?,
            name: name?.to_owned(),
            dimension: dimension?,
            unit: unit?,
            kind,
            substance: row.string("substance"),
            compartment: row.string("compartment"),
        })
    };
    bound.collect(|row| read(row, diagnostics))
}

/// Indicators that a word was probably meant to be: by id, by name, or as a part of an id.
pub fn like(word: &str, indicators: &BTreeMap<String, Indicator>) -> Option<String> {
    let written = word.trim().to_lowercase().replace([' ', '_'], "-");
    if let Some(near) = nearest(&written, indicators.keys().map(String::as_str)) {
        return Some(format!("did you mean `{near}`?"));
    }
    let named = indicators.values().find(|i| i.name.eq_ignore_ascii_case(word));
    if let Some(named) = named {
        return Some(format!("did you mean `{}`?", named.id));
    }
    let part = word.to_lowercase();
    let parts = indicators.keys().filter(|id| id.split('-').any(|p| p == part));
    let parts: Vec<String> = parts.take(4).map(|id| format!("`{id}`")).collect();
    let list = "`truecost factors indicators` lists them all";
    Some(if parts.is_empty() { list.to_owned() } else { format!("there are {}; {list}", parts.join(", ")) })
}

/// A number with where it is from.
#[derive(Clone, Debug)]
pub struct Sourced {
    /// Value.
    pub value: Exact,
    /// Source.
    pub source: String,
}

/// A price index of one currency.
#[derive(Clone, Debug)]
pub struct Index {
    /// Name.
    pub name: String,
    /// Currency whose money it moves.
    pub currency: Currency,
    /// Does it move money of the currency in general?
    pub general: bool,
    /// By year.
    pub values: BTreeMap<i32, Sourced>,
}

/// A table of exchange rates.
#[derive(Clone, Debug)]
pub struct Rates {
    /// Name.
    pub name: String,
    /// Base currency.
    pub base: Currency,
    /// Market or PPP.
    pub rate_type: RateType,
    /// Units per one of the base, by currency and year.
    pub values: BTreeMap<(Currency, i32), Sourced>,
}

impl Rates {
    /// Units of `currency` per one of the base in `year`.
    pub fn per_base(&self, currency: Currency, year: i32) -> Option<Exact> {
        if currency == self.base {
            return self.values.keys().any(|(_, y)| *y == year).then(crate::base::decimal::one);
        }
        self.values.get(&(currency, year)).map(|rate| rate.value.clone())
    }
}

/// All reference tables.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    /// Units.
    pub units: Units,
    /// Regions.
    pub regions: Regions,
    /// Indicators by id.
    pub indicators: BTreeMap<String, Indicator>,
    /// Price indices by name.
    pub indices: BTreeMap<String, Index>,
    /// Exchange rates by name.
    pub rates: BTreeMap<String, Rates>,
    /// GDP per head in PPP by region and year.
    pub incomes: BTreeMap<(String, i32), Sourced>,
    /// Licences by what they let others do.
    pub licences: Licences,
    /// Actions of Valueflows by what they do.
    pub actions: Actions,
    /// Uncertainty factors of scores of data quality, by name.
    pub pedigrees: BTreeMap<String, Pedigree>,
    /// Living wages and living incomes, by the name of their dataset.
    pub benchmarks: BTreeMap<String, BenchmarkSet>,
    /// What is wrong with those: told to who asks for them.
    pub benchmark_problems: Diagnostics,
    /// Manifests by name.
    pub manifests: BTreeMap<String, Manifest>,
}

impl Reference {
    /// Reads all tables of the shelf: units and regions first, since the others are checked against them.
    pub fn read(library: &Library, diagnostics: &mut Diagnostics) -> Self {
        let mut reference = Self::default();
        let mut opened = Vec::new();
        for name in library.names(Shelf::Reference) {
            match library.find(Shelf::Reference, &name) {
                Ok(source) => opened.extend(open_any(source, diagnostics)),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        opened.sort_by_key(|(kind, o)| (*kind != Kind::Units, *kind != Kind::Regions, o.source.name.clone()));
        for (kind, dataset) in opened {
            reference.add_table(kind, dataset, diagnostics);
        }
        reference.add_benchmarks(library);
        reference
    }

    /// Living wages and living incomes: of the shelf of fair trade, the datasets of their kind.
    fn add_benchmarks(&mut self, library: &Library) {
        let mut problems = Diagnostics::new();
        for name in library.names(Shelf::Fairtrade) {
            let found = library.find(Shelf::Fairtrade, &name).map_err(|problem| problems.push(problem));
            let opened = found.ok().and_then(|source| source.open_any(&mut problems));
            if let Some(opened) = opened.filter(|opened| opened.manifest.kind == Kind::Benchmarks) {
                self.benchmarks.insert(name, BenchmarkSet::of(opened, &self.regions, &mut problems));
            }
        }
        self.benchmark_problems = problems;
    }

    /// Adds a reference table of any kind.
    pub fn add_table(&mut self, kind: Kind, mut dataset: Opened, diagnostics: &mut Diagnostics) {
        let name = dataset.source.name.clone();
        match kind {
            Kind::Units => {
                let rows = dataset.read(&schema::UNITS, &(), diagnostics, units);
                self.units = Units::new(rows.unwrap_or_default());
                if self.units.unit("kg").is_err() {
                    let message = "the table of units has no `kg`, by which masses are compared";
                    let place = Place::file(dataset.source.file_label("units.csv"));
                    diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place));
                }
            }
            Kind::Regions => {
                self.regions = dataset.read(&schema::REGIONS, &(), diagnostics, regions).unwrap_or_default();
            }
            Kind::Indicators => {
                let table = dataset.read(&schema::INDICATORS, &(), diagnostics, |bound, diagnostics| {
                    indicators(bound, &self.units, diagnostics)
                });
                self.indicators.extend(table.unwrap_or_default().into_iter().map(|i| (i.id.clone(), i)));
            }
            Kind::Index => {
                let settings = dataset.manifest.index.clone();
                let values = dataset.read(&schema::INDEX, &(), diagnostics, index).unwrap_or_default();
                if let Some(settings) = settings
                    && let Some(currency) = Currency::from_code(&settings.currency)
                {
                    let index = Index { name: name.clone(), currency, general: settings.general, values };
                    self.indices.insert(name.clone(), index);
                }
            }
            Kind::Rates => {
                let settings = dataset.manifest.rates.clone();
                let values = dataset.read(&schema::RATES, &(), diagnostics, rates).unwrap_or_default();
                if let Some(settings) = settings
                    && let Some(base) = Currency::from_code(&settings.base)
                {
                    let rates = Rates { name: name.clone(), base, rate_type: settings.rate_type, values };
                    self.rates.insert(name.clone(), rates);
                }
            }
            Kind::Income => {
                let values = dataset.read(&schema::INCOME, &(), diagnostics, incomes);
                self.incomes.extend(values.unwrap_or_default());
            }
            Kind::Licences => {
                let table = dataset.read(&schema::LICENCES, &(), diagnostics, Licences::read);
                self.licences = table.unwrap_or_default();
            }
            Kind::Pedigree => {
                let table = dataset.read(&schema::PEDIGREE, &(), diagnostics, |bound, diagnostics| {
                    Pedigree::read(&name, bound, diagnostics)
                });
                self.pedigrees.extend(table.flatten().map(|table| (name.clone(), table)));
            }
            Kind::Actions => {
                let table = dataset.read(&schema::ACTIONS, &(), diagnostics, Actions::read);
                self.actions = table.unwrap_or_default();
            }
            _ => {}
        }
        self.manifests.insert(name, dataset.manifest);
    }

    /// Adds a table of incomes of the user.
    pub fn add_incomes(&mut self, dataset: Opened, diagnostics: &mut Diagnostics) {
        self.add_table(Kind::Income, dataset, diagnostics);
    }
}

fn open_any(source: super::source::Source, diagnostics: &mut Diagnostics) -> Option<(Kind, Opened)> {
    let opened = source.open_any(diagnostics)?;
    let kind = opened.manifest.kind;
    let tables = [Kind::Units, Kind::Regions, Kind::Indicators, Kind::Index, Kind::Rates, Kind::Income];
    if tables.contains(&kind) || [Kind::Licences, Kind::Actions, Kind::Pedigree].contains(&kind) {
        return Some((kind, opened));
    }
    let place = Place::file(opened.source.file_label("manifest.toml"));
    let message = "this is not a reference table";
    diagnostics.push(Diagnostic::error(codes::WRONG_KIND, message).at(place));
    None
}

fn units(bound: &Bound, diagnostics: &mut Diagnostics) -> Vec<UnitRow> {
    let read = |row: Cells, diagnostics: &mut Diagnostics| {
        let code = row.required("code", diagnostics);
        let numerator = row.positive("numerator", diagnostics);
        let denominator = row.positive("denominator", diagnostics);
        let mut dimension = UnitDimension::default();
        for (slot, name) in dimension.iter_mut().zip(["m", "kg", "s", "A", "K", "mol", "cd", "count"]) {
            *slot = row.integer(name, diagnostics)?;
        }
        let metric = row.word("metric", &[("yes", true), ("no", false)], diagnostics);
        let aliases = row.text("aliases").unwrap_or_default();
        Some(UnitRow {
            code: code?.to_owned(),
            aliases: aliases.split('|').map(str::trim).filter(|a| !a.is_empty()).map(str::to_owned).collect(),
            ratio: numerator?.exact / denominator?.exact,
            dimension,
            metric: metric?,
            kind: row.string("kind"),
        })
    };
    bound.collect(|row| read(row, diagnostics))
}

fn regions(bound: &Bound, diagnostics: &mut Diagnostics) -> Regions {
    let mut regions = Regions::default();
    bound.each(|row| {
        let code = row.required("code", diagnostics);
        let name = row.required("name", diagnostics);
        let level = row.required("level", diagnostics).and_then(|word| {
            let level = Level::parse(word);
            if level.is_none() {
                let message = format!("`{word}` is not a level of regions");
                diagnostics
                    .push(Diagnostic::error(codes::BAD_VALUE, message).at(row.place().column("level")));
            }
            level
        });
        if let (Some(code), Some(name), Some(level)) = (code, name, level) {
            regions.insert(code, name, level, row.text("parent"));
        }
    });
    for code in regions.cut_bad_parents() {
        let message = format!("the parents of `{code}` do not lead to the world");
        let place = bound.place().column("parent");
        let hint = "name the next wider code; only the world has none";
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }
    regions
}

fn sourced(row: &Cells, column: &str, diagnostics: &mut Diagnostics) -> Option<Sourced> {
    let value = row.positive(column, diagnostics);
    let source = row.required("source", diagnostics);
    Verification::of(row, diagnostics);
    Some(Sourced { value: value?.exact, source: source?.to_owned() })
}

fn year(row: &Cells, diagnostics: &mut Diagnostics) -> Option<i32> {
    row.required("year", diagnostics)?;
    row.optional_year("year", diagnostics)
}

fn index(bound: &Bound, diagnostics: &mut Diagnostics) -> BTreeMap<i32, Sourced> {
    let read = |row: Cells, diagnostics: &mut Diagnostics| {
        let year = year(&row, diagnostics);
        let value = sourced(&row, "value", diagnostics);
        Some((year?, value?))
    };
    bound.collect(|row| read(row, diagnostics))
}

fn rates(bound: &Bound, diagnostics: &mut Diagnostics) -> BTreeMap<(Currency, i32), Sourced> {
    let read = |row: Cells, diagnostics: &mut Diagnostics| {
        let currency = row.currency("currency", diagnostics);
        let year = year(&row, diagnostics);
        let value = sourced(&row, "units_per_base", diagnostics);
        Some(((currency?, year?), value?))
    };
    bound.collect(|row| read(row, diagnostics))
}

fn incomes(bound: &Bound, diagnostics: &mut Diagnostics) -> BTreeMap<(String, i32), Sourced> {
    let read = |row: Cells, diagnostics: &mut Diagnostics| {
        let region = row.required("region", diagnostics);
        let year = year(&row, diagnostics);
        let value = sourced(&row, "value", diagnostics);
        Some(((region?.to_owned(), year?), value?))
    };
    bound.collect(|row| read(row, diagnostics))
}
