//! Factors of wider places that stand in for those of a place, in words.

use std::collections::BTreeMap;

use crate::base::region::{Level, Location};
use crate::valuation::FactorUse;

/// What a factor outside the regions of its set is called.
const OUTSIDE: &str = "outside";

/// The level of the region whose factor stands in for the one of a place; empty: none does.
pub(super) fn of(factor: &FactorUse, place: &Location) -> String {
    let is_its_own = matches!(place, Location::Code(code) if *code == factor.region);
    let level = factor.level.filter(|level| *level > Level::Country && !is_its_own);
    match (factor.outside, level) {
        (true, Some(level)) => format!("{OUTSIDE} {level}"),
        (true, None) => OUTSIDE.to_owned(),
        (false, Some(level)) => level.to_string(),
        (false, None) => String::new(),
    }
}

/// How many factors stand in at each level, the widest first: `world 16, subregion 3`. Empty words do not count.
pub fn summary<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        *counts.entry(word).or_default() += 1;
    }
    let width = |word: &str| {
        let level = word.strip_prefix(OUTSIDE).unwrap_or(word).trim_start();
        Level::ALL.into_iter().position(|known| known.to_string() == level)
    };
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(word, _)| (std::cmp::Reverse(width(word)), *word));
    counts.iter().map(|(word, count)| format!("{word} {count}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_comes_first() {
        let words = ["subregion", "", "world", "outside world", "world", "outside", "intermediate region"];
        let text = "outside world 1, world 2, subregion 1, intermediate region 1, outside 1";
        assert_eq!(summary(words), text);
        assert_eq!(summary([""]), "");
    }
}
