//! The sheet `Settings`: what a manifest says of a folder.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::period::Period;
use crate::data::manifest::{Absent, Manifest};

use super::names::{key, title};

/// A setting: its name, and what it is.
pub type Setting = (&'static str, &'static str);

/// All settings, in the order of the template.
pub const SETTINGS: &[Setting] = &[
    ("title", "What these tables are"),
    ("description", "What they hold, and what they leave out"),
    ("caveat", "One sentence that every result must show"),
    ("name", "Name of the co-op, as statements show it"),
    ("agent", "Its id in books; `coop` if left out"),
    ("fund", "Id of the fund that premiums go to; `premium-fund` if left out"),
    ("currency", "Currency of amounts that state none: three letters, such as COP"),
    ("weight unit", "Unit of weights that state none, such as kg"),
    ("language", "Language of statements for producers who state none: en, es or fr"),
    ("producer", "Who made these tables"),
    ("citation", "How to cite them"),
    ("version", "Version of the tables"),
    ("published", "Day when they were published"),
    ("url", "Where they are published"),
    ("geography", "What they cover"),
    ("licence", "Licence of the tables, or why there is none"),
    ("may be passed on", "yes or no"),
    ("factors", "Factor set of true prices, such as uba-2025; `truecost factors list` names them"),
    ("report currency", "Currency of true prices: three letters, such as EUR"),
    ("year", "Price year of true prices"),
    ("prices", "A price list to lay over the prices of the workbook"),
    ("method", "Characterisation method of interventions that state none"),
    ("absent interventions", "What a row that is not there means: not_stated or zero"),
];

/// A setting as written.
pub(super) struct Written {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) row: u64,
}

/// Puts settings into a manifest, and gives the row of each. `place` gives the place of a row and a column, from 0.
pub(super) fn apply(
    manifest: &mut Manifest,
    all: &[Written],
    place: &impl Fn(u64, u32) -> Place,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, u64> {
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    for setting in all {
        let name = title(&key(&setting.name)).to_lowercase();
        let known = SETTINGS.iter().map(|(name, _)| *name);
        if !known.clone().any(|known| known == name) {
            let hint = diagnostics.nearest(&name, known.clone()).map_or_else(
                || {
                    format!(
                        "settings are {}; notes have their place beside the values",
                        known.collect::<Vec<_>>().join(", ")
                    )
                },
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{}` is not a setting", setting.name.trim());
            diagnostics
                .push(Diagnostic::error(codes::MANIFEST, message).at(place(setting.row, 0)).hint(hint));
            continue;
        }
        if let Some(first) = rows.insert(name.clone(), setting.row) {
            let message = format!("`{name}` is already in row {first}");
            let hint = "keep one of the two rows";
            let diagnostic = Diagnostic::error(codes::DUPLICATE_KEY, message).at(place(setting.row, 0));
            diagnostics.push(diagnostic.hint(hint));
            continue;
        }
        let value = setting.value.trim();
        if value.is_empty() {
            continue;
        }
        if let Err((code, message, hint)) = set(manifest, &name, value) {
            diagnostics.push(Diagnostic::error(code, message).at(place(setting.row, 1)).hint(hint));
        }
    }
    rows
}

type Wrong = (&'static str, String, &'static str);

fn set(manifest: &mut Manifest, name: &str, value: &str) -> Result<(), Wrong> {
    let text = || value.to_owned();
    match name {
        "title" => manifest.title = text(),
        "description" => manifest.description = text(),
        "caveat" => manifest.caveat = Some(text()),
        "producer" => manifest.producer = text(),
        "citation" => manifest.citation = text(),
        "version" => manifest.version = text(),
        "url" => manifest.url = Some(text()),
        "geography" => manifest.geography = text(),
        "licence" => manifest.licence.name = text(),
        "name" => manifest.coop.name = Some(text()),
        "agent" => manifest.coop.agent = Some(text()),
        "fund" => manifest.coop.fund = Some(text()),
        "weight unit" => manifest.coop.weight_unit = Some(text()),
        "language" => manifest.coop.language = Some(text()),
        "factors" => manifest.defaults.factors = Some(text()),
        "prices" => manifest.defaults.prices = Some(text()),
        "method" => manifest.defaults.method = Some(text()),
        "currency" => manifest.coop.currency = Some(currency(value)?),
        "report currency" => manifest.defaults.currency = Some(currency(value)?),
        "year" => manifest.defaults.year = Some(year(value)?),
        "published" => manifest.published = Some(published(value)?),
        "may be passed on" => manifest.licence.redistribute = word(value, &[("yes", true), ("no", false)])?,
        "absent interventions" => {
            let words = [("not_stated", Absent::NotStated), ("zero", Absent::Zero)];
            manifest.supply.absent_interventions = word(value, &words)?;
        }
        _ => {}
    }
    Ok(())
}

fn currency(value: &str) -> Result<String, Wrong> {
    let message = || format!("`{value}` is not a currency");
    let hint = "use the three capital letters of ISO 4217, such as EUR";
    Currency::from_code(value)
        .map(|_| value.to_owned())
        .ok_or_else(|| (codes::UNKNOWN_CURRENCY, message(), hint))
}

fn year(value: &str) -> Result<i32, Wrong> {
    let year = i32::from_str(value).ok().filter(|_| value.len() == 4);
    year.ok_or_else(|| (codes::BAD_DATE, format!("`{value}` is not a year"), "write four digits, 2024"))
}

fn published(value: &str) -> Result<String, Wrong> {
    let hint = "write 2024, 2024-03 or 2024-03-15";
    Period::parse(value)
        .map(|_| value.to_owned())
        .ok_or_else(|| (codes::BAD_DATE, format!("`{value}` is not a date"), hint))
}

fn word<T: Copy>(value: &str, words: &[(&'static str, T)]) -> Result<T, Wrong> {
    let found = words.iter().find(|(word, _)| value.eq_ignore_ascii_case(word)).map(|(_, meant)| *meant);
    let hint = if words[0].0 == "yes" { "yes or no" } else { "not_stated or zero" };
    found.ok_or_else(|| (codes::BAD_VALUE, format!("`{value}` has no meaning here"), hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::manifest::Kind;

    fn applied(rows: &[(&str, &str)]) -> (Manifest, String) {
        let mut manifest = Manifest::of_user_file(Kind::Coop, "coop");
        let all: Vec<Written> = (2..)
            .zip(rows)
            .map(|(row, (name, value))| Written { name: (*name).into(), value: (*value).into(), row })
            .collect();
        let mut found = Diagnostics::new();
        let place = |row, column: u32| Place::row(format!("{column}"), row);
        apply(&mut manifest, &all, &place, &mut found);
        (manifest, found.to_string())
    }

    #[test]
    fn every_setting_is_set_somewhere() {
        let before = Manifest::of_user_file(Kind::Coop, "coop");
        for (name, _) in SETTINGS {
            let value = match *name {
                "currency" | "report currency" => "COP",
                "year" | "published" => "2024",
                "may be passed on" => "yes",
                "absent interventions" => "zero",
                _ => "something",
            };
            let (after, found) = applied(&[(name, value)]);
            assert_eq!(found, "", "{name}");
            assert_ne!(after, before, "{name}");
        }
    }

    #[test]
    fn wrong_settings_are_told_with_their_cells() {
        let told = |rows: &[(&str, &str)]| applied(rows).1;
        assert!(told(&[("Curency", "COP")]).contains("did you mean `currency`?"));
        assert!(told(&[("currency", "pesos")]).starts_with("error[unknown-currency] 1:2: `pesos`"));
        assert!(told(&[("Year", "24")]).contains("not a year"));
        assert!(told(&[("title", "a"), ("Title", "b")]).contains("`title` is already in row 2"));
        assert!(told(&[("may be passed on", "perhaps")]).contains("yes or no"));
        assert_eq!(told(&[("Weight-Unit", ""), ("url", " ")]), "");
    }
}
