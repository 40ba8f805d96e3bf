//! The ride number (ritnummer, inzetnummer): RAV-year-sequence-patient.
//!
//! **Invariant:** compared numerically, all four parts; the text as received is kept for display only.
//! Source: MESSAGE12 §2.

use std::{cmp::Ordering, fmt, hash::Hash, hash::Hasher};

/// A ride number such as `12-2019-10-1`.
#[derive(Clone, Debug)]
pub struct RideNumber {
    rav: u8,
    year: u16,
    sequence: u64,
    patient: u8,
    text: String,
}

/// Why a text is no usable ride number; names the part, never the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RideNumberError {
    /// Not four parts.
    #[error("a ride number has four parts, joined by hyphens")]
    PartCount,
    /// A part is empty, zero, too long, or holds something other than ASCII digits.
    #[error("part {0} of the ride number is empty, zero, too long or not digits")]
    Part(u8),
}

// LIMIT: digits per part after leading zeros: RAV 2, year 4, sequence 14, patient 2 (MESSAGE12 §2).
const DIGITS_MAX: [usize; 4] = [2, 4, 14, 2];
// LIMIT: text kept for display; leading zeros do not count, so it needs a bound of its own.
const TEXT_MAX: usize = 64;

impl RideNumber {
    /// Reads a ride number; spaces round it do not count, nor do leading zeros of a part.
    ///
    /// # Errors
    /// Which part is unusable.
    pub fn parse(text: &str) -> Result<Self, RideNumberError> {
        let text = text.trim();
        if text.len() > TEXT_MAX {
            return Err(RideNumberError::PartCount);
        }
        let mut parts = [0_u64; 4];
        let mut count = 0;
        for (i, part) in text.split('-').enumerate() {
            let Some(place) = parts.get_mut(i) else {
                return Err(RideNumberError::PartCount);
            };
            *place = number(part, DIGITS_MAX[i]).ok_or(RideNumberError::Part(i as u8 + 1))?;
            count = i + 1;
        }
        if count != 4 {
            return Err(RideNumberError::PartCount);
        }
        let year = u16::try_from(parts[1]).map_err(|_| RideNumberError::Part(2))?;
        if year < 1000 {
            return Err(RideNumberError::Part(2));
        }
        Ok(Self {
            rav: u8::try_from(parts[0]).map_err(|_| RideNumberError::Part(1))?,
            year,
            sequence: parts[2],
            patient: u8::try_from(parts[3]).map_err(|_| RideNumberError::Part(4))?,
            text: text.to_owned(),
        })
    }

    /// The RAV's number, 1–99.
    #[must_use]
    pub fn rav(&self) -> u8 {
        self.rav
    }

    /// The year, four digits.
    #[must_use]
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The number in the year, at most 14 digits.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The patient (and re-registrations of one after a wrong BSN), 1–99.
    #[must_use]
    pub fn patient(&self) -> u8 {
        self.patient
    }

    /// The text as received, without the spaces round it.
    #[must_use]
    pub fn as_received(&self) -> &str {
        &self.text
    }

    /// The number in its shortest form, the same for all ways of writing it.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!("{}-{}-{}-{}", self.rav, self.year, self.sequence, self.patient)
    }

    fn key(&self) -> (u8, u16, u64, u8) {
        (self.rav, self.year, self.sequence, self.patient)
    }
}

fn number(part: &str, digits_max: usize) -> Option<u64> {
    if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = part.trim_start_matches('0');
    if part.is_empty() || part.len() > digits_max {
        return None;
    }
    part.parse().ok()
}

impl PartialEq for RideNumber {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for RideNumber {}

impl Hash for RideNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialOrd for RideNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RideNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl fmt::Display for RideNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn leading_zeros_and_spaces_do_not_make_another_ride() {
        let plain = RideNumber::parse("12-2026-4515-1").unwrap();
        let padded = RideNumber::parse(" 012-2026-00000000004515-01 ").unwrap();
        assert_eq!(plain, padded);
        assert_eq!(padded.as_received(), "012-2026-00000000004515-01");
        assert_eq!(padded.canonical(), "12-2026-4515-1");
    }

    #[test]
    fn another_patient_number_is_another_ride() {
        assert_ne!(RideNumber::parse("12-2026-4510-1").unwrap(), RideNumber::parse("12-2026-4510-2").unwrap());
    }

    #[test]
    fn the_unusable_part_is_named() {
        let part = |text: &str| RideNumber::parse(text).unwrap_err();
        assert_eq!(part("12-2026-4510"), RideNumberError::PartCount);
        assert_eq!(part("12-2026-4510-1-1"), RideNumberError::PartCount);
        assert_eq!(part("0-2026-1-1"), RideNumberError::Part(1));
        assert_eq!(part("12-26-1-1"), RideNumberError::Part(2));
        assert_eq!(part("12-2026--1"), RideNumberError::Part(3));
        assert_eq!(part("12-2026-123456789012345-1"), RideNumberError::Part(3));
        assert_eq!(part("12-2026-1-１"), RideNumberError::Part(4));
        assert_eq!(part("12-2026-1-100"), RideNumberError::Part(4));
    }

    #[test]
    fn ride_numbers_are_ordered_as_numbers_part_by_part() {
        let numbers = ["2-2026-9-1", "12-2025-100-1", "12-2026-9-1", "12-2026-9-2", "12-2026-9-10", "12-2026-10-1"];
        let mut sorted: Vec<RideNumber> = numbers.iter().rev().map(|n| RideNumber::parse(n).unwrap()).collect();
        sorted.sort();
        assert_eq!(sorted.iter().map(RideNumber::canonical).collect::<Vec<_>>(), numbers);
        let padded = RideNumber::parse("012-2026-0009-01").unwrap();
        assert_eq!(padded.cmp(&sorted[2]), Ordering::Equal, "as equal as the numbers are");
    }
}
