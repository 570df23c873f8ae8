//! The `truecost` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    truecost::cli::main()
}
