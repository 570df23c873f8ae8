//! What makes a factor set one: its areas exist, its paths do not overlap, its groups name factors it has.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};

use super::factors::{Exclusive, FactorRow};
use super::manifest::FactorSettings;
use super::reference::Reference;

pub(super) fn check_areas(
    settings: &FactorSettings,
    reference: &Reference,
    label: &str,
    diagnostics: &mut Diagnostics,
) {
    let groups = &settings.groups;
    let reference_region = settings.income.as_ref().map(|income| &income.region);
    let areas = settings.valid_in.iter().chain(groups.values().flatten()).chain(reference_region);
    for area in areas.filter(|area| !groups.contains_key(*area) && !reference.regions.contains(area)) {
        let message = format!("`{area}` is neither a region nor a group of the manifest");
        diagnostics.push(Diagnostic::error(codes::UNKNOWN_REGION, message).at(Place::file(label)));
    }
}

/// In every variant a path has each emission year once, or one row for all years, and one unit and price level.
pub(super) fn check_overlaps(rows: &[FactorRow], variants: &[String], diagnostics: &mut Diagnostics) {
    for variant in variants {
        let mut paths: BTreeMap<(&str, &str, &str), Vec<&FactorRow>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.variant.is_empty() || row.variant == *variant) {
            paths.entry((&row.indicator, &row.method, &row.region)).or_default().push(row);
        }
        for mut path in paths.into_values().filter(|path| path.len() > 1) {
            path.sort_by_key(|row| (row.emission_year, row.row.row));
            for pair in path.windows(2) {
                let alike =
                    |row: &FactorRow| (row.currency, row.price_year, row.transfer, row.unit.is_money());
                let problem = if pair[0].emission_year == pair[1].emission_year {
                    "holds for the same emission year"
                } else if pair[0].emission_year.is_none() {
                    "holds for every emission year, and this one for one of them"
                } else if alike(pair[0]) != alike(pair[1]) {
                    "is of the same path, with another currency, price year or transfer class"
                } else {
                    continue;
                };
                let message = format!(
                    "`{}`: row {} {problem}, in the variant `{variant}`",
                    pair[1].indicator, pair[0].row.row
                );
                let hint = "one of them holds: give each its variant, region, method or emission year";
                let place = pair[1].row.place();
                diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
            }
        }
    }
}

pub(super) fn check_exclusive(
    exclusive: &Exclusive,
    rows: &[FactorRow],
    label: &str,
    diagnostics: &mut Diagnostics,
) {
    for indicator in exclusive.keys().filter(|id| rows.iter().all(|row| row.indicator != **id)) {
        let message = format!("`{indicator}` has no factor in this set");
        diagnostics
            .push(Diagnostic::error(codes::DANGLING, message).at(Place::file(label).column("indicator")));
    }
}
