//! What is asked of contributions.

/// Supplier tiers that are told apart, if nobody says.
pub const TIERS: usize = 8;
/// The most tiers that are.
pub const MOST_TIERS: usize = 1_000;
/// The share of the whole that a path has to contribute to be listed, if nobody says.
pub const CUTOFF: f64 = 0.01;
/// Paths that are listed, if nobody says.
pub const LISTED: usize = 100;

/// What a contribution is a contribution of: a stage, a process, …
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Stages of the chain.
    #[default]
    Stage,
    /// Processes.
    Process,
    /// Regions.
    Region,
    /// Supplier tiers: 0 makes the product, 1 supplies tier 0, and so on.
    Tier,
}

impl By {
    /// All of them, with their words.
    pub const ALL: [(&str, Self); 4] =
        [("stage", Self::Stage), ("process", Self::Process), ("region", Self::Region), ("tier", Self::Tier)];

    /// As a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Process => "process",
            Self::Region => "region",
            Self::Tier => "tier",
        }
    }
}

/// What is divided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The external cost: all indicators that cost others something, in money.
    #[default]
    Total,
    /// The external cost, and each indicator.
    All,
    /// One indicator: its footprint, and what it costs.
    Indicator(String),
}

impl Measure {
    /// Is it a footprint, which needs no factors? With factors, its cost is divided too.
    pub fn is_physical(&self) -> bool {
        matches!(self, Self::Indicator(_))
    }

    /// `total`, `all`, or the id of an indicator.
    pub fn parse(text: &str) -> Self {
        match text {
            "total" => Self::Total,
            "all" => Self::All,
            id => Self::Indicator(id.to_owned()),
        }
    }
}

/// How paths are searched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Share of the whole that a path has to contribute itself, 0 to 1.
    pub share: f64,
    /// How many are listed at most.
    pub most: usize,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Parts of what kind.
    pub by: By,
    /// Of what.
    pub measure: Measure,
    /// The last supplier tier that is told from deeper ones.
    pub tiers: usize,
    /// How many parts are listed; the others are put together. Of tiers, all are.
    pub top: Option<usize>,
    /// Only what is made in this place.
    pub made_in: Option<String>,
    /// Structural paths too?
    pub paths: Option<Cut>,
}

impl Default for Asked {
    fn default() -> Self {
        let (by, measure) = (By::default(), Measure::default());
        Self { by, measure, tiers: TIERS, top: None, made_in: None, paths: None }
    }
}
