//! Why a line cannot be priced, in a sentence. Words are made only here: lines that can be priced need none.

use arrow_array::RecordBatch;

use crate::base::diagnostic::nearest;
use crate::pricing::book::Book;

use super::facts::Facts;
use super::goods::Good;
use super::numbers::shown;
use super::options::Role;
use super::plan::Source;
use super::pricer::{Pricer, currency_like};
use super::reject::{Reason, Rejected};
use super::worker::{Problem, Worker};

/// Names that a message lists.
const LISTED: usize = 8;

impl Worker {
    /// A line that cannot be priced, with why.
    #[cold]
    pub(super) fn rejected(
        &mut self,
        pricer: &Pricer,
        facts: &Facts,
        batch: &RecordBatch,
        row: usize,
        (reason, role): Problem,
    ) -> Rejected {
        let plan = &pricer.plan;
        let source = match role {
            Role::Product => Some(&plan.product),
            Role::Quantity => Some(&plan.quantity),
            Role::Unit => plan.unit.as_ref(),
            Role::Origin => plan.origin.as_ref(),
            Role::Price | Role::Value => plan.price.as_ref().map(|(source, _)| source),
            Role::Currency => plan.currency.as_ref(),
            Role::Year | Role::Date => plan.when.as_ref(),
        };
        let value = match source {
            Some(Source::Column(column)) => shown(batch.column(*column), row),
            Some(source @ Source::Constant(_)) => shown(&source.array(batch), row),
            None => String::new(),
        };
        let column = match source {
            Some(Source::Column(column)) => batch.schema().field(*column).name().clone(),
            _ => plan.name(role).to_owned(),
        };
        let product = self.known.products.word(facts.product_words[row]).to_owned();
        let message = self.message(pricer, facts, row, (reason, role), &value, &product);
        Rejected { row, reason, column, value, message }
    }

    fn message(
        &mut self,
        pricer: &Pricer,
        facts: &Facts,
        row: usize,
        (reason, role): Problem,
        value: &str,
        product: &str,
    ) -> String {
        let index = &pricer.index;
        let book = &index.book;
        match reason {
            Reason::MissingValue => "the cell is empty".to_owned(),
            Reason::BadValue => match role {
                Role::Year | Role::Date => {
                    format!("`{value}` is not a year or a date: write 2024, 2024-03 or 2024-03-15")
                }
                _ if value.contains(',') => {
                    format!("`{value}` is not a plain number: write a point and no thousands, such as 1234.5")
                }
                _ => format!("`{value}` is not a plain number, such as 12.5"),
            },
            Reason::UnknownProduct => {
                let near = || nearest(product, index.product_ids()).map(str::to_owned);
                match self.hints.entry(facts.product_words[row]).or_insert_with(near) {
                    Some(near) => format!("the book has no product `{product}`; did you mean `{near}`?"),
                    None => format!("the book has no product `{product}`"),
                }
            }
            Reason::UnknownOrigin => {
                let named = book.places.iter().find(|place| place.name.eq_ignore_ascii_case(value));
                match named {
                    Some(place) => format!("`{value}` is not a place; did you mean `{}`?", place.code),
                    None => format!("`{value}` is not a place: use ISO 3166 such as CO, or UN M49"),
                }
            }
            Reason::OtherOrigin => {
                format!(
                    "`{product}` does not come from {value}; the book has it from {}",
                    origins(pricer, product)
                )
            }
            Reason::AmbiguousOrigin => {
                format!("`{product}` comes from {}: from which is not stated", origins(pricer, product))
            }
            Reason::UnknownUnit => {
                let like = index.unit_like(value);
                let like = like.unwrap_or_else(|| "use UCUM codes such as kg, g, L or [lb_av]".to_owned());
                format!("`{value}` is not a unit: {like}")
            }
            Reason::OtherUnit => {
                let unit = index.product(product).map_or("", |product| &book.products[product as usize].unit);
                format!(
                    "`{value}` does not convert to {unit}, the unit of `{product}`: state how many {unit} it is"
                )
            }
            Reason::UnknownCurrency => match currency_like(value) {
                Some(like) => format!("`{value}` is not a currency of ISO 4217; {like}"),
                None => format!("`{value}` is not a currency of ISO 4217, such as EUR"),
            },
            Reason::NoRate => no_rate(book, value, year_of(facts, row, book)),
            Reason::NoYear => {
                let years =
                    book.head.years.map(|(first, last)| format!("{first} to {last}")).unwrap_or_default();
                let year = year_of(facts, row, book);
                format!("the book has costs of {years}, not of {year}: compile it with --years")
            }
            Reason::NoFactor => match index
                .product(product)
                .map(|product| &index.goods.products[product as usize])
            {
                Some(Good::Unknown) => format!("the book has no cost of `{product}`: no process makes it"),
                _ => format!("nothing that the chain of `{product}` states has a factor there"),
            },
            Reason::Overflow => {
                format!(
                    "an amount of the line is 10^12 {} or more: too large to be kept exactly",
                    book.head.currency
                )
            }
            Reason::Unreadable => "the row cannot be read".to_owned(),
        }
    }
}

/// The year of a line.
fn year_of(facts: &Facts, row: usize, book: &Book) -> i32 {
    match facts.years.as_ref().map(|years| years[row]) {
        Some(super::facts::Year::Of(year)) => year,
        _ => book.head.year,
    }
}

fn no_rate(book: &Book, currency: &str, year: i32) -> String {
    let to = format!("{} {}", book.head.currency, book.head.year);
    let years: Vec<i32> =
        book.moves.iter().filter(|moved| moved.currency.code() == currency).map(|moved| moved.year).collect();
    match (years.first(), years.last()) {
        (Some(first), Some(last)) => {
            format!(
                "no rate or index moves {currency} of {year} to {to}; the book has {currency} of {first} to {last}: compile \
                 it with your own --index or --rate, or leave the price out"
            )
        }
        _ => format!("no rate moves {currency} to {to}: compile the book with --rate"),
    }
}

/// Where the book has a product from.
fn origins(pricer: &Pricer, product: &str) -> String {
    let index = &pricer.index;
    let good = index.product(product).map(|product| index.goods.products[product as usize]);
    let Some(cells) = good.and_then(Good::cells) else { return String::new() };
    let places = index.book.cells[cells].iter().filter_map(|cell| cell.place);
    let mut codes: Vec<&str> = places.map(|place| index.book.places[place as usize].code.as_str()).collect();
    codes.dedup();
    let more = if codes.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", codes.iter().take(LISTED).copied().collect::<Vec<_>>().join(", "))
}
