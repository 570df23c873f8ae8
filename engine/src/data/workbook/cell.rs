//! A cell of a sheet as text, as people typed it.

use calamine::{DataRef, ExcelDateTime};

use crate::base::diagnostic::{Diagnostic, Place, codes};
use crate::base::period::Period;

/// Why a cell has no text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    code: &'static str,
    message: String,
    hint: &'static str,
}

impl Problem {
    pub(super) fn at(self, place: Place) -> Diagnostic {
        Diagnostic::error(self.code, self.message).at(place).hint(self.hint)
    }
}

fn problem<T>(code: &'static str, message: impl Into<String>, hint: &'static str) -> Result<T, Problem> {
    Err(Problem { code, message: message.into(), hint })
}

/// The text of a cell: numbers are the shortest that mean them, days are `YYYY-MM-DD`, truths `yes` and `no`. An empty
/// cell is `""`. `is_1904`: days are counted from 1904.
pub(super) fn text(value: &DataRef, is_1904: bool) -> Result<String, Problem> {
    match value {
        DataRef::Empty => Ok(String::new()),
        DataRef::Int(number) => Ok(number.to_string()),
        DataRef::Float(number) if !number.is_finite() => {
            problem(codes::NOT_A_NUMBER, format!("the cell holds `{number}`"), "type the number anew")
        }
        // -0 is 0.
        DataRef::Float(number) => Ok((number + 0.0).to_string()),
        DataRef::Bool(truth) => Ok((if *truth { "yes" } else { "no" }).to_owned()),
        DataRef::String(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::DateTime(moment) => day(moment, is_1904),
        DataRef::DateTimeIso(moment) => iso_day(moment),
        DataRef::DurationIso(time) => no_day(time),
        DataRef::Error(error) => {
            let message = format!("the cell holds the error {error}");
            problem(codes::BAD_VALUE, message, "mend the formula, or type the value")
        }
    }
}

/// Is there nothing to be seen in it?
pub(super) fn is_empty(value: &DataRef) -> bool {
    match value {
        DataRef::Empty => true,
        DataRef::String(text) => text.trim().is_empty(),
        DataRef::SharedString(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// What a formula whose value nobody computed is.
pub(super) fn not_computed() -> Problem {
    let hint = "open the workbook in LibreOffice or Excel and save it there: both compute formulas when they open it";
    let message = "the formula has no stored value: the program that wrote it did not compute it";
    Problem { code: codes::FORMULA, message: message.to_owned(), hint }
}

fn words(text: &str) -> Result<String, Problem> {
    if text.chars().any(|c| c.is_control() && !"\n\r\t".contains(c)) {
        return problem(codes::BAD_VALUE, "the cell holds a control character", "type the cell anew");
    }
    Ok(text.to_owned())
}

fn no_day<T>(text: &str) -> Result<T, Problem> {
    let hint = "give it a format of dates without a time, or of numbers if it is a number";
    problem(codes::BAD_DATE, format!("`{text}` is a time, not a day"), hint)
}

/// Day 0 of the two ways to count, from 1970-01-01.
const DAY_ZERO: i32 = -25_569;
const DAY_ZERO_1904: i32 = -24_107;

/// The first day that all programs count alike: the 29th of February 1900 is a day in some of them.
const FIRST_SURE: f64 = 61.0;

fn day(moment: &ExcelDateTime, is_1904: bool) -> Result<String, Problem> {
    let serial = moment.as_f64();
    if moment.is_duration() {
        return no_day(&serial.to_string());
    }
    let first = if is_1904 { 0.0 } else { FIRST_SURE };
    // The last day of the year 9999.
    if !(first..2_958_466.0).contains(&serial) {
        let message = format!("the number {serial} is shown as a date, and is none from March 1900 on");
        let hint = "if it is a number, give the cell a format of numbers; an older date can be typed as text, 1899-12-31";
        return problem(codes::BAD_DATE, message, hint);
    }
    if serial.fract() != 0.0 {
        let date = date_of(serial.floor(), is_1904);
        let seconds = (serial.fract() * 86_400.0).round() as u32;
        return no_day(&format!("{date} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    }
    Ok(date_of(serial, is_1904))
}

fn date_of(serial: f64, is_1904: bool) -> String {
    let zero = if is_1904 { DAY_ZERO_1904 } else { DAY_ZERO };
    Period::of_day(zero + serial as i32).map_or_else(|| serial.to_string(), |day| day.to_string())
}

/// A day that is written as text by its type; midnight is the day.
fn iso_day(moment: &str) -> Result<String, Problem> {
    let (day, time) = moment.split_once('T').unwrap_or((moment, ""));
    let time = time.strip_suffix('Z').unwrap_or(time);
    let is_midnight = time.chars().all(|c| "0:.".contains(c));
    if day.len() == 10 && is_midnight && Period::parse(day).is_some() {
        return Ok(day.to_owned());
    }
    no_day(moment)
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    fn number(value: f64) -> String {
        text(&DataRef::Float(value), false).unwrap()
    }

    #[test]
    fn numbers_are_as_people_typed_them() {
        for (value, typed) in [(0.1, "0.1"), (5.0, "5"), (-0.0, "0"), (1234.5, "1234.5"), (1e-7, "0.0000001")]
        {
            assert_eq!(number(value), typed);
        }
        assert_eq!(number(1e21), "1000000000000000000000");
        assert_eq!(number(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(text(&DataRef::Float(f64::NAN), false).unwrap_err().code, codes::NOT_A_NUMBER);
    }

    #[test]
    fn days_are_counted_as_spreadsheets_count_them() {
        let serial = |value, is_1904| {
            let kind = ExcelDateTimeType::DateTime;
            text(&DataRef::DateTime(ExcelDateTime::new(value, kind, is_1904)), is_1904)
        };
        // Known from the documentation of both formats.
        assert_eq!(serial(61.0, false).unwrap(), "1900-03-01");
        assert_eq!(serial(25_569.0, false).unwrap(), "1970-01-01");
        assert_eq!(serial(45_366.0, false).unwrap(), "2024-03-15");
        assert_eq!(serial(2_958_465.0, false).unwrap(), "9999-12-31");
        assert_eq!(serial(0.0, true).unwrap(), "1904-01-01");
        assert_eq!(serial(43_904.0, true).unwrap(), "2024-03-15");
        for value in [60.0, 1.5, -1.0, 45_366.5, 2_958_466.0] {
            assert_eq!(serial(value, false).unwrap_err().code, codes::BAD_DATE, "{value}");
        }
        let time = ExcelDateTime::new(0.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(text(&DataRef::DateTime(time), false).unwrap_err().code, codes::BAD_DATE);
    }

    #[test]
    fn days_in_words_of_iso_are_days_at_midnight() {
        let iso = |moment: &str| text(&DataRef::DateTimeIso(moment.to_owned()), false);
        for moment in ["2024-03-15", "2024-03-15T00:00:00", "2024-03-15T00:00:00.000Z"] {
            assert_eq!(iso(moment).unwrap(), "2024-03-15");
        }
        for moment in ["2024-03-15T10:00:00", "2024-02-30", "10:00:00", "2024"] {
            assert_eq!(iso(moment).unwrap_err().code, codes::BAD_DATE, "{moment}");
        }
    }

    #[test]
    fn truths_are_words_and_errors_are_errors() {
        assert_eq!(text(&DataRef::Bool(true), false).unwrap(), "yes");
        assert_eq!(text(&DataRef::Bool(false), false).unwrap(), "no");
        let error = text(&DataRef::Error(CellErrorType::Div0), false).unwrap_err();
        assert_eq!(
            (error.code, error.message.as_str()),
            (codes::BAD_VALUE, "the cell holds the error #DIV/0!")
        );
        assert!(text(&DataRef::SharedString("a\u{1}b"), false).is_err());
        assert_eq!(text(&DataRef::SharedString("a\nb"), false).unwrap(), "a\nb");
    }
}
