//! Layer 9: the command line. One module a command; standard output is data only.

mod arguments;
mod check;
mod classify;
mod completions;
mod explain;
mod factors;
mod init;
mod outcome;
mod price;
mod regime;
mod valuing;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::data::parquet::PARQUET_THREAD;

pub use arguments::Cli;
use arguments::Command;

/// Runs the command of this process.
pub fn main() -> ExitCode {
    keep_quiet_about_damaged_files();
    let cli = Cli::parse();
    // Set and empty is not set.
    let variable =
        || std::env::var_os("TRUECOST_DATASETS").filter(|value| !value.is_empty()).map(PathBuf::from);
    let library = crate::data::source::Library::new(cli.datasets.clone().or_else(variable));
    if let Err(diagnostic) = library.check() {
        return outcome::exit(Err(diagnostic.into()));
    }
    let done = match &cli.command {
        Command::Price(arguments) => price::run(arguments, &library),
        Command::Check(arguments) => check::run(arguments, &library),
        Command::Explain(arguments) => explain::run(arguments, &library),
        Command::Classify(arguments) => classify::run(arguments, &library),
        Command::Regime(arguments) => regime::run(arguments, &library),
        Command::Factors(arguments) => factors::run(arguments, &library),
        Command::Init(arguments) => init::run(arguments),
        Command::Completions(arguments) => completions::run(arguments),
    };
    outcome::exit(done)
}

/// A panic of the thread that reads Parquet becomes a diagnostic: nobody needs its trace.
fn keep_quiet_about_damaged_files() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(PARQUET_THREAD) {
            print(panic);
        }
    }));
}

/// The whole command line, for documents and completions.
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
