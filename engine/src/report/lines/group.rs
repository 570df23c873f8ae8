//! Row groups of Parquet, made where lines are priced: new columns are encoded, kept ones are copied as they are
//! compressed in the file where that can be.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowWriter, encode_arrow_schema};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor, ColumnPath};

use crate::base::diagnostic::Diagnostic;
use crate::data::lines::{Chunks, Unit};
use crate::data::write::Staged;

/// Makes row groups of one file.
pub(super) struct Groups {
    factory: ArrowRowGroupWriterFactory,
    /// As the columns are handed in.
    schema: SchemaRef,
    /// Which column of the lines each kept column is.
    kept: Vec<Option<usize>>,
    /// The leaves of each column.
    leaves: Vec<Vec<ColumnDescPtr>>,
}

/// The columns of a row group.
pub(super) struct Group(Vec<Column>);

enum Column {
    Encoded(Box<ArrowColumnChunk>),
    Copied(Bytes, Box<ColumnCloseResult>),
}

/// Why a row group cannot be made.
pub(super) enum Failed {
    /// What is read is at fault.
    Reading(Diagnostic),
    /// What is written is.
    Writing(String),
}

impl From<ParquetError> for Failed {
    fn from(error: ParquetError) -> Self {
        Self::Writing(error.to_string())
    }
}

/// How a file of these columns is written. What others read in it is the schema `declared`.
fn properties(schema: &Schema, declared: &Schema, lineage: &str) -> Result<WriterProperties> {
    let arrow = KeyValue::new(ARROW_SCHEMA_META_KEY.to_owned(), encode_arrow_schema(declared));
    let lineage = KeyValue::new("truecost".to_owned(), lineage.to_owned());
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_created_by(format!("truecost {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(vec![arrow, lineage]));
    for field in schema.fields().iter().filter(|field| matches!(field.data_type(), DataType::Decimal64(..))) {
        // Amounts hardly repeat: a dictionary would only be tried and given up.
        let path = ColumnPath::new(vec![field.name().clone()]);
        builder = builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    Ok(builder.build())
}

impl Groups {
    /// Begins a file. `kept` says of each column which column of the lines it is.
    pub(super) fn begin(
        file: Staged,
        schema: &SchemaRef,
        declared: &Schema,
        kept: Vec<Option<usize>>,
        lineage: &str,
    ) -> Result<(SerializedFileWriter<Staged>, Self)> {
        let options = ArrowWriterOptions::new()
            .with_skip_arrow_metadata(true)
            .with_properties(properties(schema, declared, lineage)?);
        let writer = ArrowWriter::try_new_with_options(file, schema.clone(), options)?;
        let (writer, factory) = writer.into_serialized_writer()?;
        let descriptor = writer.schema_descr();
        let mut leaves = vec![Vec::new(); schema.fields().len()];
        for leaf in 0..descriptor.num_columns() {
            leaves[descriptor.get_column_root_idx(leaf)].push(descriptor.column(leaf));
        }
        Ok((writer, Self { factory, schema: schema.clone(), kept, leaves }))
    }

    /// Begins a row group for the lines of a unit.
    pub(super) fn group<'a>(&'a self, unit: &'a Unit) -> Result<Making<'a>> {
        let mut all = self.factory.create_column_writers(0)?.into_iter();
        let writers = self.leaves.iter().map(|leaves| all.by_ref().take(leaves.len()).collect()).collect();
        let chunks = unit.chunks();
        let copied = self.kept.iter().zip(&self.leaves);
        let copied = copied.map(|(kept, leaves)| can_copy(chunks.as_ref()?, (*kept)?, leaves)).collect();
        Ok(Making { groups: self, unit, writers, chunks, copied, rows: 0 })
    }
}

/// The column of the lines, if its bytes are what would be written for it.
fn can_copy(chunks: &Chunks, column: usize, leaves: &[ColumnDescPtr]) -> Option<usize> {
    let [leaf] = leaves else { return None };
    let own = chunks.metadata(column)?;
    let same = |own: &ColumnDescriptor, other: &ColumnDescriptor| {
        own.physical_type() == other.physical_type()
            && own.type_length() == other.type_length()
            && own.max_def_level() == other.max_def_level()
            && own.max_rep_level() == other.max_rep_level()
            && own.converted_type() == other.converted_type()
            && own.logical_type_ref() == other.logical_type_ref()
    };
    let is_zstd = matches!(own.compression(), Compression::ZSTD(_));
    (is_zstd && same(own.column_descr(), leaf)).then_some(column)
}

/// A row group in the making.
pub(super) struct Making<'a> {
    groups: &'a Groups,
    unit: &'a Unit,
    writers: Vec<Vec<ArrowColumnWriter>>,
    chunks: Option<Chunks<'a>>,
    /// Columns that are copied at the end, if all rows of the unit are in the row group.
    copied: Vec<Option<usize>>,
    rows: usize,
}

impl Making<'_> {
    /// Adds priced lines; `is_all`: no row was left out of those that were read with them.
    pub(super) fn write(&mut self, batch: &RecordBatch, is_all: bool) -> std::result::Result<(), Failed> {
        if !is_all {
            self.encode_copied()?;
        }
        self.rows += batch.num_rows();
        for at in 0..batch.num_columns() {
            if self.copied[at].is_none() {
                self.column(at, batch.column(at))?;
            }
        }
        Ok(())
    }

    fn column(&mut self, at: usize, column: &arrow_array::ArrayRef) -> Result<()> {
        let leaves = compute_leaves(self.groups.schema.field(at), column)?;
        for (writer, leaf) in self.writers[at].iter_mut().zip(&leaves) {
            writer.write(leaf)?;
        }
        Ok(())
    }

    /// A row is missing, so that nothing can be copied: what was to be is read once more, up to here, and encoded.
    fn encode_copied(&mut self) -> std::result::Result<(), Failed> {
        let mut columns: Vec<(usize, usize)> =
            self.copied.iter_mut().enumerate().filter_map(|(at, from)| Some((from.take()?, at))).collect();
        columns.sort_unstable();
        let mut left = self.rows;
        if columns.is_empty() || left == 0 {
            return Ok(());
        }
        let sources: Vec<usize> = columns.iter().map(|(from, _)| *from).collect();
        for batch in self.unit.columns(&sources) {
            let batch = batch.map_err(Failed::Reading)?;
            let rows = batch.num_rows().min(left);
            for ((_, at), column) in columns.iter().zip(batch.columns()) {
                self.column(*at, &column.slice(0, rows))?;
            }
            left -= rows;
            if left == 0 {
                break;
            }
        }
        Ok(())
    }

    /// The row group, and its bytes. `None`: it has no row.
    pub(super) fn close(mut self) -> std::result::Result<Option<(Group, usize)>, Failed> {
        if self.chunks.as_ref().is_some_and(|chunks| chunks.rows() != self.rows) {
            self.encode_copied()?;
        }
        if self.rows == 0 {
            return Ok(None);
        }
        let (mut columns, mut bytes) = (Vec::new(), 0);
        for (at, writers) in self.writers.into_iter().enumerate() {
            if let (Some(chunks), Some(from)) = (&self.chunks, self.copied[at])
                && let Some(own) = chunks.metadata(from)
            {
                let copied = chunks.bytes(own).map_err(Failed::Reading)?;
                bytes += copied.len();
                let close = copy_of(own, self.groups.leaves[at][0].clone(), self.rows)?;
                columns.push(Column::Copied(copied, Box::new(close)));
                continue;
            }
            for writer in writers {
                let chunk = writer.close()?;
                bytes += chunk.close().bytes_written as usize;
                columns.push(Column::Encoded(Box::new(chunk)));
            }
        }
        Ok(Some((Group(columns), bytes)))
    }
}

/// What is said of a column that is copied: as in its file, with offsets from its own beginning.
fn copy_of(own: &ColumnChunkMetaData, leaf: ColumnDescPtr, rows: usize) -> Result<ColumnCloseResult> {
    let (start, length) = own.byte_range();
    let mut builder = ColumnChunkMetaData::builder(leaf)
        .set_compression_codec(own.compression_codec())
        .set_encodings_mask(*own.encodings_mask())
        .set_total_compressed_size(own.compressed_size())
        .set_total_uncompressed_size(own.uncompressed_size())
        .set_num_values(own.num_values())
        .set_data_page_offset(own.data_page_offset() - start as i64)
        .set_dictionary_page_offset(
            own.dictionary_page_offset().filter(|at| *at > 0).map(|at| at - start as i64),
        )
        .set_unencoded_byte_array_data_bytes(own.unencoded_byte_array_data_bytes());
    if let Some(statistics) = own.statistics() {
        builder = builder.set_statistics(statistics.clone());
    }
    Ok(ColumnCloseResult {
        bytes_written: length,
        rows_written: rows as u64,
        metadata: builder.build()?,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    })
}

impl Group {
    /// Writes it.
    pub(super) fn append(self, writer: &mut SerializedFileWriter<Staged>) -> Result<()> {
        let mut group = writer.next_row_group()?;
        for column in self.0 {
            match column {
                Column::Encoded(chunk) => chunk.append_to_row_group(&mut group)?,
                Column::Copied(bytes, close) => group.append_column(&bytes, *close)?,
            }
        }
        group.close().map(|_| ())
    }
}

/// Shared by threads.
pub(super) type SharedGroups = Arc<Groups>;
