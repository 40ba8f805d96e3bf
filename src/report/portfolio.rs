//! Reflections for a portfolio as a tagged PDF: who wrote them, each with its day and *tijd besteed*, and that in all.
//!
//! **Invariant:** no ride, hospital or diagnosis: what is handed in has no place for them.

use viewmodel::{Portfolio, PortfolioReflection, Texts};

use crate::{
    ReportError,
    tagged::{Kind, Tagged},
};

/// The portfolio as a PDF file.
///
/// # Errors
/// When the page cannot be written. A sign that the font does not have is written as another, and the paper says so.
pub fn portfolio_pdf(portfolio: &Portfolio, texts: &Texts) -> Result<Vec<u8>, ReportError> {
    let Portfolio { name, organisation, made, reflections } = portfolio;
    let mut tagged = Tagged::new()?;
    let title = texts.get("portfolio-title");
    let (name, mut whole) = tagged.writable(name)?;
    tagged.block(Kind::Title, &title, 6.0)?;
    let line = [("name", name.clone()), ("date", texts.date(*made))];
    tagged.block(Kind::Fact, &texts.format("portfolio-of", &line), 0.0)?;
    let (organisation, complete) = tagged.writable(organisation)?;
    whole &= complete;
    tagged.block(Kind::Fact, &organisation, 0.0)?;
    let all = [("n", reflections.len().to_string()), ("time", time(portfolio.minutes(), texts))];
    tagged.block(Kind::Fact, &texts.format("portfolio-in-all", &all), 18.0)?;
    for one in reflections {
        whole &= reflection(&mut tagged, one, texts)?;
    }
    tagged.block(Kind::Fact, &texts.get("portfolio-confirmed"), 0.0)?;
    if !whole {
        tagged.block(Kind::Fact, &texts.get("portfolio-signs"), 0.0)?;
    }
    tagged.finish((title, texts.language().tag()), &name, |page, pages| {
        texts.format("portfolio-page", &[("page", page.to_string()), ("pages", pages.to_string())])
    })
}

/// One of them; whether the font could write all of it.
fn reflection(tagged: &mut Tagged, one: &PortfolioReflection, texts: &Texts) -> Result<bool, ReportError> {
    let PortfolioReflection { day, text, minutes } = one;
    tagged.block(Kind::Heading, &texts.date(*day), 1.0)?;
    let spent = minutes.map_or_else(
        || texts.get("portfolio-no-time"),
        |minutes| texts.format("portfolio-time", &[("time", time(u64::from(minutes), texts))]),
    );
    tagged.block(Kind::Fact, &spent, 5.0)?;
    let mut whole = true;
    // REVEAL: onto the paper of who wrote it.
    for line in text.reveal().lines().filter(|line| !line.trim().is_empty()) {
        let (line, complete) = tagged.writable(line)?;
        whole &= complete;
        tagged.block(Kind::Text, &line, 5.0)?;
    }
    tagged.space(8.0);
    Ok(whole)
}

fn time(minutes: u64, texts: &Texts) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => texts.format("portfolio-minutes", &[("minutes", minutes.to_string())]),
        (hours, minutes) => {
            texts.format("portfolio-hours", &[("hours", hours.to_string()), ("minutes", minutes.to_string())])
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::NaiveDate;
    use viewmodel::{Language, Words};

    use super::*;

    fn one(day: u32, text: &str, minutes: Option<u16>) -> PortfolioReflection {
        let day = NaiveDate::from_ymd_opt(2026, 9, day).unwrap();
        PortfolioReflection { day, text: Words::new(text.to_owned()), minutes }
    }

    fn pdf(reflections: Vec<PortfolioReflection>) -> String {
        let portfolio = Portfolio {
            name: "S. Bakker".into(),
            organisation: "RAV 12 · Voorbeeldregio".into(),
            made: NaiveDate::from_ymd_opt(2026, 9, 26).unwrap(),
            reflections,
        };
        let made = portfolio_pdf(&portfolio, &Texts::load(Language::Dutch).unwrap()).unwrap();
        String::from_utf8_lossy(&made).into_owned()
    }

    #[test]
    fn it_is_tagged_dutch_and_says_so_by_the_standard_of_accessible_pdf() {
        let text = pdf(vec![one(17, "Eerder aan een longembolie denken.\n\nEn het zo zeggen.", Some(25))]);
        for part in ["%PDF-1.7", "/Marked true", "/StructTreeRoot", "(nl-NL)", "/H1", "/H2", "pdfuaid", "/Outlines"] {
            assert!(text.contains(part), "{part}");
        }
    }

    #[test]
    fn a_long_one_goes_over_pages_with_words_longer_than_a_line_and_signs_that_no_font_has() {
        let long = format!("{} {} 🚑\u{7}\t救急", "woord ".repeat(2000), "x".repeat(400));
        let text = pdf(vec![one(17, &long, None), one(18, "", Some(90)), one(19, "a\r\n\u{200b}b", Some(65535))]);
        assert!(text.contains("/Count 5") || text.contains("/Count 6") || text.contains("/Count 4"));
    }

    #[test]
    fn time_is_told_in_hours_and_minutes() {
        let texts = Texts::load(Language::Dutch).unwrap();
        assert_eq!(time(25, &texts), "25 minuten");
        assert_eq!(time(60, &texts), "1 uur en 0 minuten");
        assert_eq!(time(135, &texts), "2 uur en 15 minuten");
    }
}
