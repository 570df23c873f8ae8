//! What people earn and need: workers, households, what they made, and benchmarks, read together.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostics;
use crate::data::manifest::Manifest;
use crate::data::reference::Reference;
use crate::data::schema;
use crate::data::source::Opened;

use super::benchmarks::{self, Benchmark};
use super::farms::{self, Farm};
use super::households::{self, Household};
use super::output::{self, Output};
use super::workers::{self, Worker};

/// The tables of a co-op that say what people earn and need.
#[derive(Clone, Debug)]
pub struct LivingData {
    /// Name of the dataset.
    pub name: String,
    /// Its manifest.
    pub manifest: Manifest,
    /// Content hash of these tables.
    pub hash: String,
    /// Workers, by id.
    pub workers: Vec<Worker>,
    /// Households, by id.
    pub households: Vec<Household>,
    /// What was made.
    pub output: Vec<Output>,
    /// Own benchmarks.
    pub benchmarks: BTreeMap<String, Benchmark>,
    /// Ids of rows of own benchmarks, those with a problem too.
    pub benchmark_ids: BTreeSet<String>,
    /// Farms, by id.
    pub farms: Vec<Farm>,
}

impl LivingData {
    /// Reads the tables that are there; every problem of every table is reported.
    pub fn read(mut opened: Opened, reference: &Reference, diagnostics: &mut Diagnostics) -> Self {
        let settings = opened.manifest.coop.clone();
        let workers = workers::table(&mut opened, &settings, diagnostics);
        let households = households::table(&mut opened, &settings, &reference.units, diagnostics);
        let output = output::table(&mut opened, &reference.units, diagnostics);
        let benchmarks = benchmarks::table(&mut opened, &reference.regions, diagnostics);
        let ids =
            opened.read(&schema::BENCHMARKS, &(), &mut Diagnostics::new(), |bound, _| bound.texts("id"));
        let farms = farms::table(&mut opened, &reference.units, diagnostics);
        Self {
            name: opened.source.name.clone(),
            hash: opened.hash(),
            manifest: opened.manifest,
            workers,
            households,
            output,
            benchmarks,
            benchmark_ids: ids.flatten().unwrap_or_default(),
            farms,
        }
    }
}
