//! Says what flows are, and what they cost others.

use std::sync::Arc;

use pyo3::prelude::*;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::flows::FlowData;
use truecost::data::source::Library;
use truecost::pricing::Choices;
use truecost::regime::{By, Judged};

use crate::arguments::{Maybe, word};
use crate::choices::Valuing;
use crate::costs::{Priced, Supplied};
use crate::given::Given;
use crate::long::long;
use crate::regimes::Regimes;
use crate::rules::Chosen;
use crate::watch::Watch;

/// How finely sums tell time apart, in words.
const BY: [(&str, By); 2] = [("year", By::Year), ("month", By::Month)];

/// Says of every flow of a dataset what it is: commons, reciprocity, market or redistribution, how sure that is, and
/// why.
///
/// - `flows`: a `truecost.Flows`, or the path of a flow dataset.
/// - `profile`: the rules: a name, a path, or a `truecost.Rules`; those that are built in if left out.
/// - `by`: how finely sums tell time apart: by `"year"`, or by `"month"` where one is stated.
/// - `supply`: a `truecost.Dataset`, or the path of one, that prices what passes; the one that the manifest names if left
///   out. With it there are `statement` and `costs`: what the network did, by regime, priced and unpriced.
/// - `factors` and all keywords up to `income`: how to price, see `truecost.price`. What is left out is taken from the
///   manifest of the flows, then from that of the supply dataset.
/// - `datasets`: a folder whose `regimes/`, `factors/` and `reference/` win over what is built in.
/// - `progress`: see `truecost.price`.
///
/// Raises `NotFoundError` if there are no rules or factors of that name, `ChoiceError` where nobody says what to price
/// with, and `DataError` with every problem of the data and of the rules.
///
/// >>> import truecost as tc
/// >>> street = tc.classify("datasets/flows/street")
/// >>> row = street.table.to_pylist()[0]
/// >>> row["flow"], row["regime"], row["subregime"], row["confidence"]
/// ('bread-ana-goods', 'market', 'coop_internal', 0.88)
#[pyfunction]
#[pyo3(signature = (
    flows: "Flows | str | os.PathLike[str]",
    *,
    profile: "Rules | str | os.PathLike[str] | None" = None,
    by: "typing.Literal['year', 'month'] | None" = None,
    supply: "Dataset | str | os.PathLike[str] | None" = None,
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
) -> "Regimes")]
#[expect(clippy::too_many_arguments, reason = "one for each keyword of Python")]
pub(crate) fn classify(
    py: Python<'_>,
    flows: &Bound<'_, PyAny>,
    profile: Maybe,
    by: Maybe,
    supply: Maybe,
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
) -> PyResult<Regimes> {
    let profile = Chosen::new("profile", profile)?;
    let by = by.map(|by| word("by", by, &BY)).transpose()?.unwrap_or_default();
    let (supply, of_supply) = Supplied::new(supply)?;
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
    let choices = valuing.choices()?;
    let given = Given::<FlowData>::new(py, "flows", flows, datasets)?;
    let mut warnings = given.warnings();
    warnings.extend(of_supply);
    let ((judged, priced, library), noticed) =
        long(py, progress, |watch, found| judge(given, profile, (supply, &choices), watch, found))?;
    warnings.extend(noticed);
    Ok(Regimes::new(judged, by, library, priced, warnings))
}

/// Flows with what they are and what they cost others, and what is laid over what is built in.
pub(crate) type Classified = (Arc<Judged>, Option<Priced>, Library);

/// Reads what has to be read, and says what each flow is; the problems of all of it are found.
pub(crate) fn judge(
    given: Given<FlowData>,
    profile: Chosen,
    pricing: (Supplied, &Choices),
    watch: &Watch,
    found: &mut Diagnostics,
) -> Option<Classified> {
    let (data, reference, library) = given.open(watch, found);
    let rules = profile.open(&library, found);
    if found.has_errors() {
        return None;
    }
    let judged = Arc::new(Judged::new(data?, rules?.as_ref().clone(), &reference, watch, found)?);
    let priced = Priced::new(&judged, pricing, &library, reference, watch, found);
    Some((judged, priced, library))
}
