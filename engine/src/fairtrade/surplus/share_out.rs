//! Shares out the surplus of a year by a set of rules, to the last minor unit.

use std::collections::BTreeMap;

use crate::base::decimal::{Exact, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{Money, Overflow};
use crate::data::coop::patronage::Patronage;
use crate::data::coop::surplus_rules::{Base, ChargedTo, RuleKind, SurplusRule};
use crate::data::coop::surpluses::Surplus;

use super::super::minor::Minor;
use super::rule_set::RuleSet;
use super::shares::{Known, Line, MemberShare, Step, YearShares};

/// All that the surplus of a year is shared out by.
pub struct Sharing<'a> {
    /// The surplus.
    pub surplus: &'a Surplus,
    /// The rules.
    pub rules: &'a RuleSet,
    /// What part of a share is paid in cash.
    pub cash_rate: Option<&'a Exact>,
    /// Business of the year, by member; `None`: the table is not there.
    pub patronage: Option<&'a [Patronage]>,
    /// Capital of members at the start of the year; `None`: the table is not there.
    pub capital: Option<&'a BTreeMap<String, Money>>,
}

/// Why it cannot be done.
enum Problem {
    Overflow,
    Told(Box<Diagnostic>),
}

impl From<Overflow> for Problem {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

impl From<Diagnostic> for Problem {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Told(Box::new(diagnostic))
    }
}

/// Shares out a surplus. Of one that is 0 or a loss there is nothing to share.
pub fn share_out(sharing: &Sharing, diagnostics: &mut Diagnostics) -> Option<YearShares> {
    let shared = match sharing.shared() {
        Ok(shared) => shared,
        Err(Problem::Told(diagnostic)) => {
            diagnostics.push(*diagnostic);
            return None;
        }
        Err(Problem::Overflow) => {
            let message =
                format!("a part of the surplus of {} is too large to be kept", sharing.surplus.year);
            diagnostics.push(sharing.error(codes::OVERFLOW, message, "surplus", ""));
            return None;
        }
    };
    if !shared.adds_up() {
        let message = format!("the parts of the surplus of {} do not add up to it", shared.year);
        let hint = "this is a fault of the program: please report it with the dataset";
        diagnostics.push(sharing.error(codes::CONTRADICTION, message, "surplus", hint));
        return None;
    }
    Some(shared)
}

impl Sharing<'_> {
    fn error(&self, code: &'static str, message: String, column: &str, hint: &str) -> Diagnostic {
        let diagnostic = Diagnostic::error(code, message).at(self.surplus.row.place().column(column));
        if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) }
    }

    fn empty(&self) -> YearShares {
        let surplus = self.surplus;
        let interest = self.rules.account("interest");
        YearShares {
            year: surplus.year,
            day: surplus.day,
            currency: surplus.currency,
            amount: surplus.amount,
            known: Known::Nothing,
            rules: self.rules.name.clone(),
            accounts: [self.rules.account("cash"), self.rules.account("retained"), interest]
                .map(str::to_owned),
            cash_rate: None,
            unit: String::new(),
            lines: Vec::new(),
            members: Vec::new(),
        }
    }

    fn shared(&self) -> Result<YearShares, Problem> {
        let mut shared = self.empty();
        let total = self.surplus.amount;
        if total <= Money::ZERO {
            let (members, known) = self.part_of_loss(Minor::of(self.surplus.currency))?;
            shared.known = known;
            shared.lines.push(line(Step::Surplus, total, members, total - members));
            if total < Money::ZERO {
                let mut loss = line(Step::Loss, total, members, total - members);
                if let Some(rule) = self.rules.rule("loss") {
                    loss = of_rule(loss, rule);
                }
                shared.lines.push(loss);
            }
            return Ok(shared);
        }
        let minor = Minor::of(self.surplus.currency);
        let (members, known) = self.member_surplus(minor)?;
        let others = total - members;
        shared.known = known;
        shared.lines.push(line(Step::Surplus, total, members, others));
        let (mut left, mut left_of_others) = (members, others);
        let mut interest = BTreeMap::new();
        for rule in &self.rules.rules {
            let Some(taken) = self.taken(rule, (members, others), minor, &mut interest)? else { continue };
            left = left - taken.members;
            left_of_others = left_of_others - taken.non_members;
            shared.lines.push(taken);
        }
        self.not_overdrawn(left, members, "members")?;
        self.not_overdrawn(left_of_others, others, "others")?;
        shared.lines.push(line(Step::Distributable, left, left, Money::ZERO));
        self.to_members(&mut shared, left, minor, &interest)?;
        if left_of_others > Money::ZERO {
            let rest = line(Step::NonMembers, left_of_others, Money::ZERO, left_of_others);
            shared.lines.extend(self.rules.rule("non_members").map(|rule| of_rule(rest, rule)));
        }
        Ok(shared)
    }

    /// The part of a loss that is from business with members. Nothing is shared out, so it may be unknown.
    fn part_of_loss(&self, minor: Minor) -> Result<(Money, Known), Problem> {
        let rows = self.patronage.unwrap_or_default();
        let has_others = rows.iter().any(|row| row.member.is_none());
        let business: Exact = rows.iter().map(|row| &row.amount).sum();
        let is_comparable = has_others && business > zero() && self.one_unit().is_ok();
        if self.surplus.member_surplus.is_some() || is_comparable {
            return self.member_surplus(minor);
        }
        Ok((Money::ZERO, Known::Nothing))
    }

    /// The part of the surplus that is from business with members.
    fn member_surplus(&self, minor: Minor) -> Result<(Money, Known), Problem> {
        let (total, year) = (self.surplus.amount, self.surplus.year);
        if let Some(stated) = self.surplus.member_surplus {
            if stated < total.min(Money::ZERO) || stated > total.max(Money::ZERO) {
                let message =
                    format!("the surplus from business with members is {stated}, of a surplus of {total}");
                let hint = "it is from 0 to the whole: what one business loses, the other bears first";
                return Err(self.error(codes::BAD_VALUE, message, "member_surplus", hint).into());
            }
            return Ok((stated, Known::Stated));
        }
        let rows = self.patronage.unwrap_or_default();
        self.one_unit()?;
        let with_others = rows.iter().find(|row| row.member.is_none()).map(|row| &row.amount);
        let members: Exact = rows.iter().filter(|row| row.member.is_some()).map(|row| &row.amount).sum();
        let Some(with_others) = with_others.filter(|others| *others + &members > zero()) else {
            let message = format!("which part of the surplus of {year} is from business with members?");
            let hint = "fill `member_surplus`; or state the business with each member and with all others in \
                        `patronage`, the latter in a row without a member, 0 if there was none";
            return Err(self.error(codes::MISSING_VALUE, message, "member_surplus", hint).into());
        };
        let all = &members + with_others;
        let part = minor.round(&(total.exact() * &members / &all))?;
        Ok((part, Known::Prorated { members, all }))
    }

    /// Business in several units cannot be compared.
    fn one_unit(&self) -> Result<String, Problem> {
        let rows = self.patronage.unwrap_or_default();
        let first = rows.first().map(|row| row.unit.as_str()).unwrap_or_default();
        let Some(other) = rows.iter().find(|row| row.unit != first) else { return Ok(first.to_owned()) };
        let named = |unit: &str| if unit.is_empty() { "no unit".to_owned() } else { format!("`{unit}`") };
        let message = format!(
            "the business of {} is stated in {} and in {}",
            self.surplus.year,
            named(first),
            named(&other.unit)
        );
        let hint =
            "shares are in proportion to business: state that of a year in one unit, such as the currency";
        let place = other.row.place().column("unit");
        Err(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint).into())
    }

    /// What a rule takes before members share; `None` if it takes nothing.
    fn taken(
        &self,
        rule: &SurplusRule,
        (members, others): (Money, Money),
        minor: Minor,
        interest: &mut BTreeMap<String, Money>,
    ) -> Result<Option<Line>, Problem> {
        match &rule.kind {
            RuleKind::Reserve { of, rate, charged_to } => {
                let base = if *of == Base::Members { members } else { members + others };
                let amount = minor.round(&(base.exact() * rate))?;
                let part = match charged_to {
                    ChargedTo::Members => amount,
                    ChargedTo::NonMembers => Money::ZERO,
                    ChargedTo::Both => {
                        let weights = [members.exact(), others.exact()];
                        let parts = minor.split(amount, &weights, &["members", "others"]);
                        parts.map(|parts| parts[0]).ok_or(Overflow)?
                    }
                };
                let mut taken = of_rule(line(Step::Reserve, amount, part, amount - part), rule);
                (taken.of, taken.base, taken.rate) = (Some(*of), Some(base), Some(rate.clone()));
                taken.charged_to = Some(*charged_to);
                Ok(Some(taken))
            }
            RuleKind::Interest { rate } => {
                let Some(capital) = self.capital else {
                    let message = format!("`{}` pays interest on capital, and none is stated", rule.id);
                    let hint = "put the capital of the members into the table `capital`";
                    return Err(self.error(codes::MISSING_TABLE, message, "rules", hint).into());
                };
                let base: Money = capital.values().copied().sum();
                let amount = minor.round(&(base.exact() * rate))?;
                let weights: Vec<Exact> = capital.values().map(|amount| amount.exact()).collect();
                let ids: Vec<&str> = capital.keys().map(String::as_str).collect();
                let parts = minor.split(amount, &weights, &ids).ok_or(Overflow)?;
                interest.extend(capital.keys().cloned().zip(parts));
                let mut taken = of_rule(line(Step::Interest, amount, amount, Money::ZERO), rule);
                (taken.of, taken.base, taken.rate) = (Some(Base::Capital), Some(base), Some(rate.clone()));
                Ok(Some(taken))
            }
            _ => Ok(None),
        }
    }

    fn not_overdrawn(&self, left: Money, of: Money, whose: &str) -> Result<(), Problem> {
        if left >= Money::ZERO {
            return Ok(());
        }
        let message = format!(
            "the rules `{}` charge {} to the surplus from business with {whose}, which is {of}",
            self.rules.name,
            of - left
        );
        let hint = "lower the rates, or charge reserves to `both`";
        Err(self.error(codes::BAD_VALUE, message, "surplus", hint).into())
    }

    /// Shares out what is left among members: cash rounded down, the rest is kept.
    fn to_members(
        &self,
        shared: &mut YearShares,
        left: Money,
        minor: Minor,
        interest: &BTreeMap<String, Money>,
    ) -> Result<(), Problem> {
        let mut business: BTreeMap<&str, Exact> =
            interest.keys().map(|member| (member.as_str(), zero())).collect();
        let mut is_stated = false;
        for row in self.patronage.unwrap_or_default() {
            if let Some(member) = &row.member {
                business.insert(member, row.amount.clone());
                is_stated = true;
            }
        }
        shared.unit = self.one_unit()?;
        if left > Money::ZERO && !is_stated {
            let message = format!("no business of {} with any member is stated", self.surplus.year);
            let hint =
                "the table `patronage` has a row for each member: what members share, they share by it";
            return Err(self.error(codes::MISSING_VALUE, message, "surplus", hint).into());
        }
        let (weights, ids): (Vec<Exact>, Vec<&str>) =
            business.iter().map(|(member, amount)| (amount.clone(), *member)).unzip();
        let Some(shares) = minor.split(left, &weights, &ids) else {
            let mut rest = line(Step::Unshared, left, left, Money::ZERO);
            self.rules.reserve().clone_into(&mut rest.to);
            shared.lines.push(rest);
            shared.members = ids.iter().map(|id| member(id, zero(), [Money::ZERO; 2], interest)).collect();
            return Ok(());
        };
        let rate = if left > Money::ZERO { Some(self.rate()?) } else { None };
        for ((id, share), patronage) in ids.iter().zip(shares).zip(weights) {
            let cash = match rate {
                Some(rate) => minor.down(share, rate)?,
                None => Money::ZERO,
            };
            let too_little = self.rules.minimum_payout().is_some_and(|least| cash.exact() < *least);
            let cash = if too_little { Money::ZERO } else { cash };
            shared.members.push(member(id, patronage, [cash, share - cash], interest));
        }
        let sum = |get: fn(&MemberShare) -> Money| shared.members.iter().map(get).sum::<Money>();
        let (cash, retained) = (sum(|m| m.cash), sum(|m| m.retained));
        for (step, amount, word) in [(Step::Cash, cash, "cash"), (Step::Retained, retained, "retained")] {
            let part = line(step, amount, amount, Money::ZERO);
            shared.lines.extend(self.rules.rule(word).map(|rule| of_rule(part, rule)));
        }
        shared.cash_rate = rate.cloned();
        Ok(())
    }

    fn rate(&self) -> Result<&Exact, Problem> {
        self.cash_rate.or(self.surplus.cash_rate.as_ref()).or(self.rules.cash_rate()).ok_or_else(|| {
            let message = format!("which part of the shares of {} is paid in cash?", self.surplus.year);
            let hint = format!(
                "fill `cash_rate`, or say --cash-rate 0.2: the rules `{}` leave it open",
                self.rules.name
            );
            self.error(codes::MISSING_CHOICE, message, "cash_rate", &hint).into()
        })
    }
}

fn line(step: Step, amount: Money, members: Money, non_members: Money) -> Line {
    Line {
        step,
        rule: String::new(),
        of: None,
        base: None,
        rate: None,
        charged_to: None,
        amount,
        members,
        non_members,
        to: String::new(),
        source: String::new(),
        verification: None,
    }
}

fn of_rule(line: Line, rule: &SurplusRule) -> Line {
    Line {
        rule: rule.id.clone(),
        to: rule.to.clone(),
        source: rule.source.clone(),
        verification: Some(rule.verification),
        ..line
    }
}

fn member(
    id: &str,
    patronage: Exact,
    [cash, retained]: [Money; 2],
    interest: &BTreeMap<String, Money>,
) -> MemberShare {
    let interest = interest.get(id).copied().unwrap_or_default();
    MemberShare { member: id.to_owned(), patronage, share: cash + retained, cash, retained, interest }
}
