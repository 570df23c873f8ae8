//! Monte Carlo: how sure true prices are. Raw data are drawn, then allocated, solved and valued as ever.

mod compare;
mod key;
mod plan;
mod summary;
mod work;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::progress::Progress;
use crate::data::reference::Reference;
use crate::pricing::{Prepared, Request, Run, TruePrices};
use crate::rollup::Unsound;
use crate::valuation::PriceLevel;

pub use compare::{Comparison, compare};
pub use key::key;
pub use summary::{Statistics, statistics};

use plan::Plan;

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
    /// Their draws: for each product external cost, gap, and the cost of each indicator.
    pub draws: Vec<Vec<f64>>,
    /// How many data were drawn.
    pub counts: Counts,
    /// Warnings of data that have a distribution and stay as they are.
    pub not_drawn: usize,
}

impl Samples {
    /// Was the work stopped before all was done?
    pub fn is_cut_short(&self) -> bool {
        self.done < self.asked.samples
    }

    /// Draws of a product, by iteration; `None`: there is nothing to draw.
    pub fn column(&self, product: usize, measure: Measure) -> Option<Vec<f64>> {
        let sampled = self.products.get(product)?;
        let at = product * (2 + self.indicators.len());
        let (offset, plus) = match measure {
            Measure::External => (0, 0.0),
            Measure::Gap => (1, 0.0),
            Measure::TruePrice => (1, sampled.market?),
            Measure::Indicator(k) => (2 + k, 0.0),
        };
        sampled.has_gap.then(|| self.draws.iter().map(|draw| draw[at + offset] + plus).collect())
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
    let prices = run.true_prices(progress, diagnostics)?;
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
    let width = prices.products.len() * (2 + prices.products.first().map_or(0, |p| p.indicators.len()));
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
    let plan = Plan::new(run, prices, asked.vary, diagnostics)?;
    if diagnostics.errors() > before {
        return None;
    }
    if plan.counts == Counts::default() {
        let message = "nothing is drawn: no amount has a distribution, and no factor in use has a range";
        let hint = "state `distribution` in inputs or interventions; `docs/reference/datasets.md` says how";
        diagnostics.push(Diagnostic::warning(codes::MISSING_VALUE, message).hint(hint));
    }
    work::run(&plan, run, prices, asked, progress, diagnostics)
}
