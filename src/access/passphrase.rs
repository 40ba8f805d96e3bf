//! What a new passphrase must be (R24): long, not a common one, and not guessed from the person or the place.
//!
//! **Invariant:** every passphrase that comes to seal a key passes here; a caller that asks before is only told earlier.

use seal::Passphrase;
use zxcvbn::{Score, zxcvbn};

/// Least length of a passphrase (R24).
pub const PASSPHRASE_CHARACTERS_MIN: usize = 14;
// LIMIT: longest; the window's field takes no more, and the estimate below grows with the square of it.
const CHARACTERS_MAX: usize = 256;

/// Common passphrases, and common words of Dutch passwords: guessed first.
const DENIED: &str = include_str!("../../resources/passphrases/denied.txt");
const WORDS: &str = include_str!("../../resources/passphrases/words.txt");

/// Why a passphrase is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseFault {
    /// Too short.
    #[error("fewer than fourteen characters")]
    Short,
    /// Too long.
    #[error("more than 256 characters")]
    Long,
    /// On the list of common ones, or little more than one of them.
    #[error("a common passphrase")]
    Common,
    /// Easily guessed: one word again and again, a row of keys, the own name.
    #[error("easily guessed")]
    Guessable,
}

fn lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Letters alone, in lower case: *Welkom bij de RAV 2026!* and *welkombijderav* are one.
fn letters(text: &str) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect())
}

/// Letters and digits, in lower case.
fn plain_of(text: &str) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
}

// Letters and digits that must be left when words of the lists and of the person are taken out: the estimate knows each, but counts
// ten thousand guesses for every further one (*Ziekenhuis2026!!!*).
const OWN_CHARACTERS_MIN: usize = 8;

fn has_little_of_its_own(plain: &str, known: &[&str]) -> bool {
    let mut left = zeroize::Zeroizing::new(plain.to_owned());
    let words = known.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).chain(lines(WORDS));
    for word in words.map(str::to_lowercase).filter(|word| word.chars().count() > 3) {
        left = zeroize::Zeroizing::new(left.replace(&word, ""));
    }
    left.chars().count() < OWN_CHARACTERS_MIN
}

/// Whether a passphrase may be used by this person; `known` is what others know: name, staff number, organisation.
///
/// # Errors
/// What is wrong with it.
pub fn must_be_strong(passphrase: &Passphrase, known: &[&str]) -> Result<(), PassphraseFault> {
    let characters = passphrase.characters();
    if characters < PASSPHRASE_CHARACTERS_MIN {
        return Err(PassphraseFault::Short);
    }
    if characters > CHARACTERS_MAX {
        return Err(PassphraseFault::Long);
    }
    // REVEAL: to be measured; the text goes nowhere.
    let text = passphrase.expose();
    let plain = letters(text);
    if lines(DENIED).any(|denied| *letters(denied) == *plain) {
        return Err(PassphraseFault::Common);
    }
    // Digits alone are dates and telephone numbers, which the estimate counts for more than they are.
    if plain.is_empty() || has_little_of_its_own(&plain_of(text), known) {
        return Err(PassphraseFault::Guessable);
    }
    let of_person = known.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).chain([*text]));
    let guessed: Vec<&str> = of_person.filter(|word| word.chars().count() > 2).chain(lines(WORDS)).collect();
    // Three of four: more than 10^8 guesses, each of which costs an Argon2id with a pepper (zxcvbn, Wheeler 2016).
    if zxcvbn(text, &guessed).score() >= Score::Three { Ok(()) } else { Err(PassphraseFault::Guessable) }
}
