//! A personal sheet (*herstelblad*) as a PDF of one page: whose it is, its code in numbered groups, and how it is used.

use viewmodel::{PersonalSheet, Texts};

use crate::{
    ReportError,
    paper::{HEIGHT, Paper, WIDTH, Weight, page},
};

const MARGIN: f32 = 56.7; // 20 mm

/// The sheet as a PDF file.
///
/// # Errors
/// When the font has no glyph of a text (a name in another script).
pub fn personal_sheet_pdf(sheet: &PersonalSheet, texts: &Texts) -> Result<Vec<u8>, ReportError> {
    let title = texts.get("personal-sheet-title");
    page(title.clone(), texts.language().tag(), |paper| {
        let wide = WIDTH - 2.0 * MARGIN;
        let mut y = MARGIN + 10.0;
        y = paper.paragraph((MARGIN, y), wide, 12.0, Weight::Regular, &sheet.organisation)? + 10.0;
        y = paper.paragraph((MARGIN, y), wide, 22.0, Weight::Bold, &title)? + 2.0;
        let whose = [("name", sheet.name.clone()), ("staff", sheet.staff.clone()), ("date", texts.date(sheet.made))];
        y = paper.paragraph((MARGIN, y), wide, 12.0, Weight::Bold, &texts.format("personal-sheet-whose", &whose))?
            + 4.0;
        y = paper.paragraph((MARGIN, y), wide, 10.5, Weight::Regular, &texts.get("personal-sheet-what"))? + 16.0;
        y = code(paper, y, sheet)? + 12.0;
        for key in ["personal-sheet-use", "personal-sheet-lost"] {
            y = paper.paragraph((MARGIN, y), wide, 10.5, Weight::Regular, &texts.get(key))? + 6.0;
        }
        let foot = HEIGHT - MARGIN - 14.0;
        paper.paragraph((MARGIN, foot), wide, 10.5, Weight::Bold, &texts.get("personal-sheet-secret"))?;
        Ok(())
    })
}

/// The groups, each with its number; gives the base line below.
fn code(paper: &mut Paper<'_>, top: f32, sheet: &PersonalSheet) -> Result<f32, ReportError> {
    const SIZE: f32 = 20.0;
    const STEP: f32 = 32.0;
    let mut y = top + SIZE;
    // REVEAL: the code, printed for the person it is for.
    for (group, number) in sheet.code.reveal().split('-').zip(1..) {
        paper.line((MARGIN, y), 12.0, Weight::Regular, &format!("{number}"))?;
        paper.line((MARGIN + 28.0, y), SIZE, Weight::Bold, group)?;
        y += STEP;
    }
    Ok(y)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::NaiveDate;
    use viewmodel::{Language, Words};

    use super::*;

    #[test]
    fn a_personal_sheet_is_one_page_in_either_language() {
        for language in [Language::Dutch, Language::English] {
            let sheet = PersonalSheet {
                organisation: "RAV 12 · Voorbeeldregio".into(),
                name: "S. Bakker".into(),
                staff: "1003".into(),
                code: Words::new("7K2QM4-9XTRVA-0CEHNP-W3B5YZ-8DFGJS".into()),
                made: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
            };
            let pdf = personal_sheet_pdf(&sheet, &Texts::load(language).unwrap()).unwrap();
            let text = String::from_utf8_lossy(&pdf);
            assert!(text.starts_with("%PDF-") && text.contains("/Count 1"), "{}", text.len());
        }
    }
}
