//! `truecost factors`.

use crate::base::decimal::Short;
use crate::base::diagnostic::Diagnostics;
use crate::base::money::Money;
use crate::base::region::WORLD;
use crate::data::factors::FactorSet;
use crate::data::reference::Reference;
use crate::data::source::Library;
use crate::report::catalogue::{self, Choice, Comparison};
use crate::report::columns::{Cell, Columns};
use crate::report::table::aligned;

use super::arguments::{FactorsArguments, FactorsCommand};
use super::outcome::{Outcome, print, settle};

/// Lists, shows or compares.
pub(super) fn run(arguments: &FactorsArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let reference = Reference::read(library, &mut diagnostics);
    let text = match &arguments.command {
        FactorsCommand::List => Some(list(&catalogue::factor_sets(library, &reference, &mut diagnostics))),
        FactorsCommand::Indicators => {
            Some(indicators(&catalogue::indicators(library, &reference, &mut diagnostics)))
        }
        FactorsCommand::Show { set } => {
            FactorSet::read(set, library, &reference, &mut diagnostics).map(|set| show(&set, &reference))
        }
        FactorsCommand::Compare { indicator, currency, year, emission_year } => {
            let choice = Choice { indicator, currency, year: *year, emission_year: *emission_year };
            Comparison::new(&choice, library, &reference, &mut diagnostics).map(|c| compare(&c))
        }
    };
    let text = settle(text, diagnostics)?;
    print(&text)
}

/// A row of a table: the text of its cells by column.
struct Row<'a> {
    columns: &'a Columns,
    row: usize,
}

impl Row<'_> {
    fn text(&self, name: &str) -> String {
        self.columns.text(name, self.row)
    }

    fn texts<const N: usize>(&self, names: [&str; N]) -> [String; N] {
        names.map(|name| self.text(name))
    }

    fn cell(&self, name: &str) -> Option<&Cell> {
        self.columns.cell(name, self.row)
    }
}

fn lines<'a>(columns: &'a Columns, line: impl Fn(Row<'a>) -> Vec<String>) -> Vec<Vec<String>> {
    (0..columns.rows()).map(|row| line(Row { columns, row })).collect()
}

fn list(sets: &Columns) -> String {
    let rows = lines(sets, |row| {
        vec![
            row.text("name"),
            row.text("variants"),
            row.texts(["currency", "price_year"]).concat(),
            area(&row.text("valid_in")),
            row.text("factors"),
            row.texts(["primary", "secondary", "unverified"]).join("/"),
            row.text("title"),
            row.text("licence"),
        ]
    });
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

fn indicators(indicators: &Columns) -> String {
    let rows =
        lines(indicators, |row| row.texts(["id", "unit", "dimension", "kind", "name", "sets"]).to_vec());
    aligned(&["indicator", "unit", "dimension", "kind", "name", "sets with a factor"], &rows, 5)
}

fn show(set: &FactorSet, reference: &Reference) -> String {
    let rows = lines(&catalogue::factors(set), |row| {
        let money = row.texts(["currency", "price_year"]).concat();
        let mut line = row.texts(["indicator", "method", "region", "emission_year"]).to_vec();
        line.extend(["lower", "central", "upper"].map(|bound| published(row.cell(bound))));
        line.push(if money.is_empty() { "ratio".to_owned() } else { money });
        line.extend(row.texts(["unit", "transfer", "cost_types", "verification", "source"]));
        line
    });
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

fn compare(comparison: &Comparison) -> String {
    let rows = lines(&comparison.columns, |row| {
        let mut line = vec![row.texts(["set", "variant"]).join(":"), row.text("method")];
        line.push(area(&row.text("valid_in")));
        line.push(row.text("region"));
        let [published, verification, note] = row.texts(["published", "verification", "note"]);
        let none = published.is_empty();
        line.extend(match row.text("status").as_str() {
            "priced" => ["lower", "central", "upper"].map(|bound| readable(row.cell(bound))),
            "error" => [String::new(), row.text("reason"), String::new()],
            _ if none => [const { String::new() }; 3],
            word => ["", word, ""].map(str::to_owned),
        });
        line.extend([published, verification]);
        line.push(if none { "no factor: unpriced".to_owned() } else { note });
        line
    });
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
    let Comparison { indicator, target, emission_year, .. } = comparison;
    let mut text = format!(
        "one {} of {} in {} of {}, emitted in {emission_year}\n\n",
        indicator.unit, indicator.name, target.currency, target.year
    );
    text.push_str(&aligned(&header, &rows, 4));
    text.push_str("\nThe sets answer different questions (damage, abatement, restoration): do not mix them in one total.\n");
    text
}

/// Regions as people say them.
fn area(valid_in: &str) -> String {
    valid_in.split(' ').map(|area| if area == WORLD { "world" } else { area }).collect::<Vec<_>>().join(" ")
}

/// A published figure, short.
fn published(cell: Option<&Cell>) -> String {
    match cell {
        Some(Cell::Published(value)) => Short(value, 15).to_string(),
        _ => String::new(),
    }
}

/// A factor in few digits.
fn readable(cell: Option<&Cell>) -> String {
    let Some(Cell::Factor(factor)) = cell else { return String::new() };
    let money = Money::born([(1.0, *factor)]).unwrap_or_default();
    let text = money.to_string();
    let significant = text.trim_start_matches(['-', '0', '.']).chars().filter(char::is_ascii_digit).count();
    if significant > 6 { format!("{:.*}", decimals(money.to_f64()), money.to_f64()) } else { text }
}

fn decimals(value: f64) -> usize {
    let magnitude = libm::floor(libm::log10(value.abs().max(1e-12))) as i32;
    (5 - magnitude).clamp(0, 12) as usize
}
