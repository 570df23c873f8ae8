//! Exact amounts at the minor unit of a currency.

use num_bigint::BigInt;

use crate::base::decimal::{Exact, round, ten};

/// The smallest amount of the minor unit that is no less.
pub fn up(value: &Exact, digits: u32) -> Exact {
    let scale = ten(digits);
    Exact::new((value * Exact::from_integer(scale.clone())).ceil().to_integer(), scale)
}

/// Each amount at the minor unit, so that they add up to their exact sum, rounded half-even: the units that are left
/// over go to the largest remainders, of equal ones to the first.
pub fn parts(values: &[Exact], digits: u32) -> Vec<Exact> {
    let scale = ten(digits);
    let fine: Vec<Exact> = values.iter().map(|value| value * Exact::from_integer(scale.clone())).collect();
    let total = round(&fine.iter().sum(), 0).to_integer();
    let mut parts: Vec<BigInt> = fine.iter().map(|value| value.floor().to_integer()).collect();
    let left = total - parts.iter().sum::<BigInt>();
    let left = usize::try_from(left).unwrap_or(0).min(parts.len());
    let remainders: Vec<Exact> = fine.iter().map(|value| value - value.floor()).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| remainders[b].cmp(&remainders[a]).then(a.cmp(&b)));
    for &index in &order[..left] {
        parts[index] += 1;
    }
    parts.into_iter().map(|part| Exact::new(part, scale.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::decimal::parse;

    #[test]
    fn parts_add_up_to_the_rounded_sum() {
        let third = Exact::new(200.into(), 3.into());
        let text = |values: &[Exact], digits| {
            parts(values, digits).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        let thirds = [third.clone(), third.clone(), third];
        assert_eq!(text(&thirds, 0), "67 67 66");
        assert_eq!(parts(&thirds, 2).iter().sum::<Exact>(), parse("200").unwrap());
        assert_eq!(text(&[parse("0.5").unwrap(), parse("0").unwrap()], 0), "0 0");
        assert_eq!(text(&[parse("-0.4").unwrap(), parse("1.4").unwrap()], 0), "0 1");
        assert_eq!(text(&[], 2), "");
    }

    #[test]
    fn up_is_never_less() {
        let value = |text: &str| parse(text).unwrap();
        assert_eq!(up(&value("1.001"), 2), value("1.01"));
        assert_eq!(up(&value("1.01"), 2), value("1.01"));
        assert_eq!(up(&value("0.2"), 0), value("1"));
        assert_eq!(up(&value("-0.2"), 0), value("0"));
    }
}
