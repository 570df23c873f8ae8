//! Looks a set of rules over: rules that are never reached, rules that speak against one another, flows that no rule
//! knows.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::flows::{Class, Field};

use super::expression::Expression;
use super::rules::Rules;

/// Boxes that are looked at before the question is left open.
const EFFORT: usize = 200_000;

/// Boxes that a predicate may fall into.
const MOST_BOXES: usize = 4_000;

/// Allowed values of every field: bit n stands for the value of number n.
type Region = [u64; Field::COUNT];

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing: `unreachable`, `overlap`, `gap` or `open`.
    pub kind: &'static str,
    /// The rules it is about.
    pub rules: Vec<String>,
    /// In words.
    pub text: String,
    /// A flow that shows it.
    pub example: String,
}

/// Looks a set of rules over. A rule that no flow reaches is a warning.
pub fn check(rules: &Rules, diagnostics: &mut Diagnostics) -> Vec<Finding> {
    let when: Vec<Option<Vec<Region>>> = rules.when.iter().map(regions).collect();
    let mut findings = Vec::new();
    // The last rule is for what no other knows: there need be nothing.
    for rule in 0..when.len().saturating_sub(1) {
        findings.extend(unreachable_rule(rules, &when, rule, diagnostics));
    }
    for rule in 0..when.len() {
        findings.extend((rule + 1..when.len()).filter_map(|other| overlap(rules, &when, rule, other)));
    }
    findings.extend(gaps(rules, &when));
    findings
}

fn unreachable_rule(
    rules: &Rules,
    when: &[Option<Vec<Region>>],
    rule: usize,
    diagnostics: &mut Diagnostics,
) -> Option<Finding> {
    let row = &rules.table.rules[rule];
    let known: Option<Vec<&Vec<Region>>> = when[..=rule].iter().map(Option::as_ref).collect();
    let found = known.and_then(|known| {
        let (own, earlier) = known.split_last()?;
        let taken: Vec<Region> = earlier.iter().flat_map(|regions| regions.iter().copied()).collect();
        let mut effort = EFFORT;
        let mut all = own.iter().map(|region| outside(*region, &taken, &mut effort));
        let reached = all.find(|found| *found != Search::None);
        Some(reached.unwrap_or(Search::None))
    });
    match found {
        Some(Search::Found(_)) => None,
        Some(Search::None) => {
            let message =
                format!("no flow reaches the rule `{}`: rules of a lower rank take them all", row.id);
            let hint = "raise its rank above theirs, or delete it";
            let place = row.row.place().column("when");
            diagnostics.push(Diagnostic::warning(codes::UNREACHABLE_RULE, message).at(place).hint(hint));
            let text = "no flow reaches it".to_owned();
            Some(Finding { kind: "unreachable", rules: vec![row.id.clone()], text, example: String::new() })
        }
        Some(Search::Open) | None => {
            let text = "too intricate to tell whether a flow reaches it".to_owned();
            Some(Finding { kind: "open", rules: vec![row.id.clone()], text, example: String::new() })
        }
    }
}

/// Two rules of different classes that both hold of some flow: their order decides.
fn overlap(rules: &Rules, when: &[Option<Vec<Region>>], first: usize, second: usize) -> Option<Finding> {
    let (a, b) = (&rules.table.rules[first], &rules.table.rules[second]);
    if a.class == b.class || rules.when[second] == Expression::Always {
        return None;
    }
    let (left, right) = (when[first].as_ref()?, when[second].as_ref()?);
    let common = left.iter().find_map(|one| right.iter().find_map(|other| both(one, other)))?;
    Some(Finding {
        kind: "overlap",
        rules: vec![a.id.clone(), b.id.clone()],
        text: format!("both can hold: {} comes first, {} second", a.class, b.class),
        example: example(&common),
    })
}

/// How prices and counterflows combine such that only the last rule holds.
fn gaps(rules: &Rules, when: &[Option<Vec<Region>>]) -> Vec<Finding> {
    let last = when.len().saturating_sub(1);
    let Some(known) = when[..last].iter().map(Option::as_ref).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    let says = |rule: &usize| rules.table.rules[*rule].class != Class::INSUFFICIENT;
    let taken: Vec<Region> = (0..last).filter(says).flat_map(|rule| known[rule].iter().copied()).collect();
    let mut findings = Vec::new();
    for &price in Field::PriceBasis.values() {
        for &counterflow in Field::CounterflowKind.values() {
            let mut region = everything();
            region[Field::PriceBasis as usize] = 1 << Field::PriceBasis.known(price);
            region[Field::CounterflowKind as usize] = 1 << Field::CounterflowKind.known(counterflow);
            let mut effort = EFFORT;
            if let Search::Found(found) = outside(region, &taken, &mut effort) {
                findings.push(Finding {
                    kind: "gap",
                    rules: Vec::new(),
                    text: format!("price_basis = {price}, counterflow_kind = {counterflow}"),
                    example: example(&found),
                });
            }
        }
    }
    findings
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Search {
    Found(Region),
    None,
    Open,
}

/// A part of a region that none of the others holds.
fn outside(region: Region, taken: &[Region], effort: &mut usize) -> Search {
    if *effort == 0 {
        return Search::Open;
    }
    *effort -= 1;
    let Some((at, first)) = taken.iter().enumerate().find(|(_, taken)| both(&region, taken).is_some()) else {
        return Search::Found(region);
    };
    // What of the region lies outside the first: split field by field, each part without the ones before.
    let mut rest = region;
    let mut open = false;
    for field in 0..Field::COUNT {
        let without = rest[field] & !first[field];
        if without != 0 {
            let mut part = rest;
            part[field] = without;
            match outside(part, &taken[at + 1..], effort) {
                Search::None => {}
                Search::Open => open = true,
                found @ Search::Found(_) => return found,
            }
        }
        rest[field] &= first[field];
    }
    if open { Search::Open } else { Search::None }
}

fn both(a: &Region, b: &Region) -> Option<Region> {
    let common: Region = std::array::from_fn(|field| a[field] & b[field]);
    common.iter().all(|values| *values != 0).then_some(common)
}

fn everything() -> Region {
    Field::ALL.map(all_values)
}

fn all_values(field: Field) -> u64 {
    (1 << (field.values().len() + 1)) - 2
}

/// A predicate as regions whose union it is; `None`: there would be too many.
fn regions(when: &Expression) -> Option<Vec<Region>> {
    let found = expand(when, false)?;
    (found.len() <= MOST_BOXES).then_some(found)
}

fn expand(when: &Expression, negated: bool) -> Option<Vec<Region>> {
    match (when, negated) {
        (Expression::Always, false) => Some(vec![everything()]),
        (Expression::Always, true) => Some(Vec::new()),
        (Expression::Test(field, values), _) => {
            let mut region = everything();
            let allowed = if negated { !values } else { *values };
            region[*field as usize] &= allowed;
            Some(if region[*field as usize] == 0 { Vec::new() } else { vec![region] })
        }
        (Expression::Not(inner), _) => expand(inner, !negated),
        (Expression::Any(parts), false) | (Expression::All(parts), true) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(expand(part, negated)?);
            }
            (all.len() <= MOST_BOXES).then_some(all)
        }
        (Expression::All(parts), false) | (Expression::Any(parts), true) => {
            let mut all = vec![everything()];
            for part in parts {
                let right = expand(part, negated)?;
                all = all.iter().flat_map(|a| right.iter().filter_map(move |b| both(a, b))).collect();
                if all.len() > MOST_BOXES {
                    return None;
                }
            }
            Some(all)
        }
    }
}

/// The first flow of a region, by the fields that it narrows.
fn example(region: &Region) -> String {
    let narrowed = Field::ALL.into_iter().filter(|field| region[*field as usize] != all_values(*field));
    let words = narrowed.map(|field| {
        let code = region[field as usize].trailing_zeros() as u8;
        format!("{} = {}", field.name(), field.word(code))
    });
    words.collect::<Vec<_>>().join(", ")
}
