//! What movements and yields must be, so that there is one balance: no circles, one input, openings first.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::coop::movements::{Movement, MovementKind};
use crate::data::coop::yields::Yield;

/// Reports openings that are not the first of their stock, yields that go round in a circle, products that are made of
/// several inputs at once, and yields of one site where sites are one.
pub fn check(movements: &[Movement], yields: &[Yield], group: bool, diagnostics: &mut Diagnostics) {
    openings(movements, diagnostics);
    circles(yields, diagnostics);
    several_inputs(yields, diagnostics);
    if group {
        for row in yields.iter().filter(|row| row.site.is_some()) {
            let message = "a yield of one site does not hold for a group of sites";
            let hint = "leave `site` empty in all rows, or ask without --group";
            let place = row.row.place().column("site");
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        }
    }
}

fn openings(movements: &[Movement], diagnostics: &mut Diagnostics) {
    let mut stocks: BTreeMap<(&str, &str, &str), Vec<&Movement>> = BTreeMap::new();
    for movement in movements {
        stocks.entry((&movement.site, &movement.certificate, &movement.product)).or_default().push(movement);
    }
    for movements in stocks.values_mut() {
        movements.sort_by_key(|m| (m.date, m.kind != MovementKind::Opening, m.id.as_str()));
        for late in movements.iter().skip(1).filter(|m| m.kind == MovementKind::Opening) {
            let first = movements[0];
            let message = format!(
                "an opening of `{}` at `{}` after `{}` of {}",
                late.product, late.site, first.id, first.date
            );
            let hint =
                "an opening is what is there before all else; what changes a stock later is `adjusted`";
            let place = late.row.place().column("kind");
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        }
    }
}

/// A product that is made of itself, through others.
fn circles(yields: &[Yield], diagnostics: &mut Diagnostics) {
    let mut makes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in yields {
        makes.entry(&row.input).or_default().insert(&row.output);
    }
    for row in yields {
        let mut reached = BTreeSet::from([row.output.as_str()]);
        let mut open = vec![row.output.as_str()];
        while let Some(product) = open.pop() {
            for next in makes.get(product).into_iter().flatten() {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        if reached.contains(row.input.as_str()) {
            let message = format!("`{}` is made of `{}`, which is made of it again", row.output, row.input);
            let hint = "yields lead from what is bought to what is sold, and never back";
            let place = row.row.place();
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        }
    }
}

/// Two rows that make one product of two inputs, for the same site and certificate, on a day that both hold.
fn several_inputs(yields: &[Yield], diagnostics: &mut Diagnostics) {
    let mut outputs: BTreeMap<_, Vec<&Yield>> = BTreeMap::new();
    for row in yields {
        outputs.entry((&row.output, &row.site, &row.certificate)).or_default().push(row);
    }
    for rows in outputs.values() {
        for (at, row) in rows.iter().enumerate() {
            let meets = |other: &&&Yield| other.input != row.input && overlap(other, row);
            if let Some(other) = rows[..at].iter().find(meets) {
                let message = format!(
                    "`{}` is made of `{}`, and of `{}` in row {}",
                    row.output, row.input, other.input, other.row.row
                );
                let hint = "which is used up cannot be known: give what is made of each a name of its own";
                let place = row.row.place().column("input");
                diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            }
        }
    }
}

fn overlap(a: &Yield, b: &Yield) -> bool {
    let before =
        |until: Option<i32>, from: Option<i32>| until.zip(from).is_some_and(|(until, from)| until <= from);
    !before(a.validity.until, b.validity.from) && !before(b.validity.until, a.validity.from)
}
