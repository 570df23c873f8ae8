//! What flows cost others: the costs per unit of the product that passes, times its quantity. Costs per unit are kept
//! once for each product and origin; those of a flow are computed when they are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_traits::One;

use crate::base::currency::Currency;
use crate::base::decimal::Exact;
use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::money::Money;
use crate::base::progress::{Progress, Stage, stopped};
use crate::base::unit::Unit;
use crate::chain::convert::to_reference;
use crate::data::flows::{Field, FlowData, Regime, Terms};
use crate::data::manifest::RateType;
use crate::data::reference::{Dimension, Reference};
use crate::data::supply::Product;
use crate::regime::Judged;
use crate::valuation::{PriceLevel, Target};

use super::flow_prices::{FlowPrices, Supplied};
use super::line::Quantity;
use super::{Amount, TruePrice};

/// Flows between which the progress is told.
const STEP: usize = 65_536;

/// Why what passes has no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Its resource names no product.
    NoProduct,
    /// No process of the supply dataset makes the product.
    NoProcess,
    /// Nothing that its chain states has a factor.
    NoFactor,
    /// How much of it passes is not stated.
    NoQuantity,
    /// The unit of the quantity is not stated.
    NoUnit,
    /// The unit of the quantity is not one of the product.
    OtherUnit,
}

impl Reason {
    /// All.
    pub const ALL: [Self; 6] =
        [Self::NoProduct, Self::NoProcess, Self::NoFactor, Self::NoQuantity, Self::NoUnit, Self::OtherUnit];

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoProduct => "no product named",
            Self::NoProcess => "no process makes the product",
            Self::NoFactor => "nothing its chain states has a factor",
            Self::NoQuantity => "no quantity stated",
            Self::NoUnit => "no unit stated",
            Self::OtherUnit => "a unit of another dimension than the product's",
        }
    }
}

/// What becomes of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It has a cost.
    Priced,
    /// It has none, and that is not 0.
    Unpriced(Reason),
    /// It is money, credit, hours of a timebank or a claim: the leg in which no product moves.
    NotAProduct,
}

impl Status {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Priced => "priced",
            Self::Unpriced(_) => "unpriced",
            Self::NotAProduct => "not a product",
        }
    }

    /// Why it has no price.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Unpriced(reason) => Some(reason),
            _ => None,
        }
    }
}

/// What one indicator of a flow costs. Central values; each is a cost per unit times the quantity, rounded half-even
/// to 1e-6. Below 0 only where a quantity is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostLine<'a> {
    /// Indicator.
    pub indicator: &'a str,
    /// Its dimension.
    pub dimension: Dimension,
    /// Cost to others: per unit max(cost, 0).
    pub external: Money,
    /// Benefit to others: per unit max(-cost, 0). Never netted unless asked.
    pub benefit: Money,
    /// What the price already pays of it: per unit min(paid, external).
    pub internalised: Money,
    /// What is paid beyond: per unit paid - internalised.
    pub overpaid: Money,
}

impl CostLine<'_> {
    /// What of it is in the gap.
    pub fn gap(&self, netting: bool) -> Money {
        let gap = self.external - self.internalised;
        if netting { gap - self.benefit - self.overpaid } else { gap }
    }
}

/// What a flow costs others, and its price.
#[derive(Clone, Debug)]
pub struct FlowCost<'a> {
    /// What became of it.
    pub status: Status,
    /// The product, and where it comes from; with its coverage.
    pub price: Option<&'a TruePrice>,
    /// By indicator that has a price; empty where it is not priced.
    pub lines: Vec<CostLine<'a>>,
    /// External cost - internalised; with netting on, minus benefits and overpayments too. `None`: not priced.
    pub gap: Option<Money>,
    /// What was paid for it, as its row states, at the target; only of goods and services of market flows.
    pub market: Option<Money>,
}

impl FlowCost<'_> {
    /// External cost; `None`: not priced.
    pub fn external(&self) -> Option<Money> {
        self.sum(|line| line.external)
    }

    /// External cost of a dimension, or why there is none.
    pub fn dimension(&self, dimension: Dimension) -> Option<Amount> {
        let price = self.price.filter(|_| self.status == Status::Priced)?;
        Some(match price.dimensions.get(&dimension).copied().unwrap_or(Amount::NotStated) {
            Amount::Money(_) => {
                let own = self.lines.iter().filter(|line| line.dimension == dimension);
                Amount::Money(own.map(|line| line.external).sum())
            }
            other => other,
        })
    }

    /// Benefits; `None`: not priced.
    pub fn benefits(&self) -> Option<Money> {
        self.sum(|line| line.benefit)
    }

    /// Internalised; `None`: not priced.
    pub fn internalised(&self) -> Option<Money> {
        self.sum(|line| line.internalised)
    }

    /// Paid beyond the external cost; `None`: not priced.
    pub fn overpaid(&self) -> Option<Money> {
        self.sum(|line| line.overpaid)
    }

    /// Market value + gap.
    pub fn true_price(&self) -> Option<Money> {
        Some(self.market? + self.gap?)
    }

    fn sum(&self, get: fn(&CostLine) -> Money) -> Option<Money> {
        (self.status == Status::Priced).then(|| self.lines.iter().map(get).sum())
    }
}

/// What the flows of one terms are: what of the product one unit of their quantity is.
#[derive(Clone, Debug)]
enum Joined {
    NotAProduct,
    /// Why, and its place among the true prices.
    Unpriced(Reason, Option<usize>),
    Product {
        unit: usize,
        ratio: Exact,
    },
}

/// The costs of one unit of a product from one place.
#[derive(Clone, Debug)]
struct UnitCost {
    /// Its place among the true prices.
    price: usize,
    /// By indicator that has a price, with its place in the true price.
    lines: Vec<(usize, CostLine<'static>)>,
    /// More than any cost of it.
    bound: Money,
}

/// What the costs of flows are made of: costs of a unit, once for each product and origin. It can be kept, and used
/// again with the same flows and prices.
#[derive(Clone, Debug)]
pub struct UnitCosts {
    units: Vec<UnitCost>,
    /// By terms.
    joined: Vec<Joined>,
    /// What money of a currency and year is multiplied with.
    moves: BTreeMap<(Currency, i32), Exact>,
    /// Money that could not be moved to the target, with why: market values that are not known.
    unmoved: Vec<String>,
}

/// What all flows of a dataset cost others.
#[derive(Clone, Debug)]
pub struct FlowCosts<'a> {
    /// Currency and price year of all money.
    pub target: Target,
    /// Do benefits cancel costs?
    pub netting: bool,
    /// The flows.
    pub judged: &'a Judged,
    /// The true prices.
    pub prices: &'a FlowPrices,
    /// What they are made of.
    pub units: Arc<UnitCosts>,
}

impl<'a> FlowCosts<'a> {
    /// Joins flows with the true prices of what passes.
    pub fn new(
        judged: &'a Judged,
        prices: &'a FlowPrices,
        reference: &Reference,
        progress: &dyn Progress,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let (units, joined) = joined(&judged.data, prices, reference);
        let units = UnitCosts { units, joined, moves: BTreeMap::new(), unmoved: Vec::new() };
        let mut all = Self::with(judged, prices, Arc::new(units));
        let level = PriceLevel::new(reference, all.target, prices.request.order, &prices.request.overrides);
        let flows = &judged.data.flows;
        let mut money: BTreeSet<(Currency, i32)> = BTreeSet::new();
        for flow in 0..flows.len() {
            if flow.is_multiple_of(STEP) && !progress.tick(Stage::Pricing, flow, flows.len()) {
                diagnostics.push(stopped());
                return None;
            }
            money.extend(all.money_of(flow).map(|(money, _)| money));
            if let Some((unit, quantity)) = all.quantity(flow)
                && !quantity.is_safe(unit.bound)
            {
                let message = "the external cost of the flow is too large to be kept exactly";
                let place = flows.place(flow).column("quantity");
                diagnostics.push(
                    Diagnostic::error(codes::OVERFLOW, message)
                        .at(place)
                        .hint("check the quantity and its unit"),
                );
            }
        }
        let units = Arc::make_mut(&mut all.units);
        for (currency, year) in money {
            match level.moved(currency, year, None, RateType::Market) {
                Ok(moved) => drop(units.moves.insert((currency, year), moved.multiplier)),
                Err(error) => units.unmoved.push(format!("{currency}{year}: {error}")),
            }
        }
        (!diagnostics.has_errors()).then_some(all)
    }

    /// The same costs once more, of what they were made of.
    pub fn with(judged: &'a Judged, prices: &'a FlowPrices, units: Arc<UnitCosts>) -> Self {
        let (target, netting) = (prices.prices.target, prices.request.netting);
        Self { target, netting, judged, prices, units }
    }

    /// Money that could not be moved to the target, with why: market values that are not known.
    pub fn unmoved(&self) -> &[String] {
        &self.units.unmoved
    }

    /// The true price in a place.
    fn price(&self, place: usize) -> &'a TruePrice {
        &self.prices.prices.products[place]
    }

    /// What a flow costs.
    pub fn of(&self, flow: usize) -> FlowCost<'_> {
        let market = self.market(flow);
        if let Some((unit, quantity)) = self.quantity(flow) {
            // Checked before: no cost of a flow is too large.
            let of = |money: Money| quantity.line(money).unwrap_or_default();
            let price = self.price(unit.price);
            let lines: Vec<CostLine> = unit
                .lines
                .iter()
                .map(|(place, line)| CostLine {
                    indicator: &price.indicators[*place].indicator,
                    external: of(line.external),
                    benefit: of(line.benefit),
                    internalised: of(line.internalised),
                    overpaid: of(line.internalised + line.overpaid) - of(line.internalised),
                    ..*line
                })
                .collect();
            let gap = Some(lines.iter().map(|line| line.gap(self.netting)).sum());
            return FlowCost { status: Status::Priced, price: Some(price), lines, gap, market };
        }
        let (status, price) = match &self.units.joined[self.judged.data.flows.term(flow)] {
            Joined::NotAProduct => (Status::NotAProduct, None),
            Joined::Unpriced(Reason::NoUnit, price) if self.judged.data.flows.quantity(flow).is_none() => {
                (Status::Unpriced(Reason::NoQuantity), *price)
            }
            Joined::Unpriced(reason, price) => (Status::Unpriced(*reason), *price),
            Joined::Product { unit, .. } => {
                (Status::Unpriced(Reason::NoQuantity), Some(self.units.units[*unit].price))
            }
        };
        let price = price.map(|place| self.price(place));
        FlowCost { status, price, lines: Vec::new(), gap: None, market }
    }

    /// The unit costs and the quantity in reference units of a flow that is priced.
    fn quantity(&self, flow: usize) -> Option<(&UnitCost, Quantity)> {
        let flows = &self.judged.data.flows;
        let Joined::Product { unit, ratio } = &self.units.joined[flows.term(flow)] else { return None };
        let quantity = flows.exact_quantity(flow)?;
        Some((
            &self.units.units[*unit],
            Quantity::new(if ratio.is_one() { quantity } else { quantity * ratio }),
        ))
    }

    /// What was paid for goods and services that were sold, with its currency and year.
    fn money_of(&self, flow: usize) -> Option<((Currency, i32), Money)> {
        let data = &self.judged.data;
        if self.judged.classified.judgement(flow).class.regime() != Regime::Market {
            return None;
        }
        let terms = data.flows.terms_of(flow);
        let sold = ["goods_services", "attention_data"]
            .contains(&Field::CounterflowKind.word(terms.resource_kind))
            || matches!(self.units.joined[data.flows.term(flow)], Joined::Product { .. });
        let currency = currency_of(data, terms).filter(|_| sold)?;
        Some(((currency, data.flows.when(flow).year()?), data.flows.value(flow)?))
    }

    fn market(&self, flow: usize) -> Option<Money> {
        let (money, value) = self.money_of(flow)?;
        let multiplier = self.units.moves.get(&money)?;
        if multiplier.is_one() {
            return Some(value);
        }
        Quantity::new(multiplier.clone()).line(value).ok()
    }
}

/// The currency of ISO 4217 that a value is in; member credit is none, nor is a currency of the dataset's own.
fn currency_of(data: &FlowData, terms: &Terms) -> Option<Currency> {
    let unit = &*terms.unit_of_account;
    let is_currency = Field::UnitKind.word(data.units.kind(unit)?) == "currency";
    if is_currency { Currency::from_code(unit) } else { None }
}

/// The unit costs of all products that pass, and what the flows of each terms are.
fn joined(data: &FlowData, prices: &FlowPrices, reference: &Reference) -> (Vec<UnitCost>, Vec<Joined>) {
    let kilogram = reference.units.unit("kg").ok();
    let products = &prices.prepared.supply.products;
    let mut units: Vec<UnitCost> = Vec::new();
    let mut of_terms = |terms: &Terms| {
        let place = terms.place.map(|place| place as usize);
        if terms.is_claim() {
            return Joined::NotAProduct;
        }
        let place = match place.map_or(Supplied::NotNamed, |place| prices.of(place)) {
            Supplied::NotNamed => return Joined::Unpriced(Reason::NoProduct, None),
            Supplied::NoProcess => return Joined::Unpriced(Reason::NoProcess, None),
            Supplied::Price(place) => place,
        };
        let price = &prices.prices.products[place];
        if price.gap.is_none() {
            return Joined::Unpriced(Reason::NoFactor, Some(place));
        }
        if terms.unit.is_empty() {
            return Joined::Unpriced(Reason::NoUnit, Some(place));
        }
        let product = products.iter().find(|product| product.id == price.product);
        let ratio = product
            .zip(kilogram.as_ref())
            .and_then(|(product, kilogram)| ratio(data, reference, terms, product, kilogram));
        let Some(ratio) = ratio else { return Joined::Unpriced(Reason::OtherUnit, Some(place)) };
        let known = units.iter().position(|unit| unit.price == place);
        let unit = known.unwrap_or_else(|| {
            units.push(unit_cost(place, price));
            units.len() - 1
        });
        Joined::Product { unit, ratio }
    };
    let joined = data.flows.terms().iter().map(&mut of_terms).collect();
    (units, joined)
}

/// How many reference units of the product one unit of the quantity is. Units of the dataset's own are not known to
/// the supply dataset.
fn ratio(
    data: &FlowData,
    reference: &Reference,
    terms: &Terms,
    product: &Product,
    kilogram: &Unit,
) -> Option<Exact> {
    if data.units.get(&terms.unit).is_some() {
        return None;
    }
    let unit = reference.units.unit(&terms.unit).ok()?;
    to_reference(product, &unit, None, kilogram).ok().map(|ratio| ratio.exact().clone())
}

fn unit_cost(place: usize, price: &TruePrice) -> UnitCost {
    let priced = price.indicators.iter().enumerate().filter(|(_, k)| k.is_priced);
    let lines: Vec<(usize, CostLine)> = priced
        .map(|(at, k)| {
            let line = CostLine {
                indicator: "",
                dimension: k.dimension,
                external: k.external().central,
                benefit: k.benefit().central,
                internalised: k.internalised().central,
                overpaid: k.overpaid().central,
            };
            (at, line)
        })
        .collect();
    let bound = lines.iter().map(|(_, l)| l.external + l.benefit + l.internalised + l.overpaid).sum();
    UnitCost { price: place, lines, bound }
}
