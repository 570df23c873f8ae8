//! Contributions as a file, of the format that its name says.

use std::path::Path;

use crate::base::diagnostic::{Diagnostic, Place, codes};
use crate::report::{columns, json, parquet, sankey};
use crate::study::contribution::{Contributions, Graph};

fn unknown(path: &Path, what: &str, hint: &'static str) -> Diagnostic {
    let place = Place::file(path.to_string_lossy());
    Diagnostic::error(codes::UNWRITABLE, format!("the name does not say which format {what} has"))
        .at(place)
        .hint(hint)
}

fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// The bytes of a table or of all: `.csv`, `.parquet` or `.json`. A table holds the paths where they were asked for, else
/// the parts.
pub fn encoded(path: &Path, contributions: &Contributions) -> Result<Vec<u8>, Diagnostic> {
    let table = || {
        let has_paths = contributions.products.iter().any(|of| of.paths.is_some());
        if has_paths { super::paths(contributions) } else { super::parts(contributions) }
    };
    match ending(path).as_str() {
        "csv" => Ok(columns::csv(&table())),
        "parquet" => {
            let lineage = json::lineage(&contributions.lineage).to_string();
            parquet::bytes(&table(), &lineage).map_err(|error| {
                Diagnostic::error(codes::UNWRITABLE, format!("cannot be made: {error}"))
                    .at(Place::file(path.to_string_lossy()))
            })
        }
        "json" => Ok(json::text(&super::json(contributions)).into_bytes()),
        _ => Err(unknown(path, "the result", "let it end in `.csv`, `.parquet` or `.json`")),
    }
}

/// The bytes of the drawing of one product: `.svg`, or `.json` for a specification of Vega.
pub fn drawn(path: &Path, contributions: &Contributions) -> Result<Vec<u8>, Diagnostic> {
    let currency = contributions.target.currency;
    let draw: fn(&Graph, _) -> Vec<u8> = match ending(path).as_str() {
        "svg" => |graph, currency| sankey::svg(graph, currency).into_bytes(),
        "json" => |graph, currency| json::text(&sankey::vega(graph, currency)).into_bytes(),
        _ => return Err(unknown(path, "the drawing", "let it end in `.svg`, or in `.json` for Vega")),
    };
    let place = || Place::file(path.to_string_lossy());
    match contributions.products.as_slice() {
        [of] => match &of.graph {
            Some(graph) => Ok(draw(graph, currency)),
            None => {
                let message = format!("`{}` has no external cost: there is nothing to draw", of.product);
                Err(Diagnostic::error(codes::NOT_FOUND, message).at(place()))
            }
        },
        many => {
            let origins: Vec<&str> = many.iter().map(|of| of.origin.as_str()).collect();
            let message = "a drawing is of one place that the product is made in";
            let hint = format!("choose it with --made-in: {}", origins.join(", "));
            Err(Diagnostic::error(codes::MISSING_CHOICE, message).at(place()).hint(hint))
        }
    }
}
