//! Finds the factor of an intervention: by indicator, method, place and emission year, or says why there is none.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use num_traits::{One, ToPrimitive};

use crate::base::decimal::{self, Exact, Short};
use crate::base::money::Factor;
use crate::base::region::{Level, Location};
use crate::data::factors::{Band, FactorRow, FactorSet, SetHead, Transfer};
use crate::data::manifest::{Interpolation, RateType};
use crate::data::reference::Reference;

use super::ValuationError;
use super::price_level::PriceLevel;

/// Decimals of the ratios that geometric interpolation and income transfer multiply with.
pub const RATIO_SCALE: u32 = 12;

/// What to do where a set is not valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outside {
    /// List the amount without a price.
    #[default]
    Unpriced,
    /// Use the factor as it is, flagged.
    AsIs,
    /// Move it as its transfer class says.
    Transfer,
}

impl Outside {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unpriced => "unpriced",
            Self::AsIs => "as_is",
            Self::Transfer => "transfer",
        }
    }
}

/// Why an amount has no price.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unpriced {
    /// The set has no factor for the indicator.
    NoFactor,
    /// The factors are bound to another characterisation method.
    Method {
        /// Method of the intervention; empty: not stated.
        stated: String,
        /// Methods the factors are bound to.
        bound: String,
    },
    /// The set is valid at the place, and has factors for other regions only.
    Place {
        /// Place.
        place: String,
    },
    /// The place is outside the regions the set is valid in.
    Outside {
        /// Place.
        place: String,
        /// Regions.
        valid_in: String,
    },
    /// A figure is missing that its factor needs. Only a forgiving [`Matcher`] takes that for a reason.
    Failed(ValuationError),
}

impl fmt::Display for Unpriced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFactor => f.write_str("the set has no factor for it"),
            Self::Method { stated, bound } if stated.is_empty() => {
                write!(f, "the factor is bound to {bound}, and the amount states no method")
            }
            Self::Method { stated, bound } => {
                write!(f, "the factor is bound to {bound}, the amount is by {stated}")
            }
            Self::Place { place } => write!(f, "the set has no factor for {place}"),
            Self::Outside { place, valid_in } => {
                write!(f, "{place} is outside {valid_in}, where the set is valid")
            }
            Self::Failed(error) => write!(f, "{error}"),
        }
    }
}

/// A factor as it is used at one place and emission year.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorUse {
    /// Money of the target per unit of the indicator.
    pub value: Band<Factor>,
    /// Indices of the rows it is made of: one, or the two it lies between.
    pub rows: Vec<usize>,
    /// How the central value changes with the central value of each of these rows as published.
    pub slopes: Vec<f64>,
    /// Level at which the place matched; `None`: the row holds wherever the set is valid.
    pub level: Option<Level>,
    /// Region of the row.
    pub region: String,
    /// Is the place outside the regions the set is valid in?
    pub outside: bool,
    /// Is central repeated for a bound?
    pub repeated: bool,
    /// What was done to the published value, in words.
    pub steps: Vec<String>,
}

/// A value between emission years, its rows, and how its central value changes with theirs.
type Between = (Band<Exact>, Vec<usize>, Vec<f64>);

/// What an intervention asks of a factor set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// Indicator.
    pub indicator: String,
    /// Characterisation method; empty: not stated.
    pub method: String,
    /// Place of the process.
    pub place: Location,
    /// Emission year.
    pub year: i32,
}

/// Looks factors up in one set, for one target.
#[derive(Clone, Debug)]
pub struct Matcher<'a> {
    set: &'a FactorSet,
    reference: &'a Reference,
    level: &'a PriceLevel<'a>,
    outside: Outside,
    forgiving: bool,
}

/// A factor, or the reason why there is none.
pub type Answer = Result<FactorUse, Unpriced>;

impl<'a> Matcher<'a> {
    /// Looks up in `set`.
    pub fn new(
        set: &'a FactorSet,
        reference: &'a Reference,
        level: &'a PriceLevel<'a>,
        outside: Outside,
    ) -> Self {
        Self { set, reference, level, outside, forgiving: false }
    }

    /// The same, for whom a figure that is missing is a reason why there is no factor, and no error.
    #[must_use]
    pub fn forgiving(self) -> Self {
        Self { forgiving: true, ..self }
    }

    /// Answers all questions, each once.
    pub fn answers(
        &self,
        questions: impl IntoIterator<Item = Question>,
    ) -> BTreeMap<Question, Result<Answer, ValuationError>> {
        let mut answers = BTreeMap::new();
        for question in questions {
            if let Entry::Vacant(entry) = answers.entry(question) {
                let answer = self.answer(entry.key());
                entry.insert(answer);
            }
        }
        answers
    }

    /// Answers one question.
    pub fn answer(&self, question: &Question) -> Result<Answer, ValuationError> {
        match self.found(question) {
            Err(error) if self.forgiving => Ok(Err(Unpriced::Failed(error))),
            answer => answer,
        }
    }

    fn found(&self, question: &Question) -> Result<Answer, ValuationError> {
        let start = self.set.rows.partition_point(|row| row.indicator < question.indicator);
        let of_indicator: Vec<usize> = (start..self.set.rows.len())
            .take_while(|&i| self.set.rows[i].indicator == question.indicator)
            .collect();
        if of_indicator.is_empty() {
            return Ok(Err(Unpriced::NoFactor));
        }
        let row = |index: usize| &self.set.rows[index];
        let fits = |method: &str| {
            of_indicator.iter().copied().filter(|&i| row(i).method == method).collect::<Vec<_>>()
        };
        let mut rows = if question.method.is_empty() { Vec::new() } else { fits(&question.method) };
        if rows.is_empty() {
            rows = fits("");
        }
        let Some(&first) = rows.first() else {
            let mut bound: Vec<&str> = of_indicator.iter().map(|&i| row(i).method.as_str()).collect();
            bound.dedup();
            return Ok(Err(Unpriced::Method { stated: question.method.clone(), bound: bound.join(" or ") }));
        };
        let head = self.set.head(row(first));
        let Some((rows, level, outside)) = self.place(&rows, head, question) else {
            let regions = &self.reference.regions;
            if regions.is_inside(&question.place, &head.settings.valid_in, &head.settings.groups) {
                return Ok(Err(Unpriced::Place { place: question.place.to_string() }));
            }
            let valid_in = head.settings.valid_in.join(", ");
            return Ok(Err(Unpriced::Outside { place: question.place.to_string(), valid_in }));
        };
        self.make(&rows, level, outside, head, question).map(Ok)
    }

    /// The rows of the narrowest region that contains the place, and whether the set is valid there.
    fn place(
        &self,
        rows: &[usize],
        head: &SetHead,
        question: &Question,
    ) -> Option<(Vec<usize>, Option<Level>, bool)> {
        let groups = &head.settings.groups;
        let inside = self.reference.regions.is_inside(&question.place, &head.settings.valid_in, groups);
        let of_region = |region: &str| -> Vec<usize> {
            rows.iter().copied().filter(|&i| self.set.rows[i].region == region).collect()
        };
        // Whether a factor may be used outside is said by the class of that factor, not of others of the indicator.
        let may_be_used = |found: &[usize]| {
            let transfer = self.set.rows[found[0]].transfer;
            inside
                || match self.outside {
                    Outside::Unpriced => false,
                    Outside::Transfer if transfer == Transfer::Income => head.elasticity.is_some(),
                    Outside::AsIs | Outside::Transfer => transfer != Transfer::None,
                }
        };
        let answer =
            |found: Vec<usize>, level: Option<Level>| may_be_used(&found).then_some((found, level, !inside));
        for (level, code) in self.reference.regions.ancestry(&question.place, groups) {
            let found = of_region(&code);
            if !found.is_empty() {
                return answer(found, Some(level));
            }
        }
        let everywhere = of_region("");
        if !everywhere.is_empty() {
            return answer(everywhere, None);
        }
        let reference = head.settings.income.as_ref().map(|income| of_region(&income.region))?;
        if inside || reference.is_empty() { None } else { answer(reference, None) }
    }

    fn make(
        &self,
        rows: &[usize],
        level: Option<Level>,
        outside: bool,
        head: &SetHead,
        question: &Question,
    ) -> Result<FactorUse, ValuationError> {
        let mut steps = Vec::new();
        let (value, used, mut slopes) = self.at_emission_year(rows, head, question, &mut steps)?;
        let row = &self.set.rows[used[0]];
        let one = || Band { lower: Exact::one(), central: Exact::one(), upper: Exact::one() };
        let mut scale = self.transferred(one(), row, head, outside, question, &mut Vec::new())?.central;
        let value = self.transferred(value, row, head, outside, question, &mut steps)?;
        let rate = if row.transfer == Transfer::Ppp { RateType::Ppp } else { RateType::Market };
        let value = if row.unit.is_money() {
            value // a ratio: its amount was moved, and it is never inflated
        } else {
            let moved = self.level.moved(row.currency, row.price_year, Some(&head.settings.index), rate)?;
            steps.extend(moved.steps);
            scale *= &moved.multiplier;
            value.map(|v| v * &moved.multiplier)
        };
        if !row.per.exact().is_one() {
            steps.push(format!("per {}: / {}", row.unit, Short(row.per.exact(), 9)));
        }
        if outside && self.outside == Outside::AsIs {
            steps.push(format!("used as it is outside {}", head.settings.valid_in.join(", ")));
        }
        let value = value
            .try_map(|v| Factor::round(&(v / row.per.exact())))
            .map_err(|_| ValuationError::Overflow(question.indicator.clone()))?;
        let repeated = used.iter().any(|&i| self.set.rows[i].repeated);
        let scale = (scale / row.per.exact()).to_f64().unwrap_or(f64::NAN);
        for slope in &mut slopes {
            *slope *= scale;
        }
        let region = row.region.clone();
        Ok(FactorUse { value, region, rows: used, slopes, level, outside, repeated, steps })
    }

    /// The published value, read between the emission years of its path where it has one; with its rows, and how its
    /// central value changes with theirs.
    fn at_emission_year(
        &self,
        rows: &[usize],
        head: &SetHead,
        question: &Question,
        steps: &mut Vec<String>,
    ) -> Result<Between, ValuationError> {
        let row = |index: usize| &self.set.rows[index];
        let year = |index: usize| row(index).emission_year;
        let exact = rows.iter().find(|&&i| year(i) == Some(question.year));
        if let Some(&index) = exact.or_else(|| rows.iter().find(|&&i| year(i).is_none())) {
            return Ok((row(index).value.clone(), vec![index], vec![1.0]));
        }
        let outside = || ValuationError::EmissionYear {
            set: head.name.clone(),
            indicator: question.indicator.clone(),
            year: question.year,
            years: years_of(rows.iter().filter_map(|&i| year(i)), head.interpolation()),
        };
        let after = rows.iter().position(|&i| year(i) > Some(question.year)).filter(|&at| at > 0);
        let (before, after) = after.map(|at| (rows[at - 1], rows[at])).ok_or_else(outside)?;
        let (first, last) = (year(before).unwrap_or_default(), year(after).unwrap_or_default());
        let part = Exact::new((question.year - first).into(), (last - first).into());
        let pairs = row(before).value.as_ref().zip(row(after).value.as_ref());
        let value = match head.interpolation() {
            Interpolation::None => return Err(outside()),
            Interpolation::Linear => pairs.map(|(a, b)| a + (b - a) * &part),
            Interpolation::Geometric => {
                let overflow = || ValuationError::Overflow(question.indicator.clone());
                pairs.try_map(|(a, b)| geometric(a, b, &part).ok_or_else(overflow))?
            }
        };
        let word = if head.interpolation() == Interpolation::Linear { "linear" } else { "geometric" };
        steps.push(format!(
            "emission year {} between {first} and {last}, {word}: {}",
            question.year,
            Short(&value.central, 9)
        ));
        let slopes = match head.interpolation() {
            Interpolation::Geometric => {
                geometric_slopes(&row(before).value.central, &row(after).value.central, &part)
            }
            _ => straight(&part),
        };
        Ok((value, vec![before, after], slopes))
    }

    /// The income transfer, where the set declares one: exactly 1 at its reference.
    fn transferred(
        &self,
        value: Band<Exact>,
        row: &FactorRow,
        head: &SetHead,
        outside: bool,
        question: &Question,
        steps: &mut Vec<String>,
    ) -> Result<Band<Exact>, ValuationError> {
        let (Some(income), Some(elasticity)) = (&head.settings.income, &head.elasticity) else {
            return Ok(value);
        };
        let groups = &head.settings.groups;
        let at_reference =
            self.reference.regions.is_inside(&question.place, std::slice::from_ref(&income.region), groups);
        let as_is = outside && self.outside == Outside::AsIs;
        // A row for a region of its own is the value there, not at the reference.
        let own_region = !row.region.is_empty() && row.region != income.region;
        if row.transfer != Transfer::Income || at_reference || as_is || own_region {
            return Ok(value);
        }
        let missing =
            |region: String| ValuationError::Income { region, year: row.price_year, set: head.name.clone() };
        let of = |code: &str| {
            self.reference.incomes.get(&(code.to_owned(), row.price_year)).map(|i| i.value.clone())
        };
        let base = of(&income.region).ok_or_else(|| missing(income.region.clone()))?;
        let own =
            self.reference.regions.ancestry(&question.place, groups).iter().find_map(|(_, code)| of(code));
        let own = own.ok_or_else(|| missing(question.place.to_string()))?;
        let ratio = &own / &base;
        steps.push(format!(
            "income transfer {} to {}: x ({} / {})^{}",
            income.region,
            question.place,
            Short(&own, 9),
            Short(&base, 9),
            Short(&elasticity.central, 4)
        ));
        let overflow = || ValuationError::Overflow(question.indicator.clone());
        value
            .zip(elasticity.clone())
            .try_map(|(value, elasticity)| Ok(value * power(&ratio, &elasticity).ok_or_else(overflow)?))
    }
}

/// `from` to `to` at a constant rate of growth; where one is not positive there is no rate, and the line is straight.
fn geometric(from: &Exact, to: &Exact, part: &Exact) -> Option<Exact> {
    let zero = decimal::zero();
    if *from > zero && *to > zero {
        Some(from * power(&(to / from), part)?)
    } else {
        Some(from + (to - from) * part)
    }
}

/// How a value on the way from one to another changes with each of them.
fn straight(part: &Exact) -> Vec<f64> {
    let part = part.to_f64().unwrap_or(f64::NAN);
    vec![1.0 - part, part]
}

/// The same at a constant rate of growth: `from^(1 - part) to^part`.
fn geometric_slopes(from: &Exact, to: &Exact, part: &Exact) -> Vec<f64> {
    let zero = decimal::zero();
    let (Some(a), Some(b), Some(p)) = (from.to_f64(), to.to_f64(), part.to_f64()) else {
        return straight(part);
    };
    if *from <= zero || *to <= zero {
        return straight(part);
    }
    let value = a * libm::pow(b / a, p);
    vec![(1.0 - p) * value / a, p * value / b]
}

/// A power, rounded half-even to [`RATIO_SCALE`] decimals: far coarser than the error of a double.
fn power(base: &Exact, exponent: &Exact) -> Option<Exact> {
    let value = libm::pow(base.to_f64()?, exponent.to_f64()?);
    decimal::from_f64(value).map(|exact| decimal::round(&exact, RATIO_SCALE))
}

fn years_of(years: impl Iterator<Item = i32>, interpolation: Interpolation) -> String {
    let years: Vec<i32> = years.collect();
    match (interpolation, years.first(), years.last()) {
        (Interpolation::None, ..) | (_, None, _) | (_, _, None) => {
            years.iter().map(i32::to_string).collect::<Vec<_>>().join(", ")
        }
        (_, Some(first), Some(last)) => format!("{first} to {last}"),
    }
}
