//! A statement as its page shows it: every text and number in the language of the producer.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::money::Money;
use crate::data::coop::deliveries::Delivery;
use crate::data::coop::settings::Language;
use crate::fairtrade::books::{Rate, Valued};
use crate::fairtrade::statements::{Goods, LINE_KINDS, Line, LineKind, Statement, Statements};

use super::format::{date, money, number, price, short_date, weight};
use super::pages::{period, source};
use super::strings::Strings;

/// What stands where nothing is stated.
const NONE: &str = "–";

/// A statement in words.
#[derive(Serialize)]
pub(super) struct Section<'a> {
    lang: &'static str,
    t: &'a BTreeMap<String, String>,
    coop: &'a str,
    period: String,
    name: &'a str,
    address: &'a str,
    id: &'a str,
    group: &'a str,
    member: String,
    amounts_in: String,
    result: String,
    summary: Vec<Labelled>,
    premium: Option<String>,
    deliveries: Vec<DeliveryRow<'a>>,
    total: TotalRow,
    has_floor: bool,
    lacks_tare: bool,
    has_sites: bool,
    products: Vec<ProductRow>,
    opening: Labelled,
    lines: Vec<LineRow<'a>>,
    closing: Labelled,
    source: String,
    caveat: Option<&'a str>,
}

#[derive(Serialize)]
struct Labelled {
    label: String,
    amount: String,
    strong: bool,
}

#[derive(Serialize)]
struct DeliveryRow<'a> {
    date: String,
    id: &'a str,
    goods: String,
    site: &'a str,
    gross: String,
    tare: String,
    net: String,
    unit: &'a str,
    price: String,
    floor: String,
    value: String,
    adjustment: String,
    premium: String,
}

#[derive(Serialize)]
struct TotalRow {
    value: String,
    adjustment: String,
    premium: String,
}

#[derive(Serialize)]
struct ProductRow {
    goods: String,
    count: usize,
    net: String,
    unit: String,
    value: String,
    adjustment: String,
    second: String,
    premium: String,
}

#[derive(Serialize)]
struct LineRow<'a> {
    date: String,
    what: String,
    note: &'a str,
    id: String,
    amount: String,
    balance: String,
}

/// What words are made with.
struct Words<'a> {
    statement: &'a Statement,
    statements: &'a Statements,
    language: Language,
    strings: &'a Strings,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        statement: &'a Statement,
        statements: &'a Statements,
        (language, strings): (Language, &'a Strings),
    ) -> Self {
        let words = Words { statement, statements, language, strings };
        let producer = &statements.records.producers[statement.producer];
        let sums = &statement.sums;
        let deliveries = words.deliveries();
        let code = statement.currency.code();
        Self {
            lang: language.code(),
            t: strings.all(),
            coop: &statements.records.settings.name,
            period: period(statements, strings),
            name: &producer.name,
            address: &producer.address,
            id: &producer.id,
            group: &producer.group,
            member: words.member(),
            amounts_in: strings.fill("amounts_in", &[("currency", code)]),
            result: words.result(),
            summary: words.summary(),
            premium: (sums.premium != Money::ZERO).then(|| format!("{} {code}", words.money(sums.premium))),
            has_floor: words.own_deliveries().any(|(_, valued)| valued.floor.is_some()),
            lacks_tare: words.own_deliveries().any(|(delivery, _)| delivery.tare.is_none()),
            has_sites: has_sites(statements),
            deliveries,
            total: TotalRow {
                value: words.money(sums.value),
                adjustment: words.money(sums.adjustment),
                premium: words.money(sums.premium),
            },
            products: words.products(),
            opening: words.opening(),
            lines: statement.lines.iter().map(|(line, balance)| words.line(line, *balance)).collect(),
            closing: words.closing(),
            source: source(statements, strings),
            caveat: statements.manifest.caveat.as_deref(),
        }
    }
}

impl<'a> Words<'a> {
    fn money(&self, amount: Money) -> String {
        money(amount, self.statement.currency, self.language)
    }

    fn day(&self, key: &str, day: i32) -> String {
        self.strings.fill(key, &[("date", &date(day, self.strings))])
    }

    fn member(&self) -> String {
        let member = self.statements.records.producers[self.statement.producer].member;
        match member {
            None => self.strings.get("not_member").to_owned(),
            Some((_, Some(until))) if until.first_day() <= self.statements.days.1 => {
                self.day("member_until", until.first_day() - 1)
            }
            Some((since, _)) => self.day("member_since", since.first_day()),
        }
    }

    /// Who owes whom at the end.
    fn result(&self) -> String {
        let closing = self.statement.closing();
        let code = self.statement.currency.code();
        let amount = format!("{} {code}", self.money(if closing < Money::ZERO { -closing } else { closing }));
        match closing.cmp(&Money::ZERO) {
            std::cmp::Ordering::Greater => self.strings.fill("owed_to_you", &[("amount", &amount)]),
            std::cmp::Ordering::Less => self.strings.fill("owed_by_you", &[("amount", &amount)]),
            std::cmp::Ordering::Equal => self.strings.get("nothing_owed").to_owned(),
        }
    }

    fn opening(&self) -> Labelled {
        let label = self.day("opening", self.statements.days.0);
        Labelled { label, amount: self.money(self.statement.opening), strong: true }
    }

    fn closing(&self) -> Labelled {
        let label = self.day("closing", self.statements.days.1);
        Labelled { label, amount: self.money(self.statement.closing()), strong: true }
    }

    /// The balance at the beginning, sums of what changed it, and the balance at the end: they add up.
    fn summary(&self) -> Vec<Labelled> {
        let sums = &self.statement.sums;
        let row = |key: &str, amount: Money| Labelled {
            label: self.strings.get(key).to_owned(),
            amount: self.money(amount),
            strong: false,
        };
        let mut rows = vec![self.opening(), row("value", sums.value), row("adjustment", sums.adjustment)];
        let others = LINE_KINDS.iter().filter(|(_, kind)| *kind != LineKind::Delivery);
        let others = others.filter(|(_, kind)| sums.of(*kind) != Money::ZERO);
        rows.extend(others.map(|(key, kind)| row(key, sums.of(*kind))));
        rows.push(self.closing());
        rows
    }

    fn own_deliveries(&self) -> impl Iterator<Item = (&'a Delivery, &'a Valued)> {
        let statements = self.statements;
        let lines = self.statement.lines.iter().filter(|(line, _)| line.kind == LineKind::Delivery);
        lines.filter_map(|(line, _)| line.valued).map(|at| {
            let valued = &statements.amounts.deliveries[at];
            (&statements.records.deliveries[valued.delivery], valued)
        })
    }

    fn deliveries(&self) -> Vec<DeliveryRow<'a>> {
        let (currency, language) = (self.statement.currency, self.language);
        let per = |rate: &Rate| {
            let price = price(&rate.amount, currency, language);
            self.strings.fill("per", &[("price", &price), ("unit", rate.unit.text())])
        };
        let row = |(delivery, valued): (&'a Delivery, &'a Valued)| DeliveryRow {
            date: short_date(delivery.date.first_day(), self.strings),
            id: &delivery.id,
            goods: self.goods(&delivery.product, &delivery.grade, &delivery.certificate),
            site: &delivery.site,
            gross: weight(&delivery.gross, language),
            tare: delivery.tare.as_ref().map_or_else(|| NONE.to_owned(), |tare| weight(tare, language)),
            net: weight(&valued.net, language),
            unit: delivery.unit.text(),
            price: per(&valued.price),
            floor: valued.floor.as_ref().map_or_else(|| NONE.to_owned(), per),
            value: self.money(valued.value),
            adjustment: self.money(valued.adjustment),
            premium: valued.premium.map_or_else(|| NONE.to_owned(), |premium| self.money(premium)),
        };
        self.own_deliveries().map(row).collect()
    }

    fn products(&self) -> Vec<ProductRow> {
        let rows = self.statement.products.iter();
        rows.map(|(goods, sum)| {
            let Goods { product, grade, certificate, unit } = goods;
            ProductRow {
                goods: self.goods(product, grade, certificate),
                count: sum.deliveries,
                net: number(&sum.net.to_string(), 0, self.language),
                unit: unit.clone(),
                value: self.money(sum.value),
                adjustment: self.money(sum.adjustment),
                second: self.money(sum.second),
                premium: self.money(sum.premium),
            }
        })
        .collect()
    }

    /// Product, grade and certificate by their names: a product of the dataset has one, known certificates have one in
    /// each language; others are what the co-op calls them.
    fn goods(&self, product: &str, grade: &str, certificate: &str) -> String {
        let named = self.statements.products.get(product).filter(|name| !name.is_empty());
        let product = named.map_or(product, String::as_str);
        let key = format!("certificate_{certificate}");
        let known = self.strings.get(&key);
        let certificate = if known == key { certificate } else { known };
        let words = [product, grade, certificate].into_iter().filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(", ")
    }

    fn line(&self, line: &'a Line, balance: Money) -> LineRow<'a> {
        let valued = line.valued.map(|at| &self.statements.amounts.deliveries[at]);
        let delivery = valued.map(|valued| &self.statements.records.deliveries[valued.delivery]);
        let mut what = self.strings.get(line.kind.word()).to_owned();
        if let Some(delivery) = delivery {
            let goods = self.goods(&delivery.product, &delivery.grade, &delivery.certificate);
            what = format!("{what}: {goods}");
        }
        let id = match delivery.filter(|_| line.kind == LineKind::SecondPayment) {
            Some(delivery) => format!("{}, {}", line.id, delivery.id),
            None => line.id.clone(),
        };
        LineRow {
            date: short_date(line.day, self.strings),
            what,
            note: &line.note,
            id,
            amount: self.money(line.amount),
            balance: self.money(balance),
        }
    }
}

/// Does the co-op take in at several sites? Only then is it worth saying where.
fn has_sites(statements: &Statements) -> bool {
    let mut sites = statements.records.deliveries.iter().map(|delivery| delivery.site.as_str());
    let first = sites.next();
    sites.any(|site| Some(site) != first)
}
