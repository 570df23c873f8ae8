//! Flow datasets: read from a folder, or made of tables.

use pyo3::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::flows::FlowData;
use truecost::data::reference::Reference;
use truecost::data::source::Source;
use truecost::fairtrade::books::flow_data;

use crate::answers::{Json, Notices};
use crate::arguments::{self, Maybe};
use crate::arrow::Tables;
use crate::given::{Read, Readable};
use crate::library::library;
use crate::manifest::{self, Facts};
use crate::watch::Watch;

/// A flow dataset, read and checked: who gave what to whom, and under which conditions. It never changes; classify it
/// as often as you like.
///
/// `truecost.read_flows` reads one from a folder, `Flows.from_tables` makes one of tables in memory.
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Flows {
    pub(crate) read: Read<FlowData>,
    /// What became of files of other programs, if it was imported.
    pub(crate) imported: Option<String>,
}

impl Readable for FlowData {
    const CLASS: &'static str = "truecost.Flows";

    fn read(
        source: Source,
        reference: &Reference,
        watch: &Watch,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let data = flow_data(source, reference, watch, diagnostics)?;
        (!diagnostics.has_errors()).then_some(data)
    }

    fn of(value: &Bound<'_, PyAny>) -> Option<Read<Self>> {
        Some(value.cast::<Flows>().ok()?.get().read.clone())
    }
}

/// Reads a flow dataset from a folder with a `manifest.toml` and its tables, as CSV or Parquet, or from a workbook. Of a
/// dataset of a co-op it makes the flows that its records are. For `datasets` see `truecost.read_dataset`, for `progress`
/// `truecost.price`.
///
/// Raises `UnreadableError` if there is no such folder or manifest, and `DataError` with every problem of every table.
///
/// >>> import truecost as tc
/// >>> tc.read_flows("datasets/flows/street")
/// truecost.Flows("street": ... flows among 15 agents, ... agreements, ... memberships)
#[pyfunction]
#[pyo3(signature = (
    path: "str | os.PathLike[str]",
    *,
    datasets: "str | os.PathLike[str] | None" = None,
    progress: "truecost._progress.Progress" = None,
) -> "Flows")]
pub(crate) fn read_flows(
    py: Python<'_>,
    path: &Bound<'_, PyAny>,
    datasets: Maybe,
    progress: Maybe,
) -> PyResult<Flows> {
    let library = library(py, datasets)?;
    let source = Source::at(&arguments::path("path", path)?);
    let read = Read::new(py, progress, library, |_, _| Some(source), |_, _, _| Some(()))?;
    Ok(Flows { read, imported: None })
}

#[pymethods]
impl Flows {
    /// Makes a flow dataset of tables in memory. A table is anything with the Arrow PyCapsule interface: of pyarrow,
    /// polars, pandas (which needs pyarrow for it), DuckDB, nanoarrow, or a `truecost.Table`.
    ///
    /// Tables have the columns that the files of a folder have: `agents` needs id; `flows` id, from and to; and so on.
    /// What holds for cells of `Dataset.from_tables` holds here: a null is an empty cell, which means that something is
    /// not stated; a NaN is refused.
    ///
    /// `stated`: what holds of every flow whose cell is empty, by column: `{"compelled": "none"}`. The column must be
    /// there, and those that could say otherwise, such as `agreement`, if only empty. `supply`: the path of the supply dataset that prices what passes, if `classify` is given no other. `name` is
    /// what results and problems call the dataset; what else you say of it stands in the lineage of every result. For
    /// `datasets` see `truecost.read_dataset`, for `progress` `truecost.price`.
    ///
    /// Raises `TypeError` for what is no table, and `DataError` with every problem of every table.
    ///
    /// >>> import polars as pl
    /// >>> import truecost as tc
    /// >>> lending = tc.Flows.from_tables(
    /// ...     name="lending",
    /// ...     agents=pl.DataFrame({"id": ["ana", "bo"], "kind": ["person", "person"]}),
    /// ...     flows=pl.DataFrame(
    /// ...         {
    /// ...             "id": ["ladder"],
    /// ...             "from": ["ana"],
    /// ...             "to": ["bo"],
    /// ...             "resource": ["use of a ladder"],
    /// ...             "unit_of_account": ["none"],
    /// ...             "price_basis": ["none"],
    /// ...             "counterflow_kind": ["none"],
    /// ...             "contracted": ["no"],
    /// ...             "relation": ["none"],
    /// ...             "compelled": [None],
    /// ...             "agreement": [None],
    /// ...             "access_scope": ["named"],
    /// ...         }
    /// ...     ),
    /// ...     stated={"compelled": "none"},
    /// ... )
    /// >>> [row] = tc.classify(lending).table.to_pylist()
    /// >>> row["regime"], row["subregime"]
    /// ('reciprocity', 'gift')
    #[staticmethod]
    #[pyo3(signature = (
        *,
        agents: "truecost._arrow.ArrowTable",
        flows: "truecost._arrow.ArrowTable",
        agreements: "truecost._arrow.ArrowTable | None" = None,
        memberships: "truecost._arrow.ArrowTable | None" = None,
        resources: "truecost._arrow.ArrowTable | None" = None,
        units: "truecost._arrow.ArrowTable | None" = None,
        accounts: "truecost._arrow.ArrowTable | None" = None,
        wages: "truecost._arrow.ArrowTable | None" = None,
        stated: "typing.Mapping[str, str | bool] | None" = None,
        supply: "str | os.PathLike[str] | None" = None,
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
        defaults: "typing.Mapping[str, typing.Any] | None" = None,
        datasets: "str | os.PathLike[str] | None" = None,
        progress: "truecost._progress.Progress" = None,
    ) -> "Flows")]
    #[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
    fn from_tables(
        py: Python<'_>,
        agents: &Bound<'_, PyAny>,
        flows: &Bound<'_, PyAny>,
        agreements: Maybe,
        memberships: Maybe,
        resources: Maybe,
        units: Maybe,
        accounts: Maybe,
        wages: Maybe,
        stated: Maybe,
        supply: Maybe,
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
        defaults: Maybe,
        datasets: Maybe,
        progress: Maybe,
    ) -> PyResult<Self> {
        let facts = Facts {
            kind: "flows",
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
            settings: manifest::of_flows(stated, supply)?,
            defaults,
        };
        let tables = Tables::new([
            ("agents", Some(agents)),
            ("flows", Some(flows)),
            ("agreements", agreements),
            ("memberships", memberships),
            ("resources", resources),
            ("units", units),
            ("accounts", accounts),
            ("wages", wages),
        ])?;
        let library = library(py, datasets)?;
        let manifest = facts.manifest(name)?;
        let source = |watch: &Watch, found: &mut Diagnostics| tables.fetch(name, manifest, watch, found);
        let read = Read::new(py, progress, library, source, |_, _, _| Some(()))?;
        Ok(Self { read, imported: None })
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

    /// What its manifest says: title, description, citation, licence, what is stated of all flows, and so on.
    #[getter]
    fn manifest(&self) -> Json {
        Json(serde_json::to_string(&self.read.data.manifest).unwrap_or_default())
    }

    /// What `truecost.import_flows` read, and what became of it; `None` for other datasets.
    #[getter]
    fn imported(&self) -> Option<&str> {
        self.imported.as_deref()
    }

    /// What was noticed while it was read, as a tuple of `truecost.Diagnostic`.
    #[getter]
    fn warnings(&self) -> Notices<'_> {
        Notices(&self.read.warnings)
    }

    /// The number of flows.
    fn __len__(&self) -> usize {
        self.read.data.flows.len()
    }

    fn __repr__(&self) -> String {
        let data = &self.read.data;
        format!(
            "truecost.Flows({:?}: {} flows among {} agents, {} agreements, {} memberships)",
            data.name,
            data.flows.len(),
            data.agents.len(),
            data.agreements.len(),
            data.memberships.len()
        )
    }
}
