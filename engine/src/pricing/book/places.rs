//! The places of a book: the tree of regions, and the sites that factors, incomes or processes name.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::region::{Level, Location};
use crate::data::factors::FactorSet;
use crate::data::reference::Reference;
use crate::data::supply::Supply;

use super::BookPlace;

/// Places from a site to the world, with room to spare.
const DEEPEST: usize = 32;

/// All places, narrowest to widest by their parents; the widest of all is that nobody states one.
#[derive(Debug)]
pub(super) struct Places {
    /// By code.
    pub(super) list: Vec<BookPlace>,
    /// As places of processes: that nobody states one, then those of the list.
    pub(super) locations: Vec<Location>,
    index: BTreeMap<String, u32>,
}

impl Places {
    pub(super) fn new(reference: &Reference, set: &FactorSet, supply: &Supply) -> Self {
        let regions = &reference.regions;
        let mut rows: BTreeMap<&str, (&str, Level, Option<&str>)> =
            regions.rows().map(|(code, name, level, parent)| (code, (name, level, parent))).collect();
        for code in named(reference, set, supply) {
            if !rows.contains_key(code)
                && let Some(country) = regions.country_of_site(code)
            {
                rows.insert(code, (code, Level::Site, Some(country)));
            }
        }
        let index: BTreeMap<String, u32> =
            rows.keys().zip(0..).map(|(code, at)| ((*code).to_owned(), at)).collect();
        let list: Vec<BookPlace> = rows
            .into_iter()
            .map(|(code, (name, level, parent))| BookPlace {
                code: code.to_owned(),
                name: name.to_owned(),
                level,
                parent: parent.and_then(|parent| index.get(parent).copied()),
            })
            .collect();
        let codes = list.iter().map(|place| Location::Code(place.code.clone()));
        let locations = std::iter::once(Location::Origin).chain(codes).collect();
        Self { list, locations, index }
    }

    /// The place of a code.
    pub(super) fn find(&self, code: &str) -> Option<u32> {
        self.index.get(code).copied()
    }

    /// Where a place is in `locations`.
    pub(super) fn at(place: Option<u32>) -> usize {
        place.map_or(0, |place| place as usize + 1)
    }

    /// All places, each after the one that contains it; `None` is the first.
    pub(super) fn widest_first(&self) -> Vec<Option<u32>> {
        let depth =
            |place: u32| std::iter::successors(Some(place), |at| self.list[*at as usize].parent).count();
        let mut all: Vec<u32> = (0..self.list.len() as u32).collect();
        all.sort_by_key(|place| (depth(*place), *place));
        std::iter::once(None).chain(all.into_iter().map(Some)).collect()
    }

    /// Does a place that contains it fit? Not the place itself.
    pub(super) fn is_within(&self, place: u32, fits: impl Fn(u32) -> bool) -> bool {
        let up = |at: &u32| self.list[*at as usize].parent;
        std::iter::successors(up(&place), up).any(fits)
    }
}

/// Codes that may be sites.
fn named<'a>(reference: &'a Reference, set: &'a FactorSet, supply: &'a Supply) -> BTreeSet<&'a str> {
    let rows = set.rows.iter().map(|row| row.region.as_str());
    let settings = set.heads.iter().map(|head| &head.settings);
    let areas =
        settings.flat_map(|settings| settings.valid_in.iter().chain(settings.groups.values().flatten()));
    let incomes = reference.incomes.keys().map(|(region, _)| region.as_str());
    let processes = supply.processes.iter().filter_map(|process| match &process.location {
        Location::Code(code) => Some(code.as_str()),
        Location::Origin => None,
    });
    rows.chain(areas.map(String::as_str)).chain(incomes).chain(processes).collect()
}

/// Are the parents of places a tree? What was read from a file may say anything.
pub(super) fn are_a_tree(places: &[BookPlace]) -> bool {
    let in_range = |place: &BookPlace| place.parent.is_none_or(|parent| (parent as usize) < places.len());
    if !places.iter().all(in_range) {
        return false;
    }
    let up = |at: &u32| places[*at as usize].parent;
    (0..places.len() as u32)
        .all(|at| std::iter::successors(Some(at), up).take(DEEPEST + 1).count() <= DEEPEST)
}
