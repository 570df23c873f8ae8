//! What gaps are computed from: the dataset, benchmarks, and figures that move them.

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::coop::benchmarks::BenchmarkSet;
use crate::data::coop::living::LivingData;
use crate::data::reference::Reference;
use crate::data::source::{Library, Opened};
use crate::pricing::Choices;
use crate::valuation::Overrides;

use super::benchmark::{Benchmarks, Terms, sets};

/// A dataset of a co-op with all that a question about living wages and incomes needs.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The tables of the co-op.
    pub data: LivingData,
    sets: Vec<BenchmarkSet>,
    reference: Reference,
    overrides: Overrides,
}

impl Asked {
    /// Reads the dataset and the benchmarks; every problem is reported. `table` must be there. `indices` are the user's
    /// own figures, `NAME:YEAR=VALUE`.
    pub fn read(
        opened: Opened,
        table: &'static str,
        (benchmarks, indices): (Option<&str>, &[String]),
        library: &Library,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut reference = Reference::read(library, diagnostics);
        let choices = Choices { indices: indices.to_vec(), ..Choices::default() };
        let overrides = choices.request(library, &mut reference, None, diagnostics).overrides;
        let sets = sets(benchmarks, library, &reference, diagnostics);
        must_have(&opened, table, diagnostics);
        let data = LivingData::read(opened, &reference, diagnostics);
        Some(Self { data, sets: sets?, reference, overrides })
    }

    /// The rules of the method, with these benchmarks and figures.
    pub fn terms(&self) -> Terms<'_> {
        let benchmarks =
            Benchmarks::new(&self.data.benchmarks, &self.sets).with_rows(&self.data.benchmark_ids);
        Terms::new(benchmarks, &self.reference, &self.overrides)
    }
}

/// The table that is asked about must be there.
pub fn must_have(opened: &Opened, table: &'static str, diagnostics: &mut Diagnostics) {
    if !opened.has(table) {
        let message = format!("the table `{table}` is missing");
        let hint = "docs/reference/coop-living.md says what it holds";
        let place = Place::file(opened.source.file_label(&format!("{table}.csv")));
        diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(place).hint(hint));
    }
}
