//! The benchmark that a worker or a household is measured by: found by its id, moved to their year.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::cells::RowRef;
use crate::data::coop::benchmarks::{Benchmark, BenchmarkKind, BenchmarkSet};
use crate::data::manifest::RateType;
use crate::data::reference::Reference;
use crate::data::source::{Library, Shelf, Source};
use crate::valuation::price_level::Move;
use crate::valuation::{Order, Overrides, PriceLevel, Target};

use super::index::index_of;

/// Where benchmarks are looked up: the co-op's own table, then sets.
#[derive(Clone, Debug)]
pub struct Benchmarks<'a> {
    own: &'a BTreeMap<String, Benchmark>,
    sets: Vec<&'a BenchmarkSet>,
    /// Ids of own rows that have a problem of their own, which was told.
    broken: BTreeSet<&'a str>,
}

impl<'a> Benchmarks<'a> {
    /// An own benchmark wins over one of a set with the same id.
    pub fn new(
        own: &'a BTreeMap<String, Benchmark>,
        sets: impl IntoIterator<Item = &'a BenchmarkSet>,
    ) -> Self {
        Self { own, sets: sets.into_iter().collect(), broken: BTreeSet::new() }
    }

    /// The same, with the ids of all own rows: that a row with a problem is no benchmark is not told again.
    #[must_use]
    pub fn with_rows(mut self, ids: &'a BTreeSet<String>) -> Self {
        self.broken = ids.iter().map(String::as_str).filter(|id| !self.own.contains_key(*id)).collect();
        self
    }

    /// The benchmark that a row names.
    pub fn find(
        &self,
        id: &str,
        kind: BenchmarkKind,
        row: &RowRef,
        diagnostics: &mut Diagnostics,
    ) -> Option<&'a Benchmark> {
        let mut tables = std::iter::once(self.own).chain(self.sets.iter().map(|set| &set.benchmarks));
        let place = || row.place().column("benchmark");
        let Some(found) = tables.find_map(|table| table.get(id)) else {
            if self.broken.contains(id) {
                return None;
            }
            let mut ids: BTreeSet<&str> = self.own.keys().map(String::as_str).collect();
            ids.extend(self.sets.iter().flat_map(|set| set.benchmarks.keys()).map(String::as_str));
            let hint = match diagnostics.nearest(id, ids) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`truecost fairtrade benchmarks` lists those that are built in; add your own to the table \
                         `benchmarks`"
                    .to_owned(),
            };
            let message = format!("there is no benchmark `{id}`");
            diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).at(place()).hint(hint));
            return None;
        };
        if found.kind == kind {
            return Some(found);
        }
        let message = format!("`{id}` is a benchmark of kind `{}`", found.kind.word());
        let hint = "a worker is measured by a living wage, a household by a living income";
        diagnostics.push(Diagnostic::error(codes::WRONG_KIND, message).at(place()).hint(hint));
        None
    }

    /// The sets that these benchmarks are of.
    pub fn sets_of(&self, used: &BTreeSet<&str>) -> Vec<&'a BenchmarkSet> {
        let is_used =
            |set: &BenchmarkSet, id: &str| set.benchmarks.contains_key(id) && !self.own.contains_key(id);
        self.sets.iter().copied().filter(|set| used.iter().any(|id| is_used(set, id))).collect()
    }
}

/// By which rules gaps are computed.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    /// Benchmarks.
    pub benchmarks: Benchmarks<'a>,
    /// Units, regions, price indices.
    pub reference: &'a Reference,
    /// The user's own figures of price indices.
    pub overrides: &'a Overrides,
    /// Of a living wage at most this share is counted in kind, where the row does not say.
    pub in_kind_cap: Exact,
}

impl<'a> Terms<'a> {
    /// The rules of the method: at most 30 % in kind, which no publication that was read confirms.
    pub fn new(benchmarks: Benchmarks<'a>, reference: &'a Reference, overrides: &'a Overrides) -> Self {
        Self { benchmarks, reference, overrides, in_kind_cap: default_in_kind_cap() }
    }

    /// How the benchmark is moved to another year by the price index of its country.
    pub(super) fn moved(
        &self,
        benchmark: &Benchmark,
        year: i32,
        row: &RowRef,
        diagnostics: &mut Diagnostics,
    ) -> Option<Move> {
        let currency = benchmark.currency;
        let target = Target { currency, year };
        let level = PriceLevel::new(self.reference, target, Order::default(), self.overrides);
        let own = benchmark.period.year();
        let index =
            (own != year).then(|| index_of(benchmark, year, self.reference, self.overrides)).transpose();
        let moved = index.and_then(|index| {
            level.moved(currency, own, index, RateType::Market).map_err(|error| error.diagnostic())
        });
        let place = row.place().column("benchmark");
        moved.map_err(|problem| diagnostics.push(problem.at(place))).ok()
    }
}

/// 30 %, unverified.
pub fn default_in_kind_cap() -> Exact {
    Exact::new(3.into(), 10.into())
}

/// The money of a row must be that of its benchmark: no rate would be the right one for what people live on.
pub(super) fn check_currency(
    benchmark: &Benchmark,
    currency: Currency,
    row: &RowRef,
    diagnostics: &mut Diagnostics,
) -> bool {
    let fine = benchmark.currency == currency;
    if !fine {
        let message = format!(
            "the amounts are in {currency}, and the benchmark `{}` in {}",
            benchmark.id, benchmark.currency
        );
        let hint = "both must be in one currency: state what was paid, or choose another benchmark";
        let place = row.place().column("currency");
        diagnostics.push(Diagnostic::error(codes::WRONG_UNIT, message).at(place).hint(hint));
    }
    fine
}

/// The sets of a choice: a name, a folder or a file of one table; all that are built in, if nothing is chosen.
pub fn sets(
    chosen: Option<&str>,
    library: &Library,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<BenchmarkSet>> {
    let Some(name) = chosen else {
        diagnostics.extend(reference.benchmark_problems.clone());
        return Some(reference.benchmarks.values().cloned().collect());
    };
    let path = Path::new(name);
    let is_table = path
        .extension()
        .is_some_and(|end| ["csv", "parquet"].iter().any(|known| end.eq_ignore_ascii_case(known)));
    if !is_table && path.is_file() {
        return BenchmarkSet::of_coop(Source::at(path), &reference.regions, diagnostics).map(|set| vec![set]);
    }
    let source = if is_table {
        Source::file(path, "benchmarks")
    } else {
        library.find(Shelf::Fairtrade, name).map_err(|problem| diagnostics.push(problem)).ok()?
    };
    BenchmarkSet::read(source, &reference.regions, diagnostics).map(|set| vec![set])
}
