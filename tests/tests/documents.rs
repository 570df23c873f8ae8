//! Documents: what they show is what the program does, and what they name exists.
//!
//! `TRUECOST_UPDATE=1` rewrites generated files and the outputs shown.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
#[cfg(unix)]
use std::os::unix::fs::symlink;
#[cfg(windows)]
use std::os::windows::fs::symlink_dir as symlink;
use std::path::{Path, PathBuf};

use truecost_tests::repository as root;

/// Stands for any lines, or at the end of a line for the rest of it.
const ELLIPSIS: char = '…';

fn updating() -> bool {
    std::env::var_os("TRUECOST_UPDATE").is_some()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files of the repository with this ending, in a fixed order.
fn files(ending: &str) -> Vec<PathBuf> {
    let mut folders = vec![root()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("the repository is readable");
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let own = name != "target" && name != "node_modules" && !name.starts_with('.');
            if path.is_dir() && !path.is_symlink() && own {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A file whose text is made by the program.
fn assert_generated(name: &str, text: &str) {
    let path = root().join(name);
    if updating() {
        fs::write(&path, text).expect("documents are writable");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let line = found.lines().zip(text.lines()).position(|(a, b)| a != b);
    let line = line.unwrap_or_else(|| found.lines().count().min(text.lines().count())) + 1;
    assert!(
        found == text,
        "{name} is not what the program says, from line {line} on; TRUECOST_UPDATE=1 rewrites it"
    );
}

fn cli_reference() -> String {
    let mut text = String::from(
        "# Command line\n\n\
         Generated from the program; `truecost COMMAND --help` prints the same.\n\n\
         Standard output is data only; problems go to standard error. The exit code is 0 when the command is done,\n\
         1 when the input has errors, 2 when a file could not be read or written or the command line could not be\n\
         understood. With an error there is no result.\n",
    );
    let mut command = truecost::cli::command();
    command.build();
    let mut pending = vec![(String::from("truecost"), command)];
    while let Some((name, mut command)) = pending.pop() {
        let help = command.render_long_help().to_string();
        let lines: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
        let _ = write!(text, "\n## {name}\n\n```text\n{}\n```\n", lines.join("\n"));
        let below: Vec<_> = command.get_subcommands().filter(|c| c.get_name() != "help").cloned().collect();
        pending.extend(below.into_iter().rev().map(|c| (format!("{name} {}", c.get_name()), c)));
    }
    text
}

#[test]
fn the_command_line_reference_is_the_help() {
    assert_generated("docs/reference/cli.md", &cli_reference());
}

#[test]
fn the_manifest_schema_is_that_of_the_code() {
    assert_generated("docs/reference/manifest.schema.json", &truecost::data::manifest::json_schema());
}

#[test]
fn the_scenario_schema_is_that_of_the_code() {
    assert_generated("docs/reference/scenario.schema.json", &truecost::pricing::scenario::json_schema());
}

/// A fenced block: its words after the fence, and its lines by number in the document.
struct Fence<'a> {
    info: &'a str,
    first: usize,
    lines: Vec<&'a str>,
}

fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut found: Vec<Fence> = Vec::new();
    let mut open = false;
    for (number, line) in text.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                found.push(Fence { info: info.trim(), first: number + 1, lines: Vec::new() });
            }
            None if open => found.last_mut().expect("a block is open").lines.push(line),
            None => {}
        }
    }
    found
}

/// Runs what stands after `$ ` and gives back what a terminal would show: diagnostics, then the result.
fn run(command: &str, folder: &Path) -> Result<Vec<String>, String> {
    // Words stand in quotation marks where they have a space.
    let parts = command.split('"').enumerate();
    let words = parts.flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().collect::<Vec<_>>(),
        _ => vec![part],
    });
    let words: Vec<&str> = words.collect();
    let arguments = match words.as_slice() {
        ["truecost", rest @ ..] | ["cargo", "run", "--", rest @ ..] => rest,
        ["ls", name] => {
            let entries = fs::read_dir(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
            let mut names: Vec<String> = entries
                .filter_map(Result::ok)
                .map(|e| e.file_name().to_string_lossy().into_owned())
                .collect();
            names.sort();
            return Ok(names);
        }
        ["cat", name] => {
            let text = fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
            return Ok(text.lines().map(|line| line.trim_end().to_owned()).collect());
        }
        _ => return Err(format!("`{command}` is not run; use a block of another kind than console")),
    };
    let answer = truecost_tests::run(folder, arguments);
    let text = answer.stderr + &answer.stdout;
    Ok(text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect())
}

fn same(shown: &str, real: &str) -> bool {
    match shown.strip_suffix(ELLIPSIS) {
        Some(start) => real.starts_with(start),
        None => shown.trim_end() == real,
    }
}

fn is_any_lines(line: &str) -> bool {
    line.strip_suffix(ELLIPSIS).is_some_and(str::is_empty)
}

fn matches(shown: &[&str], real: &[String]) -> bool {
    match shown.split_first() {
        None => real.is_empty(),
        Some((line, rest)) if is_any_lines(line) => (0..=real.len()).any(|skip| matches(rest, &real[skip..])),
        Some((line, rest)) => {
            real.split_first().is_some_and(|(first, others)| same(line, first) && matches(rest, others))
        }
    }
}

/// How alike two lines are: the part of their words that they share.
fn alike(shown: &str, real: &str) -> usize {
    let words = |line: &str| -> Vec<String> {
        line.trim_end_matches(ELLIPSIS).split_whitespace().map(str::to_owned).collect()
    };
    let (shown, real) = (words(shown), words(real));
    let shared = shown.iter().filter(|word| real.contains(word)).count();
    let longest = shown.len().max(real.len().min(shown.len() + 2)).max(1);
    if shown.first() == real.first() { 1 + 100 * shared / longest } else { 50 * shared / longest }
}

/// The real output, shortened as the shown one was: each shown line becomes the real line that is most like it,
/// in their order, so that the sum of the likenesses is largest.
fn renewed(shown: &[&str], real: &[String]) -> Vec<String> {
    if !shown.iter().any(|line| is_any_lines(line)) {
        return real.to_vec();
    }
    let lines: Vec<&str> = shown.iter().copied().filter(|line| !is_any_lines(line)).collect();
    // best[i][j]: the largest sum for the lines from i on, with the real lines from j on.
    let mut best = vec![vec![0_usize; real.len() + 1]; lines.len() + 1];
    for i in (0..lines.len()).rev() {
        for j in (0..real.len()).rev() {
            let taken = alike(lines[i], &real[j]) + best[i + 1][j + 1];
            best[i][j] = taken.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j, mut next) = (0, 0, 0);
    let mut out: Vec<String> = Vec::new();
    while i < lines.len() && j < real.len() {
        if best[i][j] == best[i][j + 1] {
            j += 1;
        } else if best[i][j] == best[i + 1][j] {
            i += 1;
        } else {
            if j > next {
                out.push(ELLIPSIS.to_string());
            }
            out.push(shortened(&real[j], lines[i]));
            (i, j) = (i + 1, j + 1);
            next = j;
        }
    }
    if next < real.len() {
        out.push(ELLIPSIS.to_string());
    }
    out
}

fn shortened(line: &str, like: &str) -> String {
    let length = like.strip_suffix(ELLIPSIS).map(|start| start.chars().count());
    match length.filter(|&length| length < line.chars().count()) {
        Some(length) => line.chars().take(length).chain([ELLIPSIS]).collect(),
        None => line.to_owned(),
    }
}

/// Runs all that a document shows, in a folder of its own in which `datasets` are those of the repository.
fn check_document(path: &Path, problems: &mut Vec<String>) {
    let name = path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace(['/', '\\'], "_");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("target/tmp is writable");
    for shared in ["datasets", "docs"] {
        symlink(root().join(shared), folder.join(shared)).expect("target/tmp takes links");
    }
    let text = read(path);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut replacements: Vec<(usize, usize, Vec<String>)> = Vec::new();
    for fence in fences(&text) {
        if let Some((_, file)) = fence.info.split_once("file=") {
            let file = folder.join(file.trim());
            fs::create_dir_all(file.parent().unwrap_or(&folder)).expect("target/tmp is writable");
            fs::write(&file, fence.lines.join("\n") + "\n").expect("target/tmp is writable");
        }
        if fence.info != "console" {
            continue;
        }
        let commands: Vec<usize> =
            (0..fence.lines.len()).filter(|&i| fence.lines[i].starts_with("$ ")).collect();
        for (index, &at) in commands.iter().enumerate() {
            let end = commands.get(index + 1).copied().unwrap_or(fence.lines.len());
            let shown = &fence.lines[at + 1..end];
            match run(&fence.lines[at][2..], &folder) {
                Ok(real) if matches(shown, &real) => {}
                Ok(real) if updating() => {
                    let range = (fence.first + at + 1, fence.first + end);
                    replacements.push((range.0, range.1, renewed(shown, &real)));
                }
                Ok(real) => problems.push(format!(
                    "{}:{}: `{}` prints something else:\n{}",
                    path.display(),
                    fence.first + at + 1,
                    fence.lines[at],
                    real.join("\n")
                )),
                Err(why) => problems.push(format!("{}:{}: {why}", path.display(), fence.first + at + 1)),
            }
        }
    }
    for (from, to, new) in replacements.iter().rev() {
        lines.splice(from..to, new.iter().cloned());
    }
    if !replacements.is_empty() {
        fs::write(path, lines.join("\n") + "\n").expect("documents are writable");
    }
}

#[test]
fn what_documents_show_is_what_the_program_prints() {
    let mut problems = Vec::new();
    for path in files("md") {
        let name = path.strip_prefix(root()).unwrap_or(&path);
        if name == Path::new("README.md") || name.starts_with("docs") {
            check_document(&path, &mut problems);
        }
    }
    let hint = "TRUECOST_UPDATE=1 rewrites the outputs; is target/debug/truecost up to date?";
    assert!(problems.is_empty(), "{}\n\n{hint}", problems.join("\n\n"));
}

#[test]
fn outputs_are_compared_line_by_line() {
    let real: Vec<String> = ["a 1", "b 2", "c 3", "d 4"].map(str::to_owned).to_vec();
    for shown in [
        &["a 1", "b 2", "c 3", "d 4"][..],
        &["…"],
        &["a 1", "…"],
        &["…", "c…", "d 4"],
        &["a 1", "…", "c 3", "…"],
    ] {
        assert!(matches(shown, &real), "{shown:?}");
    }
    for shown in [&["a 1", "b 2", "c 3"][..], &["a 1", "…", "b 3", "…"], &["b 2", "…"], &[]] {
        assert!(!matches(shown, &real), "{shown:?}");
    }
    assert_eq!(renewed(&["a 0", "…", "c…", "…", "d 0"], &real), ["a 1", "…", "c…", "d 4"]);
}

/// The text without its fenced blocks and inline code.
fn prose(text: &str) -> String {
    let mut open = false;
    let mut out = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            open = !open;
        } else if !open {
            out.extend(line.split('`').step_by(2));
            out.push('\n');
        }
    }
    out
}

/// Anchors of the headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut open = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        open ^= line.starts_with("```");
        if !open && line.starts_with('#') {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
            found.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    found
}

#[test]
fn links_lead_somewhere() {
    let mut problems = Vec::new();
    for path in files("md") {
        let text = read(&path);
        let prose = prose(&text);
        for link in prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if file.is_empty() { path.clone() } else { path.parent().unwrap_or(&path).join(file) };
            if !target.exists() {
                problems.push(format!("{}: {link} does not exist", path.display()));
            } else if !anchor.is_empty() && !anchors(&read(&target)).contains(anchor) {
                problems.push(format!("{}: {link} is not a heading", path.display()));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Columns of a section's table: name, and does it begin with `yes` in the second cell?
fn documented_columns(section: &str) -> Vec<(String, bool)> {
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let required = cells.get(2).is_some_and(|cell| cell.starts_with("yes"));
        let names = cells[1].split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        names.into_iter().map(move |name| (name, required))
    })
    .collect()
}

#[test]
fn the_dataset_reference_names_every_column() {
    use truecost::data::schema;
    let pages = [
        ("datasets.md", schema::ALL),
        ("flows.md", schema::FLOW_TABLES),
        ("regime-rules.md", schema::RULE_TABLES),
        ("postings.md", schema::POSTING_TABLES),
    ];
    let page_of = |page: &str| read(&root().join("docs/reference").join(page));
    let of_coops =
        ["coop-pay.md", "coop-living.md", "coop-statements.md", "coop-members.md"].map(page_of).concat();
    let of_coops = schema::COOP_TABLES.iter().map(|table| (of_coops.clone(), table));
    let tables =
        pages.iter().flat_map(|(page, tables)| tables.iter().map(move |table| (page_of(page), table)));
    for (text, schema) in tables.chain(of_coops) {
        let heading = format!("\n### {}\n", schema.table);
        let section = text.split(&heading).nth(1).unwrap_or_else(|| panic!("no section `{}`", schema.table));
        let section = section.split("\n#").next().unwrap_or(section);
        let expected: Vec<(String, bool)> =
            schema.columns.iter().map(|c| (c.name.to_owned(), c.required)).collect();
        assert_eq!(documented_columns(section), expected, "columns of `{}`", schema.table);
        let key = format!("Key: `{}`.", schema.key.join(", "));
        assert!(section.contains(&key), "the section `{}` does not say: {key}", schema.table);
    }
}
