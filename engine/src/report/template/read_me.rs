//! The sheets `Read me` and `Settings` of the template.

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, XlsxError};

use crate::data::manifest::{Absent, Manifest};
use crate::data::workbook::names::title;
use crate::data::workbook::settings::SETTINGS;

use super::about::{ColumnAbout, TableAbout};

const STEPS: &[&str] = &[
    "1. Look at the example: it is a made-up co-op, and every command below works with it as it is.",
    "2. Fill in the sheet Settings: the name of your co-op, its currency, its unit of weight.",
    "3. In each sheet you need, delete the rows of the example and type or paste your own below the header. Leave the \
     headers as they are. Sheets you do not need can be left empty, or deleted.",
    "4. Save as .xlsx, and let it be checked: truecost check coop.xlsx. What is wrong is told with its sheet and cell.",
    "5. Ask what you want to know with the commands below. Answers go into a folder of their own; this file is only read.",
];

const RULES: &[&str] = &[
    "Headers on green are needed, those in italics may be empty or left out. A note on each header says what goes there.",
    "A unit in brackets holds for all cells of the column: Gross weight (kg), Price (COP/kg). Where rows differ, write the \
     header without it, and the unit into a column Unit, the currency into a column Currency.",
    "An empty cell means not stated, never 0. Dates are days, 2024-03-15; where a year or a month is enough, 2024 or 2024-03.",
    "Formulas are welcome where the program has stored their values: save in LibreOffice or Excel. Cells are not to be merged.",
    "Columns and sheets of your own are left alone, if their names are unlike those of tables and columns.",
];

/// Writes the first sheet.
pub(super) fn read_me(
    workbook: &mut Workbook,
    tables: &[&TableAbout],
    columns: &[ColumnAbout],
    shown: &dyn Fn(&str, &str) -> bool,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name("Read me")?;
    let bold = Format::new().set_bold();
    let large = Format::new().set_bold().set_font_size(16);
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (at, width) in [(0, 22), (1, 26), (2, 90)] {
        sheet.set_column_width(at, width)?;
    }
    sheet.write_string_with_format(0, 0, "The accounts of a co-op", &large)?;
    let mut row = 2;
    for (heading, lines) in [("How to use it", STEPS), ("What to know", RULES)] {
        sheet.write_string_with_format(row, 0, heading, &bold)?;
        for line in lines {
            row += 1;
            // A cell over three columns would be a merged one.
            sheet.write_string_with_format(row, 2, *line, &wrapped)?;
        }
        row += 2;
    }
    for (at, name) in (0..).zip(["Sheet", "Command: truecost …", "What it is for"]) {
        sheet.write_string_with_format(row, at, name, &bold)?;
    }
    for table in tables {
        row += 1;
        sheet.write_string_with_format(row, 0, title(&table.table), &wrapped)?;
        sheet.write_string_with_format(row, 1, command(&table.commands), &wrapped)?;
        sheet.write_string_with_format(row, 2, &table.help, &wrapped)?;
    }
    row += 2;
    for (at, name) in (0..).zip(["Sheet", "Column that can be added", "What goes there"]) {
        sheet.write_string_with_format(row, at, name, &bold)?;
    }
    let more = |column: &&ColumnAbout| {
        tables.iter().any(|table| table.table == column.table) && !shown(&column.table, &column.column)
    };
    for column in columns.iter().filter(more) {
        row += 1;
        sheet.write_string_with_format(row, 0, title(&column.table), &wrapped)?;
        sheet.write_string_with_format(row, 1, title(&column.column), &wrapped)?;
        sheet.write_string_with_format(row, 2, &column.help, &wrapped)?;
    }
    Ok(())
}

/// The commands that read a table.
fn command(commands: &str) -> String {
    match commands {
        "statements accounts" => "statements, accounts".to_owned(),
        other => other.to_owned(),
    }
}

/// Writes the sheet of settings.
pub(super) fn settings(workbook: &mut Workbook, manifest: &Manifest) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name("Settings")?;
    sheet.set_freeze_panes(1, 1)?;
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let note = Format::new().set_italic().set_text_wrap().set_align(FormatAlign::Top);
    for (at, (name, width)) in (0..).zip([("Setting", 22), ("Value", 60), ("What it is", 60)]) {
        sheet.write_string_with_format(0, at, name, &bold)?;
        sheet.set_column_width(at, width)?;
    }
    for (row, (name, help)) in (1..).zip(SETTINGS) {
        sheet.write_string_with_format(row, 0, title(name), &wrapped)?;
        sheet.write_string_with_format(row, 2, *help, &note)?;
        let value = value(manifest, name).unwrap_or_default();
        match value.parse::<i32>() {
            Ok(year) if *name == "year" => {
                sheet.write_number_with_format(
                    row,
                    1,
                    year,
                    &wrapped.clone().set_align(FormatAlign::Left),
                )?;
            }
            _ if value.is_empty() => {
                sheet.write_blank(row, 1, &wrapped)?;
            }
            _ => {
                sheet.write_string_with_format(row, 1, &value, &wrapped)?;
            }
        }
        let words: &[&str] = match *name {
            "language" => &["en", "es", "fr"],
            "may be passed on" => &["yes", "no"],
            "absent interventions" => &["not_stated", "zero"],
            _ => continue,
        };
        sheet.add_data_validation(row, 1, row, 1, &DataValidation::new().allow_list_strings(words)?)?;
    }
    Ok(())
}

/// What a manifest says of a setting.
fn value(manifest: &Manifest, name: &str) -> Option<String> {
    let (coop, defaults) = (&manifest.coop, &manifest.defaults);
    let yes_or_no = |yes: bool| (if yes { "yes" } else { "no" }).to_owned();
    match name {
        "title" => Some(manifest.title.clone()),
        "description" => Some(manifest.description.clone()),
        "caveat" => manifest.caveat.clone(),
        "name" => coop.name.clone(),
        "agent" => coop.agent.clone(),
        "fund" => coop.fund.clone(),
        "currency" => coop.currency.clone(),
        "weight unit" => coop.weight_unit.clone(),
        "language" => coop.language.clone(),
        "producer" => Some(manifest.producer.clone()),
        "citation" => Some(manifest.citation.clone()),
        "version" => Some(manifest.version.clone()),
        "published" => manifest.published.clone(),
        "url" => manifest.url.clone(),
        "geography" => Some(manifest.geography.clone()),
        "licence" => Some(manifest.licence.name.clone()),
        "may be passed on" => Some(yes_or_no(manifest.licence.redistribute)),
        "factors" => defaults.factors.clone(),
        "report currency" => defaults.currency.clone(),
        "year" => defaults.year.map(|year| year.to_string()),
        "prices" => defaults.prices.clone(),
        "method" => defaults.method.clone(),
        "absent interventions" => match manifest.supply.absent_interventions {
            Absent::Zero => Some("zero".to_owned()),
            Absent::NotStated => Some("not_stated".to_owned()),
        },
        _ => None,
    }
}
