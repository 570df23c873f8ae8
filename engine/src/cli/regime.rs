//! `truecost regime`.

use crate::base::diagnostic::Diagnostics;
use crate::data::source::Library;
use crate::regime::{DEFAULT_RULES, Rules, check, diff};
use crate::report::columns::{Columns, csv};
use crate::report::regimes;
use crate::report::table::aligned;

use super::arguments::{RegimeArguments, RegimeCommand, RulesAction};
use super::outcome::{Outcome, print, settle};

/// Shows, checks or compares sets of rules.
pub(super) fn run(arguments: &RegimeArguments, library: &Library) -> Outcome {
    let RegimeCommand::Rules { profile, csv: as_csv, action } = &arguments.command;
    let mut diagnostics = Diagnostics::new();
    let rules = Rules::find(profile, library, &mut diagnostics);
    let (columns, nothing) = match action {
        RulesAction::Show => (rules.as_ref().map(regimes::rules), "no rules"),
        RulesAction::Check => {
            let findings = rules.as_ref().map(|rules| check(rules, &mut diagnostics));
            (findings.map(|findings| regimes::findings(&findings)), "nothing found")
        }
        RulesAction::Diff => {
            let default = Rules::find(DEFAULT_RULES, library, &mut diagnostics);
            let changes = default.zip(rules).map(|(default, rules)| diff(&default, &rules));
            (changes.map(|changes| regimes::changes(&changes)), "no difference")
        }
    };
    let columns = settle(columns, diagnostics)?;
    if *as_csv {
        return print(&String::from_utf8_lossy(&csv(&columns)));
    }
    print(&if columns.rows() == 0 { format!("{nothing}\n") } else { table(&columns) })
}

fn table(columns: &Columns) -> String {
    let header: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let rows: Vec<Vec<String>> = (0..columns.rows())
        .map(|row| columns.iter().map(|column| column.cells[row].text()).collect())
        .collect();
    aligned(&header, &rows, header.len())
}
