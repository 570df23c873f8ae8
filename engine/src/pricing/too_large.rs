//! What is said of a figure that is too large to be kept: which datum brings the most of it.

use crate::base::diagnostic::{Diagnostic, codes};
use crate::valuation::Status;

use super::run::Run;

impl Run<'_> {
    /// A figure of a product x origin is too large, such as `a cost`; `indicator` if it is of one alone.
    pub fn too_large(&self, point: usize, figure: &str, indicator: Option<&str>) -> Diagnostic {
        let product = &self.prepared.supply.products[self.prepared.chain.points[point].product].id;
        let message = format!("{figure} of `{product}` is too large to be kept exactly");
        let Some(row) = self.largest(point, indicator) else {
            let hint = "check the largest amounts of its chain, and their units";
            return Diagnostic::error(codes::OVERFLOW, message).hint(hint);
        };
        let interventions = &self.prepared.supply.interventions;
        let (indicator, process) = (&interventions.profile(row).indicator, interventions.process(row));
        let message = format!("{message}: the most of it is `{indicator}` of `{process}`");
        let hint = "check this amount, and the inputs through which the product takes it, and their units";
        Diagnostic::error(codes::OVERFLOW, message).at(interventions.place(row).column("amount")).hint(hint)
    }

    /// The row of the interventions that adds the most to a product.
    fn largest(&self, point: usize, indicator: Option<&str>) -> Option<usize> {
        let interventions = &self.prepared.supply.interventions;
        let mut largest: Option<(f64, usize)> = None;
        for (node, runs) in self.activity(point) {
            for row in self.rows(node) {
                if indicator.is_some_and(|id| *id != *interventions.profile(row).indicator) {
                    continue;
                }
                let unit = match self.valued.status(row) {
                    Status::Priced(factor) if !self.request.without_money => {
                        self.valued.uses[*factor].value.central.units() as f64
                    }
                    _ => 1.0,
                };
                let size =
                    (runs * self.prepared.chain.nodes[node].share * self.valued.amount(row) * unit).abs();
                let size = if size.is_nan() { f64::INFINITY } else { size };
                if size > 0.0 && largest.is_none_or(|(other, _)| size > other) {
                    largest = Some((size, row));
                }
            }
        }
        largest.map(|(_, row)| row)
    }
}
