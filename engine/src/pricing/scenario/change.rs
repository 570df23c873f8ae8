//! What a scenario is: changes in order, each checked as far as its file says.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::Place;
use crate::base::unit::{Measure, Unit};
use crate::data::cells::{Number, RowRef};
use crate::data::overlay::{Laying, Rows};
use crate::valuation::Outside;

/// Changes laid over a dataset.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name: that of its file or folder.
    pub name: String,
    /// What it is, in a few words.
    pub title: String,
    /// What it supposes.
    pub description: String,
    /// Where its figures come from.
    pub source: String,
    /// What diagnostics call its file.
    pub file: String,
    /// Content hash: of its text, and of the tables it reads.
    pub hash: String,
    /// Its changes, in the order in which they are made.
    pub changes: Vec<Change>,
}

impl Scenario {
    /// Causes in the order of their first change: id, and title of that change.
    pub fn causes(&self) -> Vec<(&str, &str)> {
        let mut causes: Vec<(&str, &str)> = Vec::new();
        for change in &self.changes {
            if causes.iter().all(|(id, _)| *id != change.cause) {
                causes.push((&change.cause, &change.title));
            }
        }
        causes
    }
}

/// One change.
#[derive(Clone, Debug)]
pub struct Change {
    /// Id.
    pub id: String,
    /// Its cause: changes of one cause are only made together.
    pub cause: String,
    /// What changes, in a few words.
    pub title: String,
    /// Where its figures come from.
    pub source: String,
    /// Where each of its keys stands; the change itself under an empty key.
    pub(super) lines: BTreeMap<String, u64>,
    pub(super) file: Arc<str>,
    pub(super) what: What,
}

impl Change {
    /// Where a key of it stands; where the change begins if it has none of that name.
    pub(super) fn place(&self, key: &str) -> Place {
        let own = self.lines.get(key);
        let row = own.or_else(|| self.lines.get("")).copied();
        let place = Place { row, ..Place::file(&*self.file) };
        if own.is_some() && !key.is_empty() { place.column(key) } else { place }
    }

    /// Where it begins, to keep.
    pub(super) fn row_ref(&self) -> RowRef {
        RowRef { file: (&*self.file).into(), row: self.lines.get("").copied().unwrap_or(1) }
    }
}

/// Which processes.
#[derive(Clone, Debug, Default)]
pub(super) struct Select {
    pub(super) regions: Vec<String>,
    pub(super) stages: Vec<String>,
    pub(super) processes: Vec<String>,
}

/// Which rows of a table: columns of its key, each with what it may hold.
pub(super) type Where = Vec<(String, Vec<String>)>;

/// What changes.
#[derive(Clone, Debug)]
pub(super) enum What {
    Valuing {
        factors: Option<String>,
        year: Option<i32>,
        emission_year: Option<i32>,
        prices: Option<String>,
        outside: Option<Outside>,
    },
    Tax(Tax),
    LivingWage {
        close: Exact,
        indicators: Vec<String>,
        of: Select,
        passed_on: bool,
    },
    Supplier {
        which: Where,
        origin: Option<String>,
        supplier: Option<String>,
    },
    Mix {
        product: String,
        origin: Option<String>,
        shares: Vec<(String, Number)>,
    },
    Set {
        table: String,
        which: Where,
        amount: Number,
        unit: Option<Measure>,
        currency: Option<Currency>,
    },
    Scale {
        table: String,
        which: Where,
        by: Number,
    },
    Remove {
        table: String,
        which: Where,
    },
    Lay {
        rows: Arc<Rows>,
        laying: Laying,
    },
}

/// A tax on an indicator.
#[derive(Clone, Debug)]
pub(super) struct Tax {
    pub(super) indicator: String,
    pub(super) rate: Exact,
    pub(super) unit: Unit,
    pub(super) currency: Currency,
    pub(super) year: Option<i32>,
    pub(super) of: Select,
    pub(super) passed_on: bool,
}
