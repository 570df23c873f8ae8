//! Derivatives by finite differences: one cell of a dataset is changed, and all is read and priced again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use truecost::base::diagnostic::Diagnostics;
use truecost::data::reference::Reference;
use truecost::data::source::{Library, Source};
use truecost::data::supply::Supply;
use truecost::pricing::{Prepared, Request, TruePrice, prepare, price};
use truecost::study::sensitivity::{Of, Question, Row, Sensitivity, sensitivity};

/// A copy of a dataset and of all that it is priced with, whose cells can be changed.
pub struct Bench {
    folder: TempDir,
    reference: Reference,
    library: Library,
    /// How it is priced.
    pub request: Request,
}

impl Bench {
    /// Copies the dataset `data` and the factor set `set`; a manifest that holds checksums loses them.
    ///
    /// # Panics
    /// If they cannot be copied or the reference tables not be read.
    pub fn new(data: &Path, set: &Path) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        for (from, name) in [(data, "data"), (set, "set")] {
            let to = folder.path().join(name);
            std::fs::create_dir_all(&to).expect("a folder");
            for file in std::fs::read_dir(from).expect("a dataset").filter_map(Result::ok) {
                let text = std::fs::read_to_string(file.path()).expect("a table");
                let whole = text.split("\n[checksums]").next().unwrap_or_default().to_owned() + "\n";
                std::fs::write(to.join(file.file_name()), whole).expect("a table");
            }
        }
        let library = Library::new(None);
        let reference = Reference::read(&library, &mut Diagnostics::new());
        let factors = folder.path().join("set").to_string_lossy().into_owned();
        Self { folder, reference, library, request: Request { factors: Some(factors), ..Request::default() } }
    }

    /// Reads reference tables of this shelf too.
    #[must_use]
    pub fn with_shelf(mut self, shelf: &Path) -> Self {
        self.library = Library::new(Some(shelf.to_owned()));
        self.reference = Reference::read(&self.library, &mut Diagnostics::new());
        self
    }

    /// Lays a price list over it.
    ///
    /// # Panics
    /// If it cannot be written.
    #[must_use]
    pub fn priced_by(mut self, list: &str) -> Self {
        let path = self.folder.path().join("list.csv");
        std::fs::write(&path, list).expect("a price list");
        self.request.prices = Some(path.to_string_lossy().into_owned());
        self
    }

    fn prepared(&self, diagnostics: &mut Diagnostics) -> Option<Prepared> {
        let source = Source::folder(&self.folder.path().join("data"));
        let supply = Supply::read(source, &self.reference, &(), diagnostics)?;
        prepare(Arc::new(supply), &self.request, &self.library, &self.reference, diagnostics)
    }

    /// What moves a result.
    ///
    /// # Panics
    /// If it cannot be priced.
    pub fn sensitivity(&self, product: &str, of: Option<Of>) -> Sensitivity {
        let mut diagnostics = Diagnostics::new();
        let question = Question { product: product.to_owned(), of, by: None, top: None };
        let found = self.prepared(&mut diagnostics).and_then(|prepared| {
            sensitivity(&prepared, &self.request, &self.reference, &question, &(), &mut diagnostics)
        });
        found.unwrap_or_else(|| panic!("{diagnostics}"))
    }

    /// The result itself, as `truecost price` computes it.
    ///
    /// # Panics
    /// If it cannot be priced.
    pub fn result(&self, product: &str, of: &Of) -> f64 {
        let mut diagnostics = Diagnostics::new();
        let request = Request { products: vec![product.to_owned()], ..self.request.clone() };
        let prices = self
            .prepared(&mut diagnostics)
            .and_then(|prepared| price(&prepared, &request, &self.reference, &(), &mut diagnostics));
        let prices = prices.unwrap_or_else(|| panic!("{diagnostics}"));
        let origin = request.origin.as_deref();
        let is_asked = |p: &&TruePrice| origin.is_none_or(|origin| p.origin.to_string() == *origin);
        let found = prices.products.iter().find(is_asked).expect("the product");
        value(found, of).expect("a value")
    }

    /// The result with one cell changed by `step`; the other shares of a mix give way in proportion.
    ///
    /// # Panics
    /// If there is no such cell.
    pub fn changed(&self, product: &str, of: &Of, row: &Row, step: f64) -> f64 {
        let path = self.file(row);
        let before = std::fs::read_to_string(&path).expect("a table");
        let mut table = Table::read(&before);
        let at = table.at_line(row.place.row);
        let old: f64 = table.cell(at, row.column).parse().expect("a number");
        table.set(at, row.column, old + step);
        if row.column == "share" {
            table.rescale(at, 1.0 + step);
        }
        std::fs::write(&path, table.text()).expect("a table");
        let result = self.result(product, of);
        std::fs::write(&path, before).expect("a table");
        result
    }

    fn file(&self, row: &Row) -> PathBuf {
        let file = row.place.file.to_string();
        let name = file.rsplit('/').next().unwrap_or_default();
        match (name, row.table) {
            ("list.csv", _) => self.folder.path().join(name),
            (_, "factors") => self.folder.path().join("set").join(name),
            _ => self.folder.path().join("data").join(name),
        }
    }

    /// Compares every derivative with differences of the fourth order, and changes every datum that is not listed, which must
    /// do nothing; gives back how many of each column are listed.
    ///
    /// # Panics
    /// If one is off by more than `tolerance` of the result, per percent of the datum.
    pub fn compare(&self, product: &str, of: Option<Of>, tolerance: f64) -> BTreeMap<String, usize> {
        let found = self.sensitivity(product, of);
        let scale = found.value.expect("a result").abs();
        let mut compared: BTreeMap<String, usize> = BTreeMap::new();
        for row in &found.rows {
            assert!(!row.is_one_sided(), "{row:?}");
            let part = 0.005;
            let step = part * if row.amount == 0.0 { 1.0 } else { row.amount.abs() };
            let at = |steps: f64| self.changed(product, &found.of, row, steps * step);
            let difference = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * step);
            let off = (difference - row.derivative).abs() * step / part;
            assert!(
                off <= tolerance * scale,
                "{} {} {} {}: {} by differences {difference}, off by {off} of {scale}",
                row.table,
                row.column,
                row.process,
                row.item,
                row.derivative
            );
            *compared.entry(format!("{}.{}", row.table, row.column)).or_default() += 1;
        }
        self.others_do_nothing(product, &found, scale);
        compared
    }

    fn others_do_nothing(&self, product: &str, found: &Sensitivity, scale: f64) {
        let before = self.result(product, &found.of);
        for (table, column) in DATA {
            let folder = self.folder.path().join(if *table == "factors" { "set" } else { "data" });
            let path = folder.join(format!("{table}.csv"));
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let mut changed = Table::read(&text);
            let (mut count, lines) = (0, changed.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>());
            for (at, line) in lines.into_iter().enumerate() {
                let is_it = |row: &Row| {
                    (row.table, row.column, row.place.row) == (table, column, line)
                        && !row.place.file.ends_with("list.csv")
                };
                let number =
                    changed.has(column).then(|| changed.cell(at, column).parse::<f64>().ok()).flatten();
                if let Some(number) = number.filter(|_| !found.rows.iter().any(is_it)) {
                    changed.set(at, column, number * 1.003);
                    count += 1;
                }
            }
            if count > 0 {
                std::fs::write(&path, changed.text()).expect("a table");
                let after = self.result(product, &found.of);
                std::fs::write(&path, text).expect("a table");
                assert!(
                    (after - before).abs() <= 1e-9 * scale,
                    "{count} of {table}.{column} move {before} to {after}"
                );
            }
        }
    }
}

/// Columns of numbers that a result may rest on.
const DATA: &[(&str, &str)] = &[
    ("inputs", "amount"),
    ("interventions", "amount"),
    ("processes", "amount"),
    ("processes", "price"),
    ("processes", "displaced_amount"),
    ("paid", "amount"),
    ("properties", "amount"),
    ("products", "mass_kg"),
    ("prices", "amount"),
    ("prices", "mass_kg"),
    ("factors", "central"),
];

/// A result of a product.
fn value(price: &TruePrice, of: &Of) -> Option<f64> {
    let indicator = |id: &String| price.indicators.iter().find(|k| k.indicator == *id);
    match of {
        Of::TruePrice => Some(price.true_price()?.central.to_f64()),
        Of::Gap => Some(price.gap?.central.to_f64()),
        Of::External => Some(price.external.money()?.to_f64()),
        Of::Cost(id) => Some(indicator(id)?.cost.central.to_f64()),
        Of::Footprint(id) => {
            let k = indicator(id)?;
            Some(k.priced_amount + k.unpriced_amount + k.excluded_amount)
        }
    }
}

/// A CSV with the line of every row.
struct Table {
    header: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
}

impl Table {
    fn read(text: &str) -> Self {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut rows = reader.records().map(|record| {
            let record = record.expect("a row");
            let line = record.position().expect("a place").line();
            (line, record.iter().map(str::to_owned).collect::<Vec<_>>())
        });
        let (_, header) = rows.next().expect("a header");
        let rows = rows.collect();
        Self { header, rows }
    }

    fn column(&self, name: &str) -> usize {
        self.header.iter().position(|own| own == name).expect("a column")
    }

    fn has(&self, name: &str) -> bool {
        self.header.iter().any(|own| own == name)
    }

    fn at_line(&self, line: u64) -> usize {
        self.rows.iter().position(|(own, _)| *own == line).expect("a row")
    }

    fn cell(&self, row: usize, column: &str) -> &str {
        &self.rows[row].1[self.column(column)]
    }

    fn set(&mut self, row: usize, column: &str, value: f64) {
        let column = self.column(column);
        self.rows[row].1[column] = value.to_string();
    }

    /// Divides all shares of the mix of a row.
    fn rescale(&mut self, row: usize, by: f64) {
        let key = |table: &Self, at: usize| {
            [table.cell(at, "product").to_owned(), table.cell(at, "region").to_owned()]
        };
        let own = key(self, row);
        for at in 0..self.rows.len() {
            if key(self, at) == own && !self.cell(at, "share").is_empty() {
                let share: f64 = self.cell(at, "share").parse().expect("a share");
                self.set(at, "share", share / by);
            }
        }
    }

    fn text(&self) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer.write_record(&self.header).expect("memory");
        for (_, row) in &self.rows {
            writer.write_record(row).expect("memory");
        }
        String::from_utf8(writer.into_inner().expect("memory")).expect("text")
    }
}
