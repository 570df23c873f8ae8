//! The Python package `truecost`: Arrow tables in, an engine call without the interpreter lock, Arrow tables out.
//!
//! Everything here is called from Python; `python/truecost` re-exports it, and holds what is better said in Python:
//! exceptions, the progress bar and plots.

#![expect(
    clippy::doc_markdown,
    clippy::doc_link_with_quotes,
    reason = "what Python sees is documented in Python's words"
)]

mod accounts;
mod answers;
mod arguments;
mod arrow;
mod batches;
mod catalogue;
mod choices;
mod classify;
mod compare;
mod contributions;
mod coop;
mod coop_report;
mod costs;
mod dataset;
mod diagnose;
mod fairtrade_living;
mod fairtrade_members;
mod fairtrade_statements;
mod fairtrade_trade;
mod flow_rows;
mod flows;
mod folders;
mod footprints;
mod given;
mod html;
mod imports;
mod imports_inventories;
mod imports_matrices;
mod interop;
mod library;
mod line_options;
mod line_pricer;
mod line_source;
mod lines;
mod long;
mod manifest;
mod multipliers;
mod numbers;
mod parted;
mod price_book;
mod prices;
mod regimes;
mod rules;
mod sample;
mod scenarios;
mod sensitivity;
mod table;
mod watch;

/// The compiled part of `truecost`; use the package, not this module.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::accounts::{Accounts, accounts};
    #[pymodule_export]
    use crate::catalogue::{FactorSet, compare_factors, factor_set, factor_sets, indicators};
    #[pymodule_export]
    use crate::classify::classify;
    #[pymodule_export]
    use crate::compare::{Comparison, compare};
    #[pymodule_export]
    use crate::contributions::{Contributions, contributions};
    #[pymodule_export]
    use crate::coop_report::CoopReport;
    #[pymodule_export]
    use crate::dataset::{Dataset, read_dataset};
    #[pymodule_export]
    use crate::fairtrade_living::{benchmarks, living_income, living_wage, reference_price};
    #[pymodule_export]
    use crate::fairtrade_members::{drift, surplus, surplus_rules, value_equation};
    #[pymodule_export]
    use crate::fairtrade_statements::statements;
    #[pymodule_export]
    use crate::fairtrade_trade::{mass_balance, pay, prices};
    #[pymodule_export]
    use crate::flows::{Flows, read_flows};
    #[pymodule_export]
    use crate::folders::{check, init, main, template};
    #[pymodule_export]
    use crate::footprints::{Footprints, footprints};
    #[pymodule_export]
    use crate::imports::{export_pact, import_agribalyse, import_pact, import_useeio};
    #[pymodule_export]
    use crate::imports_inventories::{import_ecospold, import_openlca};
    #[pymodule_export]
    use crate::imports_matrices::{export_brightway, import_brightway, import_pymrio};
    #[pymodule_export]
    use crate::interop::{export_flows, import_flows};
    #[pymodule_export]
    use crate::line_pricer::LinePricer;
    #[pymodule_export]
    use crate::lines::{PricedLines, price_lines};
    #[pymodule_export]
    use crate::multipliers::{Multipliers, multipliers};
    #[pymodule_export]
    use crate::price_book::{PriceBook, compile_price_book, read_price_book};
    #[pymodule_export]
    use crate::prices::{TruePrices, price};
    #[pymodule_export]
    use crate::regimes::Regimes;
    #[pymodule_export]
    use crate::rules::{Rules, rules};
    #[pymodule_export]
    use crate::sample::{Samples, sample};
    #[pymodule_export]
    use crate::sensitivity::{Sensitivity, sensitivity};
    #[pymodule_export]
    use crate::table::Table;

    /// Version of the package and of the engine in it.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "its name in Python")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// Damaged Parquet files are a diagnostic, and no noise beside it.
    #[pymodule_init]
    fn begin() {
        truecost::cli::keep_quiet_about_damaged_files();
    }
}
