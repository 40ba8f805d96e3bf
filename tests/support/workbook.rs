//! A workbook of one sheet, as few files as make one: what Excel keeps of texts, numbers, dates and formulas.

use std::io::{Cursor, Write};

/// A cell.
#[derive(Clone)]
pub enum Is {
    Nothing,
    Text(String),
    /// As it stands in the sheet.
    Number(String),
    /// Days since the workbook's first, formatted as date and time.
    Date(f64),
    /// A formula with its last outcome, a text.
    Formula(String),
    Truth,
}

fn cell(is: &Is, place: &str) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    match is {
        Is::Nothing => String::new(),
        Is::Text(text) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(text)),
        Is::Number(number) => format!("<c r=\"{place}\"><v>{number}</v></c>"),
        Is::Date(days) => format!("<c r=\"{place}\" s=\"1\"><v>{days}</v></c>"),
        Is::Formula(text) => {
            format!("<c r=\"{place}\" t=\"str\"><f>CONCAT(A1)</f><v>{}</v></c>", escaped(text))
        }
        Is::Truth => format!("<c r=\"{place}\" t=\"b\"><v>1</v></c>"),
    }
}

fn column(index: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n).unwrap());
    if index < 26 { letter(index).to_string() } else { format!("{}{}", letter(index / 26 - 1), letter(index % 26)) }
}

/// The workbook; `since_1904`: its first day is that of the old Macintosh.
pub fn workbook(rows: impl Iterator<Item = Vec<Is>>, since_1904: bool) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
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
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><workbookPr date1904=\"{}\"/><sheets><sheet name=\"Blad\" sheetId=\"1\" r:id=\"b\"/></sheets></workbook>",
                u8::from(since_1904)
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"b\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"c\" Type=\"{relation}/styles\" Target=\"styles.xml\"/></Relationships>"
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
    archive.start_file("xl/worksheets/sheet1.xml", plain).unwrap();
    write!(archive, "<worksheet xmlns=\"{main}\"><sheetData>").unwrap();
    for (row, number) in rows.zip(1..) {
        write!(archive, "<row r=\"{number}\">").unwrap();
        for (index, is) in row.iter().enumerate() {
            write!(archive, "{}", cell(is, &format!("{}{number}", column(index)))).unwrap();
        }
        write!(archive, "</row>").unwrap();
    }
    write!(archive, "</sheetData></worksheet>").unwrap();
    archive.finish().unwrap().into_inner()
}
