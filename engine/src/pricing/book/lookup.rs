//! The lookup that defines what a book says: plain, for few questions. `pricing::lines` is for many.

use crate::base::money::{Money, Overflow};
use crate::data::factors::Band;

use super::{Book, Cell, Footprint, PlaceFactor};

/// What one indicator of a unit of a product costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitCost {
    /// Indicator.
    pub indicator: u32,
    /// Cost to others per reference unit; negative: a benefit.
    pub cost: Band<Money>,
    /// What the chain pays for it per reference unit.
    pub paid: Money,
}

impl Book {
    /// The product of an id.
    pub fn product(&self, id: &str) -> Option<u32> {
        self.products.binary_search_by(|product| (*product.id).cmp(id)).ok().map(|at| at as u32)
    }

    /// The place of a code.
    pub fn place(&self, code: &str) -> Option<u32> {
        self.places.binary_search_by(|place| (*place.code).cmp(code)).ok().map(|at| at as u32)
    }

    /// A place and all that contain it, narrowest first; the last is that nobody states one.
    pub fn containers(&self, place: Option<u32>) -> impl Iterator<Item = Option<u32>> {
        let up = |at: &u32| self.places[*at as usize].parent;
        std::iter::successors(place, up).map(Some).chain([None])
    }

    /// The cell of a product at a place, else of the nearest place that contains it.
    pub fn cell(&self, product: u32, place: Option<u32>, year: i32) -> Option<(usize, &Cell)> {
        let of = |place: Option<u32>, year: Option<i32>| {
            self.cells.binary_search_by_key(&(product, place, year), Cell::key).ok()
        };
        let at =
            self.containers(place).find_map(|place| of(place, Some(year)).or_else(|| of(place, None)))?;
        Some((at, &self.cells[at]))
    }

    /// The footprints of a product of the place `origin`.
    pub fn footprints_of(&self, product: u32) -> &[Footprint] {
        let start = self.footprints.partition_point(|footprint| footprint.product < product);
        let end = self.footprints.partition_point(|footprint| footprint.product <= product);
        &self.footprints[start..end]
    }

    /// The factor of a footprint at a place, for lines of a year.
    pub fn factor(&self, footprint: &Footprint, place: Option<u32>, year: i32) -> Option<&PlaceFactor> {
        let year = footprint.year.unwrap_or(year);
        let of = |place: Option<u32>, year: Option<i32>| {
            let key = (place, year, footprint.indicator, &*footprint.method);
            self.factors.binary_search_by(|factor| factor.key().cmp(&key)).ok()
        };
        let at =
            self.containers(place).find_map(|place| of(place, Some(year)).or_else(|| of(place, None)))?;
        Some(&self.factors[at])
    }

    /// What a unit of a product costs, by indicator; only of what has a price.
    pub fn unit_costs(&self, product: u32, place: Option<u32>, year: i32) -> Result<Vec<UnitCost>, Overflow> {
        if let Some((cell, _)) = self.cell(product, place, year) {
            let start = self.costs.partition_point(|cost| (cost.cell as usize) < cell);
            let its = self.costs[start..].iter().take_while(|cost| cost.cell as usize == cell);
            return Ok(its
                .map(|cost| UnitCost { indicator: cost.indicator, cost: cost.cost, paid: cost.paid })
                .collect());
        }
        let mut costs = Vec::new();
        for footprint in self.footprints_of(product) {
            let factor = self.factor(footprint, place, year).and_then(|factor| factor.value);
            if let Some(factor) = factor {
                let cost = factor.try_map(|factor| Money::born([(footprint.amount, factor)]))?;
                costs.push(UnitCost { indicator: footprint.indicator, cost, paid: footprint.paid });
            }
        }
        Ok(costs)
    }
}
