//! One entry of the log and its canonical bytes.
//!
//! Format 1: byte 1, then fields in the order of their tags: tag byte ‖ length 2 (big endian) ‖ bytes. Absent fields are absent.

use chrono::{DateTime, TimeZone, Utc};
use domain::{PartCode, Purpose, RoleName};
use seal::Digest;

use crate::audit::event::{Authorisation, Event};

const FORMAT: u8 = 1;
const PART_DIGEST_BYTES: usize = 33;
// LIMIT: a text of an entry (workstation, version, rule), so that an entry stays small.
const TEXT_BYTES_MAX: usize = 64;

/// One entry: what, when, who, in which role, on whose authorisation, for what, about what (R15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub event: Event,
    /// Number of the account; `None` for the program itself.
    pub user: Option<i64>,
    /// In which role.
    pub role: Option<RoleName>,
    /// For what.
    pub purpose: Purpose,
    /// On what ground.
    pub authorisation: Authorisation,
    /// Keyed pseudonym of the ride.
    pub ride: Option<[u8; 8]>,
    /// Keyed pseudonym of the client, where the act knows whose number it shows.
    pub client: Option<[u8; 8]>,
    /// The organisation: number of the RAV.
    pub organisation: Option<u8>,
    /// Number of the account on whose responsibility it was done, where it is not the user's own.
    pub responsible: Option<i64>,
    /// Number of rows or records it concerns.
    pub count: Option<u64>,
    /// A rule, month or other small word; never a value of a message.
    pub detail: Option<String>,
    /// Name of the machine.
    pub workstation: String,
    /// Version of the program.
    pub version: String,
    /// Digests of the sealed parts (of a receipt).
    pub digests: Vec<(PartCode, Digest)>,
}

/// Why stored bytes are no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Another format, cut short, or a code this version does not know.
    #[error("an audit entry has an unknown format, length or code")]
    Format,
}

fn clipped(text: &str) -> &[u8] {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text.as_bytes()[..end]
}

fn field(bytes: &mut Vec<u8>, tag: u8, value: &[u8]) {
    bytes.push(tag);
    // Every field is bounded: texts by TEXT_BYTES_MAX, digests by the number of parts.
    bytes.extend_from_slice(&u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
    bytes.extend_from_slice(value);
}

impl Entry {
    /// An entry of the program itself, to which the caller adds what it knows.
    #[must_use]
    pub fn of_program(at: DateTime<Utc>, event: Event, purpose: Purpose, workstation: &str, version: &str) -> Self {
        Self {
            at,
            event,
            user: None,
            role: None,
            purpose,
            authorisation: Authorisation::Program,
            ride: None,
            client: None,
            organisation: None,
            responsible: None,
            count: None,
            detail: None,
            workstation: workstation.to_owned(),
            version: version.to_owned(),
            digests: Vec::new(),
        }
    }

    /// The canonical bytes, over which the chain's hash goes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128 + self.digests.len() * PART_DIGEST_BYTES);
        bytes.push(FORMAT);
        field(&mut bytes, 1, &self.at.timestamp_micros().to_be_bytes());
        field(&mut bytes, 2, &self.event.code().to_be_bytes());
        if let Some(user) = self.user {
            field(&mut bytes, 3, &user.to_be_bytes());
        }
        if let Some(role) = self.role {
            field(&mut bytes, 4, &[role.bit()]);
        }
        field(&mut bytes, 5, &[self.purpose.code()]);
        field(&mut bytes, 6, &self.authorisation.code().to_be_bytes());
        if let Some(ride) = &self.ride {
            field(&mut bytes, 7, ride);
        }
        if let Some(count) = self.count {
            field(&mut bytes, 8, &count.to_be_bytes());
        }
        if let Some(detail) = &self.detail {
            field(&mut bytes, 9, clipped(detail));
        }
        field(&mut bytes, 10, clipped(&self.workstation));
        field(&mut bytes, 11, clipped(&self.version));
        if !self.digests.is_empty() {
            let mut list = Vec::with_capacity(self.digests.len() * PART_DIGEST_BYTES);
            for (part, digest) in &self.digests {
                list.push(part.byte());
                list.extend_from_slice(digest);
            }
            field(&mut bytes, 12, &list);
        }
        if let Some(client) = &self.client {
            field(&mut bytes, 13, client);
        }
        if let Some(organisation) = self.organisation {
            field(&mut bytes, 14, &[organisation]);
        }
        if let Some(responsible) = self.responsible {
            field(&mut bytes, 15, &responsible.to_be_bytes());
        }
        bytes
    }

    /// Reads an entry back.
    ///
    /// # Errors
    /// When the bytes are of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        let mut entry = None;
        let mut at = None;
        for field in fields(bytes)? {
            let (tag, value) = field?;
            if tag == 1 {
                at = Utc.timestamp_micros(i64::from_be_bytes(array(value)?)).single();
            } else if tag == 2 {
                let event = Event::from_code(u16::from_be_bytes(array(value)?)).ok_or(EntryError::Format)?;
                let at = at.ok_or(EntryError::Format)?;
                entry = Some(Self::of_program(at, event, Purpose::Operation, "", ""));
            } else {
                entry.as_mut().ok_or(EntryError::Format)?.read_field(tag, value)?;
            }
        }
        entry.ok_or(EntryError::Format)
    }

    fn read_field(&mut self, tag: u8, value: &[u8]) -> Result<(), EntryError> {
        let text = |value: &[u8]| String::from_utf8(value.to_vec()).map_err(|_| EntryError::Format);
        match tag {
            3 => self.user = Some(i64::from_be_bytes(array(value)?)),
            4 => self.role = RoleName::in_set(array::<1>(value)?[0]).next(),
            5 => self.purpose = Purpose::from_code(array::<1>(value)?[0]).ok_or(EntryError::Format)?,
            6 => {
                let code = u16::from_be_bytes(array(value)?);
                self.authorisation = Authorisation::from_code(code).ok_or(EntryError::Format)?;
            }
            7 => self.ride = Some(array(value)?),
            8 => self.count = Some(u64::from_be_bytes(array(value)?)),
            9 => self.detail = Some(text(value)?),
            10 => self.workstation = text(value)?,
            11 => self.version = text(value)?,
            12 => self.digests = digests(value)?,
            13 => self.client = Some(array(value)?),
            14 => self.organisation = Some(array::<1>(value)?[0]),
            15 => self.responsible = Some(i64::from_be_bytes(array(value)?)),
            _ => return Err(EntryError::Format),
        }
        Ok(())
    }
}

fn array<const N: usize>(value: &[u8]) -> Result<[u8; N], EntryError> {
    value.try_into().map_err(|_| EntryError::Format)
}

fn digests(value: &[u8]) -> Result<Vec<(PartCode, Digest)>, EntryError> {
    value
        .chunks(PART_DIGEST_BYTES)
        .map(|chunk| {
            let (part, digest) = chunk.split_first().ok_or(EntryError::Format)?;
            Ok((PartCode::from_byte(*part).ok_or(EntryError::Format)?, array(digest)?))
        })
        .collect()
}

type Field<'a> = Result<(u8, &'a [u8]), EntryError>;

fn fields(bytes: &[u8]) -> Result<impl Iterator<Item = Field<'_>>, EntryError> {
    let Some((&FORMAT, mut rest)) = bytes.split_first() else { return Err(EntryError::Format) };
    Ok(std::iter::from_fn(move || {
        let (head, tail) = match rest {
            [] => return None,
            [tag, high, low, tail @ ..] => ((*tag, usize::from(u16::from_be_bytes([*high, *low]))), tail),
            _ => {
                rest = &[];
                return Some(Err(EntryError::Format));
            }
        };
        let Some((value, tail)) = tail.split_at_checked(head.1) else {
            rest = &[];
            return Some(Err(EntryError::Format));
        };
        rest = tail;
        Some(Ok((head.0, value)))
    }))
}

/// The digest of one part in a stored entry's bytes, without reading the rest into memory.
///
/// # Errors
/// When the bytes are no entry.
pub fn entry_digest(bytes: &[u8], part: PartCode) -> Result<Option<Digest>, EntryError> {
    for field in fields(bytes)? {
        let (tag, value) = field?;
        if tag == 12 {
            return Ok(digests(value)?.into_iter().find(|(code, _)| *code == part).map(|(_, digest)| digest));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn entry() -> Entry {
        let at = Utc.with_ymd_and_hms(2026, 9, 20, 9, 31, 4).unwrap();
        Entry {
            user: Some(7),
            role: Some(RoleName::Administration),
            ride: Some([1, 2, 3, 4, 5, 6, 7, 8]),
            client: Some([8, 7, 6, 5, 4, 3, 2, 1]),
            organisation: Some(12),
            responsible: Some(9),
            count: Some(2),
            detail: Some("R11".into()),
            digests: vec![(PartCode::Diagnosis, [9; 32]), (PartCode::Remarks, [8; 32])],
            ..Entry::of_program(at, Event::BsnRevealed, Purpose::CompleteRide, "TS-01", "0.1.0")
        }
    }

    #[test]
    fn an_entry_reads_back_as_it_was_written() {
        assert_eq!(Entry::from_bytes(&entry().to_bytes()), Ok(entry()));
    }

    #[test]
    fn the_digest_of_a_part_is_found_without_the_rest() {
        let bytes = entry().to_bytes();
        assert_eq!(entry_digest(&bytes, PartCode::Remarks), Ok(Some([8; 32])));
        assert_eq!(entry_digest(&bytes, PartCode::Case), Ok(None));
    }

    #[test]
    fn bytes_cut_anywhere_are_an_error_and_no_panic() {
        let bytes = entry().to_bytes();
        for end in 0..bytes.len() {
            let cut = Entry::from_bytes(&bytes[..end]);
            assert!(cut.is_err() || cut.is_ok_and(|e| e != entry()), "cut at {end}");
        }
    }

    #[test]
    fn every_code_is_used_once() {
        for (i, event) in Event::ALL.iter().enumerate() {
            assert!(Event::ALL[i + 1..].iter().all(|other| other.code() != event.code()));
        }
    }
}
