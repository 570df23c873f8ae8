//! Prices, in a dataset or as a list to lay over one.

use std::path::Path;

use crate::base::currency::Currency;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::period::Period;
use crate::base::region::Regions;
use crate::base::unit::{Unit, Units};

use super::bound::Bound;
use super::cells::{Cells, Number, RowRef};
use super::hash;
use super::manifest::{Kind, Manifest};
use super::reference::Verification;
use super::schema;
use super::source::{Library, Shelf, Source, read_table};
use super::workbook::is_workbook;

/// Does a price contain value-added tax?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vat {
    /// Yes.
    Included,
    /// No.
    Excluded,
    /// The source does not say.
    Unknown,
}

impl Vat {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Included => "included",
            Self::Excluded => "excluded",
            Self::Unknown => "unknown",
        }
    }
}

const VAT: &[(&str, Vat)] =
    &[("included", Vat::Included), ("excluded", Vat::Excluded), ("unknown", Vat::Unknown)];

/// A price of a product.
#[derive(Clone, Debug)]
pub struct Price {
    /// Product.
    pub product: String,
    /// Origin, if it is for one only.
    pub origin: Option<String>,
    /// Money.
    pub amount: Number,
    /// Currency.
    pub currency: Currency,
    /// For so many units.
    pub quantity: Number,
    /// Unit.
    pub unit: Unit,
    /// Mass of one unit, where it is a pack.
    pub mass_kg: Option<Number>,
    /// When it was asked.
    pub date: Period,
    /// VAT.
    pub vat: Vat,
    /// Where it was asked.
    pub region: Option<String>,
    /// The seller's name of it.
    pub item: String,
    /// Source.
    pub source: String,
    /// How it was seen.
    pub verification: Verification,
    /// Row.
    pub row: RowRef,
}

/// A price list.
#[derive(Clone, Debug)]
pub struct PriceList {
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// Content hash.
    pub hash: String,
    /// Prices, sorted by key.
    pub prices: Vec<Price>,
}

impl PriceList {
    /// Reads a price list: a single CSV or Parquet file of the user, a workbook with a sheet `Prices`, or a dataset of kind
    /// `prices`.
    pub fn read_any(
        name: &str,
        library: &Library,
        units: &Units,
        regions: &Regions,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let path = Path::new(name);
        let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
        if ["csv", "parquet"].contains(&end) {
            return Self::read_file(path, end == "csv", units, regions, diagnostics);
        }
        if is_workbook(path) && !path.is_dir() {
            return Self::read(Source::at(path), units, regions, diagnostics);
        }
        if end == "tsv" {
            let message = "a price list is a CSV or Parquet file, a workbook, or a folder";
            let hint = "save the sheet as CSV; docs/guide/from-a-spreadsheet.md shows how";
            diagnostics.push(Diagnostic::error(codes::WRONG_KIND, message).at(Place::file(name)).hint(hint));
            return None;
        }
        let source = library.find(Shelf::Prices, name).map_err(|d| diagnostics.push(d)).ok()?;
        Self::read(source, units, regions, diagnostics)
    }

    fn read_file(
        path: &Path,
        is_csv: bool,
        units: &Units,
        regions: &Regions,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let table = read_table(path, is_csv, diagnostics)?;
        let bound = Bound::new(&table, &schema::PRICES, diagnostics)?;
        bound.keys().check(&|_| true, diagnostics);
        let prices = prices(&bound, units, regions, diagnostics);
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let manifest = Manifest::of_user_file(Kind::Prices, &name);
        Some(Self { name, hash: hash::table(&table, &|_| true)?, manifest, prices })
    }

    /// Reads a price list: a dataset of kind `prices`.
    pub fn read(
        source: Source,
        units: &Units,
        regions: &Regions,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut opened = source.open(Kind::Prices, diagnostics)?;
        let prices = opened.read(&schema::PRICES, &(), diagnostics, |bound, diagnostics| {
            prices(bound, units, regions, diagnostics)
        });
        let Some(prices) = prices else {
            if !opened.has("prices") {
                let message = "the table `prices` is missing";
                diagnostics.push(
                    Diagnostic::error(codes::MISSING_TABLE, message)
                        .at(Place::file(opened.source.file_label("prices.csv"))),
                );
            }
            return None;
        };
        Some(Self {
            name: opened.source.name.clone(),
            hash: opened.hash(),
            manifest: opened.manifest,
            prices,
        })
    }
}

/// Reads all price rows.
pub fn prices(bound: &Bound, units: &Units, regions: &Regions, diagnostics: &mut Diagnostics) -> Vec<Price> {
    let mut list: Vec<Price> = bound.collect(|row| price(&row, units, regions, diagnostics));
    list.sort_by(|a, b| (&a.product, &a.origin, a.date).cmp(&(&b.product, &b.origin, b.date)));
    list
}

fn price(row: &Cells, units: &Units, regions: &Regions, diagnostics: &mut Diagnostics) -> Option<Price> {
    let product = row.id("product", diagnostics);
    let origin = row.optional_region("origin", regions, diagnostics);
    let amount = row.non_negative("amount", diagnostics);
    let currency = row.currency("currency", diagnostics);
    let quantity = if row.text("quantity").is_some() {
        row.positive("quantity", diagnostics)
    } else {
        Some(Number { exact: crate::base::decimal::one(), float: 1.0 })
    };
    let unit = row.unit("unit", units, diagnostics);
    let mass_kg = row.optional_positive("mass_kg", diagnostics);
    let date = row.period("date", diagnostics);
    let vat = row.word("vat", VAT, diagnostics);
    let region = row.optional_region("region", regions, diagnostics);
    let source = row.required("source", diagnostics).map(str::to_owned);
    let verification = Verification::of(row, diagnostics);
    Some(Price {
        product: product?,
        origin,
        amount: amount?,
        currency: currency?,
        quantity: quantity?,
        unit: unit?,
        mass_kg,
        date: date?,
        vat: vat?,
        region,
        item: row.string("item"),
        source: source?,
        verification,
        row: row.row_ref(),
    })
}
