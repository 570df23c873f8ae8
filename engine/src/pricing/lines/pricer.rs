//! What is made once for all lines: the book laid out, the plan of their columns, the shape of the answer.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::money::{Factor, Money};
use crate::pricing::book::Book;
use crate::pricing::line::LINE_SCALE;

use super::index::Index;
use super::options::LineOptions;
use super::plan::{KeySource, Plan};
use super::worker::Worker;

/// Digits of an amount of a line: less than 10^12 units of the currency.
pub const LINE_DIGITS: u8 = 18;

/// Prices lines of one schema with a book. It does not change, and serves any number of threads: each has a
/// [`Worker`].
#[derive(Debug)]
pub struct Pricer {
    pub(super) index: Index,
    pub(super) plan: Plan,
    pub(super) shape: Shape,
    pub(super) keys: Option<Vec<(String, DataType)>>,
    pub(super) sums: Arc<Vec<String>>,
    schema: SchemaRef,
}

/// Which amounts a line has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Can a price pay for some of the cost?
    pub(super) has_payments: bool,
    /// Can a cost be a benefit?
    pub(super) has_benefits: bool,
    /// Are lower and upper scenarios wanted?
    pub(super) bounds: bool,
    /// Do benefits cancel costs?
    pub(super) netting: bool,
}

/// An amount of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Market,
    External(usize),
    Internalised,
    Overpaid,
    Benefits,
    Gap(usize),
    TruePrice(usize),
}

impl Shape {
    fn of(book: &Book, bounds: bool) -> Self {
        let paid = |money: Money| money != Money::ZERO;
        let has_payments =
            book.costs.iter().any(|cost| paid(cost.paid)) || book.footprints.iter().any(|f| paid(f.paid));
        let negative = |cost: &crate::pricing::book::Cost| {
            [cost.cost.lower, cost.cost.central, cost.cost.upper].iter().any(|money| *money < Money::ZERO)
        };
        let is_below = |factor: Factor| factor < Factor::default();
        let has_benefits = book.costs.iter().any(negative)
            || book.footprints.iter().any(|footprint| footprint.amount < 0.0)
            || book
                .factors
                .iter()
                .filter_map(|factor| factor.value)
                .any(|value| is_below(value.lower) || is_below(value.central) || is_below(value.upper));
        Self { has_payments, has_benefits, bounds, netting: book.head.netting }
    }

    /// The amounts of a line, in the order of their columns, with their names.
    pub(super) fn amounts(self) -> Vec<(Amount, &'static str)> {
        let mut all = vec![(Amount::Market, "market_price"), (Amount::External(1), "external_cost")];
        if self.has_payments {
            all.extend([(Amount::Internalised, "internalised"), (Amount::Overpaid, "overpaid")]);
        }
        if self.has_benefits {
            all.push((Amount::Benefits, "benefits"));
        }
        all.extend([(Amount::Gap(1), "gap"), (Amount::TruePrice(1), "true_price")]);
        if self.bounds {
            all.extend([
                (Amount::External(0), "external_cost_lower"),
                (Amount::External(2), "external_cost_upper"),
                (Amount::Gap(0), "gap_lower"),
                (Amount::Gap(2), "gap_upper"),
                (Amount::TruePrice(0), "true_price_lower"),
                (Amount::TruePrice(2), "true_price_upper"),
            ]);
        }
        all
    }
}

impl Pricer {
    /// Prices lines of a schema. What does not fit is told at once: missing columns, two that say the same, names of
    /// the answer that a column has already. `file` is what diagnostics call the lines.
    pub fn new(
        book: Arc<Book>,
        schema: &Schema,
        options: &LineOptions,
        file: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let plan = Plan::new(&book, schema, options, file, diagnostics)?;
        let shape = Shape::of(&book, options.bounds);
        let decimal = DataType::Decimal64(LINE_DIGITS, LINE_SCALE as i8);
        let text = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let ids = |at: &usize| format!("external_cost.{}", book.indicators[*at].id);
        let mut made: Vec<Field> = Vec::new();
        for (amount, name) in shape.amounts() {
            made.push(Field::new(
                name,
                decimal.clone(),
                matches!(amount, Amount::Market | Amount::TruePrice(_)),
            ));
        }
        made.extend(plan.indicators.iter().map(|at| Field::new(ids(at), decimal.clone(), false)));
        made.extend(["fallback", "unpriced"].map(|name| Field::new(name, text.clone(), true)));
        let kept: Vec<&Field> = plan.keep.iter().map(|column| schema.field(*column)).collect();
        let clash: Vec<&str> = kept
            .iter()
            .map(|field| field.name().as_str())
            .filter(|name| made.iter().any(|field| field.name() == name))
            .collect();
        if !clash.is_empty() {
            let message = format!("the lines have columns that pricing adds: {}", clash.join(", "));
            let hint = "name the columns to keep: `--keep product,quantity`";
            let place = Place::file(file);
            diagnostics.push(Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(place).hint(hint));
            return None;
        }
        let keys = plan.keys.as_ref().map(|keys| {
            let kind = |source: &KeySource| match source {
                KeySource::Column(column) => schema.field(*column).data_type().clone(),
                KeySource::Name | KeySource::Category => DataType::Utf8,
                KeySource::Year => DataType::Int32,
            };
            keys.iter().map(|(name, source)| (name.clone(), kind(source))).collect()
        });
        let sums = shape.amounts().into_iter().map(|(_, name)| name.to_owned());
        let sums = Arc::new(sums.chain((0..book.indicators.len()).map(|at| ids(&at))).collect());
        let fields: Vec<Field> = kept.into_iter().cloned().chain(made).collect();
        let schema = Arc::new(Schema::new(fields));
        Some(Self { index: Index::new(book), plan, shape, keys, sums, schema })
    }

    /// The book.
    pub fn book(&self) -> &Arc<Book> {
        &self.index.book
    }

    /// The schema of priced lines: kept columns, amounts as decimals of 18 digits with 6 after the point in 64 bits,
    /// and text.
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// One that prices lines on a thread of its own.
    pub fn worker(self: &Arc<Self>) -> Worker {
        Worker::new(self.clone())
    }
}
