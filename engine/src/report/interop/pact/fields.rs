//! The properties of a product footprint, by version of PACT: their kind, and whether they must be there.

use crate::data::importers::supply::pact::parts::Version;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A decimal number in a string.
    Decimal,
    /// A number.
    Number,
    Whole,
    Truth,
    /// A moment in UTC.
    Moment,
    /// Uniform resource names.
    Urns,
    List,
    Object,
}

/// A property.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) is_required: bool,
}

const fn must(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_required: true }
}

const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_required: false }
}

use Kind::{Decimal, List, Moment, Number, Object, Text, Truth, Urns, Whole};

/// Of the footprint itself.
pub(super) fn top(version: Version) -> Vec<Field> {
    let mut fields = vec![
        must("id", Text),
        must("specVersion", Text),
        may("precedingPfIds", List),
        must("created", Moment),
        must("status", Text),
        may("validityPeriodStart", Moment),
        may("validityPeriodEnd", Moment),
        must("companyName", Text),
        must("companyIds", Urns),
        must("productDescription", Text),
        must("productIds", Urns),
        may("productClassifications", Urns),
        must("productNameCompany", Text),
        may("extensions", List),
        must("pcf", Object),
    ];
    fields.extend(match version {
        Version::Two => vec![
            must("version", Whole),
            may("updated", Moment),
            may("statusComment", Text),
            must("productCategoryCpc", Text),
            must("comment", Text),
        ],
        Version::Three => vec![may("comment", Text)],
    });
    fields
}

/// Of its `pcf`, but for the parts of the footprint.
pub(super) fn inner(version: Version) -> Vec<Field> {
    let mut fields = vec![
        must("referencePeriodStart", Moment),
        must("referencePeriodEnd", Moment),
        may("geographyRegionOrSubregion", Text),
        may("geographyCountry", Text),
        may("geographyCountrySubdivision", Text),
        may("productOrSectorSpecificRules", List),
        may("allocationRulesDescription", Text),
        may("secondaryEmissionFactorSources", List),
        may("dqi", Object),
    ];
    fields.extend(match version {
        Version::Two => vec![
            must("declaredUnit", Text),
            must("unitaryProductAmount", Decimal),
            may("productMassPerDeclaredUnit", Decimal),
            must("characterizationFactors", Text),
            must("ipccCharacterizationFactorsSources", List),
            must("crossSectoralStandardsUsed", List),
            may("crossSectoralStandards", List),
            may("biogenicAccountingMethodology", Text),
            must("boundaryProcessesDescription", Text),
            must("exemptedEmissionsPercent", Number),
            must("exemptedEmissionsDescription", Text),
            must("packagingEmissionsIncluded", Truth),
            may("uncertaintyAssessmentDescription", Text),
            may("primaryDataShare", Number),
            may("assurance", Object),
        ],
        Version::Three => vec![
            must("declaredUnitOfMeasurement", Text),
            must("declaredUnitAmount", Decimal),
            must("productMassPerDeclaredUnit", Decimal),
            must("ipccCharacterizationFactors", List),
            must("crossSectoralStandards", List),
            may("boundaryProcessesDescription", Text),
            must("exemptedEmissionsPercent", Decimal),
            may("exemptedEmissionsDescription", Text),
            may("packagingEmissionsIncluded", Truth),
            may("ccsTechnologicalCO2CaptureIncluded", Truth),
            may("technologicalCO2CaptureOrigin", Text),
            may("ccuCalculationApproach", Text),
            may("ccuCreditCertification", Text),
            may("primaryDataShare", Decimal),
            may("verification", Object),
        ],
    });
    fields
}

/// Parts of the footprint that must be there.
pub(super) fn is_required_part(name: &str, version: Version) -> bool {
    let required: &[&str] = match version {
        Version::Two => {
            &["pCfExcludingBiogenic", "fossilGhgEmissions", "fossilCarbonContent", "biogenicCarbonContent"]
        }
        Version::Three => &[
            "pcfExcludingBiogenicUptake",
            "pcfIncludingBiogenicUptake",
            "fossilGhgEmissions",
            "fossilCarbonContent",
        ],
    };
    required.contains(&name)
}
