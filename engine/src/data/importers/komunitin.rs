//! CSV of Komunitin: transfers of member credit, and the accounts they pass between.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use crate::base::decimal::plain;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;

use super::draft::{About, Draft, record};
use super::names::Names;
use super::rows::{self, Row, columns, is_whole, rows};
use super::value::is_kept;
use super::{Imported, Input, Told};

/// What the files do not say.
#[derive(Clone, Debug)]
pub struct Komunitin {
    /// Id of the unit of member credit.
    pub unit: String,
    /// Decimals of its smallest part, in which amounts are counted.
    pub decimals: u32,
    /// What the members are, in the words of `agents.kind`.
    pub members: String,
}

const TRANSFERS: [&str; 8] =
    ["id", "created", "state", "amount", "description", "payer.id", "payee.id", "payer.code"];
const ACCOUNTS: [&str; 5] = ["id", "code", "balance", "creditLimit", "maximumBalance"];

/// What such a system says of all its payments: members pay each other for goods and services that they agreed on, at
/// the prices they post, and nobody makes them.
const STATED: [(&str, &str); 6] = [
    ("price_basis", "posted"),
    ("counterflow_kind", "goods_services"),
    ("contracted", "yes"),
    ("compelled", "none"),
    ("relation", "co_members"),
    ("access_scope", "named"),
];

/// Lines of transfers and of accounts, told apart by their headers.
pub(super) fn import(files: &[Input], settings: &Komunitin, diagnostics: &mut Diagnostics) -> Imported {
    let mut work = Work::new(settings, diagnostics);
    let mut texts = Vec::new();
    for file in files {
        texts.extend(file.text(work.diagnostics).map(|text| (file, text)));
    }
    let mut sheets: Vec<Vec<Row>> = Vec::new();
    for (file, text) in texts {
        sheets.push(rows(&file.name, text, b',', 0, work.diagnostics));
    }
    for sheet in &sheets {
        let Some(header) = sheet.first() else { continue };
        if rows::find(header, "payer.id").is_some() {
            work.transfers(sheet);
        } else if rows::find(header, "creditLimit").is_some() {
            work.accounts(sheet);
        } else {
            let message = "the header is neither that of transfers nor that of accounts";
            let hint = "transfers have a column `payer.id`, accounts a column `creditLimit`";
            let diagnostic = Diagnostic::error(codes::MISSING_COLUMN, message).at(header.place());
            work.diagnostics.push(diagnostic.hint(hint));
        }
    }
    let names: Vec<&str> = files.iter().map(Input::file_name).collect();
    work.finish(&names.join(", "))
}

struct Account {
    agent: String,
    /// In the smallest part of the unit, at the time of the export.
    balance: BigInt,
    limits: [String; 2],
    source: String,
}

struct Work<'a, 'd> {
    settings: &'a Komunitin,
    agents: Names,
    flows: Names,
    draft: Draft,
    told: Told,
    accounts: Vec<Account>,
    /// What came in less what went out, by agent.
    net: BTreeMap<String, BigInt>,
    first_day: Option<String>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a, 'd> Work<'a, 'd> {
    fn new(settings: &'a Komunitin, diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            settings,
            agents: Names::default(),
            flows: Names::default(),
            draft: Draft::default(),
            told: Told::new("lines"),
            accounts: Vec::new(),
            net: BTreeMap::new(),
            first_day: None,
            diagnostics,
        }
    }

    fn accounts(&mut self, sheet: &[Row]) {
        let Some((header, rows)) = sheet.split_first() else { return };
        let Some(at) = columns(header, ACCOUNTS, self.diagnostics) else { return };
        for row in
            rows.iter().filter(|row| is_whole(row, header.cells.len(), self.diagnostics)).collect::<Vec<_>>()
        {
            let [id, code, balance, limit, most] = at.map(|at| row.cell(at));
            let agent = self.agent(id, code);
            let balance = self.whole(row, "balance", balance);
            let limit = self.optional(row, "creditLimit", limit);
            let most = self.optional(row, "maximumBalance", most);
            self.told.take("accounts");
            self.accounts.push(Account {
                agent,
                balance: balance.unwrap_or_default(),
                limits: [limit, most],
                source: format!("account {id}"),
            });
        }
    }

    fn transfers(&mut self, sheet: &[Row]) {
        let Some((header, rows)) = sheet.split_first() else { return };
        let Some(at) = columns(header, TRANSFERS, self.diagnostics) else { return };
        let payee_code = rows::find(header, "payee.code");
        for row in
            rows.iter().filter(|row| is_whole(row, header.cells.len(), self.diagnostics)).collect::<Vec<_>>()
        {
            let [id, created, state, amount, text, payer, payee, payer_code] = at.map(|at| row.cell(at));
            let codes = [payer_code, payee_code.map(|at| row.cell(at)).unwrap_or_default()];
            if state != "committed" {
                self.told.leave(format!("transfers in the state `{state}`: nothing passed"), row.place());
                continue;
            }
            if payer == payee {
                self.told.leave("transfers from an account to itself", row.place());
                continue;
            }
            if payer.is_empty() || payee.is_empty() {
                self.told.leave("transfers without a payer or a payee", row.place());
                continue;
            }
            self.transfer(row, [id, created, amount, text], [payer, payee], codes);
        }
    }

    fn transfer(
        &mut self,
        row: &Row,
        [id, created, amount, text]: [&str; 4],
        [payer, payee]: [&str; 2],
        [payer_code, payee_code]: [&str; 2],
    ) {
        let amount = self.whole(row, "amount", amount);
        let day = self.day(row, "created", created);
        let (from, to) = (self.agent(payer, payer_code), self.agent(payee, payee_code));
        let (Some(amount), Some(day)) = (amount, day) else { return };
        if amount.is_negative() {
            let message = format!("`amount` is {amount}, below 0");
            let place = row.place().column("amount");
            self.diagnostics.push(Diagnostic::error(codes::NEGATIVE, message).at(place));
            return;
        }
        let value = plain(&amount, self.settings.decimals);
        if !is_kept(&value, row.place().column("amount"), self.diagnostics) {
            return;
        }
        *self.net.entry(from.clone()).or_default() -= &amount;
        *self.net.entry(to.clone()).or_default() += &amount;
        if self.first_day.as_ref().is_none_or(|first| day < *first) {
            self.first_day = Some(day.clone());
        }
        let id = self.flows.fresh(if id.is_empty() { "transfer" } else { id });
        self.draft.flows.push(record([
            ("id", id.as_str()),
            ("from", &from),
            ("to", &to),
            ("date", &day),
            ("action", "transfer"),
            ("resource", "credit"),
            ("value", &value),
            ("unit_of_account", &self.settings.unit),
            ("note", text),
        ]));
        self.told.take("flows");
    }

    fn agent(&mut self, id: &str, code: &str) -> String {
        let wish = if code.is_empty() { id } else { code };
        let agent = self.agents.id(if id.is_empty() { code } else { id }, wish);
        let source = if id == wish { String::new() } else { format!("account {id}") };
        let cells = record([("name", code), ("kind", self.settings.members.as_str()), ("source", &source)]);
        self.draft.agent(&agent, cells);
        agent
    }

    /// A whole number; what is not one is reported.
    fn whole(&mut self, row: &Row, column: &str, text: &str) -> Option<BigInt> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let fine =
            !digits.is_empty() && digits.len() <= 40 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !fine {
            let message = format!("`{text}` is not a whole number");
            let hint =
                "Komunitin writes amounts in the smallest part of the unit: 1250 is 12.50 with two decimals";
            let place = row.place().column(column);
            self.diagnostics.push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(place).hint(hint));
            return None;
        }
        text.parse().ok()
    }

    /// A limit; there is none where the cell is empty, or below 0.
    fn optional(&mut self, row: &Row, column: &str, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let limit = self.whole(row, column, text).filter(|limit| !limit.is_negative());
        limit.map(|limit| plain(&limit, self.settings.decimals)).unwrap_or_default()
    }

    /// The day of a moment such as `2024-03-02T10:15:00.000Z`.
    fn day(&mut self, row: &Row, column: &str, text: &str) -> Option<String> {
        let day =
            text.split(['T', ' ']).next().and_then(Period::parse).filter(|period| period.day().is_some());
        if day.is_none() {
            let message = format!("`{text}` is not a date");
            let place = row.place().column(column);
            let hint = "write 2024-03-15, or 2024-03-15T10:15:00Z";
            self.diagnostics.push(Diagnostic::error(codes::BAD_DATE, message).at(place).hint(hint));
        }
        day.map(|day| day.to_string())
    }

    /// The balance before the first transfer is the balance now less what passed since.
    fn finish(mut self, names: &str) -> Imported {
        let unit = self.settings.unit.as_str();
        let accounts = std::mem::take(&mut self.accounts);
        let opening =
            |account: &Account| &account.balance - self.net.get(&account.agent).unwrap_or(&BigInt::ZERO);
        let openings: Vec<BigInt> = accounts.iter().map(opening).collect();
        let sum: BigInt = openings.iter().sum();
        if !sum.is_zero() {
            let sum = plain(&sum, self.settings.decimals);
            let text = "the balances before the first transfer sum to";
            self.told
                .note(format!("{text} {sum}, not to 0, and are left out: accounts or transfers are missing"));
        }
        for (account, opening) in accounts.into_iter().zip(openings) {
            let known = sum.is_zero();
            let opening = if known { plain(&opening, self.settings.decimals) } else { String::new() };
            let day = self.first_day.clone().filter(|_| known).unwrap_or_default();
            let [limit, most] = &account.limits;
            let cells = record([
                ("agent", account.agent.as_str()),
                ("unit", unit),
                ("opening", &opening),
                ("date", &day),
                ("credit_limit", limit),
                ("max_balance", most),
                ("source", &account.source),
            ]);
            self.draft.accounts.insert((account.agent.clone(), unit.to_owned()), cells);
        }
        let decimals = self.settings.decimals.to_string();
        let cells = record([("id", unit), ("kind", "member_credit"), ("decimals", &decimals)]);
        self.draft.units.insert(unit.to_owned(), cells);
        let cells = record([
            ("id", "credit"),
            ("name", unit),
            ("kind", "credit"),
            ("rival", "yes"),
            ("excludable", "yes"),
            ("licence", "none"),
        ]);
        self.draft.resources.insert("credit".to_owned(), cells);
        self.draft.stated = STATED.map(|(column, value)| (column.to_owned(), value.to_owned())).into();
        self.told.note(format!(
            "members are taken to be of the kind `{}`: --members says otherwise",
            self.settings.members
        ));
        let description = format!(
            "Transfers of member credit in Komunitin, from {names}. Only the payment is recorded; what it was for is not. \
             What holds of a payment in such a system is stated below, once: correct it there if it does not."
        );
        "only payments are recorded, not what they were for; prices are taken to be posted ones"
            .clone_into(&mut self.draft.caveat);
        self.draft.finish(&About { title: names, description }, self.told)
    }
}
