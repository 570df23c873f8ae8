//! Results as flat columns: one definition for CSV, Parquet and tables in memory.

use crate::base::decimal::Exact;
use crate::base::money::{Factor, Money};
use crate::base::period::Period;
use crate::data::factors::Band;
use crate::data::reference::Dimension;
use crate::pricing::{Amount, BreakdownRow, TruePrice, TruePrices};
use crate::valuation::Target;

pub use super::cell::{Cell, Kind};

/// A named column. Its cells are of its kind, or missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Kind,
    /// One a row.
    pub cells: Vec<Cell>,
}

/// A flat table: columns of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns(Vec<Column>);

impl Columns {
    /// Begins a table with one row a value of `rows`.
    pub(super) fn of<T>(rows: &[T]) -> Builder<'_, T> {
        Builder { rows, columns: Vec::new() }
    }

    /// The columns, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Column> {
        self.0.iter()
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.0.first().map_or(0, |column| column.cells.len())
    }

    /// The same with days in these columns, where a table has days as words.
    #[cfg(feature = "xlsx")]
    #[must_use]
    pub(super) fn dated(mut self, names: &[&str]) -> Self {
        for column in self.0.iter_mut().filter(|column| names.contains(&column.name)) {
            column.kind = Kind::Date;
            for cell in &mut column.cells {
                let day = Period::parse(&cell.text()).filter(|period| period.day().is_some());
                if let Some(day) = day {
                    *cell = Cell::Date(day);
                }
            }
        }
        self
    }

    /// The cell of a column in a row.
    pub fn cell(&self, name: &str, row: usize) -> Option<&Cell> {
        self.iter().find(|column| column.name == name)?.cells.get(row)
    }

    /// The cell of a column in a row, as a CSV prints it.
    pub fn text(&self, name: &str, row: usize) -> String {
        self.cell(name, row).map(Cell::text).unwrap_or_default()
    }
}

impl<'a> IntoIterator for &'a Columns {
    type Item = &'a Column;
    type IntoIter = std::slice::Iter<'a, Column>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Makes columns from rows, one at a time.
pub(super) struct Builder<'a, T> {
    rows: &'a [T],
    columns: Vec<Column>,
}

impl<'a, T> Builder<'a, T> {
    fn column(mut self, name: &'static str, kind: Kind, cell: impl Fn(&'a T) -> Option<Cell>) -> Self {
        let cells = self.rows.iter().map(|row| cell(row).unwrap_or(Cell::Missing(""))).collect();
        self.columns.push(Column { name, kind, cells });
        self
    }

    pub(super) fn text<S: Into<String>>(self, name: &'static str, get: impl Fn(&'a T) -> S) -> Self {
        self.column(name, Kind::Text, |row| Some(Cell::Text(get(row).into())))
    }

    pub(super) fn year(self, name: &'static str, get: impl Fn(&'a T) -> Option<i32>) -> Self {
        self.column(name, Kind::Year, |row| get(row).map(Cell::Year))
    }

    pub(super) fn date(self, name: &'static str, get: impl Fn(&'a T) -> Option<Period>) -> Self {
        self.column(name, Kind::Date, |row| get(row).map(Cell::Date))
    }

    pub(super) fn count(self, name: &'static str, get: impl Fn(&'a T) -> usize) -> Self {
        self.column(name, Kind::Count, |row| Some(Cell::Count(get(row))))
    }

    pub(super) fn flag(self, name: &'static str, get: impl Fn(&'a T) -> bool) -> Self {
        self.column(name, Kind::Flag, |row| Some(Cell::Flag(get(row))))
    }

    pub(super) fn number(self, name: &'static str, get: impl Fn(&'a T) -> Option<f64>) -> Self {
        self.column(name, Kind::Amount, |row| get(row).map(Cell::Amount))
    }

    pub(super) fn money(self, name: &'static str, get: impl Fn(&'a T) -> Option<Money>) -> Self {
        self.column(name, Kind::Money, |row| get(row).map(Cell::Money))
    }

    pub(super) fn amount(self, name: &'static str, get: impl Fn(&'a T) -> Amount) -> Self {
        self.column(name, Kind::Money, |row| Some(amount(get(row))))
    }

    /// An amount, or nothing at all.
    pub(super) fn optional(self, name: &'static str, get: impl Fn(&'a T) -> Option<Amount>) -> Self {
        self.column(name, Kind::Money, |row| get(row).map(amount))
    }

    pub(super) fn factor(self, name: &'static str, get: impl Fn(&'a T) -> Option<Factor>) -> Self {
        self.column(name, Kind::Factor, |row| get(row).map(Cell::Factor))
    }

    /// `lower`, `central` and `upper`, as published.
    pub(super) fn published(self, get: impl Fn(&'a T) -> &'a Band<Exact>) -> Self {
        let cell = |value: &Exact| Some(Cell::Published(value.clone()));
        self.column("lower", Kind::Factor, |row| cell(&get(row).lower))
            .column("central", Kind::Factor, |row| cell(&get(row).central))
            .column("upper", Kind::Factor, |row| cell(&get(row).upper))
    }

    /// `currency` and `price_year` of all money of the table.
    pub(super) fn target(self, target: Target) -> Self {
        self.text("currency", |_| target.currency.to_string()).year("price_year", |_| Some(target.year))
    }

    pub(super) fn done(self) -> Columns {
        Columns(self.columns)
    }
}

fn amount(amount: Amount) -> Cell {
    match amount {
        Amount::Money(money) => Cell::Money(money),
        Amount::Unpriced => Cell::Missing("unpriced"),
        Amount::NotStated => Cell::Missing("not stated"),
    }
}

/// One row a product x origin.
pub fn true_prices(prices: &TruePrices) -> Columns {
    let dimension = |p: &TruePrice, d: Dimension| p.dimensions.get(&d).copied().unwrap_or(Amount::NotStated);
    let shared = !prices.shared_indicators.is_empty();
    Columns::of(&prices.products)
        .text("product", |p| &p.product)
        .text("name", |p| &p.name)
        .text("origin", |p| p.origin.to_string())
        .text("category", |p| &p.category)
        .text("unit", |p| &p.unit)
        .target(prices.target)
        .money("market_price", |p| p.market.as_ref().map(|m| m.amount))
        .text("vat", |p| p.market.as_ref().map(|m| m.vat).unwrap_or_default())
        .amount("environmental", |p| dimension(p, Dimension::Environmental))
        .amount("social", |p| dimension(p, Dimension::Social))
        .amount("health", |p| dimension(p, Dimension::Health))
        .amount("external_cost", |p| p.external)
        .money("internalised", |p| p.gap.map(|_| p.internalised))
        .money("overpaid", |p| p.gap.map(|_| p.overpaid))
        .money("benefits", |p| p.gap.map(|_| p.benefits))
        .amount("gap", |p| p.gap.map_or(p.external, |g| Amount::Money(g.central)))
        .money("true_price", |p| p.true_price().map(|t| t.central))
        .money("gap_lower", |p| p.gap.map(|g| g.lower))
        .money("gap_upper", |p| p.gap.map(|g| g.upper))
        .money("true_price_lower", |p| p.true_price().map(|t| t.lower))
        .money("true_price_upper", |p| p.true_price().map(|t| t.upper))
        .money("external_cost_shared", |p| shared.then_some(p.shared_external))
        .money("public_support", |p| p.support)
        .money("price_support", |p| p.price_support)
        .text("priced", |p| p.coverage.priced.join(" "))
        .text("unpriced", |p| words(p.coverage.unpriced.keys()))
        .text("excluded", |p| words(p.coverage.excluded.keys()))
        .text("partial", |p| words(p.coverage.partial.keys()))
        .text("not_stated", |p| p.coverage.not_stated.join(" "))
        .text("cut_off", |p| words(p.coverage.cutoffs.iter().map(|c| &c.product)))
        .text("coverage", |p| p.coverage.summary())
        .done()
}

/// Words with spaces between them.
pub(super) fn words<'a>(words: impl IntoIterator<Item = &'a String>) -> String {
    words.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// One row a product x origin x stage x region x indicator x factor.
pub fn breakdown(prices: &TruePrices) -> Columns {
    Columns::of(&prices.breakdown)
        .text("product", |r: &BreakdownRow| &r.product)
        .text("origin", |r| &r.origin)
        .text("stage", |r| &r.stage)
        .text("region", |r| &r.region)
        .text("indicator", |r| &r.indicator)
        .number("amount", |r| Some(r.amount))
        .text("unit", |r| &r.unit)
        .text("status", |r| r.status)
        .factor("factor", |r| r.factor.map(|f| f.central))
        .factor("factor_lower", |r| r.factor.map(|f| f.lower))
        .factor("factor_upper", |r| r.factor.map(|f| f.upper))
        .money("cost", |r| r.cost.map(|c| c.central))
        .money("cost_lower", |r| r.cost.map(|c| c.lower))
        .money("cost_upper", |r| r.cost.map(|c| c.upper))
        .target(prices.target)
        .text("factor_source", |r| &r.factor_source)
        .text("source", |r| &r.source)
        .done()
}

/// As a part of a CSV, with its header or without.
pub fn csv_part(columns: &Columns, header: bool) -> Vec<u8> {
    let bytes = csv(columns);
    let start = if header { 0 } else { bytes.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1) };
    bytes[start..].to_vec()
}

/// Parts of one table as one CSV.
pub fn csv_of(parts: impl Iterator<Item = Columns>) -> String {
    let part = |(at, part): (usize, Columns)| String::from_utf8_lossy(&csv_part(&part, at == 0)).into_owned();
    parts.enumerate().map(part).collect()
}

/// As a CSV.
pub fn csv(columns: &Columns) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(columns.iter().map(|column| column.name));
    for row in 0..columns.rows() {
        let _ = writer.write_record(columns.iter().map(|column| column.cells[row].text()));
    }
    writer.into_inner().unwrap_or_default()
}
