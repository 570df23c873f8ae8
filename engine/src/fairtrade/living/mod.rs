//! Is it enough to live on? Living wages, living incomes, reference prices, and what is lacking as a social cost.

pub mod asked;
pub mod benchmark;
pub mod closing;
pub mod income;
mod index;
mod premium;
mod process;
pub mod product;
pub mod reference_price;
pub mod rounding;
pub mod social_cost;
mod told;
pub mod wage;

pub use asked::{Asked, must_have};
pub use benchmark::{Benchmarks, Terms};
pub use closing::{Aim, ClosingPrice, closing_prices};
pub use income::{IncomeGap, income_gaps};
pub use product::{ProductGap, income_by_product, wages_by_product};
pub use reference_price::{Computed, Published};
pub use social_cost::supply;
pub use wage::{WageGap, wage_gaps};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::coop::living::LivingData;

/// One person's shortfall is a wage gap or an income gap, never both: who is a worker is no household of the same
/// year, by its own id or by that of its producer.
pub fn check_persons(data: &LivingData, diagnostics: &mut Diagnostics) {
    for household in &data.households {
        let is_same = |id: &str| id == household.id || household.producer.as_deref() == Some(id);
        let same =
            data.workers.iter().find(|worker| is_same(&worker.id) && worker.period.year() == household.year);
        if let Some(worker) = same {
            let message = format!(
                "`{}` is a household of {} and a worker in {}: its shortfall would count twice",
                worker.id,
                household.year,
                worker.row.place()
            );
            let hint = "one person's shortfall is a wage gap or an income gap: keep one of the rows; a wage that is \
                        earned beside the farm is a part of `net_income`";
            let place = household.row.place().column("id");
            diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
        }
    }
}
