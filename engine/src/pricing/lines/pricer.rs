//! What is made once for all lines: the book laid out, the plan of their columns, the shape of the answer.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::base::currency::Currency;
use crate::base::decimal;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::base::money::{Factor, Money};
use crate::base::period::Period;
use crate::pricing::book::Book;
use crate::pricing::line::LINE_SCALE;

use super::index::Index;
use super::keys::plain;
use super::options::{LineOptions, Role};
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
    reading: String,
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
        let clash: Vec<&str> =
            kept.iter().map(|field| field.name().as_str()).filter(|name| is_reserved(name)).collect();
        if !clash.is_empty() {
            let message = format!("the lines have columns of names that pricing adds: {}", clash.join(", "));
            let hint = "name the columns to keep: `--keep product,quantity`";
            let place = Place::file(file);
            diagnostics.push(Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(place).hint(hint));
            return None;
        }
        let keys = plan.keys.as_ref().map(|keys| {
            let kind = |source: &KeySource| match source {
                KeySource::Column(column) => plain(schema.field(*column).data_type()).clone(),
                KeySource::Name | KeySource::Category => DataType::Utf8,
                KeySource::Year => DataType::Int32,
            };
            keys.iter().map(|(name, source)| (name.clone(), kind(source))).collect()
        });
        let sums = shape.amounts().into_iter().map(|(_, name)| name.to_owned());
        let sums = Arc::new(sums.chain((0..book.indicators.len()).map(|at| ids(&at))).collect());
        let fields: Vec<Field> = kept.into_iter().cloned().chain(made).collect();
        let reading = plan.reading(&book, schema);
        let schema = Arc::new(Schema::new(fields));
        let index = Index::new(book);
        constants_mean(&index, options, file, diagnostics)?;
        Some(Self { index, plan, shape, keys, sums, schema, reading })
    }

    /// The book.
    pub fn book(&self) -> &Arc<Book> {
        &self.index.book
    }

    /// Which column is taken for what, and what none is, in words.
    pub fn reading(&self) -> &str {
        &self.reading
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

/// Names of the answer, also of one with other options, and of one in which rejected lines stand among the others: what
/// takes it knows them by their names.
const RESERVED: [&str; 17] = [
    "market_price",
    "external_cost",
    "internalised",
    "overpaid",
    "benefits",
    "gap",
    "true_price",
    "external_cost_lower",
    "external_cost_upper",
    "gap_lower",
    "gap_upper",
    "true_price_lower",
    "true_price_upper",
    "fallback",
    "unpriced",
    "rejected",
    "rejected_because",
];

fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || name.starts_with("external_cost.")
}

/// What is said of all lines must mean something: one mistake, not one for each line.
fn constants_mean(
    index: &Index,
    options: &LineOptions,
    file: &str,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let before = diagnostics.errors();
    for (role, value) in &options.constants {
        let value = value.trim();
        let (code, what, hint) = match role {
            Role::Product if index.product(value).is_none() => {
                (codes::NOT_FOUND, "a product of the book", near(nearest(value, index.product_ids())))
            }
            Role::Unit if index.unit(value).is_none() => {
                (codes::UNKNOWN_UNIT, "a unit", index.unit_like(value))
            }
            Role::Origin if index.origin(value).is_none() => {
                (codes::UNKNOWN_REGION, "a place", Some("use ISO 3166 such as CO, or UN M49".to_owned()))
            }
            Role::Currency if Currency::from_code(value).is_none() => {
                (codes::UNKNOWN_CURRENCY, "a currency of ISO 4217", currency_like(value))
            }
            Role::Year | Role::Date if Period::parse(value).is_none() => {
                (codes::BAD_DATE, "a year or a date", Some("2024, 2024-03 or 2024-03-15".to_owned()))
            }
            Role::Quantity | Role::Price | Role::Value if decimal::parse(value).is_err() => {
                (codes::NOT_A_NUMBER, "a plain number", Some("such as 12.5".to_owned()))
            }
            _ => continue,
        };
        let message = format!("the {} of all lines, `{value}`, is not {what}", role.word());
        let diagnostic = Diagnostic::error(code, message).at(Place::file(file));
        diagnostics.push(match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        });
    }
    (diagnostics.errors() == before).then_some(())
}

fn near(word: Option<&str>) -> Option<String> {
    word.map(|word| format!("did you mean `{word}`?"))
}

/// A currency written otherwise, as a hint.
pub(super) fn currency_like(text: &str) -> Option<String> {
    let code = match text {
        "€" => "EUR".to_owned(),
        "$" => "USD".to_owned(),
        "£" => "GBP".to_owned(),
        other => other.to_ascii_uppercase().chars().take(3).collect(),
    };
    near(Currency::from_code(&code).map(|_| code.as_str()))
}
