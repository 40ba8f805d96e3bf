//! Paper of a connection: the sheet for a hospital's team and its request of a VPN, and the sign-off of its test.
//!
//! **Invariant:** where something is not known there is a line to write it on, and no word in its place.

use viewmodel::{ConnectionSheet, SignOffSheet, TestCaseShown, Texts};

use crate::{
    ReportError,
    paper::{Faces, HEIGHT, Paper, WIDTH, Weight, pages},
};

const MARGIN: f32 = 56.7; // 20 mm
const WIDE: f32 = WIDTH - 2.0 * MARGIN;
const BOTTOM: f32 = HEIGHT - MARGIN;
const KEY: f32 = 150.0;
const TEXT: f32 = 10.0;

/// What stands on a page, placed.
enum Item {
    Text((f32, f32), f32, Weight, String),
    Line((f32, f32), f32),
}

/// Lines of text over as many pages as they need.
struct Sheet {
    faces: Faces,
    pages: Vec<Vec<Item>>,
    y: f32,
}

impl Sheet {
    fn new() -> Result<Self, ReportError> {
        Ok(Self { faces: Faces::load()?, pages: vec![Vec::new()], y: MARGIN })
    }

    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(item);
        }
    }

    fn room(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    fn paragraph(&mut self, x: f32, size: f32, weight: Weight, text: &str, after: f32) -> Result<(), ReportError> {
        for line in self.faces.wrapped_anywhere(text, WIDE - x, size, weight)? {
            self.room(size * 1.4);
            self.put(Item::Text((MARGIN + x, self.y + size), size, weight, line));
            self.y += size * 1.4;
        }
        self.y += after;
        Ok(())
    }

    /// A key with its values, or with a line to write on.
    fn row(&mut self, key: &str, values: &[String]) -> Result<(), ReportError> {
        self.room(TEXT * 3.0);
        let top = self.y;
        self.put(Item::Text((MARGIN, top + TEXT), TEXT, Weight::Bold, key.to_owned()));
        if values.is_empty() {
            self.put(Item::Line((MARGIN + KEY, top + TEXT + 3.0), WIDE - KEY));
            self.y = top + TEXT * 1.4;
        }
        for value in values {
            self.paragraph(KEY, TEXT, Weight::Regular, value, 0.0)?;
        }
        self.y += 8.0;
        Ok(())
    }

    fn pdf(self, title: String, language: &str) -> Result<Vec<u8>, ReportError> {
        pages(title, language, &self.pages, |paper, items| items.iter().try_for_each(|item| draw(paper, item)))
    }
}

fn draw(paper: &mut Paper<'_>, item: &Item) -> Result<(), ReportError> {
    match item {
        Item::Text(at, size, weight, text) => paper.line(*at, *size, *weight, text),
        Item::Line(at, width) => paper.bar(*at, (*width, 0.5)),
    }
}

fn head(sheet: &mut Sheet, title: &str, organisation: &str, test: bool, texts: &Texts) -> Result<(), ReportError> {
    if test {
        sheet.paragraph(0.0, 12.0, Weight::Bold, &texts.get("letter-test"), 6.0)?;
    }
    sheet.paragraph(0.0, 11.0, Weight::Regular, organisation, 14.0)?;
    sheet.paragraph(0.0, 20.0, Weight::Bold, title, 10.0)
}

/// The sheet as a PDF file.
///
/// # Errors
/// When the font has no glyph of a name.
pub fn connection_sheet_pdf(of: &ConnectionSheet, texts: &Texts) -> Result<Vec<u8>, ReportError> {
    let mut sheet = Sheet::new()?;
    let title = texts.format("sheet-title", &[("hospital", of.hospital.clone())]);
    head(&mut sheet, &title, &of.organisation, of.test, texts)?;
    sheet.paragraph(0.0, TEXT, Weight::Regular, &texts.get("sheet-what"), 14.0)?;
    for (key, values) in &of.rows {
        sheet.row(&texts.get(key), values)?;
    }
    sheet.paragraph(0.0, TEXT, Weight::Regular, &texts.get("sheet-lsp"), 10.0)?;
    let made = texts.format("sheet-made", &[("date", texts.date(of.made))]);
    sheet.paragraph(0.0, TEXT, Weight::Regular, &made, 0.0)?;
    sheet.pdf(title, texts.language().tag())
}

fn case(sheet: &mut Sheet, of: &TestCaseShown, texts: &Texts) -> Result<(), ReportError> {
    let title = format!("{}. {}", of.number, texts.get(&format!("script-case-{}", of.name)));
    sheet.room(TEXT * (3.0 + of.checks.len() as f32 * 1.4));
    sheet.paragraph(0.0, TEXT, Weight::Bold, &title, 0.0)?;
    if let Some(at) = of.received {
        let values = [("date", texts.date(at.date())), ("time", texts.time(at))];
        sheet.paragraph(12.0, TEXT, Weight::Regular, &texts.format("sign-received", &values), 0.0)?;
    }
    for check in &of.checks {
        let Some((who, at)) = &check.ticked else { continue };
        let values = [
            ("check", texts.get(check.check)),
            ("who", who.clone()),
            ("date", texts.date(at.date())),
            ("time", texts.time(*at)),
        ];
        sheet.paragraph(12.0, TEXT, Weight::Regular, &texts.format("sign-checked", &values), 0.0)?;
    }
    sheet.y += 6.0;
    Ok(())
}

/// The sign-off as a PDF file.
///
/// # Errors
/// When the font has no glyph of a name.
pub fn sign_off_pdf(of: &SignOffSheet, texts: &Texts) -> Result<Vec<u8>, ReportError> {
    let mut sheet = Sheet::new()?;
    let title = texts.format("sign-title", &[("hospital", of.hospital.clone())]);
    head(&mut sheet, &title, &of.organisation, of.test, texts)?;
    let by = texts.format("sign-by", &[("date", texts.date(of.made)), ("who", of.by.clone())]);
    let open = if of.open_points.is_empty() { texts.get("sign-no-open-points") } else { of.open_points.clone() };
    for (key, values) in [
        ("sign-when", vec![by]),
        ("sign-versions", of.versions.clone()),
        ("sign-functions", vec![of.functions.clone()]),
        ("sign-open-points", vec![open]),
        ("script-sign-hospital", vec![]),
        ("script-sign-rav", vec![]),
    ] {
        sheet.row(&texts.get(key), &values)?;
    }
    sheet.paragraph(0.0, TEXT, Weight::Regular, &texts.get("sign-destroyed"), 12.0)?;
    for one in &of.cases {
        case(&mut sheet, one, texts)?;
    }
    sheet.pdf(title, texts.language().tag())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::NaiveDate;
    use viewmodel::{CheckShown, Language};

    use super::*;

    #[test]
    fn the_sheet_and_the_sign_off_are_paper_in_either_language_and_a_long_test_goes_over_several_pages() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 20).unwrap();
        let at = day.and_hms_opt(9, 14, 0).unwrap();
        let sheet = ConnectionSheet {
            organisation: "RAV 12 · Voorbeeldregio".into(),
            test: true,
            hospital: "Ziekenhuis Oost".into(),
            rows: vec![("sheet-hospital", vec!["URA 00000101".into()]), ("sheet-address", vec![])],
            made: day,
        };
        let check =
            CheckShown { check: "check-professional-agrees", ticked: Some(("T. Smeets".into(), at)), tick: None };
        let case = |number| TestCaseShown {
            number,
            name: "agreement".into(),
            received: Some(at),
            checks: vec![check.clone(), check.clone(), check.clone()],
        };
        let signed = SignOffSheet {
            organisation: "RAV 12 · Voorbeeldregio".into(),
            test: false,
            hospital: "Ziekenhuis Oost".into(),
            made: day,
            by: "T. Smeets".into(),
            versions: vec!["Terugblik 0.1".into()],
            functions: "functioneel beheerder, FAB".into(),
            open_points: String::new(),
            cases: (1..=27).map(case).collect(),
        };
        for language in [Language::Dutch, Language::English] {
            let texts = Texts::load(language).unwrap();
            let pdf = connection_sheet_pdf(&sheet, &texts).unwrap();
            assert!(pdf.starts_with(b"%PDF-") && String::from_utf8_lossy(&pdf).contains("/Count 1"));
            let pdf = sign_off_pdf(&signed, &texts).unwrap();
            assert!(!String::from_utf8_lossy(&pdf).contains("/Count 1\n"), "27 cases do not fit on one page");
        }
    }
}
