//! Living wages and living incomes by place and year.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::period::Period;
use crate::base::region::Regions;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::manifest::{Kind, Manifest};
use crate::data::reference::Verification;
use crate::data::schema;
use crate::data::source::{Opened, Source};

use super::stated::{BASES, Basis, PERS, Per};

/// What a benchmark is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BenchmarkKind {
    /// A worker.
    Wage,
    /// A household.
    Income,
}

const KINDS: &[(&str, BenchmarkKind)] = &[("wage", BenchmarkKind::Wage), ("income", BenchmarkKind::Income)];

impl BenchmarkKind {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wage => "wage",
            Self::Income => "income",
        }
    }
}

/// A living wage, or the living income of a household.
#[derive(Clone, Debug)]
pub struct Benchmark {
    /// Id, by which workers and households name it.
    pub id: String,
    /// Of a worker or a household.
    pub kind: BenchmarkKind,
    /// Country.
    pub country: String,
    /// The region in words, as its owner names it.
    pub region: String,
    /// When it holds.
    pub period: Period,
    /// Money.
    pub amount: Exact,
    /// For which time: a week, a month or a year.
    pub per: Per,
    /// How often that is in a month.
    pub times_a_month: Exact,
    /// Currency.
    pub currency: Currency,
    /// Net or gross; `None`: its source does not say.
    pub basis: Option<Basis>,
    /// Equivalent adults of the household it is for; there for every living income.
    pub equivalence: Option<Exact>,
    /// Persons of that household.
    pub household_size: Option<Exact>,
    /// Adults among them.
    pub adults: Option<Exact>,
    /// Source: its owner, and where it was read.
    pub source: String,
    /// How it was seen.
    pub verification: Verification,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// A dataset of benchmarks.
#[derive(Clone, Debug)]
pub struct BenchmarkSet {
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// Content hash.
    pub hash: String,
    /// By id.
    pub benchmarks: BTreeMap<String, Benchmark>,
}

impl BenchmarkSet {
    /// Reads a dataset of benchmarks.
    pub fn read(source: Source, regions: &Regions, diagnostics: &mut Diagnostics) -> Option<Self> {
        let opened = source.open(Kind::Benchmarks, diagnostics)?;
        Some(Self::of(opened, regions, diagnostics))
    }

    /// Reads the table `benchmarks` of a co-op, such as a workbook. A co-op without it is reported.
    pub fn of_coop(source: Source, regions: &Regions, diagnostics: &mut Diagnostics) -> Option<Self> {
        let opened = source.open(Kind::Coop, diagnostics)?;
        if !opened.has(schema::BENCHMARKS.table) {
            let message = "the table `benchmarks` is missing";
            let place = Place::file(opened.source.file_label("benchmarks.csv"));
            let hint = "docs/reference/coop-living.md says what it holds";
            diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
            return None;
        }
        Some(Self::of(opened, regions, diagnostics))
    }

    /// Reads the table of a dataset that was opened.
    pub(in crate::data) fn of(mut opened: Opened, regions: &Regions, diagnostics: &mut Diagnostics) -> Self {
        let benchmarks = table(&mut opened, regions, diagnostics);
        Self { name: opened.source.name.clone(), hash: opened.hash(), manifest: opened.manifest, benchmarks }
    }
}

/// The table `benchmarks`, by id.
pub(super) fn table(
    opened: &mut Opened,
    regions: &Regions,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Benchmark> {
    let read = opened.read(&schema::BENCHMARKS, &(), diagnostics, |bound: &Bound, diagnostics| {
        bound.collect(|row| benchmark(&row, regions, diagnostics).map(|one| (one.id.clone(), one)))
    });
    read.unwrap_or_default()
}

fn benchmark(row: &Cells, regions: &Regions, diagnostics: &mut Diagnostics) -> Option<Benchmark> {
    let id = row.id("id", diagnostics);
    let kind = row.word("kind", KINDS, diagnostics);
    row.required("country", diagnostics);
    let country = row.optional_region("country", regions, diagnostics);
    let region = row.required("region", diagnostics).map(str::to_owned);
    let period = row.period("period", diagnostics);
    let amount = row.positive("amount", diagnostics);
    let per = row.word("per", PERS, diagnostics);
    let times = per.and_then(|per| times(row, per, diagnostics));
    let currency = row.currency("currency", diagnostics);
    let basis = row.optional_word("basis", BASES, diagnostics);
    let numbers =
        ["equivalence", "household_size", "adults"].map(|column| row.optional_positive(column, diagnostics));
    let [equivalence, household_size, adults] = numbers.map(|number| number.map(|number| number.exact));
    if kind == Some(BenchmarkKind::Income) && row.text("equivalence").is_none() {
        let message = "of how many equivalent adults is the household?";
        let hint = "`equivalence` is as the owner of the benchmark counts: mostly 1 + 0.5 a further adult + 0.3 a child";
        let place = row.place().column("equivalence");
        diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        return None;
    }
    let source = row.required("source", diagnostics).map(str::to_owned);
    row.required("verification", diagnostics);
    let verification = Verification::of(row, diagnostics);
    Some(Benchmark {
        id: id?,
        kind: kind?,
        country: country?,
        region: region?,
        period: period?,
        amount: amount?.exact,
        per: per?,
        times_a_month: times?,
        currency: currency?,
        basis,
        equivalence,
        household_size,
        adults,
        source: source?,
        verification,
        note: row.string("note"),
        row: row.row_ref(),
    })
}

/// How often the time of a benchmark is in a month: hours and days have no number.
fn times(row: &Cells, per: Per, diagnostics: &mut Diagnostics) -> Option<Exact> {
    let times = per.times_a_month(None, None);
    if times.is_none() {
        let message = format!("a benchmark per {} says not for how many of them", per.word());
        let hint = "state it per week, month or year";
        let place = row.place().column("per");
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(place).hint(hint));
    }
    times
}
