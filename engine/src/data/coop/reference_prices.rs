//! Published living income reference prices, with what is known of their inputs.

use std::collections::BTreeMap;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::unit::Unit;
use crate::data::bound::Bound;
use crate::data::cells::{Cells, RowRef};
use crate::data::manifest::{Kind, Manifest};
use crate::data::reference::{Reference, Verification};
use crate::data::schema;
use crate::data::source::Source;

/// Kinds of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InputKind {
    /// Cost of a decent life, or the share of it that the crop brings in.
    DecentLiving,
    /// Cost of sustainable production of the whole farm.
    FarmCost,
    /// Part of that: what does not depend on the land.
    FixedCost,
    /// Part of that: what is bought.
    InputCost,
    /// Part of that: hired labour.
    LabourCost,
    /// Cost of a hectare.
    CostPerHa,
    /// Other income that is deducted.
    OtherIncome,
    /// Hectares.
    Land,
    /// Share of the land that bears nothing.
    Rejuvenation,
    /// Yield of a hectare.
    Yield,
    /// Units of the currency of the inputs for one of that of the price.
    Rate,
}

const KINDS: &[(&str, InputKind)] = &[
    ("decent_living", InputKind::DecentLiving),
    ("farm_cost", InputKind::FarmCost),
    ("fixed_cost", InputKind::FixedCost),
    ("input_cost", InputKind::InputCost),
    ("labour_cost", InputKind::LabourCost),
    ("cost_per_ha", InputKind::CostPerHa),
    ("other_income", InputKind::OtherIncome),
    ("land", InputKind::Land),
    ("rejuvenation", InputKind::Rejuvenation),
    ("yield", InputKind::Yield),
    ("rate", InputKind::Rate),
];

impl InputKind {
    /// The word of it.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

/// An input of a published price.
#[derive(Clone, Debug)]
pub struct PriceInput {
    /// Amount.
    pub amount: Exact,
    /// Currency, if it is money.
    pub currency: Option<Currency>,
    /// Source.
    pub source: String,
    /// How it was seen.
    pub verification: Verification,
}

/// A published price.
#[derive(Clone, Debug)]
pub struct ReferencePrice {
    /// Id.
    pub id: String,
    /// Product.
    pub product: String,
    /// Form.
    pub form: String,
    /// Quality.
    pub quality: String,
    /// Country.
    pub origin: String,
    /// When it holds, or from when.
    pub period: Period,
    /// Money.
    pub amount: Exact,
    /// Currency.
    pub currency: Currency,
    /// Per this.
    pub unit: Unit,
    /// Where on the way it is paid: `farm_gate`.
    pub level: String,
    /// Source.
    pub source: String,
    /// How it was seen.
    pub verification: Verification,
    /// Note.
    pub note: String,
    /// What is known of its inputs.
    pub inputs: BTreeMap<InputKind, PriceInput>,
    /// Row.
    pub row: RowRef,
}

/// A dataset of published prices.
#[derive(Clone, Debug)]
pub struct ReferencePriceSet {
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// Content hash.
    pub hash: String,
    /// Sorted by id.
    pub prices: Vec<ReferencePrice>,
}

impl ReferencePriceSet {
    /// Reads a dataset of published prices.
    pub fn read(source: Source, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut opened = source.open(Kind::ReferencePrices, diagnostics)?;
        let read = opened.read(&schema::REFERENCE_PRICES, &(), diagnostics, |bound: &Bound, diagnostics| {
            bound.collect::<_, Vec<ReferencePrice>>(|row| price(&row, reference, diagnostics))
        });
        let mut prices = read.unwrap_or_default();
        prices.sort_by(|a, b| a.id.cmp(&b.id));
        opened.read(&schema::REFERENCE_PRICE_INPUTS, &(), diagnostics, |bound: &Bound, diagnostics| {
            bound.each(|row| input(&row, &mut prices, diagnostics));
        });
        Some(Self {
            name: opened.source.name.clone(),
            hash: opened.hash(),
            manifest: opened.manifest,
            prices,
        })
    }
}

fn price(row: &Cells, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<ReferencePrice> {
    let id = row.id("id", diagnostics);
    let product = row.required("product", diagnostics).map(str::to_owned);
    row.required("origin", diagnostics);
    let origin = row.optional_region("origin", &reference.regions, diagnostics);
    let period = row.period("period", diagnostics);
    let amount = row.positive("amount", diagnostics);
    let currency = row.currency("currency", diagnostics);
    let unit = row.unit("unit", &reference.units, diagnostics);
    let level = row.word("level", &[("farm_gate", "farm_gate")], diagnostics);
    let source = row.required("source", diagnostics).map(str::to_owned);
    row.required("verification", diagnostics);
    let verification = Verification::of(row, diagnostics);
    Some(ReferencePrice {
        id: id?,
        product: product?,
        form: row.string("form"),
        quality: row.string("quality"),
        origin: origin?,
        period: period?,
        amount: amount?.exact,
        currency: currency?,
        unit: unit?,
        level: level?.to_owned(),
        source: source?,
        verification,
        note: row.string("note"),
        inputs: BTreeMap::new(),
        row: row.row_ref(),
    })
}

fn input(row: &Cells, prices: &mut [ReferencePrice], diagnostics: &mut Diagnostics) {
    let id = row.id("price", diagnostics);
    let kind = row.word("kind", KINDS, diagnostics);
    let amount = row.non_negative("amount", diagnostics);
    let has_currency = row.text("currency").is_some();
    let currency = if has_currency { row.currency("currency", diagnostics) } else { None };
    let source = row.required("source", diagnostics).map(str::to_owned);
    row.required("verification", diagnostics);
    let verification = Verification::of(row, diagnostics);
    let (Some(id), Some(kind), Some(amount), Some(source)) = (id, kind, amount, source) else { return };
    match prices.iter_mut().find(|price| price.id == id) {
        Some(price) => {
            let input = PriceInput { amount: amount.exact, currency, source, verification };
            price.inputs.insert(kind, input);
        }
        None => {
            let message = format!("there is no reference price `{id}`");
            let place = row.place().column("price");
            diagnostics.push(Diagnostic::error(codes::DANGLING, message).at(place));
        }
    }
}
