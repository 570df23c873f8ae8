//! What certified goods come in and go out, by site.

use num_traits::{Signed, Zero};

use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::cells::{Cells, RowRef};
use crate::data::reference::Reference;
use crate::data::schema;
use crate::data::source::Opened;

use super::contracts::{self, Certificate};
use super::trade::{Defaults, day};

/// What a movement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MovementKind {
    /// What is there at the beginning.
    Opening,
    /// Bought as certified.
    Bought,
    /// Sold as certified.
    Sold,
    /// Spoilt, lost, or sold without the certificate.
    Lost,
    /// A correction, up or down.
    Adjusted,
}

const KINDS: &[(&str, MovementKind)] = &[
    ("opening", MovementKind::Opening),
    ("bought", MovementKind::Bought),
    ("sold", MovementKind::Sold),
    ("lost", MovementKind::Lost),
    ("adjusted", MovementKind::Adjusted),
];

impl MovementKind {
    /// The word of it.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

/// A movement.
#[derive(Clone, Debug)]
pub struct Movement {
    /// Id.
    pub id: String,
    /// A day.
    pub date: Period,
    /// Site.
    pub site: String,
    /// Product.
    pub product: String,
    /// Certificate.
    pub certificate: String,
    /// What it is.
    pub kind: MovementKind,
    /// Kilograms: 0 or more, but of an adjustment.
    pub kg: Exact,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, in the order of its rows; `None` if there is none.
pub fn read(
    opened: &mut Opened,
    defaults: &Defaults,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Movement>> {
    opened.read(&schema::MOVEMENTS, &(), diagnostics, |bound, diagnostics| {
        bound.collect(|row| movement(&row, defaults, reference, diagnostics))
    })
}

fn movement(
    row: &Cells,
    defaults: &Defaults,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Movement> {
    let before = diagnostics.len();
    let id = row.id("id", diagnostics);
    let date = day(row, "date", diagnostics);
    let site = row.id("site", diagnostics);
    let product = row.id("product", diagnostics);
    let certificate = row.id("certificate", diagnostics);
    let kind = row.word("kind", KINDS, diagnostics);
    let quantity = match kind {
        Some(MovementKind::Adjusted) | None => row.number("quantity", diagnostics),
        Some(_) => row.non_negative("quantity", diagnostics),
    };
    let unit = defaults.unit(row, &reference.units, diagnostics);
    let kg = weight(row, quantity?.exact, &unit?, reference, diagnostics);
    if diagnostics.len() > before {
        return None;
    }
    Some(Movement {
        id: id?,
        date: date?,
        site: site?,
        product: product?,
        certificate: certificate?,
        kind: kind?,
        kg: kg?,
        row: row.row_ref(),
    })
}

/// A weight in kilograms; other units are reported.
fn weight(
    row: &Cells,
    quantity: Exact,
    unit: &Unit,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Exact> {
    let ratio = reference.units.unit("kg").ok().and_then(|kg| unit.ratio_to(&kg).ok());
    if ratio.is_none() {
        let message = format!("`{}` is not a unit of weight", unit.text());
        let hint = "a balance is of weights: write kg, t, lb or [qq_46]";
        let place = row.place().column("unit");
        diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
    }
    Some(quantity * ratio?.exact())
}

/// Certified deliveries of producers, as bought: those with a certificate and a site. The second number says how many
/// have a certificate and no site.
pub fn delivered(
    opened: &mut Opened,
    defaults: &Defaults,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<Movement>, usize)> {
    let mut without_site = 0;
    let movements = opened.read(&schema::DELIVERIES, &(), diagnostics, |bound, diagnostics| {
        bound.collect(|row| {
            row.text("certificate")?;
            if row.text("site").is_none() {
                without_site += 1;
                return None;
            }
            delivery(&row, defaults, reference, diagnostics)
        })
    });
    Some((movements?, without_site))
}

fn delivery(
    row: &Cells,
    defaults: &Defaults,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Movement> {
    let id = row.id("id", diagnostics);
    let date = day(row, "date", diagnostics);
    let (site, product) = (row.id("site", diagnostics), row.id("product", diagnostics));
    let certificate = row.id("certificate", diagnostics);
    let gross = row.non_negative("gross_weight", diagnostics);
    let tare = row.optional_number("tare", diagnostics).map_or_else(Exact::zero, |tare| tare.exact);
    let unit = defaults.unit(row, &reference.units, diagnostics);
    let net = gross?.exact - tare;
    if net.is_negative() {
        let message = "the tare is more than the gross weight";
        let place = row.place().column("tare");
        diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(place));
        return None;
    }
    Some(Movement {
        id: id?,
        date: date?,
        site: site?,
        product: product?,
        certificate: certificate?,
        kind: MovementKind::Bought,
        kg: weight(row, net, &unit?, reference, diagnostics)?,
        row: row.row_ref(),
    })
}

/// Certified contracts that were shipped, as sold: those with a certificate, a site and a day of shipment. The second
/// number says how many have a certificate and lack one of the two.
pub fn shipped(
    opened: &mut Opened,
    defaults: &Defaults,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<Movement>, usize)> {
    let contracts = contracts::read(opened, defaults, reference, diagnostics)?;
    let kg = reference.units.unit("kg").ok()?;
    let mut open = 0;
    let mut movements = Vec::new();
    for contract in contracts {
        let Certificate::Id(certificate) = contract.certificate else { continue };
        let (Some(site), Some(date)) = (contract.site, contract.shipped) else {
            open += 1;
            continue;
        };
        let Ok(ratio) = contract.unit.ratio_to(&kg) else {
            let message = format!("`{}` is not a unit of weight", contract.unit.text());
            let hint = "a balance is of weights: write the contract in kg, t, lb or [qq_46]";
            let place = contract.row.place().column("unit");
            diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
            continue;
        };
        movements.push(Movement {
            id: contract.id,
            date,
            site,
            product: contract.product,
            certificate,
            kind: MovementKind::Sold,
            kg: contract.quantity.exact * ratio.exact(),
            row: contract.row,
        });
    }
    Some((movements, open))
}
