//! Which yield holds at a site, under a certificate, on a day.

use crate::data::coop::yields::Yield;

/// The yields that may hold in a pool.
pub(super) struct Rates<'a>(Vec<&'a Yield>);

impl<'a> Rates<'a> {
    /// Those of a site and a certificate.
    pub(super) fn of(yields: &'a [Yield], site: &str, certificate: &str) -> Self {
        let fits = |cell: &Option<String>, own: &str| cell.as_deref().is_none_or(|cell| cell == own);
        let mine = |y: &&Yield| fits(&y.site, site) && fits(&y.certificate, certificate);
        Self(yields.iter().filter(mine).collect())
    }

    /// How a product is made on a day. A row of the site wins over one of the certificate, and that over one of all.
    pub(super) fn making(&self, output: &str, day: i32) -> Option<&'a Yield> {
        let rows = self.0.iter().filter(|y| y.output == output && y.validity.holds(day));
        rows.max_by_key(|y| (y.site.is_some(), y.certificate.is_some())).copied()
    }

    /// All that is made when a product is made in this way on a day: its own row is among them.
    pub(super) fn together(&self, row: &'a Yield, day: i32) -> Vec<&'a Yield> {
        if row.process.is_none() {
            return vec![row];
        }
        let mut outputs: Vec<&str> = self.0.iter().map(|y| y.output.as_str()).collect();
        outputs.sort_unstable();
        outputs.dedup();
        let making = outputs.into_iter().filter_map(|output| self.making(output, day));
        making.filter(|other| other.input == row.input && other.process == row.process).collect()
    }

    /// Is there a row that makes it, on whichever day?
    pub(super) fn knows(&self, output: &str) -> bool {
        self.0.iter().any(|y| y.output == output)
    }
}
