//! Ledgers of members: transfers of Komunitin and `TimeOverflow` become flows, exactly, and what they say of a payment
//! is stated where it can be put right.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;
use truecost_tests::{Answer, assert_holds, run};

const HEADER: &str = "id,created,updated,state,amount,description,hash,authorization,payer.id,payer.code,payee.id,payee.code,user.id\n";
const ACCOUNTS: &str = "id,created,updated,code,status,balance,creditLimit,maximumBalance,key,user.id\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn import(folder: &TempDir, arguments: &[&str]) -> Answer {
    let mut all = vec!["import"];
    all.extend(arguments);
    all.extend(["-o", "data"]);
    run(folder.path(), &all)
}

/// Rows of a table of the dataset that was written, as maps.
fn rows(folder: &TempDir, table: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.path().join(format!("data/{table}.csv"))).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn classes(folder: &TempDir) -> Vec<(String, String)> {
    let answer = run(folder.path(), &["classify", "data", "--format", "csv"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let mut reader = csv::Reader::from_reader(answer.stdout.as_bytes());
    let rows = reader.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    rows.map(|row| (format!("{}.{}", row["regime"], row["subregime"]), row["confidence"].clone())).collect()
}

fn transfer(id: &str, state: &str, amount: &str, payer: &str, payee: &str) -> String {
    format!(
        "{id},2024-03-02T23:15:00.000Z,2024-03-03T00:00:00.000Z,{state},{amount},\"jam, two jars\",h,,{payer},C{payer},{payee},C{payee},u\n"
    )
}

#[test]
fn committed_transfers_are_mutual_credit_and_others_are_listed() {
    let text = [
        HEADER.to_owned(),
        transfer("t1", "committed", "1250", "a", "b"),
        transfer("t2", "pending", "1", "a", "b"),
        transfer("t3", "rejected", "1", "a", "b"),
        transfer("t4", "committed", "7", "b", "a"),
        transfer("t5", "committed", "1", "a", "a"),
        transfer("t6", "pending", "1", "a", "b"),
    ]
    .concat();
    let folder = folder(&[("transfers.csv", &text)]);
    let answer = import(&folder, &["komunitin", "transfers.csv", "--unit", "LEAF"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(
        &answer.stdout,
        &[
            "read 6 lines",
            "2  in flows",
            "1  left out: transfers from an account to itself (transfers.csv:6)",
            "2  left out: transfers in the state `pending`: nothing passed (first: transfers.csv:3)",
            "1  left out: transfers in the state `rejected`: nothing passed (transfers.csv:4)",
        ],
    );
    let flows = rows(&folder, "flows");
    let found: Vec<(&str, &str, &str)> =
        flows.iter().map(|f| (&f["from"][..], &f["to"][..], &f["value"][..])).collect();
    assert_eq!(found, [("Ca", "Cb", "12.5"), ("Cb", "Ca", "0.07")]);
    assert_eq!(flows[0]["date"], "2024-03-02");
    assert_eq!(flows[0]["note"], "jam, two jars");
    assert_eq!(run(folder.path(), &["check", "data"]).code, 0);
    // Prices are taken to be posted ones, which is what lowers the confidence; nobody else says.
    assert_eq!(classes(&folder), vec![("reciprocity.mutual_credit".to_owned(), "0.68".to_owned()); 2]);
    // What the importer states of all can be put right in one line.
    let manifest = folder.path().join("data/manifest.toml");
    let text = fs::read_to_string(&manifest)
        .unwrap()
        .replace("price_basis = \"posted\"", "price_basis = \"negotiated\"");
    fs::write(&manifest, text).unwrap();
    assert_eq!(classes(&folder)[0].1, "0.93");
}

#[test]
fn decimals_scale_amounts_exactly() {
    for (decimals, expected) in
        [("3", "90071992547409.931"), ("6", "90071992547.409931"), ("9", "90071992.547409931")]
    {
        let text = HEADER.to_owned() + &transfer("t1", "committed", "90071992547409931", "a", "b");
        let folder = folder(&[("t.csv", &text)]);
        let answer = import(&folder, &["komunitin", "t.csv", "--unit", "U", "--decimals", decimals]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        assert_eq!(rows(&folder, "flows")[0]["value"], expected);
    }
    let text = HEADER.to_owned() + &transfer("t1", "committed", "90071992547409931", "a", "b");
    let answer = import(&folder(&[("t.csv", &text)]), &["komunitin", "t.csv", "--unit", "U"]);
    assert_holds(
        &answer.stderr,
        &["error[overflow] t.csv:2:amount: `900719925474099.31` cannot be kept exactly"],
    );
}

#[test]
fn balances_before_the_first_transfer_follow_from_those_after_the_last() {
    // By hand: a had 5.00 and pays 12.50, gets 0.07: now -7.43. b had -5.00.
    let transfers = [
        HEADER.to_owned(),
        transfer("t1", "committed", "1250", "a", "b"),
        transfer("t2", "committed", "7", "b", "a"),
    ]
    .concat();
    let account = |id: &str, balance: &str, limit: &str, most: &str| {
        format!("{id},2023-01-01T00:00:00Z,,C{id},active,{balance},{limit},{most},k,u\n")
    };
    let accounts =
        [ACCOUNTS.to_owned(), account("a", "-743", "5000", ""), account("b", "743", "-1", "10000")].concat();
    let right = folder(&[("t.csv", &transfers), ("a.csv", &accounts)]);
    assert_eq!(import(&right, &["komunitin", "t.csv", "a.csv", "--unit", "LEAF"]).code, 0);
    let cells = |row: &BTreeMap<String, String>| {
        ["agent", "opening", "credit_limit", "max_balance", "date"].map(|c| row[c].clone())
    };
    let found: Vec<[String; 5]> = rows(&right, "accounts").iter().map(cells).collect();
    assert_eq!(found, [["Ca", "5", "50", "", "2024-03-02"], ["Cb", "-5", "", "100", "2024-03-02"]]);
    assert_eq!(run(right.path(), &["check", "data"]).code, 0);
    // With an account missing they are not known, and are left out.
    let some = [ACCOUNTS.to_owned(), account("a", "-743", "5000", "")].concat();
    let partial = folder(&[("t.csv", &transfers), ("a.csv", &some)]);
    let answer = import(&partial, &["komunitin", "t.csv", "a.csv", "--unit", "LEAF"]);
    assert_holds(&answer.stdout, &["sum to 5, not to 0, and are left out"]);
    assert!(!rows(&partial, "accounts")[0].contains_key("opening"));
    assert_eq!(run(partial.path(), &["check", "data"]).code, 0);
}

#[test]
fn wrong_cells_are_reported_all_at_once() {
    let text = [
        HEADER.to_owned(),
        transfer("t1", "committed", "12.50", "a", "b"),
        transfer("t2", "committed", "-5", "a", "b"),
        transfer("t3", "committed", "5", "a", "b").replace("2024-03-02T", "02.03.2024 "),
        "too,short\n".to_owned(),
    ]
    .concat();
    let folder = folder(&[("t.csv", &text)]);
    let answer = import(&folder, &["komunitin", "t.csv", "--unit", "LEAF"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (1, ""));
    assert_holds(
        &answer.stderr,
        &[
            "error[not-a-number] t.csv:2:amount: `12.50` is not a whole number",
            "error[negative-amount] t.csv:3:amount",
            "error[bad-date] t.csv:4:created",
            "error[ragged-row] t.csv:5: the row has 2 cells, not 13",
            "4 errors",
        ],
    );
    assert!(!folder.path().join("data").exists());
}

#[test]
fn hours_of_a_timebank_are_whole_seconds() {
    let text = "12,Member,34,Member,5400,2024-03-02 10:00:00,garden,7\n\
                34,Member,12,Member,100,2024-03-03,\"a hundred seconds, which are no decimal of an hour\",\n\
                1,Organization,12,Member,3600,2024-03-04T08:00:00Z,welcome,\n\
                12,Member,12,Member,60,2024-03-05,,\n";
    let folder = folder(&[("import.csv", text)]);
    let answer = import(&folder, &["timeoverflow", "import.csv"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(
        &answer.stdout,
        &["read 4 lines", "3  in flows", "left out: transfers from an account to itself (import.csv:4)"],
    );
    let values: Vec<String> = rows(&folder, "flows").iter().map(|row| row["value"].clone()).collect();
    assert_eq!(values, ["5400", "100", "3600"]);
    assert_eq!(run(folder.path(), &["check", "data"]).code, 0);
    let classes = classes(&folder);
    let sorted: BTreeMap<&str, usize> = classes.iter().fold(BTreeMap::new(), |mut counts, (class, _)| {
        *counts.entry(class.as_str()).or_default() += 1;
        counts
    });
    // What the timebank itself gives is no answer to anything, and nobody says what it is.
    assert_eq!(
        sorted,
        BTreeMap::from([("reciprocity.timebank", 2), ("unclassified.insufficient_evidence", 1)])
    );
    assert!(
        classes.iter().filter(|(class, _)| class == "reciprocity.timebank").all(|(_, sure)| sure == "0.95")
    );
    // Once somebody says that it is a present, it is one.
    let path = folder.path().join("data/flows.csv");
    let text = fs::read_to_string(&path).unwrap();
    let at = text.lines().next().unwrap().split(',').position(|name| name == "price_basis").unwrap();
    let given = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        (cells[at], cells[at + 1]) = ("none", "none");
        cells.join(",")
    };
    let lines: Vec<String> = text
        .lines()
        .map(|line| if line.contains("timebank-1") { given(line) } else { line.to_owned() })
        .collect();
    fs::write(&path, lines.join("\n")).unwrap();
    assert!(
        self::classes(&folder)
            .iter()
            .any(|(class, sure)| class == "reciprocity.solidarity" && sure == "0.85")
    );
}

#[test]
fn the_report_of_a_timebank_counts_in_hours() {
    let text = "date,from,to,post,quantity\n2024-03-02,Ana,Bo,Garden,1:30\n2024-03-03,Bo,Cem,,0.25\n2024-03-04,,Bo,,1:00\n";
    let folder = folder(&[("report.csv", text)]);
    let answer = import(&folder, &["timeoverflow", "report.csv"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(
        &answer.stdout,
        &["2  in flows", "left out: transfers without a giver or a receiver (report.csv:4)"],
    );
    let values: Vec<String> = rows(&folder, "flows").iter().map(|row| row["value"].clone()).collect();
    assert_eq!(values, ["5400", "900"]);
    let wrong = self::folder(&[(
        "report.csv",
        "date,from,to,post,quantity\n2024-03-02,Ana,Bo,,1:75\n2024-03-02,Ana,Bo,,0.33333\n",
    )]);
    let answer = import(&wrong, &["timeoverflow", "report.csv"]);
    assert_holds(
        &answer.stderr,
        &["report.csv:2:quantity: `1:75` is not a time", "report.csv:3:quantity: `0.33333` is not a time"],
    );
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let folder = folder(&[("import.csv", "1,Member,2,Member,60,2024-03-05,,\n")]);
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/mine.txt"), "mine").unwrap();
    let answer = import(&folder, &["timeoverflow", "import.csv"]);
    assert_eq!(answer.code, 2);
    assert_holds(&answer.stderr, &["error[unwritable-path] data: is not empty, and nothing is overwritten"]);
    assert_eq!(fs::read_dir(folder.path().join("data")).unwrap().count(), 1);
}
