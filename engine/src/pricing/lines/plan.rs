//! Which column of the lines is what, checked before a line is read.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Schema};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes, nearest};
use crate::pricing::book::Book;

use super::keys::{is_key, plain};
use super::numbers::is_numeric;
use super::options::{Indicators, LineOptions, Role};

/// Where the cells of a role come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A column of the lines.
    Column(usize),
    /// One value for all lines: an array of it.
    Constant(ArrayRef),
}

impl Source {
    /// Its cells for a batch.
    pub(super) fn array(&self, batch: &RecordBatch) -> ArrayRef {
        match self {
            Self::Column(column) => batch.column(*column).clone(),
            Self::Constant(value) => {
                let keys = Int32Array::from(vec![0; batch.num_rows()]);
                match DictionaryArray::<Int32Type>::try_new(keys, value.clone()) {
                    Ok(array) => Arc::new(array),
                    Err(_) => value.slice(0, 0),
                }
            }
        }
    }
}

/// Columns that a summary may be by.
pub(super) const MOST_KEYS: usize = 16;

/// What a summary is by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeySource {
    /// A column of the lines.
    Column(usize),
    /// The name of the product.
    Name,
    /// The category of the product.
    Category,
    /// The year of the line.
    Year,
}

/// Which column of the lines is what.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) product: Source,
    pub(super) quantity: Source,
    pub(super) unit: Option<Source>,
    pub(super) origin: Option<Source>,
    /// The price, and whether it is of the whole line.
    pub(super) price: Option<(Source, bool)>,
    pub(super) currency: Option<Source>,
    /// Year, or date.
    pub(super) when: Option<Source>,
    when_role: Role,
    /// Columns that are kept.
    pub(super) keep: Vec<usize>,
    /// Indicators with a column of their own.
    pub(super) indicators: Vec<usize>,
    /// Keys of the summary, with their names; `None`: no summary.
    pub(super) keys: Option<Vec<(String, KeySource)>>,
    /// What a column of a role is called.
    pub(super) names: [String; Role::ALL.len()],
}

impl Plan {
    pub(super) fn new(
        book: &Book,
        schema: &Schema,
        options: &LineOptions,
        file: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let before = diagnostics.errors();
        let mut planner = Planner { schema, options, file, diagnostics };
        planner.check_constants();
        let product = planner.required(Role::Product);
        let quantity = planner.required(Role::Quantity);
        let [unit, origin, currency] =
            [Role::Unit, Role::Origin, Role::Currency].map(|role| planner.source(role));
        let price =
            planner.one_of(Role::Price, Role::Value).map(|(role, source)| (source, role == Role::Value));
        let (when_role, when) = planner.one_of(Role::Year, Role::Date).unzip();
        if price.is_some() && currency.is_none() {
            let hint = format!(
                "a column `currency`, `--column currency=NAME`, or for all lines `--set currency={}`",
                book.head.currency
            );
            planner.error(
                codes::MISSING_CHOICE,
                "the lines have prices, and nobody says in which currency",
                &hint,
            );
        }
        let keep = planner.kept();
        let indicators = planner.indicators(book);
        let keys = options.group_by.as_ref().map(|names| planner.keys(names, when.is_some()));
        let names = Role::ALL.map(|role| planner.name(role).to_owned());
        let plan = Self {
            product: product?,
            quantity: quantity?,
            unit,
            origin,
            price,
            currency,
            when,
            when_role: when_role.unwrap_or(Role::Year),
            keep,
            indicators,
            keys,
            names,
        };
        (diagnostics.errors() == before).then_some(plan)
    }

    /// What is taken for what, in words.
    pub(super) fn reading(&self, book: &Book, schema: &Schema) -> String {
        let said = |role: Role, source: &Source| match source {
            Source::Column(column) => match schema.field(*column).name() {
                name if name == role.word() => name.clone(),
                name => format!("{} from `{name}`", role.word()),
            },
            Source::Constant(value) => {
                format!("{} {} for all", role.word(), super::numbers::shown(value, 0))
            }
        };
        let or = |role: Role, source: Option<&Source>, none: &str| {
            source.map_or_else(|| none.to_owned(), |source| said(role, source))
        };
        let (price, is_whole) = self.price.as_ref().map(|(source, whole)| (source, *whole)).unzip();
        let price_role = if is_whole == Some(true) { Role::Value } else { Role::Price };
        let no_date = format!("no date: {}", book.head.year);
        let mut parts = vec![
            said(Role::Product, &self.product),
            said(Role::Quantity, &self.quantity),
            or(Role::Unit, self.unit.as_ref(), "no unit: that of each product"),
            or(Role::Origin, self.origin.as_ref(), "no origin"),
            or(self.when_role, self.when.as_ref(), &no_date),
            or(price_role, price, "no price"),
        ];
        parts.extend(price.and(self.currency.as_ref()).map(|currency| said(Role::Currency, currency)));
        parts.join("; ")
    }

    /// What the column of a role is called.
    pub(super) fn name(&self, role: Role) -> &str {
        Role::ALL.iter().position(|other| *other == role).map_or("", |at| &self.names[at])
    }
}

struct Planner<'a> {
    schema: &'a Schema,
    options: &'a LineOptions,
    file: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl Planner<'_> {
    fn error(&mut self, code: &'static str, message: &str, hint: &str) {
        let place = Place::file(self.file);
        self.diagnostics.push(Diagnostic::error(code, message).at(place).hint(hint));
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.schema.fields().iter().position(|field| field.name() == name)
    }

    fn has_columns(&self) -> String {
        let names: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        format!("the lines have {}", names.join(", "))
    }

    fn name(&self, role: Role) -> &str {
        self.options.columns.get(&role).map_or(role.word(), String::as_str)
    }

    fn no_column(&mut self, name: &str, what: &str) {
        let names = self.schema.fields().iter().map(|field| field.name().as_str());
        let own =
            Role::parse(name).and_then(|role| self.options.columns.get(&role)).filter(|own| *own != name);
        let hint = match (own, nearest(name, names)) {
            (Some(own), _) => format!("the {name} is your column `{own}`"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => self.has_columns(),
        };
        self.error(codes::MISSING_COLUMN, &format!("there is no column `{name}`{what}"), &hint);
    }

    /// One value for all lines must not hide what the lines say themselves.
    fn check_constants(&mut self) {
        let pairs = [(Role::Price, Role::Value), (Role::Year, Role::Date)];
        for role in self.options.constants.keys() {
            let pair = pairs.iter().find(|(one, other)| one == role || other == role);
            let other = pair.map(|(one, other)| if one == role { *other } else { *one });
            for stated in [Some(*role), other].into_iter().flatten() {
                let name = self.name(stated).to_owned();
                if name.is_empty() || self.column(&name).is_none() {
                    continue;
                }
                let word = stated.word();
                let message =
                    format!("`{}` is said for all lines, and they have a column `{name}`", role.word());
                let hint = format!("leave it out, or say that the column does not count: `--column {word}=`");
                self.error(codes::CONTRADICTION, &message, &hint);
            }
        }
    }

    /// Where the cells of a role come from: what was given, else a column of that name.
    fn source(&mut self, role: Role) -> Option<Source> {
        if let Some(value) = self.options.constants.get(&role) {
            return Some(Source::Constant(Arc::new(StringArray::from(vec![value.as_str()]))));
        }
        let name = self.name(role).to_owned();
        if name.is_empty() {
            return None;
        }
        let Some(column) = self.column(&name) else {
            if self.options.columns.contains_key(&role) {
                self.no_column(&name, &format!(" for the {}", role.word()));
            }
            return None;
        };
        let kind = self.schema.field(column).data_type();
        let wanted = match role {
            Role::Quantity | Role::Price | Role::Value | Role::Year => {
                is_numeric(kind).then_some("").ok_or("numbers")
            }
            Role::Date => is_date(kind).then_some("").ok_or("dates"),
            _ => is_word(kind).then_some("").ok_or("words"),
        };
        if let Err(wanted) = wanted {
            let message = format!("`{name}` holds {kind}, not {wanted}");
            self.error(
                codes::COLUMN_TYPE,
                &message,
                "choose another column, or change its type where it is made",
            );
        }
        Some(Source::Column(column))
    }

    fn required(&mut self, role: Role) -> Option<Source> {
        let source = self.source(role);
        if source.is_none() && self.options.columns.get(&role).is_none_or(String::is_empty) {
            let word = role.word();
            let names = self.schema.fields().iter().map(|field| field.name().as_str());
            let name = nearest(word, names).unwrap_or("NAME");
            let hint = format!("say which column it is: `--column {word}={name}`; {}", self.has_columns());
            self.error(codes::MISSING_COLUMN, &format!("there is no column `{word}`"), &hint);
        }
        source
    }

    /// One of two roles that say the same; what was given explicitly wins over what merely has the name.
    fn one_of(&mut self, first: Role, second: Role) -> Option<(Role, Source)> {
        let given = |role| {
            let is_named = self.options.columns.get(&role).is_some_and(|name| !name.is_empty());
            is_named || self.options.constants.contains_key(&role)
        };
        let explicit = [first, second].map(given);
        let sources = match explicit {
            [true, false] => [self.source(first), None],
            [false, true] => [None, self.source(second)],
            _ => [self.source(first), self.source(second)],
        };
        match sources {
            [Some(_), Some(_)] => {
                let (first, second) = (first.word(), second.word());
                let message = format!("the lines have `{first}` and `{second}`: which one counts?");
                let hint = format!("`--column {first}={first}` or `--column {second}={second}`");
                self.error(codes::CONTRADICTION, &message, &hint);
                None
            }
            [Some(source), None] => Some((first, source)),
            [None, Some(source)] => Some((second, source)),
            [None, None] => None,
        }
    }

    fn kept(&mut self) -> Vec<usize> {
        let Some(names) = &self.options.keep else { return (0..self.schema.fields().len()).collect() };
        let mut kept = Vec::new();
        for name in names {
            match self.column(name) {
                Some(column) if kept.contains(&column) => {
                    self.error(
                        codes::DUPLICATE_COLUMN,
                        &format!("`{name}` is kept twice"),
                        "name each column once",
                    );
                }
                Some(column) => kept.push(column),
                None => self.no_column(name, " to keep"),
            }
        }
        kept
    }

    fn indicators(&mut self, book: &Book) -> Vec<usize> {
        match &self.options.indicators {
            Indicators::None => Vec::new(),
            Indicators::All => (0..book.indicators.len()).collect(),
            Indicators::Some(ids) => {
                let mut found = BTreeSet::new();
                for id in ids {
                    let ids = || book.indicators.iter().map(|indicator| indicator.id.as_str());
                    if let Some(at) = ids().position(|own| own == id) {
                        found.insert(at);
                        continue;
                    }
                    let hint = match nearest(id, ids()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the book has {}", ids().collect::<Vec<_>>().join(", ")),
                    };
                    self.error(codes::NOT_FOUND, &format!("the book has no indicator `{id}`"), &hint);
                }
                found.into_iter().collect()
            }
        }
    }

    fn keys(&mut self, names: &[String], has_year: bool) -> Vec<(String, KeySource)> {
        let mut keys: Vec<(String, KeySource)> = Vec::new();
        if names.len() > MOST_KEYS {
            let message = format!("the summary is by {} columns", names.len());
            self.error(codes::BAD_VALUE, &message, &format!("it may be by {MOST_KEYS} at most"));
        }
        for name in names {
            let source = match (self.column(name), name.as_str()) {
                (Some(column), _) => {
                    let kind = plain(self.schema.field(column).data_type()).clone();
                    if !is_key(&kind) {
                        let message = format!("lines cannot be summed up by `{name}`, which holds {kind}");
                        self.error(
                            codes::COLUMN_TYPE,
                            &message,
                            "choose a column of text, numbers, dates or yes and no",
                        );
                    }
                    KeySource::Column(column)
                }
                (None, "name") => KeySource::Name,
                (None, "category") => KeySource::Category,
                (None, "year") if has_year => KeySource::Year,
                _ => {
                    self.no_column(
                        name,
                        " to sum up by; `name`, `category` (of the product) and `year` are known too",
                    );
                    continue;
                }
            };
            if keys.iter().any(|(other, _)| other == name) {
                self.error(
                    codes::DUPLICATE_COLUMN,
                    &format!("the summary is by `{name}` twice"),
                    "name each column once",
                );
            }
            keys.push((name.clone(), source));
        }
        keys
    }
}

fn is_word(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_word(values),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        other => other.is_integer(),
    }
}

fn is_date(kind: &DataType) -> bool {
    matches!(kind, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)) || is_word(kind)
}

/// Is it text, of any layout?
pub(super) fn is_text(array: &ArrayRef) -> bool {
    match array.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(..) => array.as_any_dictionary_opt().is_some(),
        _ => false,
    }
}
