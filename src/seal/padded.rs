//! Sealing to a reader so that the length of what was written tells little: framed and padded as the parts are.
//!
//! Format: what [`seal_to`] makes of length 4 ‖ plain ‖ zeros, up to [`padded_length`].

use zeroize::Zeroizing;

use crate::{
    content::{LENGTH_BYTES, padded_length},
    reader::{ReaderPrivate, ReaderPublic, open_with, seal_to},
    secret::SealError,
};

/// Seals to a reader's public key, padded; `place` says what it is and opens nowhere else.
///
/// # Errors
/// When the public key is none.
pub fn seal_padded_to(public: &ReaderPublic, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let length = u32::try_from(plain.len()).map_err(|_| SealError::Format)?;
    let mut padded = Zeroizing::new(vec![0; padded_length(plain.len())]);
    padded[..LENGTH_BYTES].copy_from_slice(&length.to_be_bytes());
    padded[LENGTH_BYTES..LENGTH_BYTES + plain.len()].copy_from_slice(plain);
    seal_to(public, place, &padded)
}

/// Opens what [`seal_padded_to`] sealed to this reader, in this place.
///
/// # Errors
/// When it was sealed to another reader or place, or was changed.
pub fn open_padded_with(private: &ReaderPrivate, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let padded = open_with(private, place, sealed)?;
    let length = padded.first_chunk::<LENGTH_BYTES>().ok_or(SealError::Format)?;
    let end = LENGTH_BYTES + usize::try_from(u32::from_be_bytes(*length)).map_err(|_| SealError::Format)?;
    Ok(Zeroizing::new(padded.get(LENGTH_BYTES..end).ok_or(SealError::Format)?.to_vec()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_padded_opens_as_it_was_and_two_lengths_look_the_same() {
        let private = ReaderPrivate::generate().unwrap();
        let seal = |plain: &[u8]| seal_padded_to(&private.public().unwrap(), b"here", plain).unwrap();
        for plain in [&b""[..], b"kort", &[b'x'; 252], &[b'x'; 253]] {
            assert_eq!(*open_padded_with(&private, b"here", &seal(plain)).unwrap(), plain);
        }
        assert_eq!(seal(b"").len(), seal(&[b'x'; 252]).len());
        assert!(seal(&[b'x'; 253]).len() > seal(b"").len());
    }

    #[test]
    fn it_opens_for_nobody_else_nowhere_else_and_not_changed() {
        let [own, other] = [(); 2].map(|()| ReaderPrivate::generate().unwrap());
        let sealed = seal_padded_to(&own.public().unwrap(), b"here", b"kanarie").unwrap();
        assert_eq!(open_padded_with(&other, b"here", &sealed), Err(SealError::DoesNotOpen));
        assert_eq!(open_padded_with(&own, b"there", &sealed), Err(SealError::DoesNotOpen));
        let mut changed = sealed.clone();
        changed[60] ^= 1;
        assert_eq!(open_padded_with(&own, b"here", &changed), Err(SealError::DoesNotOpen));
        assert_eq!(open_padded_with(&own, b"here", &sealed[..20]), Err(SealError::Format));
        // Sealed by another hand without a frame.
        let bare = seal_to(&own.public().unwrap(), b"here", &[0xff; 8]).unwrap();
        assert_eq!(open_padded_with(&own, b"here", &bare), Err(SealError::Format));
    }
}
