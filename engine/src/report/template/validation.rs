//! What cells accept. Words are a closed list. What else is wrong may be meant: the spreadsheet asks.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Formula, Worksheet,
    XlsxError,
};

use crate::data::workbook::names::title;

use super::columns::{ColumnHelp, Kind};
use super::headers::SheetColumn;

/// Rows that have drop-downs and formats, from 1.
pub(super) const LAST_ROW: u32 = 5000;

/// Lays it over the cells below a header.
pub(super) fn add(sheet: &mut Worksheet, at: u16, column: &SheetColumn) -> Result<(), XlsxError> {
    if let Some(validation) = of(column.help)? {
        let validation = validation.ignore_blank(true);
        sheet.add_data_validation(1, at, LAST_ROW - 1, at, &validation)?;
    }
    Ok(())
}

/// A choice of words and nothing else.
pub(super) fn list(words: &[&str]) -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_list_strings(words)?
        .set_error_title("Not in the list")?
        .set_error_message(format!("One of: {}", words.join(", ")))
}

fn of(help: &ColumnHelp) -> Result<Option<DataValidation>, XlsxError> {
    let asks = |validation: DataValidation, error: String| {
        validation
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title("Is it meant?")?
            .set_error_message(error)
    };
    let validation = match help.kind {
        Kind::Text | Kind::Id | Kind::Period | Kind::Figure => return Ok(None),
        Kind::Words => list(&help.words)?,
        Kind::YesNo => list(&["yes", "no"])?,
        // The id is the first column of every table that others refer to.
        Kind::Ref(table) => {
            let name = title(table);
            let range = Formula::new(format!("='{name}'!$A$2:$A${LAST_ROW}"));
            let validation = DataValidation::new().allow_list_formula(range);
            asks(validation, format!("There is no such row in the sheet {name}."))?
        }
        Kind::Number => {
            let limit = 1e15;
            let validation =
                DataValidation::new().allow_decimal_number(DataValidationRule::Between(-limit, limit));
            asks(validation, "This is not a number. Write digits, and no unit.".to_owned())?
        }
        Kind::Date => {
            let (first, last) =
                (ExcelDateTime::from_ymd(1900, 3, 1)?, ExcelDateTime::from_ymd(9999, 12, 31)?);
            let validation = DataValidation::new().allow_date(DataValidationRule::Between(first, last));
            asks(validation, "This is not a day. Write 2024-03-15.".to_owned())?
        }
    };
    Ok(Some(validation))
}
