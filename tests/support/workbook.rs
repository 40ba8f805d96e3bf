//! A workbook, as few files as make one: what Excel keeps of texts, numbers, dates and formulas.

use std::io::{Cursor, Write};

/// A cell: how it is typed, and what stands in it; without anything it is not there.
#[derive(Clone)]
pub struct Is(pub &'static str, pub String);

/// A text as it stands in the sheet.
pub const TEXT: &str = "t=\"inlineStr\"";
/// A number, formatted as date and time: days since the workbook's first.
pub const DATE: &str = "s=\"1\"";

impl Is {
    /// A text; of an empty one no cell.
    pub fn text(text: &str) -> Self {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        Self(TEXT, if text.is_empty() { String::new() } else { format!("<is><t>{escaped}</t></is>") })
    }

    /// A date and time.
    pub fn date(days: f64) -> Self {
        Self(DATE, format!("<v>{days}</v>"))
    }
}

fn cell(Is(kind, inner): &Is, place: &str) -> String {
    if inner.is_empty() { String::new() } else { format!("<c r=\"{place}\" {kind}>{inner}</c>") }
}

fn column(index: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n).unwrap());
    if index < 26 { letter(index).to_string() } else { format!("{}{}", letter(index / 26 - 1), letter(index % 26)) }
}

/// The workbook; `since_1904`: its first day is that of the old Macintosh.
pub fn workbook(rows: impl Iterator<Item = Vec<Is>>, since_1904: bool) -> Vec<u8> {
    of_sheet(since_1904, |out| write_rows(out, rows))
}

/// A workbook of several sheets, each with its name.
pub fn of_sheets(sheets: Vec<(&str, Vec<Vec<Is>>)>) -> Vec<u8> {
    let names: Vec<&str> = sheets.iter().map(|(name, _)| *name).collect();
    let mut rows = sheets.iter().map(|(_, rows)| rows.clone());
    packed(&names, false, &mut |out| write_rows(out, rows.next().unwrap().into_iter()))
}

/// A workbook whose sheet has the rows that are written, as they stand in its file.
pub fn of_sheet(since_1904: bool, rows: impl FnOnce(&mut dyn Write)) -> Vec<u8> {
    let mut rows = Some(rows);
    packed(&["Blad"], since_1904, &mut |out| rows.take().unwrap()(out))
}

fn write_rows(out: &mut dyn Write, rows: impl Iterator<Item = Vec<Is>>) {
    for (row, number) in rows.zip(1..) {
        write!(out, "<row r=\"{number}\">").unwrap();
        for (index, is) in row.iter().enumerate() {
            write!(out, "{}", cell(is, &format!("{}{number}", column(index)))).unwrap();
        }
        write!(out, "</row>").unwrap();
    }
}

fn packed(names: &[&str], since_1904: bool, sheet: &mut dyn FnMut(&mut dyn Write)) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let each = |one: &dyn Fn(usize, &str) -> String| -> String {
        names.iter().zip(1..).map(|(name, number)| one(number, name)).collect()
    };
    let sheets = each(&|n, name| format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"b{n}\"/>"));
    let parts = each(&|n, _| {
        format!("<Relationship Id=\"b{n}\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
    });
    let files = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"a\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><workbookPr date1904=\"{}\"/><sheets>{sheets}</sheets></workbook>",
                u8::from(since_1904)
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\">{parts}<Relationship Id=\"c\" Type=\"{relation}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default();
    for (name, content) in files {
        archive.start_file(name, plain).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    for number in 1..=names.len() {
        archive.start_file(format!("xl/worksheets/sheet{number}.xml"), plain).unwrap();
        write!(archive, "<worksheet xmlns=\"{main}\"><sheetData>").unwrap();
        sheet(&mut archive);
        write!(archive, "</sheetData></worksheet>").unwrap();
    }
    archive.finish().unwrap().into_inner()
}
