//! CSV of `TimeOverflow`: transfers of time credit in seconds, from its import or its report.

use num_bigint::BigInt;
use num_traits::Signed;

use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;

use super::draft::{About, Draft, record};
use super::names::{Names, slug};
use super::rows::{Row, is_whole, rows};
use super::value::is_kept;
use super::{Imported, Input, Told};

/// The header of the report.
const REPORT: [&str; 5] = ["date", "from", "to", "post", "quantity"];
/// Columns of the import, which has no header.
const IMPORT: usize = 8;

/// What a timebank says of all its transfers.
const STATED: [(&str, &str); 2] = [("compelled", "none"), ("access_scope", "named")];
/// What it says of those between two members.
const BETWEEN_MEMBERS: [(&str, &str); 4] = [
    ("price_basis", "formula_equal"),
    ("counterflow_kind", "goods_services"),
    ("contracted", "yes"),
    ("relation", "co_members"),
];

/// Lines of the import, or of the report, told apart by the header.
pub(super) fn import(files: &[Input], diagnostics: &mut Diagnostics) -> Imported {
    let (agents, flows, draft) = (Names::default(), Names::default(), Draft::default());
    let mut work = Work { agents, flows, draft, told: Told::new("lines"), diagnostics };
    for file in files {
        let Some(text) = file.text(work.diagnostics) else { continue };
        let all = rows(&file.name, text, b',', 0, work.diagnostics);
        match all.split_first() {
            Some((header, rows)) if is_report(header) => work.report(rows),
            _ => work.import(&all),
        }
    }
    let names: Vec<&str> = files.iter().map(Input::file_name).collect();
    work.finish(&names.join(", "))
}

fn is_report(header: &Row) -> bool {
    header.cells.iter().map(|cell| cell.trim().to_lowercase()).eq(REPORT)
}

struct Work<'d> {
    agents: Names,
    flows: Names,
    draft: Draft,
    told: Told,
    diagnostics: &'d mut Diagnostics,
}

/// A transfer before it is a row.
struct Transfer<'a> {
    id: String,
    from: String,
    to: String,
    day: &'a str,
    seconds: BigInt,
    resource: &'a str,
    note: &'a str,
    between_members: bool,
}

impl Work<'_> {
    fn import(&mut self, all: &[Row]) {
        for row in all {
            if !is_whole(row, IMPORT, self.diagnostics) {
                continue;
            }
            let cells: [&str; IMPORT] = std::array::from_fn(|at| row.cell(at));
            let [from, from_type, to, to_type, amount, created, reason, post] = cells;
            let seconds =
                decimal::parse(amount).ok().filter(Exact::is_integer).map(|number| number.to_integer());
            if seconds.is_none() {
                let message = format!("`{amount}` is not a whole number of seconds");
                let hint = "the columns are source_id, source_type, destination_id, destination_type, amount, created_at, reason, post_id";
                let place = row.place().column("amount");
                self.diagnostics.push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(place).hint(hint));
            }
            let ends = [(from, from_type), (to, to_type)].map(|(id, kind)| self.agent(row, id, kind));
            let day = self.day(row, "created_at", created);
            let ([Some(from), Some(to)], Some(seconds), Some(day)) = (ends, seconds, day) else { continue };
            let post = if post.is_empty() { String::new() } else { format!("post-{}", slug(post)) };
            let between_members = from_type == "Member" && to_type == "Member";
            let id = format!("transfer-{}", row.line);
            let transfer =
                Transfer { id, from, to, day: &day, seconds, resource: &post, note: reason, between_members };
            self.transfer(row, &transfer);
        }
    }

    fn report(&mut self, all: &[Row]) {
        for row in all {
            if !is_whole(row, REPORT.len(), self.diagnostics) {
                continue;
            }
            let [date, from, to, post, quantity] = std::array::from_fn(|at| row.cell(at));
            let seconds = seconds(quantity);
            if seconds.is_none() {
                let message = format!("`{quantity}` is not a time");
                let hint = "write hours and minutes, 1:30, or hours, 1.5: a whole number of seconds";
                let place = row.place().column("quantity");
                self.diagnostics.push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(place).hint(hint));
            }
            let day = self.day(row, "date", date);
            let (Some(seconds), Some(day)) = (seconds, day) else { continue };
            if from.is_empty() || to.is_empty() {
                self.told.leave("transfers without a giver or a receiver", row.place());
                continue;
            }
            let [from, to] = [from, to].map(|name| {
                let agent = self.agents.id(name, &name.to_lowercase());
                self.draft.agent(&agent, record([("name", name), ("kind", "person")]));
                agent
            });
            let id = format!("transfer-{}", row.line);
            let transfer = Transfer {
                id,
                from,
                to,
                day: &day,
                seconds,
                resource: "",
                note: post,
                between_members: true,
            };
            self.transfer(row, &transfer);
        }
    }

    fn transfer(&mut self, row: &Row, transfer: &Transfer) {
        if transfer.from == transfer.to {
            self.told.leave("transfers from an account to itself", row.place());
            return;
        }
        if transfer.seconds.is_negative() {
            let message = format!("the amount is {} seconds, below 0", transfer.seconds);
            self.diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(row.place()));
            return;
        }
        let value = transfer.seconds.to_string();
        if !is_kept(&value, row.place(), self.diagnostics) {
            return;
        }
        let id = self.flows.fresh(&transfer.id);
        let note = match (transfer.resource, transfer.note) {
            ("", note) => note.to_owned(),
            (post, "") => post.to_owned(),
            (post, note) => format!("{post}: {note}"),
        };
        let mut cells = record([
            ("id", id.as_str()),
            ("from", &transfer.from),
            ("to", &transfer.to),
            ("date", transfer.day),
            ("action", "transfer"),
            ("resource", "time-credit"),
            ("value", &value),
            ("unit_of_account", "s"),
            ("note", &note),
        ]);
        if transfer.between_members {
            cells.extend(record(BETWEEN_MEMBERS));
        }
        self.draft.flows.push(cells);
        self.told.take("flows");
    }

    /// An end of a transfer: a member, or the timebank itself.
    fn agent(&mut self, row: &Row, id: &str, kind: &str) -> Option<String> {
        let (word, agent) = match kind {
            "Member" => ("member", "person"),
            "Organization" => ("timebank", "timebank"),
            _ => {
                let message = format!("`{kind}` is not a kind of account");
                let hint = "Member or Organization; the columns are source_id, source_type, destination_id, \
                            destination_type, amount, created_at, reason, post_id";
                self.diagnostics
                    .push(Diagnostic::error(codes::BAD_VALUE, message).at(row.place()).hint(hint));
                return None;
            }
        };
        let key = format!("{word}-{id}");
        let id = self.agents.id(&key, &key);
        self.draft.agent(&id, record([("kind", agent)]));
        Some(id)
    }

    fn day(&mut self, row: &Row, column: &str, text: &str) -> Option<String> {
        let day =
            text.split(['T', ' ']).next().and_then(Period::parse).filter(|period| period.day().is_some());
        if day.is_none() {
            let message = format!("`{text}` is not a date");
            let hint = "write 2024-03-15, or 2024-03-15 10:15:00";
            let place = row.place().column(column);
            self.diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).at(place).hint(hint));
        }
        day.map(|day| day.to_string())
    }

    fn finish(mut self, names: &str) -> Imported {
        let cells =
            record([("id", "s"), ("name", "second of time credit"), ("kind", "hours"), ("decimals", "0")]);
        self.draft.units.insert("s".to_owned(), cells);
        let cells = record([
            ("id", "time-credit"),
            ("name", "time credit"),
            ("kind", "hours"),
            ("rival", "yes"),
            ("excludable", "yes"),
            ("licence", "none"),
        ]);
        self.draft.resources.insert("time-credit".to_owned(), cells);
        self.draft.stated = STATED.map(|(column, value)| (column.to_owned(), value.to_owned())).into();
        let description = format!(
            "Transfers of time credit in TimeOverflow, from {names}, counted in seconds, in which they are whole. Only \
             the payment is recorded, by who received the help. What holds of it in a timebank is stated below, once."
        );
        "only payments in time are recorded, not what was done for them".clone_into(&mut self.draft.caveat);
        self.draft.finish(&About { title: names, description }, self.told)
    }
}

/// `1:30`, `1:30:15` or hours as a decimal, in seconds; `None`: not a whole number of them.
fn seconds(text: &str) -> Option<BigInt> {
    let parts: Vec<&str> = text.split(':').collect();
    let digits = |part: &str| part.len() <= 9 && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [hours] => {
            let seconds = decimal::parse(hours).ok()? * Exact::from_integer(3600.into());
            seconds.is_integer().then(|| seconds.to_integer())
        }
        [_, rest @ ..] if parts.len() <= 3 && parts.iter().all(|part| digits(part)) => {
            let number = |part: &str| part.parse::<u64>().ok();
            if rest.iter().any(|part| number(part).is_none_or(|n| n >= 60)) {
                return None;
            }
            let whole = parts.iter().try_fold(0, |sum, part| Some(sum * 60 + number(part)?))?;
            Some(BigInt::from(if parts.len() == 2 { whole * 60 } else { whole }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_seconds() {
        let read = |text: &str| seconds(text).map(|n| n.to_string());
        assert_eq!(read("1:30").as_deref(), Some("5400"));
        assert_eq!(read("1:30:15").as_deref(), Some("5415"));
        assert_eq!(read("1.5").as_deref(), Some("5400"));
        assert_eq!(read("0").as_deref(), Some("0"));
        for text in ["", "1:60", "1:2:3:4", "a:b", "1.00001", "-", "1e70"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
