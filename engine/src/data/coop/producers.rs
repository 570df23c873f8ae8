//! Producers: who delivers.

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};

use super::common::Fallback;
use super::settings::{LANGUAGES, Language, Settings};

/// A producer.
#[derive(Clone, Debug)]
pub struct Producer {
    /// Id.
    pub id: String,
    /// Name; the id where none is given.
    pub name: String,
    /// Language of the statement; `None`: that of the co-op.
    pub language: Option<Language>,
    /// Currency of payments and deductions that state none; `None`: that of the co-op.
    pub currency: Option<Currency>,
    /// First and first day after the membership; `None`: not a member.
    pub member: Option<(Period, Option<Period>)>,
    /// Village, section, group.
    pub group: String,
    /// Address on the statement.
    pub address: String,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by id.
pub(super) fn producers(bound: &Bound, settings: &Settings, diagnostics: &mut Diagnostics) -> Vec<Producer> {
    let mut producers: Vec<Producer> = bound.collect(|row| {
        let id = row.id("id", diagnostics);
        let language = row.optional_word("language", &LANGUAGES, diagnostics);
        let currency = Fallback::stated_currency(&row, diagnostics).ok().flatten();
        let member = member(&row, diagnostics);
        let id = id?;
        if [&settings.agent, &settings.fund].contains(&&id) {
            let message = format!("`{id}` is the co-op, or its fund");
            let hint =
                "give the producer another id, or change `agent` or `fund` of `[coop]` in the manifest";
            let place = row.place().column("id");
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        }
        let name = row.text("name").unwrap_or(&id).to_owned();
        Some(Producer {
            id,
            name,
            language,
            currency,
            member,
            group: row.string("group"),
            address: row.string("address"),
            note: row.string("note"),
            row: row.row_ref(),
        })
    });
    producers.sort_by(|a, b| a.id.cmp(&b.id));
    producers.dedup_by(|a, b| a.id == b.id);
    producers
}

/// From when to when somebody is a member.
fn member(row: &Cells, diagnostics: &mut Diagnostics) -> Option<(Period, Option<Period>)> {
    let since = row.optional_period("member_since", diagnostics);
    let until = row.optional_period("member_until", diagnostics);
    let wrong = match (since, until) {
        (None, Some(_)) if row.text("member_since").is_none() => {
            "a membership that ends, and no day on which it began"
        }
        (Some(since), Some(until)) if until.first_day() <= since.first_day() => {
            "the membership is over before it begins"
        }
        _ => return since.map(|since| (since, until)),
    };
    let hint = "`member_since` is the first day, `member_until` the first day on which it no longer holds";
    let place = row.place().column("member_until");
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, wrong).at(place).hint(hint));
    None
}
