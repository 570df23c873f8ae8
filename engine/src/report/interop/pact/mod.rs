//! Product footprints for PACT: what the dataset knows is calculated, what it cannot know its publisher states, and
//! nothing is made up.

mod about;
mod fields;
mod totals;

use num_traits::{One, ToPrimitive};
use serde_json::{Map, Value};

use crate::base::decimal::{self, Exact};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::listed::listed;
use crate::base::period::Period;
use crate::base::region::Location;
use crate::base::unit::Unit;
use crate::data::hash;
use crate::data::importers::Input;
use crate::data::importers::supply::Uptake;
use crate::data::importers::supply::pact::parts::{DECLARED, PARTS, Version, WHOLE};
use crate::data::reference::Reference;
use crate::data::supply::Supply;

use super::Exported;
use about::Stated;
use totals::{Totals, totals};

/// Regions that PACT has a word for.
const REGIONS: [&str; 22] = [
    "Africa",
    "Americas",
    "Asia",
    "Europe",
    "Oceania",
    "Australia and New Zealand",
    "Central Asia",
    "Eastern Asia",
    "Eastern Europe",
    "Latin America and the Caribbean",
    "Melanesia",
    "Micronesia",
    "Northern Africa",
    "Northern America",
    "Northern Europe",
    "Polynesia",
    "South-eastern Asia",
    "Southern Asia",
    "Southern Europe",
    "Sub-Saharan Africa",
    "Western Asia",
    "Western Europe",
];

/// What is written.
#[derive(Clone, Debug)]
pub struct Pact<'a> {
    /// The product.
    pub product: &'a str,
    /// Where it is made; may be left out where it is made in one place.
    pub origin: Option<&'a str>,
    /// The version of the specification.
    pub version: Version,
    /// Is climate change of the dataset without the carbon that plants took up, or with it?
    pub uptake: Uptake,
    /// What the publisher states, as TOML.
    pub about: &'a Input,
}

/// Writes the footprint of a product of a dataset.
pub fn pact(
    supply: Option<&Supply>,
    asked: &Pact,
    reference: &Reference,
    diagnostics: &mut Diagnostics,
) -> Option<Exported> {
    let stated = Stated::read(asked.about, asked.version, diagnostics);
    let supply = supply.filter(|_| !diagnostics.has_errors())?;
    let mut wanted = vec!["climate-change"];
    wanted.extend(WHOLE.iter().chain(PARTS).map(|part| part.indicator));
    let totals = totals(supply, asked.product, asked.origin, &wanted, reference, diagnostics)?;
    let mut writer = Writer { asked, supply, totals: &totals, reference, notes: Vec::new(), diagnostics };
    let inner = writer.inner(&stated)?;
    let top = writer.top(&stated, inner);
    let notes = writer.notes;
    if diagnostics.has_errors() {
        return None;
    }
    let text = serde_json::to_string_pretty(&Value::Object(top)).unwrap_or_default() + "\n";
    Some(Exported { text, what: format!("the footprint of {}", asked.product), notes })
}

struct Writer<'a, 'd> {
    asked: &'a Pact<'a>,
    supply: &'a Supply,
    totals: &'a Totals,
    reference: &'a Reference,
    notes: Vec<String>,
    diagnostics: &'d mut Diagnostics,
}

impl Writer<'_, '_> {
    fn version(&self) -> Version {
        self.asked.version
    }

    fn about(&self) -> Place {
        Place::file(&self.asked.about.name)
    }

    fn top(&mut self, stated: &Stated, inner: Map<String, Value>) -> Map<String, Value> {
        let text = |text: &str| Value::String(text.to_owned());
        let mut known = Map::new();
        let spec = if self.version() == Version::Two { "2.3.3" } else { "3.0.3" };
        known.insert("id".to_owned(), Value::String(self.id(stated, &inner)));
        known.insert("specVersion".to_owned(), text(spec));
        known.insert("status".to_owned(), text("Active"));
        known.insert("productNameCompany".to_owned(), text(&self.totals.product.name));
        let comment = format!(
            "Calculated by truecost {} from the dataset {} ({}){}",
            env!("CARGO_PKG_VERSION"),
            self.supply.manifest.title,
            self.supply.hash,
            if self.notes.is_empty() { String::new() } else { format!("; {}", self.notes.join("; ")) },
        );
        known.insert("comment".to_owned(), Value::String(comment));
        known.insert("pcf".to_owned(), Value::Object(inner));
        self.complete(known, &stated.top, &fields::top(self.version()), "")
    }

    /// What is known and what is stated, in the order of the fields; what must be there and is not is reported.
    fn complete(
        &mut self,
        mut known: Map<String, Value>,
        stated: &Map<String, Value>,
        fields: &[fields::Field],
        under: &str,
    ) -> Map<String, Value> {
        known.extend(stated.clone());
        let mut all = Map::new();
        for field in fields {
            match known.remove(field.name) {
                Some(value) => drop(all.insert(field.name.to_owned(), value)),
                None if field.is_required => {
                    let message =
                        format!("`{under}{}` must be stated: the dataset does not say it", field.name);
                    let hint = format!(
                        "write it into {}; docs/reference/importers-supply.md explains it",
                        self.asked.about.name
                    );
                    let place = self.about().column(field.name);
                    self.diagnostics
                        .push(Diagnostic::error(codes::MISSING_FIELD, message).at(place).hint(hint));
                }
                None => {}
            }
        }
        all
    }

    /// A UUID made of all that is written: the same footprint has the same one.
    fn id(&self, stated: &Stated, inner: &Map<String, Value>) -> String {
        let all = format!(
            "{} {} {:?} {:?} {} {}",
            self.supply.hash,
            self.asked.product,
            self.totals.origin,
            self.version(),
            Value::Object(stated.top.clone()),
            Value::Object(inner.clone()),
        );
        let digest = hash::bytes(all.as_bytes());
        let hex: Vec<char> = digest.rsplit(':').next().unwrap_or_default().chars().take(32).collect();
        let mut id = String::new();
        for (at, digit) in hex.into_iter().enumerate() {
            if [8, 12, 16, 20].contains(&at) {
                id.push('-');
            }
            id.push(match at {
                12 => '4',
                16 => ['8', '9', 'a', 'b'][digit.to_digit(16).unwrap_or_default() as usize % 4],
                _ => digit,
            });
        }
        id
    }

    fn inner(&mut self, stated: &Stated) -> Option<Map<String, Value>> {
        let (mut known, per) = self.declared()?;
        self.period(&mut known);
        self.place(&mut known);
        self.methods(&mut known);
        let mut stages: Vec<String> =
            self.totals.processes.iter().map(|(stage, id)| format!("{stage}: {id}")).collect();
        let more = stages.len().saturating_sub(LISTED);
        stages.truncate(LISTED);
        if more > 0 {
            stages.push(format!("and {more} more"));
        }
        known.insert("boundaryProcessesDescription".to_owned(), Value::String(stages.join("; ")));
        let mut fields = fields::inner(self.version());
        self.amounts(&mut known, stated, per);
        let parts = WHOLE.iter().chain(PARTS).filter_map(|part| self.version().of(part));
        fields.extend(parts.map(|name| fields::Field {
            name,
            kind: fields::Kind::Decimal,
            is_required: fields::is_required_part(name, self.version()),
        }));
        Some(self.complete(known, &stated.inner, &fields, "pcf."))
    }

    /// The declared unit, and what amounts per reference unit are divided by.
    fn declared(&mut self) -> Option<(Map<String, Value>, f64)> {
        let product = &self.totals.product;
        let kilogram = self.reference.units.unit("kg").ok()?;
        let mass = product.mass_kg.as_ref().map(|mass| mass.exact.clone());
        let (name, amount) = match declared_unit(&product.unit, self.version(), self.reference) {
            Some(found) => found,
            // A box of 12 kg is 12 kilograms of what is in it.
            None => match &mass {
                Some(mass) => ("kilogram", mass.clone()),
                None => {
                    let message = format!(
                        "`{}` is counted in `{}`, which PACT has no unit for",
                        product.id,
                        product.unit.text()
                    );
                    let hint = "state `mass_kg` in products: then it is declared in kilograms";
                    let diagnostic = Diagnostic::error(codes::WRONG_UNIT, message).at(product.row.place());
                    self.diagnostics.push(diagnostic.hint(hint));
                    return None;
                }
            },
        };
        let own_mass = product.unit.ratio_to(&kilogram).ok().map(|ratio| ratio.exact().clone());
        let is_massless =
            ["kilowatt hour", "megajoule", "ton kilometer", "hour", "megabit second"].contains(&name);
        let mass = if is_massless { Some(Exact::from_integer(0.into())) } else { own_mass.or(mass) };
        let text = |exact: &Exact| Value::String(decimal::plain(&decimal::scaled(exact, 18), 18));
        let mut known = Map::new();
        // In 2.x amounts and masses are per one unit, in 3.x per the declared amount.
        let per = match self.version() {
            Version::Two => {
                known.insert("declaredUnit".to_owned(), Value::String(name.to_owned()));
                known.insert("unitaryProductAmount".to_owned(), text(&amount));
                amount.clone()
            }
            Version::Three => {
                known.insert("declaredUnitOfMeasurement".to_owned(), Value::String(name.to_owned()));
                known.insert("declaredUnitAmount".to_owned(), text(&amount));
                Exact::one()
            }
        };
        if let Some(mass) = mass {
            known.insert("productMassPerDeclaredUnit".to_owned(), text(&(mass / &per)));
        }
        Some((known, per.to_f64()?))
    }

    fn period(&self, known: &mut Map<String, Value>) {
        let Some(period) = self.totals.maker.as_ref().and_then(|process| process.period) else { return };
        let Some(after) = Period::of_day(period.last_day() + 1) else { return };
        let Some(first) = Period::of_day(period.first_day()) else { return };
        let moment = |day: Period| Value::String(format!("{day}T00:00:00Z"));
        known.insert("referencePeriodStart".to_owned(), moment(first));
        known.insert("referencePeriodEnd".to_owned(), moment(after));
    }

    fn place(&mut self, known: &mut Map<String, Value>) {
        let Location::Code(code) = &self.totals.origin else { return };
        let regions = &self.reference.regions;
        let key = if regions.country_of_site(code).is_some() {
            "geographyCountrySubdivision"
        } else if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            "geographyCountry"
        } else {
            let name = regions.name(code);
            if REGIONS.contains(&name) {
                known.insert("geographyRegionOrSubregion".to_owned(), Value::String(name.to_owned()));
            } else if code != crate::base::region::WORLD {
                self.notes.push(format!("PACT has no word for the place {name}: no geography is stated"));
            }
            return;
        };
        known.insert(key.to_owned(), Value::String(code.clone()));
    }

    /// Reports of the IPCC, where every method names one.
    fn methods(&self, known: &mut Map<String, Value>) {
        let mut reports: Vec<Value> = Vec::new();
        for method in &self.totals.methods {
            let words = method.split([' ', '+']).filter(|word| {
                word.strip_prefix("AR")
                    .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
            });
            let found: Vec<Value> = words.map(|word| Value::String(word.to_owned())).collect();
            if found.is_empty() {
                return;
            }
            reports.extend(found.into_iter().filter(|report| !reports.contains(report)).collect::<Vec<_>>());
        }
        if reports.is_empty() {
            return;
        }
        match self.version() {
            Version::Two => {
                let only = reports.first().filter(|_| reports.len() == 1);
                let only =
                    only.filter(|report| ["AR5", "AR6"].contains(&report.as_str().unwrap_or_default()));
                known.extend(only.map(|only| ("characterizationFactors".to_owned(), only.clone())));
                known.insert("ipccCharacterizationFactorsSources".to_owned(), Value::Array(reports));
            }
            Version::Three => {
                drop(known.insert("ipccCharacterizationFactors".to_owned(), Value::Array(reports)));
            }
        }
    }

    /// Amounts per declared unit. What the publisher states of them may not contradict the dataset.
    fn amounts(&mut self, known: &mut Map<String, Value>, stated: &Stated, per: f64) {
        let [excluded, included] = WHOLE;
        let climate = if self.asked.uptake == Uptake::Excluded { excluded } else { included };
        if !self.totals.amounts.contains_key("climate-change") {
            let message =
                format!("no process in the chain of `{}` states climate-change", self.asked.product);
            let place = Place::file(&self.supply.manifest_file);
            self.diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).at(place));
        }
        for part in std::iter::once(&climate).chain(WHOLE.iter().chain(PARTS)) {
            let Some(name) = self.version().of(part) else { continue };
            let is_climate = part.indicator == climate.indicator;
            let indicator = if is_climate { "climate-change" } else { part.indicator };
            let Some(amount) = self.totals.amounts.get(indicator) else { continue };
            if let Some(silent) = self.totals.not_stated.get(indicator) {
                // A part that is not whole is not stated; the whole is, and says so.
                if !is_climate {
                    continue;
                }
                let note = format!(
                    "the footprint is partial: climate change is not stated by {}",
                    listed(silent, LISTED)
                );
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
            }
            let ours = plain(amount / per);
            if stated.inner.contains_key(name) {
                let message = format!("`{name}` is {ours} by the dataset, and stated too");
                let place = self.about().column(name);
                let hint = "leave it out: it is calculated";
                self.diagnostics.push(Diagnostic::error(codes::CONTRADICTION, message).at(place).hint(hint));
            }
            known.insert(name.to_owned(), Value::String(ours));
        }
    }
}

/// Processes that are named.
const LISTED: usize = 20;

/// A number without an exponent, as short as it can be.
fn plain(value: f64) -> String {
    let text = value.to_string();
    if text == "-0" { "0".to_owned() } else { text }
}

/// The unit of PACT that a unit converts to, and how many of it one is.
fn declared_unit(unit: &Unit, version: Version, reference: &Reference) -> Option<(&'static str, Exact)> {
    let ratio_to = |name: &str| {
        let code = DECLARED.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)?;
        Some(unit.ratio_to(&reference.units.unit(code).ok()?).ok()?.exact().clone())
    };
    let mut names = vec!["kilogram", "liter", "kilowatt hour", "ton kilometer", "square meter"];
    if version == Version::Three {
        names.extend(["piece", "hour", "megabit second"]);
    }
    if ["m3"].contains(&unit.text()) {
        names.insert(0, "cubic meter");
    }
    if unit.text().ends_with('J') {
        names.insert(0, "megajoule");
    }
    if version == Version::Three && ["item", "each", "unit"].contains(&unit.text()) {
        return Some(("piece", Exact::one()));
    }
    names.into_iter().find_map(|name| Some((name, ratio_to(name)?)))
}
