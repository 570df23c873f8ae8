//! Minimum prices, premiums and differentials, as a table.

use serde_json::json;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes, nearest};
use crate::base::money::Money;
use crate::base::period::Period;
use crate::data::coop::figure::Figure;
use crate::data::coop::minimum_prices::{MinimumPrice, MinimumPrices};
use crate::data::reference::Reference;
use crate::data::source::Library;
use crate::fairtrade::pay::asked_for;
use crate::report::columns::Columns;

use super::pay::{MINIMUM, Prices};
use super::{CoopReport, Sheet, dataset};

/// The minimum prices of a product, or of all, that are in force on a day, or ever.
pub fn minimum_prices(
    prices: Prices,
    product: Option<&str>,
    day: Option<Period>,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> Option<CoopReport> {
    let reference = Reference::read(library, diagnostics);
    let table = match prices {
        Prices::Default => MinimumPrices::named(MINIMUM, library, &reference, diagnostics),
        Prices::Named(name) => MinimumPrices::named(&name, library, &reference, diagnostics),
        Prices::Given(opened) => MinimumPrices::of(*opened, &reference, diagnostics),
    }?;
    if let Some(product) = product
        && table.rows.iter().all(|row| row.product != product)
    {
        diagnostics.push(no_product(product, &table));
        return None;
    }
    let rows: Vec<&MinimumPrice> = table.rows.iter().filter(|row| asked_for(row, product, day)).collect();
    let mut notes = vec![format!("{}, version {}", table.manifest.title, table.manifest.version)];
    if let Some(day) = day {
        notes.push(format!("in force on {day}"));
    }
    if rows.is_empty() {
        notes.push("none is in force on that day".to_owned());
    }
    let empty = |row: &&MinimumPrice| !row.minimum.is_stated() || !row.premium.is_stated();
    if rows.iter().any(empty) {
        notes.push("an empty figure exists and was not seen; `none` is none by rule".to_owned());
    }
    notes.extend(table.manifest.caveat.clone());
    Some(CoopReport {
        name: "prices",
        sheets: vec![Sheet { name: "minimum_prices", columns: columns(&rows) }],
        notes,
        pages: Vec::new(),
        lineage: json!({
            "engine": format!("truecost {}", env!("CARGO_PKG_VERSION")),
            "minimum_prices": dataset(&table.name, &table.manifest, &table.hash),
        }),
        failed: false,
    })
}

fn no_product(product: &str, table: &MinimumPrices) -> Diagnostic {
    let mut products: Vec<&str> = table.rows.iter().map(|row| row.product.as_str()).collect();
    products.dedup();
    let hint = match nearest(product, products.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", products.join(", ")),
    };
    let message = format!("there is no minimum price of `{product}` in {}", table.name);
    Diagnostic::error(codes::NOT_FOUND, message).hint(hint)
}

/// An amount, or `none`, or nothing: a text, for a number is not what the others are.
fn figure(figure: &Figure) -> String {
    match figure {
        Figure::Amount(amount) => Money::round(amount).map(|money| money.to_string()).unwrap_or_default(),
        Figure::None => "none".to_owned(),
        Figure::NotStated => String::new(),
    }
}

fn columns(rows: &[&MinimumPrice]) -> Columns {
    let word = |cell: &Option<String>| cell.clone().unwrap_or_default();
    Columns::of(rows)
        .text("product", |row| &row.product)
        .text("form", |row| word(&row.form))
        .text("quality", |row| word(&row.quality))
        .text("origin", |row| word(&row.origin))
        .text("incoterm", |row| &row.incoterm)
        .text("minimum", |row| figure(&row.minimum))
        .text("premium", |row| figure(&row.premium))
        .text("organic_differential", |row| figure(&row.organic_differential))
        .text("currency", |row| row.currency.code())
        .text("per", |row| row.unit.text())
        .text("regulated", |row| if row.regulated { "yes" } else { "no" })
        .date("from", |row| row.validity.first())
        .date("until", |row| row.validity.end())
        .text("verification", |row| row.verification.word())
        .text("source", |row| &row.source)
        .text("note", |row| &row.note)
        .done()
}
