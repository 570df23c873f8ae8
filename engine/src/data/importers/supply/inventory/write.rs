//! Writes processes into the tables of a supply dataset, one by one.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::float::Double;
use crate::data::importers::Told;
use crate::data::importers::names::Names;
use crate::data::importers::supply::amount::{Amount, calculated};
use crate::data::importers::supply::draft::{Draft, Of};
use crate::data::importers::supply::units::spelt;
use crate::data::reference::Reference;

use super::Choices;
use super::makers::{Found, Maker, Makers};
use super::model::{Exchange, FlowTable, Kind, Made, Record, Sharing};
use super::spread::Spread;
use super::targets::{Targets, Work};

/// The property that carries shares that the source states.
const SHARE: &str = "stated-share";

/// Amounts of one row, added up.
#[derive(Clone, Debug, Default)]
struct Sum {
    amount: Double,
    count: usize,
    spread: Spread,
    note: String,
}

impl Sum {
    fn add(&mut self, amount: f64, spread: Spread) {
        self.amount = self.amount.plus_f64(amount);
        self.count += 1;
        if self.count == 1 || self.spread.is_empty() {
            self.spread = spread;
        }
    }
}

/// A product that is taken in, and whether it is cut off.
type Taken = (String, bool);

/// One row, or several, of `processes`, with what it takes in and causes.
struct Column {
    id: String,
    /// What of each exchange is its own; `None`: all.
    shares: Option<BTreeMap<usize, f64>>,
    inputs: BTreeMap<Taken, (Sum, String)>,
    interventions: BTreeMap<usize, Sum>,
}

/// The dataset on its way.
pub(super) struct Writer<'a, 'b> {
    draft: Draft<'b>,
    makers: Makers,
    targets: Targets,
    choices: &'a Choices,
    reference: &'a Reference,
    processes: Names,
    products: BTreeSet<String>,
    cut: BTreeMap<&'static str, (usize, BTreeSet<String>)>,
    chosen: (usize, BTreeSet<String>),
    lost_spreads: usize,
    /// Numbers other than 0 without a digit among those that are kept.
    small: Cell<usize>,
}

impl<'a, 'b> Writer<'a, 'b> {
    pub(super) fn new(
        draft: Draft<'b>,
        makers: Makers,
        targets: Targets,
        choices: &'a Choices,
        reference: &'a Reference,
    ) -> Self {
        Self {
            draft,
            makers,
            targets,
            choices,
            reference,
            processes: Names::default(),
            products: BTreeSet::new(),
            cut: BTreeMap::new(),
            chosen: (0, BTreeSet::new()),
            lost_spreads: 0,
            small: Cell::new(0),
        }
    }

    /// Writes a process.
    pub(super) fn process(
        &mut self,
        record: &Record,
        flows: &FlowTable,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) {
        let made = record.made(flows);
        if made.is_empty() {
            let reason = "of processes that make nothing, or several things of which none is the reference";
            told.leave_many(reason, record.place.clone(), record.exchanges.len());
            if record.exchanges.is_empty() {
                told.tally("processes without any exchange were left out");
            }
            return;
        }
        let mut columns = self.columns(record, &made, flows, diagnostics);
        for (at, exchange) in record.exchanges.iter().enumerate() {
            let kind = flows.get(exchange.flow).kind;
            if kind == Kind::Elementary {
                self.causes(at, exchange, record, &mut columns, flows, told, diagnostics);
            } else if Record::provides(exchange, kind) {
                if made.iter().any(|made| made.flow == exchange.flow) {
                    told.take("processes");
                } else if exchange.amount == 0.0 {
                    told.leave("outputs of 0", record.place.clone());
                } else {
                    let reason =
                        "co-products: no share is stated, the reference product of their process bears all";
                    told.leave(reason, record.place.clone());
                }
            } else {
                self.takes(at, exchange, record, &mut columns, flows, told, diagnostics);
            }
        }
        for column in columns {
            self.rows(column, record, diagnostics);
        }
    }

    /// Rows of `processes`, and what has to be filled in for them.
    fn columns(
        &mut self,
        record: &Record,
        made: &[Made],
        flows: &FlowTable,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Column> {
        let column = |id: String, shares| Column {
            id,
            shares,
            inputs: BTreeMap::new(),
            interventions: BTreeMap::new(),
        };
        let id = self.processes.fresh(&record.name);
        match &record.sharing {
            Sharing::Causal(shares) if made.len() > 1 => made
                .iter()
                .map(|one| {
                    let id = self.processes.fresh(&format!("{id}.{}", flows.get(one.flow).name));
                    self.output(&id, record, one, "none", flows, diagnostics);
                    column(id, Some(shares.get(&one.flow).cloned().unwrap_or_default()))
                })
                .collect(),
            Sharing::Shares(_, shares) if made.len() > 1 => {
                let rule = format!("physical:{SHARE}");
                for one in made {
                    let product = self.output(&id, record, one, &rule, flows, diagnostics);
                    let share = shares.get(&one.flow).copied().unwrap_or_default() / one.amount.abs();
                    let text = self.number(share, record, "the share of a product", diagnostics);
                    self.draft.row(Of::Properties, [&product, &id, SHARE, &text, "1", &record.source]);
                }
                vec![column(id, None)]
            }
            _ => {
                self.output(&id, record, &made[0], "", flows, diagnostics);
                vec![column(id, None)]
            }
        }
    }

    /// A row of `processes`, and of `products`; gives the product.
    fn output(
        &mut self,
        id: &str,
        record: &Record,
        made: &Made,
        rule: &str,
        flows: &FlowTable,
        diagnostics: &mut Diagnostics,
    ) -> String {
        let flow = flows.get(made.flow);
        let (product, name) = self
            .makers
            .of(&record.key, made.flow)
            .map(|maker| (maker.product.clone(), maker.name.clone()))
            .unwrap_or_default();
        let unit = spelt(&flow.unit, None, &self.reference.units).unit;
        let mass =
            flow.mass_kg.map(|mass| self.number(mass, record, "a mass", diagnostics)).unwrap_or_default();
        if self.products.insert(product.clone()) {
            self.draft.row(Of::Products, [&product, &name, &unit, &mass, &flow.compartment]);
        }
        let amount = self.number(made.amount.abs(), record, "the amount of a product", diagnostics);
        let stage = if record.category.is_empty() { "" } else { &record.category };
        let cells = [id, &product, &amount, &unit, &record.region, "", stage, &record.source, rule];
        self.draft.row(Of::Processes, cells);
        product
    }

    /// A number as a table keeps it.
    fn number(&self, value: f64, record: &Record, what: &str, diagnostics: &mut Diagnostics) -> String {
        match calculated(value) {
            Amount::Kept(text) => text.into_owned(),
            Amount::Zero => "0".to_owned(),
            Amount::TooSmall => {
                self.small.set(self.small.get() + 1);
                "0".to_owned()
            }
            Amount::TooLarge | Amount::NotANumber => {
                let message = format!("{what} of `{}` is {value}: a table does not keep it", record.name);
                let place = record.place.clone();
                diagnostics.push(Diagnostic::error(codes::OVERFLOW, message).at(place));
                "0".to_owned()
            }
        }
    }

    /// An exchange with nature.
    #[expect(clippy::too_many_arguments, reason = "an exchange, what it belongs to, and who is told")]
    fn causes(
        &mut self,
        at: usize,
        exchange: &Exchange,
        record: &Record,
        columns: &mut [Column],
        flows: &FlowTable,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) {
        let (draft, reference) = (&mut self.draft, self.reference);
        let mut work = Work { draft, reference, prefix: self.choices.prefix, told, diagnostics };
        let goes = self.targets.of(exchange.flow, flows, &mut work);
        if goes.to.is_empty() {
            let reason = "flows that neither a table of characterisation nor the method has";
            told.leave(reason, record.place.clone());
            return;
        }
        let sign = if exchange.is_input == goes.is_resource { 1.0 } else { -1.0 };
        for column in columns {
            let share = column.share(at);
            if share == 0.0 && column.shares.is_some() {
                continue;
            }
            for (slot, factor) in &goes.to {
                let times = sign * share * factor;
                let sum = column.interventions.entry(*slot).or_default();
                let spread = if times == 0.0 { Spread::default() } else { exchange.spread.times(times) };
                sum.add(exchange.amount * times, spread);
            }
        }
        told.take("interventions");
    }

    /// Something that others make, or treat.
    #[expect(clippy::too_many_arguments, reason = "an exchange, what it belongs to, and who is told")]
    fn takes(
        &mut self,
        at: usize,
        exchange: &Exchange,
        record: &Record,
        columns: &mut [Column],
        flows: &FlowTable,
        told: &mut Told,
        diagnostics: &mut Diagnostics,
    ) {
        let flow = flows.get(exchange.flow);
        let fits = |maker: &Maker| {
            let made = flows.get(maker.flow);
            let is_same = flow.kind == made.kind || (flow.kind == Kind::Waste && maker.is_treatment);
            is_same && self.ratio(&flow.unit, &made.unit).is_some()
        };
        let (provider, stated) = (exchange.provider.as_deref(), exchange.location.as_deref());
        let mut found = self.makers.find(&flow.link, provider, stated, &record.location, &fits);
        if provider.is_none() && self.uses_itself_up(found, exchange, record, flows) {
            found = Found::Nobody("its own process would use up all that it makes, and it names no provider");
        }
        let mut times = if exchange.is_avoided { -1.0 } else { 1.0 };
        let mut taken = (String::new(), false);
        if let Found::Maker(maker) | Found::Chosen(maker) = found {
            let maker = self.makers.maker(maker);
            let made = flows.get(maker.flow);
            taken.0.clone_from(&maker.product);
            times *= self.ratio(&flow.unit, &made.unit).unwrap_or(f64::NAN);
            // What is treated is an output of who makes it; as an input it has the sign of its treatment.
            if maker.is_treatment && flow.kind == made.kind {
                times = -times;
            }
        }
        match found {
            Found::Chosen(_) => {
                self.chosen.0 += 1;
                self.chosen.1.insert(taken.0.clone());
            }
            Found::Nobody(why) => {
                taken = (self.unmade(exchange, flows), true);
                let (count, products) = self.cut.entry(why).or_default();
                *count += 1;
                products.insert(taken.0.clone());
            }
            Found::Maker(_) => {}
        }
        let why = if let Found::Nobody(why) = found { why } else { "" };
        let unit = self.unit_of(&taken, flow, found, flows);
        if !exchange.amount.is_finite() {
            self.number(exchange.amount, record, "an amount", diagnostics);
        }
        for column in columns {
            let share = column.share(at);
            if share == 0.0 && column.shares.is_some() {
                continue;
            }
            let (sum, known) = column.inputs.entry(taken.clone()).or_default();
            known.clone_from(&unit);
            why.clone_into(&mut sum.note);
            let times = times * share;
            let spread = if times == 0.0 { Spread::default() } else { exchange.spread.times(times) };
            sum.add(exchange.amount * times, spread);
        }
        told.take("inputs");
    }

    /// Would a process that takes from itself have nothing left?
    fn uses_itself_up(&self, found: Found, exchange: &Exchange, record: &Record, flows: &FlowTable) -> bool {
        let (Found::Maker(maker) | Found::Chosen(maker)) = found else { return false };
        let maker = self.makers.maker(maker);
        let is_own = self.makers.of(&record.key, maker.flow).is_some_and(|own| own.product == maker.product);
        let made = record.made(flows).into_iter().find(|made| made.flow == maker.flow);
        let ratio = self.ratio(&flows.get(exchange.flow).unit, &flows.get(maker.flow).unit).unwrap_or(1.0);
        // Less than a thousandth left is a slip of whoever rounded.
        is_own && made.is_some_and(|made| exchange.amount.abs() * ratio >= made.amount.abs() * 0.999)
    }

    /// The unit that an input is counted in.
    fn unit_of(&self, taken: &Taken, flow: &super::model::Flow, found: Found, flows: &FlowTable) -> String {
        let spelling = match found {
            Found::Maker(maker) | Found::Chosen(maker) if !taken.1 => {
                &flows.get(self.makers.maker(maker).flow).unit
            }
            _ => &flow.unit,
        };
        spelt(spelling, None, &self.reference.units).unit
    }

    /// What one of a unit is in another.
    fn ratio(&self, from: &str, to: &str) -> Option<f64> {
        if from == to {
            return Some(1.0);
        }
        let units = &self.reference.units;
        let unit = |text: &str| units.unit(&spelt(text, None, units).unit).ok();
        Some(unit(from)?.ratio_to(&unit(to)?).ok()?.apply(1.0))
    }

    /// A product that nobody makes, with its row.
    fn unmade(&mut self, exchange: &Exchange, flows: &FlowTable) -> String {
        let flow = flows.get(exchange.flow);
        let name =
            if flow.kind == Kind::Waste { format!("treatment of {}", flow.name) } else { flow.name.clone() };
        let id = self.makers.unmade(&flow.link, &flow.unit, &name);
        if self.products.insert(id.clone()) {
            let unit = spelt(&flow.unit, None, &self.reference.units).unit;
            self.draft.row(Of::Products, [&id, &name, &unit, "", &flow.compartment]);
        }
        id
    }

    /// Rows of what a process takes in and causes.
    fn rows(&mut self, column: Column, record: &Record, diagnostics: &mut Diagnostics) {
        for ((product, is_cut), (sum, unit)) in column.inputs {
            let amount = self.number(sum.amount.hi, record, "an input", diagnostics);
            let spread = self.spread(&sum);
            let cutoff = if is_cut { "yes" } else { "" };
            let first = [&column.id, &product, &amount, &unit, "", "", cutoff, &sum.note];
            self.draft.row::<16>(Of::Inputs, cells(first, &spread));
        }
        for (slot, sum) in column.interventions {
            let amount = self.number(sum.amount.hi, record, "an intervention", diagnostics);
            let spread = self.spread(&sum);
            let slot = &self.targets.slots[slot];
            let source = slot.sources.join("; ");
            let first = [&*column.id, &*slot.indicator, &*amount, &*slot.unit, &*slot.method, &*source];
            self.draft.row::<14>(Of::Interventions, cells(first, &spread));
        }
    }

    /// The spread of a row; that of a sum is not known, and that of nothing says nothing.
    fn spread(&mut self, sum: &Sum) -> [String; 8] {
        if sum.count > 1 || sum.amount.hi == 0.0 {
            self.lost_spreads += usize::from(!sum.spread.is_empty());
            return Default::default();
        }
        sum.spread.cells(sum.amount.hi)
    }

    /// Says what was chosen, and writes all of it.
    pub(super) fn finish(mut self, mut told: Told, diagnostics: &mut Diagnostics) -> Option<Told> {
        for (why, (count, products)) in &self.cut {
            let first = products.first().map(String::as_str).unwrap_or_default();
            told.note(format!(
                "{count} inputs of {} products are cut off: {why} (such as `{first}`); they are listed in inputs",
                products.len()
            ));
        }
        if self.chosen.0 > 0 {
            let first = self.chosen.1.first().map(String::as_str).unwrap_or_default();
            told.note(format!(
                "{} inputs name no provider that is clear, where several make the product or it is made elsewhere: taken \
                 from one of the same place, else the first that is no result (such as `{first}`)",
                self.chosen.0
            ));
        }
        if self.lost_spreads > 0 {
            told.note(format!(
                "{} rows are sums of several exchanges: how sure these are is not kept",
                self.lost_spreads
            ));
        }
        if self.small.get() > 0 {
            told.note(format!(
                "{} numbers are too small to be kept, and are 0: only 59 decimals are",
                self.small.get()
            ));
        }
        if let Some(text) = self.targets.unmet() {
            told.note(text);
        }
        if diagnostics.has_errors() {
            return None;
        }
        self.draft.told = told;
        self.draft.finish(&self.choices.about, self.reference, diagnostics)
    }
}

impl Column {
    /// Its part of an exchange.
    fn share(&self, exchange: usize) -> f64 {
        self.shares.as_ref().map_or(1.0, |shares| shares.get(&exchange).copied().unwrap_or(0.0))
    }
}

/// Cells, then those of a spread.
fn cells<'c, const F: usize, const N: usize>(first: [&'c str; F], spread: &'c [String; 8]) -> [&'c str; N] {
    let mut all = [""; N];
    let rest = spread.iter().map(String::as_str);
    for (cell, text) in all.iter_mut().zip(first.into_iter().chain(rest)) {
        *cell = text;
    }
    all
}
