//! Measures of the same thing: PM2.5 or PM10, midpoint or pollutant, one of them is priced.

use std::collections::BTreeMap;

use crate::data::factors::Exclusive;

/// Of indicators that one process states for one subject and that have a factor: which are left out, and for which.
///
/// The lowest ranks are looked at first; an indicator stands unless one that stands outranks it in a group.
pub fn excluded<'a>(indicators: &[&'a str], exclusive: &Exclusive) -> BTreeMap<&'a str, &'a str> {
    let groups = |indicator: &str| exclusive.get(indicator).map_or(&[][..], Vec::as_slice);
    let rank = |indicator: &str| groups(indicator).iter().map(|(_, rank)| *rank).min().unwrap_or(0);
    let mut order: Vec<&'a str> = indicators.to_vec();
    order.sort_by_key(|id| (rank(id), *id));
    order.dedup();
    let mut standing: Vec<&'a str> = Vec::new();
    let mut out = BTreeMap::new();
    for indicator in order {
        let outranks = |other: &&&str| {
            groups(indicator)
                .iter()
                .any(|(group, rank)| groups(other).iter().any(|(g, r)| g == group && r < rank))
        };
        match standing.iter().find(outranks) {
            Some(other) => {
                out.insert(indicator, *other);
            }
            None => standing.push(indicator),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_measure_of_a_thing_stands() {
        let mut exclusive = Exclusive::new();
        let mut add = |indicator: &str, group: &str, rank| {
            exclusive.entry(indicator.to_owned()).or_default().push((group.to_owned(), rank));
        };
        add("pm2.5", "size", 1);
        add("pm10", "size", 2);
        add("co2-eq", "climate", 1);
        add("co2", "climate", 2);
        add("ch4", "climate", 2);
        assert_eq!(excluded(&["pm10", "pm2.5"], &exclusive), BTreeMap::from([("pm10", "pm2.5")]));
        assert_eq!(excluded(&["pm10"], &exclusive), BTreeMap::new());
        assert_eq!(excluded(&["ch4", "co2"], &exclusive), BTreeMap::new());
        assert_eq!(excluded(&["ch4", "co2", "co2-eq"], &exclusive).len(), 2);
    }

    #[test]
    fn what_is_left_out_does_not_leave_out_others() {
        let mut exclusive = Exclusive::new();
        for (indicator, group, rank) in [("a", "one", 1), ("b", "one", 2), ("b", "two", 2), ("c", "two", 3)] {
            exclusive.entry(indicator.to_owned()).or_default().push((group.to_owned(), rank));
        }
        assert_eq!(excluded(&["a", "b", "c"], &exclusive), BTreeMap::from([("b", "a")]));
    }
}
