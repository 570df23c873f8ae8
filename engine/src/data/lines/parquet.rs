//! Lines in Parquet: cut by row groups, each read by the thread that takes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Encoding;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, RowGroupMetaData};
use parquet::file::reader::ChunkReader;

use crate::base::diagnostic::{Diagnostic, Diagnostics, Place, codes};
use crate::data::parquet::guarded;
use crate::data::table::check_header;

use super::at::At;
use super::files::same_columns;
use super::unit::{Content, Numbers, Rows, Unit, under};
use super::{BATCH, LineSource, MOST, Total, Units};

/// Row groups with fewer rows are gathered into one unit.
const FEWEST: usize = 100_000;

/// A file whose metadata was read.
struct OneFile {
    path: PathBuf,
    label: Arc<str>,
    length: u64,
    metadata: ArrowReaderMetadata,
}

/// Files of the same columns.
struct Files {
    files: Vec<OneFile>,
    schema: SchemaRef,
}

/// Rows of one row group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    file: usize,
    group: usize,
    /// Where it begins in its row group.
    offset: usize,
    rows: usize,
    /// Where it begins in its file.
    before: u64,
}

/// Row groups, or parts of one, that are read together.
pub(super) struct Groups {
    files: Arc<Files>,
    parts: Vec<Part>,
}

fn damaged(label: &str, message: String) -> Diagnostic {
    let hint = "is it a complete Parquet file?";
    Diagnostic::error(codes::PARQUET, message).at(Place::file(label)).hint(hint)
}

impl OneFile {
    fn open(path: PathBuf) -> Result<Self, Diagnostic> {
        let label: Arc<str> = path.to_string_lossy().into();
        let at = At::open(&path).map_err(|error| super::files::unreadable(&label, &error))?;
        let read = || {
            let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Skip);
            let metadata = ArrowReaderMetadata::load(&at, options)?;
            if metadata.metadata().row_groups().iter().all(|group| group.num_rows() <= MOST as i64) {
                return Ok(metadata);
            }
            // With the index, the pages before a part of a long row group are passed over.
            let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
            ArrowReaderMetadata::load(&at, options)
        };
        let metadata = guarded(|| read().map_err(|error: ParquetError| error.to_string()))
            .map_err(|message| damaged(&label, message))?;
        Ok(Self { path, label, length: at.length(), metadata })
    }

    /// Opens it once more.
    fn at(&self) -> Result<At, String> {
        let at = At::open(&self.path).map_err(|error| error.to_string())?;
        if at.length() != self.length {
            return Err("the file was changed while it was read".to_owned());
        }
        Ok(at)
    }

    fn groups(&self) -> &[RowGroupMetaData] {
        self.metadata.metadata().row_groups()
    }

    /// The same file, whose columns are read as a schema of the same columns has them.
    fn read_as(self, schema: &SchemaRef) -> Result<Self, Diagnostic> {
        let stated = self.metadata.schema();
        let fields = stated.fields().iter().zip(schema.fields());
        let fields: Vec<Field> =
            fields.map(|(own, read)| own.as_ref().clone().with_data_type(read.data_type().clone())).collect();
        let hint = Arc::new(Schema::new_with_metadata(fields, stated.metadata().clone()));
        let options = ArrowReaderOptions::new().with_schema(hint);
        let again = || {
            ArrowReaderMetadata::try_new(self.metadata.metadata().clone(), options).map_err(|e| e.to_string())
        };
        let metadata = guarded(again).map_err(|message| damaged(&self.label, message))?;
        Ok(Self { metadata, ..self })
    }
}

/// The leaf of each column that is text and nothing else.
fn texts(file: &OneFile) -> Vec<Option<usize>> {
    let stated = file.metadata.schema();
    let descriptor = file.metadata.parquet_schema();
    let is_text = |field: &Field| {
        matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
    };
    let leaf =
        |root: usize| (0..descriptor.num_columns()).find(|l| descriptor.get_column_root_idx(*l) == root);
    stated
        .fields()
        .iter()
        .enumerate()
        .map(|(root, field)| if is_text(field) { leaf(root) } else { None })
        .collect()
}

/// Are all values of the column kept in its dictionary?
fn is_dictionary(column: &ColumnChunkMetaData) -> bool {
    let only = |encoding| column.page_encoding_stats_mask().is_none_or(|mask| mask.is_only(encoding));
    column.dictionary_page_offset().is_some()
        && (only(Encoding::RLE_DICTIONARY) || only(Encoding::PLAIN_DICTIONARY))
}

/// The schema to read with: text in dictionaries where all row groups of all files have it so.
fn with_dictionaries(files: &[OneFile], stated: &SchemaRef) -> SchemaRef {
    let leaves: Vec<Vec<Option<usize>>> = files.iter().map(texts).collect();
    let in_dictionary = |column: usize| {
        files.iter().zip(&leaves).all(|(file, leaves)| {
            leaves[column].is_some_and(|leaf| {
                file.groups().iter().all(|g| g.num_rows() == 0 || is_dictionary(g.column(leaf)))
            })
        })
    };
    let of_text = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = stated.fields().iter().enumerate().map(|(column, field)| {
        let field = field.as_ref().clone();
        if in_dictionary(column) { field.with_data_type(of_text.clone()) } else { field }
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), stated.metadata().clone()))
}

/// Cuts files into parts that are read together, as they are asked for: what a damaged file says of its rows may be
/// anything.
struct Cut {
    files: Arc<Files>,
    /// Most rows of a unit.
    most: usize,
    file: usize,
    group: usize,
    /// Where the next part begins in its row group, and in its file.
    offset: usize,
    before: u64,
}

impl Cut {
    /// The next part, of row groups that have rows.
    fn peek(&mut self) -> Option<Part> {
        loop {
            let file = self.files.files.get(self.file)?;
            let Some(group) = file.groups().get(self.group) else {
                (self.file, self.group, self.before) = (self.file + 1, 0, 0);
                continue;
            };
            let all = usize::try_from(group.num_rows()).unwrap_or_default();
            if self.offset >= all {
                (self.group, self.offset) = (self.group + 1, 0);
                continue;
            }
            let rows = self.most.min(all - self.offset);
            let (file, group, offset, before) = (self.file, self.group, self.offset, self.before);
            return Some(Part { file, group, offset, rows, before });
        }
    }
}

impl Iterator for Cut {
    type Item = Result<Unit, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut parts, mut rows) = (Vec::new(), 0);
        while rows < FEWEST.min(self.most)
            && let Some(part) = self.peek()
            && (parts.is_empty() || rows + part.rows <= self.most)
        {
            self.offset += part.rows;
            self.before += part.rows as u64;
            rows += part.rows;
            parts.push(part);
        }
        let groups = Groups { files: self.files.clone(), parts };
        (rows > 0).then_some(Ok(Unit(Content::Groups(groups))))
    }
}

impl Groups {
    /// How many rows the metadata states.
    pub(super) fn size(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }

    fn reader(&self, part: Part, columns: Option<&[usize]>) -> Result<ParquetRecordBatchReader, String> {
        let file = &self.files.files[part.file];
        let at = file.at()?;
        let group = &file.groups()[part.group];
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(at, file.metadata.clone())
            .with_batch_size(BATCH)
            .with_row_groups(vec![part.group]);
        let builder = match columns {
            Some(columns) => {
                let mask = ProjectionMask::roots(file.metadata.parquet_schema(), columns.iter().copied());
                builder.with_projection(mask)
            }
            None => builder,
        };
        let is_whole = part.offset == 0 && part.rows as i64 == group.num_rows();
        let builder = if is_whole { builder } else { builder.with_offset(part.offset).with_limit(part.rows) };
        builder.build().map_err(|error| error.to_string())
    }

    /// Reads it, or some columns of it.
    pub(super) fn rows(&self, columns: Option<Vec<usize>>) -> Reading<'_> {
        let schema = match &columns {
            // The columns are of the schema.
            Some(columns) => Arc::new(self.files.schema.project(columns).unwrap_or_else(|_| Schema::empty())),
            None => self.files.schema.clone(),
        };
        Reading { groups: self, columns, schema, next: 0, reader: None, done: 0, failed: false }
    }

    /// See [`super::Unit::chunks`].
    pub(super) fn chunks(&self) -> Option<Chunks<'_>> {
        let [part] = self.parts[..] else { return None };
        let group = &self.files.files[part.file].groups()[part.group];
        (part.offset == 0 && part.rows as i64 == group.num_rows()).then_some(Chunks { groups: self, part })
    }
}

/// The rows of row groups.
pub(super) struct Reading<'a> {
    groups: &'a Groups,
    columns: Option<Vec<usize>>,
    schema: SchemaRef,
    next: usize,
    reader: Option<(Part, ParquetRecordBatchReader)>,
    /// Rows of the part that were read.
    done: usize,
    failed: bool,
}

impl Reading<'_> {
    fn batch(&mut self) -> Result<Option<(Part, RecordBatch)>, (Part, String)> {
        loop {
            let Some((part, reader)) = &mut self.reader else {
                let Some(&part) = self.groups.parts.get(self.next) else { return Ok(None) };
                let reader = guarded(|| self.groups.reader(part, self.columns.as_deref()));
                self.reader = Some((part, reader.map_err(|message| (part, message))?));
                (self.next, self.done) = (self.next + 1, 0);
                continue;
            };
            let part = *part;
            let read = guarded(|| reader.next().transpose().map_err(|error| error.to_string()));
            match read.map_err(|message| (part, message))? {
                Some(batch) => return Ok(Some((part, batch))),
                None if self.done == part.rows => self.reader = None,
                None => {
                    let message = format!("a row group has {} rows, not {}", self.done, part.rows);
                    return Err((part, message));
                }
            }
        }
    }
}

impl Iterator for Reading<'_> {
    type Item = Result<Rows, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let read = self.batch().and_then(|next| {
            let Some((part, batch)) = next else { return Ok(None) };
            let batch = under(&self.schema, &batch).map_err(|message| (part, message))?;
            let numbers = Numbers::From(part.before + self.done as u64 + 1);
            self.done += batch.num_rows();
            let file = self.groups.files.files[part.file].label.clone();
            Ok(Some(Rows { file, batch, unreadable: Vec::new(), numbers }))
        });
        self.failed = read.is_err();
        read.map_err(|(part, message)| damaged(&self.groups.files.files[part.file].label, message))
            .transpose()
    }
}

/// The compressed columns of one row group.
pub struct Chunks<'a> {
    groups: &'a Groups,
    part: Part,
}

impl Chunks<'_> {
    /// Rows of the row group.
    pub fn rows(&self) -> usize {
        self.part.rows
    }

    /// What the file says of a column that has one leaf, the column of the schema at `column`.
    pub fn metadata(&self, column: usize) -> Option<&ColumnChunkMetaData> {
        let file = &self.groups.files.files[self.part.file];
        let descriptor = file.metadata.parquet_schema();
        let mut leaves =
            (0..descriptor.num_columns()).filter(|l| descriptor.get_column_root_idx(*l) == column);
        let leaf = leaves.next().filter(|_| leaves.next().is_none())?;
        (descriptor.column(leaf).path().parts().len() == 1)
            .then(|| file.groups()[self.part.group].column(leaf))
    }

    /// Its bytes, as they are in the file.
    pub fn bytes(&self, metadata: &ColumnChunkMetaData) -> Result<Bytes, Diagnostic> {
        let file = &self.groups.files.files[self.part.file];
        let read = || {
            let (start, length) = metadata.byte_range();
            file.at()?.get_bytes(start, length as usize).map_err(|error| error.to_string())
        };
        guarded(read).map_err(|message| damaged(&file.label, message))
    }
}

impl LineSource {
    /// Parquet files with the same columns.
    pub(super) fn parquet(label: &Path, paths: Vec<PathBuf>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut files: Vec<OneFile> = Vec::with_capacity(paths.len());
        for path in &paths {
            let opened = OneFile::open(path.clone());
            files.push(opened.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()?);
        }
        let first = files.first()?;
        let header: Vec<String> = first.metadata.schema().fields().iter().map(|f| f.name().clone()).collect();
        check_header(&first.label, None, &header, diagnostics)?;
        let mut stated = first.metadata.schema().clone();
        for file in &files[1..] {
            let same = same_columns(&stated, file.metadata.schema(), &first.label, &file.label);
            stated = same.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()?;
        }
        let schema = with_dictionaries(&files, &stated);
        let files: Result<Vec<OneFile>, Diagnostic> =
            files.into_iter().map(|file| file.read_as(&schema)).collect();
        let files = files.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()?;
        let counts = files.iter().flat_map(OneFile::groups).map(|group| u64::try_from(group.num_rows()));
        let total = counts.fold(0, |total: u64, count| total.saturating_add(count.unwrap_or_default()));
        let files = Arc::new(Files { files, schema: schema.clone() });
        let cut =
            move |most| -> Units { Box::new(Cut { files, most, file: 0, group: 0, offset: 0, before: 0 }) };
        let label = label.to_string_lossy().into_owned();
        Some(Self {
            label,
            schema,
            stated,
            files: paths,
            folder: None,
            cut: Box::new(cut),
            total: Total::Rows(total),
        })
    }
}
