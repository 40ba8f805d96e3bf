//! Wraps: the content keys of one record for one reader, under that reader's key of the day; and figures, sealed under it directly.
//!
//! Format 1 of a wrap: byte 1 ‖ reader key number 4 ‖ AEAD value of (part byte ‖ content key 32)*.
//! Format 1 of a figure: byte 1 ‖ reader key number 4 ‖ AEAD value of exactly 18 bytes: 64 bytes in all.
//! Places: kind ‖ reader ‖ token ‖ reader key number; of a figure also the schema of its encoding.

use domain::{MessageToken, PartCode, ReaderId};
use zeroize::Zeroizing;

use crate::{
    content::{ContentKey, aead_open, aead_open_exact, aead_seal},
    reader::ReaderKey,
    secret::{SealError, Secret32},
};

const FORMAT: u8 = 1;
const HEAD_BYTES: usize = 5;
const ENTRY_BYTES: usize = 33;
// Format, nonce and tag of an AEAD value.
const SEALED_EXTRA_BYTES: usize = 41;
const FIGURE_PLAIN_BYTES: usize = 18;
/// A sealed figure, whatever it holds.
pub const SEALED_FIGURE_BYTES: usize = 64;

fn place(kind: u8, reader: ReaderId, token: MessageToken, number: u32) -> [u8; 29] {
    let mut place = [0; 29];
    place[0] = kind;
    place[1..9].copy_from_slice(&reader.0.to_be_bytes());
    place[9..25].copy_from_slice(&token.0);
    place[25..].copy_from_slice(&number.to_be_bytes());
    place
}

fn figure_place(key: &ReaderKey, token: MessageToken, number: u32, schema: u8) -> [u8; 30] {
    let mut figure = [schema; 30];
    figure[..29].copy_from_slice(&place(b'f', key.reader(), token, number));
    figure
}

fn with_head(number: u32, sealed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD_BYTES + sealed.len());
    bytes.push(FORMAT);
    bytes.extend_from_slice(&number.to_be_bytes());
    bytes.extend_from_slice(sealed);
    bytes
}

fn head(bytes: &[u8]) -> Result<(u32, &[u8]), SealError> {
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES).ok_or(SealError::Format)?;
    let (FORMAT, number) = (head[0], &head[1..]) else { return Err(SealError::Format) };
    Ok((u32::from_be_bytes(number.try_into().map_err(|_| SealError::Format)?), rest))
}

/// Wraps content keys for a reader.
///
/// # Errors
/// When the operating system has no randomness.
pub fn wrap(key: &ReaderKey, token: MessageToken, keys: &[(PartCode, &ContentKey)]) -> Result<Vec<u8>, SealError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(keys.len() * ENTRY_BYTES));
    for (part, content) in keys {
        plain.push(part.byte());
        plain.extend_from_slice(content.0.bytes());
    }
    let sealed = aead_seal(&key.key, &place(b'w', key.reader(), token, key.number()), &plain)?;
    Ok(with_head(key.number(), &sealed))
}

/// The number of the reader key that opens a wrap.
///
/// # Errors
/// When the bytes are no wrap.
pub fn wrap_number(bytes: &[u8]) -> Result<u32, SealError> {
    head(bytes).map(|(number, _)| number)
}

/// How many content keys a wrap holds: its length tells.
///
/// # Errors
/// When the bytes are no wrap.
pub fn wrapped_keys(bytes: &[u8]) -> Result<usize, SealError> {
    head(bytes).map(|(_, sealed)| sealed.len().saturating_sub(SEALED_EXTRA_BYTES) / ENTRY_BYTES)
}

/// Opens a wrap: the content keys in it, by part.
///
/// # Errors
/// When it belongs to another reader, record or key, or was changed.
pub fn unwrap(key: &ReaderKey, token: MessageToken, bytes: &[u8]) -> Result<Vec<(PartCode, ContentKey)>, SealError> {
    let (number, sealed) = head(bytes)?;
    let plain = aead_open(&key.key, &place(b'w', key.reader(), token, number), sealed)?;
    plain
        .chunks(ENTRY_BYTES)
        .map(|entry| {
            let (part, content) = entry.split_first().ok_or(SealError::Format)?;
            let part = PartCode::from_byte(*part).ok_or(SealError::Format)?;
            Ok((part, ContentKey(Secret32::from_bytes(content)?)))
        })
        .collect()
}

/// Seals a figure under the medical manager's reader key: always 64 bytes.
///
/// # Errors
/// When it is longer than 17 bytes, or the system has no randomness.
pub fn seal_figure(key: &ReaderKey, token: MessageToken, schema: u8, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut padded = Zeroizing::new([0_u8; FIGURE_PLAIN_BYTES]);
    padded[0] = u8::try_from(plain.len()).map_err(|_| SealError::Format)?;
    padded.get_mut(1..=plain.len()).ok_or(SealError::Format)?.copy_from_slice(plain);
    let sealed = aead_seal(&key.key, &figure_place(key, token, key.number(), schema), padded.as_slice())?;
    Ok(with_head(key.number(), &sealed))
}

/// The number of the reader key that opens a figure.
///
/// # Errors
/// When the bytes are no figure.
pub fn figure_number(bytes: &[u8]) -> Result<u32, SealError> {
    wrap_number(bytes)
}

/// An opened figure; wiped when dropped.
pub struct OpenedFigure(Zeroizing<[u8; FIGURE_PLAIN_BYTES]>);

impl std::ops::Deref for OpenedFigure {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let (length, rest) = self.0.split_at(1);
        rest.get(..usize::from(length[0])).unwrap_or_default()
    }
}

/// Opens a figure.
///
/// # Errors
/// When it belongs to another record, schema or key, or was changed.
pub fn open_figure(key: &ReaderKey, token: MessageToken, schema: u8, bytes: &[u8]) -> Result<OpenedFigure, SealError> {
    let (number, sealed) = head(bytes)?;
    let padded: Zeroizing<[u8; FIGURE_PLAIN_BYTES]> =
        aead_open_exact(&key.key, &figure_place(key, token, number, schema), sealed)?;
    if usize::from(padded[0]) >= FIGURE_PLAIN_BYTES {
        return Err(SealError::Format);
    }
    Ok(OpenedFigure(padded))
}
