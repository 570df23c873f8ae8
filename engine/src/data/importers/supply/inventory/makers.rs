//! Who makes what: looked at before anything is written, for whoever takes something must know from whom.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::data::importers::names::Names;

use super::model::{FlowTable, Kind, Record};

/// A process that makes a flow.
#[derive(Clone, Debug)]
pub(in super::super) struct Maker {
    /// Its place among all processes.
    pub(in super::super) process: usize,
    pub(in super::super) flow: usize,
    /// It states an amount below 0: it treats what others make too much of.
    pub(in super::super) is_treatment: bool,
    /// Our product.
    pub(in super::super) product: String,
    /// Name of our product.
    pub(in super::super) name: String,
}

/// What must be known of every process.
#[derive(Clone, Debug)]
struct Header {
    name: String,
    location: String,
    activity: String,
    is_result: bool,
}

/// All processes and what they make.
#[derive(Debug, Default)]
pub(in super::super) struct Makers {
    headers: Vec<Header>,
    by_key: FxHashMap<String, usize>,
    activities: BTreeSet<String>,
    all: Vec<Maker>,
    by_link: FxHashMap<String, Vec<usize>>,
    /// Elementary flows that are taken in, and those that are put out.
    taken: BTreeSet<usize>,
    put: BTreeSet<usize>,
    names: Names,
}

/// From whom something is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// From this maker.
    Maker(usize),
    /// From this one of several, none of which is stated.
    Chosen(usize),
    /// From nobody: why.
    Nobody(&'static str),
}

impl Makers {
    /// Looks at a process.
    pub(super) fn add(&mut self, record: &Record, flows: &FlowTable, diagnostics: &mut Diagnostics) {
        let process = self.headers.len();
        if self.by_key.insert(record.key.clone(), process).is_some() {
            let message = format!("there are two processes `{}`", record.key);
            let hint = "each process has an id of its own; keep one of the two files";
            let place = record.place.clone();
            diagnostics.push(Diagnostic::error(codes::DUPLICATE_KEY, message).at(place).hint(hint));
        }
        self.activities.insert(record.activity.clone());
        self.headers.push(Header {
            name: record.name.clone(),
            location: record.location.clone(),
            activity: record.activity.clone(),
            is_result: record.is_result,
        });
        for exchange in &record.exchanges {
            if flows.get(exchange.flow).kind == Kind::Elementary {
                let direction = if exchange.is_input { &mut self.taken } else { &mut self.put };
                direction.insert(exchange.flow);
            }
        }
        for made in record.made(flows) {
            self.all.push(Maker {
                process,
                flow: made.flow,
                is_treatment: made.amount < 0.0,
                product: String::new(),
                name: String::new(),
            });
        }
    }

    /// Does nobody make anything?
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Gives each product its id, once all are known.
    pub(super) fn settle(&mut self, flows: &FlowTable) {
        for (at, maker) in self.all.iter().enumerate() {
            self.by_link.entry(flows.get(maker.flow).link.clone()).or_default().push(at);
        }
        for maker in &mut self.all {
            let flow = flows.get(maker.flow);
            let is_treatment = maker.is_treatment || flow.kind == Kind::Waste;
            let name = if is_treatment { format!("treatment of {}", flow.name) } else { flow.name.clone() };
            maker.product = self.names.fresh(&name);
            let others = self.by_link.get(&flow.link).map_or(0, Vec::len);
            let process = &self.headers[maker.process].name;
            maker.name =
                if others > 1 && *process != flow.name { format!("{name}, from {process}") } else { name };
        }
    }

    /// A maker.
    pub(super) fn maker(&self, at: usize) -> &Maker {
        &self.all[at]
    }

    /// What a process makes of a flow.
    pub(super) fn of(&self, key: &str, flow: usize) -> Option<&Maker> {
        let process = *self.by_key.get(key)?;
        self.all
            .iter()
            .skip(self.all.partition_point(|maker| maker.process < process))
            .find(|maker| maker.process == process && maker.flow == flow)
    }

    /// The id of a product that nobody makes.
    pub(super) fn unmade(&mut self, link: &str, unit: &str, name: &str) -> String {
        self.names.id(&format!("{link}\n{unit}"), name)
    }

    /// Flows that are taken from nature and never given to it, sorted.
    pub(super) fn only_taken(&self) -> Vec<usize> {
        self.taken.difference(&self.put).copied().collect()
    }

    /// From whom a flow of a link is taken: the process that is stated, the only one, or of several the one of the same
    /// place, one activity before a result, the first in the order of the source. `fits`: can it be that maker?
    pub(super) fn find(
        &self,
        link: &str,
        provider: Option<&str>,
        stated: Option<&str>,
        own: &str,
        fits: &dyn Fn(&Maker) -> bool,
    ) -> Found {
        let linked = self.by_link.get(link).map(Vec::as_slice).unwrap_or_default();
        let candidates: Vec<usize> = linked.iter().copied().filter(|at| fits(&self.all[*at])).collect();
        let header = |at: usize| &self.headers[self.all[at].process];
        if let Some(provider) = provider {
            if !self.activities.contains(provider) {
                return Found::Nobody("its stated provider is not in the source");
            }
            let found = candidates.iter().find(|at| header(**at).activity == provider);
            return found
                .map_or(Found::Nobody("its stated provider makes none of it"), |at| Found::Maker(*at));
        }
        let location = stated.unwrap_or(own);
        let here: Vec<usize> =
            candidates.iter().copied().filter(|at| header(*at).location == location).collect();
        match (candidates.as_slice(), here.as_slice()) {
            ([], _) if !linked.is_empty() => {
                Found::Nobody("it is made in a unit that its own does not convert to")
            }
            ([], _) => Found::Nobody("nothing in the source makes it"),
            ([only], _) if stated.is_none_or(|stated| stated == header(*only).location) => {
                Found::Maker(*only)
            }
            (_, [only]) if stated.is_some() => Found::Maker(*only),
            _ => {
                let rank = |at: &&usize| (header(**at).location != location, header(**at).is_result, **at);
                candidates.iter().min_by_key(rank).map_or(Found::Nobody(""), |at| Found::Chosen(*at))
            }
        }
    }
}
