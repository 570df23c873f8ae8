//! The fields that rules look at, each with its few values. A value is a small number; 0 is "not stated".

/// The number of a value that is not stated.
pub const UNKNOWN: u8 = 0;

/// A field of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Kind of the agent that gives.
    FromKind,
    /// Kind of the agent that receives.
    ToKind,
    /// What ties the two.
    Relation,
    /// What compels the giver.
    Compelled,
    /// Who may receive.
    AccessScope,
    /// How the amount came about.
    PriceBasis,
    /// What comes back.
    CounterflowKind,
    /// Was it agreed beforehand by both?
    Contracted,
    /// Is it used up by use?
    Rival,
    /// Can others be kept out?
    Excludable,
    /// What its licence lets others do.
    LicenceClass,
    /// What its value is counted in.
    UnitKind,
    /// Is it certified?
    Certification,
    /// Derived: within which time as much came back, in the same unit. Never chooses a class.
    Returned,
}

const KINDS: &[&str] = &[
    "person",
    "household",
    "commune",
    "informal_group",
    "pool",
    "commons_project",
    "coop",
    "federation_fund",
    "nonprofit",
    "timebank",
    "firm",
    "state",
    "public",
    "ecosystem",
];
const RELATIONS: &[&str] = &[
    "none",
    "same_household",
    "same_commune",
    "same_control",
    "member_provider",
    "member_receiver",
    "federated",
    "co_members",
    "kin",
    "citizen_state",
];
const COMPULSIONS: &[&str] = &["none", "statutory", "membership", "customary", "coercion"];
const SCOPES: &[&str] = &["named", "household", "members", "anyone"];
const PRICE_BASES: &[&str] = &[
    "none",
    "posted",
    "negotiated",
    "certified_floor",
    "formula_patronage",
    "formula_equal",
    "cost_share",
    "interest",
    "internal",
    "voluntary",
    "promotional",
];
const COUNTERFLOWS: &[&str] =
    &["none", "money", "credit", "hours", "same_kind", "goods_services", "attention_data", "claim"];
const YES_NO: &[&str] = &["yes", "no"];
const LICENCE_CLASSES: &[&str] = &["none", "open", "conditional", "club", "closed"];
const UNIT_KINDS: &[&str] = &["none", "currency", "hours", "member_credit", "physical"];
const CERTIFICATION: &[&str] = &["none", "some"];
const RETURNS: &[&str] = &["none", "year", "month", "same_day"];

impl Field {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// All, in a fixed order.
    pub const ALL: [Self; 14] = [
        Self::FromKind,
        Self::ToKind,
        Self::Relation,
        Self::Compelled,
        Self::AccessScope,
        Self::PriceBasis,
        Self::CounterflowKind,
        Self::Contracted,
        Self::Rival,
        Self::Excludable,
        Self::LicenceClass,
        Self::UnitKind,
        Self::Certification,
        Self::Returned,
    ];

    /// Those that a flow states in a column of their own name.
    pub const STATED: [Self; 8] = [
        Self::Relation,
        Self::Compelled,
        Self::AccessScope,
        Self::PriceBasis,
        Self::CounterflowKind,
        Self::Contracted,
        Self::Rival,
        Self::Excludable,
    ];

    /// Its name in rules, and in tables where it is a column.
    pub fn name(self) -> &'static str {
        match self {
            Self::FromKind => "from_kind",
            Self::ToKind => "to_kind",
            Self::Relation => "relation",
            Self::Compelled => "compelled",
            Self::AccessScope => "access_scope",
            Self::PriceBasis => "price_basis",
            Self::CounterflowKind => "counterflow_kind",
            Self::Contracted => "contracted",
            Self::Rival => "rival",
            Self::Excludable => "excludable",
            Self::LicenceClass => "licence_class",
            Self::UnitKind => "unit_kind",
            Self::Certification => "certification",
            Self::Returned => "returned",
        }
    }

    /// Its values; the number of the first is 1.
    pub fn values(self) -> &'static [&'static str] {
        match self {
            Self::FromKind | Self::ToKind => KINDS,
            Self::Relation => RELATIONS,
            Self::Compelled => COMPULSIONS,
            Self::AccessScope => SCOPES,
            Self::PriceBasis => PRICE_BASES,
            Self::CounterflowKind => COUNTERFLOWS,
            Self::Contracted | Self::Rival | Self::Excludable => YES_NO,
            Self::LicenceClass => LICENCE_CLASSES,
            Self::UnitKind => UNIT_KINDS,
            Self::Certification => CERTIFICATION,
            Self::Returned => RETURNS,
        }
    }

    /// Is it computed from the graph of flows, and not stated by anybody?
    pub fn is_derived(self) -> bool {
        self == Self::Returned
    }

    /// The field of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The number of a value.
    pub fn code(self, word: &str) -> Option<u8> {
        self.values().iter().position(|value| *value == word).map(|at| at as u8 + 1)
    }

    /// The value of a number; empty if it is not stated.
    pub fn word(self, code: u8) -> &'static str {
        usize::from(code).checked_sub(1).and_then(|at| self.values().get(at)).copied().unwrap_or_default()
    }

    /// The number of a value that is known to be one; `UNKNOWN` otherwise.
    pub fn known(self, word: &str) -> u8 {
        self.code(word).unwrap_or(UNKNOWN)
    }
}

/// The values of all fields of a flow, in 128 bits: flows of equal features get equal answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Features(u128);

/// Bits of a field.
const BITS: u32 = 6;

impl Features {
    /// The value of a field.
    pub fn get(self, field: Field) -> u8 {
        (self.0 >> (field as u32 * BITS)) as u8 & ((1 << BITS) - 1)
    }

    /// The same with another value of a field.
    #[must_use]
    pub fn with(self, field: Field, code: u8) -> Self {
        let shift = field as u32 * BITS;
        let mask = ((1 << BITS) - 1) << shift;
        Self(self.0 & !mask | u128::from(code) << shift & mask)
    }

    /// The same with this value where none was stated.
    #[must_use]
    pub fn or(self, field: Field, code: u8) -> Self {
        if self.get(field) == UNKNOWN { self.with(field, code) } else { self }
    }

    /// All fields mixed into one number: its first bits are spread evenly.
    pub fn mixed(self) -> u64 {
        let (low, high) = (self.0 as u64, (self.0 >> 64) as u64);
        let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93)
    }

    /// The value of a field as a word; empty if it is not stated.
    pub fn word(self, field: Field) -> &'static str {
        field.word(self.get(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_keep_each_field_apart() {
        let mut features = Features::default();
        for field in Field::ALL {
            assert!(field.values().len() < 1 << BITS);
            features = features.with(field, field.values().len() as u8);
        }
        for field in Field::ALL {
            assert_eq!(features.get(field), field.values().len() as u8);
            assert_eq!(Field::named(field.name()), Some(field));
            assert_eq!(features.with(field, UNKNOWN).with(field, 1).get(field), 1);
            assert_eq!(field.code(field.word(1)), Some(1));
        }
        assert_eq!(Field::COUNT as u32 * BITS, 84);
    }
}
