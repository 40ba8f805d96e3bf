//! Texts from `resources/i18n`, in Dutch and English, and the formats of LOOK §7.
//!
//! **Invariant:** both languages have the same keys (test); a missing key or argument is shown as its key and counted.

use std::{fmt::Write as _, sync::Arc};

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use fluent::{FluentArgs, FluentResource, concurrent::FluentBundle};

/// The languages of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Nederlands.
    Dutch,
    /// English.
    English,
}

impl Language {
    /// The language of a locale such as `nl_NL.UTF-8`; Dutch where it says nothing of English.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("en") { Self::English } else { Self::Dutch }
    }

    /// The source of its texts.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::Dutch => include_str!("../../resources/i18n/nl.ftl"),
            Self::English => include_str!("../../resources/i18n/en.ftl"),
        }
    }

    /// Its tag of BCP 47.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Dutch => "nl-NL",
            Self::English => "en-GB",
        }
    }
}

/// Why texts could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The file does not parse, or names a key twice.
    #[error("the texts for {0} do not load")]
    Source(&'static str),
}

/// The texts of one language. Cheap to clone.
#[derive(Clone)]
pub struct Texts {
    language: Language,
    bundle: Arc<FluentBundle<FluentResource>>,
}

impl Texts {
    /// Loads a language.
    ///
    /// # Errors
    /// When its file does not parse; a test loads both, so it cannot happen in a built program.
    pub fn load(language: Language) -> Result<Self, TextError> {
        let tag = language.tag();
        let resource = FluentResource::try_new(language.source().to_owned()).map_err(|_| TextError::Source(tag))?;
        let locale = tag.parse().map_err(|_| TextError::Source(tag))?;
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).map_err(|_| TextError::Source(tag))?;
        Ok(Self { language, bundle: Arc::new(bundle) })
    }

    /// The language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// A text without values.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.format(key, &[])
    }

    /// A text with values by name. Numbers and dates are formatted before they get here.
    #[must_use]
    pub fn format(&self, key: &str, values: &[(&'static str, String)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, value.as_str());
        }
        self.try_format(key, &arguments).unwrap_or_else(|| key.to_owned())
    }

    fn try_format(&self, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }

    /// Whether a key exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A whole number with its separator: `1 462` or `1,462`.
    #[must_use]
    pub fn number(&self, value: u64) -> String {
        let digits = value.to_string();
        let separator = match self.language {
            Language::Dutch => '\u{202f}',
            Language::English => ',',
        };
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// A number with decimals: `4,2` or `4.2`.
    #[must_use]
    pub fn decimal(&self, value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        match self.language {
            Language::Dutch => text.replace('.', ","),
            Language::English => text,
        }
    }

    /// A percentage of a proportion 0–1: `79%`.
    #[must_use]
    pub fn percentage(&self, proportion: f64) -> String {
        format!("{:.0}%", proportion * 100.0)
    }

    /// A short month name: `sep`.
    #[must_use]
    pub fn month_short(&self, month: u32) -> String {
        self.get(&format!("month-short-{month}"))
    }

    /// A month: `sep 2026`.
    #[must_use]
    pub fn month(&self, year: i32, month: u32) -> String {
        format!("{} {year}", self.month_short(month))
    }

    /// A date in full: `21 september 2026`.
    #[must_use]
    pub fn date(&self, day: NaiveDate) -> String {
        format!("{} {} {}", day.day(), self.get(&format!("month-{}", day.month())), day.year())
    }

    /// A date with weekday in full: `maandag 21 september 2026`.
    #[must_use]
    pub fn date_with_weekday(&self, day: NaiveDate) -> String {
        let weekday = self.get(&format!("weekday-{}", day.weekday().number_from_monday()));
        format!("{weekday} {}", self.date(day))
    }

    /// A short date: `ma 21 sep`.
    #[must_use]
    pub fn date_short(&self, day: NaiveDate) -> String {
        let weekday = self.get(&format!("weekday-short-{}", day.weekday().number_from_monday()));
        format!("{weekday} {} {}", day.day(), self.month_short(day.month()))
    }

    /// `10 feb 2024`: where a whole month has no room.
    #[must_use]
    pub fn date_medium(&self, day: NaiveDate) -> String {
        format!("{} {} {}", day.day(), self.month_short(day.month()), day.year())
    }

    /// A date in fields: `21-09-2026` or `21/09/2026`.
    #[must_use]
    pub fn date_numeric(&self, day: NaiveDate) -> String {
        let separator = match self.language {
            Language::Dutch => '-',
            Language::English => '/',
        };
        format!("{:02}{separator}{:02}{separator}{:04}", day.day(), day.month(), day.year())
    }

    /// A time: `14:58`.
    #[must_use]
    pub fn time(&self, at: NaiveDateTime) -> String {
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// A time in logs: `09:31:04`.
    #[must_use]
    pub fn time_with_seconds(&self, at: NaiveDateTime) -> String {
        let mut text = self.time(at);
        // Writing to a String does not fail.
        let _ = write!(text, ":{:02}", at.second());
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use super::*;

    fn keys(language: Language) -> BTreeSet<String> {
        let id = |line: &str| line.split_once('=').map(|(key, _)| key.trim().to_owned());
        let starts_a_key = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
        language.source().lines().filter(starts_a_key).filter_map(id).collect()
    }

    #[test]
    fn both_languages_load_and_have_the_same_keys() {
        assert!(Texts::load(Language::Dutch).is_ok());
        assert!(Texts::load(Language::English).is_ok());
        let (dutch, english) = (keys(Language::Dutch), keys(Language::English));
        let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
        assert_eq!((only(&dutch, &english), only(&english, &dutch)), (vec![], vec![]));
    }

    #[test]
    fn numbers_and_dates_follow_the_language() {
        let (dutch, english) = (Texts::load(Language::Dutch).unwrap(), Texts::load(Language::English).unwrap());
        let day = NaiveDate::from_ymd_opt(2026, 9, 21).unwrap();
        assert_eq!(dutch.number(1462), "1\u{202f}462");
        assert_eq!(english.number(1_234_567), "1,234,567");
        assert_eq!(dutch.decimal(4.2, 1), "4,2");
        assert_eq!(dutch.date_short(day), "ma 21 sep");
        assert_eq!(english.date(day), "21 September 2026");
        assert_eq!(dutch.date_numeric(day), "21-09-2026");
    }
}
