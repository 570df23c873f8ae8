//! `truecost check`.

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::chain;
use crate::data::factors::FactorSet;
use crate::data::manifest::Kind;
use crate::data::price_list::PriceList;
use crate::data::reference::Reference;
use crate::data::source::{Library, Opened, Source};
use crate::data::supply::Supply;
use crate::data::{hash, write};
use crate::rollup;

use super::arguments::CheckArguments;
use super::outcome::{Outcome, print, settle};

/// Reads a dataset of any kind.
pub(super) fn run(arguments: &CheckArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let source = Source::folder(&arguments.dataset);
    let kind = kind_of(&source, &mut diagnostics);
    let Some(kind) = kind else { return Err(diagnostics) };
    if arguments.seal
        && let Some(opened) = source.clone().open(kind, &mut diagnostics)
    {
        seal(&opened)?;
    }
    let reference = Reference::read(library, &mut diagnostics);
    let summary = read(source, kind, library, &reference, &mut diagnostics);
    let summary = settle(summary, diagnostics)?;
    print(&format!("{}: {summary}\n", arguments.dataset.display()))
}

fn kind_of(source: &Source, diagnostics: &mut Diagnostics) -> Option<Kind> {
    const KINDS: [Kind; 9] = [
        Kind::Supply, Kind::Factors, Kind::Prices, Kind::Index, Kind::Rates, Kind::Income, Kind::Indicators,
        Kind::Regions, Kind::Units,
    ];
    for kind in KINDS {
        let mut found = Diagnostics::new();
        if source.clone().open(kind, &mut found).is_some() {
            return Some(kind);
        }
        if found.sorted().iter().any(|d| d.code != codes::WRONG_KIND) {
            diagnostics.extend(found);
            return None;
        }
    }
    None
}

fn read(
    source: Source,
    kind: Kind,
    library: &Library,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    match kind {
        Kind::Supply => supply(source, reference, diagnostics),
        Kind::Factors => {
            let path = source.path()?.to_string_lossy().into_owned();
            let spec = if path.contains(['/', '\\']) { path } else { format!("./{path}") };
            let set = FactorSet::read(&spec, library, reference, diagnostics)?;
            Some(format!("{} factors of the variant {}, {}", set.rows.len(), set.variant, set.hash))
        }
        Kind::Prices => {
            let list = PriceList::read(source, &reference.units, &reference.regions, diagnostics)?;
            Some(format!("{} prices, {}", list.prices.len(), list.hash))
        }
        _ => {
            let mut own = Reference { units: reference.units.clone(), regions: reference.regions.clone(), ..Reference::default() };
            let opened = source.open(kind, diagnostics)?;
            own.add_table(kind, opened, diagnostics);
            Some("a reference table without problems".to_owned())
        }
    }
}

fn supply(source: Source, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<String> {
    let supply = Supply::read(source, reference, diagnostics)?;
    let chain = chain::build(&supply, reference, diagnostics)?;
    let blocks = match rollup::footprints(&chain) {
        Ok(footprints) => footprints.blocks().members.iter().filter(|members| members.len() > 1).count(),
        Err(error) => {
            diagnostics.push(Diagnostic::error(codes::NOT_PRODUCTIVE, error.to_string()));
            return None;
        }
    };
    Some(format!(
        "{} products, {} processes, {} inputs, {} interventions, {} prices, {} loops of several processes, {}",
        supply.products.len(),
        supply.processes.len(),
        supply.inputs.len(),
        supply.interventions.len(),
        supply.prices.len(),
        blocks,
        supply.hash
    ))
}

/// Writes the checksums of the tables under `[checksums]`, the last section of the manifest.
fn seal(opened: &Opened) -> Outcome {
    let Some(folder) = opened.source.path() else { return Ok(()) };
    let sums = opened.checksums()?;
    let kept = opened.text.split("\n[checksums]").next().unwrap_or_default().trim_end();
    if opened.text[kept.len()..].trim_start_matches("\n[checksums]").contains("\n[") {
        let message = "another section stands after [checksums]; move it before, so that sealing cannot lose it";
        let place = Place::file(opened.source.file_label("manifest.toml"));
        return Err(Diagnostic::error(codes::MANIFEST, message).at(place).into());
    }
    let mut text = format!("{kept}\n\n[checksums]\n");
    for (file, sum) in &sums {
        text.push_str(&format!("\"{file}\" = \"{sum}\"\n"));
    }
    debug_assert!(sums.values().all(|sum| sum.starts_with(&hash::bytes(b"")[..7])));
    write::replace(&folder.join("manifest.toml"), text.as_bytes())?;
    Ok(())
}
