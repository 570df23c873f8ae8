//! Multipliers of a whole economy: what a unit of final demand for each sector causes along its chain,
//! `M = S (I - A)^-1`.

use std::num::NonZeroUsize;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::progress::{Progress, stopped};
use crate::data::importers::supply::{EconomySector, Stressor};
use crate::rollup::dense::{self, DenseError, Order, Requirements};

/// Sectors that a message names.
const NAMED: usize = 3;

/// Sectors and stressors of an economy, and its numbers where they lie.
#[derive(Clone, Copy, Debug)]
pub struct System<'a> {
    /// What diagnostics call it.
    pub source: &'a str,
    /// Sectors, in the order of the columns.
    pub sectors: &'a [EconomySector],
    /// Stressors.
    pub stressors: &'a [Stressor],
    /// `A`: what a unit of each sector takes of each.
    pub requirements: &'a [f64],
    /// How `A` lies.
    pub order: Order,
    /// `S`: `intensities[k * sectors + i]` is how much of stressor `k` a unit of sector `i` causes.
    pub intensities: &'a [f64],
}

/// Which sectors to keep of the answer; all of what is empty.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Names of sectors, in any region.
    pub sectors: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
}

/// Multipliers of stressors x sectors.
#[derive(Clone, Debug)]
pub struct Multipliers {
    /// Sectors.
    pub sectors: Vec<EconomySector>,
    /// Stressors.
    pub stressors: Vec<Stressor>,
    /// `values[k * sectors + i]`: how much of stressor `k` a unit of final demand for sector `i` causes.
    pub values: Vec<f64>,
    /// A bound on the error of each.
    pub bounds: Vec<f64>,
    /// Of each stressor: are its bounds proved, or estimates?
    pub proved: Vec<bool>,
}

impl Multipliers {
    /// Bounds relative to what they are of; the widest of all that are proved.
    pub fn widest(&self) -> f64 {
        (0..self.stressors.len()).filter(|k| self.proved[*k]).map(|k| self.widest_of(k)).fold(0.0, f64::max)
    }

    /// The same of one stressor, proved or not.
    pub fn widest_of(&self, stressor: usize) -> f64 {
        let own = stressor * self.sectors.len()..(stressor + 1) * self.sectors.len();
        let pairs = self.values[own.clone()].iter().zip(&self.bounds[own]);
        pairs.filter(|(v, _)| **v != 0.0).map(|(v, bound)| bound / v.abs()).fold(0.0, f64::max)
    }

    /// The values of a stressor, one a sector.
    pub fn of(&self, stressor: usize) -> &[f64] {
        &self.values[stressor * self.sectors.len()..(stressor + 1) * self.sectors.len()]
    }
}

/// Which sectors are kept. Names that nothing has are reported.
pub fn kept(
    sectors: &[EconomySector],
    asked: &Kept,
    source: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<usize>> {
    let before = diagnostics.errors();
    let mut check = |what: &str, names: &[String], get: fn(&EconomySector) -> &str| {
        for name in names.iter().filter(|name| !sectors.iter().any(|sector| get(sector) == **name)) {
            let near = diagnostics.nearest(name, sectors.iter().map(get));
            let hint = near.or(sectors.first().map(get)).unwrap_or_default();
            let hint =
                if near.is_some() { format!("did you mean `{hint}`?") } else { format!("such as `{hint}`") };
            let diagnostic = Diagnostic::error(codes::NOT_FOUND, format!("there is no {what} `{name}`"));
            diagnostics.push(diagnostic.at(Place::file(source)).hint(hint));
        }
    };
    check("sector", &asked.sectors, |sector| &sector.name);
    check("region", &asked.regions, |sector| &sector.region);
    if diagnostics.errors() > before {
        return None;
    }
    let is = |names: &[String], name: &String| names.is_empty() || names.contains(name);
    let found = sectors.iter().enumerate();
    let found =
        found.filter(|(_, s)| is(&asked.sectors, &s.name) && is(&asked.regions, &s.region)).map(|(at, _)| at);
    let found: Vec<usize> = found.collect();
    if found.is_empty() {
        let message = "no sector is left: none of those named is in one of the regions named";
        diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).at(Place::file(source)));
        return None;
    }
    Some(found)
}

/// Solves for all stressors. All sectors are solved; of some of them the answer is kept.
pub fn multipliers(
    system: &System<'_>,
    asked: &Kept,
    threads: Option<NonZeroUsize>,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Multipliers> {
    let kept = kept(system.sectors, asked, system.source, diagnostics)?;
    let threads = threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let of = Requirements {
        matrix: system.requirements,
        order: system.order,
        intensities: system.intensities,
        products: system.sectors.len(),
    };
    let found = match dense::multipliers(of, threads, progress) {
        Ok(found) => found,
        Err(error) => {
            diagnostics.push(refused(system, &error));
            return None;
        }
    };
    for (stressor, _) in system.stressors.iter().zip(&found.proved).filter(|(_, proved)| !**proved) {
        let message = format!("the bounds of `{}` are estimates: the tables hold credits", stressor.name);
        let hint = "look at the negative numbers of `Z` or `A`: they add up to as much as is made, or more";
        let place = Place::file(system.source);
        diagnostics.push(Diagnostic::warning(codes::NOT_CERTIFIED, message).at(place).hint(hint));
    }
    let n = system.sectors.len();
    let picked = |all: Vec<f64>| -> Vec<f64> {
        if kept.len() == n {
            return all;
        }
        all.chunks(n).flat_map(|column| kept.iter().map(|at| column[*at])).collect()
    };
    Some(Multipliers {
        values: picked(found.values),
        bounds: picked(found.bounds),
        sectors: kept.iter().map(|at| system.sectors[*at].clone()).collect(),
        stressors: system.stressors.to_vec(),
        proved: found.proved,
    })
}

/// What is wrong, with the sectors that take most.
fn refused(system: &System<'_>, error: &DenseError) -> Diagnostic {
    let place = Place::file(system.source);
    match error {
        DenseError::Stopped => stopped(),
        DenseError::Shape(message) => Diagnostic::error(codes::RAGGED_ROW, message.clone()).at(place),
        DenseError::NotFinite { .. } => Diagnostic::error(codes::NOT_A_NUMBER, error.to_string()).at(place),
        DenseError::NotProductive | DenseError::Singular => {
            let message = match error {
                DenseError::Singular => {
                    "the equations have no single solution: sectors use up as much of each other as they make"
                }
                _ => {
                    "the economy is not productive: its sectors use up as much of each other as they make, or more"
                }
            };
            let most: Vec<String> = takers(system)
                .into_iter()
                .map(|(at, taken)| {
                    let sector = &system.sectors[at];
                    let region =
                        if sector.region.is_empty() { String::new() } else { format!("{}, ", sector.region) };
                    format!("`{region}{}` takes {} of its output", sector.name, short(taken))
                })
                .collect();
            let hint = format!("those that take most: {}", most.join("; "));
            Diagnostic::error(codes::NOT_PRODUCTIVE, message).at(place).hint(hint)
        }
    }
}

/// A ratio for people: two decimals where it has so few digits.
fn short(value: f64) -> String {
    if (0.01..1e6).contains(&value.abs()) { format!("{value:.2}") } else { format!("{value:.2e}") }
}

/// The sectors whose inputs add up to most of their output.
fn takers(system: &System<'_>) -> Vec<(usize, f64)> {
    let n = system.sectors.len();
    let mut sums = vec![0.0; n];
    for (line, numbers) in system.requirements.chunks(n.max(1)).enumerate() {
        match system.order {
            Order::Rows => sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number),
            Order::Columns => sums[line] = numbers.iter().sum(),
        }
    }
    let mut order: Vec<(usize, f64)> = sums.into_iter().enumerate().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order.truncate(NAMED);
    order
}
