//! When an event was: its day, as it was written down; hours and zones are left aside.

use crate::base::period::Period;

use super::graph::Thing;

/// The day of a moment such as `2019-04-18T8:30:08-5:00`, which is that of its clock; `None`: it is not a date.
fn day(moment: &str) -> Option<String> {
    let date = moment.trim().split(['T', 't', ' ']).next()?;
    let parts: Vec<&str> = date.split('-').collect();
    let two = |part: &str| if part.len() == 1 { format!("0{part}") } else { part.to_owned() };
    let date = match parts.as_slice() {
        [year, month, day] => format!("{year}-{}-{}", two(month), two(day)),
        _ => date.to_owned(),
    };
    Period::parse(&date).map(|period| period.to_string())
}

/// The date of an event: its moment, or the end of its time; a whole month or year is one. `Err`: what is no date.
pub(super) fn date(event: &Thing) -> Result<String, (&'static str, String)> {
    let read = |name: &'static str| match event.text(name) {
        "" => Ok(None),
        moment => day(moment).map(Some).ok_or_else(|| (name, moment.to_owned())),
    };
    let (moment, begin, end) = (read("hasPointInTime")?, read("hasBeginning")?, read("hasEnd")?);
    let whole = begin.as_deref().zip(end.as_deref()).and_then(|(begin, end)| period(begin, end));
    Ok(moment.or(whole).or(end).or(begin).unwrap_or_default())
}

/// The month or year from its first day to its last.
fn period(begin: &str, end: &str) -> Option<String> {
    let day = |text: &str| Period::parse(text).and_then(Period::day);
    let after = Period::of_day(day(end)?.checked_add(1)?)?.to_string();
    let whole = [(4, "-01-01"), (7, "-01")].into_iter().find(|(length, rest)| {
        let (name, next) = (begin.get(..*length), after.get(..*length));
        name == end.get(..*length) && name != next && begin.ends_with(rest) && after.ends_with(rest)
    });
    whole.and_then(|(length, _)| begin.get(..length)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_days() {
        assert_eq!(day("2019-04-18T8:30:08-5:00").as_deref(), Some("2019-04-18"));
        assert_eq!(day("2019-4-8").as_deref(), Some("2019-04-08"));
        assert_eq!(day("2019-04-18 08:00").as_deref(), Some("2019-04-18"));
        assert_eq!(day("2024-02").as_deref(), Some("2024-02"));
        assert_eq!((day("18.04.2019"), day("2019-02-30"), day("")), (None, None, None));
        assert_eq!(period("2024-01-01", "2024-12-31").as_deref(), Some("2024"));
        assert_eq!(period("2024-02-01", "2024-02-29").as_deref(), Some("2024-02"));
        assert_eq!(period("2024-02-01", "2024-02-28"), None);
    }
}
