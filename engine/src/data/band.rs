//! Lower, central and upper.

/// Lower, central and upper of anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Band<T> {
    /// All factors low.
    pub lower: T,
    /// The best estimate.
    pub central: T,
    /// All factors high.
    pub upper: T,
}

impl<T> Band<T> {
    /// The same, each changed.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Band<U> {
        Band { lower: change(self.lower), central: change(self.central), upper: change(self.upper) }
    }

    /// The same, each changed, or the first error.
    pub fn try_map<U, E>(self, mut change: impl FnMut(T) -> Result<U, E>) -> Result<Band<U>, E> {
        Ok(Band { lower: change(self.lower)?, central: change(self.central)?, upper: change(self.upper)? })
    }

    /// Pairs two bands.
    pub fn zip<U>(self, other: Band<U>) -> Band<(T, U)> {
        Band {
            lower: (self.lower, other.lower),
            central: (self.central, other.central),
            upper: (self.upper, other.upper),
        }
    }

    /// By reference.
    pub fn as_ref(&self) -> Band<&T> {
        Band { lower: &self.lower, central: &self.central, upper: &self.upper }
    }
}
