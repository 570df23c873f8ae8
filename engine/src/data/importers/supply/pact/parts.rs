//! What PACT calls the parts of a footprint, in both versions.

/// A part of a footprint, and what is ours of it.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Our indicator.
    pub indicator: &'static str,
    /// Name of the indicator.
    pub name: &'static str,
    /// Property in 2.x; empty: it has none.
    pub two: &'static str,
    /// Property in 3.x; empty: it has none.
    pub three: &'static str,
    /// Unit of the amount, per declared unit.
    pub unit: &'static str,
}

const CO2: &str = "kg CO2-eq";
const CARBON: &str = "kg C";

const fn part(
    indicator: &'static str,
    name: &'static str,
    two: &'static str,
    three: &'static str,
    unit: &'static str,
) -> Part {
    Part { indicator, name, two, three, unit }
}

/// The whole, without the carbon that plants took up, and with it.
pub const WHOLE: [Part; 2] = [
    part(
        "pact-pcf-excluding-uptake",
        "Carbon footprint without biogenic uptake",
        "pCfExcludingBiogenic",
        "pcfExcludingBiogenicUptake",
        CO2,
    ),
    part(
        "pact-pcf-including-uptake",
        "Carbon footprint with biogenic uptake",
        "pCfIncludingBiogenic",
        "pcfIncludingBiogenicUptake",
        CO2,
    ),
];

/// Parts of the whole, and what stands beside it. None of them is added to it.
pub const PARTS: &[Part] = &[
    part("pact-fossil-ghg", "of it: fossil emissions", "fossilGhgEmissions", "fossilGhgEmissions", CO2),
    part(
        "pact-land-use-change",
        "of it: land use change, direct",
        "dLucGhgEmissions",
        "landUseChangeGhgEmissions",
        CO2,
    ),
    part("pact-land-use-change-indirect", "Land use change, indirect", "iLucGhgEmissions", "", CO2),
    part("pact-land-carbon-leakage", "Land carbon leakage", "", "landCarbonLeakage", CO2),
    part("pact-land-management", "of it: land management", "landManagementGhgEmissions", "", CO2),
    part(
        "pact-land-management-fossil",
        "of it: land management, fossil",
        "",
        "landManagementFossilGhgEmissions",
        CO2,
    ),
    part(
        "pact-land-management-co2",
        "of it: land management, biogenic CO2",
        "",
        "landManagementBiogenicCO2Emissions",
        CO2,
    ),
    part(
        "pact-land-management-removals",
        "of it: land management, removals",
        "",
        "landManagementBiogenicCO2Removals",
        CO2,
    ),
    part("pact-other-biogenic", "of it: other biogenic emissions", "otherBiogenicGhgEmissions", "", CO2),
    part(
        "pact-biogenic-non-co2",
        "of it: biogenic emissions other than CO2",
        "",
        "biogenicNonCO2Emissions",
        CO2,
    ),
    part("pact-biogenic-uptake", "Biogenic uptake", "biogenicCarbonWithdrawal", "biogenicCO2Uptake", CO2),
    part("pact-aircraft", "of it: aircraft", "aircraftGhgEmissions", "aircraftGhgEmissions", CO2),
    part("pact-packaging", "of it: packaging", "packagingGhgEmissions", "packagingGhgEmissions", CO2),
    part(
        "pact-outbound-logistics",
        "Outbound logistics, after the gate",
        "",
        "outboundLogisticsGhgEmissions",
        CO2,
    ),
    part("pact-ccs-capture", "Captured and stored CO2", "", "ccsTechnologicalCO2Capture", CO2),
    part("pact-technological-removals", "Technological removals of CO2", "", "technologicalCO2Removals", CO2),
    part(
        "pact-fossil-carbon",
        "Fossil carbon in the product",
        "fossilCarbonContent",
        "fossilCarbonContent",
        CARBON,
    ),
    part(
        "pact-biogenic-carbon",
        "Biogenic carbon in the product",
        "biogenicCarbonContent",
        "biogenicCarbonContent",
        CARBON,
    ),
    part("pact-recycled-carbon", "Recycled carbon in the product", "", "recycledCarbonContent", CARBON),
    part(
        "pact-packaging-carbon",
        "Biogenic carbon in the packaging",
        "",
        "packagingBiogenicCarbonContent",
        CARBON,
    ),
    part("pact-ccu-carbon", "Carbon in the product that was captured", "", "ccuCarbonContent", CARBON),
    part(
        "pact-land-occupation",
        "Agricultural land occupied in the year",
        "",
        "landAreaOccupation",
        "m2.a/a",
    ),
];

/// Declared units with what they are in UCUM.
pub const DECLARED: [(&str, &str); 10] = [
    ("liter", "L"),
    ("kilogram", "kg"),
    ("cubic meter", "m3"),
    ("kilowatt hour", "kW.h"),
    ("megajoule", "MJ"),
    ("ton kilometer", "t.km"),
    ("square meter", "m2"),
    ("piece", "piece"),
    ("hour", "h"),
    ("megabit second", "1 megabit second"),
];

/// A version of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 2.x: amounts are per one declared unit.
    Two,
    /// 3.x: amounts are per the declared amount of it.
    Three,
}

impl Version {
    /// That of `specVersion`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split('.').next() {
            Some("2") => Some(Self::Two),
            Some("3") => Some(Self::Three),
            _ => None,
        }
    }

    /// A property that each version has its own name for.
    pub fn name(self, two: &'static str, three: &'static str) -> &'static str {
        if self == Self::Two { two } else { three }
    }

    /// The property of a part, if the version has one.
    pub fn of(self, part: &Part) -> Option<&'static str> {
        Some(self.name(part.two, part.three)).filter(|name| !name.is_empty())
    }
}
