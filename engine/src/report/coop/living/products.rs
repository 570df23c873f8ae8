//! Gaps by product, as a table.

use crate::base::money::{Money, Overflow};
use crate::fairtrade::living::ProductGap;
use crate::fairtrade::living::rounding::parts;
use crate::report::columns::Columns;

use super::super::Sheet;

struct Row<'a> {
    gap: &'a ProductGap,
    total: Money,
    per_unit: [Option<Money>; 4],
}

/// One row a product, process and period: what is lacking in all, at the minor unit, and per unit, at 1e-12.
pub(super) fn products(gaps: &[ProductGap], of_wages: bool) -> Result<Sheet, Overflow> {
    let mut rows = Vec::new();
    for gap in gaps {
        let total = parts(&[gap.gap()], gap.currency.minor_digits());
        let amounts = [gap.below_minimum.clone(), gap.below_living.clone(), gap.income.clone(), gap.gap()];
        let per_unit = amounts.map(|amount| gap.per_unit(&amount).map(|exact| Money::round(&exact)));
        let [minimum, living, income, all] = per_unit.map(Option::transpose);
        let per_unit = [minimum?, living?, income?, all?];
        rows.push(Row { gap, total: Money::round(&total[0])?, per_unit });
    }
    let columns = Columns::of(&rows)
        .text("product", |r| &r.gap.product)
        .text("process", |r| &r.gap.process)
        .text("period", |r| r.gap.period.to_string())
        .count(if of_wages { "people" } else { "households" }, |r| {
            usize::try_from(r.gap.people).unwrap_or(usize::MAX)
        })
        .text("currency", |r| r.gap.currency.to_string())
        .money("gap", |r| Some(r.total))
        .text("quantity", |r| {
            r.gap.made.as_ref().map_or_else(String::new, |(quantity, ..)| {
                crate::base::decimal::Short(quantity, 15).to_string()
            })
        })
        .text("unit", |r| {
            r.gap.made.as_ref().map_or_else(String::new, |(_, unit, _)| unit.text().to_owned())
        });
    let columns = if of_wages {
        columns
            .money("gap_to_minimum_per_unit", |r| r.per_unit[0].filter(|_| r.gap.is_split))
            .money("gap_to_living_per_unit", |r| r.per_unit[1].filter(|_| r.gap.is_split))
    } else {
        columns
    };
    let columns = columns.money("gap_per_unit", |r| r.per_unit[3]).done();
    Ok(Sheet { name: "products", columns })
}
