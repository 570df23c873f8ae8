//! `truecost template`.

use std::path::PathBuf;

use crate::report::template::{self, Own};

use super::outcome::{Outcome, print};

/// Arguments of `template`.
#[derive(Debug, clap::Args)]
pub struct TemplateArguments {
    /// Workbook to write, such as coop.xlsx; it must not exist
    pub workbook: PathBuf,
    /// Your currency, three letters such as KES: headers and Settings say it, and the rows of the example are left out
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Your unit of weight, such as kg: headers and Settings say it, and the rows of the example are left out
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
}

/// Writes the workbook, and says what to try next.
pub(super) fn run(arguments: &TemplateArguments) -> Outcome {
    let own = Own::parse(arguments.currency.as_deref(), arguments.unit.as_deref())?;
    let sheets = template::create(&arguments.workbook, &own)?;
    let file = arguments.workbook.display();
    if own != Own::default() {
        return print(&format!(
            "wrote {sheets} sheets to {file}, for your own rows; fill in Settings, Producers, Buying prices and \
             Deliveries, then try\n  truecost check {file}\n"
        ));
    }
    print(&format!(
        "wrote {sheets} sheets to {file}, with the rows of a made-up co-op; open it in LibreOffice or Excel, or try\n  \
         truecost check {file}\n  truecost statements {file}\n  truecost price {file}\n"
    ))
}
