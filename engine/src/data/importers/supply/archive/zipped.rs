//! A zip archive that is looked at before anything of it is unpacked: what would harm whoever unpacks it is refused.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Error, ErrorKind, Read};

use zip::ZipArchive;
use zip::read::ZipFileEntry;

use super::limits::{DEEPEST, MOST, PLAIN, RATIO, TOTAL};
use super::{Found, Refusal};

/// What to do about an archive that means harm.
const ANEW: &str = "do not unpack it: whoever made it may mean harm; get it from where it is published";

/// An archive that is read where it is.
pub(super) type Zip = ZipArchive<BufReader<File>>;

/// Opens an archive, and names what is in it.
pub(super) fn look(file: BufReader<File>) -> Result<(Zip, BTreeMap<String, Found>), Vec<Refusal>> {
    let packed = file.get_ref().metadata().map_or(0, |metadata| metadata.len());
    let mut zip = ZipArchive::new(file).map_err(|error| vec![damaged(&error)])?;
    if zip.len() > MOST {
        return Err(vec![Refusal::new(format!("holds {} entries, more than {MOST}", zip.len()))]);
    }
    let mut refused = Vec::new();
    match zip.has_overlapping_entries() {
        Ok(false) => {}
        Ok(true) => refused.push(harmful("is a zip bomb: entries of it lie in one another".to_owned())),
        Err(error) => refused.push(damaged(&error)),
    }
    // Of entries with the very same name the library keeps one, and counts the others.
    if zip.has_duplicate_names() {
        refused.push(harmful("holds two entries of one name".to_owned()));
    }
    let (mut found, mut said) = (BTreeMap::new(), 0_u64);
    for at in 0..zip.len() {
        let (name, size) =
            match zip.by_index_data(at).map_err(|error| damaged(&error)).and_then(|e| entry(&e)) {
                Ok(Some(entry)) => entry,
                Ok(None) => continue,
                Err(refusal) => {
                    refused.push(refusal);
                    continue;
                }
            };
        said = said.saturating_add(size);
        let shown = shown(&name);
        if found.insert(name, Found { at, size }).is_some() {
            refused.push(harmful(format!("holds two entries `{shown}`")));
        }
    }
    if said > TOTAL || too_small(said, packed) {
        let message = format!("is a zip bomb: its {packed} bytes unpack to {said}");
        refused.push(harmful(message));
    }
    if refused.is_empty() { Ok((zip, found)) } else { Err(refused) }
}

/// Name and bytes of an entry; `None`: it is a folder.
fn entry(entry: &ZipFileEntry) -> Result<Option<(String, u64)>, Refusal> {
    // Programs of Windows part folders by backslashes.
    let name = entry.name().map_err(|error| damaged(&error))?.replace('\\', "/");
    // What is packed from `.` begins with it.
    let name = name.trim_start_matches("./").to_owned();
    let (size, packed) = (entry.size(), entry.compressed_size());
    let why = if entry.is_symlink() {
        Some("is a link")
    } else if entry.encrypted() {
        Some("is encrypted")
    } else if name.is_empty() {
        None
    } else {
        harm(&name)
    };
    if let Some(why) = why {
        return Err(harmful(format!("holds `{}`, which {why}", shown(&name))));
    }
    if too_small(size, packed) {
        let times = size / packed.max(1);
        return Err(harmful(format!("is a zip bomb: `{}` unpacks to {times} times its size", shown(&name))));
    }
    Ok(Some((name, size)).filter(|(name, _)| !is_folder(name)))
}

/// The folder that all was packed from has no name left.
fn is_folder(name: &str) -> bool {
    name.is_empty() || name.ends_with('/')
}

/// Was it packed smaller than such data can be?
fn too_small(size: u64, packed: u64) -> bool {
    size > PLAIN && size / RATIO > packed
}

fn shown(name: &str) -> String {
    name.chars().take(80).collect()
}

fn damaged(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(format!("is a damaged zip archive: {error}"))
}

fn harmful(message: String) -> Refusal {
    Refusal { message, hint: Some(ANEW) }
}

/// Why a name would harm whoever makes a file of it.
fn harm(name: &str) -> Option<&'static str> {
    let mut bytes = name.bytes();
    let has_drive = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic()) && bytes.next() == Some(b':');
    let parts = || name.strip_suffix('/').unwrap_or(name).split('/');
    if name.starts_with('/') || has_drive {
        Some("has an absolute name")
    } else if parts().any(|part| part == "..") {
        Some("leads out of the archive")
    } else if name.contains('\0') || parts().any(|part| ["", "."].contains(&part)) {
        Some("has a name that no file has")
    } else if parts().count() > DEEPEST {
        Some("lies too deep in folders")
    } else {
        None
    }
}

/// Reads an entry, which must have as many bytes as the archive says.
pub(super) struct Exact<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Exact<R> {
    pub(super) fn new(inner: R, size: u64) -> Self {
        Self { inner, left: size }
    }
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(bytes)?;
        let wrong = |than: &str| {
            let message = format!("it has {than} bytes than the archive says");
            Error::new(ErrorKind::InvalidData, message)
        };
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| wrong("more"))?;
        if count == 0 && !bytes.is_empty() && self.left > 0 {
            return Err(wrong("fewer"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_harm() {
        for name in ["/etc/passwd", "C:/x", "a/../../x", "..", "a//b", "./a", "a/./b", "", "a\0", "//"] {
            assert!(harm(name).is_some(), "{name}");
        }
        assert!(harm(&"a/".repeat(DEEPEST + 1)).is_some());
        for name in ["processes/a.json", "a..b/c..json", "...", "ab:c", "folder/"] {
            assert_eq!(harm(name), None, "{name}");
        }
    }

    #[test]
    fn sizes_that_no_data_have_are_harm() {
        assert!(!too_small(PLAIN, 0));
        assert!(too_small(PLAIN * 4, PLAIN / 100));
        assert!(!too_small(PLAIN * 4, PLAIN / 10));
    }

    #[test]
    fn entries_have_as_many_bytes_as_was_said() {
        let read = |size: u64| {
            let mut bytes = Vec::new();
            Exact::new(b"abc".as_slice(), size).read_to_end(&mut bytes).map_err(|error| error.to_string())
        };
        assert_eq!(read(3), Ok(3));
        assert!(read(2).is_err_and(|said| said.contains("more")));
        assert!(read(4).is_err_and(|said| said.contains("fewer")));
    }
}
