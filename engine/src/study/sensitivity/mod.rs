//! What moves a true price: its derivative to every datum that it rests on, by one solve against the chain and one along
//! it.

mod adjoint;
mod allocated;
mod datum;
mod effects;
mod lanes;
mod makers;
mod money;
mod of;
mod rank;
mod row;
mod said;
mod spread;
mod sweep;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::progress::Progress;
use crate::base::region::Location;
use crate::data::reference::Reference;
use crate::pricing::prepare::origin_of;
use crate::pricing::{Lineage, Prepared, Request, Run, TruePrice};
use crate::valuation::{PriceLevel, Target};

use adjoint::Adjoint;
use effects::Effects;
use of::Value;
use rank::Ranking;

pub use datum::{Datum, Prices};
pub use of::Of;
pub use rank::{By, RankedBy};
pub use row::Row;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Product.
    pub product: String,
    /// Of what; the true price if there is one, else the gap.
    pub of: Option<Of>,
    /// What ranks data; what makes the result unsure where a spread is known, and |elasticity| where none is, if nobody says.
    pub by: Option<By>,
    /// How many rows of each ranking are listed; `None`: all.
    pub top: Option<usize>,
}

/// What moves a result, the strongest first.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// Product.
    pub product: String,
    /// Name.
    pub name: String,
    /// Place it is made in.
    pub origin: String,
    /// Reference unit.
    pub per: String,
    /// Of what.
    pub of: Of,
    /// What it is, per reference unit; `None`: there is none, because no price is known.
    pub value: Option<f64>,
    /// Unit of the value: the currency of the report, or the unit of an indicator.
    pub unit: String,
    /// Its standard deviation to first order, from data whose spread is known; `None`: there are none.
    pub deviation: Option<f64>,
    /// How many such data move it.
    pub unsure: usize,
    /// What was asked for.
    pub by: Option<By>,
    /// Currency and price year of all money.
    pub target: Target,
    /// Data by ranking, the strongest first.
    pub rows: Vec<Row>,
    /// How many data there are, by ranking.
    pub counts: Vec<(RankedBy, usize)>,
    /// Where everything comes from.
    pub lineage: Lineage,
}

impl Question {
    /// A request that fits it: of a footprint nobody needs factors.
    #[must_use]
    pub fn fitted(&self, request: Request) -> Request {
        let physical = matches!(self.of, Some(Of::Footprint(_)));
        Request { physical, without_money: physical, ..request }
    }
}

/// Finds what moves a result of one product.
pub fn sensitivity(
    prepared: &Prepared,
    request: &Request,
    reference: &Reference,
    question: &Question,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Sensitivity> {
    let request = Request { products: vec![question.product.clone()], ..request.clone() };
    let level = PriceLevel::new(reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(prepared, &request, reference, &level, progress, diagnostics)?;
    let prices = run.prices_alone(progress, diagnostics)?;
    let price = chosen(&prices.products, question, &request, diagnostics)?;
    let of = question.of.clone().unwrap_or(if price.market.is_some() { Of::TruePrice } else { Of::Gap });
    let point = prepared.chain.points.iter().position(|point| {
        let own = &prepared.supply.products[point.product];
        let place = if point.origin == Location::Origin { origin_of(&request) } else { point.origin.clone() };
        own.id == price.product && place == price.origin
    })?;
    let value = Value::of(&of, price, prepared.target, diagnostics)?;
    if value.amount.is_some_and(|amount| !amount.is_finite()) {
        diagnostics.push(run.too_large(point, "the footprint", of.indicator()));
        return None;
    }
    let adjoint =
        Adjoint::new(&run, &level, point, &of, price, reference.units.unit("kg").ok()?, diagnostics)?;
    let mut effects = Effects::new(&adjoint.lanes);
    adjoint.sweep(&mut effects);
    if of == Of::TruePrice {
        adjoint.market(price, &mut effects);
    }
    let ranking = Ranking::new(&adjoint, effects, value.amount, question.by);
    let (rows, counts) = ranking.listed(&adjoint, question.top);
    Some(Sensitivity {
        product: price.product.clone(),
        name: price.name.clone(),
        origin: price.origin.to_string(),
        per: price.unit.clone(),
        of,
        value: value.amount,
        unit: value.unit,
        deviation: ranking.deviation,
        unsure: ranking.unsure,
        by: question.by,
        target: prepared.target,
        rows,
        counts,
        lineage: prices.lineage,
    })
}

/// The product at the origin that is meant.
fn chosen<'a>(
    products: &'a [TruePrice],
    question: &Question,
    request: &Request,
    diagnostics: &mut Diagnostics,
) -> Option<&'a TruePrice> {
    if let [only] = products {
        return Some(only);
    }
    let id = &question.product;
    let asked = request.origin.as_ref();
    let found = asked.and_then(|origin| products.iter().find(|price| price.origin.to_string() == *origin));
    if found.is_none() {
        let origins: Vec<String> = products.iter().map(|price| price.origin.to_string()).collect();
        let (code, message, hint) = if products.is_empty() {
            let message = format!("nothing makes `{id}`: it has no true price");
            (codes::NO_PROCESS, message, "add a process that makes it".to_owned())
        } else {
            let message = format!("`{id}` is made in {}: which one?", origins.join(", "));
            (codes::MISSING_CHOICE, message, format!("--origin {}", origins[0]))
        };
        diagnostics.push(Diagnostic::error(code, message).hint(hint));
    }
    found
}
