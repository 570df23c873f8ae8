//! The row of minimum prices that is in force for a contract on its day.

use crate::base::diagnostic::nearest;
use crate::data::coop::contracts::Contract;
use crate::data::coop::minimum_prices::MinimumPrice;

use super::Terms;
use super::fit::{Column, Key, Wanted};

fn key(row: &MinimumPrice) -> Key<'_> {
    Key {
        form: row.form.as_deref(),
        quality: row.quality.as_deref(),
        origin: row.origin.as_deref(),
        incoterm: Some(&row.incoterm),
    }
}

/// The row in force, or why there is none.
pub(super) fn in_force<'a>(contract: &Contract, terms: &Terms<'a>) -> Result<&'a MinimumPrice, String> {
    let of_product: Vec<&MinimumPrice> =
        terms.minimum.iter().filter(|row| row.product == contract.commodity).collect();
    if of_product.is_empty() {
        return Err(no_product(contract, terms));
    }
    let wanted = Wanted::new(contract, &terms.reference.regions);
    let fitting: Vec<&MinimumPrice> =
        of_product.iter().copied().filter(|row| wanted.fits(&key(row))).collect();
    if fitting.is_empty() {
        let keys: Vec<Key> = of_product.iter().map(|row| key(row)).collect();
        return Err(wanted.why_none(&keys, "minimum price"));
    }
    let day = contract.date.first_day();
    let current: Vec<&MinimumPrice> = fitting.iter().copied().filter(|row| row.validity.holds(day)).collect();
    if current.is_empty() {
        return Err(not_in_force(contract, &fitting));
    }
    if contract.origin.is_none() {
        origin_matters(&of_product, &wanted, day)?;
    }
    match wanted.best(&current, key).as_slice() {
        [only] => Ok(only),
        several => {
            let rows: Vec<String> = several.iter().map(|row| row.row.row.to_string()).collect();
            Err(format!("several minimum prices fit equally well (rows {})", rows.join(", ")))
        }
    }
}

fn no_product(contract: &Contract, terms: &Terms) -> String {
    let mut products: Vec<&str> = terms.minimum.iter().map(|row| row.product.as_str()).collect();
    products.dedup();
    let hint = match nearest(&contract.commodity, products.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}; `commodity` says which of them the product is", products.join(", ")),
    };
    format!("no minimum price of `{}`: {hint}", contract.commodity)
}

fn not_in_force(contract: &Contract, fitting: &[&MinimumPrice]) -> String {
    let day = contract.date.first_day();
    let next = fitting.iter().filter_map(|row| row.validity.from).filter(|from| *from > day).min();
    let last = fitting.iter().filter_map(|row| row.validity.until).filter(|until| *until <= day).max();
    let day_of = |day: i32| crate::base::period::Period::of_day(day).map(|day| day.to_string());
    let told = match (last.and_then(day_of), next.and_then(day_of)) {
        (Some(last), _) => format!("the last one ended before {last}"),
        (None, Some(next)) => format!("the first one is in force from {next}"),
        (None, None) => "none is dated".to_owned(),
    };
    format!("no minimum price is in force on {}: {told}", contract.date)
}

/// A contract without an origin has no price where some origins have one of their own.
fn origin_matters(of_product: &[&MinimumPrice], wanted: &Wanted, day: i32) -> Result<(), String> {
    let but_for_origin = |row: &&&MinimumPrice| {
        let columns = [Column::Form, Column::Quality, Column::Incoterm];
        row.validity.holds(day)
            && !wanted.fits_in(Column::Origin, &key(row))
            && columns.iter().all(|column| wanted.fits_in(*column, &key(row)))
    };
    let mut own: Vec<&str> =
        of_product.iter().filter(but_for_origin).filter_map(|row| row.origin.as_deref()).collect();
    own.sort_unstable();
    own.dedup();
    if own.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the contract states no origin, and {} has a price of its own: fill `origin`",
        own.join(", ")
    ))
}
