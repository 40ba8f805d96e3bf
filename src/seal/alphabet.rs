//! The letters and digits of codes that people type: Crockford's, without I, L, O and U.

use data_encoding::{Encoding, Specification};
use zeroize::Zeroizing;

use crate::secret::SealError;

pub(crate) const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub(crate) fn encoding() -> Result<Encoding, SealError> {
    let mut specification = Specification::new();
    specification.symbols.push_str(ALPHABET);
    specification.encoding().map_err(|_| SealError::Format)
}

/// What was typed, in the alphabet: case, spaces and hyphens do not matter; O reads as 0, I and L as 1. `Err`: the place of
/// the first character that is none, from 1. Longer than `characters` is cut one beyond it, so that it is seen to be longer.
pub(crate) fn typed(text: &str, characters: usize) -> Result<Zeroizing<String>, usize> {
    // Sized before it is filled: a buffer that grows leaves pieces behind where it was.
    let mut read = Zeroizing::new(String::with_capacity(characters + 1));
    let meant = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(characters + 1);
    for (place, character) in (1..).zip(meant) {
        let character = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if !ALPHABET.contains(character) {
            return Err(place);
        }
        read.push(character);
    }
    Ok(read)
}

/// The number behind a letter or digit of the alphabet.
pub(crate) fn value(character: u8) -> Option<u8> {
    ALPHABET.bytes().position(|c| c == character).and_then(|place| u8::try_from(place).ok())
}
