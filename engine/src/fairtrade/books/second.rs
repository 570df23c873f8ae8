//! What second payments add to each delivery.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;

use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{BOOK_SCALE, Money};
use crate::base::split::largest_remainder;
use crate::data::coop::records::Records;
use crate::data::coop::second_payments::{Added, SecondPayment};

use super::amounts::{Second, Valued};
use super::prices::{Ratios, worth};

/// The parts of all second payments, by second payment and delivery. `is_whole`: were all deliveries valued?
pub(super) fn seconds(
    records: &Records,
    deliveries: &[Valued],
    is_whole: bool,
    ratios: &mut Ratios,
    diagnostics: &mut Diagnostics,
) -> Vec<Second> {
    let mut by_product: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, valued) in deliveries.iter().enumerate() {
        by_product.entry(&records.deliveries[valued.delivery].product).or_default().push(at);
    }
    let mut all = Vec::new();
    for (payment, second) in records.second_payments.iter().enumerate() {
        let of_product = by_product.get(second.product.as_str()).map(Vec::as_slice).unwrap_or_default();
        let met: Vec<usize> =
            of_product.iter().copied().filter(|at| is_met(second, &deliveries[*at], records)).collect();
        if met.is_empty() {
            if is_whole {
                meets_none(second, diagnostics);
            }
            continue;
        }
        if let Some(late) = met.iter().find(|at| {
            records.deliveries[deliveries[**at].delivery].date.first_day() > second.date.first_day()
        }) {
            let delivery = &records.deliveries[deliveries[*late].delivery];
            let message = format!("it is dated before the delivery `{}` of {}", delivery.id, delivery.date);
            let hint =
                "date it when it was decided, after the deliveries, or end `until` before that delivery";
            let place = second.row.place().column("date");
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            continue;
        }
        if let Some(parts) = parts(second, &met, (records, deliveries), ratios, diagnostics) {
            all.extend(met.into_iter().zip(parts).map(|(valued, amount)| Second { payment, valued, amount }));
        }
    }
    all
}

/// Is it a payment for this delivery?
fn is_met(second: &SecondPayment, valued: &Valued, records: &Records) -> bool {
    let delivery = &records.deliveries[valued.delivery];
    let day = delivery.date.first_day();
    let fits = |stated: &str, own: &str| stated.is_empty() || stated == own;
    (second.from..second.until).contains(&day)
        && fits(&second.grade, &delivery.grade)
        && fits(&second.certificate, &delivery.certificate)
        && second.currency == valued.currency
}

/// What each delivery gets.
fn parts(
    second: &SecondPayment,
    met: &[usize],
    (records, deliveries): (&Records, &[Valued]),
    ratios: &mut Ratios,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Money>> {
    let unit = |at: usize| &records.deliveries[deliveries[at].delivery].unit;
    let target = match &second.added {
        Added::Rate(_, unit) => unit,
        Added::Total(_) => unit(met[0]),
    };
    let mut ratio = Vec::with_capacity(met.len());
    for &at in met {
        let Some(found) = ratios.get(unit(at), target) else {
            let delivery = &records.deliveries[deliveries[at].delivery];
            let message = format!(
                "`{}` of the delivery `{}` does not convert to `{}`",
                delivery.unit.text(),
                delivery.id,
                target.text()
            );
            let hint = "a second payment is for weights in units that convert to one another";
            let place = second.row.place().column("unit");
            diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
            return None;
        };
        ratio.push(found);
    }
    let place = |column: &str| second.row.place().column(column);
    match &second.added {
        Added::Rate(rate, _) => {
            let each = met.iter().zip(&ratio);
            let parts = each.map(|(at, ratio)| worth(&deliveries[*at].net, rate, ratio, second.currency));
            let parts: Result<Vec<Money>, _> = parts.collect();
            if parts.is_err() {
                let message = "what it adds is too large to be kept exactly";
                diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place("rate")));
            }
            parts.ok()
        }
        Added::Total(total) => {
            let weights: Vec<Exact> =
                met.iter().zip(&ratio).map(|(at, ratio)| &deliveries[*at].net * ratio).collect();
            let ids: Vec<&str> =
                met.iter().map(|at| records.deliveries[deliveries[*at].delivery].id.as_str()).collect();
            let digits = second.currency.minor_digits();
            let minor = 10_i128.pow(BOOK_SCALE - digits.min(BOOK_SCALE));
            let shares = largest_remainder(total.units() / minor, &integers(&weights), &ids);
            if shares.is_none() {
                let message = "the deliveries weigh nothing: nobody can get a share by weight";
                diagnostics.push(Diagnostic::error(codes::SHARES, message).at(place("total")));
            }
            Some(shares?.into_iter().map(|share| Money::of_units(share * minor)).collect())
        }
    }
}

/// Weights as integers of one scale.
fn integers(weights: &[Exact]) -> Vec<BigInt> {
    let scale = weights.iter().fold(BigInt::from(1), |scale, weight| scale.lcm(weight.denom()));
    weights.iter().map(|weight| weight.numer() * (&scale / weight.denom())).collect()
}

fn meets_none(second: &SecondPayment, diagnostics: &mut Diagnostics) {
    let named = [("grade", &second.grade), ("certificate", &second.certificate)];
    let named = named.iter().filter(|(_, word)| !word.is_empty());
    let named: String = named.map(|(noun, word)| format!(", {noun} `{word}`")).collect();
    let message = format!(
        "no delivery of `{}`{named} in {} is dated from `from` to before `until`",
        second.product, second.currency
    );
    let hint = "`until` is the first day after the last delivery that is meant";
    let place = second.row.place().column("product");
    diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
}
