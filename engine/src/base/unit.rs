//! Units: a UCUM code, checked for dimension, and what is counted (`kg CO2-eq`): its kind.
//!
//! Units convert only within one dimension and one kind. The table of units is data
//! (`datasets/reference/units`); this module knows the grammar.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{One, ToPrimitive};

use super::currency::Currency;
use super::decimal::{self, Exact};
use super::diagnostic::nearest;

/// Exponents of m, kg, s, A, K, mol, cd and of counted things.
pub type Dimension = [i8; 8];

/// One row of the table of units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// UCUM code.
    pub code: String,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Size in coherent SI units.
    pub ratio: Exact,
    /// Its dimension.
    pub dimension: Dimension,
    /// Does it take the SI prefixes?
    pub metric: bool,
    /// What it counts, if it counts: `worker` and `box` are of one dimension, and never one kind.
    pub kind: String,
}

/// A unit as a table states it. Rows by the million share few of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit(Arc<Parts>);

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    text: String,
    ratio: Exact,
    dimension: Dimension,
    kind: String,
}

/// The unit of an amount: physical, or money of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A physical or counted unit.
    Physical(Unit),
    /// A currency, with the year of its prices where stated (`GHS2020`).
    Money(Currency, Option<i32>),
    /// Money of any currency: the unit of an indicator such as a wage gap.
    AnyMoney,
}

impl Measure {
    /// Is it money?
    pub fn is_money(&self) -> bool {
        !matches!(self, Self::Physical(_))
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Physical(unit) => f.write_str(unit.text()),
            Self::Money(currency, Some(year)) => write!(f, "{currency}{year}"),
            Self::Money(currency, None) => write!(f, "{currency}"),
            Self::AnyMoney => f.write_str("money"),
        }
    }
}

/// A unit that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownUnit {
    /// The part that is not known.
    pub part: String,
    /// What was probably meant.
    pub nearest: Option<String>,
}

/// Two units that do not convert.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{from}` does not convert to `{to}`: {why}")]
pub struct Mismatch {
    from: String,
    to: String,
    why: &'static str,
}

/// How many of one unit are in another: an exact ratio, applied to a double with at most two roundings.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratio {
    exact: Exact,
    numerator: f64,
    denominator: f64,
}

impl Ratio {
    fn new(exact: Exact) -> Self {
        let whole = |value: &BigInt| value.to_f64().filter(|v| v.abs() < 9e15);
        let (numerator, denominator) = match (whole(exact.numer()), whole(exact.denom())) {
            (Some(numerator), Some(denominator)) => (numerator, denominator),
            _ => (exact.to_f64().unwrap_or(f64::NAN), 1.0),
        };
        Self { exact, numerator, denominator }
    }

    /// One to one.
    pub fn one() -> Self {
        Self::new(Exact::one())
    }

    /// The ratio itself.
    pub fn exact(&self) -> &Exact {
        &self.exact
    }

    /// `amount` of the first unit, in the second.
    pub fn apply(&self, amount: f64) -> f64 {
        if self.exact.is_one() { amount } else { amount * self.numerator / self.denominator }
    }

    /// This ratio times another.
    #[must_use]
    pub fn times(&self, other: &Exact) -> Self {
        Self::new(&self.exact * other)
    }
}

impl Unit {
    /// As written.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Does it measure mass, of anything?
    pub fn is_mass(&self) -> bool {
        self.0.dimension == [0, 1, 0, 0, 0, 0, 0, 0]
    }

    /// Does it measure volume, of anything?
    pub fn is_volume(&self) -> bool {
        self.0.dimension == [3, 0, 0, 0, 0, 0, 0, 0]
    }

    /// Does it count things?
    pub fn is_count(&self) -> bool {
        self.0.dimension == [0, 0, 0, 0, 0, 0, 0, 1]
    }

    /// How many `other` are in one of it.
    pub fn ratio_to(&self, other: &Self) -> Result<Ratio, Mismatch> {
        // Most amounts are in the reference unit.
        if self == other {
            return Ok(Ratio::one());
        }
        let why = if self.0.dimension != other.0.dimension {
            "they measure different dimensions"
        } else if self.0.kind != other.0.kind {
            "they count different kinds of thing"
        } else {
            return Ok(Ratio::new(&self.0.ratio / &other.0.ratio));
        };
        Err(Mismatch { from: self.0.text.clone(), to: other.0.text.clone(), why })
    }
}

/// The table of units.
#[derive(Clone, Debug, Default)]
pub struct Units {
    by_code: BTreeMap<String, UnitRow>,
}

/// SI prefixes with their power of ten, in UCUM's spelling.
const PREFIXES: &[(&str, i32)] = &[
    ("da", 1),
    ("Y", 24),
    ("Z", 21),
    ("E", 18),
    ("P", 15),
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("h", 2),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
    ("a", -18),
    ("z", -21),
    ("y", -24),
];

impl Units {
    /// A table of these rows; codes win over aliases.
    pub fn new(rows: Vec<UnitRow>) -> Self {
        let mut by_code = BTreeMap::new();
        for row in &rows {
            for alias in &row.aliases {
                by_code.insert(alias.clone(), row.clone());
            }
        }
        for row in rows {
            by_code.insert(row.code.clone(), row);
        }
        Self { by_code }
    }

    /// The rows of the table by code, each with the aliases that mean it.
    pub fn rows(&self) -> Vec<UnitRow> {
        let own = |row: &UnitRow| {
            let means = |alias: &String| self.by_code.get(alias).is_some_and(|other| other.code == row.code);
            UnitRow { aliases: row.aliases.iter().filter(|a| means(a)).cloned().collect(), ..row.clone() }
        };
        self.by_code.iter().filter(|(code, row)| **code == row.code).map(|(_, row)| own(row)).collect()
    }

    /// Reads `kg`, `m2.a crop-eq`, `EUR`, `GHS2020` or `money`.
    pub fn measure(&self, text: &str) -> Result<Measure, UnknownUnit> {
        if text == "money" {
            return Ok(Measure::AnyMoney);
        }
        if let Some(code) = text.get(..3)
            && let Some(currency) = Currency::from_code(code)
        {
            let year = &text[3..];
            if year.is_empty() && !self.by_code.contains_key(text) {
                return Ok(Measure::Money(currency, None));
            }
            if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) {
                return Ok(Measure::Money(currency, year.parse().ok()));
            }
        }
        self.unit(text).map(Measure::Physical)
    }

    /// Reads a physical or counted unit. Money of a year (`USD2013`, `MEUR2011`) is counted, and is a kind of its own:
    /// a product of an input-output table is a dollar's worth, and dollars of two years never convert by a table of units.
    pub fn unit(&self, text: &str) -> Result<Unit, UnknownUnit> {
        let (code, kind) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let mut ratio = Exact::one();
        let mut dimension = Dimension::default();
        let mut kinds: Vec<String> = Vec::new();
        for (token, sign) in tokens(code) {
            if let Some((money, prefix)) =
                money_of_a_year(token).filter(|_| !self.by_code.contains_key(token))
            {
                ratio *= prefix.pow(i32::from(sign));
                dimension[COUNT] = dimension[COUNT].saturating_add(sign);
                kinds.push(if sign == 1 { money.to_owned() } else { format!("{money}^{sign}") });
                continue;
            }
            let (row, prefix, exponent) = self.token(token)?;
            let power = i32::from(sign) * i32::from(exponent);
            let size = &row.ratio * prefix;
            ratio *= size.pow(power);
            for (total, part) in dimension.iter_mut().zip(row.dimension) {
                *total = total.saturating_add(part.saturating_mul(power as i8));
            }
            if !row.kind.is_empty() {
                kinds.push(if power == 1 { row.kind.clone() } else { format!("{}^{power}", row.kind) });
            }
        }
        kinds.sort();
        let kind = kind.trim();
        if !kind.is_empty() {
            kinds.push(kind.to_owned());
        }
        let kind = kinds.join(" ");
        Ok(Unit(Arc::new(Parts { text: text.to_owned(), ratio, dimension, kind })))
    }

    fn token(&self, token: &str) -> Result<(&UnitRow, Exact, i8), UnknownUnit> {
        let unknown = || UnknownUnit {
            part: token.to_owned(),
            nearest: nearest(token, self.by_code.keys().map(String::as_str)).map(str::to_owned),
        };
        if let Some(row) = self.by_code.get(token) {
            return Ok((row, Exact::one(), 1));
        }
        let (symbol, exponent) = split_exponent(token).ok_or_else(unknown)?;
        if let Some(row) = self.by_code.get(symbol) {
            return Ok((row, Exact::one(), exponent));
        }
        for (prefix, power) in PREFIXES {
            if let Some(rest) = symbol.strip_prefix(prefix)
                && let Some(row) = self.by_code.get(rest).filter(|row| row.metric && row.code == rest)
            {
                let ten = Exact::from_integer(decimal::ten(power.unsigned_abs()));
                return Ok((row, if *power < 0 { ten.recip() } else { ten }, exponent));
            }
        }
        Err(unknown())
    }
}

/// Where counted things stand in a dimension.
const COUNT: usize = 7;

/// The money of `USD2013`, and how much of it one is: `MEUR2011` is a million of `EUR2011`.
fn money_of_a_year(token: &str) -> Option<(&str, Exact)> {
    let is_money = |text: &&str| {
        let year = text.get(3..).unwrap_or_default();
        let currency = text.get(..3).and_then(Currency::from_code);
        currency.is_some() && year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit())
    };
    if is_money(&token) {
        return Some((token, Exact::one()));
    }
    let mut large = PREFIXES.iter().filter(|(_, power)| [3, 6, 9, 12].contains(power));
    large.find_map(|(prefix, power)| {
        let money = token.strip_prefix(prefix).filter(is_money)?;
        Some((money, Exact::from_integer(decimal::ten(power.unsigned_abs()))))
    })
}

/// The factors of a code with +1 or -1 for what stands before or after a `/`. UCUM reads left to right.
fn tokens(code: &str) -> Vec<(&str, i8)> {
    let mut out = Vec::new();
    let (mut start, mut sign, mut depth) = (0, 1, 0);
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            b'.' | b'/' if depth == 0 => {
                if at > start || byte == b'.' {
                    out.push((&code[start..at], sign));
                }
                sign = if byte == b'/' { -1 } else { 1 };
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push((&code[start..], sign));
    out
}

fn split_exponent(token: &str) -> Option<(&str, i8)> {
    let symbol = token.trim_end_matches(|c: char| c.is_ascii_digit());
    if symbol.len() == token.len() {
        return Some((token, 1));
    }
    let (symbol, negative) = match symbol.strip_suffix('-') {
        Some(symbol) => (symbol, true),
        None => (symbol, false),
    };
    let digits = token.trim_start_matches(|c: char| !c.is_ascii_digit());
    let exponent: i8 = digits.parse().ok().filter(|e| (1..=9).contains(e))?;
    Some((symbol, if negative { -exponent } else { exponent }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, ratio: &str, dimension: Dimension, metric: bool, kind: &str) -> UnitRow {
        let ratio = decimal::parse(ratio).unwrap();
        UnitRow { code: code.into(), aliases: vec![], ratio, dimension, metric, kind: kind.into() }
    }

    fn units() -> Units {
        let mut pound = row("[lb_av]", "0.45359237", [0, 1, 0, 0, 0, 0, 0, 0], false, "");
        pound.aliases.push("lb".into());
        Units::new(vec![
            row("g", "0.001", [0, 1, 0, 0, 0, 0, 0, 0], true, ""),
            row("t", "1000", [0, 1, 0, 0, 0, 0, 0, 0], true, ""),
            row("m", "1", [1, 0, 0, 0, 0, 0, 0, 0], true, ""),
            row("min", "60", [0, 0, 1, 0, 0, 0, 0, 0], false, ""),
            row("a", "31557600", [0, 0, 1, 0, 0, 0, 0, 0], false, ""),
            row("box", "1", [0, 0, 0, 0, 0, 0, 0, 1], false, "box"),
            row("worker", "1", [0, 0, 0, 0, 0, 0, 0, 1], false, "worker"),
            pound,
        ])
    }

    fn convert(from: &str, to: &str, amount: f64) -> Result<f64, Mismatch> {
        let (from, to) = (units().unit(from).unwrap(), units().unit(to).unwrap());
        from.ratio_to(&to).map(|ratio| ratio.apply(amount))
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these conversions are exact")]
    fn converts_within_one_dimension() {
        assert_eq!(convert("t", "kg", 1.5).unwrap(), 1500.0);
        assert_eq!(convert("kg", "t", 1.0).unwrap(), 0.001);
        assert_eq!(convert("lb", "kg", 1.0).unwrap(), 0.453_592_37);
        assert_eq!(convert("t.km", "kg.m", 1.0).unwrap(), 1e6);
        assert_eq!(convert("cm3", "m3", 1e6).unwrap(), 1.0);
        assert_eq!(convert("kg/m2", "g/m2", 2.0).unwrap(), 2000.0);
        assert_eq!(convert("t CO2-eq", "kg CO2-eq", 1.0).unwrap(), 1000.0);
    }

    #[test]
    fn kinds_and_dimensions_do_not_mix() {
        for (from, to) in
            [("kg", "m"), ("kg CO2", "kg CO2-eq"), ("box", "worker"), ("m2.a MSA", "m2.a"), ("box", "kg")]
        {
            let message = convert(from, to, 1.0).unwrap_err().to_string();
            assert!(
                message.contains(&format!("`{from}`")) && message.contains(&format!("`{to}`")),
                "{message}"
            );
        }
    }

    #[test]
    fn what_is_not_a_unit_is_said() {
        for text in ["kgs", "", ".", "kg.", "kg..m", "m99", "€", "kkg", "hbox", "/"] {
            assert!(units().unit(text).is_err(), "{text}");
        }
        assert_eq!(units().unit("boxx").unwrap_err().nearest.as_deref(), Some("box"));
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these conversions are exact")]
    fn a_product_may_be_a_dollars_worth() {
        assert_eq!(convert("MEUR2011", "EUR2011", 1.5).unwrap(), 1.5e6);
        assert_eq!(convert("kg/USD2013", "g/kUSD2013", 1.0).unwrap(), 1e6);
        for (from, to) in
            [("USD2013", "USD2012"), ("USD2013", "EUR2013"), ("USD2013", "box"), ("USD2013", "kg")]
        {
            assert!(convert(from, to, 1.0).is_err(), "{from} {to}");
        }
        for text in ["USD", "USD201", "XXQ2013", "mEUR2011", "EUR20111"] {
            assert!(units().unit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn money_may_state_its_year() {
        let eur = Currency::from_code("EUR").unwrap();
        assert_eq!(units().measure("EUR").unwrap(), Measure::Money(eur, None));
        assert_eq!(units().measure("EUR2020").unwrap(), Measure::Money(eur, Some(2020)));
        assert_eq!(units().measure("money").unwrap(), Measure::AnyMoney);
        assert!(units().measure("EUR20").is_err());
        assert!(matches!(units().measure("min").unwrap(), Measure::Physical(_)));
    }
}
