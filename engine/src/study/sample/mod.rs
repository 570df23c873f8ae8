//! Monte Carlo: how sure true prices are. Raw data are drawn, then allocated, solved and valued as ever.

mod compare;
mod key;
mod make;
mod middle;
mod plan;
mod summary;
mod work;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::progress::Progress;
use crate::data::reference::Reference;
use crate::pricing::{Prepared, Request, Run, TruePrices};
use crate::rollup::Unsound;
use crate::valuation::PriceLevel;

pub use compare::{Comparison, compare, compare_pairs};
pub use key::key;
pub use summary::{Statistics, statistics};

use plan::{Plan, used_columns};

/// Percentiles that are told unless somebody asks for others.
pub const PERCENTILES: [f64; 7] = [2.5, 5.0, 25.0, 50.0, 75.0, 95.0, 97.5];
/// Draws that are kept, in bytes.
const LIMIT: usize = 2 << 30;

/// What is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Vary {
    /// Data and factors.
    #[default]
    All,
    /// Data alone; factors stay central.
    Data,
    /// Factors alone; data stay as they are.
    Factors,
}

impl Vary {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Data => "data",
            Self::Factors => "factors",
        }
    }
}

/// How to sample.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Iterations.
    pub samples: usize,
    /// Seed.
    pub seed: u64,
    /// Percentiles, ascending, from 0 to 100.
    pub percentiles: Vec<f64>,
    /// What is drawn.
    pub vary: Vary,
    /// Pairs of products to compare, `product` or `product@origin`.
    pub versus: Vec<(String, String)>,
    /// Is the breakdown of the true prices wanted too?
    pub breakdown: bool,
    /// Threads; as many as there are if `None`. The draws do not hang on it.
    pub threads: Option<usize>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            samples: 1000,
            seed: 0,
            percentiles: PERCENTILES.to_vec(),
            vary: Vary::All,
            versus: Vec::new(),
            breakdown: false,
            threads: None,
        }
    }
}

/// How many data are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows of inputs.
    pub inputs: usize,
    /// Rows of processes: what they make.
    pub outputs: usize,
    /// Rows of interventions.
    pub interventions: usize,
    /// Factors with a range.
    pub factors: usize,
}

/// A product x origin that was sampled.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// Index in [`TruePrices::products`].
    pub index: usize,
    /// Its market price, which is not drawn.
    pub market: Option<f64>,
    /// Has it a gap? Otherwise nothing of it is priced.
    pub has_gap: bool,
    /// Which indicators are priced.
    pub priced: Vec<bool>,
}

/// What a draw is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Market price + gap.
    TruePrice,
    /// True price gap.
    Gap,
    /// External cost.
    External,
    /// Cost of an indicator, by its index; negative: a benefit.
    Indicator(usize),
}

/// The draws, of iterations that have a solution. Money in the currency and year of the true prices, as doubles: spread is an
/// estimate, and nothing is added up from it.
///
/// An iteration is kept as one number for each product x indicator that is priced or paid for: 8 bytes each. External cost and gap are
/// made of these when somebody asks.
#[derive(Clone, Debug)]
pub struct Samples {
    /// How they were asked for.
    pub asked: Asked,
    /// Products, in the order of the true prices.
    pub products: Vec<Sampled>,
    /// Ids of indicators, in the order of the true prices.
    pub indicators: Vec<String>,
    /// How many iterations were done.
    pub done: usize,
    /// Iterations without a solution that makes sense, with the reason: they count in no figure.
    pub failed: Vec<(usize, Unsound)>,
    /// The other iterations.
    pub iterations: Vec<usize>,
    /// How many data were drawn.
    pub counts: Counts,
    /// Warnings of data that have a distribution and stay as they are.
    pub not_drawn: usize,
    /// What came of them: for each product, its numbers.
    costs: Vec<Vec<f64>>,
    /// What the numbers of a product are: the cost of an indicator, or, beyond all of them, what is paid for one.
    columns: Vec<usize>,
    /// Do benefits cancel costs?
    netting: bool,
}

impl Samples {
    /// Was the work stopped before all was done?
    pub fn is_cut_short(&self) -> bool {
        self.done < self.asked.samples
    }

    /// Draws of a product, by iteration; `None`: there is nothing to draw.
    pub fn column(&self, product: usize, measure: Measure) -> Option<Vec<f64>> {
        let sampled = self.products.get(product).filter(|sampled| sampled.has_gap)?;
        let wide = self.columns.len();
        let own = self.costs.iter().map(|costs| &costs[product * wide..(product + 1) * wide]);
        let mut whole = vec![0.0; 2 * self.indicators.len()];
        let mut gap = |own: &[f64]| self.gap(own, &sampled.priced, &mut whole);
        Some(match measure {
            Measure::TruePrice => {
                let market = sampled.market?;
                own.map(|own| gap(own) + market).collect()
            }
            Measure::Gap => own.map(gap).collect(),
            Measure::External => own.map(|own| self.external(own)).collect(),
            Measure::Indicator(k) => match self.columns.binary_search(&k) {
                Ok(at) => own.map(|own| own[at]).collect(),
                Err(_) => vec![0.0; self.costs.len()],
            },
        })
    }

    /// External cost, by the rules of true prices.
    fn external(&self, own: &[f64]) -> f64 {
        let costs = self.columns.iter().zip(own).filter(|(column, _)| **column < self.indicators.len());
        costs.map(|(_, cost)| cost.max(0.0)).sum()
    }

    /// Gap, by the same rules; `whole` is room for costs and payments.
    fn gap(&self, own: &[f64], priced: &[bool], whole: &mut [f64]) -> f64 {
        for (value, column) in own.iter().zip(&self.columns) {
            whole[*column] = *value;
        }
        let (cost, paid) = whole.split_at(self.indicators.len());
        if self.netting {
            let priced = cost.iter().zip(paid).zip(priced).filter(|(_, is_priced)| **is_priced);
            return priced.map(|((cost, paid), _)| cost - paid).sum();
        }
        let internalised = |(cost, paid): (&f64, &f64)| paid.min(cost.max(0.0));
        self.external(own) - cost.iter().zip(paid).map(internalised).sum::<f64>()
    }
}

/// Prices a prepared dataset, and says how sure that is.
pub fn price(
    prepared: &Prepared,
    request: &Request,
    reference: &Reference,
    asked: &Asked,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<(TruePrices, Samples)> {
    let level = PriceLevel::new(reference, prepared.target, request.order, &request.overrides);
    let run = Run::new(prepared, request, reference, &level, progress, diagnostics)?;
    let prices = if asked.breakdown {
        run.true_prices(progress, diagnostics)?
    } else {
        run.prices_alone(progress, diagnostics)?
    };
    let samples = sample(&run, &prices, asked, progress, diagnostics)?;
    Some((prices, samples))
}

/// Draws samples of what was priced. Work that is stopped keeps what was finished; if nothing was, it ends with a diagnostic.
pub fn sample(
    run: &Run,
    prices: &TruePrices,
    asked: &Asked,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Samples> {
    let width = prices.products.len() * used_columns(run, prices).len();
    if width.saturating_mul(asked.samples).saturating_mul(8) > LIMIT {
        let message = format!(
            "{} samples of {} products are more draws than are kept: {width} numbers a sample, 2 GiB in all",
            asked.samples,
            prices.products.len()
        );
        let hint = "choose products (--product), or fewer samples";
        diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).hint(hint));
        return None;
    }
    let before = diagnostics.errors();
    let plan = Plan::new(run, prices, asked.vary, diagnostics);
    if diagnostics.errors() > before {
        return None;
    }
    if plan.counts == Counts::default() {
        let message = "nothing is drawn: no amount has a distribution, and no factor in use has a range";
        let hint = "state `distribution` in inputs or interventions; `docs/reference/datasets.md` says how";
        diagnostics.push(Diagnostic::warning(codes::MISSING_VALUE, message).hint(hint));
    }
    work::run(&plan, prices, run.request.netting, asked, progress, diagnostics)
}
