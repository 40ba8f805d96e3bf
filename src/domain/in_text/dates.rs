//! Dates, and whether one is of birth.

use super::{
    cursor::{Cursor, is_blank, is_dash},
    words::{Folded, is_month},
};

/// What stands before a date: how many characters back.
pub(super) struct Told {
    /// A word of birth.
    pub(super) birth: Option<usize>,
    /// A name.
    pub(super) name: Option<usize>,
}

/// A date that was read.
pub(super) enum Date<'a> {
    /// Of birth; the place after it.
    OfBirth(Cursor<'a>),
    /// Of something else.
    Other,
}

// A full date before this year is one of birth, whatever stands beside it: what happened to a patient is told in years when it is that long ago.
const LONG_AGO: u32 = 1990;
// Between a word of birth and a short form, which could be a row of figures: *geb. op 3-4-50*.
const SHORT_GAP: usize = 16;
// Between a name and its date: a comma or a bracket and a space.
const NAME_GAP: usize = 3;

struct Read<'a> {
    year: u32,
    after: Cursor<'a>,
    /// Two figures of the year, or no marks between the parts.
    short: bool,
}

/// The date that begins here.
pub(super) fn date<'a>(here: Cursor<'a>, told: &Told) -> Option<Date<'a>> {
    if here.within_number() {
        return None;
    }
    let read = day_first(here).or_else(|| year_first(here)).or_else(|| unmarked(here))?;
    let labelled = told.birth.is_some_and(|gap| !read.short || gap <= SHORT_GAP);
    let bracket = here.before() == Some('(');
    let named = told.name.is_some_and(|gap| gap <= NAME_GAP) && !read.short && (bracket || read.year < 2010);
    if labelled || named || (!read.short && read.year < LONG_AGO) {
        return Some(Date::OfBirth(read.after));
    }
    // A short form that nothing calls a date may be any number.
    (!read.short).then_some(Date::Other)
}

fn value(digits: &str) -> u32 {
    digits.bytes().fold(0, |sum, b| sum * 10 + u32::from(b - b'0'))
}

fn ends(after: Cursor<'_>) -> bool {
    !after.in_word() && !after.number_goes_on()
}

/// A mark between parts of a date: a dash, a slash, a full stop, or spaces.
fn mark(here: Cursor<'_>) -> Option<(char, Cursor<'_>)> {
    let blanks = here.past_blanks();
    let first = blanks.peek()?;
    if is_dash(first) || matches!(first, '/' | '.') {
        let plain = if is_dash(first) { '-' } else { first };
        return Some((plain, blanks.next().past_blanks()));
    }
    (blanks.at() > here.at()).then_some((' ', blanks))
}

fn day_first(here: Cursor<'_>) -> Option<Read<'_>> {
    let day = here.digits(2)?;
    if !(1..=31).contains(&value(day.text)) {
        return None;
    }
    let (first, month_at) = mark(day.after)?;
    if let Some(month) = month_at.word() {
        if !is_month(&Folded::of(month.text)) {
            return None;
        }
        let after = month.after.eat('.').unwrap_or(month.after);
        let year_at = after.past_at_most(2, |c| is_blank(c) || is_dash(c) || c == '/');
        return year(year_at);
    }
    let month = month_at.digits(2)?;
    if !(1..=12).contains(&value(month.text)) {
        return None;
    }
    let (second, year_at) = mark(month.after)?;
    if first != second { None } else { year(year_at) }
}

fn year(at: Cursor<'_>) -> Option<Read<'_>> {
    let short = at.eat('\'').or_else(|| at.eat('\u{2019}')).unwrap_or(at);
    let year = short.digits(4)?;
    if !ends(year.after) {
        return None;
    }
    match (year.text.len(), value(year.text)) {
        (4, full @ 1900..=2099) => Some(Read { year: full, after: year.after, short: false }),
        (2, short) => Some(Read { year: 2000 + short, after: year.after, short: true }),
        (_, _) => None,
    }
}

fn year_first(here: Cursor<'_>) -> Option<Read<'_>> {
    let year = here.digits(4).filter(|y| y.text.len() == 4)?;
    let (first, month_at) = mark(year.after)?;
    let month = month_at.digits(2)?;
    let (second, day_at) = mark(month.after)?;
    let day = day_at.digits(2)?;
    let full = value(year.text);
    let is_date = (1900..=2099).contains(&full)
        && (1..=12).contains(&value(month.text))
        && (1..=31).contains(&value(day.text))
        && first == second
        && first != ' '
        && ends(day.after);
    is_date.then_some(Read { year: full, after: day.after, short: false })
}

/// Eight digits in a row: `ddmmjjjj` or `jjjjmmdd`.
fn unmarked(here: Cursor<'_>) -> Option<Read<'_>> {
    let digits = here.digits(8).filter(|d| d.text.len() == 8 && ends(d.after))?;
    let part = |from: usize, to: usize| value(digits.text.get(from..to).unwrap_or("0"));
    let is_date = |day: u32, month: u32, year: u32| {
        (1..=31).contains(&day) && (1..=12).contains(&month) && (1900..=2099).contains(&year)
    };
    let forms = [(part(0, 2), part(2, 4), part(4, 8)), (part(6, 8), part(4, 6), part(0, 4))];
    let (.., year) = forms.into_iter().find(|(day, month, year)| is_date(*day, *month, *year))?;
    Some(Read { year, after: digits.after, short: true })
}
