//! What getters give to Python, with the types that the stubs say.

use pyo3::inspect::{PyStaticConstant, PyStaticExpr};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pyo3::{type_hint_identifier, type_hint_subscript};
use truecost::base::diagnostic::Diagnostic;

use crate::diagnose::objects;

/// A JSON object as text, handed over as a dict.
pub(crate) struct Json(pub(crate) String);

impl<'py> IntoPyObject<'py> for Json {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("builtins", "dict"),
        type_hint_identifier!("builtins", "str"),
        type_hint_identifier!("typing", "Any")
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        py.import("json")?.call_method1("loads", (self.0,))
    }
}

/// Diagnostics, handed over as a tuple.
pub(crate) struct Notices<'a>(pub(crate) &'a [Diagnostic]);

impl<'py> IntoPyObject<'py> for Notices<'_> {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("builtins", "tuple"),
        type_hint_identifier!("truecost.errors", "Diagnostic"),
        PyStaticExpr::Constant { value: PyStaticConstant::Ellipsis }
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        objects(py, self.0)
    }
}

/// Names of columns with their types, handed over as a dict in the order of the columns.
pub(crate) struct Schema(pub(crate) Vec<(String, String)>);

impl<'py> IntoPyObject<'py> for Schema {
    type Target = pyo3::types::PyDict;
    type Output = Bound<'py, Self::Target>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("builtins", "dict"),
        type_hint_identifier!("builtins", "str"),
        type_hint_identifier!("builtins", "str")
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        pyo3::types::IntoPyDict::into_py_dict(self.0, py)
    }
}

/// Batches of pyarrow, one after the other.
pub(crate) struct RecordBatches<'py>(pub(crate) Bound<'py, PyAny>);

impl<'py> IntoPyObject<'py> for RecordBatches<'py> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Iterator"),
        type_hint_identifier!("typing", "Any")
    );

    fn into_pyobject(self, _: Python<'py>) -> PyResult<Self::Output> {
        Ok(self.0)
    }
}

/// Numbers in two dimensions, handed over as a memoryview.
pub(crate) struct View<'py>(pub(crate) Bound<'py, PyAny>);

impl<'py> IntoPyObject<'py> for View<'py> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = type_hint_identifier!("builtins", "memoryview");

    fn into_pyobject(self, _: Python<'py>) -> PyResult<Self::Output> {
        Ok(self.0)
    }
}
