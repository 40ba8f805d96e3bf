//! The burgerservicenummer: elfproef, test range, masked display.
//!
//! **Invariant:** a [`Bsn`] passes the elfproef and is not all zeros; it has no `Debug`, and `Display` masks it.
//! Source: Wabb; the elfproef 9d₁+8d₂+…+2d₈−d₉ ≡ 0 (mod 11) (R11); test range 9999xxxxx (R12).

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Sensitive;

/// A valid BSN of nine digits.
#[derive(PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Bsn([u8; 9]);

impl Bsn {
    /// Reads a BSN. Spaces, dots and hyphens are removed, eight digits get a leading zero.
    ///
    /// `None` for anything else, for a number that fails the elfproef, and for all zeros (which pass the sum).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::digits(text).map(Self).filter(Self::passes_elfproef)
    }

    /// Nine digits, whatever separates them; eight get a leading zero.
    fn digits(text: &str) -> Option<[u8; 9]> {
        let mut digits = [0_u8; 9];
        let mut count = 0_usize;
        for character in text.chars().filter(|c| !matches!(c, '.' | '-') && !c.is_whitespace()) {
            if count == 9 {
                return None;
            }
            digits[count] = u8::try_from(character.to_digit(10)?).ok()?;
            count += 1;
        }
        if count == 8 {
            digits.rotate_right(1);
            digits[0] = 0;
        } else if count != 9 {
            return None;
        }
        Some(digits)
    }

    fn passes_elfproef(&self) -> bool {
        let weighed: i32 = (0..8).map(|i| (9 - i) * i32::from(self.0[i as usize])).sum();
        (weighed - i32::from(self.0[8])) % 11 == 0 && self.0 != [0; 9]
    }

    /// Whether the number is in the test range 9999xxxxx (R12).
    #[must_use]
    pub fn is_test_number(&self) -> bool {
        self.0.starts_with(&[9, 9, 9, 9])
    }

    /// The nine digits. Each caller marks its use with `// REVEAL:` and the reason.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.iter().map(|d| char::from(b'0' + d)).collect())
    }

    /// The mask of LOOK §6: dots in threes, the last two digits.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("••• ••• •{}{}", self.0[7], self.0[8])
    }
}

impl fmt::Display for Bsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for Bsn {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // REVEAL: into the bytes that are sealed.
        serializer.serialize_str(&self.reveal())
    }
}

impl<'de> Deserialize<'de> for Bsn {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a stored BSN fails the elfproef"))
    }
}

/// A BSN as a hospital returned it: usable, or kept as received for a work item *ongeldig BSN* (R11).
#[derive(Serialize, Deserialize)]
pub enum ReturnedBsn {
    /// Passes the elfproef.
    Valid(Bsn),
    /// Nine digits that fail it, or anything else as received; never corrected.
    Invalid(Sensitive),
}

impl ReturnedBsn {
    /// Reads what the message says, after the whitespace rule.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let Some(digits) = Bsn::digits(text).map(Bsn) else { return Self::Invalid(Sensitive::new(text.to_owned())) };
        if digits.passes_elfproef() {
            Self::Valid(digits)
        } else {
            // REVEAL: from one sensitive text into another, without what separates the digits.
            Self::Invalid(Sensitive::new(digits.reveal().to_string()))
        }
    }

    /// The text of the number: nine digits, or as received. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        match self {
            Self::Valid(bsn) => bsn.reveal(),
            Self::Invalid(text) => Zeroizing::new(text.reveal().to_owned()),
        }
    }

    /// Whether the number passes the elfproef.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        matches!(self, Self::Valid(_))
    }

    /// The mask: the last two digits of a valid number, dots only for anything else.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Valid(bsn) => bsn.masked(),
            Self::Invalid(_) => "••• ••• •••".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_elfproef_decides() {
        assert!(Bsn::parse("999900006").is_some());
        assert!(Bsn::parse("999900007").is_none());
        // Both numbers of the programme's own examples fail it.
        assert!(Bsn::parse("987898898").is_none());
        assert!(Bsn::parse("896857886").is_none());
    }

    #[test]
    fn all_zeros_pass_the_sum_and_are_refused() {
        assert!(Bsn::parse("000000000").is_none());
        assert!(Bsn::parse("00000000").is_none());
    }

    #[test]
    fn eight_digits_get_a_leading_zero_and_separators_are_read_over() {
        let eight = Bsn::parse("10000008").map(|b| b.reveal().to_string());
        assert_eq!(eight, Bsn::parse("010000008").map(|b| b.reveal().to_string()));
        assert_eq!(*Bsn::parse("9999.00-006").unwrap().reveal(), "999900006");
        assert!(Bsn::parse("99990000６").is_none(), "only ASCII digits");
    }

    #[test]
    fn a_bsn_is_shown_masked() {
        let bsn = Bsn::parse("999900006").unwrap();
        assert_eq!(bsn.to_string(), "••• ••• •06");
        assert!(bsn.is_test_number());
    }

    #[test]
    fn what_fails_is_kept_as_received() {
        let returned = ReturnedBsn::read("12AB");
        assert!(!returned.is_valid());
        assert_eq!(*returned.reveal(), "12AB");
        assert_eq!(returned.masked(), "••• ••• •••");
    }
}
