//! Names that other programs accept: units as commodities, agents and accounts as account names.

use std::collections::{BTreeMap, BTreeSet};

/// Characters of a commodity.
const LONGEST: usize = 24;

/// Units with their commodities: capital letters, digits, `.`, `_`, `-`, beginning with a letter. Units whose names
/// would become one get `-2`, `-3` and so on, by name.
pub(super) fn commodities<'a>(units: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
    let units: BTreeSet<&str> = units.collect();
    distinct(units.into_iter().map(|unit| (unit, commodity(unit))), |name, n| {
        let end = format!("-{n}");
        format!("{}{end}", &name[..name.len().min(LONGEST - end.len())])
    })
}

fn commodity(unit: &str) -> String {
    let legal = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "._-".contains(c);
    let text: String =
        unit.chars().map(|c| c.to_ascii_uppercase()).map(|c| if legal(c) { c } else { '-' }).collect();
    let text = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let text =
        if text.starts_with(|c: char| c.is_ascii_uppercase()) { text.to_owned() } else { format!("U{text}") };
    let text = &text[..text.len().min(LONGEST)];
    text.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

/// Gives each key a name of its own; `with` makes the n-th of those that would be the same.
fn distinct<K: Ord>(
    names: impl Iterator<Item = (K, String)>,
    with: impl Fn(&str, usize) -> String,
) -> BTreeMap<K, String> {
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut found = BTreeMap::new();
    for (key, name) in names {
        let mut own = name.clone();
        let mut number = 2;
        while !used.insert(own.clone()) {
            own = with(&name, number);
            number += 1;
        }
        found.insert(key, own);
    }
    found
}

/// `root:AGENT:rest` of an account of an agent.
pub(super) fn plain_account(agent: &str, account: &str) -> String {
    match account.split_once(':') {
        Some((root, rest)) => format!("{root}:{agent}:{rest}"),
        None => format!("{account}:{agent}"),
    }
}

/// Accounts as beancount writes them: each part begins with a capital letter or a digit, and has letters, digits and
/// `-` only.
pub(super) fn capital_accounts<'a>(
    accounts: impl Iterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<(&'a str, &'a str), String> {
    let accounts: BTreeSet<(&str, &str)> = accounts.collect();
    let name = |agent: &str, account: &str| {
        let plain = plain_account(agent, account);
        plain.split(':').map(part).collect::<Vec<_>>().join(":")
    };
    distinct(
        accounts.into_iter().map(|(agent, account)| ((agent, account), name(agent, account))),
        |name, n| format!("{name}-{n}"),
    )
}

fn part(text: &str) -> String {
    let legal: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let legal = legal.trim_start_matches('-');
    match legal.chars().next() {
        None => "X".to_owned(),
        Some(first) => first.to_ascii_uppercase().to_string() + &legal[1..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legal_and_distinct() {
        let found =
            commodities(["EUR", "LEAF", "kg", "Kg", "EUR.environmental", "[lb_av]", "%", "1"].into_iter());
        let of = |unit| found[unit].as_str();
        assert_eq!((of("EUR"), of("LEAF"), of("Kg"), of("kg")), ("EUR", "LEAF", "KG", "KG-2"));
        assert_eq!((of("EUR.environmental"), of("[lb_av]")), ("EUR.ENVIRONMENTAL", "LB_AV"));
        assert_eq!((of("%"), of("1")), ("U", "U1"));
        let pairs = [
            ("ana", "assets:cash"),
            ("Ana", "assets:cash"),
            ("?", "assets:credit:kW.h"),
            ("_b", "equity:opening"),
        ];
        let found = capital_accounts(pairs.into_iter());
        assert_eq!(found[&("Ana", "assets:cash")], "Assets:Ana:Cash");
        assert_eq!(found[&("ana", "assets:cash")], "Assets:Ana:Cash-2");
        assert_eq!(found[&("?", "assets:credit:kW.h")], "Assets:X:Credit:KW-h");
        assert_eq!(found[&("_b", "equity:opening")], "Equity:B:Opening");
    }
}
