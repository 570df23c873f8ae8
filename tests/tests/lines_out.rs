//! What the command `lines` leaves behind: all or nothing, and never anything over what it reads.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod lines_shop;

use arrow_ipc::reader::FileReader;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::{self, File};
use std::io::Read;
use std::process::{Command, Stdio};
use truecost_tests::{Answer, truecost};

use lines_shop::{Shop, arrow, lines, parquet, stream};

#[test]
fn damaged_files_are_told_by_name() {
    let shop = Shop::new();
    let batch = lines(5000, 0);
    parquet(&shop.at("whole.parquet"), &batch, 1000);
    let whole = fs::read(shop.at("whole.parquet")).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 150) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        shop.write("l.parquet", &bytes);
        let answer = shop.lines(&["l.parquet", "-o", "o.parquet"]);
        let is_told = answer.stderr.contains("error[parquet-unreadable] l.parquet:");
        assert!(
            is_told
                || !answer.stderr.contains("error")
                || answer.stderr.contains("error[missing-column]")
                || answer.stderr.contains("[column-type]"),
            "{at}: {}",
            answer.stderr
        );
    }
    shop.write("l.parquet", &whole[..whole.len() / 2]);
    assert!(
        shop.lines(&["l.parquet", "-o", "o.parquet"]).stderr.contains("error[parquet-unreadable] l.parquet:")
    );
    arrow(&shop.at("whole.arrow"), &batch, None);
    let whole = fs::read(shop.at("whole.arrow")).unwrap();
    for (name, bytes) in [("l.arrow", &whole[..whole.len() / 2]), ("l.arrows", &stream(&[batch])[..5000])] {
        shop.write(name, bytes);
        let answer = shop.lines(&[name, "-o", "o.csv"]);
        assert!(answer.stderr.contains(&format!("error[arrow-unreadable] {name}:")), "{}", answer.stderr);
    }
}

#[test]
fn nothing_is_written_over_what_is_read() {
    let shop = Shop::new();
    let text = "product,quantity\napple,1\n";
    shop.write("l.csv", text);
    shop.write("f/l.csv", text);
    let refused = |arguments: &[&str], why: &str| {
        let answer = shop.lines(arguments);
        assert!(answer.code == 2 && answer.stderr.contains(why), "{arguments:?}: {}", answer.stderr);
    };
    refused(&["l.csv", "-o", "l.csv"], "error[unwritable-path] l.csv: the lines are read from this file");
    refused(&["l.csv", "-o", "o.csv", "--summary", "./l.csv"], "the lines are read from this file");
    refused(&["l.csv", "-o", "o.csv", "--summary", "o.csv"], "two results cannot be written to one file");
    refused(&["l.csv", "-o", "book.arrow"], "the price book is read from this file");
    refused(&["f", "-o", "f/o.csv"], "the lines are read from this folder");
    refused(&["l.csv", "-o", "o.xlsx"], "its name does not say how it is written");
    shop.write("d/manifest.toml", "");
    refused(&["l.csv", "-o", "d/o.csv"], "the folder of a dataset");
    let usage = shop.lines(&["l.csv", "-o", "o.csv", "--group-by", "product"]);
    assert!(usage.code == 2 && usage.stderr.contains("--summary <FILE>"), "{}", usage.stderr);
    assert_eq!(shop.text("l.csv"), text);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("l.csv", shop.at("link.csv")).unwrap();
        refused(&["link.csv", "-o", "l.csv"], "the lines are read from this file");
    }
    assert_eq!(shop.names().iter().filter(|name| name.starts_with("o.")).count(), 0);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let shop = Shop::new();
    parquet(&shop.at("l.parquet"), &lines(400_000, 0), 100_000);
    let mut child = shop
        .command(&["l.parquet", "-o", "-", "--rejects", "r.csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert_eq!(shop.names(), ["l.parquet"]);
}

#[test]
fn killed_half_way_it_leaves_no_answer_and_does_not_disturb_the_next_run() {
    let shop = Shop::new();
    let names: Vec<String> = (0..8).map(|part| format!("f/{part}.parquet")).collect();
    fs::create_dir(shop.at("f")).unwrap();
    parquet(&shop.at(&names[0]), &lines(200_000, 0), 100_000);
    for name in &names[1..] {
        fs::copy(shop.at(&names[0]), shop.at(name)).unwrap();
    }
    let arguments = ["f", "-o", "o.parquet", "--summary", "s.csv", "--indicators", "all"];
    shop.priced(&arguments);
    let whole = ["o.parquet", "s.csv", "o.rejects.csv"].map(|name| fs::read(shop.at(name)).unwrap());
    for after in [0, 30, 100, 200] {
        for name in ["o.parquet", "s.csv", "o.rejects.csv"] {
            let _ = fs::remove_file(shop.at(name));
        }
        let mut child = shop.command(&arguments).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(after));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            continue;
        }
        let left: Vec<String> = shop.names().into_iter().filter(|name| name != "f").collect();
        assert!(left.iter().all(|name| name.starts_with(".truecost-")), "{left:?}");
        #[cfg(target_os = "linux")]
        assert!(left.is_empty(), "{left:?}");
    }
    shop.priced(&arguments);
    assert!(whole == ["o.parquet", "s.csv", "o.rejects.csv"].map(|name| fs::read(shop.at(name)).unwrap()));
}

#[test]
#[cfg(unix)]
fn files_have_the_rights_that_others_have() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Shop::new();
    shop.write("l.csv", "product,quantity\napple,1\n");
    let shell = "umask 027; exec \"$0\" lines l.csv --pricebook book.arrow -o o.csv";
    let done =
        Command::new("sh").args(["-c", shell]).arg(truecost()).current_dir(shop.path()).status().unwrap();
    assert!(done.success());
    let mode = fs::metadata(shop.at("o.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

/// Runs the command in a shell after what limits it.
#[cfg(target_os = "linux")]
fn limited(shop: &Shop, limit: &str, to: &str) -> Answer {
    let shell = format!("{limit}; exec \"$0\" lines l.parquet --pricebook book.arrow -o {to}");
    let output =
        Command::new("sh").args(["-c", &shell]).arg(truecost()).current_dir(shop.path()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Answer { code: output.status.code().unwrap_or(-1), stdout: String::new(), stderr: text(output.stderr) }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_and_leaves_nothing() {
    let shop = Shop::new();
    parquet(&shop.at("l.parquet"), &lines(200_000, 0), 100_000);
    for to in ["o.parquet", "o.csv", "o.arrow", "o.arrows"] {
        let answer = limited(&shop, "trap '' XFSZ; ulimit -f 200", to);
        let told = format!("error[unwritable-path] {to}: cannot be written: File too large");
        assert!(answer.code == 2 && answer.stderr.starts_with(&told), "{}", answer.stderr);
        assert_eq!(shop.names(), ["l.parquet"]);
    }
    let shell = "exec \"$0\" lines l.parquet --pricebook book.arrow -o - --strict > /dev/full";
    let output =
        Command::new("sh").args(["-c", shell]).arg(truecost()).current_dir(shop.path()).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && told.contains("the disk is full"), "{told}");
    fs::create_dir(shop.at("small")).unwrap();
    let mount = "unshare -Urm sh -c 'mount -t tmpfs -o size=1m none small && exit 7' 2>/dev/null";
    let can = Command::new("sh").args(["-c", mount]).current_dir(shop.path()).status().unwrap();
    if can.code() != Some(7) {
        assert!(std::env::var_os("TRUECOST_REQUIRE_ALL").is_none(), "no small disk can be mounted here");
        eprintln!("skipped: a small disk cannot be mounted here without root");
        return;
    }
    let shell = "exec unshare -Urm sh -c 'mount -t tmpfs -o size=1m none small; \"$0\" lines l.parquet --pricebook book.arrow \
                 -o small/o.parquet; code=$?; ls -A small; exit $code' \"$0\"";
    let output =
        Command::new("sh").args(["-c", shell]).arg(truecost()).current_dir(shop.path()).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let start = "error[unwritable-path] small/o.parquet: cannot be written: No space left on device";
    assert!(told.starts_with(start) && told.contains("hint: the disk is full"), "{told}");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
}

#[test]
fn the_book_is_named_in_what_is_written() {
    let shop = Shop::new();
    shop.write("l.csv", "product,quantity\napple,1\n");
    let names = ["o.parquet", "o.arrow"];
    for name in names {
        shop.priced(&["l.csv", "-o", name, "--summary", "s.parquet"]);
    }
    let parquet = |name: &str| {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(shop.at(name)).unwrap()).unwrap();
        let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
        metadata.into_iter().find(|pair| pair.key == "truecost").unwrap().value.unwrap()
    };
    let known = parquet("o.parquet");
    let json: serde_json::Value = serde_json::from_str(&known).unwrap();
    assert!(
        json["price_book"].as_str().unwrap().starts_with("sha256:") && json["lineage"].is_object(),
        "{known}"
    );
    assert_eq!(parquet("s.parquet"), known);
    let arrow = FileReader::try_new(File::open(shop.at("o.arrow")).unwrap(), None).unwrap().schema();
    assert_eq!(arrow.metadata()["truecost"], known);
}
