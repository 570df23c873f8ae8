//! Layer 9: the command line. One module a command; standard output is data only.

mod arguments;
mod check;
mod completions;
mod explain;
mod factors;
mod init;
mod outcome;
mod price;
mod valuing;

use std::process::ExitCode;

use clap::Parser;

pub use arguments::Cli;
use arguments::Command;

/// Runs the command of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let library = crate::data::source::Library::new(cli.datasets.clone());
    if let Err(diagnostic) = library.check() {
        return outcome::exit(Err(diagnostic.into()));
    }
    let done = match &cli.command {
        Command::Price(arguments) => price::run(arguments, &library),
        Command::Check(arguments) => check::run(arguments, &library),
        Command::Explain(arguments) => explain::run(arguments, &library),
        Command::Factors(arguments) => factors::run(arguments, &library),
        Command::Init(arguments) => init::run(arguments),
        Command::Completions(arguments) => completions::run(arguments),
    };
    outcome::exit(done)
}

/// The whole command line, for documents and completions.
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
