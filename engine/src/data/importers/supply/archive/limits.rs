//! What is read at most of files of others, whatever they say of themselves. All importers of supply data have these.

/// Entries of an archive, or files of a folder.
pub(super) const MOST: usize = 500_000;
/// Folders that lie in one another.
pub(super) const DEEPEST: usize = 32;
/// Bytes of all entries, unpacked.
pub(super) const TOTAL: u64 = 256 << 30;
/// Bytes that are unpacked however small they were packed: no bomb.
pub(super) const PLAIN: u64 = 64 << 20;
/// Above those, what an entry or an archive unpacks to at most, as a multiple of its size. Text of inventories is packed
/// to a tenth or a thirtieth; what deflate can do is a thousandth.
pub(super) const RATIO: u64 = 200;
/// Bytes of one file that is held in memory: arrays and tables.
pub(in super::super) const HELD: u64 = 2 << 30;
/// Bytes of one document, JSON, which takes many times that as a tree.
pub(in super::super) const DOCUMENT: u64 = 256 << 20;
/// Problems of one archive that are said one by one.
pub(super) const SAID: usize = 20;

/// How deeply lists, objects and elements may lie in one another, in JSON and XML.
pub(in super::super) use crate::data::importers::tree::DEEPEST as NESTED;
