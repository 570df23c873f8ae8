//! Indicators.

use crate::base::diagnostic::Diagnostics;
use crate::data::reference::{Indicator, Reference};
use crate::data::source::Library;
use crate::report::columns::{Columns, words};

use super::sets;

/// One row an indicator of the reference table, with the sets that have a factor for it in their default variant.
pub fn indicators(library: &Library, reference: &Reference, diagnostics: &mut Diagnostics) -> Columns {
    let sets = sets(library, reference, diagnostics);
    let pricing = |indicator: &Indicator| {
        let priced = sets.iter().filter(|set| set.rows.iter().any(|row| row.indicator == indicator.id));
        words(priced.map(|set| &set.name))
    };
    let indicators: Vec<&Indicator> = reference.indicators.values().collect();
    Columns::of(&indicators)
        .text("id", |i| &i.id)
        .text("name", |i| &i.name)
        .text("unit", |i| i.unit.to_string())
        .text("dimension", |i| i.dimension.word())
        .text("kind", |i| i.kind.word())
        .text("substance", |i| &i.substance)
        .text("compartment", |i| &i.compartment)
        .text("sets", |i| pricing(i))
        .done()
}
