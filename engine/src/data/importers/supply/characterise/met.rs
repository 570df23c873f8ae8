//! What of a table of characterisation no flow of a source was.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::nearest;
use crate::base::listed::listed;

use super::compartment::is_open;
use super::{Characterisation, Characterised};

/// How many flows that match nothing are named.
const SHOWN: usize = 6;

/// Flows of a source, with all names that each goes by.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Met {
    /// Compartments, by name.
    compartments: BTreeMap<String, BTreeSet<String>>,
    /// Names of one flow.
    names: BTreeSet<Vec<String>>,
}

impl Met {
    /// A flow of these names and this compartment was met.
    pub(in super::super) fn add(&mut self, names: &[&str], compartment: &str) {
        for name in names {
            self.compartments.entry((*name).to_owned()).or_default().insert(compartment.to_owned());
        }
        self.names.insert(names.iter().map(|name| (*name).to_owned()).collect());
    }

    fn has(&self, flow: &str, row: &Characterised) -> bool {
        self.compartments.get(flow).is_some_and(|known| known.iter().any(|compartment| row.fits(compartment)))
    }
}

impl Characterisation {
    /// Says which flows of a table of the user are none of those that were met, and what each was probably meant to be.
    pub(in super::super) fn unmet(&self, met: &Met) -> Option<String> {
        if self.is_shipped {
            return self.unmet_of_shipped(met);
        }
        // A flow that has a row of its own is not what another row was meant to be.
        let is_free = |names: &&Vec<String>| !names.iter().any(|name| self.rows.contains_key(name));
        let free: Vec<&str> = met.names.iter().filter(is_free).flatten().map(String::as_str).collect();
        let rows = self.rows.iter().flat_map(|(flow, rows)| rows.iter().map(move |row| (flow.as_str(), row)));
        let unmet = rows.filter(|(flow, row)| !met.has(flow, row));
        let unmet: BTreeSet<(&str, &str)> =
            unmet.map(|(flow, row)| (flow, row.compartment.as_str())).collect();
        let count = unmet.len();
        let (near, far): (Vec<_>, Vec<_>) = unmet
            .into_iter()
            .map(|(flow, compartment)| (flow, compartment, hint(flow, met, &free)))
            .partition(|(.., hint)| hint.is_some());
        let show = |(flow, compartment, hint): &(&str, &str, Option<String>)| {
            let to = if compartment.is_empty() { String::new() } else { format!(" of `{compartment}`") };
            format!("`{flow}`{to}{}", hint.as_deref().unwrap_or_default())
        };
        let mut shown: Vec<String> = near.iter().chain(&far).take(SHOWN).map(show).collect();
        if count > SHOWN {
            shown.push(format!("and {} more", count - SHOWN));
        }
        let (noun, verbs) = if count == 1 { ("flow", "matches") } else { ("flows", "match") };
        (count > 0).then(|| {
            let list = shown.join(", ");
            format!("{count} {noun} of the table of characterisation {verbs} nothing in the source, so nothing is counted by it: {list}")
        })
    }
}

impl Characterisation {
    /// A table of the program has more flows than any source; that it has none of a source's is told, and which of them stand where it
    /// does not say what becomes of them.
    fn unmet_of_shipped(&self, met: &Met) -> Option<String> {
        let has = |(name, paths): (&String, &BTreeSet<String>)| {
            paths.iter().any(|path| !self.of(name, path).is_empty())
        };
        if !met.compartments.iter().any(has) {
            return Some(
                "no flow of the source is in the table of characterisation, so nothing is counted by it: does the source have flows \
                 here, or indicators, and what does it call them?"
                    .to_owned(),
            );
        }
        let open = met.compartments.iter().filter(|(name, _)| self.rows.contains_key(*name));
        let open = open.flat_map(|(name, paths)| paths.iter().map(move |path| (name, path)));
        let open: Vec<String> = open
            .filter(|(name, path)| is_open(path) && self.of(name, path).is_empty())
            .map(|(name, path)| format!("`{name}` of `{path}`"))
            .collect();
        (!open.is_empty()).then(|| {
            let list = listed(open.iter().map(String::as_str), SHOWN);
            format!(
                "not counted by the table of characterisation, as it is not said where they go to: {list}"
            )
        })
    }
}

/// What a row that matches nothing was probably meant to be.
fn hint(flow: &str, met: &Met, free: &[&str]) -> Option<String> {
    if let Some(known) = met.compartments.get(flow) {
        let known: Vec<String> = known.iter().map(|compartment| format!("`{compartment}`")).collect();
        return Some(format!(" (the source has it in {})", known.join(", ")));
    }
    meant(flow, free).map(|name| format!(" (did you mean `{name}`?)"))
}

/// What a flow was probably meant to be: a name with a slip, or one with more to it.
fn meant<'a>(flow: &str, names: &[&'a str]) -> Option<&'a str> {
    let begins = |name: &&&str| {
        let (head, rest) = (name.get(..flow.len()), name.get(flow.len()..).unwrap_or_default());
        head.is_some_and(|head| head.eq_ignore_ascii_case(flow)) && rest.starts_with(',')
    };
    nearest(flow, names.iter().copied())
        .or_else(|| names.iter().filter(begins).min_by_key(|name| (name.len(), **name)).copied())
}
