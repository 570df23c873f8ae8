//! What holds of all records of a co-op: its names, its currency, its unit of weight.

use std::sync::Arc;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::unit::{Unit, Units};
use crate::data::source::Opened;

/// A language that statements are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
    /// French.
    Fr,
}

/// Languages by their codes of ISO 639.
pub const LANGUAGES: [(&str, Language); 3] =
    [("en", Language::En), ("es", Language::Es), ("fr", Language::Fr)];

impl Language {
    /// Its code.
    pub fn code(self) -> &'static str {
        LANGUAGES.iter().find(|(_, language)| *language == self).map_or("en", |(code, _)| code)
    }

    /// The language of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        LANGUAGES.iter().find(|(known, _)| *known == code).map(|(_, language)| *language)
    }
}

/// The section `[coop]` of a manifest, read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the co-op.
    pub name: String,
    /// Its id among agents.
    pub agent: String,
    /// Id of the fund that premiums go to.
    pub fund: String,
    /// Currency of amounts that state none.
    pub currency: Option<Currency>,
    /// Unit of weights that state none.
    pub weight_unit: Option<Arc<Unit>>,
    /// Language of statements for producers who state none.
    pub language: Language,
}

impl Settings {
    /// Reads the section; what is wrong in it is reported.
    pub fn read(opened: &Opened, units: &Units, diagnostics: &mut Diagnostics) -> Self {
        let stated = &opened.manifest.coop;
        let mut wrong = |code: &'static str, message: String, hint: &str| {
            let place = Place::file(opened.source.file_label("manifest.toml"));
            diagnostics.push(Diagnostic::error(code, message).at(place).hint(hint));
        };
        let currency = stated.currency.as_deref().and_then(|code| {
            let found = Currency::from_code(code);
            if found.is_none() {
                let message = format!("`coop.currency`: `{code}` is not a currency of ISO 4217");
                wrong(codes::UNKNOWN_CURRENCY, message, "three capital letters, such as USD");
            }
            found
        });
        let weight_unit = stated.weight_unit.as_deref().and_then(|text| {
            let found = units.unit(text).ok();
            if found.is_none() {
                let message = format!("`coop.weight_unit`: `{text}` is not a unit");
                wrong(codes::UNKNOWN_UNIT, message, "use a UCUM code such as kg, t or [lb_av]");
            }
            found.map(Arc::new)
        });
        let language = stated.language.as_deref().map(|code| {
            let found = Language::from_code(code);
            if found.is_none() {
                let message = format!("`coop.language`: statements are not written in `{code}`");
                wrong(codes::BAD_VALUE, message, "one of en, es, fr");
            }
            found.unwrap_or_default()
        });
        let agent = stated.agent.clone().unwrap_or_else(|| "coop".to_owned());
        let fund = stated.fund.clone().unwrap_or_else(|| "premium-fund".to_owned());
        for (field, id) in [("agent", &agent), ("fund", &fund)] {
            let fine = !id.is_empty()
                && id.len() <= 200
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            if !fine {
                let hint = "ids are made of letters a to z, digits, `-`, `_` and `.`, at most 200 of them";
                wrong(codes::BAD_ID, format!("`coop.{field}`: `{id}` is not an id"), hint);
            }
        }
        if agent == fund {
            let message = format!("`coop.fund`: `{fund}` is the co-op itself");
            let hint = "premiums are not the co-op's own: name the fund, or leave it out";
            wrong(codes::CONTRADICTION, message, hint);
        }
        let name = stated.name.clone().unwrap_or_else(|| opened.manifest.title.clone());
        Self { name, agent, fund, currency, weight_unit, language: language.unwrap_or_default() }
    }
}
