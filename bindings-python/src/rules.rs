//! Rules that say what a flow is.

use std::sync::Arc;

use pyo3::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::source::Library;
use truecost::regime::{self, DEFAULT_RULES};
use truecost::report::regimes;

use crate::answers::Json;
use crate::arguments::{Maybe, path_or_name};
use crate::library::library;
use crate::long::long;
use crate::table::Table;

/// Rules that say what a flow is: an ordered table of predicates, with what lowers their confidence.
///
/// >>> import truecost as tc
/// >>> rules = tc.rules()
/// >>> rules.table.to_pylist()[0]["class"]
/// 'unclassified.ecosystem_flow'
#[pyclass(frozen, module = "truecost")]
pub(crate) struct Rules {
    pub(crate) rules: Arc<regime::Rules>,
    pub(crate) library: Library,
}

/// Reads a set of rules: by name, or from a folder. For `datasets` see `truecost.read_dataset`.
///
/// Raises `NotFoundError` if there is no set of that name, and `DataError` with every problem of the set.
///
/// >>> import truecost as tc
/// >>> tc.rules().name
/// 'default'
#[pyfunction]
#[pyo3(signature = (
    profile: "str | os.PathLike[str] | None" = None,
    *,
    datasets: "str | os.PathLike[str] | None" = None,
) -> "Rules")]
pub(crate) fn rules(py: Python<'_>, profile: Maybe, datasets: Maybe) -> PyResult<Rules> {
    let name = profile.map(|profile| path_or_name("profile", profile, "a name or a path")).transpose()?;
    let library = library(py, datasets)?;
    let name = name.unwrap_or_else(|| DEFAULT_RULES.to_owned());
    let (rules, _) = long(py, None, |_, found| regime::Rules::find(&name, &library, found))?;
    Ok(Rules { rules: Arc::new(rules), library })
}

/// Rules as a caller gives them: those that were read, or by name or path.
pub(crate) enum Chosen {
    /// Read.
    Read(Arc<regime::Rules>),
    /// To be read.
    Named(String),
}

impl Chosen {
    /// The argument `name`; without it the rules that are built in.
    pub(crate) fn new(name: &str, value: Maybe) -> PyResult<Self> {
        let Some(value) = value else { return Ok(Self::Named(DEFAULT_RULES.to_owned())) };
        if let Ok(rules) = value.cast::<Rules>() {
            return Ok(Self::Read(rules.get().rules.clone()));
        }
        Ok(Self::Named(path_or_name(name, value, "a truecost.Rules, a name or a path")?))
    }

    /// Reads them, if that was not done yet.
    pub(crate) fn open(self, library: &Library, found: &mut Diagnostics) -> Option<Arc<regime::Rules>> {
        match self {
            Self::Read(rules) => Some(rules),
            Self::Named(name) => regime::Rules::find(&name, library, found).map(Arc::new),
        }
    }
}

#[pymethods]
impl Rules {
    /// The name of the set.
    #[getter]
    fn name(&self) -> &str {
        &self.rules.table.name
    }

    /// A hash of its content; in the lineage of every result.
    #[getter]
    fn hash(&self) -> &str {
        &self.rules.table.hash
    }

    /// What its manifest says: title, version, citation, licence and so on.
    #[getter]
    fn manifest(&self) -> Json {
        Json(serde_json::to_string(&self.rules.table.manifest).unwrap_or_default())
    }

    /// The rules in their order, one row a rule: when it holds, what the flow then is, how sure that is, and what lowers
    /// it. As `truecost regime rules show`.
    #[getter]
    fn table(&self) -> PyResult<Table> {
        Table::of(&regimes::rules(&self.rules))
    }

    /// Looks the rules over: rules that no flow reaches, rules whose order decides, and flows that no rule knows, one row
    /// a finding. As `truecost regime rules check`.
    ///
    /// >>> import truecost as tc
    /// >>> "unreachable" in {row["finding"] for row in tc.rules().check().to_pylist()}
    /// False
    #[pyo3(signature = () -> "Table")]
    fn check(&self, py: Python<'_>) -> PyResult<Table> {
        let (findings, _) = long(py, None, |_, found| Some(regime::check(&self.rules, found)))?;
        Table::of(&regimes::findings(&findings))
    }

    /// How these rules differ from others, one row a cell; from those that are built in, if no others are given. As
    /// `truecost regime rules diff`.
    ///
    /// >>> import truecost as tc
    /// >>> len(tc.rules().diff())
    /// 0
    #[pyo3(signature = (other: "Rules | str | os.PathLike[str] | None" = None) -> "Table")]
    fn diff(&self, py: Python<'_>, other: Maybe) -> PyResult<Table> {
        let other = Chosen::new("other", other)?;
        let (changes, _) =
            long(py, None, |_, found| Some(regime::diff(&*other.open(&self.library, found)?, &self.rules)))?;
        Table::of(&regimes::changes(&changes))
    }

    fn __repr__(&self) -> String {
        format!("truecost.Rules({:?}: {} rules)", self.rules.table.name, self.rules.table.rules.len())
    }
}
