//! What tests of lines share: a folder with a book, and lines in every format.

#![allow(dead_code, reason = "each file of tests uses some of it")]

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_ipc::CompressionType;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::DataType;
use arrow_select::concat::concat_batches;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;
use truecost_tests::{Answer, repository, run, truecost};

/// A folder with a book of groceries.
pub(crate) struct Shop(TempDir);

impl Shop {
    pub(crate) fn new() -> Self {
        let shop = Self(tempfile::tempdir().unwrap());
        let dataset = repository().join("datasets/supply/grocery");
        let answer = run(shop.path(), &["pricebook", dataset.to_str().unwrap(), "-o", "book.arrow"]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        shop
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.at(name).parent().unwrap()).unwrap();
        fs::write(self.at(name), text).unwrap();
    }

    /// `truecost lines` with the book.
    pub(crate) fn lines(&self, arguments: &[&str]) -> Answer {
        let mut all = vec!["lines", "--pricebook", "book.arrow"];
        all.extend(arguments);
        run(self.path(), &all)
    }

    /// The same, which must be well.
    pub(crate) fn priced(&self, arguments: &[&str]) -> String {
        let answer = self.lines(arguments);
        assert_eq!((answer.code, answer.stdout.as_str()), (0, ""), "{}", answer.stderr);
        answer.stderr
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(truecost());
        command.args(["lines", "--pricebook", "book.arrow"]).args(arguments).current_dir(self.path());
        command
    }

    /// What is in the folder, but for the book.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name != "book.arrow").collect();
        names.sort();
        names
    }
}

pub(crate) const PRODUCTS: [&str; 4] = ["apple", "banana", "gouda-cheese", "rye-bread"];

/// Lines of four products, with a note in each; every `bad`th names no product of the book.
pub(crate) fn lines(rows: usize, bad: usize) -> RecordBatch {
    let is_bad = |row: usize| bad > 0 && row % bad == bad - 1;
    let product = |row| if is_bad(row) { "unobtainium" } else { PRODUCTS[row * 7 % 4] };
    let products: StringArray = (0..rows).map(|row| Some(product(row))).collect();
    let quantities: Float64Array = (0..rows).map(|row| Some(0.001 * ((row * 7919) % 5000) as f64)).collect();
    let prices: Float64Array = (0..rows).map(|row| Some(0.01 * ((row * 104_729) % 900) as f64)).collect();
    let notes: StringArray =
        (0..rows).map(|row| (row % 3 > 0).then(|| format!("till {}", row % 11))).collect();
    let currencies = StringArray::from(vec!["EUR"; rows]);
    RecordBatch::try_from_iter_with_nullable([
        ("product", Arc::new(products) as ArrayRef, true),
        ("quantity", Arc::new(quantities) as ArrayRef, true),
        ("price", Arc::new(prices) as ArrayRef, true),
        ("currency", Arc::new(currencies) as ArrayRef, true),
        ("note", Arc::new(notes) as ArrayRef, true),
    ])
    .unwrap()
}

pub(crate) fn parquet(path: &Path, batch: &RecordBatch, group: usize) {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(group))
        .build();
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

pub(crate) fn arrow(path: &Path, batch: &RecordBatch, compression: Option<CompressionType>) {
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let mut writer =
        FileWriter::try_new_with_options(File::create(path).unwrap(), &batch.schema(), options).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
}

pub(crate) fn stream(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

pub(crate) fn csv(batch: &RecordBatch) -> String {
    let text: Vec<ArrayRef> = batch.columns().iter().map(|c| cast(c, &DataType::Utf8).unwrap()).collect();
    let schema = batch.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let mut out = names.join(",") + "\n";
    for row in 0..batch.num_rows() {
        let cell = |c: &ArrayRef| {
            if c.is_valid(row) {
                c.as_string::<i32>().value(row).trim_end_matches(".0").to_owned()
            } else {
                String::new()
            }
        };
        out += &(text.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
    }
    out
}

pub(crate) fn read(path: &Path) -> RecordBatch {
    let (schema, batches): (_, Vec<RecordBatch>) = match path.extension().unwrap().to_str().unwrap() {
        "parquet" => {
            let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
            let schema = builder.schema().clone();
            (schema, builder.build().unwrap().map(Result::unwrap).collect())
        }
        "arrow" => {
            let reader = FileReader::try_new(File::open(path).unwrap(), None).unwrap();
            (reader.schema(), reader.map(Result::unwrap).collect())
        }
        _ => {
            let reader = StreamReader::try_new(File::open(path).unwrap(), None).unwrap();
            (reader.schema(), reader.map(Result::unwrap).collect())
        }
    };
    concat_batches(&schema, &batches).unwrap()
}

/// All cells as text.
pub(crate) fn cells(batch: &RecordBatch) -> Vec<Vec<Option<String>>> {
    let text = batch.columns().iter().map(|column| {
        let text = cast(column, &DataType::Utf8).unwrap();
        let rows = text.as_string::<i32>().iter().map(|cell| cell.map(str::to_owned));
        rows.collect::<Vec<_>>()
    });
    text.collect()
}
