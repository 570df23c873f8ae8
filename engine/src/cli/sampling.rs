//! Flags of `price` that say how to sample, and Ctrl-C that keeps what was finished.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ValueEnum;

use crate::base::diagnostic::{Diagnostic, codes};
use crate::base::progress::{Progress, Stage};
use crate::study::sample::{Asked, PERCENTILES, Vary};

use super::progress::Bar;

/// What is drawn.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum VaryChoice {
    /// Data with a distribution, and factors with a range
    #[default]
    All,
    /// Data alone
    Data,
    /// Factors alone
    Factors,
}

/// How to sample.
#[derive(Debug, Default, clap::Args)]
pub struct SamplingArguments {
    /// Draw so many samples and say how sure the true prices are: mean, spread, percentiles, who is dearer than whom. Ctrl-C keeps those that are finished
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    pub samples: Option<u32>,
    /// Seed of the draws; the same seed gives the same draws on any machine
    #[arg(long, value_name = "SEED", default_value_t = 0, requires = "samples")]
    pub seed: u64,
    /// Percentiles to tell, with commas between; 2.5,5,25,50,75,95,97.5 if left out
    #[arg(long, value_name = "P,P", value_delimiter = ',', value_parser = percentile, requires = "samples")]
    pub percentiles: Vec<f64>,
    /// What to draw
    #[arg(long, value_enum, default_value_t, requires = "samples")]
    pub vary: VaryChoice,
    /// Say how likely the first product is dearer than the second, PRODUCT or PRODUCT@ORIGIN; may be repeated. All pairs of up to six products if left out
    #[arg(long, value_names = ["A", "B"], num_args = 2, requires = "samples")]
    pub versus: Vec<String>,
    /// With --out, write all draws too: `samples.parquet`
    #[arg(long, requires_all = ["samples", "out"])]
    pub draws: bool,
    /// How many threads draw; as many as the machine has if left out. The result is the same for any number
    #[arg(long, value_name = "N", requires = "samples")]
    pub threads: Option<NonZeroUsize>,
}

fn percentile(text: &str) -> Result<f64, String> {
    let value: Option<f64> = text.trim().parse().ok();
    value
        .filter(|p| (0.0..=100.0).contains(p))
        .ok_or_else(|| "a number from 0 to 100, such as 97.5".to_owned())
}

impl SamplingArguments {
    /// As the engine is asked, with or without breakdowns; `None`: no samples.
    pub fn asked(&self, breakdown: bool) -> Option<Asked> {
        let mut percentiles =
            if self.percentiles.is_empty() { PERCENTILES.to_vec() } else { self.percentiles.clone() };
        percentiles.sort_unstable_by(f64::total_cmp);
        percentiles.dedup();
        let (pairs, _) = self.versus.as_chunks::<2>();
        Some(Asked {
            samples: self.samples? as usize,
            seed: self.seed,
            percentiles,
            vary: match self.vary {
                VaryChoice::All => Vary::All,
                VaryChoice::Data => Vary::Data,
                VaryChoice::Factors => Vary::Factors,
            },
            versus: pairs.iter().map(|[a, b]| (a.clone(), b.clone())).collect(),
            breakdown,
            threads: self.threads.map(NonZeroUsize::get),
        })
    }
}

static STOPPED: AtomicBool = AtomicBool::new(false);

/// A bar that Ctrl-C stops. A second one ends the program at once.
pub(super) struct Interruptible {
    bar: Bar,
}

impl Interruptible {
    /// Listens from now on.
    pub(super) fn new() -> Result<Self, Diagnostic> {
        let heard = || {
            if STOPPED.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        };
        let failed = |error: ctrlc::Error| {
            Diagnostic::error(codes::UNREADABLE, format!("Ctrl-C cannot be listened to: {error}"))
        };
        ctrlc::set_handler(heard).map_err(failed)?;
        Ok(Self { bar: Bar::new() })
    }

    /// Takes the bar away.
    pub(super) fn done(&self) {
        self.bar.done();
    }
}

impl Progress for Interruptible {
    fn tick(&self, stage: Stage, done: usize, total: usize) -> bool {
        self.bar.tick(stage, done, total) && !STOPPED.load(Ordering::Relaxed)
    }
}
