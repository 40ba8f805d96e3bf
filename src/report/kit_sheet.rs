//! One sheet of the recovery kit as a PDF of one page: what it is and who keeps it, its numbers, its words, and the same as a
//! QR code.
//!
//! **Invariant:** one file, one sheet: nobody who prints one sees another.

use viewmodel::{KitSheet, Texts, Words};

use crate::{
    ReportError,
    paper::{HEIGHT, Paper, WIDTH, Weight, page},
};

const MARGIN: f32 = 56.7; // 20 mm
const COLUMNS: usize = 3;
const QR_SIDE: f32 = 190.0;

/// The sheet as a PDF file.
///
/// # Errors
/// When the font has no glyph of a text (a name in another script), or the code does not hold the sheet.
pub fn kit_sheet_pdf(sheet: &KitSheet, texts: &Texts) -> Result<Vec<u8>, ReportError> {
    let number = || vec![("sheet", sheet.number.to_string()), ("sheets", sheet.sheets.to_string())];
    let title = texts.format("kit-sheet-title", &number());
    page(title.clone(), texts.language().tag(), |paper| {
        let wide = WIDTH - 2.0 * MARGIN;
        let mut y = MARGIN + 10.0;
        if sheet.test {
            paper.line((MARGIN, y), 12.0, Weight::Bold, &texts.get("kit-sheet-test"))?;
            y += 18.0;
        }
        y = paper.paragraph((MARGIN, y), wide, 12.0, Weight::Regular, &sheet.organisation)? + 10.0;
        y = paper.paragraph((MARGIN, y), wide, 22.0, Weight::Bold, &title)? + 2.0;
        let kit = [("kit", sheet.kit.clone()), ("date", texts.date(sheet.made))];
        y = paper.paragraph((MARGIN, y), wide, 12.0, Weight::Bold, &texts.format("kit-sheet-numbers", &kit))? + 4.0;
        y = paper.paragraph((MARGIN, y), wide, 10.5, Weight::Regular, &texts.get("kit-sheet-what"))? + 12.0;
        y = words(paper, y, &sheet.words)? + 8.0;
        // REVEAL: the sheet's line, as its QR code.
        paper.qr_code((MARGIN - 12.0, y - 12.0), QR_SIDE, sheet.line.reveal())?;
        let beside = MARGIN + QR_SIDE;
        let mut after = y + 8.0;
        let keeper = texts.get(["kit-sheet-keeper-1", "kit-sheet-keeper-2", "kit-sheet-keeper-3"][sheet.keeper()]);
        for (weight, text) in [
            (Weight::Bold, keeper),
            (Weight::Regular, texts.get("kit-sheet-use")),
            (Weight::Regular, texts.get("kit-sheet-lost")),
            (Weight::Regular, texts.get("kit-sheet-english")),
        ] {
            after = paper.paragraph((beside, after), WIDTH - MARGIN - beside, 10.5, weight, &text)? + 6.0;
        }
        let foot = HEIGHT - MARGIN - 14.0;
        paper.paragraph((MARGIN, foot), wide, 10.5, Weight::Bold, &texts.get("kit-sheet-secret"))?;
        Ok(())
    })
}

/// The words in columns, each with its number; gives the base line below.
fn words(paper: &mut Paper<'_>, top: f32, words: &[Words]) -> Result<f32, ReportError> {
    const SIZE: f32 = 14.0;
    const STEP: f32 = 22.0;
    let rows = words.len().div_ceil(COLUMNS);
    let (mut x, mut y) = (MARGIN, top + SIZE);
    for (place, word) in words.iter().enumerate() {
        if place > 0 && place % rows == 0 {
            (x, y) = (x + (WIDTH - 2.0 * MARGIN) / 3.0, top + SIZE);
        }
        paper.line((x, y), SIZE, Weight::Regular, &format!("{}", place + 1))?;
        // REVEAL: a word of the sheet, printed.
        paper.line((x + 26.0, y), SIZE, Weight::Bold, word.reveal())?;
        y += STEP;
    }
    Ok(y + SIZE)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::NaiveDate;
    use viewmodel::Language;

    use super::*;

    fn sheet(organisation: &str) -> KitSheet {
        KitSheet {
            organisation: organisation.into(),
            test: true,
            number: 2,
            sheets: 3,
            kit: "AB12CD".into(),
            words: (0..24).map(|n| Words::new(format!("word{n}"))).collect(),
            line: Words::new(format!("TERUGBLIK-KIT-1 AB12CD 2 {}", "MUSHROOM ".repeat(24).trim_end())),
            made: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
        }
    }

    #[test]
    fn a_sheet_is_one_page_in_either_language() {
        for language in [Language::Dutch, Language::English] {
            let pdf = kit_sheet_pdf(&sheet("RAV Súdwest-Fryslân"), &Texts::load(language).unwrap()).unwrap();
            let text = String::from_utf8_lossy(&pdf);
            assert!(text.starts_with("%PDF-") && text.contains("/Count 1"), "{}", text.len());
        }
    }

    #[test]
    fn a_name_that_the_font_cannot_write_is_said_and_not_printed_as_boxes() {
        let made = kit_sheet_pdf(&sheet("救急"), &Texts::load(Language::Dutch).unwrap());
        assert!(matches!(made, Err(ReportError::Character)));
    }
}
