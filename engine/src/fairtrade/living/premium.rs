//! A premium is counted once: in the income of households, or as paid for what they lack.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::coop::living::LivingData;
use crate::data::supply::Supply;

use super::social_cost::{BELOW_LIVING, BELOW_MINIMUM, INCOME};

/// Where a process pays for what its households lack, the premium must not have made the gap smaller already.
pub(super) fn check_premium(data: &LivingData, supply: &Supply, diagnostics: &mut Diagnostics) {
    for paid in supply.paid.iter().filter(|paid| paid.indicator == INCOME) {
        for household in &data.households {
            let Some(process) = household.process.as_deref() else { continue };
            let place = household.row.place().column("premium_included");
            let (is_same, paid_at) = (process == paid.process, paid.row.place());
            let diagnostic = match household.premium_included {
                Some(true) if is_same => {
                    let message = format!(
                        "the premium is in the income of `{}`, and {paid_at} says that `{process}` pays for what is \
                         lacking: it would count twice",
                        household.id
                    );
                    let hint = "a premium that households got makes the gap smaller: leave the row of `paid` out; one that \
                                went to the fund is `no`";
                    Diagnostic::error(codes::CONTRADICTION, message).hint(hint)
                }
                Some(true) => {
                    let message = format!(
                        "the premium is in the income of `{}`, and {paid_at} says that `{}` pays for what is lacking: \
                         if that is the premium, it counts twice",
                        household.id, paid.process
                    );
                    Diagnostic::warning(codes::CONTRADICTION, message)
                }
                None if is_same => {
                    let message = format!(
                        "is the premium in the income of `{}`? {paid_at} says that `{process}` pays for what is lacking",
                        household.id
                    );
                    let hint = "yes: then the row of `paid` would count it twice; no: it went to the fund";
                    Diagnostic::error(codes::MISSING_VALUE, message).hint(hint)
                }
                Some(false) | None => continue,
            };
            diagnostics.push(diagnostic.at(place));
        }
    }
}

/// A wage that was raised makes the gap smaller, and is not also internalised: nobody but who wrote the row of `paid`
/// knows which money it is.
pub(super) fn check_wages(data: &LivingData, supply: &Supply, diagnostics: &mut Diagnostics) {
    for paid in supply.paid.iter().filter(|paid| [BELOW_MINIMUM, BELOW_LIVING].contains(&&*paid.indicator)) {
        let worker = data.workers.iter().find(|worker| worker.process.as_ref() == Some(&paid.process));
        if let Some(worker) = worker {
            let message = format!(
                "`{}` pays for `{}`, which is computed from {} and other rows too: if the money is in their pay or \
                 bonuses, it counts twice",
                paid.process,
                paid.indicator,
                worker.row.place()
            );
            let hint = "what workers got makes the gap smaller; `paid` is for what went elsewhere";
            let place = paid.row.place().column("indicator");
            diagnostics.push(Diagnostic::warning(codes::CONTRADICTION, message).at(place).hint(hint));
        }
    }
}
