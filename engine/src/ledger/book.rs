//! Makes the books of a judged dataset.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::flows::{Demurrage, Field};
use crate::data::postings::BOOKED;
use crate::regime::Judged;

use super::claims::{Change, Claims, OpenUnits, Relation};
use super::credit::{Breach, CreditLine, credit};
use super::demurrage::{due_days, last_due, lost};
use super::entry::{Entry, NotBooked, entries};
use super::journal::{Dated, EmbodiedCost, Journal, NOBODY, Posting, PostingKind, Transaction};
use super::rules::PostingRules;

/// The books of all agents of a dataset.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// What happened.
    pub journal: Journal,
    /// Flows that are not booked, each with the reason.
    pub not_booked: Vec<NotBooked>,
    /// Balances in ledgers of members, and where limits are stated.
    pub credit: Vec<CreditLine>,
    /// Balances beyond a limit, at the end of a day.
    pub breaches: Vec<Breach>,
    /// Agreements that are over and open in two units.
    pub open_units: Vec<OpenUnits>,
    /// Last day of the books.
    pub last: Option<i32>,
}

/// An event on its way into the journal. Openings come first on their day, demurrage last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    day: i32,
    rank: u8,
    id: String,
}

/// What an event is made of.
#[derive(Default)]
struct Parts {
    openings: Vec<usize>,
    entries: Vec<usize>,
    costs: Vec<usize>,
    demurrage: Option<String>,
    dated: Option<Dated>,
    agreement: Option<usize>,
}

/// Books every flow of a dataset by a table of postings, from the first day to the end of a period, or else to the last
/// day on which something happened. `costs` are handed on with what passes.
pub fn books(
    judged: &Judged,
    rules: &PostingRules,
    costs: &[EmbodiedCost],
    period: Option<Period>,
    diagnostics: &mut Diagnostics,
) -> Option<Books> {
    let before = diagnostics.errors();
    let (entries, not_booked) = entries(judged, rules, diagnostics);
    if diagnostics.errors() > before {
        return None;
    }
    let mut book = Book::new(judged, rules, entries, costs);
    let last = book.schedule(period.map(Period::last_day));
    book.write(diagnostics);
    let (journal, open_units) = (book.journal, book.open_units);
    let (credit, breaches) =
        credit(judged, rules, &journal, (period.map(Period::first_day), last), diagnostics);
    (diagnostics.errors() == before).then_some(Books {
        journal,
        not_booked,
        credit,
        breaches,
        open_units,
        last,
    })
}

struct Book<'a> {
    judged: &'a Judged,
    rules: &'a PostingRules,
    entries: Vec<Entry>,
    costs: &'a [EmbodiedCost],
    events: BTreeMap<Event, Parts>,
    /// The last event of each agreement.
    ends: HashMap<usize, Event>,
    journal: Journal,
    claims: Claims,
    open_units: Vec<OpenUnits>,
    /// Balances in units that lose value.
    held: BTreeMap<(u32, u32), Money>,
    /// Units that lose value, with their account.
    losing: HashMap<u32, u32>,
    openings: HashMap<(u32, u32, u32), i32>,
}

impl<'a> Book<'a> {
    fn new(
        judged: &'a Judged,
        rules: &'a PostingRules,
        entries: Vec<Entry>,
        costs: &'a [EmbodiedCost],
    ) -> Self {
        let mut journal = Journal::default();
        let roles = ["receivable", "payable", "lent", "borrowed"];
        let claims = Claims::new(roles.map(|role| journal.accounts.number(rules.table.role(role))));
        let mut book = Self {
            judged,
            rules,
            entries,
            costs,
            events: BTreeMap::new(),
            ends: HashMap::new(),
            journal,
            claims,
            open_units: Vec::new(),
            held: BTreeMap::new(),
            losing: HashMap::new(),
            openings: HashMap::new(),
        };
        for (id, _) in judged.data.units.iter().filter(|(_, unit)| unit.demurrage.is_some()) {
            let holding = book.holding(id);
            let unit = book.journal.units.number(id);
            book.losing.insert(unit, holding);
        }
        for account in &judged.data.accounts {
            if let (Some(_), Some(day)) = (account.opening, account.day) {
                let holding = book.holding(&account.unit);
                let unit = book.journal.units.number(&account.unit);
                book.openings.insert((account.agent as u32, holding, unit), day);
            }
        }
        book
    }

    /// Where a unit is held.
    fn holding(&mut self, unit: &str) -> u32 {
        let kind = self.judged.data.units.kind(unit).map_or("", |kind| Field::UnitKind.word(kind));
        let role = if ["currency", "hours", "member_credit"].contains(&kind) { kind } else { "physical" };
        let template = self.rules.table.role(role).replace("{unit}", unit);
        self.journal.accounts.number(&template)
    }

    /// The account that a role, or a cell of a row, stands for.
    fn account(&mut self, template: &str, unit: &str) -> u32 {
        if template == "{holding}" {
            return self.holding(unit);
        }
        self.journal.accounts.number(&template.replace("{unit}", unit))
    }

    /// Puts all events in their order; the last day of the books.
    fn schedule(&mut self, through: Option<i32>) -> Option<i32> {
        let data = &self.judged.data;
        let flows = &data.flows;
        let opened = data.accounts.iter().filter(|account| account.opening.is_some()).filter_map(|a| a.day);
        let all = (0..flows.len()).filter_map(|flow| flows.when(flow).first_day()).chain(opened);
        let first = all.min();
        for (at, account) in data.accounts.iter().enumerate() {
            if let (Some(_), Some(day)) = (account.opening, account.day) {
                let id = format!("opening/{}/{}", account.unit, date(day));
                let parts = self.events.entry(Event { day, rank: 0, id }).or_default();
                parts.openings.push(at);
            }
        }
        let booked: Vec<usize> = self.entries.iter().map(|entry| entry.flow).collect();
        for (at, flow) in booked.into_iter().enumerate() {
            self.flow_event(flow, first).entries.push(at);
        }
        for at in 0..self.costs.len() {
            self.flow_event(self.costs[at].flow, first).costs.push(at);
        }
        let days = self.events.keys().map(|event| event.day);
        let (first, end) = (days.clone().min()?, days.max()?);
        let last = through.unwrap_or(end);
        self.events.retain(|event, _| event.day <= last);
        let losing = data.units.iter().filter_map(|(id, unit)| Some((id, unit.demurrage.as_ref()?)));
        for (unit, demurrage) in losing {
            for day in due_days(demurrage.every, (first, last.min(last_due(demurrage.every, end)))) {
                let id = format!("demurrage/{unit}/{}", date(day));
                let parts = self.events.entry(Event { day, rank: 2, id }).or_default();
                parts.demurrage = Some(unit.to_owned());
            }
        }
        Some(last)
    }

    fn flow_event(&mut self, flow: usize, first: Option<i32>) -> &mut Parts {
        let data = &self.judged.data;
        let when = data.flows.when(flow);
        let dated = match (when.day(), when.first_day()) {
            (Some(_), _) => Dated::Day,
            (None, Some(_)) => Dated::Period,
            (None, None) => Dated::Unstated,
        };
        let day = when.first_day().or(first).unwrap_or_default();
        let agreement = data.flows.agreement(data.flows.root(flow));
        let id = match agreement {
            Some(agreement) => format!("{}/{}", data.agreements[agreement].id, date(day)),
            None => data.flows.id(flow).to_owned(),
        };
        let event = Event { day, rank: 1, id };
        if let Some(agreement) = agreement {
            let end = self.ends.entry(agreement).or_insert_with(|| event.clone());
            if *end < event {
                *end = event.clone();
            }
        }
        let parts = self.events.entry(event).or_default();
        parts.dated = parts.dated.max(Some(dated));
        parts.agreement = agreement;
        parts
    }

    /// Writes the journal.
    fn write(&mut self, diagnostics: &mut Diagnostics) {
        let mut told = HashSet::new();
        for (event, parts) in std::mem::take(&mut self.events) {
            let start = self.journal.postings.len();
            let dated = parts.dated.unwrap_or(Dated::Day);
            for at in &parts.openings {
                self.opening(*at);
            }
            for at in &parts.entries {
                self.entry(*at);
            }
            for change in self.claims.set_off() {
                self.change(&change, PostingKind::SetOff);
            }
            if let Some(agreement) = parts.agreement.filter(|a| self.ends.get(a) == Some(&event)) {
                self.swap(agreement);
            }
            for at in &parts.costs {
                self.cost(*at);
            }
            if let Some(unit) = &parts.demurrage {
                self.demurrage(unit);
            }
            let postings = start..self.journal.postings.len();
            if postings.is_empty() {
                continue;
            }
            if event.rank == 1 {
                self.check_opened(&event, start, &mut told, diagnostics);
            }
            self.journal.transactions.push(Transaction { id: event.id, day: event.day, dated, postings });
        }
    }

    fn post(&mut self, posting: Posting) {
        if posting.amount == Money::ZERO {
            return;
        }
        if self.losing.get(&posting.unit) == Some(&posting.account) {
            let held = self.held.entry((posting.unit, posting.agent)).or_default();
            *held = *held + posting.amount;
        }
        self.journal.postings.push(posting);
    }

    fn change(&mut self, change: &Change, kind: PostingKind) {
        let Change { agent, account, unit, amount } = *change;
        self.post(Posting { agent, account, unit, amount, kind, flow: None, row: None });
    }

    fn opening(&mut self, at: usize) {
        let account = &self.judged.data.accounts[at];
        let unit = self.journal.units.number(&account.unit);
        let opening = account.opening.unwrap_or_default();
        let contra = self.account(self.rules.table.role("opening"), &account.unit);
        let (agent, kind) = (account.agent as u32, PostingKind::Opening);
        for (account, amount) in [(self.holding(&account.unit), opening), (contra, -opening)] {
            self.post(Posting { agent, account, unit, amount, kind, flow: None, row: None });
        }
    }

    /// Debit and credit of the giver, debit and credit of the receiver.
    fn entry(&mut self, at: usize) {
        let Entry { flow, amount, unit: name, row, booked, .. } = self.entries[at].clone();
        let flows = &self.judged.data.flows;
        let root = flows.root(flow);
        let kind = if root == flow { PostingKind::Flow } else { PostingKind::Correction };
        let unit = self.journal.units.number(&name);
        let place = |agent: Option<usize>| agent.map_or(NOBODY, |agent| agent as u32);
        let (giver, receiver) = (place(flows.from(flow)), place(flows.to(flow)));
        let agreement = flows.agreement(root);
        let mut accounts = self.rules.table.rows[row].accounts.clone();
        if let Some(booked) = booked {
            // Who delivers got the payment: its receiver is the giver here.
            let paid = &self.rules.table.rows[booked].accounts;
            for (at, account) in accounts.iter_mut().enumerate().filter(|(_, account)| *account == BOOKED) {
                account.clone_from(&paid[if at < 2 { 3 } else { 0 }]);
            }
        }
        let sides = [(giver, receiver, amount), (giver, receiver, -amount)];
        let others = [(receiver, giver, amount), (receiver, giver, -amount)];
        for (template, (agent, other, amount)) in accounts.iter().zip(sides.into_iter().chain(others)) {
            let account = self.account(template, &name);
            let relation = agreement.map_or(Relation::With(other), Relation::Agreement);
            self.claims.hear(relation, agent, (account, unit), amount);
            self.post(Posting { agent, account, unit, amount, kind, flow: Some(flow), row: Some(row) });
        }
    }

    fn swap(&mut self, agreement: usize) {
        let template = self.rules.table.role("trading").to_owned();
        let (journal, units) = (&mut self.journal, &self.judged.data.units);
        let (changes, left) = self.claims.swap(agreement, |unit| {
            let name = journal.units.get(unit);
            let kind = Field::UnitKind.word(units.kind(name)?);
            let account = template.replace("{unit}", name);
            ["currency", "member_credit"].contains(&kind).then(|| journal.accounts.number(&account))
        });
        self.open_units.extend(left);
        for change in changes {
            self.change(&change, PostingKind::Swap);
        }
    }

    /// External cost goes with what passes: less for the giver, more for the receiver.
    fn cost(&mut self, at: usize) {
        let cost = &self.costs[at];
        let name = cost.unit();
        let unit = self.journal.units.number(&name);
        let account = self.account(self.rules.table.role("embodied"), &name);
        let contra = self.account(self.rules.table.role("embodied_contra"), &name);
        let flows = &self.judged.data.flows;
        for (agent, amount) in [(flows.from(cost.flow), -cost.amount), (flows.to(cost.flow), cost.amount)] {
            let agent = agent.map_or(NOBODY, |agent| agent as u32);
            let (kind, flow) = (PostingKind::Embodied, Some(cost.flow));
            self.post(Posting { agent, account, unit, amount, kind, flow, row: None });
            self.post(Posting { agent, account: contra, unit, amount: -amount, kind, flow, row: None });
        }
    }

    fn demurrage(&mut self, name: &str) {
        let data = &self.judged.data;
        let Some(Demurrage { rate, to, .. }) = data.units.get(name).and_then(|unit| unit.demurrage.clone())
        else {
            return;
        };
        let Ok(community) = data.agents.binary_search_by(|agent| agent.id.cmp(&to)) else { return };
        let (digits, unit) = (data.units.decimals(name), self.journal.units.number(name));
        let community = community as u32;
        let held: Vec<(u32, Money)> = self
            .held
            .range((unit, 0)..=(unit, u32::MAX))
            .filter(|((_, agent), _)| *agent != community)
            .map(|((_, agent), balance)| (*agent, lost(*balance, &rate, digits)))
            .collect();
        let holding = self.holding(name);
        let paid = self.account(self.rules.table.role("demurrage_paid"), name);
        let received = self.account(self.rules.table.role("demurrage_received"), name);
        let mut sum = Money::ZERO;
        let kind = PostingKind::Demurrage;
        for (agent, lost) in held {
            sum = sum + lost;
            for (account, amount) in [(paid, lost), (holding, -lost)] {
                self.post(Posting { agent, account, unit, amount, kind, flow: None, row: None });
            }
        }
        for (account, amount) in [(holding, sum), (received, -sum)] {
            self.post(Posting { agent: community, account, unit, amount, kind, flow: None, row: None });
        }
    }

    /// What happened before the opening balance is in it already.
    fn check_opened(
        &self,
        event: &Event,
        start: usize,
        told: &mut HashSet<usize>,
        diagnostics: &mut Diagnostics,
    ) {
        let data = &self.judged.data;
        for posting in &self.journal.postings[start..] {
            let opened = self.openings.get(&(posting.agent, posting.account, posting.unit));
            if let Some(&opened) = opened.filter(|opened| event.day < **opened)
                && let Some(flow) = posting.flow.filter(|flow| data.flows.when(*flow).first_day().is_some())
                && told.insert(flow)
            {
                let agent = &data.agents[posting.agent as usize].id;
                let unit = self.journal.units.get(posting.unit);
                let message = format!(
                    "the flow is dated before the opening balance of {agent} in {unit}, {}",
                    date(opened)
                );
                let hint = "an opening balance holds all that was before its day: leave the flow out, or open earlier";
                let place = data.flows.place(flow).column("date");
                diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            }
        }
    }
}

/// A day as a date.
pub(super) fn date(day: i32) -> String {
    Period::of_day(day).map_or_else(|| day.to_string(), |period| period.to_string())
}
