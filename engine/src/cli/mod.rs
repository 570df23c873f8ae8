//! Layer 9: the command line. One module a command; standard output is data only.

mod accounts;
mod arguments;
pub mod check;
mod check_coop;
mod classify;
mod compare;
mod completions;
mod contributions;
mod explain;
mod export;
mod export_pact;
mod factors;
pub mod fairtrade;
mod flow_prices;
mod footprints;
mod import;
mod import_supply;
pub mod init;
mod lines;
mod multipliers;
mod outcome;
mod price;
mod pricebook;
mod products;
mod progress;
mod regime;
mod sampling;
mod sensitivity;
pub mod statements;
mod supply;
pub mod template;
mod valuing;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::data::parquet::is_decoding;

pub use arguments::Cli;
use arguments::Command;

/// Runs the command of this process.
pub fn main() -> ExitCode {
    keep_quiet_about_damaged_files();
    ExitCode::from(run(std::env::args_os()))
}

/// Runs a command and gives its exit code; the first argument is the name of the program.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(usage) => {
            // Help that nobody can read is no reason to fail.
            let _ = usage.print();
            return usage.exit_code() as u8;
        }
    };
    // Set and empty is not set.
    let variable =
        || std::env::var_os("TRUECOST_DATASETS").filter(|value| !value.is_empty()).map(PathBuf::from);
    let library = crate::data::source::Library::new(cli.datasets.clone().or_else(variable));
    if let Err(diagnostic) = library.check() {
        return outcome::exit(Err(diagnostic.into()));
    }
    let done = match &cli.command {
        Command::Price(arguments) => price::run(arguments, &library),
        Command::Pricebook(arguments) => pricebook::run(arguments, &library),
        Command::Lines(arguments) => lines::run(arguments),
        Command::Compare(arguments) => compare::run(arguments, &library),
        Command::Check(arguments) => check::run(arguments, &library),
        Command::Products(arguments) => products::run(arguments, &library),
        Command::Footprints(arguments) => footprints::run(arguments, &library),
        Command::Multipliers(arguments) => multipliers::run(arguments),
        Command::Sensitivity(arguments) => sensitivity::run(arguments, &library),
        Command::Explain(arguments) => explain::run(arguments, &library),
        Command::Contributions(arguments) => contributions::run(arguments, &library),
        Command::Classify(arguments) => classify::run(arguments, &library),
        Command::Import(arguments) => import::run(arguments, &library),
        Command::Export(arguments) => export::run(arguments, &library),
        Command::Accounts(arguments) => accounts::run(arguments, &library),
        Command::Statements(arguments) => statements::run(arguments, &library),
        Command::Fairtrade(arguments) => fairtrade::run(arguments, &library),
        Command::Template(arguments) => template::run(arguments),
        Command::Regime(arguments) => regime::run(arguments, &library),
        Command::Factors(arguments) => factors::run(arguments, &library),
        Command::Init(arguments) => init::run(arguments),
        Command::Completions(arguments) => completions::run(arguments),
    };
    outcome::exit(done)
}

/// A panic while a file is read becomes a diagnostic: nobody needs its trace.
pub fn keep_quiet_about_damaged_files() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_decoding() {
            print(panic);
        }
    }));
}

/// The whole command line, for documents and completions.
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
