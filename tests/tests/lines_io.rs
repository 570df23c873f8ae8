//! The command `lines`: every format in and out, threads, rejects, and the order of it all.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod lines_shop;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, Decimal128Array, DictionaryArray, Float32Array, Float64Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray, StringViewArray,
};
use arrow_ipc::CompressionType;
use arrow_ipc::reader::StreamReader;
use arrow_schema::DataType;
use arrow_select::concat::concat_batches;
use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;

use lines_shop::{Shop, arrow, cells, csv, lines, parquet, read, stream};

#[test]
fn every_format_gives_the_same_lines() {
    let shop = Shop::new();
    let batch = lines(1000, 0);
    parquet(&shop.at("a.parquet"), &batch, 300);
    arrow(&shop.at("b.arrow"), &batch, None);
    arrow(&shop.at("c.feather"), &batch, Some(CompressionType::LZ4_FRAME));
    shop.write("d.arrows", stream(&[batch.slice(0, 10), batch.slice(10, 990)]));
    shop.write("e.csv", csv(&batch));
    shop.priced(&["a.parquet", "-o", "out.parquet"]);
    let expected = cells(&read(&shop.at("out.parquet")));
    assert_eq!((expected[0].len(), expected[4][..2].to_vec()), (1000, vec![None, Some("till 1".to_owned())]));
    for from in ["a.parquet", "b.arrow", "c.feather", "d.arrows"] {
        for to in ["out.parquet", "out.arrow", "out.arrows"] {
            let told = shop.priced(&[from, "-o", to]);
            let columns =
                "product; quantity; no unit: that of each product; no origin; no date: 2024; price; currency";
            assert_eq!(
                told,
                format!("read 1,000 lines: 1,000 priced, 0 rejected\nwrote {to}\ncolumns: {columns}\n")
            );
            let out = read(&shop.at(to));
            assert_eq!(cells(&out), expected, "{from} to {to}");
            let field = out.schema().field_with_name("gap").unwrap().clone();
            assert_eq!(field.data_type(), &DataType::Decimal128(18, 6));
        }
    }
    shop.priced(&["a.parquet", "-o", "a.csv"]);
    shop.priced(&["e.csv", "-o", "e2.csv"]);
    assert_eq!(shop.text("a.csv"), shop.text("e2.csv"));
    shop.priced(&["e.csv", "-o", "e.parquet"]);
    let gap = read(&shop.at("e.parquet"));
    let known = read(&shop.at("out.parquet"));
    assert_eq!(gap.column_by_name("gap"), known.column_by_name("gap"));
    assert_eq!(gap.schema().field_with_name("quantity").unwrap().data_type(), &DataType::Utf8);
}

#[test]
fn standard_input_and_output_are_streams() {
    let shop = Shop::new();
    let batch = lines(2000, 100);
    let bytes = stream(&[batch.slice(0, 1500), batch.slice(1500, 500)]);
    let mut child = shop
        .command(&["-", "-o", "-", "--rejects", "bad.csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeding = std::thread::spawn(move || stdin.write_all(&bytes).unwrap());
    let output = child.wait_with_output().unwrap();
    feeding.join().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let counts =
        "read 2,000 lines: 1,980 priced, 20 rejected (20 unknown-product): see bad.csv\ncolumns: product;";
    assert!(told.starts_with(counts), "{told}");
    assert_eq!(output.status.code(), Some(1));
    let rows: usize =
        StreamReader::try_new(&output.stdout[..], None).unwrap().map(|b| b.unwrap().num_rows()).sum();
    assert_eq!(rows, 1980);
    assert!(shop.text("bad.csv").contains("\n1600,-,unknown-product,product,unobtainium,"));
    // Nobody says what becomes of bad lines.
    parquet(&shop.at("a.parquet"), &batch, 1000);
    let answer = shop.lines(&["a.parquet", "-o", "-"]);
    assert!(answer.code == 1 && answer.stderr.contains("--strict"), "{}", answer.stderr);
    // A file that is no stream.
    let garbage =
        shop.command(&["-", "-o", "-", "--strict"]).stdin(File::open(shop.at("bad.csv")).unwrap()).output();
    let told = String::from_utf8(garbage.unwrap().stderr).unwrap();
    assert!(told.starts_with("error[arrow-unreadable]: standard input cannot be read"), "{told}");
}

#[test]
fn the_same_bytes_at_every_run_for_any_number_of_threads() {
    let shop = Shop::new();
    let batch = lines(210_000, 50_000);
    parquet(&shop.at("l.parquet"), &batch, 105_000);
    shop.write("l.csv", csv(&batch));
    arrow(&shop.at("l.arrow"), &batch, None);
    for from in ["l.parquet", "l.csv", "l.arrow"] {
        for to in ["o.parquet", "o.csv", "o.arrow"] {
            let mut first = None;
            for threads in ["1", "2", "5"] {
                let arguments = [
                    from,
                    "-o",
                    to,
                    "--threads",
                    threads,
                    "--summary",
                    "s.parquet",
                    "--group-by",
                    "note,category",
                ];
                let answer = shop.lines(&arguments);
                assert_eq!(answer.code, 1, "{}", answer.stderr);
                let made = ["s.parquet", to, "o.rejects.csv"].map(|name| fs::read(shop.at(name)).unwrap());
                assert_eq!(made[2].split(|byte| *byte == b'\n').count() - 1, 5);
                assert!(
                    *first.get_or_insert_with(|| made.clone()) == made,
                    "{from} to {to}, {threads} threads"
                );
            }
        }
    }
}

#[test]
fn columns_that_are_copied_are_those_that_would_be_written() {
    let shop = Shop::new();
    // Row groups of their own: one whole, one with a bad line far from its beginning.
    let bad = lines(300_000, 299_999);
    parquet(&shop.at("l.parquet"), &bad, 150_000);
    let answer = shop.lines(&["l.parquet", "-o", "o.parquet", "--threads", "1"]);
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    let out = read(&shop.at("o.parquet"));
    assert_eq!(out.num_rows(), 299_999);
    let expected = concat_batches(&bad.schema(), &[bad.slice(0, 299_998), bad.slice(299_999, 1)]).unwrap();
    for column in ["product", "quantity", "price", "currency", "note"] {
        assert_eq!(out.column_by_name(column), expected.column_by_name(column), "{column}");
    }
    shop.lines(&["l.parquet", "-o", "k.parquet", "--keep", "note,product"]);
    let kept = read(&shop.at("k.parquet"));
    assert_eq!(kept.column_by_name("note"), expected.column_by_name("note"));
    assert_eq!(
        (kept.schema().field(0).name().as_str(), kept.schema().field(1).name().as_str()),
        ("note", "product")
    );
}

#[test]
fn one_giant_row_group_and_many_tiny_ones() {
    let shop = Shop::new();
    let batch = lines(1_300_000, 1_200_001);
    parquet(&shop.at("giant.parquet"), &batch, 2_000_000);
    let answer = shop.lines(&["giant.parquet", "-o", "o.parquet", "--keep", "product,note"]);
    assert!(
        answer.stderr.contains("read 1,300,000 lines: 1,299,999 priced, 1 rejected"),
        "{}",
        answer.stderr
    );
    assert!(shop.text("o.rejects.csv").contains("\n1200001,giant.parquet,unknown-product,"));
    let notes = read(&shop.at("o.parquet"));
    assert_eq!(
        notes.column_by_name("note").unwrap().slice(0, 1_200_000).to_data(),
        batch.column(4).slice(0, 1_200_000).to_data()
    );
    let tiny = lines(1000, 0);
    fs::create_dir(shop.at("tiny")).unwrap();
    parquet(&shop.at("tiny/1.parquet"), &tiny.slice(0, 500), 3);
    parquet(&shop.at("tiny/2.parquet"), &tiny.slice(500, 500), 3);
    parquet(&shop.at("tiny.parquet"), &tiny, 1000);
    shop.priced(&["tiny", "-o", "a.parquet"]);
    shop.priced(&["tiny.parquet", "-o", "b.parquet"]);
    assert_eq!(cells(&read(&shop.at("a.parquet"))), cells(&read(&shop.at("b.parquet"))));
}

#[test]
fn columns_may_be_of_any_type_that_holds_what_they_say() {
    let shop = Shop::new();
    let plain = lines(20, 0);
    let quantities: Vec<f64> = (0..20).map(|row| f64::from(row) * 0.5).collect();
    let with = |name: &str, column: ArrayRef| {
        let at = plain.schema().index_of(name).unwrap();
        let mut columns = plain.columns().to_vec();
        let quantity = plain.schema().index_of("quantity").unwrap();
        columns[quantity] = Arc::new(Float64Array::from(quantities.clone()));
        columns[at] = column;
        let schema = plain.schema();
        let names = schema.fields().iter().zip(columns).map(|(field, column)| (field.name().clone(), column));
        RecordBatch::try_from_iter(names).unwrap()
    };
    let texts: Vec<&str> = plain.column(0).as_string::<i32>().iter().flatten().collect();
    let halves =
        Decimal128Array::from_iter_values((0..20).map(|row| row * 5)).with_precision_and_scale(9, 1).unwrap();
    let odd: Vec<(&str, ArrayRef)> = vec![
        ("product", plain.column(0).clone()),
        ("product", Arc::new(LargeStringArray::from(texts.clone()))),
        ("product", Arc::new(StringViewArray::from(texts.clone()))),
        ("product", Arc::new(texts.iter().copied().collect::<DictionaryArray<Int32Type>>())),
        ("quantity", Arc::new(halves)),
        ("quantity", Arc::new(Float32Array::from_iter_values(quantities.iter().map(|q| *q as f32)))),
        ("quantity", Arc::new(StringArray::from_iter_values(quantities.iter().map(f64::to_string)))),
    ];
    let mut gaps = Vec::new();
    for (at, (name, column)) in odd.into_iter().enumerate() {
        let batch = with(name, column);
        let kind = batch.column_by_name(name).unwrap().data_type().clone();
        parquet(&shop.at("l.parquet"), &batch, 1000);
        arrow(&shop.at("l.arrow"), &batch, None);
        for from in ["l.parquet", "l.arrow"] {
            shop.priced(&[from, "-o", "o.parquet"]);
            let out = read(&shop.at("o.parquet"));
            assert_eq!(out.schema().field_with_name(name).unwrap().data_type(), &kind, "{from} {at}");
            gaps.push(out.column_by_name("gap").unwrap().as_primitive::<Decimal128Type>().values().to_vec());
        }
    }
    assert!(gaps.iter().all(|gap| *gap == gaps[0]));
    let whole: [ArrayRef; 2] = [
        Arc::new(Int64Array::from_iter_values(0..20)),
        Arc::new(Float64Array::from_iter_values((0..20).map(f64::from))),
    ];
    let gaps = whole.map(|quantities| {
        parquet(&shop.at("l.parquet"), &with("quantity", quantities), 1000);
        shop.priced(&["l.parquet", "-o", "o.parquet"]);
        read(&shop.at("o.parquet")).column_by_name("gap").unwrap().clone()
    });
    assert_eq!(&gaps[0], &gaps[1]);
}

#[test]
fn no_lines_are_no_error() {
    let shop = Shop::new();
    let none = lines(0, 0);
    parquet(&shop.at("a.parquet"), &none, 10);
    arrow(&shop.at("b.arrow"), &none, None);
    shop.write("c.arrows", stream(std::slice::from_ref(&none)));
    shop.write("d.csv", "product,quantity\n\n# nothing\n");
    for from in ["a.parquet", "b.arrow", "c.arrows", "d.csv"] {
        for to in ["o.parquet", "o.arrow", "o.arrows"] {
            let told = shop.priced(&[from, "-o", to, "--summary", "s.csv"]);
            assert!(told.starts_with("read 0 lines: 0 priced, 0 rejected\n"), "{told}");
            assert_eq!(read(&shop.at(to)).num_rows(), 0);
            assert!(shop.text("s.csv").contains("\n0,0,0,"), "{}", shop.text("s.csv"));
        }
    }
    shop.write("e.csv", "");
    let answer = shop.lines(&["e.csv", "-o", "o.csv"]);
    assert!(answer.stderr.contains("error[empty-table] e.csv"), "{}", answer.stderr);
}

#[test]
fn rows_of_a_csv_that_cannot_be_read_are_rejected_with_what_they_hold() {
    let shop = Shop::new();
    let mut text = b"\xef\xbb\xbf# sales\n\nproduct,quantity,\"a,b\"\r\napple,1,x\r\n".to_vec();
    text.extend_from_slice(b"apple,2\n# a note\nap\xffle,3,z\n\"apple\",\"4\",\"two\nlines\"\napple,,\n,,\napple,5,y,more\napple,6,w");
    shop.write("l.csv", &text);
    let answer = shop.lines(&["l.csv", "-o", "o.csv"]);
    assert_eq!(answer.code, 1);
    let told = "read 7 lines: 3 priced, 4 rejected (3 unreadable, 1 missing-value): see o.rejects.csv\nwrote o.csv\n";
    assert!(answer.stderr.starts_with(told), "{}", answer.stderr);
    let rejects = shop.text("o.rejects.csv");
    let rows: Vec<&str> = rejects.lines().collect();
    assert_eq!(rows[0], "row,file,reason,column,value,message,product,quantity,\"a,b\"");
    assert!(
        rows[1].starts_with("5,l.csv,unreadable,,\"apple,2\",\"the row has 2 cells, the header 3\",apple,2,"),
        "{rejects}"
    );
    assert!(
        rows[2].starts_with("7,l.csv,unreadable,product,\"ap\u{fffd}le,3,z\",")
            && rows[2].ends_with(",ap\u{fffd}le,3,z"),
        "{rejects}"
    );
    assert!(
        rows[3].starts_with("10,l.csv,missing-value,quantity,,") && rows[3].ends_with(",apple,,"),
        "{rejects}"
    );
    assert!(rows[4].starts_with("12,l.csv,unreadable,,\"apple,5,y,more\","), "{rejects}");
    assert!(shop.text("o.csv").contains("\napple,4,\"two\nlines\","), "{}", shop.text("o.csv"));
    // The same bytes again, and none of the old rejects when there are no more.
    shop.lines(&["l.csv", "-o", "o.csv"]);
    assert_eq!(shop.text("o.rejects.csv"), rejects);
    shop.write("l.csv", "product,quantity\napple,1\n");
    shop.priced(&["l.csv", "-o", "o.csv"]);
    assert_eq!(shop.text("o.rejects.csv").lines().count(), 1);
    // A quote that swallows the rest of the file is no line.
    shop.write("l.csv", "product,quantity\napple,1\n\"apple,2\napple,3\n");
    let answer = shop.lines(&["l.csv", "-o", "o.csv"]);
    assert!(answer.stderr.starts_with("error[open-quote] l.csv:3:"), "{}", answer.stderr);
    shop.write("l.csv", b"\xff\xfep\0r\0");
    assert!(shop.lines(&["l.csv", "-o", "o.csv"]).stderr.contains("UTF-16"));
}

#[test]
fn long_csvs_are_cut_between_rows() {
    let shop = Shop::new();
    let mut text = String::from("product,quantity,note\r\n");
    let note = "a \"\"note\"\" of\r\nseveral, lines ".repeat(50);
    for row in 0..12_000 {
        let quantity = if row == 11_000 { "many" } else { "0.5" };
        text += &format!("apple,{quantity},\"{note}{row}\"\r\n");
    }
    assert!(text.len() > 2 * (8 << 20));
    shop.write("l.csv", &text);
    let answer = shop.lines(&["l.csv", "-o", "o.csv", "--keep", "note"]);
    assert!(
        answer.stderr.starts_with("read 12,000 lines: 11,999 priced, 1 rejected (1 bad-value)"),
        "{}",
        answer.stderr
    );
    let line = 2 + 11_000 * 51;
    assert!(shop.text("o.rejects.csv").contains(&format!("\n{line},l.csv,bad-value,quantity,many,")));
    let unfolded = text.replace("\"\"note\"\"", "note").replace("\r\n", "\n");
    shop.write("m.csv", unfolded);
    let other = shop.lines(&["m.csv", "-o", "p.csv", "--keep", "product"]);
    assert!(other.stderr.starts_with("read 12,000 lines: 11,999 priced"), "{}", other.stderr);
    assert!(shop.text("p.rejects.csv").contains(&format!("\n{line},m.csv,bad-value,quantity,many,")));
}

#[test]
fn strict_stops_at_the_first_bad_line_of_the_input_and_writes_nothing() {
    let shop = Shop::new();
    let batch = lines(400_000, 130_001);
    parquet(&shop.at("l.parquet"), &batch, 100_000);
    for threads in ["1", "2", "5"] {
        let answer = shop.lines(&[
            "l.parquet",
            "-o",
            "o.parquet",
            "--strict",
            "--threads",
            threads,
            "--summary",
            "s.csv",
        ]);
        let start = "error[bad-line] l.parquet:130001:product: unknown-product: ";
        assert!(answer.code == 1 && answer.stderr.starts_with(start), "{}", answer.stderr);
        assert_eq!(shop.names(), ["l.parquet"]);
    }
    let good = batch.slice(0, 100_000);
    parquet(&shop.at("l.parquet"), &good, 100_000);
    shop.priced(&["l.parquet", "-o", "o.parquet", "--strict"]);
    assert_eq!(shop.names(), ["l.parquet", "o.parquet"]);
}

#[test]
fn folders_hold_files_of_one_format_with_the_same_columns() {
    let shop = Shop::new();
    shop.write("f/b.csv", "product,quantity\napple,1\n");
    shop.write("f/a.csv", "product,quantity\nbanana,1\nnone,1\n");
    shop.write("f/notes.txt", "");
    let answer = shop.lines(&["f", "-o", "o.csv"]);
    assert!(answer.stderr.contains("warning[files-differ] f: not read: notes.txt"), "{}", answer.stderr);
    assert!(answer.stderr.contains("read 3 lines: 2 priced"), "{}", answer.stderr);
    assert!(shop.text("o.rejects.csv").contains("\n3,f/a.csv,"));
    assert!(shop.text("o.csv").find("banana").unwrap() < shop.text("o.csv").find("apple").unwrap());
    shop.write("f/c.csv", "product,amount\napple,1\n");
    let answer = shop.lines(&["f", "-o", "o.csv"]);
    assert!(
        answer.stderr.contains("error[files-differ] f/c.csv: the column 2 is `amount`"),
        "{}",
        answer.stderr
    );
    fs::remove_file(shop.at("f/c.csv")).unwrap();
    parquet(&shop.at("f/d.parquet"), &lines(1, 0), 1);
    let answer = shop.lines(&["f", "-o", "o.csv"]);
    assert!(answer.stderr.contains("error[files-differ]"), "{}", answer.stderr);
    fs::create_dir(shop.at("g")).unwrap();
    parquet(&shop.at("g/1.parquet"), &lines(1, 0), 1);
    parquet(&shop.at("g/2.parquet"), &lines(1, 0).project(&[0, 1]).unwrap(), 1);
    let answer = shop.lines(&["g", "-o", "o.csv"]);
    assert!(answer.stderr.contains("g/2.parquet: there is no column `price`"), "{}", answer.stderr);
    fs::create_dir(shop.at("h")).unwrap();
    let answer = shop.lines(&["h", "-o", "o.csv"]);
    assert!(answer.stderr.contains("error[empty-table] h"), "{}", answer.stderr);
}

#[test]
fn columns_are_named_by_flags_and_by_a_file() {
    let shop = Shop::new();
    shop.write("l.csv", "sku,n,each\napple,2,1.5\n");
    shop.write(
        "c.toml",
        "[columns]\nproduct = \"sku\"\nquantity = \"each\"\n[constants]\ncurrency = \"USD\"\n",
    );
    let flags =
        ["l.csv", "-o", "o.csv", "--columns", "c.toml", "--column", "quantity=n", "--column", "price=each"];
    shop.priced(
        &[&flags[..], &["--set", "currency=EUR", "--keep", "n", "--indicators", "climate-change"]].concat(),
    );
    let out = shop.text("o.csv");
    assert!(
        out.starts_with(
            "n,market_price,external_cost,gap,true_price,external_cost.climate-change,fallback,unpriced\n2,3,"
        ),
        "{out}"
    );
    shop.write("c.toml", "[columns]\nprodukt = \"sku\"\n");
    let answer = shop.lines(&["l.csv", "-o", "o.csv", "--columns", "c.toml"]);
    assert!(
        answer.stderr.contains("error[bad-mapping] c.toml: `produkt`")
            && answer.stderr.contains("did you mean `product`?"),
        "{}",
        answer.stderr
    );
    let answer = shop.lines(&["l.csv", "-o", "o.csv", "--column", "sku"]);
    assert!(answer.stderr.contains("--column cannot be `sku`"), "{}", answer.stderr);
}
