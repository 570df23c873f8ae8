//! The sheet `Settings`: what a manifest says of a folder, with what each setting is beside it.

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::data::manifest::{Absent, Manifest};
use crate::data::workbook::names::title;
use crate::data::workbook::settings::SETTINGS;

use super::style;
use super::validation::list;

/// Fills the sheet.
pub(super) fn fill(sheet: &mut Worksheet, manifest: &Manifest) -> Result<(), XlsxError> {
    sheet.set_name("Settings")?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, (name, width)) in (0_u16..).zip([("Setting", 22), ("Value", 60), ("What it is", 70)]) {
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(0, at, name, &style::required())?;
    }
    for (row, (name, help)) in (1_u32..).zip(SETTINGS) {
        sheet.write_string_with_format(row, 0, title(name), &style::strong())?;
        // Also where it is empty: `001` and `2024-03` stay what they are.
        let format = style::words().set_num_format("@");
        match value(manifest, name) {
            Some(value) => sheet.write_string_with_format(row, 1, value, &format)?,
            None => sheet.write_blank(row, 1, &format)?,
        };
        sheet.write_string_with_format(row, 2, *help, &style::words())?;
        let words: &[&str] = match *name {
            "language" => &["en", "es", "fr"],
            "may be passed on" => &["yes", "no"],
            "absent interventions" => &["not_stated", "zero"],
            _ => continue,
        };
        sheet.add_data_validation(row, 1, row, 1, &list(words)?)?;
    }
    Ok(())
}

/// What a manifest says of a setting.
fn value(manifest: &Manifest, name: &str) -> Option<String> {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let (coop, defaults) = (&manifest.coop, &manifest.defaults);
    match name {
        "title" => text(&manifest.title),
        "description" => text(&manifest.description),
        "caveat" => manifest.caveat.clone(),
        "producer" => text(&manifest.producer),
        "citation" => text(&manifest.citation),
        "version" => text(&manifest.version),
        "published" => manifest.published.clone(),
        "url" => manifest.url.clone(),
        "geography" => text(&manifest.geography),
        "licence" => text(&manifest.licence.name),
        "may be passed on" => text(if manifest.licence.redistribute { "yes" } else { "no" }),
        "name" => coop.name.clone(),
        "agent" => coop.agent.clone(),
        "fund" => coop.fund.clone(),
        "currency" => coop.currency.clone(),
        "weight unit" => coop.weight_unit.clone(),
        "language" => coop.language.clone(),
        "factors" => defaults.factors.clone(),
        "report currency" => defaults.currency.clone(),
        "year" => defaults.year.map(|year| year.to_string()),
        "prices" => defaults.prices.clone(),
        "method" => defaults.method.clone(),
        "absent interventions" => text(match manifest.supply.absent_interventions {
            Absent::NotStated => "not_stated",
            Absent::Zero => "zero",
        }),
        _ => None,
    }
}
