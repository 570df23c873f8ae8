//! A page as the template sees it.

use serde::Serialize;

use crate::base::currency::Currency;
use crate::pricing::TruePrices;

use super::overview::Overview;
use super::product::Section;
use super::sources::{Sources, choice, dataset_title, factor_set, netting};

/// A page.
#[derive(Serialize)]
pub(super) struct Page {
    title: String,
    dataset: String,
    factor_set: String,
    currency: String,
    year: String,
    netting: bool,
    /// Address of the index, on the page of one product.
    home: Option<String>,
    overview: Option<Overview>,
    sections: Vec<Section>,
    sources: Sources,
}

impl Page {
    fn new(prices: &TruePrices, currency: Currency, sections: Vec<Section>, sources: Sources) -> Self {
        let dataset = dataset_title(&prices.lineage);
        Self {
            title: dataset.clone(),
            dataset,
            factor_set: factor_set(&prices.lineage),
            currency: currency.to_string(),
            year: choice(&prices.lineage, "price year").to_owned(),
            netting: netting(&prices.lineage),
            home: None,
            overview: None,
            sections,
            sources,
        }
    }

    /// The first page.
    pub(super) fn whole(
        prices: &TruePrices,
        currency: Currency,
        overview: Overview,
        sections: Vec<Section>,
        sources: Sources,
    ) -> Self {
        Self { overview: Some(overview), ..Self::new(prices, currency, sections, sources) }
    }

    /// The page of one product.
    pub(super) fn single(
        prices: &TruePrices,
        currency: Currency,
        section: Section,
        sources: Sources,
    ) -> Self {
        let title = section.heading.clone();
        let page = Self::new(prices, currency, vec![section], sources);
        Self { title, home: Some("../index.html".to_owned()), ..page }
    }
}
