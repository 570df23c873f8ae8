//! The files that `classify --out` adds where flows are priced.

use std::io::{Error, Write};

use crate::base::diagnostic::Diagnostic;
use crate::data::write::Batch;
use crate::network::Statement;
use crate::pricing::flow_costs::FlowCosts;
use crate::report::regimes::Regimes;
use crate::report::regimes::html::Section;
use crate::report::{columns, json as texts, parquet};

use super::{costs, json, lineage, statement_columns};

/// The statement as a section of the page of flows.
pub fn section(statement: &Statement) -> Section {
    Section {
        title: "What it cost others, by regime".to_owned(),
        note: "Money of the report, exact. What is counted in other units stands beside it, and is never added to it."
            .to_owned(),
        table: statement_columns(statement),
        file: "statement.csv".to_owned(),
    }
}

/// Adds `statement.{csv,parquet,json}` and `flow_costs.{csv,parquet}` to a batch. Flows are written part by part.
pub fn add(
    batch: &mut Batch,
    regimes: &Regimes,
    flow_costs: &FlowCosts,
    statement: &Statement,
) -> Result<(), Diagnostic> {
    let lineage = lineage(regimes, flow_costs).to_string();
    batch.stream("flow_costs.csv", |file| {
        for (part, columns) in costs(flow_costs).enumerate() {
            file.write_all(&columns::csv_part(&columns, part == 0))?;
        }
        Ok(())
    })?;
    batch.stream("flow_costs.parquet", |file| {
        let mut parts = costs(flow_costs);
        let first = parts.next().unwrap_or_default();
        parquet::stream(file, &first, parts, &lineage).map_err(Error::other)
    })?;
    let table = statement_columns(statement);
    batch.add("statement.csv", &columns::csv(&table))?;
    batch.stream("statement.parquet", |file| {
        parquet::stream(file, &table, std::iter::empty(), &lineage).map_err(Error::other)
    })?;
    batch.add("statement.json", texts::text(&json(flow_costs, statement)).as_bytes())
}
