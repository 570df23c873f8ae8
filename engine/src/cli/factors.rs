//! `truecost factors`.

use crate::base::currency::Currency;
use crate::base::decimal::Short;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{Factor, Money};
use crate::base::region::Location;
use crate::data::factors::{FactorRow, FactorSet};
use crate::data::reference::{IndicatorKind, Reference, like};
use crate::data::source::{Library, Shelf};
use crate::pricing::choices::currency;
use crate::report::table::aligned;
use crate::valuation::matching::{Matcher, Question};
use crate::valuation::{Order, Outside, Overrides, PriceLevel, Target};

use super::arguments::{FactorsArguments, FactorsCommand};
use super::outcome::{Outcome, print, settle};

/// Lists, shows or compares.
pub(super) fn run(arguments: &FactorsArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let reference = Reference::read(library, &mut diagnostics);
    let text = match &arguments.command {
        FactorsCommand::List => Some(list(library, &reference, &mut diagnostics)),
        FactorsCommand::Indicators => Some(indicators(library, &reference, &mut diagnostics)),
        FactorsCommand::Show { set } => {
            FactorSet::read(set, library, &reference, &mut diagnostics).map(|set| show(&set, &reference))
        }
        FactorsCommand::Compare { indicator, currency: code, year, emission_year } => {
            let choice = Choice {
                indicator,
                currency: currency(code, &mut diagnostics),
                year: *year,
                emission_year: *emission_year,
            };
            compare(&choice, library, &reference, &mut diagnostics)
        }
    };
    let text = settle(text, diagnostics)?;
    print(&text)
}

fn sets(library: &Library, reference: &Reference, diagnostics: &mut Diagnostics) -> Vec<FactorSet> {
    let names = library.names(Shelf::Factors);
    names.iter().filter_map(|name| FactorSet::read(name, library, reference, diagnostics)).collect()
}

fn list(library: &Library, reference: &Reference, diagnostics: &mut Diagnostics) -> String {
    let rows: Vec<Vec<String>> = sets(library, reference, diagnostics)
        .iter()
        .map(|set| {
            let settings = set.heads.first().map(|head| &head.settings);
            let one = |get: fn(&crate::data::manifest::FactorSettings) -> String| {
                settings.map(get).unwrap_or_default()
            };
            let verification =
                |word: &str| set.rows.iter().filter(|row| row.verification.word() == word).count();
            vec![
                set.name.clone(),
                one(|s| s.variants.join(" ")),
                one(|s| format!("{}{}", s.currency, s.price_year)),
                one(|s| area(&s.valid_in)),
                set.rows.len().to_string(),
                format!(
                    "{}/{}/{}",
                    verification("primary"),
                    verification("secondary"),
                    verification("unverified")
                ),
                set.manifest.title.clone(),
                set.manifest.licence.name.clone(),
            ]
        })
        .collect();
    let header = [
        "set",
        "variants (the first is the default)",
        "prices",
        "valid in",
        "factors",
        "primary/secondary/unverified",
        "title",
        "licence",
    ];
    aligned(&header, &rows, 4)
}

fn indicators(library: &Library, reference: &Reference, diagnostics: &mut Diagnostics) -> String {
    let sets = sets(library, reference, diagnostics);
    let rows: Vec<Vec<String>> = reference
        .indicators
        .values()
        .map(|indicator| {
            let priced = sets.iter().filter(|set| set.rows.iter().any(|row| row.indicator == indicator.id));
            let kind = if indicator.kind == IndicatorKind::Benefit { "benefit" } else { "burden" };
            vec![
                indicator.id.clone(),
                indicator.unit.to_string(),
                indicator.dimension.word().to_owned(),
                kind.to_owned(),
                indicator.name.clone(),
                priced.map(|set| set.name.as_str()).collect::<Vec<_>>().join(" "),
            ]
        })
        .collect();
    aligned(&["indicator", "unit", "dimension", "kind", "name", "sets with a factor"], &rows, 5)
}

fn show(set: &FactorSet, reference: &Reference) -> String {
    let cell = |row: &FactorRow| {
        let money = if row.unit.is_money() {
            "ratio".to_owned()
        } else {
            format!("{}{}", row.currency, row.price_year)
        };
        let year = row.emission_year.map(|y| y.to_string()).unwrap_or_default();
        vec![
            row.indicator.clone(),
            row.method.clone(),
            row.region.clone(),
            year,
            Short(&row.value.lower, 15).to_string(),
            Short(&row.value.central, 15).to_string(),
            Short(&row.value.upper, 15).to_string(),
            money,
            row.unit.to_string(),
            row.transfer.word().to_owned(),
            row.cost_types.clone(),
            row.verification.word().to_owned(),
            row.source.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = set.rows.iter().map(cell).collect();
    let header = [
        "indicator",
        "method",
        "region",
        "emissions",
        "lower",
        "central",
        "upper",
        "money",
        "per",
        "transfer",
        "cost types",
        "verification",
        "source",
    ];
    let mut text = format!("{}: {}\n{}\n\n", set.label(), set.manifest.title, set.manifest.citation);
    text.push_str(&aligned(&header, &rows, 4));
    let unpriced =
        reference.indicators.keys().filter(|id| set.rows.iter().all(|row| row.indicator != **id)).count();
    text.push_str(&format!("\nlicence: {}\n", set.manifest.licence.name));
    for head in &set.heads {
        text.push_str(&format!(
            "VAT: {}; moved between years by {}\n",
            head.settings.vat, head.settings.index
        ));
    }
    text.push_str(&format!(
        "{unpriced} indicators of the reference table have no factor here: they are unpriced, not free\n"
    ));
    text
}

struct Choice<'a> {
    indicator: &'a str,
    currency: Option<Currency>,
    year: Option<i32>,
    emission_year: Option<i32>,
}

fn compare(
    choice: &Choice,
    library: &Library,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let Some(indicator) = reference.indicators.get(choice.indicator) else {
        let mut diagnostic =
            Diagnostic::error(codes::NOT_FOUND, format!("there is no indicator `{}`", choice.indicator));
        if let Some(hint) = like(choice.indicator, &reference.indicators) {
            diagnostic = diagnostic.hint(hint);
        }
        diagnostics.push(diagnostic);
        return None;
    };
    let currency = choice.currency?;
    let overrides = Overrides::default();
    let sets = sets(library, reference, diagnostics);
    let with: Vec<&FactorSet> =
        sets.iter().filter(|set| set.rows.iter().any(|row| row.indicator == indicator.id)).collect();
    let rows = with.iter().flat_map(|set| set.rows.iter().map(|row| (row, set.head(row))));
    let money = rows.map(|(row, head)| (row.currency, Some(head.settings.index.as_str()))).collect();
    let latest = PriceLevel::latest_year(reference, &overrides, currency, &money);
    let year = choice.year.or(latest)?;
    let emission_year = choice.emission_year.unwrap_or(year);
    let level = PriceLevel::new(reference, Target { currency, year }, Order::InflateFirst, &overrides);
    let mut rows = Vec::new();
    for set in &sets {
        for variant in set.heads.iter().flat_map(|head| &head.settings.variants) {
            let spec = format!("{}:{variant}", set.name);
            let Some(set) = FactorSet::read(&spec, library, reference, diagnostics) else { continue };
            rows.extend(compared(&set, &indicator.id, emission_year, &level, reference));
        }
    }
    let header = [
        "set",
        "method",
        "valid in",
        "region",
        "lower",
        "central",
        "upper",
        "published",
        "verification",
        "note",
    ];
    let mut text = format!(
        "one {} of {} in {currency} of {year}, emitted in {emission_year}\n\n",
        indicator.unit, indicator.name
    );
    text.push_str(&aligned(&header, &rows, 4));
    text.push_str("\nThe sets answer different questions (damage, abatement, restoration): do not mix them in one total.\n");
    Some(text)
}

/// One line a method and region of the set; a set without a factor says so.
fn compared(
    set: &FactorSet,
    indicator: &str,
    emission_year: i32,
    level: &PriceLevel,
    reference: &Reference,
) -> Vec<Vec<String>> {
    let rows: Vec<&FactorRow> = set.rows.iter().filter(|row| row.indicator == indicator).collect();
    let Some(first) = rows.first() else {
        let mut line = vec![set.label()];
        line.resize(9, String::new());
        line.push("no factor: unpriced".to_owned());
        return vec![line];
    };
    let valid_in = area(&set.head(first).settings.valid_in);
    let mut keys: Vec<(&str, &str)> =
        rows.iter().map(|row| (row.method.as_str(), row.region.as_str())).collect();
    keys.dedup();
    keys.into_iter()
        .map(|(method, region)| {
            let one = FactorSet {
                rows: rows
                    .iter()
                    .filter(|r| (r.method.as_str(), r.region.as_str()) == (method, region))
                    .map(|r| (*r).clone())
                    .collect(),
                ..set.clone()
            };
            let place = set.head(first).settings.groups.get(region).and_then(|members| members.first());
            let place = place.cloned().or_else(|| (!region.is_empty()).then(|| region.to_owned()));
            let place = place.map_or_else(|| default_place(set), Location::Code);
            let question = Question {
                indicator: indicator.to_owned(),
                method: method.to_owned(),
                place,
                year: emission_year,
            };
            let matcher = Matcher::new(&one, reference, level, Outside::AsIs);
            let cells = match matcher.answers([question]).into_values().next() {
                Some(Ok(Ok(factor))) => {
                    [factor.value.lower, factor.value.central, factor.value.upper].map(readable)
                }
                Some(Err(error)) => [String::new(), error.to_string(), String::new()],
                _ => ["", "unpriced", ""].map(str::to_owned),
            };
            let row = one.rows.first().unwrap_or(first);
            let published = if row.unit.is_money() {
                "a ratio".to_owned()
            } else {
                format!("{}{} per {}", row.currency, row.price_year, row.unit)
            };
            let [lower, central, upper] = cells;
            vec![
                set.label(),
                method.to_owned(),
                valid_in.clone(),
                region.to_owned(),
                lower,
                central,
                upper,
                published,
                row.verification.word().to_owned(),
                row.note.clone(),
            ]
        })
        .collect()
}

/// Regions as people say them.
fn area(valid_in: &[String]) -> String {
    valid_in
        .iter()
        .map(|a| if a == crate::base::region::WORLD { "world" } else { a })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A place inside the set's own regions.
fn default_place(set: &FactorSet) -> Location {
    let settings = set.heads.first().map(|head| &head.settings);
    let area = settings.and_then(|s| {
        s.valid_in.first().map(|area| s.groups.get(area).and_then(|g| g.first()).unwrap_or(area))
    });
    Location::Code(area.cloned().unwrap_or_else(|| crate::base::region::WORLD.to_owned()))
}

fn readable(factor: Factor) -> String {
    let money = Money::born([(1.0, factor)]).unwrap_or_default();
    let text = money.to_string();
    let significant = text.trim_start_matches(['-', '0', '.']).chars().filter(char::is_ascii_digit).count();
    if significant > 6 { format!("{:.*}", decimals(money.to_f64()), money.to_f64()) } else { text }
}

fn decimals(value: f64) -> usize {
    let magnitude = libm::floor(libm::log10(value.abs().max(1e-12))) as i32;
    (5 - magnitude).clamp(0, 12) as usize
}
