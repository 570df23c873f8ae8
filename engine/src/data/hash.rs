//! Content hashes that do not depend on the order of rows or columns.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::manifest::Manifest;
use super::table::Table;

/// `sha256:` and the hash of a file as it is.
pub fn bytes(bytes: &[u8]) -> String {
    text_of(Sha256::digest(bytes).as_slice())
}

/// Bytes that are kept of the hash of a row: enough that no two rows are alike by chance, half the memory.
const ROW_BYTES: usize = 16;

/// The hash of a table: of the sorted hashes of its rows, each of its sorted named cells. Empty cells do not count.
/// `go_on` hears how many rows are done; where it says no, there is no hash.
pub fn table(table: &Table, go_on: &dyn Fn(usize) -> bool) -> Option<String> {
    let mut order: Vec<usize> = (0..table.header.len()).collect();
    order.sort_by_key(|&column| &table.header[column]);
    let mut rows: Vec<[u8; ROW_BYTES]> = Vec::with_capacity(table.len());
    let mut text: Vec<u8> = Vec::new();
    for chunk in table.chunks() {
        rows.extend((0..chunk.len()).map(|row| {
            text.clear();
            for &column in &order {
                if let Some(cell) = chunk.cell(row, column) {
                    // Lengths before contents: no cell can look like the border between two.
                    for part in [table.header[column].as_str(), cell] {
                        text.extend((part.len() as u64).to_le_bytes());
                        text.extend(part.as_bytes());
                    }
                }
            }
            let mut digest = [0; ROW_BYTES];
            digest.copy_from_slice(&Sha256::digest(&text)[..ROW_BYTES]);
            digest
        }));
        if !go_on(rows.len()) {
            return None;
        }
    }
    rows.sort_unstable();
    let mut hasher = Sha256::new();
    for row in rows {
        hasher.update(row);
    }
    Some(text_of(&hasher.finalize()))
}

/// The hash of a dataset: its manifest without checksums, and its tables by name.
pub fn dataset(manifest: &Manifest, tables: &BTreeMap<String, String>) -> String {
    let text = serde_json::to_string(&(manifest, tables)).unwrap_or_default();
    bytes(text.as_bytes())
}

fn text_of(digest: &[u8]) -> String {
    digest.iter().fold(String::from("sha256:"), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
