//! Letters with activation codes: one PDF, a page each, in the order of the list.
//!
//! **Invariant:** a page holds one person's code and nobody else's.

use viewmodel::{Letter, Texts};

use crate::{
    ReportError,
    paper::{HEIGHT, Paper, WIDTH, Weight, pages},
};

const MARGIN: f32 = 70.9; // 25 mm
const WIDE: f32 = WIDTH - 2.0 * MARGIN;

/// The letters as a PDF file.
///
/// # Errors
/// When the font has no glyph of a name.
pub fn letters_pdf(letters: &[Letter], texts: &Texts) -> Result<Vec<u8>, ReportError> {
    pages(texts.get("letter-title"), texts.language().tag(), letters, |paper, letter| page(paper, letter, texts))
}

fn page(paper: &mut Paper<'_>, letter: &Letter, texts: &Texts) -> Result<(), ReportError> {
    let mut y = MARGIN;
    let mut write = |paper: &mut Paper<'_>, size: f32, weight: Weight, text: &str, after: f32| {
        y = paper.paragraph((MARGIN, y), WIDE, size, weight, text)? + after;
        Ok::<_, ReportError>(())
    };
    if letter.test {
        write(paper, 12.0, Weight::Bold, &texts.get("letter-test"), 6.0)?;
    }
    write(paper, 12.0, Weight::Regular, &letter.organisation, 60.0)?;
    write(paper, 12.0, Weight::Bold, &letter.name, 0.0)?;
    let staff = texts.format("letter-staff", &[("staff", letter.staff.clone())]);
    write(paper, 12.0, Weight::Regular, &staff, 44.0)?;
    write(paper, 20.0, Weight::Bold, &texts.get("letter-title"), 8.0)?;
    write(paper, 11.5, Weight::Regular, &texts.get("letter-what"), 20.0)?;
    write(paper, 11.5, Weight::Regular, &texts.get("letter-code"), 10.0)?;
    // REVEAL: the code, on the letter of the person it is for.
    write(paper, 24.0, Weight::Bold, letter.code.reveal(), 4.0)?;
    let until = texts.format("letter-until", &[("date", texts.date(letter.until))]);
    write(paper, 11.5, Weight::Regular, &until, 24.0)?;
    write(paper, 11.5, Weight::Bold, &texts.get("letter-steps"), 4.0)?;
    for key in ["letter-step-1", "letter-step-2", "letter-step-3", "letter-step-4"] {
        write(paper, 11.5, Weight::Regular, &texts.get(key), 4.0)?;
    }
    let foot = HEIGHT - MARGIN - 30.0;
    paper.paragraph((MARGIN, foot), WIDE, 11.5, Weight::Bold, &texts.get("letter-used"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::NaiveDate;
    use viewmodel::{Language, Role, Words};

    use super::*;

    fn letter(name: &str) -> Letter {
        Letter {
            organisation: "RAV 12 · Voorbeeldregio".into(),
            test: true,
            name: name.into(),
            staff: "1001".into(),
            roles: vec![Role::Professional],
            code: Words::new("01234-56789-ABCDE-FGHJK".into()),
            until: NaiveDate::from_ymd_opt(2026, 12, 26).unwrap(),
        }
    }

    #[test]
    fn each_letter_is_a_page_of_its_own_in_either_language() {
        for language in [Language::Dutch, Language::English] {
            let letters = [letter("S. de Vries"), letter("K. Jansen"), letter("Ş. Yılmaz")];
            let pdf = letters_pdf(&letters, &Texts::load(language).unwrap()).unwrap();
            let text = String::from_utf8_lossy(&pdf);
            assert!(text.starts_with("%PDF-") && text.contains("/Count 3"), "{}", text.len());
        }
    }

    #[test]
    fn a_name_that_the_font_cannot_write_is_said() {
        let made = letters_pdf(&[letter("救急")], &Texts::load(Language::Dutch).unwrap());
        assert!(matches!(made, Err(ReportError::Character)));
    }
}
