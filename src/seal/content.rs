//! Sealing content: a random key per message and part, padding, and the authenticated place.
//!
//! Format 1: byte 1 ‖ ciphertext ‖ tag under a content key, which seals once, so its nonce is zero;
//! byte 1 ‖ nonce 24 ‖ ciphertext ‖ tag (XChaCha20-Poly1305) under keys that seal often.

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit, Nonce, Tag, XChaCha20Poly1305, XNonce};
use domain::{MessageToken, PartCode};
use zeroize::Zeroizing;

use crate::secret::{SealError, Secret32, fill_public};

const FORMAT: u8 = 1;
const TAG_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
pub(crate) const LENGTH_BYTES: usize = 4;
const SEAL_STEP_BYTES: usize = 2048;

/// The key of one part of one record. It seals once: sealing makes it.
pub struct ContentKey(pub(crate) Secret32);

/// Where a sealed part belongs: it opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Token of the record (or of the ride, for a working diagnosis).
    pub token: MessageToken,
    /// The part.
    pub part: PartCode,
    /// Schema of the content's encoding.
    pub schema: u8,
}

impl Place {
    fn bytes(&self) -> [u8; 18] {
        let mut bytes = [0; 18];
        bytes[..16].copy_from_slice(&self.token.0);
        bytes[16] = self.part.byte();
        bytes[17] = self.schema;
        bytes
    }
}

/// A sealed part as it is stored.
pub type SealedContent = Vec<u8>;

/// The padded length of a plaintext: 256, 512, 1024, 2048, then steps of 2048 bytes.
#[must_use]
pub fn padded_length(plain_bytes: usize) -> usize {
    let needed = plain_bytes + LENGTH_BYTES;
    [256, 512, 1024, 2048]
        .into_iter()
        .find(|step| needed <= *step)
        .unwrap_or_else(|| needed.div_ceil(SEAL_STEP_BYTES) * SEAL_STEP_BYTES)
}

/// Seals a part under a fresh content key.
///
/// # Errors
/// When the operating system has no randomness.
pub fn seal_content(place: &Place, plain: &[u8]) -> Result<(ContentKey, SealedContent), SealError> {
    let key = ContentKey(Secret32::random()?);
    let length = u32::try_from(plain.len()).map_err(|_| SealError::Format)?;
    let mut sealed = vec![0; 1 + padded_length(plain.len()) + TAG_BYTES];
    sealed[0] = FORMAT;
    let body_end = sealed.len() - TAG_BYTES;
    let body = &mut sealed[1..body_end];
    body[..LENGTH_BYTES].copy_from_slice(&length.to_be_bytes());
    body[LENGTH_BYTES..LENGTH_BYTES + plain.len()].copy_from_slice(plain);
    let cipher = ChaCha20Poly1305::new(key.0.cipher_key());
    let tag =
        cipher.encrypt_inout_detached(&Nonce::default(), &place.bytes(), body.into()).map_err(|_| SealError::Format)?;
    sealed[body_end..].copy_from_slice(&tag);
    Ok((key, sealed))
}

/// Opens a part.
///
/// # Errors
/// When the key, the bytes or the place are other than at sealing.
pub fn open_content(key: &ContentKey, place: &Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (format, rest) = sealed.split_first().ok_or(SealError::Format)?;
    if *format != FORMAT || rest.len() < TAG_BYTES + LENGTH_BYTES {
        return Err(SealError::Format);
    }
    let (body, tag) = rest.split_at(rest.len() - TAG_BYTES);
    let mut plain = Zeroizing::new(body.to_vec());
    let tag = Tag::try_from(tag).map_err(|_| SealError::Format)?;
    ChaCha20Poly1305::new(key.0.cipher_key())
        .decrypt_inout_detached(&Nonce::default(), &place.bytes(), plain.as_mut_slice().into(), &tag)
        .map_err(|_| SealError::DoesNotOpen)?;
    let length: [u8; LENGTH_BYTES] = plain[..LENGTH_BYTES].try_into().map_err(|_| SealError::Format)?;
    let end = LENGTH_BYTES + usize::try_from(u32::from_be_bytes(length)).map_err(|_| SealError::Format)?;
    let content = plain.get(LENGTH_BYTES..end).ok_or(SealError::Format)?.to_vec();
    Ok(Zeroizing::new(content))
}

/// Seals under a key that seals often: random 24-byte nonce.
pub(crate) fn aead_seal(key: &Secret32, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut sealed = vec![0; 1 + NONCE_BYTES + plain.len() + TAG_BYTES];
    sealed[0] = FORMAT;
    let (head, rest) = sealed.split_at_mut(1 + NONCE_BYTES);
    fill_public(&mut head[1..])?;
    let (body, tag_place) = rest.split_at_mut(plain.len());
    body.copy_from_slice(plain);
    let nonce = XNonce::try_from(&head[1..]).map_err(|_| SealError::Format)?;
    let tag = XChaCha20Poly1305::new(key.cipher_key())
        .encrypt_inout_detached(&nonce, place, body.into())
        .map_err(|_| SealError::Format)?;
    tag_place.copy_from_slice(&tag);
    Ok(sealed)
}

/// Nonce, ciphertext and tag of what [`aead_seal`] sealed.
struct Sealed<'a> {
    nonce: XNonce,
    body: &'a [u8],
    tag: Tag,
}

fn sealed(bytes: &[u8]) -> Result<Sealed<'_>, SealError> {
    if bytes.first() != Some(&FORMAT) || bytes.len() < 1 + NONCE_BYTES + TAG_BYTES {
        return Err(SealError::Format);
    }
    let (head, rest) = bytes.split_at(1 + NONCE_BYTES);
    let (body, tag) = rest.split_at(rest.len() - TAG_BYTES);
    let nonce = XNonce::try_from(&head[1..]).map_err(|_| SealError::Format)?;
    Ok(Sealed { nonce, body, tag: Tag::try_from(tag).map_err(|_| SealError::Format)? })
}

impl Sealed<'_> {
    /// Opens a copy of the body in its place.
    fn open(&self, key: &Secret32, place: &[u8], plain: &mut [u8]) -> Result<(), SealError> {
        XChaCha20Poly1305::new(key.cipher_key())
            .decrypt_inout_detached(&self.nonce, place, plain.into(), &self.tag)
            .map_err(|_| SealError::DoesNotOpen)
    }
}

/// Opens what [`aead_seal`] sealed.
pub(crate) fn aead_open(key: &Secret32, place: &[u8], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let sealed = sealed(bytes)?;
    let mut plain = Zeroizing::new(sealed.body.to_vec());
    sealed.open(key, place, &mut plain)?;
    Ok(plain)
}

/// The same for a value of known length, without a heap: figures are opened by the hundred thousand.
pub(crate) fn aead_open_exact<const N: usize>(
    key: &Secret32,
    place: &[u8],
    bytes: &[u8],
) -> Result<Zeroizing<[u8; N]>, SealError> {
    let sealed = sealed(bytes)?;
    let mut plain = Zeroizing::new([0; N]);
    if sealed.body.len() != N {
        return Err(SealError::Format);
    }
    plain.copy_from_slice(sealed.body);
    sealed.open(key, place, plain.as_mut_slice())?;
    Ok(plain)
}
