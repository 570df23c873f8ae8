//! What a source counts, indicators or flows: each is one of our indicators, or an indicator of the dataset's own.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::unit::Measure;
use crate::data::importers::names::Names;
use crate::data::reference::Reference;

use super::characterise::{Met, Sums, Target};
use super::draft::{Draft, Of};
use super::units::{Spelt, spelt};

/// A thing of a source.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    /// What a table of characterisation calls it; else by its name.
    pub(super) key: String,
    pub(super) name: String,
    /// As the source spells it.
    pub(super) unit: String,
    /// `environmental`, `social` or `health`.
    pub(super) dimension: &'static str,
    pub(super) compartment: String,
    pub(super) note: String,
    pub(super) place: Place,
}

/// Where the amounts of a thing go.
#[derive(Clone, Debug)]
pub(super) enum Goes {
    /// To indicators of the reference table.
    To(Vec<Target>),
    /// To an indicator of the dataset's own.
    Own(Own),
    /// Nowhere: the table of characterisation does not have it.
    Nowhere,
}

/// An indicator of the dataset's own, with its unit.
#[derive(Clone, Debug)]
pub(super) struct Own {
    pub(super) id: String,
    pub(super) unit: String,
    /// The method of characterisation, where one is known.
    pub(super) method: String,
}

/// What a source that was a dataset of ours before says that it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before<'a> {
    pub(super) indicator: &'a str,
    pub(super) unit: &'a str,
    pub(super) name: &'a str,
    pub(super) dimension: &'a str,
    pub(super) method: &'a str,
}

/// Gives things their places, and their rows of `indicators`.
pub(super) struct Places<'a> {
    pub(super) reference: &'a Reference,
    pub(super) price_year: Option<i32>,
    /// What the ids of own indicators begin with.
    pub(super) prefix: &'static str,
    /// What their source is called.
    pub(super) source: String,
    /// May the table state another unit? Of a table of the user it is an error.
    pub(super) is_own_table: bool,
    pub(super) leave_others: bool,
    names: Names,
    /// Indicators of the dataset's own that were so before.
    kept: BTreeSet<String>,
}

impl Thing {
    /// It was met, by all that a table may call it.
    pub(super) fn add_to(&self, met: &mut Met) {
        met.add(&[&self.key, &self.name], &self.compartment);
    }

    /// Does the table of characterisation have it?
    pub(super) fn is_in(&self, sums: &mut Sums) -> bool {
        let names = [&self.key, &self.name];
        names.iter().any(|name| {
            sums.targets(name, &self.compartment, &self.unit).map_or(true, |targets| !targets.is_empty())
        })
    }
}

impl<'a> Places<'a> {
    pub(super) fn new(reference: &'a Reference, prefix: &'static str, source: String) -> Self {
        let mut names = Names::default();
        for id in reference.indicators.keys() {
            names.fresh(id);
        }
        Self {
            reference,
            price_year: None,
            prefix,
            source,
            is_own_table: false,
            leave_others: false,
            names,
            kept: BTreeSet::new(),
        }
    }

    /// Where the amounts of a thing go.
    pub(super) fn place(
        &mut self,
        thing: &Thing,
        sums: &mut Sums,
        draft: &mut Draft,
        diagnostics: &mut Diagnostics,
    ) -> Goes {
        let by_key = sums.targets(&thing.key, &thing.compartment, &thing.unit);
        let is_nothing = by_key.as_ref().is_ok_and(Vec::is_empty);
        let found =
            if is_nothing { sums.targets(&thing.name, &thing.compartment, &thing.unit) } else { by_key };
        match found {
            Ok(targets) if !targets.is_empty() => return Goes::To(targets),
            Ok(_) => {}
            Err(other) => {
                let message =
                    format!("`{}` is in `{}`, the table has it in `{other}`", thing.key, thing.unit);
                if self.is_own_table {
                    let hint = "state `flow_unit` as the source spells it, and the factor per that unit";
                    let place = thing.place.clone();
                    diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
                    return Goes::Nowhere;
                }
                draft.told.note(format!("{message}: it is not taken for the same"));
            }
        }
        if self.leave_others { Goes::Nowhere } else { Goes::Own(self.own(thing, draft)) }
    }

    /// The indicator that it was before; `None`: an indicator of this id is measured otherwise.
    pub(super) fn again(&mut self, before: Before, draft: &mut Draft) -> Option<Goes> {
        let spelt = spelt(before.unit, None, &self.reference.units);
        let (unit, method) = (spelt.unit, before.method.to_owned());
        if let Some(known) = self.reference.indicators.get(before.indicator) {
            let fits = match &known.unit {
                Measure::Physical(its) => {
                    self.reference.units.unit(&unit).is_ok_and(|unit| unit.ratio_to(its).is_ok())
                }
                _ => spelt.indicator == "money",
            };
            return fits.then(|| Goes::Own(Own { id: known.id.clone(), unit, method }));
        }
        let id = self.names.kept(before.indicator);
        if self.kept.insert(id.clone()) {
            let dimension = if before.dimension.is_empty() { "environmental" } else { before.dimension };
            let cells = [&id, before.name, dimension, &spelt.indicator, "", "", &self.source, ""];
            draft.row(Of::Indicators, cells);
        }
        Some(Goes::Own(Own { id, unit, method }))
    }

    fn own(&mut self, thing: &Thing, draft: &mut Draft) -> Own {
        let Spelt { unit, indicator, is_named } = spelt(&thing.unit, self.price_year, &self.reference.units);
        let id = self.names.fresh(&format!("{}{}", self.prefix, thing.key.to_lowercase()));
        let mut note = thing.note.clone();
        if is_named {
            note = [note, format!("unit as the source spells it: `{}`", thing.unit)].join("; ");
        }
        let note = note.trim_start_matches("; ");
        let name = if thing.name.trim().is_empty() { &thing.key } else { &thing.name };
        draft.row(
            Of::Indicators,
            [&id, name, thing.dimension, &indicator, "", &thing.compartment, &self.source, note],
        );
        Own { id, unit, method: String::new() }
    }
}
