//! The command line as types; doc comments are its manual.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use super::valuing::{Figures, Terms, ValuingArguments};

use super::compare::CompareArguments;
use super::contributions::ContributionsArguments;
use super::export::ExportArguments;
use super::fairtrade::FairtradeArguments;
use super::footprints::FootprintsArguments;
use super::import::ImportArguments;
use super::multipliers::MultipliersArguments;
use super::products::ProductsArguments;
use super::sampling::SamplingArguments;
use super::sensitivity::SensitivityArguments;
use super::statements::StatementsArguments;
use super::template::TemplateArguments;

/// True-cost pricing: what products cost the climate, the soil and the people who make them, added to their price
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub struct Cli {
    /// Folder with factors/, reference/, prices/, regimes/ and postings/; what it holds wins over what is built in [env: `TRUECOST_DATASETS`]
    #[arg(long, global = true, value_name = "DIR")]
    pub datasets: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Price a supply dataset: external costs, gap and true price of every product
    ///
    /// Prints a table. With --out it also writes `true_prices.csv`, `.parquet` and `.json`, `breakdown.parquet` (product x stage x region x indicator), both as the workbook `true_prices.xlsx`, `allocation.csv` where a process has several products, the report `index.html` and the shelf labels `labels.html`, all of them or none.
    Price(PriceArguments),
    /// Compare a supply dataset with scenarios of it, and say what of the difference comes from which change
    ///
    /// Prints the dataset as it is and each scenario side by side, and the differences by cause: by the Shapley value for up to six causes, in the order of the scenario beyond; they add up exactly. With --out it also writes `comparison`, `causes` and `causes_by_indicator` (`.csv` and `.parquet`), `comparison.json` and the page `index.html`, all of them or none.
    Compare(CompareArguments),
    /// Compile a price book: what every product of a supply dataset costs others, from every place and in every year
    ///
    /// A book is applied to any number of lines. It is an Arrow IPC file of one row, each column a table, which any Arrow tool reads; the same input gives the same bytes.
    Pricebook(PricebookArguments),
    /// Price any number of lines, such as sales or receipts, with a price book
    ///
    /// Reads Parquet, CSV or Arrow IPC, a piece at a time, and writes each line with its external cost, gap and true price. LINES is a file, a folder of files of one format, or `-` for an Arrow IPC stream on standard input.
    ///
    /// Lines that cannot be priced are never dropped: they go to a CSV with row and reason, and the command ends with 1. Priced lines, summary and rejects are written all or none.
    Lines(LinesArguments),
    /// Read a dataset of any kind, or a price book, and report every problem at once; nothing is priced
    Check(CheckArguments),
    /// List the products of a supply dataset, or find some by what people call them
    Products(ProductsArguments),
    /// Footprints of all products in physical units, each with a bound on its error; no factor set is needed
    ///
    /// Says of each how far the chain states it: complete, partial or absent. Where products are named, the processes that do not state it are named too, in JSON.
    Footprints(FootprintsArguments),
    /// Multipliers of the input-output tables of an economy, as pymrio saves them or EXIOBASE 3, each with a bound on its error
    ///
    /// How much of each stressor a unit of final demand for each sector causes along its whole chain, M = S (I - A)^-1, in the units of the tables. A table of 9,800 sectors is read into memory once, and not imported.
    Multipliers(MultipliersArguments),
    /// Say which data move the true price of a product most, and how much
    ///
    /// For every input, intervention, factor, payment, price, output, share and property: by how much the result changes per unit of it, in percent per percent too. Data whose range is known are ranked by what it does, the others by elasticity.
    Sensitivity(SensitivityArguments),
    /// Walk a number back to the rows and sources that made it, or say in plain words why a flow is what it is
    Explain(ExplainArguments),
    /// Say what the external cost or a footprint of a product is made of: by stage, process, region or supplier tier
    ///
    /// The parts add up to the whole, money to the last digit. With --paths it also lists the ways through the chain by which most of it comes, and what is not listed; with --sankey it draws the chain.
    Contributions(ContributionsArguments),
    /// Say of every flow what it is: commons, reciprocity, market or redistribution, and how sure that is
    ///
    /// Prints the sums by class and unit. With --out it also writes `flows.csv` and `.parquet` (one row a flow), `summary.csv` and `.parquet` (by agent, year or month, unit and class), `totals.csv`, `regimes.json` and the report `index.html`, all of them or none.
    ///
    /// With a supply dataset, by --supply or in the manifest, it prices what passes, and says what the network did, by regime, priced and unpriced; --out then adds `statement.csv`, `.parquet` and `.json`, and `flow_costs.csv` and `.parquet` (one row a flow).
    Classify(ClassifyArguments),
    /// Make a dataset out of files of other programs: flows, or supply data
    ///
    /// Writes a folder with a manifest and tables, and says what was read and what became of it: what is left out is counted and told.
    Import(ImportArguments),
    /// Write a dataset in a format of other programs
    Export(ExportArguments),
    /// Keep the books of flows: journal, balances, trial balance, income statement, balance sheet, in every unit
    ///
    /// Prints the trial balance of the agents named with --agent, or what each agent is left with. With --out it also writes `journal` and `balances` (`.csv` and `.parquet`), `trial_balance.csv`, `income_statement.csv`, `balance_sheet.csv`, `credit.csv` (limits and how old debts are), `not_booked.csv`, `journal.hledger`, `journal.beancount`, `accounts.json`, the statements, journal, credit and what is not booked as the workbook `accounts.xlsx`, and the statements as the page `index.html`, all of them or none.
    Accounts(AccountsArguments),
    /// Write the statements of producers: deliveries, prices, premium, deductions, payments, balance
    Statements(StatementsArguments),
    /// Fair trade and co-operatives: pay prices, living wages and incomes, mass balance, surplus, drift
    Fairtrade(FairtradeArguments),
    /// Write a workbook for a co-op to fill in, with an example
    Template(TemplateArguments),
    /// Show, check and compare the rules that say what a flow is
    Regime(RegimeArguments),
    /// List, show and compare factor sets
    Factors(FactorsArguments),
    /// Write a small dataset that prices at once, with comments that teach
    Init(InitArguments),
    /// Print completions for a shell
    Completions(CompletionsArguments),
}

/// Format of standard output.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// Aligned columns, rounded to the minor unit
    Table,
    /// Comma-separated values, exact
    Csv,
    /// JSON, exact, with lineage
    Json,
}

/// Arguments of `price`.
#[derive(Debug, clap::Args)]
pub struct PriceArguments {
    /// Folder of a supply dataset
    pub dataset: PathBuf,
    /// Only these products
    #[arg(value_name = "PRODUCT")]
    pub products: Vec<String>,
    /// How to value it
    #[command(flatten)]
    pub valuing: ValuingArguments,
    /// The same as PRODUCT; may be repeated
    #[arg(long = "product", value_name = "ID")]
    pub more_products: Vec<String>,
    /// Changes to lay over the dataset first: a scenario as for `compare`
    #[arg(long, value_name = "FILE|DIR")]
    pub scenario: Option<PathBuf>,
    /// How sure it is
    #[command(flatten)]
    pub sampling: SamplingArguments,
    /// Folder to write the report into
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// Arguments of `pricebook`.
#[derive(Debug, clap::Args)]
pub struct PricebookArguments {
    /// Folder of a supply dataset
    pub dataset: PathBuf,
    /// How to value it
    #[command(flatten)]
    pub terms: Terms,
    /// The user's own figures
    #[command(flatten)]
    pub figures: Figures,
    /// Changes to lay over the dataset first: a scenario as for `compare`
    #[arg(long, value_name = "FILE|DIR")]
    pub scenario: Option<PathBuf>,
    /// Years that lines may have, first and last (2021-2030), or one; from the first emission year of the factors in use to the price year if left out
    #[arg(long, value_name = "FROM-TO", value_parser = years, conflicts_with = "emission_year")]
    pub years: Option<(i32, i32)>,
    /// File to write
    #[arg(short, long, value_name = "BOOK")]
    pub out: PathBuf,
}

/// A range of years, or one.
fn years(text: &str) -> Result<(i32, i32), String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let year = |text: &str| text.parse::<i32>().ok().filter(|year| (1900..=2200).contains(year));
    match (year(first), year(last)) {
        (Some(first), Some(last)) if first <= last => Ok((first, last)),
        _ => Err("the first year and the last, such as 2021-2030".to_owned()),
    }
}

/// Arguments of `lines`.
#[derive(Debug, clap::Args)]
pub struct LinesArguments {
    /// File (.parquet, .csv, .arrow, .arrows), folder of such files, or - for an Arrow IPC stream
    pub lines: PathBuf,
    /// The price book, as `truecost pricebook` writes it
    #[arg(long, value_name = "BOOK")]
    pub pricebook: PathBuf,
    /// File to write priced lines to (.parquet, .csv, .arrow, .arrows), or - for an Arrow IPC stream
    #[arg(short, long, value_name = "OUT")]
    pub out: PathBuf,
    /// Which column is what: product, quantity, unit, origin, price, value, currency, year or date; may be repeated
    #[arg(long = "column", value_name = "ROLE=NAME")]
    pub columns: Vec<String>,
    /// What holds for all lines, in place of a column, such as currency=EUR; may be repeated
    #[arg(long = "set", value_name = "ROLE=VALUE")]
    pub constants: Vec<String>,
    /// The same from a TOML file with the tables [columns] and [constants]; flags win
    #[arg(long = "columns", value_name = "FILE")]
    pub columns_file: Option<PathBuf>,
    /// Columns of the lines that priced lines keep, with commas between; all if left out
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub keep: Option<Vec<String>>,
    /// Indicators with a cost column of their own: all, or ids with commas between
    #[arg(long, value_name = "all|A,B", value_delimiter = ',')]
    pub indicators: Vec<String>,
    /// Lower and upper scenarios too
    #[arg(long)]
    pub bounds: bool,
    /// Columns that the summary is by, with commas between; `name` and `category` of the product and `year` are known too
    #[arg(long, value_name = "A,B", value_delimiter = ',', requires = "summary")]
    pub group_by: Option<Vec<String>>,
    /// File to write the summary to (.parquet, .csv, .arrow); without --group-by it has one row
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// File to write lines to that cannot be priced, as CSV; OUT with `.rejects.csv` at its end if left out
    #[arg(long, value_name = "FILE", conflicts_with = "strict")]
    pub rejects: Option<PathBuf>,
    /// Stop at the first line that cannot be priced, and write nothing
    #[arg(long)]
    pub strict: bool,
    /// How many threads; as many as the machine has if left out. The result is the same for any number
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
}

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct CheckArguments {
    /// Folder of a dataset, or file of a price book
    pub dataset: PathBuf,
    /// Write the checksums of its tables into the manifest
    #[arg(long)]
    pub seal: bool,
}

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArguments {
    /// Folder of a supply dataset, or of a dataset of flows
    pub dataset: PathBuf,
    /// Id of a product
    #[arg(required_unless_present = "flow")]
    pub product: Option<String>,
    /// Id of a flow, of a dataset of flows
    #[arg(long, value_name = "ID", conflicts_with_all = ["product", "indicator"])]
    pub flow: Option<String>,
    /// Rules that say what a flow is: a name, or a path to a folder
    #[arg(long, value_name = "RULES", default_value = "default", requires = "flow")]
    pub profile: String,
    /// Only this indicator
    #[arg(long, value_name = "ID")]
    pub indicator: Option<String>,
    /// Folder of a supply dataset that a flow is priced with; else the one that its manifest names
    #[arg(long, value_name = "DIR", requires = "flow")]
    pub supply: Option<PathBuf>,
    /// Changes to lay over the dataset of the product first: a scenario as for `compare`
    #[arg(long, value_name = "FILE|DIR", conflicts_with = "flow")]
    pub scenario: Option<PathBuf>,
    /// How to value it
    #[command(flatten)]
    pub valuing: ValuingArguments,
}

/// Arguments of `classify`.
#[derive(Debug, clap::Args)]
pub struct ClassifyArguments {
    /// Folder of a dataset of flows
    pub dataset: PathBuf,
    /// Rules: a name, or a path to a folder
    #[arg(long, value_name = "RULES", default_value = "default")]
    pub profile: String,
    /// How finely sums tell time apart
    #[arg(long, value_enum, default_value_t = Span::Year)]
    pub by: Span,
    /// Folder of a supply dataset to price products with; else the one that the manifest names
    #[arg(long, value_name = "DIR")]
    pub supply: Option<PathBuf>,
    /// How to value it
    #[command(flatten)]
    pub valuing: ValuingArguments,
    /// Folder to write the result into
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of standard output: the sums as a table, one row a flow as CSV, or JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// How finely sums tell time apart.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Span {
    /// By year
    Year,
    /// By month, where a month is stated
    Month,
}

/// Arguments of `accounts`.
#[derive(Debug, clap::Args)]
pub struct AccountsArguments {
    /// Dataset of flows, or of a co-op
    pub dataset: PathBuf,
    /// Only this agent; may be repeated
    #[arg(long = "agent", value_name = "ID")]
    pub agents: Vec<String>,
    /// Period of the statements, such as 2024 or 2024-06; the books end with it. All days if left out
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Rules that say what a flow is: a name, or a path to a folder
    #[arg(long, value_name = "RULES", default_value = "default")]
    pub profile: String,
    /// Folder of a supply dataset to price products with; else the one that the manifest names
    #[arg(long, value_name = "DIR")]
    pub supply: Option<PathBuf>,
    /// How to value it
    #[command(flatten)]
    pub valuing: ValuingArguments,
    /// Table that says where flows are booked: a name, or a path to a folder. `default` if left out, `coop` for a co-op
    #[arg(long, value_name = "NAME|PATH")]
    pub postings: Option<String>,
    /// Folder to write the books into
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, default_value_t = AccountsFormat::Table)]
    pub format: AccountsFormat,
}

/// Format of the books on standard output.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum AccountsFormat {
    /// Statements as aligned columns
    Table,
    /// The journal as comma-separated values, exact
    Csv,
    /// Statements as JSON, exact, with lineage
    Json,
    /// The journal for hledger
    Hledger,
    /// The journal for beancount
    Beancount,
}

/// Arguments of `regime`.
#[derive(Debug, clap::Args)]
pub struct RegimeArguments {
    /// What to do
    #[command(subcommand)]
    pub command: RegimeCommand,
}

/// What to do with regimes.
#[derive(Debug, Subcommand)]
pub enum RegimeCommand {
    /// The rules that say what a flow is
    Rules {
        /// Rules: a name, or a path to a folder
        #[arg(long, value_name = "RULES", default_value = "default")]
        profile: String,
        /// Print comma-separated values
        #[arg(long)]
        csv: bool,
        /// What to do with them
        #[arg(value_enum, default_value_t = RulesAction::Show)]
        action: RulesAction,
    },
}

/// What to do with rules.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RulesAction {
    /// List them in their order, with what lowers their confidence
    Show,
    /// Find rules that no flow reaches, rules whose order decides, and flows that no rule knows
    Check,
    /// Say how they differ from the rules that are built in
    Diff,
}

/// Arguments of `factors`.
#[derive(Debug, clap::Args)]
pub struct FactorsArguments {
    /// What to do with them
    #[command(subcommand)]
    pub command: FactorsCommand,
}

/// What to do with factor sets.
#[derive(Debug, Subcommand)]
pub enum FactorsCommand {
    /// All sets with their variants, currency, price year, validity and licence
    List,
    /// All indicators with their units, and the sets that price them
    Indicators,
    /// All factors of a set
    Show {
        /// SET or SET:VARIANT, or a path to a folder
        set: String,
    },
    /// What one unit of an indicator costs in every set and variant, moved to one currency and year
    Compare {
        /// Id of an indicator
        indicator: String,
        /// Currency
        #[arg(long, default_value = "EUR")]
        currency: String,
        /// Price year; the latest that all tables have if left out
        #[arg(long)]
        year: Option<i32>,
        /// Emission year; the price year if left out
        #[arg(long)]
        emission_year: Option<i32>,
    },
}

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub struct InitArguments {
    /// Folder to write; it must not exist, or be empty
    pub folder: PathBuf,
}

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArguments {
    /// Shell
    pub shell: clap_complete::Shell,
}
