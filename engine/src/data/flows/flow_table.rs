//! Flows in columns: what rows have in common is kept once, and a row takes about 60 bytes.

use std::collections::BTreeMap;

use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::file_name::FileName;
use crate::base::money::{BOOK_SCALE, Money};
use crate::base::period::Period;
use crate::base::progress::stopped;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::table::CHUNK;

use super::agents::Agent;
use super::agreements::{Agreement, STATED};
use super::corrections::{Corrections, Stated};
use super::field::Field;
use super::ids::Ids;
use super::terms::{Known, Part, Terms, TermsReader, agreed, dangling};

/// Stands for an agent or an agreement that is not stated.
pub const NONE: u32 = u32::MAX;

/// A date as it was written: a day, a month or a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct When(i32);

/// What is stated: a day, a month, a year; and how many of these there are.
const DAY: i32 = 0;
const MONTH: i32 = 1;
const LENGTHS: i32 = 3;

impl When {
    const NOT_STATED: Self = Self(i32::MIN);

    fn new(period: Option<Period>) -> Self {
        let Some(period) = period else { return Self::NOT_STATED };
        let length = if period.day().is_some() { DAY } else { MONTH + i32::from(period.is_year()) };
        Self(period.first_day() * LENGTHS + length)
    }

    /// The day, counted from 1970-01-01, where one is stated.
    pub fn day(self) -> Option<i32> {
        (self.0 != i32::MIN && self.0.rem_euclid(LENGTHS) == DAY).then(|| self.0.div_euclid(LENGTHS))
    }

    /// The month of the year, from 1, where a day or a month is stated.
    pub fn month(self) -> Option<u8> {
        (self.0 != i32::MIN && self.0.rem_euclid(LENGTHS) <= MONTH)
            .then(|| self.first().map(Period::month))?
    }

    /// The first day of the date, where one is stated.
    pub fn first_day(self) -> Option<i32> {
        (self.0 != i32::MIN).then(|| self.0.div_euclid(LENGTHS))
    }

    /// The last day of the date, where one is stated.
    pub fn last_day(self) -> Option<i32> {
        let first = self.first()?;
        let last = match self.0.rem_euclid(LENGTHS) {
            DAY => first,
            MONTH => first.whole_month(),
            _ => first.whole_year(),
        };
        Some(last.last_day())
    }

    /// The year, where a date is stated.
    pub fn year(self) -> Option<i32> {
        self.first().map(Period::year)
    }

    fn first(self) -> Option<Period> {
        if self.0 == i32::MIN { None } else { Period::of_day(self.0.div_euclid(LENGTHS)) }
    }
}

/// All flows of a dataset, sorted by id.
#[derive(Clone, Debug, Default)]
pub struct FlowTable {
    file: FileName,
    ids: Ids,
    /// Each kept once.
    terms: Vec<Terms>,
    from: Vec<u32>,
    to: Vec<u32>,
    when: Vec<When>,
    /// At the book scale; [`NO_VALUE`] where none is stated.
    value: Vec<i128>,
    /// NaN: not stated.
    quantity: Vec<f64>,
    /// Quantities that the shortest text of their double does not give back, by flow: those of many digits.
    long: BTreeMap<u32, Exact>,
    term: Vec<u32>,
    agreement: Vec<u32>,
    line: Vec<u32>,
    corrections: Corrections,
    /// Where rows that were made of other records come from, by their number; empty: the rows are the records.
    origins: Vec<RowRef>,
}

/// Stands for a value that is not stated.
const NO_VALUE: i128 = i128::MIN;

impl FlowTable {
    /// Reads the table. Stopped work leaves no rows.
    pub(super) fn read(
        bound: &Bound,
        (agents, agreements): (&[Agent], &[Agreement]),
        known: Known,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut reader = Reader::new(bound, agents, agreements);
        let mut done = 0_usize;
        let whole = bound.each_while(|row| {
            reader.add(&row, known, diagnostics);
            done += 1;
            !done.is_multiple_of(CHUNK) || bound.goes_on(done)
        });
        if !whole {
            diagnostics.push(stopped());
            return Self::default();
        }
        reader.finish(&bound.file(), diagnostics)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.term.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.term.is_empty()
    }

    /// The id of a flow.
    pub fn id(&self, flow: usize) -> &str {
        self.ids.get(flow)
    }

    /// The flow of an id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.ids.find(id)
    }

    /// All ids, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|flow| self.id(flow))
    }

    /// Who gives: a place among the agents.
    pub fn from(&self, flow: usize) -> Option<usize> {
        Some(self.from[flow]).filter(|agent| *agent != NONE).map(|agent| agent as usize)
    }

    /// Who receives: a place among the agents.
    pub fn to(&self, flow: usize) -> Option<usize> {
        Some(self.to[flow]).filter(|agent| *agent != NONE).map(|agent| agent as usize)
    }

    /// When.
    pub fn when(&self, flow: usize) -> When {
        self.when[flow]
    }

    /// Which flows correct which.
    pub fn corrections(&self) -> &Corrections {
        &self.corrections
    }

    /// What a flow corrects; itself, if it corrects nothing.
    pub fn root(&self, flow: usize) -> usize {
        self.corrections.corrected(flow).unwrap_or(flow)
    }

    /// Its value with those of all its corrections; `None` if none of them states one.
    pub fn corrected_value(&self, flow: usize) -> Option<Money> {
        let mut sum = self.value(flow);
        for correction in self.corrections.of(flow) {
            sum = self.value(correction).map(|value| value + sum.unwrap_or_default()).or(sum);
        }
        sum
    }

    /// Its value in its unit of account; below 0 only where it corrects another flow.
    pub fn value(&self, flow: usize) -> Option<Money> {
        Some(self.value[flow]).filter(|value| *value != NO_VALUE).map(Money::of_units)
    }

    /// Its quantity in its unit.
    pub fn quantity(&self, flow: usize) -> Option<f64> {
        Some(self.quantity[flow]).filter(|quantity| !quantity.is_nan())
    }

    /// Its quantity exactly, as the decimal that was written.
    pub fn exact_quantity(&self, flow: usize) -> Option<Exact> {
        let quantity = self.quantity(flow)?;
        let long = self.long.get(&(flow as u32)).cloned();
        long.or_else(|| decimal::parse(&quantity.to_string()).ok()).or_else(|| decimal::from_f64(quantity))
    }

    /// Which terms it has.
    pub fn term(&self, flow: usize) -> usize {
        self.term[flow] as usize
    }

    /// The terms of a flow.
    pub fn terms_of(&self, flow: usize) -> &Terms {
        &self.terms[self.term(flow)]
    }

    /// All terms.
    pub fn terms(&self) -> &[Terms] {
        &self.terms
    }

    /// Its agreement: a place among the agreements.
    pub fn agreement(&self, flow: usize) -> Option<usize> {
        Some(self.agreement[flow]).filter(|agreement| *agreement != NONE).map(|agreement| agreement as usize)
    }

    /// Where it is.
    pub fn row_ref(&self, flow: usize) -> RowRef {
        if let Some(origin) = self.origins.get((self.line[flow] as usize).wrapping_sub(1)) {
            return origin.clone();
        }
        RowRef { file: self.file.clone(), row: u64::from(self.line[flow]) }
    }

    /// Says which records the rows of the table were made of, in their order.
    pub fn come_from(&mut self, records: Vec<RowRef>) {
        self.origins = records;
    }

    /// Where it is, as a place.
    pub fn place(&self, flow: usize) -> Place {
        self.row_ref(flow).place()
    }
}

/// Rows on their way into columns, in the order of the table.
struct Reader<'a> {
    agents: &'a [Agent],
    agreements: &'a [Agreement],
    columns: [Option<usize>; 7],
    terms: TermsReader,
    table: FlowTable,
    corrections: Vec<Stated>,
}

impl<'a> Reader<'a> {
    fn new(bound: &Bound, agents: &'a [Agent], agreements: &'a [Agreement]) -> Self {
        Self {
            agents,
            agreements,
            columns: ["from", "to", "date", "quantity", "value", "agreement", "corrects"]
                .map(|name| bound.column(name)),
            terms: TermsReader::new(|name| bound.column(name)),
            table: FlowTable::default(),
            corrections: Vec::new(),
        }
    }

    fn add(&mut self, row: &Cells, known: Known, diagnostics: &mut Diagnostics) {
        let [from, to, date, quantity, value, agreement, corrects] = self.columns;
        let corrects = row.at(corrects);
        let id = row.id("id", diagnostics);
        let from = self.agent(row, "from", from, diagnostics);
        let to = self.agent(row, "to", to, diagnostics);
        let when = When::new(row.at(date).and_then(|_| row.optional_period("date", diagnostics)));
        let number = row.at(quantity).and_then(|_| row.optional_number("quantity", diagnostics));
        let number =
            number.filter(|number| corrects.is_some() || row.at_least_zero("quantity", number, diagnostics));
        let value = row.at(value).and_then(|text| amount(row, text, corrects.is_some(), diagnostics));
        let term = self.terms.read(row, known, diagnostics);
        let agreement = self.agreement(row, agreement, term, diagnostics);
        let Some(id) = id else { return };
        if let Some(corrected) = corrects {
            let row_number = self.table.term.len() as u32;
            self.corrections.push(Stated { row: row_number, id: corrected.to_owned(), line: row.line() });
        }
        if let Some(number) = number.as_ref().filter(|_| row.at(quantity).is_some_and(is_long)) {
            self.table.long.insert(self.table.term.len() as u32, number.exact.clone());
        }
        self.table.ids.push(&id);
        self.table.from.push(from);
        self.table.to.push(to);
        self.table.when.push(when);
        self.table.quantity.push(number.map_or(f64::NAN, |number| number.float));
        self.table.value.push(value.map_or(NO_VALUE, Money::units));
        self.table.term.push(term);
        self.table.agreement.push(agreement);
        self.table.line.push(u32::try_from(row.line()).unwrap_or(u32::MAX));
    }

    fn agent(&self, row: &Cells, name: &str, column: Option<usize>, diagnostics: &mut Diagnostics) -> u32 {
        let Some(id) = row.at(column) else { return NONE };
        match self.agents.binary_search_by(|agent| agent.id.as_str().cmp(id)) {
            Ok(at) => at as u32,
            Err(_) => {
                dangling(row, name, id, self.agents.iter().map(|agent| agent.id.as_str()), diagnostics);
                NONE
            }
        }
    }

    /// What is stated of an agreement holds of its principal flows.
    fn agreement(
        &mut self,
        row: &Cells,
        column: Option<usize>,
        term: u32,
        diagnostics: &mut Diagnostics,
    ) -> u32 {
        let Some(id) = row.at(column) else { return NONE };
        let agreements = self.agreements;
        let Ok(at) = agreements.binary_search_by(|agreement| agreement.id.as_str().cmp(id)) else {
            dangling(row, "agreement", id, agreements.iter().map(|a| a.id.as_str()), diagnostics);
            return NONE;
        };
        let terms = &self.terms.terms[term as usize];
        if terms.part == Part::Principal {
            for field in STATED.into_iter().chain([Field::Certification]) {
                let other = (agreements[at].stated, "agreement");
                agreed(row, field.name(), (field, terms.stated), other, diagnostics);
            }
        }
        at as u32
    }

    /// Sorts rows by id; one column is moved at a time.
    fn finish(self, file: &FileName, diagnostics: &mut Diagnostics) -> FlowTable {
        let Self { table, terms, corrections, .. } = self;
        let (ids, order) = table.ids.sorted();
        let mut long = table.long;
        if !order.is_empty() && !long.is_empty() {
            let places = (0..).zip(&order);
            long = places.filter_map(|(at, was)| Some((at, long.remove(was)?))).collect();
        }
        let mut sorted = FlowTable {
            file: file.clone(),
            long,
            ids,
            terms: terms.terms,
            from: in_order(table.from, &order),
            to: in_order(table.to, &order),
            when: in_order(table.when, &order),
            value: in_order(table.value, &order),
            quantity: in_order(table.quantity, &order),
            term: in_order(table.term, &order),
            agreement: in_order(table.agreement, &order),
            line: in_order(table.line, &order),
            corrections: Corrections::default(),
            origins: Vec::new(),
        };
        sorted.corrections = Corrections::find(corrections, &order, &sorted, file, diagnostics);
        sorted.corrections.check(&sorted, diagnostics);
        sorted
    }
}

/// An amount with at most twelve decimals: 0 or more, but for corrections.
fn amount(row: &Cells, text: &str, corrects: bool, diagnostics: &mut Diagnostics) -> Option<Money> {
    if let Some(units) = plain(text) {
        return Some(Money::of_units(units));
    }
    let number = row.optional_number("value", diagnostics)?;
    if !corrects && !row.at_least_zero("value", &number, diagnostics) {
        return None;
    }
    let money = Money::round(&number.exact).ok();
    let exact = money.filter(|_| decimal::round(&number.exact, BOOK_SCALE) == number.exact);
    if exact.is_none() {
        let message = format!("`{text}` cannot be kept exactly");
        let hint = "values have at most twelve decimals, and are at most 10^14";
        let place = row.place().column("value");
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place).hint(hint));
    }
    exact
}

/// A short amount, read quickly; others take the way that reports problems.
fn plain(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 14 || fraction.len() > 12 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number = |text: &str| text.bytes().fold(0_i128, |sum, byte| sum * 10 + i128::from(byte - b'0'));
    let scale = BOOK_SCALE - fraction.len() as u32;
    Some(number(whole) * 10_i128.pow(BOOK_SCALE) + number(fraction) * 10_i128.pow(scale))
}

/// Decimals of up to 15 digits come back from the shortest text of their double; longer ones may not.
fn is_long(text: &str) -> bool {
    text.len() > 15 || text.contains(['e', 'E'])
}

/// A column in an order; an empty order leaves it as it is.
fn in_order<T: Copy>(mut column: Vec<T>, order: &[u32]) -> Vec<T> {
    if order.is_empty() {
        column.shrink_to_fit();
        return column;
    }
    order.iter().map(|&row| column[row as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_amounts_are_the_exact_ones() {
        for text in ["0", "1", "0.1", "12.34567890123", "99999999999999.999999999999"] {
            let exact = Money::round(&decimal::parse(text).unwrap()).unwrap();
            assert_eq!(plain(text), Some(exact.units()), "{text}");
        }
        for text in ["", ".", ".5", "-1", "1e3", "0.1234567890123", "1,5", "٣"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_keeps_its_day_its_month_or_its_year() {
        let when = |text: &str| When::new(Period::parse(text));
        assert_eq!((when("1969-12-31").day(), when("1969-12-31").year()), (Some(-1), Some(1969)));
        assert_eq!((when("2024-02").day(), when("2024").year()), (None, Some(2024)));
        assert_eq!((when("").day(), when("").year(), when("").month()), (None, None, None));
        assert_eq!((when("1969-12-31").month(), when("2024-02").month()), (Some(12), Some(2)));
        assert_eq!((when("2024-01").month(), when("2024").month()), (Some(1), None));
        let first = |text: &str| when(text).first_day().and_then(Period::of_day).map(|day| day.to_string());
        for (text, day) in [("1969", "1969-01-01"), ("2024-02", "2024-02-01"), ("1969-12-31", "1969-12-31")] {
            assert_eq!(first(text).as_deref(), Some(day));
        }
        assert_eq!(first(""), None);
        let last = |text: &str| when(text).last_day().and_then(Period::of_day).map(|day| day.to_string());
        for (text, day) in [("2023", "2023-12-31"), ("2024-02", "2024-02-29"), ("1969-12-30", "1969-12-30")] {
            assert_eq!(last(text).as_deref(), Some(day));
        }
        assert_eq!(last(""), None);
        assert_eq!((when("0001-01").year(), when("9999-12-31").day()), (Some(1), Some(2_932_896)));
    }
}
