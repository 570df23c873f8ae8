//! What the commands about living wages and living incomes share.

use std::path::Path;

use crate::base::decimal::{self, Exact, one, zero};
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::coop;
use crate::data::source::Library;
use crate::fairtrade::living::Asked;

/// Benchmarks, and figures that move them.
#[derive(Debug, clap::Args)]
pub struct LivingArguments {
    /// Benchmarks beside the dataset's own: a name, a folder or a file; all that are built in if left out
    #[arg(long, value_name = "NAME|PATH")]
    pub benchmarks: Option<String>,
    /// Your own value of a price index, which moves a benchmark to another year: NAME:YEAR=VALUE, or NAME@COUNTRY:YEAR=VALUE for
    /// an index of your own; may be repeated
    #[arg(long = "index", value_name = "NAME[@COUNTRY]:YEAR=VALUE")]
    pub indices: Vec<String>,
}

impl LivingArguments {
    /// Reads the dataset and the benchmarks; every problem is reported.
    pub(super) fn read(
        &self,
        dataset: &Path,
        table: &'static str,
        library: &Library,
        diagnostics: &mut Diagnostics,
    ) -> Option<Asked> {
        let opened = coop::open(dataset, table, diagnostics)?;
        Asked::read(opened, table, (self.benchmarks.as_deref(), &self.indices), library, diagnostics)
    }

    /// What an answer is made from: no file of it is written over these.
    pub(super) fn made_from<'a>(&'a self, dataset: &'a Path) -> Vec<&'a Path> {
        std::iter::once(dataset).chain(self.benchmarks.as_deref().map(Path::new)).collect()
    }
}

/// A share from 0 to 1.
pub(super) fn share(flag: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Exact> {
    let share = decimal::parse(text).ok().filter(|share| *share >= zero() && *share <= one());
    if share.is_none() {
        let message = format!("{flag} `{text}` is not a number from 0 to 1");
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message).hint("write 0.8 for 80 %"));
    }
    share
}
