//! The tables of a flow dataset as they were written.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostics, Place};
use crate::data::flows::FlowData;
use crate::data::manifest::Kind;
use crate::data::reference::Reference;
use crate::data::schema::{self, Schema};
use crate::data::source::{Opened, Source};

/// A row: its cells by column, empty ones left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) cells: BTreeMap<String, String>,
    pub(super) place: Place,
}

impl Row {
    /// A cell; empty if there is none.
    pub(super) fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map(String::as_str).unwrap_or_default()
    }
}

/// A dataset without a problem, and its rows.
pub(super) struct Rows {
    pub(super) data: FlowData,
    pub(super) agents: Vec<Row>,
    pub(super) flows: Vec<Row>,
    pub(super) agreements: Vec<Row>,
    pub(super) memberships: Vec<Row>,
    pub(super) resources: Vec<Row>,
    pub(super) units: Vec<Row>,
    pub(super) accounts: Vec<Row>,
    pub(super) wages: Vec<Row>,
}

impl Rows {
    /// Reads a dataset; every problem of it is reported.
    pub(super) fn read(source: Source, reference: &Reference, diagnostics: &mut Diagnostics) -> Option<Self> {
        let data = FlowData::read(source.clone(), reference, &(), diagnostics);
        let data = data.filter(|_| !diagnostics.has_errors())?;
        let mut opened = source.open(Kind::Flows, diagnostics)?;
        Some(Self {
            data,
            agents: table(&mut opened, &schema::AGENTS, diagnostics),
            flows: table(&mut opened, &schema::FLOWS, diagnostics),
            agreements: table(&mut opened, &schema::AGREEMENTS, diagnostics),
            memberships: table(&mut opened, &schema::MEMBERSHIPS, diagnostics),
            resources: table(&mut opened, &schema::RESOURCES, diagnostics),
            units: table(&mut opened, &schema::FLOW_UNITS, diagnostics),
            accounts: table(&mut opened, &schema::ACCOUNTS, diagnostics),
            wages: table(&mut opened, &schema::WAGES, diagnostics),
        })
    }
}

fn table(opened: &mut Opened, schema: &'static Schema, diagnostics: &mut Diagnostics) -> Vec<Row> {
    let rows = opened.read(schema, &(), diagnostics, |bound, _| {
        let header = bound.table().header.clone();
        let mut rows = Vec::new();
        bound.each(|row| {
            let cell = |(at, name): (usize, &String)| Some((name.clone(), row.at(Some(at))?.to_owned()));
            let cells = header.iter().enumerate().filter_map(cell).collect();
            rows.push(Row { cells, place: row.place() });
        });
        rows
    });
    rows.unwrap_or_default()
}
