//! The matrices that the groups of packages fill: as `matrix_utils` fills them, cell by cell.

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::importers::Told;

use super::arrays::Index;
use super::package::Group;
use super::spread::Spread;

/// What stands in a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) value: f64,
    /// Spread of the one number that is in it, and what that number was multiplied by.
    pub(super) spread: Option<(Spread, f64)>,
    /// Is a number in it said to be of the own product?
    pub(super) is_reference: bool,
    /// Is a number in it not flipped? Flipped ones are inputs.
    pub(super) is_output: bool,
}

impl Cell {
    /// With another number added.
    fn plus(self, other: Self) -> Self {
        Self {
            value: self.value + other.value,
            spread: None,
            is_reference: self.is_reference || other.is_reference,
            is_output: self.is_output || other.is_output,
        }
    }
}

/// Cells by row and column.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    pub(super) cells: FxHashMap<Index, Cell>,
    /// Numbers that were put.
    pub(super) put: usize,
}

impl Matrix {
    /// Puts a group on top. `place_of` says where a number goes; `None`: nowhere, and it is counted by the caller.
    pub(super) fn put(
        &mut self,
        group: &Group,
        place_of: impl Fn(Index) -> Option<Index>,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) {
        let mut own: FxHashMap<Index, Cell> =
            FxHashMap::with_capacity_and_hasher(group.indices.len(), FxBuildHasher);
        let (mut nothing, mut summed) = (0, 0);
        for (at, (index, data)) in group.indices.iter().zip(&group.data).enumerate() {
            let Some(index) = place_of(*index) else { continue };
            let factor = group.factors[at];
            let value = data * factor;
            if value.is_nan() {
                nothing += 1;
                continue;
            }
            if value.is_infinite() {
                let message = format!("number {} of `{}` is infinite", at + 1, group.name);
                diagnostics
                    .push(Diagnostic::error(codes::NOT_A_NUMBER, message).at(Place::file(&group.label)));
                continue;
            }
            let spread = group.spreads.as_ref().map(|spreads| spreads[at]).filter(|spread| !spread.is_none());
            let is_reference = group.references.as_ref().is_some_and(|references| references[at]);
            let spread = spread.map(|spread| (spread, factor));
            self.put += 1;
            let cell = Cell { value, spread, is_reference, is_output: factor > 0.0 };
            match own.get_mut(&index) {
                Some(before) if group.sums_within => {
                    summed += usize::from(before.spread.is_some()) + usize::from(cell.spread.is_some());
                    *before = before.plus(cell);
                }
                Some(before) => *before = cell,
                None => {
                    own.insert(index, cell);
                }
            }
        }
        // The first group is the matrix.
        if self.cells.is_empty() {
            std::mem::swap(&mut self.cells, &mut own);
        }
        for (index, cell) in own {
            match self.cells.get_mut(&index) {
                Some(before) if group.sums_between => {
                    summed += usize::from(before.spread.is_some()) + usize::from(cell.spread.is_some());
                    *before = before.plus(cell);
                }
                _ => {
                    self.cells.insert(index, cell);
                }
            }
        }
        let place = || Place::file(&group.label);
        told.leave_many("NaN: what groups before say stays", place(), nothing);
        if summed > 0 {
            told.note(format!(
                "`{}`: {summed} distributions are of amounts that were added up, and are lost",
                group.name
            ));
        }
    }

    /// All cells other than 0 by column, then row.
    pub(super) fn into_sorted(self) -> Vec<(Index, Cell)> {
        let mut cells: Vec<(Index, Cell)> =
            self.cells.into_iter().filter(|(_, cell)| cell.value != 0.0).collect();
        cells.sort_unstable_by_key(|((row, column), _)| (*column, *row));
        cells
    }
}
