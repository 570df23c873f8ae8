//! `truecost template`.

use std::path::PathBuf;

use crate::base::diagnostic::{Diagnostic, Place, codes};

use super::outcome::Outcome;

/// Arguments of `template`.
#[derive(Debug, clap::Args)]
pub struct TemplateArguments {
    /// Workbook to write; it must not exist
    pub workbook: PathBuf,
}

/// Writes a workbook to start from.
pub(super) fn run(arguments: &TemplateArguments) -> Outcome {
    let path = &arguments.workbook;
    let place = || Place::file(path.to_string_lossy());
    if path.extension().is_none_or(|end| !end.eq_ignore_ascii_case("xlsx")) {
        let message = "a workbook is written as .xlsx, and the name does not say so";
        let hint = "let it end in `.xlsx`";
        return Err(Diagnostic::error(codes::UNWRITABLE, message).at(place()).hint(hint).into());
    }
    write(path, place())
}

#[cfg(feature = "xlsx")]
fn write(path: &std::path::Path, _: Place) -> Outcome {
    let mut diagnostics = crate::base::diagnostic::Diagnostics::new();
    let bytes = crate::report::template::template(&mut diagnostics);
    let bytes = super::outcome::settle(bytes, diagnostics)?;
    crate::data::write::create(path, &bytes)?;
    super::outcome::note(&format!("wrote {}: open it in LibreOffice or Excel", path.display()));
    Ok(())
}

#[cfg(not(feature = "xlsx"))]
fn write(_: &std::path::Path, place: Place) -> Outcome {
    let message = "this program was built without the feature `xlsx`";
    Err(Diagnostic::error(codes::UNWRITABLE, message).at(place).into())
}
