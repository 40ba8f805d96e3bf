//! Identifiers of organisations, messages and rides: typed, so that none is taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is no identifier of the asked kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Not the digits asked for.
    #[error("expected {0} digits")]
    Digits(u8),
}

/// URA of a care organisation: eight digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ura(String);

/// AGB code of a care organisation: eight digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Agb(String);

/// Number of a regional ambulance service (RAV): 1–99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RavNumber(u8);

fn eight_digits(text: &str) -> Result<String, IdentifierError> {
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(IdentifierError::Digits(8))
    }
}

impl Ura {
    /// OID root of URA numbers.
    pub const ROOT: &str = "2.16.528.1.1007.3.3";

    /// Reads a URA number.
    ///
    /// # Errors
    /// When it is not eight digits.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        eight_digits(text).map(Self)
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Agb {
    /// OID root of AGB codes.
    pub const ROOT: &str = "2.16.840.1.113883.2.4.6.1";

    /// Reads an AGB code.
    ///
    /// # Errors
    /// When it is not eight digits.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        eight_digits(text).map(Self)
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RavNumber {
    /// OID root of RAV numbers.
    pub const ROOT: &str = "2.16.840.1.113883.2.4.3.11.60.55.15.1";

    /// A RAV number; `None` outside 1–99.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=99).contains(&number).then_some(Self(number))
    }

    /// Reads it from text; leading zeros do not count.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        text.parse().ok().and_then(Self::new)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for RavNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An HL7 instance identifier: root and, where there is one, extension.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstanceId {
    /// OID or UUID.
    pub root: String,
    /// Extension; absent where the root alone identifies.
    pub extension: Option<String>,
}

/// Number of a record in the store, in order of receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageId(pub i64);

/// Number of a ride in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RideId(pub i64);

/// Sixteen random bytes that name a record (or a ride) inside everything sealed for it; made by `seal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageToken(pub [u8; 16]);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ura_and_agb_are_eight_ascii_digits_and_leading_zeros_count() {
        assert_eq!(Ura::parse(" 00012345 ").unwrap().as_str(), "00012345");
        assert_eq!(Agb::parse("06010713").unwrap().as_str(), "06010713");
        for text in ["", "1234567", "123456789", "1234567a", "１２３４５６７８", "1234 678"] {
            assert_eq!(Ura::parse(text), Err(IdentifierError::Digits(8)), "{text}");
            assert_eq!(Agb::parse(text), Err(IdentifierError::Digits(8)), "{text}");
        }
    }

    #[test]
    fn a_rav_number_is_1_to_99_and_leading_zeros_do_not_count() {
        assert_eq!(RavNumber::parse("012"), RavNumber::new(12));
        assert_eq!(RavNumber::parse(" 7 ").map(RavNumber::get), Some(7));
        for text in ["", "0", "100", "300", "-1", "+1", "1.0", "x"] {
            assert_eq!(RavNumber::parse(text), None, "{text}");
        }
        assert!(RavNumber::new(0).is_none() && RavNumber::new(100).is_none() && RavNumber::new(99).is_some());
    }
}
