//! The marks by which a test finds each field of each message again.
//!
//! **Invariant:** a mark stands in one field of one message (and its exact repeat); a working diagnosis's in one ride.

use chrono::NaiveDate;

use crate::{calendar::later, year::Kind};

/// What bears a mark.
#[derive(Clone, Copy)]
pub(crate) enum Marked {
    Message(Kind),
    WorkingDiagnosis,
}

/// A number of its own for each message and each ride.
fn number(ride: u32, marked: Marked) -> u64 {
    let marked = match marked {
        Marked::Message(Kind::Feedback | Kind::Repeat) => 0,
        Marked::Message(Kind::Identification) => 1,
        Marked::Message(Kind::Newer) => 2,
        Marked::WorkingDiagnosis => 3,
    };
    u64::from(ride) << 2 | marked
}

const MASK: u64 = (1 << 34) - 1;

/// A one-to-one scramble of a number below 2³⁴.
fn scrambled(seed: u64, ride: u32, marked: Marked) -> u64 {
    let mut x = (number(ride, marked) ^ seed) & MASK;
    for odd in [0x9_e377_9b97_u64, 0x5_bd1e_9955, 0x2_7d4e_b2df] {
        x = x.wrapping_mul(odd | 1) & MASK;
        x ^= x >> 15;
    }
    x
}

/// Digits of a number in another base, the last first.
fn written(mut x: u64, digits: &[u8], length: usize) -> String {
    let base = digits.len() as u64;
    let mut text = String::with_capacity(length);
    for _ in 0..length {
        text.push(char::from(digits[(x % base) as usize]));
        x /= base;
    }
    text
}

/// Eight letters (2³⁴ < 20⁸). Consonants only: no word, no number, nothing an identifier scan could take for a postal code.
pub(crate) fn letters(seed: u64, ride: u32, marked: Marked) -> String {
    written(scrambled(seed, ride, marked), b"bcdfghjklmnpqrstvwxz", 8)
}

/// A code of twelve digits (2³⁴ < 8¹²), none of them 9: nothing could take it for a test BSN, and no group map knows it.
pub(crate) fn code(seed: u64, ride: u32, marked: Marked) -> String {
    written(scrambled(seed, ride, marked), b"12345678", 12)
}

/// A birth date between 1930 and 2012, as `yyyyMMdd`; no two messages have the same in a year of fewer than 7,500 rides.
pub(crate) fn birth_date(ride: u32, marked: Marked) -> String {
    const DAYS: u64 = 30_000;
    // 7919 is a prime that does not divide the days: one to one.
    let day = number(ride, marked) * 7919 % DAYS;
    later(NaiveDate::from_ymd_opt(1930, 1, 1).unwrap_or_default(), day as u32).format("%Y%m%d").to_string()
}
