//! Citizen service numbers and telephone numbers.

use super::cursor::{Cursor, is_blank, is_dash};
use crate::Bsn;

// LIMIT: digits of a telephone number (E.164 allows 15), and groups they are written in.
const DIGITS_MAX: usize = 15;
const GROUPS_MAX: usize = 8;

/// Digits in groups with marks between them.
struct Number<'a> {
    digits: [u8; DIGITS_MAX],
    count: usize,
    groups: [usize; GROUPS_MAX],
    group_count: usize,
    /// The mark, where it is one and the same.
    mark: Mark,
    after: Cursor<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    One(char),
    Several,
}

impl<'a> Number<'a> {
    /// Reads groups until there are exactly `wanted` digits, with at most `between` characters of marks between two groups.
    fn read(here: Cursor<'a>, wanted: usize, between: usize, is_mark: fn(char) -> bool) -> Option<Self> {
        let mut number = Self {
            digits: [0; DIGITS_MAX],
            count: 0,
            groups: [0; GROUPS_MAX],
            group_count: 0,
            mark: Mark::None,
            after: here,
        };
        let mut at = here;
        loop {
            let group = at.digits(wanted - number.count)?;
            for digit in group.text.bytes() {
                *number.digits.get_mut(number.count)? = digit - b'0';
                number.count += 1;
            }
            *number.groups.get_mut(number.group_count)? = group.text.len();
            number.group_count += 1;
            number.after = group.after;
            if number.count == wanted {
                return Some(number);
            }
            at = group.after.past_at_most(between, is_mark);
            let mark = at.before().filter(|_| at.at() > group.after.at())?;
            let mark = if is_dash(mark) {
                '-'
            } else if is_blank(mark) {
                ' '
            } else {
                mark
            };
            number.mark = match number.mark {
                Mark::None => Mark::One(mark),
                Mark::One(same) if same == mark => Mark::One(mark),
                Mark::One(_) | Mark::Several => Mark::Several,
            };
        }
    }

    fn is_bsn(&self) -> bool {
        let mut text = zeroize::Zeroizing::new([0_u8; DIGITS_MAX]);
        for (to, from) in text.iter_mut().zip(self.digits) {
            *to = b'0' + from;
        }
        let digits = text.get(..self.count).and_then(|t| std::str::from_utf8(t).ok());
        digits.is_some_and(|digits| Bsn::parse(digits).is_some())
    }

    /// Whether it is written as a ride is numbered: RAV, year, sequence, patient.
    fn like_a_ride(&self) -> bool {
        let year = matches!(self.groups, [1..=2, 4, ..]) && {
            let from = self.groups[0];
            matches!(self.digits.get(from..from + 2), Some([1, 9] | [2, 0]))
        };
        year && self.group_count >= 3
    }
}

fn bsn_mark(character: char) -> bool {
    character == '.' || is_dash(character) || is_blank(character)
}

/// A number that passes the elfproef, written in one or in groups with one kind of mark.
pub(super) fn bsn(here: Cursor<'_>) -> Option<Cursor<'_>> {
    if here.within_number() {
        return None;
    }
    let number = Number::read(here, 9, 1, bsn_mark)?;
    let grouped = number.group_count > 1;
    let small = number.groups.iter().take(number.group_count).any(|digits| *digits < 2);
    // In a row of figures with spaces nine digits would pass one time in eleven.
    let in_a_row = number.mark == Mark::One(' ')
        && (here.before().is_some_and(is_blank) && here.second_before().is_some_and(|c| c.is_ascii_digit())
            || number.after.peek().is_some_and(is_blank)
                && number.after.next().peek().is_some_and(|c| c.is_ascii_digit()));
    let odd = grouped
        && (small || number.group_count > 4 || number.mark == Mark::Several || in_a_row || number.like_a_ride());
    let ends = !number.after.in_word() && !number.after.number_goes_on();
    (ends && !odd && number.is_bsn()).then_some(number.after)
}

/// A number that the words before it call a BSN: eight or nine digits, whether or not it passes.
pub(super) fn said_to_be_bsn(here: Cursor<'_>) -> Option<Cursor<'_>> {
    let fits = |number: &Number<'_>| !number.like_a_ride() && !number.after.in_word() && !number.after.number_goes_on();
    let number =
        Number::read(here, 9, 3, bsn_mark).filter(fits).or_else(|| Number::read(here, 8, 3, bsn_mark).filter(fits));
    number.map(|number| number.after)
}

fn telephone_mark(character: char) -> bool {
    matches!(character, '.' | '/' | '(' | ')') || is_dash(character) || is_blank(character)
}

// Area codes of three digits, by their last two (numbering plan telephone and ISDN services). 66, 84, 85, 87, 88, 91 and 97 are of no area.
const AREAS: [u8; 38] = [
    10, 13, 15, 20, 23, 24, 26, 30, 33, 35, 36, 38, 40, 43, 45, 46, 50, 53, 55, 58, 66, 70, 71, 72, 73, 74, 75, 76, 77,
    78, 79, 84, 85, 87, 88, 91, 97, 14,
];
// Area codes of four digits, by their second and third.
const LONG_AREAS: [u8; 20] = [11, 16, 17, 18, 22, 25, 29, 31, 32, 34, 41, 47, 48, 49, 51, 52, 54, 56, 57, 59];

/// A telephone number by its shape: national with its area, or with the country before it.
pub(super) fn telephone(here: Cursor<'_>) -> Option<Cursor<'_>> {
    if here.within_number() {
        return None;
    }
    let opened = here.eat('(').unwrap_or(here);
    let after = match opened.peek()? {
        '+' => abroad(opened.next()),
        '0' if opened.rest().starts_with("00") => abroad(opened.next().next()),
        '0' => national(opened, here.peek() == Some('(')),
        _ => None,
    }?;
    (!after.in_word() && !after.number_goes_on()).then_some(after)
}

fn national(here: Cursor<'_>, bracket: bool) -> Option<Cursor<'_>> {
    let number = Number::read(here, 10, 3, telephone_mark)?;
    let [0, a, b, ..] = number.digits else { return None };
    let two = a * 10 + b;
    let mobile = a == 6 && b > 0;
    let area = AREAS.contains(&two);
    let long = LONG_AREAS.contains(&two);
    let fits = match number.groups[0] {
        2 => mobile,
        3 => mobile || area,
        4 => mobile || long,
        _ => mobile || area || long,
    };
    let several = number.mark == Mark::One('/') && number.group_count > 2;
    (fits && !several && (!bracket || number.after.until(here).is_empty())).then_some(number.after)
}

/// After `+` or `00`: of the Netherlands nine digits more, perhaps with the zero in brackets; of elsewhere nine to thirteen in all.
fn abroad(here: Cursor<'_>) -> Option<Cursor<'_>> {
    if let Some(rest) = here.rest().strip_prefix("31") {
        let after = here.next().next();
        let blanks = after.past_at_most(2, telephone_mark);
        let own = if rest.is_empty() { return None } else { blanks };
        let own = if own.rest().starts_with("0)") || own.rest().starts_with("(0)") {
            own.past_at_most(3, |c| matches!(c, '(' | '0' | ')')).past_blanks()
        } else {
            own
        };
        let own = own.past_at_most(2, telephone_mark);
        return Number::read(own, 9, 3, telephone_mark)
            .or_else(|| own.eat('0').and_then(|own| Number::read(own.past_blanks(), 9, 3, telephone_mark)))
            .map(|n| n.after);
    }
    if matches!(here.peek(), Some('0') | None) {
        return None;
    }
    (9..=13).rev().find_map(|wanted| Number::read(here, wanted, 1, telephone_mark)).map(|n| n.after)
}

// Between the word and a number that has not the shape of one: no room for more than *nr.* or *thuis*.
const SHORT_GAP: usize = 14;

/// A number that the words before it call one of a telephone: six to ten digits.
pub(super) fn said_to_be_telephone(here: Cursor<'_>, gap: usize) -> Option<Cursor<'_>> {
    if gap > SHORT_GAP || here.within_number() {
        return None;
    }
    let fits = |number: &Number<'_>| !number.after.in_word() && !number.after.number_goes_on();
    let mark = |c: char| is_dash(c) || is_blank(c) || matches!(c, '(' | ')');
    let opened = here.eat('(').unwrap_or(here);
    let number = (6..=10).rev().find_map(|wanted| Number::read(opened, wanted, 2, mark).filter(fits));
    number.map(|n| n.after)
}
