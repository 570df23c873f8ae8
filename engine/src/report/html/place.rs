//! Where each product is shown: in which order, under which heading, at which address.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::region::Location;
use crate::pricing::TruePrice;

use crate::report::web::dataset::region;
use crate::report::web::slug::unique;

/// The place of a product in the pages.
pub(super) struct Place {
    /// Among the products.
    pub index: usize,
    /// Anchor, and file name without its ending.
    pub slug: String,
    /// Origin, where the product has more than one.
    pub origin: Option<String>,
    /// Id, where another product has the same name.
    pub id: Option<String>,
    /// Name, with what tells it from others of the same name.
    pub heading: String,
}

impl Place {
    /// Its own page.
    pub(super) fn file(&self) -> String {
        format!("products/{}.html", self.slug)
    }
}

/// All products by name, then origin, then id.
pub(super) fn places(products: &[TruePrice]) -> Vec<Place> {
    let mut origins: BTreeMap<&str, BTreeSet<&Location>> = BTreeMap::new();
    let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for price in products {
        origins.entry(&price.product).or_default().insert(&price.origin);
        ids.entry(&price.name).or_default().insert(&price.product);
    }
    // Names are given out by id and origin, so that they do not depend on the order of the products.
    let mut by_id: Vec<usize> = (0..products.len()).collect();
    by_id.sort_by_key(|&i| (&products[i].product, &products[i].origin));
    let mut taken = BTreeSet::new();
    let mut places: Vec<Place> = by_id
        .into_iter()
        .map(|index| {
            let price = &products[index];
            let many = origins.get(price.product.as_str()).is_some_and(|all| all.len() > 1);
            let shared = ids.get(price.name.as_str()).is_some_and(|all| all.len() > 1);
            let origin = many.then(|| region(&price.origin.to_string()));
            let id = shared.then(|| price.product.clone());
            let more = [&origin, &id].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            Place {
                index,
                slug: unique(&format!("{}-{}", price.product, price.origin), &mut taken),
                heading: if more.is_empty() {
                    price.name.clone()
                } else {
                    format!("{} ({more})", price.name)
                },
                origin,
                id,
            }
        })
        .collect();
    places.sort_by_cached_key(|place| {
        let price = &products[place.index];
        (price.name.to_lowercase(), price.origin.clone(), price.product.clone())
    });
    places
}
