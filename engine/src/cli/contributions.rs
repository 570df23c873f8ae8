//! `truecost contributions`.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::source::{Library, Source};
use crate::data::write::{Batch, not_a_dataset};
use crate::pricing::{Request, prepare};
use crate::report::{columns, contribution, json};
use crate::study::contribution::{Asked, By, CUTOFF, Cut, LISTED, MOST_TIERS, Measure, TIERS, answer};

use super::arguments::Format;
use super::outcome::{Outcome, note, print, settle};
use super::supply::asked;
use super::valuing::ValuingArguments;

/// Arguments of `contributions`.
#[derive(Debug, clap::Args)]
pub struct ContributionsArguments {
    /// Folder of a supply dataset
    pub dataset: PathBuf,
    /// Id of a product
    pub product: String,
    /// Only where it is made in this place
    #[arg(long, value_name = "REGION")]
    pub made_in: Option<String>,
    /// What is divided: `total` for the external cost, the id of an indicator for its footprint, which needs no factors, and
    /// its cost, or `all`
    #[arg(long, value_name = "ID|total|all", default_value = "total")]
    pub indicator: String,
    /// What it is divided by
    #[arg(long, value_enum, default_value_t = Parts::Stage)]
    pub by: Parts,
    /// The last supplier tier that is told from deeper ones
    #[arg(long, value_name = "N", default_value_t = TIERS, value_parser = tiers)]
    pub tiers: usize,
    /// List only the N largest parts, the others together, and the N largest paths; all parts and 100 paths if left out
    #[arg(long, value_name = "N")]
    pub top: Option<NonZeroUsize>,
    /// Structural paths: which way through the chain the contributions of single processes come
    #[arg(long)]
    pub paths: bool,
    /// The share of the whole, 0 to 1, that a path has to contribute itself to be listed
    #[arg(long, value_name = "SHARE", default_value_t = CUTOFF, value_parser = share, requires = "paths")]
    pub cutoff: f64,
    /// File to draw the chain into: .svg, or .json for a specification of Vega
    #[arg(long, value_name = "FILE")]
    pub sankey: Option<PathBuf>,
    /// How to value it
    #[command(flatten)]
    pub valuing: ValuingArguments,
    /// File to write the result to: .csv, .parquet or .json
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// What the parts are.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Parts {
    /// Stages of the chain
    Stage,
    /// Processes
    Process,
    /// Regions of the processes
    Region,
    /// Supplier tiers: 0 makes the product, 1 supplies tier 0, and so on
    Tier,
}

fn tiers(text: &str) -> Result<usize, String> {
    let tiers = text.parse().ok().filter(|tiers| *tiers <= MOST_TIERS);
    tiers.ok_or_else(|| format!("a whole number from 0 to {MOST_TIERS}"))
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "a share from 0 to 1, such as 0.01".to_owned())
}

impl ContributionsArguments {
    fn asked(&self) -> Asked {
        let top = self.top.map(NonZeroUsize::get);
        Asked {
            by: match self.by {
                Parts::Stage => By::Stage,
                Parts::Process => By::Process,
                Parts::Region => By::Region,
                Parts::Tier => By::Tier,
            },
            measure: Measure::parse(&self.indicator),
            tiers: self.tiers,
            top,
            made_in: self.made_in.clone(),
            paths: self.paths.then(|| Cut { share: self.cutoff, most: top.unwrap_or(LISTED) }),
        }
    }
}

/// Divides what a product costs and causes.
pub(super) fn run(arguments: &ContributionsArguments, library: &Library) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let source = Source::at(&arguments.dataset);
    let choices = arguments.valuing.choices(std::slice::from_ref(&arguments.product));
    let (supply, request, reference) = asked(source, &choices, library, &mut diagnostics);
    let request = Request { physical: arguments.asked().measure.is_physical(), ..request };
    let prepared = supply.and_then(|s| prepare(s, &request, library, &reference, &mut diagnostics));
    let found =
        prepared.and_then(|p| answer(&p, &request, &reference, &arguments.asked(), &(), &mut diagnostics));
    let found = settle(found, diagnostics)?;
    let mut files = Batch::files();
    let list = arguments.valuing.terms.prices.as_deref().unwrap_or_default();
    if let (Some(out), Some(sankey)) = (&arguments.out, &arguments.sankey)
        && out == sankey
    {
        let message = "the result and the drawing have the same name";
        return Err(Diagnostic::error(codes::UNWRITABLE, message)
            .hint("give one of them another name")
            .into());
    }
    if let Some(out) = &arguments.out {
        add(&mut files, out, &contribution::encoded(out, &found)?)?;
    }
    if let Some(sankey) = &arguments.sankey {
        add(&mut files, sankey, &contribution::drawn(sankey, &found)?)?;
    }
    for read in [arguments.dataset.as_path(), Path::new(list)] {
        files.spare(read)?;
    }
    print(&match arguments.format {
        Format::Table => contribution::table(&found),
        Format::Csv if arguments.paths => text(&columns::csv(&contribution::paths(&found))),
        Format::Csv => text(&columns::csv(&contribution::parts(&found))),
        Format::Json => json::text(&contribution::json(&found)),
    })?;
    for written in files.commit()? {
        note(&format!("wrote {}", written.display()));
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Adds a file, never among the tables of a dataset.
fn add(files: &mut Batch, path: &Path, bytes: &[u8]) -> Outcome {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    not_a_dataset(folder)?;
    files.add(&path.to_string_lossy(), bytes)?;
    Ok(())
}
