//! Statements as tables.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::coop::deliveries::Delivery;
use crate::fairtrade::books::{Rate, Valued};
use crate::fairtrade::statements::{Goods, GoodsSum, Line, LineKind, Statement, Statements, Total};

use super::super::super::columns::Columns;
use super::super::Sheet;

/// All tables: a row a statement, a row a line, and sums.
pub(super) fn sheets(statements: &Statements, names: &BTreeMap<usize, String>) -> Vec<Sheet> {
    vec![
        Sheet { name: "statements", columns: summary(statements, names) },
        Sheet { name: "lines", columns: lines(statements) },
        Sheet { name: "sums", columns: sums(statements) },
        Sheet { name: "products", columns: products(statements) },
        Sheet { name: "totals", columns: totals(statements) },
        Sheet { name: "product_totals", columns: product_totals(statements) },
    ]
}

fn summary(statements: &Statements, names: &BTreeMap<usize, String>) -> Columns {
    let of = |statement: &Statement| &statements.records.producers[statement.producer];
    Columns::of(&statements.all)
        .text("producer", |s| &of(s).id)
        .text("name", |s| &of(s).name)
        .text("language", |s| statements.language_of(s).code())
        .text("currency", |s| s.currency.code())
        .money("opening", |s| Some(s.opening))
        .money("value", |s| Some(s.sums.value))
        .money("floor_adjustment", |s| Some(s.sums.adjustment))
        .money("second_payment", |s| Some(s.sums.of(LineKind::SecondPayment)))
        .money("deductions", |s| Some(-s.sums.deducted()))
        .money("other", |s| Some(s.sums.of(LineKind::Other)))
        .money("paid", |s| Some(-s.sums.paid()))
        .money("closing", |s| Some(s.closing()))
        .money("premium", |s| Some(s.sums.premium))
        .text("page", |s| names.get(&s.producer).cloned().unwrap_or_default())
        .done()
}

/// A row a statement and kind of line.
fn sums(statements: &Statements) -> Columns {
    let rows: Vec<(&Statement, LineKind, Money)> = statements
        .all
        .iter()
        .flat_map(|statement| statement.sums.kinds.iter().map(move |(kind, sum)| (statement, *kind, *sum)))
        .collect();
    Columns::of(&rows)
        .text("producer", |(s, ..)| &statements.records.producers[s.producer].id)
        .text("currency", |(s, ..)| s.currency.code())
        .text("kind", |(_, kind, _)| kind.word())
        .count("lines", |(s, kind, _)| s.lines.iter().filter(|(line, _)| line.kind == *kind).count())
        .money("amount", |(.., sum)| Some(*sum))
        .done()
}

/// A line with all that is known of it.
struct Row<'a> {
    statement: &'a Statement,
    line: &'a Line,
    balance: Money,
    /// The delivery, of a delivery or of what is added to one.
    delivery: Option<(&'a Delivery, &'a Valued)>,
}

impl Row<'_> {
    /// Something of the delivery, in its own line alone.
    fn own<T>(&self, get: impl FnOnce(&Delivery, &Valued) -> Option<T>) -> Option<T> {
        let is_own = self.line.kind == LineKind::Delivery;
        self.delivery.filter(|_| is_own).and_then(|(delivery, valued)| get(delivery, valued))
    }

    fn word(&self, get: impl FnOnce(&Delivery) -> &str) -> String {
        self.delivery.map_or_else(String::new, |(delivery, _)| get(delivery).to_owned())
    }

    /// What the price and its like are per.
    fn per(&self, rate: impl FnOnce(&Valued) -> Option<&Rate>) -> String {
        self.own(|_, valued| rate(valued).map(|rate| rate.unit.text().to_owned())).unwrap_or_default()
    }
}

/// Weights and prices have at most twelve decimals.
fn exact(value: &Exact) -> Option<Money> {
    Money::round(value).ok()
}

fn rate(rate: Option<&Rate>) -> Option<Money> {
    rate.and_then(|rate| exact(&rate.amount))
}

fn lines(statements: &Statements) -> Columns {
    let (records, amounts) = (&statements.records, &statements.amounts);
    let rows: Vec<Row> = statements
        .all
        .iter()
        .flat_map(|statement| {
            statement.lines.iter().map(move |(line, balance)| {
                let valued = line.valued.map(|at| &amounts.deliveries[at]);
                let delivery = valued.map(|valued| (&records.deliveries[valued.delivery], valued));
                Row { statement, line, balance: *balance, delivery }
            })
        })
        .collect();
    Columns::of(&rows)
        .text("producer", |r| &records.producers[r.statement.producer].id)
        .text("currency", |r| r.statement.currency.code())
        .date("date", |r| Period::of_day(r.line.day))
        .text("kind", |r| r.line.kind.word())
        .text("record", |r| &r.line.id)
        .text("delivery", |r| r.word(|d| &d.id))
        .text("product", |r| r.word(|d| &d.product))
        .text("grade", |r| r.word(|d| &d.grade))
        .text("certificate", |r| r.word(|d| &d.certificate))
        .text("site", |r| r.word(|d| &d.site))
        .money("gross_weight", |r| r.own(|d, _| exact(&d.gross)))
        .money("tare", |r| r.own(|d, _| d.tare.as_ref().and_then(exact)))
        .money("net_weight", |r| r.own(|_, v| exact(&v.net)))
        .text("unit", |r| r.own(|d, _| Some(d.unit.text().to_owned())).unwrap_or_default())
        .money("price", |r| r.own(|_, v| rate(Some(&v.price))))
        .text("price_unit", |r| r.per(|v| Some(&v.price)))
        .money("floor", |r| r.own(|_, v| rate(v.floor.as_ref())))
        .text("floor_unit", |r| r.per(|v| v.floor.as_ref()))
        .money("value", |r| r.own(|_, v| Some(v.value)))
        .money("floor_adjustment", |r| r.own(|_, v| Some(v.adjustment)))
        .money("premium_rate", |r| r.own(|_, v| rate(v.premium_rate.as_ref())))
        .text("premium_unit", |r| r.per(|v| v.premium_rate.as_ref()))
        .money("premium", |r| r.own(|_, v| v.premium))
        .money("amount", |r| Some(r.line.amount))
        .money("balance", |r| Some(r.balance))
        .text("note", |r| &r.line.note)
        .done()
}

fn products(statements: &Statements) -> Columns {
    let rows: Vec<(&Statement, &Goods, &GoodsSum)> = statements
        .all
        .iter()
        .flat_map(|statement| statement.products.iter().map(move |(goods, sum)| (statement, goods, sum)))
        .collect();
    Columns::of(&rows)
        .text("producer", |(s, ..)| &statements.records.producers[s.producer].id)
        .text("currency", |(s, ..)| s.currency.code())
        .text("product", |(_, goods, _)| &goods.product)
        .text("grade", |(_, goods, _)| &goods.grade)
        .text("certificate", |(_, goods, _)| &goods.certificate)
        .count("deliveries", |(.., sum)| sum.deliveries)
        .money("net_weight", |(.., sum)| Some(sum.net))
        .text("unit", |(_, goods, _)| &goods.unit)
        .money("value", |(.., sum)| Some(sum.value))
        .money("floor_adjustment", |(.., sum)| Some(sum.adjustment))
        .money("second_payment", |(.., sum)| Some(sum.second))
        .money("premium", |(.., sum)| Some(sum.premium))
        .done()
}

fn totals(statements: &Statements) -> Columns {
    let (first, last) = statements.days;
    let rows: Vec<(Currency, Total)> = statements.totals().into_iter().collect();
    Columns::of(&rows)
        .text("currency", |(currency, _)| currency.code())
        .date("from", |_| Period::of_day(first))
        .date("until", |_| Period::of_day(last))
        .count("statements", |(_, total)| total.statements)
        .money("opening", |(_, total)| Some(total.opening))
        .money("value", |(_, total)| Some(total.sums.value))
        .money("floor_adjustment", |(_, total)| Some(total.sums.adjustment))
        .money("second_payment", |(_, total)| Some(total.sums.of(LineKind::SecondPayment)))
        .money("deductions", |(_, total)| Some(-total.sums.deducted()))
        .money("other", |(_, total)| Some(total.sums.of(LineKind::Other)))
        .money("paid", |(_, total)| Some(-total.sums.paid()))
        .money("closing", |(_, total)| Some(total.closing))
        .money("premium", |(_, total)| Some(total.sums.premium))
        .done()
}

fn product_totals(statements: &Statements) -> Columns {
    let totals = statements.totals();
    let rows: Vec<(Currency, &Goods, &GoodsSum)> = totals
        .iter()
        .flat_map(|(currency, total)| total.products.iter().map(|(goods, sum)| (*currency, goods, sum)))
        .collect();
    Columns::of(&rows)
        .text("currency", |(currency, ..)| currency.code())
        .text("product", |(_, goods, _)| &goods.product)
        .text("grade", |(_, goods, _)| &goods.grade)
        .text("certificate", |(_, goods, _)| &goods.certificate)
        .count("deliveries", |(.., sum)| sum.deliveries)
        .money("net_weight", |(.., sum)| Some(sum.net))
        .text("unit", |(_, goods, _)| &goods.unit)
        .money("value", |(.., sum)| Some(sum.value))
        .money("floor_adjustment", |(.., sum)| Some(sum.adjustment))
        .money("second_payment", |(.., sum)| Some(sum.second))
        .money("premium", |(.., sum)| Some(sum.premium))
        .done()
}
