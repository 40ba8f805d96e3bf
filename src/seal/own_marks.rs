//! What one person added to a figure, so that he alone finds and opens it: by two keys that are derived from his private key.
//!
//! The place is 62 bits of HMAC-SHA256 of the record's token; what he chose is sealed as a figure is, under number 0, which no
//! reader key has. **Invariant:** without the private key nobody tells whose a place is, nor which places are one person's.

use domain::{MessageToken, ReaderId};

use crate::{
    hashes::keyed,
    reader::{ReaderKey, ReaderPrivate},
    secret::{SealError, Secret32},
    signing::derived,
    wrap::{OpenedFigure, open_figure, seal_figure},
};

/// The keys by which a person finds and opens what he added to figures.
pub struct OwnMarks {
    place: Secret32,
    key: ReaderKey,
}

impl OwnMarks {
    pub(crate) fn of(private: &ReaderPrivate, reader: ReaderId) -> Self {
        // REVEAL: the own private key, into keys derived from it.
        let from = private.expose();
        let key = ReaderKey::derived(reader, derived(from, b"terugblik/1/own-marks"));
        Self { place: derived(from, b"terugblik/1/own-marks-place"), key }
    }

    /// Where this person's addition to a record stands: not negative.
    #[must_use]
    pub fn place(&self, token: MessageToken) -> i64 {
        let hash = keyed(&self.place, b"own-marks", &[&token.0]);
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hash[..8]);
        (u64::from_be_bytes(bytes) >> 2).cast_signed()
    }

    /// Seals what he chose: 64 bytes, whatever it is.
    ///
    /// # Errors
    /// When it is longer than 17 bytes, or the system has no randomness.
    pub fn seal(&self, token: MessageToken, schema: u8, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        seal_figure(&self.key, token, schema, plain)
    }

    /// Opens it.
    ///
    /// # Errors
    /// When it is another's, of another record, or was changed.
    pub fn open(&self, token: MessageToken, schema: u8, sealed: &[u8]) -> Result<OpenedFigure, SealError> {
        open_figure(&self.key, token, schema, sealed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_person_has_a_place_of_his_own_in_each_record_and_opens_no_other() {
        let (a, b) = (ReaderPrivate::generate().unwrap(), ReaderPrivate::generate().unwrap());
        let own = |private: &ReaderPrivate| OwnMarks::of(private, ReaderId::professional(3));
        let (first, second) = (MessageToken([1; 16]), MessageToken([2; 16]));
        assert_eq!(own(&a).place(first), own(&a).place(first));
        assert!(own(&a).place(first) >= 0);
        assert_ne!(own(&a).place(first), own(&a).place(second));
        assert_ne!(own(&a).place(first), own(&b).place(first));
        let sealed = own(&a).seal(first, 7, &[5]).unwrap();
        assert_eq!(sealed.len(), crate::SEALED_FIGURE_BYTES);
        assert_eq!(*own(&a).open(first, 7, &sealed).unwrap(), [5]);
        for (private, token, schema) in [(&b, first, 7), (&a, second, 7), (&a, first, 8)] {
            assert!(own(private).open(token, schema, &sealed).is_err());
        }
        assert!(OwnMarks::of(&a, ReaderId::professional(4)).open(first, 7, &sealed).is_err());
    }
}
