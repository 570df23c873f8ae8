//! What a product's footprints and external cost are made of.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBool;
use truecost::base::diagnostic::{Diagnostic, Diagnostics};
use truecost::data::reference::Reference;
use truecost::data::source::Library;
use truecost::data::supply::Supply;
use truecost::data::write::{Batch, not_a_dataset};
use truecost::pricing::{self, Choices, Request};
use truecost::report::{columns, contribution, json};
use truecost::study::contribution as study;
use truecost::study::contribution::{Asked, By, CUTOFF, Cut, LISTED, MOST_TIERS, Measure, TIERS};

use crate::answers::{Json, Notices};
use crate::arguments::{self, Maybe, flag, optional_text, text, word, wrong_type};
use crate::choices::Valuing;
use crate::diagnose::one;
use crate::given::Given;
use crate::html::escaped;
use crate::long::long;
use crate::table::Table;
use crate::watch::Watch;

/// What a product's external cost, or a footprint of it, is made of: the answer of `truecost.contributions`. It never
/// changes.
///
/// `print` shows the table of the command line. `table` and `paths` are tables for polars, pandas, DuckDB and others;
/// `truecost.plot.sankey` draws the chain.
///
/// >>> import truecost as tc
/// >>> cup = tc.contributions("datasets/supply/coffee", "filter-coffee", by="process", top=2)
/// >>> [(row["part"], round(row["cost_share"], 3)) for row in cup.table.to_pylist()]
/// [('farm-co', 0.486), ('farm-ug', 0.242), ('14 more', 0.272)]
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Contributions {
    found: study::Contributions,
    warnings: Vec<Diagnostic>,
    /// What it is read from, where that is a path: `write` puts no file in place of it.
    read: Option<PathBuf>,
}

/// Says what the external cost, or a footprint, of a product is made of, per reference unit.
///
/// `dataset`: a `truecost.Dataset`, or the path of one. The parts add up to the whole: footprints to 1e-9, money to the
/// last digit.
///
/// - `by`: `"stage"` (if left out), `"process"`, `"region"` or `"tier"` (supplier tiers: 0 makes the product, 1 supplies tier 0, and so
///   on).
/// - `indicator`: `"total"` (if left out) for the external cost, the id of an indicator for its footprint and cost, or `"all"`.
///   A footprint needs no factor set.
/// - `tiers`: the last supplier tier that is told from deeper ones; 8 if left out.
/// - `top`: only so many parts, the others together, and so many paths. All parts and 100 paths if left out.
/// - `paths`: structural paths too: which way through the chain the contributions of single processes come.
/// - `cutoff`: the share of the whole, 0 to 1, that a path has to contribute itself to be listed; 0.01 if left out.
/// - `made_in`: only where it is made in this place.
///
/// All others are those of `truecost.price`. Raises `NotFoundError` if there is no such product, place or indicator, or
/// no price for a total.
///
/// >>> import truecost as tc
/// >>> print(tc.contributions("datasets/supply/coffee", "filter-coffee"))
/// Filter coffee, black, a cup of 125 ml (filter-coffee, NL), per cup: contributions by stage
/// stage        cost  share
/// --------  -------  -------
/// farming   0.03618   75.7 %
/// washing   0.00721   15.1 %
/// energy    0.00255    5.3 %
/// freight   0.00134    2.8 %
/// roasting  0.00050    1.0 %
/// all       0.04778
/// <BLANKLINE>
/// cost: EUR 2024, rounded so that the parts add up; factors true-price-2025:standard
/// <BLANKLINE>
#[pyfunction]
#[pyo3(signature = (
    dataset: "Dataset | str | os.PathLike[str]",
    product: "str",
    by: "typing.Literal['stage', 'process', 'region', 'tier'] | None" = None,
    *,
    indicator: "str | None" = None,
    tiers: "int | None" = None,
    top: "int | None" = None,
    paths: "bool | None" = None,
    cutoff: "float | None" = None,
    made_in: "str | None" = None,
    factors: "FactorSet | str | os.PathLike[str] | None" = None,
    year: "int | None" = None,
    currency: "str | None" = None,
    emission_year: "int | None" = None,
    prices: "str | os.PathLike[str] | None" = None,
    outside: "typing.Literal['unpriced', 'as_is', 'transfer'] | None" = None,
    order: "typing.Literal['inflate-first', 'convert-first'] | None" = None,
    netting: "bool | None" = None,
    origin: "str | None" = None,
    indices: "typing.Mapping[int | tuple[str, int], truecost._arrow.Figure] | None" = None,
    rates: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    ppp_rates: "typing.Mapping[tuple[str, int], truecost._arrow.Figure] | None" = None,
    income: "str | os.PathLike[str] | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Contributions")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn contributions(
    py: Python<'_>,
    dataset: &Bound<'_, PyAny>,
    product: &Bound<'_, PyAny>,
    by: Maybe,
    indicator: Maybe,
    tiers: Maybe,
    top: Maybe,
    paths: Maybe,
    cutoff: Maybe,
    made_in: Maybe,
    factors: Maybe,
    year: Maybe,
    currency: Maybe,
    emission_year: Maybe,
    prices: Maybe,
    outside: Maybe,
    order: Maybe,
    netting: Maybe,
    origin: Maybe,
    indices: Maybe,
    rates: Maybe,
    ppp_rates: Maybe,
    income: Maybe,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Contributions> {
    let valuing = Valuing {
        factors,
        year,
        currency,
        emission_year,
        prices,
        outside,
        order,
        netting,
        origin,
        indices,
        rates,
        ppp_rates,
        income,
    };
    let choices = Choices { products: vec![text("product", product)?], ..valuing.choices()? };
    let asked = Question { by, indicator, tiers, top, paths, cutoff, made_in }.asked()?;
    let given = Given::new(py, "dataset", dataset, datasets)?;
    let mut noticed = given.warnings();
    let (found, warnings) = long(py, progress, |watch, found| answer(given, &choices, &asked, watch, found))?;
    noticed.extend(warnings);
    Ok(Contributions { found, warnings: noticed, read: arguments::path("dataset", dataset).ok() })
}

/// What is asked, as keywords of Python.
struct Question<'a, 'py> {
    by: Maybe<'a, 'py>,
    indicator: Maybe<'a, 'py>,
    tiers: Maybe<'a, 'py>,
    top: Maybe<'a, 'py>,
    paths: Maybe<'a, 'py>,
    cutoff: Maybe<'a, 'py>,
    made_in: Maybe<'a, 'py>,
}

impl Question<'_, '_> {
    fn asked(self) -> PyResult<Asked> {
        let top = self.top.map(|top| whole("top", top, 1, usize::MAX)).transpose()?;
        let has_paths = self.paths.map(|paths| flag("paths", paths)).transpose()?.unwrap_or_default();
        let share = self.cutoff.map(cutoff_share).transpose()?.unwrap_or(CUTOFF);
        Ok(Asked {
            by: self.by.map(|by| word("by", by, &By::ALL)).transpose()?.unwrap_or_default(),
            measure: optional_text("indicator", self.indicator)?
                .map_or_else(Measure::default, |id| Measure::parse(&id)),
            tiers: self.tiers.map(|tiers| whole("tiers", tiers, 0, MOST_TIERS)).transpose()?.unwrap_or(TIERS),
            top,
            made_in: optional_text("made_in", self.made_in)?,
            paths: has_paths.then(|| Cut { share, most: top.unwrap_or(LISTED) }),
        })
    }
}

/// A whole number between two others.
fn whole(name: &str, value: &Bound<'_, PyAny>, least: usize, most: usize) -> PyResult<usize> {
    if !value.hasattr("__index__")? || value.is_instance_of::<PyBool>() {
        return Err(wrong_type(name, value, "an int"));
    }
    let number = value.extract::<usize>().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| {
        let limit = if most == usize::MAX { String::new() } else { format!(" to {most}") };
        let word = if limit.is_empty() { "at least" } else { "from" };
        PyValueError::new_err(format!("{name}: {value} is not a whole number {word} {least}{limit}"))
    })
}

fn cutoff_share(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    let number = value.extract::<f64>().ok().filter(|_| !value.is_instance_of::<PyBool>());
    let share = number.ok_or_else(|| wrong_type("cutoff", value, "a number"))?;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err(PyValueError::new_err(format!("cutoff: {value} is not a share from 0 to 1")))
    }
}

fn answer(
    given: Given<Supply>,
    choices: &Choices,
    asked: &Asked,
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<study::Contributions> {
    let (supply, reference, library): (Option<Arc<Supply>>, Arc<Reference>, Library) =
        given.open(watch, found);
    let mut reference = Arc::unwrap_or_clone(reference);
    let default = supply.as_ref().and_then(|supply| supply.manifest.defaults.factors.as_deref());
    let request = choices.request(&library, &mut reference, default, found);
    let request = Request { physical: asked.measure.is_physical(), ..request };
    let prepared = pricing::prepare(supply?, &request, &library, &reference, found)?;
    study::answer(&prepared, &request, &reference, asked, watch, found)
}

#[pymethods]
impl Contributions {
    /// One row a product x origin x part x indicator: amount and cost with their shares. Of a total there is no amount; no
    /// value where there is no price.
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<Table> {
        let lineage = json::lineage(&self.found.lineage).to_string();
        py.detach(|| Table::with_lineage(&contribution::parts(&self.found), &lineage))
    }

    /// One row a product x origin x path, and one for what is not listed; empty if no paths were asked for.
    #[getter]
    fn paths(&self, py: Python<'_>) -> PyResult<Table> {
        let lineage = json::lineage(&self.found.lineage).to_string();
        py.detach(|| Table::with_lineage(&contribution::paths(&self.found), &lineage))
    }

    /// What the answer rests on: datasets with versions, licences and hashes, choices, sources, verification, cautions
    /// and notes.
    #[getter]
    fn lineage(&self) -> Json {
        Json(json::lineage(&self.found.lineage).to_string())
    }

    /// The currency of all money in the answer.
    #[getter]
    fn currency(&self) -> String {
        self.found.target.currency.to_string()
    }

    /// The price year of all money in the answer.
    #[getter]
    fn year(&self) -> i32 {
        self.found.target.year
    }

    /// What was noticed while reading and pricing, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.warnings)
    }

    /// The drawing of the chain as SVG: suppliers on the left, the product on the right, bands as wide as the external cost
    /// of what is delivered.
    ///
    /// Raises `NotFoundError` if nothing of it has a price, and `ChoiceError` if the product is made in several places.
    ///
    /// >>> import truecost as tc
    /// >>> tc.contributions("datasets/supply/coffee", "filter-coffee").to_svg()[:4]
    /// '<svg'
    fn to_svg(&self, py: Python<'_>) -> PyResult<String> {
        self.drawn(py, "sankey.svg")
    }

    /// The same as a specification of Vega; its data sets `bars` and `bands` say what is drawn where.
    fn to_vega(&self, py: Python<'_>) -> PyResult<Json> {
        Ok(Json(self.drawn(py, "sankey.json")?))
    }

    /// Writes the answer into a file that ends in `.csv`, `.parquet` or `.json`, or the drawing into one that ends in `.svg`,
    /// and gives its path. A table holds the paths where they were asked for, else the parts.
    ///
    /// Raises `UnwritableError`.
    #[pyo3(signature = (path: "str | os.PathLike[str]") -> "pathlib.Path")]
    fn write(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
        let path = arguments::path("path", path)?;
        let write = || {
            let is_drawing = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("svg"));
            let encode = if is_drawing { contribution::drawn } else { contribution::encoded };
            let bytes = encode(&path, &self.found)?;
            if let Some(folder) = path.parent() {
                not_a_dataset(folder)?;
            }
            let mut files = Batch::files();
            files.add(&path.to_string_lossy(), &bytes)?;
            self.read.iter().try_for_each(|read| files.spare(read))?;
            files.commit()
        };
        py.detach(write).map_err(|diagnostic| one(py, diagnostic))?;
        Ok(path)
    }

    /// The answer as JSON: exact, with the lineage. Money is text.
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| json::text(&contribution::json(&self.found)))
    }

    /// `table` as CSV, exact.
    fn to_csv(&self, py: Python<'_>) -> String {
        py.detach(|| String::from_utf8_lossy(&columns::csv(&contribution::parts(&self.found))).into_owned())
    }

    fn __str__(&self) -> String {
        contribution::table(&self.found)
    }

    fn __repr__(&self) -> String {
        let of: Vec<String> =
            self.found.products.iter().map(|of| format!("{} from {}", of.product, of.origin)).collect();
        let target = self.found.target;
        format!(
            "truecost.Contributions({:?} by {}, {} {})",
            of.join(", "),
            self.found.by.word(),
            target.currency,
            target.year
        )
    }

    fn _repr_html_(&self) -> String {
        format!("<pre>{}</pre>", escaped(&contribution::table(&self.found)))
    }
}

impl Contributions {
    fn drawn(&self, py: Python<'_>, name: &str) -> PyResult<String> {
        let bytes = py.detach(|| contribution::drawn(name.as_ref(), &self.found));
        let bytes = bytes.map_err(|diagnostic| one(py, diagnostic))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
