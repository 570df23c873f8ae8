//! Contracts of sale.

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, Number, RowRef};
use crate::data::reference::Reference;
use crate::data::schema;
use crate::data::source::Opened;

use super::figure::{Figure, optional};
use super::trade::{Defaults, day, incoterm, word};

/// Columns with an amount of money that a contract states itself.
const AMOUNTS: [&str; 6] =
    ["agreed", "market", "government_fob", "minimum", "premium", "organic_differential"];

/// Under which certificate is it sold?
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// The table has no such column: whoever asks for a certified price means all of it.
    NotStated,
    /// The cell is empty: none.
    None,
    /// This one.
    Id(String),
}

/// A contract of sale.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Id.
    pub id: String,
    /// Day it was signed: a day.
    pub date: Period,
    /// Who buys.
    pub buyer: String,
    /// Product.
    pub product: String,
    /// What tables of prices call the product.
    pub commodity: String,
    /// Form, such as `arabica-washed`.
    pub form: Option<String>,
    /// Quality, such as `organic`.
    pub quality: Option<String>,
    /// Code of the region it comes from.
    pub origin: Option<String>,
    /// Incoterm level.
    pub incoterm: Option<String>,
    /// How much, greater than 0.
    pub quantity: Number,
    /// Its unit.
    pub unit: Unit,
    /// Mass of one unit, where it is counted.
    pub mass_kg: Option<Exact>,
    /// Agreed price.
    pub agreed: Option<Exact>,
    /// Market price that the contract itself states.
    pub market: Option<Exact>,
    /// FOB price that a government sets.
    pub government_fob: Option<Exact>,
    /// Its own minimum price.
    pub minimum: Figure,
    /// Its own premium.
    pub premium: Figure,
    /// Its own organic differential.
    pub organic_differential: Figure,
    /// Unit that its prices are per, if it states one, or any price.
    pub price_unit: Option<Unit>,
    /// Currency of its prices, if it states one, or any price.
    pub currency: Option<Currency>,
    /// Under which certificate.
    pub certificate: Certificate,
    /// Site that ships it.
    pub site: Option<String>,
    /// Day it was shipped.
    pub shipped: Option<Period>,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// Reads the table, sorted by id; `None` if there is none.
pub fn read(
    opened: &mut Opened,
    defaults: &Defaults,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Contract>> {
    opened.read(&schema::CONTRACTS, &(), diagnostics, |bound, diagnostics| {
        let mut contracts: Vec<Contract> =
            bound.collect(|row| contract(bound, &row, defaults, reference, diagnostics));
        no_currency(bound, defaults, diagnostics);
        contracts.sort_by(|a, b| a.id.cmp(&b.id));
        contracts
    })
}

fn contract(
    bound: &Bound,
    row: &Cells,
    defaults: &Defaults,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Contract> {
    let before = diagnostics.len();
    let own_prices = AMOUNTS.iter().any(|column| row.text(column).is_some());
    let id = row.id("id", diagnostics);
    let date = day(row, "date", diagnostics);
    let product = row.id("product", diagnostics);
    let commodity = row.optional_id("commodity", diagnostics).or_else(|| product.clone());
    let origin = row.optional_region("origin", &reference.regions, diagnostics);
    let quantity = row.positive("quantity", diagnostics);
    let unit = defaults.unit(row, &reference.units, diagnostics);
    let mass_kg = row.optional_positive("mass_kg", diagnostics).map(|mass| mass.exact);
    let mut amount = |column| optional(row, column, diagnostics).ok().flatten();
    let (agreed, market, government_fob) = (amount("agreed"), amount("market"), amount("government_fob"));
    let mut figure = |column| Figure::of(row, column, diagnostics).unwrap_or_default();
    let (minimum, premium) = (figure("minimum"), figure("premium"));
    let organic_differential = figure("organic_differential");
    let price_unit = match row.text("price_unit") {
        Some(_) => row.unit("price_unit", &reference.units, diagnostics),
        None => defaults.weight_unit.clone().filter(|_| own_prices),
    };
    let currency = match row.text("currency") {
        Some(_) => row.currency("currency", diagnostics),
        None => defaults.currency.filter(|_| own_prices),
    };
    let certificate = match bound.column("certificate") {
        None => Certificate::NotStated,
        Some(_) => row.optional_id("certificate", diagnostics).map_or(Certificate::None, Certificate::Id),
    };
    let site = row.optional_id("site", diagnostics);
    let shipped = row.text("shipped").and_then(|_| day(row, "shipped", diagnostics));
    if diagnostics.len() > before {
        return None;
    }
    Some(Contract {
        id: id?,
        date: date?,
        buyer: row.string("buyer"),
        product: product?,
        commodity: commodity?,
        form: word(row, "form"),
        quality: word(row, "quality"),
        origin,
        incoterm: incoterm(row),
        quantity: quantity?,
        unit: unit?,
        mass_kg,
        agreed,
        market,
        government_fob,
        minimum,
        premium,
        organic_differential,
        price_unit,
        currency,
        certificate,
        site,
        shipped,
        note: row.string("note"),
        row: row.row_ref(),
    })
}

/// Prices without a currency, or without a unit, are said once for the table.
fn no_currency(bound: &Bound, defaults: &Defaults, diagnostics: &mut Diagnostics) {
    let lacking = [
        ("currency", defaults.currency.is_none(), "which currency are the prices in?", "coop.currency"),
        ("price_unit", defaults.weight_unit.is_none(), "which unit are the prices per?", "coop.weight_unit"),
    ];
    for (column, no_default, question, setting) in lacking {
        let mut first = None;
        let mut count = 0;
        bound.each(|row| {
            let prices = AMOUNTS.iter().any(|amount| row.text(amount).is_some_and(|text| text != "none"));
            if no_default && prices && row.text(column).is_none() {
                count += 1;
                first.get_or_insert_with(|| row.place().column(column));
            }
        });
        if let Some(place) = first {
            let rows = if count == 1 { "1 row states" } else { &format!("{count} rows state") };
            let message = format!("{question} {rows} prices and no `{column}`");
            let hint = format!("fill the column `{column}`, or state `{setting}` in the manifest");
            diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place).hint(hint));
        }
    }
}
