//! Mass balance: certified goods that come in and go out of a site, product by product, day by day.
//!
//! Each product has a stock. When more of it goes out than is there, input is worked up on that day, as much as is needed,
//! at the yield of that day; what one process makes together comes of it together. Where there is no input left either,
//! the stock falls below 0: more was sold as certified than was bought.

mod check;
mod pool;
mod rates;

use std::collections::BTreeMap;

use crate::base::decimal::{Exact, zero};
use crate::base::period::Period;
use crate::data::cells::RowRef;
use crate::data::coop::movements::{Movement, MovementKind};
use crate::data::coop::yields::Yield;

pub use check::check;

use pool::Pool;
use rates::Rates;

/// The site of all sites together.
pub const GROUP: &str = "group";

/// How finely time is told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// By year.
    #[default]
    Year,
    /// By quarter.
    Quarter,
    /// By month.
    Month,
    /// All days together.
    All,
}

impl By {
    /// The period of a day.
    pub fn period(self, day: Period) -> String {
        match self {
            Self::Year => format!("{:04}", day.year()),
            Self::Quarter => format!("{:04}-Q{}", day.year(), (day.month() - 1) / 3 + 1),
            Self::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Self::All => "all".to_owned(),
        }
    }
}

/// A stock: of a product, at a site, under a certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stock {
    /// Site, or [`GROUP`].
    pub site: String,
    /// Certificate.
    pub certificate: String,
    /// Product.
    pub product: String,
}

/// What came in and went out of a stock in a period, in kilograms:
/// opening + bought + made + adjusted - used - lost - sold = closing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    /// What was there at the beginning.
    pub opening: Exact,
    /// Bought as certified.
    pub bought: Exact,
    /// Made of input.
    pub made: Exact,
    /// Corrections, up and down.
    pub adjusted: Exact,
    /// Worked up into other products.
    pub used: Exact,
    /// Lost.
    pub lost: Exact,
    /// Sold as certified.
    pub sold: Exact,
    /// What is there at the end; below 0: sold and not covered.
    pub closing: Exact,
}

impl Turnover {
    fn close(&mut self) {
        self.closing =
            &self.opening + &self.bought + &self.made + &self.adjusted - &self.used - &self.lost - &self.sold;
    }
}

/// A stock that fell below 0 in a period. Each fall is one of its own, and so is each period in which one goes on.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Which.
    pub stock: Stock,
    /// The period.
    pub period: String,
    /// The first movement of the fall in this period, after which it was below 0.
    pub movement: String,
    /// What that was.
    pub kind: MovementKind,
    /// Its day.
    pub date: Period,
    /// Its row.
    pub row: RowRef,
    /// How much it was below 0 then, in kilograms.
    pub short: Exact,
    /// Why nothing could be made.
    pub why: String,
    /// Later movements of this fall and period that took more out of what was not there.
    pub later: usize,
    /// How much it was below 0 at most, in kilograms.
    pub most: Exact,
}

/// All stocks by period, and those that fell below 0.
#[derive(Clone, Debug, Default)]
pub struct Balance {
    /// By stock and period, in order.
    pub turnovers: Vec<(Stock, String, Turnover)>,
    /// In the order of stocks and days.
    pub violations: Vec<Violation>,
}

/// The balance of movements; [`check`] found nothing wrong with them. `group`: sites are one.
pub fn balance(movements: &[Movement], yields: &[Yield], by: By, group: bool) -> Balance {
    let mut pools: BTreeMap<(&str, &str), Vec<&Movement>> = BTreeMap::new();
    for movement in movements {
        let site = if group { GROUP } else { &movement.site };
        pools.entry((site, &movement.certificate)).or_default().push(movement);
    }
    let mut all = Balance::default();
    for ((site, certificate), movements) in pools {
        let rates = Rates::of(yields, site, certificate);
        let (turnovers, violations) = Pool::run(&movements, &rates, by);
        let stock = |product: &str| Stock {
            site: site.to_owned(),
            certificate: certificate.to_owned(),
            product: product.to_owned(),
        };
        for (product, periods) in turnovers {
            let mut carried = zero();
            for ((_, period), mut turnover) in periods {
                turnover.opening += carried;
                turnover.close();
                carried = turnover.closing.clone();
                all.turnovers.push((stock(product), period, turnover));
            }
        }
        let violations =
            violations.into_iter().flat_map(|(product, all)| all.into_iter().map(move |b| (product, b)));
        all.violations.extend(violations.map(|(product, broken)| Violation {
            stock: stock(product),
            period: broken.period,
            movement: broken.first.id.clone(),
            kind: broken.first.kind,
            date: broken.first.date,
            row: broken.first.row.clone(),
            short: broken.short,
            why: broken.why,
            later: broken.later,
            most: broken.most,
        }));
    }
    all
}
