//! Factor sets: money per unit of an indicator, with all that a factor carries.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, parse};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::unit::{Measure, Ratio};

pub use super::band::Band;
use super::bound::Bound;
use super::cells::{Cells, RowRef};
use super::factor_checks::{check_areas, check_exclusive, check_overlaps};
use super::manifest::{FactorSettings, Interpolation, Kind, Manifest};
use super::reference::{Reference, Verification};
use super::schema;
use super::source::{Library, Opened, Shelf, Source};

/// How a factor moves to other places and currencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// One value for the world, converted at the market rate.
    Global,
    /// Moved with income, converted at the market rate.
    Income,
    /// Converted at purchasing power parity.
    Ppp,
    /// Only inside its regions.
    None,
}

impl Transfer {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Income => "income",
            Self::Ppp => "ppp",
            Self::None => "none",
        }
    }
}

const TRANSFERS: &[(&str, Transfer)] = &[
    ("global", Transfer::Global),
    ("income", Transfer::Income),
    ("ppp", Transfer::Ppp),
    ("none", Transfer::None),
];

const COST_TYPES: &[&str] = &["restoration", "compensation", "prevention", "retribution", "damage"];

/// One row of a factor set.
#[derive(Clone, Debug)]
pub struct FactorRow {
    /// Set it is from.
    pub set: usize,
    /// Indicator.
    pub indicator: String,
    /// Variant; empty: every one.
    pub variant: String,
    /// Money per unit.
    pub value: Band<Exact>,
    /// Is central repeated where a bound is not published?
    pub repeated: bool,
    /// Unit.
    pub unit: Measure,
    /// Units of the indicator in one unit of the factor.
    pub per: Ratio,
    /// Currency.
    pub currency: Currency,
    /// Year of the prices.
    pub price_year: i32,
    /// Where it holds; empty: everywhere the set is valid.
    pub region: String,
    /// Emission year; `None`: every one.
    pub emission_year: Option<i32>,
    /// Transfer class.
    pub transfer: Transfer,
    /// Restoration, compensation, prevention, retribution, damage.
    pub cost_types: String,
    /// Characterisation method it is bound to; empty: any.
    pub method: String,
    /// Document, table or page.
    pub source: String,
    /// How it was seen.
    pub verification: Verification,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// What the rows of one published set share.
#[derive(Clone, Debug)]
pub struct SetHead {
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// Settings.
    pub settings: FactorSettings,
    /// Income elasticities.
    pub elasticity: Option<Band<Exact>>,
    /// Content hash.
    pub hash: String,
}

impl SetHead {
    /// Between emission years.
    pub fn interpolation(&self) -> Interpolation {
        self.settings.interpolation
    }
}

/// Indicators that measure the same thing: each with its rank in its groups.
pub type Exclusive = BTreeMap<String, Vec<(String, i64)>>;

/// A factor set, one variant of it; a composite set holds the rows of several published ones.
#[derive(Clone, Debug)]
pub struct FactorSet {
    /// Name.
    pub name: String,
    /// Variant.
    pub variant: String,
    /// Manifest of the set itself.
    pub manifest: Manifest,
    /// Content hash.
    pub hash: String,
    /// Published sets the rows are from: one, unless it is a composite.
    pub heads: Vec<SetHead>,
    /// Rows of the variant, sorted by key.
    pub rows: Vec<FactorRow>,
    /// By indicator: group and rank.
    pub exclusive: Exclusive,
}

impl FactorSet {
    /// A set without a factor, for those who want amounts alone; `manifest` is of what has the amounts.
    pub fn none(manifest: &Manifest) -> Self {
        Self {
            name: "none".to_owned(),
            variant: String::new(),
            manifest: manifest.clone(),
            hash: String::new(),
            heads: Vec::new(),
            rows: Vec::new(),
            exclusive: Exclusive::new(),
        }
    }

    /// Reads `SET` or `SET:VARIANT`.
    pub fn read(
        spec: &str,
        library: &Library,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        Self::read_part(spec, false, library, reference, diagnostics)
    }

    /// Reads the default variant of a set in a folder of the user.
    pub fn read_folder(
        source: Source,
        library: &Library,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        Self::open(source, None, false, library, reference, diagnostics)
    }

    fn read_part(
        spec: &str,
        of_composite: bool,
        library: &Library,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        if spec.contains(',') {
            let message = format!("`{spec}`: a total takes its factors from one set");
            let hint =
                "a composite set says which indicator comes from which set; see docs/reference/datasets.md";
            diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
            return None;
        }
        let (name, variant) = match spec.rsplit_once(':') {
            Some((name, variant)) if !variant.contains(['/', '\\']) => (name, Some(variant)),
            _ => (spec, None),
        };
        match library.find(Shelf::Factors, name) {
            Ok(source) => Self::open(source, variant, of_composite, library, reference, diagnostics),
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                None
            }
        }
    }

    fn open(
        source: Source,
        variant: Option<&str>,
        of_composite: bool,
        library: &Library,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut opened = source.open(Kind::Factors, diagnostics)?;
        let label = opened.source.file_label("manifest.toml");
        let exclusive = opened.read(&schema::EXCLUSIVE, &(), diagnostics, exclusive).unwrap_or_default();
        if opened.has("composite") {
            if of_composite {
                let message =
                    "a composite set takes its factors from published sets, not from another composite";
                diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(Place::file(label)));
                return None;
            }
            return Self::composite(opened, exclusive, library, reference, diagnostics);
        }
        let Some(settings) = opened.manifest.factors.clone() else {
            let message = "the manifest does not state [factors]";
            diagnostics.push(Diagnostic::error(codes::MISSING_FIELD, message).at(Place::file(label)));
            return None;
        };
        let variant = choose_variant(&settings, &opened.source.name, variant, diagnostics)?;
        check_areas(&settings, reference, &label, diagnostics);
        if !reference.indices.contains_key(&settings.index) {
            let message = format!("there is no price index `{}`", settings.index);
            let mut diagnostic =
                Diagnostic::error(codes::DANGLING, message).at(Place::file(&label).column("index"));
            if let Some(near) =
                diagnostics.nearest(&settings.index, reference.indices.keys().map(String::as_str))
            {
                diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
            }
            diagnostics.push(diagnostic);
        }
        let mut rows = opened.read(&schema::FACTORS, &(), diagnostics, |bound, diagnostics| {
            rows(bound, &settings, reference, diagnostics)
        })?;
        check_overlaps(&rows, &settings.variants, diagnostics);
        check_exclusive(&exclusive, &rows, &opened.source.file_label("exclusive.csv"), diagnostics);
        rows.retain(|row| row.variant.is_empty() || row.variant == variant);
        rows.sort_by(|a, b| {
            (&a.indicator, &a.method, &a.region, a.emission_year).cmp(&(
                &b.indicator,
                &b.method,
                &b.region,
                b.emission_year,
            ))
        });
        let elasticity = settings.income.as_ref().and_then(|income| {
            let e = &income.elasticity;
            Band { lower: &e.lower, central: &e.central, upper: &e.upper }.try_map(|text| parse(text)).ok()
        });
        let hash = opened.hash();
        let name = opened.source.name.clone();
        let manifest = opened.manifest;
        let head = SetHead {
            name: name.clone(),
            manifest: manifest.clone(),
            settings,
            elasticity,
            hash: hash.clone(),
        };
        Some(Self { name, variant, manifest, hash, heads: vec![head], rows, exclusive })
    }

    fn composite(
        mut opened: Opened,
        exclusive: Exclusive,
        library: &Library,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let picks = opened.read(&schema::COMPOSITE, &(), diagnostics, |bound, diagnostics| {
            let pick = |row: Cells, diagnostics: &mut Diagnostics| {
                let indicator = row.id("indicator", diagnostics);
                let set = row.required("set", diagnostics);
                let variant = row.string("variant");
                Some((indicator?, set?.to_owned(), variant, row.place()))
            };
            bound.collect::<_, Vec<_>>(|row| pick(row, diagnostics))
        })?;
        let mut composite = Self {
            name: opened.source.name.clone(),
            variant: "composite".to_owned(),
            hash: opened.hash(),
            manifest: opened.manifest,
            heads: Vec::new(),
            rows: Vec::new(),
            exclusive,
        };
        let sets: BTreeSet<(String, String)> = picks.iter().map(|p| (p.1.clone(), p.2.clone())).collect();
        for (set, variant) in sets {
            let spec = if variant.is_empty() { set.clone() } else { format!("{set}:{variant}") };
            let Some(part) = Self::read_part(&spec, true, library, reference, diagnostics) else { continue };
            let offset = composite.heads.len();
            for (indicator, _, _, place) in picks.iter().filter(|p| (&p.1, &p.2) == (&set, &variant)) {
                let before = composite.rows.len();
                let chosen = part.rows.iter().filter(|row| row.indicator == *indicator);
                composite.rows.extend(chosen.map(|row| FactorRow { set: row.set + offset, ..row.clone() }));
                if composite.rows.len() == before {
                    let message = format!("the set `{set}` has no factor for `{indicator}`");
                    diagnostics.push(
                        Diagnostic::error(codes::DANGLING, message).at(place.clone().column("indicator")),
                    );
                }
            }
            // What the parts hold to be the same thing is so here too.
            for (indicator, groups) in &part.exclusive {
                if picks.iter().any(|p| p.0 == *indicator && (&p.1, &p.2) == (&set, &variant)) {
                    let groups = groups.iter().map(|(group, rank)| (format!("{set}/{group}"), *rank));
                    composite.exclusive.entry(indicator.clone()).or_default().extend(groups);
                }
            }
            composite.heads.extend(part.heads);
        }
        composite.rows.sort_by(|a, b| {
            (&a.indicator, &a.method, &a.region, a.emission_year).cmp(&(
                &b.indicator,
                &b.method,
                &b.region,
                b.emission_year,
            ))
        });
        Some(composite)
    }

    /// The head of a row's set.
    pub fn head(&self, row: &FactorRow) -> &SetHead {
        &self.heads[row.set]
    }

    /// The variants it can be read in, the default first; a composite has one.
    pub fn variants(&self) -> Vec<&str> {
        match self.heads.as_slice() {
            [own] if own.name == self.name => own.settings.variants.iter().map(String::as_str).collect(),
            _ => vec![&self.variant],
        }
    }

    /// What the settings of all its published sets agree on.
    pub fn agreed<T: PartialEq>(&self, get: impl Fn(&FactorSettings) -> T) -> Option<T> {
        let mut values = self.heads.iter().map(|head| get(&head.settings));
        let first = values.next()?;
        values.all(|value| value == first).then_some(first)
    }

    /// `SET:VARIANT`.
    pub fn label(&self) -> String {
        format!("{}:{}", self.name, self.variant)
    }
}

fn choose_variant(
    settings: &FactorSettings,
    set: &str,
    variant: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let Some(wanted) = variant else { return settings.variants.first().cloned() };
    if settings.variants.iter().any(|v| v == wanted) {
        return Some(wanted.to_owned());
    }
    let message = format!("the factor set `{set}` has no variant `{wanted}`");
    let hint = format!("it has {}", settings.variants.join(", "));
    diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
    None
}

fn exclusive(bound: &Bound, diagnostics: &mut Diagnostics) -> Exclusive {
    let mut exclusive = Exclusive::new();
    bound.each(|row| {
        let group = row.id("group", diagnostics);
        let rank = row.integer::<i64>("rank", diagnostics);
        let indicator = row.id("indicator", diagnostics);
        if let (Some(group), Some(rank), Some(indicator)) = (group, rank, indicator) {
            exclusive.entry(indicator).or_default().push((group, rank));
        }
    });
    exclusive
}

fn rows(
    bound: &Bound,
    settings: &FactorSettings,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Vec<FactorRow> {
    bound.collect(|row| factor(&row, settings, reference, diagnostics))
}

fn factor(
    row: &Cells,
    settings: &FactorSettings,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<FactorRow> {
    let indicator = row.id("indicator", diagnostics);
    let variant = row.string("variant");
    if !variant.is_empty() && !settings.variants.contains(&variant) {
        let message = format!("`{variant}` is not a variant of this set");
        let hint = format!("the manifest lists {}", settings.variants.join(", "));
        diagnostics
            .push(Diagnostic::error(codes::BAD_VALUE, message).at(row.place().column("variant")).hint(hint));
    }
    let lower = row.optional_number("lower", diagnostics);
    let central = row.number("central", diagnostics);
    let upper = row.optional_number("upper", diagnostics);
    let unit = row.measure("unit", &reference.units, diagnostics);
    let own_currency = row.text("currency").is_some().then(|| row.currency("currency", diagnostics));
    let currency = own_currency.unwrap_or_else(|| Currency::from_code(&settings.currency));
    let price_year = row.optional_year("price_year", diagnostics).unwrap_or(settings.price_year);
    let region = row.string("region");
    if !region.is_empty() && !settings.groups.contains_key(&region) {
        row.optional_region("region", &reference.regions, diagnostics);
    }
    let emission_year = row.optional_year("emission_year", diagnostics);
    for part in row.text("cost_types").into_iter().flat_map(|types| types.split('+')) {
        if !COST_TYPES.contains(&part) {
            let message = format!("`{part}` is not a type of cost");
            let place = row.place().column("cost_types");
            let hint = format!("join {} with `+`", COST_TYPES.join(", "));
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        }
    }
    let transfer = row.word("transfer", TRANSFERS, diagnostics);
    let source = row.required("source", diagnostics);
    row.required("verification", diagnostics);
    let verification = Verification::of(row, diagnostics);
    let indicator = indicator?;
    let unit = unit?;
    let per = per_unit(row, &indicator, &unit, reference, diagnostics)?;
    let repeated = lower.is_none() || upper.is_none();
    let central = central?.exact;
    let bound = |number: Option<super::cells::Number>| number.map_or_else(|| central.clone(), |n| n.exact);
    Some(FactorRow {
        set: 0,
        variant,
        value: Band { lower: bound(lower), central: central.clone(), upper: bound(upper) },
        repeated,
        unit,
        per,
        currency: currency?,
        price_year,
        region,
        emission_year,
        transfer: transfer?,
        cost_types: row.string("cost_types"),
        method: row.string("method"),
        source: source?.to_owned(),
        verification,
        note: row.string("note"),
        row: row.row_ref(),
        indicator,
    })
}

/// Matching before units: a factor's unit is of the indicator's dimension and kind, or it is refused.
fn per_unit(
    row: &Cells,
    indicator: &str,
    unit: &Measure,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Ratio> {
    let Some(known) = reference.indicators.get(indicator) else {
        let message = format!("there is no indicator `{indicator}`");
        let hint = match diagnostics.nearest(indicator, reference.indicators.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "datasets/reference/indicators lists them".to_owned(),
        };
        let place = row.place().column("indicator");
        diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
        return None;
    };
    let mismatch = |why: String| {
        Diagnostic::error(codes::WRONG_UNIT, format!("`{indicator}` is measured in `{}`: {why}", known.unit))
            .at(row.place().column("unit"))
    };
    match (unit, &known.unit) {
        (Measure::AnyMoney, Measure::AnyMoney) => Some(Ratio::one()),
        (Measure::Physical(own), Measure::Physical(its)) => match own.ratio_to(its) {
            Ok(ratio) => Some(ratio),
            Err(error) => {
                diagnostics.push(mismatch(error.to_string()));
                None
            }
        },
        _ => {
            diagnostics.push(mismatch(format!("`{unit}` is not a unit for it")));
            None
        }
    }
}
