//! Supply datasets: products, processes, and what they take in, cause, pay and receive.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::file_name::FileName;
use crate::base::progress::Progress;
use crate::base::unit::Unit;

use super::bound::Bound;
use super::cells::{Cells, Number, RowRef};
use super::distribution::{Distribution, DistributionColumns, Pedigree, distribution, pedigree};
use super::interventions::Interventions;
use super::manifest::{Kind, Manifest};
use super::price_list::{Price, prices};
use super::process::{process, unite};
use super::properties::{Property, property};
use super::reference::{Indicator, Reference, indicators};
use super::runs::sort_in_runs;
use super::schema::{self, Schema};
use super::source::{Opened, Source};

pub use super::process::{Process, Rule};

/// A product.
#[derive(Clone, Debug)]
pub struct Product {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Reference unit.
    pub unit: Unit,
    /// Mass of one reference unit.
    pub mass_kg: Option<Number>,
    /// Category.
    pub category: String,
    /// Row.
    pub row: RowRef,
}

/// An input of a process.
#[derive(Clone, Debug)]
pub struct Input {
    /// Process.
    pub process: String,
    /// Product.
    pub product: String,
    /// How much.
    pub amount: Number,
    /// In which unit.
    pub unit: Unit,
    /// From where.
    pub origin: Option<String>,
    /// From which process.
    pub supplier: Option<String>,
    /// Is it declared cut off?
    pub cutoff: bool,
    /// How sure the amount is, if somebody says.
    pub distribution: Option<Box<Distribution>>,
    /// Source.
    pub source: String,
    /// Row.
    pub row: RowRef,
}

/// What a process already pays for an indicator.
#[derive(Clone, Debug)]
pub struct Paid {
    /// Process.
    pub process: String,
    /// Indicator.
    pub indicator: String,
    /// Money.
    pub amount: Number,
    /// Currency.
    pub currency: Currency,
    /// Year of the money.
    pub year: Option<i32>,
    /// Source.
    pub source: String,
    /// Row.
    pub row: RowRef,
}

/// Kinds of public support.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SupportKind {
    /// A grant, over its useful life.
    Grant,
    /// A tax that is not raised.
    TaxExpenditure,
    /// A loan under the market's rate.
    ConcessionalDebt,
    /// An input under its price.
    CheapInput,
    /// A domestic price over the border price: never part of the support per unit.
    PriceSupport,
    /// Refused: it is the external cost itself.
    FossilSubsidyImplicit,
}

impl SupportKind {
    /// As a table writes it.
    pub fn word(self) -> &'static str {
        SUPPORT_KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

const SUPPORT_KINDS: &[(&str, SupportKind)] = &[
    ("grant", SupportKind::Grant),
    ("tax_expenditure", SupportKind::TaxExpenditure),
    ("concessional_debt", SupportKind::ConcessionalDebt),
    ("cheap_input", SupportKind::CheapInput),
    ("price_support", SupportKind::PriceSupport),
    ("fossil_subsidy_implicit", SupportKind::FossilSubsidyImplicit),
];

/// Public support of a process.
#[derive(Clone, Debug)]
pub struct Support {
    /// Process.
    pub process: String,
    /// Kind.
    pub kind: SupportKind,
    /// Amount: money, or what `benchmark` and `paid` are multiplied with.
    pub amount: Number,
    /// Currency.
    pub currency: Currency,
    /// Year of the money.
    pub year: Option<i32>,
    /// Years over which a grant is used up.
    pub useful_life_years: Option<Number>,
    /// Rate or price without support.
    pub benchmark: Option<Number>,
    /// Rate or price paid.
    pub paid: Option<Number>,
    /// Source.
    pub source: String,
    /// Row.
    pub row: RowRef,
}

/// A cost that the price of the products of a process takes up, beside what the market price lists say.
#[derive(Clone, Debug)]
pub struct PassedOn {
    /// Process.
    pub process: String,
    /// Money per unit of activity.
    pub amount: Exact,
    /// Currency.
    pub currency: Currency,
    /// Year of the money.
    pub year: Option<i32>,
    /// What it is.
    pub cause: String,
    /// Where it is said.
    pub row: RowRef,
}

/// A dataset that rows were derived from.
#[derive(Clone, Debug)]
pub struct RestsOn {
    /// What it is to the result, such as `benchmarks`.
    pub role: &'static str,
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// Content hash.
    pub hash: String,
}

/// A supply dataset: tables sorted by their keys.
#[derive(Clone, Debug)]
pub struct Supply {
    /// Name.
    pub name: String,
    /// Manifest.
    pub manifest: Manifest,
    /// What diagnostics call the file of the manifest.
    pub manifest_file: FileName,
    /// Content hash.
    pub hash: String,
    /// Products.
    pub products: Vec<Product>,
    /// Processes, one row a product: those of one process stand together.
    pub processes: Vec<Process>,
    /// Inputs.
    pub inputs: Vec<Input>,
    /// Interventions.
    pub interventions: Interventions,
    /// Prices.
    pub prices: Vec<Price>,
    /// Payments.
    pub paid: Vec<Paid>,
    /// Support.
    pub support: Vec<Support>,
    /// Properties, sorted by name, product and process.
    pub properties: Vec<Property>,
    /// Indicators by id: the reference table's and the dataset's own.
    pub indicators: BTreeMap<String, Indicator>,
    /// Costs of a scenario that market prices take up; no table has them.
    pub passed_on: Vec<PassedOn>,
    /// Datasets that derived rows rest on, beside its own tables.
    pub rests_on: Vec<RestsOn>,
    /// What a reader of derived rows must know.
    pub remarks: Vec<String>,
    /// Ids of products, of rows with problems too; `None` where that cannot be known.
    pub claimed_products: Option<BTreeSet<String>>,
    /// Ids of processes, likewise.
    pub claimed_processes: Option<BTreeSet<String>>,
    /// Ids of the dataset's own indicators, likewise.
    pub claimed_indicators: Option<BTreeSet<String>>,
}

/// Does a name exist, or was the problem with its row reported already?
pub fn is_claimed(claimed: Option<&BTreeSet<String>>, id: &str) -> bool {
    claimed.is_none_or(|ids| ids.contains(id))
}

impl Supply {
    /// Reads a dataset; every problem of every table is reported.
    pub fn read(
        source: Source,
        reference: &Reference,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut opened = source.open(Kind::Supply, diagnostics)?;
        let pedigree = pedigree::chosen(opened.manifest.supply.pedigree.as_deref(), reference);

        let mut reader =
            Reader { opened: &mut opened, reference, pedigree: &pedigree, progress, diagnostics };
        let (mut products, claimed_products) = reader.claimed(&schema::PRODUCTS, product);
        products.sort_by(|a, b| a.id.cmp(&b.id));
        let (mut processes, claimed_processes) = reader.uncertain(&schema::PROCESSES, process);
        processes.sort_by(|a, b| (&a.id, &a.product).cmp(&(&b.id, &b.product)));
        unite(&mut processes, reader.diagnostics);
        let (mut inputs, _) = reader.uncertain(&schema::INPUTS, input);
        sort_in_runs(
            &mut inputs,
            |input| &input.process,
            |a, b| (&a.product, &a.origin, &a.supplier).cmp(&(&b.product, &b.origin, &b.supplier)),
        );
        let method = reader.opened.manifest.defaults.method.clone().unwrap_or_default();
        let interventions =
            reader.opened.read(&schema::INTERVENTIONS, progress, reader.diagnostics, |bound, diagnostics| {
                Interventions::read(bound, &reference.units, &method, &pedigree, diagnostics)
            });
        let mut paid_rows = reader.table(&schema::PAID, paid);
        paid_rows.sort_by(|a, b| (&a.process, &a.indicator).cmp(&(&b.process, &b.indicator)));
        let mut support_rows = reader.table(&schema::SUPPORT, support);
        support_rows.sort_by(|a, b| (&a.process, &a.source).cmp(&(&b.process, &b.source)));
        let mut properties = reader.table(&schema::PROPERTIES, property);
        properties.sort_by(|a, b| {
            (&a.property, &a.product, &a.process).cmp(&(&b.property, &b.product, &b.process))
        });
        let own_prices = opened.read(&schema::PRICES, progress, diagnostics, |bound, diagnostics| {
            prices(bound, &reference.units, &reference.regions, diagnostics)
        });
        let own = opened.read(&schema::INDICATORS, progress, diagnostics, |bound, diagnostics| {
            (own_indicators(bound, reference, diagnostics), bound.texts("id"))
        });
        let claimed_indicators = match &own {
            Some((_, ids)) => ids.clone(),
            None => (!opened.has("indicators")).then(BTreeSet::new),
        };
        let mut all = reference.indicators.clone();
        all.extend(own.unwrap_or_default().0.into_iter().map(|i| (i.id.clone(), i)));
        Some(Self {
            name: opened.source.name.clone(),
            manifest_file: opened.source.file_label("manifest.toml"),
            hash: opened.hash(),
            manifest: opened.manifest,
            products,
            processes,
            inputs,
            interventions: interventions.unwrap_or_default(),
            prices: own_prices.unwrap_or_default(),
            paid: paid_rows,
            support: support_rows,
            properties,
            indicators: all,
            passed_on: Vec::new(),
            rests_on: Vec::new(),
            remarks: Vec::new(),
            claimed_products,
            claimed_processes,
            claimed_indicators,
        })
    }
}

struct Reader<'a> {
    opened: &'a mut Opened,
    reference: &'a Reference,
    pedigree: &'a Result<&'a Pedigree, String>,
    progress: &'a dyn Progress,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// A table with all ids its rows name, whether or not they could be read.
    fn claimed<T>(
        &mut self,
        schema: &'static Schema,
        read: fn(&Cells, &Reference, &mut Diagnostics) -> Option<T>,
    ) -> (Vec<T>, Option<BTreeSet<String>>) {
        let reference = self.reference;
        let found = self.opened.read(schema, self.progress, self.diagnostics, |bound, diagnostics| {
            (bound.collect(|row| read(&row, reference, diagnostics)), bound.texts("id"))
        });
        found.unwrap_or((Vec::new(), None))
    }

    /// A table whose amounts may have distributions, and the ids of its rows.
    fn uncertain<T: Uncertain>(
        &mut self,
        schema: &'static Schema,
        read: fn(&Cells, &Reference, &mut Diagnostics) -> Option<T>,
    ) -> (Vec<T>, Option<BTreeSet<String>>) {
        let (reference, pedigree) = (self.reference, self.pedigree);
        let found = self.opened.read(schema, self.progress, self.diagnostics, |bound, diagnostics| {
            let columns = DistributionColumns::of(bound);
            let one = |row: Cells, diagnostics: &mut Diagnostics| {
                let mut value = read(&row, reference, diagnostics);
                if let Some(columns) = &columns
                    && let Some(amount) = row.text("amount").and_then(|text| text.parse().ok())
                {
                    let found = distribution(&row, columns, Some(amount), pedigree, diagnostics);
                    if let (Some(value), Some(found)) = (&mut value, found) {
                        value.spread(found);
                    }
                }
                value
            };
            let rows = bound.collect(|row| one(row, diagnostics));
            (rows, bound.column("id").and_then(|_| bound.texts("id")))
        });
        found.unwrap_or((Vec::new(), None))
    }

    fn table<T>(
        &mut self,
        schema: &'static Schema,
        read: fn(&Cells, &Reference, &mut Diagnostics) -> Option<T>,
    ) -> Vec<T> {
        let reference = self.reference;
        self.opened
            .read(schema, self.progress, self.diagnostics, |bound, diagnostics| {
                bound.collect(|row| read(&row, reference, diagnostics))
            })
            .unwrap_or_default()
    }
}

/// A row whose amount may have a distribution.
pub(super) trait Uncertain {
    /// Takes it.
    fn spread(&mut self, distribution: Distribution);
}

impl Uncertain for Input {
    fn spread(&mut self, distribution: Distribution) {
        self.distribution = Some(Box::new(distribution));
    }
}

/// An indicator of the dataset may add to the reference table, not change it.
fn own_indicators(bound: &Bound, reference: &Reference, diagnostics: &mut Diagnostics) -> Vec<Indicator> {
    let own = indicators(bound, &reference.units, diagnostics);
    bound.each(|row| {
        if let Some(id) = row.text("id")
            && let Some(known) = reference.indicators.get(id)
            && own.iter().any(|i| i.id == id && i != known)
        {
            let message = format!("`{id}` is an indicator of the reference table, with other properties");
            let hint = "give yours an id of its own: factors are matched by it";
            diagnostics.push(
                Diagnostic::error(codes::DUPLICATE_KEY, message).at(row.place().column("id")).hint(hint),
            );
        }
    });
    own
}

pub(super) fn product(row: &Cells, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Product> {
    let id = row.id("id", diagnostics);
    let name = row.required("name", diagnostics);
    let unit = row.unit("unit", &reference.units, diagnostics);
    let mass_kg = row.optional_positive("mass_kg", diagnostics);
    let category = row.string("category");
    Some(Product { id: id?, name: name?.to_owned(), unit: unit?, mass_kg, category, row: row.row_ref() })
}

pub(super) fn input(row: &Cells, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Input> {
    let process = row.id("process", diagnostics);
    let product = row.id("product", diagnostics);
    let amount = row.number("amount", diagnostics);
    let unit = row.unit("unit", &reference.units, diagnostics);
    let origin = row.optional_region("origin", &reference.regions, diagnostics);
    let supplier = row.optional_id("supplier", diagnostics);
    let cutoff = row.optional_word("cutoff", &[("yes", true), ("no", false)], diagnostics).unwrap_or(false);
    Some(Input {
        process: process?,
        product: product?,
        amount: amount?,
        unit: unit?,
        origin,
        supplier,
        cutoff,
        distribution: None,
        source: row.string("source"),
        row: row.row_ref(),
    })
}

pub(super) fn paid(row: &Cells, _: &Reference, diagnostics: &mut Diagnostics) -> Option<Paid> {
    let process = row.id("process", diagnostics);
    let indicator = row.id("indicator", diagnostics);
    let amount = row.non_negative("amount", diagnostics);
    let currency = row.currency("currency", diagnostics);
    let year = row.optional_year("year", diagnostics);
    let source = row.required("source", diagnostics);
    Some(Paid {
        process: process?,
        indicator: indicator?,
        amount: amount?,
        currency: currency?,
        year,
        source: source?.to_owned(),
        row: row.row_ref(),
    })
}

pub(super) fn support(row: &Cells, _: &Reference, diagnostics: &mut Diagnostics) -> Option<Support> {
    let process = row.id("process", diagnostics);
    let kind = row.word("kind", SUPPORT_KINDS, diagnostics);
    let amount = row.non_negative("amount", diagnostics);
    let currency = row.currency("currency", diagnostics);
    let year = row.optional_year("year", diagnostics);
    let useful_life_years = row.optional_positive("useful_life_years", diagnostics);
    let benchmark = row.optional_number("benchmark", diagnostics);
    let paid = row.optional_number("paid", diagnostics);
    let source = row.required("source", diagnostics);
    let needed: &[&str] = match kind {
        Some(SupportKind::Grant) => &["useful_life_years"],
        Some(SupportKind::ConcessionalDebt | SupportKind::CheapInput | SupportKind::PriceSupport) => {
            &["benchmark", "paid"]
        }
        _ => &[],
    };
    let complete = needed.iter().filter(|column| row.required(column, diagnostics).is_none()).count() == 0;
    if kind == Some(SupportKind::FossilSubsidyImplicit) {
        let message =
            "an implicit fossil subsidy is the external cost itself: adding it would count it twice";
        let hint = "leave the row out; explicit payments are `grant` or `tax_expenditure`";
        diagnostics.push(
            Diagnostic::error(codes::DOUBLE_SUBSIDY, message).at(row.place().column("kind")).hint(hint),
        );
    }
    complete.then_some(())?;
    Some(Support {
        process: process?,
        kind: kind?,
        amount: amount?,
        currency: currency?,
        year,
        useful_life_years,
        benchmark,
        paid,
        source: source?.to_owned(),
        row: row.row_ref(),
    })
}
