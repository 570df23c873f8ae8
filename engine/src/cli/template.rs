//! `truecost template`.

use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, codes};

use super::outcome::Outcome;

/// Arguments of `template`.
#[derive(Debug, clap::Args)]
pub struct TemplateArguments {
    /// Workbook to write; it must not exist
    pub workbook: PathBuf,
}

/// Not there yet.
pub(super) fn run(_arguments: &TemplateArguments) -> Outcome {
    Err(Diagnostic::error(codes::NOT_FOUND, "not there yet").into())
}
