//! Products by what people call them.

use crate::base::diagnostic::{Diagnostic, codes, nearest};

use super::supply::Product;

/// Products that a hint names.
const NAMED: usize = 4;

/// Is every word of a text in the id, the name or the category of the product? Case and `-` do not matter.
pub fn is_like(product: &Product, text: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], " ");
    let all = plain(&format!("{} {} {}", product.id, product.name, product.category));
    plain(text).split_whitespace().all(|word| all.contains(word))
}

/// There is no product of this id; says which one was probably meant.
pub fn unknown(id: &str, products: &[Product]) -> Diagnostic {
    let ids = products.iter().map(|product| product.id.as_str());
    let names = || products.iter().map(|product| product.name.as_str());
    let of_name = |name: &str| products.iter().find(|product| product.name == name);
    let named = nearest(id, names()).and_then(of_name);
    let error = Diagnostic::error(codes::NOT_FOUND, format!("there is no product `{id}`"));
    if let Some(near) = nearest(id, ids).or(named.map(|product| product.id.as_str())) {
        return error.hint(format!("did you mean `{near}`?"));
    }
    let mut like = products.iter().filter(|product| !id.trim().is_empty() && is_like(product, id));
    let found: Vec<String> = like.by_ref().take(NAMED).map(|product| format!("`{}`", product.id)).collect();
    let list = "`truecost products DATASET TEXT` finds products by their names";
    error.hint(match (found.is_empty(), like.count()) {
        (true, _) => list.to_owned(),
        (_, 0) => format!("did you mean {}?", found.join(" or ")),
        (_, more) => format!("did you mean {} or {more} others? {list}", found.join(", ")),
    })
}
