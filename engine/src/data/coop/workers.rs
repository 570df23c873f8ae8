//! Workers, or jobs with the number of those who do them: what they earn, and for what.

use crate::base::currency::Currency;
use crate::base::decimal::{Exact, one};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::manifest::CoopSettings;
use crate::data::schema;
use crate::data::source::Opened;

use super::stated::{BASES, Basis, OwnCurrency, PERS, Per, share, some};

/// A worker, or all who do a job on equal terms. Amounts are per month.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Id.
    pub id: String,
    /// Job.
    pub job: String,
    /// How many.
    pub count: u32,
    /// Site.
    pub site: String,
    /// Id of the benchmark.
    pub benchmark: String,
    /// A year or a month.
    pub period: Period,
    /// Months of the period in which they worked.
    pub months: Exact,
    /// What the pay is for.
    pub pay_per: Per,
    /// How often that is in a month.
    pub times_a_month: Exact,
    /// Pay in standard hours.
    pub pay: Exact,
    /// Pay of overtime: shown, never counted.
    pub overtime_pay: Option<Exact>,
    /// Bonuses that are sure.
    pub bonuses: Option<Exact>,
    /// Fair value of what is given in kind.
    pub in_kind: Option<Exact>,
    /// Of a living wage at most this share may be in kind.
    pub in_kind_cap: Option<Exact>,
    /// Contracted and standard hours a week.
    pub hours: Option<(Exact, Exact)>,
    /// Net or gross.
    pub basis: Basis,
    /// Legal minimum for the hours of the contract.
    pub minimum_wage: Option<Exact>,
    /// Currency.
    pub currency: Currency,
    /// Product they make.
    pub product: Option<String>,
    /// Process they work in.
    pub process: Option<String>,
    /// Row.
    pub row: RowRef,
}

impl Worker {
    /// The part of a full working week that the contract is for, at most 1; 1 if the hours are not stated.
    pub fn part(&self) -> Exact {
        let part = self.hours.as_ref().map(|(contracted, standard)| contracted / standard);
        part.map_or_else(one, |part| part.min(one()))
    }
}

/// The table `workers`, sorted by id.
pub(super) fn table(
    opened: &mut Opened,
    settings: &CoopSettings,
    diagnostics: &mut Diagnostics,
) -> Vec<Worker> {
    let own = OwnCurrency::new(settings);
    let read = opened.read(&schema::WORKERS, &(), diagnostics, |bound: &Bound, diagnostics| {
        let rows: Vec<Worker> = bound.collect(|row| worker(&row, &own, diagnostics));
        own.report(bound, diagnostics);
        rows
    });
    let mut rows = read.unwrap_or_default();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

fn worker(row: &Cells, own: &OwnCurrency, diagnostics: &mut Diagnostics) -> Option<Worker> {
    let id = row.id("id", diagnostics);
    let count = if row.text("count").is_some() { row.integer("count", diagnostics) } else { Some(1) };
    let benchmark = row.id("benchmark", diagnostics);
    let period = month_or_year(row, diagnostics);
    let months = period.and_then(|period| months(row, period, diagnostics));
    let basis = row.word("basis", BASES, diagnostics);
    let hours = hours(row, diagnostics);
    let times = times(row, hours.as_ref().and_then(Option::as_ref), diagnostics);
    let amount = |column, per: Option<&Exact>, diagnostics: &mut Diagnostics| {
        let amount = some(row, column, diagnostics)?;
        Some(amount * per?)
    };
    let pay_times = times.as_ref().map(|(_, [pay, _, _])| pay);
    row.required("pay", diagnostics);
    let pay = amount("pay", pay_times, diagnostics);
    let overtime_pay = amount("overtime_pay", pay_times, diagnostics);
    let bonuses = amount("bonuses", times.as_ref().map(|(_, [_, bonus, _])| bonus), diagnostics);
    let in_kind = amount("in_kind", pay_times, diagnostics);
    let in_kind_cap = share(row, "in_kind_cap", diagnostics);
    let minimum = amount("minimum_wage", times.as_ref().map(|(_, [_, _, minimum])| minimum), diagnostics);
    let currency = own.of(row, diagnostics);
    let product = row.optional_id("product", diagnostics);
    let process = row.optional_id("process", diagnostics);
    let (pay_per, [times_a_month, ..]) = times?;
    Some(Worker {
        id: id?,
        job: row.string("job"),
        count: count?,
        site: row.string("site"),
        benchmark: benchmark?,
        period: period?,
        months: months?,
        pay_per,
        times_a_month,
        pay: pay?,
        overtime_pay,
        bonuses,
        in_kind,
        in_kind_cap,
        hours: hours?,
        basis: basis?,
        minimum_wage: minimum,
        currency: currency?,
        product,
        process,
        row: row.row_ref(),
    })
}

/// A year or a month: wages are compared by the month.
fn month_or_year(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Period> {
    let period = row.period("period", diagnostics)?;
    if period.day().is_none() {
        return Some(period);
    }
    let message = format!("`{period}` is a day, and wages are compared by the month");
    let place = row.place().column("period");
    diagnostics
        .push(Diagnostic::error(codes::BAD_DATE, message).at(place).hint("write a year or a month: 2024-03"));
    None
}

/// Months of the period that were worked: all of it, unless the row says fewer.
fn months(row: &Cells, period: Period, diagnostics: &mut Diagnostics) -> Option<Exact> {
    let all = Exact::from_integer(if period.is_year() { 12 } else { 1 }.into());
    if row.text("months").is_none() {
        return Some(all);
    }
    let months = row.positive("months", diagnostics)?;
    if months.exact <= all {
        return Some(months.exact);
    }
    let message = format!("`{period}` has no {} months", row.text("months").unwrap_or_default());
    diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).at(row.place().column("months")));
    None
}

/// Contracted and standard hours a week: both, or neither. `None` after a problem.
#[expect(clippy::option_option, reason = "not stated is not wrong")]
fn hours(row: &Cells, diagnostics: &mut Diagnostics) -> Option<Option<(Exact, Exact)>> {
    let columns = ["contracted_hours", "standard_hours"];
    if columns.iter().all(|column| row.text(column).is_none()) {
        return Some(None);
    }
    let [contracted, standard] = columns.map(|column| row.positive(column, diagnostics));
    Some(Some((contracted?.exact, standard?.exact)))
}

/// What the pay is for, and how often that of pay, bonuses and minimum wage is in a month. Of a contract with more hours than
/// the standard week only those count: a living wage is earned in standard hours.
fn times(
    row: &Cells,
    hours: Option<&(Exact, Exact)>,
    diagnostics: &mut Diagnostics,
) -> Option<(Per, [Exact; 3])> {
    let pay_per = row.word("pay_per", PERS, diagnostics);
    let days = row.optional_positive("days_per_week", diagnostics);
    let mut in_month = |column: &str, per: Per| {
        let days = days.as_ref().map(|days| &days.exact);
        let times = per.times_a_month(hours.map(|(contracted, standard)| contracted.min(standard)), days);
        if times.is_none() {
            let needed = if per == Per::Hour { "contracted_hours" } else { "days_per_week" };
            let message = format!("how many {}s has a week?", per.word());
            let hint = format!("`{column}` is `{}`: state `{needed}`", per.word());
            let place = row.place().column(needed);
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        }
        times
    };
    let pay_per = pay_per?;
    let pay = in_month("pay_per", pay_per);
    let mut others = Vec::new();
    for column in ["bonuses_per", "minimum_wage_per"] {
        others.push(row.text(column).map(str::to_owned));
    }
    let mut of = |column: &'static str, text: &Option<String>| match text {
        None => pay.clone(),
        Some(text) => {
            let per = PERS.iter().find(|(word, _)| word == text).map(|(_, per)| *per);
            per.and_then(|per| in_month(column, per))
        }
    };
    let bonus = of("bonuses_per", &others[0]);
    let minimum = of("minimum_wage_per", &others[1]);
    for column in ["bonuses_per", "minimum_wage_per"] {
        row.optional_word(column, PERS, diagnostics);
    }
    Some((pay_per, [pay?, bonus?, minimum?]))
}
