//! Which rows of a table of prices fit a contract, and which of them is the most specific.

use std::collections::BTreeMap;

use crate::base::region::{Location, Regions};
use crate::data::coop::contracts::Contract;

/// What a row of prices is for; an empty cell fits all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'a> {
    pub(super) form: Option<&'a str>,
    pub(super) quality: Option<&'a str>,
    pub(super) origin: Option<&'a str>,
    pub(super) incoterm: Option<&'a str>,
}

/// What a contract is of.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    form: Option<&'a str>,
    quality: Option<&'a str>,
    incoterm: Option<&'a str>,
    stated_origin: Option<&'a str>,
    /// Its origin and all that contains it, narrowest first.
    origins: Vec<String>,
}

/// A column that tells rows apart, in the order in which people ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Form,
    Quality,
    Incoterm,
    Origin,
}

impl Column {
    pub(super) const ALL: [Self; 4] = [Self::Form, Self::Quality, Self::Incoterm, Self::Origin];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Quality => "quality",
            Self::Incoterm => "incoterm",
            Self::Origin => "origin",
        }
    }

    pub(super) fn of<'a>(self, key: &Key<'a>) -> Option<&'a str> {
        match self {
            Self::Form => key.form,
            Self::Quality => key.quality,
            Self::Incoterm => key.incoterm,
            Self::Origin => key.origin,
        }
    }
}

impl<'a> Wanted<'a> {
    pub(super) fn new(contract: &'a Contract, regions: &Regions) -> Self {
        let place = contract.origin.clone().map_or(Location::Origin, Location::Code);
        let origins = regions.ancestry(&place, &BTreeMap::new()).into_iter().map(|(_, code)| code).collect();
        Self {
            form: contract.form.as_deref(),
            quality: contract.quality.as_deref(),
            incoterm: contract.incoterm.as_deref(),
            stated_origin: contract.origin.as_deref(),
            origins,
        }
    }

    /// What the contract states in a column.
    pub(super) fn stated(&self, column: Column) -> Option<&'a str> {
        match column {
            Column::Form => self.form,
            Column::Quality => self.quality,
            Column::Incoterm => self.incoterm,
            Column::Origin => self.stated_origin,
        }
    }

    /// Does a row fit in this column?
    pub(super) fn fits_in(&self, column: Column, key: &Key) -> bool {
        match (column, column.of(key)) {
            (_, None) => true,
            (Column::Origin, Some(origin)) => self.origins.iter().any(|own| own == origin),
            (_, Some(cell)) => self.stated(column) == Some(cell),
        }
    }

    /// Does a row fit?
    pub(super) fn fits(&self, key: &Key) -> bool {
        Column::ALL.iter().all(|column| self.fits_in(*column, key))
    }

    /// How specific a fitting row is, column by column.
    fn specificity(&self, key: &Key) -> [usize; 4] {
        Column::ALL.map(|column| match (column, column.of(key)) {
            (_, None) => 0,
            (Column::Origin, Some(origin)) => {
                let wide = self.origins.iter().rev().position(|own| own == origin);
                wide.map_or(0, |place| place + 1)
            }
            _ => 1,
        })
    }

    /// Of fitting rows those that no other is at least as specific as in every column: one, or the answer is open.
    pub(super) fn best<'r, T>(&self, rows: &[&'r T], key: impl Fn(&'r T) -> Key<'r>) -> Vec<&'r T> {
        let ranks: Vec<[usize; 4]> = rows.iter().map(|row| self.specificity(&key(row))).collect();
        let beaten = |own: &[usize; 4]| {
            ranks.iter().any(|other| other != own && other.iter().zip(own).all(|(other, own)| other >= own))
        };
        rows.iter().zip(&ranks).filter(|(_, rank)| !beaten(rank)).map(|(row, _)| *row).collect()
    }

    /// Why no row fits: the first column in which none is left.
    pub(super) fn why_none(&self, keys: &[Key], noun: &str) -> String {
        let mut left: Vec<&Key> = keys.iter().collect();
        for column in Column::ALL {
            let fitting: Vec<&Key> = left.iter().copied().filter(|key| self.fits_in(column, key)).collect();
            if fitting.is_empty() {
                return self.lacks(column, &left, noun);
            }
            left = fitting;
        }
        format!("no {noun} fits")
    }

    fn lacks(&self, column: Column, left: &[&Key], noun: &str) -> String {
        let mut cells: Vec<&str> = left.iter().filter_map(|key| column.of(key)).collect();
        cells.sort_unstable();
        cells.dedup();
        let there_are = cells.join(", ");
        let own = match self.stated(column) {
            Some(own) => format!("the contract has `{own}`"),
            None => format!("the contract states no {}", column.name()),
        };
        match column {
            Column::Incoterm => {
                format!("the {noun}s are at {there_are}, {own}: Incoterm levels are never mixed")
            }
            _ => format!("the {noun}s are by {}: {there_are}; {own}", column.name()),
        }
    }
}
