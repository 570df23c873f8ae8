//! A workbook for one's own rows: in one's own currency and unit, without the rows of the example.

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes, nearest};
use crate::base::unit::Units;
use crate::data::manifest::Manifest;
use crate::data::reference::Reference;
use crate::data::source::Library;

/// What headers say in place of what the example says. With neither the workbook holds the rows of the example; with one
/// of them it holds none, for amounts of the example would be wrong in another currency or unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Currency of the co-op.
    pub currency: Option<Currency>,
    /// Unit of its weights, as headers write it.
    pub unit: Option<String>,
}

impl Own {
    /// Reads both. An error: it is not a currency, or no unit of weight.
    pub fn parse(currency: Option<&str>, unit: Option<&str>) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::new();
        let code = currency.and_then(|code| {
            let known = Currency::from_code(code);
            if known.is_none() {
                let hint = "use the three capital letters of ISO 4217, such as KES";
                let message = format!("`{code}` is not a currency");
                found.push(Diagnostic::error(codes::UNKNOWN_CURRENCY, message).hint(hint));
            }
            known
        });
        if let Some(unit) = unit {
            let reference = Reference::read(&Library::new(None), &mut Diagnostics::new());
            found.extend(weight(unit, &reference.units).err().map(Diagnostics::from).unwrap_or_default());
        }
        if found.has_errors() {
            return Err(found);
        }
        Ok(Self { currency: code, unit: unit.map(str::to_owned) })
    }

    /// Does it hold the rows of the example?
    pub(super) fn is_example(&self) -> bool {
        *self == Self::default()
    }

    /// What a header says in place of what that of the example says.
    #[cfg(feature = "xlsx")]
    pub(super) fn word(&self, said: &str, example: &Manifest) -> String {
        let coop = &example.coop;
        if coop.currency.as_deref() == Some(said) {
            return self.currency.map_or_else(|| said.to_owned(), |currency| currency.code().to_owned());
        }
        let unit = self.unit.as_ref().filter(|_| coop.weight_unit.as_deref() == Some(said));
        unit.map_or_else(|| said.to_owned(), Clone::clone)
    }

    /// The settings: those of the example, or what holds of any co-op.
    #[cfg(feature = "xlsx")]
    pub(super) fn settings(&self, example: &Manifest) -> Manifest {
        if self.is_example() {
            return example.clone();
        }
        let mut own = Manifest::of_user_file(example.kind, "");
        // What nobody stated stays empty.
        for text in
            [&mut own.title, &mut own.producer, &mut own.citation, &mut own.version, &mut own.geography]
        {
            text.clear();
        }
        own.licence.name.clear();
        own.coop.currency = self.currency.map(|currency| currency.code().to_owned());
        own.coop.weight_unit.clone_from(&self.unit);
        own.defaults = example.defaults.clone();
        if self.currency.is_some() {
            own.defaults.currency.clone_from(&own.coop.currency);
        }
        own.supply = example.supply.clone();
        own
    }
}

fn weight(text: &str, units: &Units) -> Result<(), Diagnostic> {
    let kilogram = units.unit("kg").ok();
    let found = units.unit(text).ok();
    if let (Some(kilogram), Some(unit)) = (&kilogram, &found)
        && unit.ratio_to(kilogram).is_ok()
    {
        return Ok(());
    }
    let near = nearest(text, ["kg", "t", "[lb_av]", "g", "quintal"]);
    let hint = match near.filter(|_| found.is_none()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a unit of weight, such as kg, t, [lb_av] or quintal".to_owned(),
    };
    let code = if found.is_some() { codes::WRONG_UNIT } else { codes::UNKNOWN_UNIT };
    Err(Diagnostic::error(code, format!("`{text}` is not a unit of weight")).hint(hint))
}
