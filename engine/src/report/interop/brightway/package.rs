//! The files of a datapackage, in a zip whose bytes are the same for the same content.

use std::io::{Cursor, Write};

use npyz::{DType, Field, TypeStr, WriterBuilder};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Numbers for the cells of a matrix.
#[derive(Debug, Default)]
pub(super) struct Vector {
    indices: Vec<(i64, i64)>,
    data: Vec<f64>,
    flip: Vec<bool>,
}

impl Vector {
    /// A number at row and column; flipped ones are inputs.
    pub(super) fn push(&mut self, index: (i64, i64), value: f64, is_flipped: bool) {
        self.indices.push(index);
        self.data.push(value);
        self.flip.push(is_flipped);
    }
}

/// What is said of a method.
pub(super) struct Method {
    pub(super) identifier: [String; 2],
    pub(super) unit: String,
}

/// A table of names.
pub(super) struct Names {
    writer: csv::Writer<Vec<u8>>,
}

impl Names {
    pub(super) fn new(columns: &[&str]) -> Self {
        let mut names = Self { writer: csv::Writer::from_writer(Vec::new()) };
        names.row(columns);
        names
    }

    pub(super) fn row(&mut self, cells: &[&str]) {
        // Writing to memory does not fail.
        let _ = self.writer.write_record(cells);
    }
}

/// A package on its way.
pub(super) struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    name: String,
    resources: Vec<Value>,
}

/// The type of an array as numpy writes it.
fn plain(kind: &str) -> DType {
    match kind.parse::<TypeStr>() {
        Ok(kind) => DType::new_scalar(kind),
        Err(_) => DType::Record(Vec::new()),
    }
}

impl Package {
    pub(super) fn new(name: &str) -> Self {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let name = name.chars().map(|letter| if is_plain(letter) { letter } else { '-' }).collect();
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())), name, resources: Vec::new() }
    }

    fn file(&mut self, name: &str, bytes: &[u8]) {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .large_file(bytes.len() > (1 << 31));
        // Writing to memory does not fail.
        let _ = self.zip.start_file(name, options);
        let _ = self.zip.write_all(bytes);
    }

    fn array(&mut self, name: &str, dtype: DType, count: usize, content: &[u8]) {
        let mut bytes = Vec::with_capacity(content.len() + 128);
        let header = npyz::WriteOptions::new_header_only().dtype(dtype).shape(&[count as u64]);
        let _ = header.writer(&mut bytes).write_header_only();
        bytes.extend_from_slice(content);
        self.file(&format!("{name}.npy"), &bytes);
    }

    /// A group of arrays.
    pub(super) fn vector(&mut self, group: &str, matrix: &str, vector: &Vector, method: Option<&Method>) {
        let count = vector.data.len();
        let indices: Vec<u8> = vector
            .indices
            .iter()
            .flat_map(|(row, column)| [row.to_le_bytes(), column.to_le_bytes()])
            .flatten()
            .collect();
        let field = |name: &str| Field { name: name.to_owned(), dtype: plain("<i8") };
        let mut kinds = vec![("indices", DType::Record(vec![field("row"), field("col")]), indices)];
        kinds.push((
            "data",
            plain("<f8"),
            vector.data.iter().flat_map(|value| value.to_le_bytes()).collect(),
        ));
        if vector.flip.contains(&true) {
            kinds.push(("flip", plain("|b1"), vector.flip.iter().map(|flip| u8::from(*flip)).collect()));
        }
        for (kind, dtype, content) in kinds {
            let name = format!("{group}.{kind}");
            self.array(&name, dtype, count, &content);
            let mut resource = json!({
                "profile": "data-resource", "format": "npy", "mediatype": "application/octet-stream",
                "name": name, "matrix": matrix, "kind": kind, "path": format!("{name}.npy"),
                "group": group, "category": "vector", "nrows": count,
            });
            if let Some(method) = method {
                resource["identifier"] = json!(method.identifier);
                resource["unit"] = json!(method.unit);
                resource["global_index"] = json!(0);
            }
            self.resources.push(resource);
        }
    }

    /// A table of names for sides of matrices.
    pub(super) fn names(&mut self, name: &str, table: Names, sides: &[(&str, &str)]) {
        self.file(&format!("{name}.csv"), &table.writer.into_inner().unwrap_or_default());
        self.resources.push(json!({
            "profile": "data-resource", "mediatype": "text/csv", "path": format!("{name}.csv"),
            "name": name, "valid_for": sides,
        }));
    }

    /// The zip.
    pub(super) fn zip(mut self) -> Vec<u8> {
        let said = json!({
            "profile": "data-package", "name": self.name, "id": self.name, "resources": self.resources,
            "combinatorial": false, "sequential": false, "seed": null, "64_bit_indices": true,
            "sum_intra_duplicates": true, "sum_inter_duplicates": false,
            "matrix_serialize_format_type": "numpy",
        });
        let text = serde_json::to_vec_pretty(&said).unwrap_or_default();
        self.file("datapackage.json", &text);
        self.zip.finish().map(Cursor::into_inner).unwrap_or_default()
    }
}
