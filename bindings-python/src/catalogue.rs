//! What there is to price with.

use std::sync::Arc;

use pyo3::prelude::*;
use truecost::data::factors::FactorSet as Set;
use truecost::data::reference::Reference;
use truecost::report::catalogue;

use crate::answers::Json;
use crate::arguments::{Maybe, optional_year, path_or_name, text};
use crate::library::library;
use crate::long::long;
use crate::table::Table;

/// A factor set in one of its variants: what a unit of each indicator costs others.
///
/// >>> import truecost as tc
/// >>> handbook = tc.factor_set("ce-delft-2024")
/// >>> handbook.label
/// 'ce-delft-2024:standard'
#[pyclass(frozen, module = "truecost")]
pub(crate) struct FactorSet {
    pub(crate) set: Arc<Set>,
    /// Name or path it was found by.
    pub(crate) found_as: String,
}

#[pymethods]
impl FactorSet {
    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        &self.set.name
    }

    /// The variant that was read; sets have one at least.
    #[getter]
    fn variant(&self) -> &str {
        &self.set.variant
    }

    /// Name and variant, as results call it.
    #[getter]
    fn label(&self) -> String {
        self.set.label()
    }

    /// A hash of its content; in the lineage of every result.
    #[getter]
    fn hash(&self) -> &str {
        &self.set.hash
    }

    /// What its manifest says: title, citation, licence, regions it is valid in, and so on.
    #[getter]
    fn manifest(&self) -> Json {
        Json(serde_json::to_string(&self.set.manifest).unwrap_or_default())
    }

    /// Its factors as published: one row a factor, in its own currency, price year and unit.
    #[getter]
    fn factors(&self) -> PyResult<Table> {
        Table::of(&catalogue::factors(&self.set))
    }

    fn __repr__(&self) -> String {
        format!("truecost.FactorSet({:?}: {} factors)", self.set.label(), self.set.rows.len())
    }
}

/// Reads a factor set: by name (`SET` or `SET:VARIANT`), or from a folder. For `datasets` see `truecost.read_dataset`.
///
/// Raises `NotFoundError` if there is no set of that name, and `DataError` with every problem of the set.
///
/// >>> import truecost as tc
/// >>> tc.factor_set("epa-scghg-2023:discount-1.5").manifest["factors"]["currency"]
/// 'USD'
#[pyfunction]
#[pyo3(signature = (
    name_or_path: "str | os.PathLike[str]",
    *,
    datasets: "str | os.PathLike[str] | None" = None,
) -> "FactorSet")]
pub(crate) fn factor_set(
    py: Python<'_>,
    name_or_path: &Bound<'_, PyAny>,
    datasets: Maybe,
) -> PyResult<FactorSet> {
    let found_as = path_or_name("name_or_path", name_or_path, "a name (SET or SET:VARIANT) or a path")?;
    let library = library(py, datasets)?;
    let (set, _) = long(py, None, |_, found| {
        let reference = Reference::read(&library, found);
        Set::read(&found_as, &library, &reference, found)
    })?;
    Ok(FactorSet { set: Arc::new(set), found_as })
}

/// All factor sets there are, one row a set: name, variants, currency, price year, regions, how many of its factors were
/// seen how, licence. For `datasets` see `truecost.read_dataset`.
///
/// >>> import truecost as tc
/// >>> [row["name"] for row in tc.factor_sets().to_pylist()]
/// ['ce-delft-2024', 'epa-scghg-2023', 'true-price-2025', 'uba-2025']
#[pyfunction]
#[pyo3(signature = (*, datasets: "str | os.PathLike[str] | None" = None) -> "Table")]
pub(crate) fn factor_sets(py: Python<'_>, datasets: Maybe) -> PyResult<Table> {
    let library = library(py, datasets)?;
    let (columns, _) = long(py, None, |_, found| {
        let reference = Reference::read(&library, found);
        Some(catalogue::factor_sets(&library, &reference, found))
    })?;
    Table::of(&columns)
}

/// All indicators there are, one row an indicator: id, name, unit, dimension, kind, and the sets that price it. For
/// `datasets` see `truecost.read_dataset`.
///
/// >>> import truecost as tc
/// >>> units = {row["id"]: row["unit"] for row in tc.indicators().to_pylist()}
/// >>> units["freshwater-eutrophication"]
/// 'kg P-eq'
#[pyfunction]
#[pyo3(signature = (*, datasets: "str | os.PathLike[str] | None" = None) -> "Table")]
pub(crate) fn indicators(py: Python<'_>, datasets: Maybe) -> PyResult<Table> {
    let library = library(py, datasets)?;
    let (columns, _) = long(py, None, |_, found| {
        let reference = Reference::read(&library, found);
        Some(catalogue::indicators(&library, &reference, found))
    })?;
    Table::of(&columns)
}

/// What one unit of an indicator costs in every set and variant, moved to one currency and year.
///
/// `year`: the price year, the latest that all tables have if left out. `emission_year`: the price year if left out.
/// The sets answer different questions (damage, abatement, restoration): do not mix them in one total. For `datasets`
/// see `truecost.read_dataset`.
///
/// Raises `NotFoundError` if there is no such indicator, and `ChoiceError` for a currency or year that is none.
///
/// >>> import truecost as tc
/// >>> table = tc.compare_factors("climate-change", year=2024)
/// >>> {row["set"] for row in table.to_pylist() if row["status"] == "priced"} >= {"ce-delft-2024", "uba-2025"}
/// True
#[pyfunction]
#[pyo3(signature = (
    indicator: "str",
    *,
    currency: "str" = "EUR",
    year: "int | None" = None,
    emission_year: "int | None" = None,
    datasets: "str | os.PathLike[str] | None" = None,
) -> "Table")]
pub(crate) fn compare_factors(
    py: Python<'_>,
    indicator: &Bound<'_, PyAny>,
    currency: &str,
    year: Maybe,
    emission_year: Maybe,
    datasets: Maybe,
) -> PyResult<Table> {
    let indicator = text("indicator", indicator)?;
    let (year, emission_year) =
        (optional_year("year", year)?, optional_year("emission_year", emission_year)?);
    let library = library(py, datasets)?;
    let (columns, _) = long(py, None, |_, found| {
        let reference = Reference::read(&library, found);
        let choice = catalogue::Choice { indicator: &indicator, currency, year, emission_year };
        catalogue::comparison(&choice, &library, &reference, found)
    })?;
    Table::of(&columns)
}
