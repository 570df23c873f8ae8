//! Which product of a supply dataset each resource of a flow dataset is, and from where.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::region::Location;
use crate::chain::Chain;
use crate::data::flows::{FlowData, Resource};
use crate::data::supply::Supply;

/// The supply of a resource: a point of the chain, or `None` where no process makes the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point(pub Option<usize>);

/// By resource: its point of the chain, where it names a product. Products that are not there, and origins that are
/// not, or not said, are errors.
pub fn join(
    data: &FlowData,
    supply: &Supply,
    chain: &Chain,
    diagnostics: &mut Diagnostics,
) -> Vec<Option<Point>> {
    let resources = data.resources.as_deref().unwrap_or_default();
    resources
        .iter()
        .map(|resource| {
            let (product, origin) = resource.product.as_ref()?;
            point(resource, (product, origin.as_ref()), supply, chain, diagnostics)
        })
        .collect()
}

/// Ids of all products that resources name, each once.
pub fn named(data: &FlowData) -> Vec<String> {
    let resources = data.resources.iter().flatten();
    let mut ids: Vec<String> =
        resources.filter_map(|r| r.product.as_ref()).map(|(id, _)| id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn point(
    resource: &Resource,
    (product, origin): (&str, Option<&Location>),
    supply: &Supply,
    chain: &Chain,
    diagnostics: &mut Diagnostics,
) -> Option<Point> {
    let Some(index) = supply.products.iter().position(|known| known.id == product) else {
        let ids = supply.products.iter().map(|product| product.id.as_str());
        let hint = match diagnostics.nearest(product, ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("products are rows of `products` in {}", supply.name),
        };
        let message = format!("the supply dataset {} has no product `{product}`", supply.name);
        let place = resource.row.place().column("product");
        diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place).hint(hint));
        return None;
    };
    let points = || (0..chain.points.len()).filter(|point| chain.points[*point].product == index);
    let origins = || {
        let all: Vec<String> = points().map(|point| chain.points[point].origin.to_string()).collect();
        all.join(", ")
    };
    let place = || resource.row.place().column("origin");
    match (origin, points().count()) {
        (None, 0 | 1) => Some(Point(points().next())),
        (None, _) => {
            let message = format!("`{product}` comes from {}: from which?", origins());
            let hint = "state `origin`, or make two resources of it";
            diagnostics.push(Diagnostic::error(codes::AMBIGUOUS_SUPPLIER, message).at(place()).hint(hint));
            None
        }
        (Some(origin), _) => {
            let found = points().find(|point| chain.points[*point].origin == *origin);
            if found.is_none() {
                let message = format!("no process of {} makes `{product}` in {origin}", supply.name);
                let hint = match origins() {
                    none if none.is_empty() => "no process makes it at all".to_owned(),
                    origins => format!("it comes from {origins}"),
                };
                diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place()).hint(hint));
            }
            found.map(|point| Point(Some(point)))
        }
    }
}
