//! A surplus shared out, as tables: the steps, members, capital, its age, and the postings.

use std::fmt::Write as _;

use serde_json::json;

use crate::base::decimal::{Exact, Short};
use crate::base::money::{Factor, Money};
use crate::base::period::Period;
use crate::data::coop::surplus_rules::{RuleKind, SurplusRule, base_word, charged_word};
use crate::data::reference::Verification;
use crate::data::source::Opened;
use crate::fairtrade::surplus::{
    Asked, Distributed, Known, Line, MemberShare, Posting, RuleSet, Step, YearShares, journal,
};

use super::super::columns::Columns;
use super::source::{coop, dataset, lineage};
use super::{CoopReport, Sheet};

/// The answer of `truecost fairtrade surplus`.
pub fn surplus(made: &Distributed, asked: &Asked, opened: &Opened) -> CoopReport {
    let mut sheets = vec![
        Sheet { name: "surplus", columns: steps(made) },
        Sheet { name: "members", columns: members(made) },
    ];
    if let Some(capital) = &made.capital {
        let currency = capital.currency;
        sheets.push(Sheet {
            name: "capital",
            columns: Columns::of(&capital.years)
                .year("year", |line| Some(line.year))
                .text("member", |line| &line.member)
                .money("start", |line| Some(line.start))
                .money("opening", |line| Some(line.opening))
                .money("paid_in", |line| Some(line.paid_in))
                .money("retained", |line| Some(line.retained))
                .money("computed", |line| Some(line.computed))
                .money("interest", |line| Some(line.interest))
                .money("redeemed", |line| Some(line.redeemed))
                .money("written_off", |line| Some(line.written_off))
                .money("end", |line| Some(line.end))
                .text("currency", |_| currency.to_string())
                .done(),
        });
        let last = capital.last;
        sheets.push(Sheet {
            name: "ageing",
            columns: Columns::of(&capital.lots)
                .text("member", |lot| &lot.member)
                .year("allocated", |lot| Some(lot.year))
                .year("at_end_of", |_| Some(last))
                .money("amount", |lot| Some(lot.amount))
                .year("due_at_end_of", |lot| lot.due)
                .money("due", |lot| lot.due.map(|due| if due <= last { lot.amount } else { Money::ZERO }))
                .text("currency", |_| currency.to_string())
                .done(),
        });
    }
    sheets.push(Sheet { name: "journal", columns: postings(made) });
    let rules: Vec<&SurplusRule> = made.rules.iter().flat_map(|set| &set.rules).collect();
    sheets.push(Sheet { name: "rules", columns: rule_columns(&rules) });
    let cautions = cautions(&made.rules);
    let mut datasets = vec![coop(opened)];
    for set in &made.rules {
        if let (Some(manifest), Some(hash)) = (&set.manifest, &set.hash) {
            datasets.push(dataset("rules of a surplus", &set.name, manifest, hash));
        }
    }
    let choices = json!({
        "year": asked.year, "rules": asked.rules, "redeem_after": made.redeem_after,
        "cash_rate": asked.cash_rate.as_ref().map(plain),
    });
    CoopReport {
        name: "surplus",
        sheets,
        notes: notes(made, &cautions),
        pages: vec![("surplus.journal".to_owned(), hledger(made).into_bytes())],
        lineage: lineage(&datasets, &choices, &cautions),
        failed: false,
    }
}

/// The rule sets of a library, as `truecost fairtrade rules` lists them.
pub fn rule_sets(sets: &[RuleSet]) -> CoopReport {
    let rules: Vec<&SurplusRule> = sets.iter().flat_map(|set| &set.rules).collect();
    let manifest = |set: &RuleSet, get: fn(&crate::data::manifest::Manifest) -> String| {
        set.manifest.as_ref().map(get).unwrap_or_default()
    };
    let listed = Columns::of(sets)
        .text("set", |set| &set.name)
        .text("title", |set| manifest(set, |m| m.title.clone()))
        .text("least_verified", |set| worst(set).map_or("", Verification::word))
        .text("version", |set| manifest(set, |m| m.version.clone()))
        .done();
    let listed_in = |set: &RuleSet| {
        let (manifest, hash) = (set.manifest.as_ref()?, set.hash.as_ref()?);
        Some(dataset("rules of a surplus", &set.name, manifest, hash))
    };
    let datasets: Vec<_> = sets.iter().filter_map(listed_in).collect();
    let cautions = cautions(sets);
    CoopReport {
        name: "rules",
        sheets: vec![
            Sheet { name: "sets", columns: listed },
            Sheet { name: "rules", columns: rule_columns(&rules) },
        ],
        notes: cautions.clone(),
        pages: Vec::new(),
        lineage: lineage(&datasets, &json!({}), &cautions),
        failed: false,
    }
}

/// How well the least verified rule of a set is.
fn worst(set: &RuleSet) -> Option<Verification> {
    let order = [Verification::Primary, Verification::Secondary, Verification::Unverified];
    let place = |found: Verification| order.iter().position(|known| *known == found);
    set.rules.iter().map(|rule| rule.verification).max_by_key(|found| place(*found))
}

fn cautions(sets: &[RuleSet]) -> Vec<String> {
    let caveat = |set: &RuleSet| {
        let caveat = set.manifest.as_ref()?.caveat.as_ref()?;
        Some(format!("caution, rules {}: {caveat}", set.name))
    };
    sets.iter().filter_map(caveat).collect()
}

fn steps(made: &Distributed) -> Columns {
    let rows: Vec<(&YearShares, &Line)> =
        made.years.iter().flat_map(|shares| shares.lines.iter().map(move |line| (shares, line))).collect();
    Columns::of(&rows)
        .year("year", |(shares, _)| Some(shares.year))
        .text("step", |(_, line)| line.step.word())
        .text("rule", |(_, line)| &line.rule)
        .text("of", |(_, line)| line.of.map_or("", base_word))
        .factor("rate", |(_, line)| line.rate.as_ref().and_then(factor))
        .money("base", |(_, line)| line.base)
        .money("amount", |(_, line)| Some(line.amount))
        .money("members", |(shares, line)| shares.sides(line)[0])
        .money("non_members", |(shares, line)| shares.sides(line)[1])
        .text("account", |(_, line)| &line.to)
        .text("currency", |(shares, _)| shares.currency.to_string())
        .done()
}

fn members(made: &Distributed) -> Columns {
    let rows: Vec<(&YearShares, &MemberShare)> = made
        .years
        .iter()
        .flat_map(|shares| shares.members.iter().map(move |member| (shares, member)))
        .collect();
    Columns::of(&rows)
        .year("year", |(shares, _)| Some(shares.year))
        .text("member", |(_, member)| &member.member)
        .money("patronage", |(_, member)| Money::round(&member.patronage).ok())
        .text("unit", |(shares, _)| &shares.unit)
        .money("share", |(_, member)| Some(member.share))
        .money("cash", |(_, member)| Some(member.cash))
        .money("retained", |(_, member)| Some(member.retained))
        .money("interest", |(_, member)| Some(member.interest))
        .money("paid", |(_, member)| Some(member.cash + member.interest))
        .text("currency", |(shares, _)| shares.currency.to_string())
        .done()
}

fn postings(made: &Distributed) -> Columns {
    let rows: Vec<(&YearShares, Posting)> = made
        .years
        .iter()
        .flat_map(|shares| journal(shares, false).into_iter().map(move |posting| (shares, posting)))
        .collect();
    let side = |amount: Money| (amount > Money::ZERO).then_some(amount);
    Columns::of(&rows)
        .year("year", |(shares, _)| Some(shares.year))
        .date("date", |(shares, _)| day(shares))
        .text("account", |(_, posting)| &posting.account)
        .money("debit", |(_, posting)| side(posting.amount))
        .money("credit", |(_, posting)| side(-posting.amount))
        .text("currency", |(shares, _)| shares.currency.to_string())
        .done()
}

fn rule_columns(rules: &[&SurplusRule]) -> Columns {
    let rate = |rule: &SurplusRule| match &rule.kind {
        RuleKind::Reserve { rate, .. } | RuleKind::Interest { rate } => factor(rate),
        RuleKind::Cash { rate } => rate.as_ref().and_then(factor),
        _ => None,
    };
    let of = |rule: &SurplusRule| match &rule.kind {
        RuleKind::Reserve { of, .. } => base_word(*of),
        RuleKind::Interest { .. } => "capital",
        _ => "",
    };
    let charged = |rule: &SurplusRule| match &rule.kind {
        RuleKind::Reserve { charged_to, .. } => charged_word(*charged_to),
        RuleKind::Interest { .. } => "members",
        _ => "",
    };
    let amount = |rule: &SurplusRule| match &rule.kind {
        RuleKind::MinimumPayout { amount } => Money::round(amount).ok(),
        RuleKind::RedeemAfter { years } => Money::round(&Exact::from_integer((*years).into())).ok(),
        _ => None,
    };
    Columns::of(rules)
        .text("set", |rule| &rule.set)
        .count("rank", |rule| rule.rank as usize)
        .text("rule", |rule| &rule.id)
        .text("kind", |rule| rule.word())
        .text("of", |rule| of(rule))
        .factor("rate", |rule| rate(rule))
        .text("charged_to", |rule| charged(rule))
        .money("amount", |rule| amount(rule))
        .text("account", |rule| &rule.to)
        .text("source", |rule| &rule.source)
        .text("verification", |rule| rule.verification.word())
        .text("note", |rule| &rule.note)
        .done()
}

fn factor(rate: &Exact) -> Option<Factor> {
    Factor::round(rate).ok()
}

/// The day of a distribution: that which is stated, or the last of its year.
fn day(shares: &YearShares) -> Option<Period> {
    match shares.day {
        Some(day) => Period::of_day(day),
        None => Period::parse(&format!("{:04}", shares.year)).map(|year| year.ends().1),
    }
}

fn plain(value: &Exact) -> String {
    Short(value, 12).to_string()
}

fn notes(made: &Distributed, cautions: &[String]) -> Vec<String> {
    let mut notes = Vec::new();
    for shares in &made.years {
        notes.extend(year_notes(shares));
    }
    if !made.undated.is_empty() {
        let years: Vec<String> = made.undated.iter().map(i32::to_string).collect();
        notes.push(format!(
            "{}: no date is stated, so what is kept is booked on the last day of the year",
            years.join(", ")
        ));
    }
    if let Some(capital) = &made.capital {
        let (last, total, currency) = (capital.last, capital.total(capital.last), capital.currency);
        let due = match made.redeem_after {
            Some(after) => {
                format!("; due for redemption after {after} years: {} {currency}", capital.due())
            }
            None => String::new(),
        };
        notes.push(format!("capital of members at the end of {last}: {total} {currency}{due}"));
    }
    notes.extend(cautions.iter().cloned());
    notes
}

fn year_notes(shares: &YearShares) -> Vec<String> {
    let (year, currency) = (shares.year, shares.currency);
    if shares.amount <= Money::ZERO {
        let told = if shares.amount == Money::ZERO {
            format!("{year}: there is no surplus, so nothing is shared out")
        } else {
            let bearer =
                shares.lines.iter().find(|line| line.step == Step::Loss).map(|line| line.to.as_str());
            let bears = match bearer {
                Some("") | None => "the rules do not say who bears it".to_owned(),
                Some(account) => format!("it is borne by {account}"),
            };
            format!("{year}: a loss of {} {currency}, nothing is shared out; {bears}", -shares.amount)
        };
        let mut notes = vec![told];
        notes.extend(of_members(shares).filter(|_| shares.amount < Money::ZERO));
        return notes;
    }
    let parts: Vec<String> =
        shares.lines.iter().filter(|line| line.step.is_part()).map(|line| line.amount.to_string()).collect();
    let mut notes =
        vec![format!("{year}, rules {}: {} {currency} = {}", shares.rules, shares.amount, parts.join(" + "))];
    notes.extend(of_members(shares));
    if shares.sum(Step::Unshared) > Money::ZERO {
        notes.push(format!(
            "{year}: no member did any business, so what members would share goes to a reserve"
        ));
    }
    notes
}

/// Which part of a surplus or loss is from business with members, where that is known.
fn of_members(shares: &YearShares) -> Option<String> {
    let (year, currency) = (shares.year, shares.currency);
    let what = if shares.amount < Money::ZERO { "loss" } else { "surplus" };
    let members = shares.lines.first().map(|line| line.members).unwrap_or_default();
    let members = if shares.amount < Money::ZERO { -members } else { members };
    match &shares.known {
        Known::Prorated { members: business, all } => Some(
            format!(
                "{year}: {members} {currency} of the {what} are from business with members: prorated, {} of {} {}",
                plain(business),
                plain(all),
                shares.unit
            )
            .trim_end()
            .to_owned(),
        ),
        Known::Stated => {
            Some(format!("{year}: {members} {currency} of the {what} are from business with members, as stated"))
        }
        Known::Nothing => None,
    }
}

/// The postings for hledger, those of members one by one.
fn hledger(made: &Distributed) -> String {
    let mut text = format!("; surplus of a co-op, shared out\n; truecost {}\n", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(text, "decimal-mark .");
    for shares in &made.years {
        let postings = journal(shares, true);
        if postings.is_empty() {
            continue;
        }
        let date = day(shares).map(|day| day.to_string()).unwrap_or_default();
        let _ = writeln!(text, "\n{date} * surplus of {}  ; rules: {}", shares.year, shares.rules);
        for posting in postings {
            let member = posting.member.map(|member| format!(":{member}")).unwrap_or_default();
            let _ = writeln!(text, "    {}{member}  {} {}", posting.account, posting.amount, shares.currency);
        }
    }
    text
}
