//! Changes out of their keys and values.

use std::path::Path;
use std::sync::Arc;

use num_traits::{One, Zero};
use toml::de::DeTable;

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::unit::Measure;
use crate::data::cells::Number;
use crate::data::hash;
use crate::data::overlay::{Laying, Rows, schema_of};
use crate::data::reference::Reference;
use crate::data::schema::Schema;
use crate::data::source::{is_there, read_table};
use crate::data::supply::Supply;
use crate::data::table::Table;
use crate::valuation::Outside;

use super::change::{Change, Select, Tax, What, Where};
use super::doc::{Entries, Lines, TextRow, entries};
use super::fields::{CHANGE, KINDS, of_kind};
use super::file::beside;

/// Indicators of a wage gap, where a change names none.
const WAGE_GAPS: [&str; 2] = ["wage-gap-below-minimum", "wage-gap-below-living"];

/// Makes the changes of a file.
pub(super) struct Builder<'a> {
    file: Arc<str>,
    folder: &'a Path,
    supply: &'a Supply,
    reference: &'a Reference,
    /// Hashes of the tables that were read.
    pub(super) hashes: Vec<String>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: &str, folder: &'a Path, supply: &'a Supply, reference: &'a Reference) -> Self {
        Self { file: file.into(), folder, supply, reference, hashes: Vec::new() }
    }

    /// All changes of a document, in their order.
    pub(super) fn changes(
        &mut self,
        document: &DeTable,
        lines: &Lines,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Change> {
        let Some((key, value)) = document.iter().find(|(key, _)| *key.get_ref() == "change") else {
            let message = "the scenario has no change";
            let hint = "each begins with [[change]], and has an id, a title and a kind";
            diagnostics.push(Diagnostic::error(codes::MISSING_FIELD, message).at(lines.place(0)).hint(hint));
            return Vec::new();
        };
        let place = lines.place(key.span().start);
        let list = value.get_ref().as_array().filter(|list| !list.is_empty());
        let tables = list.map(|list| {
            list.iter().map(|value| (value.span().start, value.get_ref().as_table())).collect::<Vec<_>>()
        });
        let Some(tables) = tables.filter(|tables| tables.iter().all(|(_, table)| table.is_some())) else {
            let message = "`change` is a list of tables";
            let hint = "begin each with [[change]], in two pairs of brackets";
            diagnostics.push(Diagnostic::error(codes::SCENARIO, message).at(place).hint(hint));
            return Vec::new();
        };
        let mut changes: Vec<Change> = Vec::new();
        for (at, table) in tables.into_iter().filter_map(|(at, table)| Some((at, table?))) {
            let Some(change) = self.change(table, at, lines, diagnostics) else { continue };
            if let Some(other) = changes.iter().find(|other| other.id == change.id) {
                let message = format!("there are two changes `{}`", change.id);
                let hint = format!(
                    "the other one is in row {}; changes that belong together share a `cause`, not an id",
                    other.lines.get("").copied().unwrap_or_default()
                );
                let place = change.place("id");
                diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
            }
            changes.push(change);
        }
        changes
    }

    fn change(
        &mut self,
        table: &DeTable,
        at: usize,
        lines: &Lines,
        diagnostics: &mut Diagnostics,
    ) -> Option<Change> {
        let stated = table.iter().find(|(key, _)| *key.get_ref() == "kind");
        let kind = stated.and_then(|(_, value)| value.get_ref().as_str());
        let Some(kind) = kind.filter(|kind| KINDS.contains(kind)) else {
            // The other keys depend on the kind.
            let names: Vec<&str> = table.iter().map(|(key, _)| &**key.get_ref()).collect();
            entries(table, at, CHANGE, &names, lines, diagnostics);
            return None;
        };
        let fields: Vec<_> = CHANGE.iter().chain(of_kind(kind)).copied().collect();
        let before = diagnostics.errors();
        let mut keys = entries(table, at, &fields, &[], lines, diagnostics);
        let (id, title) = (keys.text("id"), keys.text("title"));
        let (cause, source) = (keys.text("cause"), keys.text("source"));
        let mut change = Change {
            cause: cause.or_else(|| id.clone()).unwrap_or_default(),
            id: id.unwrap_or_default(),
            title: title.unwrap_or_default(),
            source: source.unwrap_or_default(),
            lines: std::mem::take(&mut keys.lines),
            file: self.file.clone(),
            what: What::Remove { table: String::new(), which: Vec::new() },
        };
        change.what = self.what(kind, &mut keys, &change, diagnostics)?;
        (diagnostics.errors() == before).then_some(change)
    }

    fn what(
        &mut self,
        kind: &str,
        keys: &mut Entries,
        change: &Change,
        diagnostics: &mut Diagnostics,
    ) -> Option<What> {
        match kind {
            "valuing" => self.valuing(keys, change, diagnostics),
            "tax" => self.tax(keys, change, diagnostics),
            "living_wage" => living_wage(keys, change, diagnostics),
            "supplier" => {
                let which = which(keys, "inputs", change, diagnostics)?;
                let (origin, supplier) = (keys.text("origin"), keys.text("supplier"));
                if origin.is_none() && supplier.is_none() {
                    nothing(change, "origin or supplier", diagnostics);
                    return None;
                }
                Some(What::Supplier { which, origin, supplier })
            }
            "mix" => mix(keys, change, diagnostics),
            "set" => self.set(keys, change, diagnostics),
            "scale" => {
                let table = keys.text("table")?;
                let which = which(keys, &table, change, diagnostics)?;
                Some(What::Scale { table, which, by: keys.number("by")? })
            }
            "remove" => {
                let table = keys.text("table")?;
                let which = which(keys, &table, change, diagnostics)?;
                Some(What::Remove { table, which })
            }
            "add" => {
                let schema = schema_of(&keys.text("table")?)?;
                let rows = self.rows(&keys.rows()?, schema, change, diagnostics)?;
                Some(What::Lay { rows: Arc::new(rows), laying: Laying::Add })
            }
            _ => {
                let schema = schema_of(&keys.text("table")?)?;
                let whole = keys.text("mode").is_some_and(|mode| mode == "whole");
                let path = beside(self.folder, &keys.text("file")?);
                let rows = rows_of_file(self, &path, schema, diagnostics)?;
                Some(What::Lay {
                    rows: Arc::new(rows),
                    laying: if whole { Laying::Whole } else { Laying::ByKey },
                })
            }
        }
    }

    fn valuing(&self, keys: &mut Entries, change: &Change, diagnostics: &mut Diagnostics) -> Option<What> {
        // A name, or a path from the folder of the scenario.
        let found = |name: String| {
            let path = beside(self.folder, &name);
            let is_path = is_there(&path) || is_there(&path.join("manifest.toml"));
            if is_path { path.to_string_lossy().into_owned() } else { name }
        };
        let (factors, prices) = (keys.text("factors").map(found), keys.text("prices").map(found));
        let outside = keys.text("outside").map(|word| match word.as_str() {
            "as_is" => Outside::AsIs,
            "transfer" => Outside::Transfer,
            _ => Outside::Unpriced,
        });
        let (year, emission_year) = (keys.year("year"), keys.year("emission_year"));
        let none = factors.is_none() && prices.is_none() && outside.is_none();
        if none && year.is_none() && emission_year.is_none() {
            nothing(change, "factors, year, emission_year, prices or outside", diagnostics);
            return None;
        }
        Some(What::Valuing { factors, year, emission_year, prices, outside })
    }

    fn tax(&self, keys: &mut Entries, change: &Change, diagnostics: &mut Diagnostics) -> Option<What> {
        let rate = keys.number("rate")?;
        if rate.exact <= zero() {
            let message = "`rate` must be greater than 0";
            let hint = "what is paid to those who cause it is support, not a tax";
            diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(change.place("rate")).hint(hint));
        }
        let unit = self.unit(keys.text("unit"), change, diagnostics);
        let unit = match unit {
            Some(Measure::Physical(unit)) => Some(unit),
            Some(other) => {
                let message = format!("`{other}` is money: a tax is on what is measured");
                let hint =
                    "`unit` is what the rate is per, such as kg CO2-eq; the money of the rate is `currency`";
                let error = Diagnostic::error(codes::WRONG_UNIT, message).at(change.place("unit"));
                diagnostics.push(error.hint(hint));
                None
            }
            None => None,
        };
        let currency = currency(keys.text("currency"), change, diagnostics);
        let tax = Tax {
            indicator: keys.text("indicator")?,
            rate: rate.exact,
            unit: unit?,
            currency: currency.ok()??,
            year: keys.year("year"),
            of: select(keys),
            passed_on: keys.text("market_price").is_some_and(|word| word == "passed_on"),
        };
        Some(What::Tax(tax))
    }

    fn set(&self, keys: &mut Entries, change: &Change, diagnostics: &mut Diagnostics) -> Option<What> {
        let table = keys.text("table")?;
        let which = which(keys, &table, change, diagnostics);
        let amount = keys.number("amount")?;
        let unit_text = keys.text("unit");
        let is_money = ["prices", "paid", "support"].contains(&table.as_str());
        if is_money && unit_text.is_some() {
            let message = format!("the amounts of `{table}` are money, and have no unit");
            let hint = "leave `unit` out; `currency` is what they are counted in";
            diagnostics
                .push(Diagnostic::error(codes::WRONG_UNIT, message).at(change.place("unit")).hint(hint));
            return None;
        }
        let unit = match unit_text {
            Some(text) => Some(self.unit(Some(text), change, diagnostics)?),
            None => None,
        };
        let currency = currency(keys.text("currency"), change, diagnostics).ok()?;
        if currency.is_some() && !is_money {
            let message = format!("the amounts of `{table}` have a unit, and no currency");
            diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(change.place("currency")));
            return None;
        }
        let may_be_less = ["inputs", "interventions"].contains(&table.as_str());
        if !may_be_less && amount.float < 0.0 || table == "processes" && amount.float <= 0.0 {
            let message =
                format!("`{}` is no amount of `{table}`: it would be below 0, or nothing", amount.float);
            diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(change.place("amount")));
            return None;
        }
        Some(What::Set { table, which: which?, amount, unit, currency })
    }

    fn unit(&self, text: Option<String>, change: &Change, diagnostics: &mut Diagnostics) -> Option<Measure> {
        let text = text?;
        match self.reference.units.measure(&text) {
            Ok(measure) => Some(measure),
            Err(error) => {
                let message = format!("the unit `{text}` is not known: `{}`", error.part);
                let diagnostic = Diagnostic::error(codes::UNKNOWN_UNIT, message).at(change.place("unit"));
                let hint = error.nearest.map(|near| format!("did you mean `{near}`?"));
                diagnostics.push(Diagnostic { hint, ..diagnostic });
                None
            }
        }
    }

    /// Rows that stand in the file of the scenario.
    fn rows(
        &self,
        rows: &[TextRow],
        schema: &'static Schema,
        change: &Change,
        diagnostics: &mut Diagnostics,
    ) -> Option<Rows> {
        let before = diagnostics.errors();
        let mut header: Vec<String> = Vec::new();
        for (line, cells) in rows {
            for (column, _) in cells {
                if schema.columns.iter().all(|known| known.name != *column) {
                    let names = || schema.columns.iter().map(|column| column.name);
                    let message = format!("the table `{}` has no column `{column}`", schema.table);
                    let hint = match diagnostics.nearest(column, names()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("its columns are {}", names().collect::<Vec<_>>().join(", ")),
                    };
                    let place = crate::base::diagnostic::Place::row(&*change.file, *line).column(column);
                    diagnostics.push(Diagnostic::error(codes::SCENARIO, message).at(place).hint(hint));
                } else if !header.contains(column) {
                    header.push(column.clone());
                }
            }
        }
        // What a row leaves out is said of that row, not of the whole.
        let required =
            schema.columns.iter().filter(|column| column.required).map(|column| column.name.to_owned());
        header.extend(
            required
                .collect::<Vec<_>>()
                .into_iter()
                .filter(|name| !header.contains(name))
                .collect::<Vec<_>>(),
        );
        let text_rows: Vec<(u64, Vec<String>)> = rows
            .iter()
            .map(|(line, cells)| {
                let cell = |name: &String| {
                    cells.iter().find(|(column, _)| column == name).map(|(_, text)| text.clone())
                };
                (*line, header.iter().map(|name| cell(name).unwrap_or_default()).collect())
            })
            .collect();
        let table = Table::from_rows((&*change.file).into(), header, &text_rows);
        let rows = Rows::read(&table, schema, &self.method(), self.reference, diagnostics)?;
        (diagnostics.errors() == before).then_some(rows)
    }

    fn method(&self) -> String {
        self.supply.manifest.defaults.method.clone().unwrap_or_default()
    }
}

/// Rows of a file beside the scenario.
pub(super) fn rows_of_file(
    builder: &mut Builder,
    path: &Path,
    schema: &'static Schema,
    diagnostics: &mut Diagnostics,
) -> Option<Rows> {
    let is_csv = path.extension().is_none_or(|end| !end.eq_ignore_ascii_case("parquet"));
    let before = diagnostics.errors();
    let table = read_table(path, is_csv, diagnostics)?;
    builder.hashes.push(hash::table(&table, &|_| true)?);
    let rows = Rows::read(&table, schema, &builder.method(), builder.reference, diagnostics)?;
    (diagnostics.errors() == before && !table.dropped).then_some(rows)
}

fn nothing(change: &Change, keys: &str, diagnostics: &mut Diagnostics) {
    // A key that is there and wrong was told of.
    if keys.split([' ', ',']).any(|key| change.lines.contains_key(key)) {
        return;
    }
    let message = format!("the change `{}` changes nothing", change.id);
    let hint = format!("it needs {keys}");
    diagnostics.push(Diagnostic::error(codes::NO_EFFECT, message).at(change.place("")).hint(hint));
}

/// A currency, if one is stated; an error after a problem, which was told.
fn currency(
    code: Option<String>,
    change: &Change,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Currency>, ()> {
    let Some(code) = code else { return Ok(None) };
    let currency = Currency::from_code(&code);
    if currency.is_none() {
        let message = format!("`{code}` is not a currency");
        let hint = "use the three capital letters of ISO 4217, such as EUR";
        let place = change.place("currency");
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_CURRENCY, message).at(place).hint(hint));
    }
    currency.map(Some).ok_or(())
}

fn select(keys: &mut Entries) -> Select {
    Select {
        regions: keys.texts("regions"),
        stages: keys.texts("stages"),
        processes: keys.texts("processes"),
    }
}

/// Which rows; columns that are none of the key of the table are reported.
fn which(keys: &mut Entries, table: &str, change: &Change, diagnostics: &mut Diagnostics) -> Option<Where> {
    let columns = keys.which()?;
    let key = schema_of(table)?.key;
    let mut right = true;
    for (column, _) in columns.iter().filter(|(column, _)| !key.contains(&column.as_str())) {
        right = false;
        let message = format!("`{column}` is no column of the key of `{table}`");
        let hint = match nearest_of(column, key) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the key is {}", key.join(", ")),
        };
        diagnostics.push(Diagnostic::error(codes::SCENARIO, message).at(change.place("where")).hint(hint));
    }
    right.then_some(columns)
}

fn nearest_of<'a>(word: &str, words: &[&'a str]) -> Option<&'a str> {
    crate::base::diagnostic::nearest(word, words.iter().copied())
}

fn living_wage(keys: &mut Entries, change: &Change, diagnostics: &mut Diagnostics) -> Option<What> {
    let close = keys.number("close")?.exact;
    if close <= zero() || close > Exact::one() {
        let message = "`close` is the share of the gap that is closed: above 0, up to 1";
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(change.place("close")));
        return None;
    }
    let mut indicators = keys.texts("indicators");
    if indicators.is_empty() {
        indicators = WAGE_GAPS.map(str::to_owned).to_vec();
    }
    let passed_on = keys.text("market_price").is_some_and(|word| word == "passed_on");
    Some(What::LivingWage { close, indicators, of: select(keys), passed_on })
}

fn mix(keys: &mut Entries, change: &Change, diagnostics: &mut Diagnostics) -> Option<What> {
    let product = keys.text("product")?;
    let shares: Vec<(String, Number)> = keys.shares()?;
    let sum = shares.iter().fold(Exact::zero(), |sum, (_, share)| sum + &share.exact);
    let below = shares.iter().find(|(_, share)| share.float < 0.0);
    let problem = match below {
        Some((process, _)) => Some(format!("the share of `{process}` is below 0")),
        None if !sum.is_one() => {
            Some(format!("the shares sum to {}, not to 1", crate::base::decimal::Short(&sum, 12)))
        }
        None => None,
    };
    if let Some(message) = problem {
        diagnostics.push(Diagnostic::error(codes::SHARES, message).at(change.place("shares")));
        return None;
    }
    Some(What::Mix { product, origin: keys.text("origin"), shares })
}
