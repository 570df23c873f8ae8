//! One product footprint as its JSON states it.

use crate::base::decimal::{self, Exact, plain, scaled};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::base::period::Period;
use crate::data::importers::supply::amount::{Amount, amount, refused};
use crate::data::importers::tree::Node;
use crate::data::reference::Reference;

use num_traits::Zero;

use super::Uptake;
use super::parts::{DECLARED, PARTS, Version, WHOLE};

/// A footprint that was read.
#[derive(Clone, Debug)]
pub(super) struct Footprint {
    pub(super) place: Place,
    pub(super) id: String,
    pub(super) preceding: Vec<String>,
    pub(super) created: String,
    /// URN of the product.
    pub(super) product: String,
    pub(super) name: String,
    pub(super) category: String,
    pub(super) company: String,
    /// What the amounts are per.
    pub(super) amount: String,
    pub(super) unit: String,
    /// Of one unit; empty: not stated, or of no account.
    pub(super) mass_kg: String,
    pub(super) region: String,
    pub(super) period: String,
    pub(super) period_end: String,
    pub(super) method: String,
    pub(super) source: String,
    /// Per cent of the emissions that are left out.
    pub(super) exempted: f64,
    /// Indicator, amount, unit.
    pub(super) amounts: Vec<(&'static str, String, &'static str)>,
    pub(super) notes: Vec<String>,
}

/// Reads the properties of an object, and reports those that are wrong.
struct Reader<'a, 'd> {
    file: &'a str,
    node: &'a Node,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Reader<'a, '_> {
    fn place(&self, key: &str) -> Place {
        let row = self.node.get(key).map_or(self.node.row, |node| node.row);
        Place::row(self.file, row).column(key)
    }

    fn text(&self, key: &str) -> &'a str {
        self.node.get(key).and_then(Node::text).unwrap_or_default().trim()
    }

    fn needed(&mut self, key: &str) -> Option<&'a str> {
        let text = self.text(key);
        if text.is_empty() {
            let message = format!("there is no `{key}`");
            let place = self.place(key);
            self.diagnostics.push(Diagnostic::error(codes::MISSING_VALUE, message).at(place));
            return None;
        }
        Some(text)
    }

    /// All texts of a list, or the only one.
    fn list(&self, key: &str) -> Vec<&'a str> {
        self.node.get(key).map(Node::members).unwrap_or_default().iter().filter_map(Node::text).collect()
    }

    /// A number as it was written; 0 is one.
    fn number(&mut self, key: &str) -> Option<String> {
        let text = self.text(key);
        if text.is_empty() {
            return None;
        }
        match amount(text) {
            Amount::Kept(text) => Some(text.into_owned()),
            Amount::Zero | Amount::TooSmall => Some("0".to_owned()),
            problem @ (Amount::TooLarge | Amount::NotANumber) => {
                let place = self.place(key);
                self.diagnostics.push(refused(text, problem == Amount::TooLarge, place));
                None
            }
        }
    }

    fn wrong(&mut self, key: &str, code: &'static str, message: String, hint: &str) {
        let place = self.place(key);
        self.diagnostics.push(Diagnostic::error(code, message).at(place).hint(hint));
    }

    /// The day of a moment such as `2024-01-01T00:00:00Z`.
    fn day(&mut self, key: &str) -> Option<Period> {
        let text = self.needed(key)?;
        let day = text.split(['T', ' ']).next().and_then(Period::parse).filter(|day| day.day().is_some());
        if day.is_none() {
            self.wrong(key, codes::BAD_DATE, format!("`{text}` is not a date"), "write 2024-01-01T00:00:00Z");
        }
        day
    }
}

impl Footprint {
    /// Reads it; `None`: what is wrong was reported.
    pub(super) fn read(
        file: &str,
        node: &Node,
        uptake: Uptake,
        reference: &Reference,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let before = diagnostics.len();
        let mut top = Reader { file, node, diagnostics };
        let spec = top.needed("specVersion");
        let version = spec.and_then(Version::parse);
        if let (Some(spec), None) = (spec, version) {
            top.wrong(
                "specVersion",
                codes::BAD_VALUE,
                format!("version `{spec}` is not read"),
                "2.x and 3.x are",
            );
        }
        let id = top.needed("id");
        let name = top.needed("productNameCompany");
        let company = top.needed("companyName");
        let product = top.list("productIds").first().copied();
        if product.is_none() {
            top.wrong(
                "productIds",
                codes::MISSING_VALUE,
                "there is no product id".to_owned(),
                "one URN at least",
            );
        }
        let category =
            [top.list("productClassifications").first().copied(), Some(top.text("productCategoryCpc"))];
        let category = category.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or_default();
        let created = top.text("created").to_owned();
        let preceding = top.list("precedingPfIds").into_iter().map(str::to_owned).collect();
        let Some(pcf) = node.get("pcf") else {
            top.wrong(
                "pcf",
                codes::MISSING_VALUE,
                "there is no `pcf`".to_owned(),
                "it holds the footprint itself",
            );
            return None;
        };
        let version = version?;
        let mut inner = Reader { file, node: pcf, diagnostics };
        let declared = inner.declared(version);
        let region = inner.region(reference);
        let period = inner.period();
        let amounts = inner.amounts(version, uptake);
        let method = inner.method(version);
        let exempted =
            inner.number("exemptedEmissionsPercent").and_then(|text| text.parse().ok()).unwrap_or(0.0);
        let why = inner.text("exemptedEmissionsDescription");
        if diagnostics.len() > before {
            return None;
        }
        let (id, company, (amount, unit, mass_kg)) = (id?, company?, declared?);
        let (period, period_end, notes) = period?;
        let mut source = format!("PACT footprint {id} of {company}, {}", spec?);
        if exempted > 0.0 {
            source.push_str(&format!("; {exempted} % of the emissions left out"));
            if !why.is_empty() {
                source.push_str(&format!(" ({why})"));
            }
        }
        Some(Self {
            place: Place::row(file, node.row),
            id: id.to_owned(),
            preceding,
            created,
            product: product?.to_owned(),
            name: name?.to_owned(),
            category: category.to_owned(),
            company: company.to_owned(),
            amount,
            unit: unit.to_owned(),
            mass_kg,
            region: region?,
            period,
            period_end,
            method,
            source,
            exempted,
            amounts: amounts?,
            notes,
        })
    }
}

impl Reader<'_, '_> {
    /// What the amounts are per: how much, of which unit, and the mass of one unit.
    fn declared(&mut self, version: Version) -> Option<(String, &'static str, String)> {
        let key = version.name("declaredUnit", "declaredUnitOfMeasurement");
        let text = self.needed(key)?;
        let unit = DECLARED.iter().find(|(name, _)| *name == text).map(|(_, unit)| *unit);
        if unit.is_none() {
            let names: Vec<&str> = DECLARED.iter().map(|(name, _)| *name).collect();
            let hint = format!("one of {}", names.join(", "));
            self.wrong(key, codes::UNKNOWN_UNIT, format!("`{text}` is not a declared unit"), &hint);
        }
        let key = version.name("unitaryProductAmount", "declaredUnitAmount");
        self.needed(key)?;
        let amount = self.number(key)?;
        let exact = decimal::parse(&amount).ok().filter(|exact| *exact > Exact::zero());
        if exact.is_none() {
            self.wrong(
                key,
                codes::NEGATIVE,
                format!("`{key}` must be greater than 0, not {amount}"),
                "it is an amount",
            );
        }
        let (unit, exact) = (unit?, exact?);
        let mass = self.number("productMassPerDeclaredUnit").and_then(|mass| decimal::parse(&mass).ok());
        let mass = mass.filter(|mass| *mass > Exact::zero() && unit != "kg");
        // In 2.x amounts and masses are per one unit, in 3.x per the declared amount.
        let (per, mass) = match version {
            Version::Two => ("1".to_owned(), mass),
            Version::Three => (amount, mass.map(|mass| mass / &exact)),
        };
        Some((per, unit, mass.map(|mass| plain(&scaled(&mass, 18), 18)).unwrap_or_default()))
    }

    fn region(&mut self, reference: &Reference) -> Option<String> {
        let keys = ["geographyCountrySubdivision", "geographyCountry", "geographyRegionOrSubregion"];
        let Some(key) = keys.into_iter().find(|key| !self.text(key).is_empty()) else {
            return Some("001".to_owned());
        };
        let text = self.text(key);
        let regions = &reference.regions;
        let code = if key == "geographyRegionOrSubregion" {
            regions.code_of(text).map(str::to_owned)
        } else {
            regions.contains(text).then(|| text.to_owned())
        };
        if code.is_none() {
            let hint = "ISO 3166 in countries and their parts, a name of UN M49 in regions";
            self.wrong(key, codes::UNKNOWN_REGION, format!("`{text}` is not a region"), hint);
        }
        code
    }

    /// The year that the footprint stands for, the end of its period, and what should be known of it.
    fn period(&mut self) -> Option<(String, String, Vec<String>)> {
        let (start, end) = (self.day("referencePeriodStart"), self.day("referencePeriodEnd"));
        let (start, end) = (start?.day()?, end?.day()?);
        if end <= start {
            let message = "the reference period ends before it begins".to_owned();
            self.wrong(
                "referencePeriodEnd",
                codes::CONTRADICTION,
                message,
                "its end is the first day after it",
            );
            return None;
        }
        // The end is not part of the period.
        let (first, last) = (Period::of_day(start)?, Period::of_day(end - 1)?);
        let year = last.year();
        let mut notes = Vec::new();
        if first.year() != year {
            notes.push(format!(
                "reference periods of several years stand for their last one, such as {first} to {last}"
            ));
        }
        Some((year.to_string(), last.to_string(), notes))
    }

    fn amounts(
        &mut self,
        version: Version,
        uptake: Uptake,
    ) -> Option<Vec<(&'static str, String, &'static str)>> {
        let [excluded, included] = WHOLE;
        let (climate, other) = match uptake {
            Uptake::Excluded => (excluded, included),
            Uptake::Included => (included, excluded),
        };
        let key = version.of(&climate)?;
        self.needed(key)?;
        let whole = self.number(key)?;
        let mut amounts = vec![("climate-change", whole, climate.unit)];
        for part in std::iter::once(&other).chain(PARTS) {
            let number = version.of(part).and_then(|key| self.number(key));
            amounts.extend(number.map(|number| (part.indicator, number, part.unit)));
        }
        Some(amounts)
    }

    /// The reports of the IPCC whose global warming potentials were used.
    fn method(&self, version: Version) -> String {
        let mut reports =
            self.list(version.name("ipccCharacterizationFactorsSources", "ipccCharacterizationFactors"));
        if reports.is_empty() {
            reports = self.list("characterizationFactors");
        }
        reports.sort_unstable();
        if reports.is_empty() { String::new() } else { format!("IPCC {} GWP100", reports.join("+")) }
    }
}
