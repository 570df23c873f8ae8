//! `truecost check`.

use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::progress::Progress;
use crate::chain;
use crate::data::coop::benchmarks::BenchmarkSet;
use crate::data::coop::minimum_prices::MinimumPrices;
use crate::data::coop::reference_prices::ReferencePriceSet;
use crate::data::coop::surplus_rules::surplus_rules;
use crate::data::factors::FactorSet;
use crate::data::flows::FlowData;
use crate::data::importers::supply::Characterisation;
use crate::data::manifest::{Kind, Manifest};
use crate::data::postings::PostingTable;
use crate::data::price_list::PriceList;
use crate::data::reference::Reference;
use crate::data::regimes::RuleTable;
use crate::data::source::{Library, Opened, Source, read_file};
use crate::data::supply::Supply;
use crate::data::workbook::is_workbook;
use crate::data::write;
use crate::fairtrade;
use crate::fairtrade::surplus::RuleSet;
use crate::ledger::PostingRules;
use crate::pricing::book::from_ipc;
use crate::pricing::flow_join;
use crate::regime::{self, Rules};
use crate::rollup;
use crate::valuation::Overrides;

use super::arguments::CheckArguments;
use super::check_coop;
use super::outcome::{Outcome, note, print, settle};
use super::pricebook::contents;

/// Reads a dataset of any kind, and says what it holds.
pub(super) fn run(arguments: &CheckArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let summary = check(&arguments.dataset, arguments.seal, library, &(), &mut diagnostics);
    let summary = settle(summary, diagnostics)?;
    if arguments.seal {
        let manifest = arguments.dataset.join("manifest.toml");
        note(&format!("wrote the checksums of its tables to {}", manifest.display()));
    }
    print(&format!("{}: {summary}\n", arguments.dataset.display()))
}

/// Reads a dataset of any kind, or a price book; every problem of it is reported. `seal`: writes the checksums of its tables into its
/// manifest, if there is no other problem.
pub fn check(
    folder: &Path,
    seal: bool,
    library: &Library,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let is_workbook = is_workbook(folder);
    if folder.is_file() && !is_workbook {
        return price_book(folder, seal, diagnostics);
    }
    if is_workbook && seal {
        let message = "a workbook has no checksums: there is nothing to seal";
        let place = Place::file(folder.to_string_lossy());
        diagnostics.push(Diagnostic::error(codes::WRONG_KIND, message).at(place));
        return None;
    }
    let source = Source::at(folder);
    let Some(opened) = source.clone().open_any(&mut Diagnostics::new()) else {
        source.open_any(diagnostics);
        return None;
    };
    opened.check_sheets(diagnostics);
    let kind = opened.manifest.kind;
    let reference = Reference::read(library, diagnostics);
    let summary = read(source.clone(), kind, library, &reference, progress, diagnostics);
    if seal {
        diagnostics.forgive(&[codes::CHECKSUM, codes::MISSING_TABLE]);
    }
    let summary = summary.filter(|_| !diagnostics.has_errors())?;
    if seal && let Some(opened) = source.open(kind, &mut Diagnostics::new()) {
        write_checksums(&opened).map_err(|diagnostic| diagnostics.push(diagnostic)).ok()?;
    }
    Some(summary)
}

/// A file is a price book: it is whole, of this version, and what its hash says.
fn price_book(file: &Path, seal: bool, diagnostics: &mut Diagnostics) -> Option<String> {
    let name = file.to_string_lossy();
    if seal {
        let message = "a price book holds its own hash: there is nothing to seal";
        diagnostics.push(Diagnostic::error(codes::WRONG_KIND, message).at(Place::file(name)));
        return None;
    }
    let bytes = read_file(file, diagnostics)?;
    let book = from_ipc(&name, bytes, diagnostics)?;
    Some(contents(&book))
}

fn read(
    source: Source,
    kind: Kind,
    library: &Library,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    match kind {
        Kind::Supply => supply(source, reference, progress, diagnostics),
        Kind::Factors => {
            let set = FactorSet::read_folder(source, library, reference, diagnostics)?;
            Some(format!("{} factors of the variant {}, {}", set.rows.len(), set.variant, set.hash))
        }
        Kind::Prices => {
            let list = PriceList::read(source, &reference.units, &reference.regions, diagnostics)?;
            Some(format!("{} prices, {}", list.prices.len(), list.hash))
        }
        Kind::Flows => {
            let data = FlowData::read(source, reference, progress, diagnostics)?;
            products(&data, reference, progress, diagnostics);
            let counts = (data.flows.len(), data.agents.len(), data.agreements.len(), data.memberships.len());
            Some(format!(
                "{} among {}, {}, {}, {}",
                counted(counts.0, "flow", "flows"),
                counted(counts.1, "agent", "agents"),
                counted(counts.2, "agreement", "agreements"),
                counted(counts.3, "membership", "memberships"),
                data.hash
            ))
        }
        Kind::Regimes => {
            let table = RuleTable::read(source, &(), diagnostics)?;
            let hash = table.hash.clone();
            let rules = Rules::compile(table, diagnostics)?;
            regime::check(&rules, diagnostics);
            Some(format!("{}, {hash}", counted(rules.table.rules.len(), "rule", "rules")))
        }
        Kind::Coop => check_coop::coop(source, library, reference, progress, diagnostics),
        Kind::MinimumPrices => {
            let table = MinimumPrices::of(source.open(kind, diagnostics)?, reference, diagnostics)?;
            Some(format!("{}, {}", counted(table.rows.len(), "row of prices", "rows of prices"), table.hash))
        }
        Kind::Benchmarks => {
            let set = BenchmarkSet::read(source, &reference.regions, diagnostics)?;
            Some(format!("{}, {}", counted(set.benchmarks.len(), "benchmark", "benchmarks"), set.hash))
        }
        Kind::ReferencePrices => {
            let set = ReferencePriceSet::read(source, reference, diagnostics)?;
            Some(format!(
                "{}, {}",
                counted(set.prices.len(), "reference price", "reference prices"),
                set.hash
            ))
        }
        Kind::Characterisation => {
            let (table, hash) = Characterisation::hashed(source, reference, diagnostics)?;
            Some(format!(
                "{}, {hash}",
                counted(table.rows(), "row of characterisation", "rows of characterisation")
            ))
        }
        Kind::SurplusRules => {
            let mut opened = source.open(kind, diagnostics)?;
            let rules = surplus_rules(&mut opened, diagnostics).unwrap_or_default();
            RuleSet::check_own(&rules, diagnostics);
            Some(format!("{}, {}", counted(rules.len(), "rule", "rules"), opened.hash()))
        }
        Kind::Postings => {
            let table = PostingTable::read(source, library, &(), diagnostics)?;
            let (hash, count) = (table.hash.clone(), table.rows.len());
            PostingRules::compile(table, diagnostics)?;
            Some(format!("{}, {hash}", counted(count, "posting", "postings")))
        }
        _ => {
            let mut own = Reference {
                units: reference.units.clone(),
                regions: reference.regions.clone(),
                ..Reference::default()
            };
            let opened = source.open(kind, diagnostics)?;
            own.add_table(kind, opened, diagnostics);
            Some("a reference table without problems".to_owned())
        }
    }
}

/// The products that a flow dataset names must be in the supply dataset that its manifest names.
fn products(
    data: &FlowData,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let folder = data.supply.as_ref()?;
    let supply = Supply::read(Source::at(folder), reference, progress, diagnostics)?;
    let chain = chain::build(&supply, reference, diagnostics)?;
    flow_join::join(data, &supply, &chain, diagnostics);
    Some(())
}

pub(super) fn supply(
    source: Source,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let supply = fairtrade::living::supply(source, reference, &Overrides::default(), progress, diagnostics)?;
    let chain = chain::build(&supply, reference, diagnostics)?;
    let blocks = match rollup::footprints(&chain) {
        Ok(footprints) => footprints.blocks().members.iter().filter(|members| members.len() > 1).count(),
        Err(error) => {
            diagnostics.push(error.diagnostic());
            return None;
        }
    };
    Some(format!(
        "{}, {}, {}, {}, {}, {} between processes, {}",
        counted(supply.products.len(), "product", "products"),
        counted(supply.processes.len(), "process", "processes"),
        counted(supply.inputs.len(), "input", "inputs"),
        counted(supply.interventions.len(), "intervention", "interventions"),
        counted(supply.prices.len(), "price", "prices"),
        counted(blocks, "loop", "loops"),
        supply.hash
    ))
}

pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Writes the checksums of the tables as the last section of the manifest. What is written is read again
/// first: nothing but the checksums may differ from what was there.
fn write_checksums(opened: &Opened) -> Result<(), Diagnostic> {
    let Some(folder) = opened.source.path() else { return Ok(()) };
    let label = opened.source.file_label("manifest.toml");
    let sums = opened.checksums()?;
    let kept: Vec<&str> = opened.text.lines().take_while(|line| line.trim_end() != "[checksums]").collect();
    let mut text = format!("{}\n\n[checksums]\n", kept.join("\n").trim_end());
    for (file, sum) in &sums {
        text.push_str(&format!("\"{file}\" = \"{sum}\"\n"));
    }
    let again = Manifest::parse(&label, &text, &mut Diagnostics::new());
    let expected = Manifest { checksums: sums, ..opened.manifest.clone() };
    if again.as_ref() != Some(&expected) {
        let message = "the checksums cannot be written without losing something else";
        let hint = "let `[checksums]` be the last section, in this spelling, at the start of a line";
        return Err(Diagnostic::error(codes::MANIFEST, message).at(Place::file(label)).hint(hint));
    }
    write::replace(&folder.join("manifest.toml"), text.as_bytes())?;
    Ok(())
}
