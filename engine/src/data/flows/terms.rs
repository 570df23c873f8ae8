//! What flows have in common: all but who, when, how much and under which agreement.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::cells::Cells;
use crate::data::licences::Licences;
use crate::data::reference::Reference;

use super::agreements::certification;
use super::class::Declared;
use super::field::{Features, Field, UNKNOWN};
use super::resources::{CLAIMS, Resource, licence_class};
use super::units::FlowUnits;
use super::words::coded;

/// A part of an agreement that has a class of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What the agreement is about.
    #[default]
    Principal,
    /// An addition that is earmarked.
    Premium,
    /// An addition that is free.
    Tip,
    /// What somebody else pays.
    Subsidy,
}

const PARTS: &[(&str, Part)] = &[
    ("principal", Part::Principal),
    ("premium", Part::Premium),
    ("tip", Part::Tip),
    ("subsidy", Part::Subsidy),
];

impl Part {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Principal => "principal",
            Self::Premium => "premium",
            Self::Tip => "tip",
            Self::Subsidy => "subsidy",
        }
    }
}

/// What rows have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// What the row and its resource state.
    pub stated: Features,
    /// What passes: the name of the resource, or free text.
    pub resource: Arc<str>,
    /// Place of the resource in the table of resources, where it is one of them.
    pub place: Option<u32>,
    /// What the resource is where it comes back for something: a value of [`Field::CounterflowKind`].
    pub resource_kind: u8,
    /// What is done with it.
    pub action: Arc<str>,
    /// Unit of the quantity.
    pub unit: Arc<str>,
    /// Unit of the value.
    pub unit_of_account: Arc<str>,
    /// Licence.
    pub licence: Arc<str>,
    /// Certificate.
    pub certification: Arc<str>,
    /// Part of its agreement.
    pub part: Part,
    /// What the keeper of the dataset calls it.
    pub declared: Option<Declared>,
    /// Source.
    pub source: Arc<str>,
}

impl Terms {
    /// Is what passes one resource? Its place in the table of resources says so, its name only where there is no table.
    pub fn is_same_resource(&self, other: &Self) -> bool {
        !self.resource.is_empty() && self.resource_key() == other.resource_key()
    }

    /// What tells resources apart.
    pub fn resource_key(&self) -> (Option<u32>, &str) {
        (self.place, if self.place.is_some() { "" } else { &self.resource })
    }

    /// Is what passes money, credit, hours of a timebank or a claim: a leg in which no product moves?
    pub fn is_claim(&self) -> bool {
        CLAIMS.contains(&Field::CounterflowKind.word(self.resource_kind))
    }
}

/// Columns that make up the terms.
const COLUMNS: [&str; 17] = [
    "action",
    "resource",
    "unit",
    "unit_of_account",
    "price_basis",
    "counterflow_kind",
    "contracted",
    "compelled",
    "relation",
    "access_scope",
    "rival",
    "excludable",
    "licence",
    "certification",
    "part",
    "declared",
    "source",
];

/// What the terms are checked against.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) reference: &'a Reference,
    pub(super) licences: &'a Licences,
    pub(super) units: &'a FlowUnits,
    /// Sorted by id; `None`: the dataset has no such table, and a resource is free text.
    pub(super) resources: Option<&'a [Resource]>,
}

/// Terms on their way, each kept once.
pub(super) struct TermsReader {
    columns: [Option<usize>; COLUMNS.len()],
    texts: HashMap<Box<str>, Arc<str>>,
    /// Terms by the cells they were read from, each with its length before it.
    known: HashMap<Box<[u8]>, u32>,
    key: Vec<u8>,
    pub(super) terms: Vec<Terms>,
}

impl TermsReader {
    pub(super) fn new(column: impl Fn(&'static str) -> Option<usize>) -> Self {
        Self {
            columns: COLUMNS.map(column),
            texts: HashMap::new(),
            known: HashMap::new(),
            key: Vec::new(),
            terms: Vec::new(),
        }
    }

    /// Terms are read once; those with a problem are read again in each row, so that each row reports it.
    pub(super) fn read(&mut self, row: &Cells, known: Known, diagnostics: &mut Diagnostics) -> u32 {
        self.key.clear();
        for column in self.columns {
            let text = row.at(column).unwrap_or_default();
            self.key.extend((text.len() as u32).to_le_bytes());
            self.key.extend(text.as_bytes());
        }
        if let Some(&index) = self.known.get(self.key.as_slice()) {
            return index;
        }
        let before = diagnostics.len();
        let terms = self.terms(row, known, diagnostics);
        let index = self.terms.len() as u32;
        self.terms.push(terms);
        if diagnostics.len() == before {
            self.known.insert(self.key.as_slice().into(), index);
        }
        index
    }

    fn terms(&mut self, row: &Cells, known: Known, diagnostics: &mut Diagnostics) -> Terms {
        let mut stated = Features::default();
        for field in Field::STATED {
            stated = stated.with(field, coded(row, field.name(), field, diagnostics));
        }
        stated = stated
            .with(Field::LicenceClass, licence_class(row, known.licences, diagnostics))
            .with(Field::Certification, certification(row.text("certification")))
            .with(Field::UnitKind, unit_kind(row, known.units, diagnostics));
        if stated.word(Field::Compelled) == "coercion" && stated.word(Field::Contracted) == "yes" {
            let message = "what is taken by coercion was not agreed by both";
            let hint = "`contracted` is yes only where both agreed of their own will";
            let place = row.place().column("contracted");
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        }
        let place = find(row, known.resources, diagnostics);
        let resource = known.resources.zip(place).map(|(resources, place)| &resources[place]);
        if let Some(resource) = resource {
            for field in [Field::Rival, Field::Excludable, Field::LicenceClass] {
                let column = if field == Field::LicenceClass { "licence" } else { field.name() };
                stated = agreed(row, column, (field, stated), (resource.stated, "resource"), diagnostics);
            }
        }
        if let Some(text) = row.text("unit")
            && known.units.get(text).is_none()
        {
            row.measure("unit", &known.reference.units, diagnostics);
        }
        let part = row.optional_word("part", PARTS, diagnostics).unwrap_or_default();
        Terms {
            stated,
            resource: self.shared(resource.map_or(row.text("resource"), |r| Some(&r.name))),
            place: place.map(|place| place as u32),
            resource_kind: resource.map_or(UNKNOWN, |resource| resource.kind),
            action: self.shared(row.text("action")),
            unit: self.shared(row.text("unit")),
            unit_of_account: self.shared(row.text("unit_of_account")),
            licence: self.shared(row.text("licence")),
            certification: self.shared(row.text("certification")),
            part,
            declared: declared(row, diagnostics),
            source: self.shared(row.text("source")),
        }
    }

    fn shared(&mut self, text: Option<&str>) -> Arc<str> {
        let text = text.unwrap_or_default();
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        self.texts.insert(text.into(), shared.clone());
        shared
    }
}

/// What two tables state of one thing must be the same.
pub(super) fn agreed(
    row: &Cells,
    column: &str,
    (field, own): (Field, Features),
    (other, noun): (Features, &str),
    diagnostics: &mut Diagnostics,
) -> Features {
    if own.get(field) != UNKNOWN && other.get(field) != UNKNOWN && own.get(field) != other.get(field) {
        let message = format!(
            "`{column}` is {} here and {} in the {noun} that the row names",
            own.word(field),
            other.word(field)
        );
        let hint = format!("leave one of them empty, or name another {noun}");
        let place = row.place().column(column);
        diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
    }
    own.or(field, other.get(field))
}

/// The place of the resource that a row names.
fn find(row: &Cells, resources: Option<&[Resource]>, diagnostics: &mut Diagnostics) -> Option<usize> {
    let (resources, id) = (resources?, row.text("resource")?);
    let found = resources.binary_search_by(|resource| resource.id.as_str().cmp(id)).ok();
    if found.is_none() {
        dangling(row, "resource", id, resources.iter().map(|resource| resource.id.as_str()), diagnostics);
    }
    found
}

/// Reports an id that no row of another table has.
pub(super) fn dangling<'a>(
    row: &Cells,
    column: &str,
    id: &str,
    ids: impl Iterator<Item = &'a str>,
    diagnostics: &mut Diagnostics,
) {
    let noun = if column == "agreement" || column == "resource" { column } else { "agent" };
    let hint = match diagnostics.nearest(id, ids) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add it to the table `{noun}s`, or leave the cell empty"),
    };
    let message = format!("there is no {noun} `{id}`");
    let place = row.place().column(column);
    diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
}

fn unit_kind(row: &Cells, units: &FlowUnits, diagnostics: &mut Diagnostics) -> u8 {
    let Some(text) = row.text("unit_of_account") else { return UNKNOWN };
    let kind = units.kind(text);
    if kind.is_none() {
        let message = format!("`{text}` is not a unit of account");
        let hint = match units.like(text) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use ISO 4217 such as EUR, h for hours, none where nothing is counted, or add it to the \
                     table `units`"
                .to_owned(),
        };
        let place = row.place().column("unit_of_account");
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_UNIT, message).at(place).hint(hint));
    }
    kind.unwrap_or(UNKNOWN)
}

fn declared(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Declared> {
    let text = row.text("declared")?;
    let declared = Declared::parse(text);
    if declared.is_none() {
        let message = format!("`{text}` is not a class of flows");
        let hint = "a regime such as market, or one with its subregime such as market.fair_trade; \
                    docs/method/regimes.md lists them";
        let place = row.place().column("declared");
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }
    declared
}
