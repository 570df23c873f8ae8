//! Is a file a workbook that can be read? Looked at before its parts are: files of others may be anything.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// Bytes of all parts of a workbook, unpacked.
const LARGEST: u64 = 512 << 20;

/// What must be known of a workbook before its sheets are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Are its formulas to be computed when it is opened? Then their values are no values.
    pub(super) is_stale: bool,
    /// Are there cells that were merged?
    pub(super) has_merged: bool,
}

/// What is wrong with a file, and what to do.
pub(super) type Refusal = (String, String);

fn refused<T>(message: &str, hint: &str) -> Result<T, Refusal> {
    Err((message.to_owned(), hint.to_owned()))
}

const SAVE_AS: &str =
    "open it in LibreOffice or Excel and save it as .xlsx (\"Excel 2007-365\", \"Excel workbook\")";

/// Looks at all parts of the file. What is too large, damaged or of another format is refused.
pub(super) fn look(bytes: &[u8]) -> Result<Facts, Refusal> {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let encrypted: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
        return if bytes.windows(encrypted.len()).any(|window| window == encrypted) {
            refused("is encrypted with a password", "save it without a password")
        } else {
            refused("is a workbook of an old format (.xls)", SAVE_AS)
        };
    }
    if !bytes.starts_with(b"PK") {
        return refused("is not a workbook, whatever its name says", SAVE_AS);
    }
    let damaged = |error: &dyn std::fmt::Display| {
        (format!("is damaged: {error}"), "open it in LibreOffice, which may mend it, and save it".to_owned())
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let names = archive.file_names().map(|name| name.map(|name| name.trim_start_matches('/').to_lowercase()));
    let names: Vec<String> = names.collect::<Result<_, _>>().map_err(|error| damaged(&error))?;
    let has = |name: &str| names.iter().any(|part| part == name);
    if has("content.xml") && has("mimetype") {
        return refused("is an OpenDocument file (.ods)", SAVE_AS);
    }
    if names.iter().any(|part| part.ends_with("workbook.bin")) {
        return refused("is a binary workbook (.xlsb)", SAVE_AS);
    }
    if !has("[content_types].xml") {
        return refused("is an archive, but not a workbook", SAVE_AS);
    }
    let (mut facts, mut left) = (Facts::default(), LARGEST);
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|error| damaged(&error))?;
        let name = part.name().map_err(|error| damaged(&error))?.to_lowercase();
        // A part may say that it is small, and not be.
        let mut text = Vec::new();
        part.by_ref().take(left + 1).read_to_end(&mut text).map_err(|error| damaged(&error))?;
        let read = text.len() as u64;
        left = match left.checked_sub(read) {
            Some(left) => left,
            None => {
                let hint = "split it; tables of this size are better kept as CSV or Parquet";
                return refused("unpacks to more than 512 MiB", hint);
            }
        };
        if [".xml", ".rels"].iter().any(|end| name.ends_with(end)) {
            let text = xml(&name, text)?;
            facts.is_stale |= name.ends_with("workbook.xml") && is_stale(&text);
            facts.has_merged |= text.contains("mergeCell");
            check_count(&name, &text)?;
        }
    }
    Ok(facts)
}

/// Text without what no XML holds: what is looked for in it below is then really there.
fn xml(name: &str, bytes: Vec<u8>) -> Result<String, Refusal> {
    let is_text = |byte: &u8| *byte >= 0x20 || b"\n\r\t".contains(byte);
    String::from_utf8(bytes)
        .ok()
        .filter(|text| text.as_bytes().iter().all(is_text))
        .ok_or_else(|| (format!("is damaged: its part {name} is not UTF-8 text"), SAVE_AS.to_owned()))
}

/// The value of an attribute at each place where it is.
fn values<'a>(text: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(attribute).filter_map(move |(at, _)| {
        let rest = text[at + attribute.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|quote| "\"'".contains(*quote))?;
        rest[1..].split(quote).next()
    })
}

fn is_stale(workbook: &str) -> bool {
    values(workbook, "fullCalcOnLoad").any(|value| ["1", "true"].contains(&value.trim()))
}

/// Memory is set aside for as many strings as a part says that it has.
fn check_count(name: &str, text: &str) -> Result<(), Refusal> {
    let too_many = |count: &str| {
        let digits = count.trim_start_matches('0');
        !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && digits.parse::<usize>().map_or(true, |count| count > text.len())
    };
    if name.ends_with("sharedstrings.xml") && values(text, "uniqueCount").any(too_many) {
        let message = format!("is damaged: its part {name} says that it holds more than it can");
        return Err((message, SAVE_AS.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn message(bytes: &[u8]) -> String {
        look(bytes).unwrap_err().0
    }

    #[test]
    fn other_formats_are_told_by_their_names() {
        let old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on".to_vec();
        assert_eq!(message(&old), "is a workbook of an old format (.xls)");
        let mut locked = old.clone();
        locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(message(&locked), "is encrypted with a password");
        assert_eq!(message(b"id,date\n"), "is not a workbook, whatever its name says");
        assert_eq!(message(b""), "is not a workbook, whatever its name says");
        assert!(message(b"PK\x03\x04 cut off").starts_with("is damaged: "));
        let ods = zipped(&[("mimetype", b"application/vnd.oasis"), ("content.xml", b"<a/>")]);
        assert_eq!(message(&ods), "is an OpenDocument file (.ods)");
        let binary = zipped(&[("[Content_Types].xml", b"<a/>"), ("xl/workbook.bin", b"")]);
        assert_eq!(message(&binary), "is a binary workbook (.xlsb)");
        assert_eq!(message(&zipped(&[("a.txt", b"a")])), "is an archive, but not a workbook");
    }

    #[test]
    fn bombs_are_not_unpacked() {
        let large = vec![b' '; (LARGEST + 1) as usize];
        let bomb = zipped(&[("[Content_Types].xml", b"<a/>"), ("xl/media/a.bin", &large)]);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(message(&bomb), "unpacks to more than 512 MiB");
    }

    #[test]
    fn no_memory_is_set_aside_for_strings_that_are_not_there() {
        for count in ["99999999999999", "184467440737095516150", " \n= '99999999999'"] {
            let said = if count.contains('=') { count.to_owned() } else { format!("=\"{count}\"") };
            let strings = format!("<sst uniqueCount{said}><si><t>a</t></si></sst>");
            let parts = [("[Content_Types].xml", "<a/>"), ("xl/SharedStrings.xml", &strings)];
            let bytes = zipped(&parts.map(|(name, text)| (name, text.as_bytes())));
            assert!(message(&bytes).contains("says that it holds more than it can"), "{count}");
        }
        for text in [b"u\0n\0".as_slice(), b"\xff\xfeu\0", b"a\x1bb"] {
            let bytes = zipped(&[("[Content_Types].xml", b"<a/>"), ("xl/sharedStrings.xml", text)]);
            assert!(message(&bytes).ends_with("is not UTF-8 text"), "{text:?}");
        }
    }

    #[test]
    fn a_workbook_says_whether_its_formulas_are_computed() {
        let facts = |workbook: &str, sheet: &str| {
            look(&zipped(&[
                ("[Content_Types].xml", b"<a/>"),
                ("xl/workbook.xml", workbook.as_bytes()),
                ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
            ]))
            .unwrap()
        };
        assert_eq!(facts("<calcPr calcId=\"1\"/>", "<a/>"), Facts::default());
        assert!(facts("<calcPr calcId=\"1\" fullCalcOnLoad=\"1\"/>", "<a/>").is_stale);
        assert!(facts("<calcPr fullCalcOnLoad = 'true'/>", "<a/>").is_stale);
        assert!(!facts("<calcPr fullCalcOnLoad=\"0\"/>", "<a/>").is_stale);
        assert!(facts("<a/>", "<mergeCell ref=\"A1:B2\"/>").has_merged);
    }
}
