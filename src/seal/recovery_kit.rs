//! The recovery kit: a 256-bit secret in three sheets of which two are needed (Shamir over GF(256), threshold 2).
//!
//! A sheet is a share of 32 bytes as 24 words (BIP-39, English: eight bits of checksum), its number (the share's x, 1 to 3)
//! and the kit's number: the first thirty bits of SHA-256 over a label and the kit's public half, six characters.
//! Format 1 of a sheet as one line, also in its QR code: `TERUGBLIK-KIT-1` kit number, sheet number, 24 words, in capitals.
//! **Invariant:** one sheet tells nothing; no error repeats a word of a sheet.
//! **Not here:** paper (`report`), what the kit opens (`store`, `access`).

use std::fmt;

use bip39::{Language, Mnemonic};
use blahaj::{Share, Sharks};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    reader::{ReaderPrivate, ReaderPublic},
    secret::{SealError, Secret32},
};

const MARK: &str = "TERUGBLIK-KIT-1";
const MARK_START: &str = "TERUGBLIK-KIT-";
const NEEDED: u8 = 2;
/// Sheets of a kit.
pub const SHEETS: u8 = 3;
/// Words of a sheet.
pub const SHEET_WORDS: usize = 24;
const KIT_CHARACTERS: usize = 6;
// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Which kit a sheet is of: printed on each, no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KitNumber([u8; KIT_CHARACTERS]);

impl KitNumber {
    /// The number of the kit with this public half.
    #[must_use]
    pub fn of(public: &ReaderPublic) -> Self {
        let hash = Sha256::new().chain_update(b"terugblik/1/kit-number").chain_update(public.0).finalize();
        let bits = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 2;
        let mut characters = [0; KIT_CHARACTERS];
        for (place, character) in (0_u32..).zip(characters.iter_mut()) {
            *character = ALPHABET[((bits >> (25 - place * 5)) & 31) as usize];
        }
        Self(characters)
    }

    /// As typed: case does not matter; O reads as 0, I and L as 1.
    fn parse(typed: &str) -> Option<Self> {
        let mut characters = [0; KIT_CHARACTERS];
        if typed.chars().count() != KIT_CHARACTERS {
            return None;
        }
        for (character, place) in typed.chars().zip(characters.iter_mut()) {
            let read = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            *place = *ALPHABET.iter().find(|known| char::from(**known) == read)?;
        }
        Some(Self(characters))
    }
}

impl fmt::Display for KitNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|character| write!(f, "{}", char::from(*character)))
    }
}

/// Why what was typed is no sheet. Says where, never what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// A sheet of another format: a newer version's.
    #[error("the sheet has a format that this version does not know")]
    Format,
    /// The kit number is not six of its letters and digits.
    #[error("the kit number has six letters and digits")]
    KitNumber,
    /// There are sheets 1, 2 and 3.
    #[error("the sheet number is 1, 2 or 3")]
    SheetNumber,
    /// So many words instead of twenty-four.
    #[error("a sheet has 24 words, not {0}")]
    Words(usize),
    /// This word, from 1, is not in the list.
    #[error("word {0} is not in the list of words")]
    Word(usize),
    /// All words are in the list, but they are not those of this sheet, by its number, together.
    #[error("the words of sheet {0} do not belong together: one is another than on the sheet, or two changed places")]
    Checksum(u8),
}

/// Why two sheets are no kit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KitError {
    /// Of two kits.
    #[error("the sheets are of different kits: {0} and {1}")]
    Different(KitNumber, KitNumber),
    /// The same sheet twice.
    #[error("sheet {0} was given twice; another one of the same kit is needed")]
    Twice(u8),
    /// They do not lead to the kit whose number they carry: one was mistyped in a way its checksum does not see.
    #[error("the sheets do not lead to kit {0}: a word or number is another than on the sheet")]
    DoNotFit(KitNumber),
}

/// One sheet.
pub struct RecoverySheet {
    kit: KitNumber,
    number: u8,
    share: Secret32,
}

impl RecoverySheet {
    /// The kit it is of.
    #[must_use]
    pub fn kit(&self) -> KitNumber {
        self.kit
    }

    /// Its number, 1 to 3.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// Its words, to be printed or compared. Callers mark their use with `// REVEAL:`.
    ///
    /// # Errors
    /// Cannot happen for a share of 32 bytes.
    pub fn words(&self) -> Result<Zeroizing<Vec<String>>, SealError> {
        let words = Mnemonic::from_entropy(self.share.bytes()).map_err(|_| SealError::Format)?;
        Ok(Zeroizing::new(words.words().map(str::to_owned).collect()))
    }

    /// The sheet as one line, as its QR code holds it. Callers mark their use with `// REVEAL:`.
    ///
    /// # Errors
    /// As [`Self::words`].
    pub fn line(&self) -> Result<Zeroizing<String>, SealError> {
        // REVEAL: the words, into the line that is the sheet.
        let words = self.words()?;
        let mut line = Zeroizing::new(String::with_capacity(256));
        line.push_str(&format!("{MARK} {} {}", self.kit, self.number));
        for word in words.iter() {
            line.push(' ');
            line.extend(word.chars().map(|c| c.to_ascii_uppercase()));
        }
        Ok(line)
    }

    /// A sheet as typed or read from its QR code: kit number, sheet number, words, on one line or several; the words may be
    /// numbered, case does not matter.
    ///
    /// # Errors
    /// What is wrong, and with which word.
    pub fn parse(typed: &str) -> Result<Self, SheetError> {
        let mut rest = typed.split_whitespace().peekable();
        let first = rest.peek().map(|first| first.to_ascii_uppercase()).unwrap_or_default();
        if first.starts_with(MARK_START) {
            if first != MARK {
                return Err(SheetError::Format);
            }
            rest.next();
        }
        let kit = rest.next().and_then(KitNumber::parse).ok_or(SheetError::KitNumber)?;
        let number = rest.next().and_then(|typed| typed.parse().ok()).ok_or(SheetError::SheetNumber)?;
        let is_word = |token: &&str| !token.trim_end_matches(['.', ':', ')']).bytes().all(|b| b.is_ascii_digit());
        let words: Vec<&str> = rest.filter(is_word).collect();
        Self::of_words(kit, number, &words)
    }

    /// A sheet of its numbers and words.
    ///
    /// # Errors
    /// As [`Self::parse`].
    fn of_words(kit: KitNumber, number: u8, words: &[&str]) -> Result<Self, SheetError> {
        if !(1..=SHEETS).contains(&number) {
            return Err(SheetError::SheetNumber);
        }
        if let Some(unknown) = words.iter().position(|word| !is_sheet_word(word)) {
            return Err(SheetError::Word(unknown + 1));
        }
        if words.len() != SHEET_WORDS {
            return Err(SheetError::Words(words.len()));
        }
        let mut normal = Zeroizing::new(String::with_capacity(256));
        for word in words {
            normal.extend(word.chars().map(|c| c.to_ascii_lowercase()));
            normal.push(' ');
        }
        let words =
            Mnemonic::parse_in_normalized(Language::English, &normal).map_err(|_| SheetError::Checksum(number))?;
        let (entropy, length) = words.to_entropy_array();
        let entropy = Zeroizing::new(entropy);
        let share = Secret32::from_bytes(&entropy[..length]).map_err(|_| SheetError::Checksum(number))?;
        Ok(Self { kit, number, share })
    }
}

/// Whether a word is in the list; case does not matter.
#[must_use]
pub fn is_sheet_word(typed: &str) -> bool {
    Language::English.find_word(&Zeroizing::new(typed.to_ascii_lowercase())).is_some()
}

/// The kit: its key pair. The secret itself is on the sheets alone.
pub struct RecoveryKit {
    private: ReaderPrivate,
    public: ReaderPublic,
}

impl RecoveryKit {
    /// A fresh kit and its three sheets.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<(Self, Vec<RecoverySheet>), SealError> {
        let secret = Secret32::random()?;
        let kit = Self::of_secret(&secret)?;
        let number = kit.number();
        let shares = Sharks(NEEDED).dealer(secret.bytes()).take(usize::from(SHEETS));
        let sheets = shares.map(|share| sheet(number, &share)).collect::<Result<Vec<_>, _>>()?;
        Ok((kit, sheets))
    }

    /// The kit of two sheets.
    ///
    /// # Errors
    /// When they are of different kits, the same, or do not fit.
    pub fn of_sheets(one: &RecoverySheet, other: &RecoverySheet) -> Result<Self, KitError> {
        if one.kit != other.kit {
            return Err(KitError::Different(one.kit, other.kit));
        }
        if one.number == other.number {
            return Err(KitError::Twice(one.number));
        }
        let unfit = KitError::DoNotFit(one.kit);
        let shares = [share(one), share(other)];
        let [Some(one), Some(other)] = &shares else { return Err(unfit) };
        let secret = Zeroizing::new(Sharks(NEEDED).recover([one, other]).map_err(|_| unfit)?);
        let kit = Secret32::from_bytes(&secret).and_then(|secret| Self::of_secret(&secret)).map_err(|_| unfit)?;
        if KitError::DoNotFit(kit.number()) == unfit { Ok(kit) } else { Err(unfit) }
    }

    fn of_secret(secret: &Secret32) -> Result<Self, SealError> {
        let mut seed = Secret32::zeros();
        // See `RootSecret::derive`: 32 bytes cannot fail.
        let _ = Hkdf::<Sha256>::new(None, secret.bytes()).expand(b"terugblik/1/recovery-kit", seed.bytes_mut());
        let private = ReaderPrivate::from_seed(&seed);
        let public = private.public()?;
        Ok(Self { private, public })
    }

    /// Its private half: opens what is sealed to the kit.
    #[must_use]
    pub fn private(&self) -> &ReaderPrivate {
        &self.private
    }

    /// Its public half, which the store keeps.
    #[must_use]
    pub fn public(&self) -> &ReaderPublic {
        &self.public
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> KitNumber {
        KitNumber::of(&self.public)
    }
}

fn sheet(kit: KitNumber, share: &Share) -> Result<RecoverySheet, SealError> {
    let bytes = Zeroizing::new(Vec::from(share));
    let (number, share) = bytes.split_first().ok_or(SealError::Format)?;
    Ok(RecoverySheet { kit, number: *number, share: Secret32::from_bytes(share)? })
}

fn share(sheet: &RecoverySheet) -> Option<Share> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(33));
    bytes.push(sheet.number);
    bytes.extend_from_slice(sheet.share.bytes());
    Share::try_from(bytes.as_slice()).ok()
}
