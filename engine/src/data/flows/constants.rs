//! What the manifest states of every flow whose cell is empty, and where that counts.
//!
//! A constant fills the gap that an empty cell leaves. It must not fill the gap that a column leaves which is not there:
//! else taking a column away would put the constant in its place, and give another class.

use std::collections::BTreeSet;

use super::agreements;
use super::field::{Features, Field, UNKNOWN};

/// Fields that a resource may state.
const OF_RESOURCES: [Field; 2] = [Field::Rival, Field::Excludable];

/// What the manifest states of all flows.
#[derive(Clone, Debug, Default)]
pub struct Constants {
    stated: Features,
    /// What counts for flows without an agreement and with one, each without a resource and with one.
    counted: [[Features; 2]; 2],
    /// Columns `TABLE.COLUMN`, and `memberships`, which are not there.
    lacking: BTreeSet<&'static str>,
}

/// The columns beside its own on which each field hangs.
fn needs(field: Field) -> &'static [&'static str] {
    match field {
        Field::Relation => &["agents.household", "agents.commune", "agents.control", "memberships"],
        Field::PriceBasis => &["flows.agreement", "agreements.price_basis"],
        Field::Contracted => &["flows.agreement", "agreements.contracted"],
        Field::Compelled => &["flows.agreement", "agreements.compelled"],
        Field::AccessScope => &["flows.agreement", "agreements.access_scope"],
        Field::CounterflowKind => &["flows.agreement"],
        Field::Rival => &["flows.resource", "resources.rival"],
        Field::Excludable => &["flows.resource", "resources.excludable"],
        _ => &[],
    }
}

impl Constants {
    /// `has` says whether a column is there: `TABLE.COLUMN`, or `memberships`.
    pub(super) fn new(stated: Features, has: impl Fn(&str) -> bool) -> Self {
        let mut lacking = BTreeSet::new();
        let mut plain = stated;
        for field in Field::STATED {
            lacking.extend(needs(field).iter().copied().filter(|column| !has(column)));
            let own = needs(field).first().is_none_or(|column| !column.starts_with("flows.") || has(column));
            if !own || !has(&format!("flows.{}", field.name())) {
                plain = plain.with(field, UNKNOWN);
            }
        }
        let without = |kept: Features, fields: &[Field]| {
            let gone =
                fields.iter().filter(|field| needs(**field).iter().any(|column| lacking.contains(column)));
            gone.fold(kept, |kept, field| kept.with(*field, UNKNOWN))
        };
        let agreed = without(plain, &agreements::STATED);
        let counted = [plain, agreed].map(|kept| [kept, without(kept, &OF_RESOURCES)]);
        Self { stated, counted, lacking }
    }

    /// What counts of a flow that may have an agreement and a resource.
    pub fn of(&self, has_agreement: bool, has_resource: bool) -> Features {
        self.counted[usize::from(has_agreement)][usize::from(has_resource)]
    }

    /// Does it state something of a field that counts for any flow?
    pub fn states(&self, field: Field) -> bool {
        self.of(false, false).get(field) != UNKNOWN
    }

    /// Is a column, or the table of memberships, not there?
    pub fn lacks(&self, column: &str) -> bool {
        self.lacking.contains(column)
    }

    /// Fields of which something is stated that counts for no flow: a column of `flows` is not there.
    pub fn absent(&self) -> Vec<&'static str> {
        let stated = Field::STATED.into_iter().filter(|field| self.stated.get(*field) != UNKNOWN);
        stated.filter(|field| !self.states(*field)).map(Field::name).collect()
    }

    /// The columns that are not there, and that a constant of a field of this name needs to count for all flows.
    pub fn lacking(&self, name: &str) -> Vec<&'static str> {
        let needed = Field::named(name).map(needs).unwrap_or_default();
        needed.iter().copied().filter(|column| self.lacks(column)).collect()
    }
}
