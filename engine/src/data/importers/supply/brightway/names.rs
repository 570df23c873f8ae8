//! What integer ids stand for: tables of names beside the arrays.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostics;
use crate::data::table::Table;

use super::package::{Group, Package};

/// Which ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Products,
    Processes,
    Flows,
}

/// What is said of an id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) name: String,
    pub(super) product: String,
    pub(super) unit: String,
    pub(super) location: String,
    pub(super) categories: String,
    /// What packages of truecost say beside: ids, and how things were called before.
    pub(super) own: Own,
}

/// What a package that was exported from a dataset of ours says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Own {
    pub(super) product: String,
    pub(super) process: String,
    pub(super) stage: String,
    pub(super) category: String,
    /// The name of a method, and what it is an amount of.
    pub(super) method: String,
    pub(super) indicator: String,
    pub(super) dimension: String,
    pub(super) characterisation: String,
}

/// All that is said.
#[derive(Debug, Default)]
pub(super) struct Book {
    said: BTreeMap<(Side, i64), Said>,
}

/// Columns that hold the ids, the first that is there.
const IDS: [&str; 5] = ["id", "index", "row", "col", "integer_id"];
/// Columns of [`Own`].
const OWN: [&str; 8] =
    ["product id", "process id", "stage", "category", "method", "indicator", "dimension", "characterisation"];
/// Units as Brightway spells them.
const UNITS: [(&str, &str); 22] = [
    ("kilogram", "kg"),
    ("megajoule", "MJ"),
    ("kilowatt hour", "kW.h"),
    ("cubic meter", "m3"),
    ("square meter", "m2"),
    ("meter", "m"),
    ("kilometer", "km"),
    ("hour", "h"),
    ("hectare", "har"),
    ("litre", "L"),
    ("ton kilometer", "t.km"),
    ("metric ton kilometer", "t.km"),
    ("square meter-year", "m2.a"),
    ("cubic meter-year", "m3.a"),
    ("meter-year", "m.a"),
    ("kilo Becquerel", "kBq"),
    ("kilobecquerel", "kBq"),
    ("gram", "g"),
    ("ton", "t"),
    ("day", "d"),
    ("year", "a"),
    ("unit", "1 unit"),
];

/// A unit of Brightway as ours, or as it is.
pub(super) fn unit(text: &str) -> &str {
    UNITS.iter().find(|(spelt, _)| *spelt == text).map_or(text, |(_, ours)| ours)
}

/// Which ids a side of a matrix has.
fn side(matrix: &str, side: &str) -> Option<Side> {
    match (matrix, side) {
        ("technosphere_matrix", "rows") => Some(Side::Products),
        ("technosphere_matrix" | "biosphere_matrix", "cols") => Some(Side::Processes),
        ("biosphere_matrix" | "characterization_matrix", "rows") => Some(Side::Flows),
        _ => None,
    }
}

impl Book {
    /// Reads the tables of a package.
    pub(super) fn add(&mut self, package: &Package, diagnostics: &mut Diagnostics) {
        for (input, valid_for) in &package.named.tables {
            let Some(table) = Table::from_csv(&input.name, &input.bytes, diagnostics) else { continue };
            let matrix_of = |name: &str| {
                let group = package.groups.iter().find(|group: &&Group| group.name == name);
                group.map(|group| group.matrix.as_str()).unwrap_or_default()
            };
            let mut sides: Vec<Side> =
                valid_for.iter().filter_map(|(group, of)| side(matrix_of(group), of)).collect();
            sides.sort_unstable();
            sides.dedup();
            self.rows(&table, &sides);
        }
    }

    fn rows(&mut self, table: &Table, sides: &[Side]) {
        let Some(id) = IDS.iter().find_map(|name| table.column(name)).or(Some(0)) else { return };
        let columns = [
            &["name"][..],
            &["product", "reference product", "reference_product"],
            &["unit"],
            &["location"],
            &["categories", "compartment"],
        ];
        let columns = columns.map(|names| names.iter().find_map(|name| table.column(name)));
        let own = OWN.map(|name| table.column(name));
        for chunk in table.chunks() {
            for row in 0..chunk.len() {
                let Some(id) = chunk.cell(row, id).and_then(|text| text.parse::<i64>().ok()) else {
                    continue;
                };
                let text =
                    |at: Option<usize>| at.and_then(|at| chunk.cell(row, at)).unwrap_or_default().to_owned();
                let [name, product, unit, location, categories] = columns.map(text);
                let own = own.map(text);
                let [product_id, process, stage, category, method, indicator, dimension, characterisation] =
                    own;
                let own = Own {
                    product: product_id,
                    process,
                    stage,
                    category,
                    method,
                    indicator,
                    dimension,
                    characterisation,
                };
                let said = Said { name, product, unit, location, categories, own };
                for side in sides {
                    self.said.insert((*side, id), said.clone());
                }
            }
        }
    }

    /// The flows that methods are the amounts of, in packages of ours, by the names of the methods.
    pub(super) fn methods(&self) -> BTreeMap<String, &Said> {
        let mut methods = BTreeMap::new();
        for said in self.said.iter().filter(|((side, _), _)| *side == Side::Flows).map(|(_, said)| said) {
            if !said.own.indicator.is_empty() {
                methods.entry(format!("truecost, {}", said.own.method)).or_insert(said);
            }
        }
        methods
    }

    /// What is said of an id, if anything.
    pub(super) fn of(&self, side: Side, id: i64) -> Option<&Said> {
        self.said.get(&(side, id))
    }

    /// Is nothing said of any id?
    pub(super) fn is_empty(&self) -> bool {
        self.said.is_empty()
    }
}
