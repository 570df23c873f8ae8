//! Typed cells: every problem of a row is reported with its place, none stops the reading.

use crate::base::currency::Currency;
use crate::base::decimal::{self, Exact, NumberError};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::file_name::FileName;
use crate::base::period::Period;
use crate::base::region::{Location, Regions};
use crate::base::unit::{Measure, Unit, Units, UnknownUnit};

use super::bound::Bound;
use super::table::Chunk;

/// Bytes of an id or a unit: nobody writes longer ones.
const LONGEST_ID: usize = 200;

/// Is the text an id?
pub fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_ID
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// Where a typed row came from: cited in `explain` and diagnostics, never in outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowRef {
    /// File.
    pub file: FileName,
    /// Line or row.
    pub row: u64,
}

impl RowRef {
    /// As a place.
    pub fn place(&self) -> Place {
        Place::row(&self.file, self.row)
    }
}

/// A number as written: its exact value, and the nearest double.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Exact value.
    pub exact: Exact,
    /// Nearest double.
    pub float: f64,
}

/// The cells of one row.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    pub(super) bound: &'a Bound<'a>,
    pub(super) chunk: &'a Chunk<'a>,
    pub(super) row: usize,
}

impl<'a> Cells<'a> {
    /// Its line in the file, or its number.
    pub fn line(&self) -> u64 {
        self.chunk.line(self.row)
    }

    /// Where the row is.
    pub fn place(&self) -> Place {
        Place::row(&self.bound.table.file, self.line())
    }

    /// Where the row is, to keep.
    pub fn row_ref(&self) -> RowRef {
        RowRef { file: self.bound.file(), row: self.line() }
    }

    /// The cell as text; empty and absent cells are `None`.
    pub fn text(&self, column: &str) -> Option<&'a str> {
        self.at(self.bound.column(column))
    }

    /// The cell of a column that was found before.
    pub fn at(&self, column: Option<usize>) -> Option<&'a str> {
        column.and_then(|column| self.chunk.cell(self.row, column))
    }

    /// The cell as an owned text, empty if it is.
    pub fn string(&self, column: &str) -> String {
        self.text(column).unwrap_or_default().to_owned()
    }

    /// A cell that must not be empty.
    pub fn required(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<&'a str> {
        let text = self.text(column);
        if text.is_none() {
            let message = format!("`{column}` is empty");
            let hint = "fill it in, or delete the row: only optional columns may be empty";
            let place = self.place().column(column);
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        }
        text
    }

    /// An id.
    pub fn id(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<String> {
        let text = self.required(column, diagnostics)?;
        self.valid_id(column, text, diagnostics)
    }

    /// An id, if there is one.
    pub fn optional_id(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<String> {
        self.text(column).and_then(|text| self.valid_id(column, text, diagnostics))
    }

    fn valid_id(&self, column: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<String> {
        if is_id(text) {
            return Some(text.to_owned());
        }
        let message = format!("`{text}` is not an id");
        let hint = "ids are made of letters A to Z and a to z, digits, `-`, `_` and `.`, without spaces, at most 200";
        diagnostics
            .push(Diagnostic::error(codes::BAD_ID, message).at(self.place().column(column)).hint(hint));
        None
    }

    /// A number that must be there.
    pub fn number(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<Number> {
        self.required(column, diagnostics)?;
        self.optional_number(column, diagnostics)
    }

    /// A number, if the cell is not empty.
    pub fn optional_number(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<Number> {
        let text = self.text(column)?;
        let place = || self.place().column(column);
        match decimal::parse(text) {
            Ok(exact) => {
                let float: f64 = text.parse().unwrap_or(f64::NAN);
                if float.is_finite() {
                    return Some(Number { exact, float });
                }
                let message = format!("`{text}` is too large");
                diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place()));
            }
            Err(NumberError::Range) => {
                let message = format!("`{text}` has more digits than are kept exactly");
                let hint = "at most 60 digits stand before or after the point";
                diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place()).hint(hint));
            }
            Err(NumberError::Syntax) => {
                let spaced = text.contains([' ', '\u{a0}', '\u{202f}', '\'', '’', '_']);
                let hint = if text.contains(|c: char| c.is_alphabetic())
                    && text.starts_with(|c: char| c.is_ascii_digit())
                {
                    "write digits, at most one point, and no unit"
                } else if text.contains(',')
                    || (spaced && text.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
                {
                    "write a decimal point, and no thousands separator"
                } else if ["nan", "inf", "null", "na", "n/a", "-"].contains(&text.to_lowercase().as_str()) {
                    "leave the cell empty if the number is not known"
                } else {
                    "write digits, at most one point, and no unit"
                };
                let message = format!("`{text}` is not a number");
                diagnostics.push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(place()).hint(hint));
            }
        }
        None
    }

    /// A number of 0 or more.
    pub fn non_negative(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<Number> {
        self.number(column, diagnostics).filter(|number| self.at_least_zero(column, number, diagnostics))
    }

    /// Reports a number below 0.
    pub fn at_least_zero(&self, column: &str, number: &Number, diagnostics: &mut Diagnostics) -> bool {
        let fine = number.float >= 0.0;
        if !fine {
            let message = format!("`{column}` is {}, below 0", self.text(column).unwrap_or_default());
            let hint = "it is 0 or more; leave the row out if it is not known";
            diagnostics
                .push(Diagnostic::error(codes::NEGATIVE, message).at(self.place().column(column)).hint(hint));
        }
        fine
    }

    /// A number greater than 0, if the cell is not empty.
    pub fn optional_positive(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<Number> {
        let number = self.optional_number(column, diagnostics)?;
        if number.float > 0.0 {
            return Some(number);
        }
        let message =
            format!("`{column}` must be greater than 0, not {}", self.text(column).unwrap_or_default());
        let hint = if number.float < 0.0 {
            "write it without the minus sign; what goes the other way has a row of another kind"
        } else {
            "delete the row if there is nothing to say"
        };
        let place = self.place().column(column);
        diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(place).hint(hint));
        None
    }

    /// A number greater than 0.
    pub fn positive(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<Number> {
        self.required(column, diagnostics)?;
        self.optional_positive(column, diagnostics)
    }

    /// An integer.
    pub fn integer<T: std::str::FromStr>(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<T> {
        let text = self.required(column, diagnostics)?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            let message = format!("`{text}` is not a whole number");
            let place = self.place().column(column);
            diagnostics
                .push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(place).hint("write digits only"));
        }
        parsed
    }

    /// A year, if the cell is not empty.
    pub fn optional_year(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<i32> {
        let text = self.text(column)?;
        let year = Period::parse(text).filter(|_| text.len() == 4).map(Period::year);
        if year.is_none() {
            let message = format!("`{text}` is not a year");
            let place = self.place().column(column);
            diagnostics
                .push(Diagnostic::error(codes::BAD_DATE, message).at(place).hint("write four digits, 2024"));
        }
        year
    }

    /// A period, if the cell is not empty.
    pub fn optional_period(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<Period> {
        let text = self.text(column)?;
        let period = Period::parse(text);
        if period.is_none() {
            let message = format!("`{text}` is not a date");
            let hint = like_a_date(text).unwrap_or_else(|| "write 2024, 2024-03 or 2024-03-15".to_owned());
            diagnostics
                .push(Diagnostic::error(codes::BAD_DATE, message).at(self.place().column(column)).hint(hint));
        }
        period
    }

    /// A period that must be there.
    pub fn period(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<Period> {
        self.required(column, diagnostics)?;
        self.optional_period(column, diagnostics)
    }

    /// A currency.
    pub fn currency(&self, column: &str, diagnostics: &mut Diagnostics) -> Option<Currency> {
        let text = self.required(column, diagnostics)?;
        let currency = Currency::from_code(text);
        if currency.is_none() {
            let message = format!("`{text}` is not a currency");
            let hint = "use the three capital letters of ISO 4217, such as EUR";
            let place = self.place().column(column);
            diagnostics.push(Diagnostic::error(codes::UNKNOWN_CURRENCY, message).at(place).hint(hint));
        }
        currency
    }

    /// A unit that may be money.
    pub fn measure(&self, column: &str, units: &Units, diagnostics: &mut Diagnostics) -> Option<Measure> {
        let text = self.required(column, diagnostics).filter(|text| self.short(column, text, diagnostics))?;
        units.measure(text).map_err(|unknown| self.unknown_unit(column, text, &unknown, diagnostics)).ok()
    }

    /// A physical or counted unit.
    pub fn unit(&self, column: &str, units: &Units, diagnostics: &mut Diagnostics) -> Option<Unit> {
        let text = self.required(column, diagnostics).filter(|text| self.short(column, text, diagnostics))?;
        if let Some(known) = self.bound.units.borrow().get(text) {
            return Some(known.clone());
        }
        let found = units.unit(text);
        let unit = found.map_err(|unknown| self.unknown_unit(column, text, &unknown, diagnostics)).ok()?;
        self.bound.units.borrow_mut().insert(text.to_owned(), unit.clone());
        Some(unit)
    }

    /// A unit of a thousand factors is no unit.
    fn short(&self, column: &str, text: &str, diagnostics: &mut Diagnostics) -> bool {
        let fine = text.len() <= LONGEST_ID;
        if !fine {
            let message = format!("`{text}` is not a unit");
            let place = self.place().column(column);
            diagnostics
                .push(Diagnostic::error(codes::UNKNOWN_UNIT, message).at(place).hint("it is far too long"));
        }
        fine
    }

    fn unknown_unit(&self, column: &str, text: &str, unknown: &UnknownUnit, diagnostics: &mut Diagnostics) {
        let message = if unknown.part == text {
            format!("`{text}` is not a unit")
        } else {
            format!("`{}` in `{text}` is not a unit", unknown.part)
        };
        let hint = match &unknown.nearest {
            _ if unknown.part.eq_ignore_ascii_case("qq") => {
                "quintals differ: of coffee it is [qq_46] (46 kg) or [qq_lb] (100 lb), and `quintal` is 100 kg".to_owned()
            }
            Some(near) => format!("did you mean `{near}`?"),
            None => "use a UCUM code such as kg, L, kW.h or m2.a; `datasets/reference/units` lists them"
                .to_owned(),
        };
        let place = self.place().column(column);
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_UNIT, message).at(place).hint(hint));
    }

    /// A region code that must be there; `origin` only where a line can say where it comes from.
    pub fn location(
        &self,
        column: &str,
        regions: &Regions,
        diagnostics: &mut Diagnostics,
    ) -> Option<Location> {
        match self.required(column, diagnostics)? {
            "origin" => Some(Location::Origin),
            _ => self.optional_region(column, regions, diagnostics).map(Location::Code),
        }
    }

    /// A region code, if the cell is not empty.
    pub fn optional_region(
        &self,
        column: &str,
        regions: &Regions,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        let text = self.text(column)?;
        if regions.contains(text) {
            return Some(text.to_owned());
        }
        let message = format!("`{text}` is not a region");
        let near = regions.code_of(text).or_else(|| {
            regions
                .codes()
                .find(|code| code.eq_ignore_ascii_case(text))
                .or_else(|| diagnostics.nearest(text, regions.codes()).filter(|_| text.len() > 2))
        });
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use ISO 3166 such as CO or CO-HUI, or UN M49 such as 150; 001 is the world".to_owned(),
        };
        let place = self.place().column(column);
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_REGION, message).at(place).hint(hint));
        None
    }

    /// One of a list of words, if the cell is not empty.
    pub fn optional_word<T: Copy>(
        &self,
        column: &str,
        words: &[(&str, T)],
        diagnostics: &mut Diagnostics,
    ) -> Option<T> {
        let text = self.text(column)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let message = format!("`{text}` is not a value of `{column}`");
            let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let place = self.place().column(column);
            let hint = format!("one of {}", list.join(", "));
            diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
        }
        found
    }

    /// One of a list of words.
    pub fn word<T: Copy>(
        &self,
        column: &str,
        words: &[(&str, T)],
        diagnostics: &mut Diagnostics,
    ) -> Option<T> {
        self.required(column, diagnostics)?;
        self.optional_word(column, words, diagnostics)
    }
}

/// What to write for a date as people write it, and for a date of a sheet that is shown as a number.
fn like_a_date(text: &str) -> Option<String> {
    // The years 1955 to 2064, counted in days as spreadsheet programs do.
    if text.len() == 5 && text.parse::<u32>().is_ok_and(|days| (20_000..60_000).contains(&days)) {
        return Some("if this is a day, give its cell a format of dates; else write 2024-03-15".to_owned());
    }
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    let numbers: Option<Vec<u32>> = parts.iter().map(|part| part.trim().parse().ok()).collect();
    let [day, month, year] = numbers?[..] else { return None };
    let written = |month: u32, day: u32| {
        let text = format!("{year:04}-{month:02}-{day:02}");
        Period::parse(&text).map(|_| text)
    };
    match (written(month, day), written(day, month)) {
        (Some(one), Some(other)) if one != other => {
            Some(format!("the cell is text: write {one} if the day comes first, {other} if the month does"))
        }
        (Some(one), _) | (None, Some(one)) => Some(format!("the cell is text: write {one}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_people_are_told_how_to_be_written() {
        let told = |text: &str| like_a_date(text).unwrap_or_default();
        assert!(
            told("05/10/2024")
                .ends_with("write 2024-10-05 if the day comes first, 2024-05-10 if the month does")
        );
        assert!(told("25.10.2024").ends_with("write 2024-10-25"));
        assert!(told("10/25/2024").ends_with("write 2024-10-25"));
        assert!(told("45570").contains("format of dates"));
        for text in ["yesterday", "31/02/2024", "2024/13/45", "1/2"] {
            assert_eq!(told(text), "", "{text}");
        }
    }
}
