//! A price book out of a dataset: unit costs are those of `price`, by construction.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::base::progress::Progress;
use crate::base::region::Location;
use crate::data::factors::FactorSet;
use crate::data::reference::Reference;
use crate::pricing::lineage;
use crate::pricing::prepare::Prepared;
use crate::pricing::request::Request;
use crate::pricing::run::Run;
use crate::pricing::{IndicatorCost, Stated};
use crate::valuation::PriceLevel;
use crate::valuation::matching::Matcher;

use super::answers::{Answers, Subject};
use super::cells::{Cells, Pricer, Value, part, years};
use super::factors::Asked;
use super::footprints::{Generic, signature, too_large};
use super::moves::moves;
use super::places::Places;
use super::years::{self, Wanted};
use super::{Book, BookIndicator, BookProduct, Footprint, Head};

/// Compiles a price book. `years`: the first and last year that lines may have; without it, from the first emission
/// year of the factors in use to the price year. The origin of the request is left aside: it is that of each line.
pub fn compile(
    prepared: &Prepared,
    request: &Request,
    years: Option<(i32, i32)>,
    reference: &Reference,
    progress: &dyn Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Book> {
    let before = diagnostics.errors();
    if request.emission_year.is_some() && years.is_some() {
        let message = "one emission year for all lines, or a range of years: not both";
        diagnostics.push(Diagnostic::error(codes::BAD_VALUE, message));
        return None;
    }
    // No market prices are in a book: what there is of them is not its affair. Amounts are those without factors.
    let own = Prepared { list: None, ..prepared.clone() };
    let request = Request { origin: None, products: Vec::new(), ..request.clone() };
    let level = PriceLevel::new(reference, own.target, request.order, &request.overrides);
    let matcher = Matcher::new(&prepared.set, reference, &level, request.outside).forgiving();
    let empty = FactorSet { rows: Vec::new(), ..prepared.set.clone() };
    let amounts = Prepared { set: empty, ..own.clone() };
    let nothing = Matcher::new(&amounts.set, reference, &level, request.outside);
    let mut found = Diagnostics::new();
    let run = Run::matched(&nothing, &amounts, &request, reference, &level, progress, &mut found);
    found.forgive(&[codes::PRICE_UNUSED]);
    diagnostics.extend(found);
    let run = run?;
    let places = Places::new(reference, &prepared.set, &prepared.supply);
    let chains = Chains::of(&run);
    let emission_years = prepared.set.rows.iter().map(|row| row.emission_year).collect();
    let kinds = run.indicators.iter().map(|indicator| (&*indicator.id, indicator.kind)).collect();
    let mut answers = Answers::new(&matcher, kinds, emission_years, &places.locations, own.emission_year);
    chains.ask(&run, &mut answers);
    let wanted = Wanted { fixed: request.emission_year, range: years, standard: own.emission_year };
    years::ask(&mut answers, &wanted, &prepared.set, progress, diagnostics)?;
    years::report(&answers, wanted.fixed.is_some(), &prepared.supply.interventions, diagnostics);
    if diagnostics.errors() > before {
        return None;
    }
    let products = Products::new(&run, diagnostics);
    let pricer =
        Pricer { prepared: own, request: request.clone(), matcher: &matcher, reference, level: &level };
    let mut work =
        Work { run: &run, answers: &answers, places: &places, products: &products, pricer, progress };
    let mut cells = work.made(&chains, diagnostics)?;
    let generic = Generic::new(&run, &prepared.set, &answers);
    let (footprints, factors) = work.generic(&chains, &generic, &mut cells, diagnostics)?;
    let (cells, costs) = cells.tables();
    let book = Book {
        head: head(&run, prepared, &request, &answers),
        indicators: run.indicators.iter().map(|k| indicator(&run, k)).collect(),
        products: products.list,
        places: places.list,
        cells,
        costs,
        footprints,
        factors,
        moves: moves(reference, &request.overrides, &level),
        units: reference.units.rows(),
    };
    (diagnostics.errors() == before).then_some(book)
}

fn indicator(run: &Run, indicator: &crate::data::reference::Indicator) -> BookIndicator {
    BookIndicator {
        id: indicator.id.clone(),
        name: indicator.name.clone(),
        dimension: indicator.dimension,
        kind: indicator.kind,
        unit: run.unit_text(indicator),
    }
}

fn head(run: &Run, prepared: &Prepared, request: &Request, answers: &Answers) -> Head {
    let (supply, set) = (&prepared.supply, &prepared.set);
    let nodes: BTreeSet<usize> = (0..prepared.chain.nodes.len()).collect();
    let mut lineage = lineage::described(run, set, &answers.used(), &[], &nodes);
    let emission_year = match answers.range {
        Some((first, last)) => format!("that of the line, {first} to {last}, where a process states none"),
        None if request.emission_year.is_some() => {
            format!("{} where a process states none", prepared.emission_year)
        }
        None => "costs are the same in every year".to_owned(),
    };
    lineage.choices.insert("emission year", emission_year);
    Head {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        dataset: supply.name.clone(),
        title: supply.manifest.title.clone(),
        factors: set.label(),
        currency: prepared.target.currency,
        year: prepared.target.year,
        emission_year: request.emission_year,
        default_year: prepared.emission_year,
        years: answers.range,
        netting: request.netting,
        lineage: lineage.json().to_string(),
    }
}

/// Which points are of the place `origin`, and which others use processes of it.
struct Chains {
    /// Points of the place `origin`.
    generic: Vec<usize>,
    /// Points that are made somewhere, with the rows of processes of the place `origin` in their chains.
    made: Vec<(usize, Vec<usize>)>,
}

impl Chains {
    fn of(run: &Run) -> Self {
        let (chain, supply) = (&run.prepared.chain, &run.prepared.supply);
        let is_generic = |node: usize| {
            let process = chain.nodes[node].process;
            process.is_some_and(|process| supply.processes[process].location == Location::Origin)
        };
        let mut takers: Vec<Vec<usize>> = vec![Vec::new(); chain.nodes.len()];
        for (taker, node) in chain.nodes.iter().enumerate() {
            node.inputs.iter().for_each(|(supplier, _)| takers[*supplier].push(taker));
        }
        let mut waiting: Vec<usize> = (0..chain.nodes.len()).filter(|&node| is_generic(node)).collect();
        let mut reaches = vec![false; chain.nodes.len()];
        while let Some(node) = waiting.pop() {
            if !std::mem::replace(&mut reaches[node], true) {
                waiting.extend(&takers[node]);
            }
        }
        let mut chains = Self { generic: Vec::new(), made: Vec::new() };
        for (index, point) in chain.points.iter().enumerate() {
            if point.origin == Location::Origin {
                chains.generic.push(index);
            } else if reaches[point.node] {
                let nodes = run.chain_of(point.node).into_iter();
                let rows = nodes.filter(|&node| is_generic(node)).flat_map(|node| run.rows(node));
                chains.made.push((index, rows.collect()));
            } else {
                chains.made.push((index, Vec::new()));
            }
        }
        chains
    }

    /// Asks for what all processes state where they are, and for what is taken from the place `origin` where it is used.
    fn ask<'a>(&self, run: &Run<'a>, answers: &mut Answers<'a>) {
        let prepared: &'a Prepared = run.prepared;
        let supply = &*prepared.supply;
        let interventions = &supply.interventions;
        let subject = |row: usize, location: &'a Location, period: Option<Period>| {
            let profile = interventions.profile(row);
            Subject {
                indicator: &profile.indicator,
                method: &profile.method,
                place: Some(location).filter(|location| **location != Location::Origin),
                year: period.map(Period::year),
            }
        };
        let stated = |row: &usize| interventions.amount(*row).is_some();
        for (at, node) in prepared.chain.nodes.iter().enumerate() {
            let Some(process) = node.process.map(|process| &supply.processes[process]) else { continue };
            for row in run.rows(at).filter(stated) {
                answers.add(subject(row, &process.location, process.period), row);
            }
        }
        let processes: BTreeMap<&str, Option<Period>> =
            supply.processes.iter().map(|process| (&*process.id, process.period)).collect();
        for (point, rows) in &self.made {
            let origin = &prepared.chain.points[*point].origin;
            for &row in rows.iter().filter(|row| stated(row)) {
                let period = processes.get(interventions.process(row)).copied().flatten();
                answers.add(subject(row, origin, period), row);
            }
        }
    }
}

/// The products of a book, and what is known of each.
struct Products {
    list: Vec<BookProduct>,
    /// The product of each point.
    of_point: Vec<u32>,
}

/// How far the points of a product state an indicator.
#[derive(Clone, Copy, Default)]
struct Coverage {
    is_stated: bool,
    has_gaps: bool,
}

impl Products {
    fn new(run: &Run, diagnostics: &mut Diagnostics) -> Self {
        let (chain, supply) = (&run.prepared.chain, &run.prepared.supply);
        let made: BTreeSet<usize> = chain.points.iter().map(|point| point.product).collect();
        let made: Vec<usize> = made.into_iter().collect();
        let of_point: Vec<u32> = chain
            .points
            .iter()
            .map(|point| made.partition_point(|product| *product < point.product) as u32)
            .collect();
        let mut coverage = vec![vec![Coverage::default(); run.indicators.len()]; made.len()];
        for (point, &product) in of_point.iter().enumerate() {
            for (k, coverage) in coverage[product as usize].iter_mut().enumerate() {
                match run.indicator_cost(k, chain.points[point].node) {
                    Ok(IndicatorCost { stated, .. }) => {
                        coverage.is_stated |= stated != Stated::Absent;
                        coverage.has_gaps |= stated != Stated::Complete;
                    }
                    Err(_) => diagnostics.push(too_large(&supply.products[made[product as usize]].id)),
                }
            }
        }
        let ids = |coverage: &[Coverage], fits: fn(&Coverage) -> bool| {
            let fitting = coverage.iter().zip(&run.indicators).filter(|(coverage, _)| fits(coverage));
            fitting.map(|(_, indicator)| indicator.id.as_str()).collect::<Vec<_>>().join(" ")
        };
        let list = made.iter().zip(&coverage).map(|(&product, coverage)| {
            let product = &supply.products[product];
            BookProduct {
                id: product.id.clone(),
                name: product.name.clone(),
                category: product.category.clone(),
                unit: product.unit.text().to_owned(),
                mass_kg: product.mass_kg.as_ref().map(|mass| mass.exact.clone()),
                partial: ids(coverage, |c| c.is_stated && c.has_gaps),
                not_stated: ids(coverage, |c| !c.is_stated),
            }
        });
        Self { list: list.collect(), of_point }
    }
}

/// What the parts of a book are made of.
struct Work<'a> {
    run: &'a Run<'a>,
    answers: &'a Answers<'a>,
    places: &'a Places,
    products: &'a Products,
    pricer: Pricer<'a>,
    progress: &'a dyn Progress,
}

impl<'a> Work<'a> {
    /// Cells of products that are made somewhere. What they take from the place `origin` is valued where they are made.
    fn made(&mut self, chains: &Chains, diagnostics: &mut Diagnostics) -> Option<Cells> {
        let mut cells = Cells::default();
        let points = &self.run.prepared.chain.points;
        let mut groups: BTreeMap<Option<Vec<u32>>, (&Location, Vec<usize>)> = BTreeMap::new();
        for (point, rows) in &chains.made {
            let origin = &points[*point].origin;
            let known = self.place(origin);
            let key = (!rows.is_empty()).then(|| signature(self.answers, known));
            groups.entry(key).or_insert((origin, Vec::new())).1.push(*point);
        }
        for (signature, (origin, group)) in groups {
            let origin = if signature.is_some() { origin } else { &Location::Origin };
            let place = Places::at(self.place(origin));
            // Where they are made, and what of the place `origin` costs there.
            let subjects = self.answers.subjects.iter().enumerate();
            let all: Vec<(usize, usize)> = subjects
                .map(|(subject, (asked, _))| (subject, if asked.place.is_some() { 0 } else { place }))
                .collect();
            let years = years(self.answers, &all);
            let values = self.pricer.values(&group, origin, false, &years, self.progress, diagnostics)?;
            for (point, values) in group.into_iter().zip(values) {
                let product = self.products.of_point[point];
                let place = self.place(&points[point].origin);
                cells.add(product, place, false, &self.answers.years, values);
            }
        }
        Some(cells)
    }

    /// Products of the place `origin`: footprints and their factors, and cells where that is not all.
    fn generic(
        &mut self,
        chains: &Chains,
        generic: &Generic<'a>,
        cells: &mut Cells,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Vec<Footprint>, Vec<super::PlaceFactor>)> {
        let mut asked = Asked::default();
        let mut footprints = Vec::new();
        let mut others = Vec::new();
        for &point in &chains.generic {
            let product = self.products.of_point[point];
            match generic.of(point, product, &mut asked, diagnostics) {
                Some(its) => footprints.extend(its),
                None => others.push(point),
            }
        }
        let (factors, hanging) = asked.rows(self.answers, self.places);
        for footprint in &mut footprints {
            if !hanging.contains(&(footprint.indicator, &*footprint.method)) {
                footprint.year = None;
            }
        }
        footprints.sort_by_key(|footprint: &Footprint| (footprint.product, footprint.indicator));
        if !others.is_empty() {
            self.other(&others, cells, diagnostics)?;
        }
        Some((footprints, factors))
    }

    /// Cells of products of the place `origin`, at each place where their costs are not those of its parent.
    fn other(&mut self, points: &[usize], cells: &mut Cells, diagnostics: &mut Diagnostics) -> Option<()> {
        let chain = part(&self.run.prepared.chain, points);
        let whole = std::mem::replace(&mut self.pricer.prepared.chain, chain);
        let all: Vec<usize> = (0..points.len()).collect();
        let order = self.places.widest_first();
        let mut class_of: Vec<usize> = vec![0; order.len()];
        let mut classes: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
        let mut values: Vec<Vec<Vec<Value>>> = Vec::new();
        for &place in &order {
            let at = Places::at(place);
            let signature = signature(self.answers, place);
            if let Some(&class) = classes.get(&signature) {
                class_of[at] = class;
                continue;
            }
            let subjects = self.answers.subjects.iter().enumerate();
            let generic = subjects.filter(|(_, (asked, _))| asked.place.is_none());
            let generic: Vec<(usize, usize)> = generic.map(|(subject, _)| (subject, at)).collect();
            let years = years(self.answers, &generic);
            let origin = &self.places.locations[at];
            values.push(self.pricer.values(&all, origin, true, &years, self.progress, diagnostics)?);
            class_of[at] = values.len() - 1;
            classes.insert(signature, values.len() - 1);
        }
        self.pricer.prepared.chain = whole;
        let made = cells.places_of();
        for (index, &point) in points.iter().enumerate() {
            let product = self.products.of_point[point];
            let of = |place: Option<u32>| &values[class_of[Places::at(place)]][index];
            for &place in &order {
                let parent = place.map(|place| self.places.list[place as usize].parent);
                // Where the product is made, that is where a line comes from.
                let is_made = |at: u32| made.contains(&(product, Some(at)));
                let inside =
                    place.is_some_and(|place| is_made(place) || self.places.is_within(place, is_made));
                if !inside && parent.is_none_or(|parent| of(parent) != of(place)) {
                    cells.add(product, place, true, &self.answers.years, of(place).clone());
                }
            }
        }
        Some(())
    }

    fn place(&self, location: &Location) -> Option<u32> {
        match location {
            Location::Code(code) => self.places.find(code),
            Location::Origin => None,
        }
    }
}
