//! The data that a result rests on.

/// A datum, by its table and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Datum {
    /// `amount` of a row of the inputs.
    Input(usize),
    /// `amount` of a row of the interventions.
    Intervention(usize),
    /// `amount` of a row of the processes: what comes out.
    Output(usize),
    /// `price` of a row of the processes: what it is worth where it leaves.
    Worth(usize),
    /// `share` of a row of the processes; the other shares of the mix give way in proportion.
    Share(usize),
    /// `displaced_amount` of a row of the processes.
    Displaced(usize),
    /// `amount` of a row of what is paid.
    Paid(usize),
    /// `amount` of a row of the properties.
    Property(usize),
    /// `mass_kg` of a product.
    Mass(usize),
    /// `amount` of a row of prices.
    Price(Prices, usize),
    /// `mass_kg` of the pack in a row of prices.
    Pack(Prices, usize),
    /// `central` of a row of the factor set.
    Factor(usize),
}

/// A table of prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prices {
    /// The dataset's own.
    Dataset,
    /// The price list that is laid over it.
    List,
}
