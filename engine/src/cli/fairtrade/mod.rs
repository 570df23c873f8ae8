//! `truecost fairtrade`: what a co-op asks, a module a question.

pub mod benchmarks;
pub mod drift;
pub mod income;
pub mod living;
pub mod mass_balance;
pub mod pay;
pub mod prices;
pub mod reference_price;
pub mod rules;
pub mod surplus;
pub mod value_equation;
pub mod wages;

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use crate::base::diagnostic::Diagnostics;
use crate::data::source::Library;
use crate::report::coop::CoopReport;

use super::outcome::{Outcome, deliver, settle};

/// Arguments of `fairtrade`.
#[derive(Debug, clap::Args)]
pub struct FairtradeArguments {
    /// What to ask
    #[command(subcommand)]
    pub command: FairtradeCommand,
}

/// What a co-op asks.
#[derive(Debug, Subcommand)]
pub enum FairtradeCommand {
    /// What is to be paid for contracts: the minimum price or the market, differentials and premium
    Pay(pay::Arguments),
    /// The minimum prices, premiums and differentials that are in force, with their sources
    Prices(prices::Arguments),
    /// Who earns less than a living wage, by how much, and what it costs a product
    Wages(wages::Arguments),
    /// Which households live on less than a living income, by how much, and which price would close the gap
    Income(income::Arguments),
    /// The price at the farm gate that gives a living income
    ReferencePrice(reference_price::Arguments),
    /// Living wages and living incomes by region and year, with their ids and sources
    Benchmarks(benchmarks::Arguments),
    /// Is no more sold as certified than was bought? By site, product, certificate and period
    MassBalance(mass_balance::Arguments),
    /// Share out a surplus: reserves, members by their business, capital accounts
    Surplus(surplus::Arguments),
    /// The sets of rules by which a surplus can be shared out
    Rules(rules::Arguments),
    /// Share out an amount over contributions
    ValueEquation(value_equation::Arguments),
    /// Is the co-op turning into an ordinary firm? Year by year
    Drift(drift::Arguments),
}

/// Where an answer goes to.
#[derive(Debug, clap::Args)]
pub struct OutputArguments {
    /// Folder to write all tables into, as CSV, Parquet, JSON and a workbook
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = CoopFormat::Table)]
    pub format: CoopFormat,
}

/// Format of an answer on standard output.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CoopFormat {
    /// The first table as aligned columns, and what a reader must know
    Table,
    /// The first table as comma-separated values, exact
    Csv,
    /// All tables as JSON, exact, with lineage
    Json,
}

/// Answers.
pub(super) fn run(arguments: &FairtradeArguments, library: &Library) -> Outcome {
    match &arguments.command {
        FairtradeCommand::Pay(arguments) => pay::run(arguments, library),
        FairtradeCommand::Prices(arguments) => prices::run(arguments, library),
        FairtradeCommand::Wages(arguments) => wages::run(arguments, library),
        FairtradeCommand::Income(arguments) => income::run(arguments, library),
        FairtradeCommand::ReferencePrice(arguments) => reference_price::run(arguments, library),
        FairtradeCommand::Benchmarks(arguments) => benchmarks::run(arguments, library),
        FairtradeCommand::MassBalance(arguments) => mass_balance::run(arguments, library),
        FairtradeCommand::Surplus(arguments) => surplus::run(arguments, library),
        FairtradeCommand::Rules(arguments) => rules::run(arguments, library),
        FairtradeCommand::ValueEquation(arguments) => value_equation::run(arguments, library),
        FairtradeCommand::Drift(arguments) => drift::run(arguments, library),
    }
}

/// Prints a report and writes its files, none of them over what was `read`. One with broken rules or missing figures ends with 1, after all was written.
pub(super) fn finish(
    report: Option<CoopReport>,
    diagnostics: Diagnostics,
    output: &OutputArguments,
    read: &[&Path],
) -> Outcome {
    let report = settle(report, diagnostics)?;
    let text = match output.format {
        CoopFormat::Table => report.text(),
        CoopFormat::Csv => report.csv(),
        CoopFormat::Json => report.json(),
    };
    let files = output.out.as_ref().map(|folder| report.stage(folder)).transpose()?;
    deliver(&text, files, read)?;
    if report.failed { Err(Diagnostics::new()) } else { Ok(()) }
}
