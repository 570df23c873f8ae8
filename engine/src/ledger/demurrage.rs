//! Demurrage: positive balances lose a part at the end of each month or year, to the account of the community.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;

use crate::base::decimal::{Exact, ten};
use crate::base::money::{BOOK_SCALE, Money};
use crate::base::period::Period;
use crate::data::flows::Every;

/// The days on which it falls due, from a first to a last day.
pub(super) fn due_days(every: Every, (first, last): (i32, i32)) -> Vec<i32> {
    let mut days = Vec::new();
    let mut day = first;
    while let Some(period) = Period::of_day(day).filter(|_| day <= last) {
        let end = period.whole_month().last_day();
        let year_ends = Period::of_day(end + 1).is_none_or(|next| next.year() != period.year());
        if end <= last && (every == Every::Month || year_ends) {
            days.push(end);
        }
        day = end + 1;
    }
    days
}

/// The last day on which it falls due: the end of the month or year in which the last thing happened. Nothing is taken
/// from balances of a time that no flow tells of.
pub(super) fn last_due(every: Every, last: i32) -> i32 {
    let Some(period) = Period::of_day(last) else { return last };
    match every {
        Every::Month => period.whole_month().last_day(),
        Every::Year => Period::parse(&period.year().to_string()).map_or(last, Period::last_day),
    }
}

/// What a balance loses: the part of it, rounded down to whole minor units; nothing if it is not above 0.
pub(super) fn lost(balance: Money, rate: &Exact, digits: u32) -> Money {
    if balance <= Money::ZERO {
        return Money::ZERO;
    }
    let minor = ten(BOOK_SCALE - digits.min(BOOK_SCALE));
    let whole = BigInt::from(balance.units()) * rate.numer();
    let units = whole.div_floor(&(rate.denom() * &minor)) * minor;
    Money::of_units(units.to_i128().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    #[test]
    fn what_is_lost_is_rounded_down() {
        let money = |text: &str| Money::round(&parse(text).unwrap()).unwrap();
        let lost = |text: &str, digits| lost(money(text), &parse("0.01").unwrap(), digits).to_string();
        assert_eq!(lost("40.00", 2), "0.4");
        assert_eq!(lost("40.99", 2), "0.4");
        assert_eq!(lost("0.99", 2), "0");
        assert_eq!(lost("199", 0), "1");
        assert_eq!(lost("-40", 2), "0");
    }

    #[test]
    fn it_falls_due_on_the_last_day() {
        let day = |text: &str| Period::parse(text).unwrap().first_day();
        let days = |every, last| {
            let days = due_days(every, (day("2023-12-15"), day(last)));
            days.into_iter().map(|day| Period::of_day(day).unwrap().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(days(Every::Month, "2024-02-29"), ["2023-12-31", "2024-01-31", "2024-02-29"]);
        assert_eq!(days(Every::Month, "2024-02-28"), ["2023-12-31", "2024-01-31"]);
        assert_eq!(days(Every::Year, "2024-12-31"), ["2023-12-31", "2024-12-31"]);
    }
}
