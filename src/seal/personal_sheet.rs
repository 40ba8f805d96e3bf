//! The code of a personal sheet (*herstelblad*): 125 random bits in five groups of six characters, of which the last is a
//! check; and what is sealed under one: the own private key (DESIGN §4).
//!
//! **Invariant:** one wrong character, or two that changed places, in a group or between neighbouring groups, is told, with
//! its group: the check is a polynomial in the group's characters over GF(32) that begins with the group's number.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    alphabet,
    content::{aead_open, aead_seal},
    secret::{SealError, Secret32, fill},
};

/// Groups of a code.
pub const SHEET_GROUPS: usize = 5;
/// Characters of a group; the last is its check.
pub const SHEET_GROUP_CHARACTERS: usize = 6;
const CHARACTERS: usize = SHEET_GROUPS * SHEET_GROUP_CHARACTERS;

/// The code of a personal sheet; shown once, to the person it is for.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PersonalSheetCode(String);

/// Why a typed code is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonalSheetError {
    /// Not thirty letters and digits: so many were typed (31: more).
    #[error("the code of a sheet has thirty letters and digits")]
    Length(usize),
    /// A character outside the alphabet, at this place of this group, both from 1.
    #[error("character {character} of group {group} is not one of the code's letters and digits")]
    Character {
        /// The group.
        group: usize,
        /// The place in it.
        character: usize,
    },
    /// The check of this group (from 1) does not fit: it was mistyped.
    #[error("group {0} of the code was mistyped")]
    Group(usize),
}

// Multiplication by the generator of GF(32), modulo x^5 + x^2 + 1.
fn times(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

/// The check of a group: its number (from 1) and its five characters as the coefficients of a polynomial. Its powers of the
/// generator are all different and none is zero, so one change, and an exchange of two, always shows.
fn check(group: usize, characters: &[u8]) -> Option<char> {
    let begin = u8::try_from(group).ok()?;
    let sum = characters.iter().try_fold(begin, |sum, c| alphabet::value(*c).map(|value| times(sum) ^ value))?;
    alphabet::ALPHABET.chars().nth(usize::from(times(sum)))
}

impl PersonalSheetCode {
    /// A fresh code.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, SealError> {
        // 20 bytes are 32 characters of 5 bits; 25 of them carry 125 bits.
        let mut bytes = Zeroizing::new([0; 20]);
        fill(bytes.as_mut_slice())?;
        let random = Zeroizing::new(alphabet::encoding()?.encode(bytes.as_slice()));
        let mut code = Self(String::with_capacity(CHARACTERS));
        for (group, characters) in (1..=SHEET_GROUPS).zip(random.as_bytes().chunks_exact(SHEET_GROUP_CHARACTERS - 1)) {
            code.0.extend(characters.iter().map(|c| char::from(*c)));
            code.0.push(check(group, characters).ok_or(SealError::Format)?);
        }
        Ok(code)
    }

    /// A code as typed: case, spaces and hyphens do not matter; O reads as 0, I and L as 1.
    ///
    /// # Errors
    /// Which group, and where it can be told which character, was mistyped.
    pub fn parse(typed: &str) -> Result<Self, PersonalSheetError> {
        let mut text = alphabet::typed(typed, CHARACTERS).map_err(|place| PersonalSheetError::Character {
            group: (place - 1) / SHEET_GROUP_CHARACTERS + 1,
            character: (place - 1) % SHEET_GROUP_CHARACTERS + 1,
        })?;
        if text.len() != CHARACTERS {
            return Err(PersonalSheetError::Length(text.len()));
        }
        for (group, characters) in (1..).zip(text.as_bytes().chunks_exact(SHEET_GROUP_CHARACTERS)) {
            let (random, last) = characters.split_at(SHEET_GROUP_CHARACTERS - 1);
            if check(group, random) != last.first().map(|c| char::from(*c)) {
                return Err(PersonalSheetError::Group(group));
            }
        }
        Ok(Self(std::mem::take(&mut *text)))
    }

    /// The code in groups of six, to be printed. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + SHEET_GROUPS));
        for (group, characters) in self.0.as_bytes().chunks(SHEET_GROUP_CHARACTERS).enumerate() {
            if group > 0 {
                text.push('-');
            }
            text.extend(characters.iter().map(|c| char::from(*c)));
        }
        text
    }

    /// Whether this is its last group, as typed: who can type it has the code on paper.
    #[must_use]
    pub fn ends_with(&self, typed: &str) -> bool {
        let last = &self.0.as_bytes()[CHARACTERS - SHEET_GROUP_CHARACTERS..];
        alphabet::typed(typed, SHEET_GROUP_CHARACTERS).is_ok_and(|text| text.as_bytes() == last)
    }

    fn key(&self) -> Secret32 {
        let mut key = Secret32::zeros();
        // See `RootSecret::derive`: 32 bytes cannot fail.
        let _ = Hkdf::<Sha256>::new(None, self.0.as_bytes()).expand(b"terugblik/1/personal-sheet", key.bytes_mut());
        key
    }

    /// Seals under the code.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn seal(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        aead_seal(&self.key(), place, plain)
    }

    /// Opens what was sealed under it.
    ///
    /// # Errors
    /// [`SealError::DoesNotOpen`] for another code.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        aead_open(&self.key(), place, sealed)
    }
}
