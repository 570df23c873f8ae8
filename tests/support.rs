//! What the tests share: the command, small datasets, and their answers.

pub mod differences;
pub mod imported;
pub mod workbooks;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// The command, built beside the tests.
///
/// # Panics
/// If it was not built.
pub fn truecost() -> PathBuf {
    let test = std::env::current_exe().expect("the test has a path");
    let folder = test.parent().and_then(Path::parent).expect("tests lie in target/debug/deps");
    let path = folder.join(format!("truecost{}", std::env::consts::EXE_SUFFIX));
    assert!(path.is_file(), "{} is missing: run `cargo build` first", path.display());
    path
}

/// What a run of the command gave.
#[derive(Debug)]
pub struct Answer {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs the command in a folder.
///
/// # Panics
/// If it cannot be started, or panics itself.
pub fn run(folder: &Path, arguments: &[&str]) -> Answer {
    let output = Command::new(truecost())
        .args(arguments)
        .current_dir(folder)
        .env_remove("TRUECOST_DATASETS")
        .output()
        .expect("the command starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    let answer = Answer {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    assert!(!answer.stderr.contains("panicked"), "{arguments:?} panicked:\n{}", answer.stderr);
    answer
}

/// Runs a script of the auditor, `tests/oracle`; without Python the test is skipped by name, unless everything is
/// required.
///
/// # Panics
/// If the script fails.
pub fn auditor(script: &str, arguments: &[&str]) -> Option<String> {
    let python = ["python3", "python"]
        .into_iter()
        .find(|python| Command::new(python).arg("--version").output().is_ok());
    let Some(python) = python else {
        assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "Python is missing");
        eprintln!("skipped: Python 3.11 or later is needed for the auditor");
        return None;
    };
    let script = repository().join("tests/oracle").join(script);
    let output = Command::new(python)
        .arg(script)
        .args(arguments)
        .current_dir(repository())
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("output is UTF-8"))
}

/// A folder with a supply dataset, and a shelf of factor sets beside it.
pub struct Case {
    folder: TempDir,
    defaults: String,
}

const LICENCE: &str = "licence = { name = \"CC0-1.0\", redistribute = true }";

impl Default for Case {
    fn default() -> Self {
        Self::new()
    }
}

impl Case {
    /// An empty dataset in EUR of 2024 with the factor set `test`.
    ///
    /// # Panics
    /// If no temporary folder can be made.
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let case =
            Self { folder, defaults: "factors = \"test\"\ncurrency = \"EUR\"\nyear = 2024\n".to_owned() };
        std::fs::create_dir_all(case.folder.path().join("shelf")).expect("a folder");
        case.manifest("")
    }

    /// The folder of it all.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    ///
    /// # Panics
    /// If it cannot be written.
    #[must_use]
    pub fn file(self, path: &str, text: &str) -> Self {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        self
    }

    /// Writes the manifest of the dataset, with more sections.
    #[must_use]
    pub fn manifest(self, sections: &str) -> Self {
        let text = format!(
            "kind = \"supply\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\ngeography = \"NL\"\n\
             {LICENCE}\n[defaults]\n{}{sections}",
            self.defaults
        );
        self.file("data/manifest.toml", &text)
    }

    /// A table of the dataset.
    #[must_use]
    pub fn table(self, name: &str, text: &str) -> Self {
        self.file(&format!("data/{name}.csv"), &unindented(text))
    }

    /// A factor set in EUR of 2024, valid everywhere, with these settings laid over and these factors.
    #[must_use]
    pub fn factors(self, name: &str, settings: &[(&str, &str)], rows: &str) -> Self {
        let mut all = BTreeMap::from([
            ("currency", "\"EUR\""),
            ("price_year", "2024"),
            ("index", "\"hicp-euro-area\""),
            ("valid_in", "[\"001\"]"),
            ("vat", "\"none\""),
            ("variants", "[\"standard\"]"),
        ]);
        all.extend(settings.iter().copied());
        let settings: String = all.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        let manifest = format!(
            "kind = \"factors\"\ntitle = \"t\"\nproducer = \"p\"\ncitation = \"c\"\nversion = \"1\"\n\
             geography = \"world\"\n{LICENCE}\n[factors]\n{settings}"
        );
        self.file(&format!("shelf/factors/{name}/manifest.toml"), &manifest)
            .file(&format!("shelf/factors/{name}/factors.csv"), &unindented(rows))
    }

    /// One product `good` of 1 kg, made by the process `make` in NL.
    #[must_use]
    pub fn one_product(self) -> Self {
        self.table("products", "id,name,unit\ngood,Good,kg")
            .table("processes", "id,product,amount,unit,region\nmake,good,1,kg,NL")
    }

    /// Runs the command on the dataset with the shelf.
    pub fn run(&self, command: &str, more: &[&str]) -> Answer {
        let mut arguments = vec!["--datasets", "shelf", command, "data"];
        arguments.extend(more);
        run(self.path(), &arguments)
    }

    /// Prices the dataset as JSON.
    ///
    /// # Panics
    /// If it cannot be priced.
    pub fn price(&self, more: &[&str]) -> Prices {
        let mut arguments = vec!["--format", "json"];
        arguments.extend(more);
        let answer = self.run("price", &arguments);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        Prices(serde_json::from_str(&answer.stdout).expect("JSON"))
    }

    /// The errors of a run that must fail.
    ///
    /// # Panics
    /// If it does not fail, or prints a result.
    pub fn refused(&self, more: &[&str]) -> String {
        let answer = self.run("price", more);
        assert_ne!(answer.code, 0, "it was accepted:\n{}", answer.stdout);
        assert_eq!(answer.stdout, "", "a failed run prints no result");
        answer.stderr
    }
}

/// Takes away what all lines are indented by.
fn unindented(text: &str) -> String {
    let lines = text.trim_matches('\n').lines().map(str::trim).collect::<Vec<_>>();
    lines.join("\n") + "\n"
}

/// True prices as JSON.
#[derive(Debug)]
pub struct Prices(pub Value);

impl Prices {
    /// The product with this id; with several origins, the first.
    ///
    /// # Panics
    /// If there is none.
    pub fn product(&self, id: &str) -> &Value {
        let products = self.0["products"].as_array().expect("products");
        products.iter().find(|p| p["product"] == id).unwrap_or_else(|| panic!("no product {id}"))
    }

    /// An indicator of a product.
    ///
    /// # Panics
    /// If there is none.
    pub fn indicator(&self, product: &str, id: &str) -> &Value {
        let indicators = self.product(product)["indicators"].as_array().expect("indicators");
        indicators.iter().find(|k| k["indicator"] == id).unwrap_or_else(|| panic!("no indicator {id}"))
    }

    /// The central cost of an indicator; `null` if it has no price.
    pub fn cost(&self, product: &str, id: &str) -> String {
        let cost = &self.indicator(product, id)["cost"];
        cost["central"].as_str().map_or_else(|| cost.to_string(), str::to_owned)
    }

    /// A field of a product: text as it is, `null`, or the central value of a band.
    pub fn field(&self, product: &str, field: &str) -> String {
        let value = &self.product(product)[field];
        let value = if value.is_object() { &value["central"] } else { value };
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }
}

/// Asserts that a text holds all of these.
///
/// # Panics
/// If it does not.
pub fn assert_holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}
