//! The catalogue of errors: every code has a case that a user can run, and the reference page is made of
//! them.
//!
//! A case is a folder `cases/errors/NAME`: `cmd` is what follows `truecost`, after lines that prepare it, `expected` the exit code and all
//! that is printed, `about.md` what a newcomer should know; everything else is input. `NAME` is the code, or
//! the code and what is special about the case.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use truecost::base::diagnostic::codes;

/// Codes that no command line can bring about, each with the reason.
const OUT_OF_REACH: &[(&str, &str)] = &[];

/// Cases that are about no single code, each with its heading on the page.
const OF_SEVERAL_CODES: &[(&str, &str)] = &[("everything-at-once", "Everything at once")];

/// Files of a case that are not input.
const SCRIPT: [&str; 3] = ["cmd", "expected", "about.md"];

const REWRITES: &str = "if the change is meant, TRUECOST_UPDATE=1 cargo test -p truecost-tests rewrites it";

/// What is below a folder: files with their bytes, folders without.
type Tree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// A case, and what its command did.
struct Case {
    name: String,
    /// Commands before, which are well.
    prepared: Vec<String>,
    command: String,
    about: String,
    expected: String,
    code: Option<i32>,
    stderr: String,
    stdout: String,
    before: Tree,
    after: Tree,
}

impl Case {
    /// Runs a case in a copy of its folder.
    fn run(folder: &Path) -> io::Result<Self> {
        let read = |name: &str| fs::read_to_string(folder.join(name));
        let mut prepared: Vec<String> = read("cmd")?.trim_end().lines().map(str::to_owned).collect();
        let command = prepared.pop().unwrap_or_default();
        let copy = tempfile::tempdir()?;
        for (path, bytes) in tree(folder)? {
            let target = copy.path().join(&path);
            match bytes {
                Some(_) if SCRIPT.iter().any(|name| path == Path::new(name)) => {}
                Some(bytes) => fs::write(target, bytes)?,
                None => fs::create_dir(target)?,
            }
        }
        for command in &prepared {
            let mut run = Command::new(binary()?);
            run.args(command.split_whitespace()).current_dir(copy.path()).env_remove("TRUECOST_DATASETS");
            let output = run.stdin(Stdio::null()).output()?;
            if !output.status.success() {
                let told = String::from_utf8_lossy(&output.stderr).into_owned();
                return Err(io::Error::other(format!("truecost {command}: {told}")));
            }
        }
        let before = tree(copy.path())?;
        let (arguments, target) = command.split_once(" > ").unwrap_or((&command, ""));
        let stdout =
            if target.is_empty() { Stdio::piped() } else { File::options().write(true).open(target)?.into() };
        let output = Command::new(binary()?)
            .args(arguments.split_whitespace())
            .current_dir(copy.path())
            .env_remove("TRUECOST_DATASETS")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()?
            .wait_with_output()?;
        Ok(Self {
            name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            about: read("about.md")?.trim().to_owned(),
            expected: read("expected").unwrap_or_default(),
            code: output.status.code(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            before,
            after: tree(copy.path())?,
            prepared,
            command,
        })
    }

    /// What `expected` should hold.
    fn found(&self) -> String {
        let code = self.code.map_or_else(|| "none, it was killed".to_owned(), |code| code.to_string());
        let mut text = format!("exit code {code}\n{}", self.stderr);
        if !self.stdout.is_empty() {
            let _ = write!(text, "--- standard output\n{}", self.stdout);
        }
        text
    }

    /// The code the case is named after.
    fn named_after(&self) -> Option<&'static str> {
        let fits = |code: &str| {
            self.name.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        codes::ALL.iter().map(|(code, _)| *code).filter(|code| fits(code)).max_by_key(|code| code.len())
    }

    /// Does it print this code?
    fn prints(&self, code: &str) -> bool {
        ["error", "warning"].iter().any(|word| self.stderr.contains(&format!("{word}[{code}]")))
    }

    /// Its part of the page.
    fn page(&self) -> String {
        let commands = self.prepared.iter().chain([&self.command]);
        let commands: String = commands.map(|command| format!("$ truecost {command}\n")).collect();
        let mut text = format!("{}\n\n```text\n{commands}{}{}```\n", self.about, self.stderr, self.stdout);
        if self.code != Some(1) {
            let _ = write!(text, "\nExit code {}.\n", self.code.unwrap_or(-1));
        }
        let folder = format!("tests/cases/errors/{}", self.name);
        text + &format!("\nTry it in [`{folder}`](../../{folder}).\n")
    }
}

/// The command, built beside the tests.
fn binary() -> io::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent).unwrap_or(Path::new("."));
    let path = folder.join(format!("truecost{}", std::env::consts::EXE_SUFFIX));
    let missing = || {
        io::Error::new(io::ErrorKind::NotFound, format!("{} is missing: run `cargo build`", path.display()))
    };
    if path.is_file() { Ok(path) } else { Err(missing()) }
}

/// All that is below a folder; a folder comes before what it holds.
fn tree(folder: &Path) -> io::Result<Tree> {
    let mut tree = Tree::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            let bytes = if path.is_dir() { None } else { Some(fs::read(&path)?) };
            tree.insert(path.strip_prefix(folder).unwrap_or(&path).to_owned(), bytes);
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    Ok(tree)
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join("errors")
}

fn updating() -> bool {
    std::env::var_os("TRUECOST_UPDATE").is_some()
}

/// All cases, run once for all tests.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let all = || -> io::Result<Vec<Case>> {
            let mut folders: Vec<PathBuf> =
                fs::read_dir(here())?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
            folders.sort();
            let run = |folder: &PathBuf| {
                Case::run(folder).map_err(|error| io::Error::other(format!("{}: {error}", folder.display())))
            };
            folders.iter().map(run).collect()
        };
        all().unwrap_or_else(|error| panic!("{error}"))
    })
}

/// The lines of two texts side by side: ` ` in both, `-` only expected, `+` only found.
fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    // Length of the longest common part of old[i..] and new[j..].
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let same = old[i] == new[j];
            common[i][j] =
                if same { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut text) = (0, 0, String::new());
    while i < old.len() || j < new.len() {
        let (sign, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', old[i - 1])
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            i += 1;
            ('-', old[i - 1])
        } else {
            j += 1;
            ('+', new[j - 1])
        };
        let _ = writeln!(text, "  {sign} {line}");
    }
    text
}

/// Fails with all that is wrong, not only the first.
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_case_prints_what_it_should() {
    let mut problems = Vec::new();
    for case in cases() {
        let found = case.found();
        if found == case.expected {
            continue;
        }
        if updating() {
            fs::write(here().join(&case.name).join("expected"), &found).unwrap();
        } else {
            let difference = difference(&case.expected, &found);
            problems.push(format!("{}: truecost {}\n{difference}  {REWRITES}\n", case.name, case.command));
        }
    }
    assert_none(&problems);
}

#[test]
fn no_case_panics_or_leaves_something_behind() {
    let mut problems = Vec::new();
    for case in cases() {
        let says =
            |problem: &str| format!("{}: {problem}: truecost {}\n{}", case.name, case.command, case.stderr);
        if case.stderr.contains("panicked at") || case.stderr.contains("overflowed its stack") {
            problems.push(says("it panics"));
        }
        if !matches!(case.code, Some(0..=2)) {
            problems.push(says("it ends with another code than 0, 1 or 2"));
        }
        if case.code != Some(0) && !case.stderr.contains("error[") {
            problems.push(says("it fails without a word"));
        }
        if case.code == Some(0) && case.stderr.contains("error[") {
            problems.push(says("it has an error and does not fail"));
        }
        if case.code != Some(0) && !case.stdout.is_empty() {
            problems.push(says("it fails and prints a result"));
        }
        let changed = |path: &&PathBuf| case.before.get(*path) != case.after.get(*path);
        for path in case.before.keys().chain(case.after.keys()).filter(changed) {
            problems.push(says(&format!("{} is not as it was before", path.display())));
        }
        if case.found().contains(&*std::env::temp_dir().to_string_lossy()) {
            problems.push(says("it names a path of this machine"));
        }
    }
    assert_none(&problems);
}

#[test]
fn every_code_has_a_case() {
    let mut problems = Vec::new();
    for case in cases() {
        match case.named_after() {
            Some(code) if !case.prints(code) => problems.push(format!("{} does not print {code}", case.name)),
            None if OF_SEVERAL_CODES.iter().all(|(name, _)| *name != case.name) => {
                problems.push(format!("{} is not named after a code", case.name));
            }
            _ => {}
        }
    }
    for (code, _) in codes::ALL {
        let has_case = cases().iter().any(|case| case.named_after() == Some(code));
        let exempt = OUT_OF_REACH.iter().any(|(out, _)| out == code);
        if !has_case && !exempt {
            problems.push(format!("{code} has no case in tests/cases/errors"));
        }
        if exempt && cases().iter().any(|case| case.prints(code)) {
            problems.push(format!("{code} is within reach: it needs a case, and no exemption"));
        }
    }
    for (code, _) in OUT_OF_REACH.iter().filter(|(out, _)| codes::ALL.iter().all(|(code, _)| code != out)) {
        problems.push(format!("{code} is no code any more, and still exempt"));
    }
    assert_none(&problems);
}

#[test]
fn many_problems_are_reported_at_once() {
    let case = cases().iter().find(|case| case.name == "everything-at-once").unwrap();
    let codes = codes::ALL.iter().filter(|(code, _)| case.prints(code)).count();
    let files =
        ["manifest.toml", "products.csv", "processes.csv", "inputs.csv", "interventions.csv", "prices.csv"];
    let named = files.iter().filter(|file| case.stderr.contains(&format!("data/{file}:"))).count();
    assert!(codes >= 8 && named == files.len(), "{codes} codes in {named} files:\n{}", case.stderr);
}

const INTRODUCTION: &str = "\
# Errors

Generated by `tests/tests/errors.rs` from the cases in `tests/cases/errors`: each command below was run, in
the folder of its case, and printed this.

A problem is one line: how bad it is, its code, where it is, and what is wrong. The hint below says what to
do.

```text
error[not-a-number] data/prices.csv:3:amount: `1,10` is not a number
  hint: write a decimal point, and no thousands separator
```

Here `not-a-number` is the code, and the number stands in row 3 and column `amount` of `data/prices.csv`. The
row is the line of a CSV, counted from 1 with the header and comments, or the row of a Parquet file.

All problems of all tables are reported at once. With an error nothing is computed, and no result is printed
or written; a warning stands beside the result. The exit code is 0 if the command was done, 1 if the input has
errors, 2 if a file could not be read or written.
";

/// The reference page.
fn page() -> String {
    let mut text = format!("{INTRODUCTION}\n| code | meaning |\n|---|---|\n");
    let all: BTreeMap<_, _> = codes::ALL.iter().copied().collect();
    for (code, meaning) in &all {
        let _ = writeln!(text, "| [`{code}`](#{code}) | {meaning} |");
    }
    for (code, meaning) in &all {
        let _ = write!(text, "\n## {code}\n\n{meaning}\n");
        for case in cases().iter().filter(|case| case.named_after() == Some(*code)) {
            let _ = write!(text, "\n{}", case.page());
        }
        for (_, why) in OUT_OF_REACH.iter().filter(|(out, _)| out == code) {
            let _ = write!(text, "\n{why}\n");
        }
    }
    for (name, heading) in OF_SEVERAL_CODES {
        for case in cases().iter().filter(|case| case.name == *name) {
            let _ = write!(text, "\n## {heading}\n\n{}", case.page());
        }
    }
    text
}

#[test]
fn the_reference_page_is_made_of_the_cases() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/errors.md");
    let made = page();
    if updating() {
        fs::write(&path, &made).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let changed = difference(&found, &made);
    let changed: Vec<&str> = changed.lines().filter(|line| !line.starts_with("    ")).collect();
    assert!(found == made, "docs/reference/errors.md is not up to date; {REWRITES}\n{}", changed.join("\n"));
}
