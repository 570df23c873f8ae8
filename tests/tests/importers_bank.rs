//! A bank statement and a mapping: the example of the guide, and what mappings can and cannot say.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use truecost_tests::{Answer, assert_holds, repository, run};

type Row = BTreeMap<String, String>;

fn table(path: &Path) -> Vec<Row> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn classified(folder: &Path, data: &str) -> BTreeMap<String, Row> {
    let answer = run(folder, &["classify", data, "--format", "csv"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let mut reader = csv::Reader::from_reader(answer.stdout.as_bytes());
    reader.deserialize::<Row>().map(Result::unwrap).map(|row| (row["flow"].clone(), row)).collect()
}

#[test]
fn a_mapping_of_about_twenty_lines_classifies_a_statement_as_people_would() {
    let out = TempDir::new().unwrap();
    let data = out.path().join("data");
    let data = data.to_str().unwrap();
    let bank = repository().join("docs/guide/bank");
    let mapping = fs::read_to_string(bank.join("mapping.toml")).unwrap();
    assert!(mapping.lines().count() <= 26, "the mapping grew");
    let answer = run(&bank, &["import", "csv", "statement.csv", "--mapping", "mapping.toml", "-o", data]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_eq!(run(&bank, &["check", data]).code, 0);
    let lines = fs::read_to_string(bank.join("statement.csv")).unwrap().lines().count() - 1;
    let found = classified(&bank, data);
    // The column `expected` was written by judgement, line by line, before the program saw any of them.
    let expected = table(&bank.join("expected.csv"));
    assert_eq!(expected.len(), found.len());
    let mut right = 0;
    for row in &expected {
        let flow = &found[&row["id"]];
        if flow["regime"] == "unclassified" {
            continue;
        }
        assert_eq!(
            format!("{}.{}", flow["regime"], flow["subregime"]),
            row["expected"],
            "line {}",
            row["id"]
        );
        right += 1;
    }
    assert!(right * 10 >= lines * 9, "only {right} of {lines} lines are classified");
    // Nothing is made up where nothing is known.
    for id in ["33", "47"] {
        assert_eq!(found[id]["regime"], "unclassified", "line {id}");
    }
    // Each class is there, so that the comparison cannot pass by saying one thing of all.
    let classes: std::collections::BTreeSet<&str> =
        expected.iter().map(|row| row["expected"].as_str()).collect();
    assert_eq!(classes.len(), 10);
}

#[test]
fn the_statement_adds_up() {
    let out = TempDir::new().unwrap();
    let data = out.path().join("data");
    let bank = repository().join("docs/guide/bank");
    let arguments =
        ["import", "csv", "statement.csv", "--mapping", "mapping.toml", "-o", data.to_str().unwrap()];
    assert_eq!(run(&bank, &arguments).code, 0);
    // In cents, from the text of the statement, without the line that was left out.
    let text = fs::read_to_string(bank.join("statement.csv")).unwrap();
    let cents = |amount: &str| amount.replace(['.', ','], "").parse::<i64>().unwrap();
    let all: i64 = text
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with("17;"))
        .map(|line| cents(line.rsplit(';').next().unwrap()))
        .sum();
    let flow = |row: &Row| {
        let (whole, part) = row["value"].split_once('.').unwrap_or((&row["value"], ""));
        let cents = format!("{whole}{part:0<2}").parse::<i64>().unwrap();
        if row["to"] == "corner-coop" { cents } else { -cents }
    };
    assert_eq!(table(&data.join("flows.csv")).iter().map(flow).sum::<i64>(), all);
}

const MAPPING: &str = "own = { agent = \"us\", kind = \"coop\" }\ncurrency = \"EUR\"\n";

fn import(mapping: &str, statement: &[u8]) -> (TempDir, Answer) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("map.toml"), mapping).unwrap();
    fs::write(folder.path().join("bank.csv"), statement).unwrap();
    let answer = run(folder.path(), &["import", "csv", "bank.csv", "--mapping", "map.toml", "-o", "data"]);
    (folder, answer)
}

fn flows(mapping: &str, statement: &str) -> Vec<Row> {
    let (folder, answer) = import(mapping, statement.as_bytes());
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let check = run(folder.path(), &["check", "data"]);
    assert_eq!(check.code, 0, "{}", check.stderr);
    table(&folder.path().join("data/flows.csv"))
}

/// From, to and value.
fn moved(rows: &[Row]) -> Vec<(&str, &str, &str)> {
    rows.iter().map(|row| (row["from"].as_str(), row["to"].as_str(), row["value"].as_str())).collect()
}

#[test]
fn two_columns_or_a_sign_say_where_the_money_goes() {
    let expected = [("ana", "us", "5.50"), ("us", "bo", "1234.00")];
    let columns = "columns = { date = \"D\", counterparty = \"N\", amount = \"A\" }\n";
    let signed =
        flows(&format!("{MAPPING}{columns}"), "D,N,A\n2024-01-02,Ana,5.50\n2024-01-03,Bo,-1234.00\n");
    assert_eq!(moved(&signed), expected);
    let turned = format!("{MAPPING}{columns}file = {{ positive = \"out\" }}\n");
    let turned = flows(&turned, "D,N,A\n2024-01-02,Ana,-5.50\n2024-01-03,Bo,\"1,234.00\"\n");
    assert_eq!(moved(&turned), expected);
    let two =
        format!("{MAPPING}columns = {{ date = \"D\", counterparty = \"N\", in = \"In\", out = \"Out\" }}\n");
    let two = flows(&two, "D,N,In,Out\n2024-01-02,Ana,5.50,\n2024-01-03,Bo,,-1234.00\n");
    assert_eq!(moved(&two), expected);
}

#[test]
fn formats_of_other_banks_are_read() {
    let mapping = format!(
        "{MAPPING}file = {{ separator = \";\", decimal = \",\", date = \"D.M.YY\", encoding = \"latin-1\", skip_lines = 2 }}\n\
         columns = {{ date = \"Tag\", counterparty = \"Wer\", amount = \"Betrag\", currency = \"W\\u00e4hrung\", text = \"Zweck\" }}\n"
    );
    let statement = b"Kontoauszug;\nvom 1.2.;\n\nTag;Wer;Betrag;W\xe4hrung;Zweck\n1.2.24;M\xfcller  GmbH;-1.234,5;CHF;\"eins;\nzwei\"\n2.2.24;m\xdcLLER gmbh;7-;;\n3.2.24;X;0,00;;\n";
    let (folder, answer) = import(&mapping, statement);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(&answer.stdout, &["read 3 lines", "left out: lines of 0 (bank.csv:8)"]);
    let rows = table(&folder.path().join("data/flows.csv"));
    assert_eq!(moved(&rows), [("us", "mueller-gmbh", "1234.5"), ("us", "mueller-gmbh", "7")]);
    assert_eq!(rows.iter().map(|row| row["unit_of_account"].as_str()).collect::<Vec<_>>(), ["CHF", "EUR"]);
    // Lines are those of the file, also after a cell of two lines.
    assert_eq!(
        rows.iter().map(|row| row["source"].as_str()).collect::<Vec<_>>(),
        ["bank.csv:5", "bank.csv:7"]
    );
}

#[test]
fn of_each_word_the_first_rule_that_holds_counts() {
    let mapping = format!(
        "{MAPPING}columns = {{ date = \"D\", counterparty = \"N\", amount = \"A\", text = \"T\", account = \"K\" }}\n\
         all = {{ compelled = \"none\", price_basis = \"none\" }}\n\
         [[rule]]\ntext = \"gift * ana\"\nprice_basis = \"voluntary\"\n\
         [[rule]]\naccount = [\"4000\", \"4001\"]\ndirection = \"in\"\nprice_basis = \"posted\"\ncontracted = true\nkind = \"person\"\n\
         [[rule]]\ncounterparty = \"ana\"\nmember = true\n"
    );
    let rows = flows(
        &mapping,
        "D,N,A,T,K\n2024-01-02,Ana,5,A GIFT  of Ana,4000\n2024-01-02,Ana,-5,,4001\n2024-01-02,Bo,5,ana's gift,4001\n2024-01-02,Cem,5,,\n",
    );
    let cells = |column: &str| rows.iter().map(|row| row[column].as_str()).collect::<Vec<_>>();
    // An empty cell is what the manifest states of all.
    assert_eq!(cells("price_basis"), ["voluntary", "", "posted", ""]);
    assert_eq!(cells("contracted"), ["yes", "", "yes", ""]);
    assert_eq!(cells("relation"), ["member_receiver", "member_provider", "", ""]);
}

#[test]
fn everything_wrong_with_a_mapping_is_said_at_once() {
    let mapping = "own = { agent = \"us us\", kind = \"club\" }\ncurrency = \"EURO\"\n\
                   file = { decimal = \";\", date = \"%d.%m.%Y\" }\ncolumns = { date = \"D\" }\n\
                   all = { text = \"x\", compelled = \"no\" }\n\
                   [[rule]]\nprice_basis = \"posted\"\n\
                   [[rule]]\ntext = \"*\"\nprice_base = \"posted\"\ncontracted = \"maybe\"\nmember = \"yes\"\n";
    let (_, answer) = import(mapping, b"D\n2024-01-02\n");
    assert_eq!(answer.code, 1);
    assert_holds(
        &answer.stderr,
        &[
            "`own.agent` cannot be `us us`",
            "`own.kind` cannot be `club`",
            "`EURO` is not a currency",
            "`file.decimal` cannot be `;`",
            "`file.date` cannot be `%d.%m.%Y`",
            "[columns] does not say where the amount is",
            "map.toml:5: `text` has no meaning in [all]",
            "map.toml:5: `compelled` cannot be `no`",
            "map.toml:6: the rule has no condition",
            "map.toml:8: `text` cannot be \"*\"",
            "map.toml:8: `price_base` is not a word of a rule",
            "did you mean `price_basis`?",
            "map.toml:8: `contracted` cannot be `maybe`",
            "map.toml:8: `member` cannot be \"yes\"",
        ],
    );
    let (_, answer) = import(&format!("{MAPPING}colums = {{}}\n"), b"D\n");
    assert_holds(&answer.stderr, &["error[bad-mapping] map.toml:3: unknown field `colums`"]);
}

#[test]
fn everything_wrong_with_a_statement_is_said_at_once() {
    let mapping = format!(
        "{MAPPING}columns = {{ date = \"D\", counterparty = \"N\", in = \"In\", out = \"Out\", currency = \"C\" }}\n\
         [[rule]]\ncounterparty = \"ana\"\ndirection = \"in\"\nkind = \"person\"\n[[rule]]\ncounterparty = \"ana\"\nkind = \"firm\"\n"
    );
    let statement = "D,N,In,Out,C\n2024-01-32,Ana,1,,\n2024-01-02,Ana,1,1,\n2024-01-02,Ana,1.2.3,,\n2024-01-02,Ana,1,,XX\n2024-01-02,Ana,1,,\n2024-01-02,Ana,,1,\nshort\n2024-01-02,Ana,-1,,\n";
    let (_, answer) = import(&mapping, statement.as_bytes());
    assert_eq!(answer.code, 1);
    assert_holds(
        &answer.stderr,
        &[
            "error[bad-date] bank.csv:2:D: `2024-01-32` is not a date of the form YYYY-MM-DD",
            "error[contradiction] bank.csv:3: money comes in, 1, and goes out, 1, in one line",
            "error[not-a-number] bank.csv:4:In: `1.2.3` is not an amount",
            "error[unknown-currency] bank.csv:5: `XX` is not a currency",
            "error[contradiction] bank.csv:7: `ana` is of the kind firm here, and person at bank.csv:6",
            "error[ragged-row] bank.csv:8: the row has 1 cells, not 5",
            "error[negative-amount] bank.csv:9: `-1` came in, below 0",
        ],
    );
    let columns = format!("{MAPPING}columns = {{ date = \"Datum\", amount = \"A\" }}\n");
    let (_, answer) = import(&columns, b"Date,A\n2024-01-02,1\n");
    assert_holds(
        &answer.stderr,
        &["error[missing-column] bank.csv:1: the column `Datum` is missing", "the header has `Date`, `A`"],
    );
}

#[test]
fn names_that_differ_in_more_than_case_and_spaces_are_different_ones() {
    let folder = TempDir::new().unwrap();
    let mapping = "own = { agent = \"me\", kind = \"coop\" }\ncurrency = \"EUR\"\n\
        columns = { date = \"Date\", amount = \"Amount\", counterparty = \"Name\" }\n";
    fs::write(folder.path().join("map.toml"), mapping).unwrap();
    let lines = "Date,Amount,Name\n2024-03-01,1,C GmbH\n2024-03-02,1,C++ GmbH\n2024-03-03,1,C# GmbH\n\
        2024-03-04,1,c  gmbh\n";
    fs::write(folder.path().join("bank.csv"), lines).unwrap();
    let answer = run(folder.path(), &["import", "csv", "bank.csv", "--mapping", "map.toml", "-o", "data"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_eq!(table(&folder.path().join("data/agents.csv")).len(), 4);
    let flows = table(&folder.path().join("data/flows.csv"));
    assert_eq!(flows[0]["from"], flows[3]["from"]);
    let told =
        "1 counterparties are written in several ways and taken as one each, such as `C GmbH` and `c gmbh`";
    assert!((answer.stdout + &answer.stderr).contains(told));
}
