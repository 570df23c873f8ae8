//! Units of what a farm or a household sells: of a price per `kg/acre` or per hour nobody could say what it is for.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::unit::{Unit, Units};
use crate::data::cells::Cells;

/// The unit of a yield of one hectare: a weight or a count. `kg/ha` says the same as `kg`; other areas do not.
pub(super) fn of_yield(row: &Cells, units: &Units, diagnostics: &mut Diagnostics) -> Option<Unit> {
    let text = row.text("unit").unwrap_or_default();
    let tight = tight(text);
    let whole = tight.rsplit_once('/').filter(|(_, area)| is_hectare(area, units)).map(|(goods, _)| goods);
    let goods = whole.unwrap_or(&tight);
    if let Ok(unit) = units.unit(goods) {
        if unit.is_mass() || unit.is_count() {
            return Some(unit);
        }
        let message = format!("`{text}` is no unit of a yield: it is neither a weight nor a count");
        let hint = "write what a hectare yields, as kg or kg/ha: land is in hectares too, so convert acres and other areas \
                    in both";
        wrong(row, message, hint, diagnostics);
        return None;
    }
    row.unit("unit", units, diagnostics)
}

/// The unit of what was sold in a year: a weight, a volume or a count.
pub(super) fn of_sales(row: &Cells, units: &Units, diagnostics: &mut Diagnostics) -> Option<Unit> {
    let text = row.text("unit").unwrap_or_default();
    match units.unit(&tight(text)) {
        Ok(unit) if unit.is_mass() || unit.is_volume() || unit.is_count() => Some(unit),
        Ok(_) => {
            let message =
                format!("`{text}` is no unit of a quantity: it is neither a weight, a volume nor a count");
            let hint =
                "write how much was sold in the year, such as kg; a yield of a hectare belongs into `farms`";
            wrong(row, message, hint, diagnostics);
            None
        }
        Err(_) => row.unit("unit", units, diagnostics),
    }
}

/// `kg / ha` and `kg per ha` as `kg/ha`: what follows a space would be read as the name of what is weighed.
fn tight(text: &str) -> String {
    let slashed = text.replace(" per ", "/");
    slashed.split('/').map(str::trim).collect::<Vec<_>>().join("/")
}

fn is_hectare(text: &str, units: &Units) -> bool {
    let [area, hectare] = [text, "ha"].map(|text| units.unit(text).ok());
    let ratio = area.zip(hectare).and_then(|(area, hectare)| area.ratio_to(&hectare).ok());
    ratio.is_some_and(|ratio| *ratio.exact() == crate::base::decimal::one())
}

fn wrong(row: &Cells, message: String, hint: &str, diagnostics: &mut Diagnostics) {
    let place = row.place().column("unit");
    diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
}
