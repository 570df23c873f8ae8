//! Supply datasets: read from a folder, or made of tables.

use pyo3::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::chain;
use truecost::data::reference::Reference;
use truecost::data::source::Source;
use truecost::data::supply::Supply;
use truecost::fairtrade::living;
use truecost::report::products;
use truecost::valuation::Overrides;

use crate::answers::{Json, Notices};
use crate::arguments::{self, Maybe};
use crate::arrow::Tables;
use crate::given::{Read, Readable};
use crate::library::library;
use crate::long::long;
use crate::manifest::{self, Facts};
use crate::table::Table;
use crate::watch::Watch;

/// A supply dataset, read and checked: who makes what from what, what each step causes, what it costs. It never
/// changes; price it as often as you like.
///
/// `truecost.read_dataset` reads one from a folder, `Dataset.from_tables` makes one of tables in memory.
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Dataset {
    pub(crate) read: Read<Supply>,
    /// What an importer told.
    pub(crate) imported: Option<String>,
}

impl Readable for Supply {
    const CLASS: &'static str = "truecost.Dataset";

    fn read(
        source: Source,
        reference: &Reference,
        watch: &Watch,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        // What workers and households of a co-op lack is part of what is read.
        living::supply(source, reference, &Overrides::default(), watch, diagnostics)
    }

    fn of(value: &Bound<'_, PyAny>) -> Option<Read<Self>> {
        Some(value.cast::<Dataset>().ok()?.get().read.clone())
    }
}

/// Names that lead nowhere are problems of the data too: they are told now, not when it is priced.
pub(crate) fn check(supply: &Supply, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<()> {
    chain::build(supply, reference, diagnostics).map(|_| ())
}

/// Reads a supply dataset from a folder with a `manifest.toml` and its tables, as CSV or Parquet, or from a workbook
/// (`.xlsx`) with a sheet for each table.
///
/// `datasets`: a folder with `factors/`, `reference/` and `prices/`; what it holds wins over what is built in. Without
/// it, the environment variable `TRUECOST_DATASETS` is asked. `progress`: see `truecost.price`.
///
/// Raises `UnreadableError` if there is no such folder or manifest, and `DataError` with every problem of every table.
///
/// >>> import truecost as tc
/// >>> coffee = tc.read_dataset("datasets/supply/coffee")
/// >>> coffee.name
/// 'coffee'
#[pyfunction]
#[pyo3(signature = (
    path: "str | os.PathLike[str]",
    *,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Dataset")]
pub(crate) fn read_dataset(
    py: Python<'_>,
    path: &Bound<'_, PyAny>,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Dataset> {
    let library = library(py, datasets)?;
    let source = Source::at(&arguments::path("path", path)?);
    Ok(Dataset { read: Read::new(py, progress, library, |_, _| Some(source), check)?, imported: None })
}

#[pymethods]
impl Dataset {
    /// Makes a dataset of tables in memory. A table is anything with the Arrow PyCapsule interface: of pyarrow, polars,
    /// pandas (which needs pyarrow for it), DuckDB, nanoarrow, or a `truecost.Table`.
    ///
    /// Tables have the columns that the files of a folder have: `products` id, name, unit; `processes` id, product,
    /// amount, unit, region; and so on. Columns may be text, numbers, decimals, dates, or True and False for yes and no;
    /// amounts keep the digits they have. A null is an empty cell. A NaN is not: it is refused, as nobody knows whether a
    /// number is missing or went wrong (pandas hands its missing values on as nulls).
    ///
    /// `name` is what results and problems call the dataset. What you say of it (title, source, licence and so on) stands
    /// in the lineage of every result; what you leave out stands there as `not stated`. `licence` is a name, or
    /// `{"name": ..., "redistribute": True}`. `absent_interventions` is `"not_stated"` or `"zero"`. `defaults` may say
    /// `factors`, `currency`, `year`, `prices` and `method`. For `datasets` see `truecost.read_dataset`, for `progress`
    /// `truecost.price`.
    ///
    /// Raises `TypeError` for what is no table, and `DataError` with every problem of every table.
    ///
    /// >>> import polars as pl
    /// >>> import truecost as tc
    /// >>> bakery = tc.Dataset.from_tables(
    /// ...     name="bakery",
    /// ...     products=pl.DataFrame({"id": ["bread"], "name": ["Bread"], "unit": ["kg"]}),
    /// ...     processes=pl.DataFrame(
    /// ...         {"id": ["baking"], "product": ["bread"], "amount": [100], "unit": ["kg"], "region": ["NL"]}
    /// ...     ),
    /// ...     interventions=pl.DataFrame(
    /// ...         {"process": ["baking"], "indicator": ["climate-change"], "amount": [55.0], "unit": ["kg CO2-eq"]}
    /// ...     ),
    /// ...     defaults={"factors": "ce-delft-2024", "currency": "EUR", "year": 2024, "method": "ReCiPe 2016 H"},
    /// ... )
    /// >>> prices = tc.price(bakery)
    /// >>> prices.table.to_pylist()[0]["gap"]
    /// Decimal('0.094576763434')
    #[staticmethod]
    #[pyo3(signature = (
        *,
        products: "truecost._arrow.ArrowTable",
        processes: "truecost._arrow.ArrowTable",
        inputs: "truecost._arrow.ArrowTable | None" = None,
        interventions: "truecost._arrow.ArrowTable | None" = None,
        prices: "truecost._arrow.ArrowTable | None" = None,
        paid: "truecost._arrow.ArrowTable | None" = None,
        support: "truecost._arrow.ArrowTable | None" = None,
        indicators: "truecost._arrow.ArrowTable | None" = None,
        name: "str" = "tables",
        title: "str | None" = None,
        description: "str | None" = None,
        caveat: "str | None" = None,
        producer: "str | None" = None,
        citation: "str | None" = None,
        version: "str | None" = None,
        published: "str | datetime.date | None" = None,
        url: "str | None" = None,
        geography: "str | None" = None,
        licence: "str | typing.Mapping[str, typing.Any] | None" = None,
        absent_interventions: "typing.Literal['not_stated', 'zero'] | None" = None,
        defaults: "typing.Mapping[str, typing.Any] | None" = None,
        datasets: "str | os.PathLike[str] | None" = None,
        progress: "truecost._progress.Progress" = None,
    ) -> "Dataset")]
    #[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
    fn from_tables(
        py: Python<'_>,
        products: &Bound<'_, PyAny>,
        processes: &Bound<'_, PyAny>,
        inputs: Maybe,
        interventions: Maybe,
        prices: Maybe,
        paid: Maybe,
        support: Maybe,
        indicators: Maybe,
        name: &str,
        title: Maybe,
        description: Maybe,
        caveat: Maybe,
        producer: Maybe,
        citation: Maybe,
        version: Maybe,
        published: Maybe,
        url: Maybe,
        geography: Maybe,
        licence: Maybe,
        absent_interventions: Maybe,
        defaults: Maybe,
        datasets: Maybe,
        progress: Maybe,
    ) -> PyResult<Self> {
        let facts = Facts {
            kind: "supply",
            texts: vec![
                ("title", title),
                ("description", description),
                ("caveat", caveat),
                ("producer", producer),
                ("citation", citation),
                ("version", version),
                ("published", published),
                ("url", url),
                ("geography", geography),
            ],
            licence,
            settings: absent_interventions.map(manifest::absent).transpose()?,
            defaults,
        };
        let tables = Tables::new([
            ("products", Some(products)),
            ("processes", Some(processes)),
            ("inputs", inputs),
            ("interventions", interventions),
            ("prices", prices),
            ("paid", paid),
            ("support", support),
            ("indicators", indicators),
        ])?;
        let library = library(py, datasets)?;
        let manifest = facts.manifest(name)?;
        let source = |watch: &Watch, found: &mut Diagnostics| tables.fetch(name, manifest, watch, found);
        Ok(Self { read: Read::new(py, progress, library, source, check)?, imported: None })
    }

    /// Its name: that of its folder, or the one it was given.
    #[getter]
    fn name(&self) -> &str {
        &self.read.data.name
    }

    /// A hash of its content, whatever the order of rows and columns; in the lineage of every result.
    #[getter]
    fn hash(&self) -> &str {
        &self.read.data.hash
    }

    /// Its products, as a table: one row a product x origin, of those with all words of `text` in id, name or category. `origin`
    /// is empty where nothing makes the product.
    ///
    /// Raises `DataError` if its chains cannot be built.
    ///
    /// >>> import truecost as tc
    /// >>> coffee = tc.read_dataset("datasets/supply/coffee")
    /// >>> [row["product"] for row in coffee.products("coffee cup").to_pylist()]
    /// ['filter-coffee']
    #[pyo3(signature = (text: "str" = "") -> "Table")]
    fn products(&self, py: Python<'_>, text: &str) -> PyResult<Table> {
        let (supply, reference) = (self.read.data.clone(), self.read.reference.clone());
        let (columns, _) = long(py, None, |_, found| {
            let chain = chain::build(&supply, &reference, found)?;
            Some(products::columns(&supply, &chain, text))
        })?;
        Table::of(&columns)
    }

    /// What its manifest says: title, description, citation, licence, defaults and so on.
    #[getter]
    fn manifest(&self) -> Json {
        Json(serde_json::to_string(&self.read.data.manifest).unwrap_or_default())
    }

    /// What was noticed while it was read, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.read.warnings)
    }

    /// What an importer such as `truecost.import_useeio` read, and what became of it; `None` for other datasets.
    #[getter]
    fn imported(&self) -> Option<&str> {
        self.imported.as_deref()
    }

    fn __repr__(&self) -> String {
        let supply = &self.read.data;
        format!(
            "truecost.Dataset({:?}: {} products, {} processes, {} inputs, {} interventions, {} prices)",
            supply.name,
            supply.products.len(),
            supply.processes.len(),
            supply.inputs.len(),
            supply.interventions.len(),
            supply.prices.len()
        )
    }
}
