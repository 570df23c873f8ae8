//! Changes laid over a dataset that was read: its tables are shared as long as no change needs them.

use std::sync::Arc;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::manifest::{Kind, Manifest};
use crate::data::overlay::{Laying, Rows};
use crate::data::reference::Reference;
use crate::data::supply::{RestsOn, Supply};
use crate::pricing::Request;

use super::change::{Change, Scenario, What};
use super::{amounts, mix, supplier, tax, wage};

/// What changes are laid over.
#[derive(Clone, Debug)]
pub struct Base<'a> {
    /// The dataset.
    pub supply: Arc<Supply>,
    /// How it is priced.
    pub request: &'a Request,
    /// Reference tables.
    pub reference: &'a Reference,
}

/// A dataset with changes, and how it is priced.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The dataset.
    pub supply: Arc<Supply>,
    /// How it is priced.
    pub request: Request,
}

/// Changes in the making.
pub(super) struct State<'a> {
    pub(super) supply: Arc<Supply>,
    pub(super) request: Request,
    pub(super) reference: &'a Reference,
    pub(super) remarks: Vec<String>,
    changed: bool,
}

impl State<'_> {
    /// The dataset, to be changed; it is copied once.
    pub(super) fn edit(&mut self) -> &mut Supply {
        self.changed = true;
        Arc::make_mut(&mut self.supply)
    }
}

impl Scenario {
    /// Lays each cause over the dataset on its own: ids that do not exist and changes that match nothing are reported, all at
    /// once. `true`: nothing is wrong.
    pub fn check(&self, base: &Base, diagnostics: &mut Diagnostics) -> bool {
        let before = diagnostics.errors();
        for (cause, _) in self.causes() {
            self.laid_over(base, &|id| id == cause, diagnostics);
        }
        diagnostics.errors() == before
    }

    /// Lays all changes over the dataset. The result names the scenario in its lineage.
    pub fn whole(&self, base: &Base, diagnostics: &mut Diagnostics) -> Option<Changed> {
        let mut state = self.changed(base, &|_| true, diagnostics)?;
        let mut remarks = std::mem::take(&mut state.remarks);
        let supply = state.edit();
        supply.rests_on.push(RestsOn {
            role: "scenario",
            name: self.name.clone(),
            manifest: self.manifest(),
            hash: self.hash.clone(),
        });
        supply.remarks.append(&mut remarks);
        Some(Changed { supply: state.supply, request: state.request })
    }

    /// Lays the changes of some causes over the dataset, in their order.
    pub fn laid_over(
        &self,
        base: &Base,
        made: &dyn Fn(&str) -> bool,
        diagnostics: &mut Diagnostics,
    ) -> Option<Changed> {
        let state = self.changed(base, made, diagnostics)?;
        Some(Changed { supply: state.supply, request: state.request })
    }

    fn changed<'a>(
        &self,
        base: &Base<'a>,
        made: &dyn Fn(&str) -> bool,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<'a>> {
        let before = diagnostics.errors();
        let mut state = State {
            supply: base.supply.clone(),
            request: base.request.clone(),
            reference: base.reference,
            remarks: Vec::new(),
            changed: false,
        };
        for change in self.changes.iter().filter(|change| made(&change.cause)) {
            change.make(&mut state, diagnostics);
        }
        if state.changed {
            state.edit().put_in_order(diagnostics);
        }
        (diagnostics.errors() == before).then_some(state)
    }

    /// What the lineage says of it.
    fn manifest(&self) -> Manifest {
        let whole = Manifest::of_user_file(Kind::Supply, &self.name);
        let changes = self.changes.iter().map(|change| {
            let source =
                if change.source.is_empty() { String::new() } else { format!(" ({})", change.source) };
            format!("{}: {}{source}", change.id, change.title)
        });
        let changes = changes.collect::<Vec<_>>().join("; ");
        let about =
            if self.description.is_empty() { String::new() } else { format!("{} ", self.description) };
        Manifest {
            title: self.title.clone(),
            description: format!("{about}Changes: {changes}"),
            citation: if self.source.is_empty() { whole.citation.clone() } else { self.source.clone() },
            ..whole
        }
    }
}

impl Change {
    fn make(&self, state: &mut State, diagnostics: &mut Diagnostics) {
        match &self.what {
            What::Valuing { factors, year, emission_year, prices, outside } => {
                let request = &mut state.request;
                if factors.is_some() {
                    request.factors.clone_from(factors);
                    request.set = None;
                }
                request.year = year.or(request.year);
                request.emission_year = emission_year.or(request.emission_year);
                request.prices = prices.clone().or_else(|| request.prices.take());
                request.outside = outside.unwrap_or(request.outside);
                if let Some(year) = year {
                    let remark =
                        format!("{}: its money is of {year}, whatever the year of the dataset", self.id);
                    state.remarks.push(remark);
                }
            }
            What::Tax(of) => tax::make(self, of, state, diagnostics),
            What::LivingWage { close, indicators, of, passed_on } => {
                wage::make(self, (close, indicators, *passed_on), of, state, diagnostics);
            }
            What::Supplier { which, origin, supplier } => {
                let to = (origin.as_deref(), supplier.as_deref());
                supplier::make(self, which, to, state, diagnostics);
            }
            What::Mix { product, origin, shares } => {
                mix::make(self, (product, origin.as_deref()), shares, state, diagnostics);
            }
            What::Set { table, which, amount, unit, currency } => {
                let action = amounts::Action::Set { amount, unit: unit.as_ref(), currency: *currency };
                amounts::make(self, table, which, &action, state, diagnostics);
            }
            What::Scale { table, which, by } => {
                amounts::make(self, table, which, &amounts::Action::Scale(by), state, diagnostics);
            }
            What::Remove { table, which } => {
                amounts::make(self, table, which, &amounts::Action::Remove, state, diagnostics);
            }
            What::Lay { rows, laying } => self.lay(rows, *laying, state, diagnostics),
        }
    }

    fn lay(&self, rows: &Rows, laying: Laying, state: &mut State, diagnostics: &mut Diagnostics) {
        if rows.is_empty() {
            self.no_effect("file", "its table has no rows", diagnostics);
            return;
        }
        for collision in state.edit().lay_over(rows, laying) {
            let message = format!("{} is there already, in {}", collision.key, collision.other.place());
            let hint =
                "`set` changes the amount of a row; `table` with a file puts rows in the place of others";
            let place = collision.row.place();
            diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
        }
    }

    /// Reports that the change does nothing.
    pub(super) fn no_effect(&self, key: &str, why: &str, diagnostics: &mut Diagnostics) {
        let message = format!("the change `{}` has no effect: {why}", self.id);
        let hint = "a change that does nothing is a slip more often than not: correct it, or leave it out";
        diagnostics.push(Diagnostic::error(codes::NO_EFFECT, message).at(self.place(key)).hint(hint));
    }

    /// Reports a name that does not exist.
    pub(super) fn unknown<'a>(
        &self,
        key: &str,
        what: &str,
        name: &str,
        names: impl Iterator<Item = &'a str> + Clone,
        diagnostics: &mut Diagnostics,
    ) {
        let hint = match diagnostics.nearest(name, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let mut some: Vec<&str> = names.collect();
                some.sort_unstable();
                some.dedup();
                let more = if some.len() > NAMED { ", …" } else { "" };
                format!("there are {}{more}", some.iter().take(NAMED).copied().collect::<Vec<_>>().join(", "))
            }
        };
        let message = format!("the change `{}`: there is no {what} `{name}`", self.id);
        diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).at(self.place(key)).hint(hint));
    }
}

/// Names that a hint lists.
const NAMED: usize = 12;
