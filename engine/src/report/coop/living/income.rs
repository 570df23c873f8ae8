//! Incomes held against living incomes, and the prices that close the gaps.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, Short, to_f64_at_18, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::{Money, Overflow};
use crate::data::coop::living::LivingData;
use crate::fairtrade::living::rounding::{parts, up};
use crate::fairtrade::living::{
    Aim, ClosingPrice, IncomeGap, Terms, check_persons, closing_prices, income_by_product, income_gaps,
};
use crate::report::columns::Columns;

use super::super::{CoopReport, Sheet};
use super::benchmarks::sheet as benchmark_sheet;
use super::products::products;
use super::{caveats, lineage, minor, settled, share};

/// A household, at the minor unit.
struct Row<'a> {
    gap: &'a IncomeGap<'a>,
    living: Money,
    income: Money,
    lacks: Money,
    rise: Option<Money>,
}

/// Gaps by household and product, and the prices that close them for all on average, for this share of the households,
/// and for all. `None` after a problem.
pub fn income(
    data: &LivingData,
    year: Option<i32>,
    share: Option<&Exact>,
    terms: &Terms,
    diagnostics: &mut Diagnostics,
) -> Option<CoopReport> {
    check_persons(data, diagnostics);
    let gaps = income_gaps(data, year, terms, diagnostics);
    if let Some(year) = year.filter(|_| gaps.is_empty() && !diagnostics.has_errors()) {
        let message = format!("no household states an income of {year}");
        diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message));
    }
    let by_product = income_by_product(&gaps, &data.output, diagnostics);
    let mut aims = vec![Aim::Average];
    aims.extend(share.map(|share| Aim::Share(share.clone())));
    let all = Aim::Share(crate::base::decimal::one());
    aims.extend(Some(all.clone()).filter(|all| !aims.contains(all)));
    let prices = closing_prices(&gaps, &aims, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let sheets = (|| {
        let benchmarks = benchmark_sheet(gaps.iter().map(|gap| gap.benchmark));
        Ok(vec![
            households(&gaps)?,
            closing(&prices)?,
            products(&by_product, false)?,
            steps(&gaps),
            benchmarks,
        ])
    })();
    let sheets = settled(sheets, diagnostics)?;
    let used: BTreeSet<&str> = gaps.iter().map(|gap| gap.benchmark.id.as_str()).collect();
    let mut notes = notes(&gaps, &prices);
    notes.extend(caveats(terms, &used));
    let lineage = lineage(data, terms, &used);
    Some(CoopReport { name: "income", sheets, notes, pages: Vec::new(), lineage, failed: false })
}

fn households(gaps: &[IncomeGap]) -> Result<Sheet, Overflow> {
    let mut members: BTreeMap<Currency, Vec<usize>> = BTreeMap::new();
    for (index, gap) in gaps.iter().enumerate() {
        members.entry(gap.household.currency).or_default().push(index);
    }
    let mut lacks = vec![zero(); gaps.len()];
    for (currency, members) in members {
        let exact: Vec<Exact> = members.iter().map(|&at| gaps[at].gap()).collect();
        for (at, part) in members.iter().zip(parts(&exact, currency.minor_digits())) {
            lacks[*at] = part;
        }
    }
    let mut rows = Vec::new();
    for (gap, lacks) in gaps.iter().zip(lacks) {
        let (household, digits) = (gap.household, gap.household.currency.minor_digits());
        let rise = household.quantity.as_ref().and_then(|(quantity, _)| match gap.gap() {
            lack if lack == zero() => Some(zero()),
            lack => (*quantity > zero()).then(|| up(&(lack / quantity), digits)),
        });
        rows.push(Row {
            gap,
            living: minor(&gap.living, digits)?,
            income: minor(&household.net_income, digits)?,
            lacks: Money::round(&lacks)?,
            rise: rise.map(|rise| Money::round(&rise)).transpose()?,
        });
    }
    let columns = Columns::of(&rows)
        .text("household", |r| &r.gap.household.id)
        .year("year", |r| Some(r.gap.household.year))
        .text("currency", |r| r.gap.household.currency.to_string())
        .money("living_income", |r| Some(r.living))
        .money("net_income", |r| Some(r.income))
        .number("share", |r| share(&r.gap.household.net_income, &r.gap.living))
        .flag("below", |r| r.gap.gap() > zero())
        .money("gap", |r| Some(r.lacks))
        .text("product", |r| r.gap.household.product.clone().unwrap_or_default())
        .money("rise", |r| r.rise)
        .text("rise_per", |r| {
            r.gap.household.quantity.as_ref().map_or_else(String::new, |(_, unit)| unit.text().to_owned())
        })
        .done();
    Ok(Sheet { name: "households", columns })
}

fn aim(price: &ClosingPrice) -> String {
    match &price.aim {
        Aim::Average => "on average".to_owned(),
        Aim::Share(share) if *share == crate::base::decimal::one() => "all".to_owned(),
        Aim::Share(share) => format!("{} %", Short(&(share * Exact::from_integer(100.into())), 6)),
    }
}

fn closing(prices: &[ClosingPrice]) -> Result<Sheet, Overflow> {
    let mut rows = Vec::new();
    for price in prices {
        let rise = price.rise.as_ref().map(Money::round).transpose()?;
        rows.push((price, rise, minor(&price.left, price.currency.minor_digits())?));
    }
    let columns = Columns::of(&rows)
        .text("product", |r| &r.0.product)
        .year("year", |r| Some(r.0.year))
        .text("aim", |r| aim(r.0))
        .text("currency", |r| r.0.currency.to_string())
        .text("unit", |r| r.0.unit.text())
        .count("households", |r| r.0.households)
        .money("rise", |r| r.1)
        .count("households_at_living_income", |r| r.0.reached)
        .money("gap_left", |r| Some(r.2))
        .done();
    Ok(Sheet { name: "prices", columns })
}

fn steps(gaps: &[IncomeGap]) -> Sheet {
    let columns = Columns::of(gaps)
        .text("household", |r| &r.household.id)
        .text("producer", |r| r.household.producer.clone().unwrap_or_default())
        .number("adults", |r| Some(to_f64_at_18(&r.household.adults)))
        .number("children", |r| Some(to_f64_at_18(&r.household.children)))
        .number("equivalence", |r| Some(to_f64_at_18(&r.household.equivalence())))
        .text("benchmark", |r| &r.benchmark.id)
        .number("equivalence_of_benchmark", |r| r.benchmark.equivalence.as_ref().map(to_f64_at_18))
        .text("moved", |r| r.steps.join("; "))
        .text("premium_included", |r| match r.household.premium_included {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        })
        .text("process", |r| r.household.process.clone().unwrap_or_default())
        .done();
    Sheet { name: "steps", columns }
}

fn notes(gaps: &[IncomeGap], prices: &[ClosingPrice]) -> Vec<String> {
    let below = gaps.iter().filter(|gap| gap.gap() > zero()).count();
    let mut notes = vec![format!("{below} of {} households live on less than a living income", gaps.len())];
    for currency in gaps.iter().map(|gap| gap.household.currency).collect::<BTreeSet<_>>() {
        let own = gaps.iter().filter(|gap| gap.household.currency == currency);
        let total = parts(&[own.map(IncomeGap::gap).sum()], currency.minor_digits());
        notes.push(format!("together they lack {currency} {}", Short(&total[0], 18)));
    }
    for price in prices {
        let what = format!("{} of {}, {}", price.product, price.year, aim(price));
        let per = format!("{} per {}", price.currency, price.unit.text());
        notes.push(match &price.rise {
            Some(rise) => format!(
                "{what}: a price higher by {} {per} closes the gap; {} of {} households then have a living income",
                Short(rise, 18),
                price.reached,
                price.households
            ),
            None => format!("{what}: no price closes the gap, for some who lack sell nothing"),
        });
    }
    let moves: BTreeSet<&str> = gaps.iter().flat_map(|gap| &gap.steps).map(String::as_str).collect();
    notes.extend(moves.into_iter().map(|step| format!("a benchmark was moved: {step}")));
    notes.push(
        "a higher price is taken to be income, all of it, at the same quantity and the same costs".to_owned(),
    );
    notes
}
