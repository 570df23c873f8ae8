//! The hash of what a book says: the same however it is stored.

use sha2::{Digest, Sha256};

use crate::base::decimal::Exact;
use crate::base::money::{Factor, Money};
use crate::data::factors::Band;

use super::Book;

/// The version of the format of books, and of this hash.
pub(super) const VERSION: &str = "1";

/// Content on its way into a hash: lengths before texts, so that no content looks like other content.
struct Content(Sha256);

impl Content {
    fn number(&mut self, value: impl Into<i128>) {
        self.0.update(value.into().to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    fn optional(&mut self, value: Option<impl Into<i128>>) {
        self.0.update([u8::from(value.is_some())]);
        if let Some(value) = value {
            self.number(value);
        }
    }

    fn exact(&mut self, value: &Exact) {
        self.text(&ratio(value));
    }

    fn money(&mut self, band: Band<Money>) {
        band.map(|money| self.number(money.units()));
    }

    fn factor(&mut self, band: Band<Factor>) {
        band.map(|factor| self.number(factor.units()));
    }

    fn table(&mut self, name: &str, rows: usize) {
        self.text(name);
        self.number(rows as i128);
    }
}

/// A ratio in lowest terms.
pub(super) fn ratio(value: &Exact) -> String {
    format!("{}/{}", value.numer(), value.denom())
}

impl Book {
    /// `sha256:` and the hash of its content.
    pub fn hash(&self) -> String {
        let mut content = Content(Sha256::new());
        content.text(VERSION);
        self.hash_names(&mut content);
        self.hash_numbers(&mut content);
        content.table("moves", self.moves.len());
        for row in &self.moves {
            content.text(row.currency.code());
            content.number(row.year);
            content.exact(&row.multiplier);
            content.text(&row.steps);
        }
        content.table("units", self.units.len());
        for row in &self.units {
            content.text(&row.code);
            content.text(&row.aliases.join("|"));
            content.exact(&row.ratio);
            row.dimension.iter().for_each(|exponent| content.number(*exponent));
            content.number(u8::from(row.metric));
            content.text(&row.kind);
        }
        content.0.finalize().iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
    }

    fn hash_names(&self, content: &mut Content) {
        let head = &self.head;
        for text in [&head.engine, &head.dataset, &head.title, &head.factors, &head.lineage] {
            content.text(text);
        }
        content.text(head.currency.code());
        content.number(head.year);
        content.optional(head.emission_year);
        content.number(head.default_year);
        content.optional(head.years.map(|(first, _)| first));
        content.optional(head.years.map(|(_, last)| last));
        content.number(u8::from(head.netting));
        content.table("indicators", self.indicators.len());
        for row in &self.indicators {
            for text in [&row.id, &row.name, row.dimension.word(), row.kind.word(), &row.unit] {
                content.text(text);
            }
        }
        content.table("products", self.products.len());
        for row in &self.products {
            for text in [&row.id, &row.name, &row.category, &row.unit, &row.partial, &row.not_stated] {
                content.text(text);
            }
            content.text(&row.mass_kg.as_ref().map(ratio).unwrap_or_default());
        }
        content.table("places", self.places.len());
        for row in &self.places {
            content.text(&row.code);
            content.text(&row.name);
            content.text(&row.level.to_string());
            content.optional(row.parent);
        }
    }

    fn hash_numbers(&self, content: &mut Content) {
        content.table("cells", self.cells.len());
        for row in &self.cells {
            content.number(row.product);
            content.optional(row.place);
            content.optional(row.year);
            content.number(u8::from(row.of_origin));
            content.text(&row.fallback);
            content.text(&row.unpriced);
        }
        content.table("costs", self.costs.len());
        for row in &self.costs {
            content.number(row.cell);
            content.number(row.indicator);
            content.money(row.cost);
            content.number(row.paid.units());
        }
        content.table("footprints", self.footprints.len());
        for row in &self.footprints {
            content.number(row.product);
            content.number(row.indicator);
            content.text(&row.method);
            content.optional(row.year);
            content.number(row.amount.to_bits());
            content.number(row.paid.units());
        }
        content.table("factors", self.factors.len());
        for row in &self.factors {
            content.optional(row.place);
            content.optional(row.year);
            content.number(row.indicator);
            content.text(&row.method);
            content.number(u8::from(row.value.is_some()));
            content.factor(row.value.unwrap_or_default());
            content.text(&row.fallback);
            content.text(&row.unpriced);
        }
    }
}
