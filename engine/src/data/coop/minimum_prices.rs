//! Minimum prices, premiums and organic differentials, with the days they hold.

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::unit::Unit;
use crate::data::cells::{Cells, RowRef};
use crate::data::manifest::{Kind, Manifest};
use crate::data::reference::{Reference, Verification};
use crate::data::schema;
use crate::data::source::{Library, Opened, Shelf, Source};

use super::figure::Figure;
use super::trade::{incoterm, is_table_file, word};
use super::validity::{self, Validity};

/// Figures of a certificate for a product.
#[derive(Clone, Debug)]
pub struct MinimumPrice {
    /// Product.
    pub product: String,
    /// Form, if it is for one only.
    pub form: Option<String>,
    /// Quality, if it is for one only.
    pub quality: Option<String>,
    /// Code of the region it is for, if it is for one only.
    pub origin: Option<String>,
    /// Incoterm level.
    pub incoterm: String,
    /// Unit that figures are per.
    pub unit: Unit,
    /// Mass of one unit, where it is counted.
    pub mass_kg: Option<Exact>,
    /// Currency.
    pub currency: Currency,
    /// Minimum price.
    pub minimum: Figure,
    /// Premium.
    pub premium: Figure,
    /// What organic is paid beyond the price.
    pub organic_differential: Figure,
    /// Does a government set the price there?
    pub regulated: bool,
    /// Days it holds.
    pub validity: Validity,
    /// Source.
    pub source: String,
    /// How it was seen.
    pub verification: Verification,
    /// Note.
    pub note: String,
    /// Row.
    pub row: RowRef,
}

/// A table of minimum prices, with what is known of it.
#[derive(Clone, Debug)]
pub struct MinimumPrices {
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// Content hash.
    pub hash: String,
    /// Its rows, sorted by key and day.
    pub rows: Vec<MinimumPrice>,
}

impl MinimumPrices {
    /// By name, or from a file that is the table, or a folder.
    pub fn named(
        name: &str,
        library: &Library,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let opened = if is_table_file(name) {
            Source::file(name.as_ref(), schema::MINIMUM_PRICES.table).open(Kind::MinimumPrices, diagnostics)
        } else {
            let source =
                library.find(Shelf::Fairtrade, name).map_err(|found| diagnostics.push(found)).ok()?;
            source.open_any(diagnostics)
        };
        Self::of(opened?, reference, diagnostics)
    }

    /// The table of a dataset: one of minimum prices, or of a co-op.
    pub fn of(mut opened: Opened, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Self> {
        let label = opened.source.file_label("manifest.toml");
        if ![Kind::MinimumPrices, Kind::Coop].contains(&opened.manifest.kind) {
            let message = "this dataset holds no minimum prices";
            let hint = "a dataset of kind `minimum_prices` does, or of kind `coop`";
            diagnostics.push(Diagnostic::error(codes::WRONG_KIND, message).at(Place::file(label)).hint(hint));
            return None;
        }
        let before = diagnostics.len();
        let rows = read(&mut opened, reference, diagnostics);
        if rows.is_none() && diagnostics.len() == before {
            let message = "the table `minimum_prices` is missing";
            diagnostics.push(Diagnostic::error(codes::MISSING_TABLE, message).at(Place::file(label)));
        }
        let (name, hash) = (opened.source.name.clone(), opened.hash());
        Some(Self { name, manifest: opened.manifest, hash, rows: rows? })
    }
}

/// Reads the table, sorted by key and day; `None` if there is none.
pub fn read(
    opened: &mut Opened,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<MinimumPrice>> {
    opened.read(&schema::MINIMUM_PRICES, &(), diagnostics, |bound, diagnostics| {
        let mut rows: Vec<MinimumPrice> = bound.collect(|row| minimum_price(&row, reference, diagnostics));
        let key = |row: &MinimumPrice| {
            let words = [&row.form, &row.quality, &row.origin].map(Clone::clone);
            (row.product.clone(), words, row.incoterm.clone())
        };
        validity::check(rows.iter().map(|row| (key(row), row.validity, row.row.clone())), diagnostics);
        rows.sort_by_cached_key(|row| (key(row), row.validity));
        rows
    })
}

fn minimum_price(row: &Cells, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<MinimumPrice> {
    let before = diagnostics.len();
    let product = row.id("product", diagnostics);
    let origin = row.optional_region("origin", &reference.regions, diagnostics);
    row.required("incoterm", diagnostics);
    let unit = row.unit("unit", &reference.units, diagnostics);
    let mass_kg = row.optional_positive("mass_kg", diagnostics).map(|mass| mass.exact);
    let currency = row.currency("currency", diagnostics);
    let mut figure = |column| Figure::of(row, column, diagnostics).unwrap_or_default();
    let (minimum, premium) = (figure("minimum"), figure("premium"));
    let organic_differential = figure("organic_differential");
    let regulated = row.optional_word("regulated", &[("yes", true), ("no", false)], diagnostics);
    row.required("from", diagnostics);
    let validity = Validity::of(row, diagnostics);
    let source = row.required("source", diagnostics);
    row.required("verification", diagnostics);
    let verification = Verification::of(row, diagnostics);
    if diagnostics.len() > before {
        return None;
    }
    Some(MinimumPrice {
        product: product?,
        form: word(row, "form"),
        quality: word(row, "quality"),
        origin,
        incoterm: incoterm(row)?,
        unit: unit?,
        mass_kg,
        currency: currency?,
        minimum,
        premium,
        organic_differential,
        regulated: regulated.unwrap_or(false),
        validity: validity?,
        source: source?.to_owned(),
        verification,
        note: row.string("note"),
        row: row.row_ref(),
    })
}
