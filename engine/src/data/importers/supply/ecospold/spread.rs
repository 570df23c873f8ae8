//! How sure amounts of ecoSpold are.

use crate::data::importers::supply::inventory::spread::{Law, Spread, scores};

use super::xml::Element;

fn number(element: &Element, name: &str) -> Option<f64> {
    element.get(name)?.parse().ok()
}

/// Of an exchange of version 1. `Err`: why it is none to draw from.
pub(super) fn one(exchange: &Element, amount: f64) -> Result<Spread, &'static str> {
    let limits = || number(exchange, "minValue").zip(number(exchange, "maxValue"));
    let deviation = || number(exchange, "standardDeviation95");
    let law = match exchange.get("uncertaintyType") {
        None | Some("0") => return Ok(Spread::default()),
        // The square of the geometric deviation.
        Some("1") => deviation()
            .map(|squared| Law::Lognormal { loc: libm::log(amount.abs()), scale: libm::log(squared) / 2.0 }),
        // Twice the deviation.
        Some("2") => deviation().map(|twice| Law::Normal { loc: amount, scale: twice / 2.0 }),
        Some("3") => limits().map(|(minimum, maximum)| Law::Triangular {
            mode: number(exchange, "mostLikelyValue").unwrap_or(3.0 * amount - minimum - maximum),
            minimum,
            maximum,
        }),
        Some("4") => limits().map(|(minimum, maximum)| Law::Uniform { minimum, maximum }),
        Some(_) => None,
    };
    Ok(Spread { law: Some(Law::sound(law)?), ..Spread::default() })
}

const SCORES: [&str; 5] = [
    "reliability",
    "completeness",
    "temporalCorrelation",
    "geographicalCorrelation",
    "furtherTechnologyCorrelation",
];

/// Of an exchange of version 2, likewise.
pub(super) fn two(exchange: &Element, amount: f64) -> Result<Spread, &'static str> {
    let Some(stated) = exchange.child("uncertainty") else { return Ok(Spread::default()) };
    let pedigree = stated.child("pedigreeMatrix").and_then(|matrix| {
        let parts: Option<Vec<&str>> = SCORES.iter().map(|name| matrix.get(name)).collect();
        scores(&parts?.join(";"))
    });
    let mut spread = Spread { law: None, pedigree: pedigree.unwrap_or_default(), basic_variance: None };
    let law = stated.children.iter().find(|child| child.name != "pedigreeMatrix" && child.name != "comment");
    let Some(stated) = law else { return Ok(spread) };
    let variance = || number(stated, "varianceWithPedigreeUncertainty").or(number(stated, "variance"));
    let limits = || number(stated, "minValue").zip(number(stated, "maxValue"));
    let law = match stated.name.as_str() {
        "lognormal" => {
            spread.basic_variance = number(stated, "variance");
            variance().map(|variance| Law::Lognormal {
                loc: number(stated, "mu").unwrap_or(libm::log(amount.abs())),
                scale: libm::sqrt(variance),
            })
        }
        "normal" => variance().map(|variance| Law::Normal {
            loc: number(stated, "meanValue").unwrap_or(amount),
            scale: libm::sqrt(variance),
        }),
        "triangular" => limits()
            .zip(number(stated, "mostLikelyValue"))
            .map(|((minimum, maximum), mode)| Law::Triangular { mode, minimum, maximum }),
        "uniform" => limits().map(|(minimum, maximum)| Law::Uniform { minimum, maximum }),
        _ => None,
    };
    spread.law = Some(Law::sound(law)?);
    Ok(spread)
}
