//! Workbooks written part by part, as no library would write them.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A workbook: its sheets as XML, and parts in place of those that it would have.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    sheets: Vec<(String, String)>,
    workbook: String,
    strings: Vec<String>,
    others: Vec<(String, Vec<u8>)>,
}

/// Formats of cells: 0 is general, 1 a date, 2 a date with a time, 3 hours, 4 percent, 5 money.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="[$$-409]#,##0.00"/></numFmts>
<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>
<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="46"/><xf numFmtId="10"/><xf numFmtId="165"/></cellXfs>
</styleSheet>"#;

impl Parts {
    /// No sheet yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sheet: what stands in `<sheetData>`, and after it.
    #[must_use]
    pub fn sheet(mut self, name: &str, rows: &str, after: &str) -> Self {
        let xml = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData>{after}</worksheet>"
        );
        self.sheets.push((name.to_owned(), xml));
        self
    }

    /// Adds a sheet of texts and numbers, told apart as people do; `""` is no cell, a text after `'` stays a text.
    #[must_use]
    pub fn table(self, name: &str, rows: &[&[&str]]) -> Self {
        let mut xml = String::new();
        for (number, row) in (1..).zip(rows) {
            let _ = write!(xml, "<row r=\"{number}\">");
            for (at, cell) in (0..).zip(row.iter()) {
                let place = format!("{}{number}", truecost::base::file_name::letters(at));
                xml.push_str(&written(&place, cell));
            }
            xml.push_str("</row>");
        }
        self.sheet(name, &xml, "")
    }

    /// What the workbook says besides its sheets: `<workbookPr date1904="1"/>`, `<calcPr/>`.
    #[must_use]
    pub fn says(mut self, xml: &str) -> Self {
        self.workbook.push_str(xml);
        self
    }

    /// Adds a shared string, as XML in `<si>`.
    #[must_use]
    pub fn string(mut self, xml: &str) -> Self {
        self.strings.push(xml.to_owned());
        self
    }

    /// Adds a part, or puts it in place of one.
    #[must_use]
    pub fn part(mut self, name: &str, bytes: &[u8]) -> Self {
        self.others.push((name.to_owned(), bytes.to_owned()));
        self
    }

    /// The bytes of the file.
    ///
    /// # Panics
    /// If they cannot be made.
    pub fn bytes(&self) -> Vec<u8> {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "http://schemas.openxmlformats.org/package/2006";
        let (mut sheets, mut links, mut types) = (String::new(), String::new(), String::new());
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        for (number, (name, xml)) in (1..).zip(&self.sheets) {
            let name = name.replace('&', "&amp;").replace('"', "&quot;");
            let _ = write!(sheets, "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
            let _ = write!(
                links,
                "<Relationship Id=\"rId{number}\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            );
            let _ = write!(
                types,
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            );
            parts.push((format!("xl/worksheets/sheet{number}.xml"), xml.clone().into_bytes()));
        }
        let strings: String = self.strings.iter().map(|xml| format!("<si>{xml}</si>")).collect();
        let fixed = [
            (
                "[Content_Types].xml",
                format!(
                    "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{types}</Types>"
                ),
            ),
            (
                "_rels/.rels",
                format!(
                    "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\">{}<sheets>{sheets}</sheets></workbook>",
                    self.workbook
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!("<Relationships xmlns=\"{package}/relationships\">{links}</Relationships>"),
            ),
            ("xl/styles.xml", STYLES.to_owned()),
            (
                "xl/sharedStrings.xml",
                format!("<sst xmlns=\"{main}\" uniqueCount=\"{}\">{strings}</sst>", self.strings.len()),
            ),
        ];
        parts.extend(fixed.map(|(name, text)| (name.to_owned(), text.into_bytes())));
        for (name, bytes) in &self.others {
            parts.retain(|(known, _)| known != name);
            parts.push((name.clone(), bytes.clone()));
        }
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(name, SimpleFileOptions::default()).expect("a part");
            writer.write_all(&bytes).expect("its bytes");
        }
        writer.finish().expect("an archive").into_inner()
    }

    /// Writes the file.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, path: &Path) {
        std::fs::write(path, self.bytes()).expect("a file");
    }
}

fn written(place: &str, cell: &str) -> String {
    if cell.is_empty() {
        String::new()
    } else if cell.parse::<f64>().is_ok() {
        format!("<c r=\"{place}\"><v>{cell}</v></c>")
    } else {
        let text = cell.strip_prefix('\'').unwrap_or(cell).replace('&', "&amp;").replace('<', "&lt;");
        format!("<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
    }
}
