//! CSV of Komunitin: the transfers of one unit of member credit, in its smallest part.

use std::collections::BTreeMap;

use num_traits::Signed;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::flows::Field;
use crate::data::reference::Reference;
use crate::data::source::Source;

use super::Exported;
use super::amount::minor;
use super::rows::{Row, Rows};

const HEADER: [&str; 13] = [
    "id",
    "created",
    "updated",
    "state",
    "amount",
    "description",
    "hash",
    "authorization",
    "payer.id",
    "payer.code",
    "payee.id",
    "payee.code",
    "user.id",
];

/// Kinds of resources that are entries in a ledger.
const ENTRIES: [&str; 3] = ["credit", "hours", "money"];

/// Writes the flows in which credit of a unit passes; what was bought with it is no transfer.
pub fn komunitin(
    source: Source,
    unit: &str,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Exported> {
    let rows = Rows::read(source, reference, diagnostics)?;
    is_credit(&rows, unit, diagnostics)?;
    let decimals = rows.data.units.decimals(unit);
    let kinds: BTreeMap<&str, &str> =
        rows.resources.iter().map(|row| (row.cell("id"), row.cell("kind"))).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(HEADER);
    let (mut count, mut goods) = (0, 0);
    for row in
        rows.flows.iter().filter(|row| row.cell("unit_of_account") == unit && !row.cell("value").is_empty())
    {
        let kind = kinds.get(row.cell("resource")).copied().unwrap_or_default();
        if !ENTRIES.contains(&kind) {
            goods += 1;
        } else if let Some(record) = record(row, decimals, diagnostics) {
            let _ = writer.write_record(record);
            count += 1;
        }
    }
    if diagnostics.has_errors() {
        return None;
    }
    if count == 0 {
        let message = format!("no flow of the dataset passes credit in `{unit}`");
        let hint = "a transfer is a flow with a value in the unit, of a resource of the kind credit or hours";
        diagnostics.push(Diagnostic::error(codes::NO_FLOW, message).hint(hint));
        return None;
    }
    let text = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
    let note =
        format!("{goods} flows are counted in {unit} and are no transfers of it: what was given for it");
    Some(Exported {
        text,
        what: format!("{count} transfers"),
        notes: if goods > 0 { vec![note] } else { Vec::new() },
    })
}

fn is_credit(rows: &Rows, unit: &str, diagnostics: &mut Diagnostics) -> Option<()> {
    let kind = rows.data.units.kind(unit).map(|kind| Field::UnitKind.word(kind));
    if kind.is_some_and(|kind| ["member_credit", "hours"].contains(&kind)) {
        return Some(());
    }
    let own: Vec<&str> = rows.units.iter().map(|row| row.cell("id")).collect();
    let message = match kind {
        Some(kind) => format!("`{unit}` is of the kind {kind}, and not credit of members"),
        None => format!("there is no unit `{unit}`"),
    };
    let hint = match diagnostics.nearest(unit, own.iter().copied()) {
        Some(near) if near != unit => format!("did you mean `{near}`?"),
        _ => format!("the units of the dataset are {}", own.join(", ")),
    };
    diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
    None
}

/// A transfer; a correction below 0 passes back.
fn record(row: &Row, decimals: u32, diagnostics: &mut Diagnostics) -> Option<[String; 13]> {
    let amount = minor(row.cell("value"), decimals);
    if amount.is_none() {
        let message =
            format!("`{}` is not a whole number of the smallest part of the unit", row.cell("value"));
        let hint = format!("the unit has {decimals} decimals: say in `units` if it has more");
        let place = row.place.clone().column("value");
        diagnostics.push(Diagnostic::error(codes::NOT_WHOLE, message).at(place).hint(hint));
    }
    let day = Period::parse(row.cell("date")).filter(|period| period.day().is_some());
    if day.is_none() {
        let message = format!("`{}` is not a day, and a transfer is made on one", row.cell("date"));
        let place = row.place.clone().column("date");
        diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).at(place).hint("write 2024-03-15"));
    }
    let ends = [row.cell("from"), row.cell("to")];
    if ends.contains(&"") {
        let message = "a transfer has a payer and a payee";
        let place = row.place.clone();
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place));
        return None;
    }
    let (amount, moment) = (amount?, format!("{}T00:00:00.000Z", day?));
    let [payer, payee] = if amount.is_negative() { [ends[1], ends[0]] } else { ends };
    let note = match row.cell("corrects") {
        "" => row.cell("note").to_owned(),
        id => format!("corrects {id} {}", row.cell("note")).trim().to_owned(),
    };
    let empty = String::new;
    Some([
        row.cell("id").to_owned(),
        moment.clone(),
        moment,
        "committed".to_owned(),
        amount.abs().to_string(),
        note,
        empty(),
        empty(),
        payer.to_owned(),
        payer.to_owned(),
        payee.to_owned(),
        payee.to_owned(),
        empty(),
    ])
}
