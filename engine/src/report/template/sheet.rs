//! A sheet of the template: a header with notes, lists to choose from, and the rows of the example.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, Formula,
    Note, Worksheet, XlsxError,
};

use crate::base::decimal;
use crate::base::period::Period;
use crate::data::schema::Schema;
use crate::data::workbook::names::title;

use crate::report::xlsx::kept;

use super::about::{ColumnAbout, ColumnKind};
use super::grid::Grid;

/// Rows that have lists to choose from.
const ROWS: u32 = 20_000;
/// Width of the widest column, in pixels.
const WIDEST: u32 = 300;
/// Letters of a line that a note shows without a bar to scroll.
const NOTE_LINE: usize = 38;

/// Days that a cell of a date takes.
const DAYS: [(u16, u8, u8); 2] = [(1900, 3, 1), (2200, 12, 31)];

/// Fills a sheet. `tables` are those that have a sheet: ids of others cannot be chosen.
pub(super) fn fill(
    sheet: &mut Worksheet,
    schema: &Schema,
    grid: &Grid,
    about: &[ColumnAbout],
    tables: &[&str],
) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 1)?;
    for (at, column) in (0..).zip(grid.columns(schema)) {
        let known = about.iter().find(|about| about.column == column.name);
        let kind = known.map_or(ColumnKind::Text, |about| about.kind);
        let is_needed = schema.columns.iter().any(|known| known.name == column.name && known.required);
        let format = format_of(kind);
        sheet.set_column_format(at, &format)?;
        sheet.write_string_with_format(0, at, &column.header, &header(is_needed))?;
        if let Some(about) = known {
            sheet.insert_note(0, at, &note(about, is_needed))?;
            if let Some(rule) = validation(about, tables)? {
                sheet.add_data_validation(1, at, ROWS, at, &rule)?;
            }
        }
        for (row, cells) in (1..).zip(&grid.rows) {
            write(sheet, row, at, &cells[column.at], kind, &format)?;
        }
    }
    sheet.set_autofit_max_width(WIDEST);
    sheet.autofit();
    Ok(())
}

fn header(is_needed: bool) -> Format {
    let format = Format::new().set_bold();
    if is_needed { format.set_background_color(Color::RGB(0x00D9_E8DF)) } else { format.set_italic() }
}

fn format_of(kind: ColumnKind) -> Format {
    match kind {
        ColumnKind::Date => Format::new().set_num_format("yyyy-mm-dd"),
        // As text: `007` keeps its zeros, and `2024-03` does not become a day.
        ColumnKind::Id | ColumnKind::Ref | ColumnKind::Period => Format::new().set_num_format("@"),
        ColumnKind::Year => Format::new().set_num_format("0"),
        _ => Format::new(),
    }
}

fn note(about: &ColumnAbout, is_needed: bool) -> Note {
    let mut text = about.help.clone();
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    let words = match about.kind {
        ColumnKind::Ref => format!(" From the sheet {}, or another id.", title(&about.words)),
        ColumnKind::Word => format!(" One of: {}.", about.words.replace(' ', ", ")),
        ColumnKind::Date => " A day, such as 2024-03-15.".to_owned(),
        ColumnKind::Period => " A year, month or day: 2024, 2024-03, 2024-03-15.".to_owned(),
        _ => String::new(),
    };
    let needed = if is_needed { "Needed." } else { "May be empty." };
    let end = if text.ends_with('.') { "" } else { "." };
    let text = format!("{text}{end}{words} {needed}");
    let lines = u32::try_from(text.len() / NOTE_LINE + 2).unwrap_or(2);
    Note::new(text).set_author("truecost").add_author_prefix(false).set_width(260).set_height(20 * lines)
}

fn validation(about: &ColumnAbout, tables: &[&str]) -> Result<Option<DataValidation>, XlsxError> {
    let rule = DataValidation::new();
    let words = || about.words.split(' ').collect::<Vec<_>>();
    let refused = |rule: DataValidation, said: &str| {
        rule.set_error_title("This cannot stand here").and_then(|rule| rule.set_error_message(said))
    };
    let rule = match about.kind {
        ColumnKind::Word | ColumnKind::Flag => {
            let said = format!("Choose one of: {}.", about.words.replace(' ', ", "));
            refused(rule.allow_list_strings(&words())?, &said)?
        }
        ColumnKind::Ref if tables.contains(&about.words.as_str()) => {
            let sheet = title(&about.words);
            let list = Formula::new(format!("='{sheet}'!$A$2:$A${ROWS}"));
            let rule = rule.allow_list_formula(list).set_error_style(DataValidationErrorStyle::Warning);
            refused(rule, &format!("There is no such id in the sheet {sheet}."))?
        }
        ColumnKind::Number => {
            let rule = rule.allow_decimal_number(DataValidationRule::Between(-1e15, 1e15));
            refused(rule, "Type a number: digits, and no unit.")?
        }
        ColumnKind::Year => {
            let rule = rule.allow_whole_number(DataValidationRule::Between(1900, 2200));
            refused(rule, "Type a year: four digits.")?
        }
        ColumnKind::Date => {
            let [first, last] = DAYS.map(|(year, month, day)| ExcelDateTime::from_ymd(year, month, day));
            let rule = rule.allow_date(DataValidationRule::Between(first?, last?));
            let rule = rule.set_error_style(DataValidationErrorStyle::Warning);
            refused(rule, "Type a day, such as 2024-03-15.")?
        }
        _ => return Ok(None),
    };
    Ok(Some(rule))
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    text: &str,
    kind: ColumnKind,
    format: &Format,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    let number = || text.parse::<f64>().ok().filter(|number| keeps(text, *number));
    let day = || Period::parse(text).filter(|period| period.day().is_some());
    match kind {
        ColumnKind::Number | ColumnKind::Year if number().is_some() => {
            sheet.write_number_with_format(row, at, number().unwrap_or_default(), format)?;
        }
        ColumnKind::Date if day().is_some() => {
            let date = ExcelDateTime::parse_from_str(text)?;
            sheet.write_datetime_with_format(row, at, &date, format)?;
        }
        _ => {
            sheet.write_string_with_format(row, at, text, format)?;
        }
    }
    Ok(())
}

/// Does a cell hold all of a number? Others are written as texts.
fn keeps(text: &str, number: f64) -> bool {
    let exact = decimal::parse(text).ok();
    exact.is_some() && exact == decimal::parse(&kept(number).to_string()).ok()
}
