//! Archives and folders that would harm whoever reads them: every importer that takes one refuses it in the same words,
//! and writes nothing. The archives are made byte by byte.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::Write;
use std::path::Path;

use tempfile::TempDir;
use truecost_tests::{assert_holds, run};
use zip::unstable::write::FileOptionsExt as _;
use zip::write::SimpleFileOptions;

/// Importers that take a zip or a folder, with what they must be told.
const IMPORTERS: [&[&str]; 5] = [
    &["openlca"],
    &["ecospold"],
    &["brightway"],
    &["pymrio", "--price-year", "2011"],
    &["useeio", "--price-year", "2013"],
];

/// A database in ecoSpold that is read.
const SPOLD: &str = "<ecoSpold><dataset number='1'><metaInformation><processInformation><referenceFunction name='power' \
    unit='kWh' amount='1'/><geography location='NL'/></processInformation></metaInformation><flowData><exchange number='1' \
    name='power' unit='kWh' meanValue='1'><outputGroup>0</outputGroup></exchange><exchange number='2' name='co2' unit='kg' \
    category='air' meanValue='0.9'><outputGroup>4</outputGroup></exchange></flowData></dataset></ecoSpold>";

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

/// An entry, and what is said of it: whatever one likes.
#[derive(Clone)]
struct Entry {
    name: Vec<u8>,
    packed: Vec<u8>,
    method: u16,
    flags: u16,
    crc: u32,
    said_packed: u32,
    said: u32,
    /// Where its local header is, if not where it lies.
    at: Option<u32>,
}

impl Entry {
    /// As it should be, not packed.
    fn new(name: &str, bytes: &[u8]) -> Self {
        let size = bytes.len() as u32;
        let (name, packed) = (name.as_bytes().to_vec(), bytes.to_vec());
        Self { name, packed, method: 0, flags: 0, crc: crc(bytes), said_packed: size, said: size, at: None }
    }

    fn common(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for short in [20, self.flags, self.method, 0, 0x21] {
            bytes.extend(u16::to_le_bytes(short));
        }
        for long in [self.crc, self.said_packed, self.said] {
            bytes.extend(long.to_le_bytes());
        }
        bytes.extend((self.name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes
    }

    fn local(&self) -> Vec<u8> {
        [b"PK\x03\x04".as_slice(), &self.common(), &self.name].concat()
    }

    fn central(&self, at: u32) -> Vec<u8> {
        let rest = [0_u8; 10];
        let at = self.at.unwrap_or(at).to_le_bytes();
        [b"PK\x01\x02\x14\x00".as_slice(), &self.common(), &rest, &at, &self.name].concat()
    }
}

fn directory(mut bytes: Vec<u8>, central: &[Vec<u8>]) -> Vec<u8> {
    let (start, all) = (bytes.len() as u32, central.concat());
    let count = (central.len() as u16).to_le_bytes();
    bytes.extend(&all);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    bytes.extend([count, count].concat());
    bytes.extend((all.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn zipped(entries: &[Entry]) -> Vec<u8> {
    let (mut bytes, mut central) = (Vec::new(), Vec::new());
    for entry in entries {
        central.push(entry.central(bytes.len() as u32));
        bytes.extend(entry.local());
        bytes.extend(&entry.packed);
    }
    directory(bytes, &central)
}

/// The source is refused by every importer, in these words.
fn refused(source: &dyn Fn(&Path), words: &[&str]) {
    let folder = TempDir::new().unwrap();
    source(folder.path());
    for importer in IMPORTERS {
        let answer = run(folder.path(), &[&["import"], importer, &["source", "-o", "out"]].concat());
        assert_eq!(answer.code, 2, "{importer:?} {}", answer.stderr);
        assert_holds(&answer.stderr, words);
        let is_named = |line: &str| !line.starts_with("error") || line.contains("] source");
        assert!(answer.stderr.lines().all(is_named), "{}", answer.stderr);
        assert!(!folder.path().join("out").exists(), "{importer:?}");
    }
}

fn refused_bytes(bytes: &[u8], words: &[&str]) {
    refused(&|folder| fs::write(folder.join("source"), bytes).unwrap(), words);
}

/// The source is refused by the importer of ecoSpold, which reads the entry.
fn refused_spold(entries: &[Entry], words: &[&str]) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("source"), zipped(entries)).unwrap();
    let answer = run(folder.path(), &["import", "ecospold", "source", "-o", "out"]);
    assert!([1, 2].contains(&answer.code), "{}", answer.stderr);
    assert_holds(&answer.stderr, words);
    assert!(!folder.path().join("out").exists());
}

fn spold() -> Entry {
    Entry::new("db/a.xml", SPOLD.as_bytes())
}

#[test]
fn an_archive_as_it_should_be_is_read() {
    let folder = TempDir::new().unwrap();
    let windows = Entry { name: b"db\\b.xml".to_vec(), ..Entry::new("", b"<ecoSpold/>") };
    let of_folder = Entry::new("db/", b"");
    fs::write(folder.path().join("source"), zipped(&[of_folder, spold(), windows])).unwrap();
    let answer = run(folder.path(), &["import", "ecospold", "source", "-o", "out"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(&answer.stdout, &["read 2 exchanges", "1  in processes", "hold no data set: db/b.xml"]);
}

#[test]
fn what_is_packed_from_the_folder_itself_is_read() {
    // As `zip -r` and `tar` name entries that are given as `.` or `./db`.
    let folder = TempDir::new().unwrap();
    let dotted = |name: &str| Entry { name: name.as_bytes().to_vec(), ..spold() };
    let entries =
        [Entry::new("./", b""), Entry::new("./db/", b""), dotted("./db/a.xml"), dotted(".\\db\\b.xml")];
    fs::write(folder.path().join("source"), zipped(&entries)).unwrap();
    let answer = run(folder.path(), &["import", "ecospold", "source", "-o", "out"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_holds(&answer.stdout, &["2  in processes"]);
    // It hides nothing.
    refused_bytes(&zipped(&[spold(), dotted("./db/a.xml")]), &["holds two entries `db/a.xml`"]);
}

#[test]
fn names_that_lead_elsewhere() {
    for (name, why) in [
        ("./../a.xml", "leads out of the archive"),
        (".//etc/a.xml", "has an absolute name"),
        ("a/./b.xml", "has a name that no file has"),
        ("../a.xml", "leads out of the archive"),
        ("a/../../b.xml", "leads out of the archive"),
        ("a\\..\\..\\b.xml", "leads out of the archive"),
        ("/etc/a.xml", "has an absolute name"),
        ("C:\\a.xml", "has an absolute name"),
        ("\\\\server\\a.xml", "has an absolute name"),
        ("a\0.xml", "has a name that no file has"),
        ("a//b.xml", "has a name that no file has"),
    ] {
        refused_bytes(&zipped(&[spold(), Entry::new(name, b"x")]), &["holds `", why, "do not unpack it"]);
    }
    let deep = format!("{}a.xml", "a/".repeat(33));
    refused_bytes(&zipped(&[spold(), Entry::new(&deep, b"x")]), &["lies too deep in folders"]);
}

#[test]
fn all_that_is_wrong_is_said_and_the_rest_is_counted() {
    let mut entries = vec![Entry::new("../0", b""), Entry { flags: 1, ..Entry::new("1", b"") }];
    refused_bytes(&zipped(&entries), &["`../0`, which leads out", "`1`, which is encrypted"]);
    entries.extend((2..40).map(|at| Entry::new(&format!("../{at}"), b"")));
    refused_bytes(&zipped(&entries), &["20 more of its entries are refused"]);
}

#[test]
fn two_entries_of_one_name() {
    refused_bytes(&zipped(&[spold(), spold()]), &["holds two entries of one name"]);
    let windows = Entry { name: b"db\\a.xml".to_vec(), ..spold() };
    refused_bytes(&zipped(&[spold(), windows]), &["holds two entries `db/a.xml`"]);
}

#[test]
fn encrypted_entries() {
    let locked = Entry { flags: 1, ..spold() };
    refused_bytes(&zipped(&[locked]), &["`db/a.xml`, which is encrypted"]);
    // As a program writes it.
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().with_deprecated_encryption(b"word").unwrap();
    zip.start_file("a.xml", options).unwrap();
    zip.write_all(SPOLD.as_bytes()).unwrap();
    refused_bytes(&zip.finish().unwrap().into_inner(), &["`a.xml`, which is encrypted"]);
}

#[test]
fn links() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.add_symlink("a.xml", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    refused_bytes(&zip.finish().unwrap().into_inner(), &["`a.xml`, which is a link"]);
}

#[test]
fn entries_that_share_their_bytes() {
    // All entries are one.
    let one = spold();
    let same = |at: usize| Entry { name: format!("{at}.xml").into_bytes(), at: Some(0), ..one.clone() };
    let central: Vec<Vec<u8>> = (0..100).map(|at| same(at).central(0)).collect();
    let bytes = directory([one.local(), one.packed.clone()].concat(), &central);
    refused_bytes(&bytes, &["is a zip bomb: entries of it lie in one another"]);
    // Entries that quote the headers of those after them (Fifield, 2019). Nothing is wrong with any of them.
    let bytes = quoted(30);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    for at in 0..30 {
        std::io::copy(&mut zip.by_index(at).unwrap(), &mut std::io::sink()).unwrap();
    }
    assert!(zip.decompressed_size().unwrap() > 10 * bytes.len() as u128);
    refused_bytes(&bytes, &["is a zip bomb: entries of it lie in one another"]);
}

/// A zip in which each entry is all that is after it: a block that is not packed holds the header of the next.
fn quoted(count: usize) -> Vec<u8> {
    let block = |is_last: bool, length: usize| {
        let length = length as u16;
        [vec![u8::from(is_last)], length.to_le_bytes().to_vec(), (!length).to_le_bytes().to_vec()].concat()
    };
    let kernel = vec![b' '; 1000];
    let (mut tail, mut unpacked) = ([block(true, kernel.len()), kernel.clone()].concat(), kernel);
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    for at in (0..count).rev() {
        let entry = Entry {
            method: 8,
            crc: crc(&unpacked),
            said_packed: tail.len() as u32,
            said: unpacked.len() as u32,
            ..Entry::new(&format!("{at}.xml"), b"")
        };
        let local = entry.local();
        entries.push((tail.len() + local.len(), entry));
        unpacked = [local.clone(), unpacked].concat();
        tail =
            if at == 0 { [local, tail].concat() } else { [block(false, local.len()), local, tail].concat() };
    }
    let length = tail.len();
    let central: Vec<Vec<u8>> =
        entries.iter().map(|(to_end, entry)| entry.central((length - to_end) as u32)).collect();
    directory(tail, &central)
}

#[test]
fn bombs() {
    let packed = |sizes: &[usize]| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (at, size) in sizes.iter().enumerate() {
            zip.start_file(format!("{at}.xml"), SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b' '; *size]).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    refused_bytes(&packed(&[80 << 20]), &["is a zip bomb: `0.xml` unpacks to"]);
    refused_bytes(&packed(&[40 << 20, 40 << 20]), &["is a zip bomb: its", "bytes unpack to 83886080"]);
    // What is said to be small and is not ends where it should.
    let mut large = Entry::new("a.xml", &vec![b' '; 100_000]);
    large.said = 10;
    refused_spold(&[large], &["source/a.xml"]);
}

#[test]
fn files_that_are_too_large() {
    let folder = TempDir::new().unwrap();
    // Files with holes, which take no room.
    let large = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path).unwrap().set_len(3 << 30).unwrap();
    };
    for name in ["large", "io/file_parameters.json", "us/sectors.json", "olca/processes/a.json"] {
        large(name);
    }
    let cases: [&[&str]; 5] = [
        &["agribalyse", "--method", "EF 3.1", "large"],
        &["pact", "large"],
        &["pymrio", "--price-year", "2011", "io"],
        &["useeio", "--price-year", "2013", "us"],
        &["openlca", "olca"],
    ];
    for case in cases {
        let answer = run(folder.path(), &[&["import"], case, &["-o", "out"]].concat());
        assert_holds(&answer.stderr, &["which are not read as a whole"]);
        assert!(!folder.path().join("out").exists(), "{case:?}");
    }
}

#[test]
fn too_many_entries() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for at in 0..500_001 {
        zip.start_file(at.to_string(), options).unwrap();
    }
    refused_bytes(&zip.finish().unwrap().into_inner(), &["holds 500001 entries, more than 500000"]);
}

#[test]
fn sizes_and_checksums_that_are_wrong() {
    let good = spold();
    let size = good.said;
    let cases = [
        (Entry { said: size - 1, ..good.clone() }, "source/db/a.xml"),
        (Entry { said: size + 1, ..good.clone() }, "fewer bytes than the archive says"),
        (Entry { said: 0, ..good.clone() }, "source/db/a.xml"),
        (Entry { crc: good.crc ^ 1, ..good.clone() }, "Invalid checksum"),
        (Entry { method: 8, ..good.clone() }, "source/db/a.xml"),
        (Entry { method: 99, ..good.clone() }, "source"),
        (Entry { said_packed: size - 10, ..good.clone() }, "source/db/a.xml"),
        // Longer than the archive: it lies in what comes after it.
        (Entry { said_packed: size + 1, said: size + 1, ..good.clone() }, "entries of it lie in one another"),
        (Entry { said_packed: u32::MAX - 1, ..good.clone() }, "entries of it lie in one another"),
        (Entry { at: Some(1), ..good.clone() }, "is a damaged zip archive"),
        (Entry { at: Some(u32::MAX - 1), ..good.clone() }, "is a damaged zip archive"),
    ];
    for (entry, why) in cases {
        refused_spold(&[entry], &[why]);
    }
}

#[test]
fn archives_that_end_too_early() {
    let whole = zipped(&[spold(), Entry::new("b.xml", SPOLD.as_bytes())]);
    let folder = TempDir::new().unwrap();
    for end in (2..whole.len() - 1).step_by(whole.len() / 23) {
        fs::write(folder.path().join("source"), &whole[..end]).unwrap();
        let answer = run(folder.path(), &["import", "ecospold", "source", "-o", "out"]);
        assert_eq!(answer.code, 2, "{end} {}", answer.stderr);
        assert_holds(&answer.stderr, &["] source: is a damaged zip archive"]);
        assert!(!folder.path().join("out").exists());
    }
    refused_bytes(b"PK", &["is a damaged zip archive"]);
    refused_bytes(b"", &["is neither a zip archive nor a folder"]);
    refused(&|_| (), &["does not exist"]);
}

#[test]
fn a_zip_within_is_named_and_not_looked_into() {
    let folder = TempDir::new().unwrap();
    let inner = zipped(&[spold()]);
    fs::create_dir_all(folder.path().join("folder/x")).unwrap();
    fs::write(folder.path().join("folder/x/db.zip"), &inner).unwrap();
    fs::write(folder.path().join("outer.zip"), zipped(&[Entry::new("x/db.zip", &inner)])).unwrap();
    for importer in IMPORTERS {
        for source in ["folder", "outer.zip"] {
            let answer = run(folder.path(), &[&["import"], importer, &[source, "-o", "out"]].concat());
            assert_eq!(answer.code, 1, "{importer:?} {}", answer.stderr);
            assert_holds(&answer.stderr, &[&format!("] {source}"), "`x/db.zip` lies in it"]);
            assert!(!folder.path().join("out").exists());
        }
    }
    let answer = run(folder.path(), &["import", "ecospold", "folder/x/db.zip", "-o", "out"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
}

#[test]
fn several_sources_in_one() {
    let twice =
        |name: &str| [Entry::new(&format!("a/{name}"), b"{}"), Entry::new(&format!("b/{name}"), b"{}")];
    for (importer, name) in [(2, "datapackage.json"), (3, "file_parameters.json"), (4, "sectors.json")] {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("source"), zipped(&twice(name))).unwrap();
        let answer =
            run(folder.path(), &[&["import"], IMPORTERS[importer], &["source", "-o", "out"]].concat());
        assert_holds(&answer.stderr, &["] source: holds several: in `a/` and in `b/`"]);
    }
}

#[cfg(unix)]
#[test]
fn links_in_folders_are_not_followed() {
    use std::os::unix::fs::symlink;
    let with = |make: &dyn Fn(&Path)| {
        let make = move |folder: &Path| {
            fs::create_dir_all(folder.join("source/processes")).unwrap();
            fs::create_dir_all(folder.join("elsewhere")).unwrap();
            fs::write(folder.join("elsewhere/a.xml"), SPOLD).unwrap();
            fs::write(folder.join("source/a.xml"), SPOLD).unwrap();
            make(&folder.join("source"));
        };
        refused(&make, &["] source: holds `processes/x", "put the files themselves there"]);
    };
    with(&|source| symlink(source.join("../elsewhere/a.xml"), source.join("processes/x.xml")).unwrap());
    with(&|source| symlink(source.join("../elsewhere"), source.join("processes/x")).unwrap());
    with(&|source| symlink("/nowhere", source.join("processes/x")).unwrap());
    // A circle.
    with(&|source| symlink("..", source.join("processes/x")).unwrap());
    // A link that stays within is none the less one.
    with(&|source| symlink("../a.xml", source.join("processes/x.xml")).unwrap());
    with(&|source| drop(std::os::unix::net::UnixListener::bind(source.join("processes/x")).unwrap()));
    let deep = |folder: &Path| fs::create_dir_all(folder.join("source").join("a/".repeat(34))).unwrap();
    refused(&deep, &["which lies deeper than 32 folders"]);
    // What the user names may be a link itself.
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("real")).unwrap();
    fs::write(folder.path().join("real/a.xml"), SPOLD).unwrap();
    symlink("real", folder.path().join("source")).unwrap();
    assert_eq!(run(folder.path(), &["import", "ecospold", "source", "-o", "out"]).code, 0);
}
