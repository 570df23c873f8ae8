//! Lines of a statement become flows between the owner of the account and the other one.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::flows::Field;

use super::super::draft::{About, Draft, Record, record};
use super::super::names::Names;
use super::super::rows::{self, Row, is_whole, rows};
use super::super::value::is_kept;
use super::super::{Imported, Input, Told};
use super::format;
use super::mapping::Mapping;
use super::pattern::folded;
use super::rule::{Direction, Rule, Subject};

/// Reads the files of one account.
pub(super) fn import(files: &[Input], mapping: &Mapping, diagnostics: &mut Diagnostics) -> Imported {
    let mut work = Work {
        mapping,
        agents: Names::default(),
        flows: Names::default(),
        resources: Names::default(),
        draft: Draft::default(),
        told: Told::new("lines"),
        kinds: BTreeMap::new(),
        spellings: BTreeMap::new(),
        ids: BTreeMap::new(),
        alike: BTreeMap::new(),
        repeated: (0, None),
        unruled: (0, None),
        diagnostics,
    };
    let own = &mapping.own;
    let id = work.agents.id(&own.agent, &own.agent);
    let name = own.name.as_deref().unwrap_or_default();
    if !name.is_empty() {
        work.agents.same(&folded(name), &id);
    }
    work.draft.agent(&id, record([("name", name), ("kind", own.kind.as_str())]));
    for file in files {
        if let Some(text) = mapping.text(file, work.diagnostics) {
            let all = rows(&file.name, &text, mapping.separator, mapping.file.skip_lines, work.diagnostics);
            work.sheet(file, &all);
        }
    }
    let names: Vec<&str> = files.iter().map(Input::file_name).collect();
    work.finish(&names.join(", "))
}

struct Work<'a, 'd> {
    mapping: &'a Mapping,
    agents: Names,
    flows: Names,
    resources: Names,
    draft: Draft,
    told: Told,
    /// Kind of each agent, and where it was said first.
    kinds: BTreeMap<String, (String, Place)>,
    /// How each counterparty is written first, and how else.
    spellings: BTreeMap<String, (String, Option<String>)>,
    /// Lines with an id of the bank, by it.
    ids: BTreeMap<String, Place>,
    /// Lines without one, by all that they say.
    alike: BTreeMap<[String; 5], Place>,
    /// Lines that another file has too, and the first with the place there.
    repeated: (usize, Option<(Place, Place)>),
    /// Lines that no rule holds of, and the first.
    unruled: (usize, Option<Place>),
    diagnostics: &'d mut Diagnostics,
}

/// Where the columns of a file are.
struct At {
    date: usize,
    amount: Option<usize>,
    money_in: Option<usize>,
    out: Option<usize>,
    counterparty: Option<usize>,
    account: Option<usize>,
    text: Option<usize>,
    id: Option<usize>,
    currency: Option<usize>,
}

impl Work<'_, '_> {
    fn sheet(&mut self, file: &Input, all: &[Row]) {
        let Some((header, lines)) = all.split_first() else {
            let message = "the file has no header row";
            let place = Place::file(&file.name);
            self.diagnostics.push(Diagnostic::error(codes::EMPTY_TABLE, message).at(place));
            return;
        };
        let Some(at) = self.columns(header) else { return };
        for row in lines {
            if is_whole(row, header.cells.len(), self.diagnostics) {
                self.line(row, &at);
            }
        }
    }

    fn columns(&mut self, header: &Row) -> Option<At> {
        let before = self.diagnostics.errors();
        let columns = &self.mapping.columns;
        let mut find = |name: Option<&String>| {
            let name = name?;
            let at = rows::find(header, name);
            if at.is_none() {
                let missing = rows::missing(header, name, self.diagnostics);
                self.diagnostics.push(missing);
            }
            at
        };
        let at = At {
            date: find(Some(&columns.date)).unwrap_or_default(),
            amount: find(columns.amount.as_ref()),
            money_in: find(columns.r#in.as_ref()),
            out: find(columns.out.as_ref()),
            counterparty: find(columns.counterparty.as_ref()),
            account: find(columns.account.as_ref()),
            text: find(columns.text.as_ref()),
            id: find(columns.id.as_ref()),
            currency: find(columns.currency.as_ref()),
        };
        (self.diagnostics.errors() == before).then_some(at)
    }

    fn line(&mut self, row: &Row, at: &At) {
        let cell = |at: Option<usize>| at.map(|at| row.cell(at)).unwrap_or_default();
        let date = self.date(row, at.date);
        let currency = self.currency(row, at.currency);
        let amount = self.amount(row, at);
        let (Some(date), Some(currency), Some((direction, value))) = (date, currency, amount) else { return };
        if value.bytes().all(|byte| b"0.".contains(&byte)) {
            self.told.leave("lines of 0", row.place());
            return;
        }
        let [text, counterparty, account] = [at.text, at.counterparty, at.account].map(cell);
        let folded = [text, counterparty, account].map(folded);
        let subject = Subject { text: &folded[0], counterparty: &folded[1], account: &folded[2], direction };
        let stated = self.stated(&subject, row);
        if let Some(reason) = &stated.skip {
            self.told.leave(format!("by a rule of the mapping: {reason}"), row.place());
            return;
        }
        let other = self.other(row, counterparty, &folded[1], &stated);
        if other.as_deref() == Some(self.mapping.own.agent.as_str()) {
            self.told.leave("lines between accounts of your own", row.place());
            return;
        }
        let own = self.mapping.own.agent.clone();
        let ends = match direction {
            Direction::In => [other.clone().unwrap_or_default(), own.clone()],
            Direction::Out => [own.clone(), other.clone().unwrap_or_default()],
        };
        let id = cell(at.id);
        let says = [&date, &currency, &value, counterparty, text].map(|word: &str| word.to_owned());
        self.is_new(id, says, row);
        let wish = if id.is_empty() { format!("line-{}", row.line) } else { id.to_owned() };
        let id = self.flows.fresh(&wish);
        let mut cells: Record = stated.states.into_iter().collect();
        if let Some(other) = other.filter(|_| stated.member == Some(true)) {
            let relation = if direction == Direction::In { "member_receiver" } else { "member_provider" };
            cells.insert("relation".to_owned(), relation.to_owned());
            self.draft.memberships.insert((other, own, Record::new()));
        }
        let resource = cells.remove("resource").unwrap_or_else(|| "money".to_owned());
        let resource = self.resource(&resource);
        let source = format!("{}:{}", row.file.rsplit(['/', '\\']).next().unwrap_or(row.file), row.line);
        let [from, to] = &ends;
        for (column, cell) in record([
            ("id", id.as_str()),
            ("from", from),
            ("to", to),
            ("date", &date),
            ("resource", &resource),
            ("value", &value),
            ("unit_of_account", &currency),
            ("source", &source),
            ("note", text),
        ]) {
            cells.entry(column).or_insert(cell);
        }
        self.draft.flows.push(cells);
        self.told.take("flows");
    }

    /// Reports a line that was read before: an overlapping statement would count it twice.
    fn is_new(&mut self, id: &str, says: [String; 5], row: &Row) {
        if id.is_empty() {
            let first = self.alike.entry(says).or_insert_with(|| row.place());
            // Two equal payments of one file are two payments.
            if first.file != row.file {
                self.repeated.0 += 1;
                self.repeated.1.get_or_insert_with(|| (row.place(), first.clone()));
            }
        } else if let Some(first) = self.ids.get(id) {
            let message = format!("the line `{id}` is there twice: first at {first}");
            let hint = "statements that overlap count a payment twice: leave it out of one of them; if the bank gives \
                        several lines one id, leave `id` out of [columns]";
            let place = row.place().column(self.mapping.columns.id.as_deref().unwrap_or_default());
            self.diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
        } else {
            self.ids.insert(id.to_owned(), row.place());
        }
    }

    /// What the rules state of a line: of each word, what the first rule that holds says; [all] comes last.
    fn stated(&mut self, subject: &Subject, row: &Row) -> Rule {
        let mut stated = Rule::default();
        let mut is_ruled = false;
        for rule in self.mapping.rules.iter().filter(|rule| rule.holds(subject)) {
            is_ruled = true;
            merge(&mut stated, rule);
        }
        let by_rules = (stated.member, stated.states.get("relation").cloned());
        merge(&mut stated, &self.mapping.all);
        self.is_one_relation(&stated, &by_rules, row);
        // What the manifest can state of all flows, it states once.
        for (column, value) in &self.mapping.all.states {
            if is_of_manifest(column) && stated.states.get(column) == Some(value) {
                stated.states.remove(column);
            }
        }
        if !is_ruled {
            self.unruled.0 += 1;
            self.unruled.1.get_or_insert_with(|| row.place());
        }
        stated
    }

    /// Reports a relation beside a membership, which says what the relation is, unless a rule puts right what
    /// [all] states.
    fn is_one_relation(&mut self, stated: &Rule, by_rules: &(Option<bool>, Option<String>), row: &Row) {
        let relation = match by_rules {
            (Some(_), relation) => relation.as_ref(),
            (None, _) => stated.states.get("relation"),
        };
        if let (Some(true), Some(relation)) = (stated.member, relation) {
            let message =
                format!("the mapping states of this line both the relation `{relation}` and `member = true`");
            let hint = "`member = true` says what the relation is; let only one of the two hold of a line";
            self.diagnostics.push(Diagnostic::error(codes::BAD_MAPPING, message).at(row.place()).hint(hint));
        }
    }

    /// The other one; `None` if nobody says who it is.
    fn other(&mut self, row: &Row, name: &str, folded: &str, stated: &Rule) -> Option<String> {
        let id = match (&stated.agent, folded) {
            (Some(agent), _) => self.agents.id(agent, agent),
            (None, "") => return None,
            (None, folded) => self.agents.id(folded, folded),
        };
        if stated.agent.is_none() {
            let spelling = name.split_whitespace().collect::<Vec<_>>().join(" ");
            let (first, other) = self.spellings.entry(id.clone()).or_insert_with(|| (spelling.clone(), None));
            if *first != spelling {
                other.get_or_insert(spelling);
            }
        }
        let name = if stated.agent.is_some() { "" } else { name };
        self.draft.agent(&id, record([("name", name)]));
        if let Some(kind) = &stated.kind
            && id != self.mapping.own.agent
        {
            let (first, place) = self.kinds.entry(id.clone()).or_insert_with(|| (kind.clone(), row.place()));
            if first != kind {
                let message = format!("`{id}` is of the kind {kind} here, and {first} at {place}");
                let hint = "state the kind of each counterparty once";
                self.diagnostics
                    .push(Diagnostic::error(codes::CONTRADICTION, message).at(row.place()).hint(hint));
            }
            self.draft.agent(&id, record([("kind", kind.as_str())]));
        }
        Some(id)
    }

    fn resource(&mut self, name: &str) -> String {
        let id = self.resources.id(name, name);
        let cells = record([
            ("id", id.as_str()),
            ("name", name),
            ("kind", "money"),
            ("rival", "yes"),
            ("excludable", "yes"),
            ("licence", "none"),
        ]);
        self.draft.resources.entry(id.clone()).or_insert(cells);
        id
    }

    fn date(&mut self, row: &Row, at: usize) -> Option<String> {
        let (text, format) = (row.cell(at), &self.mapping.file.date);
        let date = format::date(text, format);
        if date.is_none() {
            let message = format!("`{text}` is not a date of the form {format}");
            let hint = "the mapping says how dates are written: file.date";
            let place = row.place().column(&self.mapping.columns.date);
            self.diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).at(place).hint(hint));
        }
        date
    }

    fn currency(&mut self, row: &Row, at: Option<usize>) -> Option<String> {
        let text =
            at.map(|at| row.cell(at)).filter(|text| !text.is_empty()).unwrap_or(&self.mapping.currency);
        let currency = Currency::from_code(text);
        if currency.is_none() {
            let message = format!("`{text}` is not a currency");
            let hint = "use the three capital letters of ISO 4217, such as EUR";
            self.diagnostics
                .push(Diagnostic::error(codes::UNKNOWN_CURRENCY, message).at(row.place()).hint(hint));
        }
        currency.map(|currency| currency.code().to_owned())
    }

    /// Where the money goes, and how much it is.
    fn amount(&mut self, row: &Row, at: &At) -> Option<(Direction, String)> {
        if let Some(at) = at.amount {
            let (negative, number) = self.number(row, at, self.mapping.columns.amount.as_deref())?;
            return Some((self.mapping.direction(negative), number));
        }
        let (money_in, out) = (at.money_in?, at.out?);
        let (direction, at, column) = match (row.cell(money_in), row.cell(out)) {
            (_, "") => (Direction::In, money_in, self.mapping.columns.r#in.as_deref()),
            ("", _) => (Direction::Out, out, self.mapping.columns.out.as_deref()),
            (first, second) => {
                let message = format!("money comes in, {first}, and goes out, {second}, in one line");
                let hint = "one of the two cells is empty";
                self.diagnostics
                    .push(Diagnostic::error(codes::CONTRADICTION, message).at(row.place()).hint(hint));
                return None;
            }
        };
        let (negative, number) = self.number(row, at, column)?;
        // Some banks repeat the sign in the column of what goes out.
        if negative && direction == Direction::In {
            let message = format!("`{}` came in, below 0", row.cell(at));
            self.diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(row.place()));
            return None;
        }
        Some((direction, number))
    }

    fn number(&mut self, row: &Row, at: usize, column: Option<&str>) -> Option<(bool, String)> {
        let text = row.cell(at);
        let number = format::amount(text, self.mapping.point, &self.mapping.currency);
        if number.is_none() {
            let message = format!("`{text}` is not an amount");
            let hint = format!(
                "the mapping says how amounts are written: file.decimal = \"{}\"",
                self.mapping.point
            );
            let place = row.place().column(column.unwrap_or_default());
            self.diagnostics.push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(place).hint(hint));
        }
        number.filter(|(_, number)| is_kept(number, row.place(), self.diagnostics))
    }

    fn finish(mut self, names: &str) -> Imported {
        let of_all = self.mapping.all.states.iter().filter(|(column, _)| is_of_manifest(column));
        self.draft.stated = of_all.map(|(column, value)| (column.clone(), value.clone())).collect();
        if let (count @ 1.., Some((again, first))) = &self.repeated {
            self.told.note(format!(
                "{count} lines are in two of the files, the first is {again}, as at {first}: where statements overlap they count twice"
            ));
        }
        if let (count @ 1.., Some(place)) = self.unruled {
            self.told.note(format!("{count} lines are of no rule, the first is {place}"));
        }
        let several: Vec<(&String, &String)> =
            self.spellings.values().filter_map(|(first, other)| Some((first, other.as_ref()?))).collect();
        if let [(first, other), ..] = several.as_slice() {
            let count = several.len();
            self.told.note(format!(
                "{count} counterparties are written in several ways and taken as one each, such as `{first}` and `{other}`"
            ));
        }
        let name = self.mapping.own.name.as_deref().unwrap_or(&self.mapping.own.agent);
        let description = format!(
            "Payments of {name}, from {names}, by a mapping that states what holds of which lines. Only payments are \
             recorded, not what they were for."
        );
        "only payments are recorded, not what they were for".clone_into(&mut self.draft.caveat);
        self.draft.finish(&About { title: names, description }, self.told)
    }
}

fn merge(stated: &mut Rule, rule: &Rule) {
    let keep = |slot: &mut Option<String>, other: &Option<String>| {
        if slot.is_none() {
            slot.clone_from(other);
        }
    };
    keep(&mut stated.agent, &rule.agent);
    keep(&mut stated.kind, &rule.kind);
    keep(&mut stated.skip, &rule.skip);
    stated.member = stated.member.or(rule.member);
    for (column, value) in &rule.states {
        stated.states.entry(column.clone()).or_insert_with(|| value.clone());
    }
}

fn is_of_manifest(column: &str) -> bool {
    Field::STATED.iter().any(|field| field.name() == column)
}
