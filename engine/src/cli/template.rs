//! `truecost template`.

use std::path::PathBuf;

use crate::report::template;

use super::outcome::{Outcome, print};

/// Arguments of `template`.
#[derive(Debug, clap::Args)]
pub struct TemplateArguments {
    /// Workbook to write, such as coop.xlsx; it must not exist
    pub workbook: PathBuf,
}

/// Writes the workbook, and says what to try next.
pub(super) fn run(arguments: &TemplateArguments) -> Outcome {
    let sheets = template::create(&arguments.workbook)?;
    let file = arguments.workbook.display();
    print(&format!(
        "wrote {sheets} sheets to {file}, with the rows of a made-up co-op; open it in LibreOffice or Excel, or try\n  \
         truecost check {file}\n  truecost statements {file}\n  truecost price {file}\n"
    ))
}
