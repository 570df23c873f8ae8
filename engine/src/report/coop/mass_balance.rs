//! The mass balance, as tables.

use num_traits::ToPrimitive;
use serde_json::json;

use crate::base::decimal::{Exact, Short, one, round};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::BOOK_SCALE;
use crate::data::coop::movements::{self, Movement, MovementKind};
use crate::data::coop::trade::Defaults;
use crate::data::coop::yields;
use crate::data::reference::Reference;
use crate::data::schema::MOVEMENTS;
use crate::data::source::{Library, Opened};
use crate::fairtrade::mass_balance::{Balance, By, Stock, Turnover, Violation, balance, check};
use crate::report::columns::Columns;

use super::pay::missing;
use super::{CoopReport, Sheet, dataset};

/// Reports stocks that fall below 0, each with the movement that did it, as is every problem of the tables.
pub fn check_stocks(mut opened: Opened, library: &Library, diagnostics: &mut Diagnostics) {
    let reference = Reference::read(library, diagnostics);
    let defaults = Defaults::of(&opened, &reference.units, diagnostics);
    let made = balanced(&mut opened, (By::All, false), &defaults, &reference, &mut Vec::new(), diagnostics);
    let Some(balance) = made else { return };
    let scale = Scale::of(&defaults, &reference);
    for broken in &balance.violations {
        let stock = &broken.stock;
        let message = format!(
            "more `{}` goes out of {} as {} than came in: {} too much on {}, {}",
            stock.product,
            stock.site,
            stock.certificate,
            scale.short(&broken.short),
            broken.date,
            broken.why
        );
        let place = broken.row.place().column("quantity");
        diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(place));
    }
}

/// Balances what moved.
fn balanced(
    opened: &mut Opened,
    (by, group): (By, bool),
    defaults: &Defaults,
    reference: &Reference,
    notes: &mut Vec<String>,
    diagnostics: &mut Diagnostics,
) -> Option<Balance> {
    let all = gathered(opened, defaults, reference, notes, diagnostics)?;
    let yields = yields::read(opened, diagnostics).unwrap_or_default();
    if diagnostics.has_errors() {
        return None;
    }
    check(&all, &yields, group, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    Some(balance(&all, &yields, by, group))
}

/// The balance of a dataset: its movements, or its deliveries and contracts where it has no movements of that kind.
pub fn mass_balance(
    mut opened: Opened,
    by: By,
    group: bool,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> Option<CoopReport> {
    let reference = Reference::read(library, diagnostics);
    let defaults = Defaults::of(&opened, &reference.units, diagnostics);
    let mut notes = Vec::new();
    let balance = balanced(&mut opened, (by, group), &defaults, &reference, &mut notes, diagnostics)?;
    let scale = Scale::of(&defaults, &reference);
    notes.extend(scale.notes(&balance));
    if group {
        notes.push(
            "sites are one; as read in secondary sources, the certifier allows that for cocoa and cane sugar only"
                .to_owned(),
        );
    }
    Some(CoopReport {
        name: "mass_balance",
        sheets: vec![
            Sheet { name: "mass_balance", columns: scale.turnovers(&balance) },
            Sheet { name: "violations", columns: scale.violations(&balance) },
        ],
        notes,
        pages: Vec::new(),
        lineage: json!({
            "engine": format!("truecost {}", env!("CARGO_PKG_VERSION")),
            "dataset": dataset(&opened.source.name, &opened.manifest, &opened.hash()),
            "choices": { "by": format!("{by:?}").to_lowercase(), "group": group },
        }),
        failed: !balance.violations.is_empty(),
    })
}

/// What moved. A kind of movement is taken from one table: `movements` if it states any of it, else deliveries are what
/// was bought, and contracts that were shipped what was sold.
fn gathered(
    opened: &mut Opened,
    defaults: &Defaults,
    reference: &Reference,
    notes: &mut Vec<String>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Movement>> {
    let stated = movements::read(opened, defaults, reference, diagnostics);
    let others = opened.has("deliveries") || opened.has("contracts");
    if stated.is_none() && !others && !opened.has(MOVEMENTS.table) {
        diagnostics.push(missing(opened, MOVEMENTS.table));
        return None;
    }
    let mut all = stated.unwrap_or_default();
    let has = |all: &[Movement], kind| all.iter().any(|movement: &Movement| movement.kind == kind);
    let (bought, sold) = (has(&all, MovementKind::Bought), has(&all, MovementKind::Sold));
    if opened.has("deliveries") {
        if bought {
            notes.push("bought: as `movements` states it; `deliveries` is not counted again".to_owned());
        } else if let Some((delivered, no_site)) =
            movements::delivered(opened, defaults, reference, diagnostics)
        {
            notes.push(format!("bought: {} certified deliveries", delivered.len()));
            if no_site > 0 {
                notes.push(format!("{no_site} certified deliveries name no site, and are not counted"));
            }
            all.extend(delivered);
        }
    }
    if opened.has("contracts") {
        if sold {
            notes.push("sold: as `movements` states it; `contracts` is not counted again".to_owned());
        } else if let Some((shipped, open)) = movements::shipped(opened, defaults, reference, diagnostics) {
            notes.push(format!("sold: {} certified contracts that were shipped", shipped.len()));
            if open > 0 {
                notes.push(format!(
                    "{open} certified contracts name no site or no day of shipment, and are not counted"
                ));
            }
            all.extend(shipped);
        }
    }
    Some(all)
}

/// The unit of the report.
struct Scale {
    ratio: Exact,
    unit: String,
}

impl Scale {
    /// That of the co-op's weights.
    fn of(defaults: &Defaults, reference: &Reference) -> Self {
        let unit = defaults.weight_unit.as_ref().map_or("kg", |unit| unit.text()).to_owned();
        let kg = reference.units.unit("kg").ok();
        let ratio = defaults.weight_unit.as_ref().zip(kg).and_then(|(unit, kg)| kg.ratio_to(unit).ok());
        Self { ratio: ratio.map_or_else(one, |ratio| ratio.exact().clone()), unit }
    }

    /// What has no end is rounded to twelve decimals.
    fn number(&self, kg: &Exact) -> Option<f64> {
        round(&(kg * &self.ratio), BOOK_SCALE).to_f64()
    }

    fn short(&self, kg: &Exact) -> String {
        format!("{} {}", Short(&(kg * &self.ratio), 9), self.unit)
    }

    fn turnovers(&self, balance: &Balance) -> Columns {
        let column = |get: fn(&Turnover) -> &Exact| {
            move |(_, _, turnover): &(Stock, String, Turnover)| self.number(get(turnover))
        };
        Columns::of(&balance.turnovers)
            .text("site", |(stock, ..)| &stock.site)
            .text("certificate", |(stock, ..)| &stock.certificate)
            .text("product", |(stock, ..)| &stock.product)
            .text("period", |(_, period, _)| period)
            .number("opening", column(|t| &t.opening))
            .number("bought", column(|t| &t.bought))
            .number("made", column(|t| &t.made))
            .number("adjusted", column(|t| &t.adjusted))
            .number("used", column(|t| &t.used))
            .number("lost", column(|t| &t.lost))
            .number("sold", column(|t| &t.sold))
            .number("closing", column(|t| &t.closing))
            .text("unit", |_| &self.unit)
            .done()
    }

    fn violations(&self, balance: &Balance) -> Columns {
        Columns::of(&balance.violations)
            .text("site", |broken| &broken.stock.site)
            .text("certificate", |broken| &broken.stock.certificate)
            .text("product", |broken| &broken.stock.product)
            .text("period", |broken| &broken.period)
            .text("movement", |broken: &Violation| &broken.movement)
            .text("kind", |broken| broken.kind.word())
            .date("date", |broken| Some(broken.date))
            .text("row", |broken| broken.row.place().to_string())
            .number("short", |broken| self.number(&broken.short))
            .number("most", |broken| self.number(&broken.most))
            .text("unit", |_| &self.unit)
            .count("later", |broken| broken.later)
            .text("why", |broken| &broken.why)
            .done()
    }

    fn notes(&self, balance: &Balance) -> Vec<String> {
        if balance.violations.is_empty() {
            return vec!["no stock was ever below 0".to_owned()];
        }
        let note = |broken: &Violation| {
            let later = match broken.later {
                0 => String::new(),
                1 => "; 1 later movement took more".to_owned(),
                count => format!("; {count} later movements took more"),
            };
            format!(
                "broken: `{}` at {}, {}: `{}` of {} ({}) is {} too much, {}{later}",
                broken.stock.product,
                broken.stock.site,
                broken.stock.certificate,
                broken.movement,
                broken.date,
                broken.row.place(),
                self.short(&broken.short),
                broken.why
            )
        };
        balance.violations.iter().map(note).collect()
    }
}
