//! Addresses: of mail, and a postcode with its house number.

use super::{
    cursor::{Cursor, is_blank, is_dash, is_letter},
    words::{Folded, is_house_number_word, is_measure, is_unit},
};

// LIMIT: characters of an address before and after its sign (RFC 5321: 64 and 255).
const LOCAL_MAX: usize = 64;
const DOMAIN_MAX: usize = 255;

fn local(character: char) -> bool {
    is_letter(character) || character.is_ascii_digit() || matches!(character, '.' | '_' | '%' | '+' | '-' | '\'')
}

fn domain(character: char) -> bool {
    is_letter(character) || character.is_ascii_digit() || matches!(character, '.' | '-')
}

/// The mail address that begins here, and how far none begins.
pub(super) fn mail(here: Cursor<'_>) -> (usize, Option<Cursor<'_>>) {
    let Some(first) = here.peek().filter(|c| local(*c)) else { return (here.at() + 1, None) };
    if !is_letter(first) && !first.is_ascii_digit() {
        return (here.at() + 1, None);
    }
    let end = here.past_at_most(LOCAL_MAX, local);
    let known = if end.peek().is_some_and(local) { end.past(local).at() } else { end.at() };
    let sign = end.past_at_most(1, is_blank).eat('@');
    let host = sign.map(|sign| sign.past_at_most(1, is_blank));
    (known, host.and_then(host_end))
}

/// After a host's name: at least two labels, the last of letters. A full stop behind it ends the sentence.
fn host_end(here: Cursor<'_>) -> Option<Cursor<'_>> {
    let end = here.past_at_most(DOMAIN_MAX, domain);
    let name = here.until(end);
    let trimmed = name.trim_end_matches(['.', '-']);
    let (front, last) = trimmed.rsplit_once('.')?;
    let is_host = !front.is_empty() && last.chars().count() >= 2 && last.chars().all(is_letter);
    let mut after = here;
    for _ in trimmed.chars() {
        after = after.next();
    }
    is_host.then_some(after)
}

/// How sure two letters after four digits are of a postcode.
#[derive(PartialEq, Eq)]
enum Letters {
    /// Capitals that mean nothing else.
    Sure,
    /// Small and apart.
    Small,
    /// A unit, an abbreviation of the ward or a small word.
    Other,
}

/// Four digits and two letters.
fn postcode(here: Cursor<'_>) -> Option<(Letters, Cursor<'_>)> {
    let digits = here.digits(4).filter(|d| d.text.len() == 4 && !d.text.starts_with('0'))?;
    let blanks = digits.after.past_blanks();
    let letters_at = if blanks.peek().is_some_and(is_dash) { blanks.next().past_blanks() } else { blanks };
    let letters = letters_at.word().filter(|w| w.text.len() == 2 && w.text.is_ascii())?;
    if letters.after.in_word() {
        return None;
    }
    let folded = Folded::of(letters.text);
    // Not given out (PostNL).
    if matches!(folded.as_str(), "sa" | "sd" | "ss") {
        return None;
    }
    let apart = letters_at.at() > digits.after.at();
    let small = letters.text.bytes().any(|b| b.is_ascii_lowercase());
    let sure = match (is_unit(folded.as_str()), small && apart) {
        (true, _) => Letters::Other,
        (false, true) => Letters::Small,
        (false, false) => Letters::Sure,
    };
    Some((sure, letters.after))
}

/// A house number with what belongs to it.
fn house_number(here: Cursor<'_>) -> Option<Cursor<'_>> {
    let number = here.digits(5).filter(|d| !d.text.starts_with('0'))?;
    let after = number.after;
    if let Some(addition) = after.word() {
        let folded = Folded::of(addition.text);
        return (addition.text.chars().count() <= 3 && !is_measure(folded.as_str()) && !addition.after.in_word())
            .then_some(addition.after);
    }
    if after.number_goes_on() && !after.peek().is_some_and(is_dash) {
        return None;
    }
    if after.peek().is_some_and(is_dash) {
        let addition = after.next().past_at_most(4, |c| is_letter(c) || c.is_ascii_digit());
        if addition.at() > after.next().at() && !addition.in_word() {
            return Some(addition);
        }
    }
    let next = after.past_blanks();
    if matches!(next.peek(), Some('%' | '°')) {
        return None;
    }
    match next.word() {
        Some(word) if word.text.len() <= 4 && word.text.bytes().all(|b| b"IVX".contains(&b)) => Some(word.after),
        Some(word) if is_measure(Folded::of(word.text).as_str()) => None,
        Some(word) if word.text.len() == 1 && word.text.starts_with(|c: char| c.is_ascii_uppercase()) => {
            Some(word.after)
        }
        Some(word) if matches!(Folded::of(word.text).as_str(), "bis" | "hs" | "huis" | "rd" | "zw") => Some(word.after),
        Some(_) | None => Some(after),
    }
}

fn between(character: char) -> bool {
    is_blank(character) || is_dash(character) || matches!(character, ',' | ';' | ':' | '/' | '(' | ')' | '.')
}

/// Words between a postcode and its number, which name it; and whether there were any.
fn named_number(here: Cursor<'_>) -> (bool, Cursor<'_>) {
    let (mut at, mut named) = (here.past_at_most(3, between), false);
    // LIMIT: *en op huisnummer*.
    for _ in 0..3 {
        match at.word() {
            Some(word) if is_house_number_word(Folded::of(word.text).as_str()) => {
                named |= word.text.len() > 1;
                at = word.after.past_at_most(3, between);
            }
            Some(_) | None => break,
        }
    }
    (named, at)
}

/// `1234 AB 12`.
pub(super) fn postcode_first(here: Cursor<'_>, address: bool) -> Option<Cursor<'_>> {
    if here.within_number() {
        return None;
    }
    let (letters, after) = postcode(here)?;
    let (named, at) = named_number(after);
    let after = house_number(at)?;
    (letters == Letters::Sure || address || (named && letters == Letters::Small)).then_some(after)
}

/// `12, 1234 AB`; `street`: words before it speak of an address.
pub(super) fn house_number_first(here: Cursor<'_>, street: bool) -> Option<Cursor<'_>> {
    if here.within_number() {
        return None;
    }
    let number = house_number(here)?;
    let marks = number.past_at_most(3, between);
    let comma = number.until(marks).contains([',', '(']);
    let at = match marks.word() {
        Some(word) if matches!(Folded::of(word.text).as_str(), "te" | "in" | "postcode" | "pc") => {
            word.after.past_at_most(3, between)
        }
        Some(_) => return None,
        None => marks,
    };
    let (letters, after) = postcode(at)?;
    (street || (comma && letters == Letters::Sure)).then_some(after)
}
