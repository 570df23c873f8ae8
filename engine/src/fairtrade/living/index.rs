//! Which price index moves a benchmark to another year: one of the prices that its people pay.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::base::region::{Level, Location};
use crate::data::coop::benchmarks::Benchmark;
use crate::data::reference::{Index, Reference};
use crate::valuation::Overrides;

/// Whose prices an index is of, from the nearest to the widest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// The country of the benchmark.
    Country,
    /// A region that it lies in.
    Region,
    /// An area that is named in words, such as the euro area, and has the currency of the benchmark.
    Area,
}

/// The index of the country, which the user may have given; else one of its currency for an area that it lies in. The index
/// of another country is never taken, whatever the currency.
///
/// # Errors
/// If there is none.
pub(super) fn index_of<'a>(
    benchmark: &Benchmark,
    year: i32,
    reference: &'a Reference,
    overrides: &'a Overrides,
) -> Result<&'a str, Diagnostic> {
    if let Some(own) = overrides.countries.get(&benchmark.country) {
        return Ok(own);
    }
    let of_currency = || reference.indices.values().filter(|index| index.currency == benchmark.currency);
    let fits = |index: &'a Index| {
        let reach = reach(index, &benchmark.country, reference)?;
        // An index that is not general is of its country, and of nothing wider.
        let is_fine = index.general || reach == Reach::Country;
        is_fine.then_some((reach, !index.general, index.name.as_str()))
    };
    let nearest = of_currency().filter_map(fits).min();
    nearest.map(|(.., name)| name).ok_or_else(|| missing(benchmark, year, of_currency(), reference))
}

/// Whose prices an index is of, seen from a country; `None`: those of others.
fn reach(index: &Index, country: &str, reference: &Reference) -> Option<Reach> {
    let regions = &reference.regions;
    let Some(code) = place(index, reference) else { return Some(Reach::Area) };
    let chain = |code: &str| regions.ancestry(&Location::Code(code.to_owned()), &BTreeMap::new());
    let country_of = chain(code).into_iter().find(|(level, _)| *level == Level::Country);
    match country_of {
        Some((_, own)) => (own == country).then_some(Reach::Country),
        None => chain(country).iter().any(|(_, wider)| wider == code).then_some(Reach::Region),
    }
}

/// The code of the place that an index is of; `None`: its manifest names it in other words.
fn place<'a>(index: &Index, reference: &'a Reference) -> Option<&'a str> {
    let named = &reference.manifests.get(&index.name)?.geography;
    if reference.regions.contains(named) { Some(named) } else { reference.regions.code_of(named) }
}

/// Says that there is none, and what there is.
fn missing<'a>(
    benchmark: &Benchmark,
    year: i32,
    others: impl Iterator<Item = &'a Index>,
    reference: &Reference,
) -> Diagnostic {
    let (country, from) = (&benchmark.country, benchmark.period.year());
    let name = reference.regions.name(country);
    let message = format!(
        "there is no price index of {name} in {}, and the benchmark `{}` of {from} has to be moved to {year}",
        benchmark.currency, benchmark.id
    );
    let of = |index: &Index| Some(format!("`{}` is of {}", index.name, place(index, reference)?));
    let others: Vec<String> = others.filter_map(of).collect();
    let others = if others.is_empty() { String::new() } else { format!("{}; ", others.join(", ")) };
    let own = format!("cpi-{}@{country}", country.to_lowercase());
    let hint = format!(
        "{others}give your own figures, --index {own}:{from}=VALUE --index {own}:{year}=VALUE, or add an index (a dataset \
         of kind `index` under --datasets DIR/reference)"
    );
    Diagnostic::error(codes::MISSING_INDEX, message).hint(hint)
}
